/* SPDX-License-Identifier: Apache-2.0 */
#include "planted.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include <stdlib.h>

#include "hive_maker.h"

#define VERSION "Microsoft\\Windows\\CurrentVersion\\"
#define VERSION_NT "Microsoft\\Windows NT\\CurrentVersion\\"

static const struct fixture fixtures[] = {
#include "fixtures.inc"
};

const struct fixture *fixtures_of_text(size_t *ret_count)
{
	*ret_count = sizeof(fixtures) / sizeof(fixtures[0]);
	return fixtures;
}

static uint8_t *copy(const char *text, size_t *ret_size)
{
	*ret_size = strlen(text);
	uint8_t *content = malloc(*ret_size + 1);
	assert_non_null(content);
	memcpy(content, text, *ret_size + 1);
	return content;
}

static uint8_t *software(bool clean, size_t *ret_size)
{
	struct hive_maker *m = hive_maker_new();
	hive_maker_text(m, VERSION "Run", "SecurityHealth",
		"%windir%\\system32\\SecurityHealthSystray.exe");
	hive_maker_text(m, VERSION_NT "Winlogon", "Shell", "explorer.exe");
	hive_maker_text(
		m, VERSION_NT "Winlogon", "Userinit", "C:\\Windows\\system32\\userinit.exe,");
	if (!clean)
		hive_maker_text(
			m, VERSION "Run", "Update", "C:\\Users\\an\\AppData\\Local\\Temp\\x.exe");
	return hive_maker_end(m, ret_size);
}

static uint8_t *of_user(bool clean, size_t *ret_size)
{
	struct hive_maker *m = hive_maker_new();
	hive_maker_text(m, "Software\\" VERSION "Run", "OneDrive",
		"\"C:\\Users\\an\\AppData\\Local\\Microsoft\\OneDrive\\OneDrive.exe\" /background");
	if (!clean)
		hive_maker_text(m, "Software\\" VERSION "Run", "Update",
			"C:\\Users\\an\\AppData\\Local\\Temp\\x.exe");
	return hive_maker_end(m, ret_size);
}

static uint8_t *system_set(bool clean, size_t *ret_size)
{
	struct hive_maker *m = hive_maker_new();
	hive_maker_number(m, "Select", "Current", 1);
	hive_maker_text(m, "ControlSet001\\Services\\Dnscache", "ImagePath",
		"%SystemRoot%\\system32\\svchost.exe -k NetworkService -p");
	if (!clean)
		hive_maker_text(
			m, "ControlSet001\\Services\\x", "ImagePath", "C:\\Windows\\Temp\\x.exe");
	return hive_maker_end(m, ret_size);
}

static uint8_t *task(bool clean, size_t *ret_size)
{
	return copy(
		clean ? "<?xml version=\"1.0\"?><Task><Actions><Exec><Command>%windir%\\system32"
			"\\defrag.exe</Command><Arguments>-c -h</Arguments></Exec></Actions></Task>"
		      : "<?xml "
			"version=\"1.0\"?><Task><Actions><Exec><Command>C:\\Windows\\Temp\\x.exe"
			"</Command></Exec></Actions></Task>",
		ret_size);
}

static uint8_t *startup(bool clean, size_t *ret_size)
{
	static const uint8_t program[100] = {'M', 'Z'};
	if (clean)
		return copy("[InternetShortcut]\r\n", ret_size);
	*ret_size = sizeof(program);
	uint8_t *content = malloc(sizeof(program));
	assert_non_null(content);
	memcpy(content, program, sizeof(program));
	return content;
}

/* Places whose files are no text, or whose rules are those of Windows. */
static uint8_t *of_windows(struct str key, bool clean, size_t *ret_size, const char **ret_why)
{
	*ret_why = "runs-from-temporary";
	if (str_equal(key, STR("windows-software")))
		return software(clean, ret_size);
	if (str_equal(key, STR("windows-user")))
		return of_user(clean, ret_size);
	if (str_equal(key, STR("windows-system")))
		return system_set(clean, ret_size);
	if (str_equal(key, STR("windows-task")))
		return task(clean, ret_size);
	*ret_why = "program-in-startup";
	return str_equal(key, STR("windows-startup")) ? startup(clean, ret_size) : NULL;
}

uint8_t *planted_content(struct str key, bool clean, size_t *ret_size, const char **ret_why)
{
	uint8_t *content = of_windows(key, clean, ret_size, ret_why);
	for (size_t i = 0; !content && i < sizeof(fixtures) / sizeof(fixtures[0]); i++) {
		const struct fixture *f = &fixtures[i];
		/* Hidden files have that sign from their name, which is not this one. */
		if (!str_equal(survey_place_of(str_from(f->path))->key, key) ||
			(f->why[0] == '\0') != clean || strcmp(f->why, "hidden-file") == 0)
			continue;
		*ret_why = f->why;
		content = copy(f->content, ret_size);
	}
	if (clean)
		*ret_why = "";
	return content;
}

char *planted_path(const struct place *place)
{
	char *path = malloc(place->pattern.size + 1);
	assert_non_null(path);
	for (size_t i = 0; i < place->pattern.size; i++) {
		const char c = place->pattern.data[i];
		/* The same name cannot be a folder and a file. */
		const bool last = !memchr(place->pattern.data + i, '/', place->pattern.size - i);
		path[i] = c != '*' ? c : last ? 'y' : 'x';
		if (place->windows && c >= 'a' && c <= 'z')
			path[i] = (char)(c - 'a' + 'A');
	}
	path[place->pattern.size] = '\0';
	return path;
}
