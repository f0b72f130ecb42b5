/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/template.h"

#include "base/limits.h"
#include "text/text.h"

enum {
	ARGS_MOST = 16,
	SCRATCH_BYTES = 8192 /* a place has a campaign's name of LIMIT_MAIL_VALUE in it */
};

/* One mail on its way: the values that fill its messages. Numbers and dates in words lie in `own`,
 * whose memory never moves. */
struct letter {
	struct mail_text *out;
	enum lang lang;
	struct text_arg args[ARGS_MOST];
	size_t count;
	struct writer own;
	struct problem *problem;
	enum err err;
};

void mail_text_init(struct mail_text *t)
{
	writer_init(&t->subject, LIMIT_MAIL_SUBJECT);
	writer_init(&t->text, LIMIT_MAIL_TEXT);
}

void mail_text_release(struct mail_text *t)
{
	writer_release(&t->subject);
	writer_release(&t->text);
}

/* --- values --- */

static void refuse(struct letter *l, enum problem_code code, struct str name, struct str got)
{
	if (l->err != E_OK)
		return;
	problem_set(l->problem, code, name, got);
	l->err = code == PROBLEM_FIELD_TOO_LONG ? E_LIMIT : E_SYNTAX;
	if (l->err == E_LIMIT)
		l->problem->limit = LIMIT_MAIL_VALUE;
}

static bool has_control(struct str s, bool lines)
{
	for (size_t i = 0; i < s.size; i++)
		if (((unsigned char)s.data[i] < ' ' && !(lines && s.data[i] == '\n')) ||
			s.data[i] == 0x7f)
			return true;
	return false;
}

static bool check(struct letter *l, struct str name, struct str value, bool lines)
{
	if (value.size > LIMIT_MAIL_VALUE)
		refuse(l, PROBLEM_FIELD_TOO_LONG, name, STR(""));
	else if (has_control(value, lines))
		refuse(l, PROBLEM_CONTROL_CHARACTER, name, STR(""));
	else if (str_trim(value).size == 0)
		refuse(l, PROBLEM_NO_FIELD, name, STR(""));
	return l->err == E_OK;
}

static void add(struct letter *l, struct str name, struct str value)
{
	if (l->count < ARGS_MOST)
		l->args[l->count++] = (struct text_arg){name, value};
}

static void add_line(struct letter *l, struct str name, struct str value)
{
	if (check(l, name, value, false))
		add(l, name, value);
}

/* Nothing that a reader's program would end the link at. */
static bool is_link(struct str s)
{
	size_t colon = str_find(s, STR("://"));
	for (size_t i = 0; i < s.size; i++)
		if (s.data[i] <= ' ' || s.data[i] > '~' || strchr("<>\"\\^`{|}", s.data[i]))
			return false;
	return (str_starts(s, STR("https://")) || str_starts(s, STR("http://"))) &&
	       s.size > colon + 3;
}

static void add_own(struct letter *l, struct str name, size_t from);

/* Where the page stands at the desk, for a mail without a link. */
static void add_place(struct letter *l)
{
	size_t from = l->own.size;
	text_write(&l->own, l->lang, MESSAGE_MAIL_PLACE, l->args, l->count);
	add_own(l, STR("link"), from);
}

static void add_link(struct letter *l, struct str link)
{
	if (!check(l, STR("link"), link, false))
		return;
	if (is_link(link))
		add(l, STR("link"), link);
	else
		refuse(l, PROBLEM_BAD_FIELD, STR("link"), link);
}

/* From what `own` has grown by since. */
static void add_own(struct letter *l, struct str name, size_t from)
{
	struct str all = writer_view_str(&l->own);
	add(l, name, (struct str){all.data + from, all.size - from});
}

static void add_number(struct letter *l, struct str name, uint64_t value)
{
	size_t from = l->own.size;
	text_number(&l->own, l->lang, value);
	add_own(l, name, from);
}

static struct str weekday(enum lang lang, struct date day)
{
	static const enum message names[] = {MESSAGE_MAIL_MONDAY, MESSAGE_MAIL_TUESDAY,
		MESSAGE_MAIL_WEDNESDAY, MESSAGE_MAIL_THURSDAY, MESSAGE_MAIL_FRIDAY,
		MESSAGE_MAIL_SATURDAY, MESSAGE_MAIL_SUNDAY};
	return text(lang, names[date_weekday(day)]);
}

/* "30 phút", "24 giờ" */
static void add_while(struct letter *l, uint64_t minutes)
{
	enum {
		HOUR = 60,
		LONG = 2 * HOUR
	};
	bool hours = minutes >= LONG;
	size_t kept = l->count;
	add_number(l, STR("number"), hours ? minutes / HOUR : minutes);
	size_t from = l->own.size;
	text_write(&l->own, l->lang, hours ? MESSAGE_MAIL_HOURS : MESSAGE_MAIL_MINUTES, l->args,
		l->count);
	l->count = kept;
	add_own(l, STR("while"), from);
}

