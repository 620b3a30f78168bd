/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Changing a token that is there: its privileges, and what it gives to new objects. Each change is
 * one stroke under the token's lock. */
#include "ke/zw.h"
#include "se/sep.h"

#define SEP_MOST_PRIVILEGES 64u

/* ---- privileges ------------------------------------------------------------------------------ */

typedef struct SEP_ADJUSTMENT {
    ULONG64 Enable, Disable, Remove; /* what is asked for, of what the token holds */
    BOOLEAN Missing;                 /* something it does not hold was asked for */
} SEP_ADJUSTMENT;

static NTSTATUS SepReadPrivileges(
    const TOKEN_PRIVILEGES *From, LUID_AND_ATTRIBUTES *To, ULONG *Count)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    NTSTATUS Status = ObiReadCaller(Count, &From->PrivilegeCount, sizeof(*Count), Mode);
    if (NT_SUCCESS(Status) && *Count > SEP_MOST_PRIVILEGES)
        Status = STATUS_INVALID_PARAMETER;
    if (NT_SUCCESS(Status) && *Count != 0)
        Status = ObiReadCaller(To, From->Privileges, *Count * sizeof(*To), Mode);
    return Status;
}

static void SepPlanAdjustment(
    const SE_TOKEN *Token, const LUID_AND_ATTRIBUTES *Wanted, ULONG Count, SEP_ADJUSTMENT *Plan)
{
    *Plan = (SEP_ADJUSTMENT){0};
    for (ULONG Index = 0; Index < Count; Index++) {
        const LUID Luid = Wanted[Index].Luid;
        const ULONG64 Bit = Luid.HighPart == 0 && Luid.LowPart < 64 ? (ULONG64)1 << Luid.LowPart
                                                                    : 0;
        if (!(Token->Privileges & Bit))
            Plan->Missing = TRUE;
        else if (Wanted[Index].Attributes & SE_PRIVILEGE_REMOVED)
            Plan->Remove |= Bit;
        else if (Wanted[Index].Attributes & SE_PRIVILEGE_ENABLED)
            Plan->Enable |= Bit;
        else
            Plan->Disable |= Bit;
    }
}

static ULONG64 SepChanged(const SE_TOKEN *Token, const SEP_ADJUSTMENT *Plan)
{
    return (Plan->Enable & ~Token->Enabled) | (Plan->Disable & Token->Enabled) | Plan->Remove;
}

/* What changed, as it was before. */
static NTSTATUS SepReturnPrevious(
    ULONG64 Changed, ULONG64 Enabled, ULONG64 ByDefault, TOKEN_PRIVILEGES *To, KPROCESSOR_MODE Mode)
{
    LUID_AND_ATTRIBUTES Entry[SEP_MOST_PRIVILEGES];
    ULONG Count = 0;
    for (ULONG Privilege = 0; Privilege < 64; Privilege++) {
        const ULONG64 Bit = (ULONG64)1 << Privilege;
        if (Changed & Bit)
            Entry[Count++] = (LUID_AND_ATTRIBUTES){{.LowPart = Privilege},
                (Enabled & Bit ? SE_PRIVILEGE_ENABLED : 0u) |
                    (ByDefault & Bit ? SE_PRIVILEGE_ENABLED_BY_DEFAULT : 0u)};
    }
    NTSTATUS Status = ObiWriteCaller(&To->PrivilegeCount, &Count, sizeof(Count), Mode);
    if (NT_SUCCESS(Status) && Count != 0)
        Status = ObiWriteCaller(To->Privileges, Entry, Count * sizeof(Entry[0]), Mode);
    return Status;
}

