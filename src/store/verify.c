/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/download.h"
#include "store/edition_file.h"
#include "store/join.h"
#include "store/strays.h"

enum {
	SHA256_SIZE = 32
};

struct inspection {
	struct store *store;
	store_fault_fn *fn;
	void *context;
	struct store_verdict verdict;
	enum store_fault what; /* is looked at */
	struct column_coder *coder;
	struct batch *block;
	struct writer derived; /* as it should be */
};

static void tell(struct inspection *in, const struct store_flaw *flaw)
{
	in->verdict.faults++;
	in->verdict.faults_of[in->what]++;
	in->fn(in->context, flaw);
}

static void fault(struct inspection *in, enum store_flaw_code code, struct str what)
{
	tell(in, &(struct store_flaw){code, what, STR(""), STR("")});
}

/* What is wrong with the stored data is a fault to report; without memory, say, the inspection
 * itself fails. */
static bool is_fault(enum err err)
{
	return err == E_CORRUPT || err == E_VERSION || err == E_NOTFOUND || err == E_DENIED;
}

static enum store_flaw_code flaw_of(enum err err)
{
	switch (err) {
	case E_NOTFOUND:
		return STORE_FLAW_MISSING;
	case E_VERSION:
		return STORE_FLAW_VERSION;
	case E_DENIED:
		return STORE_FLAW_CLOSED;
	default:
		return STORE_FLAW_DAMAGED;
	}
}

static enum err fault_of(struct inspection *in, enum folder_part part, int64_t id, enum err err)
{
	char name[PART_NAME_SIZE];
	if (!is_fault(err))
		return err;
	folder_file_name(part, id, name);
	fault(in, flaw_of(err), str_from(name));
	return E_OK;
}

/* --- the catalogue --- */

static enum err inspect_rows(struct inspection *in, enum store_flaw_code code, const char *question)
{
	struct sql q;
	sql_open(&q, &in->store->db, question);
	while (sql_row(&q))
		fault(in, code, sql_get_str(&q, 0));
	return sql_close(&q);
}

static enum err inspect_catalogue(struct inspection *in)
{
	struct sql q;
	sql_open(&q, &in->store->db, "PRAGMA integrity_check");
	while (sql_row(&q))
		if (!str_equal(sql_get_str(&q, 0), STR("ok")))
			fault(in, STORE_FLAW_CATALOGUE, sql_get_str(&q, 0));
	TRY(sql_close(&q));
	return inspect_rows(in, STORE_FLAW_REFERENCE, "PRAGMA foreign_key_check");
}

/* Rows kept are at least the sightings, and at most with the duplicates. */
static enum err inspect_files(struct inspection *in)
{
	int64_t files;
	TRY(sql_ask(&in->store->db, "SELECT count(*) FROM file", 0, &files));
	in->verdict.files = (uint64_t)files;
	return inspect_rows(in, STORE_FLAW_ROWS,
		"SELECT f.name FROM file f WHERE f.dropped = 0 AND"
		" coalesce((SELECT sum(rows) FROM segment s WHERE s.file = f.id), 0)"
		" NOT BETWEEN f.sightings AND f.sightings + f.duplicates");
}

/* --- segments and what is derived from them --- */

static enum err read_blocks(struct inspection *in, const struct segment *segment)
{
	for (size_t i = 0; i < segment->block_count; i++)
		TRY(segment_read_block(segment, in->coder, i, SEGMENT_READ_ALL, in->block));
	return E_OK;
}

/* With the name of the file it came from: who has that still can give it again. */
static enum err segment_fault(struct inspection *in, const struct segment_row *row, enum err err)
{
	struct store_flaw flaw = {flaw_of(err), .feed = row->feed};
	char name[PART_NAME_SIZE];
	struct sql q;
	if (!is_fault(err))
		return err;
	folder_file_name(FOLDER_SEGMENTS, row->id, name);
	flaw.what = str_from(name);
	sql_open(&q, &in->store->db, "SELECT name FROM file WHERE id = ?");
	sql_int(&q, row->file);
	flaw.file = sql_row(&q) ? sql_get_str(&q, 0) : STR("?");
	in->what = STORE_FAULT_SIGHTINGS;
	tell(in, &flaw);
	return sql_close(&q);
}

static enum err inspect_derived(
	struct inspection *in, const struct segment_row *row, const struct segment *segment)
{
	struct mapping mapping;
	in->what = STORE_FAULT_DERIVED;
	TRY(derived_make(segment, &in->derived));
	enum err err = data_folder_map(&in->store->folder, FOLDER_DERIVED, row->id, &mapping);
	if (err != E_OK)
		return fault_of(in, FOLDER_DERIVED, row->id, err);
	in->verdict.bytes += mapping.bytes.size;
	if (mapping.bytes.size != in->derived.size ||
		memcmp(mapping.bytes.data, in->derived.data, in->derived.size) != 0)
		err = fault_of(in, FOLDER_DERIVED, row->id, E_CORRUPT);
	file_unmap(&mapping);
	return err;
}

