/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * to_firmware.c - a driver that restarts the computer.
 *
 * Device \\.\ToFirmware. Control code 0x800 (0x222000) calls HalReturnToFirmware with
 * HalRebootRoutine.
 *
 * Must be reported: that the machine ends, and who ended it. The routine for dump data that the
 * driver has registered is asked for its data before.
 */
#define DEFECT_NAME L"ToFirmware"
#include "defect.h"

typedef VOID(NTAPI *RETURN_TO_FIRMWARE)(ULONG);

#define REBOOT 3

static KBUGCHECK_REASON_CALLBACK_RECORD Record;

static VOID NTAPI DumpData(KBUGCHECK_CALLBACK_REASON Reason,
    struct _KBUGCHECK_REASON_CALLBACK_RECORD *This, PVOID Data, ULONG Length)
{
    PKBUGCHECK_SECONDARY_DUMP_DATA Dump = Data;

    UNREFERENCED_PARAMETER(This);
    if (Reason == KbCallbackSecondaryDumpData && Length == sizeof(*Dump) &&
        Dump->InBufferLength != 0)
        DbgPrint("asked for dump data at IRQL %u\n", (ULONG)KeGetCurrentIrql());
}

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    static UCHAR Component[] = "ToFirmware";
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"HalReturnToFirmware");
    RETURN_TO_FIRMWARE Return = (RETURN_TO_FIRMWARE)MmGetSystemRoutineAddress(&Name);

    UNREFERENCED_PARAMETER(DeviceObject);
    Record.State = BufferEmpty;
    KeRegisterBugCheckReasonCallback(&Record, DumpData, KbCallbackSecondaryDumpData, Component);
    if (Return != NULL)
        Return(REBOOT);
    KeDeregisterBugCheckReasonCallback(&Record);
    return DefectComplete(Irp, STATUS_UNSUCCESSFUL, 0);
}
