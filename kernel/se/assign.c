/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The descriptor of a new object: what its creator asked for, else what the container passes on,
 * else the creator's default. Generic rights are mapped to the type's and CREATOR OWNER and CREATOR
 * GROUP become the real ones in whatever takes effect on the object itself.
 */
#include "se/sep.h"

typedef struct SEP_TARGET {
    ACL *Acl;
    const SID *Owner, *Group;
    const GENERIC_MAPPING *Mapping;
    BOOLEAN Container;
    ULONG Mark; /* INHERITED_ACE where inherited entries are to say so */
} SEP_TARGET;

/* ---- ACEs ------------------------------------------------------------------------------------ */

static NTSTATUS SepAppend(
    ACL *Acl, const ACE_HEADER *Ace, ULONG Flags, ACCESS_MASK Mask, const SID *Sid)
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
 * An ACE that takes effect on the object and is passed on by it. Where the two differ (generic
 * rights, CREATOR OWNER) it becomes two: the real one, and the original for inheritance only.
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
    ULONG Audit = (Ace->AceFlags & ~(ULONG)VALID_INHERIT_FLAGS) | Target->Mark;
    ULONG Inherit = Ace->AceFlags & (OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE);
    if (Ace->AceFlags & NO_PROPAGATE_INHERIT_ACE)
        Inherit = 0;
    if (!Target->Container)
        return (Ace->AceFlags & OBJECT_INHERIT_ACE) ? SepEmit(Target, Ace, Audit, 0)
                                                    : STATUS_SUCCESS;
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
    for (ULONG Index = 0; Index < Source->AceCount && NT_SUCCESS(Status);
         Index++, Ace = SepNextAce(Ace))
        Status = Emit(Target, Ace);
    if (!NT_SUCCESS(Status)) {
        ExiFree(Target->Acl);
        return Status;
    }
    Target->Acl->AclSize = (USHORT)((UCHAR *)SepFirstFree(Target->Acl) - (UCHAR *)Target->Acl);
    *Result = Target->Acl;
    return STATUS_SUCCESS;
}

/* *Result: NULL where the parent's list passes nothing on. */
static NTSTATUS SepInherit(SEP_TARGET *Target, const ACL *Parent, ACL **Result)
{
    *Result = NULL;
    if (Parent == NULL)
        return STATUS_SUCCESS;
    NTSTATUS Status = SepTransform(Target, Parent, SepEmitInherited, Result);
    if (NT_SUCCESS(Status) && (*Result)->AceCount == 0) {
        ExiFree(*Result);
        *Result = NULL;
    }
    return Status;
}

/* First with Second behind it, in place of First; Second is freed. */
static NTSTATUS SepJoin(ACL **First, ACL *Second)
{
    const ULONG Bytes = (*First)->AclSize + Second->AclSize - (ULONG)sizeof(ACL);
    ACL *Joined = Bytes <= MAXUSHORT ? SepCreateAcl(Bytes) : NULL;
    if (Joined != NULL) {
        __builtin_memcpy(Joined, *First, (*First)->AclSize);
        __builtin_memcpy(
            (UCHAR *)Joined + (*First)->AclSize, Second + 1, Second->AclSize - sizeof(ACL));
        Joined->AclSize = (USHORT)Bytes;
        Joined->AceCount = (USHORT)(Joined->AceCount + Second->AceCount);
        ExiFree(*First);
        *First = Joined;
    }
    ExiFree(Second);
    return Joined != NULL    ? STATUS_SUCCESS
        : Bytes <= MAXUSHORT ? STATUS_INSUFFICIENT_RESOURCES
                             : STATUS_INVALID_ACL;
}

/* What the creator asked for, and behind it what the container passes on. */
static NTSTATUS SepMerge(SEP_TARGET *Target, const ACL *Parent, const ACL *Explicit, ACL **Result)
{
    ACL *Inherited;
    NTSTATUS Status = SepTransform(Target, Explicit, SepEmitExplicit, Result);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = SepInherit(Target, Parent, &Inherited);
    if (NT_SUCCESS(Status) && Inherited != NULL)
        Status = SepJoin(Result, Inherited);
    if (!NT_SUCCESS(Status)) {
        ExiFree(*Result);
        *Result = NULL;
    }
    return Status;
}

