/* SPDX-License-Identifier: Apache-2.0 */
/* Where the registry of Windows says what is started. */
#include "survey/hive.h"
#include "survey/lines.h"
#include "survey/readers.h"
#include "survey/reasons.h"
#include "survey/windows_command.h"

enum {
	DATA_MOST = 1 << 20,
	TEXT_MOST = 2 << 20,
	TREE_DEPTH = 10
};

/* How data is judged. */
enum judge {
	JUDGE_COMMAND,  /* a command line */
	JUDGE_SHELL,    /* what a person sees after logging in: explorer.exe */
	JUDGE_USERINIT, /* what prepares it: userinit.exe, and a comma */
	JUDGE_LIBRARY,  /* libraries for every program: usually none */
	JUDGE_DEBUGGER, /* started instead of the program the key is named after */
	JUDGE_BOOT,     /* before anything else: the check of disks */
	JUDGE_SHOWN     /* nothing odd about it by itself */
};

struct row {
	struct str key;
	struct str value; /* empty: each of the key */
	struct str inner; /* of each key below: in this one, if not empty */
	enum judge judge;
	bool each; /* of each key below it */
};

struct registry {
	struct hive hive;
	const struct place_sink *sink;
	struct writer raw, data, text;
};

/* --- judging --- */

static struct str first_word(struct str s)
{
	return take_word(&s);
}

static struct str shell_reason(struct str data)
{
	struct str name = windows_name(str_trim(data));
	return str_equal_nocase(name, STR("explorer.exe")) ||
			       str_equal_nocase(name, STR("explorer"))
		       ? STR("")
		       : WHY_LOGON;
}

static struct str userinit_reason(struct str data)
{
	while (data.size > 0) {
		struct str part = str_trim(str_cut(data, ',', &data));
		struct str name = windows_name(part);
		const bool usual = str_equal_nocase(name, STR("userinit.exe")) ||
				   str_equal_nocase(name, STR("userinit"));
		if (part.size > 0 && (!usual || windows_command_read(part).why.size > 0))
			return WHY_LOGON;
	}
	return STR("");
}

static struct str library_reason(struct str data)
{
	/* Old drivers of graphics cards. */
	static const struct str usual[] = {STR_INIT("nvinit.dll"), STR_INIT("nvinitx.dll"), {0}};
	while (data.size > 0) {
		struct str part = str_trim(str_cut(data, ',', &data));
		bool known = part.size == 0;
		for (const struct str *u = usual; u->size > 0; u++)
			known = known || str_equal_nocase(windows_name(part), *u);
		if (!known)
			return WHY_INTO_PROGRAMS;
	}
	return STR("");
}

/* Tools of developers and of those who look after machines do that openly. */
static struct str debugger_reason(struct str data)
{
	static const struct str usual[] = {STR_INIT("procexp"), STR_INIT("vsjitdebugger"),
		STR_INIT("windbg"), STR_INIT("systeminformer"), STR_INIT("processhacker"), {0}};
	for (const struct str *u = usual; u->size > 0; u++)
		if (contains_nocase(data, *u))
			return windows_command_read(data).why;
	return WHY_INSTEAD;
}

static struct str boot_reason(struct str data)
{
	return str_equal_nocase(first_word(data), STR("autocheck")) ? STR("") : WHY_BOOT;
}

static struct command judge(enum judge how, struct str data)
{
	struct command c = windows_command_read(data);
	struct str why = STR("");
	switch (how) {
	case JUDGE_COMMAND:
		break;
	case JUDGE_SHELL:
		why = shell_reason(data);
		break;
	case JUDGE_USERINIT:
		why = userinit_reason(data);
		break;
	case JUDGE_LIBRARY:
		why = library_reason(data);
		break;
	case JUDGE_DEBUGGER:
		why = debugger_reason(data);
		break;
	case JUDGE_BOOT:
		why = boot_reason(data);
		break;
	case JUDGE_SHOWN:
		c.why = STR("");
		break;
	}
	if (why.size > 0)
		c.why = why;
	return c;
}

/* --- one value --- */

/* "Key\\below: value = data". */
static enum err give(struct registry *r, struct str key, const struct hive_name *below,
	const struct hive_value *value, enum judge how, struct bytes wide)
{
	writer_clear(&r->data);
	write_wide(&r->data, wide);
	struct str data = str_trim(writer_view_str(&r->data));
	if (data.size == 0)
		return E_OK;
	writer_clear(&r->text);
	writer_str(&r->text, key);
	if (below) {
		writer_char(&r->text, '\\');
		hive_write_name(&r->text, *below);
	}
	writer_str(&r->text, STR(": "));
	if (value) {
		hive_write_name(&r->text, value->name);
		writer_str(&r->text, STR(" = "));
	}
	writer_str(&r->text, data);
	struct command c = judge(how, data);
	return give_entry(r->sink, 0, writer_view_str(&r->text), c.program, c.why);
}

