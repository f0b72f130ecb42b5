/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/limits.h"
#include "fetch/address.h"
#include "fetch/transfer.h"
#include "os/system.h"
#include "server/digest.h"
#include "server/fetch_client.h"
#include "server/fetch_run.h"
#include "server/fetch_secret.h"

enum {
	ATTEMPTS = 3,
	PATIENCE = 30 /* seconds a server may ask for within one round */
};

#define SECOND UINT64_C(1000000000)

/* One file on its way. */
struct one {
	struct fetching *f;
	const struct fetch_wanted *wanted;
	struct writer about; /* what `item` borrows, of half a download */
	struct item item;
	char id[ITEM_ID];
	int file;
	uint64_t from;
	struct transfer_result result;
	enum err err;
};

/* --- words --- */

void fetch_failed(struct fetching *f, enum source_why why, struct str what)
{
	f->why = why;
	f->what = arena_copy(&f->run->arena, what);
	if (!f->what.data)
		f->what = STR("?");
}

void fetch_failed_by(struct fetching *f, const struct transfer_result *result)
{
	f->retry_after = result->retry_after;
	fetch_failed(f, source_why_of(result), str_from(result->words));
}

/* --- the item --- */

static struct str day_text(struct fetching *f, const struct date *day)
{
	struct writer w;
	writer_init(&w, 16);
	writer_date(&w, *day);
	struct str text = arena_copy(&f->run->arena, writer_view_str(&w));
	writer_release(&w);
	return text.data ? text : STR("");
}

static struct str observed_text(struct fetching *f, const struct date *day)
{
	struct instant now = system_now();
	struct date today = instant_date(now);
	struct date yesterday = instant_date((struct instant){now.seconds - SECONDS_PER_DAY});
	switch (f->source->observed) {
	case OBSERVED_DAY:
		return day ? day_text(f, day) : STR("");
	case OBSERVED_TODAY:
		return day_text(f, &today);
	case OBSERVED_YESTERDAY:
		return day_text(f, &yesterday);
	case OBSERVED_FILE:
	case SOURCE_OBSERVED__COUNT:
		break;
	}
	return STR("");
}

struct str fetch_observed_again(
	const struct source *source, const struct item *item, char ret_day[FETCH_DAY])
{
	struct date day;
	struct instant begun = item->begun;
	switch (source->observed) {
	case OBSERVED_DAY:
		return date_parse(item->key, &day) ? item->key : item->observed;
	case OBSERVED_YESTERDAY:
		begun.seconds -= SECONDS_PER_DAY;
		break;
	case OBSERVED_TODAY:
		break;
	case OBSERVED_FILE:
	case SOURCE_OBSERVED__COUNT:
		return STR("");
	}
	day = instant_date(begun);
	snprintf(ret_day, FETCH_DAY, "%04d-%02d-%02d", day.year, day.month, day.day);
	return str_from(ret_day);
}

struct item fetch_item_of(
	struct fetching *f, struct str file, struct str address, const struct date *day)
{
	const struct source *s = f->source;
	const struct str none = STR("");
	return (struct item){.source = s->name,
		.file = file,
		.address = address,
		.feed = s->feed,
		.format = s->format,
		.feed_kind = s->feed_kind,
		.botnet = s->botnet,
		.map = s->map,
		.observed = observed_text(f, day),
		.folder = none,
		.origin = none,
		.stamp = none,
		.key = none,
		.validator = none,
		.begun = system_now(),
		.reason = none};
}

/* --- half a download that is there --- */

static enum err compare_part(void *context, const char *id)
{
	struct one *o = context;
	const struct fetch_spool *spool = &o->f->run->spool;
	if (o->id[0])
		return E_OK;
	enum err err = fetch_item_read(spool, ITEM_PART, id, &o->about, &o->item);
	/* The sweep takes what cannot be read. */
	if (err == E_NOTFOUND || err == E_CORRUPT || err == E_VERSION)
		return E_OK;
	TRY(err);
	if (!str_equal(o->item.source, o->f->source->name) ||
		!str_equal(o->item.address, o->wanted->address) || o->item.validator.size == 0)
		return E_OK;
	snprintf(o->id, sizeof(o->id), "%s", id);
	return E_OK;
}