/* *Dacl: pool or NULL, with *Control saying whether NULL is present (everything granted). */
static NTSTATUS SepChooseDacl(SEP_TARGET *Target, const SEP_PARTS *Parent,
    const SEP_PARTS *Explicit, SE_TOKEN *Token, ULONG Flags, ACL **Dacl, ULONG *Control)
{
    const BOOLEAN Given = (Explicit->Control & SE_DACL_PRESENT) != 0,
                  Auto = (Flags & SEP_DACL_AUTO_INHERIT) != 0;
    NTSTATUS Status = STATUS_SUCCESS;

    *Dacl = NULL;
    *Control |= SE_DACL_PRESENT | (Auto ? SE_DACL_AUTO_INHERITED : 0u);
    Target->Mark = Auto ? INHERITED_ACE : 0;
    if (!Given || (Explicit->Control & SE_DACL_DEFAULTED) || (Flags & SEP_DEFAULT_DESCRIPTOR)) {
        Status = SepInherit(Target, Parent->Dacl, Dacl);
        if (!NT_SUCCESS(Status) || *Dacl != NULL)
            return Status;
    }
    if (Given) {
        *Control |= Explicit->Control & (SE_DACL_PROTECTED | SE_DACL_DEFAULTED);
        if (Explicit->Dacl == NULL)
            return STATUS_SUCCESS;
        const ACL *From = Auto && !(Explicit->Control & SE_DACL_PROTECTED) ? Parent->Dacl : NULL;
        return SepMerge(Target, From, Explicit->Dacl, Dacl);
    }
    ACL *Default;
    Status = SepCopyDefaultDacl(Token, NonPagedPoolNx, EX_KERNEL_SITE, &Default);
    if (!NT_SUCCESS(Status) || Default == NULL) {
        *Control &= ~(ULONG)SE_DACL_PRESENT;
        return Status;
    }
    *Control |= SE_DACL_DEFAULTED;
    Status = SepTransform(Target, Default, SepEmitExplicit, Dacl);
    ExiFree(Default);
    return Status;
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

static NTSTATUS SepChooseSacl(SEP_TARGET *Target, const SEP_PARTS *Parent,
    const SEP_PARTS *Explicit, const SE_TOKEN *Token, ULONG Flags, ACL **Sacl, ULONG *Control)
{
    const BOOLEAN Auto = (Flags & SEP_SACL_AUTO_INHERIT) != 0;
    NTSTATUS Status;
    *Sacl = NULL;
    Target->Mark = Auto ? INHERITED_ACE : 0;
    if (!(Explicit->Control & SE_SACL_PRESENT) || Explicit->Sacl == NULL) {
        Status = SepInherit(Target, Parent->Sacl, Sacl);
    } else if (!SepIsLabelOnly(Explicit->Sacl) && !(Flags & SEP_AVOID_PRIVILEGE_CHECK) &&
               !SeiTokenHasPrivilege(Token, SE_SECURITY_PRIVILEGE)) {
        return STATUS_PRIVILEGE_NOT_HELD;
    } else {
        *Control |= Explicit->Control & SE_SACL_PROTECTED;
        Status = SepMerge(Target,
            Auto && !(Explicit->Control & SE_SACL_PROTECTED) ? Parent->Sacl : NULL, Explicit->Sacl,
            Sacl);
    }
    if (NT_SUCCESS(Status) && *Sacl != NULL)
        *Control |= SE_SACL_PRESENT | (Auto ? SE_SACL_AUTO_INHERITED : 0u);
    return Status;
}

BOOLEAN SepMayOwn(const SE_TOKEN *Token, const SID *Owner)
{
    return SepEqualSid(Owner, Token->User) || SepEqualSid(Owner, Token->Owner) ||
        (SepEqualSid(Owner, SepSid(SEP_ADMINISTRATORS)) && SeiTokenHasSid(Token, Owner)) ||
        SeiTokenHasPrivilege(Token, SE_RESTORE_PRIVILEGE);
}

/* The creator's own, unless the flag says that it is the container's. */
static SID *SepDefaultSid(SID *FromParent, SID *FromToken, ULONG Flags, ULONG Flag)
{
    return (Flags & Flag) && FromParent != NULL ? FromParent : FromToken;
}

static NTSTATUS SepAssignAs(const SECURITY_DESCRIPTOR *Parent, const SECURITY_DESCRIPTOR *Explicit,
    BOOLEAN Container, SE_TOKEN *Token, const GENERIC_MAPPING *Mapping, ULONG Flags,
    POOL_TYPE PoolType, ULONG_PTR Site, SECURITY_DESCRIPTOR **New)
{
    SEP_PARTS Given = {0}, From = {0}, Result = {0};
    ULONG Control = 0;

    if (Explicit != NULL)
        SepGetParts(Explicit, &Given);
    if (Parent != NULL)
        SepGetParts(Parent, &From);
    if (Given.Owner != NULL && !(Flags & SEP_AVOID_OWNER_CHECK) && !SepMayOwn(Token, Given.Owner))
        return STATUS_INVALID_OWNER;
    Result.Owner = Given.Owner != NULL
        ? Given.Owner
        : SepDefaultSid(From.Owner, Token->Owner, Flags, SEP_OWNER_FROM_PARENT);
    Result.Group = Given.Group != NULL
        ? Given.Group
        : SepDefaultSid(From.Group, Token->PrimaryGroup, Flags, SEP_GROUP_FROM_PARENT);
    SEP_TARGET Target = {
        .Owner = Result.Owner, .Group = Result.Group, .Mapping = Mapping, .Container = Container};
    NTSTATUS Status = SepChooseDacl(&Target, &From, &Given, Token, Flags, &Result.Dacl, &Control);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = SepChooseSacl(&Target, &From, &Given, Token, Flags, &Result.Sacl, &Control);
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

NTSTATUS SepAssign(const SECURITY_DESCRIPTOR *Parent, const SECURITY_DESCRIPTOR *Explicit,
    BOOLEAN Container, SE_TOKEN *Token, const GENERIC_MAPPING *Mapping, POOL_TYPE PoolType,
    ULONG_PTR Site, SECURITY_DESCRIPTOR **New)
{
    return SepAssignAs(Parent, Explicit, Container, Token, Mapping, 0, PoolType, Site, New);
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * SeAssignSecurity - makes the descriptor of a new object.
 *
 * Parent: the container's, optional. Explicit: what the creator asks for, optional. IsDirectory:
 * the object is a container.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS: *New is self-relative; INVALID_OWNER, PRIVILEGE_NOT_HELD,
 * INSUFFICIENT_RESOURCES.
 * Owner:   caller; SeDeassignSecurity.
 * Source:  DOC wdm/SeAssignSecurity
 */
NTSTATUS NTAPI SeAssignSecurity(PSECURITY_DESCRIPTOR Parent, PSECURITY_DESCRIPTOR Explicit,
    PSECURITY_DESCRIPTOR *New, BOOLEAN IsDirectory, SECURITY_SUBJECT_CONTEXT *SubjectContext,
    const GENERIC_MAPPING *GenericMapping, POOL_TYPE PoolType)
{
    SECURITY_DESCRIPTOR *Descriptor;
    NTSTATUS Status = SepAssign(Parent, Explicit, IsDirectory, SepContextToken(SubjectContext),
        GenericMapping, PoolType, EX_CALLER, &Descriptor);
    if (NT_SUCCESS(Status))
        *New = Descriptor;
    return Status;
}

/*
 * SeAssignSecurityEx - the same with flags: inherited entries of the lists are marked and put
 * behind explicit ones (SEF_DACL_AUTO_INHERIT, SEF_SACL_AUTO_INHERIT), the explicit descriptor is
 * only a default, checks of owner and privilege are left out, owner and group come from the
 * container. ObjectType has no effect, as entries for types of objects are passed on to all.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: as SeAssignSecurity; INVALID_PARAMETER: unknown flags.
 * Owner:   caller; SeDeassignSecurity.
 * Source:  DOC wdm/SeAssignSecurityEx; OBS tests/kernel/se/SeAssignSecurity.c; INF
 *          INVALID_PARAMETER
 */
NTSTATUS NTAPI SeAssignSecurityEx(PSECURITY_DESCRIPTOR Parent, PSECURITY_DESCRIPTOR Explicit,
    PSECURITY_DESCRIPTOR *New, GUID *ObjectType, BOOLEAN IsDirectory, ULONG AutoInheritFlags,
    SECURITY_SUBJECT_CONTEXT *SubjectContext, const GENERIC_MAPPING *GenericMapping,
    POOL_TYPE PoolType)
{
    SECURITY_DESCRIPTOR *Descriptor;
    UNREFERENCED_PARAMETER(ObjectType);
    if (AutoInheritFlags & ~(ULONG)SEP_VALID_INHERIT)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = SepAssignAs(Parent, Explicit, IsDirectory, SepContextToken(SubjectContext),
        GenericMapping, AutoInheritFlags, PoolType, EX_CALLER, &Descriptor);
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
