/* SPDX-License-Identifier: Apache-2.0 */
/* Forms on what belongs to an organisation: its contact point, its networks. */
#include "desk/units.h"
#include "office/contact.h"
#include "store/site_content.h"

enum {
	CAMPAIGNS = 100 /* to choose from */
};

/* Ends the change and shows the org, or says what is wrong and is false. */
static bool finish(struct desk_request *r, int64_t id, const char *behind, enum err err,
	const struct problem *problem, struct desk_problems *problems)
{
	err = desk_end(r, err);
	if (err == E_OK) {
		desk_redirect(r, desk_unit_path(r, id, behind), MESSAGE_DESK_SAVED);
	} else if (err == E_EXISTS) {
		desk_problem_add(r, problems, "", MESSAGE_DESK_UNITS_CHANGED_BETWEEN);
		return false;
	} else if (err == E_SYNTAX && problem->code != PROBLEM_NONE) {
		desk_unit_wrong(r, problems, problem);
		return false;
	} else {
		desk_failed(r, err);
	}
	return true;
}

static struct desk_head head_of(struct desk_request *r, const struct org *org, enum message title)
{
	struct desk_head head = {.place = DESK_PLACE_ORGS, .title = text(r->lang, title)};
	desk_unit_way(r, org, true, &head);
	return head;
}

/* --- contact points --- */

struct contact_form {
	struct org org;
	struct str campaign; /* empty: whatever the campaign */
	struct contact contact;
	struct str mark; /* of what is so now */
};

struct campaigns {
	struct desk_request *r;
	struct desk_option options[CAMPAIGNS + 1];
	size_t count;
	struct str asked;
	bool found;
};

static void take_campaign(void *context, const struct campaign *campaign)
{
	struct campaigns *c = context;
	struct str name = campaign->name[c->r->lang];
	struct str key = arena_copy(c->r->arena, campaign->key);
	name = arena_copy(c->r->arena, name.size > 0 ? name : campaign->name[LANG_VI]);
	c->found = c->found || str_equal(key, c->asked);
	if (key.data && name.data && c->count <= CAMPAIGNS)
		c->options[c->count++] = (struct desk_option){key, name, STR("")};
}

/* False: it has been answered; of a campaign that there is none of as not found. */
static bool find_campaigns(struct desk_request *r, struct campaigns *c)
{
	struct store *store = desk_store(r);
	if (!store)
		return false;
	c->r = r;
	c->asked = desk_argument(r, "campaign");
	c->found = c->asked.size == 0;
	c->options[c->count++] = (struct desk_option){
		STR(""), text(r->lang, MESSAGE_DESK_UNITS_EVERY_CAMPAIGN), STR("")};
	enum err err = store_each_campaign(store, take_campaign, c);
	if (err != E_OK)
		desk_failed(r, err);
	else if (!c->found)
		desk_not_found(r);
	return err == E_OK && c->found;
}

struct contact_there {
	struct desk_request *r;
	struct str campaign;
	struct contact contact;
};

static enum err take_contact(void *context, struct str campaign, const struct contact *contact)
{
	struct contact_there *there = context;
	struct arena *arena = there->r->arena;
	if (!str_equal(campaign, there->campaign))
		return E_OK;
	there->contact = (struct contact){arena_copy(arena, contact->name),
		arena_copy(arena, contact->phone), arena_copy(arena, contact->mail)};
	return E_OK;
}

/* That of the campaign itself: what is for any does not stand in for it here. */
static enum err find_contact(
	struct desk_request *r, const struct contact_form *f, struct contact *ret_contact)
{
	struct contact_there there = {r, f->campaign, {STR(""), STR(""), STR("")}};
	TRY(contact_each(r->office, f->org.id, take_contact, &there));
	*ret_contact = there.contact;
	return E_OK;
}

static void write_contact_fields(struct desk_page *p, const struct contact *contact)
{
	const struct desk_input inputs[] = {
		{.name = "name",
			.label = text(p->lang, MESSAGE_DESK_UNITS_PERSON),
			.value = contact->name,
			.optional = true},
		{.name = "phone",
			.label = text(p->lang, MESSAGE_DESK_UNITS_PHONE),
			.value = contact->phone,
			.type = "tel",
			.optional = true},
		{.name = "mail",
			.label = text(p->lang, MESSAGE_DESK_UNITS_MAIL),
			.value = contact->mail,
			.type = "email",
			.optional = true},
	};
	for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++)
		desk_input(p, &inputs[i]);
}

static struct str contact_path(struct desk_request *r, const struct contact_form *f)
{
	return desk_text(r, "orgs/%lld/contact%s%.*s", (long long)f->org.id,
		f->campaign.size > 0 ? "?campaign=" : "", STR_ARG(f->campaign));
}

static void write_choice(
	struct desk_page *p, const struct contact_form *f, const struct campaigns *campaigns)
{
	const struct desk_input input = {.name = "campaign",
		.label = text(p->lang, MESSAGE_DESK_UNITS_CONTACT_FOR),
		.value = f->campaign};
	if (campaigns->count < 2)
		return;
	desk_form_open_get(p, "choose", desk_unit_path(p->r, f->org.id, "/contact"));
	desk_select(p, &input, campaigns->options, campaigns->count);
	desk_button(p, "quiet", NULL, STR(""), MESSAGE_DESK_UNITS_CHOOSE);
	desk_form_close(p);
}

