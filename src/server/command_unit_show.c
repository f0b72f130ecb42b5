/* SPDX-License-Identifier: Apache-2.0 */
/* The tree and one of it, as they are and were. */
#include "office/contact.h"
#include "office/org_import.h"
#include "server/command_unit.h"

/* --- list --- */

struct listing {
	struct user_desk *desk;
	struct date day;
	unsigned depth;
};

static enum err list_below(void *context, const struct org *org);

static void write_line(struct context *c, const struct org *org, unsigned depth)
{
	struct writer *w = &c->console.out;
	for (unsigned i = 0; i < depth; i++)
		writer_text(w, "  ");
	writer_printable(w, org->name[LANG_VI]);
	writer_text(w, " (");
	writer_printable(w, org->code);
	writer_text(w, ")\n");
}

static void write_days(struct writer *w, const struct org *org)
{
	site_json_date(w, "since", org->since);
	if (org->until.year)
		site_json_date(w, "until", org->until);
	else
		writer_text(w, ",\"until\":null");
}

static void write_org_json(struct writer *w, const struct org *org)
{
	site_json_str(w, "code", org->code, true);
	site_json_str(w, "name_vi", org->name[LANG_VI], false);
	site_json_str(w, "name_en", org->name[LANG_EN], false);
	site_json_str(w, "level", org->level, false);
	site_json_str(
		w, "kind", org->kind == ORG_ENTERPRISE ? STR("enterprise") : STR("agency"), false);
	site_json_str(w, "tax_code", org->tax_code, false);
	site_json_str(w, "mail", org->mail, false);
	site_json_str(w, "phone", org->phone, false);
	write_days(w, org);
}

static enum err list_one(struct listing *l, const struct org *org)
{
	struct context *c = l->desk->context;
	if (c->console.json) {
		writer_char(&c->console.out, '{');
		write_org_json(&c->console.out, org);
		site_json_number(&c->console.out, "depth", l->depth);
		writer_text(&c->console.out, "}\n");
	} else {
		write_line(c, org, l->depth);
	}
	l->depth++;
	enum err err = org_each_child(&l->desk->office, org->id, l->day, list_below, l);
	l->depth--;
	return err;
}

/* The depth is limited: LIMIT_ORG_DEPTH. */
static enum err list_below(void *context, const struct org *org)
{
	return list_one(context, org);
}

static int list(struct user_desk *d, struct date day)
{
	struct context *c = d->context;
	struct listing l = {.desk = d, .day = day};
	struct org top;
	enum err err = E_OK;
	if (c->options.word_count > 0) {
		struct str code = str_from(c->options.words[0]);
		err = org_find_code(&d->office, code, day, &c->arena, &top);
		if (err == E_NOTFOUND)
			return site_refuse(c, MESSAGE_UNIT_NONE, code);
		if (err == E_OK)
			err = list_one(&l, &top);
	} else {
		err = org_each_child(&d->office, 0, day, list_below, &l);
	}
	return err == E_OK ? EXIT_FINE : user_failed(d, err);
}

int command_unit_list(struct context *context)
{
	struct date day;
	struct user_desk d;
	if (!unit_day(context, &day) || !user_desk_open(context, false, &d))
		return EXIT_FAILED;
	int status = list(&d, day);
	user_desk_close(&d);
	return status;
}

/* --- show --- */

struct shown {
	struct user_desk *desk;
	size_t count;
};

static struct str code_of(struct shown *s, int64_t id)
{
	struct str code = STR("");
	enum err err = org_code_of(&s->desk->office, id, &s->desk->context->arena, &code);
	return err == E_OK ? code : STR("");
}

static struct str day_or_now(struct context *c, struct date day)
{
	return day.year ? site_day_text(c, day) : text(c->console.lang, MESSAGE_UNIT_STILL);
}

