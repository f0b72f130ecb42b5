/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "fetch/schedule.h"

/* What the operator wrote down about one source. Texts are borrowed. */
enum source_kind {
	SOURCE_URL,
	SOURCE_SHADOWSERVER,
	SOURCE_FOLDER,
	SOURCE_KIND__COUNT
};
struct str source_kind_name(enum source_kind kind);

/* How a secret is shown to the server. */
enum source_auth {
	AUTH_NONE,
	AUTH_BASIC,  /* file holds user:password */
	AUTH_BEARER, /* file holds a token */
	AUTH_HEADER, /* a header of its own name */
	AUTH_URL,    /* takes the place of {secret} in the address */
	SOURCE_AUTH__COUNT
};

/* Which day a list is of that does not say. */
enum source_observed {
	OBSERVED_FILE, /* as it says itself, or its name */
	OBSERVED_DAY,  /* the day asked for: the pattern's, the report's */
	OBSERVED_TODAY,
	OBSERVED_YESTERDAY,
	SOURCE_OBSERVED__COUNT
};
struct str source_observed_name(enum source_observed observed);
bool source_observed_parse(struct str name, enum source_observed *ret_observed);

struct source {
	struct str name;
	enum source_kind kind;
	bool paused;
	struct schedule schedule;
	struct str zone;     /* of the schedule's clock */
	struct str address;  /* URL; of Shadowserver that of the API; of a folder its path */
	struct str download; /* of Shadowserver: where reports lie */
	struct str reports;  /* of Shadowserver: names of lists, comma-separated; empty: all */
	struct str types;    /* of Shadowserver: types of reports, the same way */
	enum source_auth auth;
	struct str header;      /* AUTH_HEADER: its name */
	struct str secret_file; /* absolute path */
	struct str authorities; /* path of CA certificates; empty: the machine's */
	struct str feed, format, feed_kind, botnet, map; /* as `ingest` takes them */
	enum source_observed observed;
	uint64_t catch_up;     /* days gone back to */
	uint64_t lag;          /* days the newest day lies back */
	uint64_t most_bytes;   /* of one file */
	uint64_t most_seconds; /* of one transfer */
	uint64_t still;        /* of a folder: seconds a file has not changed */
	bool move;             /* of a folder: to done/ and failed/ */
};

/* What a source is unless somebody says otherwise. */
struct source source_new(struct str name, enum source_kind kind);

/* Also a name of a file. */
bool source_name_valid(struct str name);

/* "basic", "bearer", "header:NAME"; false for anything else. */
bool source_auth_parse(struct str s, enum source_auth *ret_auth, struct str *ret_header);
void source_auth_write(struct writer *w, const struct source *s);

void source_write(struct writer *w, const struct source *s);

/* Texts are borrowed from the bytes. E_CORRUPT, E_VERSION, E_LIMIT. */
MUST_CHECK enum err source_parse(struct bytes bytes, struct source *ret_source);

/* Whether a comma-separated list is empty or has the word. */
bool source_list_has(struct str list, struct str word);
