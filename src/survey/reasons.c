/* SPDX-License-Identifier: Apache-2.0 */
#include "survey/reasons.h"

#include "survey/survey.h"

const struct str *survey_reasons(size_t *ret_count)
{
	static const struct str reasons[] = {
		STR_INIT("fetches-and-runs"),
		STR_INIT("decodes-and-runs"),
		STR_INIT("runs-from-temporary"),
		STR_INIT("runs-hidden"),
		STR_INIT("runs-library"),
		STR_INIT("opens-shell"),
		STR_INIT("hidden-file"),
		STR_INIT("hides-text"),
		STR_INIT("preload-not-empty"),
		STR_INIT("sets-preload"),
		STR_INIT("libraries-from-temporary"),
		STR_INIT("second-root"),
		STR_INIT("no-password"),
		STR_INIT("key-runs-command"),
		STR_INIT("anybody-may-be-root"),
		STR_INIT("service-may-be-root"),
		STR_INIT("lets-anybody-in"),
		STR_INIT("module-elsewhere"),
		STR_INIT("rootkit-name"),
		STR_INIT("blocks-security-site"),
		STR_INIT("redirects-security-site"),
		STR_INIT("runs-from-odd-folder"),
		STR_INIT("named-like-system"),
		STR_INIT("logon-changed"),
		STR_INIT("library-into-programs"),
		STR_INIT("started-instead"),
		STR_INIT("boot-program"),
		STR_INIT("task-hidden"),
		STR_INIT("program-in-startup"),
		STR_INIT("set-user-elsewhere"),
		STR_INIT("set-user-of-no-package"),
		STR_INIT("made-unchangeable"),
		STR_INIT("package-file-altered"),
	};
	*ret_count = sizeof(reasons) / sizeof(reasons[0]);
	return reasons;
}