static void show_contact(struct desk_request *r, const struct contact_form *f,
	const struct campaigns *campaigns, const struct desk_problems *problems)
{
	struct desk_page p;
	struct desk_head head = head_of(r, &f->org, MESSAGE_DESK_UNITS_CONTACT);
	desk_page_begin(&p, r, &head, problems);
	desk_say(&p, "p", "lead", MESSAGE_DESK_UNITS_CONTACT_LEAD);
	write_choice(&p, f, campaigns);
	desk_form_open(&p, "card", contact_path(r, f));
	desk_hidden(&p, "mark", f->mark);
	write_contact_fields(&p, &f->contact);
	desk_button(&p, NULL, NULL, STR(""), MESSAGE_DESK_SAVE);
	desk_form_close(&p);
	desk_page_end(&p);
}

/* What the form was made from is still so. Asked within the transaction. */
static enum err put_contact(struct desk_request *r, struct contact_form *f, struct problem *problem)
{
	struct contact now;
	const struct audit_entry by = actor_entry(r->actor, r->now, "contact.put");
	TRY(find_contact(r, f, &now));
	f->mark = desk_unit_mark(r, NULL, 0, &now);
	if (!str_equal(f->mark, desk_field(r, "mark")))
		return E_EXISTS;
	return contact_put(r->office, f->campaign, f->org.id, &f->contact, &by, problem);
}

static bool save_contact(
	struct desk_request *r, struct contact_form *f, struct desk_problems *problems)
{
	struct problem problem = {0};
	f->contact = (struct contact){
		desk_field(r, "name"), desk_field(r, "phone"), desk_field(r, "mail")};
	if (!desk_begin(r))
		return true;
	return finish(r, f->org.id, "", put_contact(r, f, &problem), &problem, problems);
}

void desk_unit_contact(struct desk_request *r)
{
	struct contact_form f = {.campaign = desk_argument(r, "campaign")};
	struct campaigns campaigns = {.count = 0};
	struct desk_problems problems = {.count = 0};
	if (!desk_unit_find(r, ACT_CHANGE_ORG, &f.org) || !find_campaigns(r, &campaigns))
		return;
	enum err err = find_contact(r, &f, &f.contact);
	if (err != E_OK) {
		desk_failed(r, err);
		return;
	}
	f.mark = desk_unit_mark(r, NULL, 0, &f.contact);
	if (r->posted && save_contact(r, &f, &problems))
		return;
	show_contact(r, &f, &campaigns, &problems);
}

/* --- networks --- */

struct networks {
	struct desk_page *page;
	struct str path;
};

static enum err write_network(void *context, struct prefix prefix)
{
	struct networks *n = context;
	struct desk_page *p = n->page;
	struct writer w;
	writer_init(&w, 128);
	writer_prefix(&w, prefix);
	struct str words = arena_copy(p->r->arena, writer_view_str(&w));
	writer_release(&w);
	html_open(&p->html, "li");
	desk_form_open(p, "single", n->path);
	html_text(&p->html, words);
	desk_button(p, "quiet", "remove", words, MESSAGE_DESK_UNITS_REMOVE);
	desk_form_close(p);
	html_close(&p->html, "li");
	return words.data ? E_OK : E_NOMEM;
}

static void show_networks(struct desk_request *r, const struct org *org, struct str prefix,
	const struct desk_problems *problems)
{
	struct desk_page p;
	struct desk_head head = head_of(r, org, MESSAGE_DESK_UNITS_NETWORKS);
	struct networks n = {&p, desk_unit_path(r, org->id, "/networks")};
	const struct desk_input input = {.name = "prefix",
		.label = text(r->lang, MESSAGE_DESK_UNITS_PREFIX),
		.hint = text(r->lang, MESSAGE_DESK_UNITS_PREFIX_HINT),
		.value = prefix,
		.width = 40};
	desk_page_begin(&p, r, &head, problems);
	desk_say(&p, "p", "lead", MESSAGE_DESK_UNITS_NETWORKS_HINT);
	html_open_class(&p.html, "ul", "plain-list");
	enum err err = org_each_network(r->office, org->id, write_network, &n);
	html_close(&p.html, "ul");
	(void)err; /* the form below still works */
	desk_form_open(&p, "card", n.path);
	desk_input(&p, &input);
	desk_button(&p, NULL, NULL, STR(""), MESSAGE_DESK_UNITS_NETWORK_ADD);
	desk_form_close(&p);
	desk_page_end(&p);
}

static bool save_network(
	struct desk_request *r, const struct org *org, struct desk_problems *problems)
{
	struct prefix prefix;
	struct problem problem = {0};
	struct str removed = desk_field(r, "remove");
	struct str given = removed.size > 0 ? removed : desk_field(r, "prefix");
	const struct audit_entry by = actor_entry(r->actor, r->now, "org.network");
	if (!prefix_parse(given, &prefix)) {
		problem_set(&problem, PROBLEM_BAD_PREFIX, STR("prefix"), given);
		desk_unit_wrong(r, problems, &problem);
		return false;
	}
	if (!desk_begin(r))
		return true;
	enum err err = removed.size > 0 ? org_network_remove(r->office, org->id, prefix, &by)
					: org_network_put(r->office, org->id, prefix, &by);
	/* Gone already: somebody else was faster. */
	return finish(r, org->id, "/networks", err == E_NOTFOUND ? E_OK : err, &problem, problems);
}

void desk_unit_networks(struct desk_request *r)
{
	struct org org;
	struct desk_problems problems = {.count = 0};
	if (!desk_unit_find(r, ACT_CHANGE_ORG, &org))
		return;
	if (r->posted && save_network(r, &org, &problems))
		return;
	show_networks(r, &org, desk_field(r, "prefix"), &problems);
}
