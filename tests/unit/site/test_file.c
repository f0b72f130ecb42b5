/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/limits.h"
#include "site/site_file.h"

#define SUM "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

struct kit {
	struct article articles[3];
	struct tool tools[2];
	struct site_series series[1];
	struct edition_reply replies[2];
	struct site_edition editions[3];
	struct site site;
	struct arena arena;
	struct writer file;
};

static const int64_t v4[] = {5, SITE_NOT_KNOWN, INT64_MAX};
static const int64_t v6[] = {0, SITE_NOT_KNOWN, 1};

static struct article article(struct str key, enum lang lang, int64_t published)
{
	return (struct article){.key = key,
		.lang = lang,
		.title = STR("Tiêu đề"),
		.summary = STR("Tóm tắt"),
		.body = STR("Một.\n\nHai."),
		.published = {published},
		.updated = {published + 1},
		.version = 2};
}

static struct tool tool(struct str key)
{
	return (struct tool){.key = key,
		.name = STR("Bkav Home"),
		.maker = {STR("Bkav"), STR("Bkav")},
		.purpose = {STR("Diệt virus"), STR("Antivirus")},
		.about = {STR("Để …"), STR("For …")},
		.hotline = STR("1900 58 58 50"),
		.mail = STR("bkav@bkav.com.vn"),
		.platforms = TOOL_WINDOWS,
		.url = STR("https://bkav.com.vn/")};
}

static struct bytes document(const char *text)
{
	return (struct bytes){(const uint8_t *)text, strlen(text)};
}

static struct site_edition edition(uint32_t number, int64_t made)
{
	return (struct site_edition){
		.facts = {.campaign = STR("vn-2020"),
			.number = number,
			.made = {made},
			.as_of = 7,
			.as_of_time = {made - 1},
			.public_from = {2020, 12, 6}},
		.document = {document("tài liệu"), document("document")},
		.files = number > 0,
	};
}

static void kit_editions(struct kit *k)
{
	k->replies[0] = (struct edition_reply){.holder = STR("VNPT"),
		.title = {STR("Tập đoàn VNPT"), STR("VNPT Group")},
		.text = STR("Chúng tôi đã xử lý.\n\nXong."),
		.lang = STR("vi"),
		.made = {1607000001}};
	k->replies[1] = (struct edition_reply){
		.holder = STR("AS1"), .text = STR("a"), .made = {1607000000}};
	k->editions[0] = edition(2, 1607000000);
	k->editions[0].facts.correction[LANG_VI] = STR("Sửa số");
	k->editions[0].facts.correction[LANG_EN] = STR("Figures mended");
	k->editions[0].replies = k->replies;
	k->editions[0].reply_count = 2;
	k->editions[1] = edition(1, 1606000000);
	k->editions[2] = edition(0, 1608000000);
	k->editions[2].facts.simulated = true;
	k->site.editions = k->editions;
	k->site.edition_count = 3;
}

static struct kit *kit_new(void)
{
	struct kit *k = calloc(1, sizeof(*k));
	assert_non_null(k);
	arena_init(&k->arena, 1 << 24);
	writer_init(&k->file, 1 << 24);
	k->articles[0] = article(STR("b"), LANG_VI, 100);
	k->articles[1] = article(STR("a"), LANG_VI, 99);
	k->articles[2] = article(STR("a"), LANG_EN, 200);
	k->tools[0] = tool(STR("z"));
	k->tools[1] = tool(STR("a"));
	k->tools[1].url = STR("");
	k->tools[1].file = STR("a.exe");
	k->tools[1].size = 7;
	k->tools[1].sha256 = STR(SUM);
	k->series[0] = (struct site_series){STR("top10-daily"), {2020, 10, 1}, 3, v4, v6, 77, true};
	k->site = (struct site){
		.identity = {.address = STR("https://quetsach.vn"), .phone = STR("113")},
		.campaign = {.key = STR("vn-2020"),
			.name = {STR("Chiến dịch"), STR("Campaign")},
			.country = STR("VN"),
			.zone = STR("Asia/Ho_Chi_Minh"),
			.begins = {2020, 9, 22},
			.ends = {2020, 10, 22}},
		.articles = k->articles,
		.article_count = 3,
		.tools = k->tools,
		.tool_count = 2,
		.series = k->series,
		.series_count = 1,
		.built = {1600000000},
	};
	kit_editions(k);
	return k;
}

