/* SPDX-License-Identifier: Apache-2.0 */
#include "portal/advice.h"

#include <assert.h>

struct advice {
	struct str anchor;
	enum message title;
	enum message steps[3][2]; /* what to do, why or how */
};

#define STEPS(name)                                                                                \
	{                                                                                          \
		{MESSAGE_##name##_1, MESSAGE_##name##_1_WHY},                                      \
			{MESSAGE_##name##_2, MESSAGE_##name##_2_WHY},                              \
		{                                                                                  \
			MESSAGE_##name##_3, MESSAGE_##name##_3_WHY                                 \
		}                                                                                  \
	}

static const struct advice advices[] = {
	[PLATFORM_WINDOWS] = {STR_INIT("windows"), MESSAGE_WINDOWS, STEPS(WINDOWS)},
	[PLATFORM_IOT] = {STR_INIT("iot"), MESSAGE_IOT, STEPS(IOT)},
	[PLATFORM_PHONE] = {STR_INIT("phone"), MESSAGE_PHONE, STEPS(PHONE)},
	[PLATFORM_MACOS] = {STR_INIT("macos"), MESSAGE_MACOS, STEPS(MACOS)},
	[PLATFORM_LINUX] = {STR_INIT("linux"), MESSAGE_LINUX, STEPS(LINUX)},
	[PLATFORM_ANY] = {STR_INIT("any"), MESSAGE_ANY, STEPS(ANY)},
};

static_assert(sizeof(advices) / sizeof(advices[0]) == PLATFORM__COUNT, "advice for every platform");

enum platform platform_of(const struct family *family)
{
	static const struct {
		struct str name;
		enum platform platform;
	} names[] = {
		{STR_INIT("windows"), PLATFORM_WINDOWS},
		{STR_INIT("iot"), PLATFORM_IOT},
		{STR_INIT("android"), PLATFORM_PHONE},
		{STR_INIT("ios"), PLATFORM_PHONE},
		{STR_INIT("macos"), PLATFORM_MACOS},
		{STR_INIT("linux"), PLATFORM_LINUX},
	};
	for (size_t i = 0; family && i < sizeof(names) / sizeof(names[0]); i++)
		if (str_equal(family->platform, names[i].name))
			return names[i].platform;
	return PLATFORM_ANY;
}

struct str platform_anchor(enum platform platform)
{
	return advices[platform].anchor;
}

enum message platform_title(enum platform platform)
{
	return advices[platform].title;
}

void advice_write_step(struct page *p, enum message title, enum message body)
{
	html_open(&p->html, "li");
	page_say(p, "strong", NULL, title);
	html_text(&p->html, STR(" "));
	page_say(p, "span", NULL, body);
	html_close(&p->html, "li");
}

void advice_write(struct page *p, enum platform platform)
{
	for (size_t i = 0; i < 3; i++)
		advice_write_step(p, advices[platform].steps[i][0], advices[platform].steps[i][1]);
}
