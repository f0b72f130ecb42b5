/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/container_microsoft.h"

#include <mspack.h>

#include "base/load.h"

/* The library's system: one file in memory to read, the walk to write to. */
struct memory {
	struct mspack_system system; /* first: the library gives it back */
	struct unpacking *u;
	struct bytes content;
};

struct memory_file {
	struct mspack_file file; /* first */
	struct memory *memory;
	size_t at;
};

static struct mspack_file *memory_open(struct mspack_system *self, const char *name, int mode)
{
	struct memory_file *f = malloc(sizeof(*f));
	(void)name, (void)mode;
	if (!f)
		return NULL;
	*f = (struct memory_file){.memory = (struct memory *)self};
	return &f->file;
}

static void memory_close(struct mspack_file *file)
{
	free(file);
}

static int memory_read(struct mspack_file *file, void *buffer, int size)
{
	struct memory_file *f = (struct memory_file *)file;
	struct bytes content = f->memory->content;
	if (size < 0 || unpacking_check(f->memory->u) != E_OK)
		return -1;
	size_t left = content.size - f->at;
	size_t piece = (size_t)size < left ? (size_t)size : left;
	if (piece > 0)
		memcpy(buffer, content.data + f->at, piece);
	f->at += piece;
	return (int)piece;
}

static int memory_write(struct mspack_file *file, void *buffer, int size)
{
	struct memory_file *f = (struct memory_file *)file;
	if (size < 0)
		return -1;
	struct bytes piece = {buffer, (size_t)size};
	return unpacking_add(f->memory->u, piece) == E_OK ? size : -1;
}

static int memory_seek(struct mspack_file *file, off_t offset, int mode)
{
	struct memory_file *f = (struct memory_file *)file;
	size_t size = f->memory->content.size;
	off_t base = mode == MSPACK_SYS_SEEK_CUR   ? (off_t)f->at
		     : mode == MSPACK_SYS_SEEK_END ? (off_t)size
						   : 0;
	off_t to;
	if (__builtin_add_overflow(base, offset, &to) || to < 0 || (size_t)to > size)
		return -1;
	f->at = (size_t)to;
	return 0;
}

static off_t memory_tell(struct mspack_file *file)
{
	return (off_t)((struct memory_file *)file)->at;
}

static void memory_message(struct mspack_file *file, const char *format, ...)
{
	(void)file, (void)format;
}

/* Zeros: the reader of KWAJ frees texts that it never came to set. */
static void *memory_alloc(struct mspack_system *self, size_t size)
{
	(void)self;
	return calloc(1, size);
}

static void memory_copy(void *from, void *to, size_t size)
{
	memcpy(to, from, size);
}

static struct memory memory_of(struct unpacking *u, struct bytes content)
{
	return (struct memory){.system = {.open = memory_open,
				       .close = memory_close,
				       .read = memory_read,
				       .write = memory_write,
				       .seek = memory_seek,
				       .tell = memory_tell,
				       .message = memory_message,
				       .alloc = memory_alloc,
				       .free = free,
				       .copy = memory_copy},
		.u = u,
		.content = content};
}

static enum err outcome_of(int code)
{
	return code == MSPACK_ERR_OK ? E_OK : code == MSPACK_ERR_NOMEMORY ? E_NOMEM : E_SYNTAX;
}

static enum err cannot_open(struct unpacking *u, int code)
{
	TRY(unpacking_check(u));
	if (code == MSPACK_ERR_NOMEMORY)
		return E_NOMEM;
	unpacking_fault(u, UNSCANNED_DAMAGED, STR("header"));
	return E_OK;
}

bool cabinet_fits(struct bytes content)
{
	const uint8_t *d = content.data;
	if (content.size < 44 || memcmp(d, "MSCF\0\0\0\0", 8) != 0)
		return false;
	uint32_t size = load_u32(d + 8, 0);
	uint32_t files = load_u32(d + 16, 0);
	return size >= 44 && files >= 36 && files < size && d[24] <= 3 && d[25] == 1;
}

