/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "feed/parser.h"

/* What each format's file gives to feed_registry.c. */
const struct feed_family *shadowserver_family(void);
const struct feed_family *abusech_csv_family(void);
const struct feed_family *spamhaus_cert_family(void);
const struct feed_family *cymru_family(void);
const struct feed_family *urlhaus_csv_family(void);
const struct feed_family *urlhaus_json_family(void);
const struct feed_family *mapped_csv_family(void);
const struct feed_family *mapped_json_family(void);
const struct feed_family *misp_event_family(void);
const struct feed_family *stix_bundle_family(void);
const struct feed_family *spamhaus_drop_json_family(void);
const struct feed_family *spamhaus_drop_family(void);
const struct feed_family *ipsum_family(void);
const struct feed_family *alienvault_family(void);
const struct feed_family *firehol_family(void);
const struct feed_family *plain_list_family(void);
const struct feed_family *intelmq_family(void);
const struct feed_family *intelmq_csv_family(void);
const struct feed_family *n6_json_family(void);
const struct feed_family *n6_csv_family(void);
const struct feed_family *ctip_family(void);
const struct feed_family *abusech_json_family(void);
