/* SPDX-License-Identifier: Apache-2.0 */
#include "server/portal_role.h"

enum {
	TEXT_BYTES = 4096
};

static void write_prefixes(struct writer *w, const struct prefix *prefixes, size_t count)
{
	writer_u32(w, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		writer_bytes(
			w, (struct bytes){prefixes[i].ip.octets, sizeof(prefixes[i].ip.octets)});
		writer_u8(w, prefixes[i].length);
	}
}

void portal_orders_write(struct writer *w, const struct portal_orders *orders)
{
	const struct portal_settings *s = &orders->settings;
	writer_string(w, orders->folder);
	writer_string(w, orders->user);
	writer_string(w, str_from(s->zone));
	write_prefixes(w, s->proxies, s->proxy_count);
	write_prefixes(w, s->operators, s->operator_count);
	writer_u8(w, s->proxy_protocol);
	writer_string(w, str_from(s->mail_from));
}

static struct prefix read_prefix(struct cursor *c)
{
	struct prefix p = {0};
	struct bytes octets = cursor_take(c, sizeof(p.ip.octets));
	if (octets.size == sizeof(p.ip.octets))
		memcpy(p.ip.octets, octets.data, octets.size);
	p.length = cursor_u8(c);
	if (p.length > 128)
		cursor_fail(c, E_RANGE);
	return p;
}

/* How many. */
static size_t read_prefixes(struct cursor *c, struct prefix *prefixes, size_t most)
{
	uint32_t count = cursor_u32(c);
	if (count > most) {
		cursor_fail(c, E_LIMIT);
		return 0;
	}
	for (uint32_t i = 0; i < count; i++)
		prefixes[i] = read_prefix(c);
	return count;
}

static void read_text(struct cursor *c, char *text, uint32_t most)
{
	struct str s = cursor_string(c, most);
	if (s.size > 0)
		memcpy(text, s.data, s.size);
	text[s.size] = '\0';
}

enum err portal_orders_read(struct bytes message, struct portal_orders *ret_orders)
{
	struct cursor c;
	struct portal_settings *s = &ret_orders->settings;
	cursor_init(&c, message);
	ret_orders->folder = cursor_string(&c, TEXT_BYTES);
	ret_orders->user = cursor_string(&c, TEXT_BYTES);
	read_text(&c, s->zone, PORTAL_ZONE_BYTES - 1);
	s->proxy_count = read_prefixes(&c, s->proxies, PORTAL_PROXIES);
	s->operator_count = read_prefixes(&c, s->operators, PORTAL_OPERATORS);
	s->proxy_protocol = cursor_u8(&c) != 0;
	read_text(&c, s->mail_from, PORTAL_SENDER_BYTES - 1);
	return cursor_end(&c);
}
