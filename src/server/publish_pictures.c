/* SPDX-License-Identifier: Apache-2.0 */
#include "server/publish_pictures.h"

#include <stdio.h>

#include "report/picture.h"
#include "report/social_picture.h"

enum {
	PICTURE_BYTES = 1 << 20
};

static enum err publish_one(struct store *store, const struct site *site, enum lang lang)
{
	static const struct str names[LANG__COUNT] = {
		[LANG_VI] = STR_INIT("social-vi.png"), [LANG_EN] = STR_INIT("social-en.png")};
	struct writer png;
	writer_init(&png, PICTURE_BYTES);
	enum err err =
		social_picture(&site->identity, site_series(site, STR("top10-daily")), lang, &png);
	if (err == E_OK)
		err = store_publish(store, names[lang], writer_view(&png));
	writer_release(&png);
	return err;
}

static enum err publish_each(struct store *store, const struct site *site)
{
	for (int lang = 0; lang < LANG__COUNT; lang++)
		TRY(publish_one(store, site, (enum lang)lang));
	return E_OK;
}

enum err publish_pictures(struct store *store, const struct site *site)
{
	if (picture_fonts_suffice())
		return publish_each(store, site);
	fprintf(stderr,
		"quetsach: event=no-pictures reason=\"no font with all letters of Vietnamese; "
		"Debian package fonts-open-sans\"\n");
	return E_OK;
}
