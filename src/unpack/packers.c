/* SPDX-License-Identifier: Apache-2.0 */
/* Packed programs are recognised, not unpacked: by names of sections, by their first instructions,
 * by marks in the header. Each mark was read off such programs or their packer's own documentation.
 */
#include "base/load.h"
#include "unpack/program.h"

#define PACKER(name)                                                                               \
	{                                                                                          \
		STR_INIT(name), STR_INIT("PE, packed with " name)                                  \
	}

/* Begins with any of these. */
static const struct {
	struct str section;
	struct packer packer;
} by_section[] = {
	{STR_INIT("yC"), PACKER("yoda's Crypter")},
	{STR_INIT(".yP"), PACKER("yoda's Protector")},
	{STR_INIT("UPX0"), PACKER("UPX")},
	{STR_INIT("UPX1"), PACKER("UPX")},
	{STR_INIT(".aspack"), PACKER("ASPack")},
	{STR_INIT("ASPack"), PACKER("ASPack")},
	{STR_INIT(".ASPack"), PACKER("ASPack")},
	{STR_INIT("MEW"), PACKER("MEW")},
	{STR_INIT(".petite"), PACKER("Petite")},
	{STR_INIT(".WWP"), PACKER("WWPack32")},
	{STR_INIT("PEC2"), PACKER("PECompact")},
	{STR_INIT("pec1"), PACKER("PECompact")},
	{STR_INIT("pec2"), PACKER("PECompact")},
	{STR_INIT("PECompa"), PACKER("PECompact")},
	{STR_INIT(".nsp0"), PACKER("NsPack")},
	{STR_INIT(".nsp1"), PACKER("NsPack")},
	{STR_INIT("nsp0"), PACKER("NsPack")},
	{STR_INIT("nsp1"), PACKER("NsPack")},
	{STR_INIT(".MPRESS"), PACKER("MPRESS")},
	{STR_INIT(".themida"), PACKER("Themida")},
	{STR_INIT("Themida"), PACKER("Themida")},
	{STR_INIT(".winlice"), PACKER("WinLicense")},
	{STR_INIT("WinLicen"), PACKER("WinLicense")},
	{STR_INIT(".vmp0"), PACKER("VMProtect")},
	{STR_INIT(".vmp1"), PACKER("VMProtect")},
	{STR_INIT(".enigma"), PACKER("Enigma Protector")},
	{STR_INIT(".RLPack"), PACKER("RLPack")},
	{STR_INIT(".packed"), PACKER("RLPack")},
	{STR_INIT("kkrunchy"), PACKER("kkrunchy")},
	{STR_INIT(".shrink"), PACKER("Shrinker")},
	{STR_INIT("pebundle"), PACKER("PEBundle")},
	{STR_INIT("PELOCKnt"), PACKER("PELock")},
	{STR_INIT(".perplex"), PACKER("Perplex")},
	{STR_INIT(".Upack"), PACKER("Upack")},
	{STR_INIT(".spack"), PACKER("Simple Pack")},
	{STR_INIT(".svkp"), PACKER("SVK Protector")},
	{STR_INIT(".neolit"), PACKER("NeoLite")},
	{STR_INIT("BitArts"), PACKER("Crunch")},
	{STR_INIT(".MaskPE"), PACKER("MaskPE")},
	{STR_INIT(".ccg"), PACKER("CCG")},
	{STR_INIT("!EPack"), PACKER("EPack")},
	{STR_INIT(".charmve"), PACKER("PIN")},
};

enum {
	ANY = -1,
	PATTERN = 24
};

/* The first instructions, ANY for addresses; a pattern ends at END. */
enum {
	END = -2
};

