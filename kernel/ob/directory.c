/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Directories: arrays of children sorted by name, so that a lookup is a binary search and listing
 * needs no sorting. Names are compared upcased first, then as they are: with or without regard to
 * case, equal names are neighbours. ObpNameLock, a spin lock, guards every directory and every
 * header's Directory.
 */
#include "ke/zw.h"
#include "ob/obp.h"

KSPIN_LOCK ObpNameLock;
OB_DIRECTORY *ObpGlobalDirectory;
void *ObRootDirectory;

/* ---- order ----------------------------------------------------------------------------------- */

static inline WCHAR ObpUpcase(WCHAR Character)
{
    if (Character < 0x80)
        return Character >= 'a' && Character <= 'z' ? (WCHAR)(Character - 0x20) : Character;
    return RtlUpcaseUnicodeChar(Character);
}

LONG ObpCompareNames(const UNICODE_STRING *First, const UNICODE_STRING *Second, BOOLEAN WithCase)
{
    ULONG Length = (First->Length < Second->Length ? First->Length : Second->Length) /
        sizeof(WCHAR);
    LONG Tie = 0;
    for (ULONG Index = 0; Index < Length; Index++) {
        WCHAR A = First->Buffer[Index], B = Second->Buffer[Index];
        if (A == B)
            continue;
        if (Tie == 0)
            Tie = (LONG)A - (LONG)B;
        A = ObpUpcase(A);
        B = ObpUpcase(B);
        if (A != B)
            return (LONG)A - (LONG)B;
    }
    if (First->Length != Second->Length)
        return (LONG)First->Length - (LONG)Second->Length;
    return WithCase ? Tie : 0;
}

/* TRUE: *Index is the first child of that name. FALSE: *Index is where the name belongs. */
static BOOLEAN ObpSearchLocked(
    const OB_DIRECTORY *Directory, const UNICODE_STRING *Name, BOOLEAN WithCase, ULONG *Index)
{
    ULONG Low = 0, High = Directory->Count;
    while (Low < High) {
        ULONG Middle = Low + (High - Low) / 2;
        if (ObpCompareNames(&Directory->Child[Middle]->Name, Name, WithCase) < 0)
            Low = Middle + 1;
        else
            High = Middle;
    }
    *Index = Low;
    return Low < Directory->Count &&
        ObpCompareNames(&Directory->Child[Low]->Name, Name, WithCase) == 0;
}

/* ---- children -------------------------------------------------------------------------------- */

OBJECT_HEADER *ObpFindChild(OB_DIRECTORY *Directory, const UNICODE_STRING *Name, BOOLEAN WithCase)
{
    OBJECT_HEADER *Child = NULL;
    ULONG Index;

    KIRQL Old = KiAcquireLock(&ObpNameLock);
    if (ObpSearchLocked(Directory, Name, WithCase, &Index)) {
        Child = Directory->Child[Index];
        ObiReference(Child->Body);
    }
    KiReleaseLock(&ObpNameLock, Old);
    return Child;
}

