/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os/file.h"
#include "os/fork.h"
#include "os/system.h"
#include "server/clerk.h"
#include "server/command.h"
#include "server/context_actor.h"
#include "server/desk_role.h"
#include "server/fetch_role.h"
#include "server/guard.h"
#include "server/help.h"
#include "server/keeper.h"
#include "server/parse_role.h"
#include "server/portal_role.h"

#define COMMON " " GENERAL_OPTIONS " "

/* What a source is made of. */
#define SOURCE                                                                                     \
	"url shadowserver folder every zone feed kind format map botnet observed-rule "            \
	"secret-file auth ca-file catch-up lag lists types download still move "                   \
	"most-bytes most-seconds "

/* How to reach the mail server. */
#define MAIL "mail mail-ca-file mail-from mail-password-file mail-plain mail-user "

enum {
	MANY = 1 << 20
};

static const struct command commands[] = {
	{"init", command_init, COMMON "country ", "", 0, 0, MESSAGE_HELP_INIT},
	{"network import", command_network_import, COMMON "country as-of kind ", "FILE…", 1, MANY,
		MESSAGE_HELP_NETWORK_IMPORT},
	{"network show", command_network_show, COMMON "as-of ", "IP…", 1, MANY,
		MESSAGE_HELP_NETWORK_SHOW},
	{"ingest", command_ingest, COMMON "feed kind botnet observed format map name yes ",
		"FILE|FOLDER|-…", 1, MANY, MESSAGE_HELP_INGEST},
	{"source add", command_source_add, COMMON SOURCE, "NAME", 1, 1, MESSAGE_HELP_SOURCE_ADD},
	{"source list", command_source_list, COMMON, "", 0, 0, MESSAGE_HELP_SOURCE_LIST},
	{"source show", command_source_show, COMMON, "NAME", 1, 1, MESSAGE_HELP_SOURCE_SHOW},
	{"source edit", command_source_edit, COMMON SOURCE, "NAME", 1, 1, MESSAGE_HELP_SOURCE_EDIT},
	{"source pause", command_source_pause, COMMON, "NAME", 1, 1, MESSAGE_HELP_SOURCE_PAUSE},
	{"source resume", command_source_resume, COMMON, "NAME", 1, 1, MESSAGE_HELP_SOURCE_RESUME},
	{"source remove", command_source_remove, COMMON, "NAME", 1, 1, MESSAGE_HELP_SOURCE_REMOVE},
	{"fetch", command_fetch, COMMON "again loop now user ", "[NAME…]", 0, MANY,
		MESSAGE_HELP_FETCH},
	{"retract", command_retract, COMMON "yes ", "FILE…", 1, MANY, MESSAGE_HELP_RETRACT},
	{"check", command_check, COMMON, "IP…|-", 1, MANY, MESSAGE_HELP_CHECK},
	{"top botnets", command_top, COMMON "kind country from to feed limit ", "", 0, 0,
		MESSAGE_HELP_TOP},
	{"top asns", command_top, COMMON "kind country from to feed limit ", "", 0, 0,
		MESSAGE_HELP_TOP},
	{"top holders", command_top, COMMON "kind country from to feed limit ", "", 0, 0,
		MESSAGE_HELP_TOP},
	{"allow", command_allow, COMMON "until why ", "IP|PREFIX", 1, 1, MESSAGE_HELP_ALLOW},
	{"feed set", command_feed_set,
		COMMON
		"title tlp public-check public-stats export kind precision frequency format map ",
		"NAME", 1, 1, MESSAGE_HELP_FEED_SET},
	{"feed list", command_feed_list, COMMON, "", 0, 0, MESSAGE_HELP_FEED_LIST},
	{"names import", command_names_import, COMMON, "FILE", 1, 1, MESSAGE_HELP_NAMES_IMPORT},
	{"names list", command_names_list, COMMON "unmapped ", "", 0, 0, MESSAGE_HELP_NAMES_LIST},
	{"simulate", command_simulate,
		COMMON "country seed days end hosts reports output format out effect decline "
		       "campaign controls feed-changes compress ",
		"", 0, 0, MESSAGE_HELP_SIMULATE},
	{"backup", command_backup, COMMON, "FILE", 1, 1, MESSAGE_HELP_BACKUP},
	{"restore", command_restore, COMMON, "FILE", 1, 1, MESSAGE_HELP_RESTORE},
	{"verify", command_verify, COMMON, "", 0, 0, MESSAGE_HELP_VERIFY},
	{"retain", command_retain, COMMON "keep-months dry-run yes ", "", 0, 0,
		MESSAGE_HELP_RETAIN},
	{"compact", command_compact, COMMON, "", 0, 0, MESSAGE_HELP_COMPACT},
	{"rebuild", command_rebuild, COMMON, "", 0, 0, MESSAGE_HELP_REBUILD},
	{"upgrade", command_upgrade, COMMON, "", 0, 0, MESSAGE_HELP_UPGRADE},
	{"site set", command_site_set, COMMON, "NAME VALUE", 2, 2, MESSAGE_HELP_SITE_SET},
	{"site show", command_site_show, COMMON, "", 0, 0, MESSAGE_HELP_SITE_SHOW},
	{"campaign set", command_campaign_set,
		COMMON "name-vi name-en country zone begins ends before after baseline goal "
		       "goal-name-vi goal-name-en panel earlier ",
		"KEY", 1, 1, MESSAGE_HELP_CAMPAIGN_SET},
	{"campaign list", command_campaign_list, COMMON, "", 0, 0, MESSAGE_HELP_CAMPAIGN_LIST},
	{"campaign show", command_campaign_show, COMMON, "KEY", 1, 1, MESSAGE_HELP_CAMPAIGN_SHOW},
	{"campaign freeze", command_campaign_freeze, COMMON "again ", "KEY", 1, 1,
		MESSAGE_HELP_CAMPAIGN_FREEZE},
	{"campaign counts", command_campaign_counts, COMMON "as-of ", "KEY", 1, 1,
		MESSAGE_HELP_CAMPAIGN_COUNTS},
	{"evaluate", command_evaluate, COMMON "campaign as-of output public ", "", 0, 0,
		MESSAGE_HELP_EVALUATE},
	{"edition make", command_edition_make, COMMON "reply-days correction-vi correction-en ",
		"CAMPAIGN", 1, 1, MESSAGE_HELP_EDITION_MAKE},
	{"edition list", command_edition_list, COMMON, "[CAMPAIGN]", 0, 1,
		MESSAGE_HELP_EDITION_LIST},
	{"edition show", command_edition_show, COMMON, "CAMPAIGN [N]", 1, 2,
		MESSAGE_HELP_EDITION_SHOW},
	{"edition files", command_edition_files, COMMON "out output ", "CAMPAIGN [N]", 1, 2,
		MESSAGE_HELP_EDITION_FILES},
	{"edition reply", command_edition_reply, COMMON "text reply-lang author ",
		"CAMPAIGN N HOLDER", 3, 3, MESSAGE_HELP_EDITION_REPLY},
	{"figure enter", command_figure_enter, COMMON "value day window source author withdraw ",
		"SERIES", 1, 1, MESSAGE_HELP_FIGURE_ENTER},
	{"figure list", command_figure_list, COMMON "history ", "[SERIES]", 0, 1,
		MESSAGE_HELP_FIGURE_LIST},
	{"holder set", command_holder_set, COMMON "subscribers treated source author ", "KEY", 1, 1,
		MESSAGE_HELP_HOLDER_SET},
	{"holder list", command_holder_list, COMMON, "", 0, 0, MESSAGE_HELP_HOLDER_LIST},
	{"holder leases", command_holder_leases, COMMON "source author ", "KEY FILE", 2, 2,
		MESSAGE_HELP_HOLDER_LEASES},
	{"region import", command_region_import, COMMON "country source author ", "FILE", 1, 1,
		MESSAGE_HELP_REGION_IMPORT},
	{"region use", command_region_use, COMMON "country author ", "NAME|auto", 1, 1,
		MESSAGE_HELP_REGION_USE},
	{"region list", command_region_list, COMMON "country ", "", 0, 0, MESSAGE_HELP_REGION_LIST},
	{"region show", command_region_show, COMMON "country ", "[KEY]", 0, 1,
		MESSAGE_HELP_REGION_SHOW},
	{"results import", command_results_import, COMMON "author ", "FILE…", 1, MANY,
		MESSAGE_HELP_RESULTS_IMPORT},
	{"results list", command_results_list, COMMON "history ", "[TOOL]", 0, 1,
		MESSAGE_HELP_RESULTS_LIST},
	{"form set", command_form_set, COMMON, "CAMPAIGN FILE", 2, 2, MESSAGE_HELP_FORM_SET},
	{"form show", command_form_show, COMMON "number ", "CAMPAIGN", 1, 1,
		MESSAGE_HELP_FORM_SHOW},
	{"deadline set", command_deadline_set, COMMON "level org ", "CAMPAIGN DATE|none|excused", 2,
		2, MESSAGE_HELP_DEADLINE_SET},
	{"deadline list", command_deadline_list, COMMON, "CAMPAIGN", 1, 1,
		MESSAGE_HELP_DEADLINE_LIST},
	{"return list", command_return_list, COMMON "state ", "CAMPAIGN [ORG]", 1, 2,
		MESSAGE_HELP_RETURN_LIST},
	{"return show", command_return_show, COMMON "number ", "CAMPAIGN ORG", 2, 2,
		MESSAGE_HELP_RETURN_SHOW},
	{"return template", command_return_template, COMMON "output ", "CAMPAIGN ORG", 2, 2,
		MESSAGE_HELP_RETURN_TEMPLATE},
	{"return submit", command_return_submit, COMMON "confirm draft ", "CAMPAIGN ORG FILE", 3, 3,
		MESSAGE_HELP_RETURN_SUBMIT},
	{"return organisations", command_return_organisations, COMMON, "CAMPAIGN ORG FILE", 3, 3,
		MESSAGE_HELP_RETURN_ORGANISATIONS},
	{"return known", command_return_known, COMMON, "CAMPAIGN [ORG]", 1, 2,
		MESSAGE_HELP_RETURN_KNOWN},
	{"return look", command_return_look, COMMON "clamd ", "", 0, 0, MESSAGE_HELP_RETURN_LOOK},
	{"return accept", command_return_accept, COMMON, "CAMPAIGN ORG", 2, 2,
		MESSAGE_HELP_RETURN_ACCEPT},
	{"return send-back", command_return_send_back, COMMON "why ", "CAMPAIGN ORG", 2, 2,
		MESSAGE_HELP_RETURN_SEND_BACK},
	{"return remind", command_return_remind, COMMON MAIL "dry-run zone ", "[CAMPAIGN]", 0, 1,
		MESSAGE_HELP_RETURN_REMIND},
	{"return roll-up", command_return_roll_up, COMMON, "CAMPAIGN [ORG]", 1, 2,
		MESSAGE_HELP_RETURN_ROLL_UP},
	{"return document", command_return_document, COMMON "output own ", "CAMPAIGN [ORG]", 1, 2,
		MESSAGE_HELP_RETURN_DOCUMENT},
	{"page set", command_page_set, COMMON "key author ", "FILE", 1, 1, MESSAGE_HELP_PAGE_SET},
	{"page list", command_page_list, COMMON, "", 0, 0, MESSAGE_HELP_PAGE_LIST},
	{"page show", command_page_show, COMMON "number ", "KEY", 1, 1, MESSAGE_HELP_PAGE_SHOW},
	{"page history", command_page_history, COMMON, "KEY", 1, 1, MESSAGE_HELP_PAGE_HISTORY},
	{"page restore", command_page_restore, COMMON "number author ", "KEY", 1, 1,
		MESSAGE_HELP_PAGE_RESTORE},
	{"page withdraw", command_page_withdraw, COMMON "author ", "KEY", 1, 1,
		MESSAGE_HELP_PAGE_WITHDRAW},
	{"tool set", command_tool_set, COMMON "key ", "FILE", 1, 1, MESSAGE_HELP_TOOL_SET},
	{"tool add-file", command_tool_add_file, COMMON, "KEY FILE", 2, 2,
		MESSAGE_HELP_TOOL_ADD_FILE},
	{"tool list", command_tool_list, COMMON, "", 0, 0, MESSAGE_HELP_TOOL_LIST},
	{"tool show", command_tool_show, COMMON, "KEY", 1, 1, MESSAGE_HELP_TOOL_SHOW},
	{"tool remove", command_tool_remove, COMMON, "KEY", 1, 1, MESSAGE_HELP_TOOL_REMOVE},
	{"tool order", command_tool_order, COMMON, "KEY…", 1, MANY, MESSAGE_HELP_TOOL_ORDER},
	{"pack keygen", command_pack_keygen, COMMON "output password-file ", "", 0, 0,
		MESSAGE_HELP_PACK_KEYGEN},
	{"pack build", command_pack_build,
		COMMON "rules ours hashes indicators pages set-info id expires version-number key "
		       "password-file output ",
		"", 0, 0, MESSAGE_HELP_PACK_BUILD},
	{"pack verify", command_pack_verify, COMMON "public-key ", "FILE", 1, 1,
		MESSAGE_HELP_PACK_VERIFY},
	{"pack show", command_pack_show, COMMON, "FILE", 1, 1, MESSAGE_HELP_PACK_SHOW},
	{"pack diff", command_pack_diff, COMMON, "OLD NEW", 2, 2, MESSAGE_HELP_PACK_DIFF},
	{"mail send", command_mail_send, COMMON MAIL "once user ", "", 0, 0,
		MESSAGE_HELP_MAIL_SEND},
	{"mail list", command_mail_list, COMMON MAIL "failed ", "", 0, 0, MESSAGE_HELP_MAIL_LIST},
	{"mail retry", command_mail_retry, COMMON, "ID…", 1, MANY, MESSAGE_HELP_MAIL_RETRY},
	{"mail test", command_mail_test, COMMON MAIL, "ADDRESS", 1, 1, MESSAGE_HELP_MAIL_TEST},
	{"unit import", command_unit_import, COMMON "day dry-run under ", "FILE…", 1, MANY,
		MESSAGE_HELP_UNIT_IMPORT},
	{"unit export", command_unit_export, COMMON "day format ", "", 0, 0,
		MESSAGE_HELP_UNIT_EXPORT},
	{"unit list", command_unit_list, COMMON "day ", "[CODE]", 0, 1, MESSAGE_HELP_UNIT_LIST},
	{"unit show", command_unit_show, COMMON "campaign ", "CODE", 1, 1, MESSAGE_HELP_UNIT_SHOW},
	{"unit move", command_unit_move, COMMON "day ", "CODE SUPERIOR|-", 2, 2,
		MESSAGE_HELP_UNIT_MOVE},
	{"unit merge", command_unit_merge, COMMON "day ", "CODE… INTO", 2, 65,
		MESSAGE_HELP_UNIT_MERGE},
	{"unit split", command_unit_split, COMMON "day ", "CODE INTO…", 2, 65,
		MESSAGE_HELP_UNIT_SPLIT},
	{"unit end", command_unit_end, COMMON "day ", "CODE", 1, 1, MESSAGE_HELP_UNIT_END},
	{"unit line", command_unit_line, COMMON "day ",
		"start CAMPAIGN | move CAMPAIGN CODE SUPERIOR|-", 2, 4, MESSAGE_HELP_UNIT_LINE},
	{"unit contact", command_unit_contact, COMMON "campaign ", "CODE [NAME [PHONE [MAIL]]]", 1,
		4, MESSAGE_HELP_UNIT_CONTACT},
	{"unit network", command_unit_network, COMMON "withdraw ", "CODE PREFIX…", 2, MANY,
		MESSAGE_HELP_UNIT_NETWORK},
	{"publish", command_publish, COMMON "yes ", "", 0, 0, MESSAGE_HELP_PUBLISH},
	{"user add", command_user_add, COMMON "name role org ask-password password-file ", "MAIL",
		1, 1, MESSAGE_HELP_USER_ADD},
	{"user list", command_user_list, COMMON "org ", "", 0, 0, MESSAGE_HELP_USER_LIST},
	{"user disable", command_user_disable, COMMON, "MAIL", 1, 1, MESSAGE_HELP_USER_DISABLE},
	{"user enable", command_user_enable, COMMON, "MAIL", 1, 1, MESSAGE_HELP_USER_ENABLE},
	{"user reset", command_user_reset, COMMON "without-second-factor ", "MAIL", 1, 1,
		MESSAGE_HELP_USER_RESET},
	{"user sessions", command_user_sessions, COMMON "revoke ", "MAIL", 1, 1,
		MESSAGE_HELP_USER_SESSIONS},
	{"user require", command_user_require, COMMON, "ROLE yes|no", 2, 2,
		MESSAGE_HELP_USER_REQUIRE},
	{"user audit", command_user_audit, COMMON "org since limit ", "", 0, 0,
		MESSAGE_HELP_USER_AUDIT},
	{"serve", command_serve,
		COMMON MAIL
		"listen desk-listen no-fetch trusted-proxy proxy-protocol operators user zone ",
		"", 0, 0, MESSAGE_HELP_SERVE},
};

