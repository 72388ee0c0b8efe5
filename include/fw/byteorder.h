/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Byte order and unaligned access. The processor is little-endian; the le
 * conversions exist so that sparse sees where a wire format ends.
 */
#ifndef FW_BYTEORDER_H
#define FW_BYTEORDER_H

#include <fw/types.h>

static inline u16 le16_to_cpu(le16 v) { return (__force u16)v; }
static inline u32 le32_to_cpu(le32 v) { return (__force u32)v; }
static inline u64 le64_to_cpu(le64 v) { return (__force u64)v; }
static inline le16 cpu_to_le16(u16 v) { return (__force le16)v; }
static inline le32 cpu_to_le32(u32 v) { return (__force le32)v; }
static inline le64 cpu_to_le64(u64 v) { return (__force le64)v; }

static inline u16 be16_to_cpu(be16 v) { return __builtin_bswap16((__force u16)v); }
static inline u32 be32_to_cpu(be32 v) { return __builtin_bswap32((__force u32)v); }
static inline u64 be64_to_cpu(be64 v) { return __builtin_bswap64((__force u64)v); }
static inline be16 cpu_to_be16(u16 v) { return (__force be16)__builtin_bswap16(v); }
static inline be32 cpu_to_be32(u32 v) { return (__force be32)__builtin_bswap32(v); }
static inline be64 cpu_to_be64(u64 v) { return (__force be64)__builtin_bswap64(v); }

/* Unaligned little-endian loads and stores on byte buffers. */
static inline u16 get_le16(const void *p)
{
	u16 v;

	__builtin_memcpy(&v, p, sizeof(v));
	return v;
}

static inline u32 get_le32(const void *p)
{
	u32 v;

	__builtin_memcpy(&v, p, sizeof(v));
	return v;
}

static inline u64 get_le64(const void *p)
{
	u64 v;

	__builtin_memcpy(&v, p, sizeof(v));
	return v;
}

static inline void put_le16(u16 v, void *p) { __builtin_memcpy(p, &v, sizeof(v)); }
static inline void put_le32(u32 v, void *p) { __builtin_memcpy(p, &v, sizeof(v)); }
static inline void put_le64(u64 v, void *p) { __builtin_memcpy(p, &v, sizeof(v)); }

#endif
