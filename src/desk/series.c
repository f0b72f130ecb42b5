/* SPDX-License-Identifier: Apache-2.0 */
/* Figures that others published (a place in a ranking, addresses on a blacklist): entered by hand,
 * with the day, what they are about and where they stand. Goals are held against them. */
#include <math.h>

#include "desk/editions.h"
#include "desk/export.h"
#include "desk/jobs.h"
#include "model/site.h"
#include "store/plan.h"
#include "store/site_content.h"

enum {
	COLUMNS = 8
};

struct series_page {
	struct desk_request *r;
	struct store *store;
	bool may_change;
	struct desk_page *p;      /* one of the two */
	struct desk_export *file; /* NULL: a page */
	struct str series;        /* of the figure before */
	double before;            /* NAN: none */
	size_t count;
};

/* The fields of the form, as they are sent and as they came. */
enum field {
	FIELD_SERIES,
	FIELD_DAY,
	FIELD_VALUE,
	FIELD_FROM,
	FIELD_TO,
	FIELD_SOURCE,
	FIELD__COUNT
};

static const struct {
	const char *name;
	enum message label, hint;
	const char *type, *inputmode;
	unsigned width;
	bool optional;
} fields[FIELD__COUNT] = {
	[FIELD_SERIES] = {"series", MESSAGE_DESK_SERIES_NAME, MESSAGE_DESK_SERIES_NAME_HINT, NULL,
		NULL, 30, false},
	[FIELD_DAY] = {"day", MESSAGE_DESK_SERIES_DAY, MESSAGE_DESK_SERIES_DAY_HINT, "date", NULL,
		14, false},
	[FIELD_VALUE] = {"value", MESSAGE_DESK_SERIES_VALUE, MESSAGE_DESK_SERIES_VALUE_HINT, NULL,
		"decimal", 14, false},
	[FIELD_FROM] = {"from", MESSAGE_DESK_SERIES_FROM, MESSAGE_DESK_SERIES_FROM_HINT, "date",
		NULL, 14, true},
	[FIELD_TO] = {"to", MESSAGE_DESK_SERIES_TO, MESSAGE__COUNT, "date", NULL, 14, true},
	[FIELD_SOURCE] = {"source", MESSAGE_DESK_SERIES_SOURCE, MESSAGE_DESK_SERIES_SOURCE_HINT,
		NULL, NULL, 0, false},
};

/* --- the table --- */

static struct str number(struct desk_request *r, double value, bool percent)
{
	struct writer w;
	if (isnan(value))
		return STR("–");
	writer_init(&w, 100);
	if (percent)
		text_percent(&w, r->lang, value, 1);
	else
		text_decimal(&w, r->lang, value, value == floor(value) ? 0 : 4);
	struct str copy = arena_copy(r->arena, writer_view_str(&w));
	writer_release(&w);
	return copy.data ? copy : STR("");
}

static struct str window(struct desk_request *r, struct days days)
{
	if (!days_set(days))
		return STR("–");
	return desk_text(r, "%.*s – %.*s", STR_ARG(desk_date(r, days.first)),
		STR_ARG(desk_date(r, days.last)));
}

static void cell(struct series_page *s, struct str text)
{
	if (s->file)
		desk_export_cell(s->file, text);
	else
		desk_cell(s->p, text);
}

/* Against the one before it in its series. */
static double change_of(struct series_page *s, const struct figure_entry *e)
{
	bool follows = s->count > 0 && str_equal(s->series, e->series) && s->before > 0;
	double change = follows ? e->value / s->before - 1 : NAN;
	s->series = arena_copy(s->r->arena, e->series);
	s->before = e->value;
	s->count++;
	return change;
}

static void write_withdraw(struct series_page *s, const struct figure_entry *e)
{
	struct desk_page *p = s->p;
	desk_cell_open(p);
	if (s->may_change) {
		desk_form_open(p, "single", STR("series"));
		desk_hidden(p, "series", e->series);
		desk_hidden(p, "day", campaign_day_value(s->r, e->day));
		desk_hidden(p, "source", e->source);
		desk_button(p, "quiet", "do", STR("withdraw"), MESSAGE_DESK_SERIES_WITHDRAW);
		desk_form_close(p);
	}
	desk_cell_close(p);
}

