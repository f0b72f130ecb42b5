/* SPDX-License-Identifier: Apache-2.0 */
/* Forms on what belongs to an organisation: its contact point, its networks. */
#include "desk/units.h"
#include "office/contact.h"

/* Ends the change and shows the org, or says what is wrong and is false. */
static bool finish(struct desk_request *r, int64_t id, const char *behind, enum err err,
	const struct problem *problem, struct desk_problems *problems)
{
	err = desk_end(r, err);
	if (err == E_OK) {
		desk_redirect(r, desk_unit_path(r, id, behind), MESSAGE_DESK_SAVED);
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

/* --- contact point --- */

static void show_contact(struct desk_request *r, const struct org *org,
	const struct contact *contact, const struct desk_problems *problems)
{
	struct desk_page p;
	struct desk_head head = head_of(r, org, MESSAGE_DESK_UNITS_CONTACT);
	const struct desk_input name = {.name = "name",
		.label = text(r->lang, MESSAGE_DESK_UNITS_PERSON),
		.value = contact->name,
		.optional = true};
	const struct desk_input phone = {.name = "phone",
		.label = text(r->lang, MESSAGE_DESK_UNITS_PHONE),
		.value = contact->phone,
		.type = "tel",
		.optional = true};
	const struct desk_input mail = {.name = "mail",
		.label = text(r->lang, MESSAGE_DESK_UNITS_MAIL),
		.value = contact->mail,
		.type = "email",
		.optional = true};
	desk_page_begin(&p, r, &head, problems);
	desk_say(&p, "p", "lead", MESSAGE_DESK_UNITS_CONTACT_LEAD);
	desk_form_open(&p, "card", desk_unit_path(r, org->id, "/contact"));
	desk_input(&p, &name);
	desk_input(&p, &phone);
	desk_input(&p, &mail);
	desk_button(&p, NULL, NULL, STR(""), MESSAGE_DESK_SAVE);
	desk_form_close(&p);
	desk_page_end(&p);
}

static bool save_contact(struct desk_request *r, const struct org *org,
	const struct contact *contact, struct desk_problems *problems)
{
	struct problem problem = {0};
	const struct audit_entry by = actor_entry(r->actor, r->now, "contact.put");
	if (!desk_begin(r))
		return true;
	enum err err = contact_put(r->office, STR(""), org->id, contact, &by, &problem);
	return finish(r, org->id, "", err, &problem, problems);
}

void desk_unit_contact(struct desk_request *r)
{
	struct org org;
	struct contact contact = {0};
	struct desk_problems problems = {.count = 0};
	if (!desk_unit_find(r, ACT_CHANGE_ORG, &org))
		return;
	if (r->posted) {
		contact = (struct contact){
			desk_field(r, "name"), desk_field(r, "phone"), desk_field(r, "mail")};
		if (save_contact(r, &org, &contact, &problems))
			return;
	} else {
		enum err err = contact_get(r->office, STR(""), org.id, r->arena, &contact);
		if (err != E_OK && err != E_NOTFOUND) {
			desk_failed(r, err);
			return;
		}
	}
	show_contact(r, &org, &contact, &problems);
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
