/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "model/site.h"

/* public/site: what the portal shows besides the listing, frozen in one file. Magic, version and
 * checksum in front; docs/format/site.md. Articles and editions must be sorted. */
void site_write(struct writer *w, const struct site *site);

/* Texts point into `file`, which must outlive *ret_site; tables lie in the arena. Whatever was in
 * the file, what comes out keeps the promises of model/site.h. E_CORRUPT, E_VERSION, E_NOMEM. */
MUST_CHECK enum err site_open(struct bytes file, struct arena *arena, struct site *ret_site);

/* By kind and language, newest first, then by key. <0, 0, >0. */
int site_article_order(const struct article *a, const struct article *b);
void site_sort_articles(struct article *articles, size_t count);

/* The provisional one last, else newest first, then by campaign, then the higher number. */
int site_edition_order(const struct site_edition *a, const struct site_edition *b);

/* Whether they keep the promises of model/site.h by themselves. */
bool site_identity_valid(const struct site_identity *i);
bool site_campaign_valid(const struct campaign *c); /* one that has a key */
bool site_article_valid(const struct article *a);
bool site_edition_valid(const struct site_edition *e); /* its replies too; documents are opaque */
bool site_tool_valid(const struct tool *t); /* also that it can be got: url, or a file we hold */
