/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/program.h"

#include "base/load.h"

enum {
	OPTIONAL_AT = 24, /* of the optional header behind "PE\0\0" */
	SECTION = 40,
	SECTIONS = 96, /* what Windows takes */
	PAGE = 0x1000
};

struct section program_section(const struct program *p, unsigned index)
{
	const uint8_t *s = p->content.data + p->sections_at + (size_t)index * SECTION;
	return (struct section){.name = {(const char *)s, strnlen((const char *)s, 8)},
		.memory_size = load_u32(s + 8, 0),
		.address = load_u32(s + 12, 0),
		.size = load_u32(s + 16, 0),
		.offset = load_u32(s + 20, 0)};
}

/* Windows rounds offsets of sections down to 512. */
static size_t section_start(struct section s)
{
	return s.offset & ~(uint32_t)511;
}

static void place_entry(struct program *p, uint32_t entry)
{
	p->entry_at = entry < PAGE && entry < p->content.size ? entry : p->content.size;
	for (unsigned i = 0; i < p->sections; i++) {
		struct section s = program_section(p, i);
		uint32_t size = s.memory_size > s.size ? s.memory_size : s.size;
		if (entry >= s.address && entry - s.address < size) {
			size_t at = section_start(s) + (entry - s.address);
			p->entry_at = at < p->content.size ? at : p->content.size;
			return;
		}
	}
}

static void find_end(struct program *p)
{
	p->end = p->sections_at + (size_t)p->sections * SECTION;
	for (unsigned i = 0; i < p->sections; i++) {
		struct section s = program_section(p, i);
		size_t end = s.size ? (size_t)s.offset + s.size : 0;
		if (end > p->end && s.offset < p->content.size)
			p->end = end;
	}
	if (p->end > p->content.size)
		p->end = p->content.size;
}

bool program_read(struct bytes content, struct program *ret_program)
{
	struct program p = {.content = content};
	if (content.size < 64 || memcmp(content.data, "MZ", 2) != 0)
		return false;
	size_t at = load_u32(content.data + 0x3C, 0);
	if (at > content.size || content.size - at < OPTIONAL_AT + 20 ||
		memcmp(content.data + at, "PE\0\0", 4) != 0)
		return false;
	p.sections = load_u16(content.data + at + 6, 0);
	p.sections_at = at + OPTIONAL_AT + load_u16(content.data + at + 20, 0);
	if (p.sections > SECTIONS || p.sections_at > content.size)
		return false;
	size_t room = (content.size - p.sections_at) / SECTION;
	if (p.sections > room)
		p.sections = (unsigned)room;
	place_entry(&p, load_u32(content.data + at + OPTIONAL_AT + 16, 0));
	find_end(&p);
	*ret_program = p;
	return true;
}
