/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* A client that speaks raw bytes to a server on a loopback port. */

/* A connected socket that gives up reading after five seconds; -1 on failure. */
int ask_connect(uint16_t port);

/* Sends the bytes, reads until the server closes; the answer is kept until the next question. */
const char *ask_bytes(uint16_t port, const char *request, size_t size);

/* GET target with these headers (each line ends in CR LF), asking the server to close. */
const char *ask_get(uint16_t port, const char *target, const char *headers);
