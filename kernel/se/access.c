/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The access check, privileges, and the subject contexts and access states drivers carry them in. Integrity labels
 * and auditing are not evaluated; conditional and object ACEs that allow are passed over, those that deny likewise.
 */
#include "se/sep.h"

SE_TOKEN *(*SeCurrentToken)(void);

BOOLEAN SeiTokenHasSid(const SE_TOKEN *Token, const SID *Sid)
{
    if (SepEqualSid(Token->User, Sid))
        return TRUE;
    for (ULONG Index = 0; Index < Token->GroupCount; Index++) {
        if (SepEqualSid(Token->Group[Index], Sid))
            return TRUE;
    }
    return FALSE;
}

BOOLEAN SeiTokenHasPrivilege(const SE_TOKEN *Token, ULONG Privilege)
{
    return Privilege < 64 && (Token->Privileges >> Privilege & 1) != 0;
}

/* ---- the check ------------------------------------------------------------------------------- */

typedef struct SEP_CHECK {
    const SE_TOKEN *Token;
    const GENERIC_MAPPING *Mapping; /* for ACEs; NULL: they are taken as they are */
    BOOLEAN IsOwner;
    BOOLEAN Maximum;       /* MAXIMUM_ALLOWED was asked for */
    ACCESS_MASK Remaining; /* asked for and not granted yet */
    ACCESS_MASK Allowed;   /* granted by ACEs so far */
    ACCESS_MASK Denied;    /* denied before it was granted */
} SEP_CHECK;

static BOOLEAN SepAceApplies(const SEP_CHECK *Check, const ACCESS_ALLOWED_ACE *Ace)
{
    const SID *Sid = SepAceSid(Ace);
    if (Ace->Header.AceFlags & INHERIT_ONLY_ACE)
        return FALSE;
    if (SepEqualSid(Sid, SepSid(SEP_OWNER_RIGHTS)))
        return Check->IsOwner;
    return SeiTokenHasSid(Check->Token, Sid);
}

/* FALSE: something asked for is denied, the check is over. */
static BOOLEAN SepApplyAce(SEP_CHECK *Check, const ACCESS_ALLOWED_ACE *Ace)
{
    ACCESS_MASK Mask = Ace->Mask;
    if (Check->Mapping != NULL)
        RtlMapGenericMask(&Mask, Check->Mapping);
    if (Ace->Header.AceType == ACCESS_ALLOWED_ACE_TYPE) {
        Check->Allowed |= Mask & ~Check->Denied;
        Check->Remaining &= ~Mask;
        return TRUE;
    }
    Check->Denied |= Mask & ~Check->Allowed;
    return (Check->Remaining & Mask) == 0;
}

static BOOLEAN SepHasOwnerRights(const ACL *Dacl)
{
    const ACE_HEADER *Header = SepFirstAce(Dacl);
    for (ULONG Index = 0; Index < Dacl->AceCount; Index++, Header = SepNextAce(Header)) {
        if (SepIsPlainAce(Header->AceType) && !(Header->AceFlags & INHERIT_ONLY_ACE) &&
            SepEqualSid(SepAceSid((const ACCESS_ALLOWED_ACE *)(const void *)Header), SepSid(SEP_OWNER_RIGHTS)))
            return TRUE;
    }
    return FALSE;
}

/* The owner may always read and change the DACL, unless an OWNER RIGHTS entry says what he may. */
static void SepGrantOwner(SEP_CHECK *Check, const ACL *Dacl)
{
    if (!Check->IsOwner || SepHasOwnerRights(Dacl))
        return;
    Check->Allowed |= READ_CONTROL | WRITE_DAC;
    Check->Remaining &= ~(ACCESS_MASK)(READ_CONTROL | WRITE_DAC);
}

