/* SPDX-License-Identifier: Apache-2.0 */
/* What stands below: who gets a copy, who signs. */
#include <math.h>

#include "report/official_sheet.h"
#include "text/text.h"

static const double left_share = .46;
static const double room_to_sign = 74, tight_room_to_sign = 62; /* for a signature and a seal */

static double content_width(void)
{
	return sheet_right - sheet_left;
}

/* --- who signs --- */

static const struct hand title_hand = {.bold = true, .capitals = true};
static const struct hand name_hand = {.bold = true};
static const struct hand hint_hand = {.italic = true};

static void put_signing(
	struct sheet *s, struct slip *slip, struct hand hand, struct str text, double *y)
{
	double left = left_share * content_width();
	hand.size = sheet_text_size(s);
	hand.width = content_width() - left;
	hand.most_lines = 4;
	hand.anchor = ANCHOR_MIDDLE;
	struct script_words *w = &slip->words[slip->word_count];
	if (text.size == 0)
		return;
	*w = sheet_words(s, &hand, text);
	w->x = (left + content_width()) / 2;
	w->y = *y;
	w->tag = "P";
	slip->word_count++;
	*y += script_words_height(w);
}

static double put_signature(struct sheet *s, struct slip *slip)
{
	const struct official *o = s->official;
	double y = 0;
	for (size_t i = 0; i < o->signing_count; i++) {
		writer_clear(&s->line);
		official_write_signing(&s->line, o, i);
		put_signing(s, slip, title_hand, sheet_line(s), &y);
	}
	put_signing(s, slip, title_hand, o->position, &y);
	if (o->signer.size == 0)
		put_signing(s, slip, hint_hand, o->sign_here, &y);
	y += s->tight ? tight_room_to_sign : room_to_sign;
	put_signing(s, slip, name_hand, o->signer, &y);
	return y;
}

/* --- who gets a copy --- */

static struct script_words copy_words(struct sheet *s, size_t index)
{
	const struct official *o = s->official;
	const struct hand hand = {.size = SIZE_COPY, .width = left_share * content_width() - 12};
	writer_clear(&s->line);
	official_write_item(&s->line, o->copies, o->copy_count, index);
	return sheet_words(s, &hand, sheet_line(s));
}

/* Beside the signature, and somewhat below it; returns how many found room. */
static size_t put_copies(struct sheet *s, struct slip *slip, double most, double *y)
{
	const struct official *o = s->official;
	const struct hand title = {.size = SIZE_COPIES, .bold = true, .italic = true};
	if (o->copy_count == 0)
		return 0;
	struct script_words *w = &slip->words[slip->word_count++];
	*w = sheet_words(s, &title, text(o->lang, MESSAGE_OFFICIAL_COPIES));
	w->tag = "P";
	*y = script_words_height(w);
	for (size_t i = 0; i < o->copy_count; i++) {
		struct script_words copy = copy_words(s, i);
		if (*y + script_words_height(&copy) > most)
			return i;
		copy.y = *y;
		copy.tag = "P";
		*y += script_words_height(&copy);
		slip->words[slip->word_count++] = copy;
	}
	return o->copy_count;
}

/* The last lines of the text go with it: a signature alone on a page could be put under any
 * text. */
static void hold_text(struct sheet *s)
{
	enum {
		LINES = 2
	};
	for (size_t i = 1; i <= LINES && i <= s->slip_count; i++)
		s->slips[s->slip_count - i].with_next = true;
}

void sheet_flow_foot(struct sheet *s)
{
	static const double most_below = 120;
	const struct official *o = s->official;
	if (!official_has_foot(o))
		return;
	hold_text(s);
	struct slip *slip = official_sheet_add(s, o->signing_count + o->copy_count + 4, 0);
	if (!slip)
		return;
	slip->word_count = 0;
	double copies = 0, signature;
	struct slip signing = *slip;
	signing.words = arena_alloc(&s->arena, o->signing_count + 3, sizeof(*signing.words));
	if (!signing.words) {
		s->err = E_NOMEM;
		return;
	}
	signature = put_signature(s, &signing);
	size_t put = put_copies(s, slip, signature + most_below, &copies);
	/* Copies first: so people read it. */
	memcpy(&slip->words[slip->word_count], signing.words,
		signing.word_count * sizeof(*signing.words));
	slip->word_count += signing.word_count;
	slip->before = 14;
	slip->height = fmax(signature, copies);
	for (size_t i = put; i < o->copy_count; i++) {
		const struct script_words w = copy_words(s, i);
		sheet_add_lines(s, &w, &(struct setting){.tag = "P"});
	}
}
