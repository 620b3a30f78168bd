/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Control sets: which one the machine runs with, keeping a copy of one that is known to be good,
 * and going back to it. Select is written value by value, in an order that leaves it valid wherever
 * a killed process stops: a set is whole before LastKnownGood names it and is deleted only when
 * nothing names it any more. What is left of a copy that was not finished is deleted by the next
 * one.
 */
#include "cm/cmp.h"

#define CMP_SET_PATH  u"\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet000"
#define CMP_SET_LIMIT 999u

static const UNICODE_STRING CmpCurrentName = RTL_STRING(u"Current"),
                            CmpDefaultName = RTL_STRING(u"Default"),
                            CmpFailedName = RTL_STRING(u"Failed"),
                            CmpGoodName = RTL_STRING(u"LastKnownGood");

/* Nodes that cannot go while the lock is held: Windows needs them. */
typedef struct CMP_SETS {
    CMP_NODE *System, *Select, *Link;
    ULONG Current, Default, Failed, LastKnownGood;
} CMP_SETS;

/* ---- names and numbers ----------------------------------------------------------------------- */

static void CmpPutNumber(WCHAR *End, ULONG Number)
{
    for (ULONG Digit = 0; Digit < 3; Digit++, Number /= 10)
        *--End = (WCHAR)('0' + Number % 10);
}

static CMP_NODE *CmpFindSet(const CMP_NODE *System, ULONG Number)
{
    WCHAR Name[] = u"ControlSet000";
    UNICODE_STRING String = {sizeof(Name) - sizeof(WCHAR), sizeof(Name), Name};
    CmpPutNumber(Name + sizeof(Name) / sizeof(WCHAR) - 1, Number);
    return System != NULL && Number - 1 < CMP_SET_LIMIT ? CmpFindChild(System, &String) : NULL;
}

static ULONG CmpSelected(const CMP_NODE *Select, const UNICODE_STRING *Name)
{
    ULONG Number = 0, Index = CmpFindValue(Select, Name);
    if (Index < Select->ValueCount && Select->Value[Index]->Type == REG_DWORD &&
        Select->Value[Index]->DataBytes == sizeof(ULONG))
        __builtin_memcpy(&Number, Select->Value[Index]->Data, sizeof(Number));
    return Number;
}

static NTSTATUS CmpSelect(CMP_NODE *Select, const UNICODE_STRING *Name, ULONG Number)
{
    return CmpSetValue(Select, Name, REG_DWORD, &Number, sizeof(Number));
}

static CMP_NODE *CmpFindBelow(const CMP_NODE *Node, const WCHAR *Name)
{
    UNICODE_STRING String;
    RtlInitUnicodeString(&String, Name);
    return Node != NULL ? CmpFindChild(Node, &String) : NULL;
}

static BOOLEAN CmpReadSets(CMP_SETS *Sets)
{
    Sets->System = CmpFindBelow(CmpFindBelow(CmpRoot, u"MACHINE"), u"SYSTEM");
    Sets->Select = CmpFindBelow(Sets->System, u"Select");
    Sets->Link = CmpFindBelow(Sets->System, u"CurrentControlSet");
    if (Sets->Select == NULL || Sets->Link == NULL)
        return FALSE;
    Sets->Current = CmpSelected(Sets->Select, &CmpCurrentName);
    Sets->Default = CmpSelected(Sets->Select, &CmpDefaultName);
    Sets->Failed = CmpSelected(Sets->Select, &CmpFailedName);
    Sets->LastKnownGood = CmpSelected(Sets->Select, &CmpGoodName);
    return TRUE;
}

/* ---- which set ------------------------------------------------------------------------------- */