/* "thứ Năm, 22/10/2020" */
static void add_day(struct letter *l, struct str name, struct date day)
{
	size_t from = l->own.size;
	writer_str(&l->own, weekday(l->lang, day));
	writer_text(&l->own, ", ");
	text_date(&l->own, l->lang, day);
	add_own(l, name, from);
}

static void add_deadline(struct letter *l, struct date deadline)
{
	struct instant before = date_instant(deadline);
	before.seconds -= SECONDS_PER_DAY;
	add_day(l, STR("deadline"), deadline);
	add_day(l, STR("last"), instant_date(before));
}

/* --- a letter --- */

static void begin(struct letter *l, const struct mail_frame *frame, struct mail_text *out,
	struct problem *problem)
{
	*l = (struct letter){.out = out, .lang = frame->lang, .problem = problem};
	writer_init(&l->own, SCRATCH_BYTES);
	/* All of its room at once: what borrows from it stays where it is. */
	if (!writer_reserve(&l->own, SCRATCH_BYTES))
		l->err = E_NOMEM;
	l->own.size = 0;
	writer_clear(&out->subject);
	writer_clear(&out->text);
	add_line(l, STR("service"), frame->service);
	add_line(l, STR("contact"), frame->contact);
}

static void about_campaign(struct letter *l, const struct mail_frame *frame)
{
	add_line(l, STR("campaign"), frame->campaign);
	add_line(l, STR("unit"), frame->unit);
	if (frame->link.size > 0)
		add_link(l, frame->link);
	else
		add_place(l);
}

static void begin_campaign(struct letter *l, const struct mail_frame *frame, struct mail_text *out,
	struct problem *problem)
{
	begin(l, frame, out, problem);
	about_campaign(l, frame);
}

static void say(struct letter *l, enum message message)
{
	if (l->err == E_OK)
		text_write(&l->out->text, l->lang, message, l->args, l->count);
}

static void subject(struct letter *l, enum message message)
{
	if (l->err == E_OK)
		text_write(&l->out->subject, l->lang, message, l->args, l->count);
}

/* Who can be asked, and that nobody asks for a password, at the end of each. */
static enum err end(struct letter *l)
{
	say(l, MESSAGE_MAIL_FOOTER);
	enum err err = l->err;
	if (err == E_OK)
		err = writer_end(&l->own);
	writer_release(&l->own);
	if (err == E_OK)
		err = writer_end(&l->out->subject);
	return err == E_OK ? writer_end(&l->out->text) : err;
}

enum err mail_invitation(const struct mail_frame *frame, struct date until,
	struct mail_text *ret_text, struct problem *problem)
{
	struct letter l;
	begin_campaign(&l, frame, ret_text, problem);
	if (frame->link.size == 0)
		refuse(&l, PROBLEM_NO_FIELD, STR("link"), STR(""));
	add_day(&l, STR("until"), until);
	subject(&l, MESSAGE_MAIL_INVITATION_SUBJECT);
	say(&l, MESSAGE_MAIL_INVITATION);
	return end(&l);
}

static enum err about_deadline(const struct mail_frame *frame, struct date deadline,
	enum message title, enum message message, struct mail_text *ret_text,
	struct problem *problem)
{
	struct letter l;
	begin_campaign(&l, frame, ret_text, problem);
	add_deadline(&l, deadline);
	subject(&l, title);
	say(&l, message);
	return end(&l);
}

enum err mail_reminder_before(const struct mail_frame *frame, struct date deadline,
	struct mail_text *ret_text, struct problem *problem)
{
	return about_deadline(frame, deadline, MESSAGE_MAIL_BEFORE_SUBJECT, MESSAGE_MAIL_BEFORE,
		ret_text, problem);
}

enum err mail_reminder_after(const struct mail_frame *frame, struct date deadline,
	struct mail_text *ret_text, struct problem *problem)
{
	return about_deadline(
		frame, deadline, MESSAGE_MAIL_AFTER_SUBJECT, MESSAGE_MAIL_AFTER, ret_text, problem);
}

/* A line of a list, and its page below it. */
static void say_due(struct letter *l, const struct mail_due *due)
{
	size_t kept = l->count, own = l->own.size;
	add_line(l, STR("campaign"), due->campaign);
	add_line(l, STR("unit"), due->unit);
	if (due->link.size > 0)
		add_link(l, due->link);
	else
		add_place(l);
	add_deadline(l, due->deadline);
	say(l, due->late ? MESSAGE_MAIL_DUE_LATE : MESSAGE_MAIL_DUE);
	l->count = kept;
	l->own.size = own;
}

enum err mail_reminders(const struct mail_frame *frame, const struct mail_due *due, size_t count,
	struct mail_text *ret_text, struct problem *problem)
{
	enum {
		SHOWN = 60 /* more lines nobody reads, and the text has a limit */
	};
	struct letter l;
	begin(&l, frame, ret_text, problem);
	add_number(&l, STR("count"), count);
	add_number(&l, STR("more"), count > SHOWN ? count - SHOWN : 0);
	subject(&l, MESSAGE_MAIL_REMINDERS_SUBJECT);
	say(&l, MESSAGE_MAIL_REMINDERS);
	for (size_t i = 0; i < count && i < SHOWN; i++)
		say_due(&l, &due[i]);
	if (count > SHOWN)
		say(&l, MESSAGE_MAIL_DIGEST_MORE);
	say(&l, MESSAGE_MAIL_REMINDERS_END);
	return end(&l);
}