static BOOLEAN SepWalkDacl(SEP_CHECK *Check, const ACL *Dacl)
{
    const ACE_HEADER *Header = SepFirstAce(Dacl);
    SepGrantOwner(Check, Dacl);
    for (ULONG Index = 0; Index < Dacl->AceCount; Index++, Header = SepNextAce(Header)) {
        const ACCESS_ALLOWED_ACE *Ace = (const ACCESS_ALLOWED_ACE *)(const void *)Header;
        if (Header->AceType != ACCESS_ALLOWED_ACE_TYPE && Header->AceType != ACCESS_DENIED_ACE_TYPE)
            continue;
        if (SepAceApplies(Check, Ace) && !SepApplyAce(Check, Ace))
            return FALSE;
        if (Check->Remaining == 0 && !Check->Maximum)
            break;
    }
    return Check->Remaining == 0;
}

/* What privileges give whatever the DACL says. */
static NTSTATUS SepGrantPrivileged(SEP_CHECK *Check)
{
    if (Check->Remaining & ACCESS_SYSTEM_SECURITY) {
        if (!SeiTokenHasPrivilege(Check->Token, SE_SECURITY_PRIVILEGE))
            return STATUS_PRIVILEGE_NOT_HELD;
        Check->Allowed |= ACCESS_SYSTEM_SECURITY;
    }
    if ((Check->Remaining & WRITE_OWNER) && SeiTokenHasPrivilege(Check->Token, SE_TAKE_OWNERSHIP_PRIVILEGE))
        Check->Allowed |= WRITE_OWNER;
    Check->Remaining &= ~Check->Allowed;
    return STATUS_SUCCESS;
}

static NTSTATUS SepCheck(const SE_TOKEN *Token, const SECURITY_DESCRIPTOR *Descriptor, ACCESS_MASK Desired,
    const GENERIC_MAPPING *Mapping, const GENERIC_MAPPING *AceMapping, ACCESS_MASK *Granted)
{
    SEP_CHECK Check = {
        .Token = Token,
        .Mapping = AceMapping,
        .Maximum = (Desired & MAXIMUM_ALLOWED) != 0,
        .Remaining = Desired & ~(ACCESS_MASK)MAXIMUM_ALLOWED,
    };
    SEP_PARTS Parts;

    SepGetParts(Descriptor, &Parts);
    NTSTATUS Status = SepGrantPrivileged(&Check);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Parts.Dacl == NULL) {
        *Granted = Check.Allowed | Check.Remaining | (Check.Maximum ? Mapping->GenericAll : 0);
        return STATUS_SUCCESS;
    }
    Check.IsOwner = Parts.Owner != NULL && SeiTokenHasSid(Token, Parts.Owner);
    if (!SepWalkDacl(&Check, Parts.Dacl))
        return STATUS_ACCESS_DENIED;
    *Granted = Check.Maximum ? Check.Allowed : Desired;
    return *Granted != 0 ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
}

NTSTATUS SeiCheckTokenAccess(const SE_TOKEN *Token, const SECURITY_DESCRIPTOR *Descriptor, ACCESS_MASK Desired,
    const GENERIC_MAPPING *Mapping, ACCESS_MASK *Granted)
{
    return SepCheck(Token, Descriptor, Desired, Mapping, Mapping, Granted);
}

NTSTATUS SeiCheckAccess(const SECURITY_DESCRIPTOR *Descriptor, ACCESS_MASK Desired, const GENERIC_MAPPING *Mapping,
    KPROCESSOR_MODE Mode, ACCESS_MASK *Granted)
{
    if (Mode == KernelMode) {
        *Granted = Desired & ~(ACCESS_MASK)MAXIMUM_ALLOWED;
        if (Desired & MAXIMUM_ALLOWED)
            *Granted |= Mapping->GenericAll;
        return STATUS_SUCCESS;
    }
    return SepCheck(SepCurrentToken(), Descriptor, Desired, Mapping, Mapping, Granted);
}

/* ---- exports: masks -------------------------------------------------------------------------- */

/*
 * RtlMapGenericMask - replaces the generic bits of a mask by what they mean for a type.
 * IRQL: any. Source: DOC ntifs/RtlMapGenericMask.
 */