static enum err open_part(struct one *o)
{
	const struct fetch_spool *spool = &o->f->run->spool;
	o->id[0] = '\0';
	TRY(fetch_each_item(spool, ITEM_PART, compare_part, o));
	if (!o->id[0])
		return E_NOTFOUND;
	TRY(fetch_item_read(spool, ITEM_PART, o->id, &o->about, &o->item));
	TRY(fetch_item_open(spool, ITEM_PART, o->id, &o->file));
	TRY(file_size(o->file, &o->from));
	return file_cut(o->file, o->from);
}

static enum err open_new(struct one *o)
{
	struct writer w;
	writer_init(&w, FETCH_NAME);
	address_file_name(&w, o->wanted->called, o->wanted->day, o->f->source->name);
	struct str file = arena_copy(&o->f->run->arena, writer_view_str(&w));
	writer_release(&w);
	if (!file.data)
		return E_NOMEM;
	o->item = fetch_item_of(o->f, file, o->wanted->address, o->wanted->day);
	o->item.key = o->wanted->key;
	o->from = 0;
	return fetch_item_begin(&o->f->run->spool, &o->item, o->id, &o->file);
}

static enum err drop(struct one *o)
{
	file_close(&o->file);
	enum err err = fetch_item_drop(&o->f->run->spool, ITEM_PART, o->id);
	return err == E_NOTFOUND ? E_OK : err;
}

/* --- one try --- */

static enum err note_began(void *context, const struct transfer_result *so_far)
{
	struct one *o = context;
	struct str validator = so_far->resumable ? str_from(so_far->validator) : STR("");
	if (str_equal(validator, o->item.validator))
		return E_OK;
	o->item.validator = arena_copy(&o->f->run->arena, validator);
	return fetch_item_note(&o->f->run->spool, ITEM_PART, o->id, &o->item);
}

static enum err show_progress(void *context, uint64_t done, uint64_t total)
{
	struct one *o = context;
	console_progress(&o->f->run->context->console, done, total);
	return E_OK;
}

static enum err no_report(void *context, const struct report *report)
{
	(void)context;
	(void)report;
	return E_SYNTAX;
}

static struct transfer_order order_of(const struct one *o)
{
	const struct fetching *f = o->f;
	const struct source *s = f->source;
	bool conditional = o->from == 0 && o->wanted->key.size == 0 && !f->run->again;
	struct str none = STR("");
	return (struct transfer_order){.address = o->wanted->full,
		.shown = o->wanted->address,
		.body = none,
		.auth = o->wanted->plain ? AUTH_NONE : s->auth,
		.header = s->header,
		.secret = s->secret_file.size > 0 ? fetch_secret_line(&f->secret) : none,
		.etag = conditional ? str_from(f->state.etag) : none,
		.modified = conditional ? str_from(f->state.modified) : none,
		.validator = o->item.validator,
		.from = o->from,
		.most_bytes = s->most_bytes,
		.most_seconds = s->most_seconds};
}

static enum err try_once(struct one *o)
{
	struct console *console = &o->f->run->context->console;
	const struct transfer_watch watch = {o, note_began, show_progress, no_report};
	enum err err = open_part(o);
	if (err == E_NOTFOUND)
		err = open_new(o);
	TRY(err);
	const struct transfer_order order = order_of(o);
	console_progress_begin(console, o->f->source->name);
	err = fetch_client_run(&order, o->file, o->f->authorities, &watch, &o->result);
	console_progress_end(console);
	return err;
}

/* --- what came of it --- */

