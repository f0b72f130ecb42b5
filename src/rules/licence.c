/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/licence.h"

enum {
	FIRST_LINE = 120,
	HEAD = 4096, /* where a licence says which one it is */
	HEADING = 300
};

/* Words of its text by which a licence is known; the first that has all of them. */
static const struct {
	struct str name;
	struct str words[3];
} known[] = {
	{STR_INIT("DRL-1.1"), {STR_INIT("Detection Rule License"), STR_INIT("1.1")}},
	{STR_INIT("DRL-1.0"), {STR_INIT("Detection Rule License")}},
	{STR_INIT("Apache-2.0"), {STR_INIT("Apache License"), STR_INIT("Version 2.0")}},
	{STR_INIT("BSD-3-Clause"), {STR_INIT("Redistribution and use in source and binary forms"),
					   STR_INIT("endorse or promote")}},
	{STR_INIT("BSD-2-Clause"), {STR_INIT("Redistribution and use in source and binary forms")}},
	{STR_INIT("MIT"), {STR_INIT("Permission is hereby granted, free of charge"),
				  STR_INIT("to deal"), STR_INIT("Software")}},
	{STR_INIT("ISC"), {STR_INIT("Permission to use, copy, modify, and/or distribute")}},
	{STR_INIT("Unlicense"), {STR_INIT("released into the public domain")}},
	{STR_INIT("CC0-1.0"), {STR_INIT("CC0 1.0")}},
	{STR_INIT("CC-BY-NC-4.0"), {STR_INIT("Attribution-NonCommercial 4.0")}},
	{STR_INIT("CC-BY-SA-4.0"), {STR_INIT("Attribution-ShareAlike 4.0")}},
	{STR_INIT("CC-BY-4.0"), {STR_INIT("Attribution 4.0")}},
};

/* Licences that name each other further down: told by their headings. */
static const struct {
	struct str name;
	struct str words[2];
} headed[] = {
	{STR_INIT("AGPL-3.0"), {STR_INIT("GNU AFFERO GENERAL PUBLIC LICENSE")}},
	{STR_INIT("LGPL-3.0"),
		{STR_INIT("GNU LESSER GENERAL PUBLIC LICENSE"), STR_INIT("Version 3")}},
	{STR_INIT("LGPL-2.1"), {STR_INIT("GNU LESSER GENERAL PUBLIC LICENSE")}},
	{STR_INIT("GPL-3.0"), {STR_INIT("GNU GENERAL PUBLIC LICENSE"), STR_INIT("Version 3")}},
	{STR_INIT("GPL-2.0"), {STR_INIT("GNU GENERAL PUBLIC LICENSE"), STR_INIT("Version 2")}},
};

static struct str head(struct str text, size_t size)
{
	return (struct str){text.data, text.size < size ? text.size : size};
}

static bool has(struct str text, struct str word)
{
	return word.size == 0 || str_find(text, word) < text.size;
}

static struct str take_line(struct str *rest)
{
	return str_trim(str_cut(*rest, '\n', rest));
}

/* "# MIT License" without what Markdown puts before it. */
static struct str first_line(struct str text)
{
	while (text.size > 0) {
		struct str line = take_line(&text);
		while (line.size > 0 && (line.data[0] == '#' || line.data[0] == ' '))
			line = (struct str){line.data + 1, line.size - 1};
		if (line.size > 0)
			return line.size <= FIRST_LINE ? line : STR("");
	}
	return STR("");
}

struct str licence_name(struct str text)
{
	static const struct str tag = STR_INIT("SPDX-License-Identifier:");
	size_t at = str_find(head(text, HEAD), tag);
	if (at < head(text, HEAD).size) {
		struct str rest = {text.data + at + tag.size, text.size - at - tag.size};
		return head(take_line(&rest), FIRST_LINE);
	}
	for (size_t i = 0; i < sizeof(headed) / sizeof(headed[0]); i++)
		if (has(head(text, HEADING), headed[i].words[0]) &&
			has(head(text, HEADING), headed[i].words[1]))
			return headed[i].name;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (has(head(text, HEAD), known[i].words[0]) &&
			has(head(text, HEAD), known[i].words[1]) &&
			has(head(text, HEAD), known[i].words[2]))
			return known[i].name;
	return first_line(text);
}

static bool is_year(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == ',' || c == ' ';
}

static struct str behind_years(struct str line)
{
	static const struct str marks[] = {STR_INIT("(c)"), STR_INIT("(C)"), STR_INIT("\xC2\xA9")};
	line = str_trim(line);
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (str_starts(line, marks[i]))
			line = str_trim(
				(struct str){line.data + marks[i].size, line.size - marks[i].size});
	while (line.size > 0 && is_year(line.data[0]))
		line = (struct str){line.data + 1, line.size - 1};
	return line;
}

struct str licence_holder(struct str text)
{
	static const struct str word = STR_INIT("Copyright");
	while (text.size > 0) {
		struct str line = take_line(&text);
		if (!str_starts(line, word))
			continue;
		struct str holder =
			behind_years((struct str){line.data + word.size, line.size - word.size});
		/* Templates: "Copyright [yyyy] [name of copyright owner]"; prose about it. */
		bool named = holder.size > 1 && holder.size <= FIRST_LINE &&
			     holder.data[0] != '[' && holder.data[0] != '<' &&
			     !(holder.data[0] >= 'a' && holder.data[0] <= 'z');
		if (named)
			return holder;
	}
	return STR("");
}
