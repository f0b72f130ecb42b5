/* SPDX-License-Identifier: Apache-2.0 */
/* What both kinds of form have in common, and the plain one. */
#include "http/form.h"

#include <stdlib.h>

#include "base/limits.h"
#include "http/form_reader.h"
#include "os/file.h"

bool form_value(const struct form *form, struct str name, size_t nth, struct str *ret_value)
{
	for (size_t i = 0; i < form->field_count; i++) {
		if (!str_equal(form->fields[i].name, name) || nth-- > 0)
			continue;
		*ret_value = form->fields[i].value;
		return true;
	}
	return false;
}

const struct form_file *form_file(const struct form *form, struct str field)
{
	for (size_t i = 0; i < form->file_count; i++)
		if (str_equal(form->files[i].field, field))
			return &form->files[i];
	return NULL;
}

/* --- text --- */

static bool is_control(unsigned char c)
{
	return (c < ' ' && c != '\t' && c != '\n') || c == 0x7f;
}

/* UTF-8 without control characters; line ends become LF, in place. */
static bool make_text(char *text, size_t *size)
{
	size_t to = 0;
	for (size_t from = 0; from < *size;) {
		size_t length = utf8_length((struct str){text + from, *size - from});
		if (text[from] == '\r') {
			from += from + 1 < *size && text[from + 1] == '\n' ? 2 : 1;
			text[to++] = '\n';
			continue;
		}
		if (length == 0 || is_control((unsigned char)text[from]))
			return false;
		/* U+0080 … U+009F are control characters too. */
		if (length == 2 && (unsigned char)text[from] == 0xc2 &&
			(unsigned char)text[from + 1] < 0xa0)
			return false;
		memmove(text + to, text + from, length);
		to += length;
		from += length;
	}
	*size = to;
	return true;
}

enum err form_keep_text(struct form_reader *r, struct str s, struct str *ret_kept)
{
	struct str copy = arena_copy(&r->arena, s);
	if (!copy.data)
		return E_NOMEM;
	char *text = (union {
		const char *read_only;
		char *own;
	}){.read_only = copy.data}
			     .own;
	if (!make_text(text, &copy.size))
		return E_SYNTAX;
	text[copy.size] = '\0';
	*ret_kept = copy;
	return E_OK;
}

/* Room for one more, doubling what there is. */
static void *grow(struct arena *arena, const void *old, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return NULL;
	size_t more = *capacity ? 2 * *capacity : 16;
	void *grown = arena_alloc(arena, more, size);
	if (!grown)
		return NULL;
	if (count > 0)
		memcpy(grown, old, count * size);
	*capacity = more;
	return grown;
}

enum err form_add_field(struct form_reader *r, struct str name, struct str value)
{
	struct form_field field;
	if (r->field_count >= LIMIT_FORM_FIELDS || name.size > LIMIT_FORM_NAME)
		return E_LIMIT;
	TRY(form_keep_text(r, name, &field.name));
	TRY(form_keep_text(r, value, &field.value));
	struct form_field *grown =
		grow(&r->arena, r->fields, r->field_count, &r->field_capacity, sizeof(*r->fields));
	if (grown)
		r->fields = grown;
	if (r->field_count >= r->field_capacity)
		return E_NOMEM;
	r->fields[r->field_count++] = field;
	return E_OK;
}

/* --- application/x-www-form-urlencoded --- */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Undoes + and %XX into `to`, which has room for all of s; a % that begins no escape stays. */
static struct str undo_escapes(struct str s, char *to)
{
	size_t size = 0;
	for (size_t i = 0; i < s.size; i++) {
		int high = s.data[i] == '%' && s.size - i > 2 ? hex_value(s.data[i + 1]) : -1;
		int low = high >= 0 ? hex_value(s.data[i + 2]) : -1;
		to[size] = s.data[i] == '+' ? ' ' : s.data[i];
		if (low >= 0)
			to[size] = (char)(high << 4 | low);
		size++;
		i += low >= 0 ? 2 : 0;
	}
	return (struct str){to, size};
}

static enum err read_pair(struct form_reader *r, struct str pair, char *room)
{
	struct str value;
	struct str name = str_cut(pair, '=', &value);
	struct str plain_name = undo_escapes(name, room);
	return form_add_field(r, plain_name, undo_escapes(value, room + plain_name.size));
}

static enum err read_pairs(struct form_reader *r)
{
	struct str rest = writer_view_str(&r->held);
	enum err err = writer_end(&r->held);
	if (err != E_OK || rest.size == 0)
		return err;
	char *room = arena_alloc(&r->arena, rest.size, 1);
	if (!room)
		return E_NOMEM;
	while (rest.size > 0 && err == E_OK) {
		struct str pair = str_cut(rest, '&', &rest);
		if (pair.size > 0)
			err = read_pair(r, pair, room);
	}
	return err;
}

/* --- the reader --- */

/* "multipart/form-data; boundary=…": the type alone, without parameters. */
static bool is_type(struct str content_type, struct str type)
{
	struct str parameters;
	return str_equal_nocase(str_trim(str_cut(content_type, ';', &parameters)), type);
}

enum err form_reader_new(struct str content_type, int folder, struct form_reader **ret_reader)
{
	struct form_reader *r = calloc(1, sizeof(*r));
	enum err err = E_UNKNOWN;
	if (!r)
		return E_NOMEM;
	r->folder = folder;
	/* Fields are copied once, names and tables come on top. */
	arena_init(&r->arena, 4 * LIMIT_FORM_BYTES);
	writer_init(&r->held, LIMIT_FORM_BYTES);
	if (is_type(content_type, STR("application/x-www-form-urlencoded"))) {
		err = E_OK;
	} else if (is_type(content_type, STR("multipart/form-data"))) {
		r->multipart = true;
		err = multipart_begin(r, content_type);
	}
	if (err == E_OK)
		*ret_reader = r;
	else
		form_reader_free(r);
	return err;
}

void form_reader_free(struct form_reader *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->file_count; i++)
		file_close(&r->files[i].fd);
	writer_release(&r->held);
	writer_release(&r->value);
	arena_release(&r->arena);
	free(r);
}

void form_reader_feed(struct form_reader *r, struct bytes b)
{
	if (r->err != E_OK || b.size == 0)
		return;
	writer_bytes(&r->held, b);
	r->err = writer_end(&r->held);
	if (r->err == E_OK && r->multipart)
		r->err = multipart_step(r);
}

enum err form_reader_end(struct form_reader *r, struct form *ret_form)
{
	if (r->err == E_OK)
		r->err = r->multipart ? multipart_end(r) : read_pairs(r);
	if (r->err != E_OK)
		return r->err;
	*ret_form = (struct form){r->fields, r->field_count, r->files, r->file_count};
	return E_OK;
}
