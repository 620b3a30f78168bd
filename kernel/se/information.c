/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What there is to know about a token, class by class. An answer is one block: the structure, and
 * behind it what its pointers lead to. SeQueryInformationToken's reader has the block itself;
 * another's has a copy of it, and the pointers are made for there.
 */
#include "se/sep.h"

#define SEP_TAG_ANSWER 0x49546553u /* 'SeTI' */

static NTSTATUS SepBegin(SEP_ANSWER *Answer, ULONG Bytes)
{
    Answer->Block = ExiAllocateZero(PagedPool, Bytes, SEP_TAG_ANSWER, Answer->Site);
    if (Answer->Block == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Answer->Bytes = Bytes;
    if (Answer->Base == 0)
        Answer->Base = (ULONG_PTR)Answer->Block;
    return STATUS_SUCCESS;
}

/* A place in the block, as its reader will find it. */
static void *SepFromBase(const SEP_ANSWER *Answer, const void *Place)
{
    return (void *)(Answer->Base + (ULONG_PTR)((const UCHAR *)Place - Answer->Block));
}

static NTSTATUS SepNumber(SEP_ANSWER *Answer, ULONG Value)
{
    NTSTATUS Status = SepBegin(Answer, sizeof(Value));
    if (NT_SUCCESS(Status))
        *(ULONG *)(void *)Answer->Block = Value;
    return Status;
}

/* ---- SIDs ------------------------------------------------------------------------------------ */

/* The SID behind the pointer the block begins with. */
static NTSTATUS SepOneSid(SEP_ANSWER *Answer, ULONG Fixed, const SID *Sid)
{
    NTSTATUS Status = SepBegin(Answer, Fixed + SepSidBytes(Sid));
    if (!NT_SUCCESS(Status))
        return Status;
    __builtin_memcpy(Answer->Block + Fixed, Sid, SepSidBytes(Sid));
    *(void **)(void *)Answer->Block = SepFromBase(Answer, Answer->Block + Fixed);
    return Status;
}

static NTSTATUS SepSidWithAttributes(SEP_ANSWER *Answer, const SID *Sid, ULONG Attributes)
{
    NTSTATUS Status = SepOneSid(Answer, sizeof(SID_AND_ATTRIBUTES), Sid);
    if (NT_SUCCESS(Status))
        ((SID_AND_ATTRIBUTES *)(void *)Answer->Block)->Attributes = Attributes;
    return Status;
}

/* A list of SIDs: the token's groups, its user and groups, or what restricts it. */
typedef struct SEP_LIST {
    ULONG Count;
    const SID *Sid[SE_TOKEN_MAX_GROUPS + 1];
    ULONG Attributes[SE_TOKEN_MAX_GROUPS + 1];
    const SE_SID *Restricted; /* in place of Sid: that many of them */
} SEP_LIST;

static const SID *SepListed(const SEP_LIST *List, ULONG Index, ULONG *Attributes)
{
    *Attributes = SEP_GROUP_IN_FORCE;
    if (List->Restricted != NULL)
        return &List->Restricted[Index].Sid;
    *Attributes = List->Attributes[Index];
    return List->Sid[Index];
}

static void SepListGroups(const SE_TOKEN *Token, BOOLEAN User, SEP_LIST *List)
{
    *List = (SEP_LIST){0};
    if (User) {
        List->Sid[0] = Token->User;
        List->Attributes[List->Count++] = Token->UserAttributes;
    }
    for (ULONG Index = 0; Index < Token->GroupCount; Index++) {
        List->Sid[List->Count] = Token->Group[Index];
        List->Attributes[List->Count++] = Token->GroupAttributes[Index];
    }
}

static void SepListRestricted(const SE_TOKEN *Token, SEP_LIST *List)
{
    *List = (SEP_LIST){.Count = Token->RestrictedCount, .Restricted = Token->Restricted};
}

static ULONG SepListBytes(const SEP_LIST *List)
{
    ULONG Bytes = List->Count * (ULONG)sizeof(SID_AND_ATTRIBUTES), Attributes;
    for (ULONG Index = 0; Index < List->Count; Index++)
        Bytes += SepSidBytes(SepListed(List, Index, &Attributes));
    return Bytes;
}

/* Entries at To, the SIDs right behind them. */
static void SepWriteList(const SEP_ANSWER *Answer, const SEP_LIST *List, SID_AND_ATTRIBUTES *To)
{
    UCHAR *Cursor = (UCHAR *)(To + List->Count);
    for (ULONG Index = 0; Index < List->Count; Index++) {
        const SID *Sid = SepListed(List, Index, &To[Index].Attributes);
        __builtin_memcpy(Cursor, Sid, SepSidBytes(Sid));
        To[Index].Sid = SepFromBase(Answer, Cursor);
        Cursor += SepSidBytes(Sid);
    }
}

static NTSTATUS SepGroups(SEP_ANSWER *Answer, const SEP_LIST *List)
{
    NTSTATUS Status = SepBegin(
        Answer, (ULONG)FIELD_OFFSET(TOKEN_GROUPS, Groups) + SepListBytes(List));
    if (!NT_SUCCESS(Status))
        return Status;
    TOKEN_GROUPS *Groups = (TOKEN_GROUPS *)(void *)Answer->Block;
    Groups->GroupCount = List->Count;
    SepWriteList(Answer, List, Groups->Groups);
    return Status;
}

/* ---- privileges ------------------------------------------------------------------------------ */

static void SepWritePrivileges(const SE_TOKEN *Token, ULONG64 Held, LUID_AND_ATTRIBUTES *To)
{
    for (ULONG Privilege = 0; Privilege < 64; Privilege++) {
        const ULONG64 Bit = (ULONG64)1 << Privilege;
        if (!(Held & Bit))
            continue;
        To->Luid.LowPart = Privilege;
        To->Attributes = (Token->Enabled & Bit ? SE_PRIVILEGE_ENABLED : 0u) |
                         (Token->EnabledByDefault & Bit ? SE_PRIVILEGE_ENABLED_BY_DEFAULT : 0u);
        To++;
    }
}

static NTSTATUS SepPrivileges(SEP_ANSWER *Answer, const SE_TOKEN *Token)
{
    const ULONG64 Held = Token->Privileges;
    const ULONG Count = (ULONG)__builtin_popcountll(Held);
    NTSTATUS Status = SepBegin(Answer,
        (ULONG)FIELD_OFFSET(TOKEN_PRIVILEGES, Privileges) +
            Count * (ULONG)sizeof(LUID_AND_ATTRIBUTES));
    if (!NT_SUCCESS(Status))
        return Status;
    TOKEN_PRIVILEGES *Privileges = (TOKEN_PRIVILEGES *)(void *)Answer->Block;
    Privileges->PrivilegeCount = Count;
    SepWritePrivileges(Token, Held, Privileges->Privileges);
    return Status;
}

/* TOKEN_GROUPS_AND_PRIVILEGES */
typedef struct SEP_GROUPS_AND_PRIVILEGES {
    ULONG SidCount;
    ULONG SidLength;
    SID_AND_ATTRIBUTES *Sids;
    ULONG RestrictedSidCount;
    ULONG RestrictedSidLength;
    SID_AND_ATTRIBUTES *RestrictedSids;
    ULONG PrivilegeCount;
    ULONG PrivilegeLength;
    LUID_AND_ATTRIBUTES *Privileges;
    LUID AuthenticationId;
} SEP_GROUPS_AND_PRIVILEGES;

static NTSTATUS SepGroupsAndPrivileges(SEP_ANSWER *Answer, const SE_TOKEN *Token)
{
    const ULONG64 Held = Token->Privileges;
    SEP_LIST Groups, Restricted;
    SepListGroups(Token, TRUE, &Groups);
    SepListRestricted(Token, &Restricted);
    const ULONG GroupBytes = (ULONG)ALIGN_UP_BY(SepListBytes(&Groups), sizeof(ULONG_PTR)),
                RestrictedBytes = (ULONG)ALIGN_UP_BY(SepListBytes(&Restricted), sizeof(ULONG_PTR)),
                Count = (ULONG)__builtin_popcountll(Held),
                PrivilegeBytes = Count * (ULONG)sizeof(LUID_AND_ATTRIBUTES);
    NTSTATUS Status = SepBegin(Answer,
        (ULONG)sizeof(SEP_GROUPS_AND_PRIVILEGES) + GroupBytes + RestrictedBytes + PrivilegeBytes);
    if (!NT_SUCCESS(Status))
        return Status;
    SEP_GROUPS_AND_PRIVILEGES *To = (SEP_GROUPS_AND_PRIVILEGES *)(void *)Answer->Block;
    UCHAR *Cursor = (UCHAR *)(To + 1);
    To->SidCount = Groups.Count;
    To->SidLength = SepListBytes(&Groups);
    To->Sids = SepFromBase(Answer, Cursor);
    SepWriteList(Answer, &Groups, (SID_AND_ATTRIBUTES *)(void *)Cursor);
    Cursor += GroupBytes;
    To->RestrictedSidCount = Restricted.Count;
    To->RestrictedSidLength = SepListBytes(&Restricted);
    if (Restricted.Count != 0)
        To->RestrictedSids = SepFromBase(Answer, Cursor);
    SepWriteList(Answer, &Restricted, (SID_AND_ATTRIBUTES *)(void *)Cursor);
    Cursor += RestrictedBytes;
    To->PrivilegeCount = Count;
    To->PrivilegeLength = PrivilegeBytes;
    To->Privileges = SepFromBase(Answer, Cursor);
    SepWritePrivileges(Token, Held, (LUID_AND_ATTRIBUTES *)(void *)Cursor);
    To->AuthenticationId = Token->AuthenticationId;
    return Status;
}

/* ---- the rest -------------------------------------------------------------------------------- */

static NTSTATUS SepDefaultDacl(SEP_ANSWER *Answer, SE_TOKEN *Token)
{
    ACL *Dacl;
    NTSTATUS Status = SepCopyDefaultDacl(Token, NonPagedPoolNx, EX_KERNEL_SITE, &Dacl);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = SepBegin(
        Answer, (ULONG)sizeof(TOKEN_DEFAULT_DACL) + (Dacl != NULL ? Dacl->AclSize : 0u));
    if (NT_SUCCESS(Status) && Dacl != NULL) {
        TOKEN_DEFAULT_DACL *To = (TOKEN_DEFAULT_DACL *)(void *)Answer->Block;
        __builtin_memcpy(To + 1, Dacl, Dacl->AclSize);
        To->DefaultDacl = SepFromBase(Answer, To + 1);
    }
    if (Dacl != NULL)
        ExiFree(Dacl);
    return Status;
}

static NTSTATUS SepStatistics(SEP_ANSWER *Answer, const SE_TOKEN *Token)
{
    NTSTATUS Status = SepBegin(Answer, sizeof(TOKEN_STATISTICS));
    if (!NT_SUCCESS(Status))
        return Status;
    TOKEN_STATISTICS *To = (TOKEN_STATISTICS *)(void *)Answer->Block;
    To->TokenId = Token->TokenId;
    To->AuthenticationId = Token->AuthenticationId;
    To->ModifiedId = Token->ModifiedId;
    To->ExpirationTime.QuadPart = MAXLONGLONG;
    To->TokenType = Token->Type;
    To->ImpersonationLevel = Token->Level;
    To->GroupCount = Token->GroupCount;
    To->PrivilegeCount = (ULONG)__builtin_popcountll(Token->Privileges);
    return Status;
}

static NTSTATUS SepBytes(SEP_ANSWER *Answer, const void *From, ULONG Bytes)
{
    NTSTATUS Status = SepBegin(Answer, Bytes);
    if (NT_SUCCESS(Status))
        __builtin_memcpy(Answer->Block, From, Bytes);
    return Status;
}

static BOOLEAN SepIsElevated(const SE_TOKEN *Token)
{
    return SeiTokenHasSid(Token, SepSid(SEP_ADMINISTRATORS));
}

ULONG SepFixedBytes(TOKEN_INFORMATION_CLASS Class)
{
    switch (Class) {
    case TokenSource:
        return sizeof(TOKEN_SOURCE);
    case TokenStatistics:
        return sizeof(TOKEN_STATISTICS);
    case TokenOrigin:
        return sizeof(LUID);
    case TokenType:
    case TokenImpersonationLevel:
    case TokenSessionId:
    case TokenSandBoxInert:
    case TokenElevationType:
    case TokenElevation:
    case TokenHasRestrictions:
    case TokenVirtualizationAllowed:
    case TokenVirtualizationEnabled:
    case TokenUIAccess:
    case TokenMandatoryPolicy:
    case TokenIsAppContainer:
    case TokenAppContainerNumber:
    case TokenIsRestricted:
        return sizeof(ULONG);
    default:
        return 0;
    }
}

static NTSTATUS SepQueryNumber(SE_TOKEN *Token, TOKEN_INFORMATION_CLASS Class, SEP_ANSWER *Answer)
{
    switch (Class) {
    case TokenType:
        return SepNumber(Answer, (ULONG)Token->Type);
    case TokenImpersonationLevel:
        /* A primary token has none. */
        return Token->Type == TokenImpersonation ? SepNumber(Answer, (ULONG)Token->Level)
                                                 : STATUS_INVALID_INFO_CLASS;
    case TokenSessionId:
        return SepNumber(Answer, Token->SessionId);
    case TokenSandBoxInert:
        return SepNumber(Answer, Token->SandboxInert);
    case TokenElevationType:
        return SepNumber(Answer, TokenElevationTypeDefault);
    case TokenElevation:
        return SepNumber(Answer, SepIsElevated(Token));
    case TokenHasRestrictions:
        return SepNumber(Answer, Token->Filtered);
    case TokenIsRestricted:
        return SepNumber(Answer, Token->RestrictedCount != 0);
    case TokenMandatoryPolicy:
        return SepNumber(Answer, Token->MandatoryPolicy);
    default: /* virtualization, UI access, app containers: there is none of that */
        return SepNumber(Answer, 0);
    }
}

NTSTATUS SepQueryToken(SE_TOKEN *Token, TOKEN_INFORMATION_CLASS Class, SEP_ANSWER *Answer)
{
    SEP_LIST List;
    switch (Class) {
    case TokenUser:
        return SepSidWithAttributes(Answer, Token->User, Token->UserAttributes);
    case TokenGroups:
        SepListGroups(Token, FALSE, &List);
        return SepGroups(Answer, &List);
    case TokenRestrictedSids:
        SepListRestricted(Token, &List);
        return SepGroups(Answer, &List);
    case TokenPrivileges:
        return SepPrivileges(Answer, Token);
    case TokenGroupsAndPrivileges:
        return SepGroupsAndPrivileges(Answer, Token);
    case TokenOwner:
        return SepOneSid(Answer, sizeof(TOKEN_OWNER), Token->Owner);
    case TokenPrimaryGroup:
        return SepOneSid(Answer, sizeof(TOKEN_PRIMARY_GROUP), Token->PrimaryGroup);
    case TokenIntegrityLevel:
        return SepSidWithAttributes(
            Answer, &Token->Integrity.Sid, SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED);
    case TokenDefaultDacl:
        return SepDefaultDacl(Answer, Token);
    case TokenSource:
        return SepBytes(Answer, &Token->Source, sizeof(Token->Source));
    case TokenOrigin:
        return SepBytes(Answer, &Token->OriginId, sizeof(Token->OriginId));
    case TokenStatistics:
        return SepStatistics(Answer, Token);
    case TokenLinkedToken: /* nobody here has two */
        return STATUS_NO_SUCH_LOGON_SESSION;
    default:
        return SepFixedBytes(Class) != 0 ? SepQueryNumber(Token, Class, Answer)
                                         : STATUS_INVALID_INFO_CLASS;
    }
}

/*
 * SeQueryInformationToken - reads a token.
 *
 * TokenInformationClass: user, groups, restricting SIDs, privileges, both of these, owner, primary
 * group, default DACL, source, type, level, statistics, session, origin, sandbox, elevation (and
 * its type), restrictions, integrity level and policy, and those that say no to app containers,
 * virtualization and UI access. *TokenInformation: a pool block; for TokenSessionId the number
 * itself, in the first ULONG there.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_INFO_CLASS: also the level of a primary token; NO_SUCH_LOGON_SESSION:
 *          there is no linked token; INSUFFICIENT_RESOURCES.
 * Owner:   caller; ExFreePool.
 * Source:  DOC ntifs/SeQueryInformationToken; OBS tests/kernel/se/SeQueryInformationToken.c
 */
NTSTATUS NTAPI SeQueryInformationToken(
    PACCESS_TOKEN Token, TOKEN_INFORMATION_CLASS TokenInformationClass, PVOID *TokenInformation)
{
    SEP_ANSWER Answer = {.Site = EX_CALLER};
    if (TokenInformationClass == TokenSessionId)
        return SeQuerySessionIdToken(Token, (ULONG *)(void *)TokenInformation);
    NTSTATUS Status = SepQueryToken(Token, TokenInformationClass, &Answer);
    if (NT_SUCCESS(Status))
        *TokenInformation = Answer.Block;
    return Status;
}
