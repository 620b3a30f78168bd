/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Maps of ports that programs may access themselves: a bit for each port, 0: it may. Map 0 stands for none at all, map 1 is the
 * one drivers set. Programs' accesses stay what Linux makes of them, whichever map their process is given.
 */
#include <string.h>

#include "ke/servicetable.h"

#define KI_IO_MAP_BYTES 8192u
#define KI_IO_MAPS 1u

static UCHAR KiIoMap[KI_IO_MAP_BYTES];

void KiResetIoMaps(void)
{
    memset(KiIoMap, 0xFF, sizeof(KiIoMap));
}

/*
 * Ke386SetIoAccessMap - set the map. IRQL: PASSIVE_LEVEL. Returns: FALSE: that map cannot be set, or there is none of that number.
 * Source: INF, undocumented; OBS tests/kernel/ke/KeAddSystemServiceTable.c
 */
BOOLEAN NTAPI Ke386SetIoAccessMap(ULONG MapNumber, void *IoAccessMap)
{
    if (MapNumber == 0 || MapNumber > KI_IO_MAPS)
        return FALSE;
    memcpy(KiIoMap, IoAccessMap, sizeof(KiIoMap));
    return TRUE;
}

/* Ke386QueryIoAccessMap - read it; map 0: no port at all. FALSE: there is none of that number. Source: INF, undocumented; OBS as above. */
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

/* Ke386IoSetAccessProcess - FALSE: there is no map of that number. Source: INF, undocumented; OBS as above. */
BOOLEAN NTAPI Ke386IoSetAccessProcess(void *Process, ULONG MapNumber)
{
    (void)Process;
    return MapNumber <= KI_IO_MAPS;
}
