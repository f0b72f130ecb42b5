/* SPDX-License-Identifier: Apache-2.0 */
#include "format/xlsx_part.h"

#include <archive.h>
#include <archive_entry.h>
#include <expat.h>
#include <stdlib.h>

#include "base/limits.h"

enum {
	CHUNK = 1 << 16,
	LONGEST_TAG = 1 << 20, /* bytes expat may hold back for one */
	MOST_MEMBERS = 10000
};

struct part {
	const struct xlsx_handler *handler;
	struct problem *problem;
	struct str name;
	XML_Parser parser;
	uint64_t depth;
	uint64_t fed;
	uint64_t *unpacked;
	enum err err;
};

static enum err refuse(struct part *p, enum problem_code code, struct str got, uint64_t limit)
{
	problem_set(p->problem, code, code == PROBLEM_BAD_XML ? p->name : STR(""), got);
	p->problem->line = 0;
	p->problem->offset = 0;
	p->problem->limit = limit;
	return limit ? E_LIMIT : E_SYNTAX;
}

/* --- XML --- */

static struct str local_name(const char *name)
{
	const char *colon = strchr(name, ':');
	return str_from(colon ? colon + 1 : name);
}

struct str xlsx_attribute(const char **attributes, const char *name)
{
	for (; attributes[0] && attributes[1]; attributes += 2)
		if (str_equal(local_name(attributes[0]), str_from(name)))
			return str_from(attributes[1]);
	return STR("");
}

static void stop(struct part *p, enum err err)
{
	if (p->err == E_OK)
		p->err = err;
	(void)XML_StopParser(p->parser, XML_FALSE);
}

static void on_start(void *context, const char *name, const char **attributes)
{
	struct part *p = context;
	if (p->err != E_OK)
		return;
	enum err err =
		++p->depth > LIMIT_XML_DEPTH
			? refuse(p, PROBLEM_BAD_XML, STR("nesting"), LIMIT_XML_DEPTH)
			: p->handler->start(p->handler->context, local_name(name), attributes);
	if (err != E_OK)
		stop(p, err);
}

static void on_end(void *context, const char *name)
{
	struct part *p = context;
	if (p->err != E_OK)
		return;
	p->depth--;
	enum err err = p->handler->end(p->handler->context, local_name(name));
	if (err != E_OK)
		stop(p, err);
}

static void on_text(void *context, const char *text, int size)
{
	struct part *p = context;
	if (p->err != E_OK || size <= 0)
		return;
	enum err err = p->handler->text(p->handler->context, (struct str){text, (size_t)size});
	if (err != E_OK)
		stop(p, err);
}

/* Spreadsheets have none; entities of its own and outside ones come only with one. */
static void on_document_type(
	void *context, const char *name, const char *system, const char *public_id, int internal)
{
	struct part *p = context;
	(void)name;
	(void)system;
	(void)public_id;
	(void)internal;
	stop(p, refuse(p, PROBLEM_BAD_XML, STR("<!DOCTYPE"), 0));
}

static bool set_up(struct part *p)
{
	p->parser = XML_ParserCreate(NULL);
	if (!p->parser)
		return false;
	XML_SetUserData(p->parser, p);
	XML_SetElementHandler(p->parser, on_start, on_end);
	XML_SetCharacterDataHandler(p->parser, on_text);
	XML_SetStartDoctypeDeclHandler(p->parser, on_document_type);
	return true;
}

static enum err feed(struct part *p, const char *data, size_t size, bool last)
{
	enum XML_Status status = XML_Parse(p->parser, data, (int)size, last);
	if (p->err != E_OK)
		return p->err;
	if (status != XML_STATUS_OK) {
		enum XML_Error error = XML_GetErrorCode(p->parser);
		if (error == XML_ERROR_NO_MEMORY)
			return E_NOMEM;
		const char *word = XML_ErrorString(error);
		return refuse(p, PROBLEM_BAD_XML, str_from(word ? word : ""), 0);
	}
	p->fed += size;
	int64_t done = (int64_t)XML_GetCurrentByteIndex(p->parser);
	if (done >= 0 && p->fed > (uint64_t)done + LONGEST_TAG)
		return refuse(p, PROBLEM_BAD_XML, STR("a tag without end"), LONGEST_TAG);
	return E_OK;
}

/* --- zip --- */

static enum err bad_archive(struct part *p, struct archive *library)
{
	const char *word = archive_error_string(library);
	return refuse(p, PROBLEM_BAD_ARCHIVE, str_from(word ? word : ""), 0);
}

/* Only once it is open: before, the library looks for secrets in a format that it has not got. */
static enum err library_failed(struct part *p, struct archive *library)
{
	if (archive_read_has_encrypted_entries(library) > 0)
		return refuse(p, PROBLEM_ENCRYPTED, STR(""), 0);
	return bad_archive(p, library);
}

static enum err feed_all(struct part *p, struct archive *library, char *chunk)
{
	for (;;) {
		la_ssize_t got = archive_read_data(library, chunk, CHUNK);
		if (got < 0)
			return library_failed(p, library);
		*p->unpacked += (uint64_t)got;
		if (*p->unpacked > LIMIT_SHEET_UNPACKED)
			return refuse(p, PROBLEM_TOO_LARGE, STR(""), LIMIT_SHEET_UNPACKED);
		TRY(feed(p, chunk, (size_t)got, got == 0));
		if (got == 0)
			return E_OK;
	}
}

/* Names of parts compare without case (ECMA-376, part 2). */
static enum err find_member(struct part *p, struct archive *library)
{
	for (size_t i = 0; i < MOST_MEMBERS; i++) {
		struct archive_entry *entry;
		int result = archive_read_next_header(library, &entry);
		if (result == ARCHIVE_EOF)
			return E_NOTFOUND;
		if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
			return library_failed(p, library);
		const char *name = archive_entry_pathname(entry);
		if (name && archive_entry_filetype(entry) == AE_IFREG &&
			str_equal_nocase(str_from(name), p->name))
			return E_OK;
	}
	return refuse(p, PROBLEM_BAD_ARCHIVE, STR("too many members"), MOST_MEMBERS);
}

static enum err read_member(struct part *p, struct archive *library, struct bytes file)
{
	if (archive_read_support_format_zip_seekable(library) != ARCHIVE_OK)
		return E_NOMEM;
	if (archive_read_open_memory(library, file.data, file.size) != ARCHIVE_OK)
		return bad_archive(p, library);
	TRY(find_member(p, library));
	char *chunk = malloc(CHUNK);
	enum err err = chunk && set_up(p) ? feed_all(p, library, chunk) : E_NOMEM;
	if (p->parser)
		XML_ParserFree(p->parser);
	free(chunk);
	return err;
}

enum err xlsx_part(struct bytes file, struct str name, const struct xlsx_handler *handler,
	uint64_t *unpacked, struct problem *problem)
{
	struct part p = {
		.handler = handler, .problem = problem, .name = name, .unpacked = unpacked};
	struct archive *library = archive_read_new();
	if (!library)
		return E_NOMEM;
	enum err err = read_member(&p, library, file);
	archive_read_free(library);
	return err;
}