static NTSTATUS SepAdjust(SE_TOKEN *Token, const LUID_AND_ATTRIBUTES *Wanted, ULONG Count,
    BOOLEAN DisableAll, ULONG BufferLength, TOKEN_PRIVILEGES *PreviousState, ULONG *ReturnLength)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    NTSTATUS Status = STATUS_SUCCESS;
    SEP_ADJUSTMENT Plan;
    KIRQL Old = KiAcquireLock(&Token->Lock);
    if (DisableAll)
        Plan = (SEP_ADJUSTMENT){.Disable = Token->Privileges};
    else
        SepPlanAdjustment(Token, Wanted, Count, &Plan);
    const ULONG64 Changed = SepChanged(Token, &Plan), Enabled = Token->Enabled,
                  ByDefault = Token->EnabledByDefault;
    const ULONG Needed = (ULONG)FIELD_OFFSET(TOKEN_PRIVILEGES, Privileges) +
                         (ULONG)__builtin_popcountll(Changed) * (ULONG)sizeof(LUID_AND_ATTRIBUTES);
    const BOOLEAN Fits = PreviousState == NULL || BufferLength >= Needed;
    if (Fits && Changed != 0) {
        Token->Privileges &= ~Plan.Remove;
        Token->Enabled = (Token->Enabled | Plan.Enable) & ~(Plan.Disable | Plan.Remove);
        Token->EnabledByDefault &= ~Plan.Remove;
        SepTouchToken(Token);
    }
    KiReleaseLock(&Token->Lock, Old);
    if (PreviousState != NULL)
        Status = ObiWriteCaller(ReturnLength, &Needed, sizeof(Needed), Mode);
    if (NT_SUCCESS(Status) && !Fits)
        return STATUS_BUFFER_TOO_SMALL;
    if (NT_SUCCESS(Status) && PreviousState != NULL)
        Status = SepReturnPrevious(Changed, Enabled, ByDefault, PreviousState, Mode);
    return NT_SUCCESS(Status) && Plan.Missing ? STATUS_NOT_ALL_ASSIGNED : Status;
}

/*
 * NtAdjustPrivilegesToken - enables, disables and removes privileges of a token.
 *
 * DisableAllPrivileges: NewState is not looked at. NewState: SE_PRIVILEGE_ENABLED,
 * SE_PRIVILEGE_REMOVED (for ever) or 0 for each.
 * PreviousState: optional; the privileges that changed, as they were; ReturnLength goes with it.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; NOT_ALL_ASSIGNED: the token does not hold all of them, the others were changed;
 *          BUFFER_TOO_SMALL: nothing was; INVALID_PARAMETER: no NewState; INVALID_HANDLE,
 *          OBJECT_TYPE_MISMATCH, ACCESS_DENIED: TOKEN_ADJUST_PRIVILEGES, or for PreviousState
 *          TOKEN_QUERY, is missing; ACCESS_VIOLATION.
 * Source:  DOC securitybaseapi/AdjustTokenPrivileges, which is built on it; OBS
 *          tests/kernel/se/ZwAdjustPrivilegesToken.c
 */
NTSTATUS NTAPI NtAdjustPrivilegesToken(HANDLE TokenHandle, BOOLEAN DisableAllPrivileges,
    TOKEN_PRIVILEGES *NewState, ULONG BufferLength, TOKEN_PRIVILEGES *PreviousState,
    ULONG *ReturnLength)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    const ACCESS_MASK Needed = TOKEN_ADJUST_PRIVILEGES | (PreviousState != NULL ? TOKEN_QUERY : 0);
    LUID_AND_ATTRIBUTES Wanted[SEP_MOST_PRIVILEGES];
    NTSTATUS Status = STATUS_SUCCESS;
    ACCESS_MASK Granted;
    SE_TOKEN *Token;
    ULONG Count = 0;

    if (!DisableAllPrivileges) {
        if (NewState == NULL)
            return STATUS_INVALID_PARAMETER;
        Status = SepReadPrivileges(NewState, Wanted, &Count);
    }
    if (NT_SUCCESS(Status) && PreviousState != NULL) {
        Status = ObiProbeOutput(PreviousState, BufferLength, sizeof(ULONG), Mode);
        if (NT_SUCCESS(Status))
            Status = ObiProbeOutput(ReturnLength, sizeof(ULONG), sizeof(ULONG), Mode);
    }
    if (NT_SUCCESS(Status))
        Status = SepReferenceToken(TokenHandle, Needed, &Token, &Granted);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = SepAdjust(
        Token, Wanted, Count, DisableAllPrivileges, BufferLength, PreviousState, ReturnLength);
    ObfDereferenceObject(Token);
    return Status;
}

NTSTATUS NTAPI ZwAdjustPrivilegesToken(HANDLE TokenHandle, BOOLEAN DisableAllPrivileges,
    TOKEN_PRIVILEGES *NewState, ULONG BufferLength, TOKEN_PRIVILEGES *PreviousState,
    ULONG *ReturnLength)
{
    return ZW_CALL(AdjustPrivilegesToken,
        (TokenHandle, DisableAllPrivileges, NewState, BufferLength, PreviousState, ReturnLength));
}

