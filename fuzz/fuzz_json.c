/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "format/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Tokens written as JSON again. */
struct rewriter {
	struct writer w;
	bool first[64];
};

static void write_token(struct rewriter *r, const struct json_token *t)
{
	bool end = t->kind == JSON_OBJECT_END || t->kind == JSON_ARRAY_END;
	static const char *const words[JSON__COUNT] = {[JSON_NULL] = "null",
		[JSON_FALSE] = "false",
		[JSON_TRUE] = "true",
		[JSON_OBJECT] = "{",
		[JSON_OBJECT_END] = "}",
		[JSON_ARRAY] = "[",
		[JSON_ARRAY_END] = "]"};
	size_t size = r->w.size;
	bool after_key = size > 0 && r->w.data[size - 1] == ':';
	if (!end && !after_key && !r->first[t->depth])
		writer_char(&r->w, t->depth ? ',' : '\n');
	r->first[t->depth] = false;
	if (t->kind == JSON_OBJECT || t->kind == JSON_ARRAY)
		r->first[t->depth + 1] = true;
	if (words[t->kind])
		writer_text(&r->w, words[t->kind]);
	else if (t->kind == JSON_NUMBER)
		writer_str(&r->w, t->text);
	else
		writer_json(&r->w, t->text);
	if (t->kind == JSON_KEY)
		writer_char(&r->w, ':');
}

static bool rewrite(struct str text, struct rewriter *r)
{
	struct json j;
	struct json_token t = {.kind = JSON_NULL};
	struct problem problem;
	enum err err = E_OK;
	writer_init(&r->w, (size_t)1 << 28);
	r->first[0] = true;
	json_init(&j, text);
	while (err == E_OK) {
		err = json_next(&j, &t, &problem);
		if (err != E_OK || t.kind == JSON_END)
			break;
		write_token(r, &t);
	}
	json_release(&j);
	return err == E_OK;
}

/* What is read and written is read again to the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rewriter once;
	struct rewriter twice;
	if (rewrite((struct str){(const char *)data, size}, &once)) {
		if (!rewrite(writer_view_str(&once.w), &twice) ||
			!str_equal(writer_view_str(&once.w), writer_view_str(&twice.w)))
			abort();
		writer_release(&twice.w);
	}
	writer_release(&once.w);
	return 0;
}
