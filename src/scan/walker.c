/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/walker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/glob.h"
#include "os/system.h"

enum {
	FIRST_LEVELS = 64,
	PATH_MOST = 64 << 20
};

/* A folder on the way from the beginning to here. */
struct level {
	struct folder_reader reader;
	struct identity id;
	size_t path_size; /* of its own path in `path`, with the last '/' */
	enum file_system kind;
	bool ended; /* could not be read any further */
};

struct walker {
	const struct walker_order *order;
	struct writer path;
	struct level *levels;
	size_t depth, capacity;
	struct identities linked; /* files of several names that were given */
	/* a walk that is only one file */
	bool single;
	enum walk_step one_step;
	struct walked one;
	char *beginning;
	uint64_t device; /* of the beginning */
};

enum unscanned unscanned_for(enum err err)
{
	return err == E_DENIED     ? UNSCANNED_DENIED
	       : err == E_NOTFOUND ? UNSCANNED_VANISHED
	       : err == E_NOMEM    ? UNSCANNED_MEMORY
				   : UNSCANNED_IO;
}

enum err walker_new(const struct walker_order *order, struct walker **ret_walker)
{
	struct walker *w = calloc(1, sizeof(*w));
	if (!w)
		return E_NOMEM;
	w->order = order;
	writer_init(&w->path, PATH_MOST);
	*ret_walker = w;
	return E_OK;
}

static void end_walk(struct walker *w)
{
	while (w->depth > 0)
		folder_reader_close(&w->levels[--w->depth].reader);
	w->single = false;
}

void walker_free(struct walker *w)
{
	if (!w)
		return;
	end_walk(w);
	free(w->levels);
	free(w->beginning);
	identities_release(&w->linked);
	writer_release(&w->path);
	free(w);
}

/* --- what is left out --- */

static bool excluded(const struct walker *w)
{
	struct str path = writer_view_str(&w->path);
	for (size_t i = 0; i < w->order->exclude_count; i++)
		if (glob_fits(str_from(w->order->excludes[i]), path, false))
			return true;
	return false;
}

static struct identity identity_of(const struct entry_facts *facts)
{
	return (struct identity){facts->stamp.device, facts->stamp.inode};
}

static bool is_own(const struct walker *w, const struct entry_facts *facts)
{
	return w->order->own && identities_has(w->order->own, identity_of(facts));
}

/* --- levels --- */

/* Those far above give back what they hold, so that depth costs only a few bytes a level. */
static void fold_above(struct walker *w)
{
	const size_t open = w->order->open_levels ? w->order->open_levels : WALKER_LEVELS;
	if (w->depth > open)
		folder_reader_fold(&w->levels[w->depth - open - 1].reader);
}

static enum err reserve_level(struct walker *w)
{
	if (w->depth < w->capacity)
		return E_OK;
	size_t capacity = w->capacity ? 2 * w->capacity : FIRST_LEVELS;
	struct level *levels = realloc(w->levels, capacity * sizeof(*levels));
	if (!levels)
		return E_NOMEM;
	w->levels = levels;
	w->capacity = capacity;
	return E_OK;
}

/* Takes the descriptor in any case. */
static enum err go_down(
	struct walker *w, int fd, const struct entry_facts *facts, enum file_system kind)
{
	struct level level = {.id = identity_of(facts), .kind = kind};
	enum err err = reserve_level(w);
	if (err != E_OK) {
		file_close(&fd);
		return err;
	}
	TRY(folder_reader_open(fd, &level.reader));
	if (w->path.size == 0 || w->path.data[w->path.size - 1] != '/')
		writer_char(&w->path, '/');
	level.path_size = w->path.size;
	w->levels[w->depth++] = level;
	fold_above(w);
	return writer_end(&w->path);
}

/* A folder again, if it is still the same. */
static enum err open_same(struct identity id, int folder, const char *name, int *ret_fd)
{
	struct entry_facts facts;
	int fd;
	TRY(entry_open_folder(folder, name, &fd));
	enum err err = descriptor_facts(fd, &facts);
	if (err == E_OK && (facts.stamp.device != id.device || facts.stamp.inode != id.inode))
		err = E_NOTFOUND;
	if (err != E_OK)
		file_close(&fd);
	else
		*ret_fd = fd;
	return err;
}

