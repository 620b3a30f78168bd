/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Copies a variable it has set in part to the caller.
 *
 * verify: security
 * expect: FINDING
 * with: out=32
 * detail: unwritten memory reached a client: 28 of the 32 bytes returned for control code
 * 0x00222000 detail: : offsets 4 to 31
 */
#define SIN_COMPLETES
#include "sin.h"

typedef struct SIN_ANSWER {
    ULONG Value[8];
} SIN_ANSWER;

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    SIN_ANSWER Answer;

    UNREFERENCED_PARAMETER(DeviceObject);
    if (!Sinful)
        RtlZeroMemory(&Answer, sizeof(Answer));
    Answer.Value[0] = 1;
    RtlCopyMemory(Irp->AssociatedIrp.SystemBuffer, &Answer, sizeof(Answer));
    return DefectComplete(Irp, STATUS_SUCCESS, sizeof(Answer));
}