/* ---- the rest -------------------------------------------------------------------------------- */

/* A SID of the caller. */
static NTSTATUS SepReadSidAt(const SID *From, SE_SID *To)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    NTSTATUS Status = ObiReadCaller(To, From, SEP_SID_HEADER, Mode);
    if (!NT_SUCCESS(Status))
        return Status;
    if (!SepValidSid(&To->Sid, sizeof(*To)))
        return STATUS_INVALID_SID;
    return ObiReadCaller(To->Bytes + SEP_SID_HEADER, (const UCHAR *)From + SEP_SID_HEADER,
        SepSidBytes(&To->Sid) - SEP_SID_HEADER, Mode);
}

/* The token's own copy of one of its SIDs; Attributes: of a group, what it has to have. NULL: it is
 * none of them. */
static SID *SepOwnSid(const SE_TOKEN *Token, const SID *Sid, ULONG Attributes)
{
    if (SepEqualSid(Token->User, Sid))
        return Token->User;
    for (ULONG Index = 0; Index < Token->GroupCount; Index++) {
        if (SepEqualSid(Token->Group[Index], Sid) &&
            (Token->GroupAttributes[Index] & Attributes) == Attributes)
            return Token->Group[Index];
    }
    return NULL;
}

static NTSTATUS SepSetSid(
    SE_TOKEN *Token, SID **Which, ULONG Attributes, const void *Information, NTSTATUS Invalid)
{
    SE_SID Sid;
    const SID *From;
    NTSTATUS Status = ObiReadCaller(&From, Information, sizeof(From), KiPreviousMode());
    if (NT_SUCCESS(Status))
        Status = SepReadSidAt(From, &Sid);
    if (!NT_SUCCESS(Status))
        return Status;
    SID *Own = SepOwnSid(Token, &Sid.Sid, Attributes);
    if (Own == NULL)
        return Invalid;
    KIRQL Old = KiAcquireLock(&Token->Lock);
    *Which = Own;
    SepTouchToken(Token);
    KiReleaseLock(&Token->Lock, Old);
    return STATUS_SUCCESS;
}

static NTSTATUS SepSetDefaultDacl(SE_TOKEN *Token, const void *Information)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    ACL *Dacl = NULL;
    ACL *From, Header;
    NTSTATUS Status = ObiReadCaller(&From, Information, sizeof(From), Mode);
    if (NT_SUCCESS(Status) && From != NULL) {
        Status = ObiReadCaller(&Header, From, sizeof(Header), Mode);
        if (NT_SUCCESS(Status) && Header.AclSize < sizeof(Header))
            Status = STATUS_INVALID_ACL;
        if (NT_SUCCESS(Status) && (Dacl = SepCreateAcl(Header.AclSize)) == NULL)
            Status = STATUS_INSUFFICIENT_RESOURCES;
        if (NT_SUCCESS(Status)) {
            Status = ObiReadCaller(Dacl, From, Header.AclSize, Mode);
            Dacl->AclSize = Header.AclSize;
        }
        if (NT_SUCCESS(Status) && !SepValidAcl(Dacl, Header.AclSize))
            Status = STATUS_INVALID_ACL;
    }
    if (NT_SUCCESS(Status)) {
        KIRQL Old = KiAcquireLock(&Token->Lock);
        ACL *Before = Token->DefaultDacl;
        Token->DefaultDacl = Dacl;
        SepTouchToken(Token);
        KiReleaseLock(&Token->Lock, Old);
        Dacl = Before;
    }
    if (Dacl != NULL)
        ExiFree(Dacl);
    return Status;
}

static BOOLEAN SepMaySet(ULONG Privilege)
{
    return SeSinglePrivilegeCheck(RtlConvertUlongToLuid(Privilege), KiPreviousMode());
}

