/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The processor's extended state in drivers: x87, SSE and AVX, saved with XSAVE into a pool block,
 * whose address the driver's XSTATE_SAVE holds. What the processor or Linux does not have is not
 * saved. A block is the thread's that saved it.
 */
#include "ex/extended.h"

#include <cpuid.h>
#include <string.h>

#define EXP_TAG_EXTENDED 0x61745358u /* 'XSta' */
#define EXP_AREA_ALIGNMENT 64u
#define EXP_AREA_BYTES 832u /* of these three: legacy area, header, upper halves */
#define EXP_COMPONENTS 7u
#define EXP_CPUID_OSXSAVE (1u << 27)

/* The components that are in use; 0: there is no XSAVE. */
static ULONG64 ExpEnabledState(void)
{
    ULONG A, B, C, D, Low, High;
    if (!__get_cpuid(1, &A, &B, &C, &D) || !(C & EXP_CPUID_OSXSAVE))
        return 0;
    __asm__ volatile("xgetbv" : "=a"(Low), "=d"(High) : "c"(0));
    return ((ULONG64)High << 32 | Low) & EXP_COMPONENTS;
}

static void *ExpAlignArea(UCHAR *Block)
{
    return (
        void *)(((ULONG_PTR)Block + EXP_AREA_ALIGNMENT - 1) & ~(ULONG_PTR)(EXP_AREA_ALIGNMENT - 1));
}

/*
 * RtlGetEnabledExtendedFeatures - which of some components of extended state there are.
 * IRQL: any. Source: DOC ntddk/RtlGetEnabledExtendedFeatures; OBS
 * tests/kernel/ex/RtlGetEnabledExtendedFeatures.c
 */
ULONG64 NTAPI RtlGetEnabledExtendedFeatures(ULONG64 FeatureMask)
{
    return ExpEnabledState() & FeatureMask;
}

/* KeGetXSaveFeatureFlags - the components of extended state there are. IRQL: any. Source: INF as
 * its name says; OBS. */
ULONG64 NTAPI KeGetXSaveFeatureFlags(void)
{
    return ExpEnabledState();
}

/*
 * KeSaveExtendedProcessorState - save components of the processor's state before a driver uses
 * them.
 *
 * Mask:    a bit for each; those there are none of are left out. XStateSave: the driver's, until
 *          they are restored.
 * IRQL:    up to DISPATCH_LEVEL.
 * Returns: SUCCESS; INSUFFICIENT_RESOURCES. Owner: driver; KeRestoreExtendedProcessorState, on the
 * same thread.
 * Source:  DOC wdm/KeSaveExtendedProcessorState; OBS tests/kernel/ex/KeSaveExtendedProcessorState.c
 */
NTSTATUS NTAPI KeSaveExtendedProcessorState(ULONG64 Mask, XSTATE_SAVE *XStateSave)
{
    const ULONG64 Saved = Mask & ExpEnabledState();
    UCHAR *Block = NULL;
    if (Saved != 0) {
        Block = ExiAllocateZero(
            NonPagedPoolNx, EXP_AREA_BYTES + EXP_AREA_ALIGNMENT, EXP_TAG_EXTENDED, EX_CALLER);
        if (Block == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        __asm__ volatile("xsave (%0)"
                         :
                         : "r"(ExpAlignArea(Block)), "a"((ULONG)Saved), "d"((ULONG)(Saved >> 32))
                         : "memory");
    }
    XStateSave->XStateContext.Mask = Saved;
    XStateSave->XStateContext.Length = EXP_AREA_BYTES;
    XStateSave->XStateContext.Buffer = Block;
    return STATUS_SUCCESS;
}

/* Takes the area out of the block it was saved in, which is freed, and returns its components. 0:
 * nothing was saved. */
static __attribute__((noinline)) ULONG64 NTAPI ExpTakeArea(XSTATE_SAVE *XStateSave, UCHAR *Area)
{
    UCHAR *Block = XStateSave->XStateContext.Buffer;
    XStateSave->XStateContext.Buffer = NULL;
    if (Block == NULL)
        return 0;
    memcpy(Area, ExpAlignArea(Block), EXP_AREA_BYTES);
    ExiFree(Block);
    return XStateSave->XStateContext.Mask;
}

/*
 * KeRestoreExtendedProcessorState - put them back. IRQL: as saved. Source: DOC wdm; OBS as above.
 *
 * No call into the host's convention may be compiled into this: the compiler would save vector
 * registers at the beginning because of it, and the driver would have those.
 */
__attribute__((no_sanitize_address)) void NTAPI KeRestoreExtendedProcessorState(
    XSTATE_SAVE *XStateSave)
{
    UCHAR Area[EXP_AREA_BYTES] __attribute__((aligned(EXP_AREA_ALIGNMENT)));
    const ULONG64 Saved = ExpTakeArea(XStateSave, Area);
    if (Saved != 0)
        __asm__ volatile("xrstor (%0)"
                         :
                         : "r"(Area), "a"((ULONG)Saved), "d"((ULONG)(Saved >> 32))
                         : "memory");
}
