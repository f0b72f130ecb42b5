/* SPDX-License-Identifier: Apache-2.0 */
#include "survey/windows_command.h"

#include "survey/hive.h"
#include "survey/lines.h"
#include "survey/reasons.h"

enum {
	LINE_MOST = 32768
};

/* --- words --- */

size_t find_nocase(struct str s, struct str needle)
{
	for (size_t at = 0; at + needle.size <= s.size; at++)
		/* Letters of either case differ in one bit. */
		if (((s.data[at] ^ needle.data[0]) & ~0x20) == 0 &&
			str_equal_nocase((struct str){s.data + at, needle.size}, needle))
			return at;
	return s.size;
}

bool contains_nocase(struct str s, struct str needle)
{
	return find_nocase(s, needle) < s.size;
}

bool ends_nocase(struct str s, struct str suffix)
{
	return s.size >= suffix.size &&
	       str_equal_nocase((struct str){s.data + s.size - suffix.size, suffix.size}, suffix);
}

struct str windows_name(struct str path)
{
	size_t at = path.size;
	while (at > 0 && path.data[at - 1] != '\\' && path.data[at - 1] != '/')
		at--;
	return (struct str){path.data + at, path.size - at};
}

static bool contains_one(struct str s, const struct str *list)
{
	for (; list->size > 0; list++)
		if (contains_nocase(s, *list))
			return true;
	return false;
}

static bool among_nocase(struct str s, const struct str *list)
{
	for (; list->size > 0; list++)
		if (str_equal_nocase(s, *list))
			return true;
	return false;
}

/* --- what is started --- */

static bool ends_word(struct str s, size_t at)
{
	return at >= s.size || strchr(" \t,\"'", s.data[at]) != NULL;
}

/* Names hold spaces, and quotes are often missing: up to the first ending of a program's name. */
static size_t program_size(struct str line)
{
	static const struct str endings[] = {STR_INIT(".exe"), STR_INIT(".dll"), STR_INIT(".sys"),
		STR_INIT(".com"), STR_INIT(".scr"), STR_INIT(".pif"), STR_INIT(".bat"),
		STR_INIT(".cmd"), STR_INIT(".vbs"), STR_INIT(".vbe"), STR_INIT(".js"),
		STR_INIT(".jse"), STR_INIT(".wsf"), STR_INIT(".hta"), STR_INIT(".ps1"),
		STR_INIT(".cpl"), STR_INIT(".msi"), STR_INIT(".dat"), STR_INIT(".tmp"), {0}};
	for (size_t at = 1; at < line.size; at++) {
		if (line.data[at] != '.')
			continue;
		struct str tail = {line.data + at, line.size - at};
		for (const struct str *e = endings; e->size > 0; e++)
			if (tail.size >= e->size && ends_word(tail, e->size) &&
				str_equal_nocase((struct str){tail.data, e->size}, *e))
				return at + e->size;
	}
	size_t size = 0;
	while (size < line.size && line.data[size] != ' ' && line.data[size] != '\t')
		size++;
	return size;
}

static struct str take_program(struct str *line)
{
	struct str s = str_trim(*line), rest;
	if (str_starts(s, STR("\""))) {
		s = (struct str){s.data + 1, s.size - 1};
		struct str program = str_cut(s, '"', &rest);
		*line = rest;
		return program;
	}
	const size_t size = program_size(s);
	*line = (struct str){s.data + size, s.size - size};
	return (struct str){s.data, size};
}

/* Without its ending. */
static bool is_named(struct str program, const struct str *list)
{
	struct str name = windows_name(program);
	if (ends_nocase(name, STR(".exe")))
		name.size -= 4;
	return among_nocase(name, list);
}

/* Programs of Windows that start what they are handed. */
static const struct str hosts[] = {STR_INIT("cmd"), STR_INIT("%comspec%"), STR_INIT("rundll32"),
	STR_INIT("regsvr32"), STR_INIT("wscript"), STR_INIT("cscript"), STR_INIT("powershell"),
	STR_INIT("powershell_ise"), STR_INIT("pwsh"), STR_INIT("mshta"), STR_INIT("msiexec"),
	STR_INIT("forfiles"), STR_INIT("pcalua"), STR_INIT("conhost"), STR_INIT("explorer"),
	STR_INIT("schtasks"), STR_INIT("installutil"), STR_INIT("regasm"), STR_INIT("msbuild"),
	STR_INIT("start"), STR_INIT("hh"), STR_INIT("control"), {0}};

static bool is_path(struct str s)
{
	return s.size > 3 && s.data[1] == ':' && s.data[2] == '\\';
}

