/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "format/markdown.h"

struct fixture {
	struct writer w;
	struct html h;
};

static int set_up(void **state)
{
	static struct fixture f;
	writer_init(&f.w, (size_t)1 << 26);
	html_init_piece(&f.h, &f.w);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	writer_release(&f->w);
	return 0;
}

static struct str value(void *context, struct str name)
{
	(void)context;
	if (str_equal(name, STR("mail")))
		return STR("<a@b.vn>");
	if (str_equal(name, STR("phone")))
		return STR("(024) 3795 8282");
	if (str_equal(name, STR("code")))
		return STR("javascript:alert(1)");
	return (struct str){0};
}

static struct str page(void *context, struct str name)
{
	(void)context;
	if (str_equal(name, STR("check")))
		return STR("/vi/kiem-tra");
	if (str_equal(name, STR("picture:usb")))
		return STR("/static/usb-1.webp");
	if (str_equal(name, STR("evil")))
		return STR("javascript:x");
	return STR("");
}

static const struct markdown plain_how = {.heading = 2};
static const struct markdown full_how = {.heading = 2, .value = value, .page = page};

static void becomes(
	struct fixture *f, const struct markdown *how, const char *text, const char *html)
{
	writer_clear(&f->w);
	html_init_piece(&f->h, &f->w);
	markdown_write(&f->h, str_from(text), how);
	assert_int_equal(html_end(&f->h), E_OK);
	writer_char(&f->w, '\0');
	assert_string_equal((const char *)f->w.data, html);
}

/* Examples of CommonMark 0.31 (spec.commonmark.org), by number, as this writer puts them. */
static void examples_of_commonmark(void **state)
{
	static const struct {
		int number;
		const char *text, *html;
	} examples[] = {
		{43, "***\n---\n___\n", "<hr><hr><hr>"},
		{62, "# foo\n## foo\n### foo\n#### foo\n##### foo\n###### foo\n",
			"<h2 id=\"foo\">foo</h2><h3 id=\"foo-2\">foo</h3><h4 id=\"foo-3\">foo</h4>"
			"<h5 id=\"foo-4\">foo</h5><h6 id=\"foo-5\">foo</h6><h6 "
			"id=\"foo-6\">foo</h6>"},
		{107, "    a simple\n      indented code block\n",
			"<pre tabindex=\"0\"><code>a simple\n  indented code block\n</code></pre>"},
		{119, "```\n<\n >\n```\n", "<pre tabindex=\"0\"><code>&lt;\n &gt;\n</code></pre>"},
		{192, "[foo]: /url \"title\"\n\n[foo]\n", "<p><a href=\"/url\">foo</a></p>"},
		{219, "aaa\n\nbbb\n", "<p>aaa</p><p>bbb</p>"},
		{228, "> # Foo\n> bar\n> baz\n",
			"<blockquote><h2 id=\"foo\">Foo</h2><p>bar\nbaz</p></blockquote>"},
		{265, "123456789. ok\n", "<ol start=\"123456789\"><li>ok</li></ol>"},
		{301, "- foo\n- bar\n+ baz\n",
			"<ul><li>foo</li><li>bar</li></ul><ul><li>baz</li></ul>"},
		{326, "* a\n  > b\n  ```\n  c\n  ```\n* d\n",
			"<ul><li>a<blockquote><p>b</p></blockquote><pre tabindex=\"0\"><code>c\n"
			"</code></pre></li><li>d</li></ul>"},
		{328, "`foo`\n", "<p><code>foo</code></p>"},
		{350, "*foo bar*\n", "<p><em>foo bar</em></p>"},
		{378, "**foo bar**\n", "<p><strong>foo bar</strong></p>"},
		{482, "[link](/uri \"title\")\n", "<p><a href=\"/uri\">link</a></p>"},
		{594, "<http://foo.bar.baz>\n",
			"<p><a href=\"http://foo.bar.baz\" rel=\"noopener noreferrer\">"
			"http://foo.bar.baz</a></p>"},
		{633, "foo  \nbaz\n", "<p>foo<br>baz</p>"},
	};
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		becomes(*state, &plain_how, examples[i].text, examples[i].html);
}

static void html_shows_as_text(void **state)
{
	becomes(*state, &plain_how, "<script>alert(1)</script>\n",
		"<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>");
	becomes(*state, &plain_how, "a <b onclick=x>b</b> &lt;i&gt;\n",
		"<p>a &lt;b onclick=x&gt;b&lt;/b&gt; &lt;i&gt;</p>");
	becomes(*state, &plain_how, "<!-- x -->\n", "<p>&lt;!-- x --&gt;</p>");
}

