/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/audit_words.h"

/* In the order of a list to choose from. */
const struct audit_verb audit_verbs[] = {
	{STR_INIT("session.begin"), MESSAGE_DESK_DID_SESSION_BEGIN},
	{STR_INIT("session.end"), MESSAGE_DESK_DID_SESSION_END},
	{STR_INIT("session.end-all"), MESSAGE_DESK_DID_SESSION_END_ALL},
	{STR_INIT("account.add"), MESSAGE_DESK_DID_ACCOUNT_ADD},
	{STR_INIT("account.invite"), MESSAGE_DESK_DID_ACCOUNT_INVITE},
	{STR_INIT("account.uninvite"), MESSAGE_DESK_DID_ACCOUNT_UNINVITE},
	{STR_INIT("account.reset"), MESSAGE_DESK_DID_ACCOUNT_RESET},
	{STR_INIT("account.forgotten"), MESSAGE_DESK_DID_ACCOUNT_FORGOTTEN},
	{STR_INIT("account.rename"), MESSAGE_DESK_DID_ACCOUNT_RENAME},
	{STR_INIT("account.assign"), MESSAGE_DESK_DID_ACCOUNT_ASSIGN},
	{STR_INIT("account.digest"), MESSAGE_DESK_DID_ACCOUNT_DIGEST},
	{STR_INIT("account.password"), MESSAGE_DESK_DID_ACCOUNT_PASSWORD},
	{STR_INIT("account.disable"), MESSAGE_DESK_DID_ACCOUNT_DISABLE},
	{STR_INIT("account.enable"), MESSAGE_DESK_DID_ACCOUNT_ENABLE},
	{STR_INIT("factor.on"), MESSAGE_DESK_DID_FACTOR_ON},
	{STR_INIT("factor.off"), MESSAGE_DESK_DID_FACTOR_OFF},
	{STR_INIT("factor.codes"), MESSAGE_DESK_DID_FACTOR_CODES},
	{STR_INIT("factor.recovery"), MESSAGE_DESK_DID_FACTOR_RECOVERY},
	{STR_INIT("factor.require"), MESSAGE_DESK_DID_FACTOR_REQUIRE},
	{STR_INIT("org.put"), MESSAGE_DESK_DID_ORG_PUT},
	{STR_INIT("org.end"), MESSAGE_DESK_DID_ORG_END},
	{STR_INIT("org.merge"), MESSAGE_DESK_DID_ORG_MERGE},
	{STR_INIT("org.split"), MESSAGE_DESK_DID_ORG_SPLIT},
	{STR_INIT("org.succeed"), MESSAGE_DESK_DID_ORG_SUCCEED},
	{STR_INIT("org.import"), MESSAGE_DESK_DID_ORG_IMPORT},
	{STR_INIT("org.network"), MESSAGE_DESK_DID_ORG_NETWORK},
	{STR_INIT("org.network-remove"), MESSAGE_DESK_DID_ORG_NETWORK_REMOVE},
	{STR_INIT("contact.put"), MESSAGE_DESK_DID_CONTACT_PUT},
	{STR_INIT("line.start"), MESSAGE_DESK_DID_LINE_START},
	{STR_INIT("line.move"), MESSAGE_DESK_DID_LINE_MOVE},
	{STR_INIT("form.set"), MESSAGE_DESK_DID_FORM_SET},
	{STR_INIT("deadline.set"), MESSAGE_DESK_DID_DEADLINE_SET},
	{STR_INIT("return.receive"), MESSAGE_DESK_DID_RETURN_RECEIVE},
	{STR_INIT("return.open"), MESSAGE_DESK_DID_RETURN_OPEN},
	{STR_INIT("return.save"), MESSAGE_DESK_DID_RETURN_SAVE},
	{STR_INIT("return.aside"), MESSAGE_DESK_DID_RETURN_ASIDE},
	{STR_INIT("return.chosen"), MESSAGE_DESK_DID_RETURN_CHOSEN},
	{STR_INIT("return.attach"), MESSAGE_DESK_DID_RETURN_ATTACH},
	{STR_INIT("return.detach"), MESSAGE_DESK_DID_RETURN_DETACH},
	{STR_INIT("return.submit"), MESSAGE_DESK_DID_RETURN_SUBMIT},
	{STR_INIT("return.accept"), MESSAGE_DESK_DID_RETURN_ACCEPT},
	{STR_INIT("return.send-back"), MESSAGE_DESK_DID_RETURN_SEND_BACK},
	{STR_INIT("return.found"), MESSAGE_DESK_DID_RETURN_FOUND},
	{STR_INIT("campaign.set"), MESSAGE_DESK_DID_CAMPAIGN_SET},
	{STR_INIT("feed.set"), MESSAGE_DESK_DID_FEED_SET},
	{STR_INIT("site.set"), MESSAGE_DESK_DID_SITE_SET},
	{STR_INIT("job.ask"), MESSAGE_DESK_DID_JOB_ASK},
	{STR_INIT("job.cancel"), MESSAGE_DESK_DID_JOB_CANCEL},
	{STR_INIT("page.draft"), MESSAGE_DESK_DID_PAGE_DRAFT},
	{STR_INIT("mail.retry"), MESSAGE_DESK_DID_MAIL_RETRY},
	{STR_INIT("mail.test"), MESSAGE_DESK_DID_MAIL_TEST},
	{STR_INIT("setting.put"), MESSAGE_DESK_DID_SETTING_PUT},
};

const size_t audit_verb_count = sizeof(audit_verbs) / sizeof(audit_verbs[0]);

struct str audit_verb_words(enum lang lang, struct str what)
{
	for (size_t i = 0; i < audit_verb_count; i++)
		if (str_equal(audit_verbs[i].what, what))
			return text(lang, audit_verbs[i].words);
	return what;
}
