/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/verdicts.h"

#include <fcntl.h>
#include <stdlib.h>

#include "base/limits.h"
#include "os/system.h"
#include "scan/verdict_file.h"

enum {
	FIRST_CAPACITY = 4096,
	WAITING = 1024,   /* written together */
	REFRESH_DAYS = 7, /* how exactly a file knows when its verdicts were last of use */
	KEPT_DAYS = 90,   /* without use */
	PATH_MOST = 4096
};

struct verdicts {
	int folder, fd, key_fd;
	char path[PATH_MOST];
	const char *name; /* in path */
	struct verdict_file file;
	uint32_t today;
	struct verdict *slots; /* day 0: free */
	size_t count, capacity;
	struct verdict waiting[WAITING];
	size_t waiting_count;
	size_t in_file; /* verdicts */
	bool refresh;   /* some are of use again after long */
	bool failed;    /* the disk: nothing more is written */
	struct writer writer;
};

/* --- the table --- */

static struct verdict *find(const struct verdicts *v, const uint8_t fingerprint[])
{
	size_t at;
	memcpy(&at, fingerprint, sizeof(at));
	for (at &= v->capacity - 1;; at = (at + 1) & (v->capacity - 1))
		if (v->slots[at].day == 0 ||
			memcmp(v->slots[at].fingerprint, fingerprint, VERDICT_FINGERPRINT) == 0)
			return &v->slots[at];
}

static enum err grow(struct verdicts *v)
{
	struct verdict *old = v->slots;
	size_t capacity = v->capacity;
	struct verdict *slots = calloc(capacity ? 2 * capacity : FIRST_CAPACITY, sizeof(*v->slots));
	if (!slots)
		return E_NOMEM;
	v->slots = slots;
	v->capacity = capacity ? 2 * capacity : FIRST_CAPACITY;
	for (size_t i = 0; i < capacity; i++)
		if (old[i].day != 0)
			*find(v, old[i].fingerprint) = old[i];
	free(old);
	return E_OK;
}

/* Whether it is new. What does not fit is not remembered. */
static bool put(struct verdicts *v, const struct verdict *verdict)
{
	if (v->count * 4 >= v->capacity * 3 && (v->count >= LIMIT_SCAN_VERDICTS || grow(v) != E_OK))
		return false;
	struct verdict *slot = find(v, verdict->fingerprint);
	bool new = slot->day == 0;
	v->count += new;
	*slot = *verdict;
	return new;
}

/* --- the key --- */

static enum err make_key(struct verdicts *v)
{
	system_random(v->file.key, VERDICT_KEY);
	TRY(file_cut(v->key_fd, 0));
	TRY(file_write(v->key_fd, (struct bytes){v->file.key, VERDICT_KEY}));
	return file_sync(v->key_fd);
}

/* Also the lock: it stays the same file while the other is replaced. */
static enum err open_key(struct verdicts *v)
{
	char name[PATH_MOST + 8];
	uint64_t size;
	size_t got;
	size_t length = strlen(v->name);
	memcpy(name, v->name, length);
	memcpy(name + length, ".key", 5);
	TRY(file_open_private(v->folder, name, true, &v->key_fd));
	TRY(file_lock_open(v->key_fd));
	TRY(file_size(v->key_fd, &size));
	/* Empty or cut off: its making was. */
	if (size != VERDICT_KEY)
		return make_key(v);
	TRY(file_read_at(v->key_fd, 0, v->file.key, VERDICT_KEY, &got));
	return got == VERDICT_KEY ? E_OK : E_IO;
}

/* --- reading --- */

static enum err take_blocks(struct verdicts *v, struct cursor *c, size_t *ret_end)
{
	struct verdict *block = calloc(VERDICT_BLOCK, sizeof(*block));
	size_t count;
	enum err err = block ? E_OK : E_NOMEM;
	while (err == E_OK && cursor_left(c) > 0) {
		err = verdict_read_block(c, &v->file, block, &count);
		if (err != E_OK)
			break;
		*ret_end = c->at;
		v->in_file += count;
		for (size_t i = 0; i < count; i++)
			if (block[i].day > 0 && block[i].day + KEPT_DAYS >= v->today)
				put(v, &block[i]);
	}
	free(block);
	/* The last one broke off with the scan that was writing it. */
	return err == E_TRUNCATED ? E_OK : err;
}

/* What of the file can be relied on, and up to where. */
static enum err take_file(struct verdicts *v, struct bytes content, size_t *ret_end)
{
	struct cursor c;
	cursor_init(&c, content);
	*ret_end = 0;
	enum err err = verdict_read_header(&c, &v->file);
	if (err != E_OK)
		return content.size > 0 && err == E_TRUNCATED ? E_CORRUPT : err;
	*ret_end = c.at;
	return take_blocks(v, &c, ret_end);
}

static enum err read_file(struct verdicts *v, size_t *ret_end)
{
	uint64_t size = 0;
	size_t got = 0;
	TRY(file_size(v->fd, &size));
	if (size > LIMIT_SCAN_VERDICTS * 2 * sizeof(struct verdict))
		return E_CORRUPT;
	/* Read, not mapped: what is checked must be what is used. */
	uint8_t *content = malloc(size ? size : 1);
	if (!content)
		return E_NOMEM;
	enum err err = file_read_at(v->fd, 0, content, size, &got);
	if (err == E_OK)
		err = take_file(v, (struct bytes){content, got}, ret_end);
	free(content);
	return err;
}

/* --- writing --- */

