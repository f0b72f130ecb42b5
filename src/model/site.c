/* SPDX-License-Identifier: Apache-2.0 */
#include "model/site.h"

#include <assert.h>

#include "base/limits.h"

const struct article *site_article(const struct site *s, struct str key, enum lang lang)
{
	for (size_t i = 0; i < s->article_count; i++)
		if (s->articles[i].lang == lang && str_equal(s->articles[i].key, key))
			return &s->articles[i];
	return NULL;
}

const struct tool *site_tool(const struct site *s, struct str key)
{
	for (size_t i = 0; i < s->tool_count; i++)
		if (str_equal(s->tools[i].key, key))
			return &s->tools[i];
	return NULL;
}

const struct site_series *site_series(const struct site *s, struct str key)
{
	for (size_t i = 0; i < s->series_count; i++)
		if (str_equal(s->series[i].key, key))
			return &s->series[i];
	return NULL;
}

const struct site_edition *site_edition(const struct site *s, struct str campaign, uint32_t number)
{
	for (size_t i = 0; i < s->edition_count; i++)
		if (s->editions[i].facts.number == number &&
			str_equal(s->editions[i].facts.campaign, campaign))
			return &s->editions[i];
	return NULL;
}

static const struct str kinds[] = {
	[ARTICLE_PAGE] = STR_INIT("page"),
	[ARTICLE_RELEASE] = STR_INIT("release"),
	[ARTICLE_POST] = STR_INIT("post"),
};

static_assert(sizeof(kinds) / sizeof(kinds[0]) == ARTICLE__COUNT, "a name for every kind");

struct str article_kind_name(enum article_kind kind)
{
	return kinds[kind];
}

bool article_kind_parse(struct str name, enum article_kind *ret_kind)
{
	for (int i = 0; i < ARTICLE__COUNT; i++) {
		if (str_equal(kinds[i], name)) {
			*ret_kind = (enum article_kind)i;
			return true;
		}
	}
	return false;
}

/* In the order of their bits. */
static const struct str platforms[] = {STR_INIT("windows"), STR_INIT("macos"), STR_INIT("linux"),
	STR_INIT("android"), STR_INIT("ios")};

static_assert(
	sizeof(platforms) / sizeof(platforms[0]) == TOOL_PLATFORMS, "a name for every platform");

struct str tool_platform_name(enum tool_platform platform)
{
	size_t bit = 0;
	while (bit + 1 < TOOL_PLATFORMS && (unsigned)platform != 1u << bit)
		bit++;
	return platforms[bit];
}

bool tool_platform_parse(struct str name, enum tool_platform *ret_platform)
{
	for (size_t i = 0; i < TOOL_PLATFORMS; i++) {
		if (str_equal(platforms[i], name)) {
			*ret_platform = (enum tool_platform)(1 << i);
			return true;
		}
	}
	return false;
}

static bool is_key_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool site_key_valid(struct str key)
{
	if (key.size == 0 || key.size > LIMIT_SITE_KEY || !is_key_char(key.data[0]))
		return false;
	for (size_t i = 0; i < key.size; i++)
		if (!is_key_char(key.data[i]) && key.data[i] != '-')
			return false;
	return true;
}
