/* SPDX-License-Identifier: Apache-2.0 */
#include "official_cases.h"

#include <stdio.h>

enum {
	LATE = 47,
	UNOPENED = 12,
	WIDE_ROWS = 7,
	HOSTILE_BYTES = 3000,
	COPIES = 90
};

static const char *const names[OFFICIAL_CASE__COUNT] = {"letter", "long-letter", "return",
	"long-return", "rollup", "rollup-en", "empty-rollup", "wide-rollup", "hostile"};

const char *official_case_name(enum official_case c)
{
	return names[c];
}

#define CAMPAIGN "Chiến dịch rà soát và bóc gỡ mã độc trên toàn quốc năm 2020"
#define INFORMED "Tổng số cơ quan, tổ chức, doanh nghiệp nhận được thông tin về chiến dịch"
#define DEPLOYED "Tổng số cơ quan, tổ chức triển khai chiến dịch"

/* --- what an office puts around it --- */

static const struct str one_recipient[] = {STR_INIT("Sở Thông tin và Truyền thông")};
static const struct str recipients[] = {STR_INIT("Các sở, ban, ngành, đoàn thể thành phố"),
	STR_INIT("Các cơ quan Trung ương tổ chức theo ngành dọc đóng trên địa bàn thành phố"),
	STR_INIT("Ủy ban nhân dân các quận, huyện")};
static const struct str copies[] = {STR_INIT("Như trên"),
	STR_INIT("Trung tâm Giám sát an toàn không gian mạng quốc gia (để b/c)"),
	STR_INIT("Ủy ban nhân dân thành phố (để b/c)"), STR_INIT("Giám đốc Sở (để b/c)"),
	STR_INIT("Lưu: VT, CNTT")};
static const struct str short_copies[] = {STR_INIT("Như trên"), STR_INIT("Lưu: VT")};
static const struct signing for_director[] = {{SIGNING_FOR, STR_INIT("Giám đốc")}};
static const struct signing on_behalf[] = {
	{SIGNING_ON_BEHALF, STR_INIT("Ủy ban nhân dân")}, {SIGNING_FOR, STR_INIT("Chủ tịch")}};

static const struct signing for_the_director[] = {{SIGNING_FOR, STR_INIT("The Director")}};

static struct official letterhead(void)
{
	return (struct official){.lang = LANG_VI,
		.kind = OFFICIAL_LETTER,
		.country = STR("Cộng hòa xã hội chủ nghĩa Việt Nam"),
		.motto = STR("Độc lập - Tự do - Hạnh phúc"),
		.superior = STR("Ủy ban nhân dân thành phố Hải Phòng"),
		.body = STR("Sở Thông tin và Truyền thông"),
		.number = STR("2049"),
		.symbol = STR("STTTT-CNTT"),
		.place = STR("Hải Phòng"),
		.date = {2020, 10, 6},
		.copies = copies,
		.copy_count = 5,
		.signings = for_director,
		.signing_count = 1,
		.position = STR("Phó Giám đốc"),
		.signer = STR("Nguyễn Thị Bích Ngọc"),
		.made = {1601971200}};
}

/* --- letters --- */

static const struct official_block letter_blocks[] = {
	{.kind = OFFICIAL_PARAGRAPH,
		.text = STR_INIT(
			"Thực hiện " CAMPAIGN ", Sở Thông tin và Truyền thông đề nghị các cơ quan, "
			"đơn vị, địa phương phối hợp triển khai các nội dung sau:")},
	{.kind = OFFICIAL_HEADING, .text = STR_INIT("1. Rà quét và bóc gỡ mã độc")},
	{.kind = OFFICIAL_PARAGRAPH,
		.text = STR_INIT("Kiểm tra địa chỉ IP của đơn vị trong cơ sở dữ liệu mạng máy tính "
				 "ma; rà quét toàn bộ máy chủ, máy trạm bằng phần mềm phòng chống "
				 "mã độc của đơn vị hoặc bằng công cụ được cung cấp.")},
	{.kind = OFFICIAL_HEADING, .text = STR_INIT("2. Báo cáo kết quả")},
	{.kind = OFFICIAL_ITEM,
		.text = STR_INIT(
			"Cử một đầu mối phối hợp, ghi rõ họ tên và số điện thoại liên hệ;")},
	{.kind = OFFICIAL_ITEM,
		.text = STR_INIT("Gửi báo cáo kết quả triển khai trước ngày 22/10/2020.")},
	{.kind = OFFICIAL_PARAGRAPH,
		.text = STR_INIT("Rất mong nhận được sự quan tâm, phối hợp của các đơn vị./.")}};

