/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a pack is what it says: signed, whole, not expired, and every rule of it works. */
#include "base/limits.h"
#include "server/command_pack.h"

enum {
	SIGNATURE_BYTES = 4096,
	PATH_BYTES = 1 << 16
};

struct verdict {
	const char *path;
	struct str bytes;
	struct pack pack;
	struct pack_rules rules;
	struct str comment; /* trusted; empty: no key to check it with */
	bool signature_wrong, form_wrong, contradicts, expired, rules_wrong;
	size_t unsound;
};

static const char *signature_path(struct context *c, const char *path)
{
	struct writer w;
	writer_init(&w, PATH_BYTES);
	writer_text(&w, path);
	writer_text(&w, ".minisig");
	const char *copy =
		writer_end(&w) == E_OK ? arena_cstr(&c->arena, writer_view_str(&w)) : NULL;
	writer_release(&w);
	return copy ? copy : "";
}

/* --- signature --- */

static bool check_signature(struct context *c, struct verdict *v)
{
	struct public_key key;
	struct str signature;
	bool given;
	if (!pack_public_key(c, &given, &key))
		return false;
	if (!given)
		return true;
	if (!pack_load_file(c, signature_path(c, v->path), SIGNATURE_BYTES, &signature))
		return false;
	enum err err = signature_verify(&key, str_bytes(v->bytes), signature, &v->comment);
	v->signature_wrong = err != E_OK;
	return true;
}

/* "id:x version:7 expires:…" is what a reader of the signature alone goes by. */
static bool comment_says(struct str comment, const char *key, struct str value)
{
	while (comment.size > 0) {
		struct str field = str_cut(comment, ' ', &comment), rest;
		if (str_equal(str_cut(field, ':', &rest), str_from(key)))
			return str_equal(rest, value);
	}
	return true;
}

static void check_comment(struct verdict *v)
{
	struct writer version, expires;
	writer_init(&version, 64);
	writer_init(&expires, 64);
	writer_decimal(&version, v->pack.version);
	writer_instant(&expires, v->pack.expires);
	v->contradicts = !comment_says(v->comment, "id", v->pack.id) ||
			 !comment_says(v->comment, "version", writer_view_str(&version)) ||
			 !comment_says(v->comment, "expires", writer_view_str(&expires));
	writer_release(&version);
	writer_release(&expires);
}

/* --- what is inside --- */

static bool check_rules(struct context *c, struct verdict *v)
{
	enum err err = pack_rules_split(&v->pack, &c->arena, &v->rules);
	if (err == E_OK)
		err = pack_rules_compile(&c->console, &v->pack, &c->arena, &v->rules);
	if (err != E_OK) {
		context_failed(c, text(c->console.lang, MESSAGE_PACK_COMPILING), err);
		return false;
	}
	for (size_t i = 0; i < v->rules.count; i++)
		v->unsound += !v->rules.list[i].sound;
	v->rules_wrong = v->rules.fault_count > 0;
	return true;
}

static bool check_contents(struct context *c, struct verdict *v)
{
	enum err err = pack_open(str_bytes(v->bytes), &c->arena, &v->pack);
	if (err == E_NOMEM) {
		context_failed(c, str_from(v->path), err);
		return false;
	}
	v->form_wrong = err != E_OK;
	if (v->form_wrong)
		return true;
	v->expired = v->pack.expires.seconds <= c->now.seconds;
	check_comment(v);
	return check_rules(c, v);
}

/* --- said --- */

static bool any_wrong(const struct verdict *v)
{
	return v->signature_wrong || v->form_wrong || v->contradicts || v->expired ||
	       v->rules_wrong;
}

static void say(struct context *c, const struct verdict *v, enum message message)
{
	site_say_with(c, message, {STR("what"), str_from(v->path)}, {STR("id"), v->pack.id},
		context_number_text(c, "version", v->pack.version),
		context_number_text(c, "rules", v->rules.count),
		context_number_text(c, "bad", v->unsound),
		{STR("expires"), site_day_text(c, instant_date(v->pack.expires))});
}

static void say_lines(struct context *c, const struct verdict *v)
{
	if (v->signature_wrong)
		say(c, v, MESSAGE_PACK_NOT_SIGNED);
	if (v->form_wrong)
		say(c, v, MESSAGE_PACK_NOT_ONE);
	if (v->contradicts)
		say(c, v, MESSAGE_PACK_CONTRADICTS);
	if (v->expired)
		say(c, v, MESSAGE_PACK_EXPIRED);
	if (v->rules_wrong)
		say(c, v, MESSAGE_PACK_RULES_BAD);
	if (!any_wrong(v) && v->comment.data)
		say(c, v, MESSAGE_PACK_FINE);
	else if (!v->comment.data && !v->signature_wrong)
		say(c, v, MESSAGE_PACK_UNCHECKED);
}

static void write_json(struct context *c, const struct verdict *v)
{
	struct writer *w = &c->console.out;
	bool checked = v->signature_wrong || v->comment.data;
	writer_text(w, "{\"type\":\"verdict\"");
	site_json_str(w, "file", str_from(v->path), false);
	site_json_str(w, "signature",
		!checked             ? STR("unchecked")
		: v->signature_wrong ? STR("wrong")
				     : STR("good"),
		false);
	site_json_flag(w, "whole", !v->form_wrong);
	site_json_flag(w, "contradicts", v->contradicts);
	if (!v->form_wrong && !v->signature_wrong) {
		site_json_str(w, "id", v->pack.id, false);
		site_json_number(w, "version", v->pack.version);
		site_json_instant(w, "expires", v->pack.expires);
		site_json_flag(w, "expired", v->expired);
		site_json_number(w, "rules", v->rules.count);
		site_json_number(w, "bad_rules", v->unsound);
	}
	writer_text(w, "}\n");
}

/* 0 all good, 1 something is wrong with it, 2 could not be looked at, 3 good as far as it can be
 * told without a key. */
int command_pack_verify(struct context *context)
{
	struct verdict v = {.path = context->options.words[0]};
	if (!pack_load_file(context, v.path, LIMIT_PACK_BYTES, &v.bytes) ||
		!check_signature(context, &v))
		return EXIT_FAILED;
	/* What somebody else signed, or nobody, is not opened. */
	if (!v.signature_wrong && !check_contents(context, &v))
		return EXIT_FAILED;
	if (v.rules.fault_count > 0)
		pack_say_faults(context, &v.pack, &v.rules);
	if (context->console.json)
		write_json(context, &v);
	else
		say_lines(context, &v);
	if (any_wrong(&v))
		return EXIT_YES;
	return v.comment.data ? EXIT_FINE : EXIT_INCOMPLETE;
}
