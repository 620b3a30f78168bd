/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Descriptors looked through and changed where they lie. */
#include "se/sep.h"
#include "se/sidarray.h"

/* The SID of an ACE; NULL: of a type that has none, or none we know. */
static SID *SepSidOfAce(const ACE_HEADER *Ace)
{
    if (SepIsPlainAce(Ace->AceType))
        return SepAceSid((const ACCESS_ALLOWED_ACE *)(const void *)Ace);
    if (Ace->AceType < ACCESS_ALLOWED_OBJECT_ACE_TYPE ||
        Ace->AceType > SYSTEM_ALARM_OBJECT_ACE_TYPE)
        return NULL;
    ULONG Flags, Offset = (ULONG)(sizeof(ACE_HEADER) + sizeof(ACCESS_MASK) + sizeof(Flags));
    __builtin_memcpy(
        &Flags, (const UCHAR *)Ace + sizeof(ACE_HEADER) + sizeof(ACCESS_MASK), sizeof(Flags));
    Offset += (Flags & ACE_OBJECT_TYPE_PRESENT) ? (ULONG)sizeof(GUID) : 0;
    Offset += (Flags & ACE_INHERITED_OBJECT_TYPE_PRESENT) ? (ULONG)sizeof(GUID) : 0;
    return (SID *)(ULONG_PTR)((const UCHAR *)Ace + Offset);
}

/*
 * RtlOwnerAcesPresent - whether a list has an ACE for OWNER RIGHTS (S-1-3-4) that counts for the
 * object itself.
 * IRQL: any. Source: INF (undocumented); OBS tests/kernel/se/RtlOwnerAcesPresent.c
 */
BOOLEAN NTAPI RtlOwnerAcesPresent(ACL *Acl)
{
    return Acl != NULL && SepHasOwnerRights(Acl);
}

static void SepReplaceSid(SID *Sid, const SID *Old, const SID *New, ULONG *Changes)
{
    if (Sid == NULL || !SepEqualSid(Sid, Old))
        return;
    __builtin_memcpy(Sid, New, SepSidBytes(New));
    ++*Changes;
}

static void SepReplaceInAcl(const ACL *Acl, const SID *Old, const SID *New, ULONG *Changes)
{
    ACE_HEADER *Ace = Acl != NULL ? SepFirstAce(Acl) : NULL;
    for (ULONG Index = 0; Acl != NULL && Index < Acl->AceCount; Index++, Ace = SepNextAce(Ace))
        SepReplaceSid(SepSidOfAce(Ace), Old, New, Changes);
}

/*
 * RtlReplaceSidInSd - puts a SID in place of another of the same length, wherever a descriptor has
 * it: owner, group, lists.
 *
 * Changes: how often it was.
 * IRQL:    any
 * Returns: SUCCESS; INVALID_PARAMETER: SIDs of different length; INVALID_SECURITY_DESCR: it is
 *          none.
 * Source:  INF (undocumented); OBS tests/kernel/se/RtlReplaceSidInSd.c
 */
NTSTATUS NTAPI RtlReplaceSidInSd(
    PSECURITY_DESCRIPTOR Descriptor, PSID OldSid, PSID NewSid, ULONG *Changes)
{
    SEP_PARTS Parts;
    ULONG Count = 0;
    if (!RtlValidSid(OldSid) || !RtlValidSid(NewSid) || SepSidBytes(OldSid) != SepSidBytes(NewSid))
        return STATUS_INVALID_PARAMETER;
    if (!RtlValidSecurityDescriptor(Descriptor))
        return STATUS_INVALID_SECURITY_DESCR;
    SepGetParts(Descriptor, &Parts);
    SepReplaceSid(Parts.Owner, OldSid, NewSid, &Count);
    SepReplaceSid(Parts.Group, OldSid, NewSid, &Count);
    SepReplaceInAcl(Parts.Dacl, OldSid, NewSid, &Count);
    SepReplaceInAcl(Parts.Sacl, OldSid, NewSid, &Count);
    *Changes = Count;
    return STATUS_SUCCESS;
}

