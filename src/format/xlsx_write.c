/* SPDX-License-Identifier: Apache-2.0 */
#include "format/xlsx_write.h"

#include <limits.h>
#include <zlib.h>

#include "format/sheet.h"

enum {
	MOST_SHEETS = 16,
	MOST_PARTS = MOST_SHEETS + 5,
	MOST_COLUMNS = 16384,
	MOST_ROWS = 1048575,
	TEXT_CHARACTERS = 32767, /* a cell takes as many */
	PART_BYTES = 512 << 20,
	NAME_BYTES = 64,
	WIDEST = 50,
	NARROWEST = 10,
	MEASURED_ROWS = 2000, /* say how wide columns are */
	LEVEL = 3,            /* of compression: made while somebody waits */
	RAW_WINDOW = -15,
	MEMORY = 8,
	DEFLATED = 8,
	VERSION = 20,
	UTF8_NAMES = 1 << 11,
	NO_DAY = 1 << 5 | 1 /* 1980-01-01, what archives say who know no time */
};

/* --- the archive (PKWARE APPNOTE 6.3) --- */

struct part {
	char name[NAME_BYTES];
	uint32_t check, packed, size, offset;
};

struct book {
	struct writer *out;
	struct part parts[MOST_PARTS];
	size_t count;
	struct writer text; /* of the part at hand */
};

/* What a local header and the directory say alike. */
static void write_facts(struct writer *w, const struct part *part)
{
	writer_u16(w, VERSION);
	writer_u16(w, UTF8_NAMES);
	writer_u16(w, DEFLATED);
	writer_u16(w, 0);
	writer_u16(w, NO_DAY);
	writer_u32(w, part->check);
	writer_u32(w, part->packed);
	writer_u32(w, part->size);
	writer_u16(w, (uint16_t)strlen(part->name));
	writer_u16(w, 0);
}

