/* SPDX-License-Identifier: Apache-2.0 */
/* Every role, act and position against what is expected, written down apart from the code: as
 * sentences on who may do what, not as a table of reaches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "account_scene.h"
#include "office/audit.h"
#include "office/org.h"

/* The tree of today, the actor's org is MINE:
 *
 *     TOP ── MINE ── CHILD ── GRANDCHILD
 *      └──── SISTER ── NIECE                 OUTSIDE
 *
 * and in the campaign "vn-2026" NIECE reports to MINE, CHILD to SISTER. */
enum position {
	TOP,
	MINE,
	CHILD,
	GRANDCHILD,
	SISTER,
	NIECE,
	OUTSIDE,
	UNKNOWN, /* there is no such org */
	NOBODY,  /* org 0 */
	POSITION__COUNT
};

struct family {
	struct office_scene scene;
	int64_t orgs[POSITION__COUNT];
};

static const char *const codes[] = {
	"top", "mine", "child", "grandchild", "sister", "niece", "outside"};

static int64_t put(struct family *f, enum position position, int64_t parent)
{
	int64_t id = 0;
	struct problem problem;
	const struct org org = {.code = str_from(codes[position]),
		.name = {str_from(codes[position]), STR_INIT("")},
		.level = STR_INIT(""),
		.parent = parent,
		.tax_code = STR_INIT(""),
		.mail = STR_INIT(""),
		.phone = STR_INIT(""),
		.since = {2020, 1, 1}};
	const struct audit_entry by = actor_entry(&machine, (struct instant){T}, "org.put");
	assert_int_equal(
		CHANGE(&f->scene, org_put(&f->scene.office, &org, &by, &id, &problem)), E_OK);
	return id;
}

static void move(struct family *f, enum position org, enum position superior)
{
	struct problem problem;
	const struct audit_entry by = actor_entry(&machine, (struct instant){T}, "line.move");
	assert_int_equal(CHANGE(&f->scene, line_move(&f->scene.office, STR("vn-2026"), f->orgs[org],
						   f->orgs[superior], &by, &problem)),
		E_OK);
}

static int begin(void **state)
{
	static struct family f;
	memset(&f, 0, sizeof(f));
	office_scene_begin(&f.scene);
	f.orgs[TOP] = put(&f, TOP, 0);
	f.orgs[MINE] = put(&f, MINE, f.orgs[TOP]);
	f.orgs[CHILD] = put(&f, CHILD, f.orgs[MINE]);
	f.orgs[GRANDCHILD] = put(&f, GRANDCHILD, f.orgs[CHILD]);
	f.orgs[SISTER] = put(&f, SISTER, f.orgs[TOP]);
	f.orgs[NIECE] = put(&f, NIECE, f.orgs[SISTER]);
	f.orgs[OUTSIDE] = put(&f, OUTSIDE, 0);
	f.orgs[UNKNOWN] = 4711;
	const struct audit_entry by = actor_entry(&machine, (struct instant){T}, "line.start");
	assert_int_equal(CHANGE(&f.scene, line_start(&f.scene.office, STR("vn-2026"),
						  (struct date){2020, 10, 15}, &by)),
		E_OK);
	move(&f, NIECE, MINE);
	move(&f, CHILD, SISTER);
	*state = &f;
	return 0;
}

static int end(void **state)
{
	struct family *f = *state;
	office_scene_end(&f->scene);
	return 0;
}

/* --- what is expected --- */

static bool reads(enum act act)
{
	static const enum act reading[] = {ACT_SEE_ORG, ACT_SEE_ACCOUNTS, ACT_SEE_RETURN,
		ACT_SEE_ROLL_UP, ACT_SEE_AUDIT, ACT_SEE_FEEDS, ACT_SEE_SITE};
	for (size_t i = 0; i < sizeof(reading) / sizeof(reading[0]); i++)
		if (act == reading[i])
			return true;
	return false;
}

static bool is_below(enum position position, bool campaign)
{
	if (position == MINE)
		return true;
	return campaign ? position == NIECE : position == CHILD || position == GRANDCHILD;
}

static enum err expect_coordinator(enum act act, enum position position, bool campaign)
{
	if (position == NOBODY)
		return E_DENIED;
	if (!is_below(position, campaign))
		return E_NOTFOUND;
	if (act == ACT_CHANGE_CAMPAIGN || act == ACT_SEE_FEEDS || act == ACT_SEE_SITE ||
		act == ACT_CHANGE_SITE)
		return E_DENIED;
	return act == ACT_JUDGE_RETURN && position == MINE ? E_DENIED : E_OK;
}

static enum err expect_of_own(enum position position, bool allowed)
{
	if (position == NOBODY)
		return E_DENIED;
	if (position != MINE)
		return E_NOTFOUND;
	return allowed ? E_OK : E_DENIED;
}