static void headings_have_ids_of_plain_letters(void **state)
{
	becomes(*state, &plain_how, "## Bước 1: Đổi *mật khẩu*!\n",
		"<h3 id=\"buoc-1-doi-mat-khau\">Bước 1: Đổi <em>mật khẩu</em>!</h3>");
	becomes(*state, &plain_how, "# ĂÂĐÊÔƠƯ Ỵỹ Ứng\n",
		"<h2 id=\"aadeoou-yy-ung\">ĂÂĐÊÔƠƯ Ỵỹ Ứng</h2>");
	/* Decomposed: letters and combining marks. */
	becomes(*state, &plain_how, "# Tie\xCC\x82\xCC\x81ng\n",
		"<h2 id=\"tieng\">Tie\xCC\x82\xCC\x81ng</h2>");
	becomes(*state, &plain_how, "# 中\n# main\n",
		"<h2 id=\"muc\">中</h2><h2 id=\"main-2\">main</h2>");
}

static void ids_differ_and_end(void **state)
{
	struct fixture *f = *state;
	for (int i = 0; i < 600; i++)
		writer_text(&f->w, "# a\n");
	struct writer text = f->w;
	writer_init(&f->w, (size_t)1 << 20);
	markdown_write(&f->h, writer_view_str(&text), &plain_how);
	assert_int_equal(html_end(&f->h), E_OK);
	struct str all = writer_view_str(&f->w);
	assert_true(str_find(all, STR("id=\"a-500\"")) < all.size);
	assert_true(str_find(all, STR("id=\"a-501\"")) == all.size);
	writer_release(&text);
}

