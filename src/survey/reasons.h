/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"

/* Why an entry is suspicious: keys of messages (po/LANG/survey.po: SURVEY_ and the key in capitals,
 * _ for -). */
#define WHY_FETCHES STR("fetches-and-runs")
#define WHY_DECODES STR("decodes-and-runs")
#define WHY_TEMPORARY STR("runs-from-temporary")
#define WHY_HIDDEN_PROGRAM STR("runs-hidden")
#define WHY_LIBRARY STR("runs-library")
#define WHY_SHELL STR("opens-shell")
#define WHY_HIDDEN_FILE STR("hidden-file")
#define WHY_HIDES_TEXT STR("hides-text")
#define WHY_PRELOAD STR("preload-not-empty")
#define WHY_SETS_PRELOAD STR("sets-preload")
#define WHY_LIBRARIES STR("libraries-from-temporary")
#define WHY_SECOND_ROOT STR("second-root")
#define WHY_NO_PASSWORD STR("no-password")
#define WHY_KEY_COMMAND STR("key-runs-command")
#define WHY_ANYBODY_ROOT STR("anybody-may-be-root")
#define WHY_SERVICE_ROOT STR("service-may-be-root")
#define WHY_LETS_IN STR("lets-anybody-in")
#define WHY_MODULE STR("module-elsewhere")
#define WHY_ROOTKIT STR("rootkit-name")
#define WHY_BLOCKS STR("blocks-security-site")
#define WHY_REDIRECTS STR("redirects-security-site")

/* Why a process is suspicious by itself; these are of no place, and their words in
 * po/LANG/scan_found.po (SCAN_REASON_). */
#define WHY_HIDDEN_PROCESS STR("hidden-process")
#define WHY_DELETED_PROGRAM STR("runs-deleted-program")
#define WHY_NO_FILE STR("runs-without-file")
#define WHY_ODD_FOLDER STR("runs-from-odd-folder")
#define WHY_DISGUISED STR("named-like-system")
#define WHY_LOGON STR("logon-changed")
#define WHY_INTO_PROGRAMS STR("library-into-programs")
#define WHY_INSTEAD STR("started-instead")
#define WHY_BOOT STR("boot-program")
#define WHY_TASK_HIDDEN STR("task-hidden")
#define WHY_STARTUP STR("program-in-startup")
#define WHY_SET_USER STR("set-user-elsewhere")
#define WHY_SET_USER_UNKNOWN STR("set-user-of-no-package")
#define WHY_UNCHANGEABLE STR("made-unchangeable")
#define WHY_ALTERED STR("package-file-altered")
