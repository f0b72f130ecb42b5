/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/limits.h"
#include "survey/survey.h"
#include "survey/windows_command.h"

enum {
	PATH_MOST = 1 << 16
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum err on_entry(void *context, const struct place_entry *e)
{
	struct writer *path = context;
	if (e->text.size > LIMIT_PLACE_TEXT || e->program.size > LIMIT_PLACE_TEXT)
		abort();
	if ((e->sign == SIGN_NONE) != (e->why.size == 0))
		abort();
	writer_clear(path);
	survey_windows_path(e->program, STR("Users/x/NTUSER.DAT"), path);
	return E_OK;
}

/* The first byte chooses the file. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct {
		struct str key, path;
	} files[] = {{STR_INIT("windows-task"), STR_INIT("x")},
		{STR_INIT("windows-startup"), STR_INIT("x.lnk")},
		{STR_INIT("windows-startup"), STR_INIT("x.bat")},
		{STR_INIT("windows-autorun"), STR_INIT("autorun.inf")},
		{STR_INIT("windows-software"), STR_INIT("SOFTWARE")},
		{STR_INIT("windows-system"), STR_INIT("SYSTEM")},
		{STR_INIT("windows-user"), STR_INIT("NTUSER.DAT")}};
	if (size == 0)
		return 0;
	struct writer path;
	writer_init(&path, PATH_MOST);
	const struct place_sink sink = {&path, on_entry};
	const size_t i = data[0] % (sizeof(files) / sizeof(files[0]));
	const struct bytes content = {data + 1, size - 1};
	enum err err = survey_place_named(files[i].key)->read(content, files[i].path, &sink);
	if (err != E_OK && err != E_SYNTAX && err != E_TRUNCATED && err != E_CORRUPT)
		abort();
	windows_command_read((struct str){(const char *)content.data, content.size});
	writer_release(&path);
	return 0;
}
