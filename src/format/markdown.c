/* SPDX-License-Identifier: Apache-2.0 */
#include "format/markdown.h"

#include <cmark-gfm-core-extensions.h>

#include "base/limits.h"
#include "format/markdown_slug.h"
#include "format/markdown_tree.h"
#include "format/markdown_words.h"

enum {
	ROOM = 4, /* levels that the deepest container and what it holds may need */
	ALT_BYTES = 1000,
	LABEL_BYTES = 200,
	SLUGS_MEMORY = 128 << 10,
	PLAIN_BEYOND = 16 /* bytes past the limit, to see that there is more */
};

struct rendering {
	struct html *h;
	const struct markdown *how;
	struct arena arena; /* of slugs */
	struct slugs slugs;
	size_t flat; /* containers open in the tree that are not open in the page */
	uint16_t column;
	cmark_node *link; /* that is open in the page; cmark lets links hold links */
	bool in_body;     /* of a table */
};

/* --- leaves --- */

static void write_words(struct rendering *r, struct str text)
{
	struct str piece;
	while (words_next(&text, r->how, &piece))
		html_text(r->h, piece);
}

/* The text below a node in an attribute. */
static void give_gathered(
	struct rendering *r, const char *attribute, cmark_node *node, size_t limit)
{
	uint8_t bytes[ALT_BYTES];
	struct writer w = {.data = bytes, .capacity = limit, .limit = limit};
	words_gather(node, r->how, &w);
	html_attribute(r->h, attribute, str_trim(writer_view_str(&w)));
}

/* A picture that may not be shown leaves its words. */
static void write_picture(struct rendering *r, cmark_node *node)
{
	uint8_t bytes[ADDRESS_BYTES];
	struct writer w = {.data = bytes, .capacity = ADDRESS_BYTES, .limit = ADDRESS_BYTES};
	struct str path = words_picture(cmark_node_get_url(node), r->how, &w);
	if (path.size == 0) {
		writer_clear(&w);
		words_gather(node, r->how, &w);
		html_text(r->h, writer_view_str(&w));
		return;
	}
	html_void(r->h, "img");
	html_attribute(r->h, "src", path);
	give_gathered(r, "alt", node, ALT_BYTES);
	html_attribute(r->h, "loading", STR("lazy"));
	html_attribute(r->h, "decoding", STR("async"));
}

static void write_code_block(struct rendering *r, struct str code)
{
	html_open(r->h, "pre");
	html_attribute(r->h, "tabindex", STR("0"));
	html_leaf(r->h, "code", NULL, code);
	html_close(r->h, "pre");
}

static bool write_leaf(struct rendering *r, cmark_node *node, cmark_node_type type)
{
	struct str literal = {0};
	bool holds = words_holds(node, &literal);
	if (type == CMARK_NODE_TEXT)
		write_words(r, literal);
	else if (type == CMARK_NODE_CODE)
		html_leaf(r->h, "code", NULL, literal);
	else if (type == CMARK_NODE_CODE_BLOCK)
		write_code_block(r, literal);
	else if (type == CMARK_NODE_HTML_BLOCK)
		html_leaf(r->h, "p", NULL, str_trim(literal));
	else if (holds)
		html_text(r->h, literal);
	else if (type == CMARK_NODE_SOFTBREAK)
		html_text(r->h, STR("\n"));
	else if (type == CMARK_NODE_LINEBREAK)
		html_void(r->h, "br");
	else if (type == CMARK_NODE_THEMATIC_BREAK)
		html_void(r->h, "hr");
	else if (type == CMARK_NODE_IMAGE)
		write_picture(r, node);
	else
		return false;
	return true;
}

/* --- containers --- */

static const char *const headings[] = {"h1", "h2", "h3", "h4", "h5", "h6"};

static const char *heading_element(const struct rendering *r, cmark_node *node)
{
	int level = r->how->heading + cmark_node_get_heading_level(node) - 1;
	return headings[level < 1 ? 0 : level > 6 ? 5 : level - 1];
}

static void open_heading(struct rendering *r, cmark_node *node)
{
	uint8_t bytes[ALT_BYTES];
	struct writer w = {.data = bytes, .capacity = ALT_BYTES, .limit = ALT_BYTES};
	html_open(r->h, heading_element(r, node));
	words_gather(node, r->how, &w);
	struct str slug = slug_make(&r->slugs, &r->arena, writer_view_str(&w));
	if (slug.size > 0)
		html_attribute(r->h, "id", slug);
}

static void open_link(struct rendering *r, cmark_node *node)
{
	const char *url = cmark_node_get_url(node);
	uint8_t bytes[ADDRESS_BYTES];
	struct writer w = {.data = bytes, .capacity = ADDRESS_BYTES, .limit = ADDRESS_BYTES};
	struct str address = words_address(url, r->how, &w);
	if (address.size == 0 || r->link)
		return;
	r->link = node;
	html_open(r->h, "a");
	html_attribute(r->h, "href", address);
	if (str_starts(address, STR("http")) && !str_starts(str_from(url), STR("page:")))
		html_attribute(r->h, "rel", STR("noopener noreferrer"));
}

