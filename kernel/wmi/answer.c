/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a driver answers when it is asked which blocks a device has: a chain of WMIREGINFO. Nothing
 * in it is believed: offsets, counts and lengths are looked at before an answer is taken; a block
 * whose names make no sense is left out.
 */
#include <string.h>

#include "wmi/wmip.h"

static const GUID WmipInstanceKeys = {
    0x78c34fc8, 0x104a, 0x4aca, {0x9e, 0xa4, 0x52, 0x4d, 0x52, 0x99, 0x6e, 0x57}};

/* A counted string at an offset. FALSE: it is not within the answer. */
static BOOLEAN WmipCounted(const UCHAR *At, ULONG Room, ULONG Offset, UNICODE_STRING *String)
{
    USHORT Bytes;
    if (!WmipWithin(Offset, sizeof(Bytes), Room))
        return FALSE;
    memcpy(&Bytes, At + Offset, sizeof(Bytes));
    if (Bytes % sizeof(WCHAR) != 0 || !WmipWithin(Offset + (ULONG)sizeof(Bytes), Bytes, Room))
        return FALSE;
    *String = (UNICODE_STRING){Bytes, Bytes, (WCHAR *)(ULONG_PTR)(At + Offset + sizeof(Bytes))};
    return TRUE;
}

static BOOLEAN WmipCheckList(const UCHAR *At, ULONG Room, ULONG Offset, ULONG Count)
{
    UNICODE_STRING Entry;
    for (ULONG Index = 0; Index < Count; Index++) {
        if (!WmipCounted(At, Room, Offset, &Entry))
            return FALSE;
        Offset += (ULONG)sizeof(USHORT) + Entry.Length;
    }
    return TRUE;
}

/* The instance path of a device, in pool. */
static BOOLEAN WmipDevicePath(DEVICE_OBJECT *Pdo, UNICODE_STRING *Path)
{
    const DEVPROPKEY Key = {WmipInstanceKeys, 256};
    WCHAR Buffer[260];
    ULONG Needed;
    DEVPROPTYPE Type;
    if (!NT_SUCCESS(
            IoGetDevicePropertyData(Pdo, &Key, 0, 0, sizeof(Buffer), Buffer, &Needed, &Type)) ||
        Needed < sizeof(WCHAR))
        return FALSE;
    Path->Length = (USHORT)(Needed - sizeof(WCHAR));
    Path->MaximumLength = (USHORT)Needed;
    Path->Buffer = ExiAllocate(NonPagedPoolNx, Needed, WMIP_TAG, EX_KERNEL_SITE);
    if (Path->Buffer != NULL)
        memcpy(Path->Buffer, Buffer, Needed);
    return Path->Buffer != NULL;
}

/* FALSE: the block cannot be taken. */
static BOOLEAN WmipReadSet(const UCHAR *At, ULONG Room, const WMIREGGUIDW *From, WMIP_SET *Set)
{
    Set->Guid = From->Guid;
    Set->Flags = From->Flags;
    Set->InstanceCount = From->InstanceCount;
    if (From->Flags & WMIREG_FLAG_INSTANCE_PDO) {
        Set->Pdo = (DEVICE_OBJECT *)From->Pdo;
        Set->Underscore = TRUE;
        return Set->Pdo != NULL && WmipDevicePath(Set->Pdo, &Set->Base);
    }
    if (From->Flags & WMIREG_FLAG_INSTANCE_BASENAME)
        return WmipCounted(At, Room, From->BaseNameOffset, &Set->Base) &&
            Set->Base.Length <= 0xFF00;
    if (From->Flags & WMIREG_FLAG_INSTANCE_LIST) {
        Set->List = At + From->InstanceNameList;
        return WmipCheckList(At, Room, From->InstanceNameList, From->InstanceCount);
    }
    return TRUE;
}

static ULONG WmipCountSets(const UCHAR *Raw, ULONG Bytes)
{
    ULONG Count = 0;
    for (ULONG At = 0;;) {
        const WMIREGINFOW *Part = (const WMIREGINFOW *)(const void *)(Raw + At);
        if (!WmipWithin(At, sizeof(*Part), Bytes) ||
            Part->GuidCount > (Bytes - At - sizeof(*Part)) / sizeof(WMIREGGUIDW))
            return MAXULONG;
        Count += Part->GuidCount;
        if (Part->NextWmiRegInfo == 0)
            return Count;
        if (Part->NextWmiRegInfo % sizeof(ULONG_PTR) != 0 || Part->NextWmiRegInfo < sizeof(*Part) ||
            Part->NextWmiRegInfo > Bytes - At)
            return MAXULONG;
        At += Part->NextWmiRegInfo;
    }
}

/* The driver referenced the device for each block named after it. */
static void WmipDropPdo(const WMIREGGUIDW *Guid)
{
    if ((Guid->Flags & WMIREG_FLAG_INSTANCE_PDO) && Guid->Pdo != 0)
        ObfDereferenceObject((void *)Guid->Pdo);
}

/* Into Made, NULL: into nothing. The answer has been gone through by WmipCountSets. */
static void WmipReadSets(const UCHAR *Raw, ULONG Bytes, BOOLEAN OwnPdo, WMIP_ANSWER *Made)
{
    for (ULONG At = 0;;) {
        const WMIREGINFOW *Part = (const WMIREGINFOW *)(const void *)(Raw + At);
        for (ULONG Index = 0; Index < Part->GuidCount; Index++) {
            WMIP_SET Set = {.InstanceCount = 0};
            if (Made != NULL && WmipReadSet(Raw + At, Bytes - At, &Part->WmiRegGuid[Index], &Set))
                Made->Set[Made->Count++] = Set;
            if (OwnPdo)
                WmipDropPdo(&Part->WmiRegGuid[Index]);
        }
        if (Part->NextWmiRegInfo == 0)
            break;
        At += Part->NextWmiRegInfo;
    }
}

NTSTATUS WmipReadAnswer(UCHAR *Raw, ULONG Bytes, BOOLEAN OwnPdo, WMIP_ANSWER **Answer)
{
    ULONG Count = WmipCountSets(Raw, Bytes);
    if (Count == MAXULONG) {
        ExiFree(Raw);
        return STATUS_INVALID_PARAMETER;
    }
    WMIP_ANSWER *Made = ExiAllocateZero(
        NonPagedPoolNx, sizeof(*Made) + Count * sizeof(WMIP_SET), WMIP_TAG, EX_KERNEL_SITE);
    WmipReadSets(Raw, Bytes, OwnPdo, Made);
    if (Made == NULL) {
        ExiFree(Raw);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Made->Raw = Raw;
    *Answer = Made;
    return STATUS_SUCCESS;
}

void WmipFreeAnswers(WMIP_ANSWER *Answer)
{
    while (Answer != NULL) {
        WMIP_ANSWER *Before = Answer->Before;
        for (ULONG Index = 0; Index < Answer->Count; Index++) {
            if (Answer->Set[Index].Pdo != NULL)
                ExiFree(Answer->Set[Index].Base.Buffer);
        }
        ExiFree(Answer->Raw);
        ExiFree(Answer);
        Answer = Before;
    }
}

const WMIP_SET *WmipFindSet(const WMIP_ANSWER *Answer, const GUID *Guid)
{
    for (; Answer != NULL; Answer = Answer->Older) {
        for (ULONG Index = 0; Index < Answer->Count; Index++) {
            const WMIP_SET *Set = &Answer->Set[Index];
            if (WmipSame(&Set->Guid, Guid))
                return Set->Flags & WMIREG_FLAG_REMOVE_GUID ? NULL : Set;
        }
    }
    return NULL;
}