/* Through the folder below it, or by its path where that one is lost itself. */
static enum err reopen(struct walker *w, struct level *level, int below)
{
	int fd;
	enum err err = E_NOTFOUND;
	if (below >= 0)
		err = open_same(level->id, below, "..", &fd);
	if (err != E_OK) {
		w->path.size = level->path_size;
		writer_char(&w->path, '\0');
		TRY(writer_end(&w->path));
		err = open_same(level->id, AT_FDCWD, (const char *)w->path.data, &fd);
		w->path.size = level->path_size;
	}
	return err == E_OK ? folder_reader_unfold(&level->reader, fd) : err;
}

/* What *ret_lost says is what became of the folder above. */
static void go_up(struct walker *w, enum err *ret_lost)
{
	struct level *here = &w->levels[--w->depth];
	struct level *above = w->depth > 0 ? here - 1 : NULL;
	*ret_lost = E_OK;
	if (above && above->reader.fd < 0)
		*ret_lost = reopen(w, above, here->reader.fd);
	folder_reader_close(&here->reader);
	if (!above)
		return;
	w->path.size = above->path_size;
	above->ended = above->ended || *ret_lost != E_OK;
}

/* --- one name --- */

static enum walk_step unscanned(struct walker *w, struct walked *ret, enum unscanned reason)
{
	ret->path = writer_view_str(&w->path);
	ret->reason = reason;
	return WALK_UNSCANNED;
}

static enum walk_step foreign(struct walker *w, struct walked *ret)
{
	ret->path = writer_view_str(&w->path);
	return WALK_FOREIGN;
}

/* What the folder above is on, a folder with the same device is on too: nobody needs to be asked.
 */
static enum err kind_of(
	const struct level *above, int fd, const struct entry_facts *facts, enum file_system *ret)
{
	if (!above || above->id.device != facts->stamp.device)
		return file_system_of(fd, ret);
	*ret = above->kind;
	return E_OK;
}

static enum err look_at_folder(const struct level *above, int parent, const char *name, int *ret_fd,
	struct entry_facts *ret_facts, enum file_system *ret_kind)
{
	int fd;
	TRY(entry_open_folder(parent, name, &fd));
	enum err err = descriptor_facts(fd, ret_facts);
	if (err == E_OK)
		err = kind_of(above, fd, ret_facts, ret_kind);
	if (err != E_OK)
		file_close(&fd);
	else
		*ret_fd = fd;
	return err;
}

/* What to do with a folder; WALK_FILE: go into it. */
static enum walk_step judge_folder(struct walker *w, const struct entry_facts *facts,
	enum file_system kind, bool first, struct walked *ret)
{
	if (first)
		w->device = facts->stamp.device;
	if (is_own(w, facts))
		return WALK_PASSED;
	if (kind == FILE_SYSTEM_KERNEL)
		return first ? unscanned(w, ret, UNSCANNED_SPECIAL) : WALK_PASSED;
	if (facts->stamp.device != w->device && !w->order->cross_mounts)
		return foreign(w, ret);
	return WALK_FILE;
}

/* A folder: gone into, or left out. */
static enum err take_folder(struct walker *w, int parent, const char *name, bool first,
	enum walk_step *ret_step, struct walked *ret)
{
	struct entry_facts facts;
	enum file_system kind;
	int fd;
	const struct level *above = first ? NULL : &w->levels[w->depth - 1];
	enum err err = look_at_folder(above, parent, name, &fd, &facts, &kind);
	if (err != E_OK) {
		*ret_step = unscanned(w, ret, unscanned_for(err));
		return E_OK;
	}
	*ret_step = judge_folder(w, &facts, kind, first, ret);
	if (*ret_step != WALK_FILE) {
		file_close(&fd);
		return E_OK;
	}
	*ret_step = WALK_PASSED;
	return go_down(w, fd, &facts, kind);
}

static enum err take_file(struct walker *w, int folder, const char *name,
	const struct entry_facts *facts, bool lasting, enum walk_step *ret_step, struct walked *ret)
{
	bool new = true;
	*ret_step = WALK_PASSED;
	if (is_own(w, facts))
		return E_OK;
	if (facts->links > 1)
		TRY(identities_add(&w->linked, identity_of(facts), &new));
	if (!new)
		return E_OK;
	*ret = (struct walked){.path = writer_view_str(&w->path),
		.facts = *facts,
		.folder = folder,
		.name = name,
		.lasting = lasting};
	*ret_step = WALK_FILE;
	return E_OK;
}

