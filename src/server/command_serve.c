/* SPDX-License-Identifier: Apache-2.0 */
#include "server/command.h"
#include "server/portal_role.h"
#include "server/serve.h"

static bool read_proxies(struct context *c, struct prefix *proxies, size_t *ret_count)
{
	size_t count = options_count(&c->options, "trusted-proxy");
	if (count > PORTAL_PROXIES) {
		context_failed(c, STR("--trusted-proxy"), E_LIMIT);
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		struct str s = str_from(options_nth(&c->options, "trusted-proxy", i));
		if (!prefix_parse(s, &proxies[i])) {
			console_say_with(&c->console, MESSAGE_SERVE_BAD_PROXY, {STR("what"), s});
			return false;
		}
	}
	*ret_count = count;
	return true;
}

int command_serve(struct context *context)
{
	static struct prefix proxies[PORTAL_PROXIES];
	struct serve_options options = {.listen = options_str(&context->options, "listen"),
		.proxies = proxies,
		.data = context_folder(context),
		.user = options_get(&context->options, "user"),
		.zone = options_get(&context->options, "zone"),
		.lang = context->console.lang};
	if (!options.data || !read_proxies(context, proxies, &options.proxy_count))
		return EXIT_FAILED;
	if (options.listen.size == 0)
		options.listen = STR("127.0.0.1:8080");
	return serve_main(&options);
}
