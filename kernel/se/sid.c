/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Security identifiers: the well-known ones of this machine and the Rtl functions on SIDs. A SID
 * given to an export without a length is taken to be whole, as on Windows.
 */
#include "se/sep.h"

/* The machine's part of its accounts' SIDs, S-1-5-21-a-b-c; the same everywhere, so that
 * descriptors can be moved. */
#define SEP_MACHINE 3714827561u, 1968025174u, 2453780913u

#define SEP_AUTHORITY(Last) {{0, 0, 0, 0, 0, Last}}

typedef struct SEP_DEFINITION {
    UCHAR Authority;
    UCHAR Count;
    ULONG SubAuthority[5];
} SEP_DEFINITION;

static const SEP_DEFINITION SepDefinitions[SEP_WELL_KNOWN_COUNT] = {
    [SEP_NULL] = {0, 1, {SECURITY_NULL_RID}},
    [SEP_WORLD] = {1, 1, {SECURITY_WORLD_RID}},
    [SEP_LOCAL] = {2, 1, {SECURITY_LOCAL_RID}},
    [SEP_CREATOR_OWNER] = {3, 1, {SECURITY_CREATOR_OWNER_RID}},
    [SEP_CREATOR_GROUP] = {3, 1, {SECURITY_CREATOR_GROUP_RID}},
    [SEP_OWNER_RIGHTS] = {3, 1, {SECURITY_CREATOR_OWNER_RIGHTS_RID}},
    [SEP_NT_AUTHORITY] = {5, 0, {0}},
    [SEP_DIALUP] = {5, 1, {SECURITY_DIALUP_RID}},
    [SEP_NETWORK] = {5, 1, {SECURITY_NETWORK_RID}},
    [SEP_BATCH] = {5, 1, {SECURITY_BATCH_RID}},
    [SEP_INTERACTIVE] = {5, 1, {SECURITY_INTERACTIVE_RID}},
    [SEP_SERVICE] = {5, 1, {SECURITY_SERVICE_RID}},
    [SEP_ANONYMOUS] = {5, 1, {SECURITY_ANONYMOUS_LOGON_RID}},
    [SEP_SELF] = {5, 1, {SECURITY_PRINCIPAL_SELF_RID}},
    [SEP_AUTHENTICATED] = {5, 1, {SECURITY_AUTHENTICATED_USER_RID}},
    [SEP_RESTRICTED] = {5, 1, {SECURITY_RESTRICTED_CODE_RID}},
    [SEP_IUSER] = {5, 1, {SECURITY_IUSER_RID}},
    [SEP_SYSTEM] = {5, 1, {SECURITY_LOCAL_SYSTEM_RID}},
    [SEP_LOCAL_SERVICE] = {5, 1, {SECURITY_LOCAL_SERVICE_RID}},
    [SEP_NETWORK_SERVICE] = {5, 1, {SECURITY_NETWORK_SERVICE_RID}},
    [SEP_WRITE_RESTRICTED] = {5, 1, {SECURITY_WRITE_RESTRICTED_CODE_RID}},
    [SEP_ADMINISTRATORS] = {5, 2, {SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_ADMINS}},
    [SEP_USERS] = {5, 2, {SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_USERS}},
    [SEP_GUESTS] = {5, 2, {SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_GUESTS}},
    [SEP_POWER_USERS] = {5, 2, {SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_POWER_USERS}},
    [SEP_ACCOUNT_OPERATORS] = {5, 2, {SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_ACCOUNT_OPS}},
    [SEP_SYSTEM_OPERATORS] = {5, 2, {SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_SYSTEM_OPS}},
    [SEP_PRINT_OPERATORS] = {5, 2, {SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_PRINT_OPS}},
    [SEP_BACKUP_OPERATORS] = {5, 2, {SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_BACKUP_OPS}},
    [SEP_REPLICATOR] = {5, 2, {SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_REPLICATOR}},
    [SEP_PRE_WINDOWS_2000] = {5, 2,
        {SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_PREW2KCOMPACCESS}},
    [SEP_REMOTE_DESKTOP] = {5, 2,
        {SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_REMOTE_DESKTOP_USERS}},
    [SEP_NETWORK_CONFIGURATION] = {5, 2,
        {SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_NETWORK_CONFIGURATION_OPS}},
    [SEP_UNTRUSTED] = {16, 1, {SECURITY_MANDATORY_UNTRUSTED_RID}},
    [SEP_LOW] = {16, 1, {SECURITY_MANDATORY_LOW_RID}},
    [SEP_MEDIUM] = {16, 1, {SECURITY_MANDATORY_MEDIUM_RID}},
    [SEP_MEDIUM_PLUS] = {16, 1, {SECURITY_MANDATORY_MEDIUM_PLUS_RID}},
    [SEP_HIGH] = {16, 1, {SECURITY_MANDATORY_HIGH_RID}},
    [SEP_SYSTEM_INTEGRITY] = {16, 1, {SECURITY_MANDATORY_SYSTEM_RID}},
    [SEP_MACHINE_ADMINISTRATOR] = {5, 5,
        {SECURITY_NT_NON_UNIQUE, SEP_MACHINE, DOMAIN_USER_RID_ADMIN}},
    [SEP_MACHINE_GUEST] = {5, 5, {SECURITY_NT_NON_UNIQUE, SEP_MACHINE, DOMAIN_USER_RID_GUEST}},
    [SEP_MACHINE_USER] = {5, 5, {SECURITY_NT_NON_UNIQUE, SEP_MACHINE, 1001}},
    [SEP_MACHINE_GROUP] = {5, 5, {SECURITY_NT_NON_UNIQUE, SEP_MACHINE, DOMAIN_GROUP_RID_USERS}},
};

