/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/writer.h"
#include "survey/command.h"

/* What a command line of Windows starts, as far as its words tell, and the sign of it. Where a
 * program of Windows itself only hands on (rundll32, cmd, wscript …), `program` is what it is
 * handed, if that is a path. */
struct command windows_command_read(struct str line);

/* ASCII letters without case. */
size_t find_nocase(struct str s, struct str needle);
bool contains_nocase(struct str s, struct str needle);
bool ends_nocase(struct str s, struct str suffix);

/* The name behind the last '\\' or '/'. */
struct str windows_name(struct str path);

/* Appends a program and its words, both UTF-16, as one line; the program gets quotes where it needs
 * them. */
void write_command_line(struct writer *w, struct bytes program, struct bytes words);
