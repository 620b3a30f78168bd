/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Symbolic links. A link's target is set before the link has a name or a handle and never changes,
 * so it is read without a lock. The walk along paths that follows them is in name.c.
 */
#include "ke/zw.h"
#include "ob/obp.h"

void ObpDeleteSymbolicLink(void *Object)
{
    OBP_SYMBOLIC_LINK *Link = Object;
    if (Link->Target.Buffer != NULL)
        ExiFree(Link->Target.Buffer);
}

NTSTATUS ObiGetLinkTarget(void *Link, UNICODE_STRING *Target)
{
    return ObpCopyString(&((OBP_SYMBOLIC_LINK *)Link)->Target, Target);
}

static BOOLEAN ObpIsTarget(const UNICODE_STRING *Target)
{
    return Target->MaximumLength != 0 && !(Target->Length & 1) &&
        Target->Length <= Target->MaximumLength;
}

NTSTATUS ObiCreateSymbolicLink(
    const UNICODE_STRING *Name, const UNICODE_STRING *Target, ULONG_PTR Site)
{
    void *Object;
    if (!ObpIsTarget(Target))
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = ObiCreateObject(
        ObpSymbolicLinkObjectType, sizeof(OBP_SYMBOLIC_LINK), Site, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    OBP_SYMBOLIC_LINK *Link = Object;
    KeQuerySystemTime(&Link->CreationTime);
    Status = ObpCopyString(Target, &Link->Target);
    if (NT_SUCCESS(Status))
        Status = ObiInsertName(Object, NULL, Name, OBJ_PERMANENT | OBJ_CASE_INSENSITIVE);
    ObfDereferenceObject(Object);
    return Status;
}

NTSTATUS ObiDeleteSymbolicLink(const UNICODE_STRING *Name)
{
    void *Link;
    NTSTATUS Status =
        ObiLookup(NULL, Name, OBJ_CASE_INSENSITIVE, ObpSymbolicLinkObjectType, NULL, NULL, &Link);
    if (!NT_SUCCESS(Status))
        return Status;
    ObiMakeTemporary(Link);
    ObfDereferenceObject(Link);
    return STATUS_SUCCESS;
}

static NTSTATUS ObpCreateLinkObject(HANDLE *LinkHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, UNICODE_STRING *LinkTarget, ULONG_PTR Site)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    UNICODE_STRING Given;
    OB_NAME Name;
    void *Object;

    if (ObjectAttributes == NULL && Mode != KernelMode)
        return STATUS_ACCESS_VIOLATION; /* the one service to make something that needs them */
    NTSTATUS Status = ObiReadCaller(&Given, LinkTarget, sizeof(Given), Mode);
    if (!NT_SUCCESS(Status))
        return Status;
    if (!ObpIsTarget(&Given))
        return STATUS_INVALID_PARAMETER;
    Status = ObpBeginCreate(LinkHandle, ObjectAttributes, ObpSymbolicLinkObjectType,
        sizeof(OBP_SYMBOLIC_LINK), Site, &Name, &Object);
    if (!NT_SUCCESS(Status))
        return Status;

    OBP_SYMBOLIC_LINK *Link = Object;
    KeQuerySystemTime(&Link->CreationTime);
    Status = ObiCaptureString(LinkTarget, Mode, &Link->Target);
    if (!NT_SUCCESS(Status)) {
        ObfDereferenceObject(Object);
        ObiReleaseName(&Name);
        return Status;
    }
    return ObpEndCreate(LinkHandle, DesiredAccess, &Name, Object);
}

/*
 * NtCreateSymbolicLinkObject - creates a link from a name to a path.
 *
 * The target need not exist. With OBJ_OPENIF an existing link is opened, whatever its target.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_EXISTS: opened; INVALID_PARAMETER: the target has no room or half a
 *          character; OBJECT_NAME_COLLISION and the statuses of a bad path; ACCESS_DENIED;
 *          ACCESS_VIOLATION: no attributes, from UserMode.
 * Owner:   caller; NtClose. Gone with its last handle unless OBJ_PERMANENT.
 * Source:  INF: undocumented; services and tools rely on this
 */