/* Links, devices, pipes and sockets are passed over: nothing in them is a file's content. */
static enum err take_name(struct walker *w, const struct level *level, struct entry_name entry,
	enum walk_step *ret_step, struct walked *ret)
{
	struct entry_facts facts = {.type = entry.type};
	int folder = level->reader.fd;
	bool lasting = level->kind == FILE_SYSTEM_DISK;
	*ret_step = WALK_PASSED;
	if (entry.type == ENTRY_LINK || entry.type == ENTRY_SPECIAL || excluded(w))
		return E_OK;
	if (entry.type != ENTRY_FOLDER) {
		enum err err = entry_facts(folder, entry.name, &facts);
		if (err != E_OK) {
			*ret_step = unscanned(w, ret, unscanned_for(err));
			return E_OK;
		}
	}
	switch (facts.type) {
	case ENTRY_FOLDER:
		return take_folder(w, folder, entry.name, false, ret_step, ret);
	case ENTRY_FILE:
		return take_file(w, folder, entry.name, &facts, lasting, ret_step, ret);
	case ENTRY_LINK:
	case ENTRY_SPECIAL:
	case ENTRY_UNKNOWN:
		break;
	}
	return E_OK;
}

/* --- steps --- */

/* A file, or a folder that will not be gone into: one step and the walk is over. */
static void begin_single(struct walker *w, enum walk_step step, const struct walked *walked)
{
	w->single = true;
	w->one_step = step;
	w->one = *walked;
}

static enum err begin_file(struct walker *w, const char *path, const struct entry_facts *facts)
{
	struct walked walked = {.facts = *facts, .folder = AT_FDCWD, .name = path};
	enum walk_step step = is_own(w, facts) ? WALK_PASSED : WALK_FILE;
	if (facts->type != ENTRY_FILE)
		step = unscanned(w, &walked, UNSCANNED_SPECIAL);
	begin_single(w, step, &walked);
	return writer_end(&w->path);
}

static enum err begin_at(struct walker *w, const char *path)
{
	struct entry_facts facts;
	enum walk_step step;
	struct walked walked = {0};
	end_walk(w);
	writer_clear(&w->path);
	writer_text(&w->path, path);
	TRY(entry_facts(AT_FDCWD, path, &facts));
	if (facts.type != ENTRY_FOLDER)
		return begin_file(w, path, &facts);
	while (w->path.size > 1 && w->path.data[w->path.size - 1] == '/')
		w->path.size--;
	TRY(take_folder(w, AT_FDCWD, path, true, &step, &walked));
	if (w->depth == 0)
		begin_single(w, step, &walked);
	return writer_end(&w->path);
}

enum err walker_begin(struct walker *w, const char *path)
{
	free(w->beginning);
	w->beginning = realpath(path, NULL);
	return w->beginning ? begin_at(w, w->beginning) : system_err(errno);
}

static enum err next_single(struct walker *w, enum walk_step *ret_step, struct walked *ret)
{
	w->single = false;
	*ret = w->one;
	ret->path = writer_view_str(&w->path);
	*ret_step = w->one_step;
	return E_OK;
}

static enum err step_up(struct walker *w, enum walk_step *ret_step, struct walked *ret)
{
	enum err lost;
	go_up(w, &lost);
	*ret_step = WALK_PASSED;
	if (lost != E_OK)
		*ret_step = unscanned(w, ret, UNSCANNED_CHANGED);
	return E_OK;
}

enum err walker_next(struct walker *w, enum walk_step *ret_step, struct walked *ret_walked)
{
	struct entry_name entry = {NULL, ENTRY_UNKNOWN};
	if (w->single)
		return next_single(w, ret_step, ret_walked);
	*ret_step = WALK_END;
	if (w->depth == 0)
		return E_OK;
	struct level *level = &w->levels[w->depth - 1];
	w->path.size = level->path_size;
	enum err err = level->ended ? E_OK : folder_reader_next(&level->reader, &entry);
	if (err != E_OK) {
		level->ended = true;
		*ret_step = unscanned(w, ret_walked, unscanned_for(err));
		return E_OK;
	}
	if (!entry.name)
		return step_up(w, ret_step, ret_walked);
	writer_text(&w->path, entry.name);
	TRY(writer_end(&w->path));
	return take_name(w, level, entry, ret_step, ret_walked);
}
