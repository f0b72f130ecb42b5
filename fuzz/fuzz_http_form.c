/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdlib.h>

#include "base/writer.h"
#include "http/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void require_text(struct str s)
{
	for (size_t at = 0; at < s.size;) {
		size_t length = utf8_length((struct str){s.data + at, s.size - at});
		require(length > 0 && s.data[at] != '\0' && s.data[at] != '\r');
		at += length;
	}
}

static enum err read_in_pieces(struct str type, struct bytes b, size_t piece,
	struct form_reader **ret_reader, struct form *f)
{
	static int folder = -1;
	if (folder < 0)
		folder = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*ret_reader = NULL;
	enum err err = form_reader_new(type, folder, ret_reader);
	if (err != E_OK)
		return err;
	for (size_t at = 0; at < b.size; at += piece)
		form_reader_feed(*ret_reader,
			(struct bytes){b.data + at, b.size - at < piece ? b.size - at : piece});
	return form_reader_end(*ret_reader, f);
}

/* The first line is the type, the rest the body: what comes out does not depend on the pieces. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest;
	struct str type = str_cut((struct str){(const char *)data, size}, '\n', &rest);
	struct form whole = {0};
	struct form pieces = {0};
	struct form_reader *a;
	struct form_reader *b;
	enum err first = read_in_pieces(type, str_bytes(rest), rest.size + 1, &a, &whole);
	enum err second = read_in_pieces(type, str_bytes(rest), 3, &b, &pieces);
	require((first == E_OK) == (second == E_OK));
	if (first == E_OK) {
		require(whole.field_count == pieces.field_count);
		require(whole.file_count == pieces.file_count);
		for (size_t i = 0; i < whole.field_count; i++) {
			require_text(whole.fields[i].name);
			require_text(whole.fields[i].value);
			require(str_equal(whole.fields[i].value, pieces.fields[i].value));
		}
		for (size_t i = 0; i < whole.file_count; i++)
			require(whole.files[i].size == pieces.files[i].size);
	}
	form_reader_free(a);
	form_reader_free(b);
	return 0;
}
