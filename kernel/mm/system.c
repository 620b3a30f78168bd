/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What kind of system this is, as far as mm is asked, and requests that make no sense without hardware that comes
 * and goes or
 * a paging file. Whether drivers are verified ldr knows, which is why this file of mm includes it.
 */
#include "ldr/ldr.h"
#include "mm/export.h"

#define DRIVER_VERIFIER_FORCE_IRQL_CHECKING 2u

/*
 * MmQuerySystemSize - small, medium or large. IRQL: any.
 * Source: DOC wdm/MmQuerySystemSize; INF the limits: on a workstation medium from 32 MB, large from 64 MB on.
 */
MM_SYSTEM_SIZE NTAPI MmQuerySystemSize(void)
{
    return MmLargeSystem;
}

/* MmIsThisAnNtAsSystem - a server. IRQL: any. Source: DOC wdm (obsolete). The machine is a workstation. */
BOOLEAN NTAPI MmIsThisAnNtAsSystem(void)
{
    return FALSE;
}

/*
 * MmSetBankedSection - of a video adapter with banked memory. Needs a banked frame buffer mapped by the caller, of
 * which
 * there is none, and Windows XP and later do not do it either.
 * Returns: NOT_IMPLEMENTED. Source: INF ntddk.h, undocumented.
 */
NTSTATUS NTAPI MmSetBankedSection(HANDLE ProcessHandle, void *VirtualAddress, ULONG BankLength, BOOLEAN ReadWriteBank,
    void *BankRoutine, void *Context)
{
    (void)ProcessHandle;
    (void)VirtualAddress;
    (void)BankLength;
    (void)ReadWriteBank;
    (void)BankRoutine;
    (void)Context;
    return STATUS_NOT_IMPLEMENTED;
}

/*
 * MmAddPhysicalMemory - memory that was plugged in. Returns: NOT_SUPPORTED, as on a machine whose firmware does
 * not announce hot-added
 * memory; INVALID_PARAMETER_1, _2: not whole pages. Source: INF ntddk.h.
 */
NTSTATUS NTAPI MmAddPhysicalMemory(PHYSICAL_ADDRESS *StartAddress, LARGE_INTEGER *NumberOfBytes)
{
    if (StartAddress->QuadPart % PAGE_SIZE != 0)
        return STATUS_INVALID_PARAMETER_1;
    return NumberOfBytes->QuadPart % PAGE_SIZE != 0 || NumberOfBytes->QuadPart == 0 ? STATUS_INVALID_PARAMETER_2
                                                                                    : STATUS_NOT_SUPPORTED;
}

/* MmRemovePhysicalMemory - the reverse, likewise. Source: INF ntddk.h. */
NTSTATUS NTAPI MmRemovePhysicalMemory(PHYSICAL_ADDRESS *StartAddress, LARGE_INTEGER *NumberOfBytes)
{
    return MmAddPhysicalMemory(StartAddress, NumberOfBytes);
}

/* MmIsRecursiveIoFault - a page fault met on the way of another. No pages are read by faults. Source: DOC ntifs. */
BOOLEAN NTAPI MmIsRecursiveIoFault(void)
{
    return FALSE;
}
