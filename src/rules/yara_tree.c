/* SPDX-License-Identifier: Apache-2.0 */
/* Hex strings and regular expressions read into trees. */
#include "rules/yara_pattern.h"

enum {
	DEPTH = 32 /* of groups */
};

struct parsing {
	struct str body;
	size_t at;
	bool wide, caseless;
	struct arena *arena;
	enum err err;
};

/* --- sets --- */

static const struct byte_set everything = {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}};

unsigned byte_set_count(const struct byte_set *s)
{
	unsigned count = 0;
	for (int i = 0; i < 4; i++)
		count += (unsigned)__builtin_popcountll(s->bits[i]);
	return count;
}

static void set_add(struct byte_set *s, unsigned b)
{
	s->bits[b / 64] |= UINT64_C(1) << (b % 64);
}

static void set_add_range(struct byte_set *s, unsigned from, unsigned to)
{
	for (unsigned b = from; b <= to; b++)
		set_add(s, b);
}

static void set_turn(struct byte_set *s)
{
	for (int i = 0; i < 4; i++)
		s->bits[i] = ~s->bits[i];
}

static void set_join(struct byte_set *s, const struct byte_set *other)
{
	for (int i = 0; i < 4; i++)
		s->bits[i] |= other->bits[i];
}

static void set_fold(struct byte_set *s)
{
	for (unsigned b = 'a'; b <= 'z'; b++)
		if (byte_set_has(s, (uint8_t)b) || byte_set_has(s, (uint8_t)(b - 32))) {
			set_add(s, b);
			set_add(s, b - 32);
		}
}

/* \w \d \s and their opposites; false: another letter. */
static bool set_of_letter(char letter, struct byte_set *ret)
{
	struct byte_set s = {0};
	switch (letter | 0x20) {
	case 'w':
		set_add_range(&s, 'a', 'z');
		set_add_range(&s, 'A', 'Z');
		set_add(&s, '_');
		set_add_range(&s, '0', '9');
		break;
	case 'd':
		set_add_range(&s, '0', '9');
		break;
	case 's':
		set_add_range(&s, '\t', '\r');
		set_add(&s, ' ');
		break;
	default:
		return false;
	}
	if (letter < 'a')
		set_turn(&s);
	*ret = s;
	return true;
}

/* --- nodes --- */

static struct yara_node *node_new(struct parsing *p, enum yara_node_kind kind)
{
	struct yara_node *n = arena_alloc(p->arena, 1, sizeof(*n));
	if (!n)
		p->err = E_NOMEM;
	else
		n->kind = kind;
	return n;
}

static void node_add(struct yara_node *parent, struct yara_node *child)
{
	if (parent->last)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
}

static struct yara_node *node_of_set(struct parsing *p, const struct byte_set *set)
{
	struct yara_node *n = node_new(p, NODE_SET);
	if (!n)
		return NULL;
	n->set = *set;
	if (p->caseless)
		set_fold(&n->set);
	if (!p->wide)
		return n;
	struct yara_node *pair = node_new(p, NODE_SEQUENCE), *nul = node_new(p, NODE_SET);
	if (!pair || !nul)
		return NULL;
	set_add(&nul->set, 0);
	node_add(pair, n);
	node_add(pair, nul);
	return pair;
}

static struct yara_node *node_of_byte(struct parsing *p, uint8_t b)
{
	struct byte_set set = {0};
	set_add(&set, b);
	return node_of_set(p, &set);
}

static struct yara_node *node_repeat(
	struct parsing *p, struct yara_node *child, uint32_t least, uint32_t most)
{
	struct yara_node *n = node_new(p, NODE_REPEAT);
	if (!n || !child)
		return NULL;
	n->least = least;
	n->most = most;
	node_add(n, child);
	return n;
}

/* --- reading --- */

static bool more(const struct parsing *p)
{
	return p->err == E_OK && p->at < p->body.size;
}

static char peek(const struct parsing *p)
{
	return p->at < p->body.size ? p->body.data[p->at] : '\0';
}

static void doubt(struct parsing *p)
{
	if (p->err == E_OK)
		p->err = E_SYNTAX;
}

