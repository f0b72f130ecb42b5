/* SPDX-License-Identifier: Apache-2.0 */
#include "base/problem.h"

static const struct str names[] = {
#define PROBLEM(code) [PROBLEM_##code] = STR_INIT(#code),
#include "base/problem.def"
#undef PROBLEM
};

static uint8_t copy_cut(char *to, size_t capacity, struct str s)
{
	size_t size = s.size < capacity ? s.size : capacity;
	if (size)
		memcpy(to, s.data, size);
	return (uint8_t)size;
}

void problem_set(struct problem *p, enum problem_code code, struct str field, struct str got)
{
	p->code = code;
	p->field_size = copy_cut(p->field, sizeof(p->field), field);
	p->got_size = copy_cut(p->got, sizeof(p->got), got);
}

struct str problem_field(const struct problem *p)
{
	return (struct str){p->field, p->field_size};
}

struct str problem_got(const struct problem *p)
{
	return (struct str){p->got, p->got_size};
}

struct str problem_code_name(enum problem_code code)
{
	return (size_t)code < PROBLEM__COUNT ? names[code] : STR("UNKNOWN");
}