static const struct {
	int16_t bytes[PATTERN];
	struct packer packer;
} by_entry[] = {
	{{0x60, 0xBE, ANY, ANY, ANY, ANY, 0x8D, 0xBE, ANY, ANY, ANY, ANY, 0x57, END},
		PACKER("UPX")},
	{{0x53, 0x56, 0x57, 0x55, 0x48, 0x8D, 0x35, ANY, ANY, ANY, ANY, 0x48, 0x8D, 0xBE, END},
		PACKER("UPX")},
	{{0x60, 0xE8, 0x03, 0x00, 0x00, 0x00, 0xE9, 0xEB, 0x04, 0x5D, 0x45, 0x55, 0xC3, END},
		PACKER("ASPack")},
	{{0xEB, 0x01, 0x68, 0x60, 0xE8, 0x00, 0x00, 0x00, 0x00, 0x8B, 0x1C, 0x24, 0x83, 0xC3, END},
		PACKER("PESpin")},
	{{0xB8, ANY, ANY, ANY, ANY, 0x50, 0x64, 0xFF, 0x35, 0, 0, 0, 0, 0x64, 0x89, 0x25, 0, 0, 0,
		 0, 0x33, 0xC0, END},
		PACKER("PECompact")},
	{{0xB8, ANY, ANY, ANY, ANY, 0x68, ANY, ANY, ANY, ANY, 0x64, 0xFF, 0x35, 0, 0, 0, 0, 0x64,
		 0x89, 0x25, END},
		PACKER("Petite")},
	{{0x87, 0x25, ANY, ANY, ANY, ANY, 0x61, 0x94, 0x55, 0xA4, 0xB6, 0x80, 0xFF, 0x13, END},
		PACKER("FSG")},
	{{0xBE, ANY, ANY, ANY, ANY, 0xAD, 0x93, 0xAD, 0x97, 0xAD, 0x56, 0x96, 0xB2, 0x80, 0xA4,
		 0xB6, 0x80, 0xFF, 0x13, END},
		PACKER("FSG")},
	{{0xBB, ANY, ANY, ANY, ANY, 0xBF, ANY, ANY, ANY, ANY, 0xBE, ANY, ANY, ANY, ANY, 0x53, 0xE8,
		 END},
		PACKER("FSG")},
	{{0xBE, ANY, ANY, ANY, ANY, 0x8B, 0xDE, 0xAD, 0xAD, 0x50, 0xAD, 0x97, 0xB2, 0x80, END},
		PACKER("MEW")},
	{{0x9C, 0x60, 0xE8, 0, 0, 0, 0, 0x5D, 0xB8, END}, PACKER("NsPack")},
	{{0x9C, 0x60, 0xE8, 0, 0, 0, 0, 0x5D, 0x83, 0xED, END}, PACKER("NsPack")},
	{{0x60, 0xE8, 0, 0, 0, 0, 0x58, 0x05, ANY, ANY, 0, 0, 0x8B, 0x30, END}, PACKER("MPRESS")},
	{{0xB8, 0, 0, 0, 0, 0x60, 0x0B, 0xC0, 0x74, 0x58, 0xE8, END}, PACKER("Themida")},
};

/* Its headers lie within each other, a library's name between them. */
static const struct packer upack = PACKER("Upack");
static const struct packer upx_for_linux = {STR_INIT("UPX"), STR_INIT("ELF, packed with UPX")};

static const struct packer *packer_by_section(const struct program *p)
{
	for (size_t i = 0; i < sizeof(by_section) / sizeof(by_section[0]); i++)
		for (unsigned s = 0; s < p->sections; s++)
			if (str_starts(program_section(p, s).name, by_section[i].section))
				return &by_section[i].packer;
	return NULL;
}

static bool matches(const int16_t *pattern, struct bytes code)
{
	for (size_t i = 0; i < PATTERN && pattern[i] != END; i++)
		if (i >= code.size || (pattern[i] != ANY && pattern[i] != code.data[i]))
			return false;
	return true;
}

static const struct packer *packer_by_entry(const struct program *p)
{
	struct bytes code = {p->content.data + p->entry_at, p->content.size - p->entry_at};
	for (size_t i = 0; i < sizeof(by_entry) / sizeof(by_entry[0]); i++)
		if (matches(by_entry[i].bytes, code))
			return &by_entry[i].packer;
	return NULL;
}

static const struct packer *windows_packer(struct bytes content)
{
	struct program p;
	if (!program_read(content, &p))
		return NULL;
	if (memcmp(content.data + 2, "KERNEL32.DLL", 12) == 0 ||
		memcmp(content.data + 2, "LoadLibraryA", 12) == 0)
		return &upack;
	const struct packer *found = packer_by_section(&p);
	return found ? found : packer_by_entry(&p);
}

/* "UPX!" stands behind the program headers and again at the end of the file. */
static const struct packer *linux_packer(struct bytes content)
{
	static const size_t near = 512;
	size_t size = content.size < near ? content.size : near;
	const uint8_t *end = content.data + content.size - (content.size < 64 ? content.size : 64);
	if (memmem(content.data, size, "UPX!", 4) ||
		memmem(end, (size_t)(content.data + content.size - end), "UPX!", 4))
		return &upx_for_linux;
	return NULL;
}

const struct packer *packer_of(struct bytes content)
{
	if (content.size < 64)
		return NULL;
	if (memcmp(content.data, "MZ", 2) == 0)
		return windows_packer(content);
	return memcmp(content.data, "\177ELF", 4) == 0 ? linux_packer(content) : NULL;
}
