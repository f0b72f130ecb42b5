/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "http/http.h"
#include "text/text.h"

/* The desk as the program runs it. */
struct desk;
struct desk_contents; /* site_contents.h */

struct desk_settings {
	const char *folder;                   /* the data folder; borrowed */
	const struct zone *zone;              /* of local times; borrowed */
	const struct desk_contents *contents; /* of the public site; NULL: no pages about it */
	struct str mail_from; /* sender of mails; empty: they wait in the office; borrowed */
	struct str mail_name; /* shown beside it; borrowed */
};

/* Opens the office once, so that what is wrong shows now. */
MUST_CHECK enum err desk_new(const struct desk_settings *settings, struct desk **ret_desk);

/* After the server has stopped. */
void desk_free(struct desk *d);

/* Its routes and pages; lives as long as the desk. */
struct http_site desk_site(struct desk *d);

/* Hands on the mails that a crash left behind. */
void desk_catch_up(struct desk *d);
