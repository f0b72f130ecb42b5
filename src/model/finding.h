/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/lang.h"
#include "base/span.h"

/* What a scan says of an object: a file, a member of a container, a process, a line of a place from
 * which programs are started, a connection. Texts are borrowed. Numbers go over a wire between
 * processes and into caches: never reorder. */

enum outcome {
	OUTCOME_CLEAN, /* wholly looked at, nothing found */
	OUTCOME_SUSPICIOUS,
	OUTCOME_INFECTED,
	OUTCOME_NOT_SCANNED, /* not wholly looked at: never the same as clean */
	OUTCOME__COUNT
};
struct str outcome_name(enum outcome outcome); /* "clean" "suspicious" "infected" "not_scanned" */

enum object_kind {
	OBJECT_FILE, /* or a member of one: "a.zip → b.tar → c" */
	OBJECT_PROCESS,
	OBJECT_PLACE,      /* an entry of a place of persistence */
	OBJECT_CONNECTION, /* a socket, a resolver, a line of the hosts file */
	OBJECT__COUNT
};
struct str object_kind_name(enum object_kind kind);

/* Why something was not looked at, or not wholly. */
enum unscanned {
	UNSCANNED_DENIED,    /* no permission */
	UNSCANNED_VANISHED,  /* gone between listing and opening */
	UNSCANNED_CHANGED,   /* written to or cut off while it was read */
	UNSCANNED_IO,        /* the disk could not give it */
	UNSCANNED_SIZE,      /* larger than the limit */
	UNSCANNED_SPECIAL,   /* device, FIFO, socket */
	UNSCANNED_ENCRYPTED, /* a container that needs a password */
	UNSCANNED_PACKED, /* an executable packed with what we do not unpack; about: the packer */
	UNSCANNED_UNSUPPORTED, /* a container we know and do not open; about: its name */
	UNSCANNED_DAMAGED,     /* a container that breaks off or contradicts itself */
	UNSCANNED_DEPTH,       /* containers within containers past the limit */
	UNSCANNED_MEMBERS,     /* more members than the limit */
	UNSCANNED_EXPANSION,   /* expands past the limit */
	UNSCANNED_TIME,        /* took longer than the limit */
	UNSCANNED_MEMORY,
	UNSCANNED_CRASH,  /* the process that looked at it died; about: of what */
	UNSCANNED_ENGINE, /* the engine gave up; about: its word */
	UNSCANNED_SECOND, /* no answer from the second opinion */
	UNSCANNED_INTERRUPTED,
	UNSCANNED_PENDING, /* changes of it lie in another file, not written back yet */
	UNSCANNED__COUNT
};
struct str unscanned_name(enum unscanned reason); /* "denied" … as JSON gives it */

/* One rule, hash or indicator that applies. */
struct rule_match {
	struct str set;    /* namespace: "quetsach", "Neo23x0" */
	struct str rule;   /* name of the rule; of a hash its name in the list */
	struct str author; /* as the rule says, for licences ask to show it; may be empty */
	struct str family; /* key of a malware family, empty: none said */
	bool ours;         /* of the campaign's own set: counts as infected; others: suspicious */
};

enum {
	FINDING_MATCHES = 64, /* of one object that are kept; more are counted */
	DIGEST_HEX = 64
};

struct finding {
	enum object_kind kind;
	enum outcome outcome; /* suspicious or infected */
	struct str path;      /* on disk, or "process 123 (name)" */
	struct str
		object; /* within it: "→ b.tar → c", "line 3: …", "memory at 0x…"; may be empty */
	struct str family; /* of the first match that names one */
	/* Of a process, or of the one that holds a connection; 0 and empty: not known, or neither.
	 */
	uint32_t pid;
	struct str program; /* path of what it runs, without " (deleted)" */
	struct str owner;   /* name of its user, else the number */
	const struct rule_match *matches;
	size_t match_count, match_total;
	struct str md5, sha1, sha256; /* hex, of the file; may be empty */
};

/* Parts of one object that were found in besides those that were told one by one. */
struct found_more {
	enum object_kind kind;
	enum outcome outcome; /* of each of them */
	struct str path;
	uint64_t count;
};

struct not_scanned {
	enum object_kind kind;
	enum unscanned reason;
	struct str path, object;
	struct str about;
};

struct scan_totals {
	uint64_t files, bytes; /* looked at, cached ones included */
	uint64_t infected, suspicious, not_scanned;
	uint64_t cached; /* of the files: unchanged since they were found clean */
	uint64_t processes, places, connections; /* looked at */
	double seconds;
};
