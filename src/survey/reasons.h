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
