/* SPDX-License-Identifier: Apache-2.0 */
#include "server/zone.h"

#include "os/zone_file.h"

struct zone *zone_load(struct str name)
{
	struct writer file;
	struct zone *zone = NULL;
	writer_init(&file, ZONE_FILE_BYTES);
	enum err err = zone_file_load(name, &file);
	if (err == E_OK)
		err = zone_parse(writer_view(&file), &zone);
	writer_release(&file);
	return err == E_OK ? zone : NULL;
}

struct str zone_name(struct context *c, const struct store *store)
{
	char usual[ZONE_NAME_SIZE];
	struct str given = options_str(&c->options, "zone");
	if (given.size > 0)
		return given;
	zone_of_country(store_country(store), usual);
	return arena_copy(&c->arena, str_from(usual));
}
