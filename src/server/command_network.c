/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdlib.h>

#include "os/file.h"
#include "server/attribution.h"
#include "server/command_region.h"
#include "server/parse_client.h"
#include "server/publish.h"
#include "server/shown_problems.h"

struct import {
	struct context *context;
	struct store *store;
	struct parse_client *client;
	struct shown_problems problems;
	size_t failed;
	size_t imported;
	bool regions; /* asked for */
	bool countries;
};

/* --as-of, else the day in the file's name, else when it says it was made, else today. */
static bool table_day(
	struct context *c, struct str file, struct instant built, struct date *ret_date)
{
	bool given;
	struct str name = file;
	struct str rest = file;
	while (rest.size > 0)
		name = str_cut(rest, '/', &rest);
	bool said = built.seconds > 0 && built.seconds <= c->now.seconds;
	*ret_date = instant_date(said ? built : c->now);
	(void)date_find(name, ret_date);
	return context_date(c, "as-of", &given, ret_date);
}

static void write_imported(
	struct context *c, struct str file, struct date day, const struct network_table_info *info)
{
	struct writer *w = &c->console.out;
	struct str kind = network_table_kind_name(info->kind);
	struct writer date;
	if (c->console.json) {
		writer_text(w, "{\"file\":");
		writer_json(w, file);
		writer_text(w, ",\"kind\":");
		writer_json(w, kind);
		writer_text(w, ",\"country\":");
		writer_json(w, str_from(info->country));
		writer_text(w, ",\"rows\":");
		writer_decimal(w, info->rows);
		writer_text(w, ",\"rejected\":");
		writer_decimal(w, info->rejected);
		writer_text(w, ",\"as_of\":\"");
		writer_date(w, day);
		writer_text(w, "\"}\n");
		return;
	}
	writer_init(&date, 64);
	text_date(&date, c->console.lang, day);
	text_write(w, c->console.lang, MESSAGE_IMPORT_DONE,
		(const struct text_arg[]){{STR("file"), file}, {STR("kind"), kind},
			context_number_text(c, "rows", info->rows),
			context_number_text(c, "rejected", info->rejected),
			{STR("date"), writer_view_str(&date)}},
		5);
	writer_char(w, '\n');
	writer_release(&date);
}

static enum err keep_table(struct import *in, struct str file, struct date day,
	const struct network_table_info *info, struct bytes bytes)
{
	int64_t id;
	const struct store_network_table table = {
		.kind = network_table_kind_name(info->kind),
		.country = str_from(info->country),
		.has_v4 = info->has_v4,
		.has_v6 = info->has_v6,
		.as_of = day,
		.name = file,
		.rows = info->rows,
		.bytes = bytes,
	};
	return store_add_network_table(in->store, &table, in->context->now, &id);
}

/* Regions are of the country that the data folder is of, unless it is said. */
static struct str import_country(const struct import *in)
{
	struct str country = context_country(in->context);
	return country.size == 0 && in->regions ? store_country(in->store) : country;
}

static enum err import_open(struct import *in, struct str file, int fd)
{
	struct context *c = in->context;
	struct date day;
	struct problem problem;
	struct network_table_info info;
	struct writer table;
	const struct network_source source = {.file_name = file,
		.country = import_country(in),
		.regions = in->regions,
		.countries = in->countries};
	shown_problems_begin(&in->problems, &c->console, file);
	writer_init(&table, SIZE_MAX / 2);
	enum err err = parse_client_network(in->client, fd, &source, shown_problems_take,
		&in->problems, &table, &info, &problem);
	shown_problems_end(&in->problems, err == E_OK ? info.rejected : 0);
	if (err == E_OK && !table_day(c, file, info.built, &day))
		err = E_USAGE;
	if (err == E_OK)
		err = keep_table(in, file, day, &info, writer_view(&table));
	else if (problem.code != PROBLEM_NONE)
		console_problem(&c->console, file, &problem);
	writer_release(&table);
	if (err == E_OK)
		write_imported(c, file, day, &info);
	if (err == E_OK && info.kind == NETWORK_REGION)
		err = region_say_strangers(c, in->store, str_from(info.country), day);
	return err;
}

static void import_file(struct import *in, const char *name)
{
	int fd;
	enum err err = file_open_read(AT_FDCWD, name, &fd);
	if (err == E_OK) {
		err = import_open(in, str_from(name), fd);
		file_close(&fd);
		/* A refusal has been explained. */
		if (err == E_IO || err == E_NOSPACE || err == E_NOMEM)
			context_store_failed(in->context, in->store, err);
	} else {
		context_failed(in->context, str_from(name), err);
	}
	in->imported += err == E_OK;
	in->failed += err != E_OK;
}