static enum err inspect_segment(struct inspection *in, const struct segment_row *row)
{
	struct open_segment open;
	enum err err = segment_row_open(in->store, row, &open);
	if (err == E_NOTFOUND)
		return E_OK; /* let go in the meantime */
	if (err != E_OK)
		return segment_fault(in, row, err);
	const struct segment_facts *facts = &open.segment->facts;
	in->verdict.segments++;
	in->verdict.bytes += facts->bytes;
	if (facts->rows != row->rows || facts->bytes != row->bytes || facts->first != row->first ||
		facts->last != row->last)
		err = E_CORRUPT;
	if (err == E_OK)
		err = read_blocks(in, open.segment);
	if (err == E_OK)
		err = inspect_derived(in, row, open.segment);
	else
		err = segment_fault(in, row, err);
	open_segment_close(&open);
	return err;
}

/* Against the sightings, like what is derived from one segment. */
static enum err inspect_join(
	void *context, const struct join *join, const struct join_members *members)
{
	struct inspection *in = context;
	struct mapping mapping;
	enum err err = join_make(in->store, members, &in->derived);
	if (err != E_OK) /* told of the segment itself, or let go in the meantime */
		return is_fault(err) ? E_OK : err;
	err = data_folder_map(&in->store->folder, FOLDER_JOINED, join->id, &mapping);
	if (err == E_NOTFOUND && !joins_known(in->store, join->id))
		return E_OK; /* another one has taken its place */
	if (err != E_OK)
		return fault_of(in, FOLDER_JOINED, join->id, err);
	in->verdict.bytes += mapping.bytes.size;
	if (mapping.bytes.size != in->derived.size ||
		memcmp(mapping.bytes.data, in->derived.data, in->derived.size) != 0)
		err = fault_of(in, FOLDER_JOINED, join->id, E_CORRUPT);
	file_unmap(&mapping);
	return err;
}

static enum err inspect_joins(struct inspection *in, const struct segment_list *list)
{
	in->what = STORE_FAULT_DERIVED;
	TRY(inspect_rows(in, STORE_FLAW_JOIN,
		"SELECT CAST(id AS TEXT) FROM joined WHERE segments <>"
		" (SELECT count(*) FROM segment s WHERE s.joined = joined.id)"));
	return joins_each(list, inspect_join, in);
}

static enum err inspect_segments(struct inspection *in)
{
	struct segment_list list;
	TRY(segment_list_load_all(in->store, &list));
	enum err err = E_OK;
	for (size_t i = 0; i < list.count && err == E_OK; i++)
		err = inspect_segment(in, &list.rows[i]);
	if (err == E_OK)
		err = inspect_joins(in, &list);
	segment_list_release(&list);
	return err;
}

/* --- attribution tables --- */

static enum err inspect_table(struct inspection *in, int64_t id, uint64_t bytes, uint64_t checksum)
{
	struct mapping mapping;
	enum err err = data_folder_map(&in->store->folder, FOLDER_NETWORK, id, &mapping);
	if (err != E_OK)
		return fault_of(in, FOLDER_NETWORK, id, err);
	in->verdict.bytes += mapping.bytes.size;
	if (mapping.bytes.size != bytes || checksum_of(mapping.bytes) != checksum)
		err = fault_of(in, FOLDER_NETWORK, id, E_CORRUPT);
	file_unmap(&mapping);
	return err;
}

static enum err inspect_tables(struct inspection *in)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &in->store->db, "SELECT id, bytes, checksum FROM network_table");
	while (err == E_OK && sql_row(&q))
		err = inspect_table(
			in, sql_get(&q, 0), sql_get_count(&q, 1), (uint64_t)sql_get(&q, 2));
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

/* --- contents of the site --- */

static enum err inspect_download(struct inspection *in, struct str sha256, uint64_t bytes)
{
	struct mapping mapping;
	enum err err = download_map(&in->store->folder, sha256, bytes, &mapping);
	if (err == E_OK) {
		in->verdict.bytes += bytes;
		file_unmap(&mapping);
		return E_OK;
	}
	if (!is_fault(err))
		return err;
	char name[DATABASE_COMPLAINT];
	snprintf(name, sizeof(name), "public/%s/%.*s", downloads_name, STR_ARG(sha256));
	fault(in, flaw_of(err), str_from(name));
	return E_OK;
}

