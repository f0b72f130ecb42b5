/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/container_mail.h"

#include <gmime/gmime.h>
#include <stdio.h>

#include "unpack/mail_stream.h"

enum {
	HEADER_BYTES = 16 << 10, /* of a header that are looked at to tell a mail */
	NESTED = 100,            /* parts within parts; GMime itself stops at 1,024 */
	PIECE = 16 << 10
};

static const struct str fields[] = {STR_INIT("from"), STR_INIT("to"), STR_INIT("subject"),
	STR_INIT("date"), STR_INIT("received"), STR_INIT("return-path"), STR_INIT("message-id"),
	STR_INIT("mime-version"), STR_INIT("content-type"), STR_INIT("delivered-to"),
	STR_INIT("reply-to"), STR_INIT("content-transfer-encoding"), STR_INIT("dkim-signature")};

enum {
	FIELDS = sizeof(fields) / sizeof(fields[0])
};

/* Index of the field the line is, FIELDS where it is none. */
static size_t field_of(struct str line)
{
	struct str rest;
	struct str name = str_cut(line, ':', &rest);
	for (size_t i = 0; i < FIELDS; i++)
		if (name.size < line.size && str_equal_nocase(name, fields[i]))
			return i;
	return FIELDS;
}

static bool is_folded(struct str line)
{
	return line.size > 0 && (line.data[0] == ' ' || line.data[0] == '\t');
}

/* Bit set of the fields of a header that begins the text; none when its first line is none. */
static unsigned fields_of(struct str text)
{
	unsigned found = 0;
	while (text.size > 0) {
		struct str line = str_trim(str_cut(text, '\n', &text));
		if (line.size == 0)
			break;
		size_t field = field_of(line);
		if (field == FIELDS && found == 0)
			break;
		if (field < FIELDS)
			found |= 1U << field;
		while (is_folded(text))
			(void)str_cut(text, '\n', &text);
	}
	return found;
}

bool mail_fits(struct bytes content)
{
	struct str text = {(const char *)content.data,
		content.size < HEADER_BYTES ? content.size : HEADER_BYTES};
	if (str_starts(text, STR("From ")))
		(void)str_cut(text, '\n', &text);
	else if (text.size == 0 || field_of(text) == FIELDS)
		return false;
	return __builtin_popcount(fields_of(text)) >= 2;
}

static enum err open_object(struct unpacking *u, GMimeObject *object, unsigned nested);

static enum err open_multipart(struct unpacking *u, GMimeMultipart *multipart, unsigned nested)
{
	int count = g_mime_multipart_get_count(multipart);
	if (GMIME_IS_MULTIPART_ENCRYPTED(multipart))
		unpacking_fault(u, UNSCANNED_ENCRYPTED, STR(""));
	for (int i = 0; i < count; i++)
		TRY(open_object(u, g_mime_multipart_get_part(multipart, i), nested + 1));
	return E_OK;
}

static enum err open_message(struct unpacking *u, GMimeMessage *message, unsigned nested)
{
	GMimeObject *object = message ? g_mime_message_get_mime_part(message) : NULL;
	return object ? open_object(u, object, nested + 1) : E_OK;
}

static enum err add_decoded(struct unpacking *u, GMimeStream *stream, GMimeFilter *filter)
{
	char piece[PIECE];
	char *plain = NULL;
	size_t size = 0;
	size_t space = 0;
	ssize_t got;
	while ((got = g_mime_stream_read(stream, piece, sizeof(piece))) > 0) {
		g_mime_filter_filter(filter, piece, (size_t)got, 0, &plain, &size, &space);
		TRY(unpacking_add(u, (struct bytes){(const uint8_t *)plain, size}));
	}
	g_mime_filter_complete(filter, piece, 0, 0, &plain, &size, &space);
	return unpacking_add(u, (struct bytes){(const uint8_t *)plain, size});
}

static enum err read_part(struct unpacking *u, GMimePart *part)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *stream = content ? g_mime_data_wrapper_get_stream(content) : NULL;
	if (!stream)
		return E_OK;
	GMimeFilter *filter =
		g_mime_filter_basic_new(g_mime_data_wrapper_get_encoding(content), FALSE);
	(void)g_mime_stream_reset(stream);
	enum err err = filter ? add_decoded(u, stream, filter) : E_NOMEM;
	if (filter)
		g_object_unref(filter);
	return err;
}

/* "invoice.exe", else "text/html". */
static struct str part_name(GMimePart *part, char *buffer, size_t capacity)
{
	const char *name = g_mime_part_get_filename(part);
	GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));
	if (name && *name)
		return str_from(name);
	int size = snprintf(buffer, capacity, "%s/%s", g_mime_content_type_get_media_type(type),
		g_mime_content_type_get_media_subtype(type));
	return (struct str){buffer, size < 0                  ? 0
				    : (size_t)size < capacity ? (size_t)size
							      : capacity - 1};
}

static bool is_smime(GMimePart *part)
{
	GMimeContentType *type = g_mime_object_get_content_type(GMIME_OBJECT(part));
	return g_mime_content_type_is_type(type, "application", "pkcs7-mime") ||
	       g_mime_content_type_is_type(type, "application", "x-pkcs7-mime");
}

static enum err open_part(struct unpacking *u, GMimePart *part)
{
	char buffer[200];
	struct str name = part_name(part, buffer, sizeof(buffer));
	if (is_smime(part))
		TRY(unpacking_miss(u, name, UNSCANNED_UNSUPPORTED, STR("S/MIME")));
	TRY(unpacking_begin(u, name));
	return unpacking_end(u, read_part(u, part), STR(""));
}

static enum err open_object(struct unpacking *u, GMimeObject *object, unsigned nested)
{
	if (nested > NESTED) {
		unpacking_fault(u, UNSCANNED_DEPTH, STR("mail"));
		return unpacking_check(u);
	}
	if (GMIME_IS_MULTIPART(object))
		return open_multipart(u, GMIME_MULTIPART(object), nested);
	if (GMIME_IS_MESSAGE_PART(object))
		return open_message(
			u, g_mime_message_part_get_message(GMIME_MESSAGE_PART(object)), nested);
	if (GMIME_IS_MESSAGE_PARTIAL(object))
		unpacking_fault(u, UNSCANNED_UNSUPPORTED, STR("part of a message"));
	return GMIME_IS_PART(object) ? open_part(u, GMIME_PART(object)) : E_OK;
}

static enum err open_messages(struct unpacking *u, GMimeParser *parser)
{
	while (!g_mime_parser_eos(parser)) {
		TRY(unpacking_check(u));
		GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
		if (!message)
			break;
		enum err err = open_message(u, message, 0);
		g_object_unref(message);
		TRY(err);
	}
	return unpacking_check(u);
}

enum err mail_open(struct unpacking *u, const struct container *self, struct bytes content)
{
	GMimeStream *stream = mail_stream_new(u, content);
	GMimeParser *parser = stream ? g_mime_parser_new_with_stream(stream) : NULL;
	enum err err = E_NOMEM;
	(void)self;
	if (parser) {
		bool box = content.size > 5 && memcmp(content.data, "From ", 5) == 0;
		g_mime_parser_set_format(parser, box ? GMIME_FORMAT_MBOX : GMIME_FORMAT_MESSAGE);
		err = open_messages(u, parser);
		g_object_unref(parser);
	}
	if (stream)
		g_object_unref(stream);
	return err;
}

static void ignore_complaint(
	const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
	(void)domain, (void)level, (void)message, (void)data;
}

void mail_warm_up(void)
{
	(void)g_log_set_default_handler(ignore_complaint, NULL);
	g_mime_init();
}
