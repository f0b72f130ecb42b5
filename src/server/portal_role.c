/* SPDX-License-Identifier: Apache-2.0 */
#include "server/portal_role.h"

#include <fcntl.h>
#include <stdio.h>

#include "api/api.h"
#include "base/limits.h"
#include "os/file.h"
#include "os/process.h"
#include "os/sandbox.h"
#include "os/system.h"
#include "portal/assets.h"
#include "portal/pages.h"
#include "portal/portal.h"
#include "server/counters_file.h"
#include "server/mapped.h"
#include "server/zone.h"

enum {
	LOOK_MILLISECONDS = 500, /* a published listing is served at most this much later */
	PATH_BYTES = 4096
};

/* What is no page. The pages' own routes are in portal/pages.c. */
static const struct http_route other_routes[] = {
	{STR_INIT("/api/v1/check"), api_check, HTTP_SAME_SITE, false, false},
	{STR_INIT("/api/v1/figures"), api_figures, HTTP_ANYONE, false, true},
	{STR_INIT("/api/v1/evaluations"), api_evaluations, HTTP_ANYONE, false, true},
	{STR_INIT("/api/v1/evaluations/"), api_evaluation, HTTP_ANYONE, true, false},
	{STR_INIT("/api/v1/tools"), api_tools, HTTP_ANYONE, false, true},
	{STR_INIT("/api/v1/campaign"), api_campaign, HTTP_ANYONE, false, true},
	{STR_INIT("/api/v1/openapi.json"), api_openapi, HTTP_ANYONE, false, true},
	{STR_INIT("/"), portal_root, HTTP_ANYONE, false, false},
	{STR_INIT("/vi"), portal_root, HTTP_ANYONE, false, false},
	{STR_INIT("/en"), portal_root, HTTP_ANYONE, false, false},
	{STR_INIT("/healthz"), api_health, HTTP_ANYONE, false, false},
	{STR_INIT("/tai/"), portal_download, HTTP_ANYONE, true, false},
	{STR_INIT("/download/"), portal_download, HTTP_ANYONE, true, false},
	{STR_INIT("/metrics"), api_metrics, HTTP_OPERATOR, false, false},
	{STR_INIT("/vi/feed.atom"), portal_feed, HTTP_ANYONE, false, true},
	{STR_INIT("/en/feed.atom"), portal_feed, HTTP_ANYONE, false, true},
	{STR_INIT("/sitemap.xml"), portal_sitemap, HTTP_ANYONE, false, true},
	{STR_INIT("/robots.txt"), portal_robots, HTTP_ANYONE, false, true},
	{STR_INIT("/.well-known/security.txt"), portal_security, HTTP_ANYONE, false, true},
	{STR_INIT("/favicon.ico"), portal_icon, HTTP_ANYONE, false, true},
	{STR_INIT("/apple-touch-icon.png"), portal_touch_icon, HTTP_ANYONE, false, true},
	{STR_INIT("/vi/nhung/so-lieu"), portal_embed, HTTP_ANYONE, false, true},
	{STR_INIT("/en/embed/figure"), portal_embed, HTTP_ANYONE, false, true},
	{STR_INIT("/badge/vi.svg"), portal_badge, HTTP_ANYONE, false, true},
	{STR_INIT("/badge/en.svg"), portal_badge, HTTP_ANYONE, false, true},
	{STR_INIT("/social/vi.png"), portal_social, HTTP_ANYONE, false, false},
	{STR_INIT("/social/en.png"), portal_social, HTTP_ANYONE, false, false},
};

enum {
	OTHER_ROUTES = sizeof(other_routes) / sizeof(other_routes[0]),
	ROUTES = OTHER_ROUTES + 2 * PAGE__COUNT * LANG__COUNT
};

static void answer_error(const struct http_request *q, struct http_answer *a)
{
	if (str_starts(q->path, STR("/api/")) || str_equal(q->path, STR("/healthz")) ||
		str_equal(q->path, STR("/metrics")))
		api_error(q, a);
	else
		portal_error(q, a);
}

