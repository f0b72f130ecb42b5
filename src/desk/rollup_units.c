/* SPDX-License-Identifier: Apache-2.0 */
/* Who is late, who waits, who has never looked: lists to sift, to sort, to take along. */
#include <stdlib.h>

#include "desk/export.h"
#include "desk/rollup.h"
#include "office/org_fold.h"
#include "office/org_sort.h"

enum {
	SHOWN = 50,
	LIST_BYTES = 256 << 20
};

struct row {
	struct level_unit unit;
	struct str sorted; /* its name as a key */
};

struct list {
	struct rollup_page level;
	struct arena arena; /* of all rows: a country has 12,000 */
	struct row *rows;
	size_t count, capacity;
	enum level_choice choice;
	struct str wanted; /* folded; empty: all */
};

static const struct {
	const char *name;
	enum message words;
} choices[LEVEL_CHOICE__COUNT] = {
	[LEVEL_ALL] = {"all", MESSAGE_DESK_ROLLUP_ALL},
	[LEVEL_OVERDUE] = {"overdue", MESSAGE_DESK_ROLLUP_OVERDUE},
	[LEVEL_LATE] = {"late", MESSAGE_DESK_ROLLUP_LATE},
	[LEVEL_UNOPENED] = {"unopened", MESSAGE_DESK_ROLLUP_UNOPENED},
	[LEVEL_WAITING] = {"waiting", MESSAGE_DESK_ROLLUP_WAITING},
	[LEVEL_SENT_BACK] = {"sent-back", MESSAGE_DESK_ROLLUP_SENT_BACK},
};

void rollup_write_lists(
	struct desk_page *p, struct rollup_page *l, const struct level_counts *counts)
{
	struct desk_request *r = l->r;
	const uint64_t numbers[LEVEL_CHOICE__COUNT] = {
		[LEVEL_ALL] = counts->expected,
		[LEVEL_OVERDUE] = counts->overdue,
		[LEVEL_LATE] = counts->late,
		[LEVEL_UNOPENED] = counts->unopened,
		[LEVEL_WAITING] = counts->submitted,
		[LEVEL_SENT_BACK] = counts->sent_back,
	};
	html_open_class(&p->html, "p", "actions");
	for (size_t i = 0; i < LEVEL_CHOICE__COUNT; i++)
		desk_link(p, "button quiet",
			desk_text(r, "%.*s?show=%s",
				STR_ARG(rollup_path(
					r, l->campaign.plan.campaign.key, l->org, "/units")),
				choices[i].name),
			desk_text(r, "%.*s: %.*s", STR_ARG(text(r->lang, choices[i].words)),
				STR_ARG(desk_number(r, numbers[i]))));
	html_close(&p->html, "p");
}

/* --- gather --- */

/* Folded to be searched, or made a key to sort by. */
static enum err turn(struct arena *arena, enum err (*how)(struct writer *w, struct str text),
	struct str said, struct str *ret_turned)
{
	struct writer w;
	writer_init(&w, 64 << 10);
	enum err err = how(&w, said);
	*ret_turned = arena_copy(arena, writer_view_str(&w));
	writer_release(&w);
	return err == E_OK && !ret_turned->data ? E_NOMEM : err;
}

static enum err keep_texts(struct arena *arena, struct level_unit *u)
{
	struct str *texts[] = {&u->code, &u->name[LANG_VI], &u->name[LANG_EN],
		&u->superior_name[LANG_VI], &u->superior_name[LANG_EN]};
	u->head.received_by = u->head.reason = STR("");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		*texts[i] = arena_copy(arena, *texts[i]);
		if (!texts[i]->data)
			return E_NOMEM;
	}
	return E_OK;
}

static enum err grow(struct list *l)
{
	size_t capacity = l->capacity ? 2 * l->capacity : 256;
	struct row *rows = arena_alloc(&l->arena, capacity, sizeof(*rows));
	if (!rows)
		return E_LIMIT;
	if (l->count > 0)
		memcpy(rows, l->rows, l->count * sizeof(*rows));
	l->rows = rows;
	l->capacity = capacity;
	return E_OK;
}

static enum err take_unit(void *context, const struct level_unit *u)
{
	struct list *l = context;
	struct row row = {.unit = *u};
	struct str folded, name = returns_name(u->name, l->level.r->lang);
	TRY(turn(&l->arena, org_fold, name, &folded));
	if (l->wanted.size > 0 && str_find(folded, l->wanted) == folded.size &&
		!str_starts(u->code, l->wanted))
		return E_OK;
	TRY(turn(&l->arena, org_sort_key, name, &row.sorted));
	if (l->count == l->capacity)
		TRY(grow(l));
	TRY(keep_texts(&l->arena, &row.unit));
	l->rows[l->count++] = row;
	return E_OK;
}

