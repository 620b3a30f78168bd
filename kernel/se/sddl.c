/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Security descriptors as text (SDDL): O:owner G:group D:flags(ace)... S:flags(ace)..., each part
 * optional. An ACE is type;flags;rights;;;sid. Letters are upper case, as everywhere. Refused:
 * object types, conditions, resource attributes, and whatever is left over at the end.
 */
#include "se/sep.h"

typedef struct SEP_PARSER {
    const WCHAR *At, *End;
    SEP_SID Owner, Group;
    BOOLEAN HasOwner, HasGroup;
    ULONG Control;
    ACL *Dacl, *Sacl; /* pool */
} SEP_PARSER;

typedef struct SEP_WORD {
    char Letters[3];
    ULONG Value;
} SEP_WORD;

static const SEP_WORD SepAceTypes[] = {
    {"A", ACCESS_ALLOWED_ACE_TYPE}, {"D", ACCESS_DENIED_ACE_TYPE}, {"AU", SYSTEM_AUDIT_ACE_TYPE},
    {"AL", SYSTEM_ALARM_ACE_TYPE}, {"ML", SYSTEM_MANDATORY_LABEL_ACE_TYPE}};

static const SEP_WORD SepAceFlags[] = {{"CI", CONTAINER_INHERIT_ACE}, {"OI", OBJECT_INHERIT_ACE},
    {"NP", NO_PROPAGATE_INHERIT_ACE}, {"IO", INHERIT_ONLY_ACE}, {"ID", INHERITED_ACE},
    {"SA", SUCCESSFUL_ACCESS_ACE_FLAG}, {"FA", FAILED_ACCESS_ACE_FLAG}};

/* Rights of files, keys and directory services; the last share their bits with what a device makes
 * of them. */
static const SEP_WORD SepRights[] = {{"GA", GENERIC_ALL}, {"GR", GENERIC_READ},
    {"GW", GENERIC_WRITE}, {"GX", GENERIC_EXECUTE}, {"RC", READ_CONTROL}, {"SD", DELETE},
    {"WD", WRITE_DAC}, {"WO", WRITE_OWNER}, {"FA", FILE_ALL_ACCESS}, {"FR", FILE_GENERIC_READ},
    {"FW", FILE_GENERIC_WRITE}, {"FX", FILE_GENERIC_EXECUTE}, {"KA", KEY_ALL_ACCESS},
    {"KR", KEY_READ}, {"KW", KEY_WRITE}, {"KX", KEY_READ}, {"CC", 0x1}, {"DC", 0x2}, {"LC", 0x4},
    {"SW", 0x8}, {"RP", 0x10}, {"WP", 0x20}, {"DT", 0x40}, {"LO", 0x80}, {"CR", 0x100}};

static const SEP_WORD SepLabelRights[] = {{"NW", SYSTEM_MANDATORY_LABEL_NO_WRITE_UP},
    {"NR", SYSTEM_MANDATORY_LABEL_NO_READ_UP}, {"NX", SYSTEM_MANDATORY_LABEL_NO_EXECUTE_UP}};

static const SEP_WORD SepAliases[] = {{"WD", SEP_WORLD}, {"CO", SEP_CREATOR_OWNER},
    {"CG", SEP_CREATOR_GROUP}, {"OW", SEP_OWNER_RIGHTS}, {"NU", SEP_NETWORK},
    {"IU", SEP_INTERACTIVE}, {"SU", SEP_SERVICE}, {"AN", SEP_ANONYMOUS}, {"PS", SEP_SELF},
    {"AU", SEP_AUTHENTICATED}, {"RC", SEP_RESTRICTED}, {"SY", SEP_SYSTEM},
    {"LS", SEP_LOCAL_SERVICE}, {"NS", SEP_NETWORK_SERVICE}, {"WR", SEP_WRITE_RESTRICTED},
    {"BA", SEP_ADMINISTRATORS}, {"BU", SEP_USERS}, {"BG", SEP_GUESTS}, {"PU", SEP_POWER_USERS},
    {"AO", SEP_ACCOUNT_OPERATORS}, {"SO", SEP_SYSTEM_OPERATORS}, {"PO", SEP_PRINT_OPERATORS},
    {"BO", SEP_BACKUP_OPERATORS}, {"RE", SEP_REPLICATOR}, {"RU", SEP_PRE_WINDOWS_2000},
    {"RD", SEP_REMOTE_DESKTOP}, {"NO", SEP_NETWORK_CONFIGURATION}, {"LW", SEP_LOW},
    {"ME", SEP_MEDIUM}, {"MP", SEP_MEDIUM_PLUS}, {"HI", SEP_HIGH}, {"SI", SEP_SYSTEM_INTEGRITY},
    {"LA", SEP_MACHINE_ADMINISTRATOR}, {"LG", SEP_MACHINE_GUEST}};

