/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Is unloaded with a provider of trace events.
 *
 * verify: misc
 * expect: BUGCHECK 0xC4 0xDD @Sin base handle
 * detail: where it was registered
 */
#include "sin.h"

typedef NTSTATUS(NTAPI *SIN_ETW_REGISTER)(
    LPCGUID ProviderId, PVOID Callback, PVOID Context, ULONGLONG *Handle);
typedef NTSTATUS(NTAPI *SIN_ETW_UNREGISTER)(ULONGLONG Handle);

/* Since Windows Vista, and the driver is for older ones as well. */
static PVOID SinRoutine(PCWSTR Text)
{
    UNICODE_STRING Name;

    RtlInitUnicodeString(&Name, Text);
    return MmGetSystemRoutineAddress(&Name);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    static const GUID Provider = {
        0x5a1d3c61, 0x7f3a, 0x4a66, {0x86, 0x50, 0x11, 0x22, 0x33, 0x44, 0x55, 0x68}};
    SIN_ETW_REGISTER Register = (SIN_ETW_REGISTER)SinRoutine(L"EtwRegister");
    SIN_ETW_UNREGISTER Unregister = (SIN_ETW_UNREGISTER)SinRoutine(L"EtwUnregister");
    ULONGLONG Handle;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(Irp);
    if (Register == NULL || Unregister == NULL)
        return STATUS_NOT_SUPPORTED;
    Status = Register(&Provider, NULL, NULL, &Handle);
    SinTell("base", DeviceObject->DriverObject->DriverStart);
    SinTell("handle", Handle);
    if (NT_SUCCESS(Status) && !Sinful)
        Status = Unregister(Handle);
    return Status;
}
