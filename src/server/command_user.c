/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts from the machine: the first administrator, and whoever has lost everything. */
#include "server/command_user.h"

#include <fcntl.h>
#include <sodium.h>

#include "base/limits.h"
#include "office/second_factor.h"
#include "os/file.h"
#include "os/password.h"

enum {
	PASSWORD_ROOM = 1024
};

/* --- what is asked for --- */

static int refuse(struct user_desk *d, enum message message, struct str got)
{
	return site_refuse(d->context, message, got);
}

static bool read_role(struct user_desk *d, struct str got, enum role *ret_role)
{
	if (role_parse(got, ret_role))
		return true;
	refuse(d, MESSAGE_USER_BAD_ROLE, got);
	return false;
}

static bool read_account(struct user_desk *d, struct account *a)
{
	const struct options *o = &d->context->options;
	char mail[MAIL_BYTES + 1];
	a->mail = str_from(o->words[0]);
	a->name = str_trim(options_str(o, "name"));
	/* --lang is the language of what is printed, and the person's too. */
	a->lang = d->context->console.lang;
	if (!mail_fold(a->mail, mail)) {
		refuse(d, MESSAGE_USER_BAD_MAIL, a->mail);
		return false;
	}
	if (a->name.size == 0) {
		refuse(d, MESSAGE_CLI_OPTION_NEEDS_VALUE, STR("--name"));
		return false;
	}
	if (!read_role(d, options_str(o, "role"), &a->role) || !user_org(d, &a->org))
		return false;
	if (role_needs_org(a->role) == (a->org != 0))
		return true;
	refuse(d, a->org == 0 ? MESSAGE_USER_NEEDS_ORG : MESSAGE_USER_NO_ORG, role_name(a->role));
	return false;
}

/* --- passwords --- */

static bool password_fine(struct user_desk *d, const struct account *a, struct str password)
{
	static const enum message messages[] = {
		[PASSWORD_FINE] = MESSAGE__COUNT,
		[PASSWORD_SHORT] = MESSAGE_USER_PASSWORD_SHORT,
		[PASSWORD_LONG] = MESSAGE_USER_PASSWORD_LONG,
		[PASSWORD_TEXT] = MESSAGE_USER_PASSWORD_TEXT,
		[PASSWORD_PERSONAL] = MESSAGE_USER_PASSWORD_PERSONAL,
		[PASSWORD_COMMON] = MESSAGE_USER_PASSWORD_COMMON,
	};
	enum password_fault fault = password_judge(password, a->mail, a->name);
	if (fault == PASSWORD_FINE)
		return true;
	console_say_with(&d->context->console, messages[fault],
		context_number_text(d->context, "least", LIMIT_PASSWORD_LEAST),
		context_number_text(d->context, "most", LIMIT_PASSWORD_BYTES));
	return false;
}

static struct str first_line(const struct writer *w)
{
	struct str rest;
	struct str line = str_cut(writer_view_str(w), '\n', &rest);
	if (line.size > 0 && line.data[line.size - 1] == '\r')
		line.size--;
	return line;
}

static enum err ask(struct user_desk *d, enum message message, struct writer *into)
{
	struct str prompt = text(d->context->console.lang, message);
	return password_ask(prompt, into);
}

static bool password_typed(struct user_desk *d, struct writer *password, struct writer *again)
{
	enum err err = ask(d, MESSAGE_USER_PASSWORD_NEW, password);
	if (err == E_OK)
		err = ask(d, MESSAGE_USER_PASSWORD_AGAIN, again);
	if (err != E_OK) {
		context_failed(d->context, STR("/dev/tty"), err);
		return false;
	}
	if (str_equal(first_line(password), first_line(again)))
		return true;
	refuse(d, MESSAGE_USER_PASSWORD_DIFFERS, STR(""));
	return false;
}

static bool password_loaded(struct user_desk *d, const char *path, struct writer *password)
{
	enum err err = file_load(AT_FDCWD, path, password);
	if (err != E_OK)
		context_failed(d->context, str_from(path), err);
	return err == E_OK;
}

/* All of its room at once, so that growing leaves no copy behind. */
static bool room_for_secret(struct writer *w)
{
	writer_init(w, PASSWORD_ROOM);
	bool fine = writer_reserve(w, PASSWORD_ROOM) != NULL;
	w->size = 0;
	return fine;
}

static void wipe(struct writer *w)
{
	if (w->data)
		sodium_memzero(w->data, w->capacity);
	writer_release(w);
}

/* Of --password-file, or typed twice at the terminal: never an argument, which everybody on the
 * machine could read. */
static bool read_password(
	struct user_desk *d, const struct account *a, struct password_hash *ret_hash)
{
	struct writer password, again;
	const char *path = options_get(&d->context->options, "password-file");
	bool fine = room_for_secret(&password);
	fine = room_for_secret(&again) && fine;
	if (fine)
		fine = path ? password_loaded(d, path, &password)
			    : password_typed(d, &password, &again);
	fine = fine && password_fine(d, a, first_line(&password));
	if (fine) {
		enum err err = password_hash(first_line(&password), ret_hash);
		fine = err == E_OK || context_failed(d->context, STR(""), err) == EXIT_FINE;
	}
	wipe(&password);
	wipe(&again);
	return fine;
}

