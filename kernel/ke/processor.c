/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Questions about the virtual processors. */
#include "ke/processor.h"

#define KI_ALL_GROUPS 0xFFFF

ULONG KiProcessorCount;
CCHAR KeNumberProcessors; /* a variable drivers import; older than the functions */

void KiInitializeProcessors(void)
{
    KiProcessorCount = host_processor_count();
    KeNumberProcessors = (CCHAR)KiProcessorCount;
}

/* KeQueryActiveProcessors - a bit for each processor. IRQL: any. Source: DOC
 * wdm/KeQueryActiveProcessors; OBS tests. */
KAFFINITY NTAPI KeQueryActiveProcessors(void)
{
    return ~(KAFFINITY)0 >> (sizeof(KAFFINITY) * 8 - KiProcessorCount);
}

/* KeQueryActiveProcessorCount - how many, and optionally which. IRQL: any. Source: DOC wdm; OBS
 * tests. */
ULONG NTAPI KeQueryActiveProcessorCount(KAFFINITY *ActiveProcessors)
{
    if (ActiveProcessors != NULL)
        *ActiveProcessors = KeQueryActiveProcessors();
    return KiProcessorCount;
}

/* KeQueryActiveProcessorCountEx - of one group or of ALL_PROCESSOR_GROUPS; 0: no such group. IRQL:
 * any. Source: DOC wdm; OBS tests. */
ULONG NTAPI KeQueryActiveProcessorCountEx(USHORT GroupNumber)
{
    return GroupNumber == 0 || GroupNumber == KI_ALL_GROUPS ? KiProcessorCount : 0;
}

/* KeQueryMaximumProcessorCount - none can be added. IRQL: any. Source: DOC wdm; OBS tests. */
ULONG NTAPI KeQueryMaximumProcessorCount(void)
{
    return KiProcessorCount;
}

/* KeQueryMaximumProcessorCountEx - the same of a group. IRQL: any. Source: DOC wdm; OBS tests. */
ULONG NTAPI KeQueryMaximumProcessorCountEx(USHORT GroupNumber)
{
    return KeQueryActiveProcessorCountEx(GroupNumber);
}

/* KeGetCurrentProcessorNumberEx - the processor's index; group and number optionally. IRQL: any.
 * Source: DOC wdm; OBS tests. */
ULONG NTAPI KeGetCurrentProcessorNumberEx(PROCESSOR_NUMBER *ProcNumber)
{
    ULONG Number = KeGetCurrentProcessorNumber();
    if (ProcNumber != NULL)
        *ProcNumber = (PROCESSOR_NUMBER){.Number = (UCHAR)Number};
    return Number;
}
