/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <sys/socket.h>

#include "base/ip.h"

/* The system's form of an address and port; returns how many bytes of the storage count. */
socklen_t address_fill(struct sockaddr_storage *storage, struct ip ip, uint16_t port);

/* Back again; a family that we do not know gives :: and 0. */
void address_read(const struct sockaddr *address, struct ip *ret_ip, uint16_t *ret_port);
