/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/botnet.h"
#include "portal/page.h"

/* What to do, by kind of machine: the same steps on the check page and in the guide. */
enum platform {
	PLATFORM_WINDOWS,
	PLATFORM_IOT, /* cameras, recorders, routers, set-top boxes */
	PLATFORM_PHONE,
	PLATFORM_MACOS,
	PLATFORM_LINUX,
	PLATFORM_ANY, /* not known, or several */
	PLATFORM__COUNT
};

/* What a malware family runs on; PLATFORM_ANY for NULL. */
enum platform platform_of(const struct family *family);

/* Name of the part of the guide about it: "windows". */
struct str platform_anchor(enum platform platform);
enum message platform_title(enum platform platform);

/* Its steps as <li>, inside an open list. */
void advice_write(struct page *p, enum platform platform);

/* One more <li>. */
void advice_write_step(struct page *p, enum message title, enum message body);
