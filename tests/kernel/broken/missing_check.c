/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Opens a registry key that its caller names, as the kernel.
 *
 * class: missing access check
 * options: --user
 */
#include "broken.h"

#define TOUCH BROKEN_CODE(0, METHOD_BUFFERED)

static NTSTATUS Control(BROKEN_REQUEST *Request)
{
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING Name;
    HANDLE Key;
    NTSTATUS Status;

    if (Request->Code != TOUCH)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (Request->InputLength < 2 * sizeof(WCHAR) || Request->InputLength % sizeof(WCHAR) != 0 ||
        Request->InputLength > 512)
        return STATUS_INVALID_PARAMETER;
    Name.Buffer = (PWSTR)(PVOID)Request->Buffer;
    Name.Length = Name.MaximumLength = (USHORT)Request->InputLength;
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    Status = ZwOpenKey(&Key, KEY_ALL_ACCESS, &Attributes);
    if (NT_SUCCESS(Status))
        ZwClose(Key);
    return Status;
}
