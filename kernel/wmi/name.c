/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Static instance names: of a list the driver gave, or a base name with the number of the instance.
 * Those of a device are its instance path, an underscore and the number. Case does not count when
 * names are compared.
 */
#include <stdio.h>
#include <string.h>

#include "wmi/wmip.h"

#define WMIP_NUMBER_BYTES 12u

BOOLEAN WmipHasNames(const WMIP_SET *Set)
{
    return Set->List != NULL || Set->Base.Buffer != NULL;
}

ULONG WmipNameFlags(const WMIP_SET *Set)
{
    if (!WmipHasNames(Set))
        return 0;
    return WNODE_FLAG_STATIC_INSTANCE_NAMES |
        (Set->Pdo != NULL ? WNODE_FLAG_PDO_INSTANCE_NAMES : 0);
}

static ULONG WmipNumber(const WMIP_SET *Set, ULONG Index, char Text[WMIP_NUMBER_BYTES])
{
    return (ULONG)snprintf(Text, WMIP_NUMBER_BYTES, "%s%u", Set->Underscore ? "_" : "", Index);
}

/* The entry of the list, whose lengths were looked at when it came. */
static const UCHAR *WmipEntry(const WMIP_SET *Set, ULONG Index, USHORT *Bytes)
{
    const UCHAR *At = Set->List;
    for (;;) {
        memcpy(Bytes, At, sizeof(*Bytes));
        if (Index-- == 0)
            return At + sizeof(*Bytes);
        At += sizeof(*Bytes) + *Bytes;
    }
}

USHORT WmipNameBytes(const WMIP_SET *Set, ULONG Index)
{
    char Text[WMIP_NUMBER_BYTES];
    USHORT Bytes;
    if (Set->List == NULL)
        return (USHORT)(Set->Base.Length + WmipNumber(Set, Index, Text) * sizeof(WCHAR));
    WmipEntry(Set, Index, &Bytes);
    return Bytes;
}

void WmipCopyName(const WMIP_SET *Set, ULONG Index, void *To)
{
    char Text[WMIP_NUMBER_BYTES];
    USHORT Bytes;
    if (Set->List != NULL) {
        const UCHAR *From = WmipEntry(Set, Index, &Bytes);
        memcpy(To, From, Bytes);
        return;
    }
    UCHAR *At = To;
    memcpy(At, Set->Base.Buffer, Set->Base.Length);
    At += Set->Base.Length;
    for (ULONG Digit = 0, Count = WmipNumber(Set, Index, Text); Digit < Count; Digit++) {
        const WCHAR Character = (UCHAR)Text[Digit];
        memcpy(At + Digit * sizeof(WCHAR), &Character, sizeof(WCHAR));
    }
}

NTSTATUS WmipMakeName(const WMIP_SET *Set, ULONG Index, ULONG_PTR Site, UNICODE_STRING *Name)
{
    USHORT Bytes = WmipNameBytes(Set, Index);
    WCHAR *Buffer = ExiAllocateZero(PagedPool, Bytes + sizeof(WCHAR), WMIP_TAG, Site);
    if (Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    WmipCopyName(Set, Index, Buffer);
    *Name = (UNICODE_STRING){Bytes, (USHORT)(Bytes + sizeof(WCHAR)), Buffer};
    return STATUS_SUCCESS;
}

BOOLEAN WmipFindName(const WMIP_SET *Set, const UNICODE_STRING *Name, ULONG *Index)
{
    for (ULONG At = 0; WmipHasNames(Set) && At < Set->InstanceCount; At++) {
        UNICODE_STRING Own;
        if (WmipNameBytes(Set, At) != Name->Length ||
            !NT_SUCCESS(WmipMakeName(Set, At, EX_KERNEL_SITE, &Own)))
            continue;
        BOOLEAN Same = RtlEqualUnicodeString(&Own, Name, TRUE);
        ExiFree(Own.Buffer);
        if (Same) {
            *Index = At;
            return TRUE;
        }
    }
    return FALSE;
}
