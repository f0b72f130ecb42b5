/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

/* A Windows program as far as one must know it to see what is packed in it or hangs behind it. */
struct program {
	struct bytes content;
	size_t sections_at; /* of the table of sections, 40 bytes each */
	unsigned sections;
	size_t entry_at; /* offset of the first instruction, content.size: outside the file */
	size_t end;      /* of the last section: what follows hangs behind */
};

struct section {
	struct str name; /* up to 8 bytes */
	uint32_t address, memory_size, offset, size;
};

bool program_read(struct bytes content, struct program *ret_program);
struct section program_section(const struct program *p, unsigned index);

/* What packed it ("UPX"), or what kind of container it is that we do not open; NULL: nothing known.
 * Also of programs for Linux. */
struct packer {
	struct str name; /* "UPX" */
	struct str what; /* "PE, packed with UPX" */
};
const struct packer *packer_of(struct bytes content);

/* Programs that hold more than themselves. */
bool program_fits(struct bytes content);
enum err program_open(struct unpacking *u, const struct container *self, struct bytes content);

bool linux_program_fits(struct bytes content);
enum err linux_program_open(
	struct unpacking *u, const struct container *self, struct bytes content);

/* A shell script with an archive behind its last line. */
bool script_fits(struct bytes content);
enum err script_open(struct unpacking *u, const struct container *self, struct bytes content);
