/* SPDX-License-Identifier: Apache-2.0 */
/* Reports of Shadowserver by its API. */
#include <stdio.h>

#include "base/limits.h"
#include "fetch/reports.h"
#include "fetch/transfer.h"
#include "format/json_object.h"
#include "os/system.h"
#include "server/fetch_client.h"
#include "server/fetch_run.h"
#include "server/fetch_secret.h"

enum {
	LIST_SECONDS = 300,
	BODY_BYTES = 32 << 10,
	KEY_BYTES = 65
};

struct offered {
	struct fetching *f;
	struct report *reports; /* those to be taken; texts in the arena */
	size_t count;
};

/* Whoever knows a report's number may fetch it, so what is remembered is a sum of it. */
static enum err key_of(struct str id, char ret_key[KEY_BYTES])
{
	return fetch_secret_sign(STR("quetsach report"), id, ret_key);
}

static enum err take_report(void *context, const struct report *report)
{
	struct offered *o = context;
	struct arena *arena = &o->f->run->arena;
	char key[KEY_BYTES];
	TRY(key_of(report->id, key));
	bool known = taken_has(&o->f->taken, str_from(key)) && !o->f->run->again;
	if (known || !source_list_has(o->f->source->types, report->type))
		return E_OK;
	if (o->count >= LIMIT_FETCH_REPORTS)
		return E_LIMIT;
	struct report copy = *report;
	copy.id = arena_copy(arena, report->id);
	copy.file = arena_copy(arena, report->file);
	if (!copy.id.data || !copy.file.data)
		return E_NOMEM;
	o->reports[o->count++] = copy;
	return E_OK;
}

static enum err ignore_began(void *context, const struct transfer_result *so_far)
{
	(void)context;
	(void)so_far;
	return E_OK;
}

static enum err ignore_progress(void *context, uint64_t done, uint64_t total)
{
	(void)context;
	(void)done;
	(void)total;
	return E_OK;
}

/* {"apikey":…,"date":"A:B","reports":[…]} */
static void write_body(struct writer *w, const struct source *s, struct str key)
{
	struct object object;
	struct writer days;
	int64_t now = system_now().seconds;
	struct str rest = s->reports;
	writer_init(&days, 64);
	writer_date(&days,
		instant_date((struct instant){now - (int64_t)s->catch_up * SECONDS_PER_DAY}));
	writer_char(&days, ':');
	writer_date(&days, instant_date((struct instant){now}));
	object_init(&object, w);
	object_open(&object, NULL);
	object_text(&object, "apikey", key);
	object_text(&object, "date", writer_view_str(&days));
	if (rest.size > 0) {
		object_open_array(&object, "reports");
		while (rest.size > 0)
			object_text(&object, NULL, str_trim(str_cut(rest, ',', &rest)));
		object_close_array(&object);
	}
	object_close(&object);
	writer_release(&days);
}

static struct str join(struct fetching *f, struct str base, struct str end)
{
	struct writer w;
	writer_init(&w, LIMIT_FETCH_ADDRESS + FETCH_NAME);
	writer_str(&w, base);
	writer_text(&w, str_ends(base, STR("/")) ? "" : "/");
	writer_str(&w, end);
	struct str made = arena_copy(&f->run->arena, writer_view_str(&w));
	writer_release(&w);
	return made;
}

static enum err ask(struct fetching *f, const struct transfer_order *order, struct offered *o)
{
	const struct transfer_watch watch = {o, ignore_began, ignore_progress, take_report};
	struct transfer_result result;
	TRY(fetch_client_run(order, -1, f->authorities, &watch, &result));
	if (result.end != TRANSFER_DONE)
		fetch_failed_by(f, &result);
	return E_OK;
}

static enum err list(struct fetching *f, struct offered *o)
{
	const struct source *s = f->source;
	struct str key, secret;
	char sign[65];
	struct writer body;
	if (!fetch_secret_pair(&f->secret, &key, &secret)) {
		fetch_failed(f, WHY_NO_KEY, s->secret_file);
		return E_OK;
	}
	writer_init(&body, BODY_BYTES);
	write_body(&body, s, key);
	writer_u8(&body, 0);
	enum err err = writer_end(&body);
	struct str text = {(const char *)body.data, body.size > 0 ? body.size - 1 : 0};
	if (err == E_OK)
		err = fetch_secret_sign(secret, text, sign);
	struct str address = join(f, s->address, STR("reports/list"));
	if (err == E_OK && !address.data)
		err = E_NOMEM;
	const struct transfer_order order = {.address = address,
		.shown = address,
		.body = text,
		.auth = AUTH_HEADER,
		.header = STR("HMAC2"),
		.secret = str_from(err == E_OK ? sign : ""),
		.etag = STR(""),
		.modified = STR(""),
		.validator = STR(""),
		.most_bytes = LIMIT_FETCH_LIST,
		.most_seconds = LIST_SECONDS,
		.list = true};
	if (err == E_OK)
		err = ask(f, &order, o);
	if (body.data)
		explicit_bzero(body.data, body.size);
	writer_release(&body);
	return err;
}

static enum err put_taken(struct fetching *f, struct str id)
{
	char key[KEY_BYTES];
	const char *name = arena_cstr(&f->run->arena, f->source->name);
	TRY(key_of(id, key));
	if (!taken_has(&f->taken, str_from(key)))
		TRY(taken_add(&f->taken, str_from(key)));
	return name ? fetch_put_taken(&f->run->spool, name, &f->taken, true) : E_NOMEM;
}

static enum err take(struct fetching *f, const struct report *report)
{
	bool missing;
	struct str called = report->file.size > 0 ? report->file : f->source->name;
	const struct fetch_wanted wanted = {.address = join(f, f->source->download, called),
		.full = join(f, f->source->download, report->id),
		.called = called,
		.key = STR("report"),
		.day = report->day_set ? &report->day : NULL,
		.plain = true};
	if (!wanted.address.data || !wanted.full.data)
		return E_NOMEM;
	TRY(fetch_one(f, &wanted, &missing));
	return f->why == WHY_NONE ? put_taken(f, report->id) : E_OK;
}

enum err fetch_reports(struct fetching *f)
{
	struct offered o = {.f = f,
		.reports = arena_alloc(&f->run->arena, LIMIT_FETCH_REPORTS, sizeof(*o.reports))};
	enum source_why why = WHY_NONE;
	struct str what = STR("");
	if (!o.reports)
		return E_NOMEM;
	TRY(list(f, &o));
	if (f->why != WHY_NONE)
		return E_OK;
	/* One that cannot be had does not keep the others away. */
	for (size_t i = 0; i < o.count; i++) {
		TRY(take(f, &o.reports[i]));
		what = f->why != WHY_NONE ? f->what : what;
		why = f->why != WHY_NONE ? f->why : why;
		f->why = WHY_NONE;
	}
	f->why = why;
	f->what = what;
	return E_OK;
}
