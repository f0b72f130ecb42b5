/* SPDX-License-Identifier: Apache-2.0 */
/* Outgoing mail as the operator sees it. */
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>

#include "base/limits.h"
#include "mail/address.h"
#include "mail/id.h"
#include "mail/spool.h"
#include "os/entry.h"
#include "os/sandbox.h"
#include "os/system.h"
#include "server/command_site.h"
#include "server/mail_role.h"

enum {
	PASSWORD_BYTES = 1024,
	AUTHORITIES_BYTES = 4 << 20,
	OTHERS = 07
};

/* What the settings borrow from. */
struct held {
	struct writer password;
	struct writer authorities;
	struct mail_address from;
};

static int refuse(struct context *c, enum message message, const char *name, struct str value)
{
	console_say_with(&c->console, message, {str_from(name), value});
	return EXIT_FAILED;
}

/* --- settings --- */

static bool read_server(struct context *c, struct mail_server *server)
{
	struct problem problem;
	struct str got = options_str(&c->options, "mail");
	bool plain = options_has(&c->options, "mail-plain");
	enum err err = mail_server_parse(got.size > 0 ? got : STR("none"), plain, server, &problem);
	if (err == E_OK)
		return true;
	refuse(c,
		problem.code == PROBLEM_FIELDS_CLASH ? MESSAGE_MAIL_PLAIN_ELSEWHERE
						     : MESSAGE_MAIL_BAD_SERVER,
		"got", got);
	return false;
}

static bool read_from(struct context *c, struct mail_address *from)
{
	struct problem problem;
	struct str got = options_str(&c->options, "mail-from");
	if (got.size == 0) {
		refuse(c, MESSAGE_MAIL_NEEDS, "option", STR("mail-from"));
		return false;
	}
	if (mail_address_parse(got, STR("mail-from"), from, &problem) == E_OK)
		return true;
	console_problem(&c->console, STR("mail-from"), &problem);
	return false;
}

static bool load(struct context *c, const char *path, struct writer *into)
{
	enum err err = file_load(AT_FDCWD, path, into);
	if (err != E_OK)
		context_failed(c, str_from(path), err);
	return err == E_OK;
}

static bool is_open_to_others(const char *path)
{
	struct entry_facts facts;
	int fd;
	if (file_open_read(AT_FDCWD, path, &fd) != E_OK)
		return false;
	bool open = descriptor_facts(fd, &facts) == E_OK && (facts.mode & OTHERS) != 0;
	file_close(&fd);
	return open;
}

/* All of its room at once, so that growing leaves no copy behind. */
static bool read_password(struct context *c, struct writer *into, struct str *ret_password)
{
	struct str rest;
	const char *path = options_get(&c->options, "mail-password-file");
	if (!path) {
		refuse(c, MESSAGE_MAIL_NEEDS, "option", STR("mail-password-file"));
		return false;
	}
	if (is_open_to_others(path)) {
		refuse(c, MESSAGE_MAIL_PASSWORD_OPEN, "what", str_from(path));
		return false;
	}
	if (!writer_reserve(into, PASSWORD_BYTES))
		return false;
	into->size = 0;
	if (!load(c, path, into))
		return false;
	struct str line = str_cut(writer_view_str(into), '\n', &rest);
	if (line.size > 0 && line.data[line.size - 1] == '\r')
		line.size--;
	if (line.size == 0)
		refuse(c, MESSAGE_MAIL_PASSWORD_EMPTY, "what", str_from(path));
	*ret_password = line;
	return line.size > 0;
}

static bool read_account(struct context *c, struct held *h, struct mail_account *account)
{
	const char *authorities = options_get(&c->options, "mail-ca-file");
	if (!read_from(c, &h->from))
		return false;
	*account = (struct mail_account){.user = options_str(&c->options, "mail-user"),
		.name = mail_address_domain(&h->from)};
	if (account->user.size > 0 && !read_password(c, &h->password, &account->password))
		return false;
	if (!authorities)
		return true;
	bool fine = load(c, authorities, &h->authorities);
	account->authorities = writer_view_str(&h->authorities);
	return fine;
}

static void held_init(struct held *h)
{
	writer_init(&h->password, PASSWORD_BYTES);
	writer_init(&h->authorities, AUTHORITIES_BYTES);
}

