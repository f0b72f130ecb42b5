/* SPDX-License-Identifier: Apache-2.0 */
#include "survey/survey.h"
#include "survey/windows_command.h"

/* Names of folders every Windows has, and where they are. */
static const struct {
	struct str name, folder;
} folders[] = {
	{STR_INIT("%systemroot%\\"), STR_INIT("Windows/")},
	{STR_INIT("%windir%\\"), STR_INIT("Windows/")},
	{STR_INIT("\\systemroot\\"), STR_INIT("Windows/")},
	{STR_INIT("system32\\"), STR_INIT("Windows/System32/")},
	{STR_INIT("%systemdrive%\\"), STR_INIT("")},
	{STR_INIT("%programfiles%\\"), STR_INIT("Program Files/")},
	{STR_INIT("%programfiles(x86)%\\"), STR_INIT("Program Files (x86)/")},
	{STR_INIT("%programw6432%\\"), STR_INIT("Program Files/")},
	{STR_INIT("%commonprogramfiles%\\"), STR_INIT("Program Files/Common Files/")},
	{STR_INIT("%programdata%\\"), STR_INIT("ProgramData/")},
	{STR_INIT("%allusersprofile%\\"), STR_INIT("ProgramData/")},
	{STR_INIT("%public%\\"), STR_INIT("Users/Public/")},
};

/* The same of the person whose file it is. */
static const struct {
	struct str name, folder;
} own[] = {
	{STR_INIT("%userprofile%\\"), STR_INIT("/")},
	{STR_INIT("%appdata%\\"), STR_INIT("/AppData/Roaming/")},
	{STR_INIT("%localappdata%\\"), STR_INIT("/AppData/Local/")},
	{STR_INIT("%temp%\\"), STR_INIT("/AppData/Local/Temp/")},
	{STR_INIT("%tmp%\\"), STR_INIT("/AppData/Local/Temp/")},
};

static bool take_prefix(struct str *s, struct str prefix)
{
	if (s->size < prefix.size || !str_equal_nocase((struct str){s->data, prefix.size}, prefix))
		return false;
	*s = (struct str){s->data + prefix.size, s->size - prefix.size};
	return true;
}

/* "Users/NAME" out of the path of a file that is somebody's; empty: nobody's. */
static struct str person(struct str place)
{
	static const struct str users = STR_INIT("users/");
	const size_t at = find_nocase(place, users);
	if (at == place.size || (at > 0 && place.data[at - 1] != '/'))
		return STR("");
	struct str rest, tail = {place.data + at + users.size, place.size - at - users.size};
	struct str name = str_cut(tail, '/', &rest);
	return rest.size > 0 ? (struct str){place.data + at, users.size + name.size} : STR("");
}

static bool is_drive(struct str s)
{
	return s.size > 3 && s.data[1] == ':' && (s.data[2] == '\\' || s.data[2] == '/');
}

/* What begins the path is taken off and written; false: it is no path of this disk. */
static bool write_start(struct str *program, struct str place, struct writer *w)
{
	take_prefix(program, STR("\\??\\"));
	if (is_drive(*program)) {
		*program = (struct str){program->data + 3, program->size - 3};
		return true;
	}
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (take_prefix(program, folders[i].name)) {
			writer_str(w, folders[i].folder);
			return true;
		}
	struct str home = person(place);
	for (size_t i = 0; home.size > 0 && i < sizeof(own) / sizeof(own[0]); i++)
		if (take_prefix(program, own[i].name)) {
			writer_str(w, home);
			writer_str(w, own[i].folder);
			return true;
		}
	/* A name alone is looked for where Windows keeps its own. */
	if (program->size == 0 || memchr(program->data, '\\', program->size) ||
		memchr(program->data, '%', program->size))
		return false;
	writer_str(w, STR("Windows/System32/"));
	return true;
}

void survey_windows_path(struct str program, struct str place, struct writer *w)
{
	program = str_trim(program);
	if (program.size == 0 || memchr(program.data, '\0', program.size) ||
		!write_start(&program, place, w))
		return;
	const bool ending = memchr(windows_name(program).data, '.', windows_name(program).size);
	for (size_t i = 0; i < program.size; i++)
		writer_char(w, program.data[i] == '\\' ? '/' : program.data[i]);
	if (!ending)
		writer_str(w, STR(".exe"));
}
