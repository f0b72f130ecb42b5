/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/limits.h"
#include "survey/connections.h"
#include "survey/connections_files.h"
#include "survey/regions.h"
#include "survey/survey.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool within(struct str part, struct bytes whole)
{
	const uint8_t *start = (const uint8_t *)part.data;
	return part.size == 0 ||
	       (start >= whole.data && part.size <= whole.size - (size_t)(start - whole.data));
}

/* Texts are of the content, or of the path for the file itself. */
static enum err on_entry(void *context, const struct place_entry *e)
{
	const struct bytes *content = context;
	if (e->text.size > LIMIT_PLACE_TEXT || e->line > content->size + 1)
		abort();
	if (e->line > 0 && (!within(e->text, *content) || !within(e->program, *content)))
		abort();
	if ((e->sign == SIGN_NONE) != (e->why.size == 0))
		abort();
	return E_OK;
}

static enum err on_connection(void *context, const struct connection *c)
{
	(void)context;
	(void)c;
	return E_OK;
}

static enum err on_region(void *context, const struct region *r)
{
	if (r->to <= r->from || !within(r->path, *(const struct bytes *)context))
		abort();
	return E_OK;
}

static enum err on_host(void *context, const struct host_entry *e)
{
	const struct bytes *content = context;
	if (!within(e->text, *content) || !within(e->name, *content) || e->line == 0)
		abort();
	return E_OK;
}

static void read_tables(struct bytes content)
{
	const struct connection_sink connections = {NULL, on_connection};
	const struct region_sink regions = {&content, on_region};
	const struct host_sink hosts = {&content, on_host};
	if (hosts_read(content, &hosts) != E_OK || resolver_read(content, &hosts) != E_OK)
		abort();
	enum err err = connections_read(content, &connections);
	if (err != E_OK && err != E_SYNTAX)
		abort();
	err = memory_regions_read(content, &regions);
	if (err != E_OK && err != E_SYNTAX)
		abort();
}

/* The first byte chooses the place. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t count;
	const struct place *places = survey_places(&count);
	if (size == 0)
		return 0;
	struct bytes content = {data + 1, size - 1};
	const struct place_sink sink = {&content, on_entry};
	/* Only files of Windows have a form that can be broken. */
	const struct place *place = &places[data[0] % count];
	if (place->read(content, STR("x"), &sink) != E_OK && !place->windows)
		abort();
	read_tables(content);
	survey_place_of((struct str){(const char *)content.data, content.size});
	return 0;
}
