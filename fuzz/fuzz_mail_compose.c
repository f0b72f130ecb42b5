/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "mail/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Lines "to", "from-name", "subject", and the rest is the text. Whatever they hold, the headers are
 * ours: each is there once, lines are short and ASCII. */
static void check(struct str s)
{
	static const char names[] = "FTSDMACMCC";
	size_t header = 0;
	bool body = false;
	while (s.size > 0) {
		size_t end = str_find(s, STR("\r\n"));
		if (end == s.size)
			abort();
		for (size_t i = 0; i < end; i++)
			if ((s.data[i] < ' ' && s.data[i] != '\t') || s.data[i] > '~')
				abort();
		/* An address alone may take a line past 76. */
		if (end > (body ? 76 : 300))
			abort();
		if (!body && end > 0 && s.data[0] != ' ' &&
			(header >= sizeof(names) - 1 || s.data[0] != names[header++]))
			abort();
		body = body || end == 0;
		s = (struct str){s.data + end + 2, s.size - end - 2};
	}
	if (!body || header != sizeof(names) - 1)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = {(const char *)data, size};
	struct mail_message m = {.id = STR("a"), .from = STR("a@b.example")};
	struct problem problem;
	struct writer w;
	m.to = str_cut(rest, '\n', &rest);
	m.from_name = str_cut(rest, '\n', &rest);
	m.subject = str_cut(rest, '\n', &m.text);
	writer_init(&w, (size_t)4 << 20);
	if (mail_compose(&m, (struct instant){1603238399}, &w, &problem) == E_OK)
		check(writer_view_str(&w));
	writer_release(&w);
	return 0;
}
