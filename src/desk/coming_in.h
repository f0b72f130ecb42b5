/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/desk_parts.h"
#include "desk/page.h"
#include "office/attempt.h"
#include "office/second_factor.h"

/* What the pages share on which people prove who they are. */

/* Who tries, for attempt.h; `device` is filled where the browser has come in before. */
struct attempt desk_attempt(
	struct desk_request *r, enum attempt_kind kind, struct str mail, struct token *device);

/* Counts a try: true: go on. False: it has been answered (failed), or *ret_wait says how long. */
bool desk_try(struct desk_request *r, const struct attempt *a, uint32_t *ret_wait);

/* "Too often: again in {minutes} minutes", with 429. */
void desk_problem_wait(struct desk_request *r, struct desk_problems *problems, uint32_t wait);

/* Why a password cannot be taken; MESSAGE__COUNT: it can. */
enum message desk_password_fault(struct str password, struct str mail, struct str name);

/* Within a transaction, of somebody who is wholly in: the browser becomes a known one. */
MUST_CHECK enum err desk_know_device(struct desk_request *r, int64_t account, struct str mail);

/* Within a transaction, of an account whose person has just proven to be it: a session begins, and
 * its cookie with it. *ret_stage: what it still waits for. Who is wholly in has a known browser. */
MUST_CHECK enum err desk_begin_session(
	struct desk_request *r, int64_t account, struct str mail, enum session_stage *ret_stage);

/* The cookie of a session that has begun. */
void desk_enter(struct desk_request *r, const struct token *token);

/* A secret that waits for its first code: how to take it over, and the form. */
void desk_write_enrolment(struct desk_page *p, const struct account *account, struct str path);

/* Makes such a secret where there is none; false: it has been answered. */
bool desk_begin_enrolment(struct desk_request *r, int64_t account);

/* The codes on paper, shown once. */
void desk_show_codes(struct desk_request *r, struct recovery_codes *codes);

/* Six digits or a code on paper; within a transaction. */
MUST_CHECK enum err desk_check_code(struct desk_request *r, int64_t account, struct str code);
