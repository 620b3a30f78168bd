/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Access control lists: checking, building and taking apart. Lists a driver passes are walked only
 * as far as AclSize.
 */
#include "se/sep.h"

static BOOLEAN SepKnownRevision(ULONG Revision)
{
    return Revision >= MIN_ACL_REVISION && Revision <= MAX_ACL_REVISION;
}

static BOOLEAN SepValidAce(const ACE_HEADER *Ace, ULONG Limit)
{
    if (Limit < sizeof(*Ace) || Ace->AceSize > Limit || Ace->AceSize < sizeof(*Ace) ||
        (Ace->AceSize & 3) != 0)
        return FALSE;
    if (!SepIsPlainAce(Ace->AceType))
        return TRUE;
    const ULONG Fixed = FIELD_OFFSET(ACCESS_ALLOWED_ACE, SidStart);
    return Ace->AceSize > Fixed &&
        SepValidSid(SepAceSid((const ACCESS_ALLOWED_ACE *)(const void *)Ace), Ace->AceSize - Fixed);
}

BOOLEAN SepValidAcl(const ACL *Acl, ULONG Limit)
{
    if (Limit < sizeof(*Acl) || !SepKnownRevision(Acl->AclRevision) ||
        Acl->AclSize < sizeof(*Acl) || Acl->AclSize > Limit)
        return FALSE;
    ULONG Left = Acl->AclSize - (ULONG)sizeof(*Acl);
    const ACE_HEADER *Ace = SepFirstAce(Acl);
    for (ULONG Index = 0; Index < Acl->AceCount; Index++) {
        if (!SepValidAce(Ace, Left))
            return FALSE;
        Left -= Ace->AceSize;
        Ace = SepNextAce(Ace);
    }
    return TRUE;
}

ACE_HEADER *SepFirstFree(const ACL *Acl)
{
    const UCHAR *End = (const UCHAR *)Acl + Acl->AclSize;
    ACE_HEADER *Ace = SepFirstAce(Acl);
    for (ULONG Index = 0; Index < Acl->AceCount; Index++) {
        if ((const UCHAR *)(Ace + 1) > End || Ace->AceSize < sizeof(*Ace))
            return NULL;
        Ace = SepNextAce(Ace);
    }
    return (const UCHAR *)Ace <= End ? Ace : NULL;
}

static ULONG SepRoom(const ACL *Acl, const ACE_HEADER *Free)
{
    return Acl->AclSize - (ULONG)((const UCHAR *)Free - (const UCHAR *)Acl);
}

NTSTATUS SepAddAce(
    ACL *Acl, ULONG Revision, UCHAR Type, ULONG Flags, ACCESS_MASK Mask, const SID *Sid)
{
    const ULONG Fixed = FIELD_OFFSET(ACCESS_ALLOWED_ACE, SidStart);

    if (Sid == NULL || !SepValidSid(Sid, SECURITY_MAX_SID_SIZE))
        return STATUS_INVALID_SID;
    if (!SepKnownRevision(Acl->AclRevision) || Revision > MAX_ACL_REVISION)
        return STATUS_REVISION_MISMATCH;
    if (Flags & ~(ULONG)VALID_INHERIT_FLAGS)
        return STATUS_INVALID_PARAMETER;
    ACE_HEADER *Free = SepFirstFree(Acl);
    if (Free == NULL)
        return STATUS_INVALID_ACL;
    ULONG Bytes = Fixed + SepSidBytes(Sid);
    if (SepRoom(Acl, Free) < Bytes)
        return STATUS_ALLOTTED_SPACE_EXCEEDED;
    ACCESS_ALLOWED_ACE *Ace = (ACCESS_ALLOWED_ACE *)(void *)Free;
    Ace->Header.AceType = Type;
    Ace->Header.AceFlags = (UCHAR)Flags;
    Ace->Header.AceSize = (USHORT)Bytes;
    Ace->Mask = Mask;
    __builtin_memcpy(SepAceSid(Ace), Sid, SepSidBytes(Sid));
    Acl->AceCount++;
    if (Revision > Acl->AclRevision)
        Acl->AclRevision = (UCHAR)Revision;
    return STATUS_SUCCESS;
}