/* TZif with the one rule <+07>-7, for machines without time zones: RFC 8536. */
#define FOUR_ZEROS "\0\0\0\0"
#define FIXED_HEADER                                                                               \
	"TZif2" FOUR_ZEROS FOUR_ZEROS FOUR_ZEROS                                                   \
	"\0\0\0" FOUR_ZEROS FOUR_ZEROS FOUR_ZEROS FOUR_ZEROS "\0\0\0\1"                            \
	"\0\0\0\4"
#define FIXED_TYPE                                                                                 \
	"\0\0\x62\x70"                                                                             \
	"\0\0"                                                                                     \
	"+07\0"
static const char vietnam[] = FIXED_HEADER FIXED_TYPE FIXED_HEADER FIXED_TYPE "\n<+07>-7\n";

struct zone *portal_load_zone(const char *name)
{
	struct zone *zone = zone_load(str_from(name));
	if (zone)
		return zone;
	fprintf(stderr, "quetsach: role=portal event=zone-missing fallback=UTC+7 zone=%s\n", name);
	struct bytes fixed = {(const uint8_t *)vietnam, sizeof(vietnam) - 1};
	return zone_parse(fixed, &zone) == E_OK ? zone : NULL;
}

struct portal_role {
	struct portal_orders orders;
	uint8_t message[PORTAL_ORDERS_BYTES];
	char folder[PATH_BYTES];
	char user[PATH_BYTES];
	int socket;      /* listens */
	int counters_fd; /* DATA/counters, read and write; -1: nothing is counted */
	struct portal_context context;
	struct shared_mapping counters_memory;
	struct counters counters;
	struct mapped mapped;
	struct http_server *server;
	uint64_t retire_until; /* monotonic; 0: in service */
};

static void log_mapped(const struct mapped *m)
{
	if (!m->listing) {
		fprintf(stderr, "quetsach: role=portal event=published listing=none\n");
		return;
	}
	const struct listing_facts *facts = listing_facts(m->listing);
	fprintf(stderr,
		"quetsach: role=portal event=published change=%llu v4=%llu v6=%llu "
		"simulated=%d network=%d\n",
		(unsigned long long)facts->change, (unsigned long long)facts->v4,
		(unsigned long long)facts->v6, facts->simulated, m->network != NULL);
}

static void refresh(struct portal_role *r)
{
	bool changed;
	enum err err = mapped_refresh(&r->mapped, &changed);
	if (err != E_OK)
		fprintf(stderr, "quetsach: role=portal event=not-published error=\"%s\"\n",
			err_name(err));
	else if (changed)
		log_mapped(&r->mapped);
}

static bool terminate(char *to, size_t capacity, struct str s)
{
	if (s.size >= capacity || memchr(s.data, '\0', s.size))
		return false;
	if (s.size > 0)
		memcpy(to, s.data, s.size);
	to[s.size] = '\0';
	return true;
}

static enum err take_orders(struct portal_role *r)
{
	size_t size;
	TRY(socket_receive(CHILD_SOCKET, -1, r->message, sizeof(r->message), &size, &r->socket));
	TRY(portal_orders_read((struct bytes){r->message, size}, &r->orders));
	if (r->socket < 0 || !terminate(r->folder, sizeof(r->folder), r->orders.folder) ||
		!terminate(r->user, sizeof(r->user), r->orders.user))
		return E_USAGE;
	return E_OK;
}

/* PORTAL_COUNTERS with the file, or without it where there is none. */
static enum err take_counters(struct portal_role *r)
{
	uint8_t word;
	size_t size;
	TRY(socket_receive(CHILD_SOCKET, -1, &word, 1, &size, &r->counters_fd));
	if (word != PORTAL_COUNTERS)
		return E_USAGE;
	if (r->counters_fd < 0)
		fprintf(stderr, "quetsach: role=portal event=not-counting\n");
	return E_OK;
}

