/* SPDX-License-Identifier: Apache-2.0 */
#include "model/botnet.h"

#include <stdlib.h>

/* Every way to write a family's name, normalised and sorted by bytes. */
struct family_key {
	struct str key;
	uint16_t family;
};

/* families[], family_keys[], FAMILY_KEY_BYTES: made by tools/botnets.py. */
#include "model/botnets.inc"

enum {
	FAMILIES = sizeof(families) / sizeof(families[0]),
	FAMILY_KEYS = sizeof(family_keys) / sizeof(family_keys[0])
};

size_t family_count(void)
{
	return FAMILIES;
}

const struct family *family_at(size_t index)
{
	return index < FAMILIES ? &families[index] : NULL;
}

/* As normalise() of tools/botnets.py: ASCII letters and digits in lower case; bytes of other
 * scripts stay. 0 where it is longer than any key or nothing is left. */
static size_t normalise(struct str name, char key[FAMILY_KEY_BYTES])
{
	size_t size = 0;
	for (size_t i = 0; i < name.size; i++) {
		char c = name.data[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c + ('a' - 'A'));
		bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80);
		if (kept && size == FAMILY_KEY_BYTES)
			return 0;
		if (kept)
			key[size++] = c;
	}
	return size;
}

static int compare_key(const void *wanted, const void *entry)
{
	const struct str *name = wanted;
	const struct family_key *key = entry;
	return str_compare(*name, key->key);
}

const struct family *family_find(struct str name)
{
	char buffer[FAMILY_KEY_BYTES];
	struct str wanted = {buffer, normalise(name, buffer)};
	if (wanted.size == 0)
		return NULL;
	const struct family_key *key =
		bsearch(&wanted, family_keys, FAMILY_KEYS, sizeof(family_keys[0]), compare_key);
	return key ? &families[key->family] : NULL;
}

/* What the name begins with in the naming schemes of detectors: "Worm:Win32/Conficker.B!inf"
 * (CARO), "HEUR:Trojan.Linux.Mirai.b", "elf.mirai" (Malpedia). */
struct label {
	struct str word;
	struct str platforms; /* families of these; empty: a kind of malware, of any platform */
};

static const struct label labels[] = {
	{STR_INIT("win"), STR_INIT("windows multi")},
	{STR_INIT("win32"), STR_INIT("windows multi")},
	{STR_INIT("win64"), STR_INIT("windows multi")},
	{STR_INIT("w32"), STR_INIT("windows multi")},
	{STR_INIT("msil"), STR_INIT("windows multi")},
	{STR_INIT("elf"), STR_INIT("linux iot multi")},
	{STR_INIT("linux"), STR_INIT("linux iot multi")},
	{STR_INIT("iot"), STR_INIT("linux iot multi")},
	{STR_INIT("android"), STR_INIT("android multi")},
	{STR_INIT("androidos"), STR_INIT("android multi")},
	{STR_INIT("andr"), STR_INIT("android multi")},
	{STR_INIT("apk"), STR_INIT("android multi")},
	{STR_INIT("ios"), STR_INIT("ios multi")},
	{STR_INIT("osx"), STR_INIT("macos multi")},
	{STR_INIT("macos"), STR_INIT("macos multi")},
	{STR_INIT("js"), STR_INIT("windows multi")},
	{STR_INIT("vbs"), STR_INIT("windows multi")},
	{STR_INIT("adware"), STR_INIT("")},
	{STR_INIT("backdoor"), STR_INIT("")},
	{STR_INIT("banker"), STR_INIT("")},
	{STR_INIT("ddos"), STR_INIT("")},
	{STR_INIT("downloader"), STR_INIT("")},
	{STR_INIT("dropper"), STR_INIT("")},
	{STR_INIT("email"), STR_INIT("")},
	{STR_INIT("heur"), STR_INIT("")},
	{STR_INIT("net"), STR_INIT("")},
	{STR_INIT("proxy"), STR_INIT("")},
	{STR_INIT("psw"), STR_INIT("")},
	{STR_INIT("pws"), STR_INIT("")},
	{STR_INIT("ransom"), STR_INIT("")},
	{STR_INIT("rat"), STR_INIT("")},
	{STR_INIT("spy"), STR_INIT("")},
	{STR_INIT("trojan"), STR_INIT("")},
	{STR_INIT("trojandownloader"), STR_INIT("")},
	{STR_INIT("trojandropper"), STR_INIT("")},
	{STR_INIT("trojanspy"), STR_INIT("")},
	{STR_INIT("virus"), STR_INIT("")},
	{STR_INIT("worm"), STR_INIT("")},
};

static bool is_separator(char c)
{
	return memchr(".:/_-", c, 5) != NULL;
}

/* The label at the start of *rest with its separator, which is taken off; NULL where none is. */
static const struct label *take_label(struct str *rest)
{
	size_t size = 0;
	while (size < rest->size && !is_separator(rest->data[size]))
		size++;
	if (size == rest->size)
		return NULL;
	struct str word = {rest->data, size};
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (str_equal_nocase(word, labels[i].word)) {
			*rest = (struct str){rest->data + size + 1, rest->size - size - 1};
			return &labels[i];
		}
	return NULL;
}

/* The part before the variant: "Conficker.B!inf" is "Conficker". */
static struct str without_variant(struct str name)
{
	size_t size = 0;
	while (size < name.size && name.data[size] != '.' && name.data[size] != '!')
		size++;
	return (struct str){name.data, size};
}

/* Only where labels say that the name follows such a scheme, and only a family of the platform that
 * they name: "elf.qbot" is not the QakBot of Windows. */
static const struct family *find_labelled(struct str raw)
{
	struct str rest = raw;
	struct str platforms = {"", 0};
	for (const struct label *label; (label = take_label(&rest));)
		if (label->platforms.size)
			platforms = label->platforms;
	if (rest.size == raw.size)
		return NULL;
	const struct family *family = family_find(rest);
	if (!family)
		family = family_find(without_variant(rest));
	if (family && platforms.size && str_find(platforms, family->platform) == platforms.size)
		return NULL;
	return family;
}

const struct family *family_recognise(struct str raw)
{
	const struct family *family = family_find(raw);
	return family ? family : find_labelled(raw);
}
