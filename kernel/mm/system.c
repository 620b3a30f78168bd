/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What kind of system this is, as far as mm is asked, and requests that make no sense without
 * hardware that comes and goes or a paging file. Whether drivers are verified ldr knows, which is
 * why this file of mm includes it.
 */
#include "ldr/ldr.h"
#include "mm/export.h"

#define DRIVER_VERIFIER_FORCE_IRQL_CHECKING 2u

/*
 * MmQuerySystemSize - small, medium or large. IRQL: any.
 * Source: DOC wdm/MmQuerySystemSize; INF the limits: on a workstation medium from 32 MB, large from
 * 64 MB on.
 */
MM_SYSTEM_SIZE NTAPI MmQuerySystemSize(void)
{
    return MmLargeSystem;
}

/* MmIsThisAnNtAsSystem - a server. IRQL: any. Source: DOC wdm (obsolete). The machine is a
 * workstation. */
BOOLEAN NTAPI MmIsThisAnNtAsSystem(void)
{
    return FALSE;
}

/*
 * MmSetBankedSection - of a video adapter with banked memory. Needs a banked frame buffer mapped by
 * the caller, of which there is none, and Windows XP and later do not do it either.
 * Returns: NOT_IMPLEMENTED. Source: INF ntddk.h, undocumented.
 */
NTSTATUS NTAPI MmSetBankedSection(HANDLE ProcessHandle, void *VirtualAddress, ULONG BankLength,
    BOOLEAN ReadWriteBank, void *BankRoutine, void *Context)
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
 * MmAddPhysicalMemory - memory that was plugged in. Returns: NOT_SUPPORTED, as on a machine whose
 * firmware does not announce hot-added memory; INVALID_PARAMETER_1, _2: not whole pages. Source:
 * INF ntddk.h.
 */
NTSTATUS NTAPI MmAddPhysicalMemory(PHYSICAL_ADDRESS *StartAddress, LARGE_INTEGER *NumberOfBytes)
{
    if (StartAddress->QuadPart % PAGE_SIZE != 0)
        return STATUS_INVALID_PARAMETER_1;
    return NumberOfBytes->QuadPart % PAGE_SIZE != 0 || NumberOfBytes->QuadPart == 0
        ? STATUS_INVALID_PARAMETER_2
        : STATUS_NOT_SUPPORTED;
}

/* MmRemovePhysicalMemory - the reverse, likewise. Source: INF ntddk.h. */
NTSTATUS NTAPI MmRemovePhysicalMemory(PHYSICAL_ADDRESS *StartAddress, LARGE_INTEGER *NumberOfBytes)
{
    return MmAddPhysicalMemory(StartAddress, NumberOfBytes);
}

/*
 * MmIsRecursiveIoFault - a page fault met on the way of another. No pages are read by faults. IRQL:
 * up to DISPATCH_LEVEL. Source: DOC ntifs; OBS tests/kernel/mm/MmIsRecursiveIoFault.c
 */
BOOLEAN NTAPI MmIsRecursiveIoFault(void)
{
    return FALSE;
}

#define MI_LARGE_STACK_COMMIT 12288u /* what is to be there below the stack pointer */

/*
 * MmGrowKernelStack - have more of the thread's stack ready. All of it is, from the start.
 *
 * CurrentStack: in the stack of the calling thread. IRQL: up to APC_LEVEL.
 * Returns: SUCCESS; STACK_OVERFLOW: not so much is left. Source: INF undocumented
 */
NTSTATUS NTAPI MmGrowKernelStack(void *CurrentStack)
{
    const KTHREAD *Thread = KiHostThread;
    const SIZE_T Left = (SIZE_T)((UCHAR *)CurrentStack - Thread->StackLimit);
    return (UCHAR *)CurrentStack <= Thread->StackBase &&
                   (UCHAR *)CurrentStack >= Thread->StackLimit && Left >= MI_LARGE_STACK_COMMIT
               ? STATUS_SUCCESS
               : STATUS_STACK_OVERFLOW;
}

/*
 * MmRotatePhysicalView - show other memory, of a video adapter or not, in a view made for that. No
 * memory is allocated with MEM_ROTATE here, so no address is in such a view.
 *
 * Direction: MmToFrameBuffer to MmToRegularMemoryNoCopy. IRQL: up to APC_LEVEL.
 * Returns: INVALID_PARAMETER_1: no such view; INVALID_PARAMETER_4. *NumberOfBytes is 0. Source: INF
 * ntddk.h
 */
NTSTATUS NTAPI MmRotatePhysicalView(void *VirtualAddress, SIZE_T *NumberOfBytes, MDL *NewMdl,
    ULONG Direction, void *CopyFunction, void *Context)
{
    (void)VirtualAddress;
    (void)NewMdl;
    (void)CopyFunction;
    (void)Context;
    *NumberOfBytes = 0;
    return Direction > 3 ? STATUS_INVALID_PARAMETER_4 : STATUS_INVALID_PARAMETER_1;
}