static enum err cabinet_file(
	struct unpacking *u, struct mscab_decompressor *d, struct mscabd_file *file)
{
	TRY(unpacking_begin(u, str_from(file->filename)));
	int code = d->extract(d, file, "");
	return unpacking_end(u, outcome_of(code), STR(""));
}

static enum err cabinet_files(
	struct unpacking *u, struct mscab_decompressor *d, struct mscabd_cabinet *cabinet)
{
	if (cabinet->flags & (MSCAB_HDR_PREVCAB | MSCAB_HDR_NEXTCAB))
		unpacking_fault(u, UNSCANNED_UNSUPPORTED, STR("part of a set of cabinets"));
	for (struct mscabd_file *file = cabinet->files; file; file = file->next)
		TRY(cabinet_file(u, d, file));
	return E_OK;
}

enum err cabinet_open(struct unpacking *u, const struct container *self, struct bytes content)
{
	struct memory memory = memory_of(u, content);
	struct mscab_decompressor *d = mspack_create_cab_decompressor(&memory.system);
	(void)self;
	if (!d)
		return E_NOMEM;
	struct mscabd_cabinet *cabinet = d->open(d, "");
	enum err err = cabinet ? cabinet_files(u, d, cabinet) : cannot_open(u, d->last_error(d));
	if (cabinet)
		d->close(d, cabinet);
	mspack_destroy_cab_decompressor(d);
	return err;
}

static enum err help_files(
	struct unpacking *u, struct mschm_decompressor *d, struct mschmd_file *file)
{
	for (; file; file = file->next) {
		TRY(unpacking_begin(u, str_from(file->filename)));
		int code = d->extract(d, file, "");
		TRY(unpacking_end(u, outcome_of(code), STR("")));
	}
	return E_OK;
}

enum err help_open(struct unpacking *u, const struct container *self, struct bytes content)
{
	struct memory memory = memory_of(u, content);
	struct mschm_decompressor *d = mspack_create_chm_decompressor(&memory.system);
	(void)self;
	if (!d)
		return E_NOMEM;
	struct mschmd_header *help = d->open(d, "");
	enum err err = help ? help_files(u, d, help->files) : cannot_open(u, d->last_error(d));
	if (help)
		d->close(d, help);
	mspack_destroy_chm_decompressor(d);
	return err;
}

/* The library takes the end of the file for the end of the data. */
static enum err szdd_file(
	struct unpacking *u, struct msszdd_decompressor *d, struct msszddd_header *header)
{
	TRY(unpacking_begin(u, STR("content")));
	enum err err = outcome_of(d->extract(d, header, ""));
	if (err == E_OK && (off_t)unpacking_view(u).size < header->length)
		err = E_TRUNCATED;
	return unpacking_end(u, err, STR("SZDD"));
}

enum err szdd_open(struct unpacking *u, const struct container *self, struct bytes content)
{
	struct memory memory = memory_of(u, content);
	struct msszdd_decompressor *d = mspack_create_szdd_decompressor(&memory.system);
	(void)self;
	if (!d)
		return E_NOMEM;
	struct msszddd_header *header = d->open(d, "");
	enum err err = header ? szdd_file(u, d, header) : cannot_open(u, d->last_error(d));
	if (header)
		d->close(d, header);
	mspack_destroy_szdd_decompressor(d);
	return err;
}

static enum err kwaj_file(
	struct unpacking *u, struct mskwaj_decompressor *d, struct mskwajd_header *header)
{
	TRY(unpacking_begin(u, header->filename ? str_from(header->filename) : STR("content")));
	return unpacking_end(u, outcome_of(d->extract(d, header, "")), STR(""));
}

enum err kwaj_open(struct unpacking *u, const struct container *self, struct bytes content)
{
	struct memory memory = memory_of(u, content);
	struct mskwaj_decompressor *d = mspack_create_kwaj_decompressor(&memory.system);
	(void)self;
	if (!d)
		return E_NOMEM;
	struct mskwajd_header *header = d->open(d, "");
	enum err err = header ? kwaj_file(u, d, header) : cannot_open(u, d->last_error(d));
	if (header)
		d->close(d, header);
	mspack_destroy_kwaj_decompressor(d);
	return err;
}
