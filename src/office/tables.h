/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Within the room: the tables of version 1, each part by the file that owns it. Times are seconds
 * since 1970, UTC; days are 'YYYY-MM-DD'; booleans 0 and 1. docs/format/office.md explains each. */
extern const char office_audit_tables[];   /* audit.c */
extern const char office_org_tables[];     /* org_tables.c */
extern const char office_account_tables[]; /* account_tables.c */
extern const char office_return_tables[];  /* return_tables.c */
extern const char office_outbox_tables[];  /* outbox.c */
extern const char office_draft_tables[];   /* draft.c */
extern const char office_job_tables[];     /* job_tables.c */
extern const char office_setting_tables[]; /* setting.c */
extern const char office_feed_tables[];    /* feed_day.c */
extern const char office_notice_tables[];  /* notice.c */
extern const char office_search_tables[];  /* search.c */
