/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Tables of system services. Services are called by gates of the clients' libraries, and no table
 * of addresses is on the way: none can be added, as on a Windows whose own tables take all places.
 * The one drivers for x86 find is in i386/services.c.
 */
#include "ke/servicetable.h"

/*
 * KeAddSystemServiceTable - FALSE: there is no place for another table.
 * IRQL: PASSIVE_LEVEL. Source: INF, undocumented: so it is once the system's own are there; OBS
 * tests/kernel/ke
 */
BOOLEAN NTAPI KeAddSystemServiceTable(
    ULONG_PTR *Base, ULONG *Count, ULONG Limit, UCHAR *Number, ULONG Index)
{
    (void)Base;
    (void)Count;
    (void)Limit;
    (void)Number;
    (void)Index;
    return FALSE;
}

/* KeRemoveSystemServiceTable - FALSE: there is none that could go. IRQL: PASSIVE_LEVEL. Source:
 * INF, undocumented; OBS as above. */
BOOLEAN NTAPI KeRemoveSystemServiceTable(ULONG Index)
{
    (void)Index;
    return FALSE;
}
