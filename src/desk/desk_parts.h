/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <pthread.h>

#include "desk/desk.h"
#include "desk/serve.h"
#include "mail/spool.h"
#include "office/account_token.h"

/* Within the room: what the process and each of its threads keep. */

enum {
	DESK_ARENA = 16 << 20
};

#define DESK_SESSION_COOKIE "desk"
#define DESK_DEVICE_COOKIE "desk-device"
#define DESK_BEFORE_COOKIE "desk-before"
#define DESK_SAID_COOKIE "desk-said"

struct desk {
	struct desk_settings settings;
	struct http_asset *assets; /* the desk's own, and what previews of the site ask for */
	size_t asset_count;
	pthread_key_t thread;
	bool has_key;
	pthread_mutex_t posting; /* one at a time puts mails into the spool */
	struct mail_spool spool;
	bool has_spool;
};

struct desk_thread {
	struct office office;
	bool open;
	struct store *store; /* NULL: not asked for yet */
	struct arena arena;  /* of the request; kept until the next, for its answer is still sent */
	struct session session;
	struct actor actor;
	struct desk_request request;
};

/* The calling thread's; NULL without memory. */
struct desk_thread *desk_thread(struct desk *d);

/* The http handler of all that is below /desk/. */
void desk_answer(const struct http_request *q, struct http_answer *a);

/* A page for answer->status. */
void desk_error(const struct http_request *q, struct http_answer *a);

/* "/desk/vi/orgs/12" → the language and "orgs/12"; false: not below /desk/LANG. */
bool desk_path_split(struct str path, enum lang *ret_lang, struct str *ret_below);

/* Letters, digits, - . _ and single slashes within, at most 1024 bytes: what our own addresses are
 * made of, and what may stand in a header field or a log. */
bool desk_path_is_plain(struct str path);

/* The page that says a status, in the frame. */
void desk_say_status(struct desk_request *r, unsigned status);

/* Sets a cookie of the answer; more than fit are left out. */
void desk_set_cookie(struct desk_request *r, struct http_cookie cookie);
void desk_forget_cookie(struct desk_request *r, const char *name);
void desk_set_token(
	struct desk_request *r, const char *name, const struct token *token, uint64_t seconds);
bool desk_cookie_token(const struct desk_request *r, const char *name, struct token *ret_token);

/* Hands the mails of the office's outbox to the spool. */
void desk_post(struct desk *d, struct office *o);

/* Handlers of this room's own pages. */
void desk_work(struct desk_request *r);
void desk_login(struct desk_request *r);
void desk_logout(struct desk_request *r);
void desk_forgotten(struct desk_request *r);
void desk_invitation_link(struct desk_request *r);
void desk_invitation(struct desk_request *r);
void desk_self(struct desk_request *r);
void desk_password(struct desk_request *r);
void desk_second_factor(struct desk_request *r);
void desk_second_factor_change(struct desk_request *r);
void desk_sessions(struct desk_request *r);
void desk_accounts(struct desk_request *r);
void desk_account_new(struct desk_request *r);
void desk_account(struct desk_request *r);
void desk_audit(struct desk_request *r);
