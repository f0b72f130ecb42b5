/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/returns_words.h"

#include <assert.h>

struct str returns_state_words(enum return_state state, enum lang lang)
{
	static const enum message messages[] = {
		[RETURN_NONE] = MESSAGE_RETURN_STATE_UNOPENED,
		[RETURN_DRAFT] = MESSAGE_RETURN_STATE_DRAFT,
		[RETURN_SUBMITTED] = MESSAGE_RETURN_STATE_SUBMITTED,
		[RETURN_SENT_BACK] = MESSAGE_RETURN_STATE_SENT_BACK,
		[RETURN_ACCEPTED] = MESSAGE_RETURN_STATE_ACCEPTED,
	};
	static_assert(sizeof(messages) / sizeof(messages[0]) == RETURN_STATE__COUNT, "a word each");
	return text(lang, messages[state]);
}

struct str returns_timing_words(enum return_timing timing, enum lang lang)
{
	static const enum message messages[] = {
		[TIMING_NOT_DUE] = MESSAGE_RETURN_TIMING_NOT_DUE,
		[TIMING_ON_TIME] = MESSAGE_RETURN_TIMING_ON_TIME,
		[TIMING_LATE] = MESSAGE_RETURN_TIMING_LATE,
		[TIMING_OVERDUE] = MESSAGE_RETURN_TIMING_OVERDUE,
	};
	static_assert(sizeof(messages) / sizeof(messages[0]) == TIMING__COUNT, "a word each");
	return text(lang, messages[timing]);
}

struct str returns_event_words(struct str what, enum lang lang)
{
	static const struct {
		struct str what;
		enum message message;
	} words[] = {
		{STR_INIT("open"), MESSAGE_RETURN_EVENT_OPEN},
		{STR_INIT("receive"), MESSAGE_RETURN_EVENT_RECEIVE},
		{STR_INIT("save"), MESSAGE_RETURN_EVENT_SAVE},
		{STR_INIT("submit"), MESSAGE_RETURN_EVENT_SUBMIT},
		{STR_INIT("accept"), MESSAGE_RETURN_EVENT_ACCEPT},
		{STR_INIT("send-back"), MESSAGE_RETURN_EVENT_SEND_BACK},
		{STR_INIT("attach"), MESSAGE_RETURN_EVENT_ATTACH},
		{STR_INIT("detach"), MESSAGE_RETURN_EVENT_DETACH},
		{STR_INIT("aside"), MESSAGE_RETURN_EVENT_ASIDE},
		{STR_INIT("chosen"), MESSAGE_RETURN_EVENT_CHOSEN},
		{STR_INIT("found"), MESSAGE_RETURN_EVENT_FOUND},
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_equal(words[i].what, what))
			return text(lang, words[i].message);
	return what;
}

static struct str number(struct arena *arena, enum lang lang, uint64_t value)
{
	struct writer w;
	writer_init(&w, 64);
	text_number(&w, lang, value);
	struct str copy = arena_copy(arena, writer_view_str(&w));
	writer_release(&w);
	return copy.data ? copy : STR("");
}

static enum message finding_message(enum answer_finding_kind kind)
{
	static const enum message messages[] = {
		[ANSWER_MISSING] = MESSAGE_ANSWER_MISSING,
		[ANSWER_NOT_NUMBER] = MESSAGE_ANSWER_NOT_NUMBER,
		[ANSWER_TOO_SMALL] = MESSAGE_ANSWER_TOO_SMALL,
		[ANSWER_TOO_LARGE] = MESSAGE_ANSWER_TOO_LARGE,
		[ANSWER_NOT_DATE] = MESSAGE_ANSWER_NOT_DATE,
		[ANSWER_NOT_CHOICE] = MESSAGE_ANSWER_NOT_CHOICE,
		[ANSWER_TOO_LONG] = MESSAGE_ANSWER_TOO_LONG,
		[ANSWER_BAD_TEXT] = MESSAGE_ANSWER_BAD_TEXT,
		[ANSWER_CHECK] = MESSAGE_ANSWER_BAD_TEXT, /* has words of its own */
		[ANSWER_TENFOLD] = MESSAGE_ANSWER_TENFOLD,
		[ANSWER_ALL_ZERO] = MESSAGE_ANSWER_ALL_ZERO,
	};
	static_assert(sizeof(messages) / sizeof(messages[0]) == ANSWER_FINDING__COUNT, "one each");
	return messages[kind];
}

struct str returns_finding_words(const struct return_form *form,
	const struct answer_finding *finding, enum lang lang, struct arena *arena)
{
	struct writer w;
	if (finding->kind == ANSWER_CHECK)
		return form->checks[finding->check].text[lang];
	struct str label =
		finding->row < form->row_count ? form->rows[finding->row].label[lang] : STR("");
	writer_init(&w, 8192);
	text_write(&w, lang, finding_message(finding->kind),
		(const struct text_arg[]){
			{STR("label"), label},
			{STR("limit"), number(arena, lang, finding->limit)},
			{STR("before"), number(arena, lang, finding->before)},
			{STR("got"), number(arena, lang, finding->got)},
		},
		4);
	struct str copy = arena_copy(arena, writer_view_str(&w));
	writer_release(&w);
	return copy.data ? copy : STR("");
}
