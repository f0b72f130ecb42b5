/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/send.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/writer.h"

enum {
	URL_BYTES = 1024,
	PATH_BYTES = 300,
	CONNECT_SECONDS = 30
};

/* How far the talk with the server has come: the command said last. */
enum phase {
	PHASE_GREETING, /* up to and with authentication */
	PHASE_FROM,
	PHASE_TO,
	PHASE_TEXT, /* from DATA on */
	PHASE__COUNT
};

struct mail_sender {
	CURL *curl;
	struct str message; /* what is left to hand over; only while sending */
	enum phase phase;
	bool over;               /* QUIT was said: what follows is about nothing */
	char answer[MAIL_WORDS]; /* the last line the server said */
	char error[CURL_ERROR_SIZE];
};

/* --- what curl asks and tells --- */

static size_t give_message(char *buffer, size_t size, size_t count, void *context)
{
	struct mail_sender *s = context;
	size_t room = size * count;
	size_t given = s->message.size < room ? s->message.size : room;
	memcpy(buffer, s->message.data, given);
	s->message = (struct str){s->message.data + given, s->message.size - given};
	return given;
}

static void keep_answer(struct mail_sender *s, struct str line)
{
	line = str_trim(line);
	if (s->over)
		return;
	size_t size = line.size < sizeof(s->answer) - 1 ? line.size : sizeof(s->answer) - 1;
	memcpy(s->answer, line.data, size);
	s->answer[size] = '\0';
}

/* Of what we say only the verb counts: what follows AUTH is a secret. */
static void note_command(struct mail_sender *s, struct str line)
{
	if (str_starts(line, STR("MAIL ")))
		s->phase = PHASE_FROM;
	else if (str_starts(line, STR("RCPT ")))
		s->phase = PHASE_TO;
	else if (str_starts(line, STR("DATA")))
		s->phase = PHASE_TEXT;
	else if (str_starts(line, STR("QUIT")))
		s->over = true;
}

static int listen_in(CURL *curl, curl_infotype type, char *data, size_t size, void *context)
{
	(void)curl;
	if (type == CURLINFO_HEADER_IN)
		keep_answer(context, (struct str){data, size});
	else if (type == CURLINFO_HEADER_OUT)
		note_command(context, (struct str){data, size});
	return 0;
}

/* --- setting up --- */

static bool write_url(const struct mail_server *server, struct str name, char url[URL_BYTES])
{
	struct writer w;
	bool brackets = strchr(server->host, ':') != NULL;
	writer_init(&w, URL_BYTES);
	writer_text(&w, server->transport == MAIL_TLS ? "smtps://" : "smtp://");
	writer_text(&w, brackets ? "[" : "");
	writer_text(&w, server->host);
	writer_text(&w, brackets ? "]" : "");
	writer_char(&w, ':');
	writer_decimal(&w, server->port);
	writer_char(&w, '/');
	writer_str(&w, name);
	writer_u8(&w, 0);
	bool fine = writer_end(&w) == E_OK;
	if (fine)
		memcpy(url, w.data, w.size);
	writer_release(&w);
	return fine;
}

/* The option's value is copied by curl. */
static CURLcode set_secret(CURL *curl, CURLoption option, struct str value)
{
	char *copy = malloc(value.size + 1);
	if (!copy)
		return CURLE_OUT_OF_MEMORY;
	memcpy(copy, value.data, value.size);
	copy[value.size] = '\0';
	CURLcode code = curl_easy_setopt(curl, option, copy);
	explicit_bzero(copy, value.size);
	free(copy);
	return code;
}

static CURLcode set_account(CURL *curl, const struct mail_account *a)
{
	CURLcode code = CURLE_OK;
	if (a->user.size > 0) {
		code = set_secret(curl, CURLOPT_USERNAME, a->user);
		if (code == CURLE_OK)
			code = set_secret(curl, CURLOPT_PASSWORD, a->password);
	}
	if (a->authorities.size == 0 || code != CURLE_OK)
		return code;
	/* curl only reads it, and keeps a copy. */
	union {
		const char *read_only;
		void *data;
	} pem = {.read_only = a->authorities.data};
	struct curl_blob blob = {pem.data, a->authorities.size, CURL_BLOB_COPY};
	return curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &blob);
}

static long tls_of(enum mail_transport transport)
{
	return transport == MAIL_PLAIN ? CURLUSESSL_NONE : CURLUSESSL_ALL;
}

#define SET(option, value)                                                                         \
	do {                                                                                       \
		CURLcode code_ = curl_easy_setopt(s->curl, option, value);                         \
		if (code_ != CURLE_OK)                                                             \
			return code_;                                                              \
	} while (0)

static CURLcode set_talk(struct mail_sender *s)
{
	SET(CURLOPT_UPLOAD, 1L);
	SET(CURLOPT_READFUNCTION, give_message);
	SET(CURLOPT_READDATA, s);
	SET(CURLOPT_VERBOSE, 1L);
	SET(CURLOPT_DEBUGFUNCTION, listen_in);
	SET(CURLOPT_DEBUGDATA, s);
	SET(CURLOPT_ERRORBUFFER, s->error);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	SET(CURLOPT_TIMEOUT, (long)LIMIT_MAIL_SEND_SECONDS);
	return CURLE_OK;
}

