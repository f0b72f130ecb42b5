/* SPDX-License-Identifier: Apache-2.0 */
/* A file for the visitor to keep: whole, or the part asked for, straight from the disk. */
#include <inttypes.h>
#include <stdio.h>

#include "base/limits.h"
#include "http/answer.h"
#include "http/exchange.h"
#include "http/fields.h"
#include "http/request.h"
#include "os/file.h"
#include "os/tcp.h"

enum {
	PATH_BYTES = 1024,
	DISPOSITION_BYTES = 2048,
	FIELD_BYTES = 64
};

struct download {
	int fd;
	struct file_stamp stamp;
	struct instant modified;
	char etag[FIELD_BYTES];
	char modified_text[FIELD_BYTES];
	char range_text[2 * FIELD_BYTES];
	char disposition[DISPOSITION_BYTES];
	unsigned status;
	struct byte_range part;
};

static bool terminate(char *to, size_t capacity, struct str s)
{
	if (s.size == 0 || s.size >= capacity || memchr(s.data, '\0', s.size))
		return false;
	memcpy(to, s.data, s.size);
	to[s.size] = '\0';
	return true;
}

static enum err open_file(const struct exchange *x, const struct http_answer *a, struct download *d)
{
	char path[PATH_BYTES];
	int folder = x->server->settings.folder;
	d->fd = -1;
	if (folder < 0 || !terminate(path, sizeof(path), a->file))
		return E_NOTFOUND;
	enum err err = file_open_read(folder, path, &d->fd);
	if (err == E_OK)
		err = file_stamp(d->fd, &d->stamp);
	/* What lies outside, or is no file, is to visitors what is not there. */
	return err == E_DENIED ? E_NOTFOUND : err;
}

/* What the writer holds as a terminated text; false when it does not fit. */
static bool take_text(struct writer *w, char *to, size_t capacity)
{
	bool fits = writer_end(w) == E_OK && terminate(to, capacity, writer_view_str(w));
	writer_release(w);
	return fits;
}

/* Another state of the file has another time or size: it is published by renaming. */
static bool name_version(struct download *d, const struct http_answer *a)
{
	struct writer w;
	(void)snprintf(d->etag, sizeof(d->etag), "\"%" PRIx64 "-%" PRIx64 "\"",
		(uint64_t)d->stamp.modified, d->stamp.size);
	d->modified.seconds = d->stamp.modified / 1000000000;
	writer_init(&w, FIELD_BYTES);
	field_write_date(&w, d->modified);
	if (!take_text(&w, d->modified_text, sizeof(d->modified_text)))
		return false;
	writer_init(&w, DISPOSITION_BYTES);
	field_write_disposition(&w, a->save_as);
	return take_text(&w, d->disposition, sizeof(d->disposition));
}

static struct str asked(const struct exchange *x, const char *name)
{
	return request_field(x->connection, name);
}

static bool date_reached(struct str field, struct instant modified)
{
	struct instant date;
	return field_date(field, &date) && modified.seconds <= date.seconds;
}

/* RFC 9110, 13.2.2: a tag, where one is given, says more than a time. */
static unsigned judge_conditions(const struct exchange *x, const struct download *d)
{
	struct str tag = str_from(d->etag);
	struct str match = asked(x, MHD_HTTP_HEADER_IF_MATCH);
	struct str none_match = asked(x, MHD_HTTP_HEADER_IF_NONE_MATCH);
	struct str unmodified = asked(x, MHD_HTTP_HEADER_IF_UNMODIFIED_SINCE);
	struct instant date;
	if (match.size > 0 ? !field_lists_tag(match, tag, false)
			   : field_date(unmodified, &date) && d->modified.seconds > date.seconds)
		return 412;
	if (none_match.size > 0)
		return field_lists_tag(none_match, tag, true) ? 304 : 200;
	return date_reached(asked(x, MHD_HTTP_HEADER_IF_MODIFIED_SINCE), d->modified) ? 304 : 200;
}

/* If-Range: a part is of use only to whoever has other parts of the same state. */
static bool same_state(const struct exchange *x, const struct download *d)
{
	struct str known = asked(x, MHD_HTTP_HEADER_IF_RANGE);
	return known.size == 0 || str_equal(known, str_from(d->etag)) ||
	       str_equal(known, str_from(d->modified_text));
}

static void judge(const struct exchange *x, struct download *d)
{
	uint64_t size = d->stamp.size;
	enum range_asked range = RANGE_WHOLE;
	d->part = (struct byte_range){0, size};
	d->status = judge_conditions(x, d);
	if (d->status == 200 && !x->head && same_state(x, d))
		range = field_range(asked(x, MHD_HTTP_HEADER_RANGE), size, &d->part);
	switch (range) {
	case RANGE_WHOLE:
		return;
	case RANGE_OUTSIDE:
		d->status = 416;
		(void)snprintf(d->range_text, sizeof(d->range_text), "bytes */%" PRIu64, size);
		return;
	case RANGE_PART:
		d->status = 206;
		(void)snprintf(d->range_text, sizeof(d->range_text),
			"bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, d->part.first,
			d->part.first + d->part.size - 1, size);
	}
}

/* Takes the descriptor, whether or not there is a response. */
static struct MHD_Response *respond(
	const struct exchange *x, const struct http_answer *a, struct download *d)
{
	struct MHD_Response *bare;
	const struct answer_fields f = {.etag = d->etag,
		.ranges = "bytes",
		.range = d->range_text[0] ? d->range_text : NULL,
		.modified = d->modified_text,
		.disposition = d->disposition};
	if (d->status == 412 || d->status == 416) {
		d->part.size = 0;
		bare = answer_bare((struct bytes){(const uint8_t *)"", 0}, MHD_RESPMEM_PERSISTENT);
	} else {
		bare = MHD_create_response_from_fd_at_offset64(d->part.size, d->fd, d->part.first);
		if (bare)
			d->fd = -1;
	}
	file_close(&d->fd);
	return answer_dress(bare, a, x->secure, &f);
}

/* It may take its time as long as the client takes its bytes: the sweep looks at that, the library
 * not, which counts how long the kernel's memory for it stays full. */
static void set_pace(const struct exchange *x)
{
	uint64_t taken = 0;
	if (tcp_taken(x->from->socket, &taken) != E_OK)
		return;
	uint64_t seconds = x->server->settings.answer_seconds;
	connection_begin_download(
		x->from, taken, LIMIT_HTTP_DOWNLOAD_RATE * seconds, seconds * SECOND);
	(void)MHD_set_connection_option(x->connection, MHD_CONNECTION_OPTION_TIMEOUT, 0U);
}

enum err exchange_send_file(
	struct exchange *x, const struct http_answer *a, enum MHD_Result *ret_result)
{
	struct download d = {0};
	enum err err = open_file(x, a, &d);
	if (err == E_OK && !name_version(&d, a))
		err = E_NOMEM;
	if (err != E_OK) {
		file_close(&d.fd);
		return err;
	}
	judge(x, &d);
	struct MHD_Response *response = respond(x, a, &d);
	if (!response)
		return E_NOMEM;
	*ret_result = exchange_queue(x, response, d.status, d.part.size);
	MHD_destroy_response(response);
	if (*ret_result == MHD_YES && !x->head && d.status / 100 == 2)
		set_pace(x);
	return E_OK;
}
