/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of a pack one by one: which of them compile, and the files without the others. */
#include <stdlib.h>

#include "base/cursor.h"
#include "base/limits.h"
#include "match/engine.h"
#include "os/file.h"
#include "os/fork.h"
#include "os/process.h"
#include "os/sandbox.h"
#include "rules/yara_source.h"
#include "server/command_pack.h"

enum {
	MESSAGE_BYTES = 1024,
	END = -1,  /* a message's rule: the last one, with the engine's error */
	DONE = -2, /* so many thousandths are done */
	FIRST_ROOM = 64
};

/* --- faults --- */

static enum err add_fault(struct pack_rules *r, struct arena *arena, const struct pack_fault *fault)
{
	if (r->fault_count == r->fault_capacity) {
		size_t room = r->fault_capacity ? 2 * r->fault_capacity : FIRST_ROOM;
		struct pack_fault *faults = arena_alloc(arena, room, sizeof(*faults));
		if (!faults)
			return E_NOMEM;
		if (r->fault_count > 0)
			memcpy(faults, r->faults, r->fault_count * sizeof(*faults));
		r->faults = faults;
		r->fault_capacity = room;
	}
	r->faults[r->fault_count++] = *fault;
	return E_OK;
}

/* --- taking files apart --- */

static enum err split_file(const struct pack *pack, uint32_t set, uint32_t file,
	struct arena *arena, struct pack_rules *r, struct yara_file **ret_split)
{
	uint64_t line;
	const struct pack_file *source = &pack->sets[set].files[file];
	struct yara_file *split = arena_alloc(arena, 1, sizeof(*split));
	if (!split)
		return E_NOMEM;
	enum err err = yara_split(source->text, arena, split, &line);
	if (err != E_OK && err != E_SYNTAX)
		return err;
	struct pack_fault fault = {set, file, line, STR(""), PROBLEM_NOT_YARA, STR("")};
	if (err == E_SYNTAX)
		TRY(add_fault(r, arena, &fault));
	for (size_t i = 0; i < split->include_count; i++) {
		fault = (struct pack_fault){
			set, file, 0, STR(""), PROBLEM_YARA_INCLUDE, split->includes[i]};
		TRY(add_fault(r, arena, &fault));
	}
	*ret_split = split;
	return E_OK;
}

static enum err take_file(const struct pack *pack, uint32_t set, uint32_t file, struct arena *arena,
	struct pack_rules *r)
{
	struct yara_file *split;
	TRY(split_file(pack, set, file, arena, r, &split));
	if (split->rule_count > LIMIT_PACK_RULES - r->count)
		return E_LIMIT;
	for (size_t i = 0; i < split->rule_count; i++)
		r->list[r->count++] = (struct pack_rule){set, file, split, &split->rules[i], true};
	return E_OK;
}

enum err pack_rules_split(
	const struct pack *pack, struct arena *arena, struct pack_rules *ret_rules)
{
	*ret_rules = (struct pack_rules){0};
	ret_rules->list = arena_alloc(arena, LIMIT_PACK_RULES, sizeof(*ret_rules->list));
	if (!ret_rules->list)
		return E_NOMEM;
	for (uint32_t set = 0; set < pack->set_count; set++)
		for (uint32_t file = 0; file < pack->sets[set].file_count; file++)
			TRY(take_file(pack, set, file, arena, ret_rules));
	return E_OK;
}

/* --- the process without rights --- */

static void send(int socket, uint32_t rule, uint32_t code, struct str got)
{
	struct writer w;
	writer_init(&w, MESSAGE_BYTES);
	writer_u32(&w, rule);
	writer_u32(&w, code);
	writer_string(&w, got);
	if (writer_end(&w) != E_OK || socket_send(socket, writer_view(&w), -1) != E_OK)
		sandbox_exit(EXIT_FAILED);
	writer_release(&w);
}

static void send_problem(void *context, const struct problem *problem)
{
	uint64_t rule;
	const int *socket = context;
	if (str_to_u64(problem_field(problem), LIMIT_PACK_RULES, &rule))
		send(*socket, (uint32_t)rule, problem->code, problem_got(problem));
}

static void send_progress(void *context, uint64_t done, uint64_t total)
{
	const int *socket = context;
	send(*socket, (uint32_t)DONE, (uint32_t)(1000 * done / total), STR(""));
}

_Noreturn static void compile_apart(const struct pack *single, int socket)
{
	const struct pack nothing = {.id = STR("nothing")};
	/* Libraries read files of theirs when they are first used. */
	enum err err = engine_check(&nothing, send_problem, send_progress, &socket);
	if (err == E_OK)
		err = sandbox_enter_compile();
	if (err == E_OK)
		err = engine_check(single, send_problem, send_progress, &socket);
	send(socket, (uint32_t)END, err, STR(""));
	sandbox_exit(EXIT_FINE);
}

