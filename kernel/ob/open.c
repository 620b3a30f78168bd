/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * From a name or a pointer to a handle: capturing what the caller passed, opening, entering new
 * objects, and the steps all NtCreateX and NtOpenX share.
 *
 * Between finding an object by name and counting a handle to it, another thread may close the last
 * handle and unlink the name. A handle to such an object would be one to something nobody else can
 * find; so the opener looks once more after counting and starts over if the object was unlinked.
 */
#include "ob/obp.h"

/* ---- capture --------------------------------------------------------------------------------- */

NTSTATUS ObiCaptureString(const UNICODE_STRING *String, KPROCESSOR_MODE Mode, UNICODE_STRING *Copy)
{
    UNICODE_STRING Source;

    *Copy = (UNICODE_STRING){0};
    NTSTATUS Status = ObiReadCaller(&Source, String, sizeof(Source), Mode);
    if (!NT_SUCCESS(Status) || Source.Length == 0)
        return Status;
    if ((Source.Length & 1) || Source.Length > UNICODE_STRING_MAX_BYTES - sizeof(WCHAR))
        return STATUS_OBJECT_NAME_INVALID;
    WCHAR *Buffer =
        ExiAllocate(NonPagedPoolNx, Source.Length + sizeof(WCHAR), OBP_TAG_NAME, EX_KERNEL_SITE);
    if (Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Status = ObiReadCaller(Buffer, Source.Buffer, Source.Length, Mode);
    if (!NT_SUCCESS(Status)) {
        ExiFree(Buffer);
        return Status;
    }
    Buffer[Source.Length / sizeof(WCHAR)] = 0;
    Copy->Buffer = Buffer;
    Copy->Length = Source.Length;
    Copy->MaximumLength = (USHORT)(Source.Length + sizeof(WCHAR));
    return STATUS_SUCCESS;
}

NTSTATUS ObiCaptureName(const OBJECT_ATTRIBUTES *Attributes, KPROCESSOR_MODE Mode, OB_NAME *Name)
{
    OBJECT_ATTRIBUTES Source;
    NTSTATUS Status;

    *Name = (OB_NAME){0};
    if (Attributes == NULL)
        return STATUS_SUCCESS;
    Status = ObiReadCaller(&Source, Attributes, sizeof(Source), Mode);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Source.Length != sizeof(Source) || (Source.Attributes & ~(ULONG)OBJ_VALID_ATTRIBUTES))
        return STATUS_INVALID_PARAMETER;
    Name->Attributes = Source.Attributes;
    if (Mode != KernelMode)
        Name->Attributes &= ~(ULONG)OBJ_KERNEL_HANDLE;
    if (Source.SecurityDescriptor != NULL && ObSecurity != NULL)
        Status = ObSecurity->Capture(Source.SecurityDescriptor, Mode, &Name->Security);
    if (NT_SUCCESS(Status) && Source.ObjectName != NULL)
        Status = ObiCaptureString(Source.ObjectName, Mode, &Name->Path);
    else if (NT_SUCCESS(Status) && Source.RootDirectory != NULL)
        Status = STATUS_OBJECT_NAME_INVALID;
    if (NT_SUCCESS(Status) && Source.RootDirectory != NULL)
        Name->RootStatus = ObiReferenceByHandle(
            Source.RootDirectory, NULL, Mode, &Name->RootDirectory, NULL);
    if (NT_SUCCESS(Status) && Name->Path.Length != 0)
        Status = Name->RootStatus;
    if (!NT_SUCCESS(Status))
        ObiReleaseName(Name);
    return Status;
}

NTSTATUS ObiCaptureNameToOpen(
    const OBJECT_ATTRIBUTES *Attributes, KPROCESSOR_MODE Mode, OB_NAME *Name)
{
    NTSTATUS Status = ObiCaptureName(Attributes, Mode, Name);
    if (NT_SUCCESS(Status) && !NT_SUCCESS(Name->RootStatus)) {
        Status = Name->RootStatus;
        ObiReleaseName(Name);
    }
    return Status;
}

