/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "site/fields.h"
#include "site/source.h"

enum {
	NAME,
	MAKER_VI,
	MAKER_EN,
	PURPOSE_VI,
	PURPOSE_EN,
	ABOUT_VI,
	ABOUT_EN,
	HOTLINE,
	MAIL,
	PLATFORMS,
	SIZE,
	SHA256,
	URL,
	FILE_NAME,
	FIELDS
};

static const struct field_name names[FIELDS] = {
	[NAME] = {STR_INIT("name"), true},
	[MAKER_VI] = {STR_INIT("maker-vi"), true},
	[MAKER_EN] = {STR_INIT("maker-en"), true},
	[PURPOSE_VI] = {STR_INIT("purpose-vi"), true},
	[PURPOSE_EN] = {STR_INIT("purpose-en"), true},
	[ABOUT_VI] = {STR_INIT("about-vi"), true},
	[ABOUT_EN] = {STR_INIT("about-en"), true},
	[HOTLINE] = {STR_INIT("hotline"), false},
	[MAIL] = {STR_INIT("mail"), false},
	[PLATFORMS] = {STR_INIT("platforms"), true},
	[SIZE] = {STR_INIT("size"), false},
	[SHA256] = {STR_INIT("sha256"), false},
	[URL] = {STR_INIT("url"), false},
	[FILE_NAME] = {STR_INIT("file"), false},
};

/* Words with commas or spaces between them. */
static bool read_platforms(struct str value, unsigned *ret_platforms)
{
	unsigned platforms = 0;
	while (value.size > 0) {
		size_t size = 0;
		enum tool_platform platform;
		while (size < value.size && value.data[size] != ',' && value.data[size] != ' ')
			size++;
		struct str word = {value.data, size};
		size_t past = size + (size < value.size);
		value = (struct str){value.data + past, value.size - past};
		if (word.size == 0)
			continue;
		if (!tool_platform_parse(word, &platform))
			return false;
		platforms |= (unsigned)platform;
	}
	*ret_platforms = platforms;
	return platforms != 0;
}

static bool empty_or(bool (*valid)(struct str s), struct str s)
{
	return s.size == 0 || valid(s);
}

static enum err read_facts(const struct field *f, struct tool *t, struct problem *problem)
{
	TRY(fields_expect(
		problem, &f[PLATFORMS], read_platforms(f[PLATFORMS].value, &t->platforms)));
	TRY(fields_expect(problem, &f[HOTLINE], empty_or(site_phone_valid, f[HOTLINE].value)));
	TRY(fields_expect(problem, &f[MAIL], empty_or(site_mail_valid, f[MAIL].value)));
	TRY(fields_expect(problem, &f[SIZE],
		f[SIZE].value.size == 0 ||
			(str_to_u64(f[SIZE].value, INT64_MAX, &t->size) && t->size > 0)));
	TRY(fields_expect(problem, &f[SHA256], empty_or(site_sha256_valid, f[SHA256].value)));
	TRY(fields_expect(problem, &f[URL], empty_or(site_url_valid, f[URL].value)));
	return fields_expect(problem, &f[FILE_NAME], empty_or(site_file_valid, f[FILE_NAME].value));
}

/* A file we hold has a size and a sum, and no address elsewhere. */
static enum err check_together(const struct field *f, struct problem *problem)
{
	if (f[FILE_NAME].value.size == 0)
		return E_OK;
	if (f[URL].value.size > 0)
		return fields_refuse(problem, PROBLEM_FIELDS_CLASH, &f[FILE_NAME], f[URL].name);
	if (f[SIZE].value.size == 0)
		return fields_refuse(problem, PROBLEM_NO_FIELD, &f[SIZE], STR(""));
	if (f[SHA256].value.size == 0)
		return fields_refuse(problem, PROBLEM_NO_FIELD, &f[SHA256], STR(""));
	return E_OK;
}

enum err tool_read(
	struct str text, struct arena *arena, struct tool *ret_tool, struct problem *problem)
{
	struct field f[FIELDS];
	struct fields_text at = {.rest = text};
	struct tool t = {.key = {"", 0}};
	TRY(fields_read(&at, false, names, FIELDS, arena, f, problem));
	TRY(read_facts(f, &t, problem));
	TRY(check_together(f, problem));
	t.name = f[NAME].value;
	t.maker[LANG_VI] = f[MAKER_VI].value;
	t.maker[LANG_EN] = f[MAKER_EN].value;
	t.purpose[LANG_VI] = f[PURPOSE_VI].value;
	t.purpose[LANG_EN] = f[PURPOSE_EN].value;
	t.about[LANG_VI] = f[ABOUT_VI].value;
	t.about[LANG_EN] = f[ABOUT_EN].value;
	t.hotline = f[HOTLINE].value;
	t.mail = f[MAIL].value;
	t.sha256 = f[SHA256].value;
	t.url = f[URL].value;
	t.file = f[FILE_NAME].value;
	*ret_tool = t;
	return E_OK;
}

static void write_field(struct writer *w, int field, struct str value)
{
	if (value.size == 0)
		return;
	writer_str(w, names[field].name);
	writer_text(w, ": ");
	writer_str(w, value);
	writer_char(w, '\n');
}

static void write_platforms(struct writer *w, unsigned platforms)
{
	const char *before = "";
	writer_str(w, names[PLATFORMS].name);
	writer_text(w, ": ");
	for (unsigned bit = 0; bit < TOOL_PLATFORMS; bit++) {
		if (!(platforms >> bit & 1))
			continue;
		writer_text(w, before);
		writer_str(w, tool_platform_name((enum tool_platform)(1u << bit)));
		before = ", ";
	}
	writer_char(w, '\n');
}

void tool_write(struct writer *w, const struct tool *tool)
{
	write_field(w, NAME, tool->name);
	write_field(w, MAKER_VI, tool->maker[LANG_VI]);
	write_field(w, MAKER_EN, tool->maker[LANG_EN]);
	write_field(w, PURPOSE_VI, tool->purpose[LANG_VI]);
	write_field(w, PURPOSE_EN, tool->purpose[LANG_EN]);
	write_field(w, ABOUT_VI, tool->about[LANG_VI]);
	write_field(w, ABOUT_EN, tool->about[LANG_EN]);
	write_field(w, HOTLINE, tool->hotline);
	write_field(w, MAIL, tool->mail);
	write_platforms(w, tool->platforms);
	if (tool->size > 0) {
		writer_text(w, "size: ");
		writer_decimal(w, tool->size);
		writer_char(w, '\n');
	}
	write_field(w, SHA256, tool->sha256);
	write_field(w, URL, tool->url);
	write_field(w, FILE_NAME, tool->file);
}
