/* SPDX-License-Identifier: Apache-2.0 */
#include "format/html.h"

static const struct str void_elements[] = {STR_INIT("area"), STR_INIT("base"), STR_INIT("br"),
	STR_INIT("col"), STR_INIT("embed"), STR_INIT("hr"), STR_INIT("img"), STR_INIT("input"),
	STR_INIT("link"), STR_INIT("meta"), STR_INIT("source"), STR_INIT("track"), STR_INIT("wbr")};

static const struct str address_attributes[] = {
	STR_INIT("href"), STR_INIT("src"), STR_INIT("action"), STR_INIT("formaction")};

/* What an address may begin with. "//" would leave the site, so '/' is looked at apart. */
static const struct str address_starts[] = {STR_INIT("https://"), STR_INIT("http://"),
	STR_INIT("mailto:"), STR_INIT("tel:"), STR_INIT("sms:"), STR_INIT("#"), STR_INIT("?")};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool is_one_of(struct str s, const struct str *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(s, list[i]))
			return true;
	return false;
}

static bool address_allowed(struct str value)
{
	if (value.size > 0 && value.data[0] == '/')
		return value.size == 1 || (value.data[1] != '/' && value.data[1] != '\\');
	for (size_t i = 0; i < COUNT(address_starts); i++)
		if (str_starts(value, address_starts[i]))
			return true;
	return false;
}

static void end_tag(struct html *h)
{
	if (h->in_tag)
		writer_text(h->out, h->empty ? "/>" : ">");
	h->in_tag = false;
	h->empty = false;
}

void html_init_piece(struct html *h, struct writer *out)
{
	*h = (struct html){.out = out};
}

void html_init_document(struct html *h, struct writer *out)
{
	html_init_piece(h, out);
	writer_text(out, "<!doctype html>\n");
}

void html_init_xml(struct html *h, struct writer *out)
{
	*h = (struct html){.out = out, .xml = true};
	writer_text(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
}

static void begin_tag(struct html *h, const char *element)
{
	end_tag(h);
	writer_char(h->out, '<');
	writer_text(h->out, element);
	h->in_tag = true;
}

void html_open(struct html *h, const char *element)
{
	begin_tag(h, element);
	if (h->depth == HTML_DEPTH ||
		is_one_of(str_from(element), void_elements, COUNT(void_elements))) {
		writer_fail(h->out, E_USAGE);
		return;
	}
	h->open[h->depth++] = element;
}

void html_void(struct html *h, const char *element)
{
	begin_tag(h, element);
	h->empty = h->xml;
	if (!is_one_of(str_from(element), void_elements, COUNT(void_elements)))
		writer_fail(h->out, E_USAGE);
}

void html_close(struct html *h, const char *element)
{
	end_tag(h);
	if (h->depth == 0 || !str_equal(str_from(h->open[h->depth - 1]), str_from(element))) {
		writer_fail(h->out, E_USAGE);
		return;
	}
	h->depth--;
	writer_text(h->out, "</");
	writer_text(h->out, element);
	writer_char(h->out, '>');
}

/* The reference of a character that must not stand as it is; empty for one that may. */
static struct str reference(unsigned char c)
{
	switch (c) {
	case '&':
		return STR("&amp;");
	case '<':
		return STR("&lt;");
	case '>':
		return STR("&gt;");
	case '"':
		return STR("&quot;");
	case '\'':
		return STR("&#39;");
	default:
		break;
	}
	bool control = (c < 0x20 && c != '\t' && c != '\n') || c == 0x7F;
	return control ? STR("\xEF\xBF\xBD") : STR("");
}

/* U+0080 … U+009F, and what is no character of XML 1.0: U+FFFE, U+FFFF. */
static bool is_no_text(struct str s, size_t length)
{
	const unsigned char *at = (const unsigned char *)s.data;
	return (length == 2 && at[0] == 0xC2 && at[1] < 0xA0) ||
	       (length == 3 && at[0] == 0xEF && at[1] == 0xBF && at[2] >= 0xBE);
}

/* Bytes at the start of s that need no change. */
static size_t plain_length(struct str s)
{
	size_t at = 0;
	while (at < s.size) {
		struct str rest = {s.data + at, s.size - at};
		size_t length = utf8_length(rest);
		if (length == 0 || is_no_text(rest, length) ||
			reference((unsigned char)s.data[at]).size > 0)
			break;
		at += length;
	}
	return at;
}

static void write_escaped(struct writer *out, struct str s)
{
	while (s.size > 0) {
		size_t length = plain_length(s);
		writer_str(out, (struct str){s.data, length});
		s = (struct str){s.data + length, s.size - length};
		if (s.size == 0)
			return;
		struct str instead = reference((unsigned char)s.data[0]);
		length = utf8_length(s);
		writer_str(out, instead.size > 0 ? instead : STR("\xEF\xBF\xBD"));
		length = length ? length : 1;
		s = (struct str){s.data + length, s.size - length};
	}
}

void html_flag(struct html *h, const char *name)
{
	if (!h->in_tag) {
		writer_fail(h->out, E_USAGE);
		return;
	}
	writer_char(h->out, ' ');
	writer_text(h->out, name);
}

void html_attribute(struct html *h, const char *name, struct str value)
{
	struct str n = str_from(name);
	if (str_starts(n, STR("on")) || str_equal(n, STR("style")))
		writer_fail(h->out, E_USAGE);
	if (is_one_of(n, address_attributes, COUNT(address_attributes)) && !address_allowed(value))
		writer_fail(h->out, E_USAGE);
	html_flag(h, name);
	writer_text(h->out, "=\"");
	write_escaped(h->out, value);
	writer_char(h->out, '"');
}

void html_text(struct html *h, struct str text)
{
	end_tag(h);
	write_escaped(h->out, text);
}

void html_asset(struct html *h, struct str markup)
{
	end_tag(h);
	writer_str(h->out, markup);
}

void html_open_class(struct html *h, const char *element, const char *css_class)
{
	html_open(h, element);
	if (css_class)
		html_attribute(h, "class", str_from(css_class));
}

void html_leaf(struct html *h, const char *element, const char *css_class, struct str text)
{
	html_open_class(h, element, css_class);
	html_text(h, text);
	html_close(h, element);
}

void html_link(struct html *h, const char *css_class, struct str href, struct str text)
{
	html_open_class(h, "a", css_class);
	html_attribute(h, "href", href);
	html_text(h, text);
	html_close(h, "a");
}

enum err html_end(struct html *h)
{
	end_tag(h);
	if (h->depth > 0)
		writer_fail(h->out, E_USAGE);
	return writer_end(h->out);
}
