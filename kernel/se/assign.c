/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The descriptor of a new object: what its creator asked for, else what the container passes on, else the creator's
 * default. Generic rights are mapped to the type's and CREATOR OWNER and CREATOR GROUP become the real ones in
 * whatever takes effect on the object itself. Automatic inheritance (SEF_*) is not carried out.
 */
#include "se/sep.h"

typedef struct SEP_TARGET {
    ACL *Acl;
    const SID *Owner, *Group;
    const GENERIC_MAPPING *Mapping;
    BOOLEAN Container;
} SEP_TARGET;

/* ---- ACEs ------------------------------------------------------------------------------------ */

static NTSTATUS SepAppend(ACL *Acl, const ACE_HEADER *Ace, ULONG Flags, ACCESS_MASK Mask, const SID *Sid)
{
    ACE_HEADER *Free = SepFirstFree(Acl);
    ULONG Bytes = Ace->AceSize;
    if (Sid != NULL)
        Bytes = FIELD_OFFSET(ACCESS_ALLOWED_ACE, SidStart) + SepSidBytes(Sid);
    if ((ULONG)((UCHAR *)Acl + Acl->AclSize - (UCHAR *)Free) < Bytes)
        return STATUS_ALLOTTED_SPACE_EXCEEDED;
    __builtin_memcpy(Free, Ace, Sid != NULL ? sizeof(*Ace) : Bytes);
    Free->AceFlags = (UCHAR)Flags;
    Free->AceSize = (USHORT)Bytes;
    ACCESS_ALLOWED_ACE *New = (ACCESS_ALLOWED_ACE *)(void *)Free;
    New->Mask = Mask;
    if (Sid != NULL)
        __builtin_memcpy(SepAceSid(New), Sid, SepSidBytes(Sid));
    Acl->AceCount++;
    return STATUS_SUCCESS;
}

/* The SID an ACE has on the object; NULL: unchanged. */
static const SID *SepRealSid(const SEP_TARGET *Target, const ACE_HEADER *Ace)
{
    if (!SepIsPlainAce(Ace->AceType))
        return NULL;
    const SID *Sid = SepAceSid((const ACCESS_ALLOWED_ACE *)(const void *)Ace);
    if (SepEqualSid(Sid, SepSid(SEP_CREATOR_OWNER)))
        return Target->Owner;
    if (SepEqualSid(Sid, SepSid(SEP_CREATOR_GROUP)))
        return Target->Group;
    return NULL;
}

static ACCESS_MASK SepRealMask(const SEP_TARGET *Target, const ACE_HEADER *Ace)
{
    ACCESS_MASK Mask = ((const ACCESS_ALLOWED_ACE *)(const void *)Ace)->Mask;
    if (Ace->AceType != SYSTEM_MANDATORY_LABEL_ACE_TYPE)
        RtlMapGenericMask(&Mask, Target->Mapping);
    return Mask;
}

/*
 * An ACE that takes effect on the object and is passed on by it. Where the two differ (generic rights, CREATOR
 * OWNER) it becomes two: the real one, and the original for inheritance only.
 */
static NTSTATUS SepEmit(SEP_TARGET *Target, const ACE_HEADER *Ace, ULONG Audit, ULONG Inherit)
{
    ACCESS_MASK Original = ((const ACCESS_ALLOWED_ACE *)(const void *)Ace)->Mask;
    ACCESS_MASK Mask = SepRealMask(Target, Ace);
    const SID *Sid = SepRealSid(Target, Ace);

    if (Inherit == 0 || (Mask == Original && Sid == NULL))
        return SepAppend(Target->Acl, Ace, Audit | Inherit, Mask, Sid);
    NTSTATUS Status = SepAppend(Target->Acl, Ace, Audit, Mask, Sid);
    if (NT_SUCCESS(Status))
        Status = SepAppend(Target->Acl, Ace, Audit | Inherit | INHERIT_ONLY_ACE, Original, NULL);
    return Status;
}

