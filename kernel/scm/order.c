/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The order services start in: by group as Control\ServiceGroupOrder lists them, then groups that
 * are not in it, then services without one; in a group by tag as the group's vector in
 * Control\GroupOrderList has them, then the others; and what is equal by all that in the order of
 * the keys.
 */
#include <string.h>

#include "scm/scmp.h"

#define SCM_CONTROL_KEY u"\\Registry\\Machine\\System\\CurrentControlSet\\Control\\"

/* The value of a key below Control; NULL: there is none. STATUS_INSUFFICIENT_RESOURCES is the only
 * failure. */
static NTSTATUS ScmReadControl(const WCHAR *Path, const UNICODE_STRING *Name, ULONG Type,
    KEY_VALUE_PARTIAL_INFORMATION **Value)
{
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING Wide;
    HANDLE Key;
    *Value = NULL;
    RtlInitUnicodeString(&Wide, Path);
    InitializeObjectAttributes(
        &Attributes, &Wide, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    NTSTATUS Status = ZwOpenKey(&Key, KEY_READ, &Attributes);
    if (NT_SUCCESS(Status)) {
        Status = IoiQueryValue(Key, Name, Value);
        ZwClose(Key);
    }
    if (NT_SUCCESS(Status) && (*Value)->Type != Type) {
        ExiFree(*Value);
        *Value = NULL;
    }
    return Status == STATUS_INSUFFICIENT_RESOURCES ? Status : STATUS_SUCCESS;
}

/* Where Group is in the list, counted from 0; beyond every place that is possible: it is not. */
static ULONG ScmGroupPlace(const KEY_VALUE_PARTIAL_INFORMATION *List, const UNICODE_STRING *Group)
{
    if (Group->Length == 0)
        return MAXULONG;
    if (List == NULL)
        return MAXULONG - 1;
    ULONG Limit = List->DataLength / (ULONG)sizeof(WCHAR), Place = 0;
    WCHAR *Data = (WCHAR *)(ULONG_PTR)(const void *)List->Data;
    for (ULONG At = 0; At < Limit && Data[At] != 0; Place++) {
        ULONG Length = 0;
        while (At + Length < Limit && Data[At + Length] != 0)
            Length++;
        const UNICODE_STRING Name = {
            (USHORT)(Length * sizeof(WCHAR)), (USHORT)(Length * sizeof(WCHAR)), Data + At};
        if (Length < 0x7000 && ScmSameName(&Name, Group))
            return Place;
        At += Length + 1;
    }
    return MAXULONG - 1;
}

/* Where a tag is in its group's vector: the number of tags, then the tags. */
static NTSTATUS ScmTagPlace(const SCM_CONFIG *Config, ULONG *Place)
{
    const UNICODE_STRING Group = ScmText(Config, SCM_GROUP);
    KEY_VALUE_PARTIAL_INFORMATION *Vector;
    *Place = MAXULONG;
    if (Group.Length == 0 || Config->Tag == 0)
        return STATUS_SUCCESS;
    NTSTATUS Status = ScmReadControl(
        SCM_CONTROL_KEY u"GroupOrderList", &Group, REG_BINARY, &Vector);
    if (!NT_SUCCESS(Status) || Vector == NULL)
        return Status;
    ULONG Count = 0, Tag, Held = Vector->DataLength / (ULONG)sizeof(ULONG);
    if (Held != 0)
        memcpy(&Count, Vector->Data, sizeof(Count));
    for (ULONG Index = 0; Index < Count && Index + 1 < Held; Index++) {
        memcpy(&Tag, Vector->Data + (Index + 1) * sizeof(ULONG), sizeof(Tag));
        if (Tag == Config->Tag) {
            *Place = Index;
            break;
        }
    }
    ExiFree(Vector);
    return STATUS_SUCCESS;
}

typedef struct SCM_PLACE {
    ULONG Group, Tag;
    SCM_CONFIG *Config;
} SCM_PLACE;

static BOOLEAN ScmIsBefore(const SCM_PLACE *First, const SCM_PLACE *Second)
{
    return First->Group != Second->Group ? First->Group < Second->Group : First->Tag < Second->Tag;
}

/* By insertion: equal ones stay in the order of their keys, and lists are short. */
static void ScmSortPlaces(SCM_PLACE *Place, ULONG Count)
{
    for (ULONG Index = 1; Index < Count; Index++) {
        SCM_PLACE Moved = Place[Index];
        ULONG To = Index;
        for (; To > 0 && ScmIsBefore(&Moved, &Place[To - 1]); To--)
            Place[To] = Place[To - 1];
        Place[To] = Moved;
    }
}

NTSTATUS ScmSortList(SCM_LIST *List)
{
    static const UNICODE_STRING Name = RTL_STRING(u"List");
    KEY_VALUE_PARTIAL_INFORMATION *Groups;
    NTSTATUS Status = ScmReadControl(
        SCM_CONTROL_KEY u"ServiceGroupOrder", &Name, REG_MULTI_SZ, &Groups);
    if (!NT_SUCCESS(Status) || List->Count == 0)
        goto FreeGroups;
    SCM_PLACE *Place = ExiAllocate(
        PagedPool, List->Count * sizeof(*Place), SCM_TAG, EX_KERNEL_SITE);
    Status = Place != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
    if (Place == NULL)
        goto FreeGroups;
    for (ULONG Index = 0; Index < List->Count && NT_SUCCESS(Status); Index++) {
        const UNICODE_STRING Group = ScmText(List->Config[Index], SCM_GROUP);
        Place[Index].Config = List->Config[Index];
        Place[Index].Group = ScmGroupPlace(Groups, &Group);
        Status = ScmTagPlace(List->Config[Index], &Place[Index].Tag);
    }
    if (NT_SUCCESS(Status)) {
        ScmSortPlaces(Place, List->Count);
        for (ULONG Index = 0; Index < List->Count; Index++)
            List->Config[Index] = Place[Index].Config;
    }
    ExiFree(Place);

FreeGroups:
    if (Groups != NULL)
        ExiFree(Groups);
    return Status;
}
