/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the entries of every place below a root; ends with 1 when one has a sign: on a clean
 * system none has. list_places [-a] [ROOT], -a: those without a sign too. */
#include <fcntl.h>
#include <stdio.h>

#include "os/entry.h"
#include "survey/survey.h"

struct survey {
	int root;
	bool all;
	uint64_t files, entries, signs, unreadable;
	const char *path;
};

static enum err on_entry(void *context, const struct place_entry *e)
{
	struct survey *s = context;
	s->entries++;
	s->signs += e->sign != SIGN_NONE;
	if (s->all || e->sign != SIGN_NONE)
		printf("%s:%llu: %.*s [%.*s] %.*s\n", s->path, (unsigned long long)e->line,
			STR_ARG(e->why), STR_ARG(e->program), STR_ARG(e->text));
	return E_OK;
}

static enum err on_file(void *context, const struct place *place, const char *path)
{
	struct survey *s = context;
	const struct place_sink sink = {s, on_entry};
	struct entry_facts facts;
	struct mapping content;
	int fd;
	s->path = path;
	if (entry_open_inside(s->root, path, &fd, &facts) != E_OK) {
		s->unreadable++;
		return E_OK;
	}
	enum err err = file_map(fd, &content);
	if (err == E_OK) {
		s->files++;
		err = place->read(content.bytes, str_from(path), &sink);
		file_unmap(&content);
	}
	file_close(&fd);
	return err;
}

static enum err on_unreadable(void *context, const char *path, enum err err)
{
	struct survey *s = context;
	s->unreadable++;
	printf("%s: %s\n", path, err_name(err));
	return E_OK;
}

int main(int argc, char **argv)
{
	struct survey s = {.all = argc > 1 && strcmp(argv[1], "-a") == 0};
	const struct survey_files files = {&s, on_file, on_unreadable};
	const char *root = argc > 1 + s.all ? argv[1 + s.all] : "/";
	enum err err = entry_open_folder(AT_FDCWD, root, &s.root);
	if (err == E_OK)
		err = survey_expand(s.root, &files);
	printf("files %llu, entries %llu, signs %llu, unreadable %llu: %s\n",
		(unsigned long long)s.files, (unsigned long long)s.entries,
		(unsigned long long)s.signs, (unsigned long long)s.unreadable, err_name(err));
	file_close(&s.root);
	return err != E_OK || s.signs > 0;
}
