/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by the files of kernel/ex only. */
#pragma once

#include "ex/ex.h"

/* In front of every block smaller than a page. */
typedef struct EXP_HEADER {
    ULONG Tag;
    USHORT Bytes; /* as asked for */
    UCHAR Type;   /* POOL_TYPE & EXP_TYPE_MASK */
    UCHAR State;
    ULONG_PTR Site __attribute__((aligned(8)));
} EXP_HEADER;
_Static_assert(sizeof(EXP_HEADER) == 16, "blocks stay 16-byte aligned");

#define EXP_ALLOCATED 0xA5
#define EXP_FREE 0x5A

#define EXP_CACHE_ALIGNED 4        /* bit of POOL_TYPE */
#define EXP_NX 0x40                /* NonPagedPoolNx is 512: kept as this bit of the byte */
#define EXP_WATCHED 0x80           /* ExPoolWatch frees it */
#define EXP_TYPE_MASK (PagedPool | EXP_NX)

/* Pool by the rules of ExAllocatePoolWithTag, flags of drivers in PoolType included, booked to
 * Site. */
void *ExpAllocateTyped(ULONG PoolType, SIZE_T Bytes, ULONG Tag, ULONG_PTR Site);