static struct official letter(void)
{
	struct official o = letterhead();
	o.subject = STR("tham gia chiến dịch rà soát và bóc gỡ mã độc năm 2020");
	o.recipients = one_recipient;
	o.recipient_count = 1;
	o.body_blocks = (struct official_blocks){letter_blocks, 7};
	return o;
}

static struct official long_letter(void)
{
	struct official o = letter();
	o.superior = STR("Ủy ban nhân dân tỉnh Bà Rịa - Vũng Tàu");
	o.body = STR("Ban Chỉ đạo ứng phó khẩn cấp sự cố và bóc gỡ mã độc trên không gian mạng");
	o.symbol = STR("BCĐƯPKCSC-KTHTATTT");
	o.place = STR("Thành phố Hồ Chí Minh");
	o.date = (struct date){2020, 2, 3};
	o.recipients = recipients;
	o.recipient_count = 3;
	o.signings = on_behalf;
	o.signing_count = 2;
	o.position = STR("Phó Chủ tịch");
	o.signer = STR("Tôn Nữ Hoàng Thị Khánh Quỳnh");
	return o;
}

/* --- returns --- */

static const struct return_row return_rows[] = {
	{STR_INIT(INFORMED), {true, 1052}, STR_INIT("Gồm 34 đơn vị trực thuộc")},
	{STR_INIT(DEPLOYED), {true, 987}, STR_INIT("")}};

static struct unit_return unit_return(void)
{
	return (struct unit_return){.campaign = STR(CAMPAIGN),
		.unit = STR("Ủy ban nhân dân quận Ngô Quyền"),
		.assessment = STR(
			"Quận đã phổ biến chiến dịch đến toàn bộ các phòng, ban, 12 phường và các "
			"trường học trên địa bàn; phát 6 buổi trên hệ thống thông tin cơ sở.\n"
			"Đã rà quét 1.240 máy tính, phát hiện và xử lý 37 máy bị nhiễm mã độc. "
			"Khó khăn: một số máy dùng hệ điều hành cũ, chưa cài được công cụ."),
		.order = {STR("2049/STTTT-CNTT"), {2020, 10, 6},
			STR("Sở Thông tin và Truyền thông")},
		.rows = return_rows,
		.row_count = 2};
}

static enum err make_return(struct arena *arena, struct official *ret)
{
	const struct unit_return r = unit_return();
	struct official o = letterhead();
	o.superior = STR("Ủy ban nhân dân thành phố Hải Phòng");
	o.body = STR("Ủy ban nhân dân quận Ngô Quyền");
	o.number = STR("");
	o.symbol = STR("BC-UBND");
	o.date = (struct date){.year = 2020};
	o.recipients = one_recipient;
	o.recipient_count = 1;
	o.copies = short_copies;
	o.copy_count = 2;
	o.signings = on_behalf;
	o.signing_count = 2;
	o.position = STR("Phó Chủ tịch");
	TRY(return_document(&r, arena, &o));
	*ret = o;
	return E_OK;
}

