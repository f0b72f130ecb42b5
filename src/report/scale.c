/* SPDX-License-Identifier: Apache-2.0 */
#include "report/scale.h"

#include <math.h>

#include "text/text.h"

/* Of 1, 2 and 5 times a power of ten the least that is not below `least`. */
static double round_step(double least)
{
	double power = pow(10, floor(log10(least)));
	static const double steps[] = {1, 2, 5};
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (steps[i] * power >= least * (1 - 1e-9))
			return steps[i] * power;
	return 10 * power;
}

struct scale scale_cover(double from, double to, int most)
{
	from = isfinite(from) ? from : 0;
	to = isfinite(to) ? to : 0;
	double low = fmin(from, to);
	double high = fmax(from, to);
	double wide = fmax(fabs(low), fabs(high)) * 1e-9;
	if (high - low <= wide)
		high = low + 1;
	struct scale s = {.step = round_step((high - low) / most)};
	/* Round ends can make one step more than fits: then the next step does. */
	for (int tries = 0; tries < 3; tries++) {
		s.low = floor(low / s.step + 1e-9) * s.step;
		s.high = ceil(high / s.step - 1e-9) * s.step;
		if (scale_ticks(&s) <= (size_t)most + 1)
			break;
		s.step = round_step(s.step * 1.5);
	}
	return s;
}

size_t scale_ticks(const struct scale *s)
{
	return (size_t)llround((s->high - s->low) / s->step) + 1;
}

double scale_tick(const struct scale *s, size_t index)
{
	return s->low + (double)index * s->step;
}

double scale_place(const struct scale *s, double value, double start, double end)
{
	return start + (value - s->low) / (s->high - s->low) * (end - start);
}

/* --- short numbers --- */

enum {
	DECIMALS = 12 /* at most */
};

/* As few as say every multiple of the step exactly: with fewer, two ticks could read the same. */
static unsigned decimals_of(double step)
{
	unsigned decimals = 0;
	while (decimals < DECIMALS && fabs(step - round(step)) > 1e-6 * step) {
		step *= 10;
		decimals++;
	}
	return decimals;
}

/* Zeros at the end are left away. */
static void write_number(struct writer *w, enum lang lang, double value, unsigned decimals)
{
	uint64_t unit = 1;
	for (unsigned i = 0; i < decimals; i++)
		unit *= 10;
	double scaled = round(value * (double)unit);
	uint64_t all = scaled < 1e18 ? (uint64_t)scaled : 0;
	text_number(w, lang, all / unit);
	uint64_t rest = all % unit;
	if (rest == 0)
		return;
	for (; rest % 10 == 0; rest /= 10)
		decimals--;
	writer_char(w, lang == LANG_VI ? ',' : '.');
	writer_padded(w, rest, decimals);
}

void scale_write_tick(struct writer *w, enum lang lang, const struct scale *s, double value)
{
	static const struct {
		double size;
		enum message message;
	} units[] = {{1e9, MESSAGE_FIGURE_BILLION}, {1e6, MESSAGE_FIGURE_MILLION},
		{1e3, MESSAGE_FIGURE_THOUSAND}};
	uint8_t bytes[40];
	struct writer digits = {.data = bytes, .capacity = sizeof(bytes), .limit = sizeof(bytes)};
	double size = fabs(value) < 1e18 ? fabs(value) : 0;
	/* Zero is seldom met exactly when steps are added. */
	if (size < s->step / 2)
		size = 0;
	if (value < 0 && size > 0)
		writer_text(w, "−");
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (size >= units[i].size) {
			write_number(&digits, lang, size / units[i].size,
				decimals_of(s->step / units[i].size));
			text_write(w, lang, units[i].message,
				&(struct text_arg){STR("count"), writer_view_str(&digits)}, 1);
			return;
		}
	write_number(w, lang, size, decimals_of(s->step));
}
