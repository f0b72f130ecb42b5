/* SPDX-License-Identifier: Apache-2.0 */
/* What a campaign asks, and until when. */
#include "format/json_object.h"
#include "office/form.h"
#include "server/command_return.h"
#include "server/command_site.h"

static int set_form(struct return_command *r)
{
	struct str form_text;
	struct problem problem = {0};
	int64_t version = 0;
	const char *path = r->c->options.words[1];
	if (!return_command_may(r, ACT_CHANGE_CAMPAIGN, 0) ||
		!site_load_file(r->c, path, &form_text))
		return EXIT_FAILED;
	enum err err = office_begin(&r->office);
	if (err != E_OK)
		return return_command_failed(r, err);
	err = office_end(
		&r->office, form_set(&r->office, r->plan.campaign.key, form_text, &r->actor,
				    r->c->now, &r->c->arena, &version, &problem));
	if (err != E_OK && problem.code != PROBLEM_NONE)
		return site_refuse_file(r->c, str_from(path), &problem);
	if (err != E_OK)
		return return_command_failed(r, err);
	site_say_with(r->c, MESSAGE_FORM_SET, {STR("campaign"), r->plan.campaign.key},
		context_number_text(r->c, "version", (uint64_t)version));
	return EXIT_FINE;
}

static int show_form(struct return_command *r)
{
	struct str form_text;
	int64_t version;
	uint64_t wanted;
	bool given = options_has(&r->c->options, "number");
	if (!context_number(r->c, "number", 0, UINT32_MAX, 0, &wanted))
		return EXIT_FAILED;
	enum err err = form_load_text(&r->office, r->plan.campaign.key,
		given ? (int64_t)wanted : -1, &r->c->arena, &form_text, &version);
	if (err != E_OK)
		return return_command_failed(r, err);
	if (!r->c->console.json) {
		writer_str(&r->c->console.out, form_text);
		return EXIT_FINE;
	}
	struct object o;
	object_init(&o, &r->c->console.out);
	object_open(&o, NULL);
	object_text(&o, "campaign", r->plan.campaign.key);
	object_number(&o, "version", (uint64_t)version);
	object_text(&o, "text", form_text);
	object_close(&o);
	writer_char(&r->c->console.out, '\n');
	return EXIT_FINE;
}

static int with_campaign(struct context *context, bool write, int (*run)(struct return_command *r))
{
	struct return_command r;
	int status = return_command_begin(&r, context, write) ? run(&r) : EXIT_FAILED;
	return_command_end(&r);
	return status;
}

int command_form_set(struct context *context)
{
	return with_campaign(context, true, set_form);
}

int command_form_show(struct context *context)
{
	return with_campaign(context, false, show_form);
}

/* --- deadlines --- */

static bool read_deadline(struct return_command *r, struct deadline *ret)
{
	struct str said = str_from(r->c->options.words[1]);
	*ret = (struct deadline){.kind = DEADLINE_DAY};
	if (str_equal(said, STR("none")))
		ret->kind = DEADLINE_NONE;
	else if (str_equal(said, STR("excused")))
		ret->kind = DEADLINE_EXCUSED;
	else if (date_parse(said, &ret->day))
		ret->end = deadline_instant(ret->day, zone_offset, r->zone);
	else {
		return_command_refuse(r, MESSAGE_DEADLINE_BAD, said);
		return false;
	}
	return true;
}

static int set_deadline(struct return_command *r)
{
	struct org org;
	struct deadline deadline;
	uint64_t level;
	bool for_org = options_has(&r->c->options, "org");
	if (!return_command_may(r, ACT_CHANGE_CAMPAIGN, 0) || !read_deadline(r, &deadline) ||
		!context_number(r->c, "level", 0, DEADLINE_LEVELS - 1, 0, &level))
		return EXIT_FAILED;
	if (for_org == options_has(&r->c->options, "level"))
		return return_command_refuse(r, MESSAGE_DEADLINE_FOR_WHOM, STR(""));
	if (for_org && !return_command_org_code(r, options_str(&r->c->options, "org"), &org))
		return EXIT_FAILED;
	enum err err = office_begin(&r->office);
	if (err != E_OK)
		return return_command_failed(r, err);
	err = for_org ? deadline_set_org(&r->office, r->plan.campaign.key, org.id, &deadline,
				&r->actor, r->c->now)
		      : deadline_set_level(&r->office, r->plan.campaign.key, (unsigned)level,
				&deadline, &r->actor, r->c->now);
	err = office_end(&r->office, err);
	if (err == E_RANGE)
		return return_command_refuse(r, MESSAGE_DEADLINE_ORDER, STR(""));
	return err == E_OK ? EXIT_FINE : return_command_failed(r, err);
}

int command_deadline_set(struct context *context)
{
	return with_campaign(context, true, set_deadline);
}

static enum err show_deadline(void *context, const struct deadline_entry *entry)
{
	struct return_command *r = context;
	struct org org = {.code = STR("")};
	bool excused = entry->deadline.kind == DEADLINE_EXCUSED;
	if (entry->org)
		TRY(org_find(&r->office, entry->org, r->today, &r->c->arena, &org));
	if (r->c->console.json) {
		struct object o;
		object_init(&o, &r->c->console.out);
		object_open(&o, NULL);
		if (entry->org)
			object_text(&o, "org", org.code);
		else
			object_number(&o, "level", entry->level);
		object_flag(&o, "excused", excused);
		if (!excused) {
			object_date(&o, "before", entry->deadline.day);
			object_instant(&o, "late_from", entry->deadline.end);
		}
		object_close(&o);
		writer_char(&r->c->console.out, '\n');
		return E_OK;
	}
	struct str until = excused ? text(r->c->console.lang, MESSAGE_DEADLINE_EXCUSED)
				   : return_command_day(r, entry->deadline.day);
	if (entry->org)
		site_say_with(r->c, MESSAGE_DEADLINE_LINE_ORG, {STR("org"), org.code},
			{STR("day"), until});
	else
		site_say_with(r->c, MESSAGE_DEADLINE_LINE_LEVEL,
			context_number_text(r->c, "level", entry->level), {STR("day"), until});
	return E_OK;
}

static int list_deadlines(struct return_command *r)
{
	enum err err = deadline_each(&r->office, r->plan.campaign.key, show_deadline, r);
	return err == E_OK ? EXIT_FINE : return_command_failed(r, err);
}

int command_deadline_list(struct context *context)
{
	return with_campaign(context, false, list_deadlines);
}
