/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/limits.h"
#include "measure/ranking.h"
#include "server/attribution.h"
#include "server/botnet_names.h"
#include "server/command.h"

/* What a ranking is by: the second word of the command. */
enum subject {
	BY_BOTNET,
	BY_ASN,
	BY_HOLDER
};

struct group {
	struct str key;
	struct unit_set *total;
	struct unit_set *day;
	uint64_t address_days;
};

struct top {
	struct context *context;
	struct store *store;
	enum subject subject;
	struct store_query query;
	struct date from, to; /* both inclusive */
	struct str country;   /* empty: any */
	struct attribution_image image;
	struct names *names;
	bool spans; /* this pass takes what has no day, else what has */
	struct group *groups;
	size_t group_count;
	struct group all;          /* everything, whatever the botnet */
	struct store_groups *sets; /* of a pass: 0 is `all`, then as `groups` */
	struct ranking_row *rows;
	size_t row_count;
};

enum {
	GROUPS = 65536
};

static bool group_init(struct group *g, struct str key)
{
	*g = (struct group){.key = key, .total = unit_set_new(), .day = unit_set_new()};
	return g->total && g->day;
}

static void group_release(struct group *g)
{
	unit_set_free(g->total);
	unit_set_free(g->day);
}

static struct group *find_group(struct top *t, struct str key)
{
	for (size_t i = 0; i < t->group_count; i++)
		if (str_equal(t->groups[i].key, key))
			return &t->groups[i];
	struct str copy = arena_copy(&t->context->arena, key);
	if (t->group_count == GROUPS || !copy.data)
		return NULL;
	struct group *g = &t->groups[t->group_count++];
	return group_init(g, copy) ? g : NULL;
}

static enum err take_set(
	void *context, const struct store_set *set, const struct store_stored *stored)
{
	struct top *t = context;
	bool mapped;
	if ((set->precision == PRECISION_SPAN) != t->spans)
		return E_OK;
	TRY(store_groups_add(t->sets, 0, stored));
	if (t->subject != BY_BOTNET)
		return E_OK;
	struct group *g = find_group(t, names_resolve(t->names, set->name, &mapped));
	return g ? store_groups_add(t->sets, (size_t)(g - t->groups) + 1, stored) : E_NOMEM;
}

/* Only what lies in the country counts; then the day joins the total. */
static enum err close_day(struct top *t, struct group *g, size_t set)
{
	TRY(store_groups_unite(t->sets, set, g->day));
	if (t->country.size > 0)
		TRY(network_keep_country(t->image.network, t->country, g->day));
	if (!t->spans)
		g->address_days += unit_set_count_v4(g->day);
	TRY(unit_set_unite(g->total, g->day));
	unit_set_clear(g->day);
	return E_OK;
}

static enum err close_all(struct top *t)
{
	TRY(close_day(t, &t->all, 0));
	for (size_t i = 0; i < t->group_count; i++)
		TRY(close_day(t, &t->groups[i], i + 1));
	return E_OK;
}

static enum err pass(struct top *t, struct span time)
{
	struct store_held *held;
	t->query.time = time;
	store_groups_clear(t->sets);
	TRY(store_hold_sets(t->store, &t->query, take_set, t, &held));
	enum err err = close_all(t);
	if (err == E_CORRUPT)
		store_held_complain(t->store);
	store_held_release(held);
	return err;
}

/* Day by day, so that memory holds one day's sets, then what has no day. */
static enum err count(struct top *t)
{
	struct instant from = date_instant(t->from);
	struct instant to = {date_instant(t->to).seconds + SECONDS_PER_DAY};
	uint64_t days = (uint64_t)((to.seconds - from.seconds) / SECONDS_PER_DAY);
	console_progress_begin(
		&t->context->console, text(t->context->console.lang, MESSAGE_CLI_COUNTING));
	for (uint64_t day = 0; day < days; day++) {
		struct instant at = {from.seconds + (int64_t)day * SECONDS_PER_DAY};
		TRY(pass(t, (struct span){at, {at.seconds + SECONDS_PER_DAY}}));
		console_progress(&t->context->console, day + 1, days);
	}
	t->spans = true;
	TRY(pass(t, (struct span){from, to}));
	console_progress_end(&t->context->console);
	return E_OK;
}

static struct ranking_row *add_row(struct top *t, struct str key, struct str name)
{
	for (size_t i = 0; i < t->row_count; i++)
		if (str_equal(t->rows[i].key, key))
			return &t->rows[i];
	struct ranking_row *row = &t->rows[t->row_count++];
	*row = (struct ranking_row){.key = key, .name = name};
	return row;
}

