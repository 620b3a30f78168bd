/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Descriptors of objects. What a descriptor means is se's affair (ObSecurity); this file keeps
 * them: in the object's header, replaced and read under ObpSecurityLock, a spin lock, copied for
 * whoever wants to keep one.
 */
#include "ob/obp.h"

const OB_SECURITY *ObSecurity;

static KSPIN_LOCK ObpSecurityLock;

void ObpResetSecurity(void)
{
    ObpSecurityLock = 0;
    ObSecurity = NULL;
}

static const SECURITY_DESCRIPTOR *ObpSecurityOfLocked(void *Object)
{
    const OBJECT_HEADER *Header = OBJECT_TO_HEADER(Object);
    if (Header->Type->Procedures.Security != NULL)
        return Header->Type->Procedures.Security(Object);
    return Header->Security;
}

NTSTATUS ObiCheckAccess(void *Object, OB_ACCESS *Access)
{
    OBJECT_TYPE *Type = ObiGetType(Object);
    NTSTATUS Status = STATUS_SUCCESS;
    ACCESS_MASK Desired = ObpMapGeneric(Access->Desired, &Type->GenericMapping);
    ACCESS_MASK Granted = Desired;

    if (Desired & MAXIMUM_ALLOWED)
        Granted = (Desired & ~(ACCESS_MASK)MAXIMUM_ALLOWED) | Type->GenericMapping.GenericAll;
    if (Access->Mode != KernelMode && ObSecurity != NULL) {
        KIRQL Old = KiAcquireLock(&ObpSecurityLock);
        const SECURITY_DESCRIPTOR *Descriptor = ObpSecurityOfLocked(Object);
        if (Descriptor != NULL)
            Status = ObSecurity->Check(
                Descriptor, Desired, &Type->GenericMapping, Access->Mode, &Granted);
        KiReleaseLock(&ObpSecurityLock, Old);
    }
    if (NT_SUCCESS(Status))
        Access->Granted = Granted & (Type->ValidAccess | ACCESS_SYSTEM_SECURITY);
    return Status;
}

NTSTATUS ObpCheckCreate(void *Directory, const OBJECT_TYPE *Type, const OB_ACCESS *Access)
{
    OB_ACCESS Create = *Access;
    Create.Desired = Type == ObpDirectoryObjectType ? DIRECTORY_CREATE_SUBDIRECTORY
                                                    : DIRECTORY_CREATE_OBJECT;
    return ObiCheckAccess(Directory, &Create);
}

/* The size of a self-relative descriptor, from the furthest thing in it. It was validated when it
 * was taken in. */
static ULONG ObpDescriptorBytes(const SECURITY_DESCRIPTOR *Descriptor)
{
    const SECURITY_DESCRIPTOR_RELATIVE *Relative =
        (const SECURITY_DESCRIPTOR_RELATIVE *)(const void *)Descriptor;
    const UCHAR *Base = (const UCHAR *)Descriptor;
    ULONG Sid[2] = {Relative->Owner, Relative->Group};
    ULONG List[2] = {
        (Relative->Control & SE_DACL_PRESENT) ? Relative->Dacl : 0,
        (Relative->Control & SE_SACL_PRESENT) ? Relative->Sacl : 0,
    };
    ULONG Bytes = sizeof(*Relative);
    for (unsigned Index = 0; Index < 2; Index++) {
        ULONG End = Bytes;
        if (Sid[Index] != 0)
            End = Sid[Index] + FIELD_OFFSET(SID, SubAuthority) +
                Base[Sid[Index] + 1] * sizeof(ULONG);
        Bytes = End > Bytes ? End : Bytes;
        if (List[Index] != 0)
            End = List[Index] + ((const ACL *)(const void *)(Base + List[Index]))->AclSize;
        Bytes = End > Bytes ? End : Bytes;
    }
    return Bytes;
}

