/* SPDX-License-Identifier: Apache-2.0 */
/* Files that came with returns, looked through by clamd: clamd(8), FILDES. */
#include "os/file.h"
#include "os/process.h"
#include "server/command_return.h"
#include "server/command_site.h"
#include "server/context_actor.h"

enum {
	PATIENCE = 120 * 1000, /* milliseconds for one file */
	ANSWER = 1024
};

struct looking {
	struct context *c;
	struct office office;
	struct actor actor;
	const char *socket;
	uint64_t clean, found;
};

/* "fd[10]: OK", "fd[10]: Eicar FOUND"; everything else is no answer. */
static bool read_answer(struct str answer, enum attachment_look *ret_look, struct str *ret_name)
{
	size_t colon = str_find(answer, STR(": "));
	struct str said = answer;
	if (colon < answer.size)
		said = (struct str){answer.data + colon + 2, answer.size - colon - 2};
	bool found = str_ends(said, STR(" FOUND")) && said.size > STR(" FOUND").size;
	*ret_look = found ? ATTACHMENT_FOUND : ATTACHMENT_CLEAN;
	*ret_name = found ? (struct str){said.data, said.size - STR(" FOUND").size} : STR("");
	return found || str_equal(said, STR("OK"));
}

/* Up to its NUL, or until it closes. */
static enum err hear(int socket, char *answer, size_t *ret_size)
{
	size_t size = 0;
	const char *end = NULL;
	while (!end && size < ANSWER) {
		size_t got = 0;
		int fd = -1;
		enum err err = socket_receive(
			socket, PATIENCE, (uint8_t *)answer + size, ANSWER - size, &got, &fd);
		file_close(&fd);
		TRY(err);
		size += got;
		end = memchr(answer, '\0', size);
	}
	*ret_size = end ? (size_t)(end - answer) : size;
	return end ? E_OK : E_SYNTAX;
}

static enum err ask(struct looking *l, int fd, char *answer, size_t *ret_size)
{
	static const char command[] = "zFILDES";
	/* It wants the descriptor with a message of its own. */
	const struct bytes words = {(const uint8_t *)command, sizeof(command)};
	int socket = -1;
	TRY(socket_connect_local(l->socket, &socket));
	enum err err = socket_send_many(socket, words, NULL, 0);
	if (err == E_OK)
		err = socket_send_many(socket, (struct bytes){words.data, 1}, &fd, 1);
	if (err == E_OK)
		err = hear(socket, answer, ret_size);
	file_close(&socket);
	return err;
}

static enum err keep(
	struct looking *l, struct str sha256, enum attachment_look look, struct str name)
{
	TRY(office_begin(&l->office));
	return office_end(
		&l->office, return_looked(&l->office, sha256, look, name, &l->actor, l->c->now));
}

/* What it does not answer about stays as it was: not looked at. */
static enum err look_at(void *context, struct str sha256, int fd)
{
	struct looking *l = context;
	char answer[ANSWER];
	size_t size;
	enum attachment_look look;
	struct str name;
	TRY(ask(l, fd, answer, &size));
	if (!read_answer((struct str){answer, size}, &look, &name)) {
		console_say_with(
			&l->c->console, MESSAGE_RETURNS_LOOK_NO_ANSWER, {STR("file"), sha256});
		return E_OK;
	}
	TRY(keep(l, sha256, look, name));
	l->clean += look == ATTACHMENT_CLEAN;
	l->found += look == ATTACHMENT_FOUND;
	if (look == ATTACHMENT_FOUND)
		console_say_with(&l->c->console, MESSAGE_RETURNS_LOOK_FOUND, {STR("file"), sha256},
			{STR("name"), name});
	return E_OK;
}

static int look(struct looking *l)
{
	struct context *c = l->c;
	enum err err = return_each_unlooked(&l->office, look_at, l);
	if (err != E_OK && office_complaint(&l->office).size == 0)
		return context_failed(c, str_from(l->socket), err);
	if (err != E_OK)
		return context_failed(c, office_complaint(&l->office), err);
	site_say_with(c, MESSAGE_RETURNS_LOOKED, context_number_text(c, "clean", l->clean),
		context_number_text(c, "found", l->found));
	return EXIT_FINE;
}

/* Without a scanner nothing is looked at, which is no failure: pages say so. */
int command_return_look(struct context *context)
{
	const char *folder = context_folder(context);
	struct looking l = {.c = context, .socket = options_get(&context->options, "clamd")};
	if (!folder)
		return EXIT_FAILED;
	if (!l.socket) {
		site_say_with(context, MESSAGE_RETURNS_LOOK_NOBODY, {STR("option"), STR("clamd")});
		return EXIT_FINE;
	}
	enum err err = office_open(&l.office, folder, true);
	if (err != E_OK) {
		context_folder_failed(context, folder, err);
		return EXIT_FAILED;
	}
	int status = context_actor(context, &l.office, &l.actor) ? look(&l) : EXIT_FAILED;
	office_close(&l.office);
	return status;
}
