/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/worker_parts.h"

static enum err on_entry(void *context, const struct place_entry *entry)
{
	worker_say(context, &(struct answer){.kind = ANSWER_ENTRY, .entry = *entry});
	return worker_late(context) ? E_TIMEOUT : E_OK;
}

static const struct place *place_by_key(struct str key)
{
	size_t count;
	const struct place *places = survey_places(&count);
	for (size_t i = 0; i < count; i++)
		if (str_equal(places[i].key, key))
			return &places[i];
	return NULL;
}

void worker_read_place(struct worker *w, struct bytes content)
{
	const struct place *place = place_by_key(w->task->extra);
	const struct place_sink sink = {w, on_entry};
	enum err err = place ? place->read(content, w->task->path, &sink) : E_UNKNOWN;
	if (err != E_OK)
		worker_unscanned(
			w, STR(""), err == E_TIMEOUT ? UNSCANNED_TIME : UNSCANNED_DAMAGED, STR(""));
}
