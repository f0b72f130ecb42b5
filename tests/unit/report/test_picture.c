/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cairo.h>
#include <cmocka.h>

#include "report/picture.h"
#include "report/social_picture.h"

enum {
	SMALL = 80000, /* bytes that social networks load at once */
	DEEP = 0x07412F,
	ORANGE = 0xE2711D,
	PAPER = 0xFFFFFF
};

static struct writer png;

static int set_up(void **state)
{
	(void)state;
	writer_init(&png, (size_t)1 << 22);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	writer_release(&png);
	return 0;
}

/* --- reading it back with libpng --- */

struct reading {
	size_t at;
};

static cairo_status_t read_some(void *context, unsigned char *data, unsigned length)
{
	struct reading *r = context;
	if (length > png.size - r->at)
		return CAIRO_STATUS_READ_ERROR;
	memcpy(data, png.data + r->at, length);
	r->at += length;
	return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *read_back(int width, int height)
{
	struct reading r = {0};
	cairo_surface_t *surface = cairo_image_surface_create_from_png_stream(read_some, &r);
	assert_int_equal(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS);
	assert_int_equal(cairo_image_surface_get_width(surface), width);
	assert_int_equal(cairo_image_surface_get_height(surface), height);
	return surface;
}

static unsigned pixel(cairo_surface_t *surface, int x, int y)
{
	uint32_t word;
	memcpy(&word,
		cairo_image_surface_get_data(surface) +
			(size_t)y * (size_t)cairo_image_surface_get_stride(surface) +
			(size_t)x * sizeof(word),
		sizeof(word));
	return word & 0xFFFFFF;
}

/* --- pictures --- */

static const struct site_identity identity = {.address = STR_INIT("https://quetsach.example")};

static struct site_series series_of(const int64_t *counts, size_t days, bool simulated)
{
	return (struct site_series){
		STR("top10-daily"), {2020, 10, 1}, days, counts, counts, 1, simulated};
}

static void fonts_have_all_letters_of_vietnamese(void **state)
{
	(void)state;
	if (!picture_fonts_suffice()) {
		print_message("skipped: no font with all letters of Vietnamese is installed "
			      "(Debian package fonts-open-sans)\n");
		skip();
	}
}

static void a_picture_is_what_networks_ask_for(void **state)
{
	(void)state;
	static const int64_t counts[] = {2014512, 1800000, SITE_NOT_KNOWN, 1052479};
	struct site_series series = series_of(counts, 4, false);
	assert_int_equal(social_picture(&identity, &series, LANG_VI, &png), E_OK);
	assert_in_range(png.size, 10000, SMALL);
	cairo_surface_t *surface = read_back(SOCIAL_WIDTH, SOCIAL_HEIGHT);
	assert_int_equal(pixel(surface, 5, 5), PAPER);
	assert_int_equal(pixel(surface, 1195, 625), DEEP);
	assert_int_equal(pixel(surface, 90, 542), ORANGE);
	assert_int_equal(pixel(surface, 806, 88), DEEP);
	cairo_surface_destroy(surface);
}

static void simulated_data_says_so(void **state)
{
	(void)state;
	static const int64_t counts[] = {5, 4};
	struct site_series series = series_of(counts, 2, true);
	assert_int_equal(social_picture(&identity, &series, LANG_EN, &png), E_OK);
	cairo_surface_t *surface = read_back(SOCIAL_WIDTH, SOCIAL_HEIGHT);
	assert_int_equal(pixel(surface, 806, 88), ORANGE);
	cairo_surface_destroy(surface);
}

static void the_same_site_is_the_same_picture(void **state)
{
	(void)state;
	struct writer again;
	writer_init(&again, (size_t)1 << 22);
	assert_int_equal(social_picture(&identity, NULL, LANG_VI, &png), E_OK);
	assert_int_equal(social_picture(&identity, NULL, LANG_VI, &again), E_OK);
	assert_true(str_equal(writer_view_str(&png), writer_view_str(&again)));
	writer_release(&again);
}

static void drawn_small(const struct site_identity *who, const struct site_series *series)
{
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		writer_clear(&png);
		assert_int_equal(social_picture(who, series, (enum lang)lang, &png), E_OK);
		assert_in_range(png.size, 10000, SMALL);
	}
}

