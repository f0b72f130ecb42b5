/* SPDX-License-Identifier: Apache-2.0 */
#include "scanning.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "scan/walker.h"

/* --- identities --- */

static void test_identities(void **state)
{
	struct identities set = {0};
	bool new;
	(void)state;
	assert_false(identities_has(&set, (struct identity){1, 1}));
	for (int twice = 0; twice < 2; twice++)
		for (uint64_t i = 1; i <= 10000; i++) {
			assert_int_equal(
				identities_add(&set, (struct identity){i % 3, i}, &new), E_OK);
			assert_int_equal(new, twice == 0);
		}
	assert_int_equal(set.count, 10000);
	assert_true(identities_has(&set, (struct identity){1, 1}));
	assert_false(identities_has(&set, (struct identity){2, 1}));
	identities_release(&set);
}

/* --- walks --- */

struct walking {
	struct scanning s;
	struct walker_order order;
	struct identities own;
	struct walker *walker;
	char seen[512][300]; /* "file NAME", "unscanned NAME denied", "foreign NAME" */
	size_t count;
};

static int begin(void **state)
{
	struct walking *w = calloc(1, sizeof(*w));
	scanning_begin(&w->s, "rule r { condition: false }");
	w->order = (struct walker_order){.own = &w->own};
	assert_int_equal(walker_new(&w->order, &w->walker), E_OK);
	*state = w;
	return 0;
}

static int end(void **state)
{
	struct walking *w = *state;
	walker_free(w->walker);
	identities_release(&w->own);
	scanning_end(&w->s);
	free(w);
	return 0;
}

static void put(struct walking *w, const char *name)
{
	scanning_file(&w->s, name, name, strlen(name));
}

static void note(struct walking *w, enum walk_step step, const struct walked *walked)
{
	size_t below = strlen(w->s.path) + 1;
	struct str name = walked->path;
	if (step == WALK_PASSED || step == WALK_END || w->count == 512)
		return;
	if (name.size >= below)
		name = (struct str){name.data + below, name.size - below};
	struct str reason = STR("");
	if (step == WALK_UNSCANNED)
		reason = unscanned_name(walked->reason);
	snprintf(w->seen[w->count++], sizeof(w->seen[0]), "%s %.*s%s%.*s",
		step == WALK_FILE        ? "file"
		: step == WALK_UNSCANNED ? "unscanned"
					 : "foreign",
		STR_ARG(name), reason.size ? " " : "", STR_ARG(reason));
}

static size_t walk_from(struct walking *w, const char *path)
{
	enum walk_step step = WALK_PASSED;
	struct walked walked;
	size_t steps = 0;
	w->count = 0;
	assert_int_equal(walker_begin(w->walker, path), E_OK);
	while (step != WALK_END) {
		assert_int_equal(walker_next(w->walker, &step, &walked), E_OK);
		note(w, step, &walked);
		steps += step == WALK_FILE;
	}
	return steps;
}

static bool saw(const struct walking *w, const char *what)
{
	for (size_t i = 0; i < w->count; i++)
		if (strcmp(w->seen[i], what) == 0)
			return true;
	return false;
}

static void test_kinds(void **state)
{
	struct walking *w = *state;
	char path[512], other[512];
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	put(w, "plain");
	scanning_folder(&w->s, "folder");
	put(w, "folder/inside");
	scanning_path(&w->s, "fifo", path);
	assert_int_equal(mkfifo(path, 0600), 0);
	scanning_path(&w->s, "link", path);
	assert_int_equal(symlink("folder/inside", path), 0);
	scanning_path(&w->s, "loop", path);
	assert_int_equal(symlink(".", path), 0);
	scanning_path(&w->s, "hard", path);
	scanning_path(&w->s, "plain", other);
	assert_int_equal(link(other, path), 0);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	scanning_path(&w->s, "socket", path);
	memcpy(to.sun_path, path, strlen(path));
	assert_int_equal(bind(fd, (const struct sockaddr *)&to, sizeof(to)), 0);
	close(fd);
	assert_int_equal(walk_from(w, w->s.path), 2);
	assert_int_equal(w->count, 2);
	assert_true(saw(w, "file folder/inside"));
	assert_true(saw(w, "file plain") != saw(w, "file hard"));
}

static void test_any_bytes(void **state)
{
	struct walking *w = *state;
	put(w, "new\nline");
	put(w, "\x1b[31mred");
	put(w, "not\xff\xfeutf8");
	put(w, " ");
	assert_int_equal(walk_from(w, w->s.path), 4);
	assert_true(saw(w, "file new\nline"));
	assert_true(saw(w, "file not\xff\xfeutf8"));
	assert_true(saw(w, "file  "));
}

static void test_excludes(void **state)
{
	struct walking *w = *state;
	char folder[512];
	const char *excludes[] = {"*.log", folder};
	scanning_path(&w->s, "left", folder);
	scanning_folder(&w->s, "left");
	scanning_folder(&w->s, "right");
	put(w, "left/a");
	put(w, "right/a");
	put(w, "right/a.log");
	w->order.excludes = excludes;
	w->order.exclude_count = 2;
	assert_int_equal(walk_from(w, w->s.path), 1);
	assert_true(saw(w, "file right/a"));
}

