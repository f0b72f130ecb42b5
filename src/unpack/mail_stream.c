/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/mail_stream.h"

#include <gmime/gmime.h>

struct mail_stream {
	GMimeStream parent; /* first: so GObject wants it */
	struct unpacking *u;
	struct bytes content;
};

static gint64 length(GMimeStream *stream)
{
	gint64 size = (gint64)((struct mail_stream *)stream)->content.size;
	gint64 end = stream->bound_end >= 0 && stream->bound_end < size ? stream->bound_end : size;
	return end > stream->bound_start ? end - stream->bound_start : 0;
}

static gint64 end_of(GMimeStream *stream)
{
	return stream->bound_start + length(stream);
}

static ssize_t read_piece(GMimeStream *stream, char *buffer, size_t capacity)
{
	struct mail_stream *s = (struct mail_stream *)stream;
	if (unpacking_check(s->u) != E_OK || stream->position >= end_of(stream))
		return 0;
	size_t left = (size_t)(end_of(stream) - stream->position);
	size_t size = capacity < left ? capacity : left;
	memcpy(buffer, s->content.data + stream->position, size);
	stream->position += (gint64)size;
	return (ssize_t)size;
}

static gboolean at_end(GMimeStream *stream)
{
	return stream->position >= end_of(stream) ||
	       unpacking_check(((struct mail_stream *)stream)->u) != E_OK;
}

static gint64 seek(GMimeStream *stream, gint64 offset, GMimeSeekWhence whence)
{
	gint64 base = whence == GMIME_STREAM_SEEK_CUR   ? stream->position
		      : whence == GMIME_STREAM_SEEK_END ? end_of(stream)
							: 0;
	gint64 to;
	if (__builtin_add_overflow(base, offset, &to) || to < stream->bound_start ||
		to > end_of(stream))
		return -1;
	return stream->position = to;
}

static int reset(GMimeStream *stream)
{
	stream->position = stream->bound_start;
	return 0;
}

static int nothing_to_do(GMimeStream *stream)
{
	(void)stream;
	return 0;
}

static GType stream_type(void);

static GMimeStream *make(struct unpacking *u, struct bytes content, gint64 start, gint64 end)
{
	struct mail_stream *s = g_object_new(stream_type(), NULL);
	if (!s)
		return NULL;
	s->u = u;
	s->content = content;
	g_mime_stream_construct(&s->parent, start, end);
	s->parent.position = start;
	return &s->parent;
}

static GMimeStream *substream(GMimeStream *stream, gint64 start, gint64 end)
{
	const struct mail_stream *s = (const struct mail_stream *)stream;
	return make(s->u, s->content, start < 0 ? 0 : start, end);
}

static void set_up_class(gpointer class, gpointer data)
{
	GMimeStreamClass *methods = class;
	(void)data;
	methods->read = read_piece;
	methods->flush = nothing_to_do;
	methods->close = nothing_to_do;
	methods->eos = at_end;
	methods->reset = reset;
	methods->seek = seek;
	methods->length = length;
	methods->substream = substream;
}

static GType stream_type(void)
{
	static GType type;
	if (!type)
		type = g_type_register_static_simple(GMIME_TYPE_STREAM, "UnpackMailStream",
			sizeof(GMimeStreamClass), set_up_class, sizeof(struct mail_stream), NULL,
			0);
	return type;
}

GMimeStream *mail_stream_new(struct unpacking *u, struct bytes content)
{
	return make(u, content, 0, (gint64)content.size);
}
