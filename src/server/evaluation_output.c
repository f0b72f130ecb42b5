/* SPDX-License-Identifier: Apache-2.0 */
#include "server/evaluation_output.h"

#include <fcntl.h>

#include "os/file.h"
#include "report/document_paper.h"
#include "text/text.h"

enum {
	FILE_LIMIT = 256 << 20
};

/* --- shapes --- */

static enum err write_page(const struct document *d, struct writer *w)
{
	document_write_page(w, d);
	return writer_end(w);
}

static enum err write_json(const struct document *d, struct writer *w)
{
	document_write_json(w, d);
	return writer_end(w);
}

static const struct shape {
	struct str ending;
	enum err (*write)(const struct document *d, struct writer *w);
} shapes[] = {
	{STR_INIT(".html"), write_page},
	{STR_INIT(".pdf"), document_write_pdf},
	{STR_INIT(".xlsx"), document_write_xlsx},
	{STR_INIT(".json"), write_json},
};

static const struct shape *find_shape(struct str name)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if (name.size > shapes[i].ending.size && str_ends(name, shapes[i].ending))
			return &shapes[i];
	return NULL;
}

/* --- files --- */

bool evaluation_outputs_fine(struct context *c)
{
	size_t count = options_count(&c->options, "output");
	for (size_t i = 0; i < count; i++) {
		const char *name = options_nth(&c->options, "output", i);
		if (find_shape(str_from(name)))
			continue;
		console_say_with(
			&c->console, MESSAGE_PAPER_BAD_OUTPUT, {STR("got"), str_from(name)});
		return false;
	}
	return true;
}

static bool write_file(struct context *c, const struct document *d, const char *name)
{
	struct writer w;
	const struct shape *shape = find_shape(str_from(name));
	writer_init(&w, FILE_LIMIT);
	enum err err = shape->write(d, &w);
	if (err == E_OK)
		err = file_put(AT_FDCWD, name, writer_view(&w), options_has(&c->options, "public"));
	writer_release(&w);
	if (err != E_OK) {
		context_failed(c, str_from(name), err);
		return false;
	}
	console_say_with(&c->console, MESSAGE_PAPER_WRITTEN, {STR("file"), str_from(name)});
	return true;
}

bool evaluation_outputs_write(struct context *c, const struct evaluated *e)
{
	struct document d;
	bool for_public = options_has(&c->options, "public");
	const struct evaluated_look look = {
		.audience = for_public ? AUDIENCE_PUBLIC : AUDIENCE_STAFF,
		.with_holders = !for_public};
	size_t count = options_count(&c->options, "output");
	if (count == 0)
		return true;
	enum err err = evaluated_document(e, &look, c->console.lang, &c->arena, &d);
	if (err != E_OK) {
		context_failed(c, STR(""), err);
		return false;
	}
	for (size_t i = 0; i < count; i++)
		if (!write_file(c, &d, options_nth(&c->options, "output", i)))
			return false;
	return true;
}
