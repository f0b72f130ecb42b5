/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/page.h"

/* What operators decide about the site and the desk as a whole. Auditors read. */
void desk_settings(struct desk_request *r);        /* settings */
void desk_settings_factor(struct desk_request *r); /* settings/second-factor */
void desk_mail_test(struct desk_request *r);       /* settings/mail: mail_test.c */