static enum err write_figure(void *context, const struct figure_entry *e)
{
	struct series_page *s = context;
	double change = change_of(s, e);
	if (!s->file)
		desk_row_begin(s->p);
	cell(s, e->series);
	cell(s, desk_date(s->r, e->day));
	cell(s, number(s->r, e->value, false));
	cell(s, number(s->r, change, true));
	cell(s, window(s->r, e->window));
	cell(s, e->source);
	cell(s, e->author);
	if (s->file)
		return desk_export_state(s->file);
	write_withdraw(s, e);
	desk_row_end(s->p);
	return E_OK;
}

static struct desk_table table_of(struct desk_request *r, struct desk_column columns[COLUMNS])
{
	static const enum message labels[COLUMNS] = {MESSAGE_DESK_SERIES_NAME,
		MESSAGE_DESK_SERIES_DAY, MESSAGE_DESK_SERIES_VALUE, MESSAGE_DESK_SERIES_CHANGE,
		MESSAGE_DESK_SERIES_WINDOW, MESSAGE_DESK_SERIES_SOURCE, MESSAGE_DESK_SERIES_AUTHOR,
		MESSAGE_DESK_LINKS_DO};
	for (size_t i = 0; i < COLUMNS; i++)
		columns[i] = (struct desk_column){NULL, text(r->lang, labels[i]), i == 2 || i == 3};
	return (struct desk_table){.caption = text(r->lang, MESSAGE_DESK_SERIES_TITLE),
		.columns = columns,
		.column_count = COLUMNS,
		.path = STR("series"),
		.exports = true};
}

static enum err write_table(struct series_page *s)
{
	struct desk_column columns[COLUMNS];
	const struct desk_table table = table_of(s->r, columns);
	desk_table_begin(s->p, &table);
	enum err err = store_each_figure(s->store, 0, false, write_figure, s);
	desk_table_end(s->p);
	return err;
}

static void send_table(struct series_page *s)
{
	struct desk_export e;
	struct desk_column columns[COLUMNS];
	struct desk_table table = table_of(s->r, columns);
	table.column_count = COLUMNS - 1;
	desk_export_begin(&e, s->r, &table, STR("so-lieu-ben-ngoai"));
	s->file = &e;
	enum err err = store_each_figure(s->store, 0, false, write_figure, s);
	s->file = NULL;
	desk_export_end(&e, err);
}

/* --- the page --- */

static void write_form(struct desk_page *p)
{
	desk_say(p, "h2", NULL, MESSAGE_DESK_SERIES_NEW);
	desk_form_open(p, "card", STR("series"));
	for (enum field f = 0; f < FIELD__COUNT; f++) {
		const struct desk_input input = {.name = fields[f].name,
			.label = text(p->lang, fields[f].label),
			.hint = fields[f].hint == MESSAGE__COUNT ? STR("")
								 : text(p->lang, fields[f].hint),
			.value = p->problems ? desk_field(p->r, fields[f].name) : STR(""),
			.type = fields[f].type,
			.inputmode = fields[f].inputmode,
			.width = fields[f].width,
			.optional = fields[f].optional};
		desk_input(p, &input);
	}
	desk_button(p, NULL, "do", STR("enter"), MESSAGE_DESK_SERIES_ENTER);
	desk_form_close(p);
}

static void show(struct series_page *s, const struct desk_problems *problems)
{
	struct desk_page p;
	struct desk_request *r = s->r;
	const struct desk_head head = {.place = DESK_PLACE_CAMPAIGNS,
		.title = text(r->lang, MESSAGE_DESK_SERIES_TITLE),
		.crumbs = {{STR("campaigns"), text(r->lang, MESSAGE_DESK_MENU_CAMPAIGNS)}},
		.crumb_count = 1,
		.wide = true};
	s->p = &p;
	desk_page_begin(&p, r, &head, problems);
	desk_say(&p, "p", NULL, MESSAGE_DESK_SERIES_TEXT);
	enum err err = write_table(s);
	if (err != E_OK)
		writer_fail(p.html.out, err);
	if (s->may_change)
		write_form(&p);
	desk_page_end(&p);
	s->p = NULL;
}

/* --- sent --- */