static enum err expect(enum role role, enum act act, enum position position, bool campaign)
{
	bool own_return = act == ACT_SEE_ORG || act == ACT_SEE_RETURN || act == ACT_FILL_RETURN;
	switch (role) {
	case ROLE_OPERATOR:
		return act == ACT_JUDGE_RETURN && position == MINE ? E_DENIED : E_OK;
	case ROLE_AUDITOR:
		return reads(act) ? E_OK : E_DENIED;
	case ROLE_COORDINATOR:
		return expect_coordinator(act, position, campaign);
	case ROLE_REPORTER:
		return expect_of_own(position, own_return);
	case ROLE_ISP:
		return expect_of_own(position, act == ACT_SEE_ORG);
	case ROLE__COUNT:
		break;
	}
	return E_USAGE;
}

/* --- */

static void check(struct family *f, const struct actor *actor, enum act act, enum position position,
	bool line)
{
	enum err got = actor_may(
		&f->scene.office, actor, act, line ? STR("vn-2026") : STR(""), f->orgs[position]);
	enum err wanted = expect(actor->role, act, position, line);
	if (got != wanted)
		print_error("role %d act %d position %d line %d: %s, not %s\n", (int)actor->role,
			(int)act, (int)position, line, err_name(got), err_name(wanted));
	assert_int_equal(got, wanted);
}

static void every_role_act_and_position(void **state)
{
	struct family *f = *state;
	size_t asked = 0;
	for (enum role role = 0; role < ROLE__COUNT; role++)
		for (enum act act = 0; act < ACT__COUNT; act++)
			for (enum position p = 0; p < POSITION__COUNT; p++)
				for (int line = 0; line < 2; line++, asked++) {
					const struct actor actor = {
						.account = 1, .role = role, .org = f->orgs[MINE]};
					check(f, &actor, act, p, line != 0);
				}
	assert_int_equal(asked, ROLE__COUNT * ACT__COUNT * POSITION__COUNT * 2);
}

/* Somebody whose org was forgotten sees nothing, instead of the whole tree from its top. */
static void without_an_org_nothing_is_below(void **state)
{
	struct family *f = *state;
	for (enum role role = ROLE_COORDINATOR; role <= ROLE_ISP; role++)
		for (enum act act = 0; act < ACT__COUNT; act++)
			for (enum position p = 0; p < NOBODY; p++) {
				const struct actor actor = {.account = 1, .role = role};
				assert_int_equal(actor_may(&f->scene.office, &actor, act, STR(""),
							 f->orgs[p]),
					E_NOTFOUND);
			}
}

static void what_is_hidden_is_as_what_is_not(void **state)
{
	struct family *f = *state;
	const struct actor actor = {.account = 1, .role = ROLE_COORDINATOR, .org = f->orgs[MINE]};
	for (enum act act = 0; act < ACT__COUNT; act++) {
		enum err hidden =
			actor_may(&f->scene.office, &actor, act, STR(""), f->orgs[SISTER]);
		enum err missing = actor_may(&f->scene.office, &actor, act, STR(""), 4711);
		assert_int_equal(hidden, missing);
		assert_int_equal(
			actor_may(&f->scene.office, &actor, act, STR("none"), f->orgs[CHILD]),
			E_NOTFOUND);
		assert_int_equal(actor_may(&f->scene.office, &actor, act, STR(""), -1), E_NOTFOUND);
	}
}

static void roles_have_names(void **state)
{
	enum role role;
	(void)state;
	for (enum role r = 0; r < ROLE__COUNT; r++) {
		assert_true(role_parse(role_name(r), &role));
		assert_int_equal(role, r);
	}
	assert_false(role_parse(STR("admin"), &role));
	assert_false(role_parse(STR(""), &role));
}

static void entries_say_who(void **state)
{
	const struct actor person = {.account = 7, .mail = STR_INIT("lan@example.vn")};
	(void)state;
	struct audit_entry entry = actor_entry(&person, (struct instant){T}, "org.rename");
	assert_int_equal(entry.account, 7);
	assert_int_equal(entry.at.seconds, T);
	assert_true(str_equal(entry.actor, STR("lan@example.vn")));
	assert_true(str_equal(entry.what, STR("org.rename")));
	entry = actor_entry(&machine, (struct instant){T}, "org.rename");
	assert_int_equal(entry.account, 0);
	assert_true(str_equal(entry.actor, STR("operator")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_role_act_and_position),
		cmocka_unit_test(without_an_org_nothing_is_below),
		cmocka_unit_test(what_is_hidden_is_as_what_is_not),
		cmocka_unit_test(roles_have_names),
		cmocka_unit_test(entries_say_who),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
