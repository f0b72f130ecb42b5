/* SPDX-License-Identifier: Apache-2.0 */
#include "server/help.h"

/* Where the help of a command does not begin with a few words that would do. */
static const struct {
	const char *command;
	enum message message;
} briefs[] = {
	{"allow", MESSAGE_HELP_BRIEF_ALLOW},
	{"backup", MESSAGE_HELP_BRIEF_BACKUP},
	{"campaign counts", MESSAGE_HELP_BRIEF_CAMPAIGN_COUNTS},
	{"campaign set", MESSAGE_HELP_BRIEF_CAMPAIGN_SET},
	{"deadline set", MESSAGE_HELP_BRIEF_DEADLINE_SET},
	{"edition files", MESSAGE_HELP_BRIEF_EDITION_FILES},
	{"edition list", MESSAGE_HELP_BRIEF_EDITION_LIST},
	{"edition reply", MESSAGE_HELP_BRIEF_EDITION_REPLY},
	{"figure enter", MESSAGE_HELP_BRIEF_FIGURE_ENTER},
	{"form set", MESSAGE_HELP_BRIEF_FORM_SET},
	{"holder leases", MESSAGE_HELP_BRIEF_HOLDER_LEASES},
	{"holder set", MESSAGE_HELP_BRIEF_HOLDER_SET},
	{"ingest", MESSAGE_HELP_BRIEF_INGEST},
	{"mail list", MESSAGE_HELP_BRIEF_MAIL_LIST},
	{"mail send", MESSAGE_HELP_BRIEF_MAIL_SEND},
	{"mail test", MESSAGE_HELP_BRIEF_MAIL_TEST},
	{"network show", MESSAGE_HELP_BRIEF_NETWORK_SHOW},
	{"pack build", MESSAGE_HELP_BRIEF_PACK_BUILD},
	{"pack keygen", MESSAGE_HELP_BRIEF_PACK_KEYGEN},
	{"page restore", MESSAGE_HELP_BRIEF_PAGE_RESTORE},
	{"publish", MESSAGE_HELP_BRIEF_PUBLISH},
	{"rebuild", MESSAGE_HELP_BRIEF_REBUILD},
	{"region list", MESSAGE_HELP_BRIEF_REGION_LIST},
	{"region show", MESSAGE_HELP_BRIEF_REGION_SHOW},
	{"restore", MESSAGE_HELP_BRIEF_RESTORE},
	{"retain", MESSAGE_HELP_BRIEF_RETAIN},
	{"return document", MESSAGE_HELP_BRIEF_RETURN_DOCUMENT},
	{"return known", MESSAGE_HELP_BRIEF_RETURN_KNOWN},
	{"return list", MESSAGE_HELP_BRIEF_RETURN_LIST},
	{"return look", MESSAGE_HELP_BRIEF_RETURN_LOOK},
	{"return organisations", MESSAGE_HELP_BRIEF_RETURN_ORGANISATIONS},
	{"return remind", MESSAGE_HELP_BRIEF_RETURN_REMIND},
	{"serve", MESSAGE_HELP_BRIEF_SERVE},
	{"source show", MESSAGE_HELP_BRIEF_SOURCE_SHOW},
	{"tool add-file", MESSAGE_HELP_BRIEF_TOOL_ADD_FILE},
	{"top asns", MESSAGE_HELP_BRIEF_TOP_ASNS},
	{"top botnets", MESSAGE_HELP_BRIEF_TOP_BOTNETS},
	{"top holders", MESSAGE_HELP_BRIEF_TOP_HOLDERS},
	{"unit contact", MESSAGE_HELP_BRIEF_UNIT_CONTACT},
	{"unit export", MESSAGE_HELP_BRIEF_UNIT_EXPORT},
	{"unit list", MESSAGE_HELP_BRIEF_UNIT_LIST},
	{"unit merge", MESSAGE_HELP_BRIEF_UNIT_MERGE},
	{"unit move", MESSAGE_HELP_BRIEF_UNIT_MOVE},
	{"unit show", MESSAGE_HELP_BRIEF_UNIT_SHOW},
	{"unit split", MESSAGE_HELP_BRIEF_UNIT_SPLIT},
	{"upgrade", MESSAGE_HELP_BRIEF_UPGRADE},
	{"user add", MESSAGE_HELP_BRIEF_USER_ADD},
	{"user list", MESSAGE_HELP_BRIEF_USER_LIST},
};

/* Words up to the first of these say enough in a list. */
static struct str beginning(struct str help)
{
	static const char *const ends[] = {". ", "; ", ": ", " ("};
	for (size_t i = 0; i < help.size; i++)
		for (size_t k = 0; k < sizeof(ends) / sizeof(ends[0]); k++)
			if (str_starts(
				    (struct str){help.data + i, help.size - i}, str_from(ends[k])))
				return (struct str){help.data, i};
	if (str_ends(help, STR(".")))
		help.size--;
	return help;
}

struct str help_brief(enum lang lang, const struct command *command)
{
	for (size_t i = 0; i < sizeof(briefs) / sizeof(briefs[0]); i++)
		if (strcmp(briefs[i].command, command->name) == 0)
			return text(lang, briefs[i].message);
	return beginning(text(lang, command->help));
}