enum {
	COMMANDS = sizeof(commands) / sizeof(commands[0])
};

static bool name_matches(const struct command *command, const struct options *o, size_t *ret_words)
{
	struct str second;
	struct str first = str_cut(str_from(command->name), ' ', &second);
	size_t needed = second.size ? 2 : 1;
	if (o->word_count < needed || !str_equal(first, str_from(o->words[0])))
		return false;
	if (second.size && !str_equal(second, str_from(o->words[1])))
		return false;
	*ret_words = needed;
	return true;
}

static const struct command *find_command(struct options *o)
{
	size_t words;
	for (size_t i = 0; i < COMMANDS; i++) {
		if (!name_matches(&commands[i], o, &words))
			continue;
		o->words += words;
		o->word_count -= words;
		return &commands[i];
	}
	return NULL;
}

static bool takes_option(const struct command *command, const char *name)
{
	struct str rest = str_from(command->options);
	while (rest.size > 0)
		if (str_equal(str_cut(rest, ' ', &rest), str_from(name)))
			return true;
	return false;
}

static int usage_error(struct context *c, enum message message, const char *got)
{
	console_say_with(&c->console, message, {STR("got"), str_from(got)});
	return EXIT_FAILED;
}

/* "top botnets, top asns, top holders" for "top"; empty where no command begins so. */
static void write_candidates(struct writer *w, struct str word)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		struct str rest;
		if (!str_equal(str_cut(str_from(commands[i].name), ' ', &rest), word))
			continue;
		writer_text(w, w->size > 0 ? ", " : "");
		writer_text(w, commands[i].name);
	}
}

