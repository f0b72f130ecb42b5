/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/writer.h"
#include "model/botnet.h"

static void finds(const char *name, const char *canonical)
{
	const struct family *family = family_find(str_from(name));
	assert_non_null(family);
	assert_true(str_equal(family->name, str_from(canonical)));
}

static void families_are_found_however_written(void **state)
{
	(void)state;
	finds("Mirai", "Mirai");
	finds("MIRAI", "Mirai");
	finds("bash-lite", "Gafgyt");
	finds("X.o.r D/D_oS", "XorDDoS");
	finds("Meris", "M\xC4\x93ris");
	finds("m\xC4\x93ris", "M\xC4\x93ris");
	finds("hide-and-seek", "Hide and Seek");
	assert_null(family_find(STR("mira")));
	assert_null(family_find(STR("miraii")));
	assert_null(family_find(STR("")));
	assert_null(family_find(STR(" -_./ ")));
	assert_null(family_find(STR("\xFF\xFE")));
}

static void over_long_names_are_not_cut_into_a_match(void **state)
{
	(void)state;
	char name[400];
	memset(name, 'a', sizeof(name));
	assert_null(family_find((struct str){name, sizeof(name)}));
	memset(name, '-', sizeof(name));
	memcpy(name + 390, "mirai", 5);
	assert_non_null(family_find((struct str){name, sizeof(name)}));
}

static void every_family_is_whole(void **state)
{
	(void)state;
	assert_true(family_count() >= 80);
	assert_null(family_at(family_count()));
	for (size_t i = 0; i < family_count(); i++) {
		const struct family *family = family_at(i);
		assert_ptr_equal(family_find(family->name), family);
		assert_ptr_equal(family_find(family->slug), family);
		for (size_t j = 0; j < family->alias_count; j++)
			assert_ptr_equal(family_find(family->aliases[j]), family);
		assert_true(str_starts(family->source, STR("https://")));
		for (enum lang lang = LANG_VI; lang < LANG__COUNT; lang++)
			assert_true(family->about[lang].size >= 80);
	}
}

static void detectors_names_are_recognised(void **state)
{
	(void)state;
	const struct {
		struct str name;
		const char *canonical;
	} known[] = {
		{STR("elf.mirai"), "Mirai"},
		{STR("HEUR:Backdoor.Linux.Mirai.b"), "Mirai"},
		{STR("DDoS:Linux/Gafgyt.YA!MTB"), "Gafgyt"},
		{STR("Backdoor:Linux/Mirai.B!xp"), "Mirai"},
		{STR("elf.qbot"), "Gafgyt"},
		{STR("Win64.LemonDuck"), "LemonDuck"},
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct family *family = family_recognise(known[i].name);
		assert_non_null(family);
		assert_true(str_equal(family->name, str_from(known[i].canonical)));
	}
	assert_null(family_recognise(STR("android.mozi"))); /* another platform */
	assert_null(family_recognise(STR("mirai.b!xp"))); /* no scheme says that .b is a variant */
	assert_null(family_recognise(STR("Trojan.Win32.")));
	assert_null(family_recognise(STR("Trojan:")));
	assert_null(family_recognise(STR("Trojan:Win32/Unheard.A")));
}

static struct names *rules_new(const struct name_rule *rules, size_t count)
{
	struct names *names = NULL;
	struct problem problem = {0};
	size_t bad = 0;
	assert_int_equal(names_new(rules, count, &problem, &bad, &names), E_OK);
	return names;
}

static void resolves(struct names *names, struct str raw, const char *expected, bool mapped)
{
	/* Twice: the second answer comes from what was kept. */
	for (int i = 0; i < 2; i++) {
		bool is_mapped = !mapped;
		struct str name = names_resolve(names, raw, &is_mapped);
		assert_true(str_equal(name, str_from(expected)));
		assert_int_equal(is_mapped, mapped);
	}
}

static void without_rules(void **state)
{
	(void)state;
	struct names *names = rules_new(NULL, 0);
	resolves(names, STR(" mirai\t"), "Mirai", true);
	resolves(names, STR("elf.mozi"), "Mozi", true);
	resolves(names, STR("  Never-Heard Of "), "Never-Heard Of", false);
	resolves(names, STR(""), "unknown", true);
	resolves(names, STR(" \n"), "unknown", true);
	resolves(names, STR("\xFF"), "\xFF", false);
	names_free(names);
}

static void rules_come_first_and_in_order(void **state)
{
	(void)state;
	const struct name_rule rules[] = {
		{STR("^mozi$"), STR("Our Own Name"), STR("operator")},
		{STR("zz(9|8)"), STR(" bashlite "), STR("operator")},
		{STR("zz9"), STR("Mirai"), STR("operator")},
		{STR("^m\xC3\xA3 \xC4\x91\xE1\xBB\x99"
		     "c$"),
			STR("elf.mirai"), STR("")},
	};
	struct names *names = rules_new(rules, 4);
	resolves(names, STR("Mozi"), "Our Own Name", true);
	resolves(names, STR("xZZ9x"), "Gafgyt", true); /* the alias became our name */
	resolves(names,
		STR("M\xC3\x83 \xC4\x90\xE1\xBB\x98"
		    "C"),
		"Mirai", true);
	resolves(names, STR("\xFFzz8\xFF"), "Gafgyt", true); /* a name that is no UTF-8 */
	resolves(names, STR("hajime"), "Hajime", true);
	names_free(names);
}

