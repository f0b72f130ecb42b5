/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that are no page of their own, and what ends in them. */
#include <stdarg.h>
#include <stdio.h>

#include "desk/desk_parts.h"
#include "desk/page.h"

enum {
	TEXT_BYTES = 4096
};

struct str desk_text(struct desk_request *r, const char *format, ...)
{
	char text[TEXT_BYTES];
	va_list values;
	va_start(values, format);
	int size = vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	if (size < 0 || (size_t)size >= sizeof(text))
		return STR("");
	struct str copy = arena_copy(r->arena, (struct str){text, (size_t)size});
	return copy.data ? copy : STR("");
}

struct str desk_address(struct desk_request *r, struct str path)
{
	struct str lang = lang_code(r->lang);
	return desk_text(r, "/desk/%.*s/%.*s", STR_ARG(lang), STR_ARG(path));
}

void desk_redirect(struct desk_request *r, struct str path, enum message said)
{
	struct http_answer *a = r->answer;
	/* The arena's texts end in NUL. */
	a->location = desk_address(r, path).data;
	a->status = 303;
	writer_clear(a->body);
	if (said == MESSAGE__COUNT)
		return;
	struct str number = desk_text(r, "%d", (int)said);
	desk_set_cookie(r, (struct http_cookie){
				   .name = STR(DESK_SAID_COOKIE), .value = number, .seconds = 60});
}

void desk_not_found(struct desk_request *r)
{
	desk_say_status(r, 404);
}

void desk_denied(struct desk_request *r)
{
	desk_say_status(r, 403);
}

void desk_failed(struct desk_request *r, enum err err)
{
	struct str why = office_complaint(r->office);
	struct str path = desk_path_is_plain(r->path) ? r->path : STR("?");
	fprintf(stderr, "quetsach: role=desk event=failed path=/%.*s error=\"%s\" why=\"%.*s\"\n",
		STR_ARG(path), err_name(err), STR_ARG(why));
	desk_say_status(r, err == E_BUSY ? 503 : 500);
}

bool desk_may(struct desk_request *r, enum act act, struct str campaign, int64_t org)
{
	enum err err = r->actor ? actor_may(r->office, r->actor, act, campaign, org) : E_NOTFOUND;
	if (err == E_OK)
		return true;
	if (err == E_NOTFOUND)
		desk_not_found(r);
	else if (err == E_DENIED)
		desk_denied(r);
	else
		desk_failed(r, err);
	return false;
}

bool desk_begin(struct desk_request *r)
{
	enum err err = office_begin(r->office);
	if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

enum err desk_end(struct desk_request *r, enum err err)
{
	err = office_end(r->office, err);
	if (err == E_OK)
		desk_post(r->desk, r->office);
	return err;
}

struct store *desk_store(struct desk_request *r)
{
	struct desk_thread *t = desk_thread(r->desk);
	if (t && t->store)
		return t->store;
	enum err err =
		t ? store_open(str_from(r->desk->settings.folder), STORE_READ, &t->store) : E_NOMEM;
	if (err == E_OK)
		return t->store;
	desk_failed(r, err);
	return NULL;
}

struct date desk_today(const struct desk_request *r)
{
	struct instant local = r->now;
	local.seconds += zone_offset(r->zone, r->now);
	return instant_date(local);
}
