/* SPDX-License-Identifier: Apache-2.0 */
/* Making a data folder, and copies of it. */
#include <fcntl.h>
#include <stdio.h>

#include "office/keep.h"
#include "os/entry.h"
#include "server/attribution.h"
#include "server/command.h"
#include "server/publish.h"

enum {
	MOST_NAME = 128
};

static bool country_valid(struct str country)
{
	if (country.size != 2)
		return country.size == 0;
	for (size_t i = 0; i < 2; i++)
		if (country.data[i] < 'A' || country.data[i] > 'Z')
			return false;
	return true;
}

int command_init(struct context *context)
{
	struct store *store;
	const char *folder = context_folder(context);
	struct str country = context_country(context);
	if (!folder)
		return EXIT_FAILED;
	if (!country_valid(country)) {
		console_say_with(&context->console, MESSAGE_CLI_BAD_COUNTRY, {STR("got"), country});
		return EXIT_FAILED;
	}
	enum err err = store_create(str_from(folder), country, context->now);
	if (err == E_EXISTS) {
		console_say_with(&context->console, MESSAGE_CLI_STORE_EXISTS,
			{STR("what"), str_from(folder)});
		return EXIT_FAILED;
	}
	if (err != E_OK)
		return context_failed(context, str_from(folder), err);
	if (!context_store(context, STORE_WRITE, &store))
		return EXIT_FAILED;
	err = attribution_add_holders(store, country, context->now);
	if (err == E_OK)
		err = publish_all(store, context->now);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	if (status == EXIT_FINE)
		console_say_with(
			&context->console, MESSAGE_CLI_STORE_MADE, {STR("what"), str_from(folder)});
	return status;
}

/* --- the office --- */

struct office_backup {
	struct context *context;
	const char *folder;
	bool key; /* of second factors, which no backup holds */
};

struct office_file {
	struct backup_writer *writer;
};

static enum err put_office_file(void *context, struct str name, struct bytes content)
{
	char path[MOST_NAME];
	const struct office_file *f = context;
	int size = snprintf(path, sizeof(path), "office/%.*s", STR_ARG(name));
	return store_backup_put(f->writer, (struct str){path, (size_t)size}, content);
}

static enum err put_office_copy(
	struct office *office, const char *folder, struct backup_writer *writer)
{
	struct office_copy copy;
	struct office_file file = {writer};
	TRY(office_copy_make(office, folder, &copy));
	enum err err = put_office_file(&file, STR("office.db"), copy.content.bytes);
	if (err == E_OK)
		err = office_copy_each_file(office, &copy, put_office_file, &file);
	office_copy_release(&copy);
	return err;
}

static enum err put_office(void *context, struct backup_writer *writer)
{
	struct office office;
	struct entry_facts facts;
	struct office_backup *b = context;
	enum err err = office_open(&office, b->folder, false);
	if (err == E_NOTFOUND)
		return E_OK;
	if (err == E_OK) {
		b->key = entry_facts(office.folder, "second-factor.key", &facts) == E_OK;
		err = put_office_copy(&office, b->folder, writer);
	}
	if (err != E_OK)
		context_failed(b->context, office_complaint(&office), err);
	office_close(&office);
	return err;
}

/* With others it would be no second factor: whoever has the backup would have both. */
static void tell_of_key(struct context *context)
{
	console_say(&context->console, MESSAGE_CLI_BACKUP_NO_KEY, NULL, 0);
}

static void tell_backed_up(struct context *context)
{
	struct entry_facts facts;
	const char *file = context->options.words[0];
	if (entry_facts(AT_FDCWD, file, &facts) == E_OK)
		console_say_with(&context->console, MESSAGE_CARE_BACKED_UP,
			{STR("file"), str_from(file)},
			context_number_text(context, "bytes", facts.stamp.size));
}

int command_backup(struct context *context)
{
	struct store *store;
	struct str file = str_from(context->options.words[0]);
	if (!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	struct office_backup office = {.context = context, .folder = context_folder(context)};
	enum err err = store_backup_with(store, file, put_office, &office);
	if (err == E_OK)
		tell_backed_up(context);
	if (err == E_OK && office.key)
		tell_of_key(context);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	return status;
}

/* Published files are made anew: a backup holds what they are made from. */
static int publish_restored(struct context *context, const char *folder)
{
	struct store *store;
	int64_t version;
	/* An old backup is an old data folder again. */
	if (store_version(str_from(folder), &version) == E_OK &&
		version < store_current_version()) {
		context_folder_failed(context, folder, E_VERSION);
		return EXIT_FINE;
	}
	if (!context_store(context, STORE_WRITE, &store))
		return EXIT_FAILED;
	enum err err = publish_all(store, context->now);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	if (status == EXIT_FINE)
		console_say_with(&context->console, MESSAGE_CARE_RESTORED,
			{STR("file"), str_from(context->options.words[0])},
			{STR("what"), str_from(folder)});
	return status;
}

/* What is wrong is the file; the folder is not there yet. */
static int restore_failed(
	struct context *context, struct str file, const char *folder, enum err err)
{
	bool broken = err == E_CORRUPT || err == E_TRUNCATED;
	bool other = err == E_SYNTAX || err == E_UNKNOWN;
	if (broken || other)
		console_say_with(&context->console,
			broken ? MESSAGE_CARE_BACKUP_DAMAGED : MESSAGE_CARE_NO_BACKUP,
			{STR("what"), file});
	else
		context_failed(context, err == E_NOTFOUND ? file : str_from(folder), err);
	return EXIT_FAILED;
}

int command_restore(struct context *context)
{
	struct str file = str_from(context->options.words[0]);
	const char *folder = context_folder(context);
	if (!folder)
		return EXIT_FAILED;
	enum err err = store_restore(file, str_from(folder));
	if (err == E_EXISTS) {
		console_say_with(&context->console, MESSAGE_CLI_STORE_EXISTS,
			{STR("what"), str_from(folder)});
		return EXIT_FAILED;
	}
	return err == E_OK ? publish_restored(context, folder)
			   : restore_failed(context, file, folder, err);
}