static void close_link(struct rendering *r, cmark_node *node)
{
	if (r->link != node)
		return;
	html_close(r->h, "a");
	r->link = NULL;
}

static const char *list_element(cmark_node *node)
{
	return cmark_node_get_list_type(node) == CMARK_ORDERED_LIST ? "ol" : "ul";
}

static void open_list(struct rendering *r, cmark_node *node)
{
	int start = cmark_node_get_list_start(node);
	html_open(r->h, list_element(node));
	if (cmark_node_get_list_type(node) != CMARK_ORDERED_LIST || start == 1 || start < 0)
		return;
	uint8_t bytes[32];
	struct writer w = {.data = bytes, .capacity = sizeof(bytes), .limit = sizeof(bytes)};
	writer_decimal(&w, (uint64_t)start);
	html_attribute(r->h, "start", writer_view_str(&w));
}

/* In a tight list paragraphs are the items themselves. */
static bool is_tight(cmark_node *paragraph)
{
	cmark_node *item = cmark_node_parent(paragraph);
	return cmark_node_get_type(item) == CMARK_NODE_ITEM &&
	       cmark_node_get_list_tight(cmark_node_parent(item));
}

/* The title of a picture that has a paragraph to itself is what stands below it. */
static struct str caption_of(cmark_node *paragraph)
{
	cmark_node *child = cmark_node_first_child(paragraph);
	if (!child || cmark_node_next(child) || cmark_node_get_type(child) != CMARK_NODE_IMAGE)
		return STR("");
	return str_from(cmark_node_get_title(child));
}

static void open_paragraph(struct rendering *r, cmark_node *node)
{
	if (!is_tight(node))
		html_open(r->h, caption_of(node).size > 0 ? "figure" : "p");
}

static void close_paragraph(struct rendering *r, cmark_node *node)
{
	struct str caption = caption_of(node);
	if (is_tight(node))
		return;
	if (caption.size > 0) {
		html_open(r->h, "figcaption");
		write_words(r, caption);
		html_close(r->h, "figcaption");
	}
	html_close(r->h, caption.size > 0 ? "figure" : "p");
}

/* --- tables --- */

static void open_table(struct rendering *r, cmark_node *node)
{
	html_open_class(r->h, "div", "table");
	html_attribute(r->h, "role", STR("region"));
	html_attribute(r->h, "tabindex", STR("0"));
	give_gathered(r, "aria-label", cmark_node_first_child(node), LABEL_BYTES);
	html_open(r->h, "table");
	r->in_body = false;
}

static void close_table(struct rendering *r)
{
	if (r->in_body)
		html_close(r->h, "tbody");
	html_close(r->h, "table");
	html_close(r->h, "div");
}

static void open_row(struct rendering *r, bool header)
{
	r->column = 0;
	if (header || !r->in_body)
		html_open(r->h, header ? "thead" : "tbody");
	r->in_body = !header;
	html_open(r->h, "tr");
}

static void close_row(struct rendering *r, bool header)
{
	html_close(r->h, "tr");
	if (header)
		html_close(r->h, "thead");
}

static bool is_header_cell(cmark_node *cell)
{
	return markdown_is(cmark_node_parent(cell), "table_header");
}

static void open_cell(struct rendering *r, cmark_node *node)
{
	cmark_node *table = cmark_node_parent(cmark_node_parent(node));
	const uint8_t *sides = cmark_gfm_extensions_get_table_alignments(table);
	uint8_t side =
		r->column < cmark_gfm_extensions_get_table_columns(table) ? sides[r->column] : 0;
	r->column++;
	html_open(r->h, is_header_cell(node) ? "th" : "td");
	if (is_header_cell(node))
		html_attribute(r->h, "scope", STR("col"));
	if (side == 'r' || side == 'c')
		html_attribute(r->h, "align", side == 'r' ? STR("right") : STR("center"));
}

static void open_part_of_table(struct rendering *r, cmark_node *node)
{
	if (markdown_is(node, "table"))
		open_table(r, node);
	else if (markdown_is(node, "table_cell"))
		open_cell(r, node);
	else
		open_row(r, markdown_is(node, "table_header"));
}

static void close_part_of_table(struct rendering *r, cmark_node *node)
{
	if (markdown_is(node, "table"))
		close_table(r);
	else if (markdown_is(node, "table_cell"))
		html_close(r->h, is_header_cell(node) ? "th" : "td");
	else
		close_row(r, markdown_is(node, "table_header"));
}

/* --- the walk --- */

