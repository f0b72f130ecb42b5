/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the desk's table of routes, a line each: the methods, the pattern, "anybody" or "in", the
 * bytes of a form with files. The flow test of rights has a row for each or fails. */
#include <inttypes.h>
#include <stdio.h>

#include "desk/routes.h"

int main(void)
{
	static const char *const methods[] = {
		[DESK_GET] = "GET", [DESK_POST] = "POST", [DESK_BOTH] = "GET,POST"};
	for (size_t i = 0; i < desk_route_count; i++) {
		const struct desk_route *route = &desk_routes[i];
		printf("%s\t%.*s\t%s\t%" PRIu64 "\n", methods[route->methods],
			STR_ARG(route->pattern), route->who == DESK_ANYBODY ? "anybody" : "in",
			route->upload);
	}
	return 0;
}