static bool has_password(const struct user_desk *d)
{
	return options_has(&d->context->options, "password-file") ||
	       options_has(&d->context->options, "ask-password");
}

/* --- add --- */

static enum err add(struct user_desk *d, struct account *a, const struct password_hash *hash,
	struct token *ret_token)
{
	struct instant now = d->context->now;
	TRY(account_add(&d->office, &d->machine, a, now, &a->id));
	if (hash)
		return account_set_password(&d->office, &d->machine, a->id, hash, 0, now);
	return invitation_make(&d->office, &d->machine, a->id, INVITATION_JOIN, now, ret_token);
}

static int say_added(struct user_desk *d, const struct account *a)
{
	struct context *c = d->context;
	if (!c->console.json) {
		site_say_with(c, MESSAGE_USER_ADDED, {STR("mail"), a->mail});
		return EXIT_FINE;
	}
	struct writer *w = &c->console.out;
	writer_text(w, "{\"id\":");
	writer_decimal(w, (uint64_t)a->id);
	site_json_str(w, "mail", a->mail, false);
	writer_text(w, "}\n");
	return EXIT_FINE;
}

static int add_account(struct user_desk *d)
{
	struct account account = {0};
	struct password_hash hash;
	struct token token;
	bool typed = has_password(d);
	if (!read_account(d, &account) || (typed && !read_password(d, &account, &hash)))
		return EXIT_FAILED;
	enum err err = office_begin(&d->office);
	if (err == E_OK)
		err = office_end(&d->office, add(d, &account, typed ? &hash : NULL, &token));
	if (err == E_EXISTS)
		return refuse(d, MESSAGE_USER_EXISTS, account.mail);
	if (err == E_SYNTAX)
		return refuse(d, MESSAGE_USER_BAD_NAME, account.name);
	if (err != E_OK)
		return user_failed(d, err);
	if (typed)
		return say_added(d, &account);
	user_print_link(d, &account, INVITATION_JOIN, &token);
	token_wipe(&token);
	return EXIT_FINE;
}

/* --- disable, enable, reset --- */

static int changed(struct user_desk *d, enum err err)
{
	return err == E_OK ? EXIT_FINE : user_failed(d, err);
}

static int set_state(struct user_desk *d, bool enable)
{
	struct account account;
	if (!user_find(d, &account))
		return EXIT_FAILED;
	enum err err = office_begin(&d->office);
	if (err == E_OK)
		err = office_end(&d->office, enable ? account_enable(&d->office, &d->machine,
							      account.id, d->context->now)
						    : account_disable(&d->office, &d->machine,
							      account.id, d->context->now));
	return changed(d, err);
}

static int disable(struct user_desk *d)
{
	return set_state(d, false);
}

static int enable(struct user_desk *d)
{
	return set_state(d, true);
}

/* Who never came in is invited once more. */
static enum err make_link(struct user_desk *d, const struct account *a, enum invitation_kind kind,
	struct token *ret_token)
{
	struct instant now = d->context->now;
	if (options_has(&d->context->options, "without-second-factor"))
		TRY(factor_remove(&d->office, &d->machine, a->id, now));
	return invitation_make(&d->office, &d->machine, a->id, kind, now, ret_token);
}

static int reset(struct user_desk *d)
{
	struct account account;
	struct token token;
	if (!user_find(d, &account))
		return EXIT_FAILED;
	if (account.state == ACCOUNT_DISABLED)
		return refuse(d, MESSAGE_USER_IS_DISABLED, account.mail);
	enum invitation_kind kind =
		account.state == ACCOUNT_INVITED ? INVITATION_JOIN : INVITATION_RESET;
	enum err err = office_begin(&d->office);
	if (err == E_OK)
		err = office_end(&d->office, make_link(d, &account, kind, &token));
	if (err != E_OK)
		return user_failed(d, err);
	user_print_link(d, &account, kind, &token);
	token_wipe(&token);
	return EXIT_FINE;
}

/* --- who must have a second factor --- */

static int require(struct user_desk *d)
{
	enum role role;
	const char *const *words = d->context->options.words;
	bool required = str_equal(str_from(words[1]), STR("yes"));
	if (!read_role(d, str_from(words[0]), &role))
		return EXIT_FAILED;
	if (!required && !str_equal(str_from(words[1]), STR("no")))
		return refuse(d, MESSAGE_USER_YES_OR_NO, str_from(words[1]));
	enum err err = office_begin(&d->office);
	if (err == E_OK)
		err = office_end(&d->office,
			factor_require(&d->office, &d->machine, role, required, d->context->now));
	return changed(d, err);
}

/* --- */

static int run(struct context *context, int (*command)(struct user_desk *d))
{
	struct user_desk desk;
	if (!user_desk_open(context, true, &desk))
		return EXIT_FAILED;
	int status = command(&desk);
	user_desk_close(&desk);
	return status;
}

int command_user_add(struct context *context)
{
	return run(context, add_account);
}

int command_user_disable(struct context *context)
{
	return run(context, disable);
}

int command_user_enable(struct context *context)
{
	return run(context, enable);
}

int command_user_reset(struct context *context)
{
	return run(context, reset);
}

int command_user_require(struct context *context)
{
	return run(context, require);
}
