/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/file.h"
#include "server/care.h"
#include "server/command.h"

enum {
	CONFIGURATION_BYTES = 1 << 20,
	PATH_BYTES = 4096
};

const char *context_folder(struct context *context)
{
	const char *folder = options_get(&context->options, "data");
	if (!folder || !*folder)
		console_say(&context->console, MESSAGE_CLI_NO_DATA, NULL, 0);
	return folder && *folder ? folder : NULL;
}

int context_failed(struct context *context, struct str subject, enum err err)
{
	console_failed(&context->console, subject, err);
	return EXIT_FAILED;
}

int context_store_failed(struct context *context, struct store *store, enum err err)
{
	struct str complaint = store_complaint(store);
	if (err == E_CORRUPT && str_starts(complaint, STR("derived file"))) {
		/* Sightings are whole: what to do is another thing. */
		console_failed_as(&context->console, MESSAGE_CARE_DERIVED_DAMAGED,
			options_str(&context->options, "data"), err);
		return EXIT_FAILED;
	}
	if (complaint.size == 0)
		complaint = options_str(&context->options, "data");
	return context_failed(context, complaint, err);
}

static bool is_older(const char *folder)
{
	int64_t version;
	return store_version(str_from(folder), &version) == E_OK &&
	       version < store_current_version();
}

static enum message open_message(enum err err, const char *folder)
{
	if (err == E_VERSION && is_older(folder))
		return MESSAGE_CLI_STORE_OLD;
	if (err == E_NOTFOUND)
		return MESSAGE_CLI_NO_STORE;
	if (err == E_BUSY)
		return MESSAGE_CLI_STORE_BUSY;
	return err == E_VERSION ? MESSAGE_CLI_STORE_VERSION : MESSAGE_CLI_FAILED;
}

void context_folder_failed(struct context *context, const char *folder, enum err err)
{
	console_failed_as(&context->console, open_message(err, folder), str_from(folder), err);
	if (err == E_BUSY)
		care_say_writer(context, folder);
}

bool context_store(struct context *context, enum store_mode mode, struct store **ret_store)
{
	const char *folder = context_folder(context);
	if (!folder)
		return false;
	enum err err = store_open(str_from(folder), mode, ret_store);
	if (err == E_OK)
		return true;
	context_folder_failed(context, folder, err);
	return false;
}

struct text_arg context_number_text(struct context *context, const char *name, uint64_t value)
{
	struct writer w;
	writer_init(&w, 64);
	text_number(&w, context->console.lang, value);
	struct text_arg arg = {str_from(name), arena_copy(&context->arena, writer_view_str(&w))};
	writer_release(&w);
	return arg;
}

struct str context_country(struct context *context)
{
	struct str got = options_str(&context->options, "country");
	char *upper = arena_cstr(&context->arena, got);
	for (size_t i = 0; upper && i < got.size; i++)
		if (upper[i] >= 'a' && upper[i] <= 'z')
			upper[i] = (char)(upper[i] - 'a' + 'A');
	return upper ? (struct str){upper, got.size} : got;
}

bool context_date(
	struct context *context, const char *option, bool *ret_given, struct date *ret_date)
{
	*ret_given = options_has(&context->options, option);
	if (!*ret_given || date_parse(options_str(&context->options, option), ret_date))
		return true;
	console_say_with(&context->console, MESSAGE_CLI_BAD_DATE, {STR("option"), str_from(option)},
		{STR("got"), options_str(&context->options, option)});
	return false;
}

bool context_number(struct context *context, const char *option, uint64_t least, uint64_t most,
	uint64_t fallback, uint64_t *ret_value)
{
	struct str got = options_str(&context->options, option);
	struct writer limits;
	*ret_value = fallback;
	if (!options_has(&context->options, option))
		return true;
	if (str_to_u64(got, most, ret_value) && *ret_value >= least)
		return true;
	writer_init(&limits, 100);
	writer_decimal(&limits, least);
	writer_text(&limits, " … ");
	writer_decimal(&limits, most);
	console_say_with(&context->console, MESSAGE_CLI_BAD_NUMBER,
		{STR("option"), str_from(option)}, {STR("got"), got},
		{STR("limit"), writer_view_str(&limits)});
	writer_release(&limits);
	return false;
}

enum lang context_lang(const struct options *o)
{
	return console_lang(options_str(o, "lang"));
}

static bool configure(struct context *c, const char *file, struct str text)
{
	struct problem problem;
	enum err err = options_configure(&c->options, text, &problem);
	if (err == E_UNKNOWN)
		console_problem(&c->console, str_from(file), &problem);
	else if (err != E_OK)
		context_failed(c, str_from(file), err);
	c->console.lang = context_lang(&c->options);
	return err == E_OK;
}

const char *context_absolute(struct context *c, const char *file)
{
	char here[PATH_BYTES];
	struct writer w;
	if (file[0] == '/' || !getcwd(here, sizeof(here)))
		return file;
	writer_init(&w, (size_t)2 * PATH_BYTES);
	writer_text(&w, here);
	writer_char(&w, '/');
	writer_text(&w, file);
	const char *path = arena_cstr(&c->arena, writer_view_str(&w));
	writer_release(&w);
	return path ? path : file;
}

bool context_configure(struct context *c)
{
	struct writer text;
	const char *named = options_get(&c->options, "config");
	if (!c->configuration)
		c->configuration = context_absolute(c, named ? named : "/etc/quetsach.conf");
	writer_init(&text, CONFIGURATION_BYTES);
	enum err err = file_load(AT_FDCWD, c->configuration, &text);
	bool fine = err == E_NOTFOUND && !named;
	if (err == E_OK)
		fine = configure(c, c->configuration, writer_view_str(&text));
	else if (!fine)
		context_failed(c, str_from(c->configuration), err);
	writer_release(&text);
	return fine;
}
