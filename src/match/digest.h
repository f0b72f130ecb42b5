/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "rules/pack.h"

/* Within the engine: digests of content. The one part that knows libcrypto. */

enum {
	DIGEST_MOST = 32
};

struct digester; /* one a thread; all it needs is fetched when it is made */
MUST_CHECK enum err digester_new(struct digester **ret_digester);
void digester_free(struct digester *d);

/* digest_size(kind) bytes. E_NOMEM: libcrypto refuses. */
MUST_CHECK enum err digest_make(struct digester *d, enum digest_kind kind, struct bytes content,
	uint8_t ret_digest[DIGEST_MOST]);
