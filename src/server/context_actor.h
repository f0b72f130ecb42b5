/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/actor.h"
#include "server/command.h"

/* For whom a command is run: --on-behalf NUMBER|MAIL, else the operator at the machine. With it
 * audit entries name that person, and rights are asked as theirs. Says what is wrong and returns
 * false where there is no such account, or it may not come in. Texts live as long as the
 * command. */
bool context_actor(struct context *context, struct office *office, struct actor *ret_actor);

/* Whether the command is run for somebody. */
bool context_on_behalf(const struct context *context);

/* Whether the one it is run for may: says it where not. What they may not know of is called not
 * there. */
bool context_may(struct context *context, struct office *office, const struct actor *actor,
	enum act act, struct str campaign, int64_t org);

/* For commands that ask for no right themselves, because only operators use them: false, and said
 * so, where it is run for anybody else. */
bool context_operator_only(struct context *context);
