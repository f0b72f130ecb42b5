/* SPDX-License-Identifier: Apache-2.0 */
/* Returns: who has sent what, judged, added up. */
#include "server/command_return.h"

#include "format/json_object.h"
#include "office/form.h"
#include "server/command_site.h"
#include "server/context_actor.h"
#include "server/mail_house.h"
#include "server/zone.h"
#include "store/plan.h"

/* --- what they share --- */

static bool find_campaign(struct return_command *r, struct str key)
{
	struct store *store;
	if (!context_store(r->c, STORE_READ, &store))
		return false;
	enum err err = store_find_plan(store, key, &r->c->arena, &r->plan);
	if (err == E_OK)
		err = returns_organiser(store, r->c->console.lang, &r->c->arena, &r->organiser);
	if (err == E_NOTFOUND)
		site_refuse(r->c, MESSAGE_PLAN_NO_CAMPAIGN, key);
	else if (err != E_OK)
		context_store_failed(r->c, store, err);
	store_close(store);
	return err == E_OK;
}

bool return_command_begin(struct return_command *r, struct context *c, bool write)
{
	const char *folder = context_folder(c);
	*r = (struct return_command){.c = c, .office = {.folder = -1}};
	if (!folder || !find_campaign(r, str_from(c->options.words[0])))
		return false;
	r->zone = zone_load(r->plan.campaign.zone);
	r->today = instant_date((struct instant){c->now.seconds + zone_offset(r->zone, c->now)});
	enum err err = office_open(&r->office, folder, write);
	if (err == E_NOTFOUND)
		err = office_open(&r->office, folder, true);
	if (err != E_OK)
		context_folder_failed(c, folder, err);
	if (err == E_OK)
		err = return_line(&r->office, r->plan.campaign.key, &r->line);
	return err == E_OK && context_actor(c, &r->office, &r->actor);
}

bool return_command_may(struct return_command *r, enum act act, int64_t org)
{
	enum err err = actor_may(&r->office, &r->actor, act, r->line, org);
	if (err == E_NOTFOUND || err == E_DENIED)
		return_command_refuse(r, MESSAGE_RETURN_NOT_YOURS, STR(""));
	else if (err != E_OK)
		return_command_failed(r, err);
	return err == E_OK;
}

void return_command_end(struct return_command *r)
{
	office_close(&r->office);
	zone_free(r->zone);
	r->zone = NULL;
}

bool return_command_org_code(struct return_command *r, struct str code, struct org *ret_org)
{
	enum err err = org_find_code(&r->office, code, r->today, &r->c->arena, ret_org);
	if (err == E_NOTFOUND)
		return_command_refuse(r, MESSAGE_RETURN_NO_ORG, code);
	else if (err != E_OK)
		return_command_failed(r, err);
	return err == E_OK;
}

bool return_command_org(struct return_command *r, size_t nth, struct org *ret_org)
{
	return return_command_org_code(r, str_from(r->c->options.words[nth]), ret_org);
}

int return_command_refuse(struct return_command *r, enum message message, struct str got)
{
	console_say_with(&r->c->console, message, {STR("got"), got});
	return EXIT_FAILED;
}

int return_command_failed(struct return_command *r, enum err err)
{
	static const struct {
		enum err err;
		enum message message;
	} words[] = {
		{E_DENIED, MESSAGE_RETURN_NOT_FROM_THERE},
		{E_EXISTS, MESSAGE_RETURN_CHANGED},
		{E_AMBIGUOUS, MESSAGE_RETURN_UNCONFIRMED},
		{E_NOTFOUND, MESSAGE_RETURN_NOTHING_THERE},
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].err == err)
			return return_command_refuse(r, words[i].message, STR(""));
	struct str complaint = office_complaint(&r->office);
	return context_failed(r->c, complaint, err);
}

struct str return_command_day(struct return_command *r, struct date day)
{
	return day.year > 0 ? site_day_text(r->c, day) : STR("–");
}

