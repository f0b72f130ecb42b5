/* SPDX-License-Identifier: Apache-2.0 */
#include "survey/connections.h"

#include "survey/lines.h"
#include "survey/numbers.h"

/* Words of 32 bits as the machine holds them, most significant digit first. */
static bool take_address(struct str digits, struct ip *ret_ip)
{
	uint32_t words[4] = {0};
	uint64_t word;
	const size_t count = digits.size / 8;
	if (digits.size != 8 && digits.size != 32)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!hex_number((struct str){digits.data + 8 * i, 8}, UINT32_MAX, &word))
			return false;
		words[i] = (uint32_t)word;
	}
	if (count == 1)
		*ret_ip = ip_from_v4(0);
	/* In memory the words are in the order of the network. */
	memcpy(ret_ip->octets + (count == 1 ? 12 : 0), words, 4 * count);
	return true;
}

static bool take_end(struct str *line, struct ip *ret_ip, uint16_t *ret_port)
{
	struct str port;
	uint64_t number;
	struct str address = str_cut(take_word(line), ':', &port);
	if (!take_address(address, ret_ip) || !hex_number(port, UINT16_MAX, &number))
		return false;
	*ret_port = (uint16_t)number;
	return true;
}

static bool take_connection(struct str line, struct connection *ret_connection)
{
	struct connection c = {0};
	uint64_t state, owner;
	take_word(&line);
	if (!take_end(&line, &c.local, &c.local_port) ||
		!take_end(&line, &c.remote, &c.remote_port))
		return false;
	if (!hex_number(take_word(&line), UINT8_MAX, &state))
		return false;
	for (int i = 0; i < 3; i++)
		take_word(&line);
	if (!str_to_u64(take_word(&line), UINT32_MAX, &owner))
		return false;
	take_word(&line);
	if (!str_to_u64(take_word(&line), UINT64_MAX, &c.inode))
		return false;
	c.state = (uint8_t)state;
	c.owner = (uint32_t)owner;
	*ret_connection = c;
	return true;
}

enum err connections_read(struct bytes table, const struct connection_sink *sink)
{
	struct lines l;
	struct str line;
	enum err err = E_OK;
	lines_init(&l, table, false);
	while (lines_next(&l, &line)) {
		struct connection c;
		if (l.number == 1 && str_starts(line, STR("sl ")))
			continue;
		if (take_connection(line, &c))
			TRY(sink->connection(sink->context, &c));
		else
			err = E_SYNTAX;
	}
	return err;
}

bool socket_inode(struct str link, uint64_t *ret_inode)
{
	static const struct str head = STR_INIT("socket:[");
	if (!str_starts(link, head) || !str_ends(link, STR("]")))
		return false;
	return str_to_u64((struct str){link.data + head.size, link.size - head.size - 1},
		UINT64_MAX, ret_inode);
}
