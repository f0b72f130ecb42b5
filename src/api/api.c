/* SPDX-License-Identifier: Apache-2.0 */
#include "api/api.h"

#include "listing/answer.h"

struct refusal {
	unsigned status;
	struct str code;
	struct str message;
};

/* The last line is for every status without a line of its own. */
static const struct refusal refusals[] = {
	{400, STR_INIT("bad_request"),
		STR_INIT("the request is malformed, or the proxy in front does "
			 "not say whose request it is")},
	{403, STR_INIT("forbidden"),
		STR_INIT("answers are given for the connecting address only, and not to other "
			 "sites' pages")},
	{404, STR_INIT("not_found"), STR_INIT("there is nothing at this address")},
	{405, STR_INIT("method_not_allowed"), STR_INIT("only GET and HEAD are answered")},
	{413, STR_INIT("body_not_allowed"), STR_INIT("requests with a body are not answered")},
	{429, STR_INIT("too_many_requests"), STR_INIT("too many requests: wait ten seconds")},
	{431, STR_INIT("header_too_large"), STR_INIT("the request's header is too long")},
	{0, STR_INIT("internal_error"), STR_INIT("the answer could not be made: try again later")},
};

static void write_refusal(struct http_answer *a, unsigned status)
{
	size_t at = 0;
	while (refusals[at].status != 0 && refusals[at].status != status)
		at++;
	a->status = status;
	a->content_type = "application/json";
	writer_text(a->body, "{\"error\":{\"code\":");
	writer_json(a->body, refusals[at].code);
	writer_text(a->body, ",\"status\":");
	writer_decimal(a->body, status);
	writer_text(a->body, ",\"message\":");
	writer_json(a->body, refusals[at].message);
	writer_text(a->body, "}}\n");
}

void api_error(const struct http_request *q, struct http_answer *a)
{
	(void)q;
	write_refusal(a, a->status);
}

static enum pool pool_of(const struct publication *publication, struct ip ip)
{
	if (!publication->network || ip_scope(ip) != IP_SCOPE_GLOBAL)
		return POOL_UNKNOWN;
	return network_look_up(publication->network, ip).pool;
}

void api_check(const struct http_request *q, struct http_answer *a)
{
	const struct portal_context *context = q->context;
	struct str other;
	struct answer answer;
	if (http_argument(q, "ip", &other) || http_argument(q, "as", &other)) {
		write_refusal(a, 403);
		return;
	}
	const struct publication *publication = published_acquire(context->published);
	a->content_type = "application/json";
	answer_decide(
		publication->listing, pool_of(publication, q->client), q->client, q->now, &answer);
	answer_write_json(a->body, publication->listing, &answer);
	writer_char(a->body, '\n');
	published_release(context->published, publication);
}

static void write_health(struct writer *w, const struct listing_facts *facts)
{
	writer_text(w, "{\"status\":\"ok\",\"listing_built\":\"");
	writer_instant(w, facts->built);
	writer_text(w, "\",\"listing_entries\":");
	writer_decimal(w, facts->v4 + facts->v6);
	writer_text(w, ",\"listing_v4\":");
	writer_decimal(w, facts->v4);
	writer_text(w, ",\"listing_v6\":");
	writer_decimal(w, facts->v6);
	writer_text(w, "}\n");
}

void api_health(const struct http_request *q, struct http_answer *a)
{
	const struct portal_context *context = q->context;
	const struct publication *publication = published_acquire(context->published);
	a->content_type = "application/json";
	if (publication->listing) {
		write_health(a->body, listing_facts(publication->listing));
	} else {
		a->status = 503;
		writer_text(a->body, "{\"status\":\"unavailable\",\"reason\":\"no_listing\"}\n");
	}
	published_release(context->published, publication);
}
