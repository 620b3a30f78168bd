/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Leaves the gap before an aligned member as it was. Two bytes may be so by chance: those of an
 * answer are not, when the next one has them, or when there is none.
 *
 * verify: security
 * expect: FINDING
 * with: out=12
 * then: ioctl 0x222004 out=12
 * detail: unwritten memory reached a client: 2 of the 12 bytes returned for control code 0x00222000
 * detail: : offsets 2 to 3
 */
#define SIN_COMPLETES
#include "sin.h"

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    static LONG Answers;
    PUCHAR Answer = Irp->AssociatedIrp.SystemBuffer;
    const BOOLEAN Chance = InterlockedIncrement(&Answers) == 1;

    UNREFERENCED_PARAMETER(DeviceObject);
    *(PUSHORT)Answer = 1;
    *(PULONG)(Answer + 4) = 2;
    *(PULONG)(Answer + 8) = 3;
    if (!Sinful && !Chance)
        *(PUSHORT)(Answer + 2) = 0;
    return DefectComplete(Irp, STATUS_SUCCESS, 12);
}
