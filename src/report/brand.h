/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "report/picture.h"

/* Colours of web/style/base.css, by day, and the mark of web/mark.svg, in pictures. */
enum brand_colour {
	BRAND_PAPER = 0xFFFFFF,
	BRAND_SOFT = 0x4C5F56,
	BRAND_GREEN = 0x0B6B4F,
	BRAND_DEEP = 0x07412F,
	BRAND_ACT = 0xE2711D,
	BRAND_ACT_INK = 0x1C0D00,
	BRAND_LIGHT = 0x5FCFA5, /* green on dark ground */
	BRAND_PALE = 0xC8F0DE   /* words on dark ground */
};

/* The mark's box is 36 units square; `at` is its corner. */
void brand_mark(
	struct picture *p, struct point at, double unit, struct paint dots, struct paint sweep);
