/* SPDX-License-Identifier: Apache-2.0 */
/* Every file of feeds/ through archive reader and parser, once here and once in the parse process
 * with its sandbox: the problem must be the one that expected.tsv names, and no file may be without
 * a line there. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "feed/feed.h"
#include "format/archive.h"
#include "server/parse_client.h"
#include "server/parse_role.h"

struct expected {
	struct str name;
	struct str code;
	struct str line;
	struct str field;
	struct str got;
	struct str outcome; /* "refused" or "rows" */
};

struct outcome {
	struct problem problem; /* the refusal's, else the first bad row's */
	bool refused;
	bool any;
	uint64_t rows;
};

static enum err take_format(void *context, struct str format)
{
	(void)context;
	(void)format;
	return E_OK;
}

static enum err take_batch(void *context, const struct batch *batch, const struct text_table *names,
	const struct text_table *columns)
{
	struct outcome *o = context;
	(void)names;
	(void)columns;
	o->rows += batch->rows;
	return E_OK;
}

static void take_problem(void *context, const struct problem *problem)
{
	struct outcome *o = context;
	if (!o->any)
		o->problem = *problem;
	o->any = true;
}

static enum err read_fd(void *context, uint8_t *buffer, size_t capacity, size_t *ret_size)
{
	const int *fd = context;
	ssize_t size = read(*fd, buffer, capacity);
	if (size < 0)
		return E_IO;
	*ret_size = (size_t)size;
	return E_OK;
}

/* Files that begin with "by-map-" are of nobody's format: their columns are said. */
static struct feed_options options_for(struct str name)
{
	if (str_starts(name, STR("by-map-")))
		return (struct feed_options){.file_name = name,
			.map = STR("time=time,ip=ip,port=port,botnet=botnet"),
			.kind_set = true,
			.kind = KIND_INFECTED,
			.now = {1788220800}};
	return (struct feed_options){.file_name = name, .now = {1788220800}};
}

static enum err parse(int fd, struct str name, struct outcome *o, struct problem *problem)
{
	static uint8_t chunk[1 << 16];
	const struct archive_source source = {&fd, read_fd};
	const struct feed_options options = options_for(name);
	const struct feed_sink sink = {o, take_format, take_batch, take_problem};
	struct archive_reader *archive = NULL;
	struct feed_parser *parser = NULL;
	size_t size = 1;
	enum err err = archive_reader_open(&source, LIMIT_INPUT_BYTES, &archive, problem);
	if (err == E_OK)
		err = feed_parser_new(&options, &sink, &parser);
	while (err == E_OK && size > 0) {
		err = archive_reader_read(archive, chunk, sizeof(chunk), &size, problem);
		if (err == E_OK && size > 0)
			err = feed_parser_push(parser, (struct bytes){chunk, size}, problem);
	}
	if (err == E_OK)
		err = feed_parser_finish(parser, problem);
	feed_parser_free(parser);
	archive_reader_close(archive);
	return err;
}

static enum err ask(struct parse_client *client, int fd, struct str name, struct outcome *o,
	struct problem *problem)
{
	struct feed_totals totals;
	const struct feed_options options = options_for(name);
	const struct feed_sink sink = {o, take_format, take_batch, take_problem};
	return parse_client_file(client, fd, &options, &sink, NULL, &totals, problem);
}

static bool as_expected(const struct outcome *o, const struct expected *e)
{
	char line[32];
	int size = snprintf(line, sizeof(line), "%llu", (unsigned long long)o->problem.line);
	struct str got = problem_got(&o->problem);
	size_t at = str_find(got, e->got);
	return str_equal(problem_code_name(o->problem.code), e->code) &&
	       str_equal((struct str){line, (size_t)size}, e->line) &&
	       str_equal(problem_field(&o->problem), e->field) &&
	       (at < got.size || e->got.size == 0) &&
	       str_equal(e->outcome, o->refused ? STR("refused") : STR("rows")) &&
	       (o->refused || o->rows > 0);
}

/* client NULL: in this process. */
static bool try_file(int folder, const struct expected *e, struct parse_client *client)
{
	struct outcome o = {.problem = {.code = PROBLEM_NONE}};
	struct problem refusal = {.code = PROBLEM_NONE};
	char name[256] = "";
	memcpy(name, e->name.data, e->name.size);
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		perror(name);
		return false;
	}
	enum err err =
		client ? ask(client, fd, e->name, &o, &refusal) : parse(fd, e->name, &o, &refusal);
	close(fd);
	o.refused = err != E_OK;
	if (o.refused)
		o.problem = refusal;
	bool right = as_expected(&o, e);
	struct str code = problem_code_name(o.problem.code);
	struct str field = problem_field(&o.problem);
	if (!right)
		fprintf(stderr, "%s: %.*s line %llu field %.*s, %s%s\n", name, STR_ARG(code),
			(unsigned long long)o.problem.line, STR_ARG(field),
			o.refused ? "refused" : "rows", client ? " in the parse process" : "");
	return right;
}

static size_t count_files(const char *path)
{
	size_t count = 0;
	DIR *folder = opendir(path);
	if (!folder)
		return 0;
	for (const struct dirent *entry; (entry = readdir(folder));)
		count += entry->d_name[0] != '.';
	closedir(folder);
	return count;
}

static struct expected read_line(struct str line)
{
	struct expected e;
	e.name = str_cut(line, '\t', &line);
	e.code = str_cut(line, '\t', &line);
	e.line = str_cut(line, '\t', &line);
	e.field = str_cut(line, '\t', &line);
	e.got = str_cut(line, '\t', &line);
	e.outcome = line;
	return e;
}

static int try_all(struct str table, int folder, size_t files, struct parse_client *client)
{
	size_t lines = 0;
	size_t wrong = 0;
	while (table.size > 0) {
		struct str line = str_cut(table, '\n', &table);
		if (line.size == 0 || line.data[0] == '#')
			continue;
		struct expected e = read_line(line);
		lines++;
		wrong += e.name.size > 255 || !try_file(folder, &e, NULL) ||
			 !try_file(folder, &e, client);
	}
	printf("%zu hostile feeds, %zu not as expected\n", lines, wrong);
	if (lines != files)
		fprintf(stderr, "%zu files, %zu lines of expected.tsv\n", files, lines);
	return wrong > 0 || lines != files || lines < 40;
}

int main(int argc, char **argv)
{
	static char table[1 << 16];
	struct parse_client *client;
	if (argc == 3 && strcmp(argv[1], "--role") == 0)
		return parse_role_main();
	if (argc != 3) {
		fprintf(stderr, "test_feeds: expected.tsv and the folder\n");
		return 2;
	}
	int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	int folder = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ssize_t size = fd < 0 ? -1 : read(fd, table, sizeof(table));
	if (size <= 0 || size == sizeof(table) || folder < 0) {
		fprintf(stderr, "test_feeds: %s\n", strerror(errno));
		return 2;
	}
	if (parse_client_start(&client) != E_OK)
		return 2;
	int status =
		try_all((struct str){table, (size_t)size}, folder, count_files(argv[2]), client);
	parse_client_stop(client);
	return status;
}
