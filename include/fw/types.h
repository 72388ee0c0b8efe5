/* SPDX-License-Identifier: BSD-2-Clause-Patent */
/*
 * Basic types. Wire formats use the __le and __be types, which sparse keeps
 * apart from host-order integers; see fw/byteorder.h.
 */
#ifndef FW_TYPES_H
#define FW_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <fw/compiler.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;

typedef u16 __bitwise le16;
typedef u32 __bitwise le32;
typedef u64 __bitwise le64;
typedef u16 __bitwise be16;
typedef u32 __bitwise be32;
typedef u64 __bitwise be64;

/** phys_addr_t - a guest-physical address, without any encryption or shared bit */
typedef u64 phys_addr_t;

#endif