/* --- list --- */

static struct text_arg number_arg(struct return_command *r, const char *name, uint64_t value)
{
	return context_number_text(r->c, name, value);
}

static void write_unit(struct writer *w, const struct level_unit *u)
{
	struct object object;
	object_init(&object, w);
	object_open(&object, NULL);
	object_text(&object, "code", u->code);
	object_texts(&object, "name", u->name);
	object_number(&object, "depth", u->depth);
	object_text(&object, "state", return_state_name(u->head.state));
	object_text(&object, "timing", return_timing_name(u->timing));
	if (u->deadline.kind == DEADLINE_DAY)
		object_date(&object, "before", u->deadline.day);
	if (u->head.received.seconds > 0)
		object_instant(&object, "received", u->head.received);
	if (u->head.first_submitted.seconds > 0) {
		object_instant(&object, "first_submitted", u->head.first_submitted);
		object_instant(&object, "submitted", u->head.submitted);
	}
	object_number(&object, "versions", (uint64_t)u->head.versions);
	object_text_if_any(&object, "reason", u->head.reason);
	object_close(&object);
	writer_char(w, '\n');
}

static struct str state_words(struct return_command *r, const struct level_unit *u)
{
	static const enum message states[] = {
		[RETURN_NONE] = MESSAGE_RETURN_STATE_UNOPENED,
		[RETURN_DRAFT] = MESSAGE_RETURN_STATE_DRAFT,
		[RETURN_SUBMITTED] = MESSAGE_RETURN_STATE_SUBMITTED,
		[RETURN_SENT_BACK] = MESSAGE_RETURN_STATE_SENT_BACK,
		[RETURN_ACCEPTED] = MESSAGE_RETURN_STATE_ACCEPTED,
	};
	return text(r->c->console.lang, states[u->head.state]);
}

static struct str timing_words(struct return_command *r, const struct level_unit *u)
{
	static const enum message timings[] = {
		[TIMING_NOT_DUE] = MESSAGE_RETURN_TIMING_NOT_DUE,
		[TIMING_ON_TIME] = MESSAGE_RETURN_TIMING_ON_TIME,
		[TIMING_LATE] = MESSAGE_RETURN_TIMING_LATE,
		[TIMING_OVERDUE] = MESSAGE_RETURN_TIMING_OVERDUE,
	};
	return text(r->c->console.lang, timings[u->timing]);
}

static enum err show_unit(void *context, const struct level_unit *u)
{
	struct return_command *r = context;
	if (r->c->console.json) {
		write_unit(&r->c->console.out, u);
		return E_OK;
	}
	site_say_with(r->c, MESSAGE_RETURN_LINE, {STR("code"), u->code},
		{STR("name"), returns_name(u->name, r->c->console.lang)},
		{STR("state"), state_words(r, u)}, {STR("timing"), timing_words(r, u)},
		{STR("day"), return_command_day(r, u->deadline.day)});
	return E_OK;
}

static bool read_choice(struct return_command *r, enum level_choice *ret_choice)
{
	struct str got = options_str(&r->c->options, "state");
	*ret_choice = LEVEL_ALL;
	if (got.size == 0 || level_choice_parse(got, ret_choice))
		return true;
	console_say_with(&r->c->console, MESSAGE_CLI_BAD_VALUE, {STR("option"), STR("state")},
		{STR("got"), got},
		{STR("allowed"), STR("all|overdue|late|unopened|waiting|sent-back")});
	return false;
}

/* The organisation of the second argument; 0 where none is named: everything. */
static bool read_level_org(struct return_command *r, int64_t *ret_org)
{
	struct org org;
	*ret_org = 0;
	if (r->c->options.word_count < 2)
		return true;
	if (!return_command_org(r, 1, &org))
		return false;
	*ret_org = org.id;
	return true;
}

