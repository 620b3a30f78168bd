/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Who woke the system, and how long a power request may take. The machine wakes by itself, and asks
 * nobody; what drivers say is kept in their requests, for each other. Nothing watches power
 * requests.
 */
#include "po/pop.h"

#define POP_IRP_WAKES 0x80000000u /* in Irp->Flags */

/*
 * PoSetSystemWake, PoGetSystemWake - note in a wait/wake request that it has woken the system, and
 * ask for it, so that it can be said of the requests for the devices above, too.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/PoSetSystemWake; tests/kernel/pnp/PoSetSystemWake.c
 */
void NTAPI PoSetSystemWake(IRP *Irp)
{
    __atomic_fetch_or(&Irp->Flags, POP_IRP_WAKES, __ATOMIC_RELAXED);
}

BOOLEAN NTAPI PoGetSystemWake(IRP *Irp)
{
    return (__atomic_load_n(&Irp->Flags, __ATOMIC_RELAXED) & POP_IRP_WAKES) != 0;
}

/*
 * PoSetSystemWakeDevice - the same of a device, without a request. IRQL: any. Source: DOC wdm;
 * tests as above.
 */
void NTAPI PoSetSystemWakeDevice(DEVICE_OBJECT *DeviceObject)
{
    (void)DeviceObject;
}

/*
 * PoQueryWatchdogTime - whether a power request that is under way in a device's stack has to be
 * done in a certain time: never here.
 * IRQL: up to DISPATCH_LEVEL. Returns FALSE; *SecondsRemaining is untouched. Source: DOC wdm; tests
 * as above.
 */
BOOLEAN NTAPI PoQueryWatchdogTime(DEVICE_OBJECT *Pdo, ULONG *SecondsRemaining)
{
    (void)Pdo;
    (void)SecondsRemaining;
    return FALSE;
}
