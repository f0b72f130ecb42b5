/* SPDX-License-Identifier: Apache-2.0 */
/* list_members FILE…: what is in each, read inside the real sandbox. One line each, separated by
 * tabs: file, "member", path, size, MD5; or file, "unscanned", path, reason, about; after each file
 * the file, "end", what it was recognised as, error. */
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/writer.h"
#include "os/file.h"
#include "os/sandbox.h"
#include "unpack/unpack.h"

enum {
	SECONDS = 600 /* also on a busy machine */
};

struct listing {
	const char *file;
	EVP_MD *md5;
	time_t until;
};

static void print_text(struct str text)
{
	struct writer w;
	writer_init(&w, SIZE_MAX);
	writer_printable(&w, text);
	printf("\t%.*s", STR_ARG(writer_view_str(&w)));
	writer_release(&w);
}

static enum err member(void *context, struct str path, struct bytes content)
{
	const struct listing *l = context;
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned size = 0;
	if (!EVP_Digest(content.data, content.size, digest, &size, l->md5, NULL))
		return E_NOMEM;
	printf("%s\tmember", l->file);
	print_text(path);
	printf("\t%zu\t", content.size);
	for (unsigned i = 0; i < size; i++)
		printf("%02x", digest[i]);
	printf("\n");
	return E_OK;
}

static void unscanned(void *context, struct str path, enum unscanned reason, struct str about)
{
	const struct listing *l = context;
	printf("%s\tunscanned", l->file);
	print_text(path);
	print_text(unscanned_name(reason));
	print_text(about);
	printf("\n");
}

static bool stop(void *context)
{
	const struct listing *l = context;
	return time(NULL) > l->until;
}

static enum err list(struct listing *l, struct bytes content)
{
	const struct unpack_limits limits = unpack_limits_usual();
	const struct unpack_sink sink = {l, member, unscanned, stop};
	l->until = time(NULL) + SECONDS;
	enum err err = unpack(content, str_from(l->file), &limits, &sink);
	printf("%s\tend", l->file);
	print_text(unpack_recognise(content));
	printf("\t%s\n", err_name(err));
	fflush(stdout);
	return err;
}

int main(int argc, char **argv)
{
	struct listing l = {.md5 = EVP_MD_fetch(NULL, "MD5", NULL)};
	struct writer *files = calloc((size_t)argc, sizeof(*files));
	enum err err = files ? unpack_warm_up() : E_NOMEM;
	for (int i = 1; err == E_OK && i < argc; i++) {
		writer_init(&files[i], SIZE_MAX);
		err = file_load(AT_FDCWD, argv[i], &files[i]);
	}
	/* A buffer of our own: the C library would ask whether it writes to a terminal. */
	static char buffer[1 << 16];
	(void)setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	if (err == E_OK)
		err = sandbox_enter_parse();
	for (int i = 1; err == E_OK && i < argc; i++) {
		const char *slash = strrchr(argv[i], '/');
		l.file = slash ? slash + 1 : argv[i];
		err = list(&l, writer_view(&files[i]));
	}
	if (err != E_OK)
		fprintf(stderr, "list_members: %s\n", err_name(err));
	fflush(stdout);
	sandbox_exit(err != E_OK);
}