/* --- sort --- */

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_names(const struct row *a, const struct row *b)
{
	size_t size = a->sorted.size < b->sorted.size ? a->sorted.size : b->sorted.size;
	int by = size > 0 ? memcmp(a->sorted.data, b->sorted.data, size) : 0;
	return by ? by : compare_numbers((int64_t)a->sorted.size, (int64_t)b->sorted.size);
}

/* What has none comes last. */
static int64_t or_last(int64_t seconds)
{
	return seconds > 0 ? seconds : INT64_MAX;
}

static int compare_states(const struct row *a, const struct row *b)
{
	return compare_numbers(a->unit.head.state, b->unit.head.state);
}

static int compare_deadlines(const struct row *a, const struct row *b)
{
	return compare_numbers(
		or_last(a->unit.deadline.end.seconds), or_last(b->unit.deadline.end.seconds));
}

static int compare_submitted(const struct row *a, const struct row *b)
{
	return compare_numbers(
		or_last(a->unit.head.submitted.seconds), or_last(b->unit.head.submitted.seconds));
}

static int compare_superiors(const struct row *a, const struct row *b)
{
	return compare_numbers(a->unit.superior, b->unit.superior);
}

struct order {
	int (*compare)(const struct row *a, const struct row *b);
	int sign;
};

static int compare(const void *a, const void *b, void *context)
{
	const struct order *order = context;
	int by = order->compare(a, b) * order->sign;
	if (by == 0)
		by = compare_names(a, b);
	return by ? by
		  : compare_numbers(
			    ((const struct row *)a)->unit.org, ((const struct row *)b)->unit.org);
}

