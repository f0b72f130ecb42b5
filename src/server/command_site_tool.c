/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdlib.h>

#include "base/limits.h"
#include "os/file.h"
#include "server/command_site.h"
#include "server/counters_file.h"
#include "site/site_file.h"
#include "site/source.h"

/* --- what there is --- */

static enum err load_tools(struct context *c, struct store *store, struct site_tool_list *ret_list)
{
	return site_tools_load(store, &c->arena, ret_list);
}

static const struct tool_entry *find_tool(const struct site_tool_list *list, struct str key)
{
	for (size_t i = 0; i < list->count; i++)
		if (str_equal(list->entries[i].tool.key, key))
			return &list->entries[i];
	return NULL;
}

/* The tool by the command's first word, from a store opened in `mode`; says what failed. */
struct tool_work {
	struct context *context;
	struct store *store;
	struct site_tool_list list;
	const struct tool_entry *entry;
};

static bool begin(struct tool_work *t, struct context *c, enum store_mode mode)
{
	struct str key = str_from(c->options.words[0]);
	*t = (struct tool_work){.context = c};
	if (!context_store(c, mode, &t->store))
		return false;
	enum err err = load_tools(c, t->store, &t->list);
	if (err == E_OK)
		t->entry = find_tool(&t->list, key);
	if (err != E_OK)
		context_store_failed(c, t->store, err);
	else if (!t->entry)
		site_refuse(c, MESSAGE_TOOL_NONE, key);
	if (!t->entry)
		store_close(t->store);
	return t->entry != NULL;
}

static int save(struct tool_work *t, const struct tool_entry *entry, enum message message)
{
	struct context *c = t->context;
	int status = site_changed(c, t->store, store_put_tool(t->store, entry, c->now));
	if (status == EXIT_FINE && !c->console.json)
		site_say_with(c, message, {STR("key"), entry->tool.key});
	return status;
}

static bool can_be_got(const struct tool *t)
{
	return t->url.size > 0 || t->file.size > 0;
}

/* --- set --- */

/* A text that names a file must name one that we hold. */
static bool file_held(struct context *c, struct store *store, const struct tool *t)
{
	uint64_t size;
	enum err err = store_download_size(store, t->sha256, &size);
	if (err == E_OK && size == t->size)
		return true;
	if (err == E_OK || err == E_NOTFOUND)
		site_refuse(c, MESSAGE_TOOL_FILE_NOT_HELD, t->key);
	else
		context_store_failed(c, store, err);
	return false;
}

/* A text that says nothing of how to get it leaves the file that is held. */
static void keep_file(struct tool *t, const struct tool_entry *before)
{
	if (can_be_got(t) || !before || before->tool.file.size == 0)
		return;
	t->file = before->tool.file;
	t->size = before->tool.size;
	t->sha256 = before->tool.sha256;
}

static int set_tool(struct tool_work *t, const struct tool *tool)
{
	struct tool_entry next = {.tool = *tool};
	enum err err = load_tools(t->context, t->store, &t->list);
	if (err != E_OK)
		return context_store_failed(t->context, t->store, err);
	if (tool->file.size > 0 && !file_held(t->context, t->store, tool))
		return EXIT_FAILED;
	keep_file(&next.tool, find_tool(&t->list, tool->key));
	return save(
		t, &next, can_be_got(&next.tool) ? MESSAGE_TOOL_SAVED : MESSAGE_TOOL_SAVED_WAITS);
}

int command_tool_set(struct context *context)
{
	struct tool_work t = {.context = context};
	struct tool tool;
	struct str text, key;
	struct problem problem = {0};
	const char *path = context->options.words[0];
	if (!site_file_key(context, path, &key) || !site_load_file(context, path, &text))
		return EXIT_FAILED;
	enum err err = tool_read(text, &context->arena, &tool, &problem);
	if (err == E_SYNTAX)
		return site_refuse_file(context, str_from(path), &problem);
	if (err != E_OK)
		return context_failed(context, str_from(path), err);
	if (!context_store(context, STORE_WRITE, &t.store))
		return EXIT_FAILED;
	tool.key = key;
	int status = set_tool(&t, &tool);
	store_close(t.store);
	return status;
}

