/* SPDX-License-Identifier: Apache-2.0 */
#include "listing/answer.h"

#include <assert.h>
#include <stdlib.h>

static const struct str verdicts[] = {
	[ANSWER_SEEN] = STR_INIT("seen"),
	[ANSWER_NOT_SEEN] = STR_INIT("not_seen"),
	[ANSWER_CANNOT_BE_SAID] = STR_INIT("cannot_be_said"),
};

static_assert(sizeof(verdicts) / sizeof(verdicts[0]) == ANSWER__COUNT, "one name per verdict");

static const struct str reasons[] = {
	[ANSWER_NO_REASON] = STR_INIT(""),
	[ANSWER_LOOPBACK] = STR_INIT("loopback"),
	[ANSWER_PRIVATE] = STR_INIT("private"),
	[ANSWER_SHARED] = STR_INIT("shared"),
	[ANSWER_SPECIAL] = STR_INIT("special"),
	[ANSWER_MOBILE] = STR_INIT("mobile"),
	[ANSWER_NAT] = STR_INIT("nat"),
	[ANSWER_NO_LISTING] = STR_INIT("no_listing"),
	[ANSWER_OLD_LISTING] = STR_INIT("old_listing"),
};

static_assert(sizeof(reasons) / sizeof(reasons[0]) == ANSWER_REASON__COUNT, "one name per reason");

struct str answer_verdict_name(enum answer_verdict verdict)
{
	return verdicts[verdict];
}

struct str answer_reason_name(enum answer_reason reason)
{
	return reasons[reason];
}

static enum answer_reason scope_reason(struct ip ip)
{
	static const enum answer_reason by_scope[] = {
		[IP_SCOPE_GLOBAL] = ANSWER_NO_REASON,
		[IP_SCOPE_LOOPBACK] = ANSWER_LOOPBACK,
		[IP_SCOPE_PRIVATE] = ANSWER_PRIVATE,
		[IP_SCOPE_SHARED] = ANSWER_SHARED,
		[IP_SCOPE_MULTICAST] = ANSWER_SPECIAL,
		[IP_SCOPE_RESERVED] = ANSWER_SPECIAL,
	};
	static_assert(sizeof(by_scope) / sizeof(by_scope[0]) == IP_SCOPE__COUNT, "every scope");
	return by_scope[ip_scope(ip)];
}

static enum answer_reason pool_reason(enum pool pool)
{
	static const enum answer_reason by_pool[] = {
		[POOL_UNKNOWN] = ANSWER_NO_REASON,
		[POOL_DYNAMIC] = ANSWER_NO_REASON,
		[POOL_STATIC] = ANSWER_NO_REASON,
		[POOL_MOBILE] = ANSWER_MOBILE,
		[POOL_NAT] = ANSWER_NAT,
	};
	static_assert(sizeof(by_pool) / sizeof(by_pool[0]) == POOL__COUNT, "every kind of pool");
	return by_pool[pool];
}

static int later_first(const void *a, const void *b)
{
	const struct listing_entry *x = a;
	const struct listing_entry *y = b;
	return (x->last_minute < y->last_minute) - (x->last_minute > y->last_minute);
}

/* What is known of the address itself goes before what the listing says. */
static enum answer_reason find_reason(
	const struct listing *listing, enum pool pool, const struct answer *a, struct instant now)
{
	enum answer_reason reason = scope_reason(a->ip);
	if (reason == ANSWER_NO_REASON)
		reason = pool_reason(pool);
	for (size_t i = 0; i < a->count && reason == ANSWER_NO_REASON; i++)
		reason = pool_reason(a->entries[i].pool);
	if (reason != ANSWER_NO_REASON)
		return reason;
	if (!listing)
		return ANSWER_NO_LISTING;
	int64_t age = now.seconds - listing_facts(listing)->built.seconds;
	return !a->listed && age > ANSWER_FRESH_SECONDS ? ANSWER_OLD_LISTING : ANSWER_NO_REASON;
}

void answer_decide(const struct listing *listing, enum pool pool, struct ip ip, struct instant now,
	struct answer *ret_answer)
{
	struct answer *a = ret_answer;
	a->ip = ip;
	a->unit = ip_unit(ip);
	a->window = pool_window(pool);
	a->total = listing ? listing_look_up(listing, a->unit, now, a->entries, ANSWER_ENTRIES) : 0;
	a->count = a->total < ANSWER_ENTRIES ? a->total : ANSWER_ENTRIES;
	a->listed = a->total > 0;
	if (a->count > 1)
		qsort(a->entries, a->count, sizeof(a->entries[0]), later_first);
	a->reason = find_reason(listing, pool, a, now);
	if (a->reason != ANSWER_NO_REASON)
		a->verdict = ANSWER_CANNOT_BE_SAID;
	else
		a->verdict = a->listed ? ANSWER_SEEN : ANSWER_NOT_SEEN;
}

static void write_member(struct writer *w, const char *key_and_quotes, struct str value)
{
	writer_text(w, key_and_quotes);
	writer_json(w, value);
}

static void write_minute(struct writer *w, const char *key_and_quotes, uint32_t minute)
{
	writer_text(w, key_and_quotes);
	writer_instant(w, (struct instant){(int64_t)minute * 60});
	writer_char(w, '"');
}

static void write_sighting(
	struct writer *w, const struct listing *listing, const struct listing_entry *e)
{
	write_member(w, "{\"botnet\":", listing_botnet(listing, e->botnet));
	write_member(w, ",\"kind\":", kind_name(e->kind));
	write_member(w, ",\"feed\":", listing_feed(listing, e->feed));
	write_minute(w, ",\"first_seen\":\"", e->first_minute);
	write_minute(w, ",\"last_seen\":\"", e->last_minute);
	write_member(w, ",\"precision\":", precision_name(e->precision));
	writer_char(w, '}');
}

void answer_write_json(struct writer *w, const struct listing *listing, const struct answer *answer)
{
	writer_text(w, "{\"ip\":\"");
	writer_ip(w, answer->ip);
	writer_text(w, "\",\"unit\":\"");
	writer_unit(w, answer->unit);
	write_member(w, "\",\"answer\":", answer_verdict_name(answer->verdict));
	writer_text(w, answer->listed ? ",\"listed\":true" : ",\"listed\":false");
	writer_text(w, ",\"sightings\":[");
	for (size_t i = 0; i < answer->count; i++) {
		if (i > 0)
			writer_char(w, ',');
		write_sighting(w, listing, &answer->entries[i]);
	}
	writer_char(w, ']');
	if (answer->reason != ANSWER_NO_REASON)
		write_member(w, ",\"reason\":", answer_reason_name(answer->reason));
	if (listing) {
		writer_text(w, ",\"as_of\":\"");
		writer_instant(w, listing_facts(listing)->built);
		writer_char(w, '"');
	}
	writer_char(w, '}');
}
