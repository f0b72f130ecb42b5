/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/charsets.h"

#include <dlfcn.h>
#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stddef.h>
#include <strings.h>

/* What file names and subjects are written in: names are for reports, contents stay bytes. */
static const char *const held[] = {"UTF-8", "US-ASCII", "ANSI_X3.4-1968", "ISO-8859-1", "UTF-16BE",
	"UTF-16LE", "UTF-16", "WINDOWS-1252", "WINDOWS-1258"};

enum {
	HELD = sizeof(held) / sizeof(held[0])
};

typedef iconv_t open_fn(const char *to, const char *from);

static struct {
	open_fn *library;
	iconv_t converters[HELD][2]; /* to UTF-8 and from it; never closed */
	bool sealed;
} charsets;

static open_fn *library_open(void)
{
	void *address = dlsym(RTLD_NEXT, "iconv_open");
	open_fn *function = NULL;
	_Static_assert(sizeof(function) == sizeof(address), "POSIX: dlsym() gives functions too");
	__builtin_memcpy(&function, &address, sizeof(function));
	return function;
}

static bool is_held(const char *name)
{
	for (size_t i = 0; i < HELD; i++)
		if (strcasecmp(name, held[i]) == 0)
			return true;
	return name[0] == '\0'; /* the locale's own, loaded when the program started */
}

/* In the place of the C library's, for all libraries of this program. */
iconv_t iconv_open(const char *to, const char *from)
{
	if (!charsets.library)
		charsets.library = library_open();
	if (!charsets.library || (charsets.sealed && !(is_held(to) && is_held(from)))) {
		errno = EINVAL;
		return (iconv_t)-1; /* NOLINT(performance-no-int-to-ptr): so POSIX says */
	}
	return charsets.library(to, from);
}

enum err charsets_hold(void)
{
	for (size_t i = 0; i < HELD && !charsets.sealed; i++) {
		charsets.converters[i][0] = iconv_open("UTF-8", held[i]);
		charsets.converters[i][1] = iconv_open(held[i], "UTF-8");
	}
	charsets.sealed = true;
	return charsets.library ? E_OK : E_NOMEM;
}