static const struct {
	cmark_node_type type;
	const char *element;
} plain_containers[] = {{CMARK_NODE_BLOCK_QUOTE, "blockquote"}, {CMARK_NODE_ITEM, "li"},
	{CMARK_NODE_EMPH, "em"}, {CMARK_NODE_STRONG, "strong"}};

static const char *plain_element(cmark_node_type type)
{
	for (size_t i = 0; i < sizeof(plain_containers) / sizeof(plain_containers[0]); i++)
		if (plain_containers[i].type == type)
			return plain_containers[i].element;
	return NULL;
}

static void open_container(struct rendering *r, cmark_node *node, cmark_node_type type)
{
	const char *element = plain_element(type);
	if (element)
		html_open(r->h, element);
	else if (type == CMARK_NODE_PARAGRAPH)
		open_paragraph(r, node);
	else if (type == CMARK_NODE_HEADING)
		open_heading(r, node);
	else if (type == CMARK_NODE_LINK)
		open_link(r, node);
	else if (type == CMARK_NODE_LIST)
		open_list(r, node);
	else
		open_part_of_table(r, node);
}

static void close_container(struct rendering *r, cmark_node *node)
{
	cmark_node_type type = cmark_node_get_type(node);
	const char *element = plain_element(type);
	if (element)
		html_close(r->h, element);
	else if (type == CMARK_NODE_PARAGRAPH)
		close_paragraph(r, node);
	else if (type == CMARK_NODE_HEADING)
		html_close(r->h, heading_element(r, node));
	else if (type == CMARK_NODE_LINK)
		close_link(r, node);
	else if (type == CMARK_NODE_LIST)
		html_close(r->h, list_element(node));
	else
		close_part_of_table(r, node);
}

/* True for a container: its children follow, and leave(). */
static bool enter(struct rendering *r, cmark_node *node)
{
	cmark_node_type type = cmark_node_get_type(node);
	if (write_leaf(r, node, type))
		return false;
	if (r->flat > 0 || r->h->depth + ROOM > HTML_DEPTH)
		r->flat++;
	else
		open_container(r, node, type);
	return true;
}

static void leave(struct rendering *r, cmark_node *node)
{
	if (r->flat == 0) {
		close_container(r, node);
		return;
	}
	r->flat--;
	if (words_is_block(node))
		html_text(r->h, STR(" "));
}

static void render(struct rendering *r, cmark_node *root)
{
	cmark_node *node = cmark_node_first_child(root);
	while (node) {
		bool container = enter(r, node);
		cmark_node *next = container ? cmark_node_first_child(node) : NULL;
		if (container && !next)
			leave(r, node);
		while (!next && node != root) {
			next = cmark_node_next(node);
			node = cmark_node_parent(node);
			if (!next && node != root)
				leave(r, node);
		}
		node = next;
	}
}

void markdown_write(struct html *h, struct str text, const struct markdown *how)
{
	struct rendering r = {.h = h, .how = how};
	cmark_node *root;
	enum err err = markdown_parse(text, &root);
	if (err != E_OK) {
		writer_fail(h->out, err);
		return;
	}
	arena_init(&r.arena, SLUGS_MEMORY);
	words_prune(root, how);
	render(&r, root);
	arena_release(&r.arena);
	cmark_node_free(root);
}

bool markdown_fits(struct str text, size_t limit, const struct markdown *how)
{
	struct writer out;
	struct html piece;
	writer_init(&out, limit);
	html_init_piece(&piece, &out);
	markdown_write(&piece, text, how);
	bool fits = html_end(&piece) == E_OK;
	writer_release(&out);
	return fits;
}

/* --- plain --- */

/* The longest beginning of whole words in `limit` bytes; of one word, of whole characters. */
static struct str cut(struct str s, size_t limit)
{
	size_t size = limit;
	while (size > 0 && s.data[size] != ' ')
		size--;
	if (size == 0)
		for (size = limit; size > 0 && ((unsigned char)s.data[size] & 0xC0) == 0x80;)
			size--;
	return (struct str){s.data, size};
}

void markdown_write_plain(
	struct writer *w, struct str text, size_t limit, const struct markdown *how)
{
	cmark_node *root;
	enum err err = markdown_parse(text, &root);
	if (err != E_OK) {
		writer_fail(w, err);
		return;
	}
	struct writer gathered;
	writer_init(&gathered, limit + PLAIN_BEYOND);
	words_prune(root, how);
	words_gather(root, how, &gathered);
	cmark_node_free(root);
	if (gathered.err != E_OK && gathered.err != E_LIMIT)
		writer_fail(w, gathered.err);
	struct str line = str_trim(writer_view_str(&gathered));
	bool whole = line.size <= limit;
	writer_str(w, whole ? line : cut(line, limit));
	if (!whole)
		writer_text(w, "…");
	writer_release(&gathered);
}
