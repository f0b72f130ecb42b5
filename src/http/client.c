/* SPDX-License-Identifier: Apache-2.0 */
#include "http/client.h"

struct hop {
	bool known;
	struct ip ip;
};

struct hops {
	struct hop list[CLIENT_HOPS];
	size_t count;
	enum err err;
};

static void hops_add(struct hops *h, struct hop hop)
{
	if (h->count == CLIENT_HOPS)
		h->err = E_LIMIT;
	else
		h->list[h->count++] = hop;
}

static struct str drop(struct str s, size_t count)
{
	return (struct str){s.data + count, s.size - count};
}

/* A port (or RFC 7239's obfuscated one), which nobody needs. */
static bool is_port(struct str s)
{
	if (s.size == 0 || s.size > 32)
		return false;
	for (size_t i = 0; i < s.size; i++) {
		char c = s.data[i];
		bool digit = c >= '0' && c <= '9';
		bool name = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
			    c == '_' || c == '-';
		if (!digit && !(name && s.data[0] == '_'))
			return false;
	}
	return true;
}

/* 192.0.2.1, 192.0.2.1:80, 2001:db8::1, [2001:db8::1], [2001:db8::1]:80 */
static struct hop parse_node(struct str s)
{
	struct hop hop = {0};
	struct str rest;
	if (ip_parse(s, &hop.ip))
		return (struct hop){true, hop.ip};
	if (s.size > 0 && s.data[0] == '[') {
		struct str inside = str_cut(drop(s, 1), ']', &rest);
		bool closed = inside.size + 1 < s.size;
		bool port = rest.size == 0 || (rest.data[0] == ':' && is_port(drop(rest, 1)));
		hop.known = closed && port && ip_parse(inside, &hop.ip) && !ip_is_v4(hop.ip);
		return hop;
	}
	struct str address = str_cut(s, ':', &rest);
	hop.known = address.size < s.size && is_port(rest) && ip_parse(address, &hop.ip) &&
		    ip_is_v4(hop.ip);
	return hop;
}

static void parse_x_forwarded_for(struct str list, struct hops *h)
{
	while (list.size > 0 && h->err == E_OK)
		hops_add(h, parse_node(str_trim(str_cut(list, ',', &list))));
}

/* A token up to one of ,; or a quoted string, whose escapes are undone into `buffer`. */
static bool take_value(struct str *s, char *buffer, size_t capacity, struct str *ret_value)
{
	size_t size = 0;
	if (s->size == 0 || s->data[0] != '"') {
		while (size < s->size && s->data[size] != ',' && s->data[size] != ';')
			size++;
		*ret_value = str_trim((struct str){s->data, size});
		*s = drop(*s, size);
		return true;
	}
	*s = drop(*s, 1);
	while (s->size > 0 && s->data[0] != '"') {
		if (s->data[0] == '\\')
			*s = drop(*s, 1);
		if (s->size == 0 || size == capacity)
			return false;
		buffer[size++] = s->data[0];
		*s = drop(*s, 1);
	}
	if (s->size == 0)
		return false;
	*s = drop(*s, 1);
	*ret_value = (struct str){buffer, size};
	return true;
}

static struct str skip_space(struct str s)
{
	while (s.size > 0 && (s.data[0] == ' ' || s.data[0] == '\t'))
		s = drop(s, 1);
	return s;
}

/* One name=value of an element; a `for` goes into *hop. */
static bool take_pair(struct str *s, struct hop *hop)
{
	char buffer[128];
	struct str value;
	struct str name = *s;
	size_t size = 0;
	while (size < s->size && s->data[size] != '=' && s->data[size] != ',' &&
		s->data[size] != ';')
		size++;
	name.size = size;
	*s = drop(*s, size);
	if (s->size == 0 || s->data[0] != '=')
		return str_trim(name).size == 0;
	*s = drop(*s, 1);
	if (!take_value(s, buffer, sizeof(buffer), &value))
		return false;
	if (str_equal_nocase(name, STR("for")))
		*hop = parse_node(value);
	*s = skip_space(*s);
	return s->size == 0 || s->data[0] == ',' || s->data[0] == ';';
}

static void parse_forwarded(struct str s, struct hops *h)
{
	struct hop hop = {0};
	while (s.size > 0 && h->err == E_OK) {
		s = skip_space(s);
		if (!take_pair(&s, &hop)) {
			h->err = E_SYNTAX;
			return;
		}
		if (s.size == 0 || s.data[0] == ',') {
			hops_add(h, hop);
			hop = (struct hop){0};
		}
		if (s.size > 0)
			s = drop(s, 1);
	}
}

bool proxies_trust(const struct proxies *proxies, struct ip ip)
{
	for (size_t i = 0; i < proxies->count; i++)
		if (prefix_contains(proxies->prefixes[i], ip))
			return true;
	return false;
}

static enum err pick(const struct hops *h, const struct proxies *proxies, struct ip *ret_client)
{
	if (h->err != E_OK)
		return h->err;
	for (size_t i = h->count; i-- > 0;) {
		if (!h->list[i].known)
			return E_SYNTAX;
		if (i == 0 || !proxies_trust(proxies, h->list[i].ip)) {
			*ret_client = h->list[i].ip;
			return E_OK;
		}
	}
	return E_SYNTAX;
}

enum err client_address(struct ip peer, struct str x_forwarded_for, struct str forwarded,
	const struct proxies *proxies, struct ip *ret_client)
{
	struct hops hops = {0};
	struct ip by_convention;
	struct ip by_standard;
	if ((x_forwarded_for.size == 0 && forwarded.size == 0) || !proxies_trust(proxies, peer)) {
		*ret_client = peer;
		return E_OK;
	}
	if (x_forwarded_for.size > 0) {
		parse_x_forwarded_for(x_forwarded_for, &hops);
		TRY(pick(&hops, proxies, &by_convention));
		by_standard = by_convention;
	}
	if (forwarded.size > 0) {
		hops = (struct hops){0};
		parse_forwarded(forwarded, &hops);
		TRY(pick(&hops, proxies, &by_standard));
		if (x_forwarded_for.size == 0)
			by_convention = by_standard;
	}
	if (ip_compare(by_convention, by_standard) != 0)
		return E_AMBIGUOUS;
	*ret_client = by_convention;
	return E_OK;
}