static bool is_number(struct str said)
{
	bool digits = false;
	size_t points = 0;
	for (size_t i = 0; i < said.size; i++) {
		digits = digits || (said.data[i] >= '0' && said.data[i] <= '9');
		points += said.data[i] == '.';
		if (said.data[i] != '.' && (said.data[i] < '0' || said.data[i] > '9'))
			return false;
	}
	return digits && points <= 1 && said.size <= 20;
}

/* People write 3,5 too; thousands are written without anything between. */
static struct str with_point(struct desk_request *r, struct str said)
{
	char *copy = arena_cstr(r->arena, said);
	for (char *at = copy; at && *at; at++)
		if (*at == ',')
			*at = '.';
	return copy ? str_from(copy) : STR("");
}

static bool read_day(
	struct desk_request *r, enum field f, struct desk_problems *problems, struct date *ret)
{
	struct str said = desk_field(r, fields[f].name);
	*ret = (struct date){0, 0, 0};
	if (said.size == 0 && fields[f].optional)
		return false;
	if (date_parse(said, ret) && site_date_valid(*ret))
		return true;
	desk_problem_add(r, problems, fields[f].name, MESSAGE_DESK_SERIES_BAD_DAY);
	return false;
}

static struct str window_line(struct desk_request *r, struct desk_problems *problems)
{
	struct days days;
	bool from = read_day(r, FIELD_FROM, problems, &days.first);
	bool to = read_day(r, FIELD_TO, problems, &days.last);
	if (!from && !to)
		return STR("");
	if (from != to || date_instant(days.first).seconds > date_instant(days.last).seconds) {
		desk_problem_add(r, problems, "to", MESSAGE_DESK_SERIES_BAD_WINDOW);
		return STR("");
	}
	return desk_text(r, "window=%.*s..%.*s\n", STR_ARG(campaign_day_value(r, days.first)),
		STR_ARG(campaign_day_value(r, days.last)));
}

static void read_words(struct desk_request *r, struct desk_problems *problems)
{
	struct str source = desk_field(r, "source");
	if (!site_key_valid(desk_field(r, "series")))
		desk_problem_add(r, problems, "series", MESSAGE_DESK_SERIES_BAD_NAME);
	if (source.size == 0 || !site_line_valid(source))
		desk_problem_add(r, problems, "source", MESSAGE_DESK_SERIES_BAD_SOURCE);
}

static void take(struct series_page *s)
{
	struct date day;
	struct desk_request *r = s->r;
	struct desk_problems problems = {.count = 0};
	bool withdraw = str_equal(desk_field(r, "do"), STR("withdraw"));
	struct str value = with_point(r, desk_field(r, "value"));
	read_words(r, &problems);
	(void)read_day(r, FIELD_DAY, &problems, &day);
	if (!withdraw && !is_number(value))
		desk_problem_add(r, &problems, "value", MESSAGE_DESK_SERIES_BAD_VALUE);
	struct str more = withdraw ? STR("") : window_line(r, &problems);
	if (problems.count > 0) {
		show(s, &problems);
		return;
	}
	struct str lines =
		desk_text(r, "day=%.*s\nsource=%.*s\n%.*s", STR_ARG(campaign_day_value(r, day)),
			STR_ARG(desk_field(r, "source")), STR_ARG(more));
	if (!withdraw)
		lines = desk_text(r, "%.*svalue=%.*s\n", STR_ARG(lines), STR_ARG(value));
	const struct job_order order = {.kind = withdraw ? JOB_FIGURE_WITHDRAW : JOB_FIGURE,
		.campaign = STR(""),
		.name = desk_field(r, "series"),
		.text = lines,
		.input_name = STR(""),
		.lang = r->lang};
	desk_job_start(r, &order, STR("series"));
}

void desk_series(struct desk_request *r)
{
	struct series_page s = {.r = r, .series = STR(""), .before = NAN};
	if (!desk_may(r, r->posted ? ACT_CHANGE_CAMPAIGN : ACT_SEE_SITE, STR(""), 0))
		return;
	s.may_change = campaign_may_change(r);
	s.store = desk_store(r);
	if (!s.store)
		return;
	if (r->posted)
		take(&s);
	else if (desk_export_asked(r) != DESK_EXPORT_NONE)
		send_table(&s);
	else
		show(&s, NULL);
}