/* ---- letters and numbers --------------------------------------------------------------------- */

static BOOLEAN SepTake(SEP_PARSER *Parser, char Letter)
{
    if (Parser->At == Parser->End || *Parser->At != (UCHAR)Letter)
        return FALSE;
    Parser->At++;
    return TRUE;
}

static BOOLEAN SepTakeText(SEP_PARSER *Parser, const char *Letters)
{
    const WCHAR *Start = Parser->At;
    while (*Letters != '\0') {
        if (!SepTake(Parser, *Letters++)) {
            Parser->At = Start;
            return FALSE;
        }
    }
    return TRUE;
}

/* Takes one of the words; a longer one before one it begins with. */
static BOOLEAN SepTakeWord(SEP_PARSER *Parser, const SEP_WORD *Words, unsigned Count, ULONG *Value)
{
    for (int Length = 2; Length >= 1; Length--) {
        for (unsigned Index = 0; Index < Count; Index++) {
            if ((Words[Index].Letters[1] != '\0') == (Length == 2) &&
                SepTakeText(Parser, Words[Index].Letters)) {
                *Value = Words[Index].Value;
                return TRUE;
            }
        }
    }
    return FALSE;
}

#define SEP_TAKE_WORD(Parser, Words, Value) \
    SepTakeWord(Parser, Words, sizeof(Words) / sizeof((Words)[0]), Value)

static int SepDigit(WCHAR Character)
{
    if (Character >= '0' && Character <= '9')
        return Character - '0';
    if (Character >= 'a' && Character <= 'f')
        return Character - 'a' + 10;
    if (Character >= 'A' && Character <= 'F')
        return Character - 'A' + 10;
    return 99;
}

/* 0x is hexadecimal, a leading 0 octal where Octal says so. Up to Limit. */
static BOOLEAN SepTakeNumber(SEP_PARSER *Parser, ULONG64 Limit, BOOLEAN Octal, ULONG64 *Value)
{
    int Base = 10;
    if (SepTakeText(Parser, "0x") || SepTakeText(Parser, "0X"))
        Base = 16;
    else if (Octal && Parser->End - Parser->At > 1 && *Parser->At == '0' &&
        SepDigit(Parser->At[1]) < 8)
        Base = 8;
    const WCHAR *Start = Parser->At;
    *Value = 0;
    while (Parser->At != Parser->End && SepDigit(*Parser->At) < Base) {
        *Value = *Value * (unsigned)Base + (unsigned)SepDigit(*Parser->At++);
        if (*Value > Limit)
            return FALSE;
    }
    return Parser->At != Start;
}

/* ---- SIDs ------------------------------------------------------------------------------------ */

#define SEP_AUTHORITY_LIMIT (((ULONG64)1 << 48) - 1)

