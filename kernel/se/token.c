/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Tokens. A machine begins with three: SYSTEM for the kernel, drivers and services, an
 * administrator for the machine's owner, an ordinary user for everybody else. Others are copies of
 * those. All privileges of the three are enabled, as no client here enables what it needs.
 */
#include "se/sep.h"

OBJECT_TYPE *SeTokenObjectType;
SE_TOKEN *SeiSystemToken, *SeiAdministratorToken, *SeiUserToken;

#define SEP_SOURCE_NAME "*SYSTEM*"

static _Atomic ULONG SepLuids;

#define SEP_BIT(Name) ((ULONG64)1 << SE_##Name##_PRIVILEGE)

#define SEP_USER_PRIVILEGES                                                                    \
    (SEP_BIT(SHUTDOWN) | SEP_BIT(CHANGE_NOTIFY) | SEP_BIT(UNDOCK) | SEP_BIT(INC_WORKING_SET) | \
        SEP_BIT(TIME_ZONE))
#define SEP_ADMINISTRATOR_PRIVILEGES                                                               \
    (SEP_USER_PRIVILEGES | SEP_BIT(INCREASE_QUOTA) | SEP_BIT(SECURITY) | SEP_BIT(TAKE_OWNERSHIP) | \
        SEP_BIT(LOAD_DRIVER) | SEP_BIT(SYSTEM_PROFILE) | SEP_BIT(SYSTEMTIME) |                     \
        SEP_BIT(PROF_SINGLE_PROCESS) | SEP_BIT(INC_BASE_PRIORITY) | SEP_BIT(CREATE_PAGEFILE) |     \
        SEP_BIT(BACKUP) | SEP_BIT(RESTORE) | SEP_BIT(DEBUG) | SEP_BIT(SYSTEM_ENVIRONMENT) |        \
        SEP_BIT(REMOTE_SHUTDOWN) | SEP_BIT(MANAGE_VOLUME) | SEP_BIT(IMPERSONATE) |                 \
        SEP_BIT(CREATE_GLOBAL) | SEP_BIT(CREATE_SYMBOLIC_LINK))
#define SEP_SYSTEM_PRIVILEGES \
    ((((ULONG64)2 << SE_CREATE_SYMBOLIC_LINK_PRIVILEGE) - 1) & ~(ULONG64)3)

/* Logon sessions: SYSTEM's is known, those of users are numbered from here. */
#define SEP_SYSTEM_LUID 0x3e7
#define SEP_ANONYMOUS_LUID 0x3e6
#define SEP_FIRST_USER_LUID 0x10000
#define SEP_FIRST_LUID 0x20000

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
    SEP_SYSTEM,
    SEP_ADMINISTRATORS,
    SEP_SYSTEM,
    SEP_SYSTEM_INTEGRITY,
    3,
    {SEP_ADMINISTRATORS, SEP_WORLD, SEP_AUTHENTICATED},
    SEP_SYSTEM_PRIVILEGES,
    SEP_SYSTEM_LUID,
    0,
    2,
    {{SEP_SYSTEM, GENERIC_ALL},
        {SEP_ADMINISTRATORS, GENERIC_READ | GENERIC_EXECUTE | READ_CONTROL}},
};

static const SEP_ACCOUNT SepAdministratorAccount = {
    SEP_MACHINE_ADMINISTRATOR,
    SEP_ADMINISTRATORS,
    SEP_MACHINE_GROUP,
    SEP_HIGH,
    7,
    {SEP_MACHINE_GROUP, SEP_WORLD, SEP_ADMINISTRATORS, SEP_USERS, SEP_INTERACTIVE,
        SEP_AUTHENTICATED, SEP_LOCAL},
    SEP_ADMINISTRATOR_PRIVILEGES,
    SEP_FIRST_USER_LUID,
    1,
    2,
    {{SEP_ADMINISTRATORS, GENERIC_ALL}, {SEP_SYSTEM, GENERIC_ALL}},
};

