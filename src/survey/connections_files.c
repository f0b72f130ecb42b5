/* SPDX-License-Identifier: Apache-2.0 */
#include "survey/connections_files.h"

#include "survey/lines.h"

/* A zone may follow: fe80::1%eth0 */
static bool take_ip(struct str word, struct ip *ret_ip)
{
	struct str zone;
	return ip_parse(str_cut(word, '%', &zone), ret_ip);
}

static struct str without_comment(struct str line, char mark)
{
	struct str comment;
	return str_trim(str_cut(line, mark, &comment));
}

static enum err give_names(struct host_entry *e, struct str names, const struct host_sink *sink)
{
	for (e->name = take_word(&names); e->name.size > 0; e->name = take_word(&names))
		TRY(sink->entry(sink->context, e));
	return E_OK;
}

static enum err read_host(uint64_t number, struct str line, const struct host_sink *sink)
{
	struct str rest = without_comment(line, '#');
	struct host_entry e = {.line = number, .text = line, .name = STR(""), .has_ip = true};
	if (!take_ip(take_word(&rest), &e.ip))
		return E_OK;
	TRY(sink->entry(sink->context, &e));
	return give_names(&e, rest, sink);
}

enum err hosts_read(struct bytes content, const struct host_sink *sink)
{
	struct lines l;
	struct str line;
	lines_init(&l, content, false);
	while (lines_next_but(&l, "#", &line))
		TRY(read_host(l.number, line, sink));
	return E_OK;
}

static enum err read_setting(uint64_t number, struct str line, const struct host_sink *sink)
{
	struct str rest = line;
	struct str word = take_word(&rest);
	struct host_entry e = {.line = number, .text = line, .name = STR("")};
	if (str_equal(word, STR("search")) || str_equal(word, STR("domain")))
		return give_names(&e, rest, sink);
	e.has_ip = str_equal(word, STR("nameserver")) && take_ip(take_word(&rest), &e.ip);
	return e.has_ip ? sink->entry(sink->context, &e) : E_OK;
}

enum err resolver_read(struct bytes content, const struct host_sink *sink)
{
	struct lines l;
	struct str line;
	lines_init(&l, content, false);
	while (lines_next_but(&l, "#;", &line))
		TRY(read_setting(l.number, line, sink));
	return E_OK;
}
