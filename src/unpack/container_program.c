/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <zlib.h>

#include "base/load.h"
#include "unpack/container_microsoft.h"
#include "unpack/find.h"
#include "unpack/installshield.h"
#include "unpack/nsis.h"
#include "unpack/program.h"

enum {
	EMBEDDED = 64 /* programs within a program */
};

/* What begins like an archive must also agree with itself: programs that read archives hold these
 * marks too. Size of the archive, 0: none. */
static size_t cabinet_size(struct bytes b)
{
	size_t size = cabinet_fits(b) ? load_u32(b.data + 8, 0) : 0;
	return size <= b.size ? size : 0;
}

static size_t seven_zip_size(struct bytes b)
{
	bool fits = b.size >= 32 && crc32(0, b.data + 12, 20) == load_u32(b.data + 8, 0);
	return fits ? b.size : 0;
}

static size_t rar_size(struct bytes b)
{
	if (b.size < 40)
		return 0;
	if (b.data[6] == 0)
		return b.data[9] == 0x73 && load_u16(b.data + 12, 0) >= 13 ? b.size : 0;
	unsigned header = b.data[12];
	bool fits = header < b.size - 13 && header < 0x80 &&
		    crc32(0, b.data + 12, 1 + header) == load_u32(b.data + 8, 0);
	return fits ? b.size : 0;
}

static const struct mark {
	struct str bytes;
	size_t (*size)(struct bytes);
} archive_marks[] = {
	{STR_INIT("MSCF\0\0\0\0"), cabinet_size},
	{STR_INIT("7z\xBC\xAF\x27\x1C"), seven_zip_size},
	{STR_INIT("Rar!\x1A\x07"), rar_size},
};

static enum err open_archives(struct unpacking *u, const struct mark *mark, struct bytes content)
{
	for (;;) {
		size_t at = bytes_find(content, mark->bytes);
		TRY(unpacking_check(u));
		if (at >= content.size)
			return E_OK;
		content = bytes_from(content, at);
		size_t size = mark->size(content);
		if (size > 0)
			TRY(unpacking_inside(u, (struct bytes){content.data, size}));
		content = bytes_from(content, size ? size : 1);
	}
}

/* Installers and interpreters that are known and not opened. */
static const struct {
	struct str mark, about;
} unopened[] = {
	{STR_INIT("Inno Setup Setup Data ("), STR_INIT("Inno Setup")},
	{STR_INIT("AU3!EA05"), STR_INIT("AutoIt")},
	{STR_INIT("AU3!EA06"), STR_INIT("AutoIt")},
	{STR_INIT("MEI\014\013\012\013\016"), STR_INIT("PyInstaller")},
	{STR_INIT("WiseMain"), STR_INIT("Wise installer")},
	{STR_INIT("SetupFactory"), STR_INIT("Setup Factory")},
};

static void name_unopened(struct unpacking *u, struct bytes content)
{
	for (size_t i = 0; i < sizeof(unopened) / sizeof(unopened[0]); i++)
		if (bytes_find(content, unopened[i].mark) < content.size)
			unpacking_fault(u, UNSCANNED_UNSUPPORTED, unopened[i].about);
}

/* Offset of the next program at `at` or later, content.size where there is none. */
static size_t next_program(struct bytes content, size_t at)
{
	struct program p;
	while (at < content.size) {
		at += bytes_find(bytes_from(content, at), STR("MZ"));
		if (program_read(bytes_from(content, at), &p) && p.sections > 0)
			return at;
		at++;
	}
	return content.size;
}

/* End of the section that `at` lies in, of the file behind the last one. */
static size_t place_end(const struct program *p, size_t at)
{
	for (unsigned i = 0; i < p->sections; i++) {
		struct section s = program_section(p, i);
		size_t end = (size_t)s.offset + s.size;
		if (at >= s.offset && at < end && end <= p->content.size)
			return end;
	}
	return p->content.size;
}

static enum err open_embedded(struct unpacking *u, const struct program *p)
{
	size_t at = next_program(p->content, 1);
	for (unsigned i = 0; at < p->content.size; i++) {
		char name[40];
		size_t next = next_program(p->content, at + 1);
		size_t end = place_end(p, at);
		if (next < end)
			end = next;
		if (i == EMBEDDED) {
			unpacking_fault(u, UNSCANNED_MEMBERS, STR("programs within a program"));
			break;
		}
		int size = snprintf(name, sizeof(name), "program at 0x%zx", at);
		TRY(unpacking_slice(u, (struct str){name, (size_t)size},
			(struct bytes){p->content.data + at, end - at}));
		at = next;
	}
	return unpacking_check(u);
}

bool program_fits(struct bytes content)
{
	struct program p;
	return program_read(content, &p);
}

static enum err open_installer(struct unpacking *u, const struct program *p, bool *ret_known)
{
	size_t nsis = nsis_find(p->content);
	*ret_known = nsis < p->content.size;
	if (*ret_known)
		return nsis_open(u, bytes_from(p->content, nsis));
	return installshield_open(u, bytes_from(p->content, p->end), ret_known);
}

enum err program_open(struct unpacking *u, const struct container *self, struct bytes content)
{
	const struct packer *packer = packer_of(content);
	struct program p;
	bool known;
	(void)self;
	if (packer)
		unpacking_fault(u, UNSCANNED_PACKED, packer->name);
	if (!program_read(content, &p))
		return E_OK;
	name_unopened(u, content);
	TRY(open_installer(u, &p, &known));
	if (known)
		return E_OK;
	for (size_t i = 0; i < sizeof(archive_marks) / sizeof(archive_marks[0]); i++)
		TRY(open_archives(u, &archive_marks[i], content));
	return open_embedded(u, &p);
}

bool linux_program_fits(struct bytes content)
{
	bool image = content.size > 64 && memcmp(content.data, "\177ELF", 4) == 0 &&
		     memcmp(content.data + 8, "AI", 2) == 0;
	return image || packer_of(content) != NULL;
}

enum err linux_program_open(struct unpacking *u, const struct container *self, struct bytes content)
{
	const struct packer *packer = packer_of(content);
	(void)self;
	if (packer)
		unpacking_fault(u, UNSCANNED_PACKED, packer->name);
	else
		unpacking_fault(u, UNSCANNED_UNSUPPORTED, STR("AppImage"));
	return unpacking_check(u);
}

/* Where the archive behind a script begins, content.size: there is none. */
static size_t script_archive(struct bytes content)
{
	static const struct str marks[] = {STR_INIT("\n\x1F\x8B\x08"), STR_INIT("\nBZh9"),
		STR_INIT("\n\xFD"
			 "7zXZ"),
		STR_INIT("\n\x28\xB5\x2F\xFD")};
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		size_t at = bytes_find(content, marks[i]);
		if (at < content.size)
			return at + 1;
	}
	return content.size;
}

bool script_fits(struct bytes content)
{
	return script_archive(content) < content.size;
}

enum err script_open(struct unpacking *u, const struct container *self, struct bytes content)
{
	struct bytes archive = bytes_from(content, script_archive(content));
	(void)self;
	return archive.size > 0 ? unpacking_inside(u, archive) : E_OK;
}
