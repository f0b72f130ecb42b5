/* SPDX-License-Identifier: Apache-2.0 */
/* Pages about families that go into a pack. */
#include <fcntl.h>

#include "base/limits.h"
#include "model/botnet.h"
#include "os/entry.h"
#include "rules/pack_order.h"
#include "server/command_pack.h"

struct pages {
	struct context *c;
	struct pack_page *list;
	size_t count, capacity;
};

static enum err add(struct pages *p, struct str family, enum lang lang, struct str text)
{
	if (p->count == p->capacity) {
		size_t room = 2 * (p->capacity + family_count());
		struct pack_page *list = arena_alloc(&p->c->arena, room + 1, sizeof(*list));
		if (!list)
			return E_NOMEM;
		if (p->count > 0)
			memcpy(list, p->list, p->count * sizeof(*list));
		p->list = list;
		p->capacity = room;
	}
	if (!text.data)
		return E_NOMEM;
	p->list[p->count++] = (struct pack_page){family, lang, text};
	return E_OK;
}

/* --- the program's own --- */

static enum err add_own(struct pages *p, const struct family *family, enum lang lang)
{
	struct writer w;
	writer_init(&w, LIMIT_SITE_BODY);
	writer_text(&w, "# ");
	writer_str(&w, family->name);
	writer_text(&w, "\n\n");
	writer_str(&w, family->about[lang]);
	writer_text(&w, "\n");
	enum err err = writer_end(&w);
	struct str text = arena_copy(&p->c->arena, writer_view_str(&w));
	writer_release(&w);
	return err == E_OK ? add(p, family->slug, lang, text) : err;
}

static enum err add_all_own(struct pages *p)
{
	for (size_t i = 0; i < family_count(); i++)
		for (int lang = 0; lang < LANG__COUNT; lang++)
			TRY(add_own(p, family_at(i), (enum lang)lang));
	return E_OK;
}

/* --- of a folder: vi/KEY.md, en/KEY.md --- */

static enum err add_file(struct pages *p, int folder, const char *name, enum lang lang)
{
	struct writer text;
	struct str file = str_from(name);
	struct str family = {name, file.size > 3 ? file.size - 3 : 0};
	if (!str_ends(file, STR(".md")) || !pack_name_valid(family))
		return E_OK;
	writer_init(&text, LIMIT_SITE_BODY);
	enum err err = file_load(folder, name, &text);
	struct str copy = arena_copy(&p->c->arena, writer_view_str(&text));
	family = arena_copy(&p->c->arena, family);
	writer_release(&text);
	if (err == E_OK && !family.data)
		err = E_NOMEM;
	return err == E_OK ? add(p, family, lang, copy) : err;
}

/* Takes the descriptor. */
static enum err add_language(struct pages *p, int folder, enum lang lang)
{
	int listed;
	struct folder_reader reader;
	struct entry_name entry = {.name = ""};
	enum err err = entry_open_folder(folder, ".", &listed);
	if (err == E_OK)
		err = folder_reader_open(listed, &reader);
	if (err != E_OK)
		return err;
	while (err == E_OK && entry.name) {
		err = folder_reader_next(&reader, &entry);
		if (err == E_OK && entry.name)
			err = add_file(p, folder, entry.name, lang);
	}
	folder_reader_close(&reader);
	return err;
}

static enum err add_folder(struct pages *p, const char *path)
{
	static const char *const names[LANG__COUNT] = {[LANG_VI] = "vi", [LANG_EN] = "en"};
	int folder;
	TRY(folder_open(AT_FDCWD, path, &folder));
	enum err err = E_OK;
	for (int lang = 0; err == E_OK && lang < LANG__COUNT; lang++) {
		int below;
		err = folder_open(folder, names[lang], &below);
		if (err == E_OK) {
			err = add_language(p, below, (enum lang)lang);
			file_close(&below);
		}
	}
	file_close(&folder);
	return err;
}

/* A page in one language alone would leave the others without a word. */
static bool in_all_languages(const struct pages *p, const struct pack_page **ret_alone)
{
	for (size_t i = 0; i < p->count; i += LANG__COUNT)
		for (size_t k = 0; k < LANG__COUNT; k++) {
			const struct pack_page *page = &p->list[i + k];
			*ret_alone = &p->list[i];
			if (i + k >= p->count || page->lang != (enum lang)k ||
				!str_equal(page->family, p->list[i].family))
				return false;
		}
	return true;
}

bool pack_pages_gather(struct context *c, struct pack_page **ret_pages, size_t *ret_count)
{
	struct pages pages = {.c = c};
	const struct pack_page *alone;
	enum err err = add_all_own(&pages);
	const char *at = "";
	for (size_t i = 0; err == E_OK && i < options_count(&c->options, "pages"); i++) {
		at = options_nth(&c->options, "pages", i);
		err = add_folder(&pages, at);
	}
	if (err != E_OK) {
		context_failed(c, str_from(at), err);
		return false;
	}
	pack_pages_order(pages.list, &pages.count);
	*ret_pages = pages.list;
	*ret_count = pages.count;
	if (in_all_languages(&pages, &alone))
		return true;
	console_say_with(&c->console, MESSAGE_PACK_PAGE_ALONE, {STR("family"), alone->family});
	return false;
}