/* "> " before each line: it can be told from ours. */
static void quote(struct letter *l, struct str lines)
{
	struct writer *w = &l->out->text;
	if (!check(l, STR("reason"), lines, true))
		return;
	lines = str_trim(lines);
	while (lines.size > 0) {
		writer_text(w, "> ");
		writer_str(w, str_cut(lines, '\n', &lines));
		writer_char(w, '\n');
	}
}

enum err mail_sent_back(const struct mail_frame *frame, struct str reason, struct date deadline,
	struct mail_text *ret_text, struct problem *problem)
{
	struct letter l;
	begin_campaign(&l, frame, ret_text, problem);
	subject(&l, MESSAGE_MAIL_SENT_BACK_SUBJECT);
	say(&l, MESSAGE_MAIL_SENT_BACK);
	quote(&l, reason);
	say(&l, MESSAGE_MAIL_SENT_BACK_END);
	if (deadline.year > 0) {
		add_deadline(&l, deadline);
		say(&l, MESSAGE_MAIL_SENT_BACK_DEADLINE);
	}
	return end(&l);
}

enum err mail_accepted(
	const struct mail_frame *frame, struct mail_text *ret_text, struct problem *problem)
{
	struct letter l;
	begin_campaign(&l, frame, ret_text, problem);
	subject(&l, MESSAGE_MAIL_ACCEPTED_SUBJECT);
	say(&l, MESSAGE_MAIL_ACCEPTED);
	return end(&l);
}

static void list_late(struct letter *l, const struct mail_digest *digest)
{
	struct writer *w = &l->out->text;
	if (digest->late_count == 0)
		return;
	say(l, MESSAGE_MAIL_DIGEST_LATE);
	for (size_t i = 0; i < digest->late_shown; i++) {
		if (!check(l, STR("late"), digest->late[i], false))
			return;
		writer_text(w, "- ");
		writer_str(w, digest->late[i]);
		writer_char(w, '\n');
	}
	if (digest->late_count > digest->late_shown)
		say(l, MESSAGE_MAIL_DIGEST_MORE);
	writer_char(w, '\n');
}

/* How one campaign stands; what its values are called is forgotten again afterwards. */
static void say_digest(struct letter *l, const struct mail_digest *digest)
{
	uint64_t more = digest->late_count > digest->late_shown
				? digest->late_count - digest->late_shown
				: 0;
	add_number(l, STR("units"), digest->units);
	add_number(l, STR("reported"), digest->reported);
	add_number(l, STR("waiting"), digest->waiting);
	add_number(l, STR("unopened"), digest->unopened);
	add_number(l, STR("late"), digest->late_count);
	add_number(l, STR("more"), more);
	say(l, MESSAGE_MAIL_DIGEST);
	if (digest->deadline.year > 0) {
		add_deadline(l, digest->deadline);
		say(l, MESSAGE_MAIL_DIGEST_DEADLINE);
	}
	list_late(l, digest);
	say(l, MESSAGE_MAIL_DIGEST_END);
}

enum err mail_digest(const struct mail_frame *frame, const struct mail_digest *digest,
	struct mail_text *ret_text, struct problem *problem)
{
	struct letter l;
	begin_campaign(&l, frame, ret_text, problem);
	say(&l, MESSAGE_MAIL_DIGEST_HELLO);
	say_digest(&l, digest);
	subject(&l, MESSAGE_MAIL_DIGEST_SUBJECT);
	return end(&l);
}

enum err mail_digests(const struct mail_frame *frames, const struct mail_digest *digests,
	size_t count, struct mail_text *ret_text, struct problem *problem)
{
	struct letter l;
	begin(&l, &frames[0], ret_text, problem);
	add_number(&l, STR("count"), count);
	subject(&l, MESSAGE_MAIL_DIGESTS_SUBJECT);
	say(&l, MESSAGE_MAIL_DIGEST_HELLO);
	for (size_t i = 0; i < count; i++) {
		size_t kept = l.count, own = l.own.size;
		about_campaign(&l, &frames[i]);
		say_digest(&l, &digests[i]);
		l.count = kept;
		l.own.size = own;
	}
	return end(&l);
}

enum err mail_password_reset(const struct mail_frame *frame, uint64_t minutes,
	struct mail_text *ret_text, struct problem *problem)
{
	struct letter l;
	begin(&l, frame, ret_text, problem);
	add_link(&l, frame->link);
	add_while(&l, minutes);
	subject(&l, MESSAGE_MAIL_RESET_SUBJECT);
	say(&l, MESSAGE_MAIL_RESET);
	return end(&l);
}

enum err mail_test(
	const struct mail_frame *frame, struct mail_text *ret_text, struct problem *problem)
{
	struct letter l;
	begin(&l, frame, ret_text, problem);
	subject(&l, MESSAGE_MAIL_TEST_SUBJECT);
	say(&l, MESSAGE_MAIL_TEST);
	return end(&l);
}
