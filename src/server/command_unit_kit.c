/* SPDX-License-Identifier: Apache-2.0 */
#include "server/command_unit.h"

#include "store/plan.h"

bool unit_day(struct context *c, struct date *ret_day)
{
	bool given;
	*ret_day = instant_date(c->now);
	return context_date(c, "day", &given, ret_day);
}

bool unit_id(struct user_desk *d, const char *code, int64_t *ret_id)
{
	enum err err = org_id_of(&d->office, str_from(code), ret_id);
	if (err == E_NOTFOUND)
		site_refuse(d->context, MESSAGE_UNIT_NONE, str_from(code));
	else if (err != E_OK)
		user_failed(d, err);
	return err == E_OK;
}

struct audit_entry unit_by(const struct user_desk *d)
{
	return actor_entry(&d->machine, d->context->now, "");
}

bool unit_campaign(struct context *c, struct str key)
{
	struct plan plan;
	struct store *store;
	if (!context_store(c, STORE_READ, &store))
		return false;
	enum err err = store_find_plan(store, key, &c->arena, &plan);
	if (err == E_NOTFOUND)
		site_refuse(c, MESSAGE_UNIT_NO_CAMPAIGN, key);
	else if (err != E_OK)
		context_store_failed(c, store, err);
	store_close(store);
	return err == E_OK;
}

int unit_finish(
	struct user_desk *d, struct str subject, enum err err, const struct problem *problem)
{
	struct problem told = *problem;
	err = office_end(&d->office, err);
	if (err == E_OK)
		return EXIT_FINE;
	if (err != E_SYNTAX || problem->code == PROBLEM_NONE)
		return user_failed(d, err);
	told.line = 0;
	console_problem(&d->context->console, subject, &told);
	return EXIT_FAILED;
}