void ObiReleaseName(OB_NAME *Name)
{
    if (Name->RootDirectory != NULL)
        ObfDereferenceObject(Name->RootDirectory);
    if (Name->Path.Buffer != NULL)
        ExiFree(Name->Path.Buffer);
    if (Name->Security != NULL)
        ExiFree(Name->Security);
    *Name = (OB_NAME){0};
}

/* ---- opening --------------------------------------------------------------------------------- */

static KPROCESSOR_MODE ObpCheckMode(KPROCESSOR_MODE Mode, ULONG Attributes)
{
    return (Attributes & OBJ_FORCE_ACCESS_CHECK) ? UserMode : Mode;
}

/* Under the lock, as who unlinks looks at the handle count and acts on it under the lock. */
static BOOLEAN ObpWasUnlinked(void *Object)
{
    const OBJECT_HEADER *Header = OBJECT_TO_HEADER(Object);
    if (Header->Name.Length == 0)
        return FALSE;
    KIRQL Old = KiAcquireLock(&ObpNameLock);
    BOOLEAN Unlinked = Header->Directory == NULL;
    KiReleaseLock(&ObpNameLock, Old);
    return Unlinked;
}

/* Checks access, unless a Parse procedure did, and makes the handle. */
static NTSTATUS ObpOpenFound(
    void *Object, OB_ACCESS *Access, ULONG Attributes, KPROCESSOR_MODE Mode, HANDLE *Handle)
{
    if (!Access->Checked) {
        NTSTATUS Status = ObiCheckAccess(Object, Access);
        if (!NT_SUCCESS(Status))
            return Status;
    }
    return ObiCreateHandle(Object, Access->Granted, Attributes, Mode, Handle);
}

static NTSTATUS ObpOpenOnce(
    OBP_LOOKUP *Lookup, KPROCESSOR_MODE Mode, HANDLE *Handle, BOOLEAN *Again)
{
    NTSTATUS Status = ObpLookup(Lookup);
    *Again = FALSE;
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObpOpenFound(Lookup->Object, Lookup->Access, Lookup->Attributes, Mode, Handle);
    if (NT_SUCCESS(Status) && !Lookup->Parsed && Lookup->Path->Length != 0 &&
        ObpWasUnlinked(Lookup->Object)) {
        ObCloseHandle(*Handle, KernelMode);
        *Again = TRUE;
    }
    ObfDereferenceObject(Lookup->Object);
    return Status;
}

NTSTATUS ObiOpenByName(const OBJECT_ATTRIBUTES *Attributes, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode,
    ACCESS_MASK Desired, void *ParseContext, HANDLE *Handle)
{
    OB_NAME Name;
    BOOLEAN Again;

    if (Attributes == NULL)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = ObiCaptureNameToOpen(Attributes, Mode, &Name);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Type != NULL)
        Desired = ObpMapGeneric(Desired, &Type->GenericMapping);
    do {
        OB_ACCESS Access = {
            .Desired = Desired,
            .Mode = ObpCheckMode(Mode, Name.Attributes),
            .Attributes = Name.Attributes,
        };
        OBP_LOOKUP Lookup = {
            .RootDirectory = Name.RootDirectory,
            .Path = &Name.Path,
            .WantedType = Type,
            .Attributes = Name.Attributes,
            .Access = &Access,
            .ParseContext = ParseContext,
        };
        Status = ObpOpenOnce(&Lookup, Mode, Handle, &Again);
    } while (Again);
    ObiReleaseName(&Name);
    return Status;
}

/*
 * ObOpenObjectByName - opens an object by name.
 *
 * Attributes may lie in user memory when Mode is UserMode. Type: NULL for any. PassedAccessState:
 * optional, in place of Access. Handle: kernel memory. IRQL:    PASSIVE_LEVEL Returns: SUCCESS; the
 * statuses of a bad path, OBJECT_TYPE_MISMATCH, ACCESS_DENIED. Owner:   caller; ZwClose. Source:
 * INF: undocumented; NtOpenX for any type
 */
