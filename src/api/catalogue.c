/* SPDX-License-Identifier: Apache-2.0 */
/* What is offered, by whom, until when. */
#include "api/api.h"
#include "format/json_object.h"
#include "portal/home.h"
#include "text/text.h"

static void begin(struct object *o, struct http_answer *a, const struct site *site)
{
	a->content_type = "application/json";
	a->cache = HTTP_NO_CACHE;
	object_init(o, a->body);
	object_open(o, NULL);
	if (site->built.seconds > 0)
		object_instant(o, "built", site->built);
}

static void end(struct object *o)
{
	object_close(o);
	writer_char(o->out, '\n');
}

/* --- tools --- */

static void write_platforms(struct object *o, unsigned platforms)
{
	object_open_array(o, "platforms");
	for (unsigned i = 0; i < TOOL_PLATFORMS; i++)
		if (platforms & (1u << i))
			object_text(o, NULL, tool_platform_name((enum tool_platform)(1u << i)));
	object_close_array(o);
}

static void write_tool(struct object *o, const struct tool *tool, const struct counters *counters)
{
	object_open(o, NULL);
	object_text(o, "key", tool->key);
	object_text(o, "name", tool->name);
	object_texts(o, "maker", tool->maker);
	object_texts(o, "purpose", tool->purpose);
	object_texts(o, "about", tool->about);
	object_text_if_any(o, "hotline", tool->hotline);
	object_text_if_any(o, "mail", tool->mail);
	write_platforms(o, tool->platforms);
	if (tool->size > 0)
		object_number(o, "size", tool->size);
	object_text_if_any(o, "sha256", tool->sha256);
	object_text_if_any(o, "url", tool->url);
	object_text_if_any(o, "file", tool->file);
	if (counters)
		object_number(o, "downloads", counters_get(counters, tool->key).total);
	object_close(o);
}

void api_tools(const struct http_request *q, struct http_answer *a)
{
	const struct portal_context *context = q->context;
	struct object o;
	const struct publication *publication = published_acquire(context->published);
	begin(&o, a, publication->site);
	object_open_array(&o, "tools");
	for (size_t i = 0; i < publication->site->tool_count; i++)
		write_tool(&o, &publication->site->tools[i], context->counters);
	object_close_array(&o);
	end(&o);
	published_release(context->published, publication);
}

/* --- the campaign --- */

static void write_identity(struct object *o, const struct site_identity *identity)
{
	object_open(o, "identity");
	object_text_if_any(o, "address", identity->address);
	object_texts(o, "organiser", identity->organiser);
	object_text_if_any(o, "mail", identity->mail);
	object_text_if_any(o, "phone", identity->phone);
	object_text_if_any(o, "press_mail", identity->press_mail);
	object_text_if_any(o, "press_phone", identity->press_phone);
	object_close(o);
}

static void write_phase(struct object *o, const struct campaign *c, struct date today)
{
	uint64_t days = 0;
	switch (campaign_phase(c, today, &days)) {
	case CAMPAIGN_NONE:
		break;
	case CAMPAIGN_BEFORE:
		object_text(o, "phase", STR("before"));
		object_number(o, "days_until_begin", days);
		break;
	case CAMPAIGN_DURING:
		object_text(o, "phase", STR("during"));
		object_number(o, "days_left", days);
		break;
	case CAMPAIGN_AFTER:
		object_text(o, "phase", STR("after"));
		break;
	}
}

static void write_campaign(struct object *o, const struct campaign *c, struct date today)
{
	if (c->key.size == 0)
		return;
	object_open(o, "campaign");
	object_text(o, "key", c->key);
	object_texts(o, "name", c->name);
	object_text_if_any(o, "country", c->country);
	object_text_if_any(o, "zone", c->zone);
	object_date(o, "begins", c->begins);
	object_date(o, "ends", c->ends);
	write_phase(o, c, today);
	object_close(o);
}

void api_campaign(const struct http_request *q, struct http_answer *a)
{
	const struct portal_context *context = q->context;
	struct object o;
	const struct publication *publication = published_acquire(context->published);
	const struct instant here = {q->now.seconds + zone_offset(context->zone, q->now)};
	begin(&o, a, publication->site);
	write_identity(&o, &publication->site->identity);
	write_campaign(&o, &publication->site->campaign, instant_date(here));
	end(&o);
	published_release(context->published, publication);
}