void NTAPI RtlMapGenericMask(ACCESS_MASK *AccessMask, const GENERIC_MAPPING *GenericMapping)
{
    ACCESS_MASK Mask = *AccessMask;
    if (Mask & GENERIC_READ)
        Mask |= GenericMapping->GenericRead;
    if (Mask & GENERIC_WRITE)
        Mask |= GenericMapping->GenericWrite;
    if (Mask & GENERIC_EXECUTE)
        Mask |= GenericMapping->GenericExecute;
    if (Mask & GENERIC_ALL)
        Mask |= GenericMapping->GenericAll;
    *AccessMask = Mask & ~(ACCESS_MASK)(GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL);
}

/* RtlAreAllAccessesGranted - whether Granted has every bit of Desired. IRQL: any. Source: DOC ntifs. */
BOOLEAN NTAPI RtlAreAllAccessesGranted(ACCESS_MASK GrantedAccess, ACCESS_MASK DesiredAccess)
{
    return (DesiredAccess & ~GrantedAccess) == 0;
}

/* RtlAreAnyAccessesGranted - whether Granted has any bit of Desired. IRQL: any. Source: DOC ntifs. */
BOOLEAN NTAPI RtlAreAnyAccessesGranted(ACCESS_MASK GrantedAccess, ACCESS_MASK DesiredAccess)
{
    return (DesiredAccess & GrantedAccess) != 0;
}

/* ---- exports: subject contexts --------------------------------------------------------------- */

/*
 * SeCaptureSubjectContext - who the current thread acts for. There is no impersonation: the process's token.
 *
 * IRQL:    PASSIVE_LEVEL
 * Owner:   caller; SeReleaseSubjectContext.
 * Source:  DOC ntifs/SeCaptureSubjectContext
 */
void NTAPI SeCaptureSubjectContext(SECURITY_SUBJECT_CONTEXT *SubjectContext)
{
    SE_TOKEN *Token = SeCurrentToken != NULL ? SeCurrentToken() : NULL;
    if (Token == NULL)
        Token = SeiSystemToken;
    ObiReference(Token);
    SubjectContext->ClientToken = NULL;
    SubjectContext->ImpersonationLevel = SecurityAnonymous;
    SubjectContext->PrimaryToken = Token;
    SubjectContext->ProcessAuditId = NULL;
}

/*
 * SeReleaseSubjectContext - gives back what SeCaptureSubjectContext took.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/SeReleaseSubjectContext
 */
void NTAPI SeReleaseSubjectContext(SECURITY_SUBJECT_CONTEXT *SubjectContext)
{
    if (SubjectContext->PrimaryToken != NULL)
        ObfDereferenceObject(SubjectContext->PrimaryToken);
    if (SubjectContext->ClientToken != NULL)
        ObfDereferenceObject(SubjectContext->ClientToken);
    SubjectContext->PrimaryToken = NULL;
    SubjectContext->ClientToken = NULL;
}

/*
 * SeLockSubjectContext, SeUnlockSubjectContext - keep the tokens of a context from changing. Ours never change once
 * made, so there is nothing to lock.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/SeLockSubjectContext, ntifs/SeUnlockSubjectContext
 */
void NTAPI SeLockSubjectContext(SECURITY_SUBJECT_CONTEXT *SubjectContext)
{
    UNREFERENCED_PARAMETER(SubjectContext);
}

void NTAPI SeUnlockSubjectContext(SECURITY_SUBJECT_CONTEXT *SubjectContext)
{
    UNREFERENCED_PARAMETER(SubjectContext);
}

/*
 * SeAccessCheck - whether a subject gets the access it wants from a descriptor.
 *
 * DesiredAccess and the ACEs have their generic bits mapped already. *Privileges: optional; none used is NULL.
 * IRQL:    PASSIVE_LEVEL
 * Returns: TRUE: *GrantedAccess holds all of DesiredAccess and PreviouslyGrantedAccess, *AccessStatus SUCCESS.
 *          FALSE: *GrantedAccess is 0, *AccessStatus ACCESS_DENIED or PRIVILEGE_NOT_HELD. KernelMode gets
 *          everything; a NULL descriptor grants UserMode nothing.
 * Source:  DOC wdm/SeAccessCheck
 */
