/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * wmi_left.c - a driver that unloads with its device registered with WMI, and with a provider of
 * events registered.
 *
 * Device \\\\.\WmiLeft. Control code 0x800 (0x222000): registers the device. 0x801 (0x222004):
 * registers the provider. Neither is taken back.
 *
 * Must be reported at unload, both. (Windows: the next request goes where the driver was.)
 */
#define DEFECT_NAME L"WmiLeft"
#include "defect.h"

typedef NTSTATUS(NTAPI *ETW_REGISTER)(
    LPCGUID ProviderId, PVOID Callback, PVOID Context, ULONGLONG *Handle);

static NTSTATUS RegisterProvider(VOID)
{
    static const GUID Provider = {
        0x5a1d3c61, 0x7f3a, 0x4a66, {0x86, 0x50, 0x11, 0x22, 0x33, 0x44, 0x55, 0x67}};
    static ULONGLONG Handle;
    UNICODE_STRING Name;
    ETW_REGISTER Register;

    /* Since Windows Vista, and the driver is for older ones as well. */
    RtlInitUnicodeString(&Name, L"EtwRegister");
    Register = (ETW_REGISTER)MmGetSystemRoutineAddress(&Name);
    return Register != NULL ? Register(&Provider, NULL, NULL, &Handle) : STATUS_NOT_SUPPORTED;
}

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS Status;

    switch (Stack->Parameters.DeviceIoControl.IoControlCode) {
    case DEFECT_IOCTL(0x800):
        Status = IoWMIRegistrationControl(DeviceObject, WMIREG_ACTION_REGISTER);
        break;
    case DEFECT_IOCTL(0x801):
        Status = RegisterProvider();
        break;
    default:
        Status = STATUS_INVALID_DEVICE_REQUEST;
        break;
    }
    return DefectComplete(Irp, Status, 0);
}