/* Behind "S-": revision, authority and sub-authorities. */
static BOOLEAN SepTakeSidNumbers(SEP_PARSER *Parser, SEP_SID *Sid)
{
    ULONG64 Number;

    if (!SepTakeNumber(Parser, SID_REVISION, FALSE, &Number) || Number != SID_REVISION ||
        !SepTake(Parser, '-') || !SepTakeNumber(Parser, SEP_AUTHORITY_LIMIT, FALSE, &Number))
        return FALSE;
    Sid->Sid.Revision = SID_REVISION;
    Sid->Sid.SubAuthorityCount = 0;
    for (unsigned Index = 0; Index < 6; Index++)
        Sid->Sid.IdentifierAuthority.Value[Index] = (UCHAR)(Number >> (40 - 8 * Index));
    while (SepTake(Parser, '-')) {
        if (Sid->Sid.SubAuthorityCount == SID_MAX_SUB_AUTHORITIES ||
            !SepTakeNumber(Parser, MAXULONG, FALSE, &Number))
            return FALSE;
        *RtlSubAuthoritySid(&Sid->Sid, Sid->Sid.SubAuthorityCount++) = (ULONG)Number;
    }
    return Sid->Sid.SubAuthorityCount != 0;
}

static BOOLEAN SepTakeSid(SEP_PARSER *Parser, SEP_SID *Sid)
{
    ULONG Which;
    if (SepTakeText(Parser, "S-"))
        return SepTakeSidNumbers(Parser, Sid);
    if (!SEP_TAKE_WORD(Parser, SepAliases, &Which))
        return FALSE;
    __builtin_memcpy(
        Sid, SepSid((enum SEP_WELL_KNOWN)Which), SepSidBytes(SepSid((enum SEP_WELL_KNOWN)Which)));
    return TRUE;
}

/* ---- lists ----------------------------------------------------------------------------------- */

static BOOLEAN SepTakeRights(SEP_PARSER *Parser, UCHAR Type, ACCESS_MASK *Mask)
{
    ULONG64 Number;
    ULONG Bits;

    *Mask = 0;
    if (Parser->At != Parser->End && SepDigit(*Parser->At) < 10) {
        if (!SepTakeNumber(Parser, MAXULONG, TRUE, &Number))
            return FALSE;
        *Mask = (ACCESS_MASK)Number;
        return TRUE;
    }
    if (Type == SYSTEM_MANDATORY_LABEL_ACE_TYPE) {
        while (SEP_TAKE_WORD(Parser, SepLabelRights, &Bits))
            *Mask |= Bits;
    } else {
        while (SEP_TAKE_WORD(Parser, SepRights, &Bits))
            *Mask |= Bits;
    }
    return TRUE;
}

/* A list has allowing and denying entries in a DACL, the others in a SACL. */
static BOOLEAN SepBelongs(UCHAR Type, BOOLEAN InSacl)
{
    return (Type != ACCESS_ALLOWED_ACE_TYPE && Type != ACCESS_DENIED_ACE_TYPE) == InSacl;
}

/* Behind the opening parenthesis. Appends to Acl, whose size is large enough. */
static BOOLEAN SepTakeAce(SEP_PARSER *Parser, BOOLEAN InSacl, ACL *Acl)
{
    ULONG Type, Flag, Flags = 0;
    ACCESS_MASK Mask;
    SEP_SID Sid;

    if (!SEP_TAKE_WORD(Parser, SepAceTypes, &Type) || !SepBelongs((UCHAR)Type, InSacl) ||
        !SepTake(Parser, ';'))
        return FALSE;
    while (SEP_TAKE_WORD(Parser, SepAceFlags, &Flag))
        Flags |= Flag;
    if (!SepTake(Parser, ';') || !SepTakeRights(Parser, (UCHAR)Type, &Mask) ||
        !SepTakeText(Parser, ";;;"))
        return FALSE;
    if (!SepTakeSid(Parser, &Sid) || !SepTake(Parser, ')'))
        return FALSE;
    ACE_HEADER *New = SepFirstFree(Acl);
    if (!NT_SUCCESS(
            SepAddAce(Acl, ACL_REVISION, (UCHAR)Type, Flags & VALID_INHERIT_FLAGS, Mask, &Sid.Sid)))
        return FALSE;
    New->AceFlags = (UCHAR)Flags;
    return TRUE;
}

