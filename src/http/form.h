/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* What a form sends: application/x-www-form-urlencoded or multipart/form-data (RFC 7578, and how
 * browsers write it: WHATWG, "multipart form data"). Any bytes may come in, in pieces of any size.
 * Fields are UTF-8 without control characters but tab and line ends, which become one LF; anything
 * else refuses the whole form. */

struct form_field {
	struct str name;
	struct str value;
};

/* An uploaded file lies in one without a name, which is gone with the form. */
struct form_file {
	struct str field;
	struct str name; /* as the sender calls it, perhaps with folders; never to be opened */
	struct str type; /* as the sender says it */
	uint64_t size;
	int fd; /* read and write; the form's to close; its place is at the end */
};

struct form {
	const struct form_field *fields; /* as they came; a name may come twice */
	size_t field_count;
	const struct form_file *files; /* fields of files that were left empty are not here */
	size_t file_count;
};

/* The nth value of that name, from 0; false: there is none. */
bool form_value(const struct form *form, struct str name, size_t nth, struct str *ret_value);

/* The first file of a field; NULL: none. */
const struct form_file *form_file(const struct form *form, struct str field);

struct form_reader;

/* For a Content-Type. folder: of a file system that can hold files without a name; borrowed; -1:
 * files are refused (E_DENIED). E_UNKNOWN: neither of the two; E_SYNTAX: a multipart without a
 * boundary that can be one. */
MUST_CHECK enum err form_reader_new(
	struct str content_type, int folder, struct form_reader **ret_reader);
void form_reader_free(struct form_reader *r); /* closes its files; NULL is fine */

/* The next bytes. An error sticks: E_SYNTAX, E_LIMIT (LIMIT_FORM_…), E_DENIED, E_NOMEM, E_NOSPACE,
 * E_IO. */
void form_reader_feed(struct form_reader *r, struct bytes b);

/* All has come. E_TRUNCATED: not so. *ret_form is borrowed until the reader is freed. */
MUST_CHECK enum err form_reader_end(struct form_reader *r, struct form *ret_form);