static int list(struct return_command *r)
{
	enum level_choice choice;
	int64_t org;
	if (!read_choice(r, &choice) || !read_level_org(r, &org) ||
		!return_command_may(r, ACT_SEE_ROLL_UP, org))
		return EXIT_FAILED;
	enum err err = level_each_unit(
		&r->office, r->plan.campaign.key, org, false, choice, r->c->now, show_unit, r);
	return err == E_OK ? EXIT_FINE : return_command_failed(r, err);
}

static int with_campaign(struct context *context, bool write, int (*run)(struct return_command *r))
{
	struct return_command r;
	int status = return_command_begin(&r, context, write) ? run(&r) : EXIT_FAILED;
	return_command_end(&r);
	return status;
}

int command_return_list(struct context *context)
{
	return with_campaign(context, false, list);
}

/* --- show --- */

static enum err write_event(void *context, const struct return_event *event)
{
	struct object *object = context;
	object_open(object, NULL);
	object_instant(object, "at", event->at);
	object_text(object, "actor", event->actor);
	object_text(object, "what", event->what);
	object_number(object, "version", (uint64_t)event->version);
	object_flag(object, "on_behalf", event->on_behalf);
	object_text_if_any(object, "text", event->text);
	object_close(object);
	return E_OK;
}

static void write_answers(
	struct object *object, const struct return_form *form, const struct return_content *content)
{
	object_open_array(object, "rows");
	for (size_t i = 0; i < form->row_count; i++) {
		uint64_t number;
		object_open(object, NULL);
		object_text(object, "key", form->rows[i].key);
		if (form->rows[i].type == ROW_NUMBER &&
			answer_number(&content->answers[i], &number))
			object_number(object, "number", number);
		object_text(object, "value", content->answers[i].value);
		object_text_if_any(object, "note", content->answers[i].note);
		object_close(object);
	}
	object_close_array(object);
	object_open(object, "paper");
	object_text_if_any(object, "number", content->paper.number);
	object_text_if_any(object, "symbol", content->paper.symbol);
	object_text_if_any(object, "signer", content->paper.signer);
	if (content->paper.day.year > 0)
		object_date(object, "day", content->paper.day);
	object_close(object);
	object_open_array(object, "attachments");
	for (size_t i = 0; i < content->attachment_count; i++) {
		const struct attachment *a = &content->attachments[i];
		object_open(object, NULL);
		object_text(object, "name", a->name);
		object_text(object, "sha256", a->sha256);
		object_number(object, "size", a->size);
		object_flag(object, "scanned", a->look == ATTACHMENT_CLEAN);
		object_close(object);
	}
	object_close_array(object);
}

static enum err show_json(struct return_command *r, const struct return_head *head,
	const struct return_form *form, const struct return_content *content, struct str code)
{
	struct object object;
	object_init(&object, &r->c->console.out);
	object_open(&object, NULL);
	object_text(&object, "campaign", head->campaign);
	object_text(&object, "org", code);
	object_text(&object, "state", return_state_name(head->state));
	object_number(&object, "form", (uint64_t)content->form);
	object_number(&object, "versions", (uint64_t)head->versions);
	object_flag(&object, "in_work", head->in_work);
	write_answers(&object, form, content);
	object_open_array(&object, "history");
	TRY(return_each_event(&r->office, head->id, write_event, &object));
	object_close_array(&object);
	object_close(&object);
	writer_char(&r->c->console.out, '\n');
	return E_OK;
}

static void show_rows(struct return_command *r, const struct return_form *form,
	const struct return_content *content)
{
	for (size_t i = 0; i < form->row_count; i++)
		site_say_with(r->c, MESSAGE_RETURN_ROW,
			{STR("label"), form->rows[i].label[r->c->console.lang]},
			{STR("value"), content->answers[i].value.size > 0
					       ? content->answers[i].value
					       : STR("–")},
			{STR("note"), content->answers[i].note});
}

