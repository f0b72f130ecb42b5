/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Makes registry files for tests with libhivex, a writer that is not ours. */
struct hive_maker;

struct hive_maker *hive_maker_new(void);

/* Values of a key, which is made where it is missing; names are ASCII, texts UTF-8 of the first
 * plane. Values of the key set earlier stay. */
void hive_maker_text(struct hive_maker *m, const char *key, const char *name, const char *text);
void hive_maker_bytes(struct hive_maker *m, const char *key, const char *name, unsigned type,
	const void *data, size_t size);
void hive_maker_number(struct hive_maker *m, const char *key, const char *name, uint32_t number);
void hive_maker_key(struct hive_maker *m, const char *key);

/* The file as it would lie on a disk; freed with free(). Ends the maker. */
uint8_t *hive_maker_end(struct hive_maker *m, size_t *ret_size);
