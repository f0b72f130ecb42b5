/* SPDX-License-Identifier: Apache-2.0 */
#include "format/markdown_words.h"

#include "format/markdown_tree.h"

/* --- placeholders --- */

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* Length of "{name}" at the start of s, 0 where there is none. */
static size_t placeholder_length(struct str s)
{
	size_t at = 1;
	if (s.size == 0 || s.data[0] != '{')
		return 0;
	while (at < s.size && is_name(s.data[at]))
		at++;
	return at > 1 && at < s.size && s.data[at] == '}' ? at + 1 : 0;
}

/* U+202A–202E and U+2066–2069 could make a page read otherwise than it is. */
static size_t direction_length(struct str s)
{
	if (s.size < 3 || s.data[0] != '\xE2')
		return 0;
	unsigned char second = (unsigned char)s.data[1];
	unsigned char third = (unsigned char)s.data[2];
	bool old = second == 0x80 && third >= 0xAA && third <= 0xAE;
	return old || (second == 0x81 && third >= 0xA6 && third <= 0xA9) ? 3 : 0;
}

static struct str after(struct str s, size_t size)
{
	return (struct str){s.data + size, s.size - size};
}

static struct str value_of(struct str placeholder, const struct markdown *how)
{
	struct str name = {placeholder.data + 1, placeholder.size - 2};
	return how->value(how->context, name);
}

bool words_next(struct str *rest, const struct markdown *how, struct str *ret_piece)
{
	size_t size;
	while ((size = direction_length(*rest)) > 0)
		*rest = after(*rest, size);
	if (rest->size == 0)
		return false;
	size = how->value ? placeholder_length(*rest) : 0;
	struct str piece = {rest->data, size};
	struct str value = size ? value_of(piece, how) : piece;
	if (size == 0 || !value.data) {
		size = size ? size : 1;
		while (size < rest->size && rest->data[size] != '{' &&
			direction_length(after(*rest, size)) == 0)
			size++;
		value = (struct str){rest->data, size};
	}
	*ret_piece = value;
	*rest = after(*rest, size);
	return true;
}

static bool lacks(struct str s, const struct markdown *how)
{
	for (; s.size > 0; s = after(s, 1)) {
		size_t size = placeholder_length(s);
		if (size > 0 && !value_of((struct str){s.data, size}, how).data)
			return true;
	}
	return false;
}

/* --- leaving out --- */

static bool node_lacks(cmark_node *node, const struct markdown *how)
{
	cmark_node_type type = cmark_node_get_type(node);
	if (type == CMARK_NODE_TEXT)
		return lacks(str_from(cmark_node_get_literal(node)), how);
	if (type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE)
		return lacks(str_from(cmark_node_get_url(node)), how);
	return false;
}

static bool is(cmark_node *node, cmark_node_type type)
{
	return node && cmark_node_get_type(node) == type;
}

/* What goes when a node goes: its paragraph or row, and the list item or table that is nothing
 * without. */
static cmark_node *block_of(cmark_node *node)
{
	while (!words_is_block(node) || markdown_is(node, "table_cell"))
		node = cmark_node_parent(node);
	cmark_node *parent = cmark_node_parent(node);
	bool first = !cmark_node_previous(node);
	bool whole = first && cmark_node_get_type(parent) == CMARK_NODE_ITEM;
	if (markdown_is(parent, "table")) {
		cmark_node *second = cmark_node_next(cmark_node_first_child(parent));
		whole = first || !cmark_node_next(second);
	}
	return whole ? parent : node;
}

/* A heading says nothing when the next of its level or the end follows at once. */
static bool is_idle(cmark_node *heading, cmark_node *next)
{
	if (!is(heading, CMARK_NODE_HEADING))
		return false;
	return !next ||
	       (is(next, CMARK_NODE_HEADING) &&
		       cmark_node_get_heading_level(next) <= cmark_node_get_heading_level(heading));
}

/* Takes a block out, and all that nothing is left of. Returns where to go on. */
static cmark_node *leave_out(cmark_node *root, cmark_node *block)
{
	cmark_node *parent = cmark_node_parent(block);
	while (parent != root && cmark_node_first_child(parent) == cmark_node_last_child(parent)) {
		block = parent;
		parent = cmark_node_parent(block);
	}
	cmark_node *go_on = markdown_following(root, block);
	cmark_node *next = cmark_node_next(block);
	cmark_node *before = cmark_node_previous(block);
	cmark_node_free(block);
	while (is_idle(before, next)) {
		cmark_node *idle = before;
		before = cmark_node_previous(idle);
		cmark_node_free(idle);
	}
	return go_on;
}

void words_prune(cmark_node *root, const struct markdown *how)
{
	cmark_node *node = how->value ? cmark_node_first_child(root) : NULL;
	while (node) {
		cmark_node *child = cmark_node_first_child(node);
		if (node_lacks(node, how))
			node = leave_out(root, block_of(node));
		else
			node = child ? child : markdown_following(root, node);
	}
}

/* --- plain text --- */

bool words_holds(cmark_node *node, struct str *ret_literal)
{
	static const cmark_node_type types[] = {CMARK_NODE_TEXT, CMARK_NODE_CODE,
		CMARK_NODE_HTML_INLINE, CMARK_NODE_CODE_BLOCK, CMARK_NODE_HTML_BLOCK};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (is(node, types[i])) {
			*ret_literal = str_from(cmark_node_get_literal(node));
			return true;
		}
	return false;
}

