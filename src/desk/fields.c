/* SPDX-License-Identifier: Apache-2.0 */
/* What a request brings: fields of its form, parts of its address. */
#include "desk/desk_parts.h"

enum {
	PLAIN_BYTES = 1024 /* of a path; no page of ours has more, and links to it hold it whole */
};

bool desk_field_nth(const struct desk_request *r, const char *name, size_t nth, struct str *ret)
{
	return r->http->form && form_value(r->http->form, str_from(name), nth, ret);
}

struct str desk_field_raw(const struct desk_request *r, const char *name)
{
	struct str value;
	return desk_field_nth(r, name, 0, &value) ? value : STR("");
}

struct str desk_field(const struct desk_request *r, const char *name)
{
	return str_trim(desk_field_raw(r, name));
}

struct str desk_field_line(const struct desk_request *r, const char *name)
{
	char *copy = arena_cstr(r->arena, desk_field(r, name));
	for (char *at = copy; at && *at; at++)
		if (*at == '\n' || *at == '\r' || *at == '\t')
			*at = ' ';
	return copy ? str_from(copy) : STR("");
}

bool desk_field_number(
	const struct desk_request *r, const char *name, uint64_t max, uint64_t *ret_number)
{
	return str_to_u64(desk_field(r, name), max, ret_number);
}

const struct form_file *desk_file(const struct desk_request *r, const char *name)
{
	return r->http->form ? form_file(r->http->form, str_from(name)) : NULL;
}

bool desk_part_id(const struct desk_request *r, size_t nth, int64_t *ret_id)
{
	uint64_t id;
	if (nth >= 3 || !str_to_u64(r->part[nth], INT64_MAX, &id) || id == 0)
		return false;
	*ret_id = (int64_t)id;
	return true;
}

struct str desk_argument(const struct desk_request *r, const char *name)
{
	struct str value;
	return http_argument(r->http, name, &value) ? value : STR("");
}

bool desk_path_is_plain(struct str path)
{
	if (path.size > PLAIN_BYTES)
		return false;
	for (size_t i = 0; i < path.size; i++) {
		char c = path.data[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
		bool within = i > 0 && i + 1 < path.size && path.data[i - 1] != '/';
		if (!plain && !(c == '/' && within))
			return false;
	}
	return true;
}

/* --- cookies --- */

void desk_set_cookie(struct desk_request *r, struct http_cookie cookie)
{
	struct http_answer *a = r->answer;
	if (a->cookie_count < HTTP_COOKIES)
		a->cookies[a->cookie_count++] = cookie;
}

void desk_forget_cookie(struct desk_request *r, const char *name)
{
	desk_set_cookie(r, (struct http_cookie){.name = str_from(name), .forget = true});
}

void desk_set_token(
	struct desk_request *r, const char *name, const struct token *token, uint64_t seconds)
{
	struct writer w;
	writer_init(&w, TOKEN_TEXT);
	token_write(&w, token);
	struct str text = arena_copy(r->arena, writer_view_str(&w));
	writer_release(&w);
	if (text.data)
		desk_set_cookie(
			r, (struct http_cookie){
				   .name = str_from(name), .value = text, .seconds = seconds});
}

bool desk_cookie_token(const struct desk_request *r, const char *name, struct token *ret_token)
{
	return token_parse(http_cookie(r->http, name), ret_token);
}
