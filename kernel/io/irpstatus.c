/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Statuses of requests: whether one can be a status at all, and which of several tells of a request
 * made of parts.
 */
#include "io/iop.h"

#define IOP_STATUS_CUSTOMER 0x20000000u
#define IOP_STATUS_RESERVED 0x10000000u
#define IOP_STATUS_FACILITY(Status) ((ULONG)(Status) >> 16 & 0xFFFu)
#define IOP_STATUS_SEVERITY(Status) ((ULONG)(Status) >> 30)
#define IOP_FACILITY_LIMIT 0x100u /* Windows gives numbers below it */

/*
 * IoIsValidIrpStatus - whether a number is built as statuses are. A customer's own always is.
 * IRQL: any. Source: DOC ntddk/IoIsValidIrpStatus; INF the greatest facility; OBS
 *          tests/kernel/io/IoSetMasterIrpStatus.c
 */
LOGICAL NTAPI IoIsValidIrpStatus(NTSTATUS Status)
{
    if ((ULONG)Status & IOP_STATUS_CUSTOMER)
        return TRUE;
    return !((ULONG)Status & IOP_STATUS_RESERVED) &&
        IOP_STATUS_FACILITY(Status) < IOP_FACILITY_LIMIT;
}

/*
 * IoSetMasterIrpStatus - merge the status of a part into that of the request it is a part of: the
 * more severe one stays, of two alike the first.
 *
 * MasterIrp: its status was SUCCESS (or FT_READ_FROM_COPY) before the first part's.
 * IRQL:    any
 * Source:  DOC ntddk/IoSetMasterIrpStatus; INF how severity is measured; OBS
 *          tests/kernel/io/IoSetMasterIrpStatus.c
 */
void NTAPI IoSetMasterIrpStatus(IRP *MasterIrp, NTSTATUS Status)
{
    NTSTATUS Seen = __atomic_load_n(&MasterIrp->IoStatus.Status, __ATOMIC_ACQUIRE);
    while (IOP_STATUS_SEVERITY(Status) > IOP_STATUS_SEVERITY(Seen) && !NT_SUCCESS(Status)) {
        if (__atomic_compare_exchange_n(&MasterIrp->IoStatus.Status, &Seen, Status, FALSE,
                __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
            break;
    }
}