/* Where the parts of a self-relative descriptor begin and end, as offsets. */
static void SepExtent(const UCHAR *Descriptor, const SEP_PARTS *Parts, ULONG *Begin, ULONG *End)
{
    const struct {
        const void *Part;
        ULONG Bytes;
    } Piece[] = {
        {Parts->Owner, Parts->Owner != NULL ? SepSidBytes(Parts->Owner) : 0},
        {Parts->Group, Parts->Group != NULL ? SepSidBytes(Parts->Group) : 0},
        {Parts->Dacl, Parts->Dacl != NULL ? Parts->Dacl->AclSize : 0u},
        {Parts->Sacl, Parts->Sacl != NULL ? Parts->Sacl->AclSize : 0u},
    };
    *Begin = MAXULONG;
    *End = 0;
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(Piece); Index++) {
        if (Piece[Index].Part == NULL)
            continue;
        const ULONG Offset = (ULONG)((const UCHAR *)Piece[Index].Part - Descriptor);
        *Begin = Offset < *Begin ? Offset : *Begin;
        *End = Offset + Piece[Index].Bytes > *End ? Offset + Piece[Index].Bytes : *End;
    }
    if (*End == 0)
        *Begin = *End = sizeof(SECURITY_DESCRIPTOR_RELATIVE);
}

static void *SepMoved(const void *Part, LONG_PTR Distance)
{
    return Part != NULL ? (UCHAR *)(ULONG_PTR)Part + Distance : NULL;
}

/*
 * RtlSelfRelativeToAbsoluteSD2 - makes a self-relative descriptor an absolute one where it lies;
 * its parts stay behind it.
 *
 * *BufferSize: in: bytes there; out, when too few: bytes needed.
 * IRQL:    any
 * Returns: SUCCESS; BUFFER_TOO_SMALL: nothing has changed; BAD_DESCRIPTOR_FORMAT: not
 *          self-relative; INVALID_PARAMETER_1, _2: NULL.
 * Source:  INF (undocumented for drivers); OBS tests/kernel/se/RtlSelfRelativeToAbsoluteSD2.c
 */
NTSTATUS NTAPI RtlSelfRelativeToAbsoluteSD2(PSECURITY_DESCRIPTOR Descriptor, ULONG *BufferSize)
{
    SECURITY_DESCRIPTOR *Absolute = Descriptor;
    SEP_PARTS Parts;
    ULONG Begin, End;
    if (Descriptor == NULL)
        return STATUS_INVALID_PARAMETER_1;
    if (BufferSize == NULL)
        return STATUS_INVALID_PARAMETER_2;
    if (!(Absolute->Control & SE_SELF_RELATIVE))
        return STATUS_BAD_DESCRIPTOR_FORMAT;
    SepGetParts(Absolute, &Parts);
    SepExtent(Descriptor, &Parts, &Begin, &End);
    const ULONG Needed = (ULONG)sizeof(SECURITY_DESCRIPTOR) + (End - Begin);
    if (*BufferSize < Needed) {
        *BufferSize = Needed;
        return STATUS_BUFFER_TOO_SMALL;
    }
    const LONG_PTR Distance = (LONG_PTR)sizeof(SECURITY_DESCRIPTOR) - (LONG_PTR)Begin;
    __builtin_memmove((UCHAR *)Descriptor + sizeof(SECURITY_DESCRIPTOR),
        (UCHAR *)Descriptor + Begin, End - Begin);
    Absolute->Control = (SECURITY_DESCRIPTOR_CONTROL)(Parts.Control & ~SE_SELF_RELATIVE);
    Absolute->Owner = SepMoved(Parts.Owner, Distance);
    Absolute->Group = SepMoved(Parts.Group, Distance);
    Absolute->Sacl = SepMoved(Parts.Sacl, Distance);
    Absolute->Dacl = SepMoved(Parts.Dacl, Distance);
    return STATUS_SUCCESS;
}

/* ---- equal descriptors alike ----------------------------------------------------------------- */

