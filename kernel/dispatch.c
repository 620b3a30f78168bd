/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The table of services by number. */
#include "numbers.h"

NTSTATUS (*SysServed)(ULONG Number, const ULONG64 *Slot, ULONG Count);
NTSTATUS SysRefused = STATUS_HOST_DOWN;

#define SYS_ROW(Service, Arguments, List) \
    {.Routine = SysDispatch##Service, .Name = #Service, .Count = Arguments, .Types = #List},
const SYS_DISPATCH SysDispatchTable[SYS_NUMBER_COUNT] = {
    SYSTEM_SERVICES(SYS_ROW) REQUEST_SERVICES(SYS_ROW) SCM_SERVICES(SYS_ROW)};

/* FNV-1a. */
static ULONG SysAddToHash(ULONG Hash, const char *Text)
{
    for (; *Text != 0; Text++)
        Hash = (Hash ^ (UCHAR)*Text) * 16777619u;
    return Hash;
}

ULONG SysServiceHash(void)
{
    ULONG Hash = 2166136261u;
    for (ULONG Number = 0; Number < SYS_NUMBER_COUNT; Number++)
        Hash = SysAddToHash(
            SysAddToHash(Hash, SysDispatchTable[Number].Name), SysDispatchTable[Number].Types);
    return Hash;
}
