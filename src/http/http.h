/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/instant.h"
#include "base/ip.h"
#include "base/writer.h"
#include "http/client.h"
#include "http/form.h"

/* Connections, routes, limits, deadlines and the headers that every answer carries. Knows no page.
 * GET and HEAD are answered, and POST of a form where a route says so; any other request that
 * brings a body is refused. */

/* What a handler sees. Texts are borrowed until it returns. */
struct http_request {
	struct str path;            /* "/vi/", percent escapes undone */
	struct ip client;           /* after the proxies we trust */
	struct instant now;         /* the one clock reading of this request */
	bool head;                  /* HEAD: only asks what GET would get; counts as nothing */
	bool secure;                /* came by TLS, says a proxy of ours */
	const struct form *form;    /* of a POST; NULL: GET or HEAD */
	void *context;              /* the site's */
	void *connection;           /* for the two functions below; NULL: of a shared answer */
	struct http_server *server; /* for http_write_metrics() */
};

/* False: no such argument; "" when it stands there without a value. */
bool http_argument(const struct http_request *q, const char *name, struct str *ret_value);

/* The first header field of that name; empty: none. */
struct str http_header(const struct http_request *q, const char *name);

/* The value of a cookie that an answer set under this name; empty: none. */
struct str http_cookie(const struct http_request *q, const char *name);

/* Made by a page of our own, says the browser: Sec-Fetch-Site, else Origin against Host. A browser
 * that says neither is believed: a form's token must be asked for besides. */
bool http_is_same_origin(const struct http_request *q);

/* Set with HttpOnly, SameSite=Lax and Path=/; behind TLS Secure and as "__Host-NAME". */
struct http_cookie {
	struct str name;  /* letters and hyphens */
	struct str value; /* letters, digits, hyphens */
	uint64_t seconds; /* it is kept; 0: until the browser ends */
	bool forget;      /* it now */
};

enum http_cache {
	HTTP_NO_STORE, /* about the visitor: kept by nobody */
	HTTP_NO_CACHE, /* may be kept, asked for anew each time */
	HTTP_FOR_EVER  /* its name changes with its content */
};

/* What a handler gives. All texts live until the answer is handed on; body is the handler's to
 * write into. */
enum {
	HTTP_COOKIES = 3
};

struct http_answer {
	unsigned status;          /* 200 */
	const char *content_type; /* text/html; charset=utf-8 */
	enum http_cache cache;    /* HTTP_NO_STORE */
	const char *location;     /* NULL: none */
	const char *language;     /* Content-Language; NULL: none */
	const char *vary;         /* NULL: none */
	const char *referrer;     /* Referrer-Policy; NULL: no-referrer */
	const char *allow;        /* of a 405; NULL: "GET, HEAD" */
	unsigned refresh; /* seconds after which a browser asks again for the same; 0: never */
	struct http_cookie cookies[HTTP_COOKIES];
	size_t cookie_count;
	bool elsewhere;  /* other sites may show it: in a frame, as a picture. Never an answer about
			    the visitor */
	bool asks;       /* its script may ask this server: a draft saved by itself */
	bool any_origin; /* other sites' scripts may read it (CORS): public figures only, never an
			    answer about the visitor */
	/* Instead of the body: a file below the settings' folder, sent whole or in the ranges asked
	 * for (RFC 9110, 14). */
	struct str file;
	struct str save_as; /* for the visitor to keep, the file or the body, under that name;
			       empty: a body is to be shown */
	bool lasting; /* of a shared answer: the time of day is not in it, so that it is kept until
			 another edition */
	enum err why; /* of an error page: E_LIMIT where the page passed LIMIT_HTTP_PAGE */
	struct writer *body;
};

typedef void http_handler(const struct http_request *q, struct http_answer *a);

