/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/json_lines.h"

#include <sodium.h>

#include "format/json_object.h"

static bool is_utf8(struct str s)
{
	while (s.size > 0) {
		size_t length = utf8_length(s);
		if (length == 0)
			return false;
		s = (struct str){s.data + length, s.size - length};
	}
	return true;
}

static void write_base64(struct object *o, const char *key, struct str value)
{
	size_t size = sodium_base64_encoded_len(value.size, sodium_base64_VARIANT_ORIGINAL);
	struct writer text;
	writer_init(&text, SIZE_MAX / 2);
	uint8_t *into = writer_reserve(&text, size);
	if (into) {
		sodium_bin2base64((char *)into, size, (const uint8_t *)value.data, value.size,
			sodium_base64_VARIANT_ORIGINAL);
		object_text(o, key, (struct str){(const char *)into, size - 1});
	} else {
		writer_fail(o->out, E_NOMEM);
	}
	writer_release(&text);
}

/* Bytes that are no UTF-8 stand beside as they are, in base64. */
static void write_bytes(struct object *o, const char *key, const char *whole, struct str value)
{
	object_text(o, key, value);
	if (!is_utf8(value))
		write_base64(o, whole, value);
}

static void write_rules(struct object *o, const struct finding *f)
{
	object_open_array(o, "rules");
	for (size_t i = 0; i < f->match_count; i++) {
		object_open(o, NULL);
		object_text(o, "set", f->matches[i].set);
		object_text(o, "rule", f->matches[i].rule);
		object_text(o, "author", f->matches[i].author);
		object_close(o);
	}
	object_close_array(o);
	if (f->match_total > f->match_count)
		object_number(o, "rules_total", f->match_total);
}

static void write_process(struct object *o, const struct finding *f)
{
	if (f->pid == 0)
		return;
	object_open(o, "process");
	object_number(o, "pid", f->pid);
	if (f->program.size > 0)
		write_bytes(o, "program", "program_base64", f->program);
	object_text_if_any(o, "owner", f->owner);
	object_close(o);
}

void json_finding(struct writer *w, const struct finding *f)
{
	struct object o;
	object_init(&o, w);
	object_open(&o, NULL);
	object_text(&o, "type", STR("finding"));
	write_bytes(&o, "path", "path_base64", f->path);
	write_bytes(&o, "object", "object_base64", f->object);
	object_text(&o, "kind", object_kind_name(f->kind));
	object_text(&o, "outcome", outcome_name(f->outcome));
	object_text(&o, "family", f->family);
	write_rules(&o, f);
	write_process(&o, f);
	object_open(&o, "hashes");
	object_text_if_any(&o, "md5", f->md5);
	object_text_if_any(&o, "sha1", f->sha1);
	object_text_if_any(&o, "sha256", f->sha256);
	object_close(&o);
	object_close(&o);
	writer_char(w, '\n');
}

void json_found_more(struct writer *w, const struct found_more *more)
{
	struct object o;
	object_init(&o, w);
	object_open(&o, NULL);
	object_text(&o, "type", STR("found_more"));
	write_bytes(&o, "path", "path_base64", more->path);
	object_text(&o, "kind", object_kind_name(more->kind));
	object_text(&o, "outcome", outcome_name(more->outcome));
	object_number(&o, "count", more->count);
	object_close(&o);
	writer_char(w, '\n');
}

void json_unscanned(struct writer *w, const struct not_scanned *what)
{
	struct object o;
	object_init(&o, w);
	object_open(&o, NULL);
	object_text(&o, "type", STR("not_scanned"));
	write_bytes(&o, "path", "path_base64", what->path);
	object_text(&o, "kind", object_kind_name(what->kind));
	object_text(&o, "reason", unscanned_name(what->reason));
	if (what->object.size > 0)
		write_bytes(&o, "object", "object_base64", what->object);
	object_text_if_any(&o, "about", what->about);
	object_close(&o);
	writer_char(w, '\n');
}

/* Seconds to the millisecond. */
static void write_seconds(struct object *o, double seconds)
{
	uint64_t thousandths = (uint64_t)(seconds * 1000 + 0.5);
	object_number(o, "seconds", thousandths / 1000);
	writer_char(o->out, '.');
	writer_padded(o->out, thousandths % 1000, 3);
}

void json_summary(struct writer *w, const struct scan_report *r)
{
	const struct scan_totals *t = &r->totals;
	struct object o;
	object_init(&o, w);
	object_open(&o, NULL);
	object_text(&o, "type", STR("summary"));
	object_number(&o, "files", t->files);
	object_number(&o, "bytes", t->bytes);
	object_number(&o, "infected", t->infected);
	object_number(&o, "suspicious", t->suspicious);
	object_number(&o, "not_scanned", t->not_scanned);
	write_seconds(&o, t->seconds);
	object_number(&o, "cached", t->cached);
	object_number(&o, "places", t->places);
	object_number(&o, "processes", t->processes);
	object_number(&o, "connections", t->connections);
	object_flag(&o, "interrupted", r->stopped);
	object_flag(&o, "time_up", r->out_of_time);
	object_text(&o, "pack", str_from(r->pack->id));
	object_number(&o, "pack_version", r->pack->version);
	object_instant(&o, "pack_expires", r->pack->expires);
	object_close(&o);
	writer_char(w, '\n');
}