static int no_such_command(struct context *c)
{
	const struct options *o = &c->options;
	struct writer candidates;
	if (o->word_count == 0)
		return usage_error(c, MESSAGE_CLI_NO_COMMAND, "");
	writer_init(&candidates, 4096);
	write_candidates(&candidates, str_from(o->words[0]));
	if (candidates.size > 0)
		console_say_with(&c->console, MESSAGE_CLI_WHICH_COMMAND,
			{STR("got"), writer_view_str(&candidates)});
	else
		usage_error(c, MESSAGE_CLI_UNKNOWN_COMMAND, o->words[0]);
	writer_release(&candidates);
	return EXIT_FAILED;
}

static int show_help(struct context *c, const struct command *command)
{
	if (command)
		help_command(c, command);
	else if (c->options.word_count == 0)
		help_all(c, commands, COMMANDS);
	else if (!help_group(c, commands, COMMANDS, str_from(c->options.words[0])))
		return no_such_command(c);
	return EXIT_FINE;
}

static bool options_fit(struct context *c, const struct command *command)
{
	for (size_t i = 0; i < c->options.given_count; i++) {
		const char *name = c->options.given[i].name;
		if (takes_option(command, name))
			continue;
		usage_error(c, MESSAGE_CLI_OPTION_NOT_HERE, name);
		return false;
	}
	return true;
}

