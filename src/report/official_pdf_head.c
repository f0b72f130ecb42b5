/* SPDX-License-Identifier: Apache-2.0 */
/* What stands above: the issuing body, the nation, the title, whom it is for. */
#include <math.h>

#include "report/official_sheet.h"
#include "text/text.h"

enum {
	MOST_LINES = 6, /* of a name or subject in the head */
	TITLE_LINES = 10
};

static const double gap = 8;         /* between the two columns */
static const double rule_share = .4; /* of the words it stands under: a third to a half */
static const double rule_above = 2, rule_below = 5;

/* Two columns in the making, as one slip. */
struct heading {
	struct sheet *sheet;
	struct slip *slip;
	double left_width, right_width;
	double nation; /* size of its capitals and of the issuing body's */
	double date;
};

static double content_width(void)
{
	return sheet_right - sheet_left;
}

/* --- widths --- */

static struct hand nation_hand(const struct heading *h)
{
	return (struct hand){.size = h->nation, .bold = true, .capitals = true};
}

static struct hand motto_hand(const struct heading *h)
{
	return (struct hand){.size = h->nation + 1, .bold = true};
}

static struct hand date_hand(const struct heading *h)
{
	return (struct hand){.size = h->date, .italic = true};
}

static double width_in(struct heading *h, struct hand hand, struct str text)
{
	return sheet_measure(h->sheet, &hand, text, false);
}

static double date_width(struct heading *h)
{
	writer_clear(&h->sheet->line);
	official_write_place_date(&h->sheet->line, h->sheet->official);
	return width_in(h, date_hand(h), sheet_line(h->sheet));
}

/* The nation's lines are not broken; the issuing body has what is left. */
static void share_width(struct heading *h)
{
	static const double most_share = .62;
	const struct official *o = h->sheet->official;
	/* A plain letter leaves the room to its sender. */
	double least_share = o->country.size + o->motto.size > 0 ? .5 : .35;
	double needed =
		fmax(width_in(h, nation_hand(h), o->country), width_in(h, motto_hand(h), o->motto));
	needed = fmax(needed, date_width(h)) + 2;
	h->right_width =
		fmin(fmax(needed, least_share * content_width()), most_share * content_width());
	h->left_width = content_width() - h->right_width - gap;
}

static bool names_fit(struct heading *h)
{
	const struct official *o = h->sheet->official;
	const struct hand superior = {.size = h->nation, .capitals = true};
	return width_in(h, superior, o->superior) <= h->left_width &&
	       width_in(h, nation_hand(h), o->body) <= h->left_width;
}

/* The smaller of the sizes that the decree leaves open, where names are long. */
static void choose_widths(struct heading *h)
{
	h->nation = SIZE_NATION;
	h->date = sheet_text_size(h->sheet);
	share_width(h);
	if (names_fit(h) && date_width(h) <= h->right_width)
		return;
	h->nation = SIZE_NATION - 1;
	h->date = SIZE_TEXT - 1;
	share_width(h);
}

/* --- one line below the other --- */

enum side {
	SIDE_LEFT,
	SIDE_RIGHT
};

static double middle_of(const struct heading *h, enum side side)
{
	return side == SIDE_LEFT ? h->left_width / 2 : h->left_width + gap + h->right_width / 2;
}

static struct script_words *put(
	struct heading *h, enum side side, struct hand hand, double *y, struct str text)
{
	struct script_words *w = &h->slip->words[h->slip->word_count];
	if (text.size == 0)
		return NULL;
	hand.anchor = ANCHOR_MIDDLE;
	hand.width = side == SIDE_LEFT ? h->left_width : h->right_width;
	hand.most_lines = MOST_LINES;
	*w = sheet_words(h->sheet, &hand, text);
	w->x = middle_of(h, side);
	w->y = *y;
	w->tag = "P";
	h->slip->word_count++;
	*y += script_words_height(w);
	return w;
}

static void put_rule(struct heading *h, const struct script_words *under, double share, double *y)
{
	if (!under || !under->layout)
		return;
	double half = script_words_width(under) * share / 2;
	*y += rule_above;
	h->slip->rules[h->slip->rule_count++] =
		(struct rule){under->x - half, *y, under->x + half, *y};
	*y += rule_below;
}

static void put_issuer(struct heading *h, double *y)
{
	const struct official *o = h->sheet->official;
	const struct hand superior = {.size = h->nation, .capitals = true};
	const struct hand body = nation_hand(h);
	put(h, SIDE_LEFT, superior, y, o->superior);
	put_rule(h, put(h, SIDE_LEFT, body, y, o->body), rule_share, y);
}

static void put_nation(struct heading *h, double *y)
{
	const struct official *o = h->sheet->official;
	put(h, SIDE_RIGHT, nation_hand(h), y, o->country);
	put_rule(h, put(h, SIDE_RIGHT, motto_hand(h), y, o->motto), 1, y);
}

/* Number and date stand on the same line. */
static void put_number_and_date(struct heading *h, double *left, double *right)
{
	struct sheet *s = h->sheet;
	const struct official *o = s->official;
	const struct hand number = {.size = SIZE_NUMBER};
	const struct hand subject = {.size = SIZE_NUMBER};
	*left = *right = fmax(*left, *right) + 3;
	/* On one baseline. */
	*left += h->date > SIZE_NUMBER ? 1 : 0;
	writer_clear(&s->line);
	official_write_number(&s->line, o);
	put(h, SIDE_LEFT, number, left, sheet_line(s));
	writer_clear(&s->line);
	official_write_place_date(&s->line, o);
	put(h, SIDE_RIGHT, date_hand(h), right, sheet_line(s));
	if (o->kind != OFFICIAL_LETTER || o->subject.size == 0)
		return;
	*left += 6;
	writer_clear(&s->line);
	official_write_subject(&s->line, o);
	struct script_words *w = put(h, SIDE_LEFT, subject, left, sheet_line(s));
	if (w)
		w->tag = "H1";
}

