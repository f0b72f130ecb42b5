/* SPDX-License-Identifier: Apache-2.0 */
/* Reminders now: to whom, and on their way. */
#include <fcntl.h>

#include "format/json_object.h"
#include "office/outbox.h"
#include "os/file.h"
#include "os/zone_file.h"
#include "server/command_site.h"
#include "server/context_actor.h"
#include "server/mail_house.h"
#include "server/portal_role.h"
#include "server/zone.h"

bool mail_house_load(struct context *c, struct store *store, struct notice_house *ret_house,
	struct mail_address *ret_from)
{
	struct problem problem;
	struct str server = options_str(&c->options, "mail");
	struct str from = options_str(&c->options, "mail-from");
	bool on = server.size > 0 && !str_equal(server, STR("none")) && from.size > 0;
	*ret_from = (struct mail_address){.text = ""};
	if (on && mail_address_parse(from, STR("mail-from"), ret_from, &problem) != E_OK) {
		console_problem(&c->console, STR("mail-from"), &problem);
		return false;
	}
	enum err err = post_house(store, on, &c->arena, ret_house);
	if (err != E_OK)
		context_store_failed(c, store, err);
	return err == E_OK;
}

struct reminding {
	struct context *c;
	struct office office;
	struct store *store;
	struct notice_house house;
	struct mail_address from;
	struct zone *zone;
	struct notice_round round;
	struct notice_tally tally;
};

/* --- what is shown --- */

static void show_json(struct reminding *m, const struct notice *n)
{
	struct object o;
	struct writer *w = &m->c->console.out;
	object_init(&o, w);
	object_open(&o, NULL);
	object_text(&o, "kind", notice_kind_name(n->kind));
	object_text(&o, "to", n->recipient);
	object_text(&o, "lang", lang_code(n->lang));
	object_text(&o, "campaign", n->campaign);
	object_text(&o, "unit", n->unit);
	object_number(&o, "returns", n->returns);
	if (n->deadline.year > 0)
		object_date(&o, "before", n->deadline);
	object_close(&o);
	writer_char(w, '\n');
}

static enum err show(void *context, const struct notice *n)
{
	struct reminding *m = context;
	struct context *c = m->c;
	if (c->console.json) {
		show_json(m, n);
		return E_OK;
	}
	site_say_with(c,
		n->kind == NOTICE_AFTER ? MESSAGE_REMIND_LINE_AFTER : MESSAGE_REMIND_LINE_BEFORE,
		{STR("to"), n->recipient}, {STR("unit"), n->unit}, {STR("campaign"), n->campaign},
		{STR("day"), site_day_text(c, n->deadline)},
		context_number_text(c, "returns", n->returns));
	return E_OK;
}

static void say_total(struct reminding *m, bool dry)
{
	struct context *c = m->c;
	if (m->tally.unreached > 0)
		console_say_with(&c->console, MESSAGE_REMIND_UNREACHED,
			context_number_text(c, "count", m->tally.unreached));
	if (c->console.json)
		return;
	site_say_with(c, dry ? MESSAGE_REMIND_WOULD : MESSAGE_REMIND_DONE,
		context_number_text(c, "mails", m->tally.mails),
		context_number_text(c, "returns", m->tally.returns));
}

/* --- what is needed --- */

static bool load_zone(struct reminding *m)
{
	struct str name = zone_name(m->c, m->store);
	char *path = arena_cstr(&m->c->arena, name);
	m->zone = path && name.size < ZONE_NAME_SIZE ? portal_load_zone(path) : NULL;
	struct instant local = {m->c->now.seconds + zone_offset(m->zone, m->c->now)};
	m->round.today = instant_date(local);
	return true;
}

static bool choose_campaigns(struct reminding *m)
{
	struct context *c = m->c;
	struct str key = c->options.word_count ? str_from(c->options.words[0]) : STR("");
	const struct notice_campaign *all;
	size_t count;
	enum err err = post_campaigns(m->store, &c->arena, &all, &count);
	if (err != E_OK) {
		context_store_failed(c, m->store, err);
		return false;
	}
	m->round.campaigns = all;
	m->round.campaign_count = count;
	for (size_t i = 0; key.size > 0 && i < count; i++)
		if (str_equal(all[i].key, key)) {
			m->round.campaigns = &all[i];
			m->round.campaign_count = 1;
			return true;
		}
	if (key.size > 0)
		site_refuse(c, MESSAGE_PLAN_NO_CAMPAIGN, key);
	return key.size == 0;
}

static bool open_office(struct reminding *m, const char *folder)
{
	struct actor actor;
	enum err err = office_open(&m->office, folder, true);
	if (err != E_OK) {
		context_folder_failed(m->c, folder, err);
		return false;
	}
	if (!context_actor(m->c, &m->office, &actor))
		return false;
	if (actor_may(&m->office, &actor, ACT_CHANGE_CAMPAIGN, STR(""), 0) == E_OK)
		return true;
	site_refuse(m->c, MESSAGE_REMIND_NOT_YOURS, actor.mail);
	return false;
}

/* --- on their way --- */

static enum err hand_over(struct reminding *m, const char *folder)
{
	struct mail_spool spool;
	size_t handed;
	int data = -1;
	TRY(folder_open(AT_FDCWD, folder, &data));
	enum err err = mail_spool_open(data, true, &spool);
	file_close(&data);
	TRY(err);
	err = outbox_hand_over(
		&m->office, &spool, str_from(m->from.text), SIZE_MAX, m->c->now, &handed);
	mail_spool_close(&spool);
	return err;
}

static int remind(struct reminding *m, const char *folder)
{
	struct context *c = m->c;
	bool dry = m->round.dry;
	if (!m->house.on && !dry) {
		console_say(&c->console, MESSAGE_MAIL_IS_OFF, NULL, 0);
		return EXIT_FAILED;
	}
	enum err err = notice_due(&m->office, &m->round, &c->arena, &m->tally);
	if (err == E_OK && !dry)
		err = hand_over(m, folder);
	if (err != E_OK)
		return context_failed(c, office_complaint(&m->office), err);
	say_total(m, dry);
	return EXIT_FINE;
}

int command_return_remind(struct context *context)
{
	const char *folder = context_folder(context);
	struct reminding m = {.c = context, .office = {.folder = -1}};
	int status = EXIT_FAILED;
	m.round = (struct notice_round){.house = &m.house,
		.now = context->now,
		.reminders = true,
		.at_once = true,
		.dry = options_has(&context->options, "dry-run"),
		.tell = show,
		.context = &m};
	if (!folder || !context_store(context, STORE_READ, &m.store))
		return EXIT_FAILED;
	if (mail_house_load(context, m.store, &m.house, &m.from) && choose_campaigns(&m) &&
		load_zone(&m) && open_office(&m, folder))
		status = remind(&m, folder);
	zone_free(m.zone);
	office_close(&m.office);
	store_close(m.store);
	return status;
}