static void checks(struct str pattern, enum err expected)
{
	struct problem problem = {0};
	const struct name_rule rule = {pattern, STR("Name"), STR("")};
	assert_int_equal(name_rule_check(&rule, &problem), expected);
}

static void bad_patterns_are_named(void **state)
{
	(void)state;
	const struct name_rule rules[] = {
		{STR("^fine$"), STR("Fine"), STR("")},
		{STR("^(open"), STR("Open"), STR("")},
	};
	struct names *names = NULL;
	struct problem problem = {0};
	size_t bad = 99;
	assert_int_equal(names_new(rules, 2, &problem, &bad, &names), E_SYNTAX);
	assert_int_equal(bad, 1);
	assert_null(names);
	assert_int_equal(problem.code, PROBLEM_BAD_PATTERN);
	assert_true(str_equal(problem_got(&problem), STR("missing closing parenthesis")));
	assert_int_equal(problem.offset, 6);
	checks(STR("^(a|b)$"), E_OK);
	checks(STR("\\C"), E_SYNTAX);
	checks(STR("\xFF"), E_SYNTAX);
	checks(STR(""), E_SYNTAX);
	checks(STR("(((a{99}){99}){99}){99}"), E_SYNTAX);
}

static void refuses(const struct name_rule *rules, size_t count, enum err expected,
	enum problem_code code, size_t expected_bad)
{
	struct names *names = NULL;
	struct problem problem = {0};
	size_t bad = 99;
	assert_int_equal(names_new(rules, count, &problem, &bad, &names), expected);
	assert_int_equal(problem.code, code);
	assert_int_equal(bad, expected_bad);
	assert_null(names);
}

static void limits_of_rules(void **state)
{
	(void)state;
	static char text[2000];
	memset(text, 'x', sizeof(text));
	struct name_rule rule = {{text, LIMIT_PATTERN_BYTES + 1}, STR("Name"), STR("")};
	refuses(&rule, 1, E_LIMIT, PROBLEM_NAME_TOO_LONG, 0);
	rule = (struct name_rule){STR("x"), {text, LIMIT_NAME_BYTES + 1}, STR("")};
	refuses(&rule, 1, E_LIMIT, PROBLEM_NAME_TOO_LONG, 0);
	rule = (struct name_rule){STR("x"), STR(" "), STR("")};
	refuses(&rule, 1, E_SYNTAX, PROBLEM_NO_COLUMN, 0);
	refuses(&rule, LIMIT_NAME_RULES + 1, E_LIMIT, PROBLEM_TOO_MANY_NAMES, LIMIT_NAME_RULES);
}

static void endless_patterns_are_given_up_and_said(void **state)
{
	(void)state;
	const struct name_rule rules[] = {{STR("^(a+)+$"), STR("Trap"), STR("")}};
	struct names *names = rules_new(rules, 1);
	char raw[64];
	memset(raw, 'a', sizeof(raw));
	raw[63] = 'b';
	bool mapped = true;
	struct str name = names_resolve(names, (struct str){raw, sizeof(raw)}, &mapped);
	assert_int_equal(name.size, sizeof(raw));
	assert_false(mapped);
	assert_int_equal(names_abandoned(names), 1);
	resolves(names, STR("aaa"), "Trap", true);
	names_free(names);
}

static void answers_stay_right_past_what_is_kept(void **state)
{
	(void)state;
	const struct name_rule rules[] = {{STR("^bot-[0-9]*7$"), STR("Sevens"), STR("")}};
	struct names *names = rules_new(rules, 1);
	char raw[32];
	for (int i = 0; i < 40000; i++) {
		bool mapped = false;
		int size = snprintf(raw, sizeof(raw), "bot-%d", i % 20000);
		(void)names_resolve(names, (struct str){raw, (size_t)size}, &mapped);
		assert_int_equal(mapped, i % 10 == 7);
	}
	resolves(names, STR("bot-7"), "Sevens", true);
	names_free(names);
}

static void over_long_raw_names_are_never_mapped(void **state)
{
	(void)state;
	static char raw[300];
	const struct name_rule rules[] = {{STR("a"), STR("All"), STR("")}};
	struct names *names = rules_new(rules, 1);
	bool mapped = true;
	memset(raw, 'a', sizeof(raw));
	(void)names_resolve(names, (struct str){raw, LIMIT_NAME_BYTES + 1}, &mapped);
	assert_false(mapped);
	(void)names_resolve(names, (struct str){raw, LIMIT_NAME_BYTES}, &mapped);
	assert_true(mapped);
	names_free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(families_are_found_however_written),
		cmocka_unit_test(over_long_names_are_not_cut_into_a_match),
		cmocka_unit_test(every_family_is_whole),
		cmocka_unit_test(detectors_names_are_recognised),
		cmocka_unit_test(without_rules),
		cmocka_unit_test(rules_come_first_and_in_order),
		cmocka_unit_test(bad_patterns_are_named),
		cmocka_unit_test(limits_of_rules),
		cmocka_unit_test(endless_patterns_are_given_up_and_said),
		cmocka_unit_test(answers_stay_right_past_what_is_kept),
		cmocka_unit_test(over_long_raw_names_are_never_mapped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
