/* SPDX-License-Identifier: Apache-2.0 */
#include "server/parse_channel.h"

#include "base/cursor.h"
#include "os/file.h"
#include "os/process.h"

enum {
	HEADER = 5,
	PACKET = 64 << 10 /* several fit into a socket's buffer, so that both ends work at once */
};

static enum err send_parts(int socket, struct bytes payload)
{
	while (payload.size > 0) {
		size_t size = payload.size < PACKET ? payload.size : PACKET;
		TRY(socket_send(socket, (struct bytes){payload.data, size}, -1));
		payload = (struct bytes){payload.data + size, payload.size - size};
	}
	return E_OK;
}

enum err parse_channel_send(int socket, enum parse_frame type, struct bytes payload, int fd)
{
	uint8_t packet[HEADER + 4096];
	if (payload.size > UINT32_MAX)
		return E_LIMIT;
	bool fits = payload.size <= sizeof(packet) - HEADER;
	packet[0] = (uint8_t)type;
	for (int i = 0; i < 4; i++)
		packet[1 + i] = (uint8_t)(payload.size >> 8 * i);
	if (fits && payload.size > 0)
		memcpy(packet + HEADER, payload.data, payload.size);
	TRY(socket_send(socket, (struct bytes){packet, HEADER + (fits ? payload.size : 0)}, fd));
	return fits ? E_OK : send_parts(socket, payload);
}

/* Packets that follow, straight into their place. */
static enum err receive_parts(int socket, int milliseconds, struct writer *payload, size_t size)
{
	uint8_t *at = writer_reserve(payload, size);
	if (!at)
		return payload->err;
	while (size > 0) {
		size_t got;
		int fd;
		TRY(socket_receive(socket, milliseconds, at, size, &got, &fd));
		file_close(&fd);
		at += got;
		size -= got;
	}
	return E_OK;
}

static enum err take_first(
	struct bytes packet, enum parse_frame *ret_type, struct writer *payload, size_t *ret_more)
{
	struct cursor c;
	cursor_init(&c, packet);
	uint8_t type = cursor_u8(&c);
	size_t size = cursor_u32(&c);
	size_t here = cursor_left(&c);
	if (c.err != E_OK || type >= PARSE__COUNT || (here > 0 && here != size))
		return E_SYNTAX;
	if (size > payload->limit)
		return E_LIMIT;
	writer_clear(payload);
	writer_bytes(payload, cursor_take(&c, here));
	*ret_type = (enum parse_frame)type;
	*ret_more = size - here;
	return writer_end(payload);
}

enum err parse_channel_receive(int socket, int milliseconds, enum parse_frame *ret_type,
	struct writer *payload, int *ret_fd)
{
	uint8_t packet[HEADER + 4096];
	size_t size;
	size_t more = 0;
	int fd;
	TRY(socket_receive(socket, milliseconds, packet, sizeof(packet), &size, &fd));
	enum err err = take_first((struct bytes){packet, size}, ret_type, payload, &more);
	if (err == E_OK && more > 0)
		err = receive_parts(socket, milliseconds, payload, more);
	if (err != E_OK) {
		file_close(&fd);
		return err;
	}
	*ret_fd = fd;
	return E_OK;
}