static void addresses_that_run_code_or_mislead_are_dropped(void **state)
{
	static const char *const bad[] = {"[x](javascript:alert(1))", "[x](JavaScript:alert(1))",
		"[x](data:text/html,y)", "[x](vbscript:y)", "[x](//evil.example)",
		"[x](/\\\\evil.example)", "[x](/&#9;/evil.example)", "[x](</a b>)", "[x](&#1;)",
		"[x](ftp://a)", "[x](y)", "[x](./y)", "[x](#)", "[x]()", "[x](tel:)",
		"[x](https://)", "[x](page:evil)", "[x](page:unknown)", "![x](https://a/b.png)",
		"![x](/upload/b.png)", "![x](picture:unknown)", "![x](data:image/png,y)",
		"![x](//static/)", "[x](file:///etc/passwd)", "[x]({code})",
		"[x](&#106;avascript:y)", "[x](java&#10;script:y)"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		becomes(*state, &full_how, bad[i], "<p>x</p>");
}

static void good_addresses_pass(void **state)
{
	becomes(*state, &full_how, "[x](HTTPS://Bkav.com.vn/A?b=1&c#d)",
		"<p><a href=\"https://Bkav.com.vn/A?b=1&amp;c#d\" rel=\"noopener "
		"noreferrer\">x</a></p>");
	becomes(*state, &full_how, "[x](page:check)", "<p><a href=\"/vi/kiem-tra\">x</a></p>");
	becomes(*state, &full_how, "[x](page:check#dau)",
		"<p><a href=\"/vi/kiem-tra#dau\">x</a></p>");
	becomes(*state, &full_how, "[{phone}](tel:{phone})",
		"<p><a href=\"tel:02437958282\">(024) 3795 8282</a></p>");
	becomes(*state, &full_how, "<a@b.vn>", "<p><a href=\"mailto:a@b.vn\">a@b.vn</a></p>");
	becomes(*state, &full_how, "[x](/a&#x202E;b)", "<p><a href=\"/ab\">x</a></p>");
	becomes(*state, &full_how, "[x](#dau) [y](/)",
		"<p><a href=\"#dau\">x</a> <a href=\"/\">y</a></p>");
}

static void links_hold_no_links(void **state)
{
	becomes(*state, &full_how, "[a <https://b.example> c](/d)",
		"<p><a href=\"/d\">a https://b.example c</a></p>");
	becomes(*state, &full_how, "[a <https://b.example> c](x:d)",
		"<p>a <a href=\"https://b.example\" rel=\"noopener "
		"noreferrer\">https://b.example</a> "
		"c</p>");
}

static void pictures_are_ours(void **state)
{
	becomes(*state, &full_how, "![Một *ổ* USB](picture:usb)",
		"<p><img src=\"/static/usb-1.webp\" alt=\"Một ổ USB\" loading=\"lazy\" "
		"decoding=\"async\"></p>");
	becomes(*state, &full_how, "![a](/static/b.png \"Gọi {phone}\")",
		"<figure><img src=\"/static/b.png\" alt=\"a\" loading=\"lazy\" decoding=\"async\">"
		"<figcaption>Gọi (024) 3795 8282</figcaption></figure>");
}

static void values_are_text(void **state)
{
	becomes(*state, &full_how, "Thư: {mail}, {Mail} { mail }",
		"<p>Thư: &lt;a@b.vn&gt;, {Mail} { mail }</p>");
	becomes(*state, &full_how, "`{mail}`", "<p><code>{mail}</code></p>");
	becomes(*state, &plain_how, "{mail} {nothing}", "<p>{mail} {nothing}</p>");
}

static void blocks_that_lack_a_value_are_left_out(void **state)
{
	becomes(*state, &full_how, "a\n\nb {fax} c\n\nd", "<p>a</p><p>d</p>");
	becomes(*state, &full_how, "- a\n- b **{fax_2}**\n- c", "<ul><li>a</li><li>c</li></ul>");
	becomes(*state, &full_how, "a\n\n- {fax}\n- {fax}", "<p>a</p>");
	becomes(*state, &full_how, "- a\n\n  {fax}\n- b",
		"<ul><li><p>a</p></li><li><p>b</p></li></ul>");
	becomes(*state, &full_how, "[gọi](tel:{fax})", "");
	becomes(*state, &full_how, "> {fax}", "");
	becomes(*state, &full_how, "| a |\n|-|\n| {fax} |\n| b |",
		"<div class=\"table\" role=\"region\" tabindex=\"0\" "
		"aria-label=\"a\"><table><thead><tr>"
		"<th "
		"scope=\"col\">a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table></"
		"div>");
	becomes(*state, &full_how, "| a |\n|-|\n| {fax} |\n", "");
}

static void headings_of_nothing_are_left_out(void **state)
{
	becomes(*state, &full_how, "# A\n\n## B\n\n{fax}\n\n# C\n", "<h2 id=\"c\">C</h2>");
	becomes(*state, &full_how, "# A\n\n{fax}\n\n## B\n\nb\n",
		"<h2 id=\"a\">A</h2><h3 id=\"b\">B</h3><p>b</p>");
}

static void tables_scroll_and_are_named(void **state)
{
	becomes(*state, &plain_how, "| Tên | Số |\n|:-:|--:|\n| a | 1 | 2 |\n| b |",
		"<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"Tên, "
		"Số\"><table><thead>"
		"<tr><th scope=\"col\" align=\"center\">Tên</th><th scope=\"col\" "
		"align=\"right\">Số</th>"
		"</tr></thead><tbody><tr><td align=\"center\">a</td><td "
		"align=\"right\">1</td></tr><tr>"
		"<td align=\"center\">b</td><td align=\"right\"></td></tr></tbody></table></div>");
}

static void characters_that_turn_text_around_are_gone(void **state)
{
	becomes(*state, &full_how,
		"a\xE2\x80\xAE"
		"b\xE2\x81\xA6"
		"c &#x202E;d",
		"<p>abc d</p>");
}

static void bad_bytes_are_replaced(void **state)
{
	becomes(*state, &plain_how,
		"a\xFF"
		"b\xC3",
		"<p>a\xEF\xBF\xBD"
		"b\xEF\xBF\xBD</p>");
}

/* --- hostile texts --- */

enum {
	BIG = 199000
};

static enum err outcome(struct fixture *f, struct str text)
{
	writer_clear(&f->w);
	html_init_piece(&f->h, &f->w);
	markdown_write(&f->h, text, &full_how);
	return html_end(&f->h);
}

/* `unit` over and over. */
static struct str repeated(char *into, const char *unit, size_t size)
{
	size_t length = strlen(unit);
	for (size_t i = 0; i < size; i++)
		into[i] = unit[i % length];
	return (struct str){into, size};
}

static void nesting_is_flattened(void **state)
{
	static const char *const units[] = {"> ", "- ", "[", "![", "*a ", "**a ", "<", "`", "{",
		"(", "> - ", "1. ", "[a](", "_", "[a][", "*_"};
	struct fixture *f = *state;
	char *text = malloc(BIG);
	assert_non_null(text);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		enum err err = outcome(f, repeated(text, units[i], 10000 * strlen(units[i])));
		assert_int_equal(err, E_OK);
		assert_true(f->w.size > 0);
	}
	free(text);
}

