/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/server.h"

#include "base/ip.h"

enum {
	PORT_SUBMISSION = 587, /* RFC 6409 */
	PORT_SUBMISSIONS = 465 /* RFC 8314 */
};

static bool name_valid(struct str s)
{
	for (size_t i = 0; i < s.size; i++) {
		char c = s.data[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
			c != '-' && c != '.')
			return false;
	}
	return s.size > 0 && s.data[0] != '-' && s.data[0] != '.';
}

/* "[::1]:25", "mail.example:25" or without the port. */
static bool split(struct str s, struct str *ret_host, struct str *ret_port, bool *ret_brackets)
{
	struct str host, rest;
	*ret_brackets = str_starts(s, STR("["));
	if (*ret_brackets) {
		host = str_cut((struct str){s.data + 1, s.size - 1}, ']', &rest);
		if (host.size + 2 + rest.size != s.size || (rest.size > 0 && rest.data[0] != ':'))
			return false;
		if (rest.size == 1)
			return false;
		rest = rest.size > 0 ? (struct str){rest.data + 1, rest.size - 1} : rest;
	} else {
		host = str_cut(s, ':', &rest);
		if (host.size + 1 == s.size)
			return false;
	}
	*ret_host = host;
	*ret_port = rest;
	return true;
}

static bool host_valid(struct str host, bool brackets)
{
	struct ip ip;
	if (brackets)
		return ip_parse(host, &ip) && !ip_is_v4(ip);
	return name_valid(host);
}

static bool is_here(struct str host)
{
	return str_equal_nocase(host, STR("localhost")) || str_equal(host, STR("::1")) ||
	       str_starts(host, STR("127."));
}

static bool read_host(struct str s, struct mail_server *server)
{
	struct str host, port;
	uint64_t number;
	bool brackets;
	if (!split(s, &host, &port, &brackets) || !host_valid(host, brackets) ||
		host.size >= sizeof(server->host))
		return false;
	if (port.size > 0) {
		if (!str_to_u64(port, UINT16_MAX, &number) || number == 0)
			return false;
		server->port = (uint16_t)number;
	}
	memcpy(server->host, host.data, host.size);
	server->host[host.size] = '\0';
	return true;
}

/* "127.example" is somebody's name. */
static bool plain_permitted(const struct mail_server *server)
{
	struct ip ip;
	struct str host = str_from(server->host);
	return is_here(host) && (str_equal_nocase(host, STR("localhost")) || ip_parse(host, &ip));
}

enum err mail_server_parse(
	struct str s, bool plain, struct mail_server *ret_server, struct problem *problem)
{
	static const struct str starttls = STR_INIT("smtp://"), tls = STR_INIT("smtps://");
	struct mail_server server = {.transport = MAIL_OFF};
	struct str rest = STR("");
	if (str_starts(s, tls)) {
		server.transport = MAIL_TLS;
		server.port = PORT_SUBMISSIONS;
		rest = (struct str){s.data + tls.size, s.size - tls.size};
	} else if (str_starts(s, starttls)) {
		server.transport = plain ? MAIL_PLAIN : MAIL_STARTTLS;
		server.port = PORT_SUBMISSION;
		rest = (struct str){s.data + starttls.size, s.size - starttls.size};
	}
	bool off = str_equal(s, STR("none"));
	if (!off && (server.transport == MAIL_OFF || !read_host(rest, &server))) {
		problem_set(problem, PROBLEM_BAD_FIELD, STR("mail"), s);
		return E_SYNTAX;
	}
	if (server.transport == MAIL_PLAIN && !plain_permitted(&server)) {
		problem_set(problem, PROBLEM_FIELDS_CLASH, STR("mail-plain"), s);
		return E_SYNTAX;
	}
	*ret_server = server;
	return E_OK;
}