static BOOLEAN SepIsRepeated(const ACL *Acl, ULONG Index, const ACE_HEADER *Ace)
{
    const ACE_HEADER *Earlier = SepFirstAce(Acl);
    for (ULONG At = 0; At < Index; At++, Earlier = SepNextAce(Earlier)) {
        if (Earlier->AceSize == Ace->AceSize && __builtin_memcmp(Earlier, Ace, Ace->AceSize) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Takes out every ACE that allows what one before it has allowed already. */
static void SepDropRepeated(ACL *Acl)
{
    ULONG Index = 0;
    ACE_HEADER *Ace = SepFirstAce(Acl);
    while (Index < Acl->AceCount) {
        const USHORT Bytes = Ace->AceSize;
        if (Ace->AceType == ACCESS_ALLOWED_ACE_TYPE && SepIsRepeated(Acl, Index, Ace)) {
            RtlDeleteAce(Acl, Index);
            Acl->AclSize = (USHORT)(Acl->AclSize - Bytes);
        } else {
            Index++;
            Ace = SepNextAce(Ace);
        }
    }
}

/* Parts of a copy that may be changed become what is to be written. */
static void SepNormalizeParts(SEP_PARTS *Parts)
{
    if (Parts->Sacl != NULL)
        SepDropRepeated(Parts->Sacl);
    if (Parts->Dacl != NULL)
        SepDropRepeated(Parts->Dacl);
    if (Parts->Sacl != NULL && Parts->Sacl->AceCount == 0) {
        Parts->Sacl = NULL;
        Parts->Control &= (SECURITY_DESCRIPTOR_CONTROL)~SE_SACL_PRESENT;
    }
}

/* A pool copy, normalized; NULL: no memory, or nothing valid. */
static SECURITY_DESCRIPTOR *SepNormalized(
    const SECURITY_DESCRIPTOR *Descriptor, ULONG Length, ULONG_PTR Site, ULONG *Bytes)
{
    SECURITY_DESCRIPTOR *Copy, *New = NULL;
    SEP_PARTS Parts;
    if (SeiValidateDescriptor(Descriptor, Length) == 0)
        return NULL;
    SepGetParts(Descriptor, &Parts);
    if (!NT_SUCCESS(SepBuildRelative(&Parts, PagedPool, EX_KERNEL_SITE, &Copy)))
        return NULL;
    SepGetParts(Copy, &Parts);
    SepNormalizeParts(&Parts);
    *Bytes = SepRelativeBytes(&Parts);
    if (!NT_SUCCESS(SepBuildRelative(&Parts, PagedPool, Site, &New)))
        New = NULL;
    ExiFree(Copy);
    return New;
}

/*
 * RtlNormalizeSecurityDescriptor - gives descriptors that mean the same one form: SACL, DACL,
 * owner, group, nothing in between; no SACL without ACEs, no ACE that allows the same a second
 * time.
 *
 * SecurityDescriptor: to a self-relative one, from pool if it may be replaced.
 *          NewSecurityDescriptor: NULL: the old one is freed and replaced; to NULL: gets the new
 *          one, of paged pool; to a buffer of SecurityDescriptorLength bytes: that gets it.
 * NewSecurityDescriptorLength: optional; set when something changes. CheckOnly: nothing is made.
 * IRQL:    up to APC_LEVEL
 * Returns: whether something changes; FALSE also when it is no descriptor, there is no memory, or
 *          the new one is the longer one.
 * Source:  DOC ntddk/RtlNormalizeSecurityDescriptor; OBS
 *          tests/kernel/se/RtlNormalizeSecurityDescriptor.c
 */
BOOLEAN NTAPI RtlNormalizeSecurityDescriptor(PSECURITY_DESCRIPTOR *SecurityDescriptor,
    ULONG SecurityDescriptorLength, PSECURITY_DESCRIPTOR *NewSecurityDescriptor,
    ULONG *NewSecurityDescriptorLength, BOOLEAN CheckOnly)
{
    ULONG Bytes = 0;
    SECURITY_DESCRIPTOR *New =
        SepNormalized(*SecurityDescriptor, SecurityDescriptorLength, EX_CALLER, &Bytes);
    if (New == NULL)
        return FALSE;
    const BOOLEAN Changes = Bytes < SecurityDescriptorLength ||
                            (Bytes == SecurityDescriptorLength &&
                                __builtin_memcmp(New, *SecurityDescriptor, Bytes) != 0);
    if (Changes && NewSecurityDescriptorLength != NULL)
        *NewSecurityDescriptorLength = Bytes;
    if (!Changes || CheckOnly) {
        ExiFree(New);
    } else if (NewSecurityDescriptor == NULL) {
        ExFreePoolWithTag(*SecurityDescriptor, 0);
        *SecurityDescriptor = New;
    } else if (*NewSecurityDescriptor == NULL) {
        *NewSecurityDescriptor = New;
    } else {
        __builtin_memcpy(*NewSecurityDescriptor, New, Bytes);
        ExiFree(New);
    }
    return Changes;
}
