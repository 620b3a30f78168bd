/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Is unloaded with a WMI callback that is registered.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0xDA base @SinCallback 0
 * detail: where it was registered
 */
#include "sin.h"

#ifndef WMIREG_FLAG_CALLBACK
/* in no header: drivers have it from the templates of WPP */
#define WMIREG_FLAG_CALLBACK 0x80000000
#endif

/* What begins with the callback stands for a device. */
typedef struct SIN_REGISTRATION {
    NTSTATUS(NTAPI *Callback)
    (UCHAR MinorFunction, PVOID DataPath, ULONG BufferSize, PVOID Buffer, PVOID Context,
        PULONG Size);
} SIN_REGISTRATION;

static NTSTATUS NTAPI SinCallback(
    UCHAR MinorFunction, PVOID DataPath, ULONG BufferSize, PVOID Buffer, PVOID Context, PULONG Size)
{
    UNREFERENCED_PARAMETER(MinorFunction);
    UNREFERENCED_PARAMETER(DataPath);
    UNREFERENCED_PARAMETER(BufferSize);
    UNREFERENCED_PARAMETER(Buffer);
    UNREFERENCED_PARAMETER(Context);
    *Size = 0;
    return STATUS_INVALID_DEVICE_REQUEST;
}

static SIN_REGISTRATION SinRegistration = {SinCallback};

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    const PDEVICE_OBJECT Registration = (PDEVICE_OBJECT)(PVOID)&SinRegistration;
    NTSTATUS Status = IoWMIRegistrationControl(
        Registration, WMIREG_ACTION_REGISTER | WMIREG_FLAG_CALLBACK);

    UNREFERENCED_PARAMETER(Irp);
    SinTell("base", DeviceObject->DriverObject->DriverStart);
    if (NT_SUCCESS(Status) && !Sinful)
        Status = IoWMIRegistrationControl(
            Registration, WMIREG_ACTION_DEREGISTER | WMIREG_FLAG_CALLBACK);
    return Status;
}
