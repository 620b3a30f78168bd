/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Paths: walking them, entering and leaving the namespace, and spelling out where an object is.
 * Every step holds a reference on the object it stands on and no lock; a directory is locked only
 * while it is searched.
 */
#include "ob/obp.h"

#define OBP_REPARSE_LIMIT 32

#ifndef STATUS_REPARSE_POINT_ENCOUNTERED
#define STATUS_REPARSE_POINT_ENCOUNTERED ((NTSTATUS)0xC000050B)
#endif

/* ---- walking --------------------------------------------------------------------------------- */

/* Where a walk stands. Path is a pool copy, as links and Parse procedures replace it; Remaining
 * points into it. */
typedef struct OBP_WALK {
    OBP_LOOKUP *Lookup;
    UNICODE_STRING Path;
    UNICODE_STRING Remaining;
    OBJECT_HEADER *Current; /* referenced; NULL: begin at the root */
    ULONG Reparses;
    BOOLEAN WithCase;
    BOOLEAN Done;
} OBP_WALK;

NTSTATUS ObpCopyString(const UNICODE_STRING *String, UNICODE_STRING *Copy)
{
    ULONG Bytes = (ULONG)String->Length + sizeof(WCHAR);
    if (Bytes > MAXUSHORT)
        return STATUS_NAME_TOO_LONG;
    WCHAR *Buffer = ExiAllocate(NonPagedPoolNx, Bytes, OBP_TAG_NAME, EX_KERNEL_SITE);
    if (Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (String->Length != 0)
        __builtin_memcpy(Buffer, String->Buffer, String->Length);
    Buffer[String->Length / sizeof(WCHAR)] = 0;
    Copy->Buffer = Buffer;
    Copy->Length = String->Length;
    Copy->MaximumLength = (USHORT)Bytes;
    return STATUS_SUCCESS;
}

static void ObpStandOn(OBP_WALK *Walk, OBJECT_HEADER *Header)
{
    OBJECT_HEADER *Old = Walk->Current;
    Walk->Current = Header;
    if (Old != NULL)
        ObfDereferenceObject(Old->Body);
}

static NTSTATUS ObpBeginAtRoot(OBP_WALK *Walk)
{
    if (Walk->Path.Length == 0 || Walk->Path.Buffer[0] != '\\')
        return STATUS_OBJECT_PATH_SYNTAX_BAD;
    Walk->Remaining = Walk->Path;
    if (Walk->Path.Length == sizeof(WCHAR))
        Walk->Remaining.Length = 0;
    ObiReference(ObRootDirectory);
    ObpStandOn(Walk, OBJECT_TO_HEADER(ObRootDirectory));
    return STATUS_SUCCESS;
}

/* Starts over with another path; takes Path's buffer. */
static NTSTATUS ObpReparse(OBP_WALK *Walk, const UNICODE_STRING *Path)
{
    ExiFree(Walk->Path.Buffer);
    Walk->Path = *Path;
    if (Walk->Lookup->Attributes & OBJ_DONT_REPARSE)
        return STATUS_REPARSE_POINT_ENCOUNTERED;
    if (++Walk->Reparses > OBP_REPARSE_LIMIT)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    return ObpBeginAtRoot(Walk);
}

/* Takes the next component off Remaining; what is left starts with a backslash or is empty. */
static NTSTATUS ObpNextComponent(OBP_WALK *Walk, UNICODE_STRING *Component)
{
    UNICODE_STRING *Remaining = &Walk->Remaining;
    if (Remaining->Buffer[0] == '\\') {
        Remaining->Buffer++;
        Remaining->Length -= sizeof(WCHAR);
    }
    Component->Buffer = Remaining->Buffer;
    Component->Length = 0;
    while (Component->Length < Remaining->Length &&
        Component->Buffer[Component->Length / sizeof(WCHAR)] != '\\')
        Component->Length += sizeof(WCHAR);
    Component->MaximumLength = Component->Length;
    Remaining->Buffer += Component->Length / sizeof(WCHAR);
    Remaining->Length -= Component->Length;
    return Component->Length != 0 ? STATUS_SUCCESS : STATUS_OBJECT_NAME_INVALID;
}

/* Enters Lookup->Insert under the name Component. A name that came into being meanwhile is stood on
 * instead. */
static NTSTATUS ObpInsertHere(
    OBP_WALK *Walk, OB_DIRECTORY *Directory, const UNICODE_STRING *Component)
{
    OBP_LOOKUP *Lookup = Walk->Lookup;
    OBJECT_HEADER *Child = Lookup->Insert, *Existing;

    NTSTATUS Status = ObpCheckCreate(Directory, Child->Type, Lookup->Access);
    if (NT_SUCCESS(Status) && Lookup->AssignSecurity)
        Status = ObpAssignSecurity(Child, Directory, Lookup->Security);
    if (NT_SUCCESS(Status))
        Status = ObpCopyString(Component, &Child->Name);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObpInsertChild(Directory, Child, Walk->WithCase, &Existing);
    if (NT_SUCCESS(Status)) {
        Lookup->Inserted = TRUE;
        ObiReference(Child->Body);
        ObpStandOn(Walk, Child);
        Walk->Done = TRUE;
        return STATUS_SUCCESS;
    }
    ExiFree(Child->Name.Buffer);
    Child->Name = (UNICODE_STRING){0};
    if (Status != STATUS_OBJECT_NAME_COLLISION)
        return Status;
    ObpStandOn(Walk, Existing);
    return STATUS_SUCCESS;
}

static NTSTATUS ObpStepDirectory(OBP_WALK *Walk)
{
    static const UNICODE_STRING DosDevices = RTL_STRING(u"??");
    OB_DIRECTORY *Directory = (OB_DIRECTORY *)(void *)Walk->Current->Body;
    OBJECT_HEADER *Child;
    UNICODE_STRING Component;

    if (Walk->Remaining.Length == 0) {
        Walk->Done = TRUE;
        return STATUS_SUCCESS;
    }
    NTSTATUS Status = ObpNextComponent(Walk, &Component);
    if (!NT_SUCCESS(Status))
        return Status;
    if ((void *)Directory == ObRootDirectory &&
        ObpCompareNames(&Component, &DosDevices, TRUE) == 0 && ObpGlobalDirectory != NULL) {
        Child = OBJECT_TO_HEADER(ObpGlobalDirectory);
        ObiReference(ObpGlobalDirectory);
    } else {
        Child = ObpFindChild(Directory, &Component, Walk->WithCase);
    }
    if (Child != NULL) {
        ObpStandOn(Walk, Child);
        return STATUS_SUCCESS;
    }
    if (Walk->Remaining.Length != 0)
        return STATUS_OBJECT_PATH_NOT_FOUND;
    if (Walk->Lookup->Insert == NULL)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    return ObpInsertHere(Walk, Directory, &Component);
}

/* Puts the link's target in place of the path so far. */
static NTSTATUS ObpStepLink(OBP_WALK *Walk)
{
    const OBP_LOOKUP *Lookup = Walk->Lookup;
    const UNICODE_STRING *Target = &((OBP_SYMBOLIC_LINK *)(void *)Walk->Current->Body)->Target;
    UNICODE_STRING Path;

    if (Walk->Remaining.Length == 0 &&
        (Lookup->WantedType == ObpSymbolicLinkObjectType || (Lookup->Attributes & OBJ_OPENLINK))) {
        Walk->Done = TRUE;
        return STATUS_SUCCESS;
    }
    ULONG Length = (ULONG)Target->Length + Walk->Remaining.Length;
    if (Length + sizeof(WCHAR) > MAXUSHORT)
        return STATUS_NAME_TOO_LONG;
    Path.Buffer = ExiAllocate(NonPagedPoolNx, Length + sizeof(WCHAR), OBP_TAG_NAME, EX_KERNEL_SITE);
    if (Path.Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Path.Length = (USHORT)Length;
    Path.MaximumLength = (USHORT)(Length + sizeof(WCHAR));
    __builtin_memcpy(Path.Buffer, Target->Buffer, Target->Length);
    __builtin_memcpy(
        (UCHAR *)Path.Buffer + Target->Length, Walk->Remaining.Buffer, Walk->Remaining.Length);
    Path.Buffer[Length / sizeof(WCHAR)] = 0;
    return ObpReparse(Walk, &Path);
}

static NTSTATUS ObpStepParse(OBP_WALK *Walk)
{
    OBP_LOOKUP *Lookup = Walk->Lookup;
    UNICODE_STRING CompleteName = Walk->Path;
    void *Object = NULL;

    NTSTATUS Status = Walk->Current->Type->Procedures.Parse(Walk->Current->Body, Lookup->WantedType,
        Lookup->Access, &CompleteName, &Walk->Remaining, Lookup->ParseContext, &Object);
    if (Status == STATUS_REPARSE)
        return ObpReparse(Walk, &CompleteName);
    if (!NT_SUCCESS(Status))
        return Status;
    ObpStandOn(Walk, OBJECT_TO_HEADER(Object));
    Lookup->Parsed = TRUE;
    Walk->Done = TRUE;
    return Status;
}

static NTSTATUS ObpStep(OBP_WALK *Walk)
{
    const OBJECT_TYPE *Type = Walk->Current->Type;
    if (Type == ObpDirectoryObjectType)
        return ObpStepDirectory(Walk);
    if (Type == ObpSymbolicLinkObjectType)
        return ObpStepLink(Walk);
    if (Type->Procedures.Parse != NULL && Walk->Lookup->Insert == NULL)
        return ObpStepParse(Walk);
    if (Walk->Remaining.Length != 0)
        return Walk->Lookup->Insert != NULL ? STATUS_OBJECT_PATH_NOT_FOUND
                                            : STATUS_OBJECT_TYPE_MISMATCH;
    Walk->Done = TRUE;
    return STATUS_SUCCESS;
}

static NTSTATUS ObpBegin(OBP_WALK *Walk)
{
    void *Root = Walk->Lookup->RootDirectory;
    if (Root == NULL)
        return ObpBeginAtRoot(Walk);
    const OBJECT_TYPE *Type = ObiGetType(Root);
    if (!Type->HasFileNames && Walk->Path.Length != 0 && Walk->Path.Buffer[0] == '\\')
        return STATUS_OBJECT_PATH_SYNTAX_BAD;
    if (Type == ObpSymbolicLinkObjectType && Walk->Path.Length != 0)
        return STATUS_OBJECT_TYPE_MISMATCH; /* nothing is below a link itself */
    if (Type != ObpSymbolicLinkObjectType && Type != ObpDirectoryObjectType &&
        Type->Procedures.Parse == NULL)
        return RtlpIsSince(6, 1) ? STATUS_OBJECT_TYPE_MISMATCH : STATUS_INVALID_HANDLE;
    Walk->Remaining = Walk->Path;
    ObiReference(Root);
    ObpStandOn(Walk, OBJECT_TO_HEADER(Root));
    return STATUS_SUCCESS;
}

NTSTATUS ObpLookup(OBP_LOOKUP *Lookup)
{
    OB_ACCESS Kernel = {.Mode = KernelMode, .Attributes = Lookup->Attributes};
    OBP_WALK Walk = {.Lookup = Lookup};

    if (Lookup->Access == NULL)
        Lookup->Access = &Kernel;
    Lookup->Access->Checked = FALSE;
    Lookup->Inserted = Lookup->Parsed = FALSE;
    Walk.WithCase = !(Lookup->Attributes & OBJ_CASE_INSENSITIVE) &&
        !(Lookup->WantedType == NULL || Lookup->WantedType->CaseInsensitive);

    NTSTATUS Status = ObpCopyString(Lookup->Path, &Walk.Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObpBegin(&Walk);
    while (NT_SUCCESS(Status) && !Walk.Done)
        Status = ObpStep(&Walk);
    if (NT_SUCCESS(Status) && Lookup->Insert == NULL && Lookup->WantedType != NULL &&
        Walk.Current->Type != Lookup->WantedType)
        Status = STATUS_OBJECT_TYPE_MISMATCH;
    ExiFree(Walk.Path.Buffer);
    if (NT_SUCCESS(Status))
        Lookup->Object = Walk.Current->Body;
    else
        ObpStandOn(&Walk, NULL);
    return Status;
}

NTSTATUS ObiLookup(void *RootDirectory, const UNICODE_STRING *Path, ULONG Attributes,
    const OBJECT_TYPE *WantedType, OB_ACCESS *Access, void *ParseContext, void **Object)
{
    OBP_LOOKUP Lookup = {
        .RootDirectory = RootDirectory,
        .Path = Path,
        .WantedType = WantedType,
        .Attributes = Attributes,
        .Access = Access,
        .ParseContext = ParseContext,
    };
    NTSTATUS Status = ObpLookup(&Lookup);
    if (NT_SUCCESS(Status))
        *Object = Lookup.Object;
    return Status;
}

/* ---- entering and leaving -------------------------------------------------------------------- */

/* Since Vista it is told first that an object of another type has the name. */
NTSTATUS ObpCollision(void *Existing, const OBJECT_HEADER *New)
{
    return ObiGetType(Existing) != New->Type && RtlpIsSince(6, 0) ? STATUS_OBJECT_TYPE_MISMATCH
                                                                  : STATUS_OBJECT_NAME_COLLISION;
}

NTSTATUS ObiInsertName(
    void *Object, void *RootDirectory, const UNICODE_STRING *Path, ULONG Attributes)
{
    OBJECT_HEADER *Header = OBJECT_TO_HEADER(Object);
    OBP_LOOKUP Lookup = {
        .RootDirectory = RootDirectory,
        .Path = Path,
        .WantedType = Header->Type,
        .Attributes = Attributes,
        .Insert = Header,
    };
    if (Attributes & OBJ_PERMANENT)
        Header->Flags |= OB_FLAG_PERMANENT;
    NTSTATUS Status = ObpLookup(&Lookup);
    if (NT_SUCCESS(Status)) {
        if (!Lookup.Inserted)
            Status = ObpCollision(Lookup.Object, Header);
        ObfDereferenceObject(Lookup.Object);
    }
    if (!NT_SUCCESS(Status))
        Header->Flags &= ~OB_FLAG_PERMANENT;
    return Status;
}

static BOOLEAN ObpIsUnused(OBJECT_HEADER *Header)
{
    return !(Header->Flags & OB_FLAG_PERMANENT) &&
        __atomic_load_n(&Header->HandleCount, __ATOMIC_SEQ_CST) == 0;
}

void ObiMakeTemporary(void *Object)
{
    OBJECT_HEADER *Header = OBJECT_TO_HEADER(Object);
    Header->Flags &= ~OB_FLAG_PERMANENT;
    ObpUnlinkChild(Header, ObpIsUnused);
}

/*
 * ObMakeTemporaryObject - lets an object's name go with its last handle, at once if there is none.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  INF: as documented for ZwMakeTemporaryObject, by pointer
 */
void NTAPI ObMakeTemporaryObject(void *Object)
{
    ObiMakeTemporary(Object);
}

/*
 * The counts of handles. A named object may be found by its name until it is unlinked, and it is
 * only unlinked while it has no handle. So whoever counts a handle in and then sees the object
 * still linked knows that it will stay so.
 */
static NTSTATUS ObpClaimExclusive(OBJECT_HEADER *Header, OB_HANDLE_TABLE *Table, ULONG Attributes)
{
    NTSTATUS Status = STATUS_SUCCESS;
    KIRQL Old = KiAcquireLock(&ObpNameLock);
    OB_HANDLE_TABLE *Owner = Header->ExclusiveTable;
    if (!(Attributes & OBJ_EXCLUSIVE)) {
        if (Owner != NULL)
            Status = STATUS_ACCESS_DENIED;
    } else if ((Attributes & OBJ_INHERIT) || !(Header->Flags & OB_FLAG_EXCLUSIVE)) {
        Status = STATUS_INVALID_PARAMETER;
    } else if (Owner != NULL ? Owner != Table : Header->HandleCount != 0) {
        Status = STATUS_ACCESS_DENIED;
    }
    if (NT_SUCCESS(Status)) {
        if (Attributes & OBJ_EXCLUSIVE)
            Header->ExclusiveTable = Table;
        __atomic_fetch_add(&Header->HandleCount, 1, __ATOMIC_SEQ_CST);
    }
    KiReleaseLock(&ObpNameLock, Old);
    return Status;
}

NTSTATUS ObpAddHandleCount(OBJECT_HEADER *Header, OB_HANDLE_TABLE *Table, ULONG Attributes)
{
    NTSTATUS Status = STATUS_SUCCESS;
    if ((Attributes & OBJ_EXCLUSIVE) || (Header->Flags & OB_FLAG_EXCLUSIVE))
        Status = ObpClaimExclusive(Header, Table, Attributes);
    else
        __atomic_fetch_add(&Header->HandleCount, 1, __ATOMIC_SEQ_CST);
    if (NT_SUCCESS(Status))
        Header->Type->HandleCount++;
    return Status;
}

static void ObpReleaseExclusive(OBJECT_HEADER *Header)
{
    KIRQL Old = KiAcquireLock(&ObpNameLock);
    if (Header->HandleCount == 0)
        Header->ExclusiveTable = NULL;
    KiReleaseLock(&ObpNameLock, Old);
}

void ObpDropHandleCount(OBJECT_HEADER *Header)
{
    LONG_PTR Before = __atomic_fetch_sub(&Header->HandleCount, 1, __ATOMIC_SEQ_CST);
    Header->Type->HandleCount--;
    if (Before == 1 && (Header->Flags & OB_FLAG_EXCLUSIVE))
        ObpReleaseExclusive(Header);
    if (Header->Type->Procedures.Close != NULL)
        Header->Type->Procedures.Close(Header->Body, (ULONG)Before);
    if (Before == 1 && __atomic_load_n(&Header->Directory, __ATOMIC_RELAXED) != NULL)
        ObpUnlinkChild(Header, ObpIsUnused);
}

/* ---- spelling out ---------------------------------------------------------------------------- */

static OBJECT_HEADER *ObpParentLocked(OBJECT_HEADER *Header)
{
    return Header->Directory != NULL ? OBJECT_TO_HEADER(Header->Directory) : NULL;
}

static ULONG ObpPathLengthLocked(OBJECT_HEADER *Header)
{
    ULONG Length = 0;
    for (; Header->Directory != NULL; Header = ObpParentLocked(Header))
        Length += sizeof(WCHAR) + Header->Name.Length;
    return Length;
}

NTSTATUS ObiGetPath(void *Object, UNICODE_STRING *Path)
{
    OBJECT_HEADER *Header = OBJECT_TO_HEADER(Object);
    NTSTATUS Status = STATUS_SUCCESS;
    *Path = (UNICODE_STRING){0};

    KIRQL Old = KiAcquireLock(&ObpNameLock);
    ULONG Length = Object == ObRootDirectory ? sizeof(WCHAR) : ObpPathLengthLocked(Header);
    if (Length + sizeof(WCHAR) > MAXUSHORT)
        Status = STATUS_NAME_TOO_LONG;
    else if (Length != 0)
        Path->Buffer = ExiAllocate(
            NonPagedPoolNx, Length + sizeof(WCHAR), OBP_TAG_NAME, EX_KERNEL_SITE);
    if (Path->Buffer != NULL) {
        WCHAR *Cursor = Path->Buffer + Length / sizeof(WCHAR);
        *Cursor = 0;
        for (; Header->Directory != NULL; Header = ObpParentLocked(Header)) {
            Cursor -= Header->Name.Length / sizeof(WCHAR);
            __builtin_memcpy(Cursor, Header->Name.Buffer, Header->Name.Length);
            *--Cursor = '\\';
        }
        Path->Buffer[0] = '\\';
        Path->Length = (USHORT)Length;
        Path->MaximumLength = (USHORT)(Length + sizeof(WCHAR));
    } else if (Length != 0 && NT_SUCCESS(Status)) {
        Status = STATUS_INSUFFICIENT_RESOURCES;
    }
    KiReleaseLock(&ObpNameLock, Old);
    return Status;
}

void *ObiDirectoryByName(const char *Path)
{
    WCHAR Buffer[64];
    UNICODE_STRING Name = {0, sizeof(Buffer), Buffer};
    void *Object;

    for (; *Path != '\0' && Name.Length < sizeof(Buffer); Name.Length += sizeof(WCHAR))
        Buffer[Name.Length / sizeof(WCHAR)] = (UCHAR)*Path++;
    if (!NT_SUCCESS(ObiLookup(NULL, &Name, 0, ObpDirectoryObjectType, NULL, NULL, &Object)))
        return NULL;
    ObfDereferenceObject(Object);
    return Object;
}