BOOLEAN NTAPI SeAccessCheck(PSECURITY_DESCRIPTOR Descriptor, SECURITY_SUBJECT_CONTEXT *SubjectContext,
    BOOLEAN SubjectContextLocked, ACCESS_MASK DesiredAccess, ACCESS_MASK PreviouslyGrantedAccess,
    PRIVILEGE_SET **Privileges, const GENERIC_MAPPING *GenericMapping, KPROCESSOR_MODE AccessMode,
    ACCESS_MASK *GrantedAccess, NTSTATUS *AccessStatus)
{
    ACCESS_MASK Granted = 0;
    NTSTATUS Status = STATUS_ACCESS_DENIED;

    UNREFERENCED_PARAMETER(SubjectContextLocked);
    if (Privileges != NULL)
        *Privileges = NULL;
    if (AccessMode == KernelMode)
        Status = SeiCheckAccess(NULL, DesiredAccess, GenericMapping, KernelMode, &Granted);
    else if (Descriptor == NULL)
        Status = STATUS_ACCESS_DENIED;
    else if (DesiredAccess == 0)
        Status = PreviouslyGrantedAccess != 0 ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
    else
        Status = SepCheck(
            SepContextToken(SubjectContext), Descriptor, DesiredAccess, GenericMapping, NULL, &Granted);
    *AccessStatus = Status;
    *GrantedAccess = NT_SUCCESS(Status) ? Granted | PreviouslyGrantedAccess : 0;
    return NT_SUCCESS(Status);
}

/*
 * SeFreePrivileges - frees the privilege set of an access check.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/SeFreePrivileges
 */
void NTAPI SeFreePrivileges(PRIVILEGE_SET *Privileges)
{
    if (Privileges != NULL)
        ExiFree(Privileges);
}

/* ---- exports: privileges --------------------------------------------------------------------- */

static BOOLEAN SepHasLuid(const SE_TOKEN *Token, LUID Privilege)
{
    return Privilege.HighPart == 0 && SeiTokenHasPrivilege(Token, Privilege.LowPart);
}

/*
 * SeSinglePrivilegeCheck - whether the current thread's user has a privilege. KernelMode has them all.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntddk/SeSinglePrivilegeCheck
 */
BOOLEAN NTAPI SeSinglePrivilegeCheck(LUID PrivilegeValue, KPROCESSOR_MODE PreviousMode)
{
    return PreviousMode == KernelMode || SepHasLuid(SepCurrentToken(), PrivilegeValue);
}

/*
 * SePrivilegeCheck - whether a subject has privileges: all of them with PRIVILEGE_SET_ALL_NECESSARY, otherwise any.
 * Those it has are marked SE_PRIVILEGE_USED_FOR_ACCESS.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/SePrivilegeCheck
 */
BOOLEAN NTAPI SePrivilegeCheck(
    PRIVILEGE_SET *RequiredPrivileges, SECURITY_SUBJECT_CONTEXT *SubjectContext, KPROCESSOR_MODE AccessMode)
{
    const SE_TOKEN *Token = SepContextToken(SubjectContext);
    ULONG Held = 0;

    if (AccessMode == KernelMode)
        return TRUE;
    for (ULONG Index = 0; Index < RequiredPrivileges->PrivilegeCount; Index++) {
        LUID_AND_ATTRIBUTES *Privilege = &RequiredPrivileges->Privilege[Index];
        if (SepHasLuid(Token, Privilege->Luid)) {
            Privilege->Attributes |= SE_PRIVILEGE_USED_FOR_ACCESS;
            Held++;
        }
    }
    if (RequiredPrivileges->Control & PRIVILEGE_SET_ALL_NECESSARY)
        return Held == RequiredPrivileges->PrivilegeCount;
    return Held != 0;
}
