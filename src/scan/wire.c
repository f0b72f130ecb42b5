/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/wire.h"

/* --- orders --- */

void wire_write_order(struct writer *w, const struct worker_order *order)
{
	writer_u32(w, order->limits.depth);
	writer_u64(w, order->limits.members);
	writer_u64(w, order->limits.member_size);
	writer_u64(w, order->limits.total);
	writer_u64(w, order->limits.ratio);
	writer_u32(w, order->milliseconds);
	writer_u64(w, order->memory_most);
	writer_u64(w, order->file_size_most);
	writer_u8(w, order->all_matches);
	writer_u64(w, order->engine_offset);
	writer_u64(w, order->engine_size);
}

enum err wire_read_order(struct cursor *c, struct worker_order *ret_order)
{
	struct worker_order o;
	o.limits.depth = cursor_u32(c);
	o.limits.members = cursor_u64(c);
	o.limits.member_size = cursor_u64(c);
	o.limits.total = cursor_u64(c);
	o.limits.ratio = cursor_u64(c);
	o.milliseconds = cursor_u32(c);
	o.memory_most = cursor_u64(c);
	o.file_size_most = cursor_u64(c);
	o.all_matches = cursor_u8(c) != 0;
	o.engine_offset = cursor_u64(c);
	o.engine_size = cursor_u64(c);
	TRY(cursor_end(c));
	*ret_order = o;
	return E_OK;
}

/* --- tasks --- */

static void put_number(struct writer *w, int64_t v)
{
	writer_u64(w, (uint64_t)v);
}

void wire_write_task(struct writer *w, const struct task *task)
{
	struct str path = task->path;
	if (path.size > WIRE_PATH)
		path = (struct str){path.data + path.size - WIRE_PATH, WIRE_PATH};
	writer_u8(w, (uint8_t)task->kind);
	writer_u64(w, task->stamp.device);
	writer_u64(w, task->stamp.inode);
	writer_u64(w, task->stamp.size);
	put_number(w, task->stamp.changed);
	put_number(w, task->stamp.modified);
	writer_string(w, path);
	writer_string(w, task->extra);
}

enum err wire_read_task(struct cursor *c, struct task *ret_task)
{
	struct task t;
	uint8_t kind = cursor_u8(c);
	t.stamp.device = cursor_u64(c);
	t.stamp.inode = cursor_u64(c);
	t.stamp.size = cursor_u64(c);
	t.stamp.changed = (int64_t)cursor_u64(c);
	t.stamp.modified = (int64_t)cursor_u64(c);
	t.path = cursor_string(c, WIRE_PATH);
	t.extra = cursor_string(c, WIRE_EXTRA);
	if (kind >= TASK__COUNT)
		cursor_fail(c, E_SYNTAX);
	t.kind = (enum task_kind)kind;
	if (c->err == E_OK)
		*ret_task = t;
	return c->err;
}

/* --- answers --- */

static void put_name(struct writer *w, struct str s)
{
	if (s.size > WIRE_NAME)
		s.size = WIRE_NAME;
	writer_string(w, s);
}

static void put_object(struct writer *w, struct str s)
{
	if (s.size > WIRE_PATH)
		s.size = WIRE_PATH;
	writer_string(w, s);
}

static void put_finding(struct writer *w, const struct finding *f, uint64_t socket)
{
	writer_u64(w, socket);
	put_object(w, f->object);
	put_name(w, f->md5);
	put_name(w, f->sha1);
	put_name(w, f->sha256);
	writer_u64(w, f->match_total);
}

static void put_match(struct writer *w, const struct rule_match *m)
{
	put_name(w, m->set);
	put_name(w, m->rule);
	put_name(w, m->author);
	put_name(w, m->family);
	writer_u8(w, m->ours);
}

static void put_unscanned(struct writer *w, const struct not_scanned *n)
{
	writer_u8(w, (uint8_t)n->reason);
	put_object(w, n->object);
	put_name(w, n->about);
}

static void put_entry(struct writer *w, const struct place_entry *e)
{
	writer_u64(w, e->line);
	put_object(w, e->text);
	put_object(w, e->program);
	writer_u8(w, (uint8_t)e->sign);
	put_name(w, e->why);
}

