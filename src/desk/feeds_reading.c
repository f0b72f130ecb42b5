/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/feeds_reading.h"

#include <assert.h>

#include "feed/feed.h"
#include "feed/reading.h"

/* As the parts of a map are called, and what they are. */
static const struct {
	struct str part;
	enum message words;
} parts[] = {
	[MAP_TIME] = {STR_INIT("time"), MESSAGE_DESK_MAP_TIME},
	[MAP_ADDRESS] = {STR_INIT("ip"), MESSAGE_DESK_MAP_ADDRESS},
	[MAP_PORT] = {STR_INIT("port"), MESSAGE_DESK_MAP_PORT},
	[MAP_DESTINATION] = {STR_INIT("dst"), MESSAGE_DESK_MAP_DESTINATION},
	[MAP_DESTINATION_PORT] = {STR_INIT("dst_port"), MESSAGE_DESK_MAP_DESTINATION_PORT},
	[MAP_PROTOCOL] = {STR_INIT("protocol"), MESSAGE_DESK_MAP_PROTOCOL},
	[MAP_BOTNET] = {STR_INIT("botnet"), MESSAGE_DESK_MAP_BOTNET},
	[MAP_IDENTITY] = {STR_INIT("id"), MESSAGE_DESK_MAP_IDENTITY},
	[MAP_MACHINE] = {STR_INIT("machine"), MESSAGE_DESK_MAP_MACHINE},
	[MAP_FIRST] = {STR_INIT("first"), MESSAGE_DESK_MAP_FIRST},
	[MAP_LAST] = {STR_INIT("last"), MESSAGE_DESK_MAP_LAST},
	[MAP_CLOCK] = {STR_INIT("clock"), MESSAGE_DESK_MAP_CLOCK},
};
static_assert(sizeof(parts) / sizeof(parts[0]) == MAP__COUNT, "words for each part");

/* --- in words --- */

static struct str format_words(struct desk_request *r, struct str format)
{
	if (format.size == 0)
		return text(r->lang, MESSAGE_DESK_READING_BY_CONTENT);
	for (size_t i = 0; i < feed_format_count(); i++)
		if (str_equal(feed_format_name(i), format))
			return feed_format_title(i);
	return format;
}

static struct str column_words(struct desk_request *r, const struct map_column *column)
{
	const struct text_arg args[] = {
		{STR("name"), column->text}, {STR("number"), desk_number(r, column->number)}};
	return desk_words(r,
		column->number > 0 ? MESSAGE_DESK_MAP_COLUMN_NUMBER : MESSAGE_DESK_MAP_COLUMN, args,
		2);
}

static enum message separator_words(char separator)
{
	switch (separator) {
	case ',':
		return MESSAGE_DESK_MAP_SEPARATOR_COMMA;
	case ';':
		return MESSAGE_DESK_MAP_SEPARATOR_SEMICOLON;
	case '|':
		return MESSAGE_DESK_MAP_SEPARATOR_BAR;
	case '\t':
		return MESSAGE_DESK_MAP_SEPARATOR_TAB;
	}
	return MESSAGE_DESK_MAP_SEPARATOR_ANY;
}

static struct str times_words(struct desk_request *r, const struct time_format *time)
{
	static const enum message words[] = {
		[TIME_ANY] = MESSAGE_DESK_MAP_TIMES_ANY,
		[TIME_ISO] = MESSAGE_DESK_MAP_TIMES_ISO,
		[TIME_SECONDS] = MESSAGE_DESK_MAP_TIMES_SECONDS,
		[TIME_MILLISECONDS] = MESSAGE_DESK_MAP_TIMES_MILLISECONDS,
	};
	return time->style == TIME_PATTERN ? time->pattern : text(r->lang, words[time->style]);
}

