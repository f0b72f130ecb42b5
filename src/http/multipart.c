/* SPDX-License-Identifier: Apache-2.0 */
/* multipart/form-data as browsers send it (RFC 7578; WHATWG HTML, "multipart form data"): nothing
 * before the first boundary, CR LF as line end, names in quotes where " is %22. Parts within parts
 * and transfer encodings, which no browser sends, are refused. */
#include "base/limits.h"
#include "http/form_reader.h"
#include "os/file.h"

enum {
	PART_HEADER = 4096
};

/* --- parameters of header fields --- */

/* Past white space and the semicolon in front of the next parameter. */
static bool is_gap(char c)
{
	return c == ' ' || c == '\t' || c == ';';
}

static struct str skip_gap(struct str s)
{
	while (s.size > 0 && is_gap(s.data[0]))
		s = (struct str){s.data + 1, s.size - 1};
	return s;
}

/* NAME=TOKEN or NAME="…" off the front of *rest. */
static bool next_parameter(struct str *rest, struct str *ret_name, struct str *ret_value)
{
	struct str s = skip_gap(*rest);
	struct str after;
	*ret_name = str_trim(str_cut(s, '=', &after));
	if (ret_name->size == 0 || after.size == 0)
		return false;
	if (after.data[0] == '"') {
		after = (struct str){after.data + 1, after.size - 1};
		if (str_find(after, STR("\"")) == after.size)
			return false;
		*ret_value = str_cut(after, '"', rest);
		return true;
	}
	size_t size = 0;
	while (size < after.size && !is_gap(after.data[size]))
		size++;
	*ret_value = (struct str){after.data, size};
	*rest = (struct str){after.data + size, after.size - size};
	return true;
}

/* The first of that name; false: none. */
static bool find_parameter(struct str value, struct str name, struct str *ret_value)
{
	struct str rest;
	struct str at;
	struct str found;
	(void)str_cut(value, ';', &rest);
	while (next_parameter(&rest, &at, &found)) {
		if (!str_equal_nocase(at, name))
			continue;
		*ret_value = found;
		return true;
	}
	return false;
}