static struct {
    _Alignas(SID) UCHAR Bytes[SEP_SID_HEADER + sizeof(((SEP_DEFINITION *)0)->SubAuthority)];
} SepSids[SEP_WELL_KNOWN_COUNT];

SID *SepSid(enum SEP_WELL_KNOWN Which)
{
    return (SID *)(void *)SepSids[Which].Bytes;
}

void SepInitializeSids(void)
{
    for (unsigned Index = 0; Index < SEP_WELL_KNOWN_COUNT; Index++) {
        const SEP_DEFINITION *Definition = &SepDefinitions[Index];
        SID *Sid = SepSid((enum SEP_WELL_KNOWN)Index);
        Sid->Revision = SID_REVISION;
        Sid->SubAuthorityCount = Definition->Count;
        Sid->IdentifierAuthority = (SID_IDENTIFIER_AUTHORITY)SEP_AUTHORITY(Definition->Authority);
        __builtin_memcpy(SepSids[Index].Bytes + SEP_SID_HEADER, Definition->SubAuthority,
            Definition->Count * sizeof(ULONG));
    }
}

BOOLEAN SepEqualSid(const SID *First, const SID *Second)
{
    return First->Revision == Second->Revision &&
        First->SubAuthorityCount == Second->SubAuthorityCount &&
        __builtin_memcmp(First, Second, SepSidBytes(First)) == 0;
}

/* ---- exports --------------------------------------------------------------------------------- */

/* RtlLengthSid - bytes a SID takes. IRQL: any. Source: DOC ntifs/RtlLengthSid. */
ULONG NTAPI RtlLengthSid(PSID Sid)
{
    return SepSidBytes(Sid);
}

/* RtlLengthRequiredSid - bytes a SID of so many sub-authorities takes. IRQL: any. Source: DOC
 * ntifs. */
ULONG NTAPI RtlLengthRequiredSid(ULONG SubAuthorityCount)
{
    return SEP_SID_HEADER + SubAuthorityCount * (ULONG)sizeof(ULONG);
}

/*
 * RtlValidSid - whether revision and sub-authority count are ones a SID can have. NULL is no SID.
 * IRQL: any. Source: DOC ntifs/RtlValidSid.
 */
BOOLEAN NTAPI RtlValidSid(PSID Sid)
{
    return Sid != NULL && SepValidSid(Sid, SECURITY_MAX_SID_SIZE);
}

/* RtlEqualSid - whether two SIDs are the same. IRQL: any. Source: DOC ntifs/RtlEqualSid. */
BOOLEAN NTAPI RtlEqualSid(PSID Sid1, PSID Sid2)
{
    return SepEqualSid(Sid1, Sid2);
}

/*
 * RtlCopySid - copies a SID into a buffer.
 *
 * IRQL:    any
 * Returns: SUCCESS; BUFFER_TOO_SMALL: nothing is copied.
 * Source:  DOC ntifs/RtlCopySid
 */
NTSTATUS NTAPI RtlCopySid(ULONG DestinationLength, PSID Destination, PSID Source)
{
    ULONG Bytes = SepSidBytes(Source);
    if (DestinationLength < Bytes)
        return STATUS_BUFFER_TOO_SMALL;
    __builtin_memmove(Destination, Source, Bytes);
    return STATUS_SUCCESS;
}

/*
 * RtlInitializeSid - begins a SID; its sub-authorities are the caller's to set.
 *
 * IRQL:    any
 * Returns: SUCCESS; INVALID_PARAMETER: more than 15 sub-authorities.
 * Source:  DOC ntifs/RtlInitializeSid; the status INF: the page names only success
 */
NTSTATUS NTAPI RtlInitializeSid(
    PSID Sid, SID_IDENTIFIER_AUTHORITY *Authority, UCHAR SubAuthorityCount)
{
    SID *Target = Sid;
    if (SubAuthorityCount > SID_MAX_SUB_AUTHORITIES)
        return STATUS_INVALID_PARAMETER;
    Target->Revision = SID_REVISION;
    Target->SubAuthorityCount = SubAuthorityCount;
    Target->IdentifierAuthority = *Authority;
    return STATUS_SUCCESS;
}

