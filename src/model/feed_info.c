/* SPDX-License-Identifier: Apache-2.0 */
#include "model/feed_info.h"

#include <assert.h>

#include "base/limits.h"

static const struct str tlp_names[] = {
	[TLP_CLEAR] = STR_INIT("clear"),
	[TLP_GREEN] = STR_INIT("green"),
	[TLP_AMBER] = STR_INIT("amber"),
	[TLP_AMBER_STRICT] = STR_INIT("amber+strict"),
	[TLP_RED] = STR_INIT("red"),
};

static_assert(sizeof(tlp_names) / sizeof(tlp_names[0]) == TLP__COUNT, "one name per colour");

struct str tlp_name(enum tlp tlp)
{
	return tlp_names[tlp];
}

bool tlp_parse(struct str name, enum tlp *ret_tlp)
{
	for (int i = 0; i < TLP__COUNT; i++) {
		if (str_equal(name, tlp_names[i])) {
			*ret_tlp = (enum tlp)i;
			return true;
		}
	}
	return false;
}

bool feed_name_valid(struct str name)
{
	if (name.size == 0 || name.size > LIMIT_FEED_NAME)
		return false;
	for (size_t i = 0; i < name.size; i++) {
		char c = name.data[i];
		bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		if (!alphanumeric && (i == 0 || (c != '.' && c != '_' && c != '-')))
			return false;
	}
	return true;
}

struct feed_info feed_info_new(struct str name)
{
	return (struct feed_info){
		.name = name,
		.tlp = TLP_AMBER,
		.public_check = true,
		.public_stats = true,
		.precision = PRECISION_SECOND,
	};
}