/* The first path behind a host; empty: none. */
static struct str handed_on(struct str rest)
{
	for (size_t at = 0; at + 3 < rest.size; at++) {
		struct str tail = {rest.data + at, rest.size - at};
		if ((at == 0 || strchr(" \t\"'=,:(", rest.data[at - 1])) &&
			(is_path(tail) || tail.data[0] == '%')) {
			struct str end, path = tail;
			path.size = program_size(tail);
			path = str_cut(path, '"', &end);
			return str_cut(path, ',', &end);
		}
	}
	return STR("");
}

/* --- signs --- */

/* Programs that do live in people's own folders. */
static bool is_usual_in_roaming(struct str below)
{
	static const struct str usual[] = {STR_INIT("Spotify"), STR_INIT("Zoom"),
		STR_INIT("Telegram Desktop"), STR_INIT("uTorrent"), STR_INIT("uTorrent Web"),
		STR_INIT("BitTorrent"), STR_INIT("BitTorrent Web"), STR_INIT("Adobe"),
		STR_INIT("Foxit Software"), STR_INIT("Zalo"), STR_INIT("ZaloPC"), STR_INIT("Viber"),
		STR_INIT("Dropbox"), STR_INIT("discord"), STR_INIT("npm"), STR_INIT("nvm"),
		STR_INIT("Python"), STR_INIT("Ubisoft"), STR_INIT("CocCoc"), STR_INIT("TeamViewer"),
		STR_INIT("UltraViewer"), STR_INIT("Slack"), STR_INIT("Skype"), {0}};
	struct str rest;
	struct str folder = str_cut(below, '\\', &rest);
	return rest.size > 0 && among_nocase(folder, usual);
}

static bool lies_odd_in(struct str s, struct str folder, bool (*is_usual)(struct str below))
{
	const size_t at = find_nocase(s, folder);
	if (at == s.size)
		return false;
	const size_t from = at + folder.size;
	return !is_usual((struct str){s.data + from, s.size - from});
}

/* Something straight in that folder is odd, what has a folder of its own is not. */
static bool has_folder(struct str below)
{
	return memchr(below.data, '\\', below.size) != NULL;
}

static bool is_temporary(struct str s)
{
	static const struct str folders[] = {STR_INIT("\\temp\\"), STR_INIT("\\tmp\\"),
		STR_INIT("%temp%\\"), STR_INIT("%tmp%\\"), STR_INIT("\\inetcache\\"),
		STR_INIT("\\temporary internet files\\"), {0}};
	return contains_one(s, folders);
}

static bool is_odd_folder(struct str s)
{
	static const struct str folders[] = {STR_INIT("\\$recycle.bin\\"), STR_INIT("\\recycler\\"),
		STR_INIT("\\recycled\\"), STR_INIT("\\users\\public\\"), STR_INIT("%public%\\"),
		STR_INIT("\\users\\default\\"), STR_INIT("\\perflogs\\"),
		STR_INIT("\\windows\\fonts\\"), STR_INIT("\\windows\\debug\\"),
		STR_INIT("\\windows\\help\\"), STR_INIT("\\system volume information\\"), {0}};
	/* "Local Settings\Application Data" is where programs install themselves. */
	const bool local = contains_nocase(s, STR("\\local settings\\"));
	return contains_one(s, folders) ||
	       lies_odd_in(s, STR("\\appdata\\roaming\\"), is_usual_in_roaming) ||
	       lies_odd_in(s, STR("%appdata%\\"), is_usual_in_roaming) ||
	       (!local && lies_odd_in(s, STR("\\application data\\"), is_usual_in_roaming)) ||
	       lies_odd_in(s, STR("\\programdata\\"), has_folder) ||
	       lies_odd_in(s, STR("%programdata%\\"), has_folder);
}

/* Named like a part of Windows, and not where that part is. */
static bool is_disguised(struct str program)
{
	static const struct str parts[] = {STR_INIT("svchost"), STR_INIT("lsass"),
		STR_INIT("csrss"), STR_INIT("winlogon"), STR_INIT("services"), STR_INIT("smss"),
		STR_INIT("wininit"), STR_INIT("spoolsv"), STR_INIT("taskhostw"),
		STR_INIT("dllhost"), STR_INIT("conhost"), STR_INIT("userinit"),
		STR_INIT("rundll32"), {0}};
	static const struct str homes[] = {STR_INIT("system32\\"), STR_INIT("syswow64\\"),
		STR_INIT("sysnative\\"), STR_INIT("\\winsxs\\"), {0}};
	return has_folder(program) && is_named(program, parts) && !contains_one(program, homes);
}

