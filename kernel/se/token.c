/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Tokens. A machine has three: SYSTEM for the kernel, drivers and services, an administrator for the machine's
 * owner, an ordinary user for everybody else. They never change once made. Privileges a token holds are enabled:
 * nothing here adjusts them.
 */
#include "se/sep.h"

OBJECT_TYPE *SeTokenObjectType;
SE_TOKEN *SeiSystemToken, *SeiAdministratorToken, *SeiUserToken;

#define SEP_BIT(Name) ((ULONG64)1 << SE_##Name##_PRIVILEGE)

#define SEP_USER_PRIVILEGES                                                                            \
    (SEP_BIT(SHUTDOWN) | SEP_BIT(CHANGE_NOTIFY) | SEP_BIT(UNDOCK) | SEP_BIT(INC_WORKING_SET) |         \
        SEP_BIT(TIME_ZONE))
#define SEP_ADMINISTRATOR_PRIVILEGES                                                                   \
    (SEP_USER_PRIVILEGES | SEP_BIT(INCREASE_QUOTA) | SEP_BIT(SECURITY) | SEP_BIT(TAKE_OWNERSHIP) |     \
        SEP_BIT(LOAD_DRIVER) | SEP_BIT(SYSTEM_PROFILE) | SEP_BIT(SYSTEMTIME) |                         \
        SEP_BIT(PROF_SINGLE_PROCESS) | SEP_BIT(INC_BASE_PRIORITY) | SEP_BIT(CREATE_PAGEFILE) |         \
        SEP_BIT(BACKUP) | SEP_BIT(RESTORE) | SEP_BIT(DEBUG) | SEP_BIT(SYSTEM_ENVIRONMENT) |            \
        SEP_BIT(REMOTE_SHUTDOWN) | SEP_BIT(MANAGE_VOLUME) | SEP_BIT(IMPERSONATE) |                     \
        SEP_BIT(CREATE_GLOBAL) | SEP_BIT(CREATE_SYMBOLIC_LINK))
#define SEP_SYSTEM_PRIVILEGES ((((ULONG64)2 << SE_CREATE_SYMBOLIC_LINK_PRIVILEGE) - 1) & ~(ULONG64)3)

/* Logon sessions: SYSTEM's is known, those of users are numbered from here. */
#define SEP_SYSTEM_LUID 0x3e7
#define SEP_FIRST_USER_LUID 0x10000

/* One entry of a token's default DACL. */
typedef struct SEP_GRANT {
    enum SEP_WELL_KNOWN Sid;
    ACCESS_MASK Mask;
} SEP_GRANT;

typedef struct SEP_ACCOUNT {
    enum SEP_WELL_KNOWN User, Owner, PrimaryGroup, Integrity;
    ULONG GroupCount;
    enum SEP_WELL_KNOWN Group[SE_TOKEN_MAX_GROUPS];
    ULONG64 Privileges;
    ULONG Logon;
    ULONG SessionId;
    ULONG GrantCount;
    SEP_GRANT Grant[2];
} SEP_ACCOUNT;

static const SEP_ACCOUNT SepSystemAccount = {
    SEP_SYSTEM, SEP_ADMINISTRATORS, SEP_SYSTEM, SEP_SYSTEM_INTEGRITY,
    3, {SEP_ADMINISTRATORS, SEP_WORLD, SEP_AUTHENTICATED},
    SEP_SYSTEM_PRIVILEGES, SEP_SYSTEM_LUID, 0,
    2, {{SEP_SYSTEM, GENERIC_ALL}, {SEP_ADMINISTRATORS, GENERIC_READ | GENERIC_EXECUTE | READ_CONTROL}},
};

static const SEP_ACCOUNT SepAdministratorAccount = {
    SEP_MACHINE_ADMINISTRATOR, SEP_ADMINISTRATORS, SEP_MACHINE_GROUP, SEP_HIGH,
    7, {SEP_MACHINE_GROUP, SEP_WORLD, SEP_ADMINISTRATORS, SEP_USERS, SEP_INTERACTIVE, SEP_AUTHENTICATED, SEP_LOCAL},
    SEP_ADMINISTRATOR_PRIVILEGES, SEP_FIRST_USER_LUID, 1,
    2, {{SEP_ADMINISTRATORS, GENERIC_ALL}, {SEP_SYSTEM, GENERIC_ALL}},
};

static const SEP_ACCOUNT SepUserAccount = {
    SEP_MACHINE_USER, SEP_MACHINE_USER, SEP_MACHINE_GROUP, SEP_MEDIUM,
    6, {SEP_MACHINE_GROUP, SEP_WORLD, SEP_USERS, SEP_INTERACTIVE, SEP_AUTHENTICATED, SEP_LOCAL},
    SEP_USER_PRIVILEGES, SEP_FIRST_USER_LUID + 1, 1,
    2, {{SEP_MACHINE_USER, GENERIC_ALL}, {SEP_SYSTEM, GENERIC_ALL}},
};

