/* SPDX-License-Identifier: Apache-2.0 */
/* What did the campaign cause? Apart from whether goals were met. */
#include "report/evaluation_document_parts.h"

/* X at the end, which counterfactual and net effect together give away. */
static double implied_end(const struct attribution_result *a)
{
	return a->counterfactual.value * (1 - a->net_effect.value);
}

static bool withheld(const struct composer *c)
{
	const struct attribution_result *a = &c->e->attribution;
	return is_small(c, a->counterfactual.value) || is_small(c, implied_end(a));
}

/* A negative effect is said as more than expected. */
static struct str effect_words(struct composer *c, struct estimate effect)
{
	if (estimate_has_interval(effect) && effect.low <= 0 && effect.high >= 0) {
		struct text_arg open = {
			STR("effect"), estimate_words(c, effect, true, DECIMALS_SHARE)};
		return compose(c, MESSAGE_REPORT_NO_EFFECT, &open, 1);
	}
	bool helped = effect.value >= 0;
	struct estimate size =
		helped ? effect : (struct estimate){-effect.value, -effect.high, -effect.low};
	struct text_arg args = {STR("effect"), estimate_words(c, size, true, DECIMALS_SHARE)};
	return compose(c, helped ? MESSAGE_REPORT_EFFECT : MESSAGE_REPORT_WORSE, &args, 1);
}

struct str cause_sentence(struct composer *c)
{
	const struct attribution_result *a = &c->e->attribution;
	if (a->method == METHOD_NONE || !estimate_known(a->net_effect))
		return words(c, MESSAGE_REPORT_CAUSE_UNSAID);
	if (withheld(c))
		return words(c, MESSAGE_REPORT_CAUSE_WITHHELD);
	return effect_words(c, a->net_effect);
}

static enum block_tone tone_of(const struct attribution_result *a)
{
	if (a->method == METHOD_NONE || !estimate_known(a->net_effect))
		return TONE_UNSAID;
	if (a->net_effect.low > 0)
		return TONE_GOOD;
	return a->net_effect.high < 0 ? TONE_BAD : TONE_PLAIN;
}

void say_cause(struct composer *c)
{
	const struct attribution_result *a = &c->e->attribution;
	add_section(c, STR("cause"), MESSAGE_REPORT_CAUSE);
	add_words(c, MESSAGE_REPORT_NEVER_MIXED);
	add_verdict(
		c, tone_of(a), cause_sentence(c), str_trim(words(c, method_message(a->method))));
	add_reasons(c, &a->reasons);
}