static void kit_free(struct kit *k)
{
	arena_release(&k->arena);
	writer_release(&k->file);
	free(k);
}

static enum err write_and_open(struct kit *k, struct site *ret_site)
{
	writer_clear(&k->file);
	site_write(&k->file, &k->site);
	assert_int_equal(writer_end(&k->file), E_OK);
	return site_open(writer_view(&k->file), &k->arena, ret_site);
}

#define assert_same(a, b) assert_true(str_equal(a, b))

static void there_and_back(void **state)
{
	(void)state;
	struct kit *k = kit_new();
	struct site s;
	assert_int_equal(write_and_open(k, &s), E_OK);
	assert_same(s.identity.address, STR("https://quetsach.vn"));
	assert_same(s.identity.organiser[LANG_EN], STR(""));
	assert_same(s.campaign.name[LANG_EN], STR("Campaign"));
	assert_int_equal(s.campaign.ends.day, 22);
	assert_int_equal(s.article_count, 3);
	const struct article *a = site_article(&s, STR("a"), LANG_EN);
	assert_non_null(a);
	assert_same(a->body, STR("Một.\n\nHai."));
	assert_int_equal(a->updated.seconds, 201);
	const struct tool *t = site_tool(&s, STR("a"));
	assert_non_null(t);
	assert_same(t->sha256, STR(SUM));
	assert_int_equal(t->size, 7);
	assert_same(s.tools[0].key, STR("z"));
	const struct site_series *d = site_series(&s, STR("top10-daily"));
	assert_non_null(d);
	assert_int_equal(d->days, 3);
	assert_int_equal(d->v4[1], SITE_NOT_KNOWN);
	assert_true(d->v4[2] == INT64_MAX && d->v6[2] == 1 && d->as_of == 77 && d->simulated);
	assert_int_equal(s.built.seconds, 1600000000);
	kit_free(k);
}

static void editions_there_and_back(void **state)
{
	(void)state;
	struct kit *k = kit_new();
	struct site s;
	assert_int_equal(write_and_open(k, &s), E_OK);
	assert_int_equal(s.edition_count, 3);
	const struct site_edition *e = site_edition(&s, STR("vn-2020"), 2);
	assert_ptr_equal(e, &s.editions[0]);
	assert_same(e->facts.correction[LANG_EN], STR("Figures mended"));
	assert_int_equal(e->facts.made.seconds, 1607000000);
	assert_int_equal(e->facts.as_of_time.seconds, 1606999999);
	assert_int_equal(e->facts.public_from.day, 6);
	assert_true(e->files && !e->facts.simulated && e->facts.as_of == 7);
	assert_int_equal(e->document[LANG_VI].size, strlen("tài liệu"));
	assert_memory_equal(e->document[LANG_EN].data, "document", 8);
	assert_int_equal(e->reply_count, 2);
	assert_same(e->replies[0].title[LANG_VI], STR("Tập đoàn VNPT"));
	assert_same(e->replies[0].text, STR("Chúng tôi đã xử lý.\n\nXong."));
	assert_int_equal(e->replies[1].made.seconds, 1607000000);
	assert_true(s.editions[2].facts.simulated && !s.editions[2].files);
	assert_null(site_edition(&s, STR("vn-2020"), 3));
	assert_null(site_edition(&s, STR("vn-2022"), 1));
	kit_free(k);
}

static void nothing(void **state)
{
	(void)state;
	struct kit *k = kit_new();
	struct site s;
	k->site = (struct site){0};
	assert_int_equal(write_and_open(k, &s), E_OK);
	assert_int_equal(s.article_count + s.tool_count + s.series_count, 0);
	assert_null(site_article(&s, STR("a"), LANG_VI));
	kit_free(k);
}