/* Lines again and again. */
static struct str repeated(struct arena *arena, struct str line, size_t times)
{
	struct writer w;
	writer_init(&w, 1 << 20);
	for (size_t i = 0; i < times; i++) {
		writer_str(&w, line);
		writer_char(&w, '\n');
	}
	struct str copy = arena_copy(arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
}

static enum err make_long_return(struct arena *arena, struct official *ret)
{
	struct unit_return r = unit_return();
	struct official o = letterhead();
	struct return_row *rows = arena_alloc(arena, 40, sizeof(*rows));
	if (!rows)
		return E_NOMEM;
	for (int i = 0; i < 40; i++)
		rows[i] = return_rows[i % 2];
	rows[7].declared.known = false;
	rows[9].note = repeated(arena, return_rows[0].note, 6);
	r.rows = rows;
	r.row_count = 40;
	r.assessment = repeated(arena, r.assessment, 5);
	o.recipients = one_recipient;
	o.recipient_count = 1;
	TRY(return_document(&r, arena, &o));
	*ret = o;
	return E_OK;
}

/* --- roll-ups --- */

static const char *const provinces[CASE_CHILDREN] = {"Thành phố Hà Nội", "Thành phố Huế",
	"Tỉnh Lai Châu", "Tỉnh Điện Biên", "Tỉnh Sơn La", "Tỉnh Lạng Sơn", "Tỉnh Quảng Ninh",
	"Tỉnh Thanh Hóa", "Tỉnh Nghệ An", "Tỉnh Hà Tĩnh", "Tỉnh Cao Bằng", "Tỉnh Tuyên Quang",
	"Tỉnh Lào Cai", "Tỉnh Thái Nguyên", "Tỉnh Phú Thọ", "Tỉnh Bắc Ninh", "Tỉnh Hưng Yên",
	"Thành phố Hải Phòng", "Tỉnh Ninh Bình", "Tỉnh Quảng Trị", "Thành phố Đà Nẵng",
	"Tỉnh Quảng Ngãi", "Tỉnh Gia Lai", "Tỉnh Khánh Hòa", "Tỉnh Lâm Đồng", "Tỉnh Đắk Lắk",
	"Thành phố Hồ Chí Minh", "Tỉnh Đồng Nai", "Tỉnh Tây Ninh", "Thành phố Cần Thơ",
	"Tỉnh Vĩnh Long", "Tỉnh Đồng Tháp", "Tỉnh Cà Mau", "Tỉnh An Giang"};

static struct rollup_child *make_children(struct arena *arena, size_t rows)
{
	struct rollup_child *children = arena_alloc(arena, CASE_CHILDREN, sizeof(*children));
	for (size_t i = 0; children && i < CASE_CHILDREN; i++) {
		struct declared *sums = arena_alloc(arena, rows, sizeof(*sums));
		if (!sums)
			return NULL;
		for (size_t row = 0; row < rows; row++)
			sums[row] = (struct declared){i != 13, 31337 / (i + 1) + 97 * row};
		children[i] = (struct rollup_child){.name = str_from(provinces[i]),
			.units = i == 13 ? 0 : 150 - i,
			.expected = 160 + i,
			.sums = sums};
	}
	return children;
}

static struct str numbered(struct arena *arena, const char *words, size_t number)
{
	char name[100];
	snprintf(name, sizeof(name), "%s %zu", words, number);
	return arena_copy(arena, str_from(name));
}

static enum err make_lists(struct arena *arena, struct rollup *r)
{
	struct rollup_late *late = arena_alloc(arena, LATE, sizeof(*late));
	struct rollup_unopened *unopened = arena_alloc(arena, UNOPENED, sizeof(*unopened));
	if (!late || !unopened)
		return E_NOMEM;
	for (size_t i = 0; i < LATE; i++)
		late[i] = (struct rollup_late){numbered(arena, "Ủy ban nhân dân phường số", i + 1),
			str_from(provinces[i % CASE_CHILDREN]),
			i % 3 ? (struct date){2020, 10, 22 + (int)(i % 9)} : (struct date){0}};
	for (size_t i = 0; i < UNOPENED; i++)
		unopened[i] = (struct rollup_unopened){
			numbered(arena, "Trường Trung học phổ thông số", i + 1),
			str_from(provinces[i])};
	r->late = late;
	r->late_count = LATE;
	r->unopened = unopened;
	r->unopened_count = UNOPENED;
	return E_OK;
}

static const struct rollup_row rollup_rows[] = {{.label = STR_INIT(INFORMED),
							.sum = 1052479,
							.units = 187,
							.distinct = {true, 917492},
							.earlier = {true, 2014512},
							.earlier_units = 203},
	{.label = STR_INIT(DEPLOYED), .sum = 400123, .units = 180}};

static struct official national(enum lang lang)
{
	struct official o = letterhead();
	o.lang = lang;
	o.superior = STR("Bộ Thông tin và Truyền thông");
	o.body = STR("Cục An toàn thông tin");
	o.number = STR("123");
	o.symbol = STR("BC-CATTT");
	o.place = STR("Hà Nội");
	o.recipients = one_recipient;
	o.recipient_count = 1;
	o.position = STR("Phó Cục trưởng");
	return o;
}

static struct rollup rollup(void)
{
	return (struct rollup){.campaign = STR(CAMPAIGN),
		.unit = STR("Cục An toàn thông tin"),
		.assessment = STR("Các địa phương đã tích cực triển khai chiến dịch."),
		.order = {STR("2049/STTTT-CNTT"), {2020, 10, 6},
			STR("Sở Thông tin và Truyền thông")},
		.as_of = {2020, 11, 1},
		.deadline = {2020, 10, 22},
		.by_state = {156, 31, 13, 12},
		.rows = rollup_rows,
		.row_count = 2};
}

static enum err make_rollup(enum lang lang, struct arena *arena, struct official *ret)
{
	struct rollup r = rollup();
	struct official o = national(lang);
	r.children = make_children(arena, r.row_count);
	r.child_count = r.children ? CASE_CHILDREN : 0;
	r.earlier_campaign = STR("Chiến dịch làm sạch mã độc năm 2019");
	r.earlier_units = 203;
	r.earlier_expected = 210;
	TRY(make_lists(arena, &r));
	if (lang == LANG_EN) {
		static const struct str to[] = {STR_INIT("The Minister")};
		o.country = o.motto = STR("");
		r.campaign = STR("Nationwide Clean-up Campaign 2020");
		r.earlier_campaign = STR("Clean-up Campaign 2019");
		r.unit = o.body = STR("National Cyber Security Centre");
		r.assessment = STR("All provinces took part.");
		o.superior = STR("Ministry of Information");
		o.recipients = to;
		o.position = STR("Deputy Director");
		o.copies = to;
		o.copy_count = 1;
		o.signings = for_the_director;
	}
	TRY(rollup_document(&r, arena, &o));
	*ret = o;
	return E_OK;
}

static enum err make_empty_rollup(struct arena *arena, struct official *ret)
{
	static const struct rollup_row rows[] = {
		{.label = STR_INIT(INFORMED)}, {.label = STR_INIT(DEPLOYED)}};
	struct rollup r = rollup();
	struct official o = national(LANG_VI);
	r.rows = rows;
	r.order.number = STR("");
	memset(r.by_state, 0, sizeof(r.by_state));
	TRY(rollup_document(&r, arena, &o));
	*ret = o;
	return E_OK;
}

static enum err make_wide_rollup(struct arena *arena, struct official *ret)
{
	struct rollup r = rollup();
	struct official o = national(LANG_VI);
	struct rollup_row *rows = arena_alloc(arena, WIDE_ROWS, sizeof(*rows));
	if (!rows)
		return E_NOMEM;
	for (size_t i = 0; i < WIDE_ROWS; i++) {
		rows[i] = rollup_rows[i % 2];
		rows[i].sum += i;
	}
	r.rows = rows;
	r.row_count = WIDE_ROWS;
	r.children = make_children(arena, WIDE_ROWS);
	r.child_count = r.children ? CASE_CHILDREN : 0;
	TRY(rollup_document(&r, arena, &o));
	*ret = o;
	return E_OK;
}

/* --- what no office writes --- */

static enum err make_hostile(struct arena *arena, struct official *ret)
{
	struct unit_return r = unit_return();
	struct official o = letterhead();
	struct return_row *rows = arena_alloc(arena, 3, sizeof(*rows));
	struct str *many = arena_alloc(arena, COPIES, sizeof(*many));
	char *word = arena_alloc(arena, HOSTILE_BYTES, 1);
	if (!rows || !many || !word)
		return E_NOMEM;
	memset(word, 'W', HOSTILE_BYTES);
	for (size_t i = 0; i < COPIES; i++)
		many[i] = numbered(arena, "Cơ quan nhận văn bản số", i + 1);
	rows[0] =
		(struct return_row){{word, HOSTILE_BYTES}, {true, UINT64_C(1) << 53}, STR("=1+1")};
	rows[1] = (struct return_row){STR("\x01\xFF</table><script>"), {false, 0}, STR("\"&'")};
	rows[2] = (struct return_row){STR(""), {true, 0}, repeated(arena, STR("lặp lại"), 900)};
	r.rows = rows;
	r.row_count = 3;
	r.unit = (struct str){word, HOSTILE_BYTES};
	o.body = o.superior = o.place = o.symbol = o.position = r.unit;
	o.copies = many;
	o.copy_count = COPIES;
	TRY(return_document(&r, arena, &o));
	*ret = o;
	return E_OK;
}

enum err official_case_make(enum official_case c, struct arena *arena, struct official *ret)
{
	switch (c) {
	case CASE_LETTER:
		*ret = letter();
		return E_OK;
	case CASE_LONG_LETTER:
		*ret = long_letter();
		return E_OK;
	case CASE_RETURN:
		return make_return(arena, ret);
	case CASE_LONG_RETURN:
		return make_long_return(arena, ret);
	case CASE_ROLLUP:
		return make_rollup(LANG_VI, arena, ret);
	case CASE_ROLLUP_EN:
		return make_rollup(LANG_EN, arena, ret);
	case CASE_EMPTY_ROLLUP:
		return make_empty_rollup(arena, ret);
	case CASE_WIDE_ROLLUP:
		return make_wide_rollup(arena, ret);
	case CASE_HOSTILE:
		return make_hostile(arena, ret);
	case OFFICIAL_CASE__COUNT:
		break;
	}
	return E_USAGE;
}
