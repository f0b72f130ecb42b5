/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "measure/evaluation.h"
#include "text/text.h"

/* What an evaluation says, in words: the same in terminal, page and document. */
enum message verdict_message(enum verdict verdict);
enum message method_message(enum attribution_method method);
enum message estimator_message(enum estimator estimator);

/* A sentence; {about} is filled with what it is about. */
void reason_write(struct writer *w, enum lang lang, const struct because *because);
