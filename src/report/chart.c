/* SPDX-License-Identifier: Apache-2.0 */
#include "report/chart.h"

#include <math.h>

bool chart_point_drawn(struct point p)
{
	return isfinite(p.x) && isfinite(p.y) && fabs(p.x) <= CHART_FARTHEST &&
	       fabs(p.y) <= CHART_FARTHEST;
}

/* Of Open Sans, Segoe UI, Roboto and DejaVu Sans the last is the widest: .636 a digit. */
static double share_of(char c)
{
	static const double digit = .64;
	static const double letter = .6;
	static const double narrow = .35;
	if (c >= '0' && c <= '9')
		return digit;
	return c != '\0' && strchr(" .,:;/|'ijlI()", c) ? narrow : letter;
}

double chart_text_width(struct str text, double size)
{
	double width = 0;
	while (text.size > 0) {
		size_t length = utf8_length(text);
		width += size * share_of(text.data[0]);
		length = length ? length : 1;
		text = (struct str){text.data + length, text.size - length};
	}
	return width;
}