/* --- add-file --- */

/* A symbolic link as the file itself is refused: what is offered shall be what was named. */
static enum err open_program(struct context *c, struct str path, struct str name, int *ret_fd)
{
	int folder;
	struct str before = {path.data, path.size - name.size};
	const char *where = before.size > 0 ? arena_cstr(&c->arena, before) : ".";
	const char *what = arena_cstr(&c->arena, name);
	if (!where || !what)
		return E_NOMEM;
	TRY(folder_open(AT_FDCWD, where, &folder));
	enum err err = file_open_read(folder, what, ret_fd);
	file_close(&folder);
	return err;
}

static int refuse_program(struct tool_work *t, struct str path, enum err err)
{
	struct context *c = t->context;
	if (err == E_RANGE)
		return site_refuse(c, MESSAGE_TOOL_FILE_EMPTY, path);
	if (err == E_LIMIT) {
		console_say_with(&c->console, MESSAGE_TOOL_FILE_TOO_LARGE, {STR("got"), path},
			context_number_text(c, "limit", LIMIT_DOWNLOAD_BYTES));
		return EXIT_FAILED;
	}
	return err == E_DENIED ? site_refuse(c, MESSAGE_TOOL_FILE_DENIED, path)
			       : context_failed(c, path, err);
}

static int add_file(struct tool_work *t, struct str path)
{
	int fd;
	struct store_download held;
	struct str name = site_base_name(path);
	struct tool_entry next = *t->entry;
	if (!site_file_valid(name))
		return site_refuse(t->context, MESSAGE_TOOL_FILE_NAME, name);
	enum err err = open_program(t->context, path, name, &fd);
	if (err == E_OK) {
		err = store_add_download(t->store, fd, &held);
		file_close(&fd);
	}
	if (err != E_OK)
		return refuse_program(t, path, err);
	next.tool.file = name;
	next.tool.size = held.size;
	next.tool.sha256 = str_from(held.sha256);
	next.tool.url = STR("");
	next.withdrawn = false;
	return save(t, &next, MESSAGE_TOOL_SAVED);
}

int command_tool_add_file(struct context *context)
{
	struct tool_work t;
	if (!begin(&t, context, STORE_WRITE))
		return EXIT_FAILED;
	int status = add_file(&t, str_from(context->options.words[1]));
	store_close(t.store);
	return status;
}

/* --- remove, order --- */

int command_tool_remove(struct context *context)
{
	struct tool_work t;
	if (!begin(&t, context, STORE_WRITE))
		return EXIT_FAILED;
	struct tool_entry next = *t.entry;
	next.withdrawn = true;
	int status = save(&t, &next, MESSAGE_TOOL_REMOVED);
	store_close(t.store);
	return status;
}

static int order(struct tool_work *t, const struct str *keys, size_t count)
{
	struct context *c = t->context;
	enum err err = load_tools(c, t->store, &t->list);
	if (err != E_OK)
		return context_store_failed(c, t->store, err);
	for (size_t i = 0; i < count; i++)
		if (!find_tool(&t->list, keys[i]))
			return site_refuse(c, MESSAGE_TOOL_NONE, keys[i]);
	err = store_order_tools(t->store, keys, count, c->now);
	if (err == E_EXISTS)
		return site_refuse(c, MESSAGE_TOOL_TWICE, STR(""));
	return site_changed(c, t->store, err);
}

int command_tool_order(struct context *context)
{
	struct tool_work t = {.context = context};
	size_t count = context->options.word_count;
	struct str *keys = arena_alloc(&context->arena, count, sizeof(*keys));
	if (!keys)
		return context_failed(context, STR(""), E_NOMEM);
	for (size_t i = 0; i < count; i++)
		keys[i] = str_from(context->options.words[i]);
	if (!context_store(context, STORE_WRITE, &t.store))
		return EXIT_FAILED;
	int status = order(&t, keys, count);
	store_close(t.store);
	return status;
}

/* --- list, show --- */