/* Up to the next NUL, which is taken too. */
static struct bytes take_text(struct bytes *rest)
{
	size_t size = 0;
	while (size + 1 < rest->size && (rest->data[size] || rest->data[size + 1]))
		size += 2;
	struct bytes text = {rest->data, size};
	size = size + 2 < rest->size ? size + 2 : rest->size;
	*rest = (struct bytes){rest->data + size, rest->size - size};
	return text;
}

static enum err give_value(struct registry *r, struct str key, const struct hive_name *below,
	const struct hive_value *value, enum judge how)
{
	if (value->type != HIVE_TEXT && value->type != HIVE_EXPAND && value->type != HIVE_TEXTS)
		return E_OK;
	struct bytes data = hive_data(&r->hive, value, &r->raw);
	if (value->type != HIVE_TEXTS)
		return give(r, key, below, value, how, data);
	while (data.size > 1)
		TRY(give(r, key, below, value, how, take_text(&data)));
	return E_OK;
}

static enum err read_values(struct registry *r, const struct row *row, const struct hive_key *key,
	const struct hive_name *below)
{
	struct hive_values values;
	struct hive_value value;
	hive_values_begin(&r->hive, key, &values);
	while (hive_values_next(&r->hive, &values, &value))
		if (row->value.size == 0 || hive_name_is(value.name, row->value))
			TRY(give_value(r, row->key, below, &value, row->judge));
	return E_OK;
}

static enum err read_row(struct registry *r, const struct hive_key *from, const struct row *row)
{
	struct hive_key key, below, inner;
	struct hive_keys keys;
	if (hive_find(&r->hive, from, row->key, &key) != E_OK)
		return E_OK;
	if (!row->each)
		return read_values(r, row, &key, NULL);
	hive_keys_begin(&r->hive, &key, &keys);
	while (hive_keys_next(&r->hive, &keys, &below))
		if (hive_find(&r->hive, &below, row->inner, &inner) == E_OK)
			TRY(read_values(r, row, &inner, &below.name));
	return E_OK;
}

static enum err read_rows(
	struct registry *r, const struct hive_key *from, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		TRY(read_row(r, from, &rows[i]));
	return E_OK;
}

/* --- tasks, which the registry keeps beside their files --- */

#define TASKS "Microsoft\\Windows NT\\CurrentVersion\\Schedule\\TaskCache"

enum {
	ACTION_PROGRAM = 0x6666,
	ACTION_HANDLER = 0x7777,
	HANDLER_NAME = 16
};

static struct bytes take_sized(struct cursor *c)
{
	const uint32_t size = cursor_u32(c);
	return cursor_take(c, size);
}

/* The command line of one action, as UTF-16, one behind the other in r->text. */
static enum err give_action(struct registry *r, struct hive_name task, struct cursor *c)
{
	take_sized(c);
	struct bytes program = take_sized(c), words = take_sized(c);
	take_sized(c);
	writer_clear(&r->data);
	write_command_line(&r->data, program, words);
	struct str line = writer_view_str(&r->data);
	writer_clear(&r->text);
	writer_str(&r->text, STR(TASKS "\\Tasks\\"));
	hive_write_name(&r->text, task);
	writer_str(&r->text, STR(": "));
	writer_str(&r->text, line);
	struct command found = windows_command_read(line);
	return give_entry(r->sink, 0, writer_view_str(&r->text), found.program, found.why);
}

static enum err read_actions(struct registry *r, struct hive_name task, struct bytes data)
{
	struct cursor c;
	cursor_init(&c, data);
	const uint16_t version = cursor_u16(&c);
	take_sized(&c); /* who made it */
	while (cursor_left(&c) > 0) {
		const uint16_t kind = cursor_u16(&c);
		if (kind == ACTION_HANDLER) {
			take_sized(&c);
			cursor_take(&c, HANDLER_NAME);
			take_sized(&c);
			continue;
		}
		if (kind != ACTION_PROGRAM)
			break;
		TRY(give_action(r, task, &c));
		if (version > 2)
			cursor_u16(&c);
	}
	return E_OK;
}

