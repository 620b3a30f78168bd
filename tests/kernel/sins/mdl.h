/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * mdl.h - an MDL over a page of pool, for the sins about MDLs.
 */
#ifndef TESTS_KERNEL_SINS_MDL_H
#define TESTS_KERNEL_SINS_MDL_H

#include "sin.h"

#ifndef MdlMappingNoExecute
#define MdlMappingNoExecute 0x40000000
#endif

static inline PMDL SinMakeMdl(POOL_TYPE PoolType)
{
    PVOID Block = ExAllocatePoolWithTag(PoolType, PAGE_SIZE, SIN_TAG);
    PMDL Mdl = Block != NULL ? IoAllocateMdl(Block, PAGE_SIZE, FALSE, FALSE, NULL) : NULL;

    if (Mdl == NULL && Block != NULL)
        ExFreePoolWithTag(Block, SIN_TAG);
    SinTell("mdl", Mdl);
    return Mdl;
}

static inline void SinFreeMdl(PMDL Mdl)
{
    PVOID Block = MmGetMdlVirtualAddress(Mdl);

    IoFreeMdl(Mdl);
    ExFreePoolWithTag(Block, SIN_TAG);
}

static inline PVOID SinMap(PMDL Mdl, ULONG Priority, BOOLEAN BugCheckOnFailure)
{
    return MmMapLockedPagesSpecifyCache(
        Mdl, KernelMode, MmCached, NULL, BugCheckOnFailure, Priority);
}

#define SIN_PRIORITY (NormalPagePriority | MdlMappingNoExecute)

#endif
