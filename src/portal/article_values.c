/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in an article for a {name} or a page:KEY. */
#include "portal/article.h"
#include "portal/spoken.h"

enum {
	SPOKEN_BYTES = 4096
};

static const struct str not_known = {NULL, 0};

static struct str known(struct str value)
{
	return value.size > 0 ? value : not_known;
}

/* Of several numbers; a link can call one. */
static struct str first(struct str numbers)
{
	struct str rest;
	return known(str_trim(str_cut(numbers, '|', &rest)));
}

struct str article_host(struct str address)
{
	struct str mark = STR("://");
	size_t at = str_find(address, mark);
	if (at == address.size)
		return address;
	at += mark.size;
	return (struct str){address.data + at, address.size - at};
}

/* --- what has to be made first --- */

static struct str keep(struct page *p, struct writer *w)
{
	struct str kept = page_keep(p, w);
	writer_release(w);
	return kept;
}

static struct str address_spoken(struct page *p)
{
	struct str address = p->publication->site->identity.address;
	struct writer w;
	if (address.size == 0)
		return not_known;
	writer_init(&w, SPOKEN_BYTES);
	spoken_address(&w, p->lang, article_host(address));
	return keep(p, &w);
}

static struct str phone_spoken(struct page *p)
{
	struct str phone = p->publication->site->identity.phone;
	struct writer w;
	if (phone.size == 0)
		return not_known;
	writer_init(&w, SPOKEN_BYTES);
	spoken_phone(&w, p->lang, phone);
	return keep(p, &w);
}

static struct str day(struct page *p, struct date date)
{
	if (p->publication->site->campaign.key.size == 0)
		return not_known;
	return page_day(p, date_instant(date));
}

static struct str day_spoken(struct page *p, struct date date)
{
	struct writer w;
	if (p->publication->site->campaign.key.size == 0)
		return not_known;
	writer_init(&w, SPOKEN_BYTES);
	spoken_date(&w, p->lang, date);
	return keep(p, &w);
}

static struct str no_contact(const struct site_identity *who)
{
	return who->mail.size > 0 || who->phone.size > 0 ? not_known : STR("");
}

/* --- by name --- */

enum value {
	VALUE_ORGANISER,
	VALUE_ADDRESS,
	VALUE_MAIL,
	VALUE_PHONE,
	VALUE_PRESS_MAIL,
	VALUE_PRESS_PHONE,
	VALUE_CAMPAIGN,
	VALUE_BEGINS,
	VALUE_ENDS,
	VALUE_ADDRESS_SPOKEN,
	VALUE_PHONE_SPOKEN,
	VALUE_BEGINS_SPOKEN,
	VALUE_ENDS_SPOKEN,
	VALUE_NO_CONTACT,
	VALUE__COUNT
};

static const struct str names[VALUE__COUNT] = {
	[VALUE_ORGANISER] = STR_INIT("organiser"),
	[VALUE_ADDRESS] = STR_INIT("address"),
	[VALUE_MAIL] = STR_INIT("mail"),
	[VALUE_PHONE] = STR_INIT("phone"),
	[VALUE_PRESS_MAIL] = STR_INIT("press-mail"),
	[VALUE_PRESS_PHONE] = STR_INIT("press-phone"),
	[VALUE_CAMPAIGN] = STR_INIT("campaign"),
	[VALUE_BEGINS] = STR_INIT("begins"),
	[VALUE_ENDS] = STR_INIT("ends"),
	[VALUE_ADDRESS_SPOKEN] = STR_INIT("address-spoken"),
	[VALUE_PHONE_SPOKEN] = STR_INIT("phone-spoken"),
	[VALUE_BEGINS_SPOKEN] = STR_INIT("begins-spoken"),
	[VALUE_ENDS_SPOKEN] = STR_INIT("ends-spoken"),
	[VALUE_NO_CONTACT] = STR_INIT("no-contact"),
};

static enum value find(struct str name)
{
	int value = 0;
	while (value < VALUE__COUNT && !str_equal(names[value], name))
		value++;
	return (enum value)value;
}

/* A name we do not know is not known either: its block would show braces. */
static struct str value_of(void *context, struct str name)
{
	struct page *p = context;
	const struct site_identity *who = &p->publication->site->identity;
	const struct campaign *campaign = &p->publication->site->campaign;
	switch (find(name)) {
	case VALUE_ORGANISER:
		return known(who->organiser[p->lang]);
	case VALUE_ADDRESS:
		return known(who->address);
	case VALUE_MAIL:
		return known(who->mail);
	case VALUE_PHONE:
		return first(who->phone);
	case VALUE_PRESS_MAIL:
		return known(who->press_mail.size > 0 ? who->press_mail : who->mail);
	case VALUE_PRESS_PHONE:
		return first(who->press_phone.size > 0 ? who->press_phone : who->phone);
	case VALUE_CAMPAIGN:
		return known(campaign->name[p->lang]);
	case VALUE_BEGINS:
		return day(p, campaign->begins);
	case VALUE_ENDS:
		return day(p, campaign->ends);
	case VALUE_ADDRESS_SPOKEN:
		return address_spoken(p);
	case VALUE_PHONE_SPOKEN:
		return phone_spoken(p);
	case VALUE_BEGINS_SPOKEN:
		return day_spoken(p, campaign->begins);
	case VALUE_ENDS_SPOKEN:
		return day_spoken(p, campaign->ends);
	case VALUE_NO_CONTACT:
		return no_contact(who);
	case VALUE__COUNT:
		break;
	}
	return not_known;
}

static struct str page_of(void *context, struct str key)
{
	const struct page *p = context;
	enum page_name name = page_find(key);
	if (name == PAGE__COUNT || !page_infos[name].handle)
		return STR("");
	return page_path(name, p->lang);
}

struct markdown article_markdown(struct page *p, int heading)
{
	return (struct markdown){
		.heading = heading, .value = value_of, .page = page_of, .context = p};
}