static NTSTATUS SepEmitExplicit(SEP_TARGET *Target, const ACE_HEADER *Ace)
{
    ULONG Audit = Ace->AceFlags & ~(ULONG)VALID_INHERIT_FLAGS;
    ULONG Inherit = Ace->AceFlags & (OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE);
    if (!Target->Container)
        return SepEmit(Target, Ace, Audit, 0);
    if (Inherit != 0)
        Inherit |= Ace->AceFlags & NO_PROPAGATE_INHERIT_ACE;
    if (Ace->AceFlags & INHERIT_ONLY_ACE)
        return SepAppend(Target->Acl, Ace, Ace->AceFlags & ~(ULONG)INHERITED_ACE,
            ((const ACCESS_ALLOWED_ACE *)(const void *)Ace)->Mask, NULL);
    return SepEmit(Target, Ace, Audit, Inherit);
}

static NTSTATUS SepEmitInherited(SEP_TARGET *Target, const ACE_HEADER *Ace)
{
    ULONG Audit = Ace->AceFlags & ~(ULONG)VALID_INHERIT_FLAGS;
    ULONG Inherit = Ace->AceFlags & (OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE);
    if (Ace->AceFlags & NO_PROPAGATE_INHERIT_ACE)
        Inherit = 0;
    if (!Target->Container)
        return (Ace->AceFlags & OBJECT_INHERIT_ACE) ? SepEmit(Target, Ace, Audit, 0) : STATUS_SUCCESS;
    if (Ace->AceFlags & CONTAINER_INHERIT_ACE)
        return SepEmit(Target, Ace, Audit, Inherit);
    /* For objects in it only: the container hands it on. */
    if (Inherit == 0)
        return STATUS_SUCCESS;
    return SepAppend(Target->Acl, Ace, Audit | Inherit | INHERIT_ONLY_ACE,
        ((const ACCESS_ALLOWED_ACE *)(const void *)Ace)->Mask, NULL);
}

/* ---- lists ----------------------------------------------------------------------------------- */

