/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a verified driver must not leave behind. io has reported it as findings, each with its
 * place; here the stacks are added, and the machine stops as Windows does, with the code of the
 * first kind there is.
 */
#include <stdio.h>

#include "vf/dma.h"
#include "vf/live.h"
#include "vf/poison.h"
#include "vf/pool.h"

/* "and N more" of the stack a finding ends with. */
static void VfpDescribeCall(enum VFP_RECORD_KIND Kind, const void *Key, char *Text, SIZE_T Size)
{
    VFP_RECORD Record;
    Text[0] = 0;
    if (VfpRecall(Kind, Key, &Record))
        VfpStackText(&Record.Stack, Text, Size);
}

static void VfpDescribeBlock(const void *Block, char *Text, SIZE_T Size)
{
    VfpDescribeCall(VFP_BLOCK, Block, Text, Size);
}

static void VfpDescribeObject(const void *Object, char *Text, SIZE_T Size)
{
    VfpDescribeCall(VFP_REFERENCE, Object, Text, Size);
}

static void VfpDriverGone(const IO_LEFT *Left)
{
    const LDR_IMAGE *Image = Left->Image;
    const ULONG_PTR Base = (ULONG_PTR)Image->Base;
    if (!Image->Verified)
        return;
    VfpReportSuspects(Image);
    VfpReportReferences(Image);
    VfpReleaseAdapters(Image);
    VfpCheckRegistrations(Image);
    if (VfIsOn(VF_POOL_TRACKING | VF_MISC)) {
        if (Left->Thread != 0)
            VfStop(DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS, Left->Thread, 0,
                Left->Thread, 0, Left->Thread, "%s was unloaded, and a thread of it still runs",
                Image->Name);
        if (Left->Timer != 0)
            VfStop(TIMER_OR_DPC_INVALID, 0, Left->Timer, Base, Base + Image->SizeOfImage,
                Left->Routine, "%s was unloaded, and its timer at %p is still set", Image->Name,
                (void *)Left->Timer);
        if (Left->Dpc != 0)
            VfStop(TIMER_OR_DPC_INVALID, 1, Left->Dpc, Base, Base + Image->SizeOfImage,
                Left->Routine, "%s was unloaded, and its DPC at %p is still queued", Image->Name,
                (void *)Left->Dpc);
        VfpCheckLiveOf(Image);
    }
    if (!VfIsOn(VF_POOL_TRACKING))
        return;
    VfpReleaseKept();
    /* 0x62 names the driver. That what had no name for it, 0x60, is Windows 2000's: INF. */
    if (Left->Blocks != 0 && LdrTargetVersion < WINVER_XP)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x60, Left->PagedBytes, Left->NonPagedBytes,
            Left->Blocks, Base, "%s was unloaded with %u pool blocks that are not freed",
            Image->Name, Left->Blocks);
    if (Left->Blocks != 0)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x62, (ULONG_PTR)Image->Name, 0, Left->Blocks,
            Base,
            "%s was unloaded with %u pool blocks that are not freed: %llu bytes of paged, %llu of "
            "non-paged pool",
            Image->Name, Left->Blocks, (unsigned long long)Left->PagedBytes,
            (unsigned long long)Left->NonPagedBytes);
}

const IO_LEAK_WATCH VfpLeakWatch = {VfpDescribeBlock, VfpDescribeObject, VfpDriverGone};
