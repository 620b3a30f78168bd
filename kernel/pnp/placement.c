/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Where a device's work is done best. This machine has one node. */
#include "ke/interrupt.h"
#include "pnp/pnpp.h"

/*
 * IoGetDeviceNumaNode - the node a device is near: 0 on a machine with one.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: no PDO that plug and play knows, or (INF) no place for the
 *          number.
 * Source:  DOC wdm/IoGetDeviceNumaNode; tests/kernel/pnp/IoGetDeviceNumaNode.c
 */
NTSTATUS NTAPI IoGetDeviceNumaNode(DEVICE_OBJECT *Pdo, USHORT *NodeNumber)
{
    if (Pdo == NULL || NodeNumber == NULL || PnppFindNode(Pdo) == NULL)
        return STATUS_INVALID_PARAMETER;
    *NodeNumber = 0;
    return STATUS_SUCCESS;
}

/*
 * IoGetAffinityInterrupt - the processors an interrupt comes to.
 *
 * IRQL:    any
 * Returns: SUCCESS; INVALID_PARAMETER: no interrupt, no place for the answer (INF).
 * Source:  DOC wdm/IoGetAffinityInterrupt; tests/kernel/pnp/IoGetDeviceNumaNode.c
 */
NTSTATUS NTAPI IoGetAffinityInterrupt(KINTERRUPT *Interrupt, GROUP_AFFINITY *GroupAffinity)
{
    if (Interrupt == NULL || GroupAffinity == NULL)
        return STATUS_INVALID_PARAMETER;
    *GroupAffinity = (GROUP_AFFINITY){.Mask = (KAFFINITY)1 << Interrupt->Processor};
    return STATUS_SUCCESS;
}