/* "UTC+07:00" */
static struct str zone_words(struct desk_request *r, int32_t zone)
{
	int minutes = (zone < 0 ? -zone : zone) / 60;
	if (minutes == 0)
		return STR("UTC");
	return desk_text(r, "UTC%c%02d:%02d", zone < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static void map_facts(struct desk_page *p, const struct column_map *map)
{
	struct desk_request *r = p->r;
	for (size_t i = 0; i < MAP__COUNT; i++)
		if (map->columns[i].given)
			desk_fact(p, parts[i].words, column_words(r, &map->columns[i]));
	desk_fact(p, MESSAGE_DESK_MAP_SEPARATOR, text(r->lang, separator_words(map->separator)));
	desk_fact(p, MESSAGE_DESK_MAP_HEADER,
		text(r->lang, map->header ? MESSAGE_DESK_MAP_HEADER_NAMES
					  : MESSAGE_DESK_MAP_HEADER_DATA));
	desk_fact(p, MESSAGE_DESK_MAP_TIMES, times_words(r, &map->time));
	desk_fact(p, MESSAGE_DESK_MAP_ZONE, zone_words(r, map->time.zone));
}

void reading_facts(struct desk_page *p, struct str format, struct str map)
{
	struct column_map columns;
	struct problem problem;
	desk_fact(p, MESSAGE_DESK_READING_FORMAT,
		format.size == 0 && map.size > 0 ? text(p->r->lang, MESSAGE_DESK_READING_BY_MAP)
						 : format_words(p->r, format));
	if (map.size == 0)
		return;
	/* Who wrote it down was told what is wrong with it; an older program may have taken it. */
	if (column_map_parse(map, &columns, &problem) == E_OK)
		map_facts(p, &columns);
	else
		desk_fact(p, MESSAGE_DESK_MAP_FIELD, map);
}

/* --- as fields --- */

static void write_format(struct desk_page *p, struct str format)
{
	size_t count = feed_format_count();
	const struct desk_input input = {.name = "format",
		.label = text(p->lang, MESSAGE_DESK_READING_FORMAT),
		.hint = text(p->lang, MESSAGE_DESK_READING_FORMAT_HINT),
		.value = format};
	struct desk_option *options = arena_alloc(p->r->arena, count + 1, sizeof(*options));
	if (!options)
		return;
	options[0] = (struct desk_option){
		STR(""), text(p->lang, MESSAGE_DESK_READING_BY_CONTENT), STR("")};
	for (size_t i = 0; i < count; i++)
		options[i + 1] =
			(struct desk_option){feed_format_name(i), feed_format_title(i), STR("")};
	desk_select(p, &input, options, count + 1);
}

static void write_help_line(struct desk_page *p, struct str part, struct str words)
{
	struct html *h = &p->html;
	html_open(h, "div");
	html_open(h, "dt");
	html_leaf(h, "code", NULL, part);
	html_close(h, "dt");
	html_leaf(h, "dd", NULL, words);
	html_close(h, "div");
}

static void write_help(struct desk_page *p)
{
	static const struct {
		struct str part, examples;
		enum message words;
	} settings[] = {
		{STR_INIT("separator"), STR_INIT("; | tab"), MESSAGE_DESK_MAP_SEPARATOR},
		{STR_INIT("header"), STR_INIT("yes, no"), MESSAGE_DESK_MAP_HEADER},
		{STR_INIT("time-format"), STR_INIT("iso, epoch, milliseconds, DD/MM/YYYY HH:MM:SS"),
			MESSAGE_DESK_MAP_TIMES},
		{STR_INIT("zone"), STR_INIT("+07:00"), MESSAGE_DESK_MAP_ZONE},
	};
	struct html *h = &p->html;
	html_open_class(h, "details", "site-help");
	desk_say(p, "summary", NULL, MESSAGE_DESK_MAP_HELP);
	desk_say(p, "p", NULL, MESSAGE_DESK_MAP_HELP_TEXT);
	html_open_class(h, "dl", "rows");
	for (size_t i = 0; i < MAP__COUNT; i++)
		write_help_line(p, parts[i].part, text(p->lang, parts[i].words));
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		write_help_line(p, settings[i].part,
			desk_text(p->r, "%.*s: %.*s", STR_ARG(text(p->lang, settings[i].words)),
				STR_ARG(settings[i].examples)));
	html_close(h, "dl");
	html_close(h, "details");
}

void reading_fields(struct desk_page *p, struct str format, struct str map)
{
	const struct desk_input input = {.name = "map",
		.label = text(p->lang, MESSAGE_DESK_MAP_FIELD),
		.hint = text(p->lang, MESSAGE_DESK_MAP_HINT),
		.value = map,
		.optional = true};
	desk_say(p, "h2", NULL, MESSAGE_DESK_READING);
	write_format(p, format);
	desk_input(p, &input);
	write_help(p);
}

/* --- checked --- */

static struct str part_words(struct desk_request *r, struct str part)
{
	for (size_t i = 0; i < MAP__COUNT; i++)
		if (str_equal(part, parts[i].part))
			return text(r->lang, parts[i].words);
	return part;
}

static struct str problem_words(struct desk_request *r, const struct problem *problem)
{
	static const struct {
		enum problem_code code;
		enum message words;
	} all[] = {
		{PROBLEM_NO_FIELD, MESSAGE_DESK_MAP_NO_PART},
		{PROBLEM_TWICE_FIELD, MESSAGE_DESK_MAP_TWICE},
		{PROBLEM_UNKNOWN_FIELD, MESSAGE_DESK_MAP_UNKNOWN},
		{PROBLEM_BAD_FIELD, MESSAGE_DESK_MAP_BAD},
		{PROBLEM_FIELD_TOO_LONG, MESSAGE_DESK_MAP_LONG},
		{PROBLEM_FIELDS_CLASH, MESSAGE_DESK_MAP_CLASH},
	};
	const struct text_arg args[] = {{STR("part"), problem_field(problem)},
		{STR("words"), part_words(r, problem_field(problem))},
		{STR("got"), problem_got(problem)}, {STR("limit"), desk_number(r, problem->limit)}};
	size_t i = 0;
	while (i + 1 < sizeof(all) / sizeof(all[0]) && all[i].code != problem->code)
		i++;
	return desk_words(r, all[i].words, args, sizeof(args) / sizeof(args[0]));
}

void reading_check(
	struct desk_request *r, struct str format, struct str map, struct desk_problems *problems)
{
	struct problem problem;
	enum reading_fault fault = feed_reading_check(format, map, &problem);
	if (fault == READING_FORMAT)
		desk_problem_add(r, problems, "format", MESSAGE_DESK_READING_BAD_FORMAT);
	if (fault == READING_MAP)
		desk_problem_add_text(problems, "map", problem_words(r, &problem));
}
