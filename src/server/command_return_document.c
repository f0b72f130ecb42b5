/* SPDX-License-Identifier: Apache-2.0 */
/* Returns and levels as official documents. */
#include <fcntl.h>

#include "os/file.h"
#include "report/official_paper.h"
#include "server/command_return.h"

enum {
	FILE_LIMIT = 256 << 20
};

static enum err write_page(const struct official *o, struct writer *w)
{
	official_write_page(w, o);
	return writer_end(w);
}

static const struct shape {
	struct str ending;
	enum err (*write)(const struct official *o, struct writer *w);
} shapes[] = {
	{STR_INIT(".html"), write_page},
	{STR_INIT(".pdf"), official_write_pdf},
	{STR_INIT(".xlsx"), official_write_xlsx},
};

static const struct shape *find_shape(struct return_command *r, const char *name)
{
	struct str file = str_from(name);
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if (file.size > shapes[i].ending.size && str_ends(file, shapes[i].ending))
			return &shapes[i];
	(void)return_command_refuse(r, MESSAGE_PAPER_BAD_OUTPUT, file);
	return NULL;
}

static int write_file(struct return_command *r, const struct official *official, const char *name)
{
	struct writer w;
	const struct shape *shape = find_shape(r, name);
	if (!shape)
		return EXIT_FAILED;
	writer_init(&w, FILE_LIMIT);
	enum err err = shape->write(official, &w);
	if (err == E_OK)
		err = file_put(AT_FDCWD, name, writer_view(&w), false);
	writer_release(&w);
	if (err != E_OK)
		return context_failed(r->c, str_from(name), err);
	console_say_with(&r->c->console, MESSAGE_PAPER_WRITTEN, {STR("file"), str_from(name)});
	return EXIT_FINE;
}

static int make(struct return_command *r)
{
	struct org org = {.id = 0};
	struct official official;
	struct options *options = &r->c->options;
	const struct returns_paper paper = {.plan = &r->plan,
		.lang = r->c->console.lang,
		.today = r->today,
		.now = r->c->now,
		.zone = r->zone,
		.organiser = r->organiser};
	if (options->word_count > 1 && !return_command_org(r, 1, &org))
		return EXIT_FAILED;
	if (!return_command_may(
		    r, options_has(options, "own") ? ACT_SEE_RETURN : ACT_SEE_ROLL_UP, org.id))
		return EXIT_FAILED;
	enum err err = options_has(options, "own") ? returns_paper_return(&r->office, &paper,
							     org.id, 0, &r->c->arena, &official)
						   : returns_paper_level(&r->office, &paper, org.id,
							     &r->c->arena, &official);
	if (err != E_OK)
		return return_command_failed(r, err);
	for (size_t i = 0; i < options_count(options, "output"); i++)
		if (write_file(r, &official, options_nth(options, "output", i)) != EXIT_FINE)
			return EXIT_FAILED;
	return EXIT_FINE;
}

int command_return_document(struct context *context)
{
	struct return_command r;
	if (options_count(&context->options, "output") == 0) {
		console_say_with(
			&context->console, MESSAGE_FIGURE_NEEDS, {STR("got"), STR("output")});
		return EXIT_FAILED;
	}
	int status = return_command_begin(&r, context, false) ? make(&r) : EXIT_FAILED;
	return_command_end(&r);
	return status;
}