static NTSTATUS ObpMakeRoomLocked(OB_DIRECTORY *Directory)
{
    if (Directory->Count < Directory->Capacity)
        return STATUS_SUCCESS;
    ULONG Capacity = Directory->Capacity != 0 ? Directory->Capacity * 2 : 8;
    OBJECT_HEADER **Child =
        ExiAllocate(NonPagedPoolNx, Capacity * sizeof(*Child), OBP_TAG_DIRECTORY, EX_KERNEL_SITE);
    if (Child == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (Directory->Child != NULL) {
        __builtin_memcpy(Child, Directory->Child, Directory->Count * sizeof(*Child));
        ExiFree(Directory->Child);
    }
    Directory->Child = Child;
    Directory->Capacity = Capacity;
    return STATUS_SUCCESS;
}

static NTSTATUS ObpInsertChildLocked(
    OB_DIRECTORY *Directory, OBJECT_HEADER *Child, BOOLEAN WithCase, OBJECT_HEADER **Existing)
{
    ULONG Index;
    if (ObpSearchLocked(Directory, &Child->Name, WithCase, &Index)) {
        *Existing = Directory->Child[Index];
        ObiReference((*Existing)->Body);
        return STATUS_OBJECT_NAME_COLLISION;
    }
    NTSTATUS Status = ObpMakeRoomLocked(Directory);
    if (!NT_SUCCESS(Status))
        return Status;
    ObpSearchLocked(Directory, &Child->Name, TRUE, &Index);
    __builtin_memmove(&Directory->Child[Index + 1], &Directory->Child[Index],
        (Directory->Count - Index) * sizeof(*Directory->Child));
    Directory->Child[Index] = Child;
    Directory->Count++;
    /* who drops a handle looks without the lock first */
    __atomic_store_n(&Child->Directory, Directory, __ATOMIC_RELAXED);
    ObiReference(Child->Body);
    ObiReference(Directory);
    return STATUS_SUCCESS;
}

NTSTATUS ObpInsertChild(
    OB_DIRECTORY *Directory, OBJECT_HEADER *Child, BOOLEAN WithCase, OBJECT_HEADER **Existing)
{
    KIRQL Old = KiAcquireLock(&ObpNameLock);
    NTSTATUS Status = ObpInsertChildLocked(Directory, Child, WithCase, Existing);
    KiReleaseLock(&ObpNameLock, Old);
    return Status;
}

BOOLEAN ObpUnlinkChild(OBJECT_HEADER *Child, BOOLEAN (*Condition)(OBJECT_HEADER *Child))
{
    ULONG Index;
    KIRQL Old = KiAcquireLock(&ObpNameLock);
    OB_DIRECTORY *Directory = Child->Directory;
    BOOLEAN Unlink = Directory != NULL && (Condition == NULL || Condition(Child)) &&
        ObpSearchLocked(Directory, &Child->Name, TRUE, &Index);
    if (Unlink) {
        Directory->Count--;
        __builtin_memmove(&Directory->Child[Index], &Directory->Child[Index + 1],
            (Directory->Count - Index) * sizeof(*Directory->Child));
        __atomic_store_n(&Child->Directory, NULL, __ATOMIC_RELAXED);
    }
    KiReleaseLock(&ObpNameLock, Old);
    if (Unlink) {
        ObfDereferenceObject(Child->Body);
        ObfDereferenceObject(Directory);
    }
    return Unlink;
}

/* ---- directories ----------------------------------------------------------------------------- */

void ObpDeleteDirectory(void *Object)
{
    OB_DIRECTORY *Directory = Object;
    if (Directory->Child != NULL)
        ExiFree(Directory->Child);
}

/* Takes every child out, and the children's children. Nobody else uses the namespace any more. */
void ObpEmptyDirectory(OB_DIRECTORY *Directory)
{
    while (Directory->Count != 0) {
        OBJECT_HEADER *Child = Directory->Child[Directory->Count - 1];
        if (Child->Type == ObpDirectoryObjectType)
            ObpEmptyDirectory((OB_DIRECTORY *)(void *)Child->Body);
        ObpUnlinkChild(Child, NULL);
    }
}

NTSTATUS ObpCreateDirectory(const char *Path, ULONG Attributes, void **Directory)
{
    WCHAR Buffer[64];
    UNICODE_STRING Name = {0, sizeof(Buffer), Buffer};
    void *Object;

    NTSTATUS Status = ObiCreateObject(
        ObpDirectoryObjectType, sizeof(OB_DIRECTORY), EX_KERNEL_SITE, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    while (Path[Name.Length / sizeof(WCHAR)] != '\0') {
        Buffer[Name.Length / sizeof(WCHAR)] = (UCHAR)Path[Name.Length / sizeof(WCHAR)];
        Name.Length += sizeof(WCHAR);
    }
    if (Name.Length != 0)
        Status = ObiInsertName(Object, NULL, &Name, Attributes);
    if (!NT_SUCCESS(Status)) {
        ObfDereferenceObject(Object);
        return Status;
    }
    *Directory = Object;
    return STATUS_SUCCESS;
}

NTSTATUS ObEnumerateDirectory(void *Directory,
    BOOLEAN (*Visit)(const UNICODE_STRING *Name, void *Object, void *Context), void *Context)
{
    const OB_DIRECTORY *Source = Directory;
    OBJECT_HEADER **Child = NULL;
    ULONG Count = 0;

    KIRQL Old = KiAcquireLock(&ObpNameLock);
    if (Source->Count != 0) {
        Child = ExiAllocate(
            NonPagedPoolNx, Source->Count * sizeof(*Child), OBP_TAG_DIRECTORY, EX_KERNEL_SITE);
        Count = Child != NULL ? Source->Count : 0;
        for (ULONG Index = 0; Index < Count; Index++) {
            Child[Index] = Source->Child[Index];
            ObiReference(Child[Index]->Body);
        }
    }
    BOOLEAN Failed = Source->Count != 0 && Child == NULL;
    KiReleaseLock(&ObpNameLock, Old);
    if (Failed)
        return STATUS_INSUFFICIENT_RESOURCES;

    BOOLEAN More = TRUE;
    for (ULONG Index = 0; Index < Count; Index++) {
        if (More)
            More = Visit(&Child[Index]->Name, Child[Index]->Body, Context);
        ObfDereferenceObject(Child[Index]->Body);
    }
    if (Child != NULL)
        ExiFree(Child);
    return STATUS_SUCCESS;
}

/* ---- services -------------------------------------------------------------------------------- */

static NTSTATUS ObpCreateDirectoryObject(HANDLE *DirectoryHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, ULONG_PTR Site)
{
    OB_NAME Name;
    void *Object;

    NTSTATUS Status = ObpBeginCreate(DirectoryHandle, ObjectAttributes, ObpDirectoryObjectType,
        sizeof(OB_DIRECTORY), Site, &Name, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    return ObpEndCreate(DirectoryHandle, DesiredAccess, &Name, Object);
}

/*
 * NtCreateDirectoryObject - creates a directory in the namespace, or opens it with OBJ_OPENIF.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_EXISTS: opened; OBJECT_NAME_COLLISION and the statuses of a bad
 *          path; ACCESS_DENIED.
 * Owner:   caller; NtClose. Gone with its last handle unless OBJ_PERMANENT.
 * Source:  DOC wdm/ZwCreateDirectoryObject
 */
NTSTATUS NTAPI NtCreateDirectoryObject(
    HANDLE *DirectoryHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
{
    return ObpCreateDirectoryObject(DirectoryHandle, DesiredAccess, ObjectAttributes, EX_CALLER);
}

NTSTATUS NTAPI ZwCreateDirectoryObject(
    HANDLE *DirectoryHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
{
    ULONG_PTR Site = EX_CALLER;
    return ZW_RUN(ObpCreateDirectoryObject(DirectoryHandle, DesiredAccess, ObjectAttributes, Site));
}

/*
 * NtOpenDirectoryObject - opens an existing directory of the namespace.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_NOT_FOUND, OBJECT_TYPE_MISMATCH and the statuses of a bad path;
 * ACCESS_DENIED.
 * Owner:   caller; NtClose.
 * Source:  DOC devnotes/NtOpenDirectoryObject
 */
NTSTATUS NTAPI NtOpenDirectoryObject(HANDLE *DirectoryHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes)
{
    return ObpOpen(DirectoryHandle, DesiredAccess, ObjectAttributes, ObpDirectoryObjectType);
}
