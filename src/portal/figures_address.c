/* SPDX-License-Identifier: Apache-2.0 */
/* What stands where below the figures' page. */
#include "base/limits.h"
#include "portal/figures.h"

enum {
	ADDRESS_BYTES = 512,
	NAME_BYTES = 1024
};

static const struct str endings[] = {
	[FIGURES_CSV] = STR_INIT(".csv"),
	[FIGURES_JSON] = STR_INIT(".json"),
	[FIGURES_PDF] = STR_INIT(".pdf"),
	[FIGURES_XLSX] = STR_INIT(".xlsx"),
};

_Static_assert(sizeof(endings) / sizeof(endings[0]) == FIGURES_FORMAT__COUNT, "one per format");

/* --- reading --- */

static struct str part(struct str s, size_t from, size_t to)
{
	return (struct str){s.data + from, to - from};
}

/* Where the last '-' stands; s.size: nowhere. */
static size_t last_dash(struct str s)
{
	size_t at = s.size;
	while (at > 0 && s.data[at - 1] != '-')
		at--;
	return at > 0 ? at - 1 : s.size;
}

bool figures_edition_parse(struct str name, struct figures_asked *ret_asked)
{
	uint64_t number;
	size_t dash = last_dash(name);
	if (dash == name.size)
		return false;
	struct str campaign = part(name, 0, dash);
	struct str digits = part(name, dash + 1, name.size);
	if (!site_key_valid(campaign) || !str_to_u64(digits, UINT32_MAX, &number) ||
		(digits.data[0] == '0' && digits.size > 1))
		return false;
	*ret_asked = (struct figures_asked){.kind = FIGURES_EDITION,
		.edition = name,
		.campaign = campaign,
		.number = (uint32_t)number};
	return true;
}

/* "goals.csv" → "goals"; false: no ending of ours. */
static bool cut_ending(struct str file, struct str *ret_key, enum figures_format *ret_format)
{
	for (int i = 0; i < FIGURES_FORMAT__COUNT; i++) {
		if (!str_ends(file, endings[i]))
			continue;
		*ret_key = part(file, 0, file.size - endings[i].size);
		*ret_format = (enum figures_format)i;
		return site_key_valid(*ret_key);
	}
	return false;
}

static bool is_table_format(enum figures_format format)
{
	return format == FIGURES_CSV || format == FIGURES_JSON;
}

static bool parse_file(struct str file, struct figures_asked *asked)
{
	if (!cut_ending(file, &asked->key, &asked->format))
		return false;
	bool whole = str_equal(asked->key, asked->edition);
	asked->kind = whole ? FIGURES_FILE : FIGURES_TABLE;
	return whole ? asked->format != FIGURES_CSV : is_table_format(asked->format);
}

static bool parse_series(struct str below, struct figures_asked *ret_asked)
{
	struct figures_asked asked = {.kind = FIGURES_SERIES};
	if (!cut_ending(below, &asked.key, &asked.format) || !is_table_format(asked.format))
		return false;
	*ret_asked = asked;
	return true;
}

bool figures_asked_parse(struct str below, struct figures_asked *ret_asked)
{
	struct str file;
	struct str name = str_cut(below, '/', &file);
	struct figures_asked asked;
	if (name.size == below.size && parse_series(below, ret_asked))
		return true;
	if (!figures_edition_parse(name, &asked) ||
		(name.size < below.size && !parse_file(file, &asked)))
		return false;
	*ret_asked = asked;
	return true;
}

/* --- writing --- */

void figures_write_name(struct writer *w, const struct site_edition *edition)
{
	writer_str(w, edition->facts.campaign);
	writer_char(w, '-');
	writer_decimal(w, edition->facts.number);
}

static struct str keep(struct page *p, struct writer *w)
{
	struct str kept = page_keep(p, w);
	writer_release(w);
	return kept;
}

struct str figures_edition_name(struct page *p, const struct site_edition *edition)
{
	struct writer w;
	writer_init(&w, ADDRESS_BYTES);
	figures_write_name(&w, edition);
	return keep(p, &w);
}