/*
 * RtlInitializeSidEx - makes a SID of the sub-authorities that follow.
 *
 * SubAuthorityCount: a UCHAR to callers; promoted here, as the last parameter before variable ones
 * has to be.
 * IRQL:    any
 * Returns: as RtlInitializeSid.
 * Source:  DOC ntifs/RtlInitializeSidEx
 */
NTSTATUS NTAPIV RtlInitializeSidEx(
    PSID Sid, SID_IDENTIFIER_AUTHORITY *Authority, ULONG SubAuthorityCount, ...)
{
    UCHAR Count = (UCHAR)SubAuthorityCount;
    NTSTATUS Status = RtlInitializeSid(Sid, Authority, Count);
    if (!NT_SUCCESS(Status))
        return Status;
    NT_VA_LIST Arguments;
    NT_VA_START(Arguments, SubAuthorityCount);
    for (ULONG Index = 0; Index < Count; Index++)
        *RtlSubAuthoritySid(Sid, Index) = __builtin_va_arg(Arguments, ULONG);
    NT_VA_END(Arguments);
    return STATUS_SUCCESS;
}

/* RtlSubAuthoritySid - where a SID's sub-authority is. IRQL: any. Source: DOC
 * ntifs/RtlSubAuthoritySid. */
ULONG *NTAPI RtlSubAuthoritySid(PSID Sid, ULONG Index)
{
    return (ULONG *)(void *)((UCHAR *)Sid + SEP_SID_HEADER) + Index;
}

/* RtlSubAuthorityCountSid - where a SID's count is. IRQL: any. Source: DOC
 * ntifs/RtlSubAuthorityCountSid. */
UCHAR *NTAPI RtlSubAuthorityCountSid(PSID Sid)
{
    return &((SID *)Sid)->SubAuthorityCount;
}

static WCHAR *SepPutDecimal(WCHAR *To, ULONG Value)
{
    WCHAR Digit[10];
    unsigned Count = 0;
    do
        Digit[Count++] = (WCHAR)('0' + Value % 10);
    while ((Value /= 10) != 0);
    while (Count != 0)
        *To++ = Digit[--Count];
    return To;
}

/* An authority beyond 32 bits is written in hexadecimal, all six bytes. */
static WCHAR *SepPutAuthority(WCHAR *To, const UCHAR Value[6])
{
    static const char Hex[] = "0123456789abcdef";
    if (Value[0] == 0 && Value[1] == 0)
        return SepPutDecimal(To,
            (ULONG)Value[2] << 24 | (ULONG)Value[3] << 16 | (ULONG)Value[4] << 8 | Value[5]);
    *To++ = '0';
    *To++ = 'x';
    for (unsigned Index = 0; Index < 6; Index++) {
        *To++ = (WCHAR)Hex[Value[Index] >> 4];
        *To++ = (WCHAR)Hex[Value[Index] & 15];
    }
    return To;
}

/*
 * RtlConvertSidToUnicodeString - the text of a SID, "S-1-5-32-544".
 *
 * AllocateDestinationString: allocates String's buffer; free it with RtlFreeUnicodeString.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_SID; NO_MEMORY; BUFFER_OVERFLOW: String is too small for the text and
 *          its terminator and was not to be allocated.
 * Source:  DOC ntifs/RtlConvertSidToUnicodeString; room for the terminator INF
 */
NTSTATUS NTAPI RtlConvertSidToUnicodeString(
    UNICODE_STRING *String, PSID Sid, BOOLEAN AllocateDestinationString)
{
    const SID *Source = Sid;
    WCHAR Text[192], *End = Text;

    if (!RtlValidSid(Sid))
        return STATUS_INVALID_SID;
    *End++ = 'S';
    *End++ = '-';
    End = SepPutDecimal(End, Source->Revision);
    *End++ = '-';
    End = SepPutAuthority(End, Source->IdentifierAuthority.Value);
    for (ULONG Index = 0; Index < Source->SubAuthorityCount; Index++) {
        *End++ = '-';
        End = SepPutDecimal(End, *RtlSubAuthoritySid(Sid, Index));
    }
    *End = 0;

    USHORT Bytes = (USHORT)((UCHAR *)End - (UCHAR *)Text);
    if (AllocateDestinationString) {
        WCHAR *Buffer = RtlpAllocate(Bytes + sizeof(WCHAR), EX_CALLER);
        if (Buffer == NULL)
            return STATUS_NO_MEMORY;
        String->Buffer = Buffer;
        String->MaximumLength = (USHORT)(Bytes + sizeof(WCHAR));
    } else if (String->MaximumLength < Bytes + sizeof(WCHAR)) {
        return STATUS_BUFFER_OVERFLOW;
    }
    String->Length = Bytes;
    __builtin_memcpy(String->Buffer, Text, Bytes + sizeof(WCHAR));
    return STATUS_SUCCESS;
}
