/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What is set for a device in its key. */
#include <string.h>

#include "cm/cm.h"
#include "ke/zw.h"
#include "pnp/pnp.h"
#include "usb/usb.h"

#define USBP_TAG 0x44425355u /* 'USBD' */

/*
 * USBD_GetPdoRegistryParameter - a value of the device's hardware key.
 *
 * ParameterLength: bytes at Parameter. KeyNameLength: bytes of KeyName, with the zero at its end or
 * without.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_NOT_FOUND: there is no such value; BUFFER_OVERFLOW: it is longer,
 *          and nothing is written; what opening the key returns: INVALID_DEVICE_REQUEST for a
 *          device that is no PDO.
 * Source:  DOC usbdlib/USBD_GetPdoRegistryParameter; BUFFER_OVERFLOW INF
 */
NTSTATUS NTAPI USBD_GetPdoRegistryParameter(DEVICE_OBJECT *PhysicalDeviceObject, void *Parameter,
    ULONG ParameterLength, WCHAR *KeyName, ULONG KeyNameLength)
{
    UNICODE_STRING Name = {(USHORT)KeyNameLength, (USHORT)KeyNameLength, KeyName};
    ULONG Bytes = FIELD_OFFSET(KEY_VALUE_PARTIAL_INFORMATION, Data) + ParameterLength, Needed;
    HANDLE Key;
    if (KeyNameLength >= sizeof(WCHAR) && KeyName[KeyNameLength / sizeof(WCHAR) - 1] == 0)
        Name.Length -= sizeof(WCHAR);
    NTSTATUS Status = IoOpenDeviceRegistryKey(
        PhysicalDeviceObject, PLUGPLAY_REGKEY_DEVICE, KEY_READ, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    KEY_VALUE_PARTIAL_INFORMATION *Value = ExiAllocate(PagedPool, Bytes, USBP_TAG, EX_KERNEL_SITE);
    Status = Value == NULL
        ? STATUS_INSUFFICIENT_RESOURCES
        : ZwQueryValueKey(Key, &Name, KeyValuePartialInformation, Value, Bytes, &Needed);
    ZwClose(Key);
    if (NT_SUCCESS(Status))
        memcpy(Parameter, Value->Data, Value->DataLength);
    if (Value != NULL)
        ExiFree(Value);
    return Status;
}