static enum err show_event(void *context, const struct return_event *event)
{
	struct return_command *r = context;
	struct writer time;
	writer_init(&time, 64);
	text_time(&time, r->c->console.lang, r->zone, event->at);
	site_say_with(r->c, MESSAGE_RETURN_EVENT, {STR("time"), writer_view_str(&time)},
		{STR("actor"), event->actor}, {STR("what"), event->what},
		{STR("text"), event->text});
	writer_release(&time);
	return E_OK;
}

static int show(struct return_command *r)
{
	struct org org;
	struct return_head head;
	struct return_content content;
	struct return_form form;
	int64_t form_version;
	uint64_t version;
	if (!return_command_org(r, 1, &org) || !return_command_may(r, ACT_SEE_RETURN, org.id) ||
		!context_number(r->c, "number", 1, UINT32_MAX, 0, &version))
		return EXIT_FAILED;
	enum err err = return_find(&r->office, r->plan.campaign.key, org.id, &r->c->arena, &head);
	if (err == E_OK)
		err = return_load(&r->office, &head, (int64_t)version, &r->c->arena, &content);
	if (err == E_OK)
		err = form_load(&r->office, head.campaign, content.form, &r->c->arena, &form,
			&form_version);
	if (err == E_OK && r->c->console.json)
		err = show_json(r, &head, &form, &content, org.code);
	else if (err == E_OK) {
		show_rows(r, &form, &content);
		err = return_each_event(&r->office, head.id, show_event, r);
	}
	return err == E_OK ? EXIT_FINE : return_command_failed(r, err);
}

int command_return_show(struct context *context)
{
	return with_campaign(context, false, show);
}

/* --- judge --- */

static bool load_house(struct return_command *r, struct notice_house *ret_house)
{
	struct store *store;
	struct mail_address from;
	if (!context_store(r->c, STORE_READ, &store))
		return false;
	bool fine = mail_house_load(r->c, store, ret_house, &from);
	store_close(store);
	return fine;
}

/* The mail about it; the clerk hands it on. */
static enum err tell(struct return_command *r, const struct notice_house *house,
	const struct return_head *head, bool accept, struct str why)
{
	const struct campaign *c = &r->plan.campaign;
	const struct notice_campaign campaign = {
		c->key, {c->name[LANG_VI], c->name[LANG_EN]}, c->begins};
	return notice_judged(&r->office, house, &campaign, head->org, head->versions, accept,
		str_trim(why), r->c->now, &r->c->arena);
}

static int judge(struct return_command *r, bool accept)
{
	struct notice_house house;
	struct org org;
	struct return_head head;
	struct str why = options_str(&r->c->options, "why");
	if (!return_command_org(r, 1, &org))
		return EXIT_FAILED;
	if (!return_command_may(r, ACT_JUDGE_RETURN, org.id))
		return EXIT_FAILED;
	if (!accept && str_trim(why).size == 0)
		return return_command_refuse(r, MESSAGE_RETURN_NEEDS_REASON, STR(""));
	enum err err = return_find(&r->office, r->plan.campaign.key, org.id, &r->c->arena, &head);
	if (err != E_OK)
		return return_command_failed(r, err);
	if (!load_house(r, &house))
		return EXIT_FAILED;
	err = office_begin(&r->office);
	if (err != E_OK)
		return return_command_failed(r, err);
	err = accept ? return_accept(&r->office, &head, head.versions, &r->actor, r->c->now)
		     : return_send_back(
			       &r->office, &head, head.versions, why, &r->actor, r->c->now);
	if (err == E_OK)
		err = tell(r, &house, &head, accept, why);
	err = office_end(&r->office, err);
	return err == E_OK ? EXIT_FINE : return_command_failed(r, err);
}

static int accept_return(struct return_command *r)
{
	return judge(r, true);
}

static int send_back(struct return_command *r)
{
	return judge(r, false);
}

int command_return_accept(struct context *context)
{
	return with_campaign(context, true, accept_return);
}

int command_return_send_back(struct context *context)
{
	return with_campaign(context, true, send_back);
}