static void keep_state(struct one *o, const uint8_t digest[FETCH_DIGEST], uint64_t size)
{
	struct source_state *s = &o->f->state;
	memcpy(s->digest, digest, FETCH_DIGEST);
	s->bytes = size;
	s->files++;
	snprintf(s->file, sizeof(s->file), "%.*s", STR_ARG(o->item.file));
	o->f->files++;
	o->f->run->files++;
}

static void keep_validators(struct one *o)
{
	struct source_state *s = &o->f->state;
	if (o->wanted->key.size > 0)
		return;
	memcpy(s->etag, o->result.etag, sizeof(s->etag));
	memcpy(s->modified, o->result.modified, sizeof(s->modified));
}

/* Whole and on the disk, then in its place: from there on it cannot be lost. */
static enum err take_whole(struct one *o)
{
	uint8_t digest[FETCH_DIGEST];
	uint64_t size;
	const struct fetch_run *r = o->f->run;
	file_close(&o->file);
	TRY(fetch_item_open(&r->spool, ITEM_PART, o->id, &o->file));
	TRY(file_size(o->file, &size));
	if (size != o->result.size) {
		o->result = (struct transfer_result){.end = TRANSFER_AWAY, .reason = REASON_ENDED};
		return drop(o);
	}
	TRY(digest_file(o->file, digest));
	keep_validators(o);
	/* A server that knows no conditions sends the same again and again. */
	if (o->wanted->key.size == 0 && !r->again &&
		memcmp(digest, o->f->state.digest, sizeof(digest)) == 0)
		return drop(o);
	TRY(file_sync(o->file));
	file_close(&o->file);
	TRY(fetch_item_move(&r->spool, o->id, ITEM_PART, ITEM_NEW));
	keep_state(o, digest, size);
	return E_OK;
}

/* What was got so far is kept where it can be gone on with. */
static enum err keep_or_drop(struct one *o)
{
	const struct transfer_result *r = &o->result;
	bool answered = r->status == 200 || r->status == 206 || r->status == 416;
	bool useful = r->end == TRANSFER_AWAY && o->item.validator.size > 0 &&
		      (r->resumable || !answered);
	if (!useful)
		return drop(o);
	file_close(&o->file);
	return E_OK;
}

static enum err settle(struct one *o)
{
	if (o->result.end == TRANSFER_DONE)
		return take_whole(o);
	return o->result.end == TRANSFER_SAME ? drop(o) : keep_or_drop(o);
}

static bool shall_try_again(const struct one *o, unsigned attempt)
{
	return o->result.end == TRANSFER_AWAY && attempt + 1 < ATTEMPTS &&
	       o->result.retry_after <= PATIENCE;
}

static void rest(const struct one *o, unsigned attempt)
{
	uint8_t jitter;
	uint64_t wait = attempt == 0 ? 1 : 4;
	system_random(&jitter, sizeof(jitter));
	if (o->result.retry_after > wait)
		wait = o->result.retry_after;
	system_sleep_until(system_monotonic() + wait * SECOND + wait * SECOND * jitter / 1024);
}

static enum err try_all(struct one *o)
{
	for (unsigned attempt = 0;; attempt++) {
		TRY(try_once(o));
		TRY(settle(o));
		if (!shall_try_again(o, attempt))
			return E_OK;
		rest(o, attempt);
	}
}

enum err fetch_one(struct fetching *f, const struct fetch_wanted *wanted, bool *ret_missing)
{
	struct one o = {.f = f, .wanted = wanted, .file = -1};
	writer_init(&o.about, LIMIT_FETCH_FILE);
	enum err err = try_all(&o);
	file_close(&o.file);
	writer_release(&o.about);
	*ret_missing = err == E_OK && o.result.end == TRANSFER_MISSING;
	if (err == E_OK && o.result.end != TRANSFER_DONE && o.result.end != TRANSFER_SAME)
		fetch_failed_by(f, &o.result);
	return err;
}
