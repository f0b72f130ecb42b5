/* SPDX-License-Identifier: Apache-2.0 */
#include <locale.h>
#include <stdlib.h>
#include <time.h>

#include "base/writer.h"
#include "unpack/charsets.h"
#include "unpack/container_compound.h"
#include "unpack/container_mail.h"
#include "unpack/unpack.h"

/* One empty member "ế" whose name is marked as UTF-8: converting it and its time makes the C
 * library load its tables. */
static const uint8_t zip[] = {'P', 'K', 3, 4, 20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0x28, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0xE1, 0xBA, 0xBF};

static const char mail[] = "From nobody Mon Jan  1 00:00:00 2024\n"
			   "From: =?iso-8859-1?Q?J=F6?= <a@example.org>\nTo: b@example.org\n"
			   "Date: Mon, 1 Jan 2024 00:00:00 +0700\nSubject: =?UTF-8?B?4bq/?=\n"
			   "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
			   "--b\nContent-Type: text/plain; charset=iso-8859-1\n\nJ\xF6\n"
			   "--b\nContent-Type: application/x; name*=utf-8''%E1%BA%BF\n"
			   "Content-Transfer-Encoding: base64\n\nTVpQ\n--b--\n";

static const struct bytes samples[] = {
	{zip, sizeof(zip)}, {(const uint8_t *)mail, sizeof(mail) - 1}};

static enum err ignore_member(void *context, struct str path, struct bytes content)
{
	(void)context, (void)path, (void)content;
	return E_OK;
}

static void ignore_unscanned(
	void *context, struct str path, enum unscanned reason, struct str about)
{
	(void)context, (void)path, (void)reason, (void)about;
}

static bool go_on(void *context)
{
	(void)context;
	return false;
}

enum err unpack_warm_up(void)
{
	const struct unpack_limits limits = unpack_limits_usual();
	const struct unpack_sink sink = {NULL, ignore_member, ignore_unscanned, go_on};
	/* Else libarchive gives no name that has other letters than ASCII's. */
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	TRY(charsets_hold());
	/* Without it the C library asks for the local time zone's file at every time it converts.
	 */
	if (setenv("TZ", "UTC0", 1) != 0)
		return E_NOMEM;
	tzset();
	mail_warm_up();
	compound_warm_up();
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		TRY(unpack(samples[i], STR(""), &limits, &sink));
	return E_OK;
}
