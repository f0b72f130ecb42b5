/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Columns of the terminal that a descriptor leads to; 0: it is none. One that does not say how wide
 * it is has 80. */
unsigned terminal_columns(int fd);
