/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch/why.h"

#include "fetch/transfer.h"

static const struct {
	struct str name;
	enum message message;
} whys[] = {
	[WHY_NONE] = {STR_INIT("none"), MESSAGE_FETCH_WHY_SAID},
	[WHY_SAID] = {STR_INIT("said"), MESSAGE_FETCH_WHY_SAID},
	[WHY_WORDS] = {STR_INIT("words"), MESSAGE_FETCH_WHY_WORDS},
	[WHY_CONNECT] = {STR_INIT("connect"), MESSAGE_FETCH_WHY_CONNECT},
	[WHY_NAME] = {STR_INIT("name"), MESSAGE_FETCH_WHY_NAME},
	[WHY_SLOW] = {STR_INIT("slow"), MESSAGE_FETCH_WHY_SLOW},
	[WHY_BROKEN] = {STR_INIT("broken"), MESSAGE_FETCH_WHY_BROKEN},
	[WHY_CERTIFICATE] = {STR_INIT("certificate"), MESSAGE_FETCH_WHY_CERTIFICATE},
	[WHY_AUTHORITIES] = {STR_INIT("authorities"), MESSAGE_FETCH_WHY_AUTHORITIES},
	[WHY_AUTHORITIES_GONE] = {STR_INIT("authorities-gone"), MESSAGE_FETCH_AUTHORITIES_GONE},
	[WHY_STATUS] = {STR_INIT("status"), MESSAGE_FETCH_WHY_STATUS},
	[WHY_STATUS_DENIED] = {STR_INIT("status-denied"), MESSAGE_FETCH_WHY_STATUS_DENIED},
	[WHY_STATUS_MISSING] = {STR_INIT("status-missing"), MESSAGE_FETCH_WHY_STATUS_MISSING},
	[WHY_STATUS_OFTEN] = {STR_INIT("status-often"), MESSAGE_FETCH_WHY_STATUS_OFTEN},
	[WHY_STATUS_BROKEN] = {STR_INIT("status-broken"), MESSAGE_FETCH_WHY_STATUS_BROKEN},
	[WHY_NOWHERE] = {STR_INIT("nowhere"), MESSAGE_FETCH_WHY_NOWHERE},
	[WHY_ELSEWHERE] = {STR_INIT("elsewhere"), MESSAGE_FETCH_WHY_ELSEWHERE},
	[WHY_REDIRECTS] = {STR_INIT("redirects"), MESSAGE_FETCH_WHY_REDIRECTS},
	[WHY_TOO_LARGE] = {STR_INIT("too-large"), MESSAGE_FETCH_WHY_TOO_LARGE},
	[WHY_RANGE] = {STR_INIT("range"), MESSAGE_FETCH_WHY_RANGE},
	[WHY_LIST] = {STR_INIT("list"), MESSAGE_FETCH_WHY_LIST},
	[WHY_DENIED] = {STR_INIT("denied"), MESSAGE_FETCH_WHY_DENIED},
	[WHY_ADDRESS] = {STR_INIT("address"), MESSAGE_FETCH_WHY_ADDRESS},
	[WHY_DISK] = {STR_INIT("disk"), MESSAGE_FETCH_WHY_DISK},
	[WHY_MEMORY] = {STR_INIT("memory"), MESSAGE_FETCH_WHY_MEMORY},
	[WHY_ENDED] = {STR_INIT("ended"), MESSAGE_FETCH_WHY_ENDED},
	[WHY_SECRET_OPEN] = {STR_INIT("secret-open"), MESSAGE_FETCH_SECRET_OPEN},
	[WHY_SECRET_EMPTY] = {STR_INIT("secret-empty"), MESSAGE_FETCH_SECRET_EMPTY},
	[WHY_SECRET_GONE] = {STR_INIT("secret-gone"), MESSAGE_FETCH_SECRET_GONE},
	[WHY_NO_KEY] = {STR_INIT("no-key"), MESSAGE_FETCH_NO_KEY},
	[WHY_FOLDER_GONE] = {STR_INIT("folder-gone"), MESSAGE_FETCH_FOLDER_GONE},
	[WHY_FILE_CLOSED] = {STR_INIT("file-closed"), MESSAGE_FETCH_FILE_CLOSED},
};
_Static_assert(sizeof(whys) / sizeof(whys[0]) == SOURCE_WHY__COUNT, "one a reason");

