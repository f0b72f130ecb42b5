/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "portal/advice.h"

/* The pages about one kind of device, below the guide. */
enum device {
	DEVICE_PC,
	DEVICE_ROUTER,
	DEVICE_CAMERA,
	DEVICE_PHONE,
	DEVICE_SERVER,
	DEVICE__COUNT
};

/* Name in addresses: "may-tinh", "pc". */
struct str device_slug(enum device device, enum lang lang);

/* By its name in any language; DEVICE__COUNT: no such. */
enum device device_find(struct str slug);

/* Address of its page, which lives as long as p. */
struct str device_path(struct page *p, enum device device);

enum message device_title(enum device device);

/* <li> for a list of class "devices": drawing, name and what is there. */
void device_write_card(struct page *p, enum device device);

/* "Done?": check again; to the section of the page of tools where one is named. */
void device_write_after(struct page *p, struct str tools);

/* Where the advice for a platform is told step by step; DEVICE__COUNT: in several. */
enum device device_of(enum platform platform);
