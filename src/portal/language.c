/* SPDX-License-Identifier: Apache-2.0 */
#include "portal/language.h"

#include "text/text.h"

/* "0.75" in thousandths; 0 where it is no weight: such a language is not wanted. */
static unsigned parse_weight(struct str s)
{
	struct str digits;
	uint64_t whole = 0;
	uint64_t part = 0;
	struct str before = str_cut(s, '.', &digits);
	if (!str_to_u64(before, 1, &whole) || digits.size > 3)
		return 0;
	if (digits.size > 0 && !str_to_u64(digits, 999, &part))
		return 0;
	for (size_t i = digits.size; i < 3; i++)
		part *= 10;
	unsigned weight = (unsigned)(whole * 1000 + part);
	return weight <= 1000 ? weight : 0;
}

/* "en-US;q=0.8": the language and how much it is wanted. */
static bool parse_range(struct str range, enum lang *ret_lang, unsigned *ret_weight)
{
	struct str parameters;
	struct str region;
	struct str tag = str_trim(str_cut(range, ';', &parameters));
	parameters = str_trim(parameters);
	*ret_weight = 1000;
	if (str_starts(parameters, STR("q=")))
		*ret_weight = parse_weight((struct str){parameters.data + 2, parameters.size - 2});
	return lang_parse(str_cut(tag, '-', &region), ret_lang);
}

enum lang language_accepted(struct str accept_language)
{
	unsigned best[LANG__COUNT] = {0};
	while (accept_language.size > 0) {
		enum lang lang;
		unsigned weight;
		if (parse_range(str_cut(accept_language, ',', &accept_language), &lang, &weight) &&
			weight > best[lang])
			best[lang] = weight;
	}
	return best[LANG_EN] > best[LANG_VI] ? LANG_EN : LANG_VI;
}

bool language_of_path(struct str path, enum lang *ret_lang)
{
	struct str rest;
	if (path.size == 0)
		return false;
	return lang_parse(
		str_cut((struct str){path.data + 1, path.size - 1}, '/', &rest), ret_lang);
}
