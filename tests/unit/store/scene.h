/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "store/store.h"

/* A data folder in a scratch place, and files of made-up sightings to put into it. */
struct scene {
	char folder[128]; /* <scratch>/data */
	char scratch[48];
	struct store *store;
};

/* Made, opened for writing, with the feeds "feed" and "other". */
void scene_begin(struct scene *scene);
void scene_reopen(struct scene *scene, enum store_mode mode);

/* Closes, and deletes everything. */
void scene_end(struct scene *scene);
void scene_delete(const char *path);

/* One made-up row. Whatever is left out is 0; the identity is made from the rest. */
struct row {
	uint32_t at;
	const char *ip; /* address or prefix */
	const char *name;
	enum kind kind;
	enum precision precision;
	uint32_t last; /* 0: from `at` and precision */
	uint64_t identity;
};

/* A batch under construction, with its tables. */
struct paper {
	struct batch *batch;
	struct text_table *names;
	struct text_table *columns;
};
void paper_begin(struct paper *paper);
void paper_add(struct paper *paper, const struct row *row);
void paper_end(struct paper *paper);

/* Ingests rows as one file whose content is named by `content`; must succeed. */
struct store_file scene_ingest(struct scene *scene, const char *feed, uint8_t content,
	const struct row *rows, size_t count);

/* The same, `count` rows: row i is at `at` + i / 10 of address base + i × step. */
struct store_file scene_ingest_many(struct scene *scene, uint8_t content, uint32_t at,
	uint32_t base, uint32_t step, uint32_t count);

/* Distinct (v4, v6) over store_each_set(). */
struct distinct {
	uint64_t v4, v6, sets;
};
struct distinct scene_distinct(struct scene *scene, const struct store_query *query);

/* Sightings that store_each_sighting() hands out. */
uint64_t scene_sightings(struct scene *scene, const struct store_query *query);

/* store_verify() must be content; returns its verdict. */
struct store_verdict scene_verify(struct scene *scene);
