/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/unpack.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/writer.h"
#include "unpack/containers.h"

enum {
	DENSE_FROM = 1 << 20,  /* expanded bytes from which the ratio counts */
	KEPT_BUFFER = 1 << 20, /* larger ones are given back after each member */
	PIECE_OF_ZEROS = 4096
};

/* A member that is being read or looked into; one a depth. */
struct level {
	struct writer buffer;
	size_t path_size; /* of the container it is in */
	bool cut;         /* larger than a member may be: the rest was dropped */
};

struct unpacking {
	const struct unpack_limits *limits;
	const struct unpack_sink *sink;
	struct str name;
	uint64_t packed; /* bytes on disk */
	uint64_t members, total;
	struct writer path;
	struct level *levels; /* as many as may be nested */
	unsigned depth;       /* of the container that is being opened */
	enum err ended;       /* sticks: what ended the walk */
	bool told;            /* and the sink knows why */
};

struct unpack_limits unpack_limits_usual(void)
{
	return (struct unpack_limits){.depth = (unsigned)LIMIT_UNPACK_DEPTH,
		.members = LIMIT_UNPACK_MEMBERS,
		.member_size = LIMIT_UNPACK_MEMBER,
		.total = LIMIT_UNPACK_TOTAL,
		.ratio = LIMIT_UNPACK_RATIO};
}

static void tell(struct unpacking *u, enum unscanned reason, struct str about)
{
	u->sink->unscanned(u->sink->context, writer_view_str(&u->path), reason, about);
}

static enum err finish(struct unpacking *u, enum err err, enum unscanned reason)
{
	if (u->ended == E_OK) {
		u->ended = err;
		u->told = true;
		tell(u, reason, STR(""));
	}
	return u->ended;
}

enum err unpacking_check(struct unpacking *u)
{
	if (u->ended == E_OK && u->sink->stop(u->sink->context))
		return finish(u, E_TIMEOUT, UNSCANNED_TIME);
	return u->ended;
}

struct str unpacking_name(const struct unpacking *u)
{
	static const struct str arrow = STR_INIT(" → ");
	struct str name = writer_view_str(&u->path);
	if (name.size == 0)
		return u->name;
	for (size_t at; (at = str_find(name, arrow)) < name.size;)
		name = (struct str){name.data + at + arrow.size, name.size - at - arrow.size};
	return name;
}

void unpacking_fault(struct unpacking *u, enum unscanned reason, struct str about)
{
	if (u->ended == E_OK)
		tell(u, reason, about);
}

/* Names are for people and reports, not for opening anything: cut where they are too long. */
static void add_name(struct unpacking *u, struct level *level, struct str name)
{
	struct writer *path = &u->path;
	level->path_size = path->size;
	writer_str(path, STR(" → "));
	if (name.size > LIMIT_UNPACK_NAME)
		name.size = LIMIT_UNPACK_NAME;
	writer_str(path, name);
	if (name.size == 0)
		writer_decimal(path, u->members);
}

static void drop_name(struct unpacking *u, const struct level *level)
{
	if (u->path.size > level->path_size)
		u->path.size = level->path_size;
}

enum err unpacking_begin(struct unpacking *u, struct str name)
{
	struct level *level = &u->levels[u->depth - 1];
	TRY(unpacking_check(u));
	if (u->members >= u->limits->members)
		return finish(u, E_LIMIT, UNSCANNED_MEMBERS);
	u->members++;
	add_name(u, level, name);
	writer_clear(&level->buffer);
	level->cut = false;
	return u->ended = writer_end(&u->path);
}

static enum err count(struct unpacking *u, uint64_t size)
{
	TRY(unpacking_check(u));
	u->total += size;
	if (u->total > u->limits->total ||
		(u->total > DENSE_FROM && u->total / u->limits->ratio > u->packed))
		return finish(u, E_LIMIT, UNSCANNED_EXPANSION);
	return E_OK;
}

enum err unpacking_add(struct unpacking *u, struct bytes piece)
{
	struct level *level = &u->levels[u->depth - 1];
	TRY(count(u, piece.size));
	size_t room = level->buffer.limit - level->buffer.size;
	if (piece.size > room) {
		piece.size = room;
		level->cut = true;
	}
	writer_bytes(&level->buffer, piece);
	return E_OK;
}

enum err unpacking_add_zeros(struct unpacking *u, uint64_t size)
{
	static const uint8_t zeros[PIECE_OF_ZEROS];
	while (size > 0) {
		size_t piece = size < sizeof(zeros) ? (size_t)size : sizeof(zeros);
		TRY(unpacking_add(u, (struct bytes){zeros, piece}));
		size -= piece;
	}
	return E_OK;
}

/* At the depth below the present one. */
static void open_container(struct unpacking *u, const struct container *c, struct bytes content)
{
	if (u->depth >= u->limits->depth) {
		tell(u, UNSCANNED_DEPTH, c->name);
		return;
	}
	u->depth++;
	enum err err = c->open(u, c, content);
	u->depth--;
	if (err == E_NOMEM && u->ended == E_OK)
		tell(u, UNSCANNED_MEMORY, c->name);
}

