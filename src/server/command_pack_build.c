/* SPDX-License-Identifier: Apache-2.0 */
/* From folders of rules and lists to one signed pack. */
#include <fcntl.h>
#include <stdlib.h>

#include "base/limits.h"
#include "os/file.h"
#include "os/system.h"
#include "rules/pack_order.h"
#include "server/command_pack.h"

enum {
	DAYS = 365,
	SIGNATURE_BYTES = 2048
};

struct building {
	struct context *c;
	const char *output;
	struct pack pack;
	struct pack_parts parts;
	struct pack_rules rules;
	size_t left_out; /* rules */
	struct writer file, signature;
	uint64_t begun;
};

static bool refuse(struct building *b, enum message message, struct str got)
{
	site_refuse(b->c, message, got);
	return false;
}

static bool failed(struct building *b, struct str what, enum err err)
{
	context_failed(b->c, what, err);
	return false;
}

/* --- what it is called, when it was made --- */

/* Of reproducible builds: the same sources give the same pack whenever it is made. */
static bool read_made(struct building *b)
{
	uint64_t seconds;
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	b->pack.made = b->c->now;
	if (!epoch || !*epoch)
		return true;
	if (!str_to_u64(str_from(epoch), UINT32_MAX, &seconds))
		return refuse(b, MESSAGE_PACK_BAD_EPOCH, str_from(epoch));
	b->pack.made.seconds = (int64_t)seconds;
	return true;
}

/* "starter.pack" → "starter". */
static bool read_id(struct building *b)
{
	struct pack_source named;
	struct str id = options_str(&b->c->options, "id");
	if (id.size == 0) {
		if (!pack_source_parse(b->c, b->output, &named))
			return false;
		id = named.name;
	}
	b->pack.id = id;
	return pack_name_valid(id) || refuse(b, MESSAGE_PACK_BAD_ID, id);
}

static bool read_expiry(struct building *b)
{
	struct date date;
	uint64_t days = DAYS;
	struct str given = options_str(&b->c->options, "expires");
	if (date_parse(given, &date)) {
		b->pack.expires = date_instant(date);
		int64_t most = b->pack.made.seconds + (int64_t)LIMIT_PACK_DAYS * SECONDS_PER_DAY;
		return (b->pack.expires.seconds > b->pack.made.seconds &&
			       b->pack.expires.seconds <= most) ||
		       refuse(b, MESSAGE_PACK_BAD_EXPIRY, given);
	}
	if (given.size > 0 && (!str_to_u64(given, LIMIT_PACK_DAYS, &days) || days == 0))
		return refuse(b, MESSAGE_PACK_BAD_EXPIRY, given);
	b->pack.expires.seconds = b->pack.made.seconds + (int64_t)days * SECONDS_PER_DAY;
	return true;
}

/* The pack that stands where this one will: its number is passed, never another's. */
static bool follow_last(struct building *b, uint64_t *ret_last)
{
	struct str bytes;
	struct pack last;
	int fd;
	enum err err = file_open_read(AT_FDCWD, b->output, &fd);
	*ret_last = 0;
	if (err == E_NOTFOUND)
		return true;
	if (err != E_OK)
		return failed(b, str_from(b->output), err);
	file_close(&fd);
	if (pack_load(b->c, b->output, &bytes, &last) != E_OK)
		return false;
	*ret_last = last.version;
	return str_equal(last.id, b->pack.id) || refuse(b, MESSAGE_PACK_OTHER_ID, last.id);
}

static bool read_version(struct building *b)
{
	uint64_t last;
	if (!follow_last(b, &last))
		return false;
	return context_number(
		b->c, "version-number", last + 1, UINT32_MAX, last + 1, &b->pack.version);
}

static bool read_options(struct building *b)
{
	static const char *const needed[] = {"output", "key"};
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (options_str(&b->c->options, needed[i]).size == 0)
			return refuse(b, MESSAGE_PACK_NEEDS, str_from(needed[i]));
	b->output = options_get(&b->c->options, "output");
	return read_made(b) && read_id(b) && read_expiry(b) && read_version(b);
}