/* What is about one organisation asks whether the person it is run for may; all else is for
 * operators. */
static bool asks_rights(const struct command *command)
{
	static const char *const groups[] = {"unit import", "return "};
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (str_starts(str_from(command->name), str_from(groups[i])))
			return true;
	return false;
}

static int run_command(struct context *c)
{
	const struct command *command = find_command(&c->options);
	if (options_has(&c->options, "help"))
		return show_help(c, command);
	if (options_has(&c->options, "version")) {
		writer_text(&c->console.out, "quetsach " QUETSACH_VERSION "\n");
		return EXIT_FINE;
	}
	if (!command)
		return no_such_command(c);
	if (!options_fit(c, command))
		return EXIT_FAILED;
	if (c->options.word_count < command->least)
		return usage_error(c, MESSAGE_CLI_MISSING_ARGUMENT, command->arguments);
	if (c->options.word_count > command->most)
		return usage_error(c, MESSAGE_CLI_EXTRA_ARGUMENT, c->options.words[command->most]);
	if (!asks_rights(command) && !context_operator_only(c))
		return EXIT_FAILED;
	/* Commands with two ranks of names ask which one they are. */
	c->console.subject = str_from(command->name);
	return command->run(c);
}

static bool parse_words(struct context *c, int argc, const char *const *argv)
{
	static const enum message messages[] = {
		[OPTIONS_UNKNOWN] = MESSAGE_CLI_UNKNOWN_OPTION,
		[OPTIONS_NEEDS_VALUE] = MESSAGE_CLI_OPTION_NEEDS_VALUE,
		[OPTIONS_NO_VALUE] = MESSAGE_CLI_OPTION_NO_VALUE,
		[OPTIONS_NO_MEMORY] = MESSAGE_ERR_NOMEM,
	};
	const char *at = "";
	enum options_complaint complaint =
		options_parse(&c->options, server_options(), &c->arena, argc, argv, &at);
	console_init(&c->console, "quetsach", context_lang(&c->options),
		options_has(&c->options, "json"));
	c->console.told = options_has(&c->options, "json-problems");
	if (complaint == OPTIONS_FINE)
		return true;
	usage_error(c, messages[complaint], at);
	return false;
}

