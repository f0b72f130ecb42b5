/* SPDX-License-Identifier: Apache-2.0 */
/* mail_fill DATA FROM KIND LANG ID TO: puts one mail of that kind into the folder of waiting mail,
 * as the desk will; "-" for ID and TO reads lines "ID TO" until the end. Exit 1: it was there
 * already. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/spool.h"
#include "mail/template.h"
#include "os/system.h"

static const struct date deadline = {2020, 10, 22};

static enum err make(const char *kind, const struct mail_frame *f, struct mail_text *t)
{
	static const struct str late[] = {STR_INIT("Phường An Biên"), STR_INIT("Phường Cát Dài")};
	const struct mail_digest digest = {.deadline = deadline,
		.units = 212,
		.reported = 187,
		.late = late,
		.late_shown = 2,
		.late_count = 2};
	struct problem problem;
	if (strcmp(kind, "invitation") == 0)
		return mail_invitation(f, deadline, t, &problem);
	if (strcmp(kind, "before") == 0)
		return mail_reminder_before(f, deadline, t, &problem);
	if (strcmp(kind, "after") == 0)
		return mail_reminder_after(f, deadline, t, &problem);
	if (strcmp(kind, "sent-back") == 0)
		return mail_sent_back(
			f, STR("Dòng 2 lớn hơn dòng 1.\nXin sửa lại."), deadline, t, &problem);
	if (strcmp(kind, "accepted") == 0)
		return mail_accepted(f, t, &problem);
	if (strcmp(kind, "digest") == 0)
		return mail_digest(f, &digest, t, &problem);
	if (strcmp(kind, "reset") == 0)
		return mail_password_reset(f, 30, t, &problem);
	return E_USAGE;
}

struct fill {
	struct mail_spool spool;
	struct mail_text text;
	enum lang lang;
	const char *from;
};

static int add(struct fill *f, const char *id, const char *to)
{
	struct mail_message m = {.id = str_from(id),
		.from = str_from(f->from),
		.from_name = STR("Quét Sạch"),
		.to = str_from(to),
		.lang = f->lang,
		.subject = writer_view_str(&f->text.subject),
		.text = writer_view_str(&f->text.text)};
	struct problem problem;
	bool added;
	if (mail_spool_add(&f->spool, &m, system_now(), (struct instant){0}, &added, &problem) !=
		E_OK)
		return 2;
	return added ? 0 : 1;
}

static int add_lines(struct fill *f)
{
	char line[400];
	int worst = 0;
	while (fgets(line, sizeof(line), stdin)) {
		char *end = strchr(line, '\n');
		char *space = strchr(line, ' ');
		if (!end || !space)
			return 2;
		*end = *space = '\0';
		int status = add(f, line, space + 1);
		worst = status > worst ? status : worst;
	}
	return worst;
}

int main(int argc, char **argv)
{
	struct fill f = {.lang = LANG_VI};
	int data;
	if (argc != 7 || folder_open(AT_FDCWD, argv[1], &data) != E_OK)
		return 2;
	if (mail_spool_open(data, true, &f.spool) != E_OK)
		return 2;
	f.from = argv[2];
	f.lang = strcmp(argv[4], "en") == 0 ? LANG_EN : LANG_VI;
	const struct mail_frame frame = {.lang = f.lang,
		.service = STR("Quét Sạch – Hải Phòng"),
		.campaign = STR("Chiến dịch rà soát và bóc gỡ mã độc trên toàn quốc năm 2020"),
		.unit = STR("Ủy ban nhân dân quận Lê Chân"),
		.link = STR("https://quetsach.example/vi/moi/kX2-0123456789abcdefghijklmnop"),
		.contact = STR("Nguyễn Văn An, 0225 3823 456")};
	mail_text_init(&f.text);
	int status = make(argv[3], &frame, &f.text) == E_OK ? 0 : 2;
	if (status == 0)
		status = strcmp(argv[5], "-") == 0 ? add_lines(&f) : add(&f, argv[5], argv[6]);
	mail_text_release(&f.text);
	mail_spool_close(&f.spool);
	file_close(&data);
	return status;
}