/* --- what is in it --- */

static bool compile(struct building *b)
{
	struct console *console = &b->c->console;
	enum err err = pack_rules_split(&b->pack, &b->c->arena, &b->rules);
	if (err == E_OK)
		err = pack_rules_compile(console, &b->pack, &b->c->arena, &b->rules);
	if (err != E_OK)
		return failed(b, text(console->lang, MESSAGE_PACK_COMPILING), err);
	pack_say_faults(b->c, &b->pack, &b->rules);
	for (size_t i = 0; i < b->rules.count; i++)
		b->left_out += !b->rules.list[i].sound;
	err = pack_rules_clean(b->parts.sets, b->parts.set_count, &b->c->arena, &b->rules);
	return err == E_OK || failed(b, STR("--rules"), err);
}

static bool gather(struct building *b)
{
	struct pack_page *pages;
	struct pack_parts *p = &b->parts;
	if (!pack_parts_read(b->c, p) || !pack_pages_gather(b->c, &pages, &b->pack.page_count))
		return false;
	b->pack.pages = pages;
	b->pack.sets = p->sets;
	b->pack.set_count = p->set_count;
	b->pack.hashes = p->hashes;
	b->pack.hash_count = p->hash_count;
	b->pack.indicators = p->indicators;
	b->pack.indicator_count = p->indicator_count;
	if (!compile(b))
		return false;
	if (b->rules.count == b->left_out && p->hash_count + p->indicator_count == 0)
		return refuse(b, MESSAGE_PACK_EMPTY, STR(""));
	return pack_parts_credit(p, &b->rules);
}

/* --- signed and put in place --- */

static bool write_pack(struct building *b)
{
	struct arena arena;
	struct pack read_back;
	pack_write(&b->file, &b->pack);
	enum err err = writer_end(&b->file);
	if (err != E_OK)
		return failed(b, str_from(b->output), err);
	/* What a scanner could not open is not signed. */
	arena_init(&arena, (size_t)2 << 30);
	err = pack_open(writer_view(&b->file), &arena, &read_back);
	arena_release(&arena);
	return err == E_OK || failed(b, str_from(b->output), err);
}

static bool sign(struct building *b)
{
	struct secret_key key;
	struct writer comment;
	if (!pack_secret_key(b->c, &key))
		return false;
	writer_init(&comment, SIGNATURE_COMMENT);
	writer_text(&comment, "id:");
	writer_str(&comment, b->pack.id);
	writer_text(&comment, " version:");
	writer_decimal(&comment, b->pack.version);
	writer_text(&comment, " expires:");
	writer_instant(&comment, b->pack.expires);
	enum err err = writer_end(&comment);
	if (err == E_OK)
		err = signature_make(
			&key, writer_view(&b->file), writer_view_str(&comment), &b->signature);
	secret_key_wipe(&key);
	writer_release(&comment);
	return err == E_OK || failed(b, str_from(b->output), err);
}

static char *signature_path(struct building *b)
{
	struct writer w;
	writer_init(&w, 1 << 16);
	writer_text(&w, b->output);
	writer_text(&w, ".minisig");
	char *path = writer_end(&w) == E_OK ? arena_cstr(&b->c->arena, writer_view_str(&w)) : NULL;
	writer_release(&w);
	return path;
}

/* Each whole at once. Between the two the pack has the signature of the last one: not accepted by
 * anybody, rather than accepted wrongly. */
static bool place(struct building *b)
{
	const char *path = signature_path(b);
	enum err err = path ? file_put(AT_FDCWD, b->output, writer_view(&b->file), true) : E_NOMEM;
	if (err != E_OK)
		return failed(b, str_from(b->output), err);
	err = file_put(AT_FDCWD, path, writer_view(&b->signature), true);
	return err == E_OK || failed(b, str_from(path), err);
}

/* --- said --- */

static double seconds(const struct building *b)
{
	return (double)(system_monotonic() - b->begun) / 1e9;
}

