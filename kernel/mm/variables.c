/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The variables of mm a driver may import. The system range of a machine lies below addresses a
 * client's memory can have (mm.h), so these, as on Windows, say only what a client may pass:
 * whatever is above MmHighestUserAddress is no client's.
 */
#include "mm/mip.h"
#include "rtl/rtl.h"

#define MI_BUILD_WIN81 9600u

extern void *MmHighestUserAddress, *MmSystemRangeStart, *MmBadPointer;
extern ULONG_PTR MmUserProbeAddress;
extern BOOLEAN Mm64BitPhysicalAddress;

void *MmHighestUserAddress = (void *)MM_HIGHEST_USER_ADDRESS;
ULONG_PTR MmUserProbeAddress = MM_HIGHEST_USER_ADDRESS + 1;
void *MmBadPointer = (void *)~(ULONG_PTR)(PAGE_SIZE - 1); /* nothing is ever there */

#if defined(__x86_64__)
void *MmSystemRangeStart; /* of the version: MiInitializeVariables */
BOOLEAN Mm64BitPhysicalAddress = TRUE;
#else
void *MmSystemRangeStart = (void *)MM_SYSTEM_BASE;
BOOLEAN Mm64BitPhysicalAddress = FALSE;
#endif

/* Since Windows 8.1 processes have 128 TB, and the system begins right behind what an address
 * cannot be. */
void MiInitializeVariables(void)
{
#if defined(__x86_64__)
    MmSystemRangeStart = (void *)(RtlpCurrentVersion()->Build >= MI_BUILD_WIN81
            ? 0xFFFF800000000000
            : 0xFFFF080000000000);
#endif
}
