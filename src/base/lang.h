/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The languages people are spoken to in. Vietnamese comes first everywhere. */
enum lang {
	LANG_VI,
	LANG_EN,
	LANG__COUNT
};