static enum err rank_botnets(struct top *t)
{
	t->rows = arena_alloc(&t->context->arena, t->group_count + 1, sizeof(*t->rows));
	if (!t->rows)
		return E_NOMEM;
	for (size_t i = 0; i < t->group_count; i++) {
		const struct group *g = &t->groups[i];
		uint64_t v4 = unit_set_count_v4(g->total);
		uint64_t v6 = unit_set_count_v6(g->total);
		if (v4 + v6 == 0)
			continue;
		struct ranking_row *row = add_row(t, g->key, g->key);
		row->addresses = v4;
		row->nets6 = v6;
		row->address_days = g->address_days;
	}
	return E_OK;
}

static struct str asn_key(struct top *t, uint32_t asn)
{
	struct writer w;
	writer_init(&w, 32);
	writer_text(&w, "AS");
	writer_decimal(&w, asn);
	struct str key = arena_copy(&t->context->arena, writer_view_str(&w));
	writer_release(&w);
	return key;
}

static struct str holder_title(const struct top *t, struct str key)
{
	struct holder holder = network_holder(t->image.network, key);
	struct str title = t->context->console.lang == LANG_VI ? holder.title_vi : holder.title_en;
	return title.size ? title : key;
}

/* An AS without a holder stands for itself; addresses without an AS stand together. */
static struct ranking_row *attributed_row(struct top *t, uint32_t asn)
{
	const struct network *n = t->image.network;
	struct str holder = network_asn_holder(n, asn);
	if (asn == 0)
		return add_row(t, STR("unknown"), STR("unknown"));
	if (t->subject == BY_HOLDER && holder.size > 0)
		return add_row(t, holder, holder_title(t, holder));
	return add_row(t, asn_key(t, asn), network_as_name(n, asn));
}

static enum err rank_networks(struct top *t)
{
	struct asn_count *counts;
	size_t asns;
	TRY(network_count_asns(t->image.network, t->all.total, &counts, &asns));
	t->rows = arena_alloc(&t->context->arena, asns + 1, sizeof(*t->rows));
	for (size_t i = 0; t->rows && i < asns; i++) {
		struct ranking_row *row = attributed_row(t, counts[i].asn);
		row->addresses += counts[i].v4;
		row->nets6 += counts[i].v6;
	}
	free(counts);
	return t->rows ? E_OK : E_NOMEM;
}

static void write_count(struct writer *w, const char *key, uint64_t value)
{
	writer_text(w, ",\"");
	writer_text(w, key);
	writer_text(w, "\":");
	writer_decimal(w, value);
}

static void write_row(const struct top *t, struct writer *w, const struct ranking_row *row)
{
	writer_text(w, "{\"rank\":");
	writer_decimal(w, row->rank);
	writer_text(w, ",\"key\":");
	writer_json(w, row->key);
	writer_text(w, ",\"name\":");
	writer_json(w, row->name);
	write_count(w, "addresses", row->addresses);
	write_count(w, "ipv6_64s", row->nets6);
	if (t->subject == BY_BOTNET)
		write_count(w, "address_days", row->address_days);
	writer_char(w, '}');
}

static void write_head(struct top *t, struct writer *w, struct instant when)
{
	writer_text(w, "{\"estimator\":");
	writer_json(w, ranking_estimator());
	writer_text(w, ",\"window\":{\"from\":\"");
	writer_date(w, t->from);
	writer_text(w, "\",\"to\":\"");
	writer_date(w, t->to);
	writer_text(w, "\"},\"as_of\":{\"change\":");
	writer_decimal(w, t->query.as_of);
	writer_text(w, ",\"time\":\"");
	writer_instant(w, when);
	writer_text(w, "\"},\"attribution\":");
	if (t->image.tables > 0) {
		writer_text(w, "{\"from\":\"");
		writer_date(w, t->image.oldest);
		writer_text(w, "\",\"to\":\"");
		writer_date(w, t->image.newest);
		writer_text(w, "\"}");
	} else {
		writer_text(w, "null");
	}
}

static void write_json(struct top *t, struct instant when, size_t shown)
{
	struct writer *w = &t->context->console.out;
	write_head(t, w, when);
	writer_text(w, ",\"rows\":[");
	for (size_t i = 0; i < shown; i++) {
		writer_text(w, i ? "," : "");
		write_row(t, w, &t->rows[i]);
	}
	writer_char(w, ']');
	write_count(w, "total", unit_set_count_v4(t->all.total));
	write_count(w, "total_ipv6_64s", unit_set_count_v6(t->all.total));
	write_count(w, "address_days", t->all.address_days);
	writer_text(w, "}\n");
}

static void write_padded_number(struct writer *w, enum lang lang, uint64_t value, size_t width)
{
	struct writer number;
	writer_init(&number, 64);
	text_number(&number, lang, value);
	for (size_t i = number.size; i < width; i++)
		writer_char(w, ' ');
	writer_str(w, writer_view_str(&number));
	writer_release(&number);
}

