/* SPDX-License-Identifier: Apache-2.0 */
/* Changes of the tree, one at a time. */
#include "base/limits.h"
#include "office/contact.h"
#include "server/command_unit.h"

/* Begins the transaction for a change; the desk is closed by leave(). */
static bool enter(struct context *c, struct user_desk *d)
{
	if (!user_desk_open(c, true, d))
		return false;
	enum err err = office_begin(&d->office);
	if (err == E_OK)
		return true;
	user_failed(d, err);
	user_desk_close(d);
	return false;
}

/* false: an id could not be found, which was said. */
static int leave(struct user_desk *d, bool found, enum err err, const struct problem *problem)
{
	int status = EXIT_FAILED;
	struct str subject = str_from(d->context->options.words[0]);
	if (found)
		status = unit_finish(d, subject, err, problem);
	else if (office_end(&d->office, E_NOTFOUND) != E_NOTFOUND)
		status = EXIT_FAILED;
	user_desk_close(d);
	return status;
}

/* Codes from the nth word on. */
static bool find_all(struct user_desk *d, size_t from, size_t count, int64_t *ids)
{
	if (count > LIMIT_ORG_SUCCESSORS) {
		context_failed(d->context, STR("unit"), E_LIMIT);
		return false;
	}
	for (size_t i = 0; i < count; i++)
		if (!unit_id(d, d->context->options.words[from + i], &ids[i]))
			return false;
	return true;
}

static bool is_top(const char *word)
{
	return str_equal(str_from(word), STR("-"));
}

/* --- move, end --- */

static enum err move(struct user_desk *d, struct str code, int64_t superior, struct date day,
	const struct audit_entry *by, struct problem *problem)
{
	int64_t id;
	struct org org;
	enum err err = org_find_code(&d->office, code, day, &d->context->arena, &org);
	if (err == E_NOTFOUND) {
		problem_set(problem, PROBLEM_UNIT_UNKNOWN, STR("code"), code);
		return E_SYNTAX;
	}
	TRY(err);
	org.parent = superior;
	org.since = day;
	org.until = (struct date){0};
	return org_put(&d->office, &org, by, &id, problem);
}

int command_unit_move(struct context *context)
{
	struct date day;
	struct user_desk d;
	struct problem problem = {0};
	int64_t superior = 0;
	const char *const *words = context->options.words;
	if (!unit_day(context, &day) || !enter(context, &d))
		return EXIT_FAILED;
	bool found = is_top(words[1]) || unit_id(&d, words[1], &superior);
	const struct audit_entry by = unit_by(&d);
	enum err err = found ? move(&d, str_from(words[0]), superior, day, &by, &problem) : E_OK;
	return leave(&d, found, err, &problem);
}

int command_unit_end(struct context *context)
{
	struct date day;
	struct user_desk d;
	struct problem problem = {0};
	int64_t id = 0;
	if (!unit_day(context, &day) || !enter(context, &d))
		return EXIT_FAILED;
	bool found = unit_id(&d, context->options.words[0], &id);
	const struct audit_entry by = unit_by(&d);
	enum err err = found ? org_end(&d.office, id, day, &by, &problem) : E_OK;
	return leave(&d, found, err, &problem);
}

/* --- merge, split --- */

int command_unit_merge(struct context *context)
{
	struct date day;
	struct user_desk d;
	struct problem problem = {0};
	int64_t from[64];
	int64_t into = 0;
	size_t count = context->options.word_count - 1;
	if (!unit_day(context, &day) || !enter(context, &d))
		return EXIT_FAILED;
	bool found =
		find_all(&d, 0, count, from) && unit_id(&d, context->options.words[count], &into);
	const struct audit_entry by = unit_by(&d);
	enum err err = found ? org_merge(&d.office, from, count, into, day, &by, &problem) : E_OK;
	return leave(&d, found, err, &problem);
}

