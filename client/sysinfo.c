/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The machine's processors and a program's addresses. A machine has the host's processors, and
 * programs run on those. */
#include "redirect.h"

#include <cpuid.h>
#include <string.h>

#define BASEP_LOWEST      0x10000u
#define BASEP_HIGHEST_32  0x7FFEFFFFu
#define BASEP_HIGHEST_64  0x7FFFFFFEFFFFu
#define BASEP_GRANULARITY 0x10000u

/* The family, and model and stepping as a word. */
static void BasepReadProcessor(WORD *Level, WORD *Revision)
{
    unsigned Eax, Ebx, Ecx, Edx;

    *Level = *Revision = 0;
    if (!__get_cpuid(1, &Eax, &Ebx, &Ecx, &Edx))
        return;
    unsigned Family = Eax >> 8 & 0xF, Model = Eax >> 4 & 0xF;
    if (Family == 6 || Family == 15)
        Model |= Eax >> 12 & 0xF0;
    if (Family == 15)
        Family += Eax >> 20 & 0xFF;
    *Level = (WORD)Family;
    *Revision = (WORD)(Model << 8 | (Eax & 0xF));
}

static void BasepFillSystemInfo(SYSTEM_INFO *Info, BOOLEAN Is64)
{
    const unsigned Word = sizeof(void *) * 8, Count = host_processor_count();

    memset(Info, 0, sizeof(*Info));
    Info->wProcessorArchitecture = Is64 ? PROCESSOR_ARCHITECTURE_AMD64
                                        : PROCESSOR_ARCHITECTURE_INTEL;
    Info->dwProcessorType = Is64 ? PROCESSOR_AMD_X8664 : PROCESSOR_INTEL_PENTIUM;
    Info->dwPageSize = 4096;
    Info->lpMinimumApplicationAddress = (PVOID)(ULONG_PTR)BASEP_LOWEST;
    Info->lpMaximumApplicationAddress = (PVOID)(ULONG_PTR)(sizeof(void *) == 8 ? BASEP_HIGHEST_64
                                                                               : BASEP_HIGHEST_32);
    Info->dwNumberOfProcessors = Count < Word ? Count : Word;
    Info->dwActiveProcessorMask = Count < Word ? ((DWORD_PTR)1 << Count) - 1 : ~(DWORD_PTR)0;
    Info->dwAllocationGranularity = BASEP_GRANULARITY;
    BasepReadProcessor(&Info->wProcessorLevel, &Info->wProcessorRevision);
}

/* GetSystemInfo - as the program has it: a 32-bit one has an x86 processor on any machine. Source:
 * DOC sysinfoapi. */
VOID WINAPI GetSystemInfo(LPSYSTEM_INFO lpSystemInfo)
{
    BasepFillSystemInfo(lpSystemInfo, sizeof(void *) == 8 && !BasepIsWow64());
}

/* GetNativeSystemInfo - as the machine has it; addresses and mask are of the caller's width.
 * Source: DOC sysinfoapi. */
VOID WINAPI GetNativeSystemInfo(LPSYSTEM_INFO lpSystemInfo)
{
    BasepFillSystemInfo(lpSystemInfo, BasepMachineIs64());
}