struct str figures_edition_path(struct page *p, const struct site_edition *edition)
{
	struct writer w;
	writer_init(&w, ADDRESS_BYTES);
	writer_str(&w, page_path(PAGE_FIGURES, p->lang));
	writer_char(&w, '/');
	figures_write_name(&w, edition);
	return keep(p, &w);
}

struct str figures_series_path(
	struct page *p, const struct site_series *series, enum figures_format format)
{
	struct writer w;
	writer_init(&w, ADDRESS_BYTES);
	writer_str(&w, page_path(PAGE_FIGURES, p->lang));
	writer_char(&w, '/');
	writer_str(&w, series->key);
	writer_str(&w, endings[format]);
	return keep(p, &w);
}

/* --- finding --- */

bool figures_public(const struct site_edition *edition, struct instant now)
{
	return edition->facts.number == 0 ||
	       date_instant(edition->facts.public_from).seconds <= now.seconds;
}

const struct site_edition *figures_edition(
	const struct site *site, struct str campaign, uint32_t number, struct instant now)
{
	const struct site_edition *edition = site_edition(site, campaign, number);
	return edition && figures_public(edition, now) ? edition : NULL;
}

const struct site_edition *figures_newest(
	const struct site *site, struct str campaign, struct instant now)
{
	const struct site_edition *newest = NULL;
	for (size_t i = 0; i < site->edition_count; i++) {
		const struct site_edition *edition = &site->editions[i];
		if (str_equal(edition->facts.campaign, campaign) && figures_public(edition, now) &&
			(!newest || edition->facts.number > newest->facts.number))
			newest = edition;
	}
	return newest;
}

bool figures_settled(const struct site *site, struct instant now)
{
	for (size_t i = 0; i < site->edition_count; i++)
		if (!figures_public(&site->editions[i], now))
			return false;
	return true;
}

/* --- files --- */

/* The publication may be gone before the answer is handed on, which its own thread does before it
 * takes the next request. */
struct kept {
	char path[NAME_BYTES];
	char save_as[NAME_BYTES];
};
static _Thread_local struct kept kept;

/* Empty where it does not fit. */
static struct str keep_name(struct writer *w, char to[NAME_BYTES])
{
	size_t size = writer_end(w) == E_OK && w->size < NAME_BYTES ? w->size : 0;
	if (size > 0)
		memcpy(to, w->data, size);
	to[size] = '\0';
	writer_release(w);
	return (struct str){to, size};
}

/* A file that has left this site must still say what it is. */
static void write_simulated(struct writer *w, bool simulated, enum lang lang)
{
	if (simulated)
		writer_text(w, lang == LANG_VI ? "mo-phong-" : "simulated-");
}

static void write_file_name(struct writer *w, const struct site_edition *edition,
	enum figures_format format, enum lang lang)
{
	figures_write_name(w, edition);
	if (format != FIGURES_JSON) {
		writer_char(w, '.');
		writer_str(w, lang_code(lang));
	}
	writer_str(w, endings[format]);
}

bool figures_file(const struct site_edition *edition, enum figures_format format, enum lang lang,
	struct figures_file *ret_file)
{
	struct writer w;
	if (!edition->files || !site_key_valid(edition->facts.campaign))
		return false;
	writer_init(&w, NAME_BYTES);
	writer_text(&w, "editions/");
	write_file_name(&w, edition, format, lang);
	struct figures_file file = {.path = keep_name(&w, kept.path)};
	writer_init(&w, NAME_BYTES);
	write_simulated(&w, edition->facts.simulated, lang);
	write_file_name(&w, edition, format, lang);
	file.save_as = keep_name(&w, kept.save_as);
	*ret_file = file;
	return file.path.size > 0 && file.save_as.size > 0;
}

struct str figures_save_as(struct str before, struct str key, enum figures_format format,
	bool simulated, enum lang lang)
{
	struct writer w;
	writer_init(&w, NAME_BYTES);
	write_simulated(&w, simulated, lang);
	writer_str(&w, before);
	if (before.size > 0)
		writer_char(&w, '-');
	writer_str(&w, key);
	writer_str(&w, endings[format]);
	return keep_name(&w, kept.save_as);
}
