/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"

enum problem_code {
#define PROBLEM(code) PROBLEM_##code,
#include "base/problem.def"
#undef PROBLEM
	PROBLEM__COUNT
};

/* What is wrong with an input and where. Holds copies, cut to fit, so that it can travel and
 * outlive its input; got and field may be any bytes. */
struct problem {
	enum problem_code code;
	uint64_t line;   /* from 1; 0: the whole file */
	uint64_t offset; /* byte offset in the (decompressed) input */
	uint64_t limit;  /* number the message names; 0: none */
	uint8_t field_size;
	uint8_t got_size;
	char field[64];
	char got[96];
};

/* Fills it; the texts are cut at the buffers' sizes. */
void problem_set(struct problem *p, enum problem_code code, struct str field, struct str got);

struct str problem_field(const struct problem *p);
struct str problem_got(const struct problem *p);

/* "BAD_ADDRESS": for JSON and for finding the message. */
struct str problem_code_name(enum problem_code code);
