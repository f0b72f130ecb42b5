/* SPDX-License-Identifier: Apache-2.0 */
/* Fills the office of a data folder for the bench of the desk: organisations four levels deep,
 * their people (who all share one password hash), a return of each in a campaign, and sessions of
 * fifty of them, which it prints: "TOKEN ROLE ORG" lines. The same arguments make the same office
 * but for the tokens. Usage: desk_data FOLDER CAMPAIGN UNITS ACCOUNTS RETURNS */
#include <stdio.h>
#include <stdlib.h>

#include "office/account.h"
#include "office/deadline.h"
#include "office/org.h"
#include "office/org_import.h"
#include "office/return.h"
#include "office/session.h"
#include "os/system.h"

enum {
	PROVINCES = 34,
	TEXT = 96,
	ARENA_BYTES = 256 << 20,
	BEGAN = 1600214400, /* 2020-09-16 */
	DAY = 86400
};

struct maker {
	struct office office;
	struct arena arena;
	struct str campaign;
	int64_t units, accounts, returns;
	struct password_hash hash;
	uint64_t random;
	struct actor machine;
};

static uint64_t next(struct maker *m)
{
	m->random ^= m->random << 13;
	m->random ^= m->random >> 7;
	m->random ^= m->random << 17;
	return m->random;
}

/* printf into the arena. */
#define SAY(m, ...)                                                                                \
	({                                                                                         \
		char say_text_[TEXT];                                                              \
		int say_size_ = snprintf(say_text_, sizeof(say_text_), __VA_ARGS__);               \
		arena_copy(&(m)->arena, (struct str){say_text_, (size_t)say_size_});               \
	})

/* --- organisations: the nation, provinces, communes (a quarter), what belongs to a commune --- */

static int64_t communes(const struct maker *m)
{
	return (m->units - PROVINCES - 1) / 4;
}

/* Of number n (0: the nation) the number above it. */
static int64_t above(const struct maker *m, int64_t n)
{
	if (n <= PROVINCES)
		return 0;
	if (n <= PROVINCES + communes(m))
		return 1 + (n - PROVINCES - 1) % PROVINCES;
	return PROVINCES + 1 + (n - PROVINCES - 1) % communes(m);
}

static struct str name_of(struct maker *m, int64_t n)
{
	static const char *const names[] = {"Trường tiểu học Nguyễn Trãi", "Trạm y tế xã số",
		"Hợp tác xã Đoàn Kết", "Công ty cổ phần Sông Hồng"};
	if (n == 0)
		return STR("Cả nước");
	if (n <= PROVINCES)
		return SAY(m, "Tỉnh số %lld", (long long)n);
	if (n <= PROVINCES + communes(m))
		return SAY(m, "%s %lld", n % 3 ? "Xã Quảng Phú" : "Phường Hòa Bình", (long long)n);
	return SAY(m, "%s %lld", names[n % 4], (long long)n);
}

static enum err import_row(struct maker *m, struct org_import *import, int64_t n)
{
	struct sheet_cell cells[5];
	size_t count = 0;
	struct str level = n == 0 ? STR("quốc gia") : n <= PROVINCES ? STR("tỉnh") : STR("xã");
	if (n > PROVINCES + communes(m))
		level = STR("đơn vị");
	cells[count++] = (struct sheet_cell){0, SHEET_TEXT, SAY(m, "%05lld", (long long)n)};
	if (n > 0)
		cells[count++] = (struct sheet_cell){
			1, SHEET_TEXT, SAY(m, "%05lld", (long long)above(m, n))};
	cells[count++] = (struct sheet_cell){2, SHEET_TEXT, name_of(m, n)};
	cells[count++] = (struct sheet_cell){3, SHEET_TEXT, level};
	cells[count++] =
		(struct sheet_cell){4, SHEET_TEXT, SAY(m, "u%lld@unit.example", (long long)n)};
	return org_import_row(import, (uint32_t)n + 2, cells, count);
}

static enum err import_rows(struct maker *m, struct org_import *import)
{
	static const struct str columns[] = {STR_INIT("code"), STR_INIT("parent"),
		STR_INIT("name_vi"), STR_INIT("level"), STR_INIT("mail")};
	struct sheet_cell cells[5];
	for (uint32_t i = 0; i < 5; i++)
		cells[i] = (struct sheet_cell){i, SHEET_TEXT, columns[i]};
	TRY(org_import_row(import, 1, cells, 5));
	for (int64_t n = 0; n < m->units; n++)
		TRY(import_row(m, import, n));
	return E_OK;
}

