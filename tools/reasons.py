#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reasons and their messages: reasons.py OUT.c PREFIX FILE.po [PREFIX FILE.po]… makes
reason_message(), which knows "runs-hidden" for every msgid "PREFIX_RUNS_HIDDEN" of a file."""
import re
import sys
from pathlib import Path


def main():
    out, *given = sys.argv[1:]
    found = {}
    for prefix, po in zip(given[::2], given[1::2]):
        for name in re.findall(rf'^msgid "{prefix}_([A-Z0-9_]+)"$', Path(po).read_text("utf-8"), re.M):
            found.setdefault(name.lower().replace("_", "-"), f"MESSAGE_{prefix}_{name}")
    rows = "\n".join(f'\t{{STR_INIT("{key}"), {message}}},' for key, message in sorted(found.items()))
    Path(out).write_text(f"""/* Made from po/ by tools/reasons.py. */
#include "scanner/things.h"

static const struct {{
	struct str key;
	enum message message;
}} reasons[] = {{
{rows}
}};

bool reason_message(struct str key, enum message *ret_message)
{{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {{
		if (!str_equal(reasons[i].key, key))
			continue;
		*ret_message = reasons[i].message;
		return true;
	}}
	return false;
}}
""")


main()
