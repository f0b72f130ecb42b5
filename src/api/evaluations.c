/* SPDX-License-Identifier: Apache-2.0 */
/* Published evaluations of campaigns, as editions that keep their number and data. */
#include "api/api.h"
#include "format/json_object.h"
#include "portal/figures.h"

static const struct str before = STR_INIT("/api/v1/evaluations/");

enum {
	PATH_BYTES = 512
};

/* --- the list --- */

static void write_path(
	struct object *o, const char *key, const struct site_edition *edition, enum lang lang)
{
	struct writer w;
	writer_init(&w, PATH_BYTES);
	writer_str(&w, page_path(PAGE_FIGURES, lang));
	writer_char(&w, '/');
	figures_write_name(&w, edition);
	object_text(o, key, writer_view_str(&w));
	writer_release(&w);
}

static void write_pages(struct object *o, const struct site_edition *edition)
{
	object_open(o, "page");
	write_path(o, "vi", edition, LANG_VI);
	write_path(o, "en", edition, LANG_EN);
	object_close(o);
}

/* "/api/v1/evaluations/vn-2020/1", of those whose file lies there. */
static void write_data(struct object *o, const struct site_edition *edition)
{
	struct writer w;
	if (!edition->files)
		return;
	writer_init(&w, PATH_BYTES);
	writer_str(&w, before);
	writer_str(&w, edition->facts.campaign);
	writer_char(&w, '/');
	writer_decimal(&w, edition->facts.number);
	object_text(o, "data", writer_view_str(&w));
	writer_release(&w);
}

static void write_edition(struct object *o, const struct site_edition *edition)
{
	const struct edition *facts = &edition->facts;
	object_open(o, NULL);
	object_text(o, "campaign", facts->campaign);
	object_number(o, "number", facts->number);
	object_flag(o, "provisional", facts->number == 0);
	object_flag(o, "simulated", facts->simulated);
	object_instant(o, "made", facts->made);
	object_number(o, "as_of", facts->as_of);
	object_instant(o, "as_of_time", facts->as_of_time);
	object_date(o, "public_from", facts->public_from);
	object_texts(o, "correction", facts->correction);
	object_number(o, "replies", edition->reply_count);
	write_pages(o, edition);
	write_data(o, edition);
	object_close(o);
}

void api_evaluations(const struct http_request *q, struct http_answer *a)
{
	const struct portal_context *context = q->context;
	struct object o;
	const struct publication *publication = published_acquire(context->published);
	const struct site *site = publication->site;
	a->content_type = "application/json";
	a->cache = HTTP_NO_CACHE;
	a->any_origin = true;
	a->lasting = figures_settled(site, q->now);
	object_init(&o, a->body);
	object_open(&o, NULL);
	if (site->built.seconds > 0)
		object_instant(&o, "built", site->built);
	object_open_array(&o, "evaluations");
	for (size_t i = 0; i < site->edition_count; i++)
		if (figures_public(&site->editions[i], q->now))
			write_edition(&o, &site->editions[i]);
	object_close_array(&o);
	object_close(&o);
	writer_char(a->body, '\n');
	published_release(context->published, publication);
}

/* --- one of them --- */

/* "vn-2020/1", "vn-2020/latest": the newest that has a number. */
static const struct site_edition *find(
	const struct site *site, struct str asked, struct instant now)
{
	struct str number_text;
	struct str campaign = str_cut(asked, '/', &number_text);
	uint64_t number;
	if (!site_key_valid(campaign))
		return NULL;
	if (str_equal(number_text, STR("latest")))
		return figures_newest(site, campaign, now);
	if (!str_to_u64(number_text, UINT32_MAX, &number) || number_text.data[0] == '0')
		return NULL;
	return figures_edition(site, campaign, (uint32_t)number, now);
}

static struct str asked_of(const struct http_request *q)
{
	return (struct str){q->path.data + before.size, q->path.size - before.size};
}

void api_evaluation(const struct http_request *q, struct http_answer *a)
{
	const struct portal_context *context = q->context;
	const struct publication *publication = published_acquire(context->published);
	const struct site_edition *edition = find(publication->site, asked_of(q), q->now);
	struct figures_file file;
	bool found = edition && figures_file(edition, FIGURES_JSON, LANG_EN, &file);
	published_release(context->published, publication);
	if (!found) {
		a->status = 404;
		api_error(q, a);
		return;
	}
	a->content_type = "application/json";
	a->cache = HTTP_NO_CACHE;
	a->any_origin = true;
	a->file = file.path;
	a->save_as = file.save_as;
}
