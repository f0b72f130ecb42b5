/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/desk.h"
#include "format/html.h"

/* The frame around every page of the desk, and the pieces pages are made of: forms, tables. A page
 * is begun, written from top to bottom, ended. */

struct desk_page {
	struct html html;
	struct desk_request *r;
	enum lang lang;
	const struct desk_problems *problems; /* of the form shown again; NULL: none */
	const struct desk_table *table;       /* that is open; its own */
	size_t column;                        /* of its row */
};

/* --- the frame --- */

/* Which part of the menu we are in. */
enum desk_place {
	DESK_PLACE_NONE,
	DESK_PLACE_WORK,
	DESK_PLACE_JOBS, /* only of who has asked for any */
	DESK_PLACE_ORGS,
	DESK_PLACE_CAMPAIGNS,
	DESK_PLACE_ACCOUNTS,
	DESK_PLACE_PAGES, /* of the public site, and its tools */
	DESK_PLACE_MAILS,
	DESK_PLACE_FEEDS,
	DESK_PLACE_AUDIT,
	DESK_PLACE_SETTINGS,
	DESK_PLACE_SELF, /* one's own account: password, second factor, sessions */
	DESK_PLACE__COUNT
};

/* The way here, in front of the title: at most this many. Path below /desk/LANG/. */
enum {
	DESK_CRUMBS = 5
};
struct desk_crumb {
	struct str path;
	struct str name;
};

struct desk_head {
	enum desk_place place;
	struct str title; /* of the page, also its <h1> */
	struct desk_crumb crumbs[DESK_CRUMBS];
	size_t crumb_count;
	bool wide; /* a table wants all of the width */
};

/* Up to and with <h1>; what the page before had to say and the summary of errors stand above it. A
 * page with problems is answered with 400. problems: NULL or what desk_problems_add() gathered. */
void desk_page_begin(struct desk_page *p, struct desk_request *r, const struct desk_head *head,
	const struct desk_problems *problems);
void desk_page_end(struct desk_page *p);

/* --- what is wrong with a form --- */

enum {
	DESK_PROBLEMS = 40
};
struct desk_problem {
	const char *field; /* name of the field, which is also its id: the summary links there; "":
			      of the form as a whole */
	struct str text;
};
struct desk_problems {
	struct desk_problem list[DESK_PROBLEMS];
	size_t count; /* more than fit are left out */
};
void desk_problem_add(struct desk_request *r, struct desk_problems *problems, const char *field,
	enum message message);
/* `field` must live as long as the request. */
void desk_problem_add_text(struct desk_problems *problems, const char *field, struct str text);

/* --- words --- */

/* An element with a message in it and nothing else; css_class may be NULL. */
void desk_say(struct desk_page *p, const char *element, const char *css_class, enum message m);

/* Placeholders filled; escaped. */
void desk_say_with(struct desk_page *p, const char *element, const char *css_class, enum message m,
	const struct text_arg *args, size_t count);
#define desk_say_values(p, element, css_class, m, ...)                                             \
	desk_say_with(p, element, css_class, m, (const struct text_arg[]){__VA_ARGS__},            \
		sizeof((const struct text_arg[]){__VA_ARGS__}) / sizeof(struct text_arg))

/* The message with placeholders filled, in the arena: titles, problems. */
struct str desk_words(
	struct desk_request *r, enum message m, const struct text_arg *args, size_t count);

/* <a> to a page of the desk; path below /desk/LANG/. css_class may be NULL; "button" and "button
 * quiet" look like one. */
void desk_link(struct desk_page *p, const char *css_class, struct str path, struct str words);

struct str desk_number(struct desk_request *r, uint64_t value); /* "1.052.479" */
struct str desk_time(struct desk_request *r, struct instant t); /* local, to the minute */
struct str desk_date(struct desk_request *r, struct date d);    /* "22/10/2020"; none: "–" */

/* --- forms --- */

/* POSTs to a path below /desk/LANG/, with the token against forgery. Put fields and a button in. */
void desk_form_open(struct desk_page *p, const char *css_class, struct str path);
void desk_form_close(struct desk_page *p);

/* The same for files: multipart. */
void desk_form_open_files(struct desk_page *p, const char *css_class, struct str path);

