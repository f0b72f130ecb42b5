/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/wire.h"
#include "format/sealed.h"

#include "base/cursor.h"
#include "base/limits.h"

enum {
	TEXT = 300
};

/* --- orders --- */

enum err wire_put_order(struct writer *w, const struct transfer_order *o)
{
	const struct str texts[] = {o->address, o->shown, o->body, o->header, o->secret, o->etag,
		o->modified, o->validator};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		writer_string(w, texts[i]);
	writer_u8(w, (uint8_t)o->auth);
	writer_u64(w, o->from);
	writer_u64(w, o->most_bytes);
	writer_u64(w, o->most_seconds);
	writer_u8(w, o->list);
	TRY(writer_end(w));
	return w->size <= FETCH_PACKET ? E_OK : E_LIMIT;
}

enum err wire_take_order(struct bytes bytes, struct transfer_order *ret_order)
{
	struct transfer_order o = {0};
	struct cursor c;
	struct str *const texts[] = {&o.address, &o.shown, &o.body, &o.header, &o.secret, &o.etag,
		&o.modified, &o.validator};
	cursor_init(&c, bytes);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = cursor_string(&c, FETCH_PACKET);
	uint8_t auth = cursor_u8(&c);
	o.from = cursor_u64(&c);
	o.most_bytes = cursor_u64(&c);
	o.most_seconds = cursor_u64(&c);
	uint8_t list = cursor_u8(&c);
	TRY(cursor_end(&c));
	if (auth >= SOURCE_AUTH__COUNT || list > 1 || o.most_seconds > SECONDS_PER_DAY)
		return E_SYNTAX;
	o.auth = (enum source_auth)auth;
	o.list = list == 1;
	*ret_order = o;
	return E_OK;
}

/* --- what is said about them --- */

void wire_put_result(struct writer *w, enum fetch_tag tag, const struct transfer_result *r)
{
	writer_u8(w, (uint8_t)tag);
	writer_u8(w, (uint8_t)r->end);
	writer_u8(w, (uint8_t)r->reason);
	writer_u64(w, r->status);
	writer_u64(w, r->size);
	writer_u64(w, r->retry_after);
	writer_u8(w, r->resumable);
	writer_string(w, str_from(r->validator));
	writer_string(w, str_from(r->etag));
	writer_string(w, str_from(r->modified));
	writer_string(w, str_from(r->words));
}

void wire_put_progress(struct writer *w, uint64_t done, uint64_t total)
{
	writer_u8(w, FETCH_PROGRESS);
	writer_u64(w, done);
	writer_u64(w, total);
}

void wire_put_report(struct writer *w, const struct report *r)
{
	writer_u8(w, FETCH_REPORT);
	writer_string(w, r->id);
	writer_string(w, r->file);
	writer_string(w, r->type);
	writer_string(w, r->list);
	writer_u8(w, r->day_set);
	writer_u32(w, (uint32_t)r->day.year);
	writer_u8(w, (uint8_t)r->day.month);
	writer_u8(w, (uint8_t)r->day.day);
}

/* A header's value: printable, and terminated in its new place. */
static void take_text(struct cursor *c, char *into, size_t capacity)
{
	struct str s = cursor_string(c, capacity - 1);
	for (size_t i = 0; i < s.size; i++)
		if ((unsigned char)s.data[i] < ' ' || s.data[i] == 0x7f)
			cursor_fail(c, E_SYNTAX);
	if (c->err != E_OK)
		return;
	memcpy(into, s.data ? s.data : "", s.size);
	into[s.size] = '\0';
}

static bool take_flag(struct cursor *c)
{
	uint8_t flag = cursor_u8(c);
	if (flag > 1)
		cursor_fail(c, E_SYNTAX);
	return flag == 1;
}

static void take_result(struct cursor *c, struct transfer_result *r)
{
	uint8_t end = cursor_u8(c), reason = cursor_u8(c);
	if (end >= TRANSFER_END__COUNT || reason >= TRANSFER_REASON__COUNT)
		cursor_fail(c, E_SYNTAX);
	else {
		r->end = (enum transfer_end)end;
		r->reason = (enum transfer_reason)reason;
	}
	r->status = cursor_u64(c);
	r->size = cursor_u64(c);
	r->retry_after = cursor_u64(c);
	if (r->retry_after > INT32_MAX)
		r->retry_after = INT32_MAX;
	r->resumable = take_flag(c);
	take_text(c, r->validator, sizeof(r->validator));
	take_text(c, r->etag, sizeof(r->etag));
	take_text(c, r->modified, sizeof(r->modified));
	sealed_say(r->words, FETCH_WORDS, cursor_string(c, FETCH_WORDS));
}

static void take_report(struct cursor *c, struct report *r)
{
	r->id = cursor_string(c, TEXT);
	r->file = cursor_string(c, TEXT);
	r->type = cursor_string(c, TEXT);
	r->list = cursor_string(c, TEXT);
	r->day_set = take_flag(c);
	uint32_t year = cursor_u32(c);
	r->day = (struct date){(int)(year & 0xffff), cursor_u8(c), cursor_u8(c)};
	bool fine =
		!r->day_set || (year >= 1970 && year <= 2106 && r->day.month >= 1 &&
				       r->day.month <= 12 && r->day.day >= 1 && r->day.day <= 31);
	if (c->err == E_OK && (!fine || !report_id_valid(r->id)))
		cursor_fail(c, E_SYNTAX);
}

enum err wire_take(struct bytes bytes, struct fetch_message *ret_message)
{
	struct fetch_message m = {0};
	struct cursor c;
	cursor_init(&c, bytes);
	uint8_t tag = cursor_u8(&c);
	if (tag >= FETCH_TAG__COUNT)
		return E_SYNTAX;
	m.tag = (enum fetch_tag)tag;
	switch (m.tag) {
	case FETCH_BEGAN:
	case FETCH_ENDED:
		take_result(&c, &m.result);
		break;
	case FETCH_PROGRESS:
		m.done = cursor_u64(&c);
		m.total = cursor_u64(&c);
		break;
	case FETCH_REPORT:
		take_report(&c, &m.report);
		break;
	case FETCH_TAG__COUNT:
		return E_SYNTAX;
	}
	TRY(cursor_end(&c));
	*ret_message = m;
	return E_OK;
}