/* Down for everybody, up for who has SeRelabelPrivilege. */
static NTSTATUS SepSetIntegrity(SE_TOKEN *Token, const void *Information)
{
    static const SID_IDENTIFIER_AUTHORITY Label = SECURITY_MANDATORY_LABEL_AUTHORITY;
    SID_AND_ATTRIBUTES From;
    SE_SID Sid;
    NTSTATUS Status = ObiReadCaller(&From, Information, sizeof(From), KiPreviousMode());
    if (NT_SUCCESS(Status))
        Status = SepReadSidAt(From.Sid, &Sid);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Sid.Sid.SubAuthorityCount != 1 ||
        __builtin_memcmp(&Sid.Sid.IdentifierAuthority, &Label, sizeof(Label)) != 0)
        return STATUS_INVALID_LABEL;
    if (Sid.Sid.SubAuthority[0] > Token->Integrity.Sid.SubAuthority[0] &&
        !SepMaySet(SE_RELABEL_PRIVILEGE))
        return STATUS_PRIVILEGE_NOT_HELD;
    KIRQL Old = KiAcquireLock(&Token->Lock);
    Token->Integrity = Sid;
    SepTouchToken(Token);
    KiReleaseLock(&Token->Lock, Old);
    return STATUS_SUCCESS;
}

/* What only the trusted computing base may set. Bytes of them at To. */
static NTSTATUS SepSetTrusted(SE_TOKEN *Token, void *To, const void *Information, ULONG Bytes)
{
    UCHAR Value[sizeof(LUID)];
    if (!SepMaySet(SE_TCB_PRIVILEGE))
        return STATUS_PRIVILEGE_NOT_HELD;
    NTSTATUS Status = ObiReadCaller(Value, Information, Bytes, KiPreviousMode());
    if (!NT_SUCCESS(Status))
        return Status;
    KIRQL Old = KiAcquireLock(&Token->Lock);
    __builtin_memcpy(To, Value, Bytes);
    SepTouchToken(Token);
    KiReleaseLock(&Token->Lock, Old);
    return STATUS_SUCCESS;
}

static ULONG SepSettableBytes(TOKEN_INFORMATION_CLASS Class)
{
    switch (Class) {
    case TokenOwner:
    case TokenPrimaryGroup:
    case TokenDefaultDacl:
        return sizeof(void *);
    case TokenIntegrityLevel:
        return sizeof(SID_AND_ATTRIBUTES);
    case TokenOrigin:
        return sizeof(LUID);
    case TokenSessionId:
    case TokenMandatoryPolicy:
        return sizeof(ULONG);
    default:
        return 0;
    }
}

static NTSTATUS SepSetToken(SE_TOKEN *Token, TOKEN_INFORMATION_CLASS Class, const void *Information)
{
    switch (Class) {
    case TokenOwner:
        return SepSetSid(Token, &Token->Owner, SE_GROUP_OWNER, Information, STATUS_INVALID_OWNER);
    case TokenPrimaryGroup:
        return SepSetSid(Token, &Token->PrimaryGroup, 0, Information, STATUS_INVALID_PRIMARY_GROUP);
    case TokenDefaultDacl:
        return SepSetDefaultDacl(Token, Information);
    case TokenIntegrityLevel:
        return SepSetIntegrity(Token, Information);
    case TokenSessionId:
        return SepSetTrusted(Token, &Token->SessionId, Information, sizeof(ULONG));
    case TokenMandatoryPolicy:
        return SepSetTrusted(Token, &Token->MandatoryPolicy, Information, sizeof(ULONG));
    default:
        return SepSetTrusted(Token, &Token->OriginId, Information, sizeof(LUID));
    }
}

/*
 * NtSetInformationToken - changes what a token gives to new objects (TokenOwner, TokenPrimaryGroup,
 * TokenDefaultDacl), its integrity level, and, with SeTcbPrivilege, TokenSessionId, TokenOrigin and
 * TokenMandatoryPolicy.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_INFO_CLASS: also classes that are only read; INFO_LENGTH_MISMATCH: less
 *          than the class has; INVALID_OWNER, INVALID_PRIMARY_GROUP: none of the token's that may
 *          be it; INVALID_SID, INVALID_ACL, INVALID_LABEL; PRIVILEGE_NOT_HELD; INVALID_HANDLE,
 *          OBJECT_TYPE_MISMATCH, ACCESS_DENIED: TOKEN_ADJUST_DEFAULT or TOKEN_ADJUST_SESSIONID is
 *          missing; ACCESS_VIOLATION, INSUFFICIENT_RESOURCES.
 * Source:  DOC ntifs/ZwSetInformationToken; OBS tests/kernel/se/ZwSetInformationToken.c
 */
