/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/record.h"

#include "base/limits.h"

void record_init(struct record *r)
{
	*r = (struct record){0};
	arena_init(&r->arena, LIMIT_SCAN_RECORD);
}

void record_release(struct record *r)
{
	arena_release(&r->arena);
}

static struct str copy(struct record *r, struct str s, bool *whole)
{
	struct str made = s.size > 0 ? arena_copy(&r->arena, s) : STR("");
	*whole &= made.data != NULL;
	return made;
}

static bool copy_matches(struct record *r, struct finding *into, const struct finding *f)
{
	size_t count = f->match_count < FINDING_MATCHES ? f->match_count : FINDING_MATCHES;
	struct rule_match *matches = arena_alloc(&r->arena, count + 1, sizeof(*matches));
	bool whole = matches != NULL;
	for (size_t i = 0; whole && i < count; i++) {
		matches[i].ours = f->matches[i].ours;
		matches[i].set = copy(r, f->matches[i].set, &whole);
		matches[i].rule = copy(r, f->matches[i].rule, &whole);
		matches[i].author = copy(r, f->matches[i].author, &whole);
		matches[i].family = copy(r, f->matches[i].family, &whole);
	}
	into->matches = matches;
	into->match_count = count;
	return whole;
}

static struct kept_finding *keep(struct record *r, const struct finding *f)
{
	bool whole = true;
	struct kept_finding *k = arena_alloc(&r->arena, 1, sizeof(*k));
	if (!k)
		return NULL;
	k->finding = *f;
	k->finding.path = copy(r, f->path, &whole);
	k->finding.object = copy(r, f->object, &whole);
	k->finding.family = copy(r, f->family, &whole);
	k->finding.program = copy(r, f->program, &whole);
	k->finding.owner = copy(r, f->owner, &whole);
	k->finding.md5 = copy(r, f->md5, &whole);
	k->finding.sha1 = copy(r, f->sha1, &whole);
	k->finding.sha256 = copy(r, f->sha256, &whole);
	return copy_matches(r, &k->finding, f) && whole ? k : NULL;
}

void record_finding(struct record *r, const struct finding *f)
{
	struct kept_finding *k = r->findings++ < LIMIT_SCAN_KEPT ? keep(r, f) : NULL;
	if (!k)
		return;
	*(r->last ? &r->last->next : &r->first) = k;
	r->last = k;
	r->kept++;
}

void record_found_more(struct record *r, const struct found_more *more)
{
	bool whole = true;
	r->more += more->count;
	struct kept_more *k =
		r->more_kept < LIMIT_SCAN_EXAMPLES ? arena_alloc(&r->arena, 1, sizeof(*k)) : NULL;
	if (!k)
		return;
	k->more = *more;
	k->more.path = copy(r, more->path, &whole);
	if (!whole)
		return;
	*(r->last_more ? &r->last_more->next : &r->first_more) = k;
	r->last_more = k;
	r->more_kept++;
}

static struct kept_unscanned *keep_unscanned(struct record *r, const struct not_scanned *what)
{
	bool whole = true;
	struct kept_unscanned *k = arena_alloc(&r->arena, 1, sizeof(*k));
	if (!k)
		return NULL;
	k->what = *what;
	k->what.path = copy(r, what->path, &whole);
	k->what.object = copy(r, what->object, &whole);
	k->what.about = copy(r, what->about, &whole);
	return whole ? k : NULL;
}

void record_unscanned(struct record *r, const struct not_scanned *what)
{
	struct unscanned_group *g = &r->groups[what->reason];
	r->unscanned++;
	struct kept_unscanned *k =
		g->count++ < LIMIT_SCAN_EXAMPLES ? keep_unscanned(r, what) : NULL;
	if (!k)
		return;
	*(g->last ? &g->last->next : &g->first) = k;
	g->last = k;
	g->kept++;
}
