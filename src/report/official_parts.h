/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "report/official.h"

/* Within the room: lines of an official document, composed of its fields. Shared by paper and page,
 * so that both say the same. */

/* "Số: 123/BC-STTTT" */
void official_write_number(struct writer *w, const struct official *o);
/* "Hải Phòng, ngày 06 tháng 10 năm 2020" */
void official_write_place_date(struct writer *w, const struct official *o);
/* "V/v rà soát mã độc" */
void official_write_subject(struct writer *w, const struct official *o);
/* "KT. Giám đốc" */
void official_write_signing(struct writer *w, const struct official *o, size_t index);
/* "- Như trên;", the last one with a full stop. */
void official_write_item(struct writer *w, const struct str *items, size_t count, size_t index);
/* "Phụ lục II" */
void official_write_annex_label(struct writer *w, const struct official *o, size_t index);
/* "(Kèm theo Báo cáo số 123/BC-STTTT ngày 06 tháng 10 năm 2020 của Sở …)" */
void official_write_annex_origin(struct writer *w, const struct official *o);

/* Whether there is anything to sign or send. */
static inline bool official_has_foot(const struct official *o)
{
	return o->copy_count > 0 || o->signing_count > 0 || o->position.size > 0 ||
	       o->signer.size > 0;
}

/* The style sheet of a page that stands alone; made at build from web/style. */
struct bytes official_style(void);
