/* SPDX-License-Identifier: Apache-2.0 */
/* Objects whose relations say more of an attribute than its type does; their templates are in
 * MISP/misp-objects. */
#include "feed/misp_objects.h"

#include "feed/field.h"

enum misp_part misp_object_part(struct str object, struct str relation)
{
	static const struct {
		struct str object, relation;
		enum misp_part part;
	} parts[] = {
		{STR_INIT("ddos"), STR_INIT("ip-dst"), MISP_PART_TARGET},
		{STR_INIT("authentication-failure-report"), STR_INIT("ip-dst"), MISP_PART_TARGET},
		{STR_INIT("victim"), STR_INIT("ip-address"), MISP_PART_TARGET},
		{STR_INIT("intelmq_event"), STR_INIT("destination.ip"), MISP_PART_TARGET},
		{STR_INIT("intelmq_event"), STR_INIT("source.network"), MISP_PART_BESIDE},
		{STR_INIT("intelmq_event"), STR_INIT("source.local_ip"), MISP_PART_BESIDE},
		{STR_INIT("intelmq_event"), STR_INIT("destination.network"), MISP_PART_BESIDE},
		{STR_INIT("intelmq_event"), STR_INIT("destination.local_ip"), MISP_PART_BESIDE},
		/* The original line, and what had no place of its own, as one text. */
		{STR_INIT("intelmq_event"), STR_INIT("raw"), MISP_PART_NOTHING},
		{STR_INIT("intelmq_event"), STR_INIT("extra"), MISP_PART_NOTHING},
		{STR_INIT("intelmq_event"), STR_INIT("output"), MISP_PART_NOTHING},
	};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (str_equal(object, parts[i].object) && str_equal(relation, parts[i].relation))
			return parts[i].part;
	return field_private(relation) ? MISP_PART_NOTHING : MISP_PART_BY_TYPE;
}