/* RFC 2046, 5.1.1. */
static bool is_boundary(struct str s)
{
	static const char others[] = "'()+_,-./:=?";
	for (size_t i = 0; i < s.size; i++) {
		char c = s.data[i];
		bool plain =
			(c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
		if (!plain && (c == '\0' || !strchr(others, c)))
			return false;
	}
	return s.size > 0 && s.size <= BOUNDARY_BYTES;
}

enum err multipart_begin(struct form_reader *r, struct str content_type)
{
	struct str boundary;
	if (!find_parameter(content_type, STR("boundary"), &boundary) || !is_boundary(boundary))
		return E_SYNTAX;
	memcpy(r->delimiter, "\r\n--", 4);
	memcpy(r->delimiter + 4, boundary.data, boundary.size);
	r->delimiter_size = 4 + boundary.size;
	writer_init(&r->value, LIMIT_FORM_BYTES);
	return E_OK;
}

/* --- the header of a part --- */

struct part {
	bool described;
	struct str name, file_name, type;
	bool has_file;
};

static enum err read_header_line(struct str line, struct part *part)
{
	struct str value;
	struct str rest;
	struct str name = str_cut(line, ':', &value);
	value = str_trim(value);
	if (str_equal_nocase(name, STR("Content-Disposition"))) {
		struct str kind = str_trim(str_cut(value, ';', &rest));
		if (part->described || !str_equal_nocase(kind, STR("form-data")) ||
			!find_parameter(value, STR("name"), &part->name))
			return E_SYNTAX;
		part->described = true;
		part->has_file = find_parameter(value, STR("filename"), &part->file_name);
	} else if (str_equal_nocase(name, STR("Content-Type"))) {
		part->type = value;
		if (value.size > 10 &&
			str_equal_nocase((struct str){value.data, 10}, STR("multipart/")))
			return E_SYNTAX;
	} else if (str_equal_nocase(name, STR("Content-Transfer-Encoding"))) {
		return E_SYNTAX;
	}
	return E_OK;
}

static enum err read_header(struct str header, struct part *part)
{
	while (header.size > 0) {
		size_t end = str_find(header, STR("\r\n"));
		TRY(read_header_line((struct str){header.data, end}, part));
		size_t past = end + 2 < header.size ? end + 2 : header.size;
		header = (struct str){header.data + past, header.size - past};
	}
	return part->described && part->name.size > 0 ? E_OK : E_SYNTAX;
}

static enum err begin_file(struct form_reader *r, const struct part *part)
{
	if (r->folder == -1)
		return E_DENIED;
	if (r->file_count == FORM_FILES || part->file_name.size > LIMIT_HTTP_FILE_NAME)
		return E_LIMIT;
	struct form_file file = {.field = r->part_name, .fd = -1};
	TRY(form_keep_text(r, part->file_name, &file.name));
	TRY(form_keep_text(r, part->type, &file.type));
	TRY(file_nameless(r->folder, &file.fd));
	r->file = &r->files[r->file_count++];
	*r->file = file;
	return E_OK;
}

static enum err begin_part(struct form_reader *r, struct str header)
{
	struct part part = {.type = STR("")};
	TRY(read_header(header, &part));
	if (part.name.size > LIMIT_FORM_NAME)
		return E_LIMIT;
	if (r->field_count + r->file_count >= LIMIT_FORM_FIELDS)
		return E_LIMIT;
	TRY(form_keep_text(r, part.name, &r->part_name));
	writer_clear(&r->value);
	r->file = NULL;
	r->nothing = part.has_file && part.file_name.size == 0;
	return part.has_file && !r->nothing ? begin_file(r, &part) : E_OK;
}

/* --- the body of a part --- */

static enum err take_body(struct form_reader *r, struct bytes b)
{
	if (r->file) {
		r->file->size += b.size;
		return file_write(r->file->fd, b);
	}
	/* All fields together, or many small ones would take as much as many large ones. */
	r->values += b.size;
	if (r->values > LIMIT_FORM_BYTES)
		return E_LIMIT;
	writer_bytes(&r->value, b);
	return writer_end(&r->value);
}

static enum err end_part(struct form_reader *r)
{
	return r->file || r->nothing ? E_OK
				     : form_add_field(r, r->part_name, writer_view_str(&r->value));
}

/* --- one step --- */

/* *used: bytes of s that are done with; 0: more must come. */
static enum err step_start(struct form_reader *r, struct str s, size_t *used)
{
	/* Without the CR LF, which belongs to a line before. */
	struct str first = {r->delimiter + 2, r->delimiter_size - 2};
	size_t size = s.size < first.size ? s.size : first.size;
	if (memcmp(s.data, first.data, size) != 0)
		return E_SYNTAX;
	if (size < first.size)
		return E_OK;
	*used = size;
	r->state = MULTIPART_BETWEEN;
	return E_OK;
}

static enum err step_between(struct form_reader *r, struct str s, size_t *used)
{
	if (s.size < 2)
		return E_OK;
	*used = 2;
	if (str_starts(s, STR("--")))
		r->state = MULTIPART_OVER;
	else if (str_starts(s, STR("\r\n")))
		r->state = MULTIPART_HEADER;
	else
		return E_SYNTAX;
	return E_OK;
}

static enum err step_header(struct form_reader *r, struct str s, size_t *used)
{
	size_t end = str_find(s, STR("\r\n\r\n"));
	if (end > PART_HEADER)
		return E_LIMIT;
	if (end == s.size)
		return E_OK;
	TRY(begin_part(r, (struct str){s.data, end}));
	*used = end + 4;
	r->state = MULTIPART_BODY;
	return E_OK;
}

static enum err step_body(struct form_reader *r, struct str s, size_t *used)
{
	struct str delimiter = {r->delimiter, r->delimiter_size};
	size_t end = str_find(s, delimiter);
	bool found = end < s.size;
	/* The end may be the beginning of a boundary. */
	if (!found)
		end = s.size < delimiter.size ? 0 : s.size - delimiter.size + 1;
	if (!r->nothing && end > 0)
		TRY(take_body(r, (struct bytes){(const uint8_t *)s.data, end}));
	*used = end;
	if (!found)
		return E_OK;
	*used = end + delimiter.size;
	r->state = MULTIPART_BETWEEN;
	return end_part(r);
}

/* What stands behind the last boundary means nothing (RFC 2046), and nobody sends more than a line
 * end. */
static enum err step_over(struct str s, size_t *used)
{
	*used = s.size;
	return str_trim(s).size == 0 ? E_OK : E_SYNTAX;
}

static enum err step(struct form_reader *r, struct str s, size_t *used)
{
	switch (r->state) {
	case MULTIPART_START:
		return step_start(r, s, used);
	case MULTIPART_HEADER:
		return step_header(r, s, used);
	case MULTIPART_BODY:
		return step_body(r, s, used);
	case MULTIPART_BETWEEN:
		return step_between(r, s, used);
	case MULTIPART_OVER:
		return step_over(s, used);
	}
	return E_SYNTAX;
}

/* What is left goes to the front. */
static void drop_front(struct writer *held, size_t size)
{
	struct bytes all = writer_view(held);
	size_t left = all.size - size;
	if (left > 0)
		memmove(held->data, held->data + size, left);
	held->size = left;
}

enum err multipart_step(struct form_reader *r)
{
	struct str all = writer_view_str(&r->held);
	size_t at = 0;
	while (at < all.size) {
		size_t used = 0;
		TRY(step(r, (struct str){all.data + at, all.size - at}, &used));
		if (used == 0)
			break;
		at += used;
	}
	drop_front(&r->held, at);
	return E_OK;
}

enum err multipart_end(struct form_reader *r)
{
	return r->state == MULTIPART_OVER ? E_OK : E_TRUNCATED;
}