NTSTATUS NTAPI ObOpenObjectByName(OBJECT_ATTRIBUTES *Attributes, OBJECT_TYPE *Type,
    KPROCESSOR_MODE Mode, ACCESS_STATE *PassedAccessState, ACCESS_MASK Access, void *ParseContext,
    HANDLE *Handle)
{
    if (PassedAccessState != NULL)
        Access = PassedAccessState->RemainingDesiredAccess |
            PassedAccessState->PreviouslyGrantedAccess;
    return ObiOpenByName(Attributes, Type, Mode, Access, ParseContext, Handle);
}

/*
 * ObReferenceObjectByName - finds an object by name and references it, without a handle.
 *
 * PassedAccessState: optional, in place of Access.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; the statuses of a bad path, OBJECT_TYPE_MISMATCH, ACCESS_DENIED (UserMode
 * only).
 * Owner:   caller; ObDereferenceObject.
 * Source:  INF: undocumented
 */
NTSTATUS NTAPI ObReferenceObjectByName(UNICODE_STRING *Name, ULONG Attributes,
    ACCESS_STATE *PassedAccessState, ACCESS_MASK Access, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode,
    void *ParseContext, void **Object)
{
    OB_ACCESS Check = {
        .Desired = Access, .Mode = ObpCheckMode(Mode, Attributes), .Attributes = Attributes};
    UNICODE_STRING Path;
    void *Found;

    if (Name == NULL)
        return STATUS_OBJECT_NAME_INVALID;
    if (PassedAccessState != NULL)
        Check.Desired = PassedAccessState->RemainingDesiredAccess |
            PassedAccessState->PreviouslyGrantedAccess;
    if (Type != NULL)
        Check.Desired = ObpMapGeneric(Check.Desired, &Type->GenericMapping);
    NTSTATUS Status = ObiCaptureString(Name, Mode, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = Path.Length == 0
        ? STATUS_OBJECT_NAME_INVALID
        : ObiLookup(NULL, &Path, Attributes, Type, &Check, ParseContext, &Found);
    if (Path.Buffer != NULL)
        ExiFree(Path.Buffer);
    if (!NT_SUCCESS(Status))
        return Status;
    if (!Check.Checked)
        Status = ObiCheckAccess(Found, &Check);
    if (NT_SUCCESS(Status))
        *Object = Found;
    else
        ObfDereferenceObject(Found);
    return Status;
}

/*
 * ObOpenObjectByPointer - makes a handle to an object the caller has a reference on.
 *
 * Type: NULL for any, from KernelMode only. PassedAccessState: optional, in place of Access. Access
 * is checked in UserMode and with OBJ_FORCE_ACCESS_CHECK.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_TYPE_MISMATCH, ACCESS_DENIED, INVALID_PARAMETER, INSUFFICIENT_RESOURCES:
 * no handle.
 * Owner:   caller; ZwClose. The reference stays the caller's.
 * Source:  DOC ntifs/ObOpenObjectByPointer
 */
NTSTATUS NTAPI ObOpenObjectByPointer(void *Object, ULONG HandleAttributes,
    ACCESS_STATE *PassedAccessState, ACCESS_MASK Access, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode,
    HANDLE *Handle)
{
    OB_ACCESS Check = {
        .Desired = Access,
        .Mode = ObpCheckMode(Mode, HandleAttributes),
        .Attributes = HandleAttributes,
    };
    HANDLE New;

    if (HandleAttributes & ~(ULONG)OBJ_VALID_ATTRIBUTES)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = ObReferenceObjectByPointer(Object, 0, Type, Mode);
    if (!NT_SUCCESS(Status))
        return Status;
    if (PassedAccessState != NULL)
        Check.Desired = PassedAccessState->RemainingDesiredAccess |
            PassedAccessState->PreviouslyGrantedAccess;
    Status = ObpOpenFound(Object, &Check, HandleAttributes, Mode, &New);
    ObfDereferenceObject(Object);
    if (NT_SUCCESS(Status))
        *Handle = New;
    return Status;
}

/*
 * ObOpenObjectByPointerWithTag - the same with a tag, which has no effect.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: as ObOpenObjectByPointer.
 * Source:  DOC ntifs/ObOpenObjectByPointerWithTag
 */
NTSTATUS NTAPI ObOpenObjectByPointerWithTag(void *Object, ULONG HandleAttributes,
    ACCESS_STATE *PassedAccessState, ACCESS_MASK Access, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode,
    ULONG Tag, HANDLE *Handle)
{
    UNREFERENCED_PARAMETER(Tag);
    return ObOpenObjectByPointer(
        Object, HandleAttributes, PassedAccessState, Access, Type, Mode, Handle);
}

/* ---- new objects ----------------------------------------------------------------------------- */

/* There is an object of that name; the lookup holds a reference on it. */
static NTSTATUS ObpOpenExisting(
    OBP_LOOKUP *Lookup, OBJECT_HEADER *New, KPROCESSOR_MODE Mode, HANDLE *Handle, BOOLEAN *Again)
{
    NTSTATUS Status;
    if (!(Lookup->Attributes & OBJ_OPENIF))
        Status = ObpCollision(Lookup->Object, New);
    else if (ObiGetType(Lookup->Object) != New->Type)
        Status = STATUS_OBJECT_TYPE_MISMATCH;
    else
        Status = ObpOpenFound(Lookup->Object, Lookup->Access, Lookup->Attributes, Mode, Handle);
    if (NT_SUCCESS(Status)) {
        Status = STATUS_OBJECT_NAME_EXISTS;
        if (ObpWasUnlinked(Lookup->Object)) {
            ObCloseHandle(*Handle, KernelMode);
            *Again = TRUE;
        }
    }
    return Status;
}

/*
 * While the name is entered and has no handle yet, the object counts as permanent: someone else's
 * open and close of it must not take the name away.
 */
static NTSTATUS ObpInsertNamed(OBJECT_HEADER *Header, OB_NAME *Name, OB_ACCESS *Access,
    KPROCESSOR_MODE Mode, HANDLE *Handle, BOOLEAN *Again)
{
    OBP_LOOKUP Lookup = {
        .RootDirectory = Name->RootDirectory,
        .Path = &Name->Path,
        .WantedType = Header->Type,
        .Attributes = Name->Attributes,
        .Access = Access,
        .Insert = Header,
        .AssignSecurity = TRUE,
        .Security = Name->Security,
    };
    *Again = FALSE;
    Header->Flags |= OB_FLAG_PERMANENT;
    NTSTATUS Status = ObpLookup(&Lookup);
    if (!NT_SUCCESS(Status))
        return Status;
    if (!Lookup.Inserted) {
        Status = ObpOpenExisting(&Lookup, Header, Mode, Handle, Again);
    } else {
        Status = ObiCreateHandle(Header->Body, Access->Granted, Name->Attributes, Mode, Handle);
        if (!NT_SUCCESS(Status) || !(Name->Attributes & OBJ_PERMANENT))
            ObiMakeTemporary(Header->Body);
    }
    ObfDereferenceObject(Lookup.Object);
    return Status;
}

/* The creator gets what it asks for, whatever the descriptor it gives the object. */
static ACCESS_MASK ObpCreatorAccess(const OBJECT_TYPE *Type, ACCESS_MASK Desired)
{
    Desired = ObpMapGeneric(Desired, &Type->GenericMapping);
    if (Desired & MAXIMUM_ALLOWED)
        Desired |= Type->GenericMapping.GenericAll;
    return Desired & (Type->ValidAccess | ACCESS_SYSTEM_SECURITY);
}

static NTSTATUS ObpMayCreate(const OB_NAME *Name, ACCESS_MASK Desired, KPROCESSOR_MODE Mode)
{
    if (Mode == KernelMode || ObSecurity == NULL)
        return STATUS_SUCCESS;
    if ((Name->Attributes & OBJ_PERMANENT) &&
        !ObSecurity->HasPrivilege(SE_CREATE_PERMANENT_PRIVILEGE, Mode))
        return STATUS_PRIVILEGE_NOT_HELD;
    if ((Desired & ACCESS_SYSTEM_SECURITY) &&
        !ObSecurity->HasPrivilege(SE_SECURITY_PRIVILEGE, Mode))
        return STATUS_PRIVILEGE_NOT_HELD;
    return STATUS_SUCCESS;
}

NTSTATUS ObiInsertObject(
    void *Object, OB_NAME *Name, ACCESS_MASK Desired, KPROCESSOR_MODE Mode, HANDLE *Handle)
{
    OBJECT_HEADER *Header = OBJECT_TO_HEADER(Object);
    BOOLEAN Again = FALSE;

    if (Name->Attributes & OBJ_EXCLUSIVE)
        Header->Flags |= OB_FLAG_EXCLUSIVE;
    NTSTATUS Status = ObpMayCreate(Name, Desired, Mode);
    if (NT_SUCCESS(Status) && Name->Path.Length == 0) {
        if (Name->Security != NULL)
            Status = ObpAssignSecurity(Header, NULL, Name->Security);
        if (NT_SUCCESS(Status))
            Status = ObiCreateHandle(
                Object, ObpCreatorAccess(Header->Type, Desired), Name->Attributes, Mode, Handle);
    } else if (NT_SUCCESS(Status)) {
        do {
            OB_ACCESS Access = {
                .Desired = ObpMapGeneric(Desired, &Header->Type->GenericMapping),
                .Granted = ObpCreatorAccess(Header->Type, Desired),
                .Mode = ObpCheckMode(Mode, Name->Attributes),
                .Attributes = Name->Attributes,
            };
            Status = ObpInsertNamed(Header, Name, &Access, Mode, Handle, &Again);
        } while (Again);
    }
    ObfDereferenceObject(Object);
    return Status;
}

/* ---- what the services share ----------------------------------------------------------------- */

NTSTATUS ObpBeginCreate(HANDLE *Handle, OBJECT_ATTRIBUTES *Attributes, OBJECT_TYPE *Type,
    SIZE_T Bytes, ULONG_PTR Site, OB_NAME *Name, void **Object)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    NTSTATUS Status = ObiProbeOutput(Handle, sizeof(*Handle), __alignof__(HANDLE), Mode);
    if (NT_SUCCESS(Status))
        Status = ObiCaptureName(Attributes, Mode, Name);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObiCreateObject(Type, Bytes, Site, Object);
    if (!NT_SUCCESS(Status))
        ObiReleaseName(Name);
    return Status;
}