static void SepTakeAclFlags(SEP_PARSER *Parser, BOOLEAN InSacl)
{
    for (;;) {
        if (SepTakeText(Parser, "AR"))
            Parser->Control |= InSacl ? SE_SACL_AUTO_INHERIT_REQ : SE_DACL_AUTO_INHERIT_REQ;
        else if (SepTakeText(Parser, "AI"))
            Parser->Control |= InSacl ? SE_SACL_AUTO_INHERITED : SE_DACL_AUTO_INHERITED;
        else if (SepTake(Parser, 'P'))
            Parser->Control |= InSacl ? SE_SACL_PROTECTED : SE_DACL_PROTECTED;
        else
            return;
    }
}

/* The most ACEs the rest of the text can be, each with the largest SID. */
static ULONG SepListBytes(const SEP_PARSER *Parser)
{
    ULONG Bytes = sizeof(ACL);
    for (const WCHAR *At = Parser->At; At != Parser->End; At++) {
        if (*At == '(')
            Bytes += FIELD_OFFSET(ACCESS_ALLOWED_ACE, SidStart) + (ULONG)SECURITY_MAX_SID_SIZE;
    }
    return Bytes < MAXUSHORT - 3u ? Bytes : MAXUSHORT - 3u;
}

static NTSTATUS SepTakeList(SEP_PARSER *Parser, BOOLEAN InSacl, ACL **Result)
{
    if (*Result != NULL || (Parser->Control & (InSacl ? SE_SACL_PRESENT : SE_DACL_PRESENT)))
        return STATUS_INVALID_PARAMETER;
    Parser->Control |= InSacl ? SE_SACL_PRESENT : SE_DACL_PRESENT;
    SepTakeAclFlags(Parser, InSacl);
    if (SepTakeText(Parser, "NO_ACCESS_CONTROL"))
        return STATUS_SUCCESS;
    *Result = SepCreateAcl(SepListBytes(Parser));
    if (*Result == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    while (SepTake(Parser, '(')) {
        if (!SepTakeAce(Parser, InSacl, *Result))
            return STATUS_INVALID_PARAMETER;
    }
    (*Result)->AclSize = (USHORT)((UCHAR *)SepFirstFree(*Result) - (UCHAR *)*Result);
    return STATUS_SUCCESS;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static NTSTATUS SepTakeParts(SEP_PARSER *Parser)
{
    NTSTATUS Status = STATUS_SUCCESS;
    while (NT_SUCCESS(Status) && Parser->At != Parser->End) {
        BOOLEAN Good = TRUE;
        if (!Parser->HasOwner && SepTakeText(Parser, "O:"))
            Good = Parser->HasOwner = SepTakeSid(Parser, &Parser->Owner);
        else if (!Parser->HasGroup && SepTakeText(Parser, "G:"))
            Good = Parser->HasGroup = SepTakeSid(Parser, &Parser->Group);
        else if (SepTakeText(Parser, "D:"))
            Status = SepTakeList(Parser, FALSE, &Parser->Dacl);
        else if (SepTakeText(Parser, "S:"))
            Status = SepTakeList(Parser, TRUE, &Parser->Sacl);
        else
            Good = FALSE;
        if (!Good)
            Status = STATUS_INVALID_PARAMETER;
    }
    return Status;
}

NTSTATUS SeiParseSddl(const UNICODE_STRING *Text, SECURITY_DESCRIPTOR **Descriptor)
{
    SEP_PARSER Parser = {.At = Text->Buffer, .End = Text->Buffer + Text->Length / sizeof(WCHAR)};

    NTSTATUS Status = SepTakeParts(&Parser);
    if (NT_SUCCESS(Status)) {
        SEP_PARTS Parts = {
            .Control = (SECURITY_DESCRIPTOR_CONTROL)Parser.Control,
            .Owner = Parser.HasOwner ? &Parser.Owner.Sid : NULL,
            .Group = Parser.HasGroup ? &Parser.Group.Sid : NULL,
            .Dacl = Parser.Dacl,
            .Sacl = Parser.Sacl,
        };
        Status = SepBuildRelative(&Parts, NonPagedPoolNx, EX_KERNEL_SITE, Descriptor);
    }
    if (Parser.Dacl != NULL)
        ExiFree(Parser.Dacl);
    if (Parser.Sacl != NULL)
        ExiFree(Parser.Sacl);
    return Status;
}
