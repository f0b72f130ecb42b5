/* SPDX-License-Identifier: Apache-2.0 */
/* Connections, and files that give names to machines, held against what the pack lists. */
#include <stdio.h>

#include "base/limits.h"
#include "scan/worker_parts.h"
#include "survey/connections.h"
#include "survey/connections_files.h"

enum {
	MATCHES = 16,
	NAME_MOST = 253, /* RFC 1035 */
	PIECE = 64 << 10
};

static void say(struct worker *w, struct str object, uint64_t socket,
	const struct rule_match *matches, size_t count)
{
	if (count == 0)
		return;
	worker_say(w, &(struct answer){.kind = ANSWER_FINDING,
			      .socket = socket,
			      .finding = {.object = object, .match_total = count}});
	for (size_t i = 0; i < count; i++)
		worker_say(w, &(struct answer){.kind = ANSWER_MATCH, .match = matches[i]});
	worker_say(w, &(struct answer){.kind = ANSWER_FOUND});
}

/* --- connections --- */

/* "192.0.2.7:443 tcp" */
static struct str connection_text(struct worker *w, const struct connection *c)
{
	bool v4 = ip_is_v4(c->remote);
	writer_clear(&w->text);
	writer_text(&w->text, v4 ? "" : "[");
	writer_ip(&w->text, c->remote);
	writer_text(&w->text, v4 ? ":" : "]:");
	writer_decimal(&w->text, c->remote_port);
	writer_char(&w->text, ' ');
	writer_str(&w->text, w->task->extra);
	return writer_view_str(&w->text);
}

static enum err on_connection(void *context, const struct connection *c)
{
	struct rule_match matches[MATCHES];
	struct worker *w = context;
	/* Nobody is at the other end of what listens. */
	if (c->remote_port == 0)
		return E_OK;
	w->count++;
	size_t count = engine_match_address(w->engine, c->remote, c->remote_port, matches, MATCHES);
	if (count > 0)
		say(w, connection_text(w, c), c->inode, matches, count);
	return worker_late(w) ? E_TIMEOUT : E_OK;
}

/* --- names --- */

/* Who sends a name to this machine or to nowhere keeps it from being reached. */
static bool leads_nowhere(const struct host_entry *e)
{
	enum ip_scope scope = e->has_ip ? ip_scope(e->ip) : IP_SCOPE_GLOBAL;
	return scope == IP_SCOPE_LOOPBACK || scope == IP_SCOPE_RESERVED;
}

static size_t match_name(
	struct worker *w, struct str name, struct rule_match *matches, size_t capacity)
{
	char lower[NAME_MOST];
	while (name.size > 0 && name.data[name.size - 1] == '.')
		name.size--;
	if (name.size > NAME_MOST)
		return 0;
	for (size_t i = 0; i < name.size; i++) {
		char c = name.data[i];
		lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	return engine_match_domain(w->engine, (struct str){lower, name.size}, matches, capacity);
}

static struct str line_text(struct worker *w, const struct host_entry *e)
{
	struct str text = e->text;
	if (text.size > LIMIT_PLACE_TEXT)
		text.size = LIMIT_PLACE_TEXT;
	writer_clear(&w->text);
	writer_text(&w->text, "line ");
	writer_decimal(&w->text, e->line);
	writer_text(&w->text, ": ");
	writer_str(&w->text, text);
	return writer_view_str(&w->text);
}

static enum err on_host(void *context, const struct host_entry *e)
{
	struct rule_match matches[MATCHES];
	struct worker *w = context;
	size_t count = 0;
	if (e->name.size == 0)
		count = engine_match_address(w->engine, e->ip, 0, matches, MATCHES);
	else if (!leads_nowhere(e))
		count = match_name(w, e->name, matches, MATCHES);
	if (count > 0)
		say(w, line_text(w, e), 0, matches, count);
	return worker_late(w) ? E_TIMEOUT : E_OK;
}

/* --- tasks --- */

static enum err read_network(struct worker *w, struct bytes content)
{
	const struct connection_sink connections = {w, on_connection};
	const struct host_sink hosts = {w, on_host};
	if (str_equal(w->task->extra, STR(NETWORK_HOSTS)))
		return hosts_read(content, &hosts);
	if (str_equal(w->task->extra, STR(NETWORK_RESOLVER)))
		return resolver_read(content, &hosts);
	/* The heading's form has changed with kernels; lines that are none are passed over. */
	enum err err = connections_read(content, &connections);
	return err == E_SYNTAX ? E_OK : err;
}

/* The kernel's tables have no size: to their end. */
static enum err load(struct worker *w, struct writer *content)
{
	size_t got;
	do {
		uint64_t at = content->size;
		TRY(file_read_at(w->fd, at, w->buffer, PIECE, &got));
		writer_bytes(content, (struct bytes){w->buffer, got});
	} while (got > 0 && content->err == E_OK);
	return writer_end(content);
}

void worker_look_network(struct worker *w)
{
	struct writer content;
	writer_init(&content, LIMIT_SCAN_TABLE);
	enum err err = load(w, &content);
	if (err == E_OK)
		err = read_network(w, writer_view(&content));
	if (err != E_OK)
		worker_unscanned(w, STR(""),
			err == E_TIMEOUT ? UNSCANNED_TIME
			: err == E_NOMEM ? UNSCANNED_MEMORY
			: err == E_LIMIT ? UNSCANNED_SIZE
					 : UNSCANNED_IO,
			STR(""));
	writer_release(&content);
}