enum http_guard {
	HTTP_ANYONE,
	HTTP_SAME_SITE, /* 403 to requests that another site's page makes (Sec-Fetch-Site) */
	HTTP_OPERATOR /* 404 to all but who connects directly, unforwarded, from loopback or one of
			 the settings' operators */
};

/* What is done with a request besides answering GET and HEAD at once. */
struct http_intake {
	bool post;      /* it takes forms */
	bool only_post; /* and nothing else */
	uint64_t body;  /* bytes of a POST at most, files included */
	bool slow; /* the handler takes its time: it runs on a thread of the pool, so that others
		      do not wait. Its answer has no file */
};
typedef struct http_intake http_intake_fn(const struct http_request *q, bool post);

/* A shared answer is the same for every visitor: it depends on path, edition and the time of day
 * to a minute, on nothing else of the request, of which the handler sees no more. It is made once,
 * kept with its ETag and compressed, and made anew for another edition and, unless it is
 * lasting, after HTTP_SHARED_SECONDS. Only status 200 is kept; its cache is HTTP_NO_CACHE unless
 * the handler says otherwise. */
enum {
	HTTP_SHARED_SECONDS = 60
};

struct http_route {
	struct str path;
	http_handler *handle;
	enum http_guard guard;
	bool below; /* for every path that begins so and goes on, the longest such; `path` ends in
		       '/' */
	bool shared;
};

/* A file that is compiled in; its path holds a digest of its content. */
struct http_asset {
	struct str path;
	const char *content_type;
	const char *etag; /* with its quotes */
	struct bytes body;
	const char *gzip_etag;
	struct bytes gzip; /* the same, compressed; empty: not smaller */
};

/* Everything the program serves: plain tables. */
struct http_site {
	const struct http_route *routes;
	size_t route_count;
	const struct http_asset *assets;
	size_t asset_count;
	http_handler *error; /* writes the page for answer->status: 400 403 404 405 411 413 415 429
			       431 500 503 */
	void *context;
	const _Atomic uint64_t *edition; /* of what is shown; another value drops shared answers.
					    NULL: never changes */
	http_intake_fn *intake; /* asked for each request; sees path and context alone. NULL: all
				   are GET and HEAD, answered at once */
};

struct http_settings {
	int socket; /* listens; the server closes it */
	unsigned threads;
	int folder;               /* of files to send; borrowed; -1: none */
	unsigned slow_threads;    /* for slow routes; 0: they are answered like others */
	int uploads;              /* folder of a file system for uploaded files, which have no name
				     there; borrowed; -1: forms with files are refused */
	struct proxies proxies;   /* borrowed */
	bool proxy_protocol;      /* each connection begins with a PROXY header of such a proxy;
				     others are closed */
	struct proxies operators; /* who may ask what HTTP_OPERATOR guards; borrowed */
	uint32_t rate;            /* requests a second and unit; 0: no limit. Loopback has none */
	uint32_t burst;
	uint32_t request_seconds; /* until a whole request has come; an idle connection's life */
	uint32_t answer_seconds;  /* until an answer has been taken; of a download: until the next
				     LIMIT_HTTP_DOWNLOAD_RATE times as many bytes have */
};

/* Socket and folders -1, no proxies, one thread, the limits of data/limits.def. */
struct http_settings http_settings_default(void);

struct http_server;
MUST_CHECK enum err http_start(const struct http_settings *settings, const struct http_site *site,
	struct http_server **ret_server);

/* Another takes over the socket: no new connections here, and each open one ends after its next
 * answer (which says so) or by its deadline; nothing asked is left unanswered. */
void http_retire(struct http_server *s);

/* Open connections. */
size_t http_connections(struct http_server *s);

/* Takes no new connections, gives open ones a second to end. */
void http_stop(struct http_server *s);

/* What the server has done since it started, for the one who runs it (Prometheus text format
 * 0.0.4, whose content type is HTTP_METRICS_TYPE): no visitor's address is in it. */
#define HTTP_METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"
void http_write_metrics(const struct http_request *q, struct writer *w);
