/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "os/file.h"
#include "server/attribution.h"
#include "server/command_simulate.h"
#include "simulate/simulate.h"

struct space {
	const struct network *network;
	struct str country;
};

static uint32_t address(void *context, uint64_t index)
{
	const struct space *space = context;
	return network_country_address(space->network, space->country, index);
}

static uint32_t asn(void *context, uint32_t v4)
{
	const struct space *space = context;
	return network_look_up(space->network, ip_from_v4(v4)).asn;
}

static bool read_settings(struct context *c, struct simulation *s)
{
	bool given;
	uint64_t days;
	uint64_t hosts;
	uint64_t reports;
	s->end = instant_date(c->now);
	if (!context_number(c, "seed", 0, UINT64_MAX, 1, &s->seed) ||
		!context_number(c, "days", 1, 3660, 7, &days) ||
		!context_number(c, "hosts", 1, 100000000, 5000, &hosts) ||
		!context_number(c, "reports", 1, 1000, 3, &reports) ||
		!context_date(c, "end", &given, &s->end))
		return false;
	s->days = (uint32_t)days;
	s->hosts = (uint32_t)hosts;
	s->reports = (uint32_t)reports;
	s->until = c->now;
	return true;
}

/* A whole campaign has one form only. */
static bool read_format(struct context *c, bool campaign, bool *ret_intelmq)
{
	struct str format = options_str(&c->options, "format");
	*ret_intelmq = str_equal(format, STR("intelmq")) && !campaign;
	if (*ret_intelmq || format.size == 0 || str_equal(format, STR("shadowserver")))
		return true;
	console_say_with(&c->console, MESSAGE_CLI_BAD_VALUE, {STR("option"), STR("format")},
		{STR("got"), format},
		{STR("allowed"), campaign ? STR("shadowserver") : STR("shadowserver, intelmq")});
	return false;
}

/* Where the rows go: standard output, or with --output a file that appears only once it is whole.
 */
struct target {
	struct file_new file;
	const char *name; /* in the file's folder; NULL: standard output */
	int folder;
};

static enum err target_open(struct target *t, struct arena *arena, const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;
	*t = (struct target){.folder = -1};
	if (!path)
		return E_OK;
	const char *folder =
		slash ? arena_cstr(arena, (struct str){path, (size_t)(slash - path) + 1}) : ".";
	if (!folder)
		return E_NOMEM;
	t->name = slash ? slash + 1 : path;
	TRY(folder_open(AT_FDCWD, folder, &t->folder));
	return file_new_begin(t->folder, &t->file);
}

static enum err target_write(struct target *t, struct writer *w)
{
	TRY(writer_end(w));
	if (t->name)
		TRY(file_write(t->file.fd, writer_view(w)));
	else if (fwrite(w->data, 1, w->size, stdout) != w->size)
		return E_IO;
	writer_clear(w);
	return E_OK;
}

static enum err target_close(struct target *t, enum err err)
{
	if (t->name && err == E_OK)
		err = file_new_commit(&t->file, t->name, true);
	else if (t->folder >= 0)
		file_new_abort(&t->file);
	file_close(&t->folder);
	return err;
}

static enum err write_days(struct context *c, const struct simulation *settings,
	struct target *target, struct writer *w)
{
	struct simulator *s;
	TRY(simulator_new(settings, &s));
	console_progress_begin(&c->console, text(c->console.lang, MESSAGE_CLI_SIMULATING));
	simulator_header(s, w);
	enum err err = target_write(target, w);
	for (uint32_t day = 1; err == E_OK && simulator_day(s, w); day++) {
		err = target_write(target, w);
		console_progress(&c->console, day, settings->days);
	}
	console_progress_end(&c->console);
	simulator_free(s);
	return err;
}

static enum err write_all(struct context *c, const struct simulation *settings)
{
	struct writer w;
	struct target target;
	enum err err = target_open(&target, &c->arena, options_get(&c->options, "output"));
	writer_init(&w, SIZE_MAX / 2);
	if (err == E_OK)
		err = write_days(c, settings, &target, &w);
	writer_release(&w);
	return target_close(&target, err);
}

static int simulate_over(struct context *c, const struct network *network, struct str country,
	const struct simulation *asked)
{
	struct space space = {network, country};
	struct simulation s = *asked;
	s.space = country.size == 2 ? network_country_size(network, country) : 0;
	s.address = address;
	s.asn = asn;
	s.context = &space;
	if (s.space == 0) {
		console_say_with(&c->console, MESSAGE_CLI_NO_COUNTRY, {STR("country"), country});
		return EXIT_FAILED;
	}
	memcpy(s.country, country.data, 2);
	enum err err = write_all(c, &s);
	return err == E_OK ? EXIT_FINE : context_failed(c, options_str(&c->options, "output"), err);
}

static int simulate(struct context *c, struct store *store, const struct simulation *asked)
{
	struct attribution_image image;
	struct str country = context_country(c);
	enum err err = attribution_image_init(&image, store, asked->end);
	if (err != E_OK)
		return context_store_failed(c, store, err);
	int status = simulate_over(
		c, image.network, country.size > 0 ? country : store_country(store), asked);
	attribution_image_release(&image);
	return status;
}

/* What only a whole campaign has. */
static bool one_feed_only(struct context *c)
{
	static const char *const others[] = {
		"effect", "decline", "campaign", "controls", "feed-changes", "compress"};
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (!options_has(&c->options, others[i]))
			continue;
		console_say_with(&c->console, MESSAGE_SIMULATE_NEEDS_OUT,
			{STR("option"), str_from(others[i])});
		return false;
	}
	return true;
}

static int simulate_feed(struct context *context)
{
	struct store *store;
	struct simulation settings = {0};
	if (!one_feed_only(context) || !read_settings(context, &settings) ||
		!read_format(context, false, &settings.intelmq) ||
		!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	int status = simulate(context, store, &settings);
	store_close(store);
	return status;
}

int command_simulate(struct context *context)
{
	bool campaign = options_has(&context->options, "out");
	bool intelmq;
	if (campaign && options_has(&context->options, "output")) {
		console_say(&context->console, MESSAGE_SIMULATE_NEEDS_ONE, NULL, 0);
		return EXIT_FAILED;
	}
	if (campaign && !read_format(context, true, &intelmq))
		return EXIT_FAILED;
	return campaign ? simulate_campaign(context) : simulate_feed(context);
}