static void flattened_text_is_kept(void **state)
{
	struct fixture *f = *state;
	char text[300];
	repeated(text, ">", sizeof(text) - 1);
	text[sizeof(text) - 1] = 'z';
	assert_int_equal(outcome(f, (struct str){text, sizeof(text)}), E_OK);
	struct str all = writer_view_str(&f->w);
	assert_true(str_find(all, STR("z")) < all.size);
}

/* Its short rows would be filled up with 400 cells each: 30 million cells. */
static void a_table_that_grows_passes_a_limit(void **state)
{
	char *text = malloc(BIG);
	assert_non_null(text);
	repeated(text, "|a", 800);
	text[800] = '\n';
	repeated(text + 801, "|-", 800);
	text[1601] = '\n';
	repeated(text + 1602, "a\n", BIG - 1602);
	assert_int_equal(outcome(*state, (struct str){text, BIG}), E_LIMIT);
	assert_int_equal(outcome(*state, repeated(text, "|a", 2000)), E_LIMIT);
	free(text);
}

/* Every use of a reference would copy its address. */
static void references_that_grow_pass_a_limit(void **state)
{
	char *text = malloc(BIG);
	assert_non_null(text);
	memcpy(text, "[a]: /", 6);
	memset(text + 6, 'x', 100000);
	repeated(text + 100006, "\n[a]", BIG - 100006);
	text[100007] = '\n';
	assert_int_equal(outcome(*state, (struct str){text, BIG}), E_LIMIT);
	free(text);
}

static void long_text_is_refused(void **state)
{
	char *text = malloc(LIMIT_SITE_BODY + 1);
	assert_non_null(text);
	memset(text, 'a', LIMIT_SITE_BODY + 1);
	assert_int_equal(outcome(*state, (struct str){text, LIMIT_SITE_BODY}), E_OK);
	assert_int_equal(outcome(*state, (struct str){text, LIMIT_SITE_BODY + 1}), E_LIMIT);
	free(text);
}

/* --- plain --- */

static void plain_is(struct fixture *f, const char *text, size_t limit, const char *expected)
{
	writer_clear(&f->w);
	markdown_write_plain(&f->w, str_from(text), limit, &full_how);
	assert_int_equal(writer_end(&f->w), E_OK);
	writer_char(&f->w, '\0');
	assert_string_equal((const char *)f->w.data, expected);
}

static void plain_text_is_one_line(void **state)
{
	plain_is(*state, "# A\n\nb *c*\nd  \ne {phone}\n\n{fax}\n\n- f\n- [g](/h)\n", 1000,
		"A b c d e (024) 3795 8282 f g");
	plain_is(*state, "", 10, "");
}

static void plain_text_is_cut_at_a_word(void **state)
{
	plain_is(*state, "một hai ba", 100, "một hai ba");
	plain_is(*state, "một hai ba", 12, "một hai ba");
	plain_is(*state, "một hai ba", 11, "một hai…");
	plain_is(*state, "một hai ba", 3, "m…");
	plain_is(*state, "một", 4, "mộ…");
	plain_is(*state, "một", 0, "…");
}

static void what_would_be_written_fits(void **state)
{
	(void)state;
	const struct markdown how = {.heading = 2};
	/* <p>abc</p> and the end of the line */
	size_t least = 0;
	while (least < 100 && !markdown_fits(STR("abc"), least, &how))
		least++;
	assert_in_range(least, 10, 11);
	assert_true(markdown_fits(STR("abc"), least + 1, &how));
	assert_false(markdown_fits(STR("&&&"), least, &how)); /* &amp; is longer */
}

#define IT(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IT(examples_of_commonmark),
		IT(html_shows_as_text),
		IT(headings_have_ids_of_plain_letters),
		IT(ids_differ_and_end),
		IT(addresses_that_run_code_or_mislead_are_dropped),
		IT(good_addresses_pass),
		IT(links_hold_no_links),
		IT(pictures_are_ours),
		IT(values_are_text),
		IT(blocks_that_lack_a_value_are_left_out),
		IT(headings_of_nothing_are_left_out),
		IT(tables_scroll_and_are_named),
		IT(characters_that_turn_text_around_are_gone),
		IT(bad_bytes_are_replaced),
		IT(nesting_is_flattened),
		IT(flattened_text_is_kept),
		IT(a_table_that_grows_passes_a_limit),
		IT(references_that_grow_pass_a_limit),
		IT(long_text_is_refused),
		IT(plain_text_is_one_line),
		IT(what_would_be_written_fits),
		IT(plain_text_is_cut_at_a_word),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
