/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

/* YARA rule files taken apart by their text: rules one by one, so that each can be compiled, put
 * into a shard and left out for itself. Understands strings, regular expressions, hex strings and
 * comments as YARA 4.2 does, nothing of what they mean. */

struct yara_string {
	struct str name; /* "$a"; anonymous: "$" */
	enum yara_string_kind {
		YARA_TEXT,
		YARA_HEX,
		YARA_REGEX
	} kind;
	struct str body;    /* between the quotes, braces or slashes, as written */
	struct str flags;   /* behind a regex: "is" */
	unsigned modifiers; /* enum yara_modifier */
};
enum yara_modifier {
	YARA_NOCASE = 1 << 0,
	YARA_WIDE = 1 << 1,
	YARA_ASCII = 1 << 2,
	YARA_XOR = 1 << 3,
	YARA_BASE64 = 1 << 4,
	YARA_FULLWORD = 1 << 5,
	YARA_PRIVATE = 1 << 6,
	YARA_BASE64WIDE = 1 << 7,
	YARA_ALPHABET = 1 << 8 /* base64 of another alphabet than usual */
};

struct yara_rule {
	struct str name;
	struct str text;      /* the whole rule, modifiers to closing brace */
	struct str condition; /* its condition, without comments' meaning */
	struct str author;    /* meta author, and meta "family" or "malware" where there is one */
	struct str family;
	const struct yara_string *strings;
	size_t string_count;
	const struct str *references; /* what in its condition may name rules: "x", "x*" */
	size_t reference_count;
	bool is_global, is_private;
	uint64_t line;
};

struct yara_file {
	const struct str *imports; /* "pe" */
	size_t import_count;
	const struct str *includes; /* refused: packs are one file */
	size_t include_count;
	const struct yara_rule *rules;
	size_t rule_count;
};

/* The tokens of a rule's text. Comments and spaces are skipped. */
enum yara_token_kind {
	YARA_TOKEN_END,
	YARA_TOKEN_WORD,   /* letters, digits, _; with $ # @ or ! in front; "$a*" */
	YARA_TOKEN_NUMBER, /* "0x5A4D", "10KB", "1.5" */
	YARA_TOKEN_TEXT,   /* between quotes, as written */
	YARA_TOKEN_REGEX,  /* between slashes, as written */
	YARA_TOKEN_SIGN,   /* "(" "==" ".." */
	YARA_TOKEN_BAD
};
struct yara_token {
	enum yara_token_kind kind;
	struct str text;
	struct str flags; /* REGEX */
	uint64_t line;
};
struct yara_lexer {
	const char *at, *end;
	uint64_t line;
};
struct yara_token yara_next(struct yara_lexer *lexer);

/* E_SYNTAX with the line where the text stops being one; what came before stays in *ret_file. */
MUST_CHECK enum err yara_split(
	struct str text, struct arena *arena, struct yara_file *ret_file, uint64_t *ret_line);
