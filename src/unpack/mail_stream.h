/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

struct _GMimeStream;

/* A GMime stream over borrowed bytes that are not copied, and that ends when the walk does. NULL
 * without memory; g_object_unref() it. */
struct _GMimeStream *mail_stream_new(struct unpacking *u, struct bytes content);