static bool take(struct parsing *p, char c)
{
	if (!more(p) || peek(p) != c)
		return false;
	p->at++;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Digits; false where there are none. Large ones stop at REPEAT_MOST. */
static bool take_number(struct parsing *p, uint32_t *ret)
{
	uint32_t value = 0;
	size_t from = p->at;
	for (; peek(p) >= '0' && peek(p) <= '9'; p->at++) {
		value = value * 10 + (uint32_t)(peek(p) - '0');
		value = value < REPEAT_MOST ? value : REPEAT_MOST;
	}
	*ret = value;
	return p->at > from;
}

static struct yara_node *choices(
	struct parsing *p, unsigned depth, struct yara_node *(*branch)(struct parsing *, unsigned))
{
	struct yara_node *choice = node_new(p, NODE_CHOICE);
	if (depth > DEPTH)
		doubt(p);
	while (p->err == E_OK) {
		struct yara_node *one = branch(p, depth);
		if (!one || p->err != E_OK)
			return NULL;
		node_add(choice, one);
		if (!take(p, '|'))
			return choice->first == choice->last ? choice->first : choice;
	}
	return NULL;
}

/* --- hex strings --- */

static void skip_comment(struct parsing *p)
{
	if (p->at + 1 >= p->body.size) {
		doubt(p);
	} else if (p->body.data[p->at + 1] == '/') {
		while (more(p) && peek(p) != '\n')
			p->at++;
	} else {
		p->at += 2;
		while (p->at + 1 < p->body.size &&
			(peek(p) != '*' || p->body.data[p->at + 1] != '/'))
			p->at++;
		p->at += 2;
	}
}

static bool skip_space(struct parsing *p)
{
	while (more(p)) {
		char c = peek(p);
		if (c == '/')
			skip_comment(p);
		else if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
			p->at++;
		else
			return true;
	}
	return false;
}

/* "[4]" "[4-6]" "[4-]" "[-]", behind the bracket. */
static struct yara_node *hex_jump(struct parsing *p)
{
	uint32_t least = 0, most;
	skip_space(p);
	take_number(p, &least);
	most = least;
	skip_space(p);
	if (take(p, '-')) {
		skip_space(p);
		if (!take_number(p, &most))
			most = REPEAT_MOST;
		skip_space(p);
	}
	if (!take(p, ']') || most < least)
		doubt(p);
	return node_repeat(p, node_of_set(p, &everything), least, most);
}

/* Two digits, each of which may be a question mark. */
static struct yara_node *hex_byte(struct parsing *p, char first)
{
	char second = peek(p);
	int high = hex_digit(first), low = hex_digit(second);
	struct byte_set set = {0};
	if ((high < 0 && first != '?') || (low < 0 && second != '?'))
		doubt(p);
	p->at++;
	for (int b = 0; b < 256; b++)
		if ((high < 0 || b >> 4 == high) && (low < 0 || (b & 15) == low))
			set_add(&set, (unsigned)b);
	return node_of_set(p, &set);
}

static struct yara_node *hex_branch(struct parsing *p, unsigned depth)
{
	struct yara_node *sequence = node_new(p, NODE_SEQUENCE), *item;
	while (skip_space(p) && peek(p) != '|' && peek(p) != ')') {
		char c = p->body.data[p->at++];
		if (c == '(') {
			item = choices(p, depth + 1, hex_branch);
			if (!take(p, ')'))
				doubt(p);
		} else {
			item = c == '[' ? hex_jump(p) : hex_byte(p, c);
		}
		if (p->err != E_OK || !item)
			return NULL;
		node_add(sequence, item);
	}
	return sequence;
}

/* --- regular expressions --- */

/* The byte of an escape, behind the backslash. */
static uint8_t escaped_byte(struct parsing *p)
{
	static const char letters[] = "ntrfa";
	static const uint8_t bytes[] = "\n\t\r\f\a";
	char c = peek(p);
	p->at++;
	const char *found = c ? strchr(letters, c) : NULL;
	if (found)
		return bytes[found - letters];
	if (c != 'x')
		return (uint8_t)c;
	int high = hex_digit(peek(p));
	p->at++;
	int low = hex_digit(peek(p));
	p->at++;
	if (high < 0 || low < 0)
		doubt(p);
	return (uint8_t)(high * 16 + low);
}

/* One byte of a class, or a set that stands in it; *ret_one: it is a byte. */
static struct byte_set class_item(struct parsing *p, uint8_t *ret_byte, bool *ret_one)
{
	struct byte_set set = {0};
	char c = p->body.data[p->at++];
	*ret_one = false;
	if (c == '\\') {
		if (set_of_letter(peek(p), &set)) {
			p->at++;
			return set;
		}
		*ret_byte = escaped_byte(p);
	} else {
		*ret_byte = (uint8_t)c;
	}
	*ret_one = true;
	set_add(&set, *ret_byte);
	return set;
}

static bool range_follows(const struct parsing *p)
{
	return peek(p) == '-' && p->at + 1 < p->body.size && p->body.data[p->at + 1] != ']';
}

/* Behind the bracket. A bracket that comes first is of the class. */
static struct yara_node *regex_class(struct parsing *p)
{
	struct byte_set class = {0};
	bool turned = take(p, '^');
	for (bool first = true; first || peek(p) != ']'; first = false) {
		uint8_t from = 0, to = 0;
		bool one, other;
		if (!more(p)) {
			doubt(p);
			return NULL;
		}
		struct byte_set item = class_item(p, &from, &one);
		if (one && range_follows(p)) {
			p->at++;
			class_item(p, &to, &other);
			if (!other || to < from)
				doubt(p);
			else
				set_add_range(&item, from, to);
		}
		set_join(&class, &item);
	}
	p->at++;
	if (turned)
		set_turn(&class);
	return node_of_set(p, &class);
}

static struct yara_node *regex_escape(struct parsing *p)
{
	struct byte_set set;
	char c = peek(p);
	if (c == 'b' || c == 'B') {
		p->at++;
		return node_new(p, NODE_SEQUENCE);
	}
	if (set_of_letter(c, &set)) {
		p->at++;
		return node_of_set(p, &set);
	}
	return node_of_byte(p, escaped_byte(p));
}

static struct yara_node *regex_branch(struct parsing *p, unsigned depth);

static struct yara_node *regex_atom(struct parsing *p, unsigned depth)
{
	struct yara_node *group;
	char c = p->body.data[p->at++];
	switch (c) {
	case '\\':
		return regex_escape(p);
	case '[':
		return regex_class(p);
	case '(':
		if (peek(p) == '?')
			doubt(p);
		group = choices(p, depth + 1, regex_branch);
		if (!take(p, ')'))
			doubt(p);
		return group;
	case '.':
		return node_of_set(p, &everything);
	case '^':
	case '$':
		return node_new(p, NODE_SEQUENCE);
	case '{':
	case '*':
	case '+':
	case '?':
		doubt(p);
		return NULL;
	default:
		return node_of_byte(p, (uint8_t)c);
	}
}

/* "{2}" "{2,}" "{,3}" "{2,3}", behind the brace. */
static void braces(struct parsing *p, uint32_t *ret_least, uint32_t *ret_most)
{
	bool least = take_number(p, ret_least);
	*ret_most = *ret_least;
	if (take(p, ',')) {
		if (!take_number(p, ret_most))
			*ret_most = REPEAT_MOST;
	} else if (!least) {
		doubt(p);
	}
	if (!take(p, '}') || *ret_most < *ret_least)
		doubt(p);
}

static struct yara_node *regex_repeated(struct parsing *p, struct yara_node *atom)
{
	uint32_t least = 0, most = REPEAT_MOST;
	if (take(p, '+'))
		least = 1;
	else if (take(p, '?'))
		most = 1;
	else if (take(p, '{'))
		braces(p, &least, &most);
	else if (!take(p, '*'))
		return atom;
	take(p, '?');
	return node_repeat(p, atom, least, most);
}

static struct yara_node *regex_branch(struct parsing *p, unsigned depth)
{
	struct yara_node *sequence = node_new(p, NODE_SEQUENCE);
	while (more(p) && peek(p) != '|' && peek(p) != ')') {
		struct yara_node *atom = regex_atom(p, depth);
		if (atom)
			atom = regex_repeated(p, atom);
		if (p->err != E_OK || !atom)
			return NULL;
		node_add(sequence, atom);
	}
	return sequence;
}

enum err yara_tree(const struct yara_string *string, bool wide, bool caseless, struct arena *arena,
	struct yara_node **ret_tree)
{
	struct parsing p = {string->body, 0, wide, caseless, arena, E_OK};
	struct yara_node *tree =
		choices(&p, 0, string->kind == YARA_HEX ? hex_branch : regex_branch);
	if (p.err == E_OK && p.at < p.body.size)
		doubt(&p);
	if (p.err == E_OK && !tree)
		doubt(&p);
	if (p.err == E_OK)
		*ret_tree = tree;
	return p.err;
}
