/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What drivers ask about the virtual processors: as many as the host lets the process use, all in
 * one group, all active. */
#pragma once

#include "ke/ke.h"

extern ULONG KiProcessorCount; /* 1 to 64 */
extern CCHAR KeNumberProcessors;
void KiInitializeProcessors(void);

/* The virtual processor a thread counts as on: wherever drivers of any age look for its number. */
static inline void KiSetProcessor(KI_PCR *Pcr, ULONG Number)
{
#if defined(__x86_64__)
    Pcr->Public.Prcb.Number = Number;
    Pcr->Public.Prcb.LegacyNumber = (UCHAR)Number;
#else
    Pcr->Public.Number = (UCHAR)Number;
    Pcr->Public.PrcbData.LegacyNumber = (UCHAR)Number;
#endif
}

KAFFINITY NTAPI KeQueryActiveProcessors(void);
ULONG NTAPI KeQueryActiveProcessorCount(KAFFINITY *ActiveProcessors);
ULONG NTAPI KeQueryActiveProcessorCountEx(USHORT GroupNumber);
ULONG NTAPI KeQueryMaximumProcessorCount(void);
ULONG NTAPI KeQueryMaximumProcessorCountEx(USHORT GroupNumber);
ULONG NTAPI KeGetCurrentProcessorNumberEx(PROCESSOR_NUMBER *ProcNumber);
