/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "report/picture.h"

/* Within the library of pictures: for whoever draws on other ground than pixels, and lays out words
 * before their place is known. */

struct picture {
	struct _cairo_surface *surface;
	struct _cairo *cairo;
	struct _PangoFontMap *fonts;
	struct _PangoContext *context;
	struct _PangoLayout *layout;
};

/* Takes the surface over, also on failure. E_NOMEM. */
MUST_CHECK enum err picture_new_on(struct _cairo_surface *surface, struct picture **ret_picture);

/* What comes next is painted so. */
void picture_colour(struct picture *p, struct paint paint);

/* Font, width and words of a layout; what is not UTF-8 or a control character is shown as U+FFFD.
 */
void picture_lay_out(struct _PangoLayout *layout, const struct lettering *how, struct str text);