/* A form that changes nothing: GET, without a token. Searching, filtering. */
void desk_form_open_get(struct desk_page *p, const char *css_class, struct str path);

/* One field with its label, hint and error. */
struct desk_input {
	const char *name; /* also its id */
	struct str label;
	struct str hint;  /* empty: none */
	struct str value; /* what stands in it: of the form that was sent, or what is so today */
	const char *type; /* NULL: text; "email", "password", "tel", "date", "number", "search" */
	const char *autocomplete; /* NULL: "off"; "username", "current-password", "new-password",
				     "one-time-code", "email" … */
	const char *inputmode;    /* NULL: none; "numeric" */
	unsigned width;           /* characters; 0: the whole width */
	bool optional;            /* says so behind the label */
	bool large;               /* several lines */
};
void desk_input(struct desk_page *p, const struct desk_input *input);

/* Of several one, in a list that unfolds; `value` is the chosen one's. */
struct desk_option {
	struct str value;
	struct str label;
	struct str hint; /* not in lists that unfold */
};
void desk_select(struct desk_page *p, const struct desk_input *input,
	const struct desk_option *options, size_t count);

/* Of few one, all shown, each with a line of its own. */
void desk_radios(struct desk_page *p, const struct desk_input *input,
	const struct desk_option *options, size_t count);

/* Yes or no: sent as "1", else not at all. */
void desk_checkbox(struct desk_page *p, const struct desk_input *input, bool checked);

/* What is to be sent and not seen. */
void desk_hidden(struct desk_page *p, const char *name, struct str value);

/* A field that takes a file. accept: ".pdf,.xlsx"; NULL: anything. */
void desk_file_input(struct desk_page *p, const struct desk_input *input, const char *accept);

/* The one that sends. name and value may be NULL and "": a form with several buttons tells them
 * apart by these. css_class: NULL is the page's one action; "quiet", "caution". */
void desk_button(struct desk_page *p, const char *css_class, const char *name, struct str value,
	enum message words);

/* A form that is only a button: one change, one press. */
void desk_button_form(
	struct desk_page *p, const char *css_class, struct str path, enum message words);

/* --- tables --- */

/* Sorting and pages are links: ?sort=KEY, ?sort=-KEY (the other way), ?page=2. */
struct desk_column {
	const char *key; /* NULL: cannot be sorted by */
	struct str label;
	bool number; /* stands at the right */
};

struct desk_table {
	struct str caption; /* for those who do not see it; never empty */
	const struct desk_column *columns;
	size_t column_count;
	struct str path;  /* of this page, for the links */
	struct str query; /* kept in the links: "q=abc&state=late"; may be empty */
	struct str sort;  /* as it is: "name", "-name" */
	bool exports;     /* the page answers ?as=csv and ?as=xlsx (export.h): links stand below */
};
void desk_table_begin(struct desk_page *p, const struct desk_table *table);
void desk_row_begin(struct desk_page *p);

/* The cells in the order of the columns. The first of a row is its heading. Narrow screens show a
 * row as a list of label and value. */
void desk_cell(struct desk_page *p, struct str text);
void desk_cell_link(struct desk_page *p, struct str path, struct str text);
void desk_cell_open(struct desk_page *p); /* for anything else, then desk_cell_close() */
void desk_cell_close(struct desk_page *p);
void desk_row_end(struct desk_page *p);
void desk_table_end(struct desk_page *p);

/* ?page=N of the address, from 1. */
uint64_t desk_page_number(const struct desk_request *r);
struct str desk_sort(const struct desk_request *r); /* ?sort=, "" where absent */

/* "‹ before · 3 of 12 · next ›": nothing where one page holds all. */
void desk_pages(struct desk_page *p, const struct desk_table *table, uint64_t page, uint64_t pages);

/* --- pieces --- */

/* Names left, values right. */
void desk_facts_begin(struct desk_page *p);
void desk_fact(struct desk_page *p, enum message name, struct str value); /* empty: "–" */
void desk_facts_end(struct desk_page *p);

/* A word for a state. */
enum desk_tone {
	DESK_PLAIN,
	DESK_GOOD,
	DESK_WAITS,
	DESK_LATE
};
void desk_tag(struct desk_page *p, enum desk_tone tone, struct str words);

/* A box with a word of caution or advice. */
void desk_notice(struct desk_page *p, enum desk_tone tone, struct str words);
