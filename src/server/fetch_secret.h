/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/writer.h"

/* Files with secrets, which only their owner and group may read. Everything lies in `into`, whose
 * memory fetch_secret_forget() wipes. */
void fetch_secret_init(struct writer *into);
void fetch_secret_forget(struct writer *into);

/* E_DENIED: others may read it. E_TRUNCATED: nothing stands in it. */
MUST_CHECK enum err fetch_secret_load(const char *path, struct writer *into);

/* Its first line. */
struct str fetch_secret_line(const struct writer *secret);

/* "key = …" and "secret = …" of two lines, as Shadowserver's own programs have them; other lines
 * are left out of account. False where one is missing. */
bool fetch_secret_pair(const struct writer *secret, struct str *ret_key, struct str *ret_secret);

/* HMAC-SHA256 in small hexadecimal digits: 64 of them. */
MUST_CHECK enum err fetch_secret_sign(struct str secret, struct str message, char ret_hex[65]);
