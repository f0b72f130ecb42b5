/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

/* What Office keeps within streams of compound files. */

/* What besides the ordinary kinds a stream of that name may be; never NULL: also code of macros, of
 * any name. */
const struct container *office_stream(struct str name);

/* Whether the stream says that its document is encrypted: [MS-DOC] 2.5.2, [MS-XLS] 2.4.117. */
bool office_is_encrypted(struct str name, struct bytes content);

/* An embedded file in the form of OLE 1 ("Package"): names, then the file. [MS-OLEDS] 2.3.6. */
enum err office_open_native(
	struct unpacking *u, const struct container *self, struct bytes content);

/* As an RTF document holds it: a header, a class, then the data. [MS-OLEDS] 2.2.5. */
enum err office_open_object(
	struct unpacking *u, const struct container *self, struct bytes content);