NTSTATUS ObiCopySecurity(void *Object, SECURITY_DESCRIPTOR **Copy)
{
    NTSTATUS Status = STATUS_SUCCESS;
    *Copy = NULL;
    KIRQL Old = KiAcquireLock(&ObpSecurityLock);
    const SECURITY_DESCRIPTOR *Descriptor = ObpSecurityOfLocked(Object);
    if (Descriptor != NULL) {
        ULONG Bytes = ObpDescriptorBytes(Descriptor);
        *Copy = ExiAllocate(NonPagedPoolNx, Bytes, OBP_TAG_SECURITY, EX_KERNEL_SITE);
        if (*Copy != NULL)
            __builtin_memcpy(*Copy, Descriptor, Bytes);
        else
            Status = STATUS_INSUFFICIENT_RESOURCES;
    }
    KiReleaseLock(&ObpSecurityLock, Old);
    return Status;
}

NTSTATUS ObiSetSecurity(void *Object, SECURITY_DESCRIPTOR *Descriptor)
{
    OBJECT_HEADER *Header = OBJECT_TO_HEADER(Object);
    const OB_TYPE_PROCEDURES *Procedures = &Header->Type->Procedures;
    SECURITY_DESCRIPTOR *Before;

    if (Procedures->Security != NULL && Procedures->SetSecurity == NULL)
        return STATUS_NOT_SUPPORTED;
    if (Procedures->BeginSecurity != NULL) {
        NTSTATUS Status = Procedures->BeginSecurity(Object, Descriptor);
        if (!NT_SUCCESS(Status))
            return Status;
    }
    KIRQL Old = KiAcquireLock(&ObpSecurityLock);
    if (Procedures->Security != NULL) {
        Before = Procedures->SetSecurity(Object, Descriptor);
    } else {
        Before = Header->Security;
        Header->Security = Descriptor;
    }
    KiReleaseLock(&ObpSecurityLock, Old);
    if (Procedures->EndSecurity != NULL)
        Procedures->EndSecurity(Object);
    if (Before != NULL)
        ExiFree(Before);
    return STATUS_SUCCESS;
}

NTSTATUS ObpAssignSecurity(OBJECT_HEADER *Header, void *Parent, const SECURITY_DESCRIPTOR *Explicit)
{
    SECURITY_DESCRIPTOR *ParentCopy = NULL, *New = NULL;
    OBJECT_TYPE *Type = Header->Type;

    if (ObSecurity == NULL || Type->Procedures.Security != NULL)
        return STATUS_SUCCESS;
    NTSTATUS Status = Parent != NULL ? ObiCopySecurity(Parent, &ParentCopy) : STATUS_SUCCESS;
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObSecurity->Assign(
        ParentCopy, Explicit, Type == ObpDirectoryObjectType, &Type->GenericMapping, &New);
    if (ParentCopy != NULL)
        ExiFree(ParentCopy);
    if (NT_SUCCESS(Status))
        Status = ObiSetSecurity(Header->Body, New);
    return Status;
}

/*
 * ObGetObjectSecurity - the descriptor of an object.
 *
 * *Descriptor: self-relative, NULL if the object has none. *MemoryAllocated goes to
 * ObReleaseObjectSecurity. IRQL:    PASSIVE_LEVEL Returns: SUCCESS; INSUFFICIENT_RESOURCES. Owner:
 * caller; ObReleaseObjectSecurity. Source:  DOC ntifs/ObGetObjectSecurity
 */
NTSTATUS NTAPI ObGetObjectSecurity(
    void *Object, PSECURITY_DESCRIPTOR *Descriptor, BOOLEAN *MemoryAllocated)
{
    SECURITY_DESCRIPTOR *Copy;
    NTSTATUS Status = ObiCopySecurity(Object, &Copy);
    if (!NT_SUCCESS(Status))
        return Status;
    *Descriptor = Copy;
    *MemoryAllocated = Copy != NULL;
    return STATUS_SUCCESS;
}

/*
 * ObReleaseObjectSecurity - gives back what ObGetObjectSecurity returned.
 *
 * IRQL:    up to APC_LEVEL
 * Source:  DOC ntifs/ObReleaseObjectSecurity
 */
void NTAPI ObReleaseObjectSecurity(PSECURITY_DESCRIPTOR Descriptor, BOOLEAN MemoryAllocated)
{
    if (Descriptor != NULL && MemoryAllocated)
        ExiFree(Descriptor);
}
