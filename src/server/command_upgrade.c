/* SPDX-License-Identifier: Apache-2.0 */
#include "server/command.h"
#include "server/publish.h"

static int publish_upgraded(struct context *context)
{
	struct store *store;
	if (!context_store(context, STORE_WRITE, &store))
		return EXIT_FAILED;
	enum err err = publish_all(store, context->now);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	return status;
}

static void say(
	struct context *context, enum message message, const char *folder, int64_t from, int64_t to)
{
	console_say_with(&context->console, message, {STR("what"), str_from(folder)},
		context_number_text(context, "from", (uint64_t)from),
		context_number_text(context, "to", (uint64_t)to));
}

static void write_json(struct context *context, int64_t from, int64_t to)
{
	struct writer *w = &context->console.out;
	if (!context->console.json)
		return;
	writer_text(w, "{\"from\":");
	writer_decimal(w, (uint64_t)from);
	writer_text(w, ",\"to\":");
	writer_decimal(w, (uint64_t)to);
	writer_text(w, "}\n");
}

int command_upgrade(struct context *context)
{
	int64_t from;
	int64_t to = store_current_version();
	const char *folder = context_folder(context);
	if (!folder)
		return EXIT_FAILED;
	enum err err = store_version(str_from(folder), &from);
	if (err == E_OK && from >= 1 && from < to) {
		say(context, MESSAGE_UPGRADE_PLAN, folder, from, to);
		err = store_upgrade(str_from(folder), context->now);
	} else if (err == E_OK && from != to) {
		err = E_VERSION;
	}
	if (err != E_OK) {
		context_folder_failed(context, folder, err);
		return EXIT_FAILED;
	}
	write_json(context, from, to);
	if (from == to) {
		say(context, MESSAGE_UPGRADE_NOTHING, folder, from, to);
		return EXIT_FINE;
	}
	int status = publish_upgraded(context);
	if (status == EXIT_FINE)
		say(context, MESSAGE_UPGRADE_DONE, folder, from, to);
	return status;
}