/* With each kind that fits, and with `also` where what holds the content knows what it is. */
static enum err look_inside(struct unpacking *u, struct bytes content, const struct container *also)
{
	if (also && container_fits(also, content))
		open_container(u, also, content);
	for (size_t i = 0; i < container_count && u->ended == E_OK; i++)
		if (container_fits(&containers[i], content))
			open_container(u, &containers[i], content);
	return u->ended;
}

static enum err hand_over(struct unpacking *u, struct bytes content, const struct container *also)
{
	struct str path = writer_view_str(&u->path);
	TRY(unpacking_check(u));
	if (content.size == 0)
		return E_OK;
	u->ended = u->sink->member(u->sink->context, path, content);
	TRY(u->ended);
	return look_inside(u, content, also);
}

/* Padding is what malware hides behind: what came before a limit is looked at too. */
static void hand_over_last(struct unpacking *u, struct bytes content)
{
	if (content.size == 0)
		return;
	enum err err = u->sink->member(u->sink->context, writer_view_str(&u->path), content);
	if (err == E_OK)
		return;
	u->ended = err;
	u->told = false;
}

static enum unscanned reason_of(enum err outcome)
{
	if (outcome == E_DENIED)
		return UNSCANNED_ENCRYPTED;
	if (outcome == E_UNKNOWN)
		return UNSCANNED_UNSUPPORTED;
	return outcome == E_NOMEM ? UNSCANNED_MEMORY : UNSCANNED_DAMAGED;
}

static void give_back(struct level *level)
{
	if (level->buffer.capacity > KEPT_BUFFER)
		writer_release(&level->buffer);
}

enum err unpacking_end(struct unpacking *u, enum err outcome, struct str about)
{
	return unpacking_end_as(u, outcome, about, NULL);
}

struct bytes unpacking_view(const struct unpacking *u)
{
	return writer_view(&u->levels[u->depth - 1].buffer);
}

void unpacking_take(struct unpacking *u, struct writer *into)
{
	struct writer *buffer = &u->levels[u->depth - 1].buffer;
	struct writer empty = *into;
	*into = *buffer;
	*buffer = empty;
	writer_clear(buffer);
	buffer->limit = (size_t)u->limits->member_size;
}

enum err unpacking_end_as(
	struct unpacking *u, enum err outcome, struct str about, const struct container *also)
{
	struct level *level = &u->levels[u->depth - 1];
	if (outcome == E_OK)
		outcome = writer_end(&level->buffer);
	if (u->ended == E_OK && outcome != E_OK)
		tell(u, reason_of(outcome), about);
	else if (u->ended == E_OK && level->cut)
		tell(u, UNSCANNED_SIZE, about);
	if (u->ended == E_OK)
		(void)hand_over(u, writer_view(&level->buffer), also);
	else if (u->told && u->ended == E_LIMIT)
		hand_over_last(u, writer_view(&level->buffer));
	give_back(level);
	drop_name(u, level);
	return u->ended;
}

enum err unpacking_slice(struct unpacking *u, struct str name, struct bytes content)
{
	struct level *level = &u->levels[u->depth - 1];
	TRY(unpacking_begin(u, name));
	if (count(u, content.size) == E_OK) {
		if (content.size > u->limits->member_size) {
			tell(u, UNSCANNED_SIZE, STR(""));
			content.size = (size_t)u->limits->member_size;
		}
		(void)hand_over(u, content, NULL);
	}
	drop_name(u, level);
	return u->ended;
}

enum err unpacking_miss(
	struct unpacking *u, struct str name, enum unscanned reason, struct str about)
{
	TRY(unpacking_begin(u, name));
	tell(u, reason, about);
	drop_name(u, &u->levels[u->depth - 1]);
	return E_OK;
}

enum err unpacking_inside(struct unpacking *u, struct bytes part)
{
	return look_inside(u, part, NULL);
}

static enum err prepare(struct unpacking *u)
{
	u->levels = calloc(u->limits->depth, sizeof(*u->levels));
	if (!u->levels)
		return E_NOMEM;
	for (unsigned i = 0; i < u->limits->depth; i++)
		writer_init(&u->levels[i].buffer, (size_t)u->limits->member_size);
	writer_init(&u->path, u->limits->depth * (LIMIT_UNPACK_NAME + 8));
	return E_OK;
}

static void release(struct unpacking *u)
{
	for (unsigned i = 0; u->levels && i < u->limits->depth; i++)
		writer_release(&u->levels[i].buffer);
	free(u->levels);
	writer_release(&u->path);
}

static bool worth_opening(struct bytes content)
{
	for (size_t i = 0; i < container_count; i++)
		if (container_fits(&containers[i], content))
			return true;
	return false;
}

enum err unpack(struct bytes content, struct str name, const struct unpack_limits *limits,
	const struct unpack_sink *sink)
{
	struct unpacking u = {.limits = limits, .sink = sink, .name = name, .packed = content.size};
	if (limits->depth == 0 || !worth_opening(content))
		return E_OK;
	enum err err = prepare(&u);
	if (err == E_OK)
		err = look_inside(&u, content, NULL);
	release(&u);
	return u.told ? E_OK : err;
}