static void complain(void *context, const struct problem *problem)
{
	(void)context;
	struct str field = problem_field(problem);
	fprintf(stderr, "desk_data: %.*s is wrong\n", STR_ARG(field));
}

static enum err make_orgs(struct maker *m)
{
	struct org_import *import = NULL;
	struct org_import_totals totals;
	const struct org_import_options options = {.day = {2020, 1, 1}, .name = STR("bench")};
	const struct audit_entry by = {.at = system_now(), .actor = STR("operator")};
	TRY(org_import_new(complain, NULL, &import));
	enum err err = import_rows(m, import);
	if (err == E_OK)
		err = org_import_apply(import, &m->office, &options, &by, &totals);
	org_import_free(import);
	return err;
}

static enum err org_id(struct maker *m, int64_t n, int64_t *ret_id)
{
	char code[TEXT];
	int size = snprintf(code, sizeof(code), "%05lld", (long long)n);
	return org_id_of(&m->office, (struct str){code, (size_t)size}, ret_id);
}

/* --- people: coordinators above, reporters below; few look after everything --- */

static enum role role_of(const struct maker *m, int64_t account, int64_t n)
{
	if (account < 20)
		return account % 4 ? ROLE_OPERATOR : ROLE_AUDITOR;
	return n <= PROVINCES + communes(m) && account < 2 * m->units ? ROLE_COORDINATOR
								      : ROLE_REPORTER;
}

static enum err add_account(struct maker *m, int64_t number, struct instant now)
{
	int64_t id, org = 0;
	int64_t n = number % m->units;
	enum role role = role_of(m, number, n);
	if (role_needs_org(role))
		TRY(org_id(m, n, &org));
	const struct account account = {.mail = SAY(m, "p%05lld@desk.example", (long long)number),
		.name = SAY(m, "Nguyễn Văn %lld", (long long)number),
		.role = role,
		.org = org,
		.lang = LANG_VI};
	TRY(account_add(&m->office, &m->machine, &account, now, &id));
	return account_set_password(&m->office, &m->machine, id, &m->hash, 0, now);
}

static enum err make_accounts(struct maker *m)
{
	struct instant now = system_now();
	for (int64_t i = 0; i < m->accounts; i++)
		TRY(add_account(m, i, now));
	return E_OK;
}

/* --- returns: most are accepted, some wait, some were sent back, some are drafts --- */

static enum err submit(struct maker *m, struct return_head *head, struct instant at)
{
	int64_t draft, version;
	uint64_t informed = 10 + next(m) % 5000;
	const struct actor *by = &m->machine;
	uint64_t deployed = informed * (next(m) % 100) / 100;
	struct answer answers[3] = {{SAY(m, "%llu", (unsigned long long)informed), STR("")},
		{SAY(m, "%llu", (unsigned long long)deployed), STR("")},
		{STR("Các đơn vị đã rà quét đúng hạn."), STR("")}};
	const struct return_content content = {.form = head->form,
		.answers = answers,
		.answer_count = 3,
		.paper = {STR("12"), STR("BC-UBND"), STR("Trần Văn A"), {2020, 10, 20}}};
	TRY(return_save(&m->office, head, head->draft, &content, by, at, &m->arena, &draft));
	TRY(return_find(&m->office, m->campaign, head->org, &m->arena, head));
	if (next(m) % 100 < 8)
		return E_OK;
	TRY(return_submit(&m->office, head, draft, STR(""), true, by, at, &m->arena, &version));
	return return_find(&m->office, m->campaign, head->org, &m->arena, head);
}

static enum err add_return(struct maker *m, int64_t n)
{
	int64_t org;
	struct return_head head;
	struct instant at = {BEGAN + (int64_t)(next(m) % (40 * DAY))};
	TRY(org_id(m, n, &org));
	TRY(return_open(&m->office, m->campaign, org, &m->machine, at, &m->arena, &head));
	TRY(submit(m, &head, at));
	if (head.state != RETURN_SUBMITTED)
		return E_OK;
	uint64_t fate = next(m) % 100;
	if (fate < 65)
		return return_accept(&m->office, &head, head.versions, &m->machine, at);
	if (fate < 70)
		return return_send_back(
			&m->office, &head, head.versions, STR("Thiếu số máy."), &m->machine, at);
	return E_OK;
}