/* -e, -en … -encodedcommand and -ec. */
static bool is_encoded(struct str line)
{
	static const struct str whole = STR_INIT("encodedcommand");
	while (line.size > 0) {
		struct str word = take_word(&line);
		if (word.size < 2 || (word.data[0] != '-' && word.data[0] != '/'))
			continue;
		word = (struct str){word.data + 1, word.size - 1};
		if (str_equal_nocase(word, STR("ec")) ||
			(word.size <= whole.size &&
				str_equal_nocase(word, (struct str){whole.data, word.size})))
			return true;
	}
	return false;
}

static const struct str shells[] = {
	STR_INIT("powershell"), STR_INIT("powershell_ise"), STR_INIT("pwsh"), {0}};

static bool decodes(struct str line)
{
	const bool shell = contains_nocase(line, shells[0]) || contains_nocase(line, shells[2]);
	return (shell && (is_encoded(line) || contains_nocase(line, STR("frombase64string")))) ||
	       (contains_nocase(line, STR("certutil")) && contains_nocase(line, STR("decode")));
}

/* Words that fetch, each with the program they are of. */
static bool fetches(struct str line)
{
	static const struct {
		struct str program, words;
	} pairs[] = {{STR_INIT("mshta"), STR_INIT("http")},
		{STR_INIT("mshta"), STR_INIT("javascript:")},
		{STR_INIT("mshta"), STR_INIT("vbscript:")},
		{STR_INIT("rundll32"), STR_INIT("javascript:")},
		{STR_INIT("regsvr32"), STR_INIT("/i:http")},
		{STR_INIT("regsvr32"), STR_INIT("-i:http")},
		{STR_INIT("certutil"), STR_INIT("urlcache")},
		{STR_INIT("bitsadmin"), STR_INIT("transfer")},
		{STR_INIT("msiexec"), STR_INIT("http")}, {STR_INIT("wscript"), STR_INIT("http")},
		{STR_INIT("cscript"), STR_INIT("http")},
		{STR_INIT("powershell"), STR_INIT("downloadstring")},
		{STR_INIT("powershell"), STR_INIT("downloadfile")},
		{STR_INIT("powershell"), STR_INIT("downloaddata")},
		{STR_INIT("powershell"), STR_INIT("net.webclient")},
		{STR_INIT("powershell"), STR_INIT("invoke-webrequest")},
		{STR_INIT("powershell"), STR_INIT("invoke-restmethod")},
		{STR_INIT("powershell"), STR_INIT("start-bitstransfer")},
		{STR_INIT("powershell"), STR_INIT("iwr ")},
		{STR_INIT("powershell"), STR_INIT("irm ")}, {STR_INIT("curl"), STR_INIT("&")},
		{STR_INIT("curl"), STR_INIT("|")}};
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (contains_nocase(line, pairs[i].program) &&
			contains_nocase(line, pairs[i].words))
			return true;
	return false;
}

/* What installers leave to be done after a restart. */
static bool only_deletes(struct str line)
{
	static const struct str words[] = {STR_INIT("delnoderundll32"), STR_INIT("/c del "),
		STR_INIT("/c rd "), STR_INIT("/c rmdir "), STR_INIT("/c \"del "), {0}};
	return contains_one(line, words) && !memchr(line.data, '&', line.size);
}

static struct str reason(struct str line, struct str program, bool host)
{
	struct str judged = host ? line : program;
	if (only_deletes(line))
		return STR("");
	if (decodes(line))
		return WHY_DECODES;
	if (fetches(line))
		return WHY_FETCHES;
	if (contains_nocase(line, STR("\\\\.\\pipe\\")) && host)
		return WHY_SHELL;
	if (is_temporary(judged))
		return WHY_TEMPORARY;
	if (is_odd_folder(judged))
		return WHY_ODD_FOLDER;
	return is_disguised(program) ? WHY_DISGUISED : STR("");
}

struct command windows_command_read(struct str line)
{
	/* Windows starts nothing longer. */
	if (line.size > LINE_MOST)
		line.size = LINE_MOST;
	struct str rest = line;
	struct command c = {.program = take_program(&rest)};
	const bool host = is_named(c.program, hosts);
	c.why = line.size > 0 ? reason(line, c.program, host) : STR("");
	struct str handed = host ? handed_on(rest) : STR("");
	if (handed.size > 0)
		c.program = handed;
	return c;
}

void write_command_line(struct writer *w, struct bytes program, struct bytes words)
{
	const bool quoted = program.size > 1 && program.data[0] == '"';
	if (!quoted)
		writer_char(w, '"');
	write_wide(w, program);
	writer_str(w, quoted ? STR(" ") : STR("\" "));
	write_wide(w, words);
}
