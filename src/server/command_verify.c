/* SPDX-License-Identifier: Apache-2.0 */
/* Finding what is wrong with a data folder, and making anew what can be. */
#include <assert.h>

#include "office/keep.h"
#include "server/care.h"
#include "server/counters_file.h"
#include "server/publish.h"

static void show_flaw(void *context, const struct store_flaw *flaw)
{
	static const enum message messages[] = {
		[STORE_FLAW_MISSING] = MESSAGE_VERIFY_MISSING,
		[STORE_FLAW_DAMAGED] = MESSAGE_VERIFY_DAMAGED,
		[STORE_FLAW_VERSION] = MESSAGE_VERIFY_VERSION,
		[STORE_FLAW_CLOSED] = MESSAGE_VERIFY_CLOSED,
		[STORE_FLAW_CATALOGUE] = MESSAGE_VERIFY_CATALOGUE,
		[STORE_FLAW_REFERENCE] = MESSAGE_VERIFY_REFERENCE,
		[STORE_FLAW_ROWS] = MESSAGE_VERIFY_ROWS,
		[STORE_FLAW_JOIN] = MESSAGE_VERIFY_JOIN,
		[STORE_FLAW_VERSIONS] = MESSAGE_VERIFY_VERSIONS,
		[STORE_FLAW_ARTICLE] = MESSAGE_VERIFY_ARTICLE,
		[STORE_FLAW_TOOL] = MESSAGE_VERIFY_TOOL,
		[STORE_FLAW_EDITIONS] = MESSAGE_VERIFY_EDITIONS,
		[STORE_FLAW_PARTS] = MESSAGE_VERIFY_PARTS,
		[STORE_FLAW_DIFFERS] = MESSAGE_VERIFY_DIFFERS,
	};
	static_assert(sizeof(messages) / sizeof(messages[0]) == STORE_FLAW__COUNT, "all told");
	struct context *c = context;
	console_say_with(&c->console, messages[flaw->code], {STR("what"), flaw->what});
	if (flaw->file.size > 0)
		console_say_with(&c->console, MESSAGE_VERIFY_FROM, {STR("what"), flaw->what},
			{STR("feed"), flaw->feed}, {STR("file"), flaw->file});
}

/* What lies outside of the store is whole or not. */
static void show_damaged(void *context, struct str what)
{
	show_flaw(context, &(struct store_flaw){STORE_FLAW_DAMAGED, what, STR(""), STR("")});
}

static void write_verdict(struct context *c, const struct store_verdict *v)
{
	static const char *const names[] = {"files", "segments", "bytes", "faults", "strays"};
	const uint64_t values[] = {v->files, v->segments, v->bytes, v->faults, v->strays};
	care_write_counts(c, names, values, 5, MESSAGE_CLI_VERDICT);
}

/* The store knows nothing of downloads. */
static void verify_counters(struct context *context, struct store_verdict *verdict)
{
	struct counters_copy copy = {0};
	const char *folder = context_folder(context);
	enum err err = folder ? counters_file_read(folder, &copy) : E_NOTFOUND;
	counters_copy_release(&copy);
	if (err == E_OK || err == E_NOTFOUND)
		return;
	verdict->faults++;
	show_damaged(context, STR(COUNTERS_NAME));
	console_say(&context->console, MESSAGE_CARE_MEND_COUNTERS, NULL, 0);
}

static void verify_office(struct context *context, struct store_verdict *verdict)
{
	struct office office;
	struct office_verdict found = {0};
	enum err err = office_open(&office, context_folder(context), false);
	if (err == E_NOTFOUND)
		return;
	if (err == E_OK)
		err = office_verify(&office, show_damaged, context, &found);
	if (err != E_OK) {
		found.faults++;
		show_damaged(context, STR("office/office.db"));
	}
	office_close(&office);
	verdict->files += found.files;
	verdict->faults += found.faults;
	if (found.faults > 0)
		console_say(&context->console, MESSAGE_CARE_MEND_OFFICE, NULL, 0);
}

/* What to do, once for each kind of fault. */
static void advise(struct context *context, const struct store_verdict *verdict)
{
	static const enum message mend[] = {
		[STORE_FAULT_CATALOGUE] = MESSAGE_CARE_MEND_CATALOGUE,
		[STORE_FAULT_SIGHTINGS] = MESSAGE_CARE_MEND_SIGHTINGS,
		[STORE_FAULT_DERIVED] = MESSAGE_CARE_MEND_DERIVED,
		[STORE_FAULT_TABLE] = MESSAGE_CARE_MEND_TABLE,
		[STORE_FAULT_SITE] = MESSAGE_CARE_MEND_SITE,
		[STORE_FAULT_EDITION] = MESSAGE_CARE_MEND_EDITION,
	};
	static_assert(sizeof(mend) / sizeof(mend[0]) == STORE_FAULT__COUNT, "each has advice");
	for (size_t i = 0; i < STORE_FAULT__COUNT; i++)
		if (verdict->faults_of[i] > 0)
			console_say(&context->console, mend[i], NULL, 0);
}

int command_verify(struct context *context)
{
	struct store *store;
	struct store_verdict verdict;
	if (!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	enum err err = store_verify(store, show_flaw, context, &verdict);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	if (err != E_OK)
		return status;
	advise(context, &verdict);
	verify_counters(context, &verdict);
	verify_office(context, &verdict);
	write_verdict(context, &verdict);
	return verdict.faults ? EXIT_FAILED : EXIT_FINE;
}

static void write_rebuilt(struct context *c, const struct store_rebuilt *r)
{
	static const char *const names[] = {"files", "made", "lost"};
	const uint64_t values[] = {r->files, r->made, r->lost};
	care_write_counts(c, names, values, 3, MESSAGE_CARE_REBUILT);
}

int command_rebuild(struct context *context)
{
	struct store *store;
	struct store_rebuilt rebuilt;
	if (!context_store(context, STORE_WRITE, &store))
		return EXIT_FAILED;
	enum err err = store_rebuild(store, &rebuilt);
	if (err == E_OK)
		err = publish_all(store, context->now);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	if (err != E_OK)
		return status;
	write_rebuilt(context, &rebuilt);
	if (rebuilt.lost == 0)
		return EXIT_FINE;
	console_say(&context->console, MESSAGE_CARE_MEND_SIGHTINGS, NULL, 0);
	return EXIT_FAILED;
}
