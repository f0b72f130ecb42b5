/* SPDX-License-Identifier: Apache-2.0 */
#include "portal/page.h"
#include "portal/portal.h"

struct words {
	unsigned status;
	enum message title, body;
	enum page_name next; /* where to go from here */
	enum message link;
};

/* The last line is for every status without a line of its own. */
static const struct words words[] = {
	{400, MESSAGE_ERROR_400, MESSAGE_ERROR_400_TEXT, PAGE_HOME, MESSAGE_ERROR_HOME},
	{403, MESSAGE_ERROR_403, MESSAGE_ERROR_403_TEXT, PAGE_CHECK, MESSAGE_STEP_1_LINK},
	{404, MESSAGE_ERROR_404, MESSAGE_ERROR_404_TEXT, PAGE_HOME, MESSAGE_ERROR_HOME},
	{405, MESSAGE_ERROR_400, MESSAGE_ERROR_400_TEXT, PAGE_HOME, MESSAGE_ERROR_HOME},
	{413, MESSAGE_ERROR_400, MESSAGE_ERROR_400_TEXT, PAGE_HOME, MESSAGE_ERROR_HOME},
	{429, MESSAGE_ERROR_429, MESSAGE_ERROR_429_TEXT, PAGE_HOME, MESSAGE_ERROR_HOME},
	{431, MESSAGE_ERROR_400, MESSAGE_ERROR_400_TEXT, PAGE_HOME, MESSAGE_ERROR_HOME},
	{0, MESSAGE_ERROR_500, MESSAGE_ERROR_500_TEXT, PAGE_HOME, MESSAGE_ERROR_HOME},
};

/* Trying again does not help there. */
static const struct words too_large = {
	500, MESSAGE_ERROR_LARGE, MESSAGE_ERROR_LARGE_TEXT, PAGE_HOME, MESSAGE_ERROR_HOME};

static const struct words *find_words(unsigned status)
{
	size_t at = 0;
	while (words[at].status != 0 && words[at].status != status)
		at++;
	return &words[at];
}

void portal_error(const struct http_request *q, struct http_answer *a)
{
	const struct words *w = a->why == E_LIMIT ? &too_large : find_words(a->status);
	const struct page_head head = {
		.name = PAGE__COUNT, .title = w->title, .description = MESSAGE_HOME_DESCRIPTION};
	struct page p;
	page_begin(&p, q, a);
	page_write_head(&p, &head);
	html_open_class(&p.html, "div", "wrap article");
	page_say(&p, "h1", NULL, w->title);
	page_say(&p, "p", "lead", w->body);
	html_open_class(&p.html, "p", "actions");
	page_link(&p, "button", page_path(w->next, p.lang), w->link);
	html_close(&p.html, "p");
	html_close(&p.html, "div");
	page_end(&p);
}