static enum err inspect_site(struct inspection *in)
{
	struct sql q;
	enum err err = E_OK;
	TRY(inspect_rows(in, STORE_FLAW_VERSIONS,
		"SELECT key FROM article GROUP BY key, lang"
		" HAVING min(version) <> 1 OR max(version) <> count(*)"));
	TRY(inspect_rows(in, STORE_FLAW_ARTICLE,
		"SELECT key FROM article WHERE kind NOT BETWEEN 0 AND 2 OR lang NOT BETWEEN 0 AND "
		"1"));
	TRY(inspect_rows(in, STORE_FLAW_TOOL,
		"SELECT key FROM tool WHERE file <> '' AND (url <> '' OR length(sha256) <> 64)"));
	sql_open(&q, &in->store->db, "SELECT DISTINCT sha256, size FROM tool WHERE file <> ''");
	while (err == E_OK && sql_row(&q))
		err = inspect_download(in, sql_get_str(&q, 0), sql_get_count(&q, 1));
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

/* --- editions --- */

/* What lies in public/editions is made from the catalogue: it may be missing, not differ. */
static enum err inspect_edition_file(struct inspection *in, const char *name, struct bytes bytes)
{
	int folder, fd;
	struct mapping mapping;
	enum err err = editions_open(&in->store->folder, &folder);
	if (err == E_OK) {
		err = file_open_read(folder, name, &fd);
		file_close(&folder);
	}
	if (err == E_OK) {
		err = file_map(fd, &mapping);
		file_close(&fd);
	}
	if (err != E_OK)
		return err == E_NOTFOUND ? E_OK : err;
	if (mapping.bytes.size != bytes.size ||
		memcmp(mapping.bytes.data, bytes.data, bytes.size) != 0)
		fault(in, STORE_FLAW_DIFFERS, str_from(name));
	file_unmap(&mapping);
	return E_OK;
}

static enum err inspect_part(struct inspection *in, struct sql *q)
{
	char name[EDITION_NAME_SIZE];
	uint8_t digest[EVP_MAX_MD_SIZE];
	struct bytes sha256 = sql_get_blob(q, 3);
	struct bytes bytes = sql_get_blob(q, 4);
	TRY(edition_file_name(
		sql_get_str(q, 0), (uint32_t)sql_get_count(q, 1), sql_get_str(q, 2), name));
	if (EVP_Digest(bytes.data, bytes.size, digest, NULL, EVP_sha256(), NULL) != 1)
		return E_NOMEM;
	in->verdict.bytes += bytes.size;
	if (bytes.size == 0 || sha256.size != SHA256_SIZE ||
		memcmp(digest, sha256.data, SHA256_SIZE) != 0) {
		fault(in, STORE_FLAW_DAMAGED, str_from(name));
		return E_OK;
	}
	return inspect_edition_file(in, name, bytes);
}

static enum err inspect_editions(struct inspection *in)
{
	struct sql q;
	enum err err = E_OK;
	TRY(inspect_rows(in, STORE_FLAW_EDITIONS,
		"SELECT campaign FROM edition GROUP BY campaign"
		" HAVING min(number) <> 1 OR max(number) <> count(*)"));
	TRY(inspect_rows(in, STORE_FLAW_PARTS,
		"SELECT campaign || '-' || number FROM edition WHERE 3 <> (SELECT count(*) FROM"
		" edition_part WHERE edition = edition.id AND name IN ('vi.document',"
		" 'en.document', 'evaluation.json'))"));
	sql_open(&q, &in->store->db,
		"SELECT campaign, number, name, sha256, bytes FROM edition_part"
		" JOIN edition ON edition.id = edition_part.edition ORDER BY edition_part.id");
	while (err == E_OK && sql_row(&q))
		err = inspect_part(in, &q);
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

/* --- strays --- */

static enum err count_stray(void *context, int folder, const char *name, uint64_t size)
{
	struct inspection *in = context;
	(void)folder;
	(void)name;
	(void)size;
	in->verdict.strays++;
	return E_OK;
}

static enum err inspect(struct inspection *in)
{
	if (!in->coder || !in->block)
		return E_NOMEM;
	TRY(inspect_catalogue(in));
	TRY(inspect_files(in));
	TRY(inspect_segments(in));
	in->what = STORE_FAULT_TABLE;
	TRY(inspect_tables(in));
	in->what = STORE_FAULT_SITE;
	TRY(inspect_site(in));
	in->what = STORE_FAULT_EDITION;
	TRY(inspect_editions(in));
	return strays_each(in->store, count_stray, in);
}

enum err store_verify(
	struct store *s, store_fault_fn *fn, void *context, struct store_verdict *ret_verdict)
{
	struct inspection in = {
		.store = s,
		.fn = fn,
		.context = context,
		.coder = column_coder_new(),
		.block = batch_new(),
	};
	writer_init(&in.derived, UINT32_MAX);
	enum err err = inspect(&in);
	column_coder_free(in.coder);
	batch_free(in.block);
	writer_release(&in.derived);
	if (err == E_OK)
		*ret_verdict = in.verdict;
	return err;
}
