/* SPDX-License-Identifier: Apache-2.0 */
/* What an input that no format claims looks like, so that its sender sees the mistake. */
#include "feed/plain_line.h"
#include "format/csv.h"

static const struct {
	struct str start;
	struct str what;
} magics[] = {
	{STR_INIT("\x7F"
		  "ELF"),
		STR_INIT("binary (ELF)")},
	{STR_INIT("MZ"), STR_INIT("binary (Windows program)")},
	{STR_INIT("%PDF-"), STR_INIT("PDF document")},
	{STR_INIT("PK\x03\x04"), STR_INIT("zip archive")},
	{STR_INIT("7z\xBC\xAF"), STR_INIT("7-Zip archive")},
	{STR_INIT("Rar!"), STR_INIT("RAR archive")},
	{STR_INIT("\x89PNG"), STR_INIT("PNG picture")},
	{STR_INIT("\xFF\xD8\xFF"), STR_INIT("JPEG picture")},
	{STR_INIT("SQLite format 3"), STR_INIT("SQLite database")},
	{STR_INIT("\xD4\xC3\xB2\xA1"), STR_INIT("network capture (pcap)")},
};

static bool starts_nocase(struct str s, struct str start)
{
	return s.size >= start.size && str_equal_nocase((struct str){s.data, start.size}, start);
}

static struct str by_magic(struct str s)
{
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (str_starts(s, magics[i].start))
			return magics[i].what;
	return STR("");
}

static struct str by_markup(struct str s)
{
	if (starts_nocase(s, STR("<!doctype html")) || starts_nocase(s, STR("<html")))
		return STR("HTML page");
	if (starts_nocase(s, STR("<?xml")))
		return STR("XML document");
	if (str_starts(s, STR("{")))
		return STR("JSON object");
	if (str_starts(s, STR("[")))
		return STR("JSON array");
	return STR("");
}

static bool is_column_name(struct str s)
{
	if (s.size == 0 || s.size > LIMIT_COLUMN_NAME)
		return false;
	for (size_t i = 0; i < s.size; i++) {
		unsigned char c = (unsigned char)s.data[i];
		if (c < 0x20 || c == '<' || c == '>' || c == '{')
			return false;
	}
	return true;
}

/* "CSV with columns a, b, c"; the reader sees at once what is missing. */
static bool write_csv(const struct feed_head *head, struct writer *w)
{
	struct csv csv;
	struct csv_row row;
	struct problem problem;
	csv_init(&csv, ',');
	csv_window(&csv, head->text, head->whole);
	bool yes = csv_next(&csv, &row, &problem) == E_OK && row.count > 1;
	for (uint32_t i = 0; yes && i < row.count; i++)
		yes = is_column_name(csv_field(&row, i));
	for (uint32_t i = 0; yes && i < row.count && i < 20; i++) {
		writer_text(w, i ? ", " : "CSV with columns ");
		writer_str(w, csv_field(&row, i));
	}
	csv_release(&csv);
	return yes;
}

static bool is_text(struct str s)
{
	return s.size > 0 && memchr(s.data, '\0', s.size) == NULL && utf8_length(s) > 0;
}

static bool is_other_indicator(struct str line)
{
	struct prefix prefix;
	uint16_t port;
	return plain_line_read(line, &prefix, &port) == PLAIN_OTHER_INDICATOR;
}

static struct str by_lines(const struct feed_head *head)
{
	struct list_census census = list_count(head, is_other_indicator);
	if (census.comments > 0 && census.fitting + census.others == 0)
		return STR("comments only");
	if (census.fitting > census.others)
		return STR("list of host names or URLs");
	return STR("");
}

void feed_describe(const struct feed_head *head, struct writer *w)
{
	struct str trimmed = str_trim(head->text);
	struct str what = by_magic(head->text);
	if (what.size == 0)
		what = by_markup(trimmed);
	if (what.size == 0 && !is_text(trimmed))
		what = STR("binary");
	if (what.size == 0)
		what = by_lines(head);
	if (what.size > 0)
		writer_str(w, what);
	else if (!write_csv(head, w))
		writer_text(w, "text");
}
