/* SPDX-License-Identifier: Apache-2.0 */
#include "match/digest.h"
#include "scan/worker_parts.h"
#include "survey/reasons.h"

static enum err on_entry(void *context, const struct place_entry *entry)
{
	worker_say(context, &(struct answer){.kind = ANSWER_ENTRY, .entry = *entry});
	return worker_late(context) ? E_TIMEOUT : E_OK;
}

/* What the package said stands behind the mark, in hexadecimal digits. */
static bool differs(struct digester *d, struct bytes content, struct str sum)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t digest[DIGEST_MOST];
	if (digest_make(d, DIGEST_MD5, content, digest) != E_OK)
		return false;
	for (size_t i = 0; i < sum.size; i++) {
		const uint8_t half = i % 2 == 0 ? digest[i / 2] >> 4 : digest[i / 2] & 15;
		if (digits[half] != sum.data[i])
			return true;
	}
	return false;
}

static enum err compare(struct worker *w, struct bytes content)
{
	static const struct str mark = STR_INIT(SUM_MARK);
	struct str sum = w->task->extra;
	struct digester *d;
	sum = (struct str){sum.data + mark.size, sum.size - mark.size};
	if (sum.size != SUM_DIGITS)
		return E_SYNTAX;
	TRY(digester_new(&d));
	const bool altered = differs(d, content, sum);
	digester_free(d);
	if (!altered)
		return E_OK;
	return on_entry(w, &(struct place_entry){.text = STR(""),
				   .program = STR(""),
				   .sign = SIGN_SUSPICIOUS,
				   .why = WHY_ALTERED});
}

bool worker_compares(const struct task *task)
{
	return task->kind == TASK_PLACE && str_starts(task->extra, STR(SUM_MARK));
}

static enum unscanned reason_of(enum err err)
{
	if (err == E_TIMEOUT)
		return UNSCANNED_TIME;
	return err == E_BUSY ? UNSCANNED_PENDING : UNSCANNED_DAMAGED;
}

void worker_read_place(struct worker *w, struct bytes content)
{
	const struct place *place = survey_place_named(w->task->extra);
	const struct place_sink sink = {w, on_entry};
	enum err err = E_UNKNOWN;
	if (worker_compares(w->task))
		err = compare(w, content);
	else if (place)
		err = place->read(content, w->task->path, &sink);
	if (err != E_OK)
		worker_unscanned(w, STR(""), reason_of(err), STR(""));
}