ULONG CmpChooseControlSet(void)
{
    CMP_NODE *System = CmpFindBelow(CmpFindBelow(CmpRoot, u"MACHINE"), u"SYSTEM");
    CMP_NODE *Select = CmpFindBelow(System, u"Select");
    const UNICODE_STRING *const Order[] = {&CmpDefaultName, &CmpCurrentName, &CmpGoodName};
    for (unsigned Index = 0; Select != NULL && Index < 3; Index++) {
        ULONG Number = CmpSelected(Select, Order[Index]);
        if (CmpFindSet(System, Number) != NULL)
            return Number;
    }
    return 1;
}

/* Makes CurrentControlSet lead to a set that is there. */
static NTSTATUS CmpLinkSet(const CMP_SETS *Sets, ULONG Number)
{
    static const UNICODE_STRING Value = RTL_STRING(u"SymbolicLinkValue");
    WCHAR Target[] = CMP_SET_PATH;
    CMP_NODE *New = CmpFindSet(Sets->System, Number),
             *Old = CmpFindSet(Sets->System, Sets->Current);
    CmpPutNumber(Target + sizeof(Target) / sizeof(WCHAR) - 1, Number);
    NTSTATUS Status = CmpSetValue(
        Sets->Link, &Value, REG_LINK, Target, sizeof(Target) - sizeof(WCHAR));
    if (!NT_SUCCESS(Status))
        return Status;
    if (Old != NULL)
        Old->Flags &= ~CMP_NO_DELETE;
    New->Flags |= CMP_NO_DELETE;
    return STATUS_SUCCESS;
}

NTSTATUS CmpStartControlSet(ULONG Number)
{
    CMP_SETS Sets;
    if (!CmpReadSets(&Sets) || CmpFindSet(Sets.System, Number) == NULL)
        return STATUS_REGISTRY_CORRUPT;
    NTSTATUS Status = CmpLinkSet(&Sets, Number);
    if (NT_SUCCESS(Status) && Sets.Current != Number)
        Status = CmpSelect(Sets.Select, &CmpCurrentName, Number);
    if (NT_SUCCESS(Status) && CmpFindSet(Sets.System, Sets.Default) == NULL)
        Status = CmpSelect(Sets.Select, &CmpDefaultName, Number);
    if (NT_SUCCESS(Status) && CmpFindSet(Sets.System, Sets.LastKnownGood) == NULL)
        Status = CmpSelect(Sets.Select, &CmpGoodName, Number);
    return Status;
}

/* ---- copying --------------------------------------------------------------------------------- */

static NTSTATUS CmpCopyValues(const CMP_NODE *From, CMP_NODE *To)
{
    NTSTATUS Status = STATUS_SUCCESS;
    for (ULONG Index = 0; Index < From->ValueCount && NT_SUCCESS(Status); Index++) {
        const CMP_VALUE *Value = From->Value[Index];
        UNICODE_STRING Name = CmpValueName(Value);
        Status = CmpSetValue(To, &Name, Value->Type, Value->Data, Value->DataBytes);
    }
    return Status;
}

/* The key with all below it, but for what is volatile, as Name of Parent. What has been made stays
 * when it fails. */
static NTSTATUS CmpCopyTree(CMP_NODE *From, CMP_NODE *Parent, const UNICODE_STRING *Name)
{
    SECURITY_DESCRIPTOR *Security;
    CMP_NODE *New;
    NTSTATUS Status = CmpCopySecurity(From, &Security);
    if (NT_SUCCESS(Status))
        Status = CmpAddKey(Parent, Name, &From->Class, From->Flags & CMP_LINK, Security, &New);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmpCopyValues(From, New);
    for (ULONG Index = 0; Index < From->Child[0].Count && NT_SUCCESS(Status); Index++)
        Status = CmpCopyTree(From->Child[0].Node[Index], New, &From->Child[0].Node[Index]->Name);
    CmpDereferenceNode(New);
    return Status;
}

static BOOLEAN CmpIsNamed(const CMP_SETS *Sets, ULONG Number)
{
    return Number == Sets->Current || Number == Sets->Default || Number == Sets->Failed ||
           Number == Sets->LastKnownGood;
}

