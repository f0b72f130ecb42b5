/* SPDX-License-Identifier: Apache-2.0 */
#include "server/option_words.h"

#include "server/options.h"

static const struct option_words everywhere[] = {
	{NULL, "after", NULL, MESSAGE_OPTION_AFTER},
	{NULL, "again", NULL, MESSAGE_OPTION_AGAIN},
	{NULL, "as-of", NULL, MESSAGE_OPTION_AS_OF},
	{NULL, "ask-password", NULL, MESSAGE_OPTION_ASK_PASSWORD},
	{NULL, "auth", NULL, MESSAGE_OPTION_AUTH},
	{NULL, "author", NULL, MESSAGE_OPTION_AUTHOR},
	{NULL, "baseline", NULL, MESSAGE_OPTION_BASELINE},
	{NULL, "before", NULL, MESSAGE_OPTION_BEFORE},
	{NULL, "begins", NULL, MESSAGE_OPTION_BEGINS},
	{NULL, "botnet", NULL, MESSAGE_OPTION_BOTNET},
	{NULL, "ca-file", NULL, MESSAGE_OPTION_CA_FILE},
	{NULL, "campaign", NULL, MESSAGE_OPTION_CAMPAIGN},
	{NULL, "catch-up", NULL, MESSAGE_OPTION_CATCH_UP},
	{NULL, "clamd", NULL, MESSAGE_OPTION_CLAMD},
	{NULL, "compress", NULL, MESSAGE_OPTION_COMPRESS},
	{NULL, "config", NULL, MESSAGE_OPTION_CONFIG},
	{NULL, "confirm", NULL, MESSAGE_OPTION_CONFIRM},
	{NULL, "controls", NULL, MESSAGE_OPTION_CONTROLS},
	{NULL, "correction-en", NULL, MESSAGE_OPTION_CORRECTION_EN},
	{NULL, "correction-vi", NULL, MESSAGE_OPTION_CORRECTION_VI},
	{NULL, "country", NULL, MESSAGE_OPTION_COUNTRY},
	{NULL, "data", NULL, MESSAGE_OPTION_DATA},
	{NULL, "day", NULL, MESSAGE_OPTION_DAY},
	{NULL, "days", NULL, MESSAGE_OPTION_DAYS},
	{NULL, "decline", NULL, MESSAGE_OPTION_DECLINE},
	{NULL, "desk-listen", NULL, MESSAGE_OPTION_DESK_LISTEN},
	{NULL, "download", NULL, MESSAGE_OPTION_DOWNLOAD},
	{NULL, "draft", NULL, MESSAGE_OPTION_DRAFT},
	{NULL, "dry-run", NULL, MESSAGE_OPTION_DRY_RUN},
	{NULL, "earlier", NULL, MESSAGE_OPTION_EARLIER},
	{NULL, "effect", NULL, MESSAGE_OPTION_EFFECT},
	{NULL, "end", NULL, MESSAGE_OPTION_END},
	{NULL, "ends", NULL, MESSAGE_OPTION_ENDS},
	{NULL, "every", NULL, MESSAGE_OPTION_EVERY},
	{NULL, "expires", NULL, MESSAGE_OPTION_EXPIRES},
	{NULL, "export", NULL, MESSAGE_OPTION_EXPORT},
	{NULL, "failed", NULL, MESSAGE_OPTION_FAILED},
	{NULL, "feed", NULL, MESSAGE_OPTION_FEED},
	{NULL, "feed-changes", NULL, MESSAGE_OPTION_FEED_CHANGES},
	{NULL, "folder", NULL, MESSAGE_OPTION_FOLDER},
	{NULL, "format", NULL, MESSAGE_OPTION_FORMAT},
	{NULL, "frequency", NULL, MESSAGE_OPTION_FREQUENCY},
	{NULL, "from", NULL, MESSAGE_OPTION_FROM},
	{NULL, "goal", NULL, MESSAGE_OPTION_GOAL},
	{NULL, "goal-name-en", NULL, MESSAGE_OPTION_GOAL_NAME_EN},
	{NULL, "goal-name-vi", NULL, MESSAGE_OPTION_GOAL_NAME_VI},
	{NULL, "hashes", NULL, MESSAGE_OPTION_HASHES},
	{NULL, "help", NULL, MESSAGE_OPTION_HELP},
	{NULL, "history", NULL, MESSAGE_OPTION_HISTORY},
	{NULL, "hosts", NULL, MESSAGE_OPTION_HOSTS},
	{NULL, "id", NULL, MESSAGE_OPTION_ID},
	{NULL, "indicators", NULL, MESSAGE_OPTION_INDICATORS},
	{NULL, "json", NULL, MESSAGE_OPTION_JSON},
	{NULL, "json-problems", NULL, MESSAGE_OPTION_JSON_PROBLEMS},
	{NULL, "keep-months", NULL, MESSAGE_OPTION_KEEP_MONTHS},
	{NULL, "key", NULL, MESSAGE_OPTION_KEY},
	{NULL, "kind", NULL, MESSAGE_OPTION_KIND},
	{NULL, "lag", NULL, MESSAGE_OPTION_LAG},
	{NULL, "lang", NULL, MESSAGE_OPTION_LANG},
	{NULL, "level", NULL, MESSAGE_OPTION_LEVEL},
	{NULL, "limit", NULL, MESSAGE_OPTION_LIMIT},
	{NULL, "listen", NULL, MESSAGE_OPTION_LISTEN},
	{NULL, "lists", NULL, MESSAGE_OPTION_LISTS},
	{NULL, "loop", NULL, MESSAGE_OPTION_LOOP},
	{NULL, "mail", NULL, MESSAGE_OPTION_MAIL},
	{NULL, "mail-ca-file", NULL, MESSAGE_OPTION_MAIL_CA_FILE},
	{NULL, "mail-from", NULL, MESSAGE_OPTION_MAIL_FROM},
	{NULL, "mail-password-file", NULL, MESSAGE_OPTION_MAIL_PASSWORD_FILE},
	{NULL, "mail-plain", NULL, MESSAGE_OPTION_MAIL_PLAIN},
	{NULL, "mail-user", NULL, MESSAGE_OPTION_MAIL_USER},
	{NULL, "map", NULL, MESSAGE_OPTION_MAP},
	{NULL, "most-bytes", NULL, MESSAGE_OPTION_MOST_BYTES},
	{NULL, "most-seconds", NULL, MESSAGE_OPTION_MOST_SECONDS},
	{NULL, "move", NULL, MESSAGE_OPTION_MOVE},
	{NULL, "name", NULL, MESSAGE_OPTION_NAME},
	{NULL, "name-en", NULL, MESSAGE_OPTION_NAME_EN},
	{NULL, "name-vi", NULL, MESSAGE_OPTION_NAME_VI},
	{NULL, "no-fetch", NULL, MESSAGE_OPTION_NO_FETCH},
	{NULL, "now", NULL, MESSAGE_OPTION_NOW},
	{NULL, "number", NULL, MESSAGE_OPTION_NUMBER},
	{NULL, "observed", NULL, MESSAGE_OPTION_OBSERVED},
	{NULL, "observed-rule", NULL, MESSAGE_OPTION_OBSERVED_RULE},
	{NULL, "on-behalf", NULL, MESSAGE_OPTION_ON_BEHALF},
	{NULL, "once", NULL, MESSAGE_OPTION_ONCE},
	{NULL, "operators", NULL, MESSAGE_OPTION_OPERATORS},
	{NULL, "org", NULL, MESSAGE_OPTION_ORG},
	{NULL, "ours", NULL, MESSAGE_OPTION_OURS},
	{NULL, "out", NULL, MESSAGE_OPTION_OUT},
	{NULL, "output", NULL, MESSAGE_OPTION_OUTPUT},
	{NULL, "own", NULL, MESSAGE_OPTION_OWN},
	{NULL, "pages", NULL, MESSAGE_OPTION_PAGES},
	{NULL, "panel", NULL, MESSAGE_OPTION_PANEL},
	{NULL, "password-file", NULL, MESSAGE_OPTION_PASSWORD_FILE},
	{NULL, "precision", NULL, MESSAGE_OPTION_PRECISION},
	{NULL, "proxy-protocol", NULL, MESSAGE_OPTION_PROXY_PROTOCOL},
	{NULL, "public", NULL, MESSAGE_OPTION_PUBLIC},
	{NULL, "public-check", NULL, MESSAGE_OPTION_PUBLIC_CHECK},
	{NULL, "public-key", NULL, MESSAGE_OPTION_PUBLIC_KEY},
	{NULL, "public-stats", NULL, MESSAGE_OPTION_PUBLIC_STATS},
	{NULL, "reply-days", NULL, MESSAGE_OPTION_REPLY_DAYS},
	{NULL, "reply-lang", NULL, MESSAGE_OPTION_REPLY_LANG},
	{NULL, "reports", NULL, MESSAGE_OPTION_REPORTS},
	{NULL, "revoke", NULL, MESSAGE_OPTION_REVOKE},
	{NULL, "role", NULL, MESSAGE_OPTION_ROLE},
	{NULL, "rules", NULL, MESSAGE_OPTION_RULES},
	{NULL, "secret-file", NULL, MESSAGE_OPTION_SECRET_FILE},
	{NULL, "seed", NULL, MESSAGE_OPTION_SEED},
	{NULL, "set-info", NULL, MESSAGE_OPTION_SET_INFO},
	{NULL, "shadowserver", NULL, MESSAGE_OPTION_SHADOWSERVER},
	{NULL, "since", NULL, MESSAGE_OPTION_SINCE},
	{NULL, "source", NULL, MESSAGE_OPTION_SOURCE},
	{NULL, "state", NULL, MESSAGE_OPTION_STATE},
	{NULL, "still", NULL, MESSAGE_OPTION_STILL},
	{NULL, "subscribers", NULL, MESSAGE_OPTION_SUBSCRIBERS},
	{NULL, "text", NULL, MESSAGE_OPTION_TEXT},
	{NULL, "title", NULL, MESSAGE_OPTION_TITLE},
	{NULL, "tlp", NULL, MESSAGE_OPTION_TLP},
	{NULL, "to", NULL, MESSAGE_OPTION_TO},
	{NULL, "treated", NULL, MESSAGE_OPTION_TREATED},
	{NULL, "trusted-proxy", NULL, MESSAGE_OPTION_TRUSTED_PROXY},
	{NULL, "types", NULL, MESSAGE_OPTION_TYPES},
	{NULL, "under", NULL, MESSAGE_OPTION_UNDER},
	{NULL, "unmapped", NULL, MESSAGE_OPTION_UNMAPPED},
	{NULL, "until", NULL, MESSAGE_OPTION_UNTIL},
	{NULL, "url", NULL, MESSAGE_OPTION_URL},
	{NULL, "user", NULL, MESSAGE_OPTION_USER},
	{NULL, "value", NULL, MESSAGE_OPTION_VALUE},
	{NULL, "version", NULL, MESSAGE_OPTION_VERSION},
	{NULL, "version-number", NULL, MESSAGE_OPTION_VERSION_NUMBER},
	{NULL, "why", NULL, MESSAGE_OPTION_WHY},
	{NULL, "window", NULL, MESSAGE_OPTION_WINDOW},
	{NULL, "withdraw", NULL, MESSAGE_OPTION_WITHDRAW},
	{NULL, "without-second-factor", NULL, MESSAGE_OPTION_WITHOUT_SECOND_FACTOR},
	{NULL, "yes", NULL, MESSAGE_OPTION_YES},
	{NULL, "zone", NULL, MESSAGE_OPTION_ZONE},
};

