/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Maps of ports that programs may access themselves: a bit for each port, 0: it may. Map 0 stands
 * for none at all, map 1 is the one drivers set, and which one a process has ps keeps. An access of
 * a program the machine lives in traps here and is carried out, or is the fault it is without a
 * map. One in another process traps there, where nobody of ours looks at signals: it ends the
 * program, as a privileged instruction nobody handles does. Drivers' own accesses ask no map.
 */
#include <string.h>

#include "ke/kep.h"
#include "ke/servicetable.h"

#define KI_IO_MAP_BYTES 8192u
#define KI_IO_MAPS      1u

static UCHAR KiIoMap[KI_IO_MAP_BYTES]; /* drivers that set it while programs use it see to that */

void (*KeSetProcessIoMap)(void *Process, ULONG MapNumber);
BOOLEAN (*KeHasIoMap)(void);

void KiResetIoMaps(void)
{
    memset(KiIoMap, 0xFF, sizeof(KiIoMap));
}

BOOLEAN KiMayAccessPort(USHORT Port, UCHAR SizeBytes)
{
    if (KeHasIoMap == NULL || !KeHasIoMap())
        return FALSE;
    for (ULONG At = Port; At < (ULONG)Port + SizeBytes; At++) {
        if (At / 8 >= sizeof(KiIoMap) || (KiIoMap[At / 8] >> At % 8 & 1) != 0)
            return FALSE;
    }
    return TRUE;
}

/*
 * Ke386SetIoAccessMap - set the map, for all processes that have it.
 * IRQL: PASSIVE_LEVEL. Returns: FALSE: that map cannot be set, or there is none of that number.
 * Source: INF: undocumented; OBS tests/kernel/ke/KeAddSystemServiceTable.c
 */
BOOLEAN NTAPI Ke386SetIoAccessMap(ULONG MapNumber, void *IoAccessMap)
{
    if (MapNumber == 0 || MapNumber > KI_IO_MAPS)
        return FALSE;
    memcpy(KiIoMap, IoAccessMap, sizeof(KiIoMap));
    return TRUE;
}

/*
 * Ke386QueryIoAccessMap - read it; map 0: no port at all.
 * IRQL: PASSIVE_LEVEL. Returns: FALSE: there is none of that number. Source: as above.
 */
BOOLEAN NTAPI Ke386QueryIoAccessMap(ULONG MapNumber, void *IoAccessMap)
{
    if (MapNumber > KI_IO_MAPS)
        return FALSE;
    if (MapNumber == 0)
        memset(IoAccessMap, 0xFF, KI_IO_MAP_BYTES);
    else
        memcpy(IoAccessMap, KiIoMap, sizeof(KiIoMap));
    return TRUE;
}

/*
 * Ke386IoSetAccessProcess - give a process a map: 1 lets its threads access the ports that are in
 * it, 0 none. The head of this file says for which processes that means something.
 * IRQL: PASSIVE_LEVEL. Returns: FALSE: there is no map of that number.
 * Source: INF: undocumented; OBS tests/kernel/ke/KeAddSystemServiceTable.c;
 *          tests/unit/client/io_map_x86.c
 */
BOOLEAN NTAPI Ke386IoSetAccessProcess(void *Process, ULONG MapNumber)
{
    if (MapNumber > KI_IO_MAPS)
        return FALSE;
    if (KeSetProcessIoMap != NULL)
        KeSetProcessIoMap(Process, MapNumber);
    return TRUE;
}
