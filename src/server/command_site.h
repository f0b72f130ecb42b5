/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/plan.h"
#include "server/command.h"
#include "server/site_contents.h"

/* What the commands on the site's contents share. */

/* Publishes the site after a change that gave `err`; says what failed. The exit status. */
int site_changed(struct context *context, struct store *store, enum err err);

/* Says MESSAGE with {got}; EXIT_FAILED. */
int site_refuse(struct context *context, enum message message, struct str got);

/* Prints a message to standard output, a line. */
void site_say(
	struct context *context, enum message message, const struct text_arg *args, size_t count);
#define site_say_with(context, message, ...)                                                       \
	site_say(context, message, (const struct text_arg[]){__VA_ARGS__},                         \
		sizeof((const struct text_arg[]){__VA_ARGS__}) / sizeof(struct text_arg))

/* A file's problem: "FILE:LINE: field: …", and as JSON where that is asked for. EXIT_FAILED. */
int site_refuse_file(struct context *context, struct str path, const struct problem *problem);

/* A whole text file, in context->arena; says what failed. */
bool site_load_file(struct context *context, const char *path, struct str *ret_text);

/* --key, else the file's name without what follows its last dot; says when it is no key. */
bool site_file_key(struct context *context, const char *path, struct str *ret_key);

/* Whom it is run for (--on-behalf), else --author, else the login; says when it is no line of text.
 */
bool site_author(struct context *context, struct str *ret_author);

/* The last part of a path. */
struct str site_base_name(struct str path);

/* Members of a JSON object, with a comma unless `first`. */
void site_json_str(struct writer *w, const char *key, struct str value, bool first);
void site_json_number(struct writer *w, const char *key, uint64_t value);
void site_json_flag(struct writer *w, const char *key, bool value);
void site_json_date(struct writer *w, const char *key, struct date value);
void site_json_instant(struct writer *w, const char *key, struct instant value);

/* "from" and "to"; null where they are not set. */
void site_json_days(struct writer *w, const char *key, struct days value);

/* A number that is not known (NAN) is null. site_json_real() writes the number alone. */
void site_json_real(struct writer *w, double value);

/* A day in the operator's language; lives as long as the command. */
struct str site_day_text(struct context *context, struct date day);