static void held_release(struct held *h)
{
	if (h->password.data)
		sodium_memzero(h->password.data, h->password.capacity);
	writer_release(&h->password);
	writer_release(&h->authorities);
}

/* --- send --- */

static int report_run(struct context *c, const struct mail_tally *t)
{
	if (t->away)
		refuse(c, MESSAGE_MAIL_SERVER_AWAY, "what", str_from(t->words));
	console_say_with(&c->console, MESSAGE_MAIL_RUN_DONE,
		context_number_text(c, "sent", t->sent),
		context_number_text(c, "delayed", t->delayed),
		context_number_text(c, "failed", t->failed),
		context_number_text(c, "waiting", t->waiting));
	if (t->away)
		return EXIT_FAILED;
	return t->waiting + t->failed > 0 ? EXIT_INCOMPLETE : EXIT_FINE;
}

static int run_role(struct context *c, const struct mail_settings *settings)
{
	struct mail_tally tally;
	enum err err = mail_role_run(settings, &tally);
	if (err == E_BUSY) {
		console_say(&c->console, MESSAGE_MAIL_BUSY, NULL, 0);
		return EXIT_FAILED;
	}
	if (err != E_OK)
		return context_failed(c, str_from(settings->data), err);
	int status = report_run(c, &tally);
	return settings->once || status == EXIT_FAILED ? status : EXIT_FINE;
}

int command_mail_send(struct context *context)
{
	struct mail_settings settings = {.data = context_folder(context),
		.user = options_get(&context->options, "user"),
		.lang = context->console.lang,
		.once = options_has(&context->options, "once")};
	struct held held;
	if (!settings.data || !read_server(context, &settings.server))
		return EXIT_FAILED;
	if (settings.server.transport == MAIL_OFF) {
		console_say(&context->console, MESSAGE_MAIL_IS_OFF, NULL, 0);
		return EXIT_FINE;
	}
	held_init(&held);
	int status = read_account(context, &held, &settings.account) ? run_role(context, &settings)
								     : EXIT_FAILED;
	held_release(&held);
	/* The rights are gone, so what is done at a usual end could not be done. */
	if (!console_finish(&context->console))
		status = EXIT_FAILED;
	sandbox_exit(status);
}

/* --- test --- */

static enum err compose_test(
	struct context *c, const struct held *h, const char *to, struct writer *w)
{
	struct mail_frame frame = {.lang = c->console.lang,
		.service = STR("Quét Sạch"),
		.contact = str_from(h->from.text)};
	struct problem problem;
	struct mail_text made;
	char id[MAIL_ID_SIZE], about[16];
	uint64_t number;
	system_random(&number, sizeof(number));
	snprintf(about, sizeof(about), "%llx", (unsigned long long)(number >> 8));
	mail_id_make(MAIL_TEST, str_from(to), str_from(about), instant_date(c->now), id);
	mail_text_init(&made);
	enum err err = mail_test(&frame, &made, &problem);
	struct mail_message message = {.id = str_from(id),
		.from = str_from(h->from.text),
		.from_name = frame.service,
		.to = str_from(to),
		.lang = frame.lang,
		.subject = writer_view_str(&made.subject),
		.text = writer_view_str(&made.text)};
	if (err == E_OK)
		err = mail_compose(&message, c->now, w, &problem);
	mail_text_release(&made);
	return err;
}

static int send_test(struct context *c, const struct mail_server *server,
	const struct mail_account *account, const struct held *h, const char *to)
{
	struct mail_sender *sender;
	struct mail_outcome outcome = {.words = ""};
	struct mail_state said = {.words = ""};
	struct writer w;
	writer_init(&w, LIMIT_MAIL_FILE);
	enum err err = compose_test(c, h, to, &w);
	if (err == E_OK)
		err = mail_sender_new(server, account, &sender);
	if (err == E_OK) {
		mail_sender_send(sender, h->from.text, to, writer_view_str(&w), &outcome);
		mail_sender_free(sender);
	}
	writer_release(&w);
	if (err != E_OK)
		return context_failed(c, str_from(to), err);
	mail_state_say(&said, str_from(outcome.words));
	bool sent = outcome.verdict == MAIL_TAKEN;
	console_say_with(&c->console,
		sent                           ? MESSAGE_MAIL_TEST_SENT
		: outcome.verdict == MAIL_AWAY ? MESSAGE_MAIL_SERVER_AWAY
					       : MESSAGE_MAIL_TEST_FAILED,
		{STR("to"), str_from(to)}, {STR("what"), str_from(said.words)});
	return sent ? EXIT_FINE : EXIT_FAILED;
}

