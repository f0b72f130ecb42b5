/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/message.h"

#include <stdlib.h>
#include <uninorm.h>

#include "base/limits.h"
#include "mail/address.h"
#include "mail/encode.h"
#include "mail/id.h"

struct composed {
	struct mail_address from, to;
	struct str from_name, subject, text;
	uint8_t *owned[3]; /* what the three texts above borrow from */
};

/* --- what may stand in a text --- */

/* C1 controls, and what ends a line or turns its direction for some readers only. */
static bool is_invisible(struct str character)
{
	static const struct str marks[] = {STR_INIT("\xe2\x80\xa8"), STR_INIT("\xe2\x80\xa9"),
		STR_INIT("\xe2\x80\xaa"), STR_INIT("\xe2\x80\xab"), STR_INIT("\xe2\x80\xac"),
		STR_INIT("\xe2\x80\xad"), STR_INIT("\xe2\x80\xae"), STR_INIT("\xe2\x81\xa6"),
		STR_INIT("\xe2\x81\xa7"), STR_INIT("\xe2\x81\xa8"), STR_INIT("\xe2\x81\xa9")};
	if (character.size == 2 && character.data[0] == '\xc2' &&
		(unsigned char)character.data[1] < 0xa0)
		return true;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (str_equal(character, marks[i]))
			return true;
	return false;
}

static bool is_control(struct str character, bool lines)
{
	char c = character.data[0];
	if (character.size > 1)
		return is_invisible(character);
	if (lines && (c == '\n' || c == '\t'))
		return false;
	return (unsigned char)c < ' ' || c == 0x7f;
}

static enum err refuse(
	struct problem *problem, enum problem_code code, struct str field, struct str got)
{
	problem_set(problem, code, field, got);
	return E_SYNTAX;
}

static enum err check_text(
	struct str s, bool lines, uint64_t most, struct str field, struct problem *problem)
{
	if (s.size > most) {
		problem_set(problem, PROBLEM_FIELD_TOO_LONG, field, STR(""));
		problem->limit = most;
		return E_LIMIT;
	}
	for (size_t at = 0, size; at < s.size; at += size) {
		struct str rest = {s.data + at, s.size - at};
		size = utf8_length(rest);
		if (size == 0)
			return refuse(problem, PROBLEM_BAD_UTF8, field, STR(""));
		if (is_control((struct str){rest.data, size}, lines))
			return refuse(problem, PROBLEM_CONTROL_CHARACTER, field, STR(""));
	}
	return E_OK;
}

/* --- the same letter in one form only --- */

static enum err normalise(struct str s, uint8_t **ret_owned, struct str *ret_text)
{
	size_t size = 0;
	*ret_text = s;
	if (s.size == 0)
		return E_OK;
	*ret_owned = u8_normalize(UNINORM_NFC, (const uint8_t *)s.data, s.size, NULL, &size);
	if (!*ret_owned)
		return E_NOMEM;
	*ret_text = (struct str){(const char *)*ret_owned, size};
	return E_OK;
}

static enum err prepare(
	const struct mail_message *m, struct composed *ret_composed, struct problem *problem)
{
	if (!mail_id_valid(m->id))
		return refuse(problem, PROBLEM_BAD_FIELD, STR("id"), m->id);
	TRY(mail_address_parse(m->from, STR("from"), &ret_composed->from, problem));
	TRY(mail_address_parse(m->to, STR("to"), &ret_composed->to, problem));
	TRY(check_text(m->from_name, false, LIMIT_MAIL_SUBJECT, STR("from-name"), problem));
	TRY(check_text(m->subject, false, LIMIT_MAIL_SUBJECT, STR("subject"), problem));
	TRY(check_text(m->text, true, LIMIT_MAIL_TEXT, STR("text"), problem));
	TRY(normalise(m->from_name, &ret_composed->owned[0], &ret_composed->from_name));
	TRY(normalise(m->subject, &ret_composed->owned[1], &ret_composed->subject));
	return normalise(m->text, &ret_composed->owned[2], &ret_composed->text);
}

/* --- writing --- */

/* RFC 5322 3.3, always in UTC. */
static void write_date(struct writer *w, struct instant t)
{
	static const char days[][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	static const char months[][4] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct date d = instant_date(t);
	uint64_t second = (uint64_t)(t.seconds - date_instant(d).seconds);
	writer_text(w, "Date: ");
	writer_text(w, days[date_weekday(d)]);
	writer_text(w, ", ");
	writer_padded(w, (uint64_t)d.day, 2);
	writer_char(w, ' ');
	writer_text(w, months[d.month - 1]);
	writer_char(w, ' ');
	writer_padded(w, (uint64_t)d.year, 4);
	writer_char(w, ' ');
	writer_padded(w, second / SECONDS_PER_HOUR, 2);
	writer_char(w, ':');
	writer_padded(w, second / 60 % 60, 2);
	writer_char(w, ':');
	writer_padded(w, second % 60, 2);
	writer_text(w, " +0000\r\n");
}

/* Letters, digits and spaces need no quotes. */
static bool is_phrase(struct str s)
{
	for (size_t i = 0; i < s.size; i++) {
		char c = s.data[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
			c != ' ')
			return false;
	}
	return true;
}

static void write_from(struct writer *w, const struct composed *c)
{
	if (c->from_name.size == 0) {
		writer_text(w, "From: ");
		writer_text(w, c->from.text);
	} else {
		/* A mark that is no ASCII makes encoded words of all of it. */
		if (is_phrase(c->from_name))
			mail_write_unstructured(w, "From", c->from_name);
		else
			mail_write_words(w, "From", c->from_name);
		writer_text(w, "\r\n <");
		writer_text(w, c->from.text);
		writer_char(w, '>');
	}
	writer_text(w, "\r\n");
}

static void write_headers(struct writer *w, const struct mail_message *m, const struct composed *c,
	struct instant date)
{
	write_from(w, c);
	writer_text(w, "To: ");
	writer_text(w, c->to.text);
	writer_text(w, "\r\n");
	mail_write_unstructured(w, "Subject", c->subject);
	writer_text(w, "\r\n");
	write_date(w, date);
	writer_text(w, "Message-ID: <");
	writer_str(w, m->id);
	writer_char(w, '@');
	writer_str(w, mail_address_domain(&c->from));
	/* No answer of a machine to a machine: RFC 3834. */
	writer_text(w, ">\r\nAuto-Submitted: auto-generated\r\nContent-Language: ");
	writer_text(w, m->lang == LANG_VI ? "vi" : "en");
	writer_text(w, "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
		       "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
}

enum err mail_compose(const struct mail_message *message, struct instant date, struct writer *w,
	struct problem *problem)
{
	struct composed c = {.owned = {NULL}};
	enum err err = prepare(message, &c, problem);
	if (err == E_OK) {
		write_headers(w, message, &c, date);
		mail_write_quoted(w, c.text);
		err = writer_end(w);
	}
	for (size_t i = 0; i < sizeof(c.owned) / sizeof(c.owned[0]); i++)
		free(c.owned[i]);
	return err;
}
