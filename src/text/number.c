/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "text/text.h"

static void write_grouped(struct writer *w, char separator, uint64_t value)
{
	if (value < 1000) {
		writer_decimal(w, value);
		return;
	}
	write_grouped(w, separator, value / 1000);
	writer_char(w, separator);
	writer_padded(w, value % 1000, 3);
}

void text_number(struct writer *w, enum lang lang, uint64_t value)
{
	write_grouped(w, lang == LANG_VI ? '.' : ',', value);
}

void text_decimal(struct writer *w, enum lang lang, double value, unsigned decimals)
{
	static const uint64_t units[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
	uint64_t unit = units[decimals < 6 ? decimals : 6];
	double scaled = floor(fabs(value) * (double)unit + 0.5);
	if (!(scaled < 1e18)) {
		writer_text(w, "–");
		return;
	}
	uint64_t all = (uint64_t)scaled;
	writer_text(w, value < 0 && all > 0 ? "−" : "");
	text_number(w, lang, all / unit);
	if (unit == 1)
		return;
	writer_char(w, lang == LANG_VI ? ',' : '.');
	writer_padded(w, all % unit, decimals < 6 ? decimals : 6);
}

void text_percent(struct writer *w, enum lang lang, double share, unsigned decimals)
{
	text_decimal(w, lang, 100 * share, decimals);
	if (!isnan(share))
		writer_text(w, "\u00a0%");
}

void text_date(struct writer *w, enum lang lang, struct date date)
{
	(void)lang; /* both languages write dd/mm/yyyy, as the portal's readers expect */
	writer_padded(w, (uint64_t)date.day, 2);
	writer_char(w, '/');
	writer_padded(w, (uint64_t)date.month, 2);
	writer_char(w, '/');
	writer_padded(w, (uint64_t)date.year, 4);
}

void text_time(struct writer *w, enum lang lang, const struct zone *zone, struct instant t)
{
	struct instant local = {t.seconds + zone_offset(zone, t)};
	struct date date = instant_date(local);
	int64_t second = local.seconds - date_instant(date).seconds;
	writer_padded(w, (uint64_t)(second / SECONDS_PER_HOUR), 2);
	writer_char(w, ':');
	writer_padded(w, (uint64_t)(second % SECONDS_PER_HOUR / 60), 2);
	writer_char(w, ' ');
	text_date(w, lang, date);
}