/* --- roll-up --- */

static void write_counts(struct object *o, const struct level_counts *c)
{
	object_number(o, "expected", c->expected);
	object_number(o, "reported", level_reported(c));
	object_number(o, "on_time", c->on_time);
	object_number(o, "late", c->late);
	object_number(o, "waiting", c->submitted);
	object_number(o, "accepted", c->accepted);
	object_number(o, "sent_back", c->sent_back);
	object_number(o, "draft", c->draft);
	object_number(o, "unopened", c->unopened);
	object_number(o, "overdue", c->overdue);
	object_number(o, "received", c->received);
	object_number(o, "excused", c->excused);
}

static void write_sums(struct object *o, const struct return_form *form,
	const struct level_sum *sums, bool distinct)
{
	object_open_array(o, "sums");
	for (size_t i = 0; i < form->row_count; i++) {
		if (!form->rows[i].summed)
			continue;
		object_open(o, NULL);
		object_text(o, "row", form->rows[i].key);
		object_number(o, "sum", sums[i].sum);
		object_number(o, "units", sums[i].units);
		object_number(o, "listed_units", sums[i].listed_units);
		object_number(o, "listed_sum", sums[i].listed_sum);
		if (distinct && sums[i].listed_units > 0)
			object_number(o, "distinct", sums[i].distinct);
		object_close(o);
	}
	object_close_array(o);
}

static void rollup_json(
	struct return_command *r, const struct return_form *form, const struct level *level)
{
	struct object o;
	object_init(&o, &r->c->console.out);
	object_open(&o, NULL);
	object_text(&o, "campaign", level->campaign);
	write_counts(&o, &level->counts);
	write_sums(&o, form, level->sums, true);
	object_open_array(&o, "children");
	for (size_t i = 0; i < level->child_count; i++) {
		object_open(&o, NULL);
		object_text(&o, "code", level->children[i].code);
		object_texts(&o, "name", level->children[i].name);
		write_counts(&o, &level->children[i].counts);
		write_sums(&o, form, level->children[i].sums, false);
		object_close(&o);
	}
	object_close_array(&o);
	object_close(&o);
	writer_char(&r->c->console.out, '\n');
}

static void rollup_words(
	struct return_command *r, const struct return_form *form, const struct level *level)
{
	const struct level_counts *c = &level->counts;
	site_say_with(r->c, MESSAGE_RETURN_ROLLUP_LINE,
		number_arg(r, "reported", level_reported(c)),
		number_arg(r, "expected", c->expected), number_arg(r, "late", c->late),
		number_arg(r, "overdue", c->overdue), number_arg(r, "unopened", c->unopened));
	for (size_t i = 0; i < form->row_count; i++)
		if (form->rows[i].summed)
			site_say_with(r->c, MESSAGE_RETURN_ROLLUP_SUM,
				{STR("label"), form->rows[i].label[r->c->console.lang]},
				number_arg(r, "sum", level->sums[i].sum),
				number_arg(r, "units", level->sums[i].units),
				number_arg(r, "expected", c->expected));
}

static int roll_up(struct return_command *r)
{
	int64_t org;
	struct return_form form;
	struct level level;
	int64_t version;
	if (!read_level_org(r, &org) || !return_command_may(r, ACT_SEE_ROLL_UP, org))
		return EXIT_FAILED;
	enum err err =
		form_load(&r->office, r->plan.campaign.key, -1, &r->c->arena, &form, &version);
	if (err == E_OK)
		err = level_read(&r->office, r->plan.campaign.key, org, &form, version, r->c->now,
			&r->c->arena, &level);
	if (err != E_OK)
		return return_command_failed(r, err);
	if (r->c->console.json)
		rollup_json(r, &form, &level);
	else
		rollup_words(r, &form, &level);
	return EXIT_FINE;
}

int command_return_roll_up(struct context *context)
{
	return with_campaign(context, false, roll_up);
}
