/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "text/text.h"

/* Addresses, numbers and days as a speaker says them, letter by letter and in words. */

/* "quetsach.vn" → "quy, u, e, tê, …, chấm, vê, en nờ". What has no name (no letter, digit, dot,
 * hyphen or colon of ASCII) is left out. */
void spoken_address(struct writer *w, enum lang lang, struct str address);

/* "1900 58 58 50" → "một chín không không, năm tám, …"; between two numbers ("|") it says "or". */
void spoken_phone(struct writer *w, enum lang lang, struct str phone);

/* 6 October → "ngày mùng sáu tháng mười"; the year is known to who listens. */
void spoken_date(struct writer *w, enum lang lang, struct date date);
