/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "network/network.h"

/* The problems of a parse, by code. */
struct seen {
	unsigned count[PROBLEM__COUNT];
	struct problem last;
};

static inline void see(void *context, const struct problem *problem)
{
	struct seen *seen = context;
	seen->count[problem->code]++;
	seen->last = *problem;
}

static inline struct ip ip_of(const char *text)
{
	struct ip ip;
	assert_true(ip_parse(str_from(text), &ip));
	return ip;
}

static inline void same_text(struct str got, const char *expected)
{
	if (!str_equal(got, str_from(expected)))
		fail_msg("got \"%.*s\", expected \"%s\"", STR_ARG(got), expected);
}

/* A table from a text that must be good. The writer becomes the caller's. */
static inline struct writer table_of(struct str text, const char *country)
{
	struct network_source source = {.file_name = STR("file"), .country = str_from(country)};
	struct network_table_info info, again;
	struct problem problem = {0};
	struct seen seen = {0};
	struct writer w;
	writer_init(&w, SIZE_MAX);
	enum err err =
		network_table_parse(&source, str_bytes(text), see, &seen, &w, &info, &problem);
	if (err != E_OK)
		fail_msg("%s: %.*s", err_name(err), STR_ARG(problem_code_name(problem.code)));
	assert_int_equal(network_table_check(writer_view(&w), &again), E_OK);
	assert_int_equal(info.kind, again.kind);
	assert_int_equal(info.rows, again.rows);
	assert_int_equal(info.rejected, again.rejected);
	assert_int_equal(info.has_v4, again.has_v4);
	assert_int_equal(info.has_v6, again.has_v6);
	assert_string_equal(info.country, again.country);
	return w;
}

/* Compiles and opens; the image becomes the caller's. */
static inline struct network *network_of(struct writer *tables, size_t count, struct writer *image)
{
	struct bytes *views = calloc(count + 1, sizeof(*views));
	struct network *n = NULL;
	assert_non_null(views);
	for (size_t i = 0; i < count; i++)
		views[i] = writer_view(&tables[i]);
	writer_init(image, SIZE_MAX);
	assert_int_equal(network_compile(views, count, image), E_OK);
	assert_int_equal(network_open(writer_view(image), &n), E_OK);
	for (size_t i = 0; i < count; i++)
		writer_release(&tables[i]);
	free(views);
	return n;
}