static void hostile_sites_are_drawn(void **state)
{
	(void)state;
	static const int64_t unknown[] = {SITE_NOT_KNOWN};
	static const int64_t one[] = {0};
	static const int64_t huge[] = {1, 1000000000000, INT64_MAX};
	static char long_address[4000];
	memcpy(long_address, "https://", 8);
	memset(long_address + 8, 'x', sizeof(long_address) - 8);
	const struct site_identity nobody = {0};
	const struct site_identity wordy = {.address = {long_address, sizeof(long_address)}};
	const struct site_identity broken = {.address = STR("https://\xFF\xFE\n\xE2\x80\xAE")};
	struct site_series series = series_of(unknown, 1, true);
	drawn_small(&nobody, &series);
	series = series_of(NULL, 0, false);
	drawn_small(&wordy, &series);
	series = series_of(one, 1, false);
	drawn_small(&broken, &series);
	series = series_of(huge, 3, true);
	drawn_small(&identity, &series);
}

/* A shade over paper, a shape in two parts, a hollow bar and dot, words' tone on dark. */
static void marks_of_charts_are_painted(void **state)
{
	(void)state;
	enum {
		TONE = 0x006040,
		HALF = 0x7FAF9F
	};
	static const struct point left[] = {{0, 0}, {20, 20}};
	static const struct point right[] = {{40, 0}, {20, 20}};
	static const struct point shape[] = {{0, 20}, {20, 20}, {20, 40}, {0, 40}, {NAN, NAN},
		{30, 20}, {40, 20}, {40, 40}, {30, 40}};
	static const struct point dot = {10, 30};
	const struct mark marks[] = {{.kind = MARK_BAR, .points = left, .count = 2, .cover = .5},
		{.kind = MARK_BAR, .points = right, .count = 2, .hollow = true},
		{.kind = MARK_SHAPE, .points = shape, .count = 9},
		{.kind = MARK_DOT, .tone = CHART_PAPER, .points = &dot, .count = 1, .size = 5}};
	const struct chart chart = {.width = 40, .height = 40, .marks = marks, .count = 4};
	const struct chart_paints paints = {.tones = {[CHART_MAIN] = TONE}, .paper = PAPER};
	struct picture *p;
	assert_int_equal(picture_new(40, 40, &p), E_OK);
	picture_box(p, (struct box){0, 0, 40, 40}, 0, (struct paint){PAPER, 1});
	picture_chart(p, (struct point){0, 0}, 1, &paints, &chart);
	assert_int_equal(picture_write_png(p, &png), E_OK);
	picture_free(p);
	cairo_surface_t *surface = read_back(40, 40);
	unsigned half = pixel(surface, 10, 10);
	assert_in_range(half & 0xFF, (HALF & 0xFF) - 1, (HALF & 0xFF) + 1);
	assert_in_range(half >> 16, (HALF >> 16) - 1, (HALF >> 16) + 1);
	assert_int_equal(pixel(surface, 30, 10), PAPER);
	assert_int_equal(pixel(surface, 30, 0), TONE);
	assert_int_equal(pixel(surface, 2, 38), TONE);
	assert_int_equal(pixel(surface, 25, 30), PAPER); /* between the shape's parts */
	assert_int_equal(pixel(surface, 35, 30), TONE);
	assert_int_equal(pixel(surface, 10, 30), PAPER);
	cairo_surface_destroy(surface);
}

static void sizes_are_bounded(void **state)
{
	(void)state;
	struct picture *p = NULL;
	assert_int_equal(picture_new(0, 1, &p), E_LIMIT);
	assert_int_equal(picture_new(1, PICTURE_SIDE + 1, &p), E_LIMIT);
	assert_null(p);
	assert_int_equal(picture_new(PICTURE_SIDE, 1, &p), E_OK);
	assert_int_equal(picture_write_png(p, &png), E_OK);
	picture_free(p);
	picture_free(NULL);
	cairo_surface_destroy(read_back(PICTURE_SIDE, 1));
}

#define IT(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IT(fonts_have_all_letters_of_vietnamese),
		IT(a_picture_is_what_networks_ask_for),
		IT(simulated_data_says_so),
		IT(the_same_site_is_the_same_picture),
		IT(hostile_sites_are_drawn),
		IT(marks_of_charts_are_painted),
		IT(sizes_are_bounded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
