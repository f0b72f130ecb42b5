/* SPDX-License-Identifier: Apache-2.0 */
#include "report/official_place.h"

/* What territories are called. */
static const struct territory {
	struct str small, capital;
	bool named; /* the name alone says which */
	bool sure;  /* wherever in a name it stands: "Thông tấn xã Việt Nam" is no commune */
} territories[] = {
	{STR_INIT("tỉnh "), STR_INIT("Tỉnh "), true, true},
	{STR_INIT("thành phố "), STR_INIT("Thành phố "), true, true},
	{STR_INIT("huyện "), STR_INIT("Huyện "), true, false},
	{STR_INIT("thị xã "), STR_INIT("Thị xã "), true, false},
	{STR_INIT("thị trấn "), STR_INIT("Thị trấn "), false, false},
	{STR_INIT("quận "), STR_INIT("Quận "), false, false},
	{STR_INIT("phường "), STR_INIT("Phường "), false, false},
	{STR_INIT("xã "), STR_INIT("Xã "), false, false},
	{STR_INIT("đặc khu "), STR_INIT("Đặc khu "), false, false},
};

static const struct str bodies[] = {STR_INIT("Ủy ban nhân dân "), STR_INIT("Uỷ ban nhân dân "),
	STR_INIT("Hội đồng nhân dân "), STR_INIT("UBND "), STR_INIT("HĐND ")};

static struct str behind(struct str text, size_t size)
{
	return (struct str){text.data + size, text.size - size};
}

static bool starts_with(const struct territory *t, struct str text)
{
	return str_starts(text, t->small) || str_starts(text, t->capital);
}

static const struct territory *territory_of(struct str text)
{
	for (size_t i = 0; i < sizeof(territories) / sizeof(territories[0]); i++)
		if (starts_with(&territories[i], text))
			return &territories[i];
	return NULL;
}

static struct str without_body(struct str name)
{
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		if (str_starts(name, bodies[i]))
			return behind(name, bodies[i].size);
	return name;
}

static unsigned char byte_at(struct str text, size_t index)
{
	return index < text.size ? (unsigned char)text.data[index] : 0;
}

/* The first letter is a capital of Vietnamese, or a digit: "các tỉnh miền núi" names none. */
static bool is_name(struct str text)
{
	unsigned char first = byte_at(text, 0), second = byte_at(text, 1);
	switch (first) {
	case 0xc3: /* À … Ý, à … ý */
		return second < 0xa0;
	case 0xc4: /* Ă ă Đ đ Ĩ ĩ */
		return second % 2 == 0;
	case 0xc5: /* Ũ ũ */
		return second == 0xa8;
	case 0xc6: /* Ơ ơ Ư ư */
		return second == 0xa0 || second == 0xaf;
	case 0xe1: /* Ạ ạ … Ỹ ỹ */
		return byte_at(text, 2) % 2 == 0;
	default:
		return (first >= 'A' && first <= 'Z') || (first >= '0' && first <= '9');
	}
}

/* "Sở Y tế thành phố Hải Phòng", from the territory on; empty: none. */
static struct str find_within(struct str name)
{
	for (size_t i = 1; i < name.size; i++) {
		struct str rest = behind(name, i);
		const struct territory *t = name.data[i - 1] == ' ' ? territory_of(rest) : NULL;
		if (t && t->sure && is_name(behind(rest, t->small.size)))
			return rest;
	}
	return STR("");
}

static bool starts_small(struct str text)
{
	const struct territory *t = territory_of(text);
	return t && str_starts(text, t->small);
}

/* Up to what only explains it: "(cũ)", "tỉnh Lào Cai". */
static struct str cut_name(struct str text)
{
	size_t size = 0;
	while (size < text.size && !memchr(",;(", text.data[size], 3) &&
		!(text.data[size] == ' ' && starts_small(behind(text, size + 1))))
		size++;
	return str_trim((struct str){text.data, size});
}

bool official_write_place_of(struct writer *w, struct str name)
{
	struct str rest = without_body(str_trim(name));
	const struct territory *t = territory_of(rest);
	if (!t || !is_name(behind(rest, t->small.size))) {
		rest = find_within(rest);
		t = territory_of(rest);
	}
	if (!t)
		return false;
	struct str place = cut_name(behind(rest, t->small.size));
	bool number = place.data[0] >= '0' && place.data[0] <= '9';
	/* The decree: what bears the name of a person says what it is. */
	if (!t->named || number || str_equal(place, STR("Hồ Chí Minh")))
		writer_str(w, t->capital);
	writer_str(w, place);
	return true;
}