/* What a command, or all that begin with a word, understand by an option otherwise. */
static const struct option_words somewhere[] = {
	{"campaign freeze", "again", NULL, MESSAGE_OPTION_AGAIN_OF_CAMPAIGN_FREEZE},
	{"fetch", "again", NULL, MESSAGE_OPTION_AGAIN_OF_FETCH},
	{"network", "as-of", "DATE", MESSAGE_OPTION_AS_OF_OF_NETWORK},
	{"evaluate", "campaign", NULL, MESSAGE_OPTION_CAMPAIGN_OF_EVALUATE},
	{"simulate", "campaign", "DAY", MESSAGE_OPTION_CAMPAIGN_OF_SIMULATE},
	{"init", "country", NULL, MESSAGE_OPTION_COUNTRY_OF_INIT},
	{"top", "country", NULL, MESSAGE_OPTION_COUNTRY_OF_TOP},
	{"figure enter", "day", NULL, MESSAGE_OPTION_DAY_OF_FIGURE_ENTER},
	{"top", "feed", NULL, MESSAGE_OPTION_FEED_OF_TOP},
	{"simulate", "format", "shadowserver|intelmq", MESSAGE_OPTION_FORMAT_OF_SIMULATE},
	{"unit export", "format", "csv|xlsx", MESSAGE_OPTION_FORMAT_OF_UNIT_EXPORT},
	{"pack build", "key", "FILE", MESSAGE_OPTION_KEY_OF_PACK_BUILD},
	{"network import", "kind", "regions|countries", MESSAGE_OPTION_KIND_OF_NETWORK_IMPORT},
	{"top", "kind", NULL, MESSAGE_OPTION_KIND_OF_TOP},
	{"page set", "lang", NULL, MESSAGE_OPTION_LANG_OF_PAGE_SET},
	{"user add", "name", NULL, MESSAGE_OPTION_NAME_OF_USER_ADD},
	{"deadline set", "org", NULL, MESSAGE_OPTION_ORG_OF_DEADLINE_SET},
	{"user add", "org", NULL, MESSAGE_OPTION_ORG_OF_USER_ADD},
	{"edition files", "out", NULL, MESSAGE_OPTION_OUT_OF_EDITION_FILES},
	{"edition files", "output", NULL, MESSAGE_OPTION_OUTPUT_OF_EDITION_FILES},
	{"evaluate", "output", NULL, MESSAGE_OPTION_OUTPUT_OF_EVALUATE},
	{"pack build", "output", NULL, MESSAGE_OPTION_OUTPUT_OF_PACK_BUILD},
	{"pack keygen", "output", NULL, MESSAGE_OPTION_OUTPUT_OF_PACK_KEYGEN},
	{"return document", "output", NULL, MESSAGE_OPTION_OUTPUT_OF_RETURN_DOCUMENT},
	{"simulate", "output", NULL, MESSAGE_OPTION_OUTPUT_OF_SIMULATE},
	{"figure enter", "withdraw", NULL, MESSAGE_OPTION_WITHDRAW_OF_FIGURE_ENTER},
};

static bool covers(const char *words, struct str command)
{
	struct str of = str_from(words);
	return str_starts(command, of) && (command.size == of.size || command.data[of.size] == ' ');
}

bool option_words_find(struct str command, struct str option, struct option_words *ret_words)
{
	const struct option_info *info = option_find(server_options(), option);
	const struct option_words *found = NULL;
	for (size_t i = 0; i < sizeof(everywhere) / sizeof(everywhere[0]); i++)
		if (str_equal(option, str_from(everywhere[i].option)))
			found = &everywhere[i];
	for (size_t i = 0; i < sizeof(somewhere) / sizeof(somewhere[0]); i++)
		if (str_equal(option, str_from(somewhere[i].option)) &&
			covers(somewhere[i].command, command))
			found = &somewhere[i];
	if (!found || !info)
		return false;
	*ret_words = *found;
	if (!found->value)
		ret_words->value = info->value;
	return true;
}

const struct option_words *option_words_of_commands(size_t *ret_count)
{
	*ret_count = sizeof(somewhere) / sizeof(somewhere[0]);
	return somewhere;
}
