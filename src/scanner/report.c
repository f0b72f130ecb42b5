/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/report.h"

#include "model/botnet.h"

/* Rules may call a family otherwise than its page. */
struct str report_page(struct scan_report *r, struct str family)
{
	const struct family *known = family_find(family);
	if (family.size == 0 || verified_pack_open(r->verified) != E_OK)
		return STR("");
	const struct pack_page *page = pack_page(&r->verified->pack, family, r->lang);
	if (!page && known)
		page = pack_page(&r->verified->pack, known->slug, r->lang);
	return page ? page->text : STR("");
}
