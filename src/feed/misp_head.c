/* SPDX-License-Identifier: Apache-2.0 */
/* What a document of MISP begins with: an event with or without {"Event":…} around it, a list of
 * either, and what its searches answer. */
#include "feed/misp_head.h"

#include "feed/json_fields.h"

/* What a look into an object came to. */
enum look {
	LOOK_NO,
	LOOK_YES,
	LOOK_DEEPER, /* "response": its value comes next */
};

/* "Event" alone also begins logs of Windows: what follows is in MISP's own words. */
static bool speaks_misp(struct str head)
{
	static const struct str words[] = {STR_INIT("\"Attribute\""), STR_INIT("\"Orgc\""),
		STR_INIT("\"threat_level_id\""), STR_INIT("\"analysis\"")};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_find(head, words[i]) < head.size)
			return true;
	return false;
}

/* Its begin was read. The words are MISP's for an attribute, or for an object of attributes. */
static bool is_member(struct json *j)
{
	struct json_token t;
	struct problem problem;
	bool type = false, value = false, more = false, object = false;
	while (json_next(j, &t, &problem) == E_OK && t.kind == JSON_KEY) {
		type = type || str_equal(t.text, STR("type"));
		value = value || str_equal(t.text, STR("value"));
		more = more || str_equal(t.text, STR("category")) ||
		       str_equal(t.text, STR("to_ids")) || str_equal(t.text, STR("uuid"));
		object = object || str_equal(t.text, STR("meta-category")) ||
			 str_equal(t.text, STR("template_uuid"));
		if (json_next(j, &t, &problem) != E_OK || json_skip(j, &t, &problem) != E_OK)
			break;
	}
	return object || (type && value && more);
}

/* "Attribute" or "Object" and what begins at the place: one of them, or a list. */
static enum look look_at_members(struct str head, const struct json_token *begin, bool answer)
{
	struct json j;
	struct json_token t;
	struct problem problem;
	enum look look = LOOK_NO;
	json_resume(&j, head, (struct json_place){begin->offset, begin->line});
	bool some = json_next(&j, &t, &problem) == E_OK;
	if (some && t.kind == JSON_ARRAY)
		some = json_next(&j, &t, &problem) == E_OK;
	if (some && t.kind == JSON_ARRAY_END)
		look = answer ? LOOK_YES : LOOK_NO;
	else if (some && t.kind == JSON_OBJECT)
		look = is_member(&j) ? LOOK_YES : LOOK_NO;
	json_release(&j);
	return look;
}

/* Words that stand in an event beside "info". */
static bool is_event_word(struct str key)
{
	static const struct str words[] = {STR_INIT("threat_level_id"), STR_INIT("analysis"),
		STR_INIT("Orgc"), STR_INIT("publish_timestamp"), STR_INIT("orgc_id")};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_equal(key, words[i]))
			return true;
	return false;
}

/* An object whose begin was read; answer: it is a search's. */
static enum look look_into(struct json *j, struct str head, bool answer)
{
	struct json_token t;
	struct problem problem;
	bool info = false;
	unsigned words = 0;
	while (json_next(j, &t, &problem) == E_OK && t.kind == JSON_KEY) {
		bool event = str_equal(t.text, STR("Event"));
		bool members =
			str_equal(t.text, STR("Attribute")) || str_equal(t.text, STR("Object"));
		if (str_equal(t.text, STR("response")))
			return LOOK_DEEPER;
		info = info || str_equal(t.text, STR("info"));
		words += is_event_word(t.text);
		if (json_next(j, &t, &problem) != E_OK)
			break;
		if (event && t.kind == JSON_OBJECT)
			return speaks_misp(head) ? LOOK_YES : LOOK_NO;
		if (members && look_at_members(head, &t, answer) == LOOK_YES)
			return LOOK_YES;
		if (json_skip(j, &t, &problem) != E_OK)
			break;
	}
	return info && words >= 2 ? LOOK_YES : LOOK_NO;
}

/* {"response":[]}, and nothing more: nothing was found. */
static bool is_empty_answer(struct json *j)
{
	struct json_token t;
	struct problem problem;
	return json_next(j, &t, &problem) == E_OK && t.kind == JSON_OBJECT_END &&
	       json_next(j, &t, &problem) == E_OK && t.kind == JSON_END;
}

static bool begins(struct json *j, struct str head)
{
	struct json_token t;
	struct problem problem;
	bool answer = false;
	while (json_next(j, &t, &problem) == E_OK) {
		if (t.kind == JSON_ARRAY_END)
			return answer && is_empty_answer(j);
		if (t.kind != JSON_ARRAY && t.kind != JSON_OBJECT)
			return false;
		enum look look = t.kind == JSON_OBJECT ? look_into(j, head, answer) : LOOK_DEEPER;
		if (look != LOOK_DEEPER)
			return look == LOOK_YES;
		answer = answer || t.kind == JSON_OBJECT;
	}
	return false;
}

bool misp_head_recognise(struct str head)
{
	struct json json;
	struct str text = str_trim(head);
	if (!str_starts(text, STR("{")) && !str_starts(text, STR("[")))
		return false;
	json_init(&json, head);
	bool yes = begins(&json, head);
	json_release(&json);
	return yes;
}
