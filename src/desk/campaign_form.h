/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/page.h"
#include "model/form.h"

/* A form of returns while somebody changes it in a browser: everything as text, right or wrong. All
 * of it travels with each press of a button, and nothing is kept before it is saved. Texts lie in
 * the arena of the request. */

enum {
	EDITED_ROWS = 60,  /* LIMIT_FORM_ROWS */
	EDITED_CHECKS = 60 /* the same */
};

struct edited_row {
	struct str was; /* its key in the version that stands; empty: it is new */
	struct str key, type;
	struct str label[LANG__COUNT], help[LANG__COUNT], unit[LANG__COUNT];
	struct str least, most;
	struct str choices; /* "key | Nhãn | Label", a line each */
	bool required, summed, note, listed;
	bool fresh; /* was added by this press */
};

struct edited_check {
	struct str left, right; /* keys */
	bool error;
	struct str text[LANG__COUNT];
};

struct edited_form {
	struct str title[LANG__COUNT], section[LANG__COUNT];
	struct edited_row rows[EDITED_ROWS];
	size_t row_count;
	struct edited_check checks[EDITED_CHECKS];
	size_t check_count;
};

/* Name of a field of row or check `index`: "r3-label_vi"; as long as the request. */
const char *edited_field(struct desk_request *r, char what, size_t index, const char *name);

void edited_from_form(
	struct desk_request *r, const struct return_form *form, struct edited_form *ret);
void edited_from_request(struct desk_request *r, struct edited_form *ret);

/* "add", "up-3", "down-3", "remove-3", "add-check", "remove-check-0"; false: none of these. */
bool edited_press(struct desk_request *r, struct edited_form *f, struct str button);

/* As docs/format/form.md has it; "" without memory. */
struct str edited_text(struct desk_request *r, const struct edited_form *f);

/* What is wrong, at its field. */
void edited_check(
	struct desk_request *r, const struct edited_form *f, struct desk_problems *problems);

/* The fields; `problems` are those of the page. */
void edited_write(struct desk_page *p, const struct edited_form *f, struct str path);
