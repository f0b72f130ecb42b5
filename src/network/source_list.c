/* SPDX-License-Identifier: Apache-2.0 */
#include "network/source.h"

/* Prefix lists: a network a line; comments after '#' or ';'. */

static enum err refuse_country(struct parser *p)
{
	*p->problem = (struct problem){0};
	problem_set(p->problem, PROBLEM_NO_COUNTRY, STR(""), STR(""));
	return E_SYNTAX;
}

/* "# Country: Vietnam (VN)" or "# Country: VN". */
static bool country_comment(struct str line, uint32_t *ret_country)
{
	struct str label = STR("Country:");
	struct str code;
	size_t at = str_find(line, label);
	if (at == line.size)
		return false;
	line = str_trim((struct str){line.data + at + label.size, line.size - at - label.size});
	(void)str_cut(line, '(', &code);
	if (code.size > 0)
		line = str_trim(str_cut(code, ')', &code));
	return parse_country(line, ret_country);
}

/* --country before the file's own words. */
static bool find_country(const struct parser *p, uint32_t *ret_country)
{
	struct str rest = p->text;
	if (p->source->country.size > 0)
		return parse_country(p->source->country, ret_country);
	while (rest.size > 0) {
		struct str line = str_trim(str_cut(rest, '\n', &rest));
		if (line.size > 0 && line.data[0] != '#' && line.data[0] != ';')
			return false;
		if (country_comment(line, ret_country))
			return true;
	}
	return false;
}

static enum err parse_line(struct parser *p, struct place place, struct str line, uint32_t country)
{
	struct str rest;
	enum family family;
	struct range range;
	enum problem_code code;
	line = str_trim(str_cut(str_cut(line, '#', &rest), ';', &rest));
	if (line.size == 0)
		return E_OK;
	if (!parse_network(line, &family, &range, &code)) {
		parser_reject(p, place, code, STR("prefix"), line);
		return E_OK;
	}
	range.value = country;
	return parser_accept(p, family, &range);
}

enum err parse_list(struct parser *p)
{
	struct str rest = p->text;
	struct place place = {1, 0};
	uint32_t country;
	if (!find_country(p, &country))
		return refuse_country(p);
	p->table.info.kind = NETWORK_PREFIX;
	p->table.info.country[0] = (char)(country & 0xff);
	p->table.info.country[1] = (char)(country >> 8);
	while (rest.size > 0) {
		size_t before = rest.size;
		TRY(parse_line(p, place, str_cut(rest, '\n', &rest), country));
		place.line++;
		place.offset += before - rest.size;
	}
	return E_OK;
}
