/* SPDX-License-Identifier: Apache-2.0 */
#include "addresses.h"

#include <stddef.h>

/* Large allocations of Vietnam: 16.0 million addresses. */
static const struct {
	uint32_t first;
	unsigned length;
} networks[] = {{0x01340000, 14}, {0x0ea00000, 11}, {0x1b400000, 12}, {0x1b420000, 15},
	{0x2a700000, 13}, {0x3aba0000, 15}, {0x71a00000, 11}, {0x73480000, 13}, {0x74600000, 12},
	{0x75000000, 13}, {0x76440000, 14}, {0x7b100000, 12}, {0x7d180000, 14}, {0xabe00000, 11},
	{0xb7500000, 14}, {0xdefc0000, 14}, {0x71160000, 15}, {0x70c50000, 16}, {0x67000000, 10}};

uint64_t address_step(uint64_t *state)
{
	*state += 0x9e3779b97f4a7c15;
	uint64_t z = *state;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

uint64_t address_space(void)
{
	uint64_t size = 0;
	for (size_t i = 0; i < sizeof(networks) / sizeof(networks[0]); i++)
		size += UINT64_C(1) << (32 - networks[i].length);
	return size;
}

uint32_t address_at(uint64_t index)
{
	for (size_t i = 0;; i++) {
		uint64_t size = UINT64_C(1) << (32 - networks[i].length);
		if (index < size)
			return networks[i].first + (uint32_t)index;
		index -= size;
	}
}

/* Every address of the country once, in an order that looks random: a step prime to the size. */
uint32_t address_spread(uint64_t i)
{
	return address_at(i * UINT64_C(7368787) % address_space());
}

/* /24s at random, of 256, 64, 16 … listed addresses. */
uint32_t address_crowded(uint64_t i)
{
	uint64_t net = i / 64;
	uint64_t state = net;
	uint64_t r = address_step(&state);
	uint64_t size = address_space() / 256;
	uint32_t base = address_at(r % size * 256);
	uint32_t dense = net % 2 ? 256 : 64;
	return base + (uint32_t)(address_step(&state) + i % 64 * 37) % dense;
}