static enum err read_tasks(struct registry *r, const struct hive_key *tasks)
{
	struct hive_keys keys;
	struct hive_key task;
	struct hive_value value;
	hive_keys_begin(&r->hive, tasks, &keys);
	while (hive_keys_next(&r->hive, &keys, &task))
		if (hive_value_named(&r->hive, &task, STR("Actions"), &value))
			TRY(read_actions(r, task.name, hive_data(&r->hive, &value, &r->raw)));
	return E_OK;
}

/* A task without the value that says who may see it is shown to nobody. */
static enum err read_tree(struct registry *r, const struct hive_key *key, unsigned depth)
{
	struct hive_keys keys;
	struct hive_key child;
	struct hive_value value;
	hive_keys_begin(&r->hive, key, &keys);
	while (depth > 0 && hive_keys_next(&r->hive, &keys, &child)) {
		if (hive_value_named(&r->hive, &child, STR("Id"), &value) &&
			!hive_value_named(&r->hive, &child, STR("SD"), &value)) {
			writer_clear(&r->text);
			writer_str(&r->text, STR(TASKS "\\Tree: "));
			hive_write_name(&r->text, child.name);
			TRY(give_entry(
				r->sink, 0, writer_view_str(&r->text), STR(""), WHY_TASK_HIDDEN));
		}
		TRY(read_tree(r, &child, depth - 1));
	}
	return E_OK;
}

static enum err read_task_cache(struct registry *r, const struct hive_key *root)
{
	struct hive_key key;
	if (hive_find(&r->hive, root, STR(TASKS "\\Tasks"), &key) == E_OK)
		TRY(read_tasks(r, &key));
	if (hive_find(&r->hive, root, STR(TASKS "\\Tree"), &key) == E_OK)
		TRY(read_tree(r, &key, TREE_DEPTH));
	return E_OK;
}

/* --- the files --- */

typedef enum err hive_reader_fn(struct registry *r, const struct hive_key *root);

static enum err read_hive(struct bytes content, const struct place_sink *s, hive_reader_fn *read)
{
	struct registry r = {.sink = s};
	struct hive_key root;
	writer_init(&r.raw, DATA_MOST);
	writer_init(&r.data, TEXT_MOST);
	writer_init(&r.text, 2 * TEXT_MOST);
	enum err err = hive_open(content, &r.hive);
	if (err == E_OK)
		err = hive_root(&r.hive, &root);
	if (err == E_OK)
		err = read(&r, &root);
	/* Read to the end, and yet not all there was. */
	if (err == E_OK && r.hive.damaged)
		err = E_CORRUPT;
	if (err == E_OK && r.hive.unfinished)
		err = E_BUSY;
	writer_release(&r.raw);
	writer_release(&r.data);
	writer_release(&r.text);
	return err;
}

#define VERSION "Microsoft\\Windows\\CurrentVersion\\"
#define VERSION_NT "Microsoft\\Windows NT\\CurrentVersion\\"
#define OLD "WOW6432Node\\"
#define ALL(key, judge)                                                                            \
	{                                                                                          \
		STR_INIT(key), {0}, {0}, judge, false                                              \
	}
#define ONE(key, value, judge)                                                                     \
	{                                                                                          \
		STR_INIT(key), STR_INIT(value), {0}, judge, false                                  \
	}
#define EACH(key, value, judge)                                                                    \
	{                                                                                          \
		STR_INIT(key), STR_INIT(value), {0}, judge, true                                   \
	}

static enum err read_software(struct registry *r, const struct hive_key *root)
{
	static const struct row rows[] = {
		ALL(VERSION "Run", JUDGE_COMMAND),
		ALL(VERSION "RunOnce", JUDGE_COMMAND),
		ALL(VERSION "RunServices", JUDGE_COMMAND),
		ALL(VERSION "RunServicesOnce", JUDGE_COMMAND),
		ALL(VERSION "Policies\\Explorer\\Run", JUDGE_COMMAND),
		ALL(OLD VERSION "Run", JUDGE_COMMAND),
		ALL(OLD VERSION "RunOnce", JUDGE_COMMAND),
		ALL(OLD VERSION "Policies\\Explorer\\Run", JUDGE_COMMAND),
		ONE(VERSION_NT "Winlogon", "Shell", JUDGE_SHELL),
		ONE(VERSION_NT "Winlogon", "Userinit", JUDGE_USERINIT),
		ONE(VERSION_NT "Winlogon", "Taskman", JUDGE_COMMAND),
		EACH(VERSION_NT "Winlogon\\Notify", "DllName", JUDGE_COMMAND),
		ONE(VERSION_NT "Windows", "AppInit_DLLs", JUDGE_LIBRARY),
		ONE(OLD VERSION_NT "Windows", "AppInit_DLLs", JUDGE_LIBRARY),
		EACH(VERSION_NT "Image File Execution Options", "Debugger", JUDGE_DEBUGGER),
		EACH(OLD VERSION_NT "Image File Execution Options", "Debugger", JUDGE_DEBUGGER),
		EACH(VERSION_NT "SilentProcessExit", "MonitorProcess", JUDGE_DEBUGGER),
		EACH("Microsoft\\Active Setup\\Installed Components", "StubPath", JUDGE_COMMAND),
		EACH(OLD "Microsoft\\Active Setup\\Installed Components", "StubPath",
			JUDGE_COMMAND),
		ONE("Microsoft\\Command Processor", "AutoRun", JUDGE_COMMAND),
	};
	TRY(read_rows(r, root, rows, sizeof(rows) / sizeof(rows[0])));
	return read_task_cache(r, root);
}