/* A new file in the place of the old one, with what there is. */
static enum err write_all(struct verdicts *v, struct file_new *f)
{
	struct verdict *block = calloc(VERDICT_BLOCK, sizeof(*block));
	size_t count = 0;
	if (!block)
		return E_NOMEM;
	system_random(v->file.nonce, VERDICT_NONCE);
	v->file.blocks = 0;
	writer_clear(&v->writer);
	verdict_write_header(&v->writer, &v->file);
	enum err err = E_OK;
	for (size_t i = 0; i <= v->capacity && err == E_OK; i++) {
		if (i < v->capacity && v->slots[i].day != 0)
			block[count++] = v->slots[i];
		if (count == VERDICT_BLOCK || (i == v->capacity && count > 0)) {
			verdict_write_block(&v->writer, &v->file, block, count);
			count = 0;
		}
		if (i == v->capacity || v->writer.size > (1 << 20)) {
			err = writer_end(&v->writer);
			if (err == E_OK)
				err = file_write(f->fd, writer_view(&v->writer));
			writer_clear(&v->writer);
		}
	}
	free(block);
	return err;
}

static enum err replace_file(struct verdicts *v)
{
	struct file_new f;
	TRY(file_new_begin(v->folder, &f));
	enum err err = write_all(v, &f);
	if (err == E_OK)
		err = file_new_commit(&f, v->name, true);
	else
		file_new_abort(&f);
	TRY(err);
	file_close(&v->fd);
	v->in_file = v->count;
	v->refresh = false;
	TRY(file_open_private(v->folder, v->name, false, &v->fd));
	uint64_t size;
	TRY(file_size(v->fd, &size));
	return file_cut(v->fd, size);
}

void verdicts_save(struct verdicts *v)
{
	size_t count = v->waiting_count;
	v->waiting_count = 0;
	if (count == 0 || v->failed)
		return;
	writer_clear(&v->writer);
	verdict_write_block(&v->writer, &v->file, v->waiting, count);
	if (writer_end(&v->writer) != E_OK || file_write(v->fd, writer_view(&v->writer)) != E_OK)
		v->failed = true;
	v->in_file += count;
}

/* --- life --- */

static enum err open_folder(struct verdicts *v, const char *path)
{
	size_t size = strlen(path);
	if (size >= PATH_MOST)
		return E_LIMIT;
	memcpy(v->path, path, size + 1);
	char *slash = strrchr(v->path, '/');
	v->name = slash ? slash + 1 : v->path;
	if (!slash)
		return folder_open(AT_FDCWD, ".", &v->folder);
	if (slash == v->path)
		return folder_open(AT_FDCWD, "/", &v->folder);
	*slash = '\0';
	enum err err = folder_open(AT_FDCWD, v->path, &v->folder);
	*slash = '/';
	return err;
}

static enum err open_file(struct verdicts *v, enum err *ret_ignored)
{
	size_t end = 0;
	enum err err = file_open_private(v->folder, v->name, false, &v->fd);
	*ret_ignored = E_OK;
	if (err == E_OK)
		err = read_file(v, &end);
	if (err == E_NOMEM || err == E_IO)
		return err;
	if (err != E_NOTFOUND)
		*ret_ignored = err;
	/* Nothing of it can be gone on with. */
	return end == 0 ? replace_file(v) : file_cut(v->fd, end);
}

enum err verdicts_open(const char *path, const uint8_t engine[VERDICT_ENGINE], uint32_t day,
	struct verdicts **ret_verdicts, enum err *ret_ignored)
{
	struct verdicts *v = calloc(1, sizeof(*v));
	if (!v)
		return E_NOMEM;
	v->folder = v->fd = v->key_fd = -1;
	v->today = day > 0 ? day : 1;
	memcpy(v->file.engine, engine, VERDICT_ENGINE);
	writer_init(&v->writer, 4 << 20);
	enum err err = open_folder(v, path);
	if (err == E_OK)
		err = open_key(v);
	if (err == E_OK)
		err = grow(v);
	if (err == E_OK)
		err = open_file(v, ret_ignored);
	if (err != E_OK)
		verdicts_free(v);
	else
		*ret_verdicts = v;
	return err;
}

bool verdicts_clean(struct verdicts *v, const struct file_stamp *stamp, struct str path)
{
	uint8_t fingerprint[VERDICT_FINGERPRINT];
	verdict_fingerprint(&v->file, stamp, path, fingerprint);
	struct verdict *slot = find(v, fingerprint);
	if (slot->day == 0)
		return false;
	v->refresh = v->refresh || slot->day + REFRESH_DAYS <= v->today;
	slot->day = v->today;
	return true;
}

void verdicts_add(struct verdicts *v, const struct file_stamp *stamp, struct str path)
{
	struct verdict verdict = {.day = v->today};
	verdict_fingerprint(&v->file, stamp, path, verdict.fingerprint);
	if (!put(v, &verdict))
		return;
	v->waiting[v->waiting_count++] = verdict;
	if (v->waiting_count == WAITING)
		verdicts_save(v);
}

enum err verdicts_finish(struct verdicts *v)
{
	verdicts_save(v);
	/* A quarter of it is of no use any more. */
	if (v->refresh || v->failed || v->in_file > v->count + v->count / 4 + WAITING)
		return replace_file(v);
	return file_sync(v->fd);
}

void verdicts_free(struct verdicts *v)
{
	if (!v)
		return;
	file_close(&v->folder);
	file_close(&v->fd);
	file_close(&v->key_fd);
	free(v->slots);
	writer_release(&v->writer);
	memset(v->file.key, 0, sizeof(v->file.key));
	free(v);
}
