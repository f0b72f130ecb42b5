/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/containers.h"

#include <archive.h>

#include "unpack/container_archive.h"
#include "unpack/container_compound.h"
#include "unpack/container_mail.h"
#include "unpack/container_microsoft.h"
#include "unpack/container_pdf.h"
#include "unpack/container_small.h"
#include "unpack/container_text.h"
#include "unpack/container_tnef.h"
#include "unpack/installshield.h"
#include "unpack/known.h"
#include "unpack/program.h"

#define ARCHIVE(format) .open = archive_open_format, .which = ARCHIVE_FORMAT_##format
#define FILTER(filter) .open = archive_open_filter, .which = ARCHIVE_FILTER_##filter
#define TEXT(literal) STR_INIT(literal)

const struct container containers[] = {
	{TEXT("zip"), .recognise = archive_is_zip, ARCHIVE(ZIP)},
	{TEXT("7z"), TEXT("7z\xBC\xAF\x27\x1C"), ARCHIVE(7ZIP)},
	{TEXT("rar"), TEXT("Rar!\x1A\x07\0"), ARCHIVE(RAR)},
	{TEXT("rar"), TEXT("Rar!\x1A\x07\1\0"), ARCHIVE(RAR_V5)},
	{TEXT("tar"), .recognise = archive_is_tar, ARCHIVE(TAR)},
	{TEXT("cpio"), TEXT("070701"), ARCHIVE(CPIO)},
	{TEXT("cpio"), TEXT("070702"), ARCHIVE(CPIO)},
	{TEXT("cpio"), TEXT("070707"), ARCHIVE(CPIO)},
	{TEXT("cpio"), .recognise = archive_is_cpio, ARCHIVE(CPIO), .weak = true},
	{TEXT("ar"), TEXT("!<arch>\n"), ARCHIVE(AR)},
	{TEXT("iso9660"), TEXT("CD001"), 32769, ARCHIVE(ISO9660)},
	{TEXT("lha"), .recognise = archive_is_lha, ARCHIVE(LHA), .weak = true},
	{TEXT("xar"), TEXT("xar!"), ARCHIVE(XAR)},
	{TEXT("warc"), TEXT("WARC/"), ARCHIVE(WARC)},
	{TEXT("gzip"), TEXT("\x1F\x8B\x08"), FILTER(GZIP)},
	{TEXT("bzip2"), TEXT("BZh"), FILTER(BZIP2)},
	{TEXT("xz"),
		TEXT("\xFD"
		     "7zXZ\0"),
		FILTER(XZ)},
	{TEXT("zstd"), TEXT("\x28\xB5\x2F\xFD"), FILTER(ZSTD)},
	{TEXT("lz4"), TEXT("\x04\x22\x4D\x18"), FILTER(LZ4)},
	{TEXT("lzip"), TEXT("LZIP\1"), FILTER(LZIP)},
	{TEXT("lzma"), .recognise = archive_is_lzma, FILTER(LZMA), .weak = true},
	{TEXT("compress"), TEXT("\x1F\x9D"), FILTER(COMPRESS), .weak = true},
	{TEXT("uuencode"), .recognise = archive_is_uu, FILTER(UU), .weak = true},
	{TEXT("cab"), TEXT("MSCF"), .recognise = cabinet_fits, .open = cabinet_open},
	{TEXT("chm"), TEXT("ITSF"), .open = help_open},
	{TEXT("szdd"), TEXT("SZDD\x88\xF0\x27\x33"), .open = szdd_open},
	{TEXT("szdd"), TEXT("SZ \x88\xF0\x27\x33\xD1"), .open = szdd_open},
	{TEXT("kwaj"), TEXT("KWAJ\x88\xF0\x27\xD1"), .open = kwaj_open},
	{TEXT("mail"), .recognise = mail_fits, .open = mail_open},
	{TEXT("OLE2"), TEXT("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), .open = compound_open},
	{TEXT("TNEF"), TEXT("\x78\x9F\x3E\x22"), .open = tnef_open},
	{TEXT("InstallShield cabinet"), TEXT("ISc("), .open = installshield_open_cabinet},
	{TEXT("PE"), TEXT("MZ"), .recognise = program_fits, .open = program_open},
	{TEXT("ELF"), TEXT("\177ELF"), .recognise = linux_program_fits, .open = linux_program_open},
	{TEXT("script with an archive"), TEXT("#!"), .recognise = script_fits, .open = script_open},
	{TEXT("PDF"), .recognise = pdf_fits, .open = pdf_open},
	{TEXT("RTF"), TEXT("{\\rt"), .open = rtf_open},
	{TEXT("BinHex"), .recognise = binhex_fits, .open = binhex_open},
	{TEXT("web page"), .recognise = page_fits, .open = page_open},
	{TEXT("ARJ"), TEXT("\x60\xEA"), .recognise = arj_fits, .open = arj_open},
	{TEXT("SIS"), TEXT("\x19\x04\0\x10"), 8, .open = sis_open},
	{TEXT("OneNote"), TEXT("\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3"),
		.open = onenote_open},
	{TEXT("Flash"), TEXT("WS"), 1, .recognise = flash_fits, .open = flash_open},
	{TEXT("rpm"), TEXT("\xED\xAB\xEE\xDB"), FILTER(RPM)},
	/* Not opened: said. */
	{TEXT("ACE"), .recognise = ace_fits, .open = known_tell},
	{TEXT("ALZ"), TEXT("ALZ\1"), .open = known_tell},
	{TEXT("EGG"), TEXT("EGGA"), .open = known_tell},
	{TEXT("ZOO"), TEXT("\xDC\xA7\xC4\xFD"), 20, .open = known_tell},
	{TEXT("StuffIt"), TEXT("StuffIt (c)"), .open = known_tell},
	{TEXT("StuffIt"), TEXT("rLau"), 10, .open = known_tell},
	{TEXT("lzop"), .recognise = lzop_fits, .open = known_tell},
	{TEXT("lrzip"), TEXT("LRZI"), .open = known_tell},
	{TEXT("Microsoft LIT"), TEXT("ITOLITLS"), .open = known_tell},
	{TEXT("Microsoft HLP"), TEXT("\x3F\x5F\x03\0"), .recognise = help_file_fits,
		.open = known_tell},
	{TEXT("WIM"), TEXT("MSWIM\0\0\0"), .open = known_tell},
	{TEXT("SIS of Symbian 9"), TEXT("\x7A\x1A\x20\x10"), .open = known_tell},
	{TEXT("squashfs"), TEXT("hsqs"), .open = known_tell},
	{TEXT("UDF"), .recognise = udf_fits, .open = known_tell},
	{TEXT("DMG"), .recognise = apple_image_fits, .open = known_tell},
	{TEXT("VHD"), .recognise = fixed_disk_fits, .open = known_tell},
	{TEXT("VHDX"), TEXT("vhdxfile"), .open = known_tell},
	{TEXT("QCOW2"), TEXT("QFI\xFB"), .open = known_tell},
	{TEXT("VMDK"), TEXT("KDMV"), .open = known_tell},
	{TEXT("VDI"), TEXT("\x7F\x10\xDA\xBE"), 64, .open = known_tell},
	{TEXT("PST"), TEXT("!BDN"), .open = known_tell},
};

const size_t container_count = sizeof(containers) / sizeof(containers[0]);

bool container_fits(const struct container *c, struct bytes content)
{
	if (content.size < c->at + c->magic.size ||
		(c->magic.size > 0 &&
			memcmp(content.data + c->at, c->magic.data, c->magic.size) != 0))
		return false;
	return !c->recognise || c->recognise(content);
}
