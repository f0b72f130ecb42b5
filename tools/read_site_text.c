/* SPDX-License-Identifier: Apache-2.0 */
/* Reads our own articles and tools as the program does, for the build: read_site_text FILE…
 * For each good file a line with the article's kind, or "tool"; for a bad one what is wrong. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "site/source.h"

enum {
	FILE_MOST = 1 << 20
};

static char buffer[FILE_MOST];

static struct str load(const char *path)
{
	struct str text = {buffer, 0};
	FILE *f = fopen(path, "rb");
	if (!f) {
		perror(path);
		exit(1);
	}
	text.size = fread(buffer, 1, sizeof(buffer), f);
	fclose(f);
	return text;
}

static int refuse(const char *path, const struct problem *p)
{
	struct str code = problem_code_name(p->code);
	fprintf(stderr, "%s:%llu: %.*s: %.*s %.*s\n", path, (unsigned long long)p->line,
		STR_ARG(problem_field(p)), STR_ARG(code), STR_ARG(problem_got(p)));
	return 1;
}

/* Without a clock the build must be told the day; and a program holds no other program's file. */
static int check_article(const char *path, const struct article *a)
{
	struct str kind = article_kind_name(a->kind);
	if (a->published.seconds == 0) {
		fprintf(stderr, "%s: date: must be given\n", path);
		return 1;
	}
	printf("%.*s\n", STR_ARG(kind));
	return 0;
}

static int check_tool(const char *path, const struct tool *t)
{
	if (t->url.size == 0) {
		fprintf(stderr, "%s: url: must be given\n", path);
		return 1;
	}
	printf("tool\n");
	return 0;
}

static int read_file(const char *path, struct arena *arena)
{
	struct article article;
	struct tool tool;
	struct problem problem = {0};
	struct str text = load(path);
	if (str_ends(str_from(path), STR(".txt")))
		return tool_read(text, arena, &tool, &problem) == E_OK ? check_tool(path, &tool)
								       : refuse(path, &problem);
	return article_read(text, arena, &article, &problem) == E_OK ? check_article(path, &article)
								     : refuse(path, &problem);
}

int main(int argc, char **argv)
{
	int failed = 0;
	struct arena arena;
	arena_init(&arena, FILE_MOST * (size_t)16);
	for (int i = 1; i < argc; i++) {
		failed |= read_file(argv[i], &arena);
		arena_clear(&arena);
	}
	arena_release(&arena);
	return failed;
}
