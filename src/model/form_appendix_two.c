/* SPDX-License-Identifier: Apache-2.0 */
#include "model/form.h"

static const uint8_t appendix_two[] = {
#include "model/appendix_two.inc" /* made at build from data/forms/appendix-2.txt */
};

struct str form_appendix_two(void)
{
	return (struct str){(const char *)appendix_two, sizeof(appendix_two)};
}
