/* SPDX-License-Identifier: Apache-2.0 */
/* One request: who asks, whether the form is ours, which handler. */
#include <stdio.h>

#include "desk/desk_parts.h"
#include "desk/page.h"
#include "desk/routes.h"

/* --- what the handler gets --- */

static struct desk_request *request_begin(
	struct desk_thread *t, const struct http_request *q, struct http_answer *a)
{
	struct desk_request *r = &t->request;
	struct desk *d = q->context;
	arena_clear(&t->arena);
	*r = (struct desk_request){.http = q,
		.answer = a,
		.desk = d,
		.office = &t->office,
		.now = q->now,
		.zone = d->settings.zone,
		.arena = &t->arena,
		.lang = LANG_VI};
	if (!desk_path_split(q->path, &r->lang, &r->path))
		r->path = STR("");
	a->cache = HTTP_NO_STORE;
	/* With "no-referrer" browsers would hide from us, too, where a form came from. */
	a->referrer = "same-origin";
	a->language = r->lang == LANG_VI ? "vi" : "en";
	return r;
}

static enum err open_office(struct desk_thread *t, const struct desk *d)
{
	if (t->open)
		return E_OK;
	enum err err = office_open(&t->office, d->settings.folder, true);
	t->open = err == E_OK;
	return err;
}

/* Seen again after a minute, so that it does not end. */
static enum err keep_alive(struct desk_request *r, const struct session *s)
{
	if (!session_unseen(s, r->now))
		return E_OK;
	TRY(office_begin(r->office));
	return office_end(r->office, session_see(r->office, s->id, r->now));
}

static enum err find_session(struct desk_thread *t, struct desk_request *r)
{
	struct token token;
	if (!desk_cookie_token(r, DESK_SESSION_COOKIE, &token))
		return E_OK;
	enum err err = session_find(r->office, &token, r->now, r->arena, &t->session);
	token_wipe(&token);
	if (err == E_NOTFOUND)
		return E_OK;
	TRY(err);
	r->session = &t->session;
	if (t->session.stage == SESSION_IN) {
		t->actor = session_actor(&t->session);
		r->actor = &t->actor;
	}
	return keep_alive(r, &t->session);
}

static bool text_is_number(struct str s, uint64_t *ret_number)
{
	return str_to_u64(s, MESSAGE__COUNT - 1, ret_number);
}

/* Words of ours by their number: nothing of a cookie is ever shown. */
static void take_said(struct desk_request *r)
{
	uint64_t number;
	struct str value = http_cookie(r->http, DESK_SAID_COOKIE);
	if (value.size == 0)
		return;
	if (!r->http->form)
		desk_forget_cookie(r, DESK_SAID_COOKIE);
	if (text_is_number(value, &number))
		r->said = text(r->lang, (enum message)number);
}

/* --- the token of a form --- */

/* Of the session's cookie; before there is one, of a cookie made for that alone. */
static bool form_secret(const struct desk_request *r, struct token *ret_secret)
{
	return desk_cookie_token(
		r, r->session ? DESK_SESSION_COOKIE : DESK_BEFORE_COOKIE, ret_secret);
}

static void make_form_token(struct desk_request *r)
{
	struct token secret;
	struct writer w;
	if (!form_secret(r, &secret)) {
		token_make(&secret);
		desk_set_token(r, DESK_BEFORE_COOKIE, &secret, 0);
	}
	writer_init(&w, 256);
	token_form_write(&w, &secret);
	token_wipe(&secret);
	r->token = arena_copy(r->arena, writer_view_str(&w));
	writer_release(&w);
}

static bool form_is_ours(const struct desk_request *r)
{
	struct token secret;
	if (!http_is_same_origin(r->http) || !form_secret(r, &secret))
		return false;
	bool right = token_form_right(&secret, desk_field_raw(r, "token"));
	token_wipe(&secret);
	return right;
}

/* --- which handler --- */

/* After it they come back to where they wanted to. */
static void send_to_login(struct desk_request *r)
{
	if (r->session) {
		desk_redirect(r, STR("second-factor"), MESSAGE__COUNT);
		return;
	}
	if (r->http->form || r->path.size == 0 || !desk_path_is_plain(r->path))
		desk_redirect(r, STR("login"),
			r->http->form ? MESSAGE_DESK_SIGN_IN_AGAIN : MESSAGE__COUNT);
	else
		desk_redirect(r, desk_text(r, "login?to=%.*s", STR_ARG(r->path)), MESSAGE__COUNT);
}

static void dispatch(struct desk_request *r)
{
	unsigned allowed;
	const struct desk_route *route =
		desk_route_find(r->path, r->http->form ? DESK_POST : DESK_GET, r->part, &allowed);
	if (!route) {
		/* Who is not in is not told what there is. */
		if (r->actor)
			desk_not_found(r);
		else
			send_to_login(r);
		return;
	}
	if (route->who == DESK_SIGNED_IN && !r->actor) {
		send_to_login(r);
		return;
	}
	if (r->http->form && !form_is_ours(r)) {
		make_form_token(r);
		fprintf(stderr, "quetsach: role=desk event=foreign-form path=/%.*s\n",
			STR_ARG(route->pattern));
		desk_say_status(r, 419);
		return;
	}
	r->posted = r->http->form != NULL;
	make_form_token(r);
	route->handle(r);
}

/* Outside /desk/LANG/ there is only the way in. */
static bool is_outside(const struct http_request *q)
{
	enum lang lang;
	struct str below;
	return !desk_path_split(q->path, &lang, &below);
}

void desk_answer(const struct http_request *q, struct http_answer *a)
{
	struct desk *d = q->context;
	struct desk_thread *t = desk_thread(d);
	if (!t) {
		writer_fail(a->body, E_NOMEM);
		return;
	}
	struct desk_request *r = request_begin(t, q, a);
	if (is_outside(q)) {
		r->lang = str_ends(q->path, STR("/en")) ? LANG_EN : LANG_VI;
		desk_redirect(r, STR(""), MESSAGE__COUNT);
		return;
	}
	enum err err = open_office(t, d);
	if (err == E_OK)
		err = find_session(t, r);
	if (err != E_OK) {
		desk_failed(r, err);
		return;
	}
	take_said(r);
	dispatch(r);
}

void desk_error(const struct http_request *q, struct http_answer *a)
{
	struct desk_thread *t = desk_thread(q->context);
	unsigned status = a->status;
	if (!t)
		return;
	struct desk_request *r = request_begin(t, q, a);
	desk_say_status(r, status);
}
