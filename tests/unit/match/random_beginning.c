/* SPDX-License-Identifier: Apache-2.0 */
#include "random_rules.h"

/* The smallest program that has one section. */
static void put_program(struct writer *w)
{
	static const uint8_t header[] = {'P', 'E', 0, 0, 0x64, 0x86, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0xf0, 0, 0x22, 0, 0x0b, 0x02};
	uint8_t *program = writer_reserve(w, 1024);
	if (!program)
		return;
	memset(program, 0, 1024);
	memcpy(program, "MZ", 2);
	program[0x3c] = 0x80;
	memcpy(program + 0x80, header, sizeof(header));
	memcpy(program + 0x80 + 24 + 0xf0, ".text\0\0\0", 8);
	program[0x80 + 24 + 16] = 0x10; /* entry point */
	program[0x80 + 24 + 0xf0 + 16 + 1] = 2;
	program[0x80 + 24 + 0xf0 + 20 + 1] = 2;
}

void random_beginning(struct chance *c, struct writer *w)
{
	switch (chance_below(c, 10)) {
	case 0:
		put_program(w);
		break;
	case 1:
		writer_text(w, "MZ");
		break;
	case 2:
		writer_bytes(
			w, (struct bytes){
				   (const uint8_t *)"\x7f"
						    "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0>\0",
				   20});
		break;
	case 3:
		writer_text(w, "a");
		break;
	default:
		break;
	}
}
