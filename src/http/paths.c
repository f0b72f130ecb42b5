/* SPDX-License-Identifier: Apache-2.0 */
#include "http/paths.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

struct place {
	struct str path; /* NULL: free */
	struct found found;
};

struct below {
	const struct http_route *route;
};

struct paths {
	struct below *below; /* longest first */
	size_t below_count;
	struct place *places; /* open addressing */
	size_t mask;
};

static struct place *find_place(const struct paths *p, struct str path)
{
	size_t at = XXH3_64bits(path.data, path.size) & p->mask;
	while (p->places[at].path.data && !str_equal(p->places[at].path, path))
		at = (at + 1) & p->mask;
	return &p->places[at];
}

static void put(struct paths *p, struct str path, struct found found)
{
	struct place *place = find_place(p, path);
	if (!place->path.data)
		*place = (struct place){path, found};
}

static int longer_first(const void *a, const void *b)
{
	const struct below *left = a;
	const struct below *right = b;
	size_t sizes[2] = {left->route->path.size, right->route->path.size};
	return (sizes[0] < sizes[1]) - (sizes[0] > sizes[1]);
}

static void fill(struct paths *p, const struct http_site *site)
{
	for (size_t i = 0; i < site->asset_count; i++)
		put(p, site->assets[i].path, (struct found){.asset = &site->assets[i]});
	for (size_t i = 0; i < site->route_count; i++) {
		const struct http_route *route = &site->routes[i];
		if (route->below)
			p->below[p->below_count++].route = route;
		else
			put(p, route->path, (struct found){.route = route});
	}
	if (p->below_count > 0)
		qsort(p->below, p->below_count, sizeof(*p->below), longer_first);
}

struct paths *paths_new(const struct http_site *site)
{
	struct paths *p = calloc(1, sizeof(*p));
	size_t size = 8;
	if (!p)
		return NULL;
	while (size < 2 * (site->route_count + site->asset_count + 1))
		size *= 2;
	p->mask = size - 1;
	p->places = calloc(size, sizeof(*p->places));
	p->below = calloc(site->route_count + 1, sizeof(*p->below));
	if (!p->places || !p->below) {
		paths_free(p);
		return NULL;
	}
	fill(p, site);
	return p;
}

void paths_free(struct paths *p)
{
	if (!p)
		return;
	free(p->places);
	free(p->below);
	free(p);
}

struct found paths_find(const struct paths *p, struct str path)
{
	const struct place *place = find_place(p, path);
	if (place->path.data)
		return place->found;
	for (size_t i = 0; i < p->below_count; i++) {
		const struct http_route *route = p->below[i].route;
		if (path.size > route->path.size && str_starts(path, route->path))
			return (struct found){.route = route};
	}
	return (struct found){0};
}
