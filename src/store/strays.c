/* SPDX-License-Identifier: Apache-2.0 */
#include "store/strays.h"

#include "store/download.h"
#include "store/edition_file.h"

struct sweep {
	struct store *store;
	enum folder_part part;
	int folder;
	stray_fn *fn;
	void *context;
	bool downloads; /* not a part, but the folder in public/ */
};

static const char *known_by(enum folder_part part)
{
	if (part == FOLDER_NETWORK)
		return "SELECT 1 FROM network_table WHERE id = ?";
	return part == FOLDER_JOINED ? "SELECT 1 FROM joined WHERE id = ?"
				     : "SELECT 1 FROM segment WHERE id = ?";
}

/* Named by their content: known while a tool offers it. */
static enum err is_offered(const struct sweep *sweep, struct str name, bool *ret_known)
{
	struct sql q;
	sql_open(&q, &sweep->store->db, "SELECT 1 FROM tool WHERE sha256 = ? AND file <> ''");
	sql_str(&q, name);
	*ret_known = sql_row(&q);
	return sql_close(&q);
}

static enum err is_known(struct sweep *sweep, const char *name, bool *ret_known)
{
	struct sql q;
	int64_t id;
	struct str text = str_from(name);
	if (sweep->downloads)
		return is_offered(sweep, text, ret_known);
	if (sweep->part == FOLDER_PUBLIC || sweep->part == FOLDER_PART__COUNT) {
		*ret_known = !str_starts(text, STR(".tmp-"));
		return E_OK;
	}
	*ret_known = false;
	enum folder_part part = sweep->part;
	if (part == FOLDER_DERIVED && folder_file_id(FOLDER_JOINED, text, &id))
		part = FOLDER_JOINED;
	else if (!folder_file_id(part, text, &id))
		return E_OK;
	sql_open(&q, &sweep->store->db, known_by(part));
	sql_int(&q, id);
	*ret_known = sql_row(&q);
	return sql_close(&q);
}

static enum err look_at(void *context, const char *name)
{
	struct sweep *sweep = context;
	bool known;
	uint64_t size = 0;
	int fd;
	TRY(is_known(sweep, name, &known));
	if (known)
		return E_OK;
	enum err err = file_open_read(sweep->folder, name, &fd);
	if (err == E_NOTFOUND)
		return E_OK; /* gone in the meantime */
	if (err == E_OK) {
		err = file_size(fd, &size);
		file_close(&fd);
	}
	TRY(err);
	return sweep->fn(sweep->context, sweep->folder, name, size);
}

static enum err sweep_downloads(struct sweep *sweep)
{
	enum err err = downloads_open(&sweep->store->folder, &sweep->folder);
	if (err != E_OK)
		return err == E_NOTFOUND ? E_OK : err;
	sweep->downloads = true;
	err = folder_each(sweep->folder, look_at, sweep);
	file_close(&sweep->folder);
	return err;
}

/* Editions are kept for good, and so are their files. */
static enum err sweep_editions(struct sweep *sweep)
{
	enum err err = editions_open(&sweep->store->folder, &sweep->folder);
	if (err != E_OK)
		return err == E_NOTFOUND ? E_OK : err;
	sweep->downloads = false;
	sweep->part = FOLDER_PUBLIC;
	err = folder_each(sweep->folder, look_at, sweep);
	file_close(&sweep->folder);
	return err;
}

enum err strays_each(struct store *s, stray_fn *fn, void *context)
{
	struct sweep sweep = {s, FOLDER_PART__COUNT, s->folder.root, fn, context, false};
	TRY(folder_each(sweep.folder, look_at, &sweep));
	for (int i = 0; i < FOLDER_PART__COUNT; i++) {
		sweep.part = (enum folder_part)i;
		if (sweep.part == FOLDER_JOINED)
			continue; /* looked at with FOLDER_DERIVED */
		sweep.folder = s->folder.parts[i];
		TRY(folder_each(sweep.folder, look_at, &sweep));
	}
	TRY(sweep_downloads(&sweep));
	return sweep_editions(&sweep);
}
