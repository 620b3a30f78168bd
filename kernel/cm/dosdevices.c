/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Names the registry gives to devices, as the Session Manager makes them on Windows. */
#include "cm/cmp.h"

#define CMP_DOS_DEVICES \
    u"\\Registry\\Machine\\System\\CurrentControlSet\\Control\\Session Manager\\DOS Devices"

/* Text up to its end, or to the end of the data. */
static UNICODE_STRING CmpTextOf(const CMP_VALUE *Value)
{
    const WCHAR *Text = (const WCHAR *)(const void *)Value->Data;
    USHORT Length = 0;
    while (Length + sizeof(WCHAR) <= Value->DataBytes && Length < MAXUSHORT - 1u &&
        Text[Length / sizeof(WCHAR)] != 0)
        Length += sizeof(WCHAR);
    return (UNICODE_STRING){Length, Length, (WCHAR *)(ULONG_PTR)Text};
}

static NTSTATUS CmpCreateDosDevice(const CMP_VALUE *Value)
{
    static const WCHAR Directory[] = u"\\GLOBAL??\\";
    const ULONG Prefix = sizeof(Directory) - sizeof(WCHAR);
    UNICODE_STRING Name = CmpValueName(Value), Target = CmpTextOf(Value);
    if ((Value->Type != REG_SZ && Value->Type != REG_EXPAND_SZ) || Name.Length == 0 ||
        Target.Length == 0 || Prefix + Name.Length > MAXUSHORT - 1u)
        return STATUS_SUCCESS;
    WCHAR *Buffer = ExiAllocate(PagedPool, Prefix + Name.Length, CMP_TAG_TEXT, EX_KERNEL_SITE);
    if (Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    __builtin_memcpy(Buffer, Directory, Prefix);
    __builtin_memcpy((UCHAR *)Buffer + Prefix, Name.Buffer, Name.Length);
    UNICODE_STRING Link = {(USHORT)(Prefix + Name.Length), (USHORT)(Prefix + Name.Length), Buffer};
    NTSTATUS Status = ObiCreateSymbolicLink(&Link, &Target, EX_KERNEL_SITE);
    ExiFree(Buffer);
    return Status;
}

NTSTATUS CmiCreateDosDevices(void)
{
    static const UNICODE_STRING Path = RTL_STRING(CMP_DOS_DEVICES);
    CMP_NODE *Node;
    CmpAcquire();
    NTSTATUS Status = CmpEnsurePath(&Path, &Node);
    if (NT_SUCCESS(Status)) {
        for (ULONG Index = 0; Index < Node->ValueCount && Status != STATUS_INSUFFICIENT_RESOURCES;
             Index++)
            Status = CmpCreateDosDevice(Node->Value[Index]);
        CmpDereferenceNode(Node);
    }
    CmpRelease();
    return Status == STATUS_INSUFFICIENT_RESOURCES ? Status : STATUS_SUCCESS;
}