static void say_window(struct top *t, struct writer *w)
{
	enum lang lang = t->context->console.lang;
	struct writer texts[3];
	for (size_t i = 0; i < 3; i++)
		writer_init(&texts[i], 64);
	text_date(&texts[0], lang, t->from);
	text_date(&texts[1], lang, t->to);
	text_number(&texts[2], lang, unit_set_count_v4(t->all.total));
	text_write(w, lang, MESSAGE_TOP_HEAD,
		(const struct text_arg[]){{STR("from"), writer_view_str(&texts[0])},
			{STR("to"), writer_view_str(&texts[1])},
			{STR("total"), writer_view_str(&texts[2])}},
		3);
	writer_char(w, '\n');
	for (size_t i = 0; i < 3; i++)
		writer_release(&texts[i]);
}

static void write_table(struct top *t, size_t shown)
{
	struct writer *w = &t->context->console.out;
	enum lang lang = t->context->console.lang;
	say_window(t, w);
	writer_str(w, text(lang, MESSAGE_TOP_COLUMNS));
	writer_char(w, '\n');
	for (size_t i = 0; i < shown; i++) {
		const struct ranking_row *row = &t->rows[i];
		write_padded_number(w, lang, row->rank, 4);
		write_padded_number(w, lang, row->addresses, 14);
		write_padded_number(w, lang, row->nets6, 12);
		writer_text(w, "  ");
		writer_printable(w, botnet_words(lang, row->key));
		if (!str_equal(row->key, row->name)) {
			writer_text(w, "  ");
			writer_printable(w, row->name);
		}
		writer_char(w, '\n');
	}
}

static bool read_kinds(struct top *t)
{
	enum kind kind;
	struct str got = options_str(&t->context->options, "kind");
	t->query.kinds = 1 << KIND_INFECTED;
	if (str_equal(got, STR("any")))
		t->query.kinds = KIND_SET_ALL;
	else if (got.size > 0 && kind_parse(got, &kind))
		t->query.kinds = (kind_set)(1 << kind);
	else if (got.size > 0) {
		console_say_with(&t->context->console, MESSAGE_CLI_BAD_KIND, {STR("got"), got});
		return false;
	}
	return true;
}

/* Without dates: the 30 days that end today. */
static bool read_window(struct top *t)
{
	bool from_given;
	bool to_given;
	t->to = instant_date(t->context->now);
	if (!context_date(t->context, "from", &from_given, &t->from) ||
		!context_date(t->context, "to", &to_given, &t->to))
		return false;
	int64_t last = date_instant(t->to).seconds;
	if (!from_given)
		t->from = instant_date((struct instant){last - 29 * SECONDS_PER_DAY});
	if (date_instant(t->from).seconds <= last)
		return true;
	console_say(&t->context->console, MESSAGE_CLI_WINDOW_REVERSED, NULL, 0);
	return false;
}

static bool read_settings(struct top *t)
{
	struct str name = t->context->console.subject;
	struct str country = context_country(t->context);
	t->subject = str_equal(name, STR("top asns"))      ? BY_ASN
		     : str_equal(name, STR("top holders")) ? BY_HOLDER
							   : BY_BOTNET;
	t->query.feed = options_str(&t->context->options, "feed");
	t->country = str_equal(country, STR("ANY")) ? STR("") : country;
	return read_kinds(t) && read_window(t);
}

static enum err rank(struct top *t, struct instant *ret_when)
{
	t->groups = arena_alloc(&t->context->arena, GROUPS, sizeof(*t->groups));
	t->sets = store_groups_new();
	if (!t->groups || !t->sets || !group_init(&t->all, STR("")))
		return E_NOMEM;
	TRY(store_change(t->store, &t->query.as_of, ret_when));
	TRY(attribution_image_init(&t->image, t->store, t->to));
	TRY(botnet_names_load(t->store, &t->names));
	TRY(count(t));
	TRY(t->subject == BY_BOTNET ? rank_botnets(t) : rank_networks(t));
	ranking_sort(t->rows, t->row_count);
	return E_OK;
}

static int run(struct top *t)
{
	uint64_t limit;
	struct instant when;
	if (!context_number(t->context, "limit", 1, UINT32_MAX, UINT32_MAX, &limit))
		return EXIT_FAILED;
	enum err err = rank(t, &when);
	if (err == E_NOTFOUND && t->country.size > 0) {
		console_say_with(
			&t->context->console, MESSAGE_CLI_NO_COUNTRY, {STR("country"), t->country});
		return EXIT_FAILED;
	}
	if (err != E_OK)
		return context_store_failed(t->context, t->store, err);
	size_t shown = t->row_count < limit ? t->row_count : limit;
	if (t->context->console.json)
		write_json(t, when, shown);
	else
		write_table(t, shown);
	return EXIT_FINE;
}

int command_top(struct context *context)
{
	struct top t = {.context = context};
	if (!read_settings(&t) || !context_store(context, STORE_READ, &t.store))
		return EXIT_FAILED;
	int status = run(&t);
	for (size_t i = 0; i < t.group_count; i++)
		group_release(&t.groups[i]);
	group_release(&t.all);
	store_groups_free(t.sets);
	names_free(t.names);
	attribution_image_release(&t.image);
	store_close(t.store);
	return status;
}
