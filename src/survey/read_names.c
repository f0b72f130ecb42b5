/* SPDX-License-Identifier: Apache-2.0 */
#include "survey/lines.h"
#include "survey/readers.h"
#include "survey/reasons.h"

/* Where updates and help against malware come from; one that begins with '.' stands for all names
 * below it. Telemetry that block lists name is not among them. */
static bool is_security_site(struct str name)
{
	static const struct str sites[] = {STR_INIT("security.debian.org"),
		STR_INIT("deb.debian.org"), STR_INIT("ftp.debian.org"),
		STR_INIT("security.ubuntu.com"), STR_INIT("archive.ubuntu.com"),
		STR_INIT("vn.archive.ubuntu.com"), STR_INIT("mirrorlist.centos.org"),
		STR_INIT("mirrors.fedoraproject.org"), STR_INIT("clamav.net"),
		STR_INIT(".clamav.net"), STR_INIT("virustotal.com"), STR_INIT("www.virustotal.com"),
		STR_INIT("windowsupdate.com"), STR_INIT(".windowsupdate.com"),
		STR_INIT("update.microsoft.com"), STR_INIT(".update.microsoft.com"),
		STR_INIT("www.kaspersky.com"), STR_INIT("kaspersky.com"),
		STR_INIT(".kaspersky-labs.com"), STR_INIT("bkav.com.vn"),
		STR_INIT("www.bkav.com.vn"), STR_INIT("bkav.com"), STR_INIT("www.bkav.com"),
		STR_INIT("cmccybersecurity.com"), STR_INIT("www.eset.com"), STR_INIT("eset.com"),
		STR_INIT("update.eset.com"), STR_INIT("www.avast.com"), STR_INIT("www.avira.com"),
		STR_INIT("www.bitdefender.com"), STR_INIT("www.malwarebytes.com"),
		STR_INIT("www.mcafee.com"), STR_INIT("www.sophos.com"),
		STR_INIT("www.symantec.com"), STR_INIT("www.trendmicro.com"),
		STR_INIT("khonggianmang.vn"), STR_INIT("www.khonggianmang.vn"),
		STR_INIT("ncsc.gov.vn"), STR_INIT("vncert.vn"), STR_INIT("tinnhiemmang.vn")};
	for (size_t i = 0; i < sizeof(sites) / sizeof(sites[0]); i++) {
		struct str site = sites[i];
		if (str_equal_nocase(name, site))
			return true;
		if (site.data[0] == '.' && name.size > site.size &&
			str_equal_nocase(
				(struct str){name.data + name.size - site.size, site.size}, site))
			return true;
	}
	return false;
}

static bool leads_nowhere(struct str address)
{
	return str_starts(address, STR("127.")) || str_starts(address, STR("0.")) ||
	       str_equal(address, STR("0")) || str_equal(address, STR("::")) ||
	       str_equal(address, STR("::1"));
}

enum err read_hosts(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line, comment;
	(void)path;
	lines_init(&l, content, false);
	while (lines_next_but(&l, "#", &line)) {
		struct str rest = str_cut(line, '#', &comment), why = STR("");
		struct str address = take_word(&rest);
		while (rest.size > 0 && why.size == 0)
			if (is_security_site(take_word(&rest)))
				why = leads_nowhere(address) ? WHY_BLOCKS : WHY_REDIRECTS;
		TRY(give_entry(s, l.number, line, STR(""), why));
	}
	return E_OK;
}

/* Whether an address is a bad one, the caller knows. */
enum err read_resolver(struct bytes content, struct str path, const struct place_sink *s)
{
	struct lines l;
	struct str line;
	(void)path;
	lines_init(&l, content, false);
	while (lines_next_but(&l, "#;", &line)) {
		struct str rest = line;
		if (str_equal(take_word(&rest), STR("nameserver")))
			TRY(give_entry(s, l.number, line, STR(""), STR("")));
	}
	return E_OK;
}