/* *Result: pool. An ACE can become two, with SIDs of full size. */
static NTSTATUS SepTransform(SEP_TARGET *Target, const ACL *Source,
    NTSTATUS (*Emit)(SEP_TARGET *Target, const ACE_HEADER *Ace), ACL **Result)
{
    ULONG Bytes = 2u * Source->AclSize + Source->AceCount * (ULONG)SECURITY_MAX_SID_SIZE;
    NTSTATUS Status = STATUS_SUCCESS;
    const ACE_HEADER *Ace = SepFirstAce(Source);

    Target->Acl = SepCreateAcl(Bytes > MAXUSHORT - 3u ? MAXUSHORT - 3u : Bytes);
    if (Target->Acl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Target->Acl->AclRevision = Source->AclRevision;
    for (ULONG Index = 0; Index < Source->AceCount && NT_SUCCESS(Status); Index++, Ace = SepNextAce(Ace))
        Status = Emit(Target, Ace);
    if (!NT_SUCCESS(Status)) {
        ExiFree(Target->Acl);
        return Status;
    }
    Target->Acl->AclSize = (USHORT)((UCHAR *)SepFirstFree(Target->Acl) - (UCHAR *)Target->Acl);
    *Result = Target->Acl;
    return STATUS_SUCCESS;
}

static NTSTATUS SepInheritDacl(SEP_TARGET *Target, const SECURITY_DESCRIPTOR *Parent, ACL **Dacl)
{
    SEP_PARTS Parts;
    *Dacl = NULL;
    if (Parent == NULL)
        return STATUS_SUCCESS;
    SepGetParts(Parent, &Parts);
    if (Parts.Dacl == NULL)
        return STATUS_SUCCESS;
    NTSTATUS Status = SepTransform(Target, Parts.Dacl, SepEmitInherited, Dacl);
    if (NT_SUCCESS(Status) && (*Dacl)->AceCount == 0) {
        ExiFree(*Dacl);
        *Dacl = NULL;
    }
    return Status;
}

/* *Dacl: pool or NULL, with *Control saying whether NULL is present (everything granted). */
static NTSTATUS SepChooseDacl(SEP_TARGET *Target, const SECURITY_DESCRIPTOR *Parent, const SEP_PARTS *Explicit,
    const SE_TOKEN *Token, ACL **Dacl, ULONG *Control)
{
    BOOLEAN Given = (Explicit->Control & SE_DACL_PRESENT) != 0;
    NTSTATUS Status = STATUS_SUCCESS;

    *Dacl = NULL;
    *Control |= SE_DACL_PRESENT;
    if (!Given || (Explicit->Control & SE_DACL_DEFAULTED)) {
        Status = SepInheritDacl(Target, Parent, Dacl);
        if (!NT_SUCCESS(Status) || *Dacl != NULL)
            return Status;
    }
    if (Given) {
        *Control |= Explicit->Control & (SE_DACL_PROTECTED | SE_DACL_DEFAULTED);
        return Explicit->Dacl != NULL ? SepTransform(Target, Explicit->Dacl, SepEmitExplicit, Dacl)
                                      : STATUS_SUCCESS;
    }
    if (Token->DefaultDacl == NULL) {
        *Control &= ~(ULONG)SE_DACL_PRESENT;
        return STATUS_SUCCESS;
    }
    *Control |= SE_DACL_DEFAULTED;
    return SepTransform(Target, Token->DefaultDacl, SepEmitExplicit, Dacl);
}

/* A SACL that is nothing but a label needs no privilege. */
static BOOLEAN SepIsLabelOnly(const ACL *Sacl)
{
    const ACE_HEADER *Ace = SepFirstAce(Sacl);
    for (ULONG Index = 0; Index < Sacl->AceCount; Index++, Ace = SepNextAce(Ace)) {
        if (Ace->AceType != SYSTEM_MANDATORY_LABEL_ACE_TYPE)
            return FALSE;
    }
    return TRUE;
}

static NTSTATUS SepChooseSacl(
    SEP_TARGET *Target, const SEP_PARTS *Explicit, const SE_TOKEN *Token, ACL **Sacl, ULONG *Control)
{
    *Sacl = NULL;
    if (!(Explicit->Control & SE_SACL_PRESENT) || Explicit->Sacl == NULL)
        return STATUS_SUCCESS;
    if (!SepIsLabelOnly(Explicit->Sacl) && !SeiTokenHasPrivilege(Token, SE_SECURITY_PRIVILEGE))
        return STATUS_PRIVILEGE_NOT_HELD;
    *Control |= SE_SACL_PRESENT | (Explicit->Control & SE_SACL_PROTECTED);
    return SepTransform(Target, Explicit->Sacl, SepEmitExplicit, Sacl);
}

static BOOLEAN SepMayOwn(const SE_TOKEN *Token, const SID *Owner)
{
    return SepEqualSid(Owner, Token->User) || SepEqualSid(Owner, Token->Owner) ||
        (SepEqualSid(Owner, SepSid(SEP_ADMINISTRATORS)) && SeiTokenHasSid(Token, Owner)) ||
        SeiTokenHasPrivilege(Token, SE_RESTORE_PRIVILEGE);
}

NTSTATUS SepAssign(const SECURITY_DESCRIPTOR *Parent, const SECURITY_DESCRIPTOR *Explicit, BOOLEAN Container,
    const SE_TOKEN *Token, const GENERIC_MAPPING *Mapping, POOL_TYPE PoolType, ULONG_PTR Site,
    SECURITY_DESCRIPTOR **New)
{
    SEP_PARTS Given = {0}, Result = {0};
    ULONG Control = 0;

    if (Explicit != NULL)
        SepGetParts(Explicit, &Given);
    if (Given.Owner != NULL && !SepMayOwn(Token, Given.Owner))
        return STATUS_INVALID_OWNER;
    Result.Owner = Given.Owner != NULL ? Given.Owner : Token->Owner;
    Result.Group = Given.Group != NULL ? Given.Group : Token->PrimaryGroup;
    SEP_TARGET Target = {
        .Owner = Result.Owner, .Group = Result.Group, .Mapping = Mapping, .Container = Container};
    NTSTATUS Status = SepChooseDacl(&Target, Parent, &Given, Token, &Result.Dacl, &Control);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = SepChooseSacl(&Target, &Given, Token, &Result.Sacl, &Control);
    if (NT_SUCCESS(Status)) {
        Result.Control = (SECURITY_DESCRIPTOR_CONTROL)Control;
        Status = SepBuildRelative(&Result, PoolType, Site, New);
    }
    if (Result.Sacl != NULL)
        ExiFree(Result.Sacl);
    if (Result.Dacl != NULL)
        ExiFree(Result.Dacl);
    return Status;
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * SeAssignSecurity - makes the descriptor of a new object.
 *
 * Parent: the container's, optional. Explicit: what the creator asks for, optional. IsDirectory: the object is a
 * container.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS: *New is self-relative; INVALID_OWNER, PRIVILEGE_NOT_HELD, INSUFFICIENT_RESOURCES.
 * Owner:   caller; SeDeassignSecurity.
 * Source:  DOC wdm/SeAssignSecurity
 */
NTSTATUS NTAPI SeAssignSecurity(PSECURITY_DESCRIPTOR Parent, PSECURITY_DESCRIPTOR Explicit,
    PSECURITY_DESCRIPTOR *New, BOOLEAN IsDirectory, SECURITY_SUBJECT_CONTEXT *SubjectContext,
    const GENERIC_MAPPING *GenericMapping, POOL_TYPE PoolType)
{
    SECURITY_DESCRIPTOR *Descriptor;
    NTSTATUS Status = SepAssign(Parent, Explicit, IsDirectory, SepContextToken(SubjectContext), GenericMapping,
        PoolType, EX_CALLER, &Descriptor);
    if (NT_SUCCESS(Status))
        *New = Descriptor;
    return Status;
}

/*
 * SeAssignSecurityEx - the same; ObjectType and AutoInheritFlags have no effect.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: as SeAssignSecurity.
 * Owner:   caller; SeDeassignSecurity.
 * Source:  DOC wdm/SeAssignSecurityEx
 */
NTSTATUS NTAPI SeAssignSecurityEx(PSECURITY_DESCRIPTOR Parent, PSECURITY_DESCRIPTOR Explicit,
    PSECURITY_DESCRIPTOR *New, GUID *ObjectType, BOOLEAN IsDirectory, ULONG AutoInheritFlags,
    SECURITY_SUBJECT_CONTEXT *SubjectContext, const GENERIC_MAPPING *GenericMapping, POOL_TYPE PoolType)
{
    SECURITY_DESCRIPTOR *Descriptor;
    UNREFERENCED_PARAMETER(ObjectType);
    UNREFERENCED_PARAMETER(AutoInheritFlags);
    NTSTATUS Status = SepAssign(Parent, Explicit, IsDirectory, SepContextToken(SubjectContext), GenericMapping,
        PoolType, EX_CALLER, &Descriptor);
    if (NT_SUCCESS(Status))
        *New = Descriptor;
    return Status;
}

/*
 * SeDeassignSecurity - frees a descriptor of SeAssignSecurity and clears the pointer to it.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS.
 * Source:  DOC wdm/SeDeassignSecurity
 */
NTSTATUS NTAPI SeDeassignSecurity(PSECURITY_DESCRIPTOR *Descriptor)
{
    if (*Descriptor != NULL)
        ExiFree(*Descriptor);
    *Descriptor = NULL;
    return STATUS_SUCCESS;
}