static int import_all(struct import *in)
{
	struct context *c = in->context;
	enum err err = parse_client_start(&in->client);
	if (err != E_OK)
		return context_failed(c, STR("parse"), err);
	for (size_t i = 0; i < c->options.word_count; i++)
		import_file(in, c->options.words[i]);
	parse_client_stop(in->client);
	if (in->imported > 0) {
		err = publish_network(in->store, c->now);
		if (err == E_OK)
			err = publish_sightings(in->store, c->now);
		if (err != E_OK)
			return context_store_failed(c, in->store, err);
	}
	return in->failed ? EXIT_FAILED : EXIT_FINE;
}

static bool read_kind(struct import *in)
{
	struct context *c = in->context;
	struct str got = options_str(&c->options, "kind");
	in->regions = str_equal(got, STR("regions"));
	in->countries = str_equal(got, STR("countries"));
	if (in->regions || in->countries || !options_has(&c->options, "kind"))
		return true;
	console_say_with(&c->console, MESSAGE_CLI_BAD_VALUE, {STR("option"), STR("kind")},
		{STR("got"), got}, {STR("allowed"), STR("regions, countries")});
	return false;
}

int command_network_import(struct context *context)
{
	struct import in = {.context = context};
	if (!read_kind(&in))
		return EXIT_FAILED;
	if (!context_store(context, STORE_WRITE, &in.store))
		return EXIT_FAILED;
	int status = import_all(&in);
	store_close(in.store);
	return status;
}

static void show_json(struct writer *w, struct ip ip, const struct attribution *a)
{
	writer_text(w, "{\"ip\":\"");
	writer_ip(w, ip);
	writer_text(w, "\",\"asn\":");
	if (a->asn)
		writer_decimal(w, a->asn);
	else
		writer_text(w, "null");
	const struct str names[] = {
		STR("as_name"), STR("holder"), STR("country"), STR("pool"), STR("region")};
	const struct str values[] = {
		a->as_name, a->holder.key, a->country, pool_name(a->pool), a->region};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		writer_text(w, ",\"");
		writer_str(w, names[i]);
		writer_text(w, "\":");
		if (values[i].size)
			writer_json(w, values[i]);
		else
			writer_text(w, "null");
	}
	writer_text(w, "}\n");
}

static struct str or_dash(struct str s)
{
	return s.size ? s : STR("–");
}

static void show_line(struct console *c, struct ip ip, const struct attribution *a)
{
	struct writer address;
	struct writer asn;
	writer_init(&address, 64);
	writer_init(&asn, 64);
	writer_ip(&address, ip);
	writer_decimal(&asn, a->asn);
	text_write(&c->out, c->lang, MESSAGE_SHOW_LINE,
		(const struct text_arg[]){{STR("ip"), writer_view_str(&address)},
			{STR("asn"), a->asn ? writer_view_str(&asn) : STR("–")},
			{STR("as_name"), a->as_name}, {STR("holder"), or_dash(a->holder.key)},
			{STR("country"), or_dash(a->country)}},
		5);
	writer_char(&c->out, '\n');
	writer_release(&address);
	writer_release(&asn);
}

static int show_all(struct context *c, const struct network *network)
{
	int status = EXIT_FINE;
	for (size_t i = 0; i < c->options.word_count; i++) {
		struct ip ip;
		struct str got = str_from(c->options.words[i]);
		if (!ip_parse(got, &ip)) {
			console_say_with(&c->console, MESSAGE_CLI_BAD_ADDRESS, {STR("got"), got});
			status = EXIT_FAILED;
			continue;
		}
		struct attribution a = network_look_up(network, ip);
		if (c->console.json)
			show_json(&c->console.out, ip, &a);
		else
			show_line(&c->console, ip, &a);
	}
	return status;
}

int command_network_show(struct context *context)
{
	bool given;
	struct store *store;
	struct attribution_image image;
	struct date day = instant_date(context->now);
	if (!context_date(context, "as-of", &given, &day) ||
		!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	enum err err = attribution_image_init(&image, store, day);
	int status = err == E_OK ? show_all(context, image.network)
				 : context_store_failed(context, store, err);
	if (err == E_OK)
		attribution_image_release(&image);
	store_close(store);
	return status;
}