static CURLcode set_up(struct mail_sender *s, const struct mail_server *server,
	const struct mail_account *account, const char *url)
{
	SET(CURLOPT_URL, url);
	SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	/* The environment shall not send us elsewhere. */
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_USE_SSL, tls_of(server->transport));
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	CURLcode code = set_talk(s);
	return code == CURLE_OK ? set_account(s->curl, account) : code;
}

enum err mail_sender_new(const struct mail_server *server, const struct mail_account *account,
	struct mail_sender **ret_sender)
{
	char url[URL_BYTES];
	if (server->transport == MAIL_OFF || !write_url(server, account->name, url))
		return E_USAGE;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return E_NOMEM;
	struct mail_sender *s = calloc(1, sizeof(*s));
	if (s)
		s->curl = curl_easy_init();
	if (!s || !s->curl || set_up(s, server, account, url) != CURLE_OK) {
		mail_sender_free(s);
		return E_NOMEM;
	}
	*ret_sender = s;
	return E_OK;
}

void mail_sender_free(struct mail_sender *sender)
{
	if (!sender)
		return;
	if (sender->curl)
		curl_easy_cleanup(sender->curl);
	curl_global_cleanup();
	free(sender);
}

/* --- sending --- */

static void bracket(char path[PATH_BYTES], const char *address)
{
	size_t size = strnlen(address, PATH_BYTES - 3);
	path[0] = '<';
	memcpy(path + 1, address, size);
	path[1 + size] = '>';
	path[2 + size] = '\0';
}

static CURLcode send_once(
	struct mail_sender *s, const char *from, const char *to, struct str message)
{
	char path[PATH_BYTES];
	s->message = message;
	s->phase = PHASE_GREETING;
	s->over = false;
	s->answer[0] = '\0';
	s->error[0] = '\0';
	bracket(path, from);
	SET(CURLOPT_MAIL_FROM, path);
	SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)message.size);
	bracket(path, to);
	struct curl_slist *recipients = curl_slist_append(NULL, path);
	if (!recipients)
		return CURLE_OUT_OF_MEMORY;
	CURLcode code = curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, recipients);
	if (code == CURLE_OK)
		code = curl_easy_perform(s->curl);
	(void)curl_easy_setopt(s->curl, CURLOPT_MAIL_RCPT, NULL);
	curl_slist_free_all(recipients);
	return code;
}

/* The code of an answer to what was said last; 0 when none came. */
static unsigned answer_code(const struct mail_sender *s)
{
	uint64_t code = 0;
	struct str digits = {s->answer, strnlen(s->answer, 3)};
	return str_to_u64(digits, 599, &code) ? (unsigned)code : 0;
}

/* The server had spoken of this mail, as opposed to a connection that broke. */
static bool was_answered(CURLcode code, unsigned answer)
{
	return answer >= 400 && code != CURLE_OPERATION_TIMEDOUT && code != CURLE_COULDNT_CONNECT;
}

static enum mail_verdict judge(const struct mail_sender *s, CURLcode code)
{
	unsigned answer = answer_code(s);
	if (code == CURLE_OK)
		return MAIL_TAKEN;
	/* 421: the server closes, whatever was asked. */
	if (s->phase < PHASE_TO || answer == 421)
		return MAIL_AWAY;
	if (!was_answered(code, answer))
		return MAIL_DELAYED;
	return answer >= 500 ? MAIL_REFUSED : MAIL_DELAYED;
}

static void put_words(const struct mail_sender *s, CURLcode code, char words[MAIL_WORDS])
{
	const char *said = s->answer;
	if (code != CURLE_OK && answer_code(s) < 400)
		said = s->error[0] ? s->error : curl_easy_strerror(code);
	size_t size = strnlen(said, MAIL_WORDS - 1);
	memcpy(words, said, size);
	words[size] = '\0';
}

/* Servers end a connection after so many mails, or so many quiet minutes. */
static bool was_stale(const struct mail_sender *s, CURLcode code)
{
	long connections = 1;
	if (code == CURLE_OK || s->phase > PHASE_FROM)
		return false;
	return curl_easy_getinfo(s->curl, CURLINFO_NUM_CONNECTS, &connections) == CURLE_OK &&
	       connections == 0;
}

void mail_sender_send(struct mail_sender *sender, const char *from, const char *to,
	struct str message, struct mail_outcome *ret_outcome)
{
	CURLcode code = send_once(sender, from, to, message);
	if (was_stale(sender, code)) {
		(void)curl_easy_setopt(sender->curl, CURLOPT_FRESH_CONNECT, 1L);
		code = send_once(sender, from, to, message);
		(void)curl_easy_setopt(sender->curl, CURLOPT_FRESH_CONNECT, 0L);
	}
	ret_outcome->verdict = judge(sender, code);
	put_words(sender, code, ret_outcome->words);
}
