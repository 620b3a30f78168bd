/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by the files of kernel/mm only. */
#pragma once

#include <errno.h>

#include "mm/mm.h"

/* Where physical memory is mapped a second time: above RAM in the system range. Alias bookkeeping is in physical.c. */
#define MI_ALIAS_BASE (MM_SYSTEM_BASE + MM_SYSTEM_BYTES / 2)
#define MI_ALIAS_BYTES (MM_SYSTEM_BYTES / 2)

/* Reads a byte of each page of a range that may not be there. Write: and writes it back: a read-only page is found, too. */
NTSTATUS MiTouchPages(const volatile void *Address, SIZE_T Bytes, BOOLEAN Write);

void MiResetAliases(void);
/* physical.c: the RAM behind an address MmMapIoSpace gave. */
BOOLEAN MiAliasToPhysical(const void *Address, ULONG64 *Physical);

static inline BOOLEAN MiIsUserPfn(ULONG_PTR Pfn)
{
    return (Pfn & MM_USER_PFN) != 0;
}
