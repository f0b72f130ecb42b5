/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/address.h"
#include "os/zone_file.h"
#include "server/command.h"
#include "server/keeper.h"
#include "server/serve.h"

enum {
	CONFIGURED_BYTES = 1 << 16
};

static bool read_prefixes(struct context *c, const char *option, struct prefix *prefixes,
	size_t most, size_t *ret_count)
{
	size_t count = options_count(&c->options, option);
	if (count > most) {
		context_failed(c, str_from(option), E_LIMIT);
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		struct str s = str_from(options_nth(&c->options, option, i));
		if (!prefix_parse(s, &prefixes[i])) {
			console_say_with(&c->console, MESSAGE_SERVE_BAD_PROXY,
				{STR("option"), str_from(option)}, {STR("what"), s});
			return false;
		}
	}
	*ret_count = count;
	return true;
}

/* Of the folder's country; asked once, since at a reload the rights to open the folder are gone. */
static char usual_zone[ZONE_NAME_SIZE] = "UTC";

/* What is published is served whatever becomes of the catalogue. */
static void find_usual_zone(const char *folder)
{
	struct store *store;
	if (store_open(str_from(folder), STORE_READ, &store) != E_OK)
		return;
	zone_of_country(store_country(store), usual_zone);
	store_close(store);
}

static bool read_zone(struct context *c, char *zone)
{
	struct str name = options_str(&c->options, "zone");
	if (name.size == 0)
		name = str_from(usual_zone);
	if (name.size >= PORTAL_ZONE_BYTES) {
		context_failed(c, STR("zone"), E_LIMIT);
		return false;
	}
	memcpy(zone, name.data, name.size);
	zone[name.size] = '\0';
	return true;
}

/* Of the desk's mails; none where mail is off: then there are no mails. */
static bool read_sender(struct context *c, char *sender)
{
	struct str server = options_str(&c->options, "mail");
	bool off = server.size == 0 || str_equal(server, STR("none"));
	struct str given = off ? STR("") : options_str(&c->options, "mail-from");
	struct mail_address address;
	struct problem problem;
	sender[0] = '\0';
	if (given.size == 0)
		return true;
	if (mail_address_parse(given, STR("mail-from"), &address, &problem) != E_OK) {
		console_problem(&c->console, STR("mail-from"), &problem);
		return false;
	}
	memcpy(sender, address.text, sizeof(address.text));
	return true;
}

static bool read_settings(struct context *c, struct portal_settings *ret_settings)
{
	struct portal_settings s = {.proxy_protocol = options_has(&c->options, "proxy-protocol")};
	if (!read_zone(c, s.zone) || !read_sender(c, s.mail_from) ||
		!read_prefixes(c, "trusted-proxy", s.proxies, PORTAL_PROXIES, &s.proxy_count) ||
		!read_prefixes(c, "operators", s.operators, PORTAL_OPERATORS, &s.operator_count))
		return false;
	if (s.proxy_protocol && s.proxy_count == 0) {
		console_say(&c->console, MESSAGE_SERVE_NO_PROXIES, NULL, 0);
		return false;
	}
	*ret_settings = s;
	return true;
}

/* With the words of the command line as they were, and the configuration file as it is now. */
static bool read_again(void *context, struct portal_settings *ret_settings)
{
	struct context *c = context;
	const struct options options = c->options;
	const struct arena arena = c->arena;
	arena_init(&c->arena, (size_t)1 << 30);
	c->options.configured = NULL;
	c->options.configured_count = 0;
	bool fine = context_configure(c) && read_settings(c, ret_settings);
	arena_release(&c->arena);
	c->arena = arena;
	c->options = options;
	return fine;
}

enum {
	MAIL_WORDS_MOST = 8
};

/* Given as words or in the environment, of which a process of its own sees nothing; what is
 * configured it reads itself, again at a reload. */
static size_t mail_words(struct context *c, const char **words)
{
	static const char *const names[] = {"mail", "mail-ca-file", "mail-from",
		"mail-password-file", "mail-plain", "mail-user"};
	struct options given = c->options;
	size_t count = 0;
	given.configured_count = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct writer w;
		const char *value = options_get(&given, names[i]);
		if (!value)
			continue;
		/* It will be read from elsewhere. */
		if (str_ends(str_from(names[i]), STR("-file")))
			value = context_absolute(c, value);
		writer_init(&w, CONFIGURED_BYTES);
		writer_text(&w, "--");
		writer_text(&w, names[i]);
		writer_text(&w, value[0] ? "=" : "");
		writer_text(&w, value);
		words[count] = arena_cstr(&c->arena, writer_view_str(&w));
		count += words[count] != NULL;
		writer_release(&w);
	}
	return count;
}

int command_serve(struct context *context)
{
	static const char *mail[MAIL_WORDS_MOST + 1]; /* and one for fetching */
	static struct serve_options options;
	options = (struct serve_options){.listen = options_str(&context->options, "listen"),
		.desk_listen = options_str(&context->options, "desk-listen"),
		.data = context_folder(context),
		.user = options_get(&context->options, "user"),
		.lang = context->console.lang,
		.read_again = read_again,
		.context = context};
	options.mail = mail;
	options.mail_count = mail_words(context, mail);
	if (options_has(&context->options, "no-fetch"))
		mail[options.mail_count++] = KEEPER_NO_FETCH;
	options.folder = options.data ? context_absolute(context, options.data) : NULL;
	options.configuration =
		options_has(&context->options, "config") ? context->configuration : NULL;
	if (options.data)
		find_usual_zone(options.data);
	if (!options.data || !read_settings(context, &options.settings))
		return EXIT_FAILED;
	return serve_main(&options);
}