bool words_is_block(cmark_node *node)
{
	cmark_node_type type = cmark_node_get_type(node);
	return (type & CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_BLOCK;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Runs of white space and control characters are one space, none in front. */
static void write_line(struct writer *w, struct str s)
{
	for (size_t i = 0; i < s.size; i++) {
		bool space = is_space(s.data[i]) || (unsigned char)s.data[i] < 0x20;
		if (!space)
			writer_char(w, s.data[i]);
		else if (w->size > 0 && w->data[w->size - 1] != ' ')
			writer_char(w, ' ');
	}
}

static void gather_one(cmark_node *node, const struct markdown *how, struct writer *w)
{
	struct str literal;
	struct str piece;
	bool break_here = is(node, CMARK_NODE_SOFTBREAK) || is(node, CMARK_NODE_LINEBREAK);
	if (markdown_is(node, "table_cell") && cmark_node_previous(node))
		write_line(w, STR(", "));
	else if (break_here || words_is_block(node))
		write_line(w, STR(" "));
	if (!words_holds(node, &literal))
		return;
	if (is(node, CMARK_NODE_TEXT))
		while (words_next(&literal, how, &piece))
			write_line(w, piece);
	else
		write_line(w, literal);
}

/* Where the writer was full the last character may be half a one. */
static void end_whole(struct writer *w)
{
	size_t size = w->size;
	while (size > 0 && ((unsigned char)w->data[size - 1] & 0xC0) == 0x80)
		size--;
	w->size = size > 0 ? size - 1 : 0;
}

void words_gather(cmark_node *node, const struct markdown *how, struct writer *w)
{
	for (cmark_node *at = node; at && w->err == E_OK;) {
		gather_one(at, how, w);
		cmark_node *child = cmark_node_first_child(at);
		at = child ? child : at == node ? NULL : markdown_following(node, at);
	}
	if (w->err == E_LIMIT)
		end_whole(w);
}

/* --- addresses --- */

/* White space and backslashes are read otherwise by browsers than they are written. */
static bool is_plain(struct str address)
{
	for (size_t i = 0; i < address.size; i++) {
		unsigned char c = (unsigned char)address.data[i];
		if (c <= 0x20 || c == 0x7F || c == '\\')
			return false;
	}
	return address.size > 0;
}

static bool is_own(struct str address)
{
	return address.size > 0 && address.data[0] == '/' &&
	       (address.size == 1 || address.data[1] != '/');
}

static bool starts_nocase(struct str s, struct str prefix)
{
	return s.size >= prefix.size && str_equal_nocase((struct str){s.data, prefix.size}, prefix);
}

/* In lower case, as the writer of pages wants it. */
static struct str scheme_of(struct str address)
{
	static const struct str schemes[] = {
		STR_INIT("https://"), STR_INIT("http://"), STR_INIT("mailto:"), STR_INIT("tel:")};
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (starts_nocase(address, schemes[i]))
			return schemes[i];
	return STR("");
}

/* A number as people write it, "(024) 3795 8282", is dialled without the rest. */
static void write_number(struct writer *w, struct str number)
{
	for (size_t i = 0; i < number.size; i++)
		if ((number.data[i] >= '0' && number.data[i] <= '9') || number.data[i] == '+')
			writer_char(w, number.data[i]);
}

static void fill_in(struct writer *w, struct str url, const struct markdown *how)
{
	struct str piece;
	struct str scheme = scheme_of(url);
	bool number = str_equal(scheme, STR("tel:"));
	writer_str(w, scheme);
	url = after(url, scheme.size);
	while (words_next(&url, how, &piece)) {
		if (number)
			write_number(w, piece);
		else
			writer_str(w, piece);
	}
}

/* "check#top": the path of page "check" with "#top" after it. */
static struct str ask_page(struct str name, const struct markdown *how, struct writer *w)
{
	struct str fragment;
	struct str page = str_cut(name, '#', &fragment);
	struct str path = how->page ? how->page(how->context, page) : STR("");
	if (path.size == 0 || fragment.size == 0)
		return path;
	/* Behind the name, in the rest of the writer's memory. */
	struct writer whole = {.data = w->data + w->size,
		.capacity = w->limit - w->size,
		.limit = w->limit - w->size};
	writer_str(&whole, path);
	writer_char(&whole, '#');
	writer_str(&whole, fragment);
	return whole.err == E_OK ? writer_view_str(&whole) : STR("");
}

static struct str filled(const char *url, const struct markdown *how, struct writer *w)
{
	writer_clear(w);
	fill_in(w, str_from(url), how);
	return w->err == E_OK ? writer_view_str(w) : STR("");
}

struct str words_address(const char *url, const struct markdown *how, struct writer *w)
{
	struct str address = filled(url, how, w);
	if (str_starts(address, STR("page:")))
		address = ask_page(after(address, 5), how, w);
	struct str scheme = scheme_of(address);
	bool away = scheme.size > 0 && address.size > scheme.size;
	bool here = is_own(address) || (address.size > 1 && address.data[0] == '#');
	return (away || here) && is_plain(address) ? address : STR("");
}

struct str words_picture(const char *url, const struct markdown *how, struct writer *w)
{
	struct str address = filled(url, how, w);
	if (str_starts(address, STR("picture:")))
		address = how->page ? how->page(how->context, address) : STR("");
	else if (!str_starts(address, STR("/static/")))
		return STR("");
	return is_own(address) && is_plain(address) ? address : STR("");
}