NTSTATUS NTAPI NtSetInformationToken(HANDLE TokenHandle,
    TOKEN_INFORMATION_CLASS TokenInformationClass, void *TokenInformation,
    ULONG TokenInformationLength)
{
    const ULONG Bytes = SepSettableBytes(TokenInformationClass);
    const ACCESS_MASK Needed = TOKEN_ADJUST_DEFAULT |
        (TokenInformationClass == TokenSessionId ? TOKEN_ADJUST_SESSIONID : 0);
    ACCESS_MASK Granted;
    SE_TOKEN *Token;
    if (Bytes == 0)
        return STATUS_INVALID_INFO_CLASS;
    if (TokenInformationLength < Bytes)
        return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS Status = SepReferenceToken(TokenHandle, Needed, &Token, &Granted);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = SepSetToken(Token, TokenInformationClass, TokenInformation);
    ObfDereferenceObject(Token);
    return Status;
}

NTSTATUS NTAPI ZwSetInformationToken(HANDLE TokenHandle,
    TOKEN_INFORMATION_CLASS TokenInformationClass, void *TokenInformation,
    ULONG TokenInformationLength)
{
    return ZW_CALL(SetInformationToken,
        (TokenHandle, TokenInformationClass, TokenInformation, TokenInformationLength));
}

/* ---- asking ---------------------------------------------------------------------------------- */

/*
 * NtPrivilegeCheck - whether the token of a handle has privileges in force; those it has are
 * marked, as SePrivilegeCheck does.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS: *Result tells; INVALID_PARAMETER: too many; BAD_IMPERSONATION_LEVEL: a token
 *          that only identifies; INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no
 *          TOKEN_QUERY; ACCESS_VIOLATION.
 * Source:  DOC ntifs/NtPrivilegeCheck; OBS tests/kernel/se/NtPrivilegeCheck.c
 */
NTSTATUS NTAPI NtPrivilegeCheck(
    HANDLE ClientToken, PRIVILEGE_SET *RequiredPrivileges, BOOLEAN *Result)
{
    const KPROCESSOR_MODE Mode = KiPreviousMode();
    struct {
        PRIVILEGE_SET Set;
        LUID_AND_ATTRIBUTES More[SEP_MOST_PRIVILEGES];
    } Required;
    SECURITY_SUBJECT_CONTEXT Context = {0};
    ACCESS_MASK Granted;
    SE_TOKEN *Token;
    BOOLEAN Held;

    NTSTATUS Status = ObiReadCaller(
        &Required.Set, RequiredPrivileges, FIELD_OFFSET(PRIVILEGE_SET, Privilege), Mode);
    if (NT_SUCCESS(Status) && Required.Set.PrivilegeCount > SEP_MOST_PRIVILEGES)
        Status = STATUS_INVALID_PARAMETER;
    if (!NT_SUCCESS(Status))
        return Status;
    const ULONG Bytes = (ULONG)FIELD_OFFSET(PRIVILEGE_SET, Privilege) +
                        Required.Set.PrivilegeCount * (ULONG)sizeof(LUID_AND_ATTRIBUTES);
    Status = ObiReadCaller(&Required, RequiredPrivileges, Bytes, Mode);
    if (NT_SUCCESS(Status))
        Status = SepReferenceToken(ClientToken, TOKEN_QUERY, &Token, &Granted);
    if (!NT_SUCCESS(Status))
        return Status;
    Context.PrimaryToken = Token;
    if (Token->Type == TokenImpersonation && Token->Level < SecurityIdentification)
        Status = STATUS_BAD_IMPERSONATION_LEVEL;
    Held = NT_SUCCESS(Status) && SePrivilegeCheck(&Required.Set, &Context, UserMode);
    ObfDereferenceObject(Token);
    if (NT_SUCCESS(Status))
        Status = ObiWriteCaller(RequiredPrivileges, &Required, Bytes, Mode);
    return NT_SUCCESS(Status) ? ObiWriteCaller(Result, &Held, sizeof(Held), Mode) : Status;
}

/*
 * NtAllocateLocallyUniqueId - a number nobody gets a second time while the machine runs.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS; ACCESS_VIOLATION. Source: DOC
 * ntifs/ZwAllocateLocallyUniqueId; OBS tests/kernel/se
 */
NTSTATUS NTAPI NtAllocateLocallyUniqueId(LUID *Luid)
{
    const LUID New = SepNewLuid();
    return ObiWriteCaller(Luid, &New, sizeof(New), KiPreviousMode());
}

NTSTATUS NTAPI ZwAllocateLocallyUniqueId(LUID *Luid)
{
    return ZW_CALL(AllocateLocallyUniqueId, (Luid));
}
