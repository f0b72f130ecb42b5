/* SPDX-License-Identifier: Apache-2.0 */
#include "server/context_actor.h"

#include "office/account.h"
#include "os/system.h"

enum {
	NAME_BYTES = 128
};

/* "operator lan": who sat at the machine, as far as it knows. */
static struct str machine_name(struct context *c)
{
	char login[LOGIN_NAME_SIZE];
	struct writer w;
	system_login(login);
	writer_init(&w, NAME_BYTES);
	writer_text(&w, "operator ");
	writer_str(&w, str_from(login));
	struct str name = arena_copy(&c->arena, writer_view_str(&w));
	writer_release(&w);
	return name.data ? name : STR("operator");
}

static enum err find(
	struct context *c, struct office *o, struct str who, struct account *ret_account)
{
	uint64_t id;
	if (str_to_u64(who, INT64_MAX, &id))
		return account_find(o, (int64_t)id, &c->arena, ret_account);
	return account_find_mail(o, who, &c->arena, ret_account);
}

static bool refuse(struct context *c, enum message message, struct str who)
{
	console_say_with(&c->console, message, {STR("got"), who});
	return false;
}

bool context_on_behalf(const struct context *context)
{
	return options_str(&context->options, "on-behalf").size > 0;
}

bool context_actor(struct context *context, struct office *office, struct actor *ret_actor)
{
	struct account account;
	struct str who = options_str(&context->options, "on-behalf");
	if (who.size == 0) {
		*ret_actor = (struct actor){.role = ROLE_OPERATOR,
			.lang = context->console.lang,
			.name = STR("operator"),
			.mail = machine_name(context)};
		return true;
	}
	enum err err = find(context, office, who, &account);
	if (err == E_NOTFOUND || (err == E_OK && account.state != ACCOUNT_ACTIVE))
		return refuse(context, MESSAGE_CLI_BEHALF_NOBODY, who);
	if (err != E_OK)
		return context_failed(context, office_complaint(office), err) == EXIT_FINE;
	*ret_actor = (struct actor){.account = account.id,
		.role = account.role,
		.org = account.org,
		.lang = account.lang,
		.name = account.name,
		.mail = account.mail};
	return true;
}

bool context_may(struct context *context, struct office *office, const struct actor *actor,
	enum act act, struct str campaign, int64_t org)
{
	enum err err = actor_may(office, actor, act, campaign, org);
	if (err == E_NOTFOUND || err == E_DENIED)
		return refuse(context,
			err == E_DENIED ? MESSAGE_CLI_BEHALF_MAY_NOT : MESSAGE_CLI_BEHALF_NONE,
			actor->mail);
	return err == E_OK || context_failed(context, office_complaint(office), err) == EXIT_FINE;
}

bool context_operator_only(struct context *context)
{
	struct office office;
	struct actor actor;
	if (!context_on_behalf(context))
		return true;
	const char *folder = context_folder(context);
	if (!folder)
		return false;
	enum err err = office_open(&office, folder, false);
	if (err != E_OK) {
		context_folder_failed(context, folder, err);
		return false;
	}
	bool may = context_actor(context, &office, &actor) &&
		   context_may(context, &office, &actor, ACT_CHANGE_CAMPAIGN, STR(""), 0);
	office_close(&office);
	return may;
}
