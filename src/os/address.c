/* SPDX-License-Identifier: Apache-2.0 */
#include "os/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

socklen_t address_fill(struct sockaddr_storage *storage, struct ip ip, uint16_t port)
{
	*storage = (struct sockaddr_storage){0};
	if (ip_is_v4(ip)) {
		struct sockaddr_in v4 = {.sin_family = AF_INET,
			.sin_port = htons(port),
			.sin_addr = {htonl(ip_v4(ip))}};
		memcpy(storage, &v4, sizeof(v4));
		return sizeof(v4);
	}
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	memcpy(&v6.sin6_addr, ip.octets, sizeof(ip.octets));
	memcpy(storage, &v6, sizeof(v6));
	return sizeof(v6);
}

void address_read(const struct sockaddr *address, struct ip *ret_ip, uint16_t *ret_port)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	*ret_ip = (struct ip){0};
	*ret_port = 0;
	if (address->sa_family == AF_INET) {
		memcpy(&v4, address, sizeof(v4));
		*ret_ip = ip_from_v4(ntohl(v4.sin_addr.s_addr));
		*ret_port = ntohs(v4.sin_port);
	}
	if (address->sa_family == AF_INET6) {
		memcpy(&v6, address, sizeof(v6));
		memcpy(ret_ip->octets, &v6.sin6_addr, sizeof(ret_ip->octets));
		*ret_port = ntohs(v6.sin6_port);
	}
}
