/* SPDX-License-Identifier: Apache-2.0 */
/* The first page: what is late, what waits. */
#include "desk/page.h"

#include "desk/desk_parts.h"

void desk_work(struct desk_request *r)
{
	const struct desk_head head = {
		.place = DESK_PLACE_WORK, .title = text(r->lang, MESSAGE_DESK_MENU_WORK)};
	struct desk_page p;
	desk_page_begin(&p, r, &head, NULL);
	desk_say_values(&p, "p", "lead", MESSAGE_DESK_WORK_HELLO, {STR("name"), r->actor->name},
		{STR("date"), desk_date(r, desk_today(r))});
	desk_page_end(&p);
}
