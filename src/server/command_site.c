/* SPDX-License-Identifier: Apache-2.0 */
/* Who speaks on the site. */
#include "server/command_site.h"

struct setting {
	struct str name;
	bool (*valid)(struct str value);
	enum message refusal;
};

static const struct setting settings[] = {
	{STR_INIT("address"), site_address_valid, MESSAGE_SITE_BAD_ADDRESS},
	{STR_INIT("organiser-vi"), site_line_valid, MESSAGE_SITE_BAD_TEXT},
	{STR_INIT("organiser-en"), site_line_valid, MESSAGE_SITE_BAD_TEXT},
	{STR_INIT("mail"), site_mail_valid, MESSAGE_SITE_BAD_MAIL},
	{STR_INIT("phone"), site_phone_valid, MESSAGE_SITE_BAD_PHONE},
	{STR_INIT("press-mail"), site_mail_valid, MESSAGE_SITE_BAD_MAIL},
	{STR_INIT("press-phone"), site_phone_valid, MESSAGE_SITE_BAD_PHONE},
};

enum {
	SETTINGS = sizeof(settings) / sizeof(settings[0])
};

static const struct setting *find_setting(struct str name)
{
	for (size_t i = 0; i < SETTINGS; i++)
		if (str_equal(settings[i].name, name))
			return &settings[i];
	return NULL;
}

/* "address, organiser-vi, …" */
static int refuse_name(struct context *context, struct str got)
{
	struct writer names;
	writer_init(&names, 1024);
	for (size_t i = 0; i < SETTINGS; i++) {
		writer_text(&names, i ? ", " : "");
		writer_str(&names, settings[i].name);
	}
	console_say_with(&context->console, MESSAGE_SITE_NO_SETTING, {STR("got"), got},
		{STR("names"), writer_view_str(&names)});
	writer_release(&names);
	return EXIT_FAILED;
}

int command_site_set(struct context *context)
{
	struct store *store;
	struct str name = str_from(context->options.words[0]);
	struct str value = str_trim(str_from(context->options.words[1]));
	const struct setting *setting = find_setting(name);
	if (!setting)
		return refuse_name(context, name);
	if (value.size > 0 && !setting->valid(value))
		return site_refuse(context, setting->refusal, value);
	if (!context_store(context, STORE_WRITE, &store))
		return EXIT_FAILED;
	int status =
		site_changed(context, store, store_put_setting(store, name, value, context->now));
	store_close(store);
	return status;
}

/* "press-mail" → "press_mail". */
static void write_json(struct context *context, struct site_identity *identity)
{
	struct writer *w = &context->console.out;
	writer_char(w, '{');
	for (size_t i = 0; i < SETTINGS; i++) {
		char *key = arena_cstr(&context->arena, settings[i].name);
		for (char *c = key; c && *c; c++)
			*c = *c == '-' ? '_' : *c;
		const struct str *value = site_identity_field(identity, settings[i].name);
		site_json_str(w, key ? key : "", value ? *value : STR(""), i == 0);
	}
	writer_text(w, "}\n");
}

static void write_lines(struct context *context, struct site_identity *identity)
{
	struct writer *w = &context->console.out;
	for (size_t i = 0; i < SETTINGS; i++) {
		const struct str *value = site_identity_field(identity, settings[i].name);
		writer_str(w, settings[i].name);
		writer_text(w, ": ");
		writer_printable(w, value ? *value : STR(""));
		writer_char(w, '\n');
	}
}

int command_site_show(struct context *context)
{
	struct store *store;
	struct site_identity identity;
	if (!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	enum err err = site_identity_load(store, &context->arena, &identity);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	if (err != E_OK)
		return status;
	if (context->console.json)
		write_json(context, &identity);
	else
		write_lines(context, &identity);
	return status;
}
