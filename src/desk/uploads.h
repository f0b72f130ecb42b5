/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/feeds.h"

enum {
	/* Bytes of a form with files of sightings: LIMIT_JOB_INPUT and the fields. */
	UPLOAD_BYTES = (512 << 20) + (1 << 20)
};

void desk_files(struct desk_request *r);        /* files: taken in */
void desk_files_one(struct desk_request *r);    /* files/ID: one, to be retracted */
void desk_files_upload(struct desk_request *r); /* files/upload */
