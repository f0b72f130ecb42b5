/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"
#include "base/writer.h"

/* Frames between the parse process and the one that trusts nothing it says, over SOCK_SEQPACKET.
 * A frame is one packet: type (1 byte), size of the payload (4 bytes), then the payload if all of
 * it fits; a larger one follows in packets of its own. */
enum parse_frame {
	/* requests, with the file's descriptor */
	PARSE_FEED,     /* options: wire_write_options() */
	PARSE_NETWORK,  /* file name, country: strings; enum parse_asked: u8 */
	PARSE_RESULTS,  /* today: days since 1970, u32 */
	PARSE_REGIONS,  /* nothing */
	PARSE_SHEET,    /* name of the sheet: string */
	PARSE_MANIFEST, /* nothing */
	/* answers */
	PARSE_RECOGNISED, /* format: string */
	PARSE_BATCH,      /* wire_write_batch() */
	PARSE_PROBLEM,    /* wire_write_problem() */
	PARSE_PROGRESS,   /* packed bytes read: u64 */
	PARSE_DONE,       /* wire_write_totals() */
	PARSE_TABLE,      /* good rows, bad ones, when the source was made: u64; the table */
	PARSE_ROWS,       /* bad rows: u64, then machine_results_write(), regions_write() or
			     misp_manifest_write(); of a
			     sheet nothing more */
	PARSE_CELLS,      /* rows of a sheet: sheet_row_write() one after the other */
	PARSE_REFUSED,    /* enum err: u8, then wire_write_problem() */
	PARSE__COUNT
};

/* What a table of networks is to tell where its source tells several things. */
enum parse_asked {
	PARSE_ASKED_NOTHING,
	PARSE_ASKED_REGIONS,
	PARSE_ASKED_COUNTRIES
};

MUST_CHECK enum err parse_channel_send(
	int socket, enum parse_frame type, struct bytes payload, int fd);

/* The next frame; its payload replaces what `payload` held, E_LIMIT past payload->limit. *ret_fd is
 * -1 where none came. Errors of socket_receive(); E_SYNTAX for what is no frame. */
MUST_CHECK enum err parse_channel_receive(int socket, int milliseconds, enum parse_frame *ret_type,
	struct writer *payload, int *ret_fd);
