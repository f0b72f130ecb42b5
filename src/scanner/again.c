/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/again.h"

static bool is_plain(char c)
{
	bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	bool digit = c >= '0' && c <= '9';
	return letter || digit || (c && strchr("-._/=:,+@%", c));
}

/* A word as a shell takes it for itself. */
static void write_word(struct writer *w, struct str word)
{
	size_t plain = 0;
	while (plain < word.size && is_plain(word.data[plain]))
		plain++;
	if (word.size > 0 && plain == word.size) {
		writer_str(w, word);
		return;
	}
	writer_char(w, '\'');
	for (size_t i = 0; i < word.size; i++) {
		if (word.data[i] == '\'')
			writer_text(w, "'\\'");
		writer_char(w, word.data[i]);
	}
	writer_char(w, '\'');
}

static bool is_named(const char *const *arguments, struct str option)
{
	for (; *arguments; arguments++) {
		struct str word = str_from(*arguments);
		if (str_starts(word, option) &&
			(word.size == option.size || word.data[option.size] == '='))
			return true;
	}
	return false;
}

static void add(
	struct writer *w, const char *const *arguments, const char *option, const char *value)
{
	if (!value[0] || is_named(arguments, str_from(option)))
		return;
	writer_char(w, ' ');
	writer_text(w, option);
	writer_char(w, ' ');
	write_word(w, str_from(value));
}

void again_write(struct writer *w, const char *const *arguments, const struct verified_pack *pack)
{
	const char *name =
		arguments[0] && strchr(arguments[0], '/') ? arguments[0] : "quetsach-scan";
	writer_text(w, "sudo ");
	write_word(w, str_from(name));
	for (size_t i = 1; arguments[0] && arguments[i]; i++) {
		writer_char(w, ' ');
		write_word(w, str_from(arguments[i]));
	}
	add(w, arguments, "--pack", pack->path);
	add(w, arguments, "--public-key", pack->key_file);
}
