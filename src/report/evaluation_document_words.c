/* SPDX-License-Identifier: Apache-2.0 */
#include "report/evaluation_document_parts.h"

struct str words(const struct composer *c, enum message message)
{
	return text(c->lang, message);
}

struct str keep(struct composer *c, struct writer *w)
{
	enum err err = writer_end(w);
	struct str copy = {"", 0};
	if (err == E_OK && w->size > 0) {
		copy = arena_copy(c->arena, writer_view_str(w));
		err = copy.data ? E_OK : E_NOMEM;
	}
	if (err != E_OK)
		copy = (struct str){"", 0};
	if (c->err == E_OK)
		c->err = err;
	writer_release(w);
	return copy;
}

struct str compose(
	struct composer *c, enum message message, const struct text_arg *args, size_t count)
{
	struct writer w;
	writer_init(&w, WORDS_BYTES);
	text_write(&w, c->lang, message, args, count);
	return keep(c, &w);
}

struct str joined(struct composer *c, struct str a, struct str b)
{
	struct writer w;
	if (a.size == 0 || b.size == 0)
		return a.size == 0 ? b : a;
	writer_init(&w, WORDS_BYTES);
	writer_str(&w, a);
	writer_char(&w, ' ');
	writer_str(&w, b);
	return keep(c, &w);
}

struct str capital(struct composer *c, struct str text)
{
	struct writer w;
	if (text.size == 0 || text.data[0] < 'a' || text.data[0] > 'z')
		return text;
	writer_init(&w, WORDS_BYTES);
	writer_char(&w, (char)(text.data[0] - 'a' + 'A'));
	writer_str(&w, (struct str){text.data + 1, text.size - 1});
	return keep(c, &w);
}

struct str number_words(struct composer *c, double value, unsigned decimals)
{
	struct writer w;
	writer_init(&w, WORDS_BYTES);
	text_decimal(&w, c->lang, value, decimals);
	return keep(c, &w);
}

struct str share_words(struct composer *c, double share, unsigned decimals)
{
	struct writer w;
	writer_init(&w, WORDS_BYTES);
	text_percent(&w, c->lang, share, decimals);
	return keep(c, &w);
}

struct str date_words(struct composer *c, struct date date)
{
	struct writer w;
	writer_init(&w, WORDS_BYTES);
	text_date(&w, c->lang, date);
	return keep(c, &w);
}

struct str days_words(struct composer *c, struct days days)
{
	if (!days_set(days))
		return words(c, MESSAGE_REPORT_WINDOW_NOT_STATED);
	return compose_with(c, MESSAGE_REPORT_WINDOW, {STR("from"), date_words(c, days.first)},
		{STR("to"), date_words(c, days.last)});
}

struct str time_words(struct composer *c, struct instant t)
{
	struct writer w;
	writer_init(&w, WORDS_BYTES);
	text_time(&w, c->lang, c->view->zone, t);
	struct str zone = c->view->zone ? c->e->plan->campaign.zone : STR("UTC");
	bool vietnam = str_equal(zone, STR("Asia/Ho_Chi_Minh"));
	return compose_with(c, vietnam ? MESSAGE_REPORT_TIME_VIETNAM : MESSAGE_REPORT_TIME,
		{STR("time"), keep(c, &w)}, {STR("zone"), zone});
}

static struct str value_words(struct composer *c, double value, bool share, unsigned decimals)
{
	return share ? share_words(c, value, decimals) : number_words(c, value, decimals);
}

struct str estimate_words(struct composer *c, struct estimate e, bool share, unsigned decimals)
{
	if (!estimate_known(e))
		return words(c, MESSAGE_EVALUATE_NOT_KNOWN);
	if (!estimate_has_interval(e))
		return value_words(c, e.value, share, decimals);
	return compose_with(c, MESSAGE_REPORT_ESTIMATE,
		{STR("value"), value_words(c, e.value, share, decimals)},
		{STR("low"), value_words(c, e.low, share, decimals)},
		{STR("high"), value_words(c, e.high, share, decimals)});
}

struct str goal_words(struct composer *c, const struct goal *goal)
{
	static const enum message kinds[] = {
		[GOAL_ADDRESSES] = MESSAGE_GOAL_ADDRESSES,
		[GOAL_TOP_TEN] = MESSAGE_GOAL_TOP_TEN,
		[GOAL_MACHINES] = MESSAGE_GOAL_MACHINES,
		[GOAL_RANKING] = MESSAGE_GOAL_RANKING,
	};
	static_assert(sizeof(kinds) / sizeof(kinds[0]) == GOAL__COUNT, "words for each");
	struct text_arg share = {STR("share"), share_words(c, goal->share, 0)};
	return compose(c, kinds[goal->kind], &share, 1);
}

struct str title_words(const struct composer *c, struct str key)
{
	for (size_t i = 0; i < c->view->title_count; i++) {
		const struct titled *t = &c->view->titles[i];
		if (str_equal(t->key, key) && t->title[c->lang].size > 0)
			return t->title[c->lang];
	}
	return key;
}

struct str source_words(
	struct composer *c, enum message estimator, bool nets6, struct days base, struct days end)
{
	size_t feeds = 0;
	for (size_t i = 0; i < c->e->feed_count; i++)
		feeds += c->e->feeds[i].in_panel;
	return compose_with(c, MESSAGE_REPORT_SOURCE, {STR("estimator"), words(c, estimator)},
		{STR("base"), days_words(c, base)}, {STR("end"), days_words(c, end)},
		{STR("family"),
			words(c, nets6 ? MESSAGE_REPORT_FAMILY_6 : MESSAGE_REPORT_FAMILY_4)},
		{STR("feeds"), number_words(c, (double)feeds, 0)});
}

struct str hourly_source(struct composer *c)
{
	const struct goal *goal = c->e->attribution.goal;
	return source_words(c, MESSAGE_ESTIMATOR_HOURLY, goal && goal->nets6, c->e->plan->baseline,
		end_window(c->e));
}
