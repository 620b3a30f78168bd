/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Object types. A type is itself an object of type Type; the type Type is of its own type. Types
 * live until
 * ObTerminate: \ObjectTypes holds them by name and this file by list, so a pointer to one never
 * dangles while the machine runs.
 */
#include "ob/obp.h"

#define OBP_TYPE_LIMIT 64

OBJECT_TYPE *ObpTypeObjectType, *ObpDirectoryObjectType, *ObpSymbolicLinkObjectType;

static OBJECT_TYPE *ObpTypes[OBP_TYPE_LIMIT];
static ULONG ObpTypeCount;

static void ObpCopyTemplate(OBJECT_TYPE *Type, const OBJECT_TYPE *Template)
{
    Type->Procedures = Template->Procedures;
    Type->GenericMapping = Template->GenericMapping;
    Type->ValidAccess = Template->ValidAccess;
    Type->PoolTag = Template->PoolTag;
    Type->Waitable = Template->Waitable;
    Type->WaitOffset = Template->WaitOffset;
    Type->CaseInsensitive = Template->CaseInsensitive;
    Type->HasFileNames = Template->HasFileNames;
}

/* The first type cannot ask ObiCreateObject: its header must point at the body it is part of. */
static NTSTATUS ObpCreateTypeType(void **Object)
{
    OBJECT_HEADER *Header = ExiAllocateZero(
        NonPagedPoolNx, sizeof(OBJECT_HEADER) + sizeof(OBJECT_TYPE), OBP_TAG_NAME, EX_KERNEL_SITE);
    if (Header == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    OBJECT_TYPE *Type = (OBJECT_TYPE *)(void *)Header->Body;
    Header->PointerCount = 1;
    Header->Type = Type;
    InitializeListHead(&Type->ObjectList);
    InsertTailList(&Type->ObjectList, &Header->TypeLink);
    Type->ObjectCount = 1;
    ObpTypeObjectType = Type;
    *Object = Type;
    return STATUS_SUCCESS;
}

static NTSTATUS ObpEnterType(OBJECT_TYPE *Type)
{
    UNICODE_STRING Prefix = RTL_STRING(u"\\ObjectTypes\\");
    WCHAR Buffer[64];
    UNICODE_STRING Path = {0, sizeof(Buffer), Buffer};

    if (Prefix.Length + Type->Name.Length > sizeof(Buffer))
        return STATUS_NAME_TOO_LONG;
    __builtin_memcpy(Buffer, Prefix.Buffer, Prefix.Length);
    __builtin_memcpy((UCHAR *)Buffer + Prefix.Length, Type->Name.Buffer, Type->Name.Length);
    Path.Length = (USHORT)(Prefix.Length + Type->Name.Length);
    return ObiInsertName(Type, NULL, &Path, OBJ_PERMANENT | OBJ_CASE_INSENSITIVE);
}

static NTSTATUS ObpCopyTypeName(OBJECT_TYPE *Type, const char *Name)
{
    SIZE_T Length = __builtin_strlen(Name);
    WCHAR *Buffer =
        ExiAllocate(NonPagedPoolNx, (Length + 1) * sizeof(WCHAR), OBP_TAG_NAME, EX_KERNEL_SITE);
    if (Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    for (SIZE_T Index = 0; Index <= Length; Index++)
        Buffer[Index] = (UCHAR)Name[Index];
    Type->Name.Buffer = Buffer;
    Type->Name.Length = (USHORT)(Length * sizeof(WCHAR));
    Type->Name.MaximumLength = (USHORT)((Length + 1) * sizeof(WCHAR));
    return STATUS_SUCCESS;
}

NTSTATUS ObiCreateType(const char *Name, const OBJECT_TYPE *Template, OBJECT_TYPE **Type)
{
    void *Object;
    if (ObpTypeCount == OBP_TYPE_LIMIT)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = ObpTypeObjectType == NULL
        ? ObpCreateTypeType(&Object)
        : ObiCreateObject(ObpTypeObjectType, sizeof(OBJECT_TYPE), EX_KERNEL_SITE, &Object);
    if (!NT_SUCCESS(Status))
        return Status;

    OBJECT_TYPE *New = Object;
    ObpCopyTemplate(New, Template);
    InitializeListHead(&New->TypeList);
    if (New != ObpTypeObjectType)
        InitializeListHead(&New->ObjectList);
    Status = ObpCopyTypeName(New, Name);
    if (NT_SUCCESS(Status) && ObRootDirectory != NULL)
        Status = ObpEnterType(New);
    /* Kept in the list even then: ObpDestroyTypes frees the type Type after all others. */
    New->Index = ObpTypeCount;
    ObpTypes[New->Index] = New;
    __atomic_store_n(&ObpTypeCount, New->Index + 1, __ATOMIC_RELEASE);
    if (NT_SUCCESS(Status))
        *Type = New;
    return Status;
}

/*
 * The types the namespace itself is made of. Directories must exist before a type can be entered by
 * name, so these three are entered afterwards, by ObInitialize.
 */
NTSTATUS ObpCreateCoreTypes(void)
{
    static const OBJECT_TYPE Type = {
        .GenericMapping = {STANDARD_RIGHTS_READ, STANDARD_RIGHTS_WRITE, STANDARD_RIGHTS_EXECUTE,
            OBJECT_TYPE_ALL_ACCESS},
        .ValidAccess = OBJECT_TYPE_ALL_ACCESS,
        .PoolTag = OBP_TAG_NAME,
        .CaseInsensitive = TRUE,
    };
    static const OBJECT_TYPE Directory = {
        .Procedures = {.Delete = ObpDeleteDirectory},
        .GenericMapping = {STANDARD_RIGHTS_READ | DIRECTORY_QUERY | DIRECTORY_TRAVERSE,
            STANDARD_RIGHTS_WRITE | DIRECTORY_CREATE_OBJECT | DIRECTORY_CREATE_SUBDIRECTORY,
            STANDARD_RIGHTS_EXECUTE | DIRECTORY_QUERY | DIRECTORY_TRAVERSE, DIRECTORY_ALL_ACCESS},
        .ValidAccess = DIRECTORY_ALL_ACCESS,
        .PoolTag = OBP_TAG_DIRECTORY,
        .CaseInsensitive = TRUE,
    };
    static const OBJECT_TYPE Link = {
        .Procedures = {.Delete = ObpDeleteSymbolicLink},
        .GenericMapping = {STANDARD_RIGHTS_READ | SYMBOLIC_LINK_QUERY, STANDARD_RIGHTS_WRITE,
            STANDARD_RIGHTS_EXECUTE | SYMBOLIC_LINK_QUERY, SYMBOLIC_LINK_ALL_ACCESS},
        .ValidAccess = SYMBOLIC_LINK_ALL_ACCESS,
        .PoolTag = OBP_TAG_NAME,
        .CaseInsensitive = TRUE,
    };
    OBJECT_TYPE *Unused;

    ObpTypeCount = 0;
    ObpTypeObjectType = NULL;
    NTSTATUS Status = ObiCreateType("Type", &Type, &Unused);
    if (NT_SUCCESS(Status))
        Status = ObiCreateType("Directory", &Directory, &ObpDirectoryObjectType);
    if (NT_SUCCESS(Status))
        Status = ObiCreateType("SymbolicLink", &Link, &ObpSymbolicLinkObjectType);
    return Status;
}

NTSTATUS ObpEnterCoreTypes(void)
{
    NTSTATUS Status = STATUS_SUCCESS;
    for (ULONG Index = 0; Index < ObpTypeCount && NT_SUCCESS(Status); Index++) {
        if (OBJECT_TO_HEADER(ObpTypes[Index])->Directory == NULL)
            Status = ObpEnterType(ObpTypes[Index]);
    }
    return Status;
}

/* All but leaked objects are gone; those keep pointing at freed types, so this comes last of
 * all. */
void ObpDestroyTypes(void)
{
    while (ObpTypeCount != 0) {
        OBJECT_TYPE *Type = ObpTypes[--ObpTypeCount];
        OBJECT_HEADER *Header = OBJECT_TO_HEADER(Type);
        if (Type->Name.Buffer != NULL)
            ExiFree(Type->Name.Buffer);
        if (Header->Name.Buffer != NULL)
            ExiFree(Header->Name.Buffer);
        if (Header->Security != NULL)
            ExiFree(Header->Security);
        ExiFree(Header);
    }
    ObpTypeObjectType = ObpDirectoryObjectType = ObpSymbolicLinkObjectType = NULL;
    ExEventObjectType = ExSemaphoreObjectType = ExMutantObjectType = NULL;
}

OBJECT_TYPE *ObpTypeByIndex(ULONG Index)
{
    return Index < __atomic_load_n(&ObpTypeCount, __ATOMIC_ACQUIRE) ? ObpTypes[Index] : NULL;
}

/* The next of a type's objects that is not being deleted, with a reference; Previous (NULL: none
 * yet) loses its own. */
static OBJECT_HEADER *ObpNextObject(OBJECT_TYPE *Type, OBJECT_HEADER *Previous)
{
    OBJECT_HEADER *Next = NULL;
    KIRQL Old = KiAcquireLock(&Type->ListLock);
    LIST_ENTRY *Link = Previous != NULL ? Previous->TypeLink.Flink : Type->ObjectList.Flink;
    for (; Next == NULL && Link != &Type->ObjectList; Link = Link->Flink) {
        OBJECT_HEADER *Header = CONTAINING_RECORD(Link, OBJECT_HEADER, TypeLink);
        if (ObiReferenceSafe(Header->Body))
            Next = Header;
    }
    KiReleaseLock(&Type->ListLock, Old);
    if (Previous != NULL)
        ObfDereferenceObject(Previous->Body);
    return Next;
}

void ObEnumerateObjects(BOOLEAN (*Visit)(OBJECT_HEADER *Header, void *Context), void *Context)
{
    OBJECT_TYPE *Type;
    BOOLEAN More = TRUE;

    ObDrainDeletions();
    for (ULONG Index = 0; More && (Type = ObpTypeByIndex(Index)) != NULL; Index++) {
        OBJECT_HEADER *Header = NULL;
        while (More && (Header = ObpNextObject(Type, Header)) != NULL)
            More = Visit(Header, Context);
        if (Header != NULL)
            ObfDereferenceObject(Header->Body);
    }
}

/*
 * ObGetObjectType - the type of an object.
 *
 * IRQL:    any
 * Returns: the type; it lives as long as the machine.
 * Source:  INF: undocumented, the name and every user of it say this
 */
OBJECT_TYPE *NTAPI ObGetObjectType(void *Object)
{
    return OBJECT_TO_HEADER(Object)->Type;
}