/* Each change of the kit breaks one promise. */
static void break_key(struct kit *k)
{
	k->articles[0].key = STR("A b");
}
static void break_order(struct kit *k)
{
	k->articles[0].published.seconds = 1;
}
static void break_kind(struct kit *k)
{
	k->articles[2].kind = (enum article_kind)7;
}
static void break_lang(struct kit *k)
{
	k->articles[2].lang = (enum lang)9;
}
static void break_title(struct kit *k)
{
	k->articles[0].title = STR("");
}
static void break_utf8(struct kit *k)
{
	k->articles[0].summary = STR("\xc3(");
}
static void break_line(struct kit *k)
{
	k->articles[0].summary = STR("a\nb");
}
static void break_body(struct kit *k)
{
	k->articles[0].body = STR("a\0b");
}
static void break_version(struct kit *k)
{
	k->articles[0].version = 0;
}
static void break_updated(struct kit *k)
{
	k->articles[0].updated.seconds = 50;
}
static void break_instant(struct kit *k)
{
	k->articles[0].updated.seconds = INT64_MAX;
}
static void break_platforms(struct kit *k)
{
	k->tools[0].platforms = 32;
}
static void break_no_platform(struct kit *k)
{
	k->tools[0].platforms = 0;
}
static void break_url(struct kit *k)
{
	k->tools[0].url = STR("javascript:alert(1)");
}
static void break_file(struct kit *k)
{
	k->tools[1].file = STR("../x");
}
static void break_both(struct kit *k)
{
	k->tools[1].url = STR("https://a.vn/");
}
static void break_neither(struct kit *k)
{
	k->tools[0].url = STR("");
}
static void break_sum(struct kit *k)
{
	k->tools[1].sha256 = STR("00");
}
static void break_tools(struct kit *k)
{
	k->tools[1].key = STR("z");
}
static void break_address(struct kit *k)
{
	k->site.identity.address = STR("https://a/b");
}
static void break_mail(struct kit *k)
{
	k->site.identity.mail = STR("a@b\n.vn");
}
static void break_zone(struct kit *k)
{
	k->site.campaign.zone = STR("../x");
}
static void break_country(struct kit *k)
{
	k->site.campaign.country = STR("VNM");
}
static void break_ends(struct kit *k)
{
	k->site.campaign.ends.year = 2019;
}
static void break_begins(struct kit *k)
{
	k->site.campaign.begins.month = 0;
}
static void break_series(struct kit *k)
{
	k->series[0].key = STR("");
}
static void break_first(struct kit *k)
{
	k->series[0].first.day = 31, k->series[0].first.month = 6;
}
static void break_days(struct kit *k)
{
	k->series[0].days = 0;
}
static void break_past(struct kit *k)
{
	k->series[0].first = (struct date){2105, 12, 31};
}

/* The same key twice in a language, of different kinds: in order, yet wrong. */
static void break_twice(struct kit *k)
{
	k->articles[2] = article(STR("a"), LANG_VI, 1);
	k->articles[2].kind = ARTICLE_POST;
}

static void break_campaign(struct kit *k)
{
	k->editions[1].facts.campaign = STR("Vn 2020");
}
static void break_number_twice(struct kit *k)
{
	k->editions[1].facts.number = 2;
}
static void break_edition_order(struct kit *k)
{
	k->editions[1].facts.made.seconds = 1607000001;
}
static void break_provisional_twice(struct kit *k)
{
	k->editions[1] = edition(0, 1609000000);
}
static void break_provisional_first(struct kit *k)
{
	k->editions[0].facts.number = 0, k->editions[0].files = false;
	k->editions[0].reply_count = 0;
	k->editions[2].facts.number = 9;
}
static void break_provisional_files(struct kit *k)
{
	k->editions[2].files = true;
}
static void break_provisional_reply(struct kit *k)
{
	k->editions[2].replies = k->replies, k->editions[2].reply_count = 1;
}
static void break_correction(struct kit *k)
{
	k->editions[0].facts.correction[LANG_EN] = STR("");
}
static void break_public_from(struct kit *k)
{
	k->editions[0].facts.public_from.month = 13;
}
static void break_made(struct kit *k)
{
	k->editions[2].facts.as_of_time.seconds = -1;
}
static void break_document(struct kit *k)
{
	k->editions[0].document[LANG_EN].size = 0;
}
static void break_reply_holder(struct kit *k)
{
	k->replies[0].holder = STR("");
}
static void break_reply_text(struct kit *k)
{
	k->replies[0].text = STR("\xc3(");
}
static void break_reply_empty(struct kit *k)
{
	k->replies[1].text = STR("");
}

