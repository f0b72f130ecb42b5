/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

/* Compound files (OLE2: old Office documents, installers, saved mail) through libgsf: every stream,
 * and what Office hides in some of them. */
enum err compound_open(struct unpacking *u, const struct container *self, struct bytes content);
void compound_warm_up(void);

/* A name as Windows Installer writes it, two letters a character (0x3800 … 0x4840), made plain.
 * Others stay. UTF-8 in, UTF-8 out; cut where `capacity` ends. */
struct str compound_plain_name(struct str name, char *buffer, size_t capacity);
