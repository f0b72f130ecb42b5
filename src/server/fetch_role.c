/* SPDX-License-Identifier: Apache-2.0 */
#include "server/fetch_role.h"

#include "base/limits.h"
#include "fetch/wire.h"
#include "os/file.h"
#include "os/process.h"
#include "os/sandbox.h"
#include "os/system.h"

enum {
	PAUSE = 200 /* milliseconds between messages of progress */
};

#define MILLISECOND UINT64_C(1000000)

static uint8_t packet[FETCH_PACKET];

struct role {
	struct transfer_order order;
	struct writer message, authorities;
	uint64_t told; /* monotonic, when progress was told last */
};

/* --- what it says --- */

static enum err send_message(struct role *r)
{
	enum err err = writer_end(&r->message);
	if (err == E_OK)
		err = socket_send(CHILD_SOCKET, writer_view(&r->message), -1);
	writer_clear(&r->message);
	return err;
}

static enum err tell_began(void *context, const struct transfer_result *so_far)
{
	struct role *r = context;
	wire_put_result(&r->message, FETCH_BEGAN, so_far);
	return send_message(r);
}

static enum err tell_progress(void *context, uint64_t done, uint64_t total)
{
	struct role *r = context;
	uint64_t now = system_monotonic();
	if (now < r->told + PAUSE * MILLISECOND)
		return E_OK;
	r->told = now;
	wire_put_progress(&r->message, done, total);
	return send_message(r);
}

static enum err tell_report(void *context, const struct report *report)
{
	struct role *r = context;
	wire_put_report(&r->message, report);
	return send_message(r);
}

/* --- what it is told --- */

static enum err load(struct role *r, int fd)
{
	uint64_t size;
	TRY(file_size(fd, &size));
	if (size == 0 || size > LIMIT_FETCH_AUTHORITIES)
		return E_LIMIT;
	uint8_t *room = writer_reserve(&r->authorities, (size_t)size);
	size_t got = 0;
	if (!room)
		return E_NOMEM;
	TRY(file_read_at(fd, 0, room, (size_t)size, &got));
	r->order.authorities = writer_view_str(&r->authorities);
	return got == size ? E_OK : E_TRUNCATED;
}

static enum err receive(struct role *r, struct descriptors *d, int *ret_file)
{
	size_t size;
	TRY(socket_receive_many(CHILD_SOCKET, true, packet, sizeof(packet), &size, d));
	TRY(wire_take_order((struct bytes){packet, size}, &r->order));
	size_t files = r->order.list ? 0 : 1;
	if (d->count < files || d->count > files + 1)
		return E_SYNTAX;
	*ret_file = files ? d->fds[0] : -1;
	return d->count > files ? load(r, d->fds[files]) : E_OK;
}

static enum err serve(struct role *r)
{
	struct descriptors d = {.count = 0};
	struct transfer_result result;
	const struct transfer_watch watch = {r, tell_began, tell_progress, tell_report};
	int file = -1;
	enum err err = receive(r, &d, &file);
	if (err == E_OK)
		err = transfer_run(&r->order, file, &watch, &result);
	explicit_bzero(packet, sizeof(packet));
	descriptors_close(&d);
	TRY(err);
	wire_put_result(&r->message, FETCH_ENDED, &result);
	return send_message(r);
}

/* Nobody's user: what it needs it is handed. */
static enum err give_up_rights(void)
{
	static const char *const users[] = {"quetsach", "nobody"};
	if (sandbox_is_root())
		TRY(sandbox_drop_root(sandbox_user_exists(users[0]) == E_OK ? users[0] : users[1]));
	return sandbox_enter_fetch();
}

int fetch_role_main(void)
{
	struct role r = {.told = 0};
	writer_init(&r.message, FETCH_PACKET);
	writer_init(&r.authorities, LIMIT_FETCH_AUTHORITIES);
	enum err err = give_up_rights();
	if (err == E_OK)
		err = serve(&r);
	writer_release(&r.message);
	writer_release(&r.authorities);
	sandbox_exit(err == E_OK ? 0 : 2);
}