struct str source_why_name(enum source_why why)
{
	return (size_t)why < SOURCE_WHY__COUNT ? whys[why].name : STR("said");
}

bool source_why_parse(struct str name, enum source_why *ret_why)
{
	for (size_t i = 0; i < SOURCE_WHY__COUNT; i++)
		if (str_equal(whys[i].name, name)) {
			*ret_why = (enum source_why)i;
			return true;
		}
	return false;
}

static enum source_why why_of_status(uint64_t status)
{
	if (status == 401 || status == 403)
		return WHY_STATUS_DENIED;
	if (status == 404 || status == 410)
		return WHY_STATUS_MISSING;
	if (status == 429)
		return WHY_STATUS_OFTEN;
	return status >= 500 ? WHY_STATUS_BROKEN : WHY_STATUS;
}

enum source_why source_why_of(const struct transfer_result *result)
{
	static const enum source_why of[] = {
		[REASON_WORDS] = WHY_WORDS,
		[REASON_CONNECT] = WHY_CONNECT,
		[REASON_NAME] = WHY_NAME,
		[REASON_SLOW] = WHY_SLOW,
		[REASON_BROKEN] = WHY_BROKEN,
		[REASON_CERTIFICATE] = WHY_CERTIFICATE,
		[REASON_AUTHORITIES] = WHY_AUTHORITIES,
		[REASON_STATUS] = WHY_STATUS,
		[REASON_NOWHERE] = WHY_NOWHERE,
		[REASON_ELSEWHERE] = WHY_ELSEWHERE,
		[REASON_REDIRECTS] = WHY_REDIRECTS,
		[REASON_TOO_LARGE] = WHY_TOO_LARGE,
		[REASON_RANGE] = WHY_RANGE,
		[REASON_LIST] = WHY_LIST,
		[REASON_DENIED] = WHY_DENIED,
		[REASON_ADDRESS] = WHY_ADDRESS,
		[REASON_DISK] = WHY_DISK,
		[REASON_MEMORY] = WHY_MEMORY,
		[REASON_ENDED] = WHY_ENDED,
	};
	_Static_assert(sizeof(of) / sizeof(of[0]) == TRANSFER_REASON__COUNT, "each has words");
	enum source_why why = of[result->reason];
	return why == WHY_STATUS ? why_of_status(result->status) : why;
}

void source_why_write(struct writer *w, enum lang lang, enum source_why why, struct str what)
{
	if (why == WHY_NONE || (size_t)why >= SOURCE_WHY__COUNT)
		return;
	text_write(w, lang, whys[why].message, (const struct text_arg[]){{STR("what"), what}}, 1);
}

/* --- a file that nothing can be read from --- */

/* Nothing a value holds may end the line or the field. */
static void put_value(struct writer *w, struct str value)
{
	writer_char(w, '\t');
	for (size_t i = 0; i < value.size; i++) {
		bool fits = (unsigned char)value.data[i] >= ' ' && value.data[i] != 0x7f;
		writer_char(w, fits ? value.data[i] : ' ');
	}
}

void refusal_pack(struct writer *w, const struct refusal *refusal)
{
	writer_str(w, refusal->code);
	writer_char(w, '\t');
	writer_decimal(w, refusal->limit);
	put_value(w, refusal->field);
	put_value(w, refusal->got);
}

static bool code_parse(struct str name, enum problem_code *ret_code)
{
	for (size_t i = 0; i < PROBLEM__COUNT; i++)
		if (str_equal(problem_code_name((enum problem_code)i), name)) {
			*ret_code = (enum problem_code)i;
			return true;
		}
	return false;
}

void refusal_write(struct writer *w, enum lang lang, struct str reason)
{
	struct str rest;
	struct problem problem = {0};
	enum problem_code code;
	struct str name = str_cut(reason, '\t', &rest);
	struct str limit = str_cut(rest, '\t', &rest);
	if (!code_parse(name, &code) || !str_to_u64(limit, UINT64_MAX, &problem.limit)) {
		writer_str(w, reason);
		return;
	}
	struct str field = str_cut(rest, '\t', &rest);
	problem_set(&problem, code, field, rest);
	text_problem(w, lang, &problem);
}