static void add_head(struct sheet *s)
{
	enum {
		MOST_WORDS = 7,
		MOST_RULES = 2
	};
	struct heading h = {.sheet = s, .slip = official_sheet_add(s, MOST_WORDS, MOST_RULES)};
	if (!h.slip)
		return;
	double left = 0, right = 0;
	h.slip->word_count = h.slip->rule_count = 0;
	choose_widths(&h);
	put_issuer(&h, &left);
	put_nation(&h, &right);
	put_number_and_date(&h, &left, &right);
	h.slip->height = fmax(left, right);
	h.slip->with_next = true;
}

/* --- title --- */

/* In the middle, each of its own tag; below the last a rule. Returns the slip. */
struct titles {
	struct str text;
	struct hand hand;
	const char *tag;
};

static void add_titles(
	struct sheet *s, const struct titles *titles, size_t count, double before, bool ruled)
{
	struct slip *slip = official_sheet_add(s, count, 1);
	if (!slip)
		return;
	const struct script_words *last = NULL;
	double y = 0;
	slip->word_count = slip->rule_count = 0;
	for (size_t i = 0; i < count; i++) {
		struct hand hand = titles[i].hand;
		struct script_words *w = &slip->words[slip->word_count];
		if (titles[i].text.size == 0)
			continue;
		hand.anchor = ANCHOR_MIDDLE;
		hand.width = content_width() - 40;
		hand.most_lines = TITLE_LINES;
		*w = sheet_words(s, &hand, titles[i].text);
		w->x = content_width() / 2;
		w->y = y;
		w->tag = titles[i].tag;
		y += script_words_height(w);
		slip->word_count++;
		last = w;
	}
	if (last && ruled) {
		double half = script_words_width(last) * rule_share / 2;
		y += rule_above;
		slip->rules[slip->rule_count++] =
			(struct rule){last->x - half, y, last->x + half, y};
		y += rule_below;
	}
	slip->before = before;
	slip->height = y;
	slip->with_next = true;
}

static void add_title(struct sheet *s)
{
	const struct official *o = s->official;
	const struct titles titles[] = {
		{o->title, {.size = sheet_text_size(s), .bold = true, .capitals = true}, "H1"},
		{o->subject, {.size = sheet_text_size(s), .bold = true}, "P"}};
	if (o->kind == OFFICIAL_REPORT && o->title.size + o->subject.size > 0)
		add_titles(s, titles, 2, 20, true);
}

void sheet_flow_annex_head(struct sheet *s, size_t index)
{
	const struct official *o = s->official;
	size_t first = s->slip_count;
	struct writer label, origin;
	writer_init(&label, 1 << 10);
	writer_init(&origin, 64 << 10);
	official_write_annex_label(&label, o, index);
	official_write_annex_origin(&origin, o);
	const struct titles titles[] = {
		{writer_view_str(&label), {.size = sheet_text_size(s), .bold = true}, "H1"},
		{o->annexes[index].title,
			{.size = sheet_text_size(s), .bold = true, .capitals = true}, "P"},
		{writer_view_str(&origin), {.size = sheet_text_size(s), .italic = true}, "P"}};
	add_titles(s, titles, 3, 0, true);
	if (s->err == E_OK)
		s->slips[first].new_page = true;
	writer_release(&origin);
	writer_release(&label);
}

/* --- whom it is for --- */

/* In one line in the middle, as most letters have it. */
static bool add_one_recipient(struct sheet *s)
{
	const struct official *o = s->official;
	struct hand hand = {.size = sheet_text_size(s)};
	if (o->recipient_count != 1)
		return false;
	writer_clear(&s->line);
	writer_str(&s->line, text(o->lang, MESSAGE_OFFICIAL_TO));
	writer_char(&s->line, ' ');
	writer_str(&s->line, o->recipients[0]);
	if (sheet_measure(s, &hand, sheet_line(s), false) > content_width())
		return false;
	hand.anchor = ANCHOR_MIDDLE;
	hand.width = content_width();
	const struct script_words w = sheet_words(s, &hand, sheet_line(s));
	sheet_add_lines(s, &w,
		&(struct setting){
			.before = 16, .x = content_width() / 2, .with_next = true, .tag = "P"});
	return true;
}

static void add_recipients(struct sheet *s)
{
	static const double first = 62, indent = 78;
	const struct official *o = s->official;
	struct hand hand = {.size = sheet_text_size(s)};
	if (o->recipient_count == 0 || add_one_recipient(s))
		return;
	struct script_words w = sheet_words(s, &hand, text(o->lang, MESSAGE_OFFICIAL_TO));
	sheet_add_lines(
		s, &w, &(struct setting){.before = 16, .x = first, .with_next = true, .tag = "P"});
	hand.width = content_width() - indent - first / 2;
	for (size_t i = 0; i < o->recipient_count; i++) {
		writer_clear(&s->line);
		official_write_item(&s->line, o->recipients, o->recipient_count, i);
		w = sheet_words(s, &hand, sheet_line(s));
		sheet_add_lines(s, &w,
			&(struct setting){.before = 2,
				.x = indent,
				.with_next = i + 1 == o->recipient_count,
				.tag = "P"});
	}
}

void sheet_flow_head(struct sheet *s)
{
	add_head(s);
	add_title(s);
	add_recipients(s);
}
