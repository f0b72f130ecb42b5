/* SPDX-License-Identifier: Apache-2.0 */
/* Keys for signing rule packs. */
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>

#include "os/entry.h"
#include "os/file.h"
#include "os/password.h"
#include "os/system.h"
#include "server/command_pack.h"

enum {
	KEY_BYTES = 4096,
	PASSWORD_BYTES = 1024,
	OTHERS = 077
};

/* A text that nobody shall find in memory afterwards. */
struct secret {
	struct writer w;
};

/* All of its room at once, so that growing leaves no copy behind. */
static bool secret_init(struct secret *s, size_t size)
{
	writer_init(&s->w, size);
	bool fine = writer_reserve(&s->w, size) != NULL;
	s->w.size = 0;
	return fine;
}

static void secret_release(struct secret *s)
{
	if (s->w.data)
		sodium_memzero(s->w.data, s->w.capacity);
	writer_release(&s->w);
}

static int refuse(struct context *c, enum message message, const char *what)
{
	console_say_with(&c->console, message, {STR("what"), str_from(what)});
	return EXIT_FAILED;
}

static struct str first_line(const struct secret *s)
{
	struct str rest;
	struct str line = str_cut(writer_view_str(&s->w), '\n', &rest);
	if (line.size > 0 && line.data[line.size - 1] == '\r')
		line.size--;
	return line;
}

/* --- passwords --- */

static bool password_of_file(struct context *c, const char *path, struct secret *password)
{
	enum err err = file_load(AT_FDCWD, path, &password->w);
	if (err != E_OK) {
		context_failed(c, str_from(path), err);
		return false;
	}
	if (first_line(password).size > 0)
		return true;
	refuse(c, MESSAGE_PACK_PASSWORD_EMPTY, path);
	return false;
}

static enum err ask(
	struct context *c, enum message message, const char *what, struct secret *password)
{
	struct writer prompt;
	writer_init(&prompt, PASSWORD_BYTES);
	text_write(&prompt, c->console.lang, message,
		(const struct text_arg[]){{STR("what"), str_from(what)}}, 1);
	enum err err = password_ask(writer_view_str(&prompt), &password->w);
	writer_release(&prompt);
	return err;
}

/* Typed twice. */
static bool new_password_typed(struct context *c, struct secret *password)
{
	struct secret again;
	bool fine = secret_init(&again, PASSWORD_BYTES);
	enum err err = ask(c, MESSAGE_PACK_PASSWORD_NEW, "", password);
	if (err == E_OK && password->w.size > 0)
		err = ask(c, MESSAGE_PACK_PASSWORD_AGAIN, "", &again);
	bool same = str_equal(first_line(password), first_line(&again));
	secret_release(&again);
	if (err != E_OK)
		context_failed(c, STR("/dev/tty"), err);
	else if (!same)
		refuse(c, MESSAGE_PACK_PASSWORD_DIFFERS, "");
	return fine && err == E_OK && same;
}

static bool new_password(struct context *c, struct secret *password)
{
	const char *file = options_get(&c->options, "password-file");
	if (file)
		return password_of_file(c, file, password);
	return !password_askable() || new_password_typed(c, password);
}

/* --- keygen --- */

static enum err place(int folder, const char *name, struct str text, bool public)
{
	struct file_new f;
	TRY(file_new_begin(folder, &f));
	enum err err = file_write(f.fd, str_bytes(text));
	if (err == E_OK && public)
		err = file_new_make_public(&f);
	if (err == E_OK)
		err = file_new_commit(&f, name, false);
	file_new_abort(&f);
	return err;
}

/* The folder of a path, opened, and its last part. */
static enum err open_parent(
	struct context *c, const char *path, int *ret_folder, const char **ret_name)
{
	struct str whole = str_from(path), name = site_base_name(whole);
	struct str folder = {path, whole.size - name.size};
	*ret_name = path + folder.size;
	const char *opened = folder.size > 0 ? arena_cstr(&c->arena, folder) : ".";
	if (name.size == 0)
		return E_USAGE;
	return opened ? folder_open(AT_FDCWD, opened, ret_folder) : E_NOMEM;
}

static const char *public_name(struct context *c, const char *name)
{
	struct writer w;
	writer_init(&w, KEY_BYTES);
	writer_text(&w, name);
	writer_text(&w, ".pub");
	const char *copy =
		writer_end(&w) == E_OK ? arena_cstr(&c->arena, writer_view_str(&w)) : NULL;
	writer_release(&w);
	return copy;
}

/* The public half first: alone it harms nobody, while a secret key without it is lost. */
static int place_both(
	struct context *c, int folder, const char *name, struct str secret, struct str public)
{
	const char *other = public_name(c, name);
	if (!other)
		return context_failed(c, str_from(name), E_NOMEM);
	enum err err = place(folder, other, public, true);
	if (err == E_OK) {
		err = place(folder, name, secret, false);
		if (err != E_OK)
			(void)!file_delete(folder, other);
		other = name;
	}
	if (err == E_EXISTS)
		return refuse(c, MESSAGE_PACK_KEY_TAKEN, other);
	return err == E_OK ? EXIT_FINE : context_failed(c, str_from(other), err);
}

