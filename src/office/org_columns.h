/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "office/org_import.h"

/* Within the room: columns of a table of organisations. */
enum org_column {
	COLUMN_CODE,
	COLUMN_PARENT,
	COLUMN_NAME_VI,
	COLUMN_NAME_EN,
	COLUMN_LEVEL,
	COLUMN_KIND,
	COLUMN_TAX_CODE,
	COLUMN_MAIL,
	COLUMN_PHONE,
	COLUMN_SINCE,
	COLUMN_UNTIL,
	COLUMN_SUCCESSOR,
	COLUMN__COUNT
};

/* The column's own name, or what people call it, in Vietnamese or English, in any spelling of
 * diacritics and case. */
bool org_column_parse(struct str name, enum org_column *ret_column);

/* The same for kinds. "" is an agency. */
bool org_kind_parse(struct str name, enum org_kind *ret_kind);
struct str org_kind_name(enum org_kind kind); /* "agency", "enterprise" */

/* "2025-07-01", "01/07/2025", "1/7/2025", with midnight behind it or not. */
bool org_day_parse(struct str text, struct date *ret_day);
