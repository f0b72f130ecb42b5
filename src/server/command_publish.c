/* SPDX-License-Identifier: Apache-2.0 */
#include "server/care.h"
#include "server/feed_days.h"
#include "server/publish.h"

int command_publish(struct context *context)
{
	struct store *store;
	if (!context_store(context, STORE_WRITE, &store))
		return EXIT_FAILED;
	if (!care_clock_fits(context, store, 0)) {
		store_close(store);
		return EXIT_FAILED;
	}
	enum err err = publish_all(store, context->now);
	feed_days_refresh(context, store);
	int status = err == E_OK ? EXIT_FINE : context_store_failed(context, store, err);
	store_close(store);
	return status;
}
