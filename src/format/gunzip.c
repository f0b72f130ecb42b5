/* SPDX-License-Identifier: Apache-2.0 */
#include "format/gunzip.h"

#include <stdlib.h>
#include <zlib.h>

enum {
	PACKED = 64 << 10,
	GZIP_ONLY = 15 + 16 /* the largest window; +16: gzip, not zlib (zlib.h, inflateInit2) */
};

struct gunzip {
	struct archive_source packed;
	z_stream stream;
	bool started;
	bool in_member;
	bool ended;
	struct str fault;
	uint8_t buffer[PACKED];
};

enum err gunzip_new(
	const struct archive_source *packed, struct bytes head, struct gunzip **ret_gunzip)
{
	struct gunzip *g = calloc(1, sizeof(*g));
	if (!g)
		return E_NOMEM;
	g->packed = *packed;
	g->in_member = true;
	g->started = head.size <= PACKED && inflateInit2(&g->stream, GZIP_ONLY) == Z_OK;
	if (!g->started) {
		gunzip_free(g);
		return E_NOMEM;
	}
	memcpy(g->buffer, head.data, head.size);
	g->stream.next_in = g->buffer;
	g->stream.avail_in = (uInt)head.size;
	*ret_gunzip = g;
	return E_OK;
}

void gunzip_free(struct gunzip *g)
{
	if (!g)
		return;
	if (g->started)
		inflateEnd(&g->stream);
	free(g);
}

struct str gunzip_fault(const struct gunzip *g)
{
	return g->fault;
}

static enum err fail(struct gunzip *g, struct str fault)
{
	g->fault = fault;
	return E_SYNTAX;
}

/* More packed bytes where all were used; avail_in stays 0 at the end of the source. */
static enum err refill(struct gunzip *g)
{
	size_t size = 0;
	if (g->stream.avail_in > 0)
		return E_OK;
	TRY(g->packed.read(g->packed.context, g->buffer, PACKED, &size));
	g->stream.next_in = g->buffer;
	g->stream.avail_in = (uInt)size;
	return E_OK;
}

/* Behind a member: another one, zeros that pad a tape or a block, or the end. */
static enum err between_members(struct gunzip *g)
{
	TRY(refill(g));
	while (g->stream.avail_in > 0 && *g->stream.next_in == 0) {
		g->stream.next_in++;
		g->stream.avail_in--;
		TRY(refill(g));
	}
	g->ended = g->stream.avail_in == 0;
	g->in_member = !g->ended;
	if (g->in_member && inflateReset(&g->stream) != Z_OK)
		return fail(g, STR("gzip state"));
	return E_OK;
}

static enum err inflate_some(struct gunzip *g)
{
	TRY(refill(g));
	if (g->stream.avail_in == 0)
		return fail(g, STR("truncated gzip input"));
	int result = inflate(&g->stream, Z_NO_FLUSH);
	if (result == Z_STREAM_END)
		g->in_member = false;
	else if (result == Z_MEM_ERROR)
		return E_NOMEM;
	else if (result != Z_OK && result != Z_BUF_ERROR)
		return fail(g, str_from(g->stream.msg ? g->stream.msg : "damaged gzip data"));
	return E_OK;
}

enum err gunzip_read(struct gunzip *g, uint8_t *buffer, size_t capacity, size_t *ret_size)
{
	/* What inflate() takes at once is an unsigned int. */
	size_t most = capacity < (1U << 30) ? capacity : 1U << 30;
	g->stream.next_out = buffer;
	g->stream.avail_out = (uInt)most;
	while (!g->ended && g->stream.avail_out == most)
		TRY(g->in_member ? inflate_some(g) : between_members(g));
	*ret_size = most - g->stream.avail_out;
	return E_OK;
}