int command_mail_test(struct context *context)
{
	struct mail_server server;
	struct mail_account account;
	struct mail_address to;
	struct problem problem;
	struct held held;
	struct str got = str_from(context->options.words[0]);
	if (!read_server(context, &server))
		return EXIT_FAILED;
	if (server.transport == MAIL_OFF) {
		console_say(&context->console, MESSAGE_MAIL_IS_OFF, NULL, 0);
		return EXIT_FAILED;
	}
	if (mail_address_parse(got, STR("to"), &to, &problem) != E_OK) {
		console_problem(&context->console, got, &problem);
		return EXIT_FAILED;
	}
	held_init(&held);
	int status = read_account(context, &held, &account)
			     ? send_test(context, &server, &account, &held, to.text)
			     : EXIT_FAILED;
	held_release(&held);
	return status;
}

/* --- list --- */

struct listing_of_mail {
	struct context *context;
	const struct mail_spool *spool;
	enum mail_place place;
	struct writer bytes;
	uint64_t counts[MAIL_PLACE__COUNT];
	bool shown[MAIL_PLACE__COUNT];
};

static struct str instant_text(struct context *c, struct instant t)
{
	struct writer w;
	writer_init(&w, 64);
	writer_instant(&w, t);
	struct str copy = arena_copy(&c->arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
}

static void put_instant(struct writer *w, const char *key, struct instant t)
{
	if (t.seconds > 0)
		site_json_instant(w, key, t);
}

static void list_json(struct listing_of_mail *l, const char *id, const struct mail_file *mail,
	const struct mail_state *state, enum err err)
{
	struct writer *w = &l->context->console.out;
	writer_char(w, '{');
	site_json_str(w, "id", str_from(id), true);
	site_json_str(w, "state", mail_place_name(l->place), false);
	if (mail->to.size > 0)
		site_json_str(w, "to", mail->to, false);
	put_instant(w, "queued", mail->queued);
	put_instant(w, "until", state->until.seconds > 0 ? state->until : mail->until);
	site_json_number(w, "attempts", state->attempts);
	put_instant(w, "last", state->last);
	if (l->place == MAIL_NEW)
		put_instant(w, "next", state->next);
	site_json_str(w, "answer", str_from(state->words), false);
	site_json_flag(w, "damaged", err != E_OK);
	writer_text(w, "}\n");
}

static void list_line(struct listing_of_mail *l, const char *id, const struct mail_file *mail,
	const struct mail_state *state)
{
	struct context *c = l->context;
	enum message message = l->place == MAIL_FAILED   ? MESSAGE_MAIL_LIST_FAILED
			       : state->last.seconds > 0 ? MESSAGE_MAIL_LIST_TRIED
							 : MESSAGE_MAIL_LIST_WAITING;
	site_say_with(c, message, {STR("id"), str_from(id)}, {STR("to"), mail->to},
		{STR("queued"), instant_text(c, mail->queued)},
		{STR("last"), instant_text(c, state->last)},
		{STR("next"), instant_text(c, state->next)},
		context_number_text(c, "attempts", state->attempts),
		{STR("what"), str_from(state->words)});
}

static enum err list_one(void *context, const char *id)
{
	struct listing_of_mail *l = context;
	struct context *c = l->context;
	struct mail_state state = {.words = ""};
	struct mail_file mail = {.to = STR("")};
	l->counts[l->place]++;
	if (!l->shown[l->place])
		return E_OK;
	enum err err = mail_spool_read(l->spool, l->place, id, &l->bytes, &mail);
	if (err == E_NOTFOUND && l->place == MAIL_SENT)
		err = E_OK;
	if (err == E_NOTFOUND) {
		l->counts[l->place]--; /* it went on meanwhile */
		return E_OK;
	}
	enum err state_err = mail_spool_state(l->spool, l->place, id, &state);
	err = err == E_OK ? state_err : err;
	if (c->console.json)
		list_json(l, id, &mail, &state, err);
	else if (err != E_OK)
		site_say_with(c, MESSAGE_MAIL_LIST_DAMAGED, {STR("id"), str_from(id)},
			{STR("what"), text_err(c->console.lang, err)});
	else
		list_line(l, id, &mail, &state);
	console_flush(&c->console);
	return E_OK;
}

static enum err list_server(struct context *c, const struct mail_spool *spool)
{
	struct mail_state server;
	TRY(mail_spool_server(spool, &server));
	if (server.attempts == 0 || c->console.json)
		return E_OK;
	site_say_with(c, MESSAGE_MAIL_LIST_AWAY, {STR("last"), instant_text(c, server.last)},
		{STR("what"), str_from(server.words)});
	return E_OK;
}

static enum err list_all(struct listing_of_mail *l)
{
	struct context *c = l->context;
	for (size_t i = 0; i < MAIL_PLACE__COUNT; i++) {
		l->place = (enum mail_place)i;
		TRY(mail_spool_each(l->spool, l->place, list_one, l));
	}
	if (!c->console.json)
		site_say_with(c, MESSAGE_MAIL_LIST_TOTAL,
			context_number_text(c, "waiting", l->counts[MAIL_NEW]),
			context_number_text(c, "failed", l->counts[MAIL_FAILED]),
			context_number_text(c, "sent", l->counts[MAIL_SENT]));
	return list_server(c, l->spool);
}

static bool open_spool(struct context *c, struct mail_spool *ret_spool, enum err *ret_err)
{
	const char *folder = context_folder(c);
	int data;
	*ret_err = E_OK;
	if (!folder)
		return false;
	enum err err = folder_open(AT_FDCWD, folder, &data);
	if (err != E_OK) {
		context_folder_failed(c, folder, err);
		return false;
	}
	*ret_err = mail_spool_open(data, false, ret_spool);
	file_close(&data);
	if (*ret_err != E_OK && *ret_err != E_NOTFOUND)
		context_failed(c, str_from(folder), *ret_err);
	return *ret_err == E_OK || *ret_err == E_NOTFOUND;
}

int command_mail_list(struct context *context)
{
	struct mail_spool spool;
	struct mail_server server;
	enum err err;
	bool failed_only = options_has(&context->options, "failed");
	struct listing_of_mail l = {.context = context,
		.spool = &spool,
		.shown = {!failed_only, !failed_only && context->console.json, true}};
	if (!read_server(context, &server) || !open_spool(context, &spool, &err))
		return EXIT_FAILED;
	if (server.transport == MAIL_OFF)
		console_say(&context->console, MESSAGE_MAIL_IS_OFF, NULL, 0);
	if (err == E_NOTFOUND)
		return EXIT_FINE; /* nobody has written yet */
	writer_init(&l.bytes, LIMIT_MAIL_FILE);
	err = list_all(&l);
	writer_release(&l.bytes);
	mail_spool_close(&spool);
	return err == E_OK ? EXIT_FINE : context_failed(context, STR("mail"), err);
}

/* --- retry --- */

static int retry_one(struct context *c, struct mail_spool *spool, const char *id)
{
	enum err err = mail_spool_retry(spool, id, c->now);
	if (err == E_OK) {
		refuse(c, MESSAGE_MAIL_RETRIED, "id", str_from(id));
		return EXIT_FINE;
	}
	if (err == E_NOTFOUND)
		return refuse(c, MESSAGE_MAIL_NO_SUCH, "id", str_from(id));
	if (err == E_EXISTS)
		return refuse(c, MESSAGE_MAIL_WAS_SENT, "id", str_from(id));
	return context_failed(c, str_from(id), err);
}

int command_mail_retry(struct context *context)
{
	struct mail_spool spool;
	enum err err;
	int status = EXIT_FINE;
	if (!open_spool(context, &spool, &err))
		return EXIT_FAILED;
	if (err == E_NOTFOUND)
		return refuse(
			context, MESSAGE_MAIL_NO_SUCH, "id", str_from(context->options.words[0]));
	for (size_t i = 0; i < context->options.word_count; i++)
		if (retry_one(context, &spool, context->options.words[i]) != EXIT_FINE)
			status = EXIT_FAILED;
	mail_spool_close(&spool);
	return status;
}
