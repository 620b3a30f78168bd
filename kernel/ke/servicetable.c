/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Tables of system services. Services are called by gates of the clients' libraries, and no table of addresses is on the way: the
 * one drivers for x86 find has no entries, and none can be added, as on a Windows whose own tables take all places.
 */
#include "ke/servicetable.h"

#if defined(__i386__)
static ULONG_PTR KiNoServices[1];
static UCHAR KiNoArguments[1];
KI_SERVICE_TABLE KeServiceDescriptorTable[KI_SERVICE_TABLES] = {{.Base = KiNoServices, .Number = KiNoArguments}};
#endif

/*
 * KeAddSystemServiceTable - FALSE: there is no place for another table.
 * IRQL: PASSIVE_LEVEL. Source: INF, undocumented: so it is once the system's own are there; OBS tests/kernel/ke
 */
BOOLEAN NTAPI KeAddSystemServiceTable(ULONG_PTR *Base, ULONG *Count, ULONG Limit, UCHAR *Number, ULONG Index)
{
    (void)Base;
    (void)Count;
    (void)Limit;
    (void)Number;
    (void)Index;
    return FALSE;
}

/* KeRemoveSystemServiceTable - FALSE: there is none that could go. IRQL: PASSIVE_LEVEL. Source: INF, undocumented; OBS as above. */
BOOLEAN NTAPI KeRemoveSystemServiceTable(ULONG Index)
{
    (void)Index;
    return FALSE;
}

/*
 * KeCapturePersistentThreadState - put a small dump of a thread into a buffer. None is made: 0 bytes, the buffer untouched.
 * IRQL: any. Source: INF, undocumented
 */
ULONG NTAPI KeCapturePersistentThreadState(CONTEXT *Context, KTHREAD *Thread, ULONG BugCheckCode, ULONG_PTR BugCheckParameter1,
    ULONG_PTR BugCheckParameter2, ULONG_PTR BugCheckParameter3, ULONG_PTR BugCheckParameter4, void *VirtualAddress)
{
    (void)Context;
    (void)Thread;
    (void)BugCheckCode;
    (void)BugCheckParameter1;
    (void)BugCheckParameter2;
    (void)BugCheckParameter3;
    (void)BugCheckParameter4;
    (void)VirtualAddress;
    return 0;
}
