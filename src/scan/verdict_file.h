/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/cursor.h"
#include "base/writer.h"
#include "scan/verdicts.h"

/* The file of verdicts: a header, then blocks, each under a keyed checksum that also names its
 * place. docs/format/scan-cache.md */

enum {
	VERDICT_FINGERPRINT = 16,
	VERDICT_BLOCK = 4096, /* verdicts of one block at most */
	VERDICT_NONCE = 16
};

struct verdict {
	uint8_t fingerprint[VERDICT_FINGERPRINT];
	uint32_t day; /* since 1970, when it was last of use */
};

struct verdict_file {
	uint8_t key[VERDICT_KEY];
	uint8_t engine[VERDICT_ENGINE];
	uint8_t nonce[VERDICT_NONCE];
	uint64_t blocks; /* so far */
};

/* Keyed: who does not know the key cannot find two files of the same fingerprint. The path counts
 * since rules may ask for it. */
void verdict_fingerprint(const struct verdict_file *f, const struct file_stamp *stamp,
	struct str path, uint8_t ret[VERDICT_FINGERPRINT]);

void verdict_write_header(struct writer *w, const struct verdict_file *f);

/* 1 … VERDICT_BLOCK of them; the next block of the file. */
void verdict_write_block(
	struct writer *w, struct verdict_file *f, const struct verdict *verdicts, size_t count);

/* Fills the nonce. E_TRUNCATED, E_CORRUPT, E_VERSION (another form or engine). */
MUST_CHECK enum err verdict_read_header(struct cursor *c, struct verdict_file *f);

/* The next block. E_TRUNCATED: it breaks off; E_CORRUPT: not written by who has the key, or not for
 * this place. */
MUST_CHECK enum err verdict_read_block(struct cursor *c, struct verdict_file *f,
	struct verdict ret_verdicts[VERDICT_BLOCK], size_t *ret_count);
