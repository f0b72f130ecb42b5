/* SPDX-License-Identifier: Apache-2.0 */
/* The process: its routes, and what each of its threads keeps. */
#include "desk/serve.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "desk/assets.h"
#include "desk/desk_parts.h"
#include "desk/routes.h"
#include "desk/site_contents.h"

static const struct http_route http_routes[] = {
	{.path = STR_INIT("/"), .handle = desk_answer},
	{.path = STR_INIT("/desk"), .handle = desk_answer},
	{.path = STR_INIT("/desk/"), .handle = desk_answer},
	{.path = STR_INIT("/desk/vi"), .handle = desk_answer},
	{.path = STR_INIT("/desk/en"), .handle = desk_answer},
	{.path = STR_INIT("/desk/vi/"), .handle = desk_answer},
	{.path = STR_INIT("/desk/en/"), .handle = desk_answer},
	{.path = STR_INIT("/desk/vi/"), .handle = desk_answer, .below = true},
	{.path = STR_INIT("/desk/en/"), .handle = desk_answer, .below = true},
};

bool desk_path_split(struct str path, enum lang *ret_lang, struct str *ret_below)
{
	const struct str prefix = STR("/desk/");
	struct str rest;
	if (!str_starts(path, prefix))
		return false;
	path = (struct str){path.data + prefix.size, path.size - prefix.size};
	if (!memchr(path.data, '/', path.size))
		return false;
	if (!lang_parse(str_cut(path, '/', &rest), ret_lang))
		return false;
	*ret_below = rest;
	return true;
}

/* What the table of routes says about an address, before anything of a body is read. */
static struct http_intake intake(const struct http_request *q, bool post)
{
	enum lang lang;
	struct str below;
	struct str parts[3];
	unsigned allowed = 0;
	if (!desk_path_split(q->path, &lang, &below))
		return (struct http_intake){0};
	const struct desk_route *route =
		desk_route_find(below, post ? DESK_POST : DESK_GET, parts, &allowed);
	return (struct http_intake){.post = (allowed & DESK_POST) != 0,
		.only_post = allowed == DESK_POST,
		.body = LIMIT_FORM_BYTES + (route ? route->upload : 0),
		.slow = route && route->slow && (post || route->methods == DESK_GET)};
}

static void thread_end(void *context)
{
	struct desk_thread *t = context;
	if (t->open)
		office_close(&t->office);
	store_close(t->store);
	arena_release(&t->arena);
	free(t);
}

struct desk_thread *desk_thread(struct desk *d)
{
	struct desk_thread *t = pthread_getspecific(d->thread);
	if (t)
		return t;
	t = calloc(1, sizeof(*t));
	if (!t)
		return NULL;
	arena_init(&t->arena, DESK_ARENA);
	if (pthread_setspecific(d->thread, t) != 0) {
		thread_end(t);
		return NULL;
	}
	return t;
}

/* Makes the office where there is none. */
static enum err try_office(const struct desk_settings *settings)
{
	struct office office;
	TRY(office_open(&office, settings->folder, true));
	office_close(&office);
	return E_OK;
}

static enum err open_spool(struct desk *d)
{
	int folder = -1;
	TRY(folder_open(AT_FDCWD, d->settings.folder, &folder));
	enum err err = mail_spool_open(folder, true, &d->spool);
	file_close(&folder);
	d->has_spool = err == E_OK;
	return err;
}

static enum err gather_assets(struct desk *d)
{
	const struct desk_contents *contents = d->settings.contents;
	size_t more = contents ? contents->asset_count : 0;
	d->assets = calloc(DESK_ASSET__COUNT + more, sizeof(*d->assets));
	if (!d->assets)
		return E_NOMEM;
	for (size_t i = 0; i < DESK_ASSET__COUNT; i++)
		d->assets[d->asset_count++] = desk_assets_table()[i];
	for (size_t i = 0; i < more; i++)
		d->assets[d->asset_count++] = contents->assets()[i];
	return E_OK;
}

enum err desk_new(const struct desk_settings *settings, struct desk **ret_desk)
{
	struct desk *d = calloc(1, sizeof(*d));
	if (!d)
		return E_NOMEM;
	d->settings = *settings;
	pthread_mutex_init(&d->posting, NULL);
	d->has_key = pthread_key_create(&d->thread, thread_end) == 0;
	enum err err = d->has_key ? try_office(settings) : E_NOMEM;
	if (err == E_OK)
		err = open_spool(d);
	if (err == E_OK)
		err = gather_assets(d);
	if (err == E_OK)
		*ret_desk = d;
	else
		desk_free(d);
	return err;
}

void desk_free(struct desk *d)
{
	if (!d)
		return;
	if (d->has_spool)
		mail_spool_close(&d->spool);
	if (d->has_key)
		pthread_key_delete(d->thread);
	pthread_mutex_destroy(&d->posting);
	free(d->assets);
	free(d);
}

struct http_site desk_site(struct desk *d)
{
	return (struct http_site){.routes = http_routes,
		.route_count = sizeof(http_routes) / sizeof(http_routes[0]),
		.assets = d->assets,
		.asset_count = d->asset_count,
		.error = desk_error,
		.context = d,
		.intake = intake};
}
