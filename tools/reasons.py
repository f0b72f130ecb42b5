#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reasons and their messages: reasons.py OUT.c PREFIX FILE.po makes reason_message(), which knows
"runs-hidden" for every msgid "PREFIX_RUNS_HIDDEN" of the file."""
import re
import sys
from pathlib import Path


def main():
    out, prefix, po = sys.argv[1:]
    names = re.findall(rf'^msgid "({prefix}_[A-Z0-9_]+)"$', Path(po).read_text("utf-8"), re.M)
    rows = "\n".join(f'\t{{STR_INIT("{name[len(prefix) + 1:].lower().replace("_", "-")}"), MESSAGE_{name}}},'
        for name in sorted(names))
    Path(out).write_text(f"""/* Made from {Path(po).name} by tools/reasons.py. */
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