int command_unit_split(struct context *context)
{
	struct date day;
	struct user_desk d;
	struct problem problem = {0};
	int64_t into[64];
	int64_t from = 0;
	size_t count = context->options.word_count - 1;
	if (!unit_day(context, &day) || !enter(context, &d))
		return EXIT_FAILED;
	bool found = find_all(&d, 1, count, into) && unit_id(&d, context->options.words[0], &from);
	const struct audit_entry by = unit_by(&d);
	enum err err = found ? org_split(&d.office, from, into, count, day, &by, &problem) : E_OK;
	return leave(&d, found, err, &problem);
}

/* --- lines --- */

static enum err line_change(struct user_desk *d, struct date day, bool starts, const int64_t *ids,
	struct problem *problem)
{
	struct str campaign = str_from(d->context->options.words[1]);
	const struct audit_entry by = unit_by(d);
	return starts ? line_start(&d->office, campaign, day, &by)
		      : line_move(&d->office, campaign, ids[0], ids[1], &by, problem);
}

int command_unit_line(struct context *context)
{
	struct date day;
	struct user_desk d;
	struct problem problem = {0};
	int64_t ids[2] = {0};
	const char *const *words = context->options.words;
	bool starts = str_equal(str_from(words[0]), STR("start"));
	bool moves = str_equal(str_from(words[0]), STR("move"));
	if ((!starts && !moves) || context->options.word_count != (starts ? 2U : 4U))
		return site_refuse(context, MESSAGE_UNIT_LINE_USAGE, str_from(words[0]));
	if (!unit_day(context, &day) || !unit_campaign(context, str_from(words[1])) ||
		!enter(context, &d))
		return EXIT_FAILED;
	bool found = starts || (unit_id(&d, words[2], &ids[0]) &&
				       (is_top(words[3]) || unit_id(&d, words[3], &ids[1])));
	enum err err = found ? line_change(&d, day, starts, ids, &problem) : E_OK;
	if (found && (err == E_EXISTS || err == E_NOTFOUND))
		found = site_refuse(context,
				err == E_EXISTS ? MESSAGE_UNIT_LINE_THERE : MESSAGE_UNIT_LINE_NONE,
				str_from(words[1])) == EXIT_FINE;
	return leave(&d, found, err, &problem);
}

/* --- contact points, networks --- */

int command_unit_contact(struct context *context)
{
	struct user_desk d;
	struct problem problem = {0};
	int64_t id = 0;
	const char *const *words = context->options.words;
	size_t count = context->options.word_count;
	struct str campaign = options_str(&context->options, "campaign");
	const struct contact contact = {count > 1 ? str_from(words[1]) : STR(""),
		count > 2 ? str_from(words[2]) : STR(""), count > 3 ? str_from(words[3]) : STR("")};
	if (campaign.size > 0 && !unit_campaign(context, campaign))
		return EXIT_FAILED;
	if (!enter(context, &d))
		return EXIT_FAILED;
	bool found = unit_id(&d, words[0], &id);
	const struct audit_entry by = unit_by(&d);
	enum err err = found ? contact_put(&d.office, campaign, id, &contact, &by, &problem) : E_OK;
	return leave(&d, found, err, &problem);
}

static enum err network_change(
	struct user_desk *d, int64_t id, bool remove, struct str text, struct problem *problem)
{
	struct prefix prefix;
	const struct audit_entry by = unit_by(d);
	if (!prefix_parse(text, &prefix)) {
		problem_set(problem, PROBLEM_BAD_PREFIX, STR("prefix"), text);
		return E_SYNTAX;
	}
	if (!remove)
		return org_network_put(&d->office, id, prefix, &by);
	enum err err = org_network_remove(&d->office, id, prefix, &by);
	return err == E_NOTFOUND ? E_OK : err;
}

int command_unit_network(struct context *context)
{
	struct user_desk d;
	struct problem problem = {0};
	int64_t id = 0;
	enum err err = E_OK;
	if (!enter(context, &d))
		return EXIT_FAILED;
	bool remove = options_has(&context->options, "withdraw");
	bool found = unit_id(&d, context->options.words[0], &id);
	for (size_t i = 1; found && err == E_OK && i < context->options.word_count; i++)
		err = network_change(&d, id, remove, str_from(context->options.words[i]), &problem);
	return leave(&d, found, err, &problem);
}
