/* SPDX-License-Identifier: Apache-2.0 */
/* What the operator writes down about sources. */
#include "server/command_source.h"

#include <fcntl.h>

#include "base/limits.h"
#include "server/zone.h"

bool source_spool(struct context *c, bool make, struct fetch_spool *ret_spool, bool *ret_none)
{
	const char *folder = context_folder(c);
	int64_t version;
	int data = -1;
	*ret_none = false;
	if (!folder)
		return false;
	enum err err = store_version(str_from(folder), &version);
	if (err == E_OK)
		err = folder_open(AT_FDCWD, folder, &data);
	if (err != E_OK) {
		context_folder_failed(c, folder, err);
		return false;
	}
	err = fetch_spool_open(data, make, ret_spool);
	file_close(&data);
	*ret_none = err == E_NOTFOUND;
	if (err != E_OK && err != E_NOTFOUND)
		context_failed(c, str_from(folder), err);
	return err == E_OK || err == E_NOTFOUND;
}

static bool say_unknown(struct context *c, const char *name)
{
	console_say_with(&c->console, MESSAGE_SOURCE_UNKNOWN, {STR("got"), str_from(name)});
	return false;
}

bool source_read(struct context *c, const struct fetch_spool *spool, const char *name,
	struct writer *bytes, struct source *ret_source)
{
	enum err err = fetch_read_source(spool, name, bytes, ret_source);
	if (err == E_NOTFOUND)
		return say_unknown(c, name);
	if (err != E_OK)
		context_failed(c, str_from(name), err);
	return err == E_OK;
}

/* One source's name is the word of the command. */
static bool open_named(
	struct context *c, struct fetch_spool *spool, struct writer *bytes, struct source *ret)
{
	bool none;
	const char *name = c->options.words[0];
	if (!source_spool(c, false, spool, &none))
		return false;
	if (none)
		return say_unknown(c, name);
	if (source_read(c, spool, name, bytes, ret))
		return true;
	fetch_spool_close(spool);
	return false;
}

static int put(struct context *c, struct fetch_spool *spool, const struct source *source,
	enum message message)
{
	enum err err = fetch_put_source(spool, source);
	fetch_spool_close(spool);
	if (err != E_OK)
		return context_failed(c, source->name, err);
	console_say_with(&c->console, message, {STR("source"), source->name});
	return EXIT_FINE;
}

/* --- add --- */

static bool read_kind(struct context *c, enum source_kind *ret_kind)
{
	const struct options *o = &c->options;
	bool folder = options_has(o, "folder");
	bool shadowserver = options_has(o, "shadowserver");
	bool url = options_has(o, "url") && !shadowserver;
	if (folder + shadowserver + url != 1) {
		console_say(&c->console, MESSAGE_SOURCE_WHICH_KIND, NULL, 0);
		return false;
	}
	*ret_kind = folder ? SOURCE_FOLDER : shadowserver ? SOURCE_SHADOWSERVER : SOURCE_URL;
	return true;
}

static bool is_new(struct context *c, const struct fetch_spool *spool, const char *name)
{
	struct writer bytes;
	struct source source;
	writer_init(&bytes, LIMIT_FETCH_FILE);
	enum err err = fetch_read_source(spool, name, &bytes, &source);
	writer_release(&bytes);
	if (err == E_NOTFOUND)
		return true;
	console_say_with(&c->console, MESSAGE_SOURCE_EXISTS, {STR("source"), str_from(name)});
	return false;
}

static bool usual_zone(struct context *c, struct source *source)
{
	struct store *store;
	if (!context_store(c, STORE_READ, &store))
		return false;
	source->zone = zone_name(c, store);
	store_close(store);
	return true;
}

int command_source_add(struct context *context)
{
	struct fetch_spool spool;
	enum source_kind kind;
	bool none;
	struct str name = str_from(context->options.words[0]);
	if (!source_name_valid(name)) {
		console_say_with(&context->console, MESSAGE_SOURCE_BAD_NAME, {STR("got"), name});
		return EXIT_FAILED;
	}
	if (!read_kind(context, &kind))
		return EXIT_FAILED;
	struct source source = source_new(name, kind);
	if (!usual_zone(context, &source) || !source_take_options(context, &source) ||
		!source_spool(context, true, &spool, &none))
		return EXIT_FAILED;
	if (is_new(context, &spool, context->options.words[0]))
		return put(context, &spool, &source, MESSAGE_SOURCE_ADDED);
	fetch_spool_close(&spool);
	return EXIT_FAILED;
}

/* --- edit, pause, remove --- */

int command_source_edit(struct context *context)
{
	struct fetch_spool spool;
	struct source source;
	struct writer bytes;
	int status = EXIT_FAILED;
	writer_init(&bytes, LIMIT_FETCH_FILE);
	if (open_named(context, &spool, &bytes, &source)) {
		if (source_take_options(context, &source))
			status = put(context, &spool, &source, MESSAGE_SOURCE_CHANGED);
		else
			fetch_spool_close(&spool);
	}
	writer_release(&bytes);
	return status;
}

static int set_paused(struct context *c, bool paused)
{
	struct fetch_spool spool;
	struct source source;
	struct writer bytes;
	int status = EXIT_FAILED;
	writer_init(&bytes, LIMIT_FETCH_FILE);
	if (open_named(c, &spool, &bytes, &source)) {
		source.paused = paused;
		status = put(c, &spool, &source,
			paused ? MESSAGE_SOURCE_PAUSED : MESSAGE_SOURCE_RESUMED);
	}
	writer_release(&bytes);
	return status;
}

int command_source_pause(struct context *context)
{
	return set_paused(context, true);
}

int command_source_resume(struct context *context)
{
	return set_paused(context, false);
}

int command_source_remove(struct context *context)
{
	struct fetch_spool spool;
	bool none;
	const char *name = context->options.words[0];
	if (!source_spool(context, false, &spool, &none))
		return EXIT_FAILED;
	enum err err = none ? E_NOTFOUND : fetch_remove_source(&spool, name);
	fetch_spool_close(&spool);
	if (err == E_NOTFOUND) {
		say_unknown(context, name);
		return EXIT_FAILED;
	}
	if (err != E_OK)
		return context_failed(context, str_from(name), err);
	console_say_with(
		&context->console, MESSAGE_SOURCE_REMOVED, {STR("source"), str_from(name)});
	return EXIT_FINE;
}
