/* SPDX-License-Identifier: Apache-2.0 */
#include "portal/platform.h"

struct sign {
	struct str text;
	unsigned platform;
};

static bool holds(struct str s, struct str part)
{
	return str_find(s, part) < s.size;
}

unsigned platform_by_hint(struct str hint)
{
	static const struct sign signs[] = {
		{STR_INIT("\"Windows\""), TOOL_WINDOWS},
		{STR_INIT("\"macOS\""), TOOL_MACOS},
		{STR_INIT("\"Linux\""), TOOL_LINUX},
		{STR_INIT("\"Android\""), TOOL_ANDROID},
		{STR_INIT("\"iOS\""), TOOL_IOS},
	};
	hint = str_trim(hint);
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (str_equal(hint, signs[i].text))
			return signs[i].platform;
	return 0;
}

/* In this order: Android and ChromeOS call themselves Linux or X11 as well, an iPhone "like Mac
 * OS X". An iPad that asks for desktop pages cannot be told from a Mac. */
unsigned platform_by_agent(struct str user_agent)
{
	static const struct sign signs[] = {
		{STR_INIT("Windows Phone"), 0},
		{STR_INIT("Windows"), TOOL_WINDOWS},
		{STR_INIT("Android"), TOOL_ANDROID},
		{STR_INIT("iPhone"), TOOL_IOS},
		{STR_INIT("iPad"), TOOL_IOS},
		{STR_INIT("iPod"), TOOL_IOS},
		{STR_INIT("Macintosh"), TOOL_MACOS},
		{STR_INIT("CrOS"), 0},
		{STR_INIT("Linux"), TOOL_LINUX},
	};
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (holds(user_agent, signs[i].text))
			return signs[i].platform;
	return 0;
}

unsigned platform_of_visitor(const struct http_request *q)
{
	struct str hint = http_header(q, "Sec-CH-UA-Platform");
	unsigned platform = platform_by_hint(hint);
	return platform ? platform : platform_by_agent(http_header(q, "User-Agent"));
}
