/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "feed/json_fields.h"
#include "feed/record.h"

/* What misp.c takes out of an event and misp_row.c makes rows of: within these two only. All texts
 * live as long as the event. */
struct misp_tag {
	struct str name;
	struct misp_tag *next;
};

struct misp_attribute {
	struct str type, category, value, comment, to_ids, deleted;
	struct str uuid, timestamp, first_seen, last_seen;
	struct str relation; /* what it is in its object; empty: it stands alone */
	struct misp_tag *tags;
	struct json_place place;
	struct str raw;
	struct misp_attribute *next;
	struct misp_attribute *next_neighbour; /* of those that go to every address as extras */
};

/* What stands around attributes: an object, or nothing. */
struct misp_object {
	struct str name, deleted, first_seen, last_seen;
	struct misp_attribute *attributes;
};

struct misp_event {
	struct str uuid, info, date, organisation;
	struct misp_tag *tags;
};

/* A row of every address of the object; attributes that give none are skipped. */
MUST_CHECK enum err misp_object_rows(struct record *r, const struct misp_event *event,
	const struct misp_object *object, struct problem *problem);

/* The family an attribute or its event is tagged with; empty: none. */
struct str misp_malware(const struct misp_tag *tags);
