/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "program/console.h"
#include "server/options.h"
#include "store/store.h"

/* Exit statuses of every command. */
enum {
	EXIT_FINE = 0,
	EXIT_YES = 1,
	EXIT_FAILED = 2,
	EXIT_INCOMPLETE = 3
};

/* The options of every command. */
#define GENERAL_OPTIONS "data config lang json json-problems on-behalf help version"

/* What a command works with: made by main(), gone with the process. */
struct context {
	struct console console;
	struct options options;
	struct arena arena; /* lives as long as the command */
	struct instant now;
	const char *configuration; /* the file's path; NULL: not looked for yet */
};

/* One line of the command table in main.c. */
struct command {
	const char *name;                    /* "ingest", "network import" */
	int (*run)(struct context *context); /* exit status */
	const char *options;                 /* names of the options it takes, between spaces */
	const char *arguments;               /* as usage shows them */
	size_t least;                        /* number of arguments */
	size_t most;
	enum message help;
};

int command_init(struct context *context);
int command_network_import(struct context *context);
int command_network_show(struct context *context);
int command_ingest(struct context *context);
int command_retract(struct context *context);
int command_check(struct context *context);
int command_top(struct context *context);
int command_allow(struct context *context);
int command_feed_set(struct context *context);
int command_feed_list(struct context *context);
int command_names_import(struct context *context);
int command_names_list(struct context *context);
int command_simulate(struct context *context);
int command_backup(struct context *context);
int command_restore(struct context *context);
int command_verify(struct context *context);
int command_retain(struct context *context);
int command_compact(struct context *context);
int command_rebuild(struct context *context);
int command_serve(struct context *context);
int command_source_add(struct context *context);
int command_source_list(struct context *context);
int command_source_show(struct context *context);
int command_source_edit(struct context *context);
int command_source_remove(struct context *context);
int command_source_pause(struct context *context);
int command_source_resume(struct context *context);
int command_fetch(struct context *context);
int command_mail_send(struct context *context);
int command_mail_list(struct context *context);
int command_mail_retry(struct context *context);
int command_mail_test(struct context *context);
int command_publish(struct context *context);
int command_upgrade(struct context *context);
int command_site_set(struct context *context);
int command_site_show(struct context *context);
int command_campaign_set(struct context *context);
int command_campaign_list(struct context *context);
int command_campaign_show(struct context *context);
int command_campaign_freeze(struct context *context);
int command_campaign_counts(struct context *context);
int command_evaluate(struct context *context);
int command_edition_make(struct context *context);
int command_edition_list(struct context *context);
int command_edition_show(struct context *context);
int command_edition_files(struct context *context);
int command_edition_reply(struct context *context);
int command_figure_enter(struct context *context);
int command_figure_list(struct context *context);
int command_holder_set(struct context *context);
int command_holder_list(struct context *context);
int command_holder_leases(struct context *context);
int command_region_import(struct context *context);
int command_region_use(struct context *context);
int command_region_list(struct context *context);
int command_region_show(struct context *context);
int command_results_import(struct context *context);
int command_results_list(struct context *context);
int command_form_set(struct context *context);
int command_form_show(struct context *context);
int command_deadline_set(struct context *context);
int command_deadline_list(struct context *context);
int command_return_list(struct context *context);
int command_return_remind(struct context *context);
int command_return_show(struct context *context);
int command_return_template(struct context *context);
int command_return_submit(struct context *context);
int command_return_organisations(struct context *context);
int command_return_known(struct context *context);
int command_return_look(struct context *context);
int command_return_accept(struct context *context);
int command_return_send_back(struct context *context);
int command_return_roll_up(struct context *context);
int command_return_document(struct context *context);
int command_page_set(struct context *context);
int command_page_list(struct context *context);
int command_page_show(struct context *context);
int command_page_history(struct context *context);
int command_page_restore(struct context *context);
int command_page_withdraw(struct context *context);
int command_tool_set(struct context *context);
int command_tool_add_file(struct context *context);
int command_tool_list(struct context *context);
int command_tool_show(struct context *context);
int command_tool_remove(struct context *context);
int command_tool_order(struct context *context);
int command_unit_import(struct context *context);
int command_unit_export(struct context *context);
int command_unit_list(struct context *context);
int command_unit_show(struct context *context);
int command_unit_move(struct context *context);
int command_unit_merge(struct context *context);
int command_unit_split(struct context *context);
int command_unit_end(struct context *context);
int command_unit_line(struct context *context);
int command_unit_contact(struct context *context);
int command_unit_network(struct context *context);
int command_pack_keygen(struct context *context);
int command_pack_build(struct context *context);
int command_pack_verify(struct context *context);
int command_pack_show(struct context *context);
int command_pack_diff(struct context *context);
int command_user_add(struct context *context);
int command_user_list(struct context *context);
int command_user_disable(struct context *context);
int command_user_enable(struct context *context);
int command_user_reset(struct context *context);
int command_user_sessions(struct context *context);
int command_user_require(struct context *context);
int command_user_audit(struct context *context);

/* Language of the messages: --lang, else the locale. */
enum lang context_lang(const struct options *o);

/* Reads the configuration file (--config, else /etc/quetsach.conf where there is one); complains
 * and returns false when it cannot be read. */
bool context_configure(struct context *context);

/* A path with the folders before it, for when the current folder is another; lives as long as the
 * command. */
const char *context_absolute(struct context *context, const char *file);

/* The data folder of --data, QUETSACH_DATA or the configuration file; complains and returns NULL
 * where none is named. */
const char *context_folder(struct context *context);

/* Says why a data folder could not be opened; an older one is told from an unknown one. */
void context_folder_failed(struct context *context, const char *folder, enum err err);

/* Opens the data folder, or complains and returns false. */
bool context_store(struct context *context, enum store_mode mode, struct store **ret_store);

/* Says what failed and returns EXIT_FAILED. subject may be empty. */
int context_failed(struct context *context, struct str subject, enum err err);

/* The same, with the store's own complaint. */
int context_store_failed(struct context *context, struct store *store, enum err err);

/* A number for a message, written the language's way; lives as long as the command. */
struct text_arg context_number_text(struct context *context, const char *name, uint64_t value);

/* --country in capital letters, empty where not given. */
struct str context_country(struct context *context);

/* --from, --to and the like: false with a complaint when the option is given and no date. */
bool context_date(
	struct context *context, const char *option, bool *ret_given, struct date *ret_date);

/* A whole number from an option, `fallback` where it is not given; false with a complaint. */
bool context_number(struct context *context, const char *option, uint64_t least, uint64_t most,
	uint64_t fallback, uint64_t *ret_value);
