/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "rules/signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Nothing but the key's owner makes a signature that is verified. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct public_key key = {{1}, {2, 3}};
	struct public_key read;
	struct str text = {(const char *)data, size}, comment;
	if (signature_verify(&key, (struct bytes){data, size}, text, &comment) == E_OK)
		abort();
	enum err err = public_key_parse(text, &read);
	if (err != E_OK && err != E_SYNTAX)
		abort();
	return 0;
}