static enum err make_deadlines(struct maker *m)
{
	for (unsigned level = 0; level < 4; level++) {
		struct date day = {2020, 10, (uint8_t)(25 - 3 * level)};
		const struct deadline deadline = {DEADLINE_DAY, day, {date_instant(day).seconds}};
		TRY(deadline_set_level(&m->office, m->campaign, level, &deadline, &m->machine,
			(struct instant){BEGAN}));
	}
	return E_OK;
}

static enum err make_returns(struct maker *m)
{
	const struct audit_entry by = {.at = system_now(), .actor = STR("operator")};
	TRY(line_start(&m->office, m->campaign, (struct date){2020, 9, 1}, &by));
	TRY(make_deadlines(m));
	for (int64_t n = 0; n < m->returns && n < m->units; n++) {
		TRY(add_return(m, n));
		if (n % 256 == 0)
			arena_clear(&m->arena);
	}
	return E_OK;
}

/* --- sessions --- */

static enum err begin_session(struct maker *m, int64_t number)
{
	struct account account;
	struct token token;
	struct writer w;
	const struct session_origin origin = {.agent = STR("bench")};
	struct str mail = SAY(m, "p%05lld@desk.example", (long long)number);
	TRY(account_find_mail(&m->office, mail, &m->arena, &account));
	TRY(session_begin(&m->office, account.id, SESSION_IN, &origin, system_now(), &token));
	writer_init(&w, TOKEN_TEXT);
	token_write(&w, &token);
	struct str text = writer_view_str(&w), role = role_name(account.role);
	printf("%.*s %.*s %lld\n", STR_ARG(text), STR_ARG(role), (long long)account.org);
	writer_release(&w);
	return E_OK;
}

/* Ten who see everything, twenty of provinces, ten of communes, ten who report. */
static enum err make_sessions(struct maker *m)
{
	for (int64_t i = 0; i < 10; i++)
		TRY(begin_session(m, i));
	for (int64_t i = 0; i < 20; i++)
		TRY(begin_session(
			m, 20 + i % (PROVINCES - 20) + (i >= PROVINCES - 20 ? m->units : 0)));
	for (int64_t i = 0; i < 10; i++)
		TRY(begin_session(m, PROVINCES + 1 + 7 * i));
	for (int64_t i = 0; i < 10; i++)
		TRY(begin_session(m, m->units - 1 - 13 * i));
	return E_OK;
}

static enum err step(struct maker *m, const char *name, enum err (*make)(struct maker *m))
{
	enum err err = office_begin(&m->office);
	if (err == E_OK)
		err = office_end(&m->office, make(m));
	if (err != E_OK) {
		struct str why = office_complaint(&m->office);
		fprintf(stderr, "desk_data: %s: %s %.*s\n", name, err_name(err), STR_ARG(why));
	}
	arena_clear(&m->arena);
	return err;
}

static enum err make_all(struct maker *m, const char *folder)
{
	TRY(password_hash(STR("ba con meo nam ngu tren mai nha"), &m->hash));
	TRY(office_open(&m->office, folder, true));
	enum err err = step(m, "units", make_orgs);
	if (err == E_OK)
		err = step(m, "accounts", make_accounts);
	if (err == E_OK)
		err = step(m, "returns", make_returns);
	if (err == E_OK)
		err = step(m, "sessions", make_sessions);
	office_close(&m->office);
	return err;
}

int main(int argc, char **argv)
{
	struct maker m = {.random = 88172645463325252, .machine = {.role = ROLE_OPERATOR}};
	uint64_t units, accounts, returns;
	if (argc != 6 || !str_to_u64(str_from(argv[3]), 99999, &units) || units < 200 ||
		!str_to_u64(str_from(argv[4]), 999999, &accounts) ||
		!str_to_u64(str_from(argv[5]), 99999, &returns)) {
		fputs("desk_data FOLDER CAMPAIGN UNITS ACCOUNTS RETURNS\n", stderr);
		return 2;
	}
	m.campaign = str_from(argv[2]);
	m.units = (int64_t)units;
	m.accounts = (int64_t)accounts;
	m.returns = (int64_t)returns;
	m.machine.name = m.machine.mail = STR("operator");
	arena_init(&m.arena, ARENA_BYTES);
	enum err err = make_all(&m, argv[1]);
	arena_release(&m.arena);
	return err == E_OK ? 0 : 1;
}
