/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"

/* What an attribute of an object is, by the object's name and the attribute's relation: within
 * misp*.c only. */
enum misp_part {
	MISP_PART_BY_TYPE, /* its type says it all */
	MISP_PART_TARGET,  /* an address that was attacked or called: accused of nothing */
	MISP_PART_BESIDE,  /* kept as an extra, whatever its type */
	MISP_PART_NOTHING, /* never kept: what people typed */
	MISP_PART__COUNT
};

enum misp_part misp_object_part(struct str object, struct str relation);
