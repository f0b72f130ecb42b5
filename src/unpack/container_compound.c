/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/container_compound.h"

#include <gsf/gsf-infile-msole.h>
#include <gsf/gsf-infile.h>
#include <gsf/gsf-input-memory.h>
#include <gsf/gsf-utils.h>

#include "base/load.h"
#include "base/writer.h"
#include "unpack/compound_directory.h"
#include "unpack/office.h"

enum {
	PIECE = 64 << 10,
	NESTED = 32,     /* folders within folders */
	ENTRIES = 10000, /* libgsf calls itself for each */
	NAME = 400,
	NAMES = 4096 /* bytes of the names of folders and stream together */
};

/* Where the walk through the folders of the file stands. */
struct place {
	struct unpacking *u;
	struct writer path;
	unsigned nested;
	size_t seen; /* folders and streams */
};

static bool letter_of(unsigned code, char *ret_letter)
{
	static const char letters[] =
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";
	if (code >= 64)
		return false;
	*ret_letter = letters[code];
	return true;
}

/* The character at the start of s when it has three bytes, as those of installers do; else 0. */
static unsigned wide_character(struct str s)
{
	const uint8_t *d = (const uint8_t *)s.data;
	if (s.size < 3 || (d[0] & 0xF0) != 0xE0)
		return 0;
	return (unsigned)(d[0] & 0xF) << 12 | (unsigned)(d[1] & 0x3F) << 6 | (d[2] & 0x3F);
}

struct str compound_plain_name(struct str name, char *buffer, size_t capacity)
{
	size_t size = 0;
	while (name.size > 0 && size + 4 <= capacity) {
		unsigned c = wide_character(name);
		size_t step = c >= 0x3800 && c <= 0x4840 ? 3 : 1;
		if (step == 1)
			buffer[size++] = name.data[0];
		else if (c < 0x4800 && letter_of((c - 0x3800) & 0x3F, &buffer[size]))
			(void)letter_of((c - 0x3800) >> 6, &buffer[size + 1]), size += 2;
		else if (c == 0x4840)
			buffer[size++] = '!'; /* of a table of the installer's */
		else if (letter_of(c - 0x4800, &buffer[size]))
			size++;
		name = (struct str){name.data + step, name.size - step};
	}
	return (struct str){buffer, size};
}

static enum err read_stream(struct unpacking *u, GsfInput *stream)
{
	gsf_off_t left = gsf_input_remaining(stream);
	while (left > 0) {
		size_t piece = left < PIECE ? (size_t)left : PIECE;
		const guint8 *data = gsf_input_read(stream, piece, NULL);
		if (!data)
			return E_TRUNCATED;
		TRY(unpacking_add(u, (struct bytes){data, piece}));
		left -= (gsf_off_t)piece;
	}
	return E_OK;
}

static enum err open_stream(struct place *p, GsfInput *stream, struct str name)
{
	struct str path = writer_view_str(&p->path);
	if (str_equal(name, STR("EncryptedPackage")))
		return unpacking_miss(p->u, path, UNSCANNED_ENCRYPTED, STR(""));
	TRY(unpacking_begin(p->u, path));
	enum err outcome = read_stream(p->u, stream);
	if (outcome == E_OK && office_is_encrypted(name, unpacking_view(p->u)))
		unpacking_fault(p->u, UNSCANNED_ENCRYPTED, STR(""));
	return unpacking_end_as(p->u, outcome, STR(""), office_stream(name));
}

static enum err open_folder(struct place *p, GsfInfile *folder);

static enum err open_child(struct place *p, GsfInfile *folder, int index)
{
	char buffer[NAME];
	const char *raw = gsf_infile_name_by_index(folder, index);
	struct str name = compound_plain_name(str_from(raw ? raw : ""), buffer, sizeof(buffer));
	size_t before = p->path.size;
	GsfInput *child = gsf_infile_child_by_index(folder, index);
	p->seen++;
	if (!child)
		return unpacking_miss(p->u, name, UNSCANNED_DAMAGED, STR(""));
	if (before > 0)
		writer_char(&p->path, '/');
	writer_str(&p->path, name);
	enum err err = GSF_IS_INFILE(child) && gsf_infile_num_children(GSF_INFILE(child)) >= 0
			       ? open_folder(p, GSF_INFILE(child))
			       : open_stream(p, child, name);
	g_object_unref(child);
	p->path.size = before;
	p->path.err = E_OK;
	return err;
}

static enum err open_folder(struct place *p, GsfInfile *folder)
{
	int count = gsf_infile_num_children(folder);
	if (p->nested >= NESTED) {
		unpacking_fault(p->u, UNSCANNED_DEPTH, STR("OLE2"));
		return E_OK;
	}
	p->nested++;
	for (int i = 0; i < count; i++)
		TRY(open_child(p, folder, i));
	p->nested--;
	return unpacking_check(p->u);
}

static enum err open_input(struct unpacking *u, GsfInput *input, size_t listed)
{
	GError *error = NULL;
	GsfInfile *file = gsf_infile_msole_new(input, &error);
	if (!file) {
		unpacking_fault(
			u, UNSCANNED_DAMAGED, error ? str_from(error->message) : STR("OLE2"));
		g_clear_error(&error);
		return E_OK;
	}
	struct place place = {.u = u};
	writer_init(&place.path, NAMES);
	enum err err = open_folder(&place, file);
	if (err == E_OK && place.seen < listed)
		unpacking_fault(u, UNSCANNED_DAMAGED, STR("streams that cannot be read"));
	writer_release(&place.path);
	g_object_unref(file);
	return err;
}

enum err compound_open(struct unpacking *u, const struct container *self, struct bytes content)
{
	size_t listed = compound_count(content);
	(void)self;
	if (listed > ENTRIES) {
		unpacking_fault(u, UNSCANNED_MEMBERS, STR("OLE2"));
		return unpacking_check(u);
	}
	GsfInput *input = gsf_input_memory_new(content.data, (gsf_off_t)content.size, FALSE);
	if (!input)
		return E_NOMEM;
	enum err err = open_input(u, input, listed);
	g_object_unref(input);
	return err;
}

void compound_warm_up(void)
{
	gsf_init();
}
