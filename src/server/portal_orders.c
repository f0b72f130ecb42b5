/* SPDX-License-Identifier: Apache-2.0 */
#include "server/portal_role.h"

enum {
	TEXT_BYTES = 4096
};

void portal_orders_write(struct writer *w, const struct portal_orders *orders)
{
	writer_string(w, orders->folder);
	writer_string(w, orders->user);
	writer_string(w, orders->zone);
	writer_u32(w, (uint32_t)orders->proxy_count);
	for (size_t i = 0; i < orders->proxy_count; i++) {
		const struct prefix *p = &orders->proxies[i];
		writer_bytes(w, (struct bytes){p->ip.octets, sizeof(p->ip.octets)});
		writer_u8(w, p->length);
	}
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

enum err portal_orders_read(struct bytes message, struct portal_orders *ret_orders)
{
	struct cursor c;
	cursor_init(&c, message);
	ret_orders->folder = cursor_string(&c, TEXT_BYTES);
	ret_orders->user = cursor_string(&c, TEXT_BYTES);
	ret_orders->zone = cursor_string(&c, TEXT_BYTES);
	uint32_t count = cursor_u32(&c);
	if (count > PORTAL_PROXIES)
		return E_LIMIT;
	for (uint32_t i = 0; i < count; i++)
		ret_orders->proxies[i] = read_prefix(&c);
	ret_orders->proxy_count = count;
	return cursor_end(&c);
}