static void SepDeleteToken(void *Object)
{
    SE_TOKEN *Token = Object;
    if (Token->DefaultDacl != NULL)
        ExiFree(Token->DefaultDacl);
}

static NTSTATUS SepMakeDacl(const SEP_ACCOUNT *Account, ACL **Dacl)
{
    ULONG Bytes = sizeof(ACL);
    for (ULONG Index = 0; Index < Account->GrantCount; Index++)
        Bytes += FIELD_OFFSET(ACCESS_ALLOWED_ACE, SidStart) + SepSidBytes(SepSid(Account->Grant[Index].Sid));
    ACL *Acl = SepCreateAcl(Bytes);
    if (Acl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    for (ULONG Index = 0; Index < Account->GrantCount; Index++)
        SepAddAce(Acl, ACL_REVISION, ACCESS_ALLOWED_ACE_TYPE, 0, Account->Grant[Index].Mask,
            SepSid(Account->Grant[Index].Sid));
    *Dacl = Acl;
    return STATUS_SUCCESS;
}

static NTSTATUS SepCreateToken(const SEP_ACCOUNT *Account, SE_TOKEN **Result)
{
    static ULONG NextId = 1;
    void *Object;

    NTSTATUS Status = ObiCreateObject(SeTokenObjectType, sizeof(SE_TOKEN), EX_KERNEL_SITE, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    SE_TOKEN *Token = Object;
    Token->User = SepSid(Account->User);
    Token->Owner = SepSid(Account->Owner);
    Token->PrimaryGroup = SepSid(Account->PrimaryGroup);
    Token->Integrity = SepSid(Account->Integrity);
    Token->GroupCount = Account->GroupCount;
    for (ULONG Index = 0; Index < Account->GroupCount; Index++)
        Token->Group[Index] = SepSid(Account->Group[Index]);
    Token->Privileges = Account->Privileges;
    Token->AuthenticationId.LowPart = Account->Logon;
    Token->TokenId.LowPart = NextId++;
    Token->SessionId = Account->SessionId;
    Status = SepMakeDacl(Account, &Token->DefaultDacl);
    if (!NT_SUCCESS(Status)) {
        ObfDereferenceObject(Object);
        return Status;
    }
    *Result = Token;
    return STATUS_SUCCESS;
}

NTSTATUS SepCreateTokens(void)
{
    static const OBJECT_TYPE Type = {
        .Procedures = {.Delete = SepDeleteToken},
        .GenericMapping = {TOKEN_READ, TOKEN_WRITE, TOKEN_EXECUTE, TOKEN_ALL_ACCESS},
        .ValidAccess = TOKEN_ALL_ACCESS | SYNCHRONIZE,
        .PoolTag = SEP_TAG_TOKEN,
    };
    NTSTATUS Status = ObiCreateType("Token", &Type, &SeTokenObjectType);
    if (NT_SUCCESS(Status))
        Status = SepCreateToken(&SepSystemAccount, &SeiSystemToken);
    if (NT_SUCCESS(Status))
        Status = SepCreateToken(&SepAdministratorAccount, &SeiAdministratorToken);
    if (NT_SUCCESS(Status))
        Status = SepCreateToken(&SepUserAccount, &SeiUserToken);
    return Status;
}

void SepDestroyTokens(void)
{
    SE_TOKEN **Token[] = {&SeiSystemToken, &SeiAdministratorToken, &SeiUserToken};
    for (unsigned Index = 0; Index < sizeof(Token) / sizeof(Token[0]); Index++) {
        if (*Token[Index] != NULL)
            ObfDereferenceObject(*Token[Index]);
        *Token[Index] = NULL;
    }
    SeTokenObjectType = NULL;
}

/* ---- exports --------------------------------------------------------------------------------- */

/* SeTokenIsAdmin - whether a token has the Administrators group. IRQL: PASSIVE_LEVEL. Source: DOC ntifs. */
BOOLEAN NTAPI SeTokenIsAdmin(PACCESS_TOKEN Token)
{
    return SeiTokenHasSid(Token, SepSid(SEP_ADMINISTRATORS));
}

/* SeTokenIsRestricted - whether a token has restricting SIDs; ours have none. IRQL: PASSIVE_LEVEL. Source: DOC. */
BOOLEAN NTAPI SeTokenIsRestricted(PACCESS_TOKEN Token)
{
    UNREFERENCED_PARAMETER(Token);
    return FALSE;
}

/* SeTokenType - what a token is for: ours are processes'. IRQL: PASSIVE_LEVEL. Source: DOC ntifs/SeTokenType. */
TOKEN_TYPE NTAPI SeTokenType(PACCESS_TOKEN Token)
{
    UNREFERENCED_PARAMETER(Token);
    return TokenPrimary;
}

/*
 * SeTokenImpersonationLevel - how far an impersonation token goes; of a primary token, SecurityAnonymous.
 * IRQL: PASSIVE_LEVEL. Source: INF: undocumented.
 */
SECURITY_IMPERSONATION_LEVEL NTAPI SeTokenImpersonationLevel(PACCESS_TOKEN Token)
{
    UNREFERENCED_PARAMETER(Token);
    return SecurityAnonymous;
}

/* SeQueryAuthenticationIdToken - a token's logon session. IRQL: PASSIVE_LEVEL. Returns: SUCCESS. Source: DOC ntifs. */
NTSTATUS NTAPI SeQueryAuthenticationIdToken(PACCESS_TOKEN Token, LUID *AuthenticationId)
{
    *AuthenticationId = ((SE_TOKEN *)Token)->AuthenticationId;
    return STATUS_SUCCESS;
}

/* SeQuerySessionIdToken - a token's session: 0 for SYSTEM. IRQL: PASSIVE_LEVEL. Returns: SUCCESS. Source: DOC ntifs. */
NTSTATUS NTAPI SeQuerySessionIdToken(PACCESS_TOKEN Token, ULONG *SessionId)
{
    *SessionId = ((SE_TOKEN *)Token)->SessionId;
    return STATUS_SUCCESS;
}

/* A block of Fixed bytes with a SID behind it; *Sid: where that went. */
static void *SepBlockWithSid(ULONG Fixed, const SID *Source, PSID *Sid, ULONG_PTR Site)
{
    UCHAR *Block = ExiAllocateZero(PagedPool, Fixed + SepSidBytes(Source), SEP_TAG_TOKEN, Site);
    if (Block == NULL)
        return NULL;
    *Sid = Block + Fixed;
    __builtin_memcpy(*Sid, Source, SepSidBytes(Source));
    return Block;
}

static void *SepQuerySidAndAttributes(const SID *Source, ULONG Attributes, ULONG_PTR Site)
{
    PSID Sid;
    SID_AND_ATTRIBUTES *Answer = SepBlockWithSid(sizeof(*Answer), Source, &Sid, Site);
    if (Answer != NULL) {
        Answer->Sid = Sid;
        Answer->Attributes = Attributes;
    }
    return Answer;
}

/* TOKEN_OWNER and TOKEN_PRIMARY_GROUP are a pointer each. */
static void *SepQuerySid(const SID *Source, ULONG_PTR Site)
{
    PSID Sid;
    TOKEN_OWNER *Answer = SepBlockWithSid(sizeof(*Answer), Source, &Sid, Site);
    if (Answer != NULL)
        Answer->Owner = Sid;
    return Answer;
}

static void *SepQueryGroups(const SE_TOKEN *Token, ULONG_PTR Site)
{
    ULONG Fixed = FIELD_OFFSET(TOKEN_GROUPS, Groups) + Token->GroupCount * (ULONG)sizeof(SID_AND_ATTRIBUTES);
    ULONG Bytes = Fixed;
    for (ULONG Index = 0; Index < Token->GroupCount; Index++)
        Bytes += SepSidBytes(Token->Group[Index]);
    TOKEN_GROUPS *Answer = ExiAllocateZero(PagedPool, Bytes, SEP_TAG_TOKEN, Site);
    if (Answer == NULL)
        return NULL;
    UCHAR *Cursor = (UCHAR *)Answer + Fixed;
    Answer->GroupCount = Token->GroupCount;
    for (ULONG Index = 0; Index < Token->GroupCount; Index++) {
        SID_AND_ATTRIBUTES *Group = Answer->Groups + Index;
        __builtin_memcpy(Cursor, Token->Group[Index], SepSidBytes(Token->Group[Index]));
        Group->Sid = Cursor;
        Group->Attributes = SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED;
        if (SepEqualSid(Token->Group[Index], SepSid(SEP_ADMINISTRATORS)))
            Group->Attributes |= SE_GROUP_OWNER;
        Cursor += SepSidBytes(Token->Group[Index]);
    }
    return Answer;
}

static void *SepQueryPrivileges(const SE_TOKEN *Token, ULONG_PTR Site)
{
    ULONG Count = (ULONG)__builtin_popcountll(Token->Privileges), Next = 0;
    TOKEN_PRIVILEGES *Answer = ExiAllocateZero(PagedPool,
        FIELD_OFFSET(TOKEN_PRIVILEGES, Privileges) + Count * sizeof(LUID_AND_ATTRIBUTES), SEP_TAG_TOKEN, Site);
    if (Answer == NULL)
        return NULL;
    Answer->PrivilegeCount = Count;
    for (ULONG Privilege = 0; Privilege < 64; Privilege++) {
        if (!SeiTokenHasPrivilege(Token, Privilege))
            continue;
        LUID_AND_ATTRIBUTES *Entry = Answer->Privileges + Next++;
        Entry->Luid.LowPart = Privilege;
        Entry->Attributes = SE_PRIVILEGE_ENABLED | SE_PRIVILEGE_ENABLED_BY_DEFAULT;
    }
    return Answer;
}

static void *SepQueryDefaultDacl(const SE_TOKEN *Token, ULONG_PTR Site)
{
    TOKEN_DEFAULT_DACL *Answer =
        ExiAllocate(PagedPool, sizeof(*Answer) + Token->DefaultDacl->AclSize, SEP_TAG_TOKEN, Site);
    if (Answer == NULL)
        return NULL;
    Answer->DefaultDacl = (ACL *)(void *)(Answer + 1);
    __builtin_memcpy(Answer->DefaultDacl, Token->DefaultDacl, Token->DefaultDacl->AclSize);
    return Answer;
}

static void *SepQueryStatistics(const SE_TOKEN *Token, ULONG_PTR Site)
{
    TOKEN_STATISTICS *Answer = ExiAllocateZero(PagedPool, sizeof(*Answer), SEP_TAG_TOKEN, Site);
    if (Answer == NULL)
        return NULL;
    Answer->TokenId = Token->TokenId;
    Answer->AuthenticationId = Token->AuthenticationId;
    Answer->ModifiedId = Token->TokenId;
    Answer->ExpirationTime.QuadPart = MAXLONGLONG;
    Answer->TokenType = TokenPrimary;
    Answer->GroupCount = Token->GroupCount;
    Answer->PrivilegeCount = (ULONG)__builtin_popcountll(Token->Privileges);
    return Answer;
}

static void *SepQueryUlong(ULONG Value, ULONG_PTR Site)
{
    ULONG *Answer = ExiAllocate(PagedPool, sizeof(*Answer), SEP_TAG_TOKEN, Site);
    if (Answer != NULL)
        *Answer = Value;
    return Answer;
}

/* FALSE: a class we do not answer. */
static BOOLEAN SepQueryBlock(const SE_TOKEN *Token, TOKEN_INFORMATION_CLASS Class, ULONG_PTR Site, void **Block)
{
    switch (Class) {
    case TokenUser:
        *Block = SepQuerySidAndAttributes(Token->User, 0, Site);
        return TRUE;
    case TokenGroups:
        *Block = SepQueryGroups(Token, Site);
        return TRUE;
    case TokenPrivileges:
        *Block = SepQueryPrivileges(Token, Site);
        return TRUE;
    case TokenOwner:
        *Block = SepQuerySid(Token->Owner, Site);
        return TRUE;
    case TokenPrimaryGroup:
        *Block = SepQuerySid(Token->PrimaryGroup, Site);
        return TRUE;
    case TokenDefaultDacl:
        *Block = SepQueryDefaultDacl(Token, Site);
        return TRUE;
    case TokenType:
        *Block = SepQueryUlong(TokenPrimary, Site);
        return TRUE;
    case TokenStatistics:
        *Block = SepQueryStatistics(Token, Site);
        return TRUE;
    case TokenElevation:
        *Block = SepQueryUlong(SeiTokenHasSid(Token, SepSid(SEP_ADMINISTRATORS)), Site);
        return TRUE;
    case TokenIntegrityLevel:
        *Block = SepQuerySidAndAttributes(
            Token->Integrity, SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED, Site);
        return TRUE;
    default:
        return FALSE;
    }
}

/*
 * SeQueryInformationToken - reads a token: TokenUser, TokenGroups, TokenPrivileges, TokenOwner, TokenPrimaryGroup,
 * TokenDefaultDacl, TokenType, TokenStatistics, TokenElevation, TokenIntegrityLevel, TokenSessionId.
 *
 * *TokenInformation: a pool block; for TokenSessionId the number itself, in the first ULONG there.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_INFO_CLASS; INSUFFICIENT_RESOURCES.
 * Owner:   caller; ExFreePool.
 * Source:  DOC ntifs/SeQueryInformationToken
 */
NTSTATUS NTAPI SeQueryInformationToken(
    PACCESS_TOKEN Token, TOKEN_INFORMATION_CLASS TokenInformationClass, PVOID *TokenInformation)
{
    void *Block;
    if (TokenInformationClass == TokenSessionId)
        return SeQuerySessionIdToken(Token, (ULONG *)(void *)TokenInformation);
    if (!SepQueryBlock(Token, TokenInformationClass, EX_CALLER, &Block))
        return STATUS_INVALID_INFO_CLASS;
    if (Block == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    *TokenInformation = Block;
    return STATUS_SUCCESS;
}
