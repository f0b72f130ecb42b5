/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/account.h"
#include "office_scene.h"

/* People of the tests. */
enum {
	T = 1602720000 /* 2020-10-15T00:00:00Z */
};

extern const struct actor machine; /* the operator at the machine */

/* An office with one org, "01" (its id). */
int64_t account_scene_begin(struct office_scene *scene);

/* `expression` within a transaction of its own; gives what it gave. */
#define CHANGE(scene, expression)                                                                  \
	({                                                                                         \
		assert_int_equal(office_begin(&(scene)->office), E_OK);                            \
		enum err change_err_ = (expression);                                               \
		assert_int_equal(office_end(&(scene)->office, change_err_), change_err_);          \
		change_err_;                                                                       \
	})

/* An account of that mail, invited or with a made-up hash that no password fits. */
int64_t account_scene_add(
	struct office_scene *scene, const char *mail, enum role role, int64_t org);
int64_t account_scene_active(
	struct office_scene *scene, const char *mail, enum role role, int64_t org);

struct account account_scene_find(struct office_scene *scene, int64_t id);

/* Entries of that verb in the audit. */
size_t account_scene_logged(struct office_scene *scene, const char *what);

/* One number of a question to the database. */
int64_t account_scene_ask(struct office_scene *scene, const char *question);