static const SEP_ACCOUNT SepUserAccount = {
    SEP_MACHINE_USER, SEP_MACHINE_USER, SEP_MACHINE_GROUP, SEP_MEDIUM,
    6, {SEP_MACHINE_GROUP, SEP_WORLD, SEP_USERS, SEP_INTERACTIVE, SEP_AUTHENTICATED, SEP_LOCAL},
    SEP_USER_PRIVILEGES, SEP_FIRST_USER_LUID + 1, 1,
    2, {{SEP_MACHINE_USER, GENERIC_ALL}, {SEP_SYSTEM, GENERIC_ALL}},
};

/* Who has not said who it is. */
static const SEP_ACCOUNT SepAnonymousAccount = {
    SEP_ANONYMOUS, SEP_ANONYMOUS, SEP_NULL, SEP_UNTRUSTED,
    1, {SEP_WORLD},
    0, SEP_ANONYMOUS_LUID, 0,
    2, {{SEP_WORLD, GENERIC_ALL}, {SEP_SYSTEM, GENERIC_ALL}},
};

static void SepDeleteToken(void *Object)
{
    SE_TOKEN *Token = Object;
    if (Token->DefaultDacl != NULL)
        ExiFree(Token->DefaultDacl);
    if (Token->Restricted != NULL)
        ExiFree(Token->Restricted);
}

/* ---- identifiers and locked parts ------------------------------------------------------------ */

/* Never given out twice by a machine; those of logon sessions lie below. */
LUID SepNewLuid(void)
{
    return (LUID){.LowPart = SEP_FIRST_LUID + SepLuids++};
}

void SepTouchToken(SE_TOKEN *Token)
{
    Token->ModifiedId = SepNewLuid();
}

NTSTATUS SepCopyDefaultDacl(SE_TOKEN *Token, POOL_TYPE PoolType, ULONG_PTR Site, ACL **Copy)
{
    NTSTATUS Status = STATUS_SUCCESS;
    *Copy = NULL;
    KIRQL Old = KiAcquireLock(&Token->Lock);
    if (Token->DefaultDacl != NULL) {
        *Copy = ExiAllocate(PoolType, Token->DefaultDacl->AclSize, SEP_TAG_TOKEN, Site);
        if (*Copy != NULL)
            __builtin_memcpy(*Copy, Token->DefaultDacl, Token->DefaultDacl->AclSize);
        else
            Status = STATUS_INSUFFICIENT_RESOURCES;
    }
    KiReleaseLock(&Token->Lock, Old);
    return Status;
}

/* ---- making ---------------------------------------------------------------------------------- */

/* The descriptor the token's own user would give an object. */
static NTSTATUS SepSecureToken(SE_TOKEN *Token)
{
    SECURITY_DESCRIPTOR *Descriptor;
    NTSTATUS Status = SepAssign(NULL, NULL, FALSE, Token, &SeTokenObjectType->GenericMapping,
        NonPagedPoolNx, EX_KERNEL_SITE, &Descriptor);
    return NT_SUCCESS(Status) ? ObiSetSecurity(Token, Descriptor) : Status;
}

/* What the copy of a token has for itself. */
static NTSTATUS SepCopyLists(SE_TOKEN *Token, SE_TOKEN *Model)
{
    NTSTATUS Status = SepCopyDefaultDacl(
        Model, NonPagedPoolNx, EX_KERNEL_SITE, &Token->DefaultDacl);
    if (NT_SUCCESS(Status) && Model->Restricted != NULL) {
        const SIZE_T Bytes = Model->RestrictedCount * sizeof(SE_SID);
        Token->Restricted = ExiAllocate(NonPagedPoolNx, Bytes, SEP_TAG_TOKEN, EX_KERNEL_SITE);
        if (Token->Restricted != NULL)
            __builtin_memcpy(Token->Restricted, Model->Restricted, Bytes);
        else
            Status = STATUS_INSUFFICIENT_RESOURCES;
    }
    return Status;
}