NTSTATUS ObiReturnHandle(HANDLE *To, HANDLE Handle, KPROCESSOR_MODE Mode, NTSTATUS Status)
{
    NTSTATUS Written = ObiWriteCaller(To, &Handle, sizeof(Handle), Mode);
    if (NT_SUCCESS(Written))
        return Status;
    ObCloseHandle(Handle, KernelMode);
    return Written;
}

NTSTATUS ObpEndCreate(HANDLE *To, ACCESS_MASK Access, OB_NAME *Name, void *Object)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    HANDLE Handle;
    NTSTATUS Status = ObiInsertObject(Object, Name, Access, Mode, &Handle);
    ObiReleaseName(Name);
    return NT_SUCCESS(Status) ? ObiReturnHandle(To, Handle, Mode, Status) : Status;
}

NTSTATUS ObpOpen(HANDLE *To, ACCESS_MASK Access, OBJECT_ATTRIBUTES *Attributes, OBJECT_TYPE *Type)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    HANDLE Handle;
    NTSTATUS Status = ObiProbeOutput(To, sizeof(*To), __alignof__(HANDLE), Mode);
    if (NT_SUCCESS(Status))
        Status = ObiOpenByName(Attributes, Type, Mode, Access, NULL, &Handle);
    return NT_SUCCESS(Status) ? ObiReturnHandle(To, Handle, Mode, Status) : Status;
}

NTSTATUS ObpReferenceFor(HANDLE Handle, ACCESS_MASK Needed, OBJECT_TYPE *Type, void **Object)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    ACCESS_MASK Granted;
    NTSTATUS Status = ObiReferenceByHandle(Handle, Type, Mode, Object, &Granted);
    if (NT_SUCCESS(Status) && Mode != KernelMode && (Needed & ~Granted) != 0) {
        ObfDereferenceObject(*Object);
        Status = STATUS_ACCESS_DENIED;
    }
    return Status;
}

NTSTATUS ObpReturnLong(LONG *To, LONG Value)
{
    return To != NULL ? ObiWriteCaller(To, &Value, sizeof(Value), KiPreviousMode())
                      : STATUS_SUCCESS;
}
