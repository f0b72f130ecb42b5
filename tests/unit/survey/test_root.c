/* SPDX-License-Identifier: Apache-2.0 */
/* The table itself, row by row, below a root that is not this machine's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/entry.h"
#include "planted.h"

enum {
	ROWS_MOST = 1024
};

struct machine {
	char path[64];
	int root;
	bool clean;
	size_t given;
	struct str why;        /* of the file at hand */
	bool right[ROWS_MOST]; /* rows whose file was given and judged as it should be */
};

/* Keys that a reader does not judge alone, and where they are tried. */
static bool is_judged_elsewhere(struct str key)
{
	return str_equal(key, STR("resolver")) ||     /* addresses of the pack: scan */
	       str_equal(key, STR("package-sums")) || /* files themselves: scan/places */
	       str_equal(key, STR("package-diversions"));
}

static void make_folders(int root, char *path)
{
	for (char *at = strchr(path, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		mkdirat(root, path, 0755);
		*at = '/';
	}
}

static void put(int root, char *path, const uint8_t *content, size_t size)
{
	make_folders(root, path);
	int fd = openat(root, path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0)
		fail_msg("%s cannot be made", path);
	assert_int_equal(write(fd, content, size), size);
	close(fd);
}

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *walk)
{
	(void)s;
	(void)kind;
	(void)walk;
	return remove(path);
}

static enum err on_entry(void *context, const struct place_entry *e)
{
	struct machine *m = context;
	size_t count;
	const struct str *reasons = survey_reasons(&count);
	for (size_t i = 0; m->why.size == 0 && i < count; i++)
		if (str_equal(reasons[i], e->why))
			m->why = reasons[i];
	assert_true((e->sign == SIGN_NONE) == (e->why.size == 0));
	return E_OK;
}

static size_t row_of(const char *path)
{
	size_t count;
	const struct place *places = survey_places(&count);
	for (size_t i = 0; i < count; i++) {
		char *own = planted_path(&places[i]);
		const bool same = strcmp(own, path) == 0;
		free(own);
		if (same)
			return i;
	}
	fail_msg("%s was never put there", path);
	return 0;
}

static enum err on_file(void *context, const struct place *place, const char *path)
{
	struct machine *m = context;
	const struct place_sink sink = {m, on_entry};
	const char *why;
	struct entry_facts facts;
	struct mapping content;
	size_t size, row = row_of(path);
	int fd;
	m->given++;
	m->why = STR("");
	assert_int_equal(entry_open_inside(m->root, path, &fd, &facts), E_OK);
	assert_int_equal(file_map(fd, &content), E_OK);
	assert_int_equal(place->read(content.bytes, str_from(path), &sink), E_OK);
	file_unmap(&content);
	file_close(&fd);
	uint8_t *own = planted_content(place->key, m->clean, &size, &why);
	m->right[row] = str_equal(m->why, own ? str_from(why) : STR(""));
	if (!m->right[row])
		print_error("%s (%.*s): '%.*s'\n", path, STR_ARG(place->key), STR_ARG(m->why));
	free(own);
	return E_OK;
}

static enum err on_unreadable(void *context, const char *path, enum err err)
{
	(void)context;
	fail_msg("%s: %s", path, err_name(err));
	return err;
}

static void plant(struct machine *m, const struct place *place)
{
	const char *why;
	size_t size = 0;
	char *path = planted_path(place);
	uint8_t *content = planted_content(place->key, m->clean, &size, &why);
	if (!content && !is_judged_elsewhere(place->key))
		fail_msg("%.*s has no file for %s", STR_ARG(place->key),
			m->clean ? "clean" : "planted");
	put(m->root, path, content ? content : (const uint8_t *)"", size);
	free(content);
	free(path);
}

static void try_table(bool clean)
{
	size_t count;
	const struct place *places = survey_places(&count);
	static struct machine m;
	m = (struct machine){.clean = clean};
	const struct survey_files files = {&m, on_file, on_unreadable};
	assert_true(count <= ROWS_MOST);
	snprintf(m.path, sizeof(m.path), "/tmp/root-XXXXXX");
	assert_non_null(mkdtemp(m.path));
	assert_int_equal(entry_open_folder(AT_FDCWD, m.path, &m.root), E_OK);
	for (size_t i = 0; i < count; i++)
		plant(&m, &places[i]);
	assert_int_equal(survey_expand(m.root, &files), E_OK);
	for (size_t i = 0; i < count; i++)
		if (!m.right[i])
			fail_msg("row %zu, %.*s", i, STR_ARG(places[i].pattern));
	assert_int_equal(m.given, count);
	file_close(&m.root);
	assert_int_equal(nftw(m.path, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static void test_planted(void **state)
{
	(void)state;
	try_table(false);
}

static void test_clean(void **state)
{
	(void)state;
	try_table(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_planted),
		cmocka_unit_test(test_clean),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