void SepMapAcl(ACL *Acl, const GENERIC_MAPPING *Mapping)
{
    ACE_HEADER *Header = SepFirstAce(Acl);
    for (ULONG Index = 0; Index < Acl->AceCount; Index++, Header = SepNextAce(Header)) {
        /* All types we keep have their mask in the same place. One that is only passed on is mapped
         * where it lands. */
        if (!(Header->AceFlags & INHERIT_ONLY_ACE) &&
            Header->AceType != SYSTEM_MANDATORY_LABEL_ACE_TYPE)
            RtlMapGenericMask(&((ACCESS_ALLOWED_ACE *)(void *)Header)->Mask, Mapping);
    }
}

ACL *SepCreateAcl(ULONG Bytes)
{
    ACL *Acl = ExiAllocate(NonPagedPoolNx, Bytes, SEP_TAG, EX_KERNEL_SITE);
    if (Acl != NULL)
        RtlCreateAcl(Acl, Bytes, ACL_REVISION);
    return Acl;
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * RtlCreateAcl - prepares an empty list in the caller's buffer.
 *
 * IRQL:    any
 * Returns: SUCCESS; BUFFER_TOO_SMALL: no room for the header; INVALID_PARAMETER: an unknown
 *          revision, or a length beyond 64 KiB.
 * Source:  DOC ntifs/RtlCreateAcl
 */
NTSTATUS NTAPI RtlCreateAcl(ACL *Acl, ULONG Length, ULONG Revision)
{
    if (Length < sizeof(ACL))
        return STATUS_BUFFER_TOO_SMALL;
    if (!SepKnownRevision(Revision) || Length > MAXUSHORT)
        return STATUS_INVALID_PARAMETER;
    Acl->AclRevision = (UCHAR)Revision;
    Acl->Sbz1 = 0;
    Acl->AclSize = (USHORT)(Length & ~3u);
    Acl->AceCount = 0;
    Acl->Sbz2 = 0;
    return STATUS_SUCCESS;
}

/*
 * RtlAddAccessAllowedAce - appends an ACE that grants AccessMask to Sid.
 *
 * IRQL:    any
 * Returns: SUCCESS; INVALID_SID, REVISION_MISMATCH, INVALID_ACL; ALLOTTED_SPACE_EXCEEDED: the list
 * is full.
 * Source:  DOC ntifs/RtlAddAccessAllowedAce
 */
NTSTATUS NTAPI RtlAddAccessAllowedAce(ACL *Acl, ULONG Revision, ACCESS_MASK AccessMask, PSID Sid)
{
    return SepAddAce(Acl, Revision, ACCESS_ALLOWED_ACE_TYPE, 0, AccessMask, Sid);
}

/*
 * RtlAddAccessAllowedAceEx - the same with inheritance flags.
 *
 * IRQL:    any
 * Returns: as RtlAddAccessAllowedAce; INVALID_PARAMETER: other flags.
 * Source:  DOC ntifs/RtlAddAccessAllowedAceEx
 */
NTSTATUS NTAPI RtlAddAccessAllowedAceEx(
    ACL *Acl, ULONG Revision, ULONG AceFlags, ACCESS_MASK AccessMask, PSID Sid)
{
    return SepAddAce(Acl, Revision, ACCESS_ALLOWED_ACE_TYPE, AceFlags, AccessMask, Sid);
}

/* How many whole ACEs the bytes are; FALSE when they do not come out even. */
static BOOLEAN SepCountAces(const UCHAR *List, ULONG Bytes, ULONG *Count)
{
    for (*Count = 0; Bytes != 0; ++*Count) {
        const ACE_HEADER *Ace = (const ACE_HEADER *)(const void *)List;
        if (!SepValidAce(Ace, Bytes))
            return FALSE;
        List += Ace->AceSize;
        Bytes -= Ace->AceSize;
    }
    return TRUE;
}

/*
 * RtlAddAce - inserts ACEs before the one numbered StartingIndex; MAXULONG, or any number beyond
 * the last, appends.
 *
 * IRQL:    any
 * Returns: SUCCESS; INVALID_PARAMETER: a bad list or revision; BUFFER_TOO_SMALL: the list is full.
 * Source:  DOC ntifs/RtlAddAce
 */
NTSTATUS NTAPI RtlAddAce(
    ACL *Acl, ULONG Revision, ULONG StartingIndex, PVOID AceList, ULONG AceListLength)
{
    ACE_HEADER *Free = SepKnownRevision(Acl->AclRevision) ? SepFirstFree(Acl) : NULL;
    ULONG Count;

    if (Free == NULL || Revision > MAX_ACL_REVISION ||
        !SepCountAces(AceList, AceListLength, &Count))
        return STATUS_INVALID_PARAMETER;
    if (SepRoom(Acl, Free) < AceListLength)
        return STATUS_BUFFER_TOO_SMALL;
    ACE_HEADER *Place = SepFirstAce(Acl);
    for (ULONG Index = 0; Index < StartingIndex && Index < Acl->AceCount; Index++)
        Place = SepNextAce(Place);
    __builtin_memmove(
        (UCHAR *)Place + AceListLength, Place, (SIZE_T)((UCHAR *)Free - (UCHAR *)Place));
    __builtin_memcpy(Place, AceList, AceListLength);
    Acl->AceCount = (USHORT)(Acl->AceCount + Count);
    if (Revision > Acl->AclRevision)
        Acl->AclRevision = (UCHAR)Revision;
    return STATUS_SUCCESS;
}

/* The ACE numbered Index, or NULL when there is none within the list. */
static ACE_HEADER *SepAceAt(const ACL *Acl, ULONG Index)
{
    const UCHAR *End = (const UCHAR *)Acl + Acl->AclSize;
    ACE_HEADER *Ace = SepFirstAce(Acl);
    if (!SepKnownRevision(Acl->AclRevision) || Index >= Acl->AceCount)
        return NULL;
    for (; (const UCHAR *)(Ace + 1) <= End; Index--) {
        if (Index == 0)
            return Ace;
        if (Ace->AceSize < sizeof(*Ace))
            return NULL;
        Ace = SepNextAce(Ace);
    }
    return NULL;
}

/*
 * RtlGetAce - where the ACE numbered Index is.
 *
 * IRQL:    any
 * Returns: SUCCESS; INVALID_PARAMETER: there is none, or the list is not one.
 * Source:  DOC ntifs/RtlGetAce
 */
NTSTATUS NTAPI RtlGetAce(ACL *Acl, ULONG Index, PVOID *Ace)
{
    ACE_HEADER *Found = SepAceAt(Acl, Index);
    if (Found == NULL)
        return STATUS_INVALID_PARAMETER;
    *Ace = Found;
    return STATUS_SUCCESS;
}

/*
 * RtlDeleteAce - takes the ACE numbered Index out; later ones move up.
 *
 * IRQL:    any
 * Returns: SUCCESS; INVALID_PARAMETER: there is none, or the list is not one.
 * Source:  DOC ntifs/RtlDeleteAce
 */
NTSTATUS NTAPI RtlDeleteAce(ACL *Acl, ULONG Index)
{
    ACE_HEADER *Ace = SepAceAt(Acl, Index);
    const UCHAR *Free = (const UCHAR *)SepFirstFree(Acl);
    if (Ace == NULL || Free == NULL)
        return STATUS_INVALID_PARAMETER;
    ULONG Bytes = Ace->AceSize;
    SIZE_T After = (SIZE_T)(Free - (const UCHAR *)SepNextAce(Ace));
    __builtin_memmove(Ace, SepNextAce(Ace), After);
    __builtin_memset((UCHAR *)Ace + After, 0, Bytes);
    Acl->AceCount--;
    return STATUS_SUCCESS;
}

/*
 * RtlFindAceByType - the first ACE of a type at or behind *Index.
 *
 * Index: optional; in: where to begin, out: the ACE's number.
 * IRQL:    any
 * Returns: the ACE, NULL: there is none.
 * Source:  INF: undocumented
 */
PVOID NTAPI RtlFindAceByType(ACL *Acl, UCHAR AceType, ULONG *Index)
{
    ULONG Number = Index != NULL ? *Index : 0;
    for (ACE_HEADER *Ace; (Ace = SepAceAt(Acl, Number)) != NULL; Number++) {
        if (Ace->AceType != AceType)
            continue;
        if (Index != NULL)
            *Index = Number;
        return Ace;
    }
    return NULL;
}
