/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/spool.h"

#include <errno.h>
#include <fcntl.h>

#include "base/limits.h"
#include "mail/address.h"
#include "mail/id.h"
#include "os/entry.h"

static const struct str place_names[] = {STR_INIT("new"), STR_INIT("sent"), STR_INIT("failed")};
_Static_assert(
	sizeof(place_names) / sizeof(place_names[0]) == MAIL_PLACE__COUNT, "a name for each");

struct str mail_place_name(enum mail_place place)
{
	return place_names[place];
}

static enum err open_part(int folder, const char *name, bool make, int *ret_fd)
{
	enum err err = make ? folder_make(folder, name) : E_OK;
	if (err != E_OK && err != E_EXISTS)
		return err;
	return folder_open(folder, name, ret_fd);
}

enum err mail_spool_open(int data_folder, bool make, struct mail_spool *ret_spool)
{
	struct mail_spool s = {
		.folder = -1, .place = {-1, -1, -1}, .state = -1, .waiting = LIMIT_MAIL_WAITING};
	enum err err = open_part(data_folder, "mail", make, &s.folder);
	for (size_t i = 0; i < MAIL_PLACE__COUNT && err == E_OK; i++)
		err = open_part(s.folder, place_names[i].data, make, &s.place[i]);
	if (err == E_OK)
		err = open_part(s.folder, "state", make, &s.state);
	*ret_spool = s;
	if (err != E_OK)
		mail_spool_close(ret_spool);
	return err;
}

void mail_spool_close(struct mail_spool *s)
{
	file_close(&s->folder);
	file_close(&s->state);
	for (size_t i = 0; i < MAIL_PLACE__COUNT; i++)
		file_close(&s->place[i]);
}

enum err mail_spool_lock(const struct mail_spool *s, int *ret_lock)
{
	return file_lock(s->folder, "lock", ret_lock);
}

enum err mail_spool_lock_adding(const struct mail_spool *s, int *ret_lock)
{
	TRY(file_lock(s->folder, "adding", ret_lock));
	enum err err = file_give(*ret_lock, s->folder);
	if (err != E_OK)
		file_close(ret_lock);
	return err;
}

static bool is_there(int folder, const char *name)
{
	struct entry_facts facts;
	return entry_facts(folder, name, &facts) == E_OK;
}

/* --- adding --- */

/* A mail goes from new to the others, so it is looked for in that order. */
static bool is_known(const struct mail_spool *s, const char *id)
{
	for (size_t i = 0; i < MAIL_PLACE__COUNT; i++)
		if (is_there(s->place[i], id))
			return true;
	return false;
}

static enum err count_one(void *context, const char *name)
{
	uint64_t *count = context;
	(void)name;
	++*count;
	return E_OK;
}

/* Counting for each mail would make many of them slow, so what is sent meanwhile is not noticed
 * before the limit seems reached. */
static enum err has_room(struct mail_spool *s)
{
	if (s->waiting < LIMIT_MAIL_WAITING)
		return E_OK;
	s->waiting = 0;
	TRY(folder_each(s->place[MAIL_NEW], count_one, &s->waiting));
	return s->waiting < LIMIT_MAIL_WAITING ? E_OK : E_LIMIT;
}

static enum err place_new(struct mail_spool *s, const char *id, struct bytes content)
{
	struct file_new f;
	TRY(file_new_begin(s->place[MAIL_NEW], &f));
	enum err err = file_write(f.fd, content);
	/* Root's commands add too: it must be the sender's to read. */
	if (err == E_OK)
		err = file_give(f.fd, s->place[MAIL_NEW]);
	if (err == E_OK)
		err = file_new_commit(&f, id, false);
	file_new_abort(&f);
	return err;
}

static enum err write_mail(const struct mail_message *message, struct instant now,
	struct instant until, struct writer *w, struct problem *problem)
{
	struct mail_address from, to;
	struct writer composed;
	writer_init(&composed, LIMIT_MAIL_FILE);
	enum err err = mail_compose(message, now, &composed, problem);
	if (err == E_OK)
		err = mail_address_parse(message->from, STR("from"), &from, problem);
	if (err == E_OK)
		err = mail_address_parse(message->to, STR("to"), &to, problem);
	if (err == E_OK)
		mail_file_write(w, &(struct mail_file){.from = str_from(from.text),
					   .to = str_from(to.text),
					   .queued = now,
					   .until = until,
					   .message = writer_view_str(&composed)});
	writer_release(&composed);
	return err == E_OK ? writer_end(w) : err;
}