NTSTATUS SepCloneToken(SE_TOKEN *Model, SE_TOKEN **Result)
{
    SE_TOKEN *Token;
    void *Object;

    NTSTATUS Status = ObiCreateObject(SeTokenObjectType, sizeof(SE_TOKEN), EX_KERNEL_SITE, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    Token = Object;
    KIRQL Old = KiAcquireLock(&Model->Lock);
    *Token = *Model;
    KiReleaseLock(&Model->Lock, Old);
    Token->Lock = 0;
    Token->DefaultDacl = NULL;
    Token->Restricted = NULL;
    Token->TokenId = SepNewLuid();
    Status = SepCopyLists(Token, Model);
    if (NT_SUCCESS(Status))
        Status = SepSecureToken(Token);
    if (!NT_SUCCESS(Status)) {
        ObfDereferenceObject(Object);
        return Status;
    }
    *Result = Token;
    return STATUS_SUCCESS;
}

/* What EffectiveOnly leaves out. */
static void SepDropDisabled(SE_TOKEN *Token)
{
    ULONG Kept = 0;
    Token->Privileges &= Token->Enabled;
    for (ULONG Index = 0; Index < Token->GroupCount; Index++) {
        if (!(Token->GroupAttributes[Index] & (SE_GROUP_ENABLED | SE_GROUP_USE_FOR_DENY_ONLY)))
            continue;
        Token->Group[Kept] = Token->Group[Index];
        Token->GroupAttributes[Kept++] = Token->GroupAttributes[Index];
    }
    Token->GroupCount = Kept;
}

NTSTATUS SeiDuplicateToken(SE_TOKEN *Token, TOKEN_TYPE Type, SECURITY_IMPERSONATION_LEVEL Level,
    BOOLEAN EffectiveOnly, SE_TOKEN **Copy)
{
    SE_TOKEN *New;
    NTSTATUS Status = SepCloneToken(Token, &New);
    if (!NT_SUCCESS(Status))
        return Status;
    New->Type = Type;
    New->Level = Type == TokenImpersonation ? Level : SecurityAnonymous;
    if (EffectiveOnly)
        SepDropDisabled(New);
    *Copy = New;
    return STATUS_SUCCESS;
}

static NTSTATUS SepMakeDacl(const SEP_ACCOUNT *Account, ACL **Dacl)
{
    ULONG Bytes = sizeof(ACL);
    for (ULONG Index = 0; Index < Account->GrantCount; Index++)
        Bytes += FIELD_OFFSET(ACCESS_ALLOWED_ACE, SidStart) +
            SepSidBytes(SepSid(Account->Grant[Index].Sid));
    ACL *Acl = SepCreateAcl(Bytes);
    if (Acl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    for (ULONG Index = 0; Index < Account->GrantCount; Index++)
        SepAddAce(Acl, ACL_REVISION, ACCESS_ALLOWED_ACE_TYPE, 0, Account->Grant[Index].Mask,
            SepSid(Account->Grant[Index].Sid));
    *Dacl = Acl;
    return STATUS_SUCCESS;
}

static void SepFillToken(SE_TOKEN *Token, const SEP_ACCOUNT *Account)
{
    Token->Type = TokenPrimary;
    Token->User = SepSid(Account->User);
    Token->Owner = SepSid(Account->Owner);
    Token->PrimaryGroup = SepSid(Account->PrimaryGroup);
    __builtin_memcpy(
        &Token->Integrity, SepSid(Account->Integrity), SepSidBytes(SepSid(Account->Integrity)));
    Token->MandatoryPolicy = TOKEN_MANDATORY_POLICY_NO_WRITE_UP;
    Token->GroupCount = Account->GroupCount;
    for (ULONG Index = 0; Index < Account->GroupCount; Index++) {
        Token->Group[Index] = SepSid(Account->Group[Index]);
        Token->GroupAttributes[Index] = SEP_GROUP_IN_FORCE;
        if (Account->Group[Index] == SEP_ADMINISTRATORS)
            Token->GroupAttributes[Index] |= SE_GROUP_OWNER;
    }
    Token->Privileges = Token->Enabled = Token->EnabledByDefault = Account->Privileges;
    Token->AuthenticationId.LowPart = Account->Logon;
    Token->OriginId.LowPart = Account->SessionId != 0 ? SEP_SYSTEM_LUID : 0;
    Token->TokenId = Token->ModifiedId = SepNewLuid();
    Token->SessionId = Account->SessionId;
    __builtin_memcpy(Token->Source.SourceName, SEP_SOURCE_NAME, sizeof(Token->Source.SourceName));
}

static NTSTATUS SepCreateToken(const SEP_ACCOUNT *Account, SE_TOKEN **Result)
{
    void *Object;
    NTSTATUS Status = ObiCreateObject(SeTokenObjectType, sizeof(SE_TOKEN), EX_KERNEL_SITE, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    SE_TOKEN *Token = Object;
    SepFillToken(Token, Account);
    Status = SepMakeDacl(Account, &Token->DefaultDacl);
    if (NT_SUCCESS(Status))
        Status = SepSecureToken(Token);
    if (!NT_SUCCESS(Status)) {
        ObfDereferenceObject(Object);
        return Status;
    }
    *Result = Token;
    return STATUS_SUCCESS;
}

NTSTATUS SeiCreateAnonymousToken(SE_TOKEN **Token)
{
    NTSTATUS Status = SepCreateToken(&SepAnonymousAccount, Token);
    if (!NT_SUCCESS(Status))
        return Status;
    (*Token)->Type = TokenImpersonation;
    (*Token)->Level = SecurityImpersonation;
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
    SepLuids = 0;
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

/*
 * SeTokenIsAdmin - whether a token has the Administrators group in force.
 * IRQL: PASSIVE_LEVEL. Source: DOC ntifs/SeTokenIsAdmin; OBS tests/kernel/se/SeTokenIsAdmin.c
 */
BOOLEAN NTAPI SeTokenIsAdmin(PACCESS_TOKEN Token)
{
    return SeiTokenHasSid(Token, SepSid(SEP_ADMINISTRATORS));
}

/*
 * SeTokenIsRestricted - whether a token has restricting SIDs.
 * IRQL: PASSIVE_LEVEL. Source: DOC ntifs/SeTokenIsRestricted; OBS tests/kernel/se/SeFilterToken.c
 */
BOOLEAN NTAPI SeTokenIsRestricted(PACCESS_TOKEN Token)
{
    return ((SE_TOKEN *)Token)->RestrictedCount != 0;
}

/*
 * SeTokenIsWriteRestricted - whether those count for writing only.
 * IRQL: any. Source: DOC ntifs/SeTokenIsWriteRestricted; OBS tests/kernel/se/SeFilterToken.c
 */
BOOLEAN NTAPI SeTokenIsWriteRestricted(PACCESS_TOKEN Token)
{
    return ((SE_TOKEN *)Token)->WriteRestricted;
}

/*
 * SeTokenType - a process's token or one to impersonate with.
 * IRQL: any. Source: DOC ntifs/SeTokenType; OBS tests/kernel/se/ZwDuplicateToken.c
 */
TOKEN_TYPE NTAPI SeTokenType(PACCESS_TOKEN Token)
{
    return ((SE_TOKEN *)Token)->Type;
}

/*
 * SeTokenImpersonationLevel - how far an impersonation token goes; of a primary token,
 * SecurityAnonymous.
 * IRQL: any. Source: INF: undocumented; OBS tests/kernel/se/ZwDuplicateToken.c
 */
SECURITY_IMPERSONATION_LEVEL NTAPI SeTokenImpersonationLevel(PACCESS_TOKEN Token)
{
    return ((SE_TOKEN *)Token)->Level;
}

/* SeQueryAuthenticationIdToken - a token's logon session. IRQL: PASSIVE_LEVEL. Returns: SUCCESS.
 * Source: DOC ntifs. */
NTSTATUS NTAPI SeQueryAuthenticationIdToken(PACCESS_TOKEN Token, LUID *AuthenticationId)
{
    *AuthenticationId = ((SE_TOKEN *)Token)->AuthenticationId;
    return STATUS_SUCCESS;
}

/* SeQuerySessionIdToken - a token's session: 0 for SYSTEM. IRQL: PASSIVE_LEVEL. Returns: SUCCESS.
 * Source: DOC ntifs. */
NTSTATUS NTAPI SeQuerySessionIdToken(PACCESS_TOKEN Token, ULONG *SessionId)
{
    *SessionId = ((SE_TOKEN *)Token)->SessionId;
    return STATUS_SUCCESS;
}