/* Without memory or a good file nothing is counted, which is no reason not to serve. */
static void open_counters(struct portal_role *r)
{
	struct hash_key secret;
	if (r->counters_fd < 0)
		return;
	enum err err = counters_file_map(r->counters_fd, &r->counters_memory, &r->counters);
	file_close(&r->counters_fd);
	if (err != E_OK) {
		fprintf(stderr, "quetsach: role=portal event=not-counting error=\"%s\"\n",
			err_name(err));
		return;
	}
	system_random(secret.bytes, sizeof(secret.bytes));
	r->context.counters = &r->counters;
	r->context.once = once_new(secret);
}

/* What needs rights comes first: then they are gone, and only then do threads start. */
static enum err prepare(struct portal_role *r)
{
	int signals;
	r->context.zone = portal_load_zone(r->orders.settings.zone);
	r->context.published = published_new();
	if (!r->context.published)
		return E_NOMEM;
	open_counters(r);
	TRY(sandbox_drop_root(r->user));
	TRY(mapped_init(&r->mapped, r->folder, r->context.published));
	/* The supervisor says when to end; a terminal's SIGINT goes to both. */
	TRY(signals_open(&signals));
	return sandbox_enter_portal(r->folder);
}

static enum err start(struct portal_role *r)
{
	struct http_settings settings = http_settings_default();
	const struct portal_settings *orders = &r->orders.settings;
	static struct http_route routes[ROUTES];
	memcpy(routes, other_routes, sizeof(other_routes));
	size_t count = OTHER_ROUTES + page_routes(routes + OTHER_ROUTES, ROUTES - OTHER_ROUTES);
	const struct http_site site = {routes, count, assets_table(), ASSET__COUNT, answer_error,
		&r->context, published_edition(r->context.published), NULL};
	static const uint8_t ready = PORTAL_READY;
	settings.socket = r->socket;
	settings.threads = system_processors();
	settings.folder = r->mapped.folder;
	settings.proxies = (struct proxies){orders->proxies, orders->proxy_count};
	settings.operators = (struct proxies){orders->operators, orders->operator_count};
	settings.proxy_protocol = orders->proxy_protocol;
	TRY(http_start(&settings, &site, &r->server));
	return socket_send(CHILD_SOCKET, (struct bytes){&ready, 1}, -1);
}

/* True: all that was open has been answered, or has had time enough. */
static bool retired(const struct portal_role *r)
{
	return r->retire_until &&
	       (http_connections(r->server) == 0 || system_monotonic() > r->retire_until);
}

static void retire(struct portal_role *r)
{
	r->retire_until = system_monotonic() + LIMIT_RETIRE_SECONDS * UINT64_C(1000000000);
	http_retire(r->server);
}

static void run(struct portal_role *r)
{
	while (!retired(r)) {
		uint8_t word;
		size_t size;
		int fd = -1;
		enum err err =
			socket_receive(CHILD_SOCKET, LOOK_MILLISECONDS, &word, 1, &size, &fd);
		file_close(&fd);
		if (err == E_OK && word == PORTAL_RETIRE)
			retire(r);
		else if (err != E_TIMEOUT)
			return;
		refresh(r);
	}
}

int portal_role_main(void)
{
	static struct portal_role role = {
		.socket = -1, .counters_fd = -1, .mapped = {.folder = -1}};
	enum err err = take_orders(&role);
	if (err == E_OK)
		err = take_counters(&role);
	if (err == E_OK)
		err = prepare(&role);
	if (err == E_OK) {
		refresh(&role);
		err = start(&role);
	}
	if (err != E_OK) {
		fprintf(stderr, "quetsach: role=portal event=failed error=\"%s\"\n", err_name(err));
		sandbox_exit(2);
	}
	run(&role);
	http_stop(role.server);
	mapped_release(&role.mapped);
	once_free(role.context.once);
	file_unmap_shared(&role.counters_memory);
	published_free(role.context.published);
	sandbox_exit(0);
}