/* The library takes its input as not const but writes none. */
static enum err deflate_into(struct writer *w, struct bytes b)
{
	z_stream z = {0};
	union {
		const uint8_t *read_only;
		uint8_t *data;
	} in = {.read_only = b.data};
	if (deflateInit2(&z, LEVEL, Z_DEFLATED, RAW_WINDOW, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
		return E_NOMEM;
	size_t room = deflateBound(&z, b.size);
	uint8_t *at = room <= UINT_MAX ? writer_reserve(w, room) : NULL;
	z.next_in = in.data;
	z.avail_in = (uInt)b.size;
	z.next_out = at;
	z.avail_out = (uInt)room;
	bool done = at && deflate(&z, Z_FINISH) == Z_STREAM_END;
	if (done)
		w->size -= z.avail_out;
	(void)deflateEnd(&z);
	return done ? E_OK : w->err != E_OK ? w->err : E_LIMIT;
}

/* What was written to book->text becomes a part of that name. */
static enum err add_part(struct book *book, const char *name)
{
	struct writer packed;
	struct part *part = &book->parts[book->count++];
	TRY(writer_end(&book->text));
	struct bytes text = writer_view(&book->text);
	writer_init(&packed, PART_BYTES);
	enum err err = deflate_into(&packed, text);
	if (err == E_OK) {
		size_t length = strlen(name);
		memcpy(part->name, name, length < NAME_BYTES ? length : NAME_BYTES - 1);
		part->check = (uint32_t)crc32_z(0, text.data, text.size);
		part->packed = (uint32_t)packed.size;
		part->size = (uint32_t)text.size;
		part->offset = (uint32_t)book->out->size;
		writer_u32(book->out, 0x04034b50);
		write_facts(book->out, part);
		writer_text(book->out, part->name);
		writer_bytes(book->out, writer_view(&packed));
		err = writer_end(book->out);
	}
	writer_release(&packed);
	writer_clear(&book->text);
	return err == E_OK && book->out->size > UINT32_MAX ? E_LIMIT : err;
}

static void write_directory(struct book *book)
{
	struct writer *w = book->out;
	size_t begin = w->size;
	for (size_t i = 0; i < book->count; i++) {
		const struct part *part = &book->parts[i];
		writer_u32(w, 0x02014b50);
		writer_u16(w, VERSION);
		write_facts(w, part);
		writer_u16(w, 0); /* comment */
		writer_u16(w, 0); /* disk */
		writer_u16(w, 0);
		writer_u32(w, 0);
		writer_u32(w, part->offset);
		writer_text(w, part->name);
	}
	size_t end = w->size;
	writer_u32(w, 0x06054b50);
	writer_u32(w, 0); /* disks */
	writer_u16(w, (uint16_t)book->count);
	writer_u16(w, (uint16_t)book->count);
	writer_u32(w, (uint32_t)(end - begin));
	writer_u32(w, (uint32_t)begin);
	writer_u16(w, 0);
}

/* --- XML --- */

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml."

/* What XML has no way to say, in bytes; 0: the byte may stand there. */
static size_t unsayable(struct str rest)
{
	unsigned char c = (unsigned char)rest.data[0];
	if (c < ' ')
		return c == '\t' || c == '\n' ? 0 : 1;
	bool noncharacter = rest.size >= 3 && c == 0xEF && (unsigned char)rest.data[1] == 0xBF &&
			    (unsigned char)rest.data[2] >= 0xBE;
	return noncharacter ? 3 : 0;
}

static const char *entity(char c)
{
	return c == '&'   ? "&amp;"
	       : c == '<' ? "&lt;"
	       : c == '>' ? "&gt;"
	       : c == '"' ? "&quot;"
			  : NULL;
}

/* Bytes that stand for themselves are written together. */
static void write_xml(struct writer *w, struct str text)
{
	size_t done = 0, i = 0;
	while (i < text.size) {
		size_t skip = unsayable((struct str){text.data + i, text.size - i});
		const char *instead = entity(text.data[i]);
		if (!skip && !instead) {
			i++;
			continue;
		}
		writer_str(w, (struct str){text.data + done, i - done});
		writer_text(w, instead ? instead : "");
		i += skip ? skip : 1;
		done = i;
	}
	writer_str(w, (struct str){text.data + done, i - done});
}

static size_t characters(struct str text)
{
	size_t count = 0;
	for (size_t i = 0; i < text.size; i++)
		count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
	return count;
}

static void write_numbered(struct writer *w, const char *before, size_t number, const char *behind)
{
	writer_text(w, before);
	writer_decimal(w, number);
	writer_text(w, behind);
}

static enum err write_cell(struct writer *w, size_t row, size_t column, struct str text, bool head)
{
	if (text.size == 0)
		return E_OK;
	if (text.size > TEXT_CHARACTERS && characters(text) > TEXT_CHARACTERS)
		return E_LIMIT;
	writer_text(w, "<c r=\"");
	writer_sheet_address(w, (uint32_t)row, (uint32_t)column);
	writer_text(w, head ? "\" s=\"1\"" : "\"");
	writer_text(w, " t=\"inlineStr\"><is><t xml:space=\"preserve\">");
	write_xml(w, text);
	writer_text(w, "</t></is></c>");
	return E_OK;
}

static enum err write_row(
	struct writer *w, size_t row, const struct str *cells, size_t count, bool head)
{
	enum err err = E_OK;
	write_numbered(w, "<row r=\"", row, "\">");
	for (size_t i = 0; err == E_OK && i < count; i++)
		err = write_cell(w, row, i, cells[i], head);
	writer_text(w, "</row>");
	return err;
}

static void write_width(struct writer *w, const struct xlsx_sheet *s, size_t column)
{
	size_t width = characters(s->columns[column]);
	for (size_t row = 0; row < s->row_count && row < MEASURED_ROWS; row++) {
		size_t here = characters(s->cells[row * s->column_count + column]);
		width = here > width ? here : width;
	}
	width = width < NARROWEST ? NARROWEST : width > WIDEST ? WIDEST : width;
	write_numbered(w, "<col min=\"", column + 1, "\"");
	write_numbered(w, " max=\"", column + 1, "\"");
	write_numbered(w, " width=\"", width + 2, "\" customWidth=\"1\"/>");
}

static enum err write_sheet(struct writer *w, const struct xlsx_sheet *s)
{
	if (s->column_count == 0 || s->column_count > MOST_COLUMNS || s->row_count > MOST_ROWS)
		return E_LIMIT;
	writer_text(w,
		DECLARATION "<worksheet xmlns=\"" MAIN "\"><sheetViews>"
			    "<sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\""
			    " activePane=\"bottomLeft\" state=\"frozen\"/></sheetView>"
			    "</sheetViews><cols>");
	for (size_t i = 0; i < s->column_count; i++)
		write_width(w, s, i);
	writer_text(w, "</cols><sheetData>");
	TRY(write_row(w, 1, s->columns, s->column_count, true));
	for (size_t i = 0; i < s->row_count; i++)
		TRY(write_row(w, i + 2, s->cells + i * s->column_count, s->column_count, false));
	writer_text(w, "</sheetData></worksheet>");
	return writer_end(w);
}

/* --- the parts every spreadsheet has --- */

static enum err add_types(struct book *book, size_t sheets)
{
	struct writer *w = &book->text;
	writer_text(w, DECLARATION "<Types xmlns=\"" PACKAGE "content-types\">"
				   "<Default Extension=\"rels\" ContentType=\"application/"
				   "vnd.openxmlformats-package.relationships+xml\"/>"
				   "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
				   "<Override PartName=\"/xl/workbook.xml\" ContentType=\"" TYPE
				   "sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\""
				   " ContentType=\"" TYPE "styles+xml\"/>");
	for (size_t i = 0; i < sheets; i++)
		write_numbered(w, "<Override PartName=\"/xl/worksheets/sheet", i + 1,
			".xml\" ContentType=\"" TYPE "worksheet+xml\"/>");
	writer_text(w, "</Types>");
	return add_part(book, "[Content_Types].xml");
}

static enum err add_relations(struct book *book)
{
	writer_text(&book->text,
		DECLARATION "<Relationships xmlns=\"" PACKAGE "relationships\">"
			    "<Relationship Id=\"rId1\" Type=\"" OFFICE "/officeDocument\""
			    " Target=\"xl/workbook.xml\"/></Relationships>");
	return add_part(book, "_rels/.rels");
}

static enum err add_book(struct book *book, const struct xlsx_sheet *sheets, size_t count)
{
	struct writer *w = &book->text;
	writer_text(w, DECLARATION "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" OFFICE "\"><sheets>");
	for (size_t i = 0; i < count; i++) {
		writer_text(w, "<sheet name=\"");
		write_xml(w, sheets[i].name);
		write_numbered(w, "\" sheetId=\"", i + 1, "\"");
		write_numbered(w, " r:id=\"rId", i + 1, "\"/>");
	}
	writer_text(w, "</sheets></workbook>");
	return add_part(book, "xl/workbook.xml");
}

static enum err add_book_relations(struct book *book, size_t sheets)
{
	struct writer *w = &book->text;
	writer_text(w, DECLARATION "<Relationships xmlns=\"" PACKAGE "relationships\">");
	for (size_t i = 0; i < sheets; i++) {
		write_numbered(w, "<Relationship Id=\"rId", i + 1, "\" Type=\"" OFFICE);
		write_numbered(w, "/worksheet\" Target=\"worksheets/sheet", i + 1, ".xml\"/>");
	}
	write_numbered(w, "<Relationship Id=\"rId", sheets + 1,
		"\" Type=\"" OFFICE "/styles\" Target=\"styles.xml\"/></Relationships>");
	return add_part(book, "xl/_rels/workbook.xml.rels");
}

/* Number format 49 is text: what people type into a cell stays as they typed it, too. */
static enum err add_styles(struct book *book)
{
	writer_text(&book->text, DECLARATION
		"<styleSheet xmlns=\"" MAIN "\"><fonts count=\"2\"><font><sz val=\"11\"/>"
		"<name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/>"
		"</font></fonts><fills count=\"2\"><fill><patternFill patternType=\"none\"/>"
		"</fill><fill><patternFill patternType=\"gray125\"/></fill></fills>"
		"<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border>"
		"</borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\""
		" borderId=\"0\"/></cellStyleXfs><cellXfs count=\"2\">"
		"<xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\""
		" applyNumberFormat=\"1\"/><xf numFmtId=\"49\" fontId=\"1\" fillId=\"0\""
		" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\"/></cellXfs>"
		"</styleSheet>");
	return add_part(book, "xl/styles.xml");
}

static enum err add_sheet(struct book *book, const struct xlsx_sheet *sheet)
{
	struct writer name;
	size_t number = book->count - 4;
	writer_init(&name, NAME_BYTES);
	write_numbered(&name, "xl/worksheets/sheet", number, ".xml");
	writer_char(&name, '\0');
	enum err err = write_sheet(&book->text, sheet);
	if (err == E_OK)
		err = writer_end(&name);
	if (err == E_OK)
		err = add_part(book, (const char *)name.data);
	writer_release(&name);
	return err;
}

static enum err add_all(struct book *book, const struct xlsx_sheet *sheets, size_t count)
{
	TRY(add_types(book, count));
	TRY(add_relations(book));
	TRY(add_book(book, sheets, count));
	TRY(add_book_relations(book, count));
	TRY(add_styles(book));
	for (size_t i = 0; i < count; i++)
		TRY(add_sheet(book, &sheets[i]));
	write_directory(book);
	return writer_end(book->out);
}

enum err xlsx_write(const struct xlsx_sheet *sheets, size_t sheet_count, struct writer *xlsx)
{
	struct book book = {.out = xlsx};
	/* Offsets count from the beginning of the file. */
	if (sheet_count == 0 || sheet_count > MOST_SHEETS || xlsx->size > 0)
		return E_LIMIT;
	writer_init(&book.text, PART_BYTES);
	enum err err = add_all(&book, sheets, sheet_count);
	writer_release(&book.text);
	return err;
}