NTSTATUS NTAPI NtCreateSymbolicLinkObject(HANDLE *LinkHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, UNICODE_STRING *LinkTarget)
{
    return ObpCreateLinkObject(LinkHandle, DesiredAccess, ObjectAttributes, LinkTarget, EX_CALLER);
}

NTSTATUS NTAPI ZwCreateSymbolicLinkObject(HANDLE *LinkHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, UNICODE_STRING *LinkTarget)
{
    ULONG_PTR Site = EX_CALLER;
    return ZW_RUN(
        ObpCreateLinkObject(LinkHandle, DesiredAccess, ObjectAttributes, LinkTarget, Site));
}

/*
 * NtOpenSymbolicLinkObject - opens a link itself, not what it leads to.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_NOT_FOUND, OBJECT_TYPE_MISMATCH and the statuses of a bad path;
 * ACCESS_DENIED.
 * Owner:   caller; NtClose.
 * Source:  DOC wdm/ZwOpenSymbolicLinkObject
 */
NTSTATUS NTAPI NtOpenSymbolicLinkObject(
    HANDLE *LinkHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
{
    return ObpOpen(LinkHandle, DesiredAccess, ObjectAttributes, ObpSymbolicLinkObjectType);
}

static NTSTATUS ObpReturnTarget(const UNICODE_STRING *Source, UNICODE_STRING *LinkTarget,
    ULONG *ReturnedLength, KPROCESSOR_MODE Mode)
{
    ULONG WithEnd = (ULONG)Source->Length + sizeof(WCHAR);
    /* A caller that asks for the length gets the terminator too and must have room for it. */
    ULONG Bytes = ReturnedLength != NULL ? WithEnd : Source->Length;
    UNICODE_STRING Target;

    NTSTATUS Status = ObiReadCaller(&Target, LinkTarget, sizeof(Target), Mode);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Bytes > Target.MaximumLength) {
        Status = STATUS_BUFFER_TOO_SMALL;
    } else {
        Status = Source->Length != 0 ? ObiWriteCaller(Target.Buffer, Source->Buffer, Bytes, Mode)
                                     : STATUS_SUCCESS;
        Target.Length = Source->Length;
        if (NT_SUCCESS(Status))
            Status = ObiWriteCaller(LinkTarget, &Target, sizeof(Target), Mode);
    }
    if (ReturnedLength != NULL && (NT_SUCCESS(Status) || Status == STATUS_BUFFER_TOO_SMALL)) {
        NTSTATUS Written = ObiWriteCaller(ReturnedLength, &WithEnd, sizeof(WithEnd), Mode);
        if (!NT_SUCCESS(Written))
            return Written;
    }
    return Status;
}

/*
 * NtQuerySymbolicLinkObject - reads a link's target.
 *
 * LinkTarget: its Buffer and MaximumLength say where to. ReturnedLength: optional; if there, the
 *             target is returned with a terminator, and this is its size in bytes with it.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; BUFFER_TOO_SMALL: *ReturnedLength is set; ACCESS_DENIED: no
 *          SYMBOLIC_LINK_QUERY; INVALID_HANDLE.
 * Source:  DOC wdm/ZwQuerySymbolicLinkObject
 */
NTSTATUS NTAPI NtQuerySymbolicLinkObject(
    HANDLE LinkHandle, UNICODE_STRING *LinkTarget, ULONG *ReturnedLength)
{
    void *Link;
    NTSTATUS Status = ObpReferenceFor(
        LinkHandle, SYMBOLIC_LINK_QUERY, ObpSymbolicLinkObjectType, &Link);
    if (!NT_SUCCESS(Status))
        return Status;
    const UNICODE_STRING Empty = RTL_STRING(u"");
    const UNICODE_STRING *Target = &((OBP_SYMBOLIC_LINK *)Link)->Target;
    Status = ObpReturnTarget(
        Target->Buffer != NULL ? Target : &Empty, LinkTarget, ReturnedLength, KiPreviousMode());
    ObfDereferenceObject(Link);
    return Status;
}