static void sort(struct list *l)
{
	static const struct {
		const char *key;
		int (*compare)(const struct row *a, const struct row *b);
	} keys[] = {{"name", compare_names}, {"above", compare_superiors},
		{"state", compare_states}, {"deadline", compare_deadlines},
		{"submitted", compare_submitted}};
	struct str wanted = desk_sort(l->level.r);
	struct order order = {NULL, 1};
	if (str_starts(wanted, STR("-"))) {
		order.sign = -1;
		wanted = (struct str){wanted.data + 1, wanted.size - 1};
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (str_equal(wanted, str_from(keys[i].key)))
			order.compare = keys[i].compare;
	/* Else as they come: from the top down, by name. */
	if (order.compare && l->count > 0)
		qsort_r(l->rows, l->count, sizeof(*l->rows), compare, &order);
}

/* --- the table --- */

enum {
	COLUMNS = 6
};

static void fill_columns(struct desk_request *r, struct desk_column columns[COLUMNS])
{
	const struct desk_column all[COLUMNS] = {
		{"name", text(r->lang, MESSAGE_DESK_ROLLUP_UNIT), false},
		{NULL, text(r->lang, MESSAGE_DESK_ROLLUP_CODE), false},
		{"above", text(r->lang, MESSAGE_DESK_ROLLUP_SUPERIOR), false},
		{"state", text(r->lang, MESSAGE_DESK_ROLLUP_STATE), false},
		{"deadline", text(r->lang, MESSAGE_DESK_RETURN_DEADLINE), false},
		{"submitted", text(r->lang, MESSAGE_DESK_RETURN_SUBMITTED), false}};
	memcpy(columns, all, sizeof(all));
}

static struct str standing(struct desk_request *r, const struct level_unit *u)
{
	struct str state = returns_state_words(u->head.state, r->lang);
	if (u->timing != TIMING_LATE && u->timing != TIMING_OVERDUE)
		return state;
	return desk_text(
		r, "%.*s, %.*s", STR_ARG(state), STR_ARG(returns_timing_words(u->timing, r->lang)));
}

static void write_row(struct desk_page *p, struct list *l, const struct level_unit *u)
{
	struct desk_request *r = l->level.r;
	desk_row_begin(p);
	desk_cell_link(p, returns_path(r, l->level.campaign.plan.campaign.key, u->org, ""),
		returns_name(u->name, r->lang));
	desk_cell(p, u->code);
	desk_cell(p, returns_name(u->superior_name, r->lang));
	desk_cell_open(p);
	desk_tag(p, returns_tone(u->head.state, u->timing), standing(r, u));
	desk_cell_close(p);
	desk_cell(p, u->deadline.kind == DEADLINE_DAY ? desk_date(r, u->deadline.day) : STR("–"));
	desk_cell(p, u->head.submitted.seconds > 0 ? desk_time(r, u->head.submitted) : STR("–"));
	desk_row_end(p);
}

static void write_file(struct list *l, const struct desk_table *table)
{
	struct desk_export e;
	struct desk_request *r = l->level.r;
	desk_export_begin(&e, r, table, STR("bao-cao-don-vi"));
	for (size_t i = 0; i < l->count && desk_export_state(&e) == E_OK; i++) {
		const struct level_unit *u = &l->rows[i].unit;
		desk_export_cell(&e, returns_name(u->name, r->lang));
		desk_export_cell(&e, u->code);
		desk_export_cell(&e, returns_name(u->superior_name, r->lang));
		desk_export_cell(&e, standing(r, u));
		desk_export_date(&e, u->deadline.kind == DEADLINE_DAY ? u->deadline.day
								      : (struct date){0, 0, 0});
		desk_export_time(&e, u->head.submitted);
	}
	desk_export_end(&e, E_OK);
}

static void write_filter(struct desk_page *p, struct list *l)
{
	struct desk_request *r = l->level.r;
	struct desk_option options[LEVEL_CHOICE__COUNT];
	const struct desk_input words = {.name = "q",
		.label = text(r->lang, MESSAGE_DESK_ROLLUP_SEARCH),
		.value = desk_argument(r, "q"),
		.type = "search"};
	const struct desk_input show = {.name = "show",
		.label = text(r->lang, MESSAGE_DESK_ROLLUP_STATE),
		.value = str_from(choices[l->choice].name)};
	for (size_t i = 0; i < LEVEL_CHOICE__COUNT; i++)
		options[i] = (struct desk_option){
			str_from(choices[i].name), text(r->lang, choices[i].words), STR("")};
	desk_form_open_get(p, "filter",
		rollup_path(r, l->level.campaign.plan.campaign.key, l->level.org, "/units"));
	desk_input(p, &words);
	desk_select(p, &show, options, LEVEL_CHOICE__COUNT);
	desk_button(p, "quiet", NULL, STR(""), MESSAGE_DESK_ROLLUP_SIFT);
	desk_form_close(p);
}

static void show(struct list *l, const struct desk_table *table)
{
	struct desk_page p;
	struct desk_request *r = l->level.r;
	uint64_t pages = desk_page_count(l->count, SHOWN);
	uint64_t page = desk_page_number(r);
	size_t from = page > 0 && page <= pages ? (size_t)(page - 1) * SHOWN : 0;
	rollup_begin_page(&p, &l->level, text(r->lang, MESSAGE_DESK_ROLLUP_WHO), true, true);
	write_filter(&p, l);
	desk_say_values(
		&p, "p", "hint", MESSAGE_DESK_ROLLUP_FOUND, {STR("all"), desk_number(r, l->count)});
	if (l->count > 0) {
		desk_table_begin(&p, table);
		for (size_t i = from; i < l->count && i < from + SHOWN; i++)
			write_row(&p, l, &l->rows[i].unit);
		desk_table_end(&p);
		desk_pages(&p, table, page, pages);
	}
	desk_page_end(&p);
}

static enum err gather(struct list *l)
{
	struct desk_request *r = l->level.r;
	TRY(turn(&l->arena, org_fold, desk_argument(r, "q"), &l->wanted));
	TRY(level_each_unit(r->office, l->level.campaign.plan.campaign.key, l->level.org, false,
		l->choice, r->now, take_unit, l));
	sort(l);
	return E_OK;
}

void desk_rollup_units(struct desk_request *r)
{
	static const char *const kept[] = {"q", "show"};
	struct desk_column columns[COLUMNS];
	struct list l = {.choice = LEVEL_ALL};
	if (!rollup_open(r, &l.level))
		return;
	(void)level_choice_parse(desk_argument(r, "show"), &l.choice);
	arena_init(&l.arena, LIST_BYTES);
	fill_columns(r, columns);
	const struct desk_table table = {.caption = text(r->lang, MESSAGE_DESK_ROLLUP_WHO),
		.columns = columns,
		.column_count = COLUMNS,
		.path = rollup_path(r, l.level.campaign.plan.campaign.key, l.level.org, "/units"),
		.query = desk_query(r, kept, 2),
		.sort = desk_sort(r),
		.exports = true};
	enum err err = gather(&l);
	if (err == E_SYNTAX) /* a search that is no text finds nothing */
		l.count = 0;
	if (err != E_OK && err != E_SYNTAX)
		desk_failed(r, err);
	else if (desk_export_asked(r) != DESK_EXPORT_NONE)
		write_file(&l, &table);
	else
		show(&l, &table);
	arena_release(&l.arena);
}