static void broken_promises(void **state)
{
	(void)state;
	static void (*const breaks[])(struct kit * k) = {break_key, break_order, break_kind,
		break_lang, break_title, break_utf8, break_line, break_body, break_version,
		break_updated, break_instant, break_platforms, break_no_platform, break_url,
		break_file, break_both, break_neither, break_sum, break_tools, break_address,
		break_mail, break_zone, break_country, break_ends, break_begins, break_series,
		break_first, break_days, break_past, break_twice, break_campaign,
		break_number_twice, break_edition_order, break_provisional_twice,
		break_provisional_first, break_provisional_files, break_provisional_reply,
		break_correction, break_public_from, break_made, break_document, break_reply_holder,
		break_reply_text, break_reply_empty};
	for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		struct kit *k = kit_new();
		struct site s;
		breaks[i](k);
		enum err err = write_and_open(k, &s);
		if (err != E_CORRUPT)
			fail_msg("break %zu passes: %s", i, err_name(err));
		kit_free(k);
	}
}

static void a_number_below_not_known(void **state)
{
	(void)state;
	static const int64_t bad[] = {0, -2, 0};
	struct kit *k = kit_new();
	struct site s;
	k->series[0].v6 = bad;
	assert_int_equal(write_and_open(k, &s), E_CORRUPT);
	kit_free(k);
}

/* Puts the checksum right, so that what it covers is tried. */
static void mend(uint8_t *file, size_t size)
{
	uint64_t sum = htole64(XXH3_64bits(file + 16, size - 16));
	memcpy(file + 8, &sum, sizeof(sum));
}

static void torn(void **state)
{
	(void)state;
	struct kit *k = kit_new();
	struct site s;
	assert_int_equal(write_and_open(k, &s), E_OK);
	for (size_t size = 0; size < k->file.size; size++) {
		uint8_t *copy = malloc(size + 1);
		assert_non_null(copy);
		memcpy(copy, k->file.data, size);
		assert_int_equal(site_open((struct bytes){copy, size}, &k->arena, &s), E_CORRUPT);
		if (size > 16) {
			mend(copy, size);
			assert_int_equal(
				site_open((struct bytes){copy, size}, &k->arena, &s), E_CORRUPT);
		}
		free(copy);
	}
	kit_free(k);
}

static void heads(void **state)
{
	(void)state;
	struct kit *k = kit_new();
	struct site s;
	assert_int_equal(write_and_open(k, &s), E_OK);
	k->file.data[20] ^= 1;
	assert_int_equal(site_open(writer_view(&k->file), &k->arena, &s), E_CORRUPT);
	k->file.data[20] ^= 1;
	k->file.data[4] = 1;
	assert_int_equal(site_open(writer_view(&k->file), &k->arena, &s), E_VERSION);
	k->file.data[0] = 0;
	assert_int_equal(site_open(writer_view(&k->file), &k->arena, &s), E_CORRUPT);
	kit_free(k);
}

/* Counts far past what follows must not be believed. */
static void large_counts(void **state)
{
	(void)state;
	struct kit *k = kit_new();
	struct site s;
	for (size_t at = 24; at < 40; at += 4) {
		assert_int_equal(write_and_open(k, &s), E_OK);
		memset(k->file.data + at, 0xff, 4);
		mend(k->file.data, k->file.size);
		assert_int_equal(site_open(writer_view(&k->file), &k->arena, &s), E_CORRUPT);
	}
	kit_free(k);
}

static void sorting(void **state)
{
	(void)state;
	struct article a[] = {article(STR("c"), LANG_EN, 5), article(STR("b"), LANG_VI, 1),
		article(STR("a"), LANG_VI, 1), article(STR("d"), LANG_VI, 9)};
	site_sort_articles(a, 4);
	assert_same(a[0].key, STR("d"));
	assert_same(a[1].key, STR("a"));
	assert_same(a[2].key, STR("b"));
	assert_same(a[3].key, STR("c"));
	site_sort_articles(NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(editions_there_and_back),
		cmocka_unit_test(nothing),
		cmocka_unit_test(broken_promises),
		cmocka_unit_test(a_number_below_not_known),
		cmocka_unit_test(torn),
		cmocka_unit_test(heads),
		cmocka_unit_test(large_counts),
		cmocka_unit_test(sorting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
