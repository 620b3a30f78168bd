/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * claim_left.c - claims I/O ports and is unloaded without giving them back.
 *
 * Device \Device\ClaimLeft, \\.\ClaimLeft. The control code 0x222000 claims the ports 0x240 to
 * 0x247. Must be reported at unload: the ports, and claim_left.sys with its dispatch routine.
 */
#define DEFECT_NAME L"ClaimLeft"
#include "defect.h"

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    PCM_PARTIAL_RESOURCE_DESCRIPTOR Ports;
    CM_RESOURCE_LIST List;
    BOOLEAN Conflict;
    NTSTATUS Status;

    if (Stack->Parameters.DeviceIoControl.IoControlCode != DEFECT_IOCTL(0x800))
        return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    RtlZeroMemory(&List, sizeof(List));
    List.Count = 1;
    List.List[0].InterfaceType = Isa;
    List.List[0].PartialResourceList.Count = 1;
    Ports = &List.List[0].PartialResourceList.PartialDescriptors[0];
    Ports->Type = CmResourceTypePort;
    Ports->ShareDisposition = CmResourceShareDriverExclusive;
    Ports->Flags = CM_RESOURCE_PORT_IO;
    Ports->u.Port.Start.QuadPart = 0x240;
    Ports->u.Port.Length = 8;
    Status = IoReportResourceUsage(NULL, DeviceObject->DriverObject, &List, sizeof(List), NULL,
                                   NULL, 0, FALSE, &Conflict);
    return DefectComplete(Irp, Status, 0);
}
