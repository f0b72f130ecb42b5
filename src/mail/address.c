/* SPDX-License-Identifier: Apache-2.0 */
#include "mail/address.h"

#include <idn2.h>

#include "base/limits.h"

enum {
	LOCAL_MOST = 64, /* RFC 5321 4.5.3.1.1 */
	LABEL_MOST = 63,
	DOMAIN_MOST = 253
};

static bool is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* RFC 5322 3.2.3, "atext". */
static bool is_atom(char c)
{
	return is_letter_or_digit(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static bool local_valid(struct str s)
{
	bool dot = true;
	for (size_t i = 0; i < s.size; i++) {
		if (s.data[i] == '.' ? dot : !is_atom(s.data[i]))
			return false;
		dot = s.data[i] == '.';
	}
	return s.size > 0 && s.size <= LOCAL_MOST && !dot;
}

static bool label_valid(struct str s)
{
	for (size_t i = 0; i < s.size; i++)
		if (!is_letter_or_digit(s.data[i]) && s.data[i] != '-')
			return false;
	return s.size > 0 && s.size <= LABEL_MOST && s.data[0] != '-' && s.data[s.size - 1] != '-';
}

static bool domain_valid(struct str s)
{
	bool fine = s.size > 0 && s.size <= DOMAIN_MOST && s.data[s.size - 1] != '.';
	while (fine && s.size > 0)
		fine = label_valid(str_cut(s, '.', &s));
	return fine;
}

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.size; i++)
		if ((unsigned char)s.data[i] >= 0x80 || s.data[i] == '\0')
			return false;
	return true;
}

static bool put(struct mail_address *address, struct str local, struct str domain)
{
	size_t size = local.size + 1 + domain.size;
	if (!domain_valid(domain) || size >= MAIL_ADDRESS_SIZE)
		return false;
	memcpy(address->text, local.data, local.size);
	address->text[local.size] = '@';
	memcpy(address->text + local.size + 1, domain.data, domain.size);
	address->text[size] = '\0';
	return true;
}

/* The library would take a NUL as the end. */
static bool put_international(struct mail_address *address, struct str local, struct str domain)
{
	char name[4 * DOMAIN_MOST + 1];
	char *ascii = NULL;
	if (domain.size >= sizeof(name) || memchr(domain.data, '\0', domain.size))
		return false;
	memcpy(name, domain.data, domain.size);
	name[domain.size] = '\0';
	bool fine =
		idn2_to_ascii_8z(name, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK &&
		put(address, local, str_from(ascii));
	idn2_free(ascii);
	return fine;
}

enum err mail_address_parse(
	struct str s, struct str field, struct mail_address *ret_address, struct problem *problem)
{
	struct mail_address address;
	struct str domain;
	struct str local = str_cut(s, '@', &domain);
	bool fine = local_valid(local) &&
		    (is_ascii(domain) ? put(&address, local, domain)
				      : put_international(&address, local, domain));
	if (!fine) {
		problem_set(problem, PROBLEM_BAD_MAIL_ADDRESS, field, s);
		return E_SYNTAX;
	}
	*ret_address = address;
	return E_OK;
}

struct str mail_address_domain(const struct mail_address *address)
{
	struct str domain;
	(void)str_cut(str_from(address->text), '@', &domain);
	return domain;
}
