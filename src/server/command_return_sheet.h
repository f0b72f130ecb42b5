/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/return_sheet.h"
#include "text/text.h"

/* A return as a spreadsheet to be filled in elsewhere: labels protected, cells to fill in open,
 * with what is known already in them. Not pure: libxlsxwriter writes a temporary file. E_NOMEM,
 * E_IO. */
struct returns_template {
	struct str campaign, org; /* keys: what a filled one is recognised by */
	struct str campaign_name, org_name;
	const struct return_form *form;
	const struct return_content *content;
	int64_t draft; /* it was made from */
	enum lang lang;
};
MUST_CHECK enum err returns_template_write(
	const struct returns_template *t, struct arena *arena, struct writer *xlsx);
