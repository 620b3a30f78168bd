/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Objects drivers make themselves, in two steps: ObCreateObject remembers what the attributes ask
 * for, ObInsertObject carries it out. What belongs to a type is looked up by handle here too.
 */
#include "ob/create.h"
#include "ob/entry.h"

/*
 * ObCreateObject - a zeroed object of a type.
 *
 * ProbeMode: where Attributes come from. Attributes: optional; captured, for ObInsertObject.
 *            OwnershipMode, ParseContext and the charges have no effect.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; the statuses of bad attributes; INVALID_PARAMETER: no type; PRIVILEGE_NOT_HELD:
 *          OBJ_PERMANENT from UserMode; INSUFFICIENT_RESOURCES.
 * Owner:   caller; ObInsertObject, or ObDereferenceObject.
 * Source:  INF: undocumented; drivers that use it rely on this; OBS
 *          tests/kernel/ob/ObCreateObject.c
 */
NTSTATUS NTAPI ObCreateObject(KPROCESSOR_MODE ProbeMode, OBJECT_TYPE *ObjectType,
    OBJECT_ATTRIBUTES *Attributes, KPROCESSOR_MODE OwnershipMode, void *ParseContext,
    ULONG ObjectBodySize, ULONG PagedPoolCharge, ULONG NonPagedPoolCharge, void **Object)
{
    const ULONG_PTR Site = EX_CALLER;
    OB_NAME *Pending;
    void *New;
    UNREFERENCED_PARAMETER(OwnershipMode);
    UNREFERENCED_PARAMETER(ParseContext);
    UNREFERENCED_PARAMETER(PagedPoolCharge);
    UNREFERENCED_PARAMETER(NonPagedPoolCharge);
    if (ObjectType == NULL)
        return STATUS_INVALID_PARAMETER;
    Pending = ExiAllocate(NonPagedPoolNx, sizeof(*Pending), OBP_TAG_NAME, EX_KERNEL_SITE);
    if (Pending == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = ObiCaptureName(Attributes, ProbeMode, Pending);
    if (!NT_SUCCESS(Status))
        goto FreePending;
    if ((Pending->Attributes & OBJ_PERMANENT) && ObSecurity != NULL &&
        !ObSecurity->HasPrivilege(SE_CREATE_PERMANENT_PRIVILEGE, ProbeMode))
        Status = STATUS_PRIVILEGE_NOT_HELD;
    if (NT_SUCCESS(Status))
        Status = ObiCreateObject(ObjectType, ObjectBodySize, Site, &New);
    if (!NT_SUCCESS(Status))
        goto ReleaseName;
    OBJECT_TO_HEADER(New)->Pending = Pending;
    *Object = New;
    return STATUS_SUCCESS;

ReleaseName:
    ObiReleaseName(Pending);
FreePending:
    ExiFree(Pending);
    return Status;
}

void ObpReleasePending(OBJECT_HEADER *Header)
{
    OB_NAME *Pending = __atomic_exchange_n(&Header->Pending, NULL, __ATOMIC_ACQ_REL);
    if (Pending == NULL)
        return;
    ObiReleaseName(Pending);
    ExiFree(Pending);
}

/* Under its name, with its descriptor and without a handle; the caller's reference stays. */
static NTSTATUS ObpInsertWithoutHandle(void *Object, OB_NAME *Name, KPROCESSOR_MODE Mode)
{
    OBJECT_HEADER *Header = OBJECT_TO_HEADER(Object);
    OB_ACCESS Access = {.Mode = Mode, .Attributes = Name->Attributes};
    OBP_LOOKUP Lookup = {
        .RootDirectory = Name->RootDirectory,
        .Path = &Name->Path,
        .WantedType = Header->Type,
        .Attributes = Name->Attributes,
        .Access = &Access,
        .Insert = Header,
        .AssignSecurity = TRUE,
        .Security = Name->Security,
    };
    if (Name->Path.Length == 0)
        return Name->Security != NULL ? ObpAssignSecurity(Header, NULL, Name->Security)
                                      : STATUS_SUCCESS;
    if (Name->Attributes & OBJ_PERMANENT)
        Header->Flags |= OB_FLAG_PERMANENT;
    NTSTATUS Status = ObpLookup(&Lookup);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = Lookup.Inserted ? STATUS_SUCCESS : ObpCollision(Lookup.Object, Header);
    ObfDereferenceObject(Lookup.Object);
    return Status;
}

/*
 * ObInsertObject - gives an object of ObCreateObject its name and descriptor, and makes a handle to
 * it.
 *
 * PassedAccessState: optional, in place of DesiredAccess. ObjectPointerBias: that many references
 *          for the caller, and then *NewObject is the object. Handle: optional; with one the
 *          reference of ObCreateObject is used up, without it stays.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_EXISTS: with OBJ_OPENIF, a handle to what was there;
 *          OBJECT_NAME_COLLISION and the statuses of a bad path; ACCESS_DENIED, PRIVILEGE_NOT_HELD,
 *          INSUFFICIENT_RESOURCES. A failure uses up the reference.
 * Source:  DOC ntifs/ObInsertObject; OBS tests/kernel/ob/ObCreateObject.c
 */
NTSTATUS NTAPI ObInsertObject(void *Object, ACCESS_STATE *PassedAccessState,
    ACCESS_MASK DesiredAccess, ULONG ObjectPointerBias, void **NewObject, HANDLE *Handle)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    OBJECT_HEADER *Header = OBJECT_TO_HEADER(Object);
    OB_NAME *Pending = __atomic_exchange_n(&Header->Pending, NULL, __ATOMIC_ACQ_REL);
    OB_NAME None = {0}, *Name = Pending != NULL ? Pending : &None;
    NTSTATUS Status;
    HANDLE New;

    if (PassedAccessState != NULL)
        DesiredAccess = PassedAccessState->RemainingDesiredAccess |
            PassedAccessState->PreviouslyGrantedAccess;
    if (Handle != NULL) {
        ObiReference(Object); /* until it is known which object the handle is to */
        Status = ObiInsertObject(Object, Name, DesiredAccess, Mode, &New);
        if (NT_SUCCESS(Status))
            *Handle = New;
    } else {
        Status = ObpInsertWithoutHandle(Object, Name, Mode);
    }
    if (Status == STATUS_SUCCESS && ObjectPointerBias != 0) {
        for (ULONG Count = 0; Count < ObjectPointerBias; Count++)
            ObiReference(Object);
        if (NewObject != NULL)
            *NewObject = Object;
    }
    if (Handle != NULL || !NT_SUCCESS(Status))
        ObfDereferenceObject(Object);
    if (Pending != NULL) {
        ObiReleaseName(Pending);
        ExiFree(Pending);
    }
    return Status;
}

