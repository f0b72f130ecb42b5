/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/containers.h"

struct str unpack_recognise(struct bytes content)
{
	for (size_t i = 0; i < container_count; i++)
		if (container_fits(&containers[i], content))
			return containers[i].name;
	return STR("");
}