static NTSTATUS CmpRemoveSet(const CMP_SETS *Sets, ULONG Number)
{
    CMP_NODE *Set = CmpFindSet(Sets->System, Number);
    return Set != NULL ? CmpRemoveTree(Set) : STATUS_SUCCESS;
}

static NTSTATUS CmpCopyCurrent(const CMP_SETS *Sets, ULONG Number)
{
    WCHAR Name[] = u"ControlSet000";
    UNICODE_STRING String = {sizeof(Name) - sizeof(WCHAR), sizeof(Name), Name};
    CMP_NODE *Current = CmpFindSet(Sets->System, Sets->Current);
    if (Current == NULL)
        return STATUS_REGISTRY_CORRUPT;
    CmpPutNumber(Name + sizeof(Name) / sizeof(WCHAR) - 1, Number);
    NTSTATUS Status = CmpRemoveSet(Sets, Number);
    if (NT_SUCCESS(Status))
        Status = CmpCopyTree(Current, Sets->System, &String);
    if (!NT_SUCCESS(Status))
        CmpRemoveSet(Sets, Number);
    return Status;
}

static NTSTATUS CmpKeepCurrent(void)
{
    CMP_SETS Sets;
    ULONG Number = 1;
    if (!CmpReadSets(&Sets))
        return STATUS_REGISTRY_CORRUPT;
    while (CmpIsNamed(&Sets, Number))
        Number++;
    ULONG Before = Sets.LastKnownGood;
    NTSTATUS Status = CmpCopyCurrent(&Sets, Number);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmpSelect(Sets.Select, &CmpGoodName, Number);
    if (!NT_SUCCESS(Status)) {
        CmpRemoveSet(&Sets, Number);
        return Status;
    }
    Sets.LastKnownGood = Number;
    if (!CmpIsNamed(&Sets, Before))
        CmpRemoveSet(&Sets, Before); /* what stays of it, the copy after next removes */
    return STATUS_SUCCESS;
}

NTSTATUS CmiBootSucceeded(void)
{
    CmpAcquire();
    NTSTATUS Status = CmpKeepCurrent();
    CmpRelease();
    return Status;
}

/* ---- going back ------------------------------------------------------------------------------ */

static BOOLEAN CmpHasOtherGood(const CMP_SETS *Sets)
{
    return Sets->LastKnownGood != Sets->Current &&
        CmpFindSet(Sets->System, Sets->LastKnownGood) != NULL;
}

static NTSTATUS CmpGoBack(const CMP_SETS *Sets)
{
    ULONG Good = Sets->LastKnownGood;
    NTSTATUS Status = CmpSelect(Sets->Select, &CmpFailedName, Sets->Current);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmpSelect(Sets->Select, &CmpDefaultName, Good);
    if (!NT_SUCCESS(Status))
        goto RestoreFailed;
    Status = CmpSelect(Sets->Select, &CmpCurrentName, Good);
    if (!NT_SUCCESS(Status))
        goto RestoreDefault;
    Status = CmpLinkSet(Sets, Good);
    if (NT_SUCCESS(Status))
        return STATUS_SUCCESS;
    CmpSelect(Sets->Select, &CmpCurrentName, Sets->Current);

RestoreDefault:
    CmpSelect(Sets->Select, &CmpDefaultName, Sets->Default);

RestoreFailed:
    CmpSelect(Sets->Select, &CmpFailedName, Sets->Failed);
    return Status;
}

NTSTATUS CmiFallBack(void)
{
    CMP_SETS Sets;
    NTSTATUS Status = STATUS_NOT_FOUND;
    CmpAcquire();
    if (CmpReadSets(&Sets) && CmpHasOtherGood(&Sets))
        Status = CmpGoBack(&Sets);
    CmpRelease();
    return Status;
}

BOOLEAN CmiBootIsLastKnownGood(void)
{
    CMP_SETS Sets;
    CmpAcquire();
    BOOLEAN Last = !CmpReadSets(&Sets) || !CmpHasOtherGood(&Sets);
    CmpRelease();
    return Last;
}