enum err mail_spool_add(struct mail_spool *s, const struct mail_message *message,
	struct instant now, struct instant until, bool *ret_added, struct problem *problem)
{
	char id[MAIL_ID_LONGEST + 1] = "";
	struct writer w;
	if (until.seconds == 0)
		until.seconds = now.seconds + (int64_t)LIMIT_MAIL_SECONDS;
	writer_init(&w, LIMIT_MAIL_FILE);
	enum err err = write_mail(message, now, until, &w, problem);
	if (err == E_OK) {
		memcpy(id, message->id.data, message->id.size);
		*ret_added = !is_known(s, id);
		if (*ret_added)
			err = has_room(s);
		problem_set(problem, PROBLEM_NONE, STR(""), STR(""));
	}
	if (err == E_OK && *ret_added)
		err = place_new(s, id, writer_view(&w));
	s->waiting += err == E_OK && *ret_added;
	writer_release(&w);
	if (err != E_EXISTS)
		return err;
	*ret_added = false;
	return E_OK;
}

/* --- looking --- */

struct names {
	folder_entry_fn *fn;
	void *context;
};

/* What is being written has a name with a dot. */
static enum err each_name(void *context, const char *name)
{
	const struct names *n = context;
	return mail_id_valid(str_from(name)) ? n->fn(n->context, name) : E_OK;
}

enum err mail_spool_each(
	const struct mail_spool *s, enum mail_place place, folder_entry_fn *fn, void *context)
{
	struct names names = {fn, context};
	return folder_each(s->place[place], each_name, &names);
}

enum err mail_spool_read(const struct mail_spool *s, enum mail_place place, const char *id,
	struct writer *bytes, struct mail_file *ret_file)
{
	struct mail_state state;
	writer_clear(bytes);
	TRY(file_load(s->place[place], id, bytes));
	enum err err = mail_file_parse(writer_view(bytes), ret_file);
	if (err == E_CORRUPT && place == MAIL_SENT &&
		mail_state_parse(writer_view(bytes), &state) == E_OK)
		return E_NOTFOUND;
	return err;
}

static enum err load_state(int folder, const char *name, struct mail_state *ret_state)
{
	struct writer w;
	writer_init(&w, LIMIT_MAIL_FILE);
	enum err err = file_load(folder, name, &w);
	if (err == E_OK)
		err = mail_state_parse(writer_view(&w), ret_state);
	writer_release(&w);
	return err;
}

enum err mail_spool_state(const struct mail_spool *s, enum mail_place place, const char *id,
	struct mail_state *ret_state)
{
	enum err err = E_CORRUPT;
	if (place == MAIL_SENT)
		err = load_state(s->place[MAIL_SENT], id, ret_state);
	/* Just sent, or a crash came before the text was taken out. */
	if (err == E_CORRUPT)
		err = load_state(s->state, id, ret_state);
	if (err != E_NOTFOUND)
		return err;
	*ret_state = (struct mail_state){.words = ""};
	return E_OK;
}

/* --- sending --- */

static enum err put_file(int folder, const char *name, struct bytes content)
{
	struct file_new f;
	TRY(file_new_begin(folder, &f));
	enum err err = file_write(f.fd, content);
	if (err == E_OK)
		err = file_give(f.fd, folder);
	if (err == E_OK)
		err = file_new_commit(&f, name, true);
	file_new_abort(&f);
	return err;
}

static enum err put_state(int folder, const char *name, const struct mail_state *state)
{
	struct writer w;
	writer_init(&w, LIMIT_MAIL_FILE);
	mail_state_write(&w, state);
	enum err err = writer_end(&w);
	if (err == E_OK)
		err = put_file(folder, name, writer_view(&w));
	writer_release(&w);
	return err;
}

enum err mail_spool_put_off(struct mail_spool *s, const char *id, const struct mail_state *state)
{
	return put_state(s->state, id, state);
}

static enum err forget(int folder, const char *name)
{
	enum err err = file_delete(folder, name);
	return err == E_NOTFOUND ? E_OK : err;
}

enum err mail_spool_finish(
	struct mail_spool *s, const char *id, enum mail_place place, const struct mail_state *state)
{
	/* Why it failed must be there as soon as it has failed. */
	if (place == MAIL_FAILED)
		TRY(put_state(s->state, id, state));
	TRY(file_move(s->place[MAIL_NEW], id, s->place[place]));
	if (place != MAIL_SENT)
		return E_OK;
	/* From here on it is never sent again. What a full disk keeps from being done the sweep
	 * does later. */
	if (put_state(s->place[MAIL_SENT], id, state) != E_OK || forget(s->state, id) != E_OK)
		errno = 0;
	return E_OK;
}

