/* SPDX-License-Identifier: Apache-2.0 */
#include "office/org.h"
#include "server/command_user.h"
#include "server/context_actor.h"

enum {
	NAME_BYTES = 128,
	LINK_BYTES = 2048
};

/* The catalogue says where the site is, and that this is a data folder at all. */
static bool read_address(struct context *c, struct str *ret_address)
{
	struct store *store;
	struct site_identity identity;
	if (!context_store(c, STORE_READ, &store))
		return false;
	enum err err = site_identity_load(store, &c->arena, &identity);
	if (err == E_OK)
		*ret_address = identity.address;
	else
		context_store_failed(c, store, err);
	store_close(store);
	return err == E_OK;
}

bool user_desk_open(struct context *context, bool write, struct user_desk *ret_desk)
{
	struct user_desk d = {.context = context, .address = STR("")};
	const char *folder = context_folder(context);
	if (!folder || !read_address(context, &d.address))
		return false;
	enum err err = office_open(&d.office, folder, write);
	if (err != E_OK) {
		if (err == E_NOTFOUND)
			site_refuse(context, MESSAGE_USER_NO_OFFICE, str_from(folder));
		else
			context_failed(context, str_from(folder), err);
		return false;
	}
	if (!context_actor(context, &d.office, &d.machine)) {
		office_close(&d.office);
		return false;
	}
	*ret_desk = d;
	return true;
}

void user_desk_close(struct user_desk *d)
{
	office_close(&d->office);
}

int user_failed(struct user_desk *d, enum err err)
{
	return context_failed(d->context, office_complaint(&d->office), err);
}

bool user_find(struct user_desk *d, struct account *ret_account)
{
	struct str mail = str_from(d->context->options.words[0]);
	enum err err = account_find_mail(&d->office, mail, &d->context->arena, ret_account);
	if (err == E_NOTFOUND)
		site_refuse(d->context, MESSAGE_USER_UNKNOWN, mail);
	else if (err != E_OK)
		user_failed(d, err);
	return err == E_OK;
}

bool user_org(struct user_desk *d, int64_t *ret_org)
{
	struct org org;
	struct str code = options_str(&d->context->options, "org");
	if (code.size == 0) {
		*ret_org = 0;
		return true;
	}
	enum err err = org_find_code(
		&d->office, code, instant_date(d->context->now), &d->context->arena, &org);
	if (err == E_NOTFOUND)
		site_refuse(d->context, MESSAGE_USER_NO_SUCH_ORG, code);
	else if (err != E_OK)
		user_failed(d, err);
	else
		*ret_org = org.id;
	return err == E_OK;
}

struct str user_org_code(struct user_desk *d, int64_t org)
{
	struct org found;
	struct writer w;
	if (org == 0)
		return STR("");
	if (org_find(&d->office, org, instant_date(d->context->now), &d->context->arena, &found) ==
		E_OK)
		return found.code;
	writer_init(&w, NAME_BYTES);
	writer_char(&w, '#');
	writer_decimal(&w, (uint64_t)org);
	struct str code = arena_copy(&d->context->arena, writer_view_str(&w));
	writer_release(&w);
	return code;
}

/* --- links --- */

static void write_link(struct writer *w, const struct user_desk *d, const struct account *account,
	const struct token *token)
{
	writer_str(w, d->address);
	writer_text(w, "/desk/");
	writer_str(w, lang_code(account->lang));
	writer_text(w, "/invitation/");
	token_write(w, token);
}

static struct instant link_end(enum invitation_kind kind, struct instant now)
{
	return (struct instant){now.seconds + invitation_seconds(kind)};
}

static void print_json(
	struct user_desk *d, const struct account *account, struct str link, struct instant ends)
{
	struct writer *w = &d->context->console.out;
	writer_text(w, "{\"id\":");
	writer_decimal(w, (uint64_t)account->id);
	site_json_str(w, "mail", account->mail, false);
	site_json_str(w, "link", link, false);
	site_json_instant(w, "ends", ends);
	writer_text(w, "}\n");
}

void user_print_link(struct user_desk *d, const struct account *account, enum invitation_kind kind,
	const struct token *token)
{
	struct context *c = d->context;
	struct writer link, until;
	struct instant ends = link_end(kind, c->now);
	writer_init(&link, LINK_BYTES);
	writer_init(&until, NAME_BYTES);
	write_link(&link, d, account, token);
	text_time(&until, c->console.lang, NULL, ends);
	if (c->console.json)
		print_json(d, account, writer_view_str(&link), ends);
	else {
		console_say_with(&c->console, MESSAGE_USER_LINK, {STR("mail"), account->mail},
			{STR("time"), writer_view_str(&until)});
		if (d->address.size == 0)
			console_say(&c->console, MESSAGE_USER_NO_ADDRESS, NULL, 0);
		writer_str(&c->console.out, writer_view_str(&link));
		writer_char(&c->console.out, '\n');
	}
	writer_release(&link);
	writer_release(&until);
}
