/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the QR code of standard input to standard output, for test_qr_reads.py. */
#include <stdio.h>

#include "format/qr.h"

int main(void)
{
	char text[1000];
	size_t size = fread(text, 1, sizeof(text), stdin);
	struct writer w;
	struct html h;
	writer_init(&w, (size_t)1 << 20);
	html_init_piece(&h, &w);
	qr_write(&h, (struct str){text, size}, STR("QR"));
	bool whole = html_end(&h) == E_OK && fwrite(w.data, 1, w.size, stdout) == w.size;
	writer_release(&w);
	return whole ? 0 : 1;
}