static void write_platforms(struct writer *w, unsigned platforms)
{
	const char *before = "";
	writer_text(w, ",\"platforms\":[");
	for (unsigned bit = 0; bit < TOOL_PLATFORMS; bit++) {
		if (!(platforms >> bit & 1))
			continue;
		writer_text(w, before);
		writer_json(w, tool_platform_name((enum tool_platform)(1u << bit)));
		before = ",";
	}
	writer_char(w, ']');
}

/* downloads: < 0: not known */
static void write_json(
	struct writer *w, const struct tool_entry *entry, bool ours, int64_t downloads)
{
	const struct tool *t = &entry->tool;
	writer_char(w, '{');
	site_json_str(w, "key", t->key, true);
	site_json_str(w, "name", t->name, false);
	site_json_str(w, "maker_vi", t->maker[LANG_VI], false);
	site_json_str(w, "maker_en", t->maker[LANG_EN], false);
	write_platforms(w, t->platforms);
	site_json_number(w, "size", t->size);
	site_json_str(w, "sha256", t->sha256, false);
	site_json_str(w, "url", t->url, false);
	site_json_str(w, "file", t->file, false);
	site_json_flag(w, "withdrawn", entry->withdrawn);
	site_json_flag(w, "shown", !entry->withdrawn && can_be_got(t));
	site_json_flag(w, "ours", ours);
	if (downloads >= 0)
		site_json_number(w, "downloads", (uint64_t)downloads);
	writer_text(w, "}\n");
}

static enum message state_of(const struct tool_entry *entry, bool ours)
{
	if (entry->withdrawn)
		return MESSAGE_TOOL_STATE_REMOVED;
	if (!can_be_got(&entry->tool))
		return MESSAGE_TOOL_STATE_WAITS;
	return ours ? MESSAGE_TOOL_STATE_OURS : MESSAGE_TOOL_STATE_SHOWN;
}

static void write_line(
	struct context *c, const struct tool_entry *entry, bool ours, int64_t downloads)
{
	const struct tool *t = &entry->tool;
	struct writer count;
	writer_init(&count, 64);
	if (downloads >= 0)
		text_number(&count, c->console.lang, (uint64_t)downloads);
	else
		writer_char(&count, '?');
	site_say_with(c, MESSAGE_TOOL_LINE, {STR("key"), t->key}, {STR("name"), t->name},
		{STR("where"), t->url.size > 0 ? t->url : t->file},
		{STR("state"), text(c->console.lang, state_of(entry, ours))},
		{STR("downloads"), writer_view_str(&count)});
	writer_release(&count);
}

/* Nobody has served yet: nothing was downloaded. What is damaged says nothing. */
static void read_counters(struct context *context, struct counters_copy *copy, bool *ret_damaged)
{
	const char *folder = context_folder(context);
	enum err err = folder ? counters_file_read(folder, copy) : E_NOTFOUND;
	*ret_damaged = err != E_OK && err != E_NOTFOUND;
}

static int64_t downloads_of(const struct counters_copy *copy, bool damaged, struct str key)
{
	if (damaged)
		return -1;
	return copy->file.size > 0 ? (int64_t)counters_get(&copy->counters, key).total : 0;
}

int command_tool_list(struct context *context)
{
	struct counters_copy copy = {0};
	bool damaged;
	struct store *store;
	struct site_tool_list list;
	struct console *c = &context->console;
	if (!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	enum err err = load_tools(context, store, &list);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	read_counters(context, &copy, &damaged);
	for (size_t i = 0; err == E_OK && i < list.count; i++) {
		int64_t downloads = downloads_of(&copy, damaged, list.entries[i].tool.key);
		if (c->json)
			write_json(&c->out, &list.entries[i], list.ours[i], downloads);
		else
			write_line(context, &list.entries[i], list.ours[i], downloads);
	}
	counters_copy_release(&copy);
	return status;
}

int command_tool_show(struct context *context)
{
	struct tool_work t;
	struct console *c = &context->console;
	if (!begin(&t, context, STORE_READ))
		return EXIT_FAILED;
	if (c->json)
		write_json(&c->out, t.entry, t.list.ours[t.entry - t.list.entries], -1);
	else
		tool_write(&c->out, &t.entry->tool);
	store_close(t.store);
	return EXIT_FINE;
}
