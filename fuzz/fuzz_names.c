/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "model/botnet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* First line: a pattern; every further line: a raw name. A name resolves twice to the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest;
	struct str input = {(const char *)data, size};
	struct name_rule rule = {str_cut(input, '\n', &rest), STR("Rule"), STR("")};
	struct problem problem;
	struct names *names = NULL;
	size_t bad;
	enum err checked = name_rule_check(&rule, &problem);
	if (names_new(&rule, 1, &problem, &bad, &names) != checked)
		abort();
	if (checked != E_OK)
		return 0;
	while (rest.size) {
		bool mapped, mapped_again;
		struct str raw = str_cut(rest, '\n', &rest);
		struct str name = names_resolve(names, raw, &mapped);
		struct str again = names_resolve(names, raw, &mapped_again);
		if (name.size == 0 || !str_equal(name, again) || mapped != mapped_again)
			abort();
	}
	names_free(names);
	return 0;
}
