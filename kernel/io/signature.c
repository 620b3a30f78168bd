/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The signing policy: with the number RequireSignature of HKLM\System\CurrentControlSet\Control\CI
 * other than 0, an image without a certificate is not loaded. Whether a certificate is good, and
 * whose it is, is not looked at.
 */
#include <string.h>

#include "cm/cm.h"
#include "io/iop.h"

static BOOLEAN IopIsSignatureRequired(void)
{
    static const UNICODE_STRING Name = RTL_STRING(u"RequireSignature");
    UNICODE_STRING Path = RTL_STRING(
        u"\\Registry\\Machine\\System\\CurrentControlSet\\Control\\CI");
    KEY_VALUE_PARTIAL_INFORMATION *Value;
    OBJECT_ATTRIBUTES Attributes;
    ULONG Required = 0;
    HANDLE Key;
    InitializeObjectAttributes(
        &Attributes, &Path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!NT_SUCCESS(ZwOpenKey(&Key, KEY_READ, &Attributes)))
        return FALSE;
    if (NT_SUCCESS(IoiQueryValue(Key, &Name, &Value))) {
        if (Value->Type == REG_DWORD && Value->DataLength == sizeof(Required))
            memcpy(&Required, Value->Data, sizeof(Required));
        ExiFree(Value);
    }
    ZwClose(Key);
    return Required != 0;
}

/* The loader has checked the headers, and mapped them. */
static BOOLEAN IopHasCertificate(const LDR_IMAGE *Image)
{
    const IMAGE_DOS_HEADER *Dos = (const IMAGE_DOS_HEADER *)(const void *)Image->Base;
    const IMAGE_NT_HEADERS *Nt = (const IMAGE_NT_HEADERS *)(const void *)(Image->Base +
        Dos->e_lfanew);
    return Nt->OptionalHeader.NumberOfRvaAndSizes > IMAGE_DIRECTORY_ENTRY_SECURITY &&
        Nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_SECURITY].Size != 0;
}

NTSTATUS IopCheckSignature(const LDR_IMAGE *Image)
{
    return IopHasCertificate(Image) || !IopIsSignatureRequired() ? STATUS_SUCCESS
                                                                 : STATUS_INVALID_IMAGE_HASH;
}
