/* SPDX-License-Identifier: Apache-2.0 */
#include "match/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

struct digester {
	EVP_MD *methods[DIGEST__COUNT];
	EVP_MD_CTX *context;
};

enum err digester_new(struct digester **ret_digester)
{
	static const char *const names[DIGEST__COUNT] = {"MD5", "SHA1", "SHA256"};
	struct digester *d = calloc(1, sizeof(*d));
	if (!d)
		return E_NOMEM;
	/* No file of settings: there is none to be read in a sandbox. */
	bool fine = OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) == 1;
	d->context = EVP_MD_CTX_new();
	for (int i = 0; i < DIGEST__COUNT && fine; i++) {
		d->methods[i] = EVP_MD_fetch(NULL, names[i], NULL);
		fine = d->methods[i] && d->context;
	}
	if (!fine) {
		digester_free(d);
		return E_NOMEM;
	}
	*ret_digester = d;
	return E_OK;
}

void digester_free(struct digester *d)
{
	if (!d)
		return;
	for (int i = 0; i < DIGEST__COUNT; i++)
		EVP_MD_free(d->methods[i]);
	EVP_MD_CTX_free(d->context);
	free(d);
}

enum err digest_make(struct digester *d, enum digest_kind kind, struct bytes content,
	uint8_t ret_digest[DIGEST_MOST])
{
	bool fine = EVP_DigestInit_ex2(d->context, d->methods[kind], NULL) == 1 &&
		    EVP_DigestUpdate(d->context, content.data, content.size) == 1 &&
		    EVP_DigestFinal_ex(d->context, ret_digest, NULL) == 1;
	return fine ? E_OK : E_NOMEM;
}
