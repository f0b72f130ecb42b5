/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/writer.h"
#include "http/form.h"

/* Between form.c and multipart.c only. */

enum {
	FORM_FILES = 16,
	BOUNDARY_BYTES = 70 /* RFC 2046, 5.1.1 */
};

enum multipart_state {
	MULTIPART_START,  /* the first boundary must come, nothing before it */
	MULTIPART_HEADER, /* of a part */
	MULTIPART_BODY,
	MULTIPART_BETWEEN, /* behind a boundary: CR LF, or the two hyphens of the last */
	MULTIPART_OVER
};

struct form_reader {
	int folder;
	bool multipart;
	enum err err;
	struct arena arena;
	struct form_field *fields;
	size_t field_count, field_capacity;
	struct form_file files[FORM_FILES];
	size_t file_count;
	struct writer held; /* what came and was not taken yet; of a plain form all of it */

	/* multipart alone */
	enum multipart_state state;
	char delimiter[4 + BOUNDARY_BYTES]; /* CR LF, two hyphens, boundary */
	size_t delimiter_size;
	struct str part_name;
	struct form_file *file; /* of this part; NULL: a field */
	bool nothing;           /* a file field that was left empty: its part is passed over */
	struct writer value;    /* of this part */
	uint64_t values;        /* bytes of all of them */
};

/* UTF-8 without control characters, copied; E_SYNTAX otherwise. */
MUST_CHECK enum err form_keep_text(struct form_reader *r, struct str s, struct str *ret_kept);
MUST_CHECK enum err form_add_field(struct form_reader *r, struct str name, struct str value);

MUST_CHECK enum err multipart_begin(struct form_reader *r, struct str content_type);

/* Takes what can be taken of what is held. */
MUST_CHECK enum err multipart_step(struct form_reader *r);
MUST_CHECK enum err multipart_end(struct form_reader *r);
