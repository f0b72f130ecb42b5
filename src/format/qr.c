/* SPDX-License-Identifier: Apache-2.0 */
#include "format/qr.h"

#include <qrencode.h>

#include "base/limits.h"

enum {
	ECI_UTF8 = 26,
	QUIET_ZONE = 4,       /* modules on each side, ISO/IEC 18004 6.3.8 */
	PATH_LIMIT = 64 << 10 /* bytes; a full code of LIMIT_QR_BYTES takes some 25,000 */
};

static bool is_ascii(struct str text)
{
	for (size_t i = 0; i < text.size; i++)
		if ((unsigned char)text.data[i] > 0x7F)
			return false;
	return true;
}

/* Readers guess what bytes past ASCII mean unless the code says that they are UTF-8. */
static int fill(QRinput *input, struct str text)
{
	if (!is_ascii(text) && QRinput_appendECIheader(input, ECI_UTF8) != 0)
		return -1;
	return QRinput_append(input, QR_MODE_8, (int)text.size, (const unsigned char *)text.data);
}

static QRcode *encode(struct writer *w, struct str text)
{
	if (text.size == 0 || text.size > LIMIT_QR_BYTES) {
		writer_fail(w, text.size == 0 ? E_USAGE : E_LIMIT);
		return NULL;
	}
	QRcode *code = NULL;
	QRinput *input = QRinput_new2(0, QR_ECLEVEL_M);
	if (input && fill(input, text) == 0)
		code = QRcode_encodeInput(input);
	QRinput_free(input);
	if (!code)
		writer_fail(w, E_NOMEM);
	return code;
}

static bool is_dark(const QRcode *code, int x, int y)
{
	return code->data[y * code->width + x] & 1;
}

/* One row: dark runs drawn, light ones skipped, as strokes along its middle. */
static void write_row(struct writer *w, const QRcode *code, int y)
{
	int pen = -1; /* where the stroke before ended */
	for (int x = 0; x < code->width; x++) {
		if (!is_dark(code, x, y))
			continue;
		int end = x;
		while (end < code->width && is_dark(code, end, y))
			end++;
		writer_char(w, pen < 0 ? 'M' : 'm');
		writer_decimal(w, (uint64_t)(pen < 0 ? QUIET_ZONE + x : x - pen));
		writer_char(w, ' ');
		writer_decimal(w, (uint64_t)(pen < 0 ? QUIET_ZONE + y : 0));
		writer_text(w, pen < 0 ? ".5h" : "h");
		writer_decimal(w, (uint64_t)(end - x));
		pen = end;
		x = end;
	}
}

/* An attribute made of a writer that is emptied for the next. */
static void give(struct html *h, const char *attribute, struct writer *w)
{
	if (writer_end(w) != E_OK)
		writer_fail(h->out, w->err);
	html_attribute(h, attribute, writer_view_str(w));
	writer_clear(w);
}

static void write_modules(struct html *h, struct writer *w, const QRcode *code)
{
	html_open(h, "rect");
	html_attribute(h, "width", STR("100%"));
	html_attribute(h, "height", STR("100%"));
	html_attribute(h, "fill", STR("#fff"));
	html_close(h, "rect");
	html_open(h, "path");
	html_attribute(h, "stroke", STR("#000"));
	for (int y = 0; y < code->width; y++)
		write_row(w, code, y);
	give(h, "d", w);
	html_close(h, "path");
}

static void write_code(struct html *h, const QRcode *code, struct str title)
{
	struct writer w;
	uint64_t side = (uint64_t)code->width + 2 * QUIET_ZONE;
	writer_init(&w, PATH_LIMIT);
	html_open_class(h, "svg", "qr");
	writer_text(&w, "0 0 ");
	writer_decimal(&w, side);
	writer_char(&w, ' ');
	writer_decimal(&w, side);
	give(h, "viewBox", &w);
	html_attribute(h, "role", STR("img"));
	html_attribute(h, "shape-rendering", STR("crispEdges"));
	html_leaf(h, "title", NULL, title);
	write_modules(h, &w, code);
	html_close(h, "svg");
	writer_release(&w);
}

void qr_write(struct html *h, struct str text, struct str title)
{
	QRcode *code = encode(h->out, text);
	if (!code)
		return;
	write_code(h, code, title);
	QRcode_free(code);
}