void wire_write_answer(struct writer *w, const struct answer *answer)
{
	writer_u8(w, (uint8_t)answer->kind);
	switch (answer->kind) {
	case ANSWER_FINDING:
		put_finding(w, &answer->finding, answer->socket);
		break;
	case ANSWER_MATCH:
		put_match(w, &answer->match);
		break;
	case ANSWER_UNSCANNED:
		put_unscanned(w, &answer->unscanned);
		break;
	case ANSWER_ENTRY:
		put_entry(w, &answer->entry);
		break;
	case ANSWER_DONE:
		writer_u8(w, answer->whole);
		writer_u64(w, answer->bytes);
		break;
	case ANSWER_FOUND:
	case ANSWER__COUNT:
		break;
	}
}

/* Lower-case hex digits of one of the digests, or empty. */
static struct str take_digest(struct cursor *c, size_t size)
{
	struct str s = cursor_string(c, size);
	if (s.size != 0 && s.size != size)
		cursor_fail(c, E_SYNTAX);
	for (size_t i = 0; i < s.size; i++)
		if (!(s.data[i] >= '0' && s.data[i] <= '9') &&
			!(s.data[i] >= 'a' && s.data[i] <= 'f'))
			cursor_fail(c, E_SYNTAX);
	return s;
}

static void take_finding(struct cursor *c, struct finding *f)
{
	f->object = cursor_string(c, WIRE_PATH);
	f->md5 = take_digest(c, 32);
	f->sha1 = take_digest(c, 40);
	f->sha256 = take_digest(c, 64);
	f->match_total = cursor_u64(c);
}

static bool take_bool(struct cursor *c)
{
	uint8_t v = cursor_u8(c);
	if (v > 1)
		cursor_fail(c, E_SYNTAX);
	return v == 1;
}

static void take_match(struct cursor *c, struct rule_match *m)
{
	m->set = cursor_string(c, WIRE_NAME);
	m->rule = cursor_string(c, WIRE_NAME);
	m->author = cursor_string(c, WIRE_NAME);
	m->family = cursor_string(c, WIRE_NAME);
	m->ours = take_bool(c);
	if (m->rule.size == 0)
		cursor_fail(c, E_SYNTAX);
}

static void take_unscanned(struct cursor *c, struct not_scanned *n)
{
	uint8_t reason = cursor_u8(c);
	if (reason >= UNSCANNED__COUNT)
		cursor_fail(c, E_SYNTAX);
	n->reason = (enum unscanned)reason;
	n->object = cursor_string(c, WIRE_PATH);
	n->about = cursor_string(c, WIRE_NAME);
}

static void take_entry(struct cursor *c, struct place_entry *e)
{
	e->line = cursor_u64(c);
	e->text = cursor_string(c, WIRE_PATH);
	e->program = cursor_string(c, WIRE_PATH);
	uint8_t sign = cursor_u8(c);
	if (sign >= SIGN__COUNT)
		cursor_fail(c, E_SYNTAX);
	e->sign = (enum entry_sign)sign;
	e->why = cursor_string(c, WIRE_NAME);
}

enum err wire_read_answer(struct cursor *c, struct answer *ret_answer)
{
	struct answer a = {.kind = ANSWER__COUNT};
	uint8_t kind = cursor_u8(c);
	if (kind >= ANSWER__COUNT)
		cursor_fail(c, E_SYNTAX);
	else
		a.kind = (enum answer_kind)kind;
	switch (a.kind) {
	case ANSWER_FINDING:
		a.socket = cursor_u64(c);
		take_finding(c, &a.finding);
		break;
	case ANSWER_MATCH:
		take_match(c, &a.match);
		break;
	case ANSWER_UNSCANNED:
		take_unscanned(c, &a.unscanned);
		break;
	case ANSWER_ENTRY:
		take_entry(c, &a.entry);
		break;
	case ANSWER_DONE:
		a.whole = take_bool(c);
		a.bytes = cursor_u64(c);
		break;
	case ANSWER_FOUND:
	case ANSWER__COUNT:
		break;
	}
	if (c->err == E_OK)
		*ret_answer = a;
	return c->err;
}
