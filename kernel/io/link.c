/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Symbolic links drivers make for their devices. A link stays until it is deleted, whatever becomes
 * of the device or driver; it is booked to the driver that made it, so one left over at unload is
 * named. (IoAssignArcName and IoDeassignArcName are these two under other names in the DDK's
 * headers.)
 */
#include "io/iop.h"

/* Replaces the security a link has from its directory by none at all: anyone may do anything with
 * it. */
static NTSTATUS IopUnprotectLink(const UNICODE_STRING *Name)
{
    void *Link;
    NTSTATUS Status = ObiLookup(
        NULL, Name, OBJ_CASE_INSENSITIVE, ObpSymbolicLinkObjectType, NULL, NULL, &Link);
    if (!NT_SUCCESS(Status))
        return Status;
    SECURITY_DESCRIPTOR_RELATIVE *Open = ExiAllocateZero(
        PagedPool, sizeof(SECURITY_DESCRIPTOR_RELATIVE), IOP_TAG_IO, EX_KERNEL_SITE);
    if (Open == NULL) {
        Status = STATUS_INSUFFICIENT_RESOURCES;
    } else {
        Open->Revision = SECURITY_DESCRIPTOR_REVISION;
        Open->Control = SE_SELF_RELATIVE | SE_DACL_PRESENT; /* offset 0: a NULL DACL */
        Status = ObiSetSecurity(Link, (SECURITY_DESCRIPTOR *)(void *)Open);
        if (!NT_SUCCESS(Status))
            ExiFree(Open);
    }
    ObfDereferenceObject(Link);
    return Status;
}

/*
 * IoCreateSymbolicLink - a permanent link from a name to a device's name.
 *
 * SymbolicLinkName: full path, as \DosDevices\Name. DeviceName: full path; need not exist.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_COLLISION, OBJECT_TYPE_MISMATCH: the name is taken, by a link or by
 *          something else; INVALID_PARAMETER: DeviceName is empty or half a character too long;
 *          OBJECT_PATH_NOT_FOUND, OBJECT_PATH_SYNTAX_BAD, OBJECT_NAME_INVALID,
 *          INSUFFICIENT_RESOURCES: no link.
 * Owner:   driver; IoDeleteSymbolicLink.
 * Source:  DOC wdm/IoCreateSymbolicLink; tests/kernel/io/IoCreateSymbolicLink.c
 */
NTSTATUS NTAPI IoCreateSymbolicLink(UNICODE_STRING *SymbolicLinkName, UNICODE_STRING *DeviceName)
{
    return ObiCreateSymbolicLink(SymbolicLinkName, DeviceName, EX_CALLER);
}

/*
 * IoCreateUnprotectedSymbolicLink - the same, and any user may change or delete the link.
 *
 * IRQL:    PASSIVE_LEVEL. Returns and Owner: as IoCreateSymbolicLink.
 * Source:  DOC wdm/IoCreateUnprotectedSymbolicLink;
 *          tests/kernel/io/IoCreateUnprotectedSymbolicLink.c
 */
NTSTATUS NTAPI IoCreateUnprotectedSymbolicLink(
    UNICODE_STRING *SymbolicLinkName, UNICODE_STRING *DeviceName)
{
    NTSTATUS Status = ObiCreateSymbolicLink(SymbolicLinkName, DeviceName, EX_CALLER);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopUnprotectLink(SymbolicLinkName);
    if (!NT_SUCCESS(Status))
        ObiDeleteSymbolicLink(SymbolicLinkName);
    return Status;
}

/*
 * IoDeleteSymbolicLink - take a link out of the namespace.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_NOT_FOUND, OBJECT_PATH_NOT_FOUND, OBJECT_TYPE_MISMATCH and the
 * statuses of a bad path.
 * Source:  DOC wdm/IoDeleteSymbolicLink; tests/kernel/io/IoDeleteSymbolicLink.c
 */
NTSTATUS NTAPI IoDeleteSymbolicLink(UNICODE_STRING *SymbolicLinkName)
{
    return ObiDeleteSymbolicLink(SymbolicLinkName);
}
