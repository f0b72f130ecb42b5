/* SPDX-License-Identifier: Apache-2.0 */
/* Mails of the office: where they come from, and their way to the folder of waiting mail. */
#include "desk/post.h"

#include <stdio.h>

#include "desk/desk_parts.h"
#include "office/outbox.h"
#include "os/system.h"
#include "store/site_content.h"

/* An addition costs two fsyncs: a request hands over what one change makes and no more, the clerk
 * the rest. */
enum {
	HANDED_AT_ONCE = 8,
	HANDED_AT_START = 256,
	HANDED_A_ROUND = 20000,
	TEXT_BYTES = 4096,
	DAY_BYTES = 256 << 20
};

#define SERVICE "Quét Sạch"

/* --- where they come from --- */

struct identity {
	struct arena *arena;
	struct str address, organiser[LANG__COUNT], mail, phone;
	bool failed;
};

static void take_setting(void *context, struct str name, struct str value)
{
	struct identity *i = context;
	const struct {
		struct str name;
		struct str *value;
	} wanted[] = {{STR("address"), &i->address}, {STR("organiser-vi"), &i->organiser[LANG_VI]},
		{STR("organiser-en"), &i->organiser[LANG_EN]}, {STR("mail"), &i->mail},
		{STR("phone"), &i->phone}};
	for (size_t k = 0; k < sizeof(wanted) / sizeof(wanted[0]); k++) {
		if (!str_equal(name, wanted[k].name))
			continue;
		*wanted[k].value = arena_copy(i->arena, value);
		i->failed = i->failed || !wanted[k].value->data;
	}
}

/* "first – second" of those that are there, in the arena. */
static enum err join(struct arena *arena, struct str first, const char *between, struct str second,
	struct str *ret_joined)
{
	struct writer w;
	writer_init(&w, TEXT_BYTES);
	writer_str(&w, first);
	if (first.size > 0 && second.size > 0)
		writer_text(&w, between);
	writer_str(&w, second);
	enum err err = writer_end(&w);
	if (err == E_OK)
		*ret_joined = arena_copy(arena, writer_view_str(&w));
	writer_release(&w);
	return err == E_OK && !ret_joined->data ? E_NOMEM : err;
}

enum err post_house(
	struct store *store, bool on, struct arena *arena, struct notice_house *ret_house)
{
	struct identity i = {.arena = arena, .address = STR("")};
	struct notice_house house = {.on = on};
	TRY(store_each_setting(store, take_setting, &i));
	if (i.failed)
		return E_NOMEM;
	house.address = i.address;
	for (enum lang lang = 0; lang < LANG__COUNT; lang++)
		TRY(join(arena, STR(SERVICE), " – ",
			notice_name(i.organiser, lang, i.organiser[LANG_EN]),
			&house.service[lang]));
	TRY(join(arena, i.phone, ", ", i.mail, &house.contact));
	if (house.contact.size == 0)
		house.contact = house.service[LANG_VI];
	*ret_house = house;
	return E_OK;
}

struct campaigns {
	struct arena *arena;
	struct notice_campaign *list;
	size_t count, room;
	bool failed;
};

static void count_campaign(void *context, const struct campaign *campaign)
{
	struct campaigns *c = context;
	(void)campaign;
	c->room++;
}

static void take_campaign(void *context, const struct campaign *campaign)
{
	struct campaigns *c = context;
	if (c->count == c->room)
		return;
	struct notice_campaign *kept = &c->list[c->count++];
	*kept = (struct notice_campaign){
		.key = arena_copy(c->arena, campaign->key), .begins = campaign->begins};
	c->failed = c->failed || !kept->key.data;
	for (enum lang lang = 0; lang < LANG__COUNT; lang++) {
		kept->name[lang] = arena_copy(c->arena, campaign->name[lang]);
		c->failed = c->failed || !kept->name[lang].data;
	}
}

enum err post_campaigns(struct store *store, struct arena *arena,
	const struct notice_campaign **ret_campaigns, size_t *ret_count)
{
	struct campaigns c = {.arena = arena};
	TRY(store_each_campaign(store, count_campaign, &c));
	c.list = arena_alloc(arena, c.room + 1, sizeof(*c.list));
	if (!c.list)
		return E_NOMEM;
	TRY(store_each_campaign(store, take_campaign, &c));
	if (c.failed)
		return E_NOMEM;
	*ret_campaigns = c.list;
	*ret_count = c.count;
	return E_OK;
}

/* --- a day --- */

static enum err bring(const struct post_day *day, struct arena *arena, struct notice_tally *tally)
{
	struct notice_house house;
	struct instant local = {day->now.seconds + zone_offset(day->zone, day->now)};
	struct notice_round round = {.house = &house,
		.today = instant_date(local),
		.hour = (int)(local.seconds % SECONDS_PER_DAY / SECONDS_PER_HOUR),
		.now = day->now,
		.reminders = true,
		.digests = true};
	TRY(post_house(day->store, day->from.size > 0, arena, &house));
	TRY(post_campaigns(day->store, arena, &round.campaigns, &round.campaign_count));
	return notice_due(day->office, &round, arena, tally);
}

enum err post_day(const struct post_day *day, struct notice_tally *ret_tally, size_t *ret_handed)
{
	struct arena arena;
	*ret_handed = 0;
	*ret_tally = (struct notice_tally){0};
	if (day->from.size == 0)
		return E_OK;
	arena_init(&arena, DAY_BYTES);
	enum err err = bring(day, &arena, ret_tally);
	arena_release(&arena);
	/* What there is goes out, whatever kept the day from being seen to. */
	enum err handed = day->spool ? outbox_hand_over(day->office, day->spool, day->from,
					       HANDED_A_ROUND, day->now, ret_handed)
				     : E_OK;
	return err == E_OK ? handed : err;
}

/* --- of the desk --- */

bool desk_house(struct desk_request *r, struct notice_house *ret_house)
{
	struct store *store = desk_store(r);
	if (!store)
		return false;
	enum err err = post_house(store, r->desk->settings.mail_from.size > 0, r->arena, ret_house);
	if (err != E_OK)
		desk_failed(r, err);
	return err == E_OK;
}

bool desk_house_links(const struct notice_house *house)
{
	return house->on && house->address.size > 0;
}

enum err desk_judged(struct desk_request *r, const struct notice_house *house,
	const struct campaign *campaign, int64_t org, int64_t version, bool accepted,
	struct str reason)
{
	const struct notice_campaign about = {.key = campaign->key,
		.name = {campaign->name[LANG_VI], campaign->name[LANG_EN]},
		.begins = campaign->begins};
	return notice_judged(r->office, house, &about, org, version, accepted, str_trim(reason),
		r->now, r->arena);
}

static void hand_over(struct desk *d, struct office *o, size_t most)
{
	size_t handed;
	if (!d->has_spool || d->settings.mail_from.size == 0)
		return;
	pthread_mutex_lock(&d->posting);
	enum err err =
		outbox_hand_over(o, &d->spool, d->settings.mail_from, most, system_now(), &handed);
	pthread_mutex_unlock(&d->posting);
	if (err != E_OK)
		fprintf(stderr, "quetsach: role=desk event=mails-wait error=\"%s\"\n",
			err_name(err));
}

void desk_post(struct desk *d, struct office *o)
{
	hand_over(d, o, HANDED_AT_ONCE);
}

void desk_catch_up(struct desk *d)
{
	struct office office;
	if (office_open(&office, d->settings.folder, true) != E_OK)
		return;
	hand_over(d, &office, HANDED_AT_START);
	office_close(&office);
}