static enum err show_version(void *context, const struct org *org)
{
	struct shown *s = context;
	struct context *c = s->desk->context;
	struct writer *w = &c->console.out;
	struct org kept = *org;
	if (!c->console.json) {
		site_say_with(c, MESSAGE_UNIT_VERSION, {STR("since"), site_day_text(c, org->since)},
			{STR("until"), day_or_now(c, org->until)},
			{STR("name"), kept.name[LANG_VI]}, {STR("level"), kept.level},
			{STR("parent"), org->parent ? code_of(s, org->parent) : STR("–")});
		return E_OK;
	}
	writer_text(w, s->count++ ? ",{" : "{");
	write_org_json(w, &kept);
	site_json_str(w, "parent", code_of(s, org->parent), false);
	writer_char(w, '}');
	return E_OK;
}

static enum err show_successor(void *context, const struct org_successor *successor)
{
	struct shown *s = context;
	struct context *c = s->desk->context;
	struct writer *w = &c->console.out;
	struct str how = org_succession_name(successor->how);
	if (!c->console.json) {
		site_say_with(c, MESSAGE_UNIT_SUCCESSION,
			{STR("day"), site_day_text(c, successor->day)},
			{STR("from"), code_of(s, successor->from)},
			{STR("to"), code_of(s, successor->to)}, {STR("how"), how});
		return E_OK;
	}
	writer_text(w, s->count++ ? ",{" : "{");
	site_json_str(w, "from", code_of(s, successor->from), true);
	site_json_str(w, "to", code_of(s, successor->to), false);
	site_json_date(w, "day", successor->day);
	site_json_str(w, "how", how, false);
	writer_char(w, '}');
	return E_OK;
}

static enum err show_network(void *context, struct prefix prefix)
{
	struct shown *s = context;
	struct context *c = s->desk->context;
	struct writer w;
	writer_init(&w, 128);
	writer_prefix(&w, prefix);
	if (c->console.json) {
		writer_text(&c->console.out, s->count++ ? "," : "");
		writer_json(&c->console.out, writer_view_str(&w));
	} else {
		site_say_with(c, MESSAGE_UNIT_NETWORK, {STR("prefix"), writer_view_str(&w)});
	}
	writer_release(&w);
	return E_OK;
}

static void show_contact(struct context *c, const struct contact *contact)
{
	struct writer *w = &c->console.out;
	if (!c->console.json) {
		site_say_with(c, MESSAGE_UNIT_CONTACT_LINE, {STR("name"), contact->name},
			{STR("phone"), contact->phone}, {STR("mail"), contact->mail});
		return;
	}
	writer_text(w, ",\"contact\":{");
	site_json_str(w, "name", contact->name, true);
	site_json_str(w, "phone", contact->phone, false);
	site_json_str(w, "mail", contact->mail, false);
	writer_char(w, '}');
}

static void begin_list(struct shown *s, const char *key)
{
	if (s->desk->context->console.json)
		writer_text(&s->desk->context->console.out, key);
	s->count = 0;
}

static enum err show_all(struct shown *s, int64_t id)
{
	struct context *c = s->desk->context;
	struct office *o = &s->desk->office;
	struct contact contact;
	begin_list(s, "{\"versions\":[");
	TRY(org_each_version(o, id, show_version, s));
	begin_list(s, "],\"successions\":[");
	TRY(org_each_successor(o, id, show_successor, s));
	begin_list(s, "],\"networks\":[");
	TRY(org_each_network(o, id, show_network, s));
	begin_list(s, "]");
	enum err err =
		contact_get(o, options_str(&c->options, "campaign"), id, &c->arena, &contact);
	if (err == E_OK)
		show_contact(c, &contact);
	if (c->console.json)
		writer_text(&c->console.out, "}\n");
	return err == E_NOTFOUND ? E_OK : err;
}

int command_unit_show(struct context *context)
{
	int64_t id;
	struct user_desk d;
	struct shown s = {.desk = &d};
	int status = EXIT_FAILED;
	if (!user_desk_open(context, false, &d))
		return EXIT_FAILED;
	if (unit_id(&d, context->options.words[0], &id)) {
		enum err err = show_all(&s, id);
		status = err == E_OK ? EXIT_FINE : user_failed(&d, err);
	}
	user_desk_close(&d);
	return status;
}