/* ObDeleteCapturedInsertInfo - forgets what ObCreateObject remembered. IRQL: PASSIVE_LEVEL. Source:
 * INF: undocumented. */
void NTAPI ObDeleteCapturedInsertInfo(void *Object)
{
    ObpReleasePending(OBJECT_TO_HEADER(Object));
}

/* ---- handles --------------------------------------------------------------------------------- */

static BOOLEAN ObpEntryMatches(const OBP_ENTRY *Entry, ULONG_PTR Value, const void *Object,
    const OBJECT_TYPE *Type, const OBJECT_HANDLE_INFORMATION *Information)
{
    OBJECT_HEADER *Header = ObpHeaderOf(Value);
    return (Object == NULL || (const void *)Header->Body == Object) &&
        (Type == NULL || Header->Type == Type) &&
        (Information == NULL ||
            (Entry->Granted == Information->GrantedAccess &&
                Entry->Attributes == (Information->HandleAttributes & OBP_HANDLE_ATTRIBUTES)));
}

/*
 * ObFindHandleForObject - a handle of a process to an object.
 *
 * Object, ObjectType, HandleInformation: each optional; what the handle has to be to, and what
 * access and attributes it has to have.
 * IRQL:    PASSIVE_LEVEL
 * Returns: TRUE: *Handle is one.
 * Source:  INF: undocumented; OBS tests/kernel/ob/ObFindHandleForObject.c
 */
BOOLEAN NTAPI ObFindHandleForObject(void *Process, void *Object, OBJECT_TYPE *ObjectType,
    OBJECT_HANDLE_INFORMATION *HandleInformation, HANDLE *Handle)
{
    OB_HANDLE_TABLE *Table = ObProcessHandleTable != NULL ? ObProcessHandleTable(Process) : NULL;
    BOOLEAN Found = FALSE;
    for (ULONG Index = 1;
         Table != NULL && !Found && Index < __atomic_load_n(&Table->NextFresh, __ATOMIC_RELAXED);
         Index++) {
        OBP_ENTRY *Entry = ObpEntryOfIndex(Table, Index);
        const ULONG_PTR Value = ObpLockEntry(Entry);
        if (Value == 0)
            continue;
        Found = ObpEntryMatches(Entry, Value, Object, ObjectType, HandleInformation);
        ObpUnlockEntry(Entry, Value);
        if (Found)
            *Handle = (HANDLE)(((ULONG_PTR)Index << 2) |
                (Table == ObKernelHandleTable ? OBP_KERNEL_HANDLE : 0));
    }
    return Found;
}

/*
 * ObQueryObjectAuditingByHandle - whether the closing of a handle is to be audited: never.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS; INVALID_HANDLE. Source: DOC ntifs; OBS
 * tests/kernel/ob/ObQueryObjectAuditingByHandle.c
 */
NTSTATUS NTAPI ObQueryObjectAuditingByHandle(HANDLE Handle, BOOLEAN *GenerateOnClose)
{
    OBP_HANDLE_VALUE Value;
    void *Object;
    NTSTATUS Status = ObpReferenceHandle(Handle, NULL, KernelMode, &Object, &Value);
    if (!NT_SUCCESS(Status))
        return Status;
    ObfDereferenceObject(Object);
    *GenerateOnClose = FALSE;
    return STATUS_SUCCESS;
}
