/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The variables of ke a driver may import. An import points at the variable itself. All are set
 * when the machine starts; no prototypes but these: nothing of ours reads them.
 */
#include "ke/kep.h"
#include "rtl/rtl.h"

#define KI_FREE_BUILD 0xF0000000u /* in NtBuildNumber; a checked build has C */

ULONG NTAPI RtlGetNtGlobalFlags(void);
extern ULONG NtBuildNumber, NtGlobalFlag, InitSafeBootMode;

ULONG NtBuildNumber;
ULONG NtGlobalFlag;     /* what gflags sets: nothing here */
ULONG InitSafeBootMode; /* 0: the machine is not in safe mode */

ULONG KeVerifierFlags;

#if defined(__i386__)
/*
 * KeTickCount is the tick count of the shared user data page: nothing ticks here, so loads have to
 * trap. Its layout is the same KSYSTEM_TIME. Drivers for x64 read the page themselves.
 */
_Static_assert(FIELD_OFFSET(KUSER_SHARED_DATA, TickCount) == 0x320, "the address below");
__asm__(".globl KeTickCount\n.hidden KeTickCount\n.set KeTickCount, 0xFFDF0320");
#endif

/* RtlGetNtGlobalFlags - the flags gflags sets. IRQL: any. Source: INF ntifs.h, undocumented. */
ULONG NTAPI RtlGetNtGlobalFlags(void)
{
    return NtGlobalFlag;
}

void KiInitializeVariables(void)
{
    NtBuildNumber = KI_FREE_BUILD | RtlpCurrentVersion()->Build;
    NtGlobalFlag = 0;
    InitSafeBootMode = 0;
}