int main(int argc, char **argv)
{
	struct context c = {.now = system_now()};
	if (argc == 3 && strcmp(argv[1], "--role") == 0 && strcmp(argv[2], "parse") == 0)
		return parse_role_main();
	if (argc == 3 && strcmp(argv[1], "--role") == 0 && strcmp(argv[2], "portal") == 0)
		return portal_role_main();
	if (argc == 3 && strcmp(argv[1], "--role") == 0 && strcmp(argv[2], "desk") == 0)
		return desk_role_main();
	if (argc == 3 && strcmp(argv[1], "--role") == 0 && strcmp(argv[2], "fetch") == 0)
		return fetch_role_main();
	if (argc > 3 && strcmp(argv[1], "--role") == 0 && strcmp(argv[2], "clerk") == 0)
		return clerk_role_main(argc - 3, (const char *const *)argv + 3);
	if (argc > 3 && strcmp(argv[1], "--role") == 0 && strcmp(argv[2], "keeper") == 0)
		return keeper_role_main(argc - 3, (const char *const *)argv + 3);
	if (argc > 3 && strcmp(argv[1], "--role") == 0 && strcmp(argv[2], "guard") == 0)
		return guard_role_main(argc - 3, (const char *const *)argv + 3);
	if (standard_descriptors_fill() != E_OK)
		return EXIT_FAILED;
	system_survive_file_limit();
	arena_init(&c.arena, (size_t)1 << 30);
	int status = EXIT_FAILED;
	/* Help is there even where the configuration cannot be read. */
	if (parse_words(&c, argc, (const char *const *)argv) &&
		(options_has(&c.options, "help") || context_configure(&c)))
		status = run_command(&c);
	if (!console_finish(&c.console))
		status = EXIT_FAILED;
	arena_release(&c.arena);
	return status;
}
