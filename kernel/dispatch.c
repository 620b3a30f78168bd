/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The table of services by number. */
#include "numbers.h"

NTSTATUS (*SysServed)(ULONG Number, const ULONG64 *Slot, ULONG Count);

#define SYS_ROW(Service, Arguments, Types) {.Routine = SysDispatch##Service, .Name = #Service, .Count = Arguments},
const SYS_DISPATCH SysDispatchTable[SYS_NUMBER_COUNT] = {
    SYSTEM_SERVICES(SYS_ROW) REQUEST_SERVICES(SYS_ROW) SCM_SERVICES(SYS_ROW)};

ULONG SysServiceHash(void)
{
    ULONG Hash = 2166136261u; /* FNV-1a */
    for (ULONG Number = 0; Number < SYS_NUMBER_COUNT; Number++) {
        for (const char *Name = SysDispatchTable[Number].Name; *Name != 0; Name++)
            Hash = (Hash ^ (UCHAR)*Name) * 16777619u;
        Hash = (Hash ^ SysDispatchTable[Number].Count) * 16777619u;
    }
    return Hash;
}
