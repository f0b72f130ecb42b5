/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "base/lang.h"
#include "base/writer.h"

/* Writes JSON objects and arrays that cannot forget a comma. Mistakes stick in the writer. Keys are
 * our own literals; values may be any text. */
struct object {
	struct writer *out; /* borrowed */
	bool begun;         /* something stands in the innermost container */
};

void object_init(struct object *o, struct writer *out);

/* A container as the next member, or as the next element of an array where key is NULL. */
void object_open(struct object *o, const char *key);
void object_close(struct object *o);
void object_open_array(struct object *o, const char *key);
void object_close_array(struct object *o);

void object_text(struct object *o, const char *key, struct str value);
void object_number(struct object *o, const char *key, uint64_t value);
void object_flag(struct object *o, const char *key, bool value);
void object_null(struct object *o, const char *key);
void object_instant(struct object *o, const char *key, struct instant value);
void object_date(struct object *o, const char *key, struct date value);

/* Left out where the text is empty. */
void object_text_if_any(struct object *o, const char *key, struct str value);

/* {"vi","en"} of the languages in which something is said; left out where nothing is. */
void object_texts(struct object *o, const char *key, const struct str values[LANG__COUNT]);