static void write_json(struct building *b)
{
	struct writer *w = &b->c->console.out;
	writer_text(w, "{\"type\":\"pack\"");
	site_json_str(w, "file", str_from(b->output), false);
	site_json_str(w, "id", b->pack.id, false);
	site_json_number(w, "version", b->pack.version);
	site_json_instant(w, "made", b->pack.made);
	site_json_instant(w, "expires", b->pack.expires);
	writer_text(w, ",\"sets\":[");
	for (uint32_t i = 0; i < b->pack.set_count; i++) {
		const struct pack_set *s = &b->pack.sets[i];
		writer_text(w, i ? ",{" : "{");
		site_json_str(w, "name", s->name, true);
		site_json_flag(w, "ours", s->ours);
		site_json_str(w, "author", s->author, false);
		site_json_str(w, "licence", s->licence, false);
		site_json_number(w, "rules", pack_rules_of(&b->rules, i, true));
		site_json_number(w, "left_out", pack_rules_of(&b->rules, i, false));
		site_json_number(w, "hashes", pack_hashes_of(&b->pack, i));
		site_json_number(w, "indicators", pack_indicators_of(&b->pack, i));
		writer_char(w, '}');
	}
	writer_char(w, ']');
	site_json_number(w, "rules", b->rules.count - b->left_out);
	site_json_number(w, "left_out", b->left_out);
	site_json_number(w, "hashes", b->pack.hash_count);
	site_json_number(w, "indicators", b->pack.indicator_count);
	site_json_number(w, "bad_lines", b->parts.bad_lines);
	site_json_number(w, "passed_over", b->parts.passed_over);
	site_json_number(w, "pages", b->pack.page_count);
	site_json_number(w, "bytes", b->file.size);
	writer_text(w, ",\"seconds\":");
	site_json_real(w, seconds(b));
	writer_text(w, "}\n");
}

static struct str seconds_text(struct building *b)
{
	struct writer w;
	writer_init(&w, 64);
	text_decimal(&w, b->c->console.lang, seconds(b), 1);
	struct str copy = arena_copy(&b->c->arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
}

static void write_lines(struct building *b)
{
	struct context *c = b->c;
	for (uint32_t i = 0; i < b->pack.set_count; i++)
		site_say_with(c, MESSAGE_PACK_BUILT_SET, {STR("set"), b->pack.sets[i].name},
			context_number_text(c, "rules", pack_rules_of(&b->rules, i, true)),
			context_number_text(c, "left_out", pack_rules_of(&b->rules, i, false)),
			context_number_text(c, "hashes", pack_hashes_of(&b->pack, i)),
			context_number_text(c, "indicators", pack_indicators_of(&b->pack, i)));
	site_say_with(c, MESSAGE_PACK_BUILT_REST,
		context_number_text(c, "hashes", b->pack.hash_count),
		context_number_text(c, "indicators", b->pack.indicator_count),
		context_number_text(c, "pages", b->pack.page_count),
		context_number_text(c, "bad", b->parts.bad_lines),
		context_number_text(c, "passed_over", b->parts.passed_over));
	site_say_with(c, MESSAGE_PACK_BUILT, {STR("what"), str_from(b->output)},
		{STR("id"), b->pack.id}, context_number_text(c, "version", b->pack.version),
		{STR("expires"), site_day_text(c, instant_date(b->pack.expires))},
		context_number_text(c, "rules", b->rules.count - b->left_out),
		context_number_text(c, "bytes", b->file.size), {STR("seconds"), seconds_text(b)});
}

int command_pack_build(struct context *context)
{
	struct building b = {.c = context, .begun = system_monotonic()};
	writer_init(&b.file, LIMIT_PACK_BYTES);
	writer_init(&b.signature, SIGNATURE_BYTES);
	/* The key comes last: while texts of strangers are read it is not in memory. */
	bool fine = read_options(&b) && gather(&b) && write_pack(&b) && sign(&b) && place(&b);
	if (fine && context->console.json)
		write_json(&b);
	else if (fine)
		write_lines(&b);
	writer_release(&b.file);
	writer_release(&b.signature);
	return fine ? EXIT_FINE : EXIT_FAILED;
}
