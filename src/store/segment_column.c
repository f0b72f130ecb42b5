/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>

#include "base/limits.h"
#include "store/segment.h"

enum shape {
	SHAPE_U8,
	SHAPE_U16,
	SHAPE_U32,
	SHAPE_U64,
	SHAPE_HALF, /* eight octets of an address */
	SHAPE_LENGTH,
	SHAPE_EXTRAS
};

struct field {
	enum shape shape;
	size_t offset; /* in struct batch */
	uint64_t most;
};

#define FIELD(shape, member, most)                                                                 \
	{                                                                                          \
		shape, offsetof(struct batch, member), most                                        \
	}

static const struct field fields[SEGMENT_COLUMN__COUNT] = {
	[SEGMENT_FIRST] = FIELD(SHAPE_U32, first, UINT32_MAX),
	[SEGMENT_LENGTH] = FIELD(SHAPE_LENGTH, last, UINT32_MAX),
	[SEGMENT_IDENTITY] = FIELD(SHAPE_U64, identity, UINT64_MAX),
	[SEGMENT_IP_HIGH] = FIELD(SHAPE_HALF, ip, UINT64_MAX),
	[SEGMENT_IP_LOW] = FIELD(SHAPE_HALF, ip[0].octets[8], UINT64_MAX),
	[SEGMENT_PREFIX] = FIELD(SHAPE_U8, prefix, 128),
	[SEGMENT_PRECISION] = FIELD(SHAPE_U8, precision, PRECISION__COUNT - 1),
	[SEGMENT_KIND] = FIELD(SHAPE_U8, kind, KIND__COUNT - 1),
	[SEGMENT_NAME] = FIELD(SHAPE_U32, name, UINT32_MAX),
	[SEGMENT_PORT] = FIELD(SHAPE_U16, port, UINT16_MAX),
	[SEGMENT_PROTOCOL] = FIELD(SHAPE_U8, protocol, UINT8_MAX),
	[SEGMENT_DST_HIGH] = FIELD(SHAPE_HALF, dst, UINT64_MAX),
	[SEGMENT_DST_LOW] = FIELD(SHAPE_HALF, dst[0].octets[8], UINT64_MAX),
	[SEGMENT_DST_PORT] = FIELD(SHAPE_U16, dst_port, UINT16_MAX),
	[SEGMENT_MACHINE] = FIELD(SHAPE_U64, machine, UINT64_MAX),
	[SEGMENT_EXTRAS_SIZE] = FIELD(SHAPE_EXTRAS, extras_end, UINT32_MAX),
};

uint64_t segment_column_most(enum segment_column column)
{
	return fields[column].most;
}

#define WIDEN(type)                                                                                \
	for (size_t i = 0; i < rows; i++)                                                          \
	values[i] = ((const type *)at)[i]

static void load_halves(const uint8_t *at, size_t rows, uint64_t *values)
{
	for (size_t i = 0; i < rows; i++) {
		uint64_t half;
		memcpy(&half, at + i * sizeof(struct ip), sizeof(half));
		values[i] = be64toh(half);
	}
}

static void load_lengths(const struct batch *b, uint64_t *values)
{
	for (size_t i = 0; i < b->rows; i++)
		values[i] = b->last[i] - b->first[i];
}

static void load_extras(const struct batch *b, uint64_t *values)
{
	for (size_t i = 0; i < b->rows; i++)
		values[i] = b->extras_end[i] - (i ? b->extras_end[i - 1] : 0);
}

void segment_load_column(const struct batch *b, enum segment_column column, uint64_t *values)
{
	const void *at = (const uint8_t *)b + fields[column].offset;
	size_t rows = b->rows;
	switch (fields[column].shape) {
	case SHAPE_U8:
		WIDEN(uint8_t);
		break;
	case SHAPE_U16:
		WIDEN(uint16_t);
		break;
	case SHAPE_U32:
		WIDEN(uint32_t);
		break;
	case SHAPE_U64:
		WIDEN(uint64_t);
		break;
	case SHAPE_HALF:
		load_halves(at, rows, values);
		break;
	case SHAPE_LENGTH:
		load_lengths(b, values);
		break;
	case SHAPE_EXTRAS:
		load_extras(b, values);
		break;
	}
}

#define NARROW(type)                                                                               \
	for (size_t i = 0; i < rows; i++)                                                          \
	((type *)at)[i] = (type)values[i]

static void store_halves(uint8_t *at, size_t rows, const uint64_t *values)
{
	for (size_t i = 0; i < rows; i++) {
		uint64_t half = htobe64(values[i]);
		memcpy(at + i * sizeof(struct ip), &half, sizeof(half));
	}
}

static bool store_lengths(struct batch *b, const uint64_t *values)
{
	bool good = true;
	for (size_t i = 0; i < b->rows; i++) {
		good &= values[i] <= UINT32_MAX - b->first[i];
		b->last[i] = b->first[i] + (uint32_t)values[i];
	}
	return good;
}

static bool store_extras(struct batch *b, const uint64_t *values)
{
	uint64_t end = 0;
	for (size_t i = 0; i < b->rows; i++) {
		if (values[i] > LIMIT_EXTRAS_BYTES)
			return false;
		end += values[i];
		b->extras_end[i] = (uint32_t)end;
	}
	return end <= SEGMENT_BLOCK_EXTRAS + LIMIT_EXTRAS_BYTES;
}

bool segment_store_column(struct batch *b, enum segment_column column, const uint64_t *values)
{
	void *at = (uint8_t *)b + fields[column].offset;
	size_t rows = b->rows;
	switch (fields[column].shape) {
	case SHAPE_U8:
		NARROW(uint8_t);
		break;
	case SHAPE_U16:
		NARROW(uint16_t);
		break;
	case SHAPE_U32:
		NARROW(uint32_t);
		break;
	case SHAPE_U64:
		NARROW(uint64_t);
		break;
	case SHAPE_HALF:
		store_halves(at, rows, values);
		break;
	case SHAPE_LENGTH:
		return store_lengths(b, values);
	case SHAPE_EXTRAS:
		return store_extras(b, values);
	}
	return true;
}