static void say_made(struct context *c, const char *path, struct str public, bool locked)
{
	struct writer *w = &c->console.out;
	struct str key;
	struct str name = str_from(public_name(c, path));
	(void)str_cut(public, '\n', &key);
	key = str_trim(key);
	if (!locked)
		refuse(c, MESSAGE_PACK_KEY_OPEN, path);
	if (!c->console.json) {
		site_say_with(c, MESSAGE_PACK_KEY_MADE, {STR("secret"), str_from(path)},
			{STR("public"), name}, {STR("key"), key});
		return;
	}
	writer_char(w, '{');
	site_json_str(w, "secret_key", str_from(path), true);
	site_json_str(w, "public_key_file", name, false);
	site_json_str(w, "public_key", key, false);
	site_json_flag(w, "password", locked);
	writer_text(w, "}\n");
}

static int make_keys(
	struct context *c, const char *path, int folder, const char *name, struct secret *password)
{
	struct key_seed seed;
	struct public_key public;
	struct secret text;
	struct writer public_text;
	bool locked = first_line(password).size > 0;
	system_random(&seed, sizeof(seed));
	writer_init(&public_text, KEY_BYTES);
	enum err err = secret_init(&text, KEY_BYTES) ? E_OK : E_NOMEM;
	if (err == E_OK)
		err = key_pair_make(&seed, first_line(password), &text.w, &public);
	sodium_memzero(&seed, sizeof(seed));
	if (err == E_OK) {
		public_key_write(&public_text, &public);
		err = writer_end(&public_text);
	}
	int status = err == E_OK ? place_both(c, folder, name, writer_view_str(&text.w),
					   writer_view_str(&public_text))
				 : context_failed(c, str_from(path), err);
	if (status == EXIT_FINE)
		say_made(c, path, writer_view_str(&public_text), locked);
	secret_release(&text);
	writer_release(&public_text);
	return status;
}

static bool taken(int folder, const char *name)
{
	struct entry_facts facts;
	return entry_facts(folder, name, &facts) != E_NOTFOUND;
}

int command_pack_keygen(struct context *context)
{
	int folder;
	const char *name;
	struct secret password;
	const char *path = options_get(&context->options, "output");
	if (!path)
		return site_refuse(context, MESSAGE_CLI_OPTION_NEEDS_VALUE, STR("--output"));
	enum err err = open_parent(context, path, &folder, &name);
	if (err != E_OK)
		return context_failed(context, str_from(path), err);
	int status = EXIT_FAILED;
	/* Nobody shall think of a password in vain. */
	if (taken(folder, name) || taken(folder, public_name(context, name)))
		refuse(context, MESSAGE_PACK_KEY_TAKEN, path);
	else if (secret_init(&password, PASSWORD_BYTES)) {
		if (new_password(context, &password))
			status = make_keys(context, path, folder, name, &password);
		secret_release(&password);
	}
	file_close(&folder);
	return status;
}

/* --- reading keys --- */

static bool known_password(struct context *c, const char *path, struct secret *password)
{
	const char *file = options_get(&c->options, "password-file");
	if (file)
		return password_of_file(c, file, password);
	if (!password_askable()) {
		refuse(c, MESSAGE_PACK_KEY_LOCKED, path);
		return false;
	}
	enum err err = ask(c, MESSAGE_PACK_PASSWORD_ASK, path, password);
	if (err != E_OK)
		context_failed(c, STR("/dev/tty"), err);
	return err == E_OK;
}

static bool parse_secret(
	struct context *c, const char *path, struct str text, struct secret_key *ret_key)
{
	struct secret password;
	bool locked = secret_key_locked(text);
	bool fine = secret_init(&password, PASSWORD_BYTES) &&
		    (!locked || known_password(c, path, &password));
	enum err err = fine ? secret_key_parse(text, first_line(&password), ret_key) : E_OK;
	secret_release(&password);
	if (err == E_SYNTAX || (err == E_DENIED && !locked))
		refuse(c, MESSAGE_PACK_KEY_BAD, path);
	else if (err == E_DENIED)
		refuse(c, MESSAGE_PACK_KEY_WRONG, path);
	else if (err != E_OK)
		context_failed(c, str_from(path), err);
	return fine && err == E_OK;
}

/* Sticks, whose file systems know no owners, show every file as everybody's: no refusal. */
static void warn_shared(struct context *c, int fd, const char *path)
{
	struct entry_facts facts;
	if (descriptor_facts(fd, &facts) == E_OK && (facts.mode & OTHERS) != 0)
		refuse(c, MESSAGE_PACK_KEY_SHARED, path);
}

bool pack_secret_key(struct context *c, struct secret_key *ret_key)
{
	int fd;
	struct secret text;
	size_t size = 0;
	const char *path = options_get(&c->options, "key");
	bool fine = false;
	enum err err = file_open_read(AT_FDCWD, path, &fd);
	if (err != E_OK) {
		context_failed(c, str_from(path), err);
		return false;
	}
	warn_shared(c, fd, path);
	err = secret_init(&text, KEY_BYTES) ? file_read(fd, text.w.data, KEY_BYTES, &size)
					    : E_NOMEM;
	text.w.size = size;
	if (err != E_OK)
		context_failed(c, str_from(path), err);
	else
		fine = parse_secret(c, path, writer_view_str(&text.w), ret_key);
	secret_release(&text);
	file_close(&fd);
	return fine;
}

bool pack_public_key(struct context *c, bool *ret_given, struct public_key *ret_key)
{
	struct str text;
	const char *given = options_get(&c->options, "public-key");
	*ret_given = given != NULL;
	if (!given || public_key_parse(str_from(given), ret_key) == E_OK)
		return true;
	if (!pack_load_file(c, given, KEY_BYTES, &text))
		return false;
	if (public_key_parse(text, ret_key) == E_OK)
		return true;
	refuse(c, MESSAGE_PACK_KEY_BAD, given);
	return false;
}
