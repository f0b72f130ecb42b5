/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/lang.h"
#include "model/site.h"

/* The picture that social networks show beside a link to the site: 1200 × 630 pixels, PNG. Name,
 * claim and address; the latest figure with its day and line where `series` has one (may be NULL);
 * says when it is simulated. Reads fonts from disk. */
enum {
	SOCIAL_WIDTH = 1200,
	SOCIAL_HEIGHT = 630
};
MUST_CHECK enum err social_picture(const struct site_identity *identity,
	const struct site_series *series, enum lang lang, struct writer *png);
