/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/reports.h"

#include "base/limits.h"
#include "format/json.h"

enum {
	ID_BYTES = 200,
	TEXT_BYTES = 300
};

/* Tokens are gone with the next, so a report's texts are kept here. */
struct reading {
	struct json json;
	struct problem *problem;
	char id[ID_BYTES], file[TEXT_BYTES], type[TEXT_BYTES], list[TEXT_BYTES], stamp[TEXT_BYTES];
	struct report report;
	struct str timestamp;
	uint64_t count;
};

bool report_id_valid(struct str id)
{
	for (size_t i = 0; i < id.size; i++) {
		char c = id.data[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
			c != '-' && c != '_' && (c != '.' || i == 0))
			return false;
	}
	return id.size > 0 && id.size <= ID_BYTES;
}

static enum err refuse(struct reading *r, enum problem_code code, const char *field, struct str got)
{
	uint64_t line = r->json.line;
	problem_set(r->problem, code, str_from(field), got);
	r->problem->line = line;
	return E_SYNTAX;
}

/* Too long: as if it had not been said. */
static struct str keep(char *into, size_t capacity, struct str text)
{
	if (text.size > capacity)
		return STR("");
	memcpy(into, text.data ? text.data : "", text.size);
	return (struct str){into, text.size};
}

static void take_member(struct reading *r, struct str key, struct str value)
{
	if (str_equal(key, STR("id")))
		r->report.id = keep(r->id, sizeof(r->id), value);
	else if (str_equal(key, STR("file")))
		r->report.file = keep(r->file, sizeof(r->file), value);
	else if (str_equal(key, STR("type")))
		r->report.type = keep(r->type, sizeof(r->type), value);
	else if (str_equal(key, STR("report")))
		r->report.list = keep(r->list, sizeof(r->list), value);
	else if (str_equal(key, STR("timestamp")))
		r->timestamp = keep(r->stamp, sizeof(r->stamp), value);
}

/* One object, whose beginning was read: each string member to `take`. */
static enum err read_object(
	struct reading *r, void (*take)(struct reading *, struct str key, struct str value))
{
	struct json_token token;
	char key[16];
	for (;;) {
		TRY(json_next(&r->json, &token, r->problem));
		if (token.kind == JSON_OBJECT_END)
			return E_OK;
		struct str name = keep(key, sizeof(key), token.text);
		TRY(json_next(&r->json, &token, r->problem));
		if (token.kind == JSON_STRING)
			take(r, name, token.text);
		else
			TRY(json_skip(&r->json, &token, r->problem));
	}
}

static void find_day(struct reading *r)
{
	struct instant at;
	r->report.day_set = date_find(r->report.file, &r->report.day);
	if (r->report.day_set)
		return;
	r->report.day_set = instant_parse(r->timestamp, &at);
	if (r->report.day_set)
		r->report.day = instant_date(at);
	else
		r->report.day_set = date_parse(r->timestamp, &r->report.day);
}

static enum err read_report(struct reading *r, report_fn *fn, void *context)
{
	r->report = (struct report){STR(""), STR(""), STR(""), STR(""), false, {0}};
	r->timestamp = STR("");
	TRY(read_object(r, take_member));
	if (!report_id_valid(r->report.id))
		return refuse(r, PROBLEM_BAD_FIELD, "id", r->report.id);
	if (++r->count > LIMIT_FETCH_REPORTS)
		return E_LIMIT;
	find_day(r);
	return fn(context, &r->report);
}

static void take_error(struct reading *r, struct str key, struct str value)
{
	if (str_equal(key, STR("error")))
		r->report.file = keep(r->file, sizeof(r->file), value);
}

static enum err read_error(struct reading *r)
{
	TRY(read_object(r, take_error));
	refuse(r, PROBLEM_BAD_JSON, "error", r->report.file);
	return r->report.file.size > 0 ? E_DENIED : E_SYNTAX;
}

static enum err read_all(struct reading *r, report_fn *fn, void *context)
{
	struct json_token token;
	TRY(json_next(&r->json, &token, r->problem));
	if (token.kind == JSON_OBJECT)
		return read_error(r);
	if (token.kind != JSON_ARRAY)
		return refuse(r, PROBLEM_BAD_JSON, "", token.text);
	for (;;) {
		TRY(json_next(&r->json, &token, r->problem));
		if (token.kind == JSON_ARRAY_END)
			break;
		if (token.kind != JSON_OBJECT)
			return refuse(r, PROBLEM_BAD_JSON, "", token.text);
		TRY(read_report(r, fn, context));
	}
	TRY(json_next(&r->json, &token, r->problem));
	return token.kind == JSON_END ? E_OK : refuse(r, PROBLEM_BAD_JSON, "", token.text);
}

enum err reports_parse(struct str text, report_fn *fn, void *context, struct problem *problem)
{
	struct reading r = {.problem = problem};
	*problem = (struct problem){0};
	json_init(&r.json, text);
	enum err err = read_all(&r, fn, context);
	json_release(&r.json);
	return err;
}