/* A file a rule, named by its number: so each fault finds its rule again. */
static struct str single_text(const struct pack_rule *r, struct arena *arena)
{
	struct writer w;
	struct str copy = {NULL, 0};
	writer_init(&w, LIMIT_PACK_BYTES);
	for (size_t i = 0; i < r->in->import_count; i++) {
		writer_text(&w, "import \"");
		writer_str(&w, r->in->imports[i]);
		writer_text(&w, "\"\n");
	}
	writer_str(&w, r->rule->text);
	if (writer_end(&w) == E_OK)
		copy = arena_copy(arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
}

static struct str number_text(uint32_t number, struct arena *arena)
{
	struct writer w;
	writer_init(&w, MESSAGE_BYTES);
	writer_decimal(&w, number);
	struct str copy = arena_copy(arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
}

static enum err make_single(const struct pack *pack, const struct pack_rules *rules,
	struct arena *arena, struct pack *ret_single)
{
	struct pack_set *sets = arena_alloc(arena, pack->set_count + 1, sizeof(*sets));
	struct pack_file *files = arena_alloc(arena, rules->count + 1, sizeof(*files));
	if (!sets || !files)
		return E_NOMEM;
	for (size_t i = 0; i < pack->set_count; i++)
		sets[i] = (struct pack_set){.name = pack->sets[i].name, .author = STR("")};
	for (uint32_t i = 0; i < rules->count; i++) {
		struct pack_set *set = &sets[rules->list[i].set];
		files[i].name = number_text(i, arena);
		files[i].text = single_text(&rules->list[i], arena);
		if (!files[i].name.data || !files[i].text.data)
			return E_NOMEM;
		if (set->file_count++ == 0)
			set->files = &files[i];
	}
	*ret_single = (struct pack){.id = pack->id,
		.version = pack->version,
		.made = pack->made,
		.expires = pack->expires,
		.sets = sets,
		.set_count = pack->set_count};
	return E_OK;
}

/* --- what it says --- */

/* Its compiler may have been taken over by a rule: it can lie about rules, nothing else. */
static enum err take_message(struct console *console, struct bytes message, struct arena *arena,
	struct pack_rules *rules, bool *ret_end, enum err *ret_engine)
{
	struct cursor c;
	cursor_init(&c, message);
	uint32_t rule = cursor_u32(&c), code = cursor_u32(&c);
	struct str got = cursor_string(&c, MESSAGE_BYTES);
	TRY(cursor_end(&c));
	*ret_end = rule == (uint32_t)END;
	if (*ret_end) {
		*ret_engine = code < ERR__COUNT ? (enum err)code : E_CORRUPT;
		return E_OK;
	}
	if (rule == (uint32_t)DONE) {
		console_progress(console, code, 1000);
		return E_OK;
	}
	if (rule >= rules->count || code >= PROBLEM__COUNT)
		return E_CORRUPT;
	struct pack_rule *r = &rules->list[rule];
	r->sound = false;
	return add_fault(rules, arena,
		&(struct pack_fault){r->set, r->file, r->rule->line, r->rule->name,
			(enum problem_code)code, arena_copy(arena, got)});
}

static enum err listen(
	struct console *console, int socket, struct arena *arena, struct pack_rules *rules)
{
	uint8_t buffer[MESSAGE_BYTES];
	bool end = false;
	enum err engine = E_CRASHED;
	while (!end) {
		size_t size;
		int fd = -1;
		enum err err = socket_receive(socket, (int)(1000 * LIMIT_PARSE_SECONDS), buffer,
			sizeof(buffer), &size, &fd);
		file_close(&fd);
		if (err == E_TRUNCATED)
			return E_CRASHED;
		TRY(err);
		TRY(take_message(
			console, (struct bytes){buffer, size}, arena, rules, &end, &engine));
	}
	return engine;
}

static void end_child(pid_t pid)
{
	int pidfd, status;
	if (process_open(pid, &pidfd) == E_OK) {
		process_kill(pidfd);
		file_close(&pidfd);
	}
	(void)!fork_wait(pid, &status);
}

enum err pack_rules_compile(struct console *console, const struct pack *pack, struct arena *arena,
	struct pack_rules *rules)
{
	struct pack single;
	int ours, theirs;
	pid_t pid;
	TRY(make_single(pack, rules, arena, &single));
	TRY(socket_pair(&ours, &theirs));
	enum err err = fork_copy(&pid);
	if (err == E_OK && pid == 0) {
		file_close(&ours);
		compile_apart(&single, theirs);
	}
	file_close(&theirs);
	if (err == E_OK) {
		console_progress_begin(console, text(console->lang, MESSAGE_PACK_COMPILING));
		err = listen(console, ours, arena, rules);
		console_progress_end(console);
		end_child(pid);
	}
	file_close(&ours);
	return err;
}

/* --- what is left --- */

/* A file on its way: its rules are those of pack_rules from `first` on. */
struct cleaning {
	struct str text;
	char *copy;
	size_t end; /* what is kept of it */
};

/* Spaces, so that lines and columns stay where they were. */
static void blank(struct cleaning *f, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (f->copy[i] != '\n' && f->copy[i] != '\r')
			f->copy[i] = ' ';
}

static size_t offset_of(const struct cleaning *f, struct str part)
{
	return (size_t)(part.data - f->text.data);
}

/* From the word `include` to the closing quote: what is included is in the pack by itself. */
static void blank_include(struct cleaning *f, struct str included)
{
	static const struct str word = STR_INIT("include");
	size_t name = offset_of(f, included), from = name;
	while (from > 0 && !str_starts((struct str){f->text.data + from, name - from}, word))
		from--;
	blank(f, from, name + included.size + 1);
}

static void apply_fault(struct cleaning *f, const struct pack_fault *fault, size_t rules_end)
{
	if (fault->code == PROBLEM_YARA_INCLUDE)
		blank_include(f, fault->got);
	if (fault->code == PROBLEM_NOT_YARA)
		f->end = rules_end;
}

/* Returns how many sound rules there are; *ret_end: where the last rule ends. */
static size_t clean_rules(
	struct cleaning *f, const struct pack_rule *rules, size_t count, size_t *ret_end)
{
	size_t sound = 0;
	*ret_end = 0;
	for (size_t i = 0; i < count; i++) {
		size_t from = offset_of(f, rules[i].rule->text);
		*ret_end = from + rules[i].rule->text.size;
		sound += rules[i].sound;
		if (!rules[i].sound)
			blank(f, from, *ret_end);
	}
	return sound;
}

/* Text NULL: there is nothing left. */
static enum err clean_file(const struct pack_file *file, uint32_t set, uint32_t number,
	const struct pack_rules *all, const struct pack_rule *rules, size_t count,
	struct arena *arena, struct str *ret_text)
{
	size_t rules_end;
	struct cleaning f = {file->text, arena_cstr(arena, file->text), file->text.size};
	if (!f.copy)
		return E_NOMEM;
	size_t sound = clean_rules(&f, rules, count, &rules_end);
	for (size_t i = 0; i < all->fault_count; i++)
		if (all->faults[i].set == set && all->faults[i].file == number)
			apply_fault(&f, &all->faults[i], rules_end);
	*ret_text = sound > 0 ? (struct str){f.copy, f.end} : (struct str){NULL, 0};
	return E_OK;
}

enum err pack_rules_clean(
	struct pack_set *sets, size_t count, struct arena *arena, const struct pack_rules *rules)
{
	size_t at = 0;
	for (uint32_t set = 0; set < count; set++) {
		struct pack_set *s = &sets[set];
		struct pack_file *kept = arena_alloc(arena, s->file_count + 1, sizeof(*kept));
		size_t kept_count = 0;
		if (!kept)
			return E_NOMEM;
		for (uint32_t file = 0; file < s->file_count; file++) {
			struct pack_file *next = &kept[kept_count];
			size_t first = at;
			while (at < rules->count && rules->list[at].set == set &&
				rules->list[at].file == file)
				at++;
			next->name = s->files[file].name;
			TRY(clean_file(&s->files[file], set, file, rules, &rules->list[first],
				at - first, arena, &next->text));
			kept_count += next->text.data != NULL;
		}
		s->files = kept;
		s->file_count = kept_count;
	}
	return E_OK;
}

/* --- for people --- */

static void fault_json(
	struct writer *w, const struct pack *pack, const struct pack_fault *f, struct str message)
{
	writer_text(w, "{\"type\":\"problem\"");
	site_json_str(w, "set", pack->sets[f->set].name, false);
	site_json_str(w, "file", pack->sets[f->set].files[f->file].name, false);
	site_json_number(w, "line", f->line);
	site_json_str(w, "rule", f->rule, false);
	site_json_str(w, "code", problem_code_name(f->code), false);
	site_json_str(w, "message", message, false);
	writer_text(w, "}\n");
}

static void say_fault(struct context *c, const struct pack *pack, const struct pack_fault *f)
{
	struct problem problem = {0};
	struct writer where, message;
	problem_set(&problem, f->code, f->rule, f->got);
	problem.line = f->line;
	writer_init(&where, MESSAGE_BYTES * 4);
	writer_init(&message, MESSAGE_BYTES * 4);
	writer_str(&where, pack->sets[f->set].name);
	writer_char(&where, '/');
	writer_str(&where, pack->sets[f->set].files[f->file].name);
	console_problem(&c->console, writer_view_str(&where), &problem);
	text_problem(&message, c->console.lang, &problem);
	if (c->console.json)
		fault_json(&c->console.out, pack, f, writer_view_str(&message));
	writer_release(&where);
	writer_release(&message);
}

void pack_say_faults(struct context *c, const struct pack *pack, const struct pack_rules *rules)
{
	for (size_t i = 0; i < rules->fault_count; i++)
		say_fault(c, pack, &rules->faults[i]);
}
