/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/writer.h"

/* A time zone's file by its IANA name ("Asia/Ho_Chi_Minh"; also one that is another's second name),
 * for zone_parse(). E_NOTFOUND: this machine does not know it, or that is no such name. `into` has
 * its limit: ZONE_FILE_BYTES is enough. */
enum {
	ZONE_FILE_BYTES = 1 << 20
};
MUST_CHECK enum err zone_file_load(struct str name, struct writer *into);

/* The zone of a country (ISO 3166-1 alpha-2) that has but one, by the IANA database's zone.tab;
 * "UTC" for all others: nothing is guessed. */
enum {
	ZONE_NAME_SIZE = 128
};
void zone_of_country(struct str country, char ret_name[ZONE_NAME_SIZE]);