static void test_own_files(void **state)
{
	struct walking *w = *state;
	struct stat status;
	char path[512], other[512];
	bool new;
	scanning_folder(&w->s, "quarantine");
	put(w, "quarantine/thing");
	put(w, "pack");
	put(w, "else");
	scanning_path(&w->s, "pack", path);
	scanning_path(&w->s, "renamed", other);
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(stat(other, &status), 0);
	assert_int_equal(
		identities_add(&w->own, (struct identity){status.st_dev, status.st_ino}, &new),
		E_OK);
	scanning_path(&w->s, "quarantine", path);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(
		identities_add(&w->own, (struct identity){status.st_dev, status.st_ino}, &new),
		E_OK);
	assert_int_equal(walk_from(w, w->s.path), 1);
	assert_true(saw(w, "file else"));
}

static void test_one_file(void **state)
{
	struct walking *w = *state;
	char path[512], linked[512];
	put(w, "plain");
	scanning_path(&w->s, "plain", path);
	assert_int_equal(walk_from(w, path), 1);
	/* What the person names may be a link. */
	scanning_path(&w->s, "link", linked);
	assert_int_equal(symlink(path, linked), 0);
	assert_int_equal(walk_from(w, linked), 1);
	assert_true(saw(w, "file plain"));
	scanning_path(&w->s, "fifo", path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(walk_from(w, path), 0);
	assert_true(saw(w, "unscanned fifo special"));
	scanning_path(&w->s, "missing", path);
	assert_int_equal(walker_begin(w->walker, path), E_NOTFOUND);
}

static void test_kernel_files(void **state)
{
	struct walking *w = *state;
	assert_int_equal(walk_from(w, "/proc"), 0);
	assert_int_equal(walk_from(w, "/sys"), 0);
	assert_int_equal(w->count, 1);
	assert_non_null(strstr(w->seen[0], "special"));
}

static void test_other_file_systems(void **state)
{
	struct walking *w = *state;
	struct stat root, shm;
	if (stat("/dev/shm", &shm) != 0 || stat("/dev", &root) != 0 || root.st_dev == shm.st_dev)
		skip();
	walk_from(w, "/dev");
	bool told = false;
	for (size_t i = 0; i < w->count; i++)
		told = told || strncmp(w->seen[i], "foreign", 7) == 0;
	assert_true(told);
}

/* Far deeper than descriptors or paths may be, and names below on the way back. */
static void test_deep(void **state)
{
	enum {
		DEPTH = 3000
	};
	struct walking *w = *state;
	int fd = open(w->s.path, O_RDONLY | O_DIRECTORY);
	int top = dup(fd);
	for (int i = 0; i < DEPTH; i++) {
		assert_int_equal(mkdirat(fd, "deeper", 0700), 0);
		int below = openat(fd, "deeper", O_RDONLY | O_DIRECTORY);
		if (i % 500 == 0)
			close(openat(fd, "zfile", O_CREAT | O_WRONLY, 0600));
		close(fd);
		fd = below;
	}
	close(openat(fd, "bottom", O_CREAT | O_WRONLY, 0600));
	assert_int_equal(walk_from(w, w->s.path), DEPTH / 500 + 1);
	assert_int_equal(w->count, DEPTH / 500 + 1);
	/* nftw() cannot remove it. */
	for (int i = 0; i < DEPTH; i++) {
		int above = openat(fd, "..", O_RDONLY | O_DIRECTORY);
		unlinkat(fd, "bottom", 0);
		unlinkat(fd, "zfile", 0);
		close(fd);
		assert_int_equal(unlinkat(above, "deeper", AT_REMOVEDIR), 0);
		fd = above;
	}
	unlinkat(fd, "zfile", 0);
	close(fd);
	close(top);
}

static void test_wide(void **state)
{
	enum {
		NAMES = 20000
	};
	struct walking *w = *state;
	char name[32];
	for (int i = 0; i < NAMES; i++) {
		snprintf(name, sizeof(name), "%d", i);
		scanning_file(&w->s, name, "", 0);
	}
	assert_int_equal(walk_from(w, w->s.path), NAMES);
}

static void test_denied(void **state)
{
	struct walking *w = *state;
	char path[512];
	if (geteuid() == 0)
		skip();
	scanning_folder(&w->s, "closed");
	scanning_path(&w->s, "closed", path);
	chmod(path, 0);
	assert_int_equal(walk_from(w, w->s.path), 0);
	assert_true(saw(w, "unscanned closed denied"));
	chmod(path, 0700);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identities),
		cmocka_unit_test_setup_teardown(test_kinds, begin, end),
		cmocka_unit_test_setup_teardown(test_any_bytes, begin, end),
		cmocka_unit_test_setup_teardown(test_excludes, begin, end),
		cmocka_unit_test_setup_teardown(test_own_files, begin, end),
		cmocka_unit_test_setup_teardown(test_one_file, begin, end),
		cmocka_unit_test_setup_teardown(test_kernel_files, begin, end),
		cmocka_unit_test_setup_teardown(test_other_file_systems, begin, end),
		cmocka_unit_test_setup_teardown(test_deep, begin, end),
		cmocka_unit_test_setup_teardown(test_wide, begin, end),
		cmocka_unit_test_setup_teardown(test_denied, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