enum err mail_spool_server(const struct mail_spool *s, struct mail_state *ret_state)
{
	enum err err = load_state(s->folder, "server", ret_state);
	if (err != E_NOTFOUND)
		return err;
	*ret_state = (struct mail_state){.words = ""};
	return E_OK;
}

enum err mail_spool_set_server(struct mail_spool *s, const struct mail_state *state)
{
	return put_state(s->folder, "server", state);
}

/* --- sweeping --- */

struct sweep {
	struct mail_spool *spool;
	struct instant now;
	int folder;
	int64_t seconds; /* kept for */
	bool sent;
};

static enum err take_text_out(struct sweep *w, const char *name, const struct entry_facts *facts)
{
	struct mail_state state;
	if (load_state(w->folder, name, &state) == E_OK)
		return E_OK;
	TRY(mail_spool_state(w->spool, MAIL_NEW, name, &state));
	state.last.seconds = facts->stamp.changed / 1000000000;
	TRY(put_state(w->folder, name, &state));
	return forget(w->spool->state, name);
}

static enum err sweep_one(void *context, const char *name)
{
	struct sweep *w = context;
	struct entry_facts facts;
	enum err err = entry_facts(w->folder, name, &facts);
	if (err == E_NOTFOUND)
		return E_OK; /* another attempt was asked for meanwhile */
	TRY(err);
	if (facts.stamp.changed / 1000000000 >= w->now.seconds - w->seconds)
		return w->sent && mail_id_valid(str_from(name)) ? take_text_out(w, name, &facts)
								: E_OK;
	TRY(forget(w->folder, name));
	return forget(w->spool->state, name);
}

/* A temporary name that nobody has finished in an hour never will be. */
static enum err sweep_unfinished(void *context, const char *name)
{
	struct sweep *w = context;
	struct entry_facts facts;
	if (!str_starts(str_from(name), STR(".tmp-")) ||
		entry_facts(w->folder, name, &facts) != E_OK ||
		facts.stamp.changed / 1000000000 >= w->now.seconds - SECONDS_PER_HOUR)
		return E_OK;
	return forget(w->folder, name);
}

/* A loss of power within a move may have left both names. */
static enum err sweep_new(void *context, const char *name)
{
	const struct sweep *w = context;
	const struct mail_spool *s = w->spool;
	if (!is_there(s->place[MAIL_SENT], name) && !is_there(s->place[MAIL_FAILED], name))
		return E_OK;
	return forget(s->place[MAIL_NEW], name);
}

enum err mail_spool_sweep(struct mail_spool *s, struct instant now)
{
	struct sweep sent = {
		s, now, s->place[MAIL_SENT], (int64_t)LIMIT_MAIL_SENT_DAYS * SECONDS_PER_DAY, true};
	struct sweep failed = {s, now, s->place[MAIL_FAILED],
		(int64_t)LIMIT_MAIL_FAILED_DAYS * SECONDS_PER_DAY, false};
	TRY(mail_spool_each(s, MAIL_NEW, sweep_new, &sent));
	TRY(folder_each(sent.folder, sweep_one, &sent));
	TRY(folder_each(failed.folder, sweep_one, &failed));
	const int folders[] = {s->place[MAIL_NEW], s->place[MAIL_SENT], s->state, s->folder};
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		sent.folder = folders[i];
		TRY(folder_each(folders[i], sweep_unfinished, &sent));
	}
	return E_OK;
}

/* --- another try --- */

enum err mail_spool_retry(struct mail_spool *s, const char *id, struct instant now)
{
	struct mail_state state = {.next = now, .until = now, .last = now, .words = ""};
	state.until.seconds += (int64_t)LIMIT_MAIL_SECONDS;
	if (!mail_id_valid(str_from(id)))
		return E_NOTFOUND;
	if (is_there(s->place[MAIL_SENT], id))
		return E_EXISTS;
	bool failed = is_there(s->place[MAIL_FAILED], id);
	if (!failed && !is_there(s->place[MAIL_NEW], id))
		return E_NOTFOUND;
	TRY(put_state(s->state, id, &state));
	return failed ? file_move(s->place[MAIL_FAILED], id, s->place[MAIL_NEW]) : E_OK;
}
