/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Services by number, for clients in other processes. A served client's SysX hands number and
 * arguments to SysServed; the machine's process finds SysDispatchX in SysDispatchTable and calls it
 * on a thread that acts for the client. The numbers are places in the lists: both sides compare
 * SYS_SERVICE_HASH first.
 */
#pragma once

#include "scm/scm.h"
#include "services.h"

#define SYS_ENUMERATE(Name, Count, Types) SYS_NUMBER_##Name,
enum SYS_NUMBER {
    SYSTEM_SERVICES(SYS_ENUMERATE)
    REQUEST_SERVICES(SYS_ENUMERATE) SCM_SERVICES(SYS_ENUMERATE) SYS_NUMBER_COUNT
};
#undef SYS_ENUMERATE

#define SYS_DECLARE_DISPATCH(Name, Count, Types) NTSTATUS SysDispatch##Name(const ULONG64 *Slot);
SYSTEM_SERVICES(SYS_DECLARE_DISPATCH)
REQUEST_SERVICES(SYS_DECLARE_DISPATCH)
SCM_SERVICES(SYS_DECLARE_DISPATCH)
#undef SYS_DECLARE_DISPATCH

#define SYS_MOST_ARGUMENTS 11u

/* What SysAttach returns in a client of a machine in another process. */
#define SYS_SERVED ((NTSTATUS)0x2E730001)

/* Set by client/ once it is connected. */
extern NTSTATUS (*SysServed)(ULONG Number, const ULONG64 *Slot, ULONG Count);
/* What calls return while there is no machine: STATUS_HOST_DOWN, or why the one that is up did not
 * take this program. */
extern NTSTATUS SysRefused;

typedef struct SYS_DISPATCH {
    NTSTATUS (*Routine)(const ULONG64 *Slot);
    const char *Name;
    ULONG Count;
    const char *Types; /* of its arguments, as they are in the list: "(HANDLE, LONG *)" */
} SYS_DISPATCH;
extern const SYS_DISPATCH SysDispatchTable[SYS_NUMBER_COUNT];

/* Of names and arguments of all services, in order. */
ULONG SysServiceHash(void);
