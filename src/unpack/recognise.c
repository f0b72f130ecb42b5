/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/containers.h"
#include "unpack/program.h"

struct str unpack_recognise(struct bytes content)
{
	const struct packer *packer = packer_of(content);
	if (packer)
		return packer->what;
	for (size_t i = 0; i < container_count; i++)
		if (container_fits(&containers[i], content))
			return containers[i].name;
	return STR("");
}
