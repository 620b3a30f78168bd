/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Shared by the files of kernel/vf only.
 *
 * Each file there covers a family of routines (pool.c, irp.c, spinlock.c, …). For the exports it
 * looks at it has a replacement each, an NTAPI function with the export's arguments called VfXxx
 * for export Xxx, and a table of them, listed in init.c. A replacement checks, by the flags that
 * are on, and calls the export; what several flags want of one export is one replacement. It is
 * called by verified images only, on the driver's stack, at any IRQL: it may not wait where the
 * export does not.
 */
#pragma once

#include "vf/stack.h"
#include "vf/vf.h"

/* In a replacement: where the driver called from. */
#define VF_CALLER ((ULONG_PTR)__builtin_return_address(0))

/* A row of a table, and a table's end. */
#define VF_REPLACE(Export, WhenFlags)                                        \
    {                                                                        \
        (const void *)(Export), (const void *)Vf##Export, (WhenFlags), FALSE \
    }
#define VF_REPLACE_CHECKING_IRQL(Export, WhenFlags)                         \
    {                                                                       \
        (const void *)(Export), (const void *)Vf##Export, (WhenFlags), TRUE \
    }
#define VF_REPLACE_END                            {NULL, NULL, 0, FALSE}

/* The part of the thread's stack that is of drivers, the innermost such frames: what is remembered
 * of a call. Any IRQL. */
void VfpCaptureStack(VFP_STACK *Stack);
/* Its frames, a line each, "\n  02 driver.sys+0x1234". Returns Text. In the report of a violation:
 * KeBlameStack (ke.h) before VfStop. */
char *VfpStackText(const VFP_STACK *Stack, char *Text, SIZE_T Size);
/* All of the thread's stack, drivers' frames by their unwind tables, innermost first; how many
 * there are. Any IRQL. */
ULONG VfpWalkStack(ULONG_PTR *Frame, ULONG Room);

/* The tables, by the file each is in; init.c lists them. */
extern const LDR_REPLACEMENT VfpPoolTable[], VfpLiveTable[], VfpReferenceTable[], VfpStringTable[],
    VfpRegistrationTable[], VfpCopyTable[];
extern const LDR_REPLACEMENT VfpIrqlTable[], VfpQueryTable[], VfpSpinLockTable[], VfpMutexTable[],
    VfpWaitTable[];