enum err read_hive_software(struct bytes content, struct str path, const struct place_sink *s)
{
	(void)path;
	return read_hive(content, s, read_software);
}

static enum err read_user(struct registry *r, const struct hive_key *root)
{
	static const struct row rows[] = {
		ALL("Software\\" VERSION "Run", JUDGE_COMMAND),
		ALL("Software\\" VERSION "RunOnce", JUDGE_COMMAND),
		ALL("Software\\" VERSION "Policies\\Explorer\\Run", JUDGE_COMMAND),
		ALL("Software\\" OLD VERSION "Run", JUDGE_COMMAND),
		ALL("Software\\" OLD VERSION "RunOnce", JUDGE_COMMAND),
		ONE("Software\\" VERSION_NT "Windows", "Load", JUDGE_COMMAND),
		ONE("Software\\" VERSION_NT "Windows", "Run", JUDGE_COMMAND),
		ONE("Software\\" VERSION_NT "Winlogon", "Shell", JUDGE_SHELL),
		ONE("Software\\Microsoft\\Command Processor", "AutoRun", JUDGE_COMMAND),
		ONE("Environment", "UserInitMprLogonScript", JUDGE_COMMAND),
		ONE("Control Panel\\Desktop", "SCRNSAVE.EXE", JUDGE_COMMAND),
	};
	return read_rows(r, root, rows, sizeof(rows) / sizeof(rows[0]));
}

enum err read_hive_user(struct bytes content, struct str path, const struct place_sink *s)
{
	(void)path;
	return read_hive(content, s, read_user);
}

static enum err read_control_set(struct registry *r, const struct hive_key *set)
{
	static const struct row rows[] = {
		EACH("Services", "ImagePath", JUDGE_COMMAND),
		EACH("Services", "ServiceDll", JUDGE_COMMAND),
		{STR_INIT("Services"), STR_INIT("ServiceDll"), STR_INIT("Parameters"),
			JUDGE_COMMAND, true},
		ONE("Control\\Session Manager", "BootExecute", JUDGE_BOOT),
		ALL("Control\\Session Manager\\AppCertDlls", JUDGE_LIBRARY),
		EACH("Control\\Print\\Monitors", "Driver", JUDGE_COMMAND),
		ONE("Control\\Lsa", "Notification Packages", JUDGE_SHOWN),
		ONE("Control\\Lsa", "Authentication Packages", JUDGE_SHOWN),
	};
	return read_rows(r, set, rows, sizeof(rows) / sizeof(rows[0]));
}

/* The set that is used, where that is said; else all there are. */
static enum err read_system(struct registry *r, const struct hive_key *root)
{
	struct hive_key key, set;
	struct hive_value value;
	struct hive_keys keys;
	char name[] = "ControlSet000";
	if (hive_find(&r->hive, root, STR("Select"), &key) == E_OK &&
		hive_value_named(&r->hive, &key, STR("Current"), &value) && value.within &&
		value.at < 1000) {
		for (unsigned i = 0, n = value.at; i < 3; i++, n /= 10)
			name[sizeof(name) - 2 - i] = (char)('0' + n % 10);
		if (hive_find(&r->hive, root, str_from(name), &set) == E_OK)
			return read_control_set(r, &set);
	}
	hive_keys_begin(&r->hive, root, &keys);
	while (hive_keys_next(&r->hive, &keys, &set)) {
		writer_clear(&r->text);
		hive_write_name(&r->text, set.name);
		if (find_nocase(writer_view_str(&r->text), STR("ControlSet")) == 0)
			TRY(read_control_set(r, &set));
	}
	return E_OK;
}

enum err read_hive_system(struct bytes content, struct str path, const struct place_sink *s)
{
	(void)path;
	return read_hive(content, s, read_system);
}
