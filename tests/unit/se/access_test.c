/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The access check: who gets what from which descriptor. */
#include "se_test.h"

#define R FILE_GENERIC_READ
#define W FILE_GENERIC_WRITE

/* For each descriptor, what SYSTEM, the administrator and the user get: of read, write and
 * everything. */
static const struct {
    const WCHAR *sddl;
    const char *system, *administrator, *user;
} matrix[] = {
    {u"D:(A;;FA;;;SY)", "rwa", "", ""},
    {u"D:(A;;FA;;;BA)", "rwa", "rwa", ""},
    {u"D:(A;;FR;;;BU)", "", "r", "r"},
    {u"D:(A;;FR;;;WD)(A;;FW;;;BA)", "rw", "rw", "r"},
    {u"D:(A;;GA;;;WD)", "rwa", "rwa", "rwa"},
    {u"D:(A;;GRGW;;;IU)", "", "rw", "rw"},
    {u"D:(D;;FA;;;BU)(A;;FA;;;WD)", "rwa", "", ""},
    {u"D:(A;;FA;;;WD)(D;;FA;;;BU)", "rwa", "rwa", "rwa"},
    {u"D:(D;;FW;;;IU)(A;;FA;;;WD)", "rwa", "", ""},
    {u"D:(A;;FR;;;BU)(D;;FR;;;IU)(A;;FA;;;WD)", "rwa", "rwa", "rwa"},
    {u"D:(D;;FW;;;LA)(A;;FA;;;WD)", "rwa", "", "rwa"},
    {u"D:", "", "", ""},
    {u"D:NO_ACCESS_CONTROL", "rwa", "rwa", "rwa"},
    {u"O:BA", "rwa", "rwa", "rwa"},
    {u"D:(A;IO;FA;;;WD)", "", "", ""},
    {u"D:(A;;FR;;;SU)(A;;FR;;;AN)(A;;FR;;;RC)", "", "", ""},
};

static void expect_row(const SE_TOKEN *token, const SECURITY_DESCRIPTOR *sd, const char *wanted,
    unsigned row, const char *who)
{
    char got[4] = "", text[64];
    ULONG count = 0;
    if (granted(token, sd, R) != 0)
        got[count++] = 'r';
    if (granted(token, sd, W) != 0)
        got[count++] = 'w';
    if (granted(token, sd, FILE_ALL_ACCESS) != 0)
        got[count++] = 'a';
    snprintf(text, sizeof(text), "row %u, %s: \"%s\", not \"%s\"", row, who, got, wanted);
    expect_at(strcmp(got, wanted) == 0, text, __LINE__);
}

IN_KERNEL(who_gets_what)
{
    for (unsigned row = 0; row < sizeof(matrix) / sizeof(matrix[0]); row++) {
        UNICODE_STRING text;
        RtlInitUnicodeString(&text, matrix[row].sddl);
        SECURITY_DESCRIPTOR *sd = parse_at(&text, (int)row);
        if (sd == NULL)
            return;
        expect_row(SeiSystemToken, sd, matrix[row].system, row, "system");
        expect_row(SeiAdministratorToken, sd, matrix[row].administrator, row, "administrator");
        expect_row(SeiUserToken, sd, matrix[row].user, row, "user");
        ExiFree(sd);
    }
}

IN_KERNEL(the_owner_reads_and_changes_the_dacl)
{
    SECURITY_DESCRIPTOR *sd = parse(u"O:BAD:");
    expect_equal(
        granted(SeiAdministratorToken, sd, READ_CONTROL | WRITE_DAC), READ_CONTROL | WRITE_DAC);
    expect_equal(granted(SeiAdministratorToken, sd, READ_CONTROL | FILE_READ_DATA), 0);
    expect_equal(granted(SeiUserToken, sd, READ_CONTROL), 0);
    expect_equal(granted(SeiAdministratorToken, sd, MAXIMUM_ALLOWED), READ_CONTROL | WRITE_DAC);
    ExiFree(sd);
    /* Even where an entry denies it, but not where OWNER RIGHTS says otherwise. */
    sd = parse(u"O:BAD:(D;;GA;;;WD)");
    expect_equal(granted(SeiAdministratorToken, sd, WRITE_DAC), WRITE_DAC);
    ExiFree(sd);
    sd = parse(u"O:BAD:(A;;FR;;;OW)");
    expect_equal(granted(SeiAdministratorToken, sd, WRITE_DAC), 0);
    expect_equal(granted(SeiAdministratorToken, sd, R), R);
    expect_equal(granted(SeiUserToken, sd, R), 0);
    ExiFree(sd);
}

IN_KERNEL(as_much_as_is_allowed)
{
    SECURITY_DESCRIPTOR *sd = parse(u"D:(D;;0x2;;;BU)(A;;FR;;;WD)(A;;FW;;;BU)(D;;FR;;;WD)");
    expect_equal(granted(SeiUserToken, sd, MAXIMUM_ALLOWED), (R | W) & ~2u);
    expect_equal(granted(SeiUserToken, sd, MAXIMUM_ALLOWED | FILE_READ_DATA), (R | W) & ~2u);
    expect_equal(granted(SeiUserToken, sd, MAXIMUM_ALLOWED | FILE_EXECUTE), 0);
    expect_equal(granted(SeiSystemToken, sd, MAXIMUM_ALLOWED), R);
    ExiFree(sd);
    sd = parse(u"D:");
    expect_equal(granted(SeiUserToken, sd, MAXIMUM_ALLOWED), 0);
    ExiFree(sd);
    sd = parse(u"D:NO_ACCESS_CONTROL");
    expect_equal(granted(SeiUserToken, sd, MAXIMUM_ALLOWED), FILE_ALL_ACCESS);
    ExiFree(sd);
}

IN_KERNEL(privileges_open_doors)
{
    ACCESS_MASK mask;
    SECURITY_DESCRIPTOR *sd = parse(u"D:(A;;FA;;;SY)");
    expect_equal(granted(SeiAdministratorToken, sd, WRITE_OWNER), WRITE_OWNER);
    expect_equal(granted(SeiUserToken, sd, WRITE_OWNER), 0);
    expect_equal(
        granted(SeiAdministratorToken, sd, ACCESS_SYSTEM_SECURITY), ACCESS_SYSTEM_SECURITY);
    expect_status(
        SeiCheckTokenAccess(SeiUserToken, sd, ACCESS_SYSTEM_SECURITY, FILE_MAPPING, &mask),
        STATUS_PRIVILEGE_NOT_HELD);
    expect_status(
        SeiCheckAccess(sd, FILE_ALL_ACCESS, FILE_MAPPING, KernelMode, &mask), STATUS_SUCCESS);
    expect_equal(mask, FILE_ALL_ACCESS);
    expect_status(
        SeiCheckAccess(NULL, MAXIMUM_ALLOWED, FILE_MAPPING, KernelMode, &mask), STATUS_SUCCESS);
    expect_equal(mask, FILE_ALL_ACCESS);
    ExiFree(sd);
}

IN_KERNEL(devices_are_restricted_by_type)
{
    static const DEVICE_TYPE restricted[] = {FILE_DEVICE_CD_ROM_FILE_SYSTEM, FILE_DEVICE_DISK,
        FILE_DEVICE_DISK_FILE_SYSTEM, FILE_DEVICE_NETWORK, FILE_DEVICE_NETWORK_FILE_SYSTEM,
        FILE_DEVICE_TAPE_FILE_SYSTEM, FILE_DEVICE_VIRTUAL_DISK};
    unsigned found = 0;
    for (DEVICE_TYPE type = 1; type < 0x60; type++) {
        const SECURITY_DESCRIPTOR *sd = SeiDeviceDescriptor(type, 0);
        BOOLEAN is_restricted = FALSE;
        for (unsigned index = 0; index < sizeof(restricted) / sizeof(restricted[0]); index++)
            is_restricted |= restricted[index] == type;
        found += is_restricted;
        expect_equal(granted(SeiUserToken, sd, R | W) != 0, !is_restricted);
        expect_equal(granted(SeiUserToken, sd, WRITE_DAC), 0);
        expect_equal(granted(SeiAdministratorToken, sd, FILE_ALL_ACCESS), FILE_ALL_ACCESS);
        expect_equal(granted(SeiSystemToken, sd, FILE_ALL_ACCESS), FILE_ALL_ACCESS);
    }
    expect_equal(found, 7);
    expect_equal(granted(SeiUserToken, SeiDeviceDescriptor(0x8000, 0), R | W), R | W);
}

/* ---- the exports ----------------------------------------------------------------------------- */

static BOOLEAN check(PSECURITY_DESCRIPTOR sd, SE_TOKEN *token, ACCESS_MASK desired,
    ACCESS_MASK previous, KPROCESSOR_MODE mode, ACCESS_MASK *mask, NTSTATUS *status)
{
    SECURITY_SUBJECT_CONTEXT context = {.PrimaryToken = token};
    PRIVILEGE_SET *privileges = (PRIVILEGE_SET *)1;
    BOOLEAN result = SeAccessCheck(
        sd, &context, FALSE, desired, previous, &privileges, FILE_MAPPING, mode, mask, status);
    expect(privileges == NULL);
    SeFreePrivileges(privileges);
    return result;
}

IN_KERNEL(se_access_check)
{
    SECURITY_DESCRIPTOR *sd = parse(u"D:(A;;FR;;;BU)(A;;GA;;;BA)");
    ACCESS_MASK mask;
    NTSTATUS status;
    expect(check(sd, SeiUserToken, FILE_READ_DATA, FILE_WRITE_DATA, UserMode, &mask, &status));
    expect_equal(mask, FILE_READ_DATA | FILE_WRITE_DATA);
    expect_status(status, STATUS_SUCCESS);
    expect(!check(sd, SeiUserToken, FILE_WRITE_DATA, FILE_READ_DATA, UserMode, &mask, &status));
    expect_equal(mask, 0);
    expect_status(status, STATUS_ACCESS_DENIED);
    expect(check(sd, SeiUserToken, FILE_WRITE_DATA, 0, KernelMode, &mask, &status));
    expect_equal(mask, FILE_WRITE_DATA);
    expect(!check(NULL, SeiUserToken, FILE_READ_DATA, 0, UserMode, &mask, &status));
    expect(!check(sd, SeiUserToken, 0, 0, UserMode, &mask, &status));
    expect(check(sd, SeiUserToken, 0, FILE_READ_DATA, UserMode, &mask, &status));
    expect_equal(mask, FILE_READ_DATA);
    /* Entries are taken as they are: one with a generic right left in it grants no specific one. */
    expect(check(sd, SeiAdministratorToken, FILE_READ_DATA, 0, UserMode, &mask, &status));
    expect(!check(sd, SeiSystemToken, FILE_WRITE_DATA, 0, UserMode, &mask, &status));
    SeiMapDescriptor(sd, FILE_MAPPING);
    expect(check(sd, SeiSystemToken, FILE_WRITE_DATA, 0, UserMode, &mask, &status));
    ExiFree(sd);
}

IN_KERNEL(privilege_checks)
{
    SECURITY_SUBJECT_CONTEXT context = {.PrimaryToken = SeiUserToken};
    struct {
        PRIVILEGE_SET set;
        LUID_AND_ATTRIBUTES second;
    } wanted = {.set = {.PrivilegeCount = 2}};
    wanted.set.Privilege[0].Luid = SeExports->SeChangeNotifyPrivilege;
    wanted.second.Luid = SeExports->SeDebugPrivilege;
    expect(SePrivilegeCheck(&wanted.set, &context, UserMode));
    expect_equal(wanted.set.Privilege[0].Attributes, SE_PRIVILEGE_USED_FOR_ACCESS);
    expect_equal(wanted.second.Attributes, 0);
    wanted.set.Control = PRIVILEGE_SET_ALL_NECESSARY;
    expect(!SePrivilegeCheck(&wanted.set, &context, UserMode));
    expect(SePrivilegeCheck(&wanted.set, &context, KernelMode));
    context.PrimaryToken = SeiAdministratorToken;
    expect(SePrivilegeCheck(&wanted.set, &context, UserMode));
    expect(SeSinglePrivilegeCheck(SeExports->SeTcbPrivilege, KernelMode));
    expect(!SeSinglePrivilegeCheck(SeExports->SeTcbPrivilege, UserMode));
    expect(SeSinglePrivilegeCheck(SeExports->SeLoadDriverPrivilege, UserMode));
    expect(!SeSinglePrivilegeCheck((LUID){SE_DEBUG_PRIVILEGE, 1}, UserMode));
}

IN_KERNEL(masks)
{
    ACCESS_MASK mask = GENERIC_READ | DELETE | MAXIMUM_ALLOWED;
    RtlMapGenericMask(&mask, FILE_MAPPING);
    expect_equal(mask, R | DELETE | MAXIMUM_ALLOWED);
    mask = GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL;
    RtlMapGenericMask(&mask, FILE_MAPPING);
    expect_equal(mask, FILE_ALL_ACCESS);
    expect(RtlAreAllAccessesGranted(7, 5) && !RtlAreAllAccessesGranted(5, 7) &&
        RtlAreAllAccessesGranted(0, 0));
    expect(RtlAreAnyAccessesGranted(7, 8 | 1) && !RtlAreAnyAccessesGranted(7, 8) &&
        !RtlAreAnyAccessesGranted(7, 0));
}

IN_KERNEL(subject_contexts_hold_the_token)
{
    SECURITY_SUBJECT_CONTEXT context;
    LONG_PTR before = OBJECT_TO_HEADER(SeiAdministratorToken)->PointerCount;
    SeCaptureSubjectContext(&context);
    SeLockSubjectContext(&context);
    expect(context.PrimaryToken == SeiAdministratorToken);
    expect(context.ClientToken == NULL);
    expect_equal(OBJECT_TO_HEADER(SeiAdministratorToken)->PointerCount, before + 1);
    SeUnlockSubjectContext(&context);
    SeReleaseSubjectContext(&context);
    expect_equal(OBJECT_TO_HEADER(SeiAdministratorToken)->PointerCount, before);
}

IN_KERNEL(access_states)
{
    ACCESS_STATE state;
    ULONG_PTR auxiliary[32];
    expect_status(SeCreateAccessState(&state, auxiliary, GENERIC_READ | DELETE, FILE_MAPPING),
        STATUS_SUCCESS);
    expect_equal(state.RemainingDesiredAccess, R | DELETE);
    expect_equal(state.OriginalDesiredAccess, R | DELETE);
    expect_equal(state.PreviouslyGrantedAccess, 0);
    expect(state.SubjectSecurityContext.PrimaryToken == SeiAdministratorToken);
    SeSetAccessStateGenericMapping(&state, FILE_MAPPING);
    SeDeleteAccessState(&state);
}

IN_KERNEL(tokens_tell_who_they_are)
{
    PVOID information;
    ULONG session = 99;
    LUID logon;
    expect(SeTokenIsAdmin(SeiSystemToken) && SeTokenIsAdmin(SeiAdministratorToken) &&
        !SeTokenIsAdmin(SeiUserToken));
    expect(!SeTokenIsRestricted(SeiUserToken));
    expect_equal(SeTokenType(SeiUserToken), TokenPrimary);
    expect_equal(SeTokenImpersonationLevel(SeiUserToken), SecurityAnonymous);
    expect_status(SeQuerySessionIdToken(SeiSystemToken, &session), STATUS_SUCCESS);
    expect_equal(session, 0);
    expect_status(SeQueryAuthenticationIdToken(SeiSystemToken, &logon), STATUS_SUCCESS);
    expect_equal(logon.LowPart, 0x3e7);
    expect_status(SeQueryInformationToken(SeiSystemToken, TokenUser, &information), STATUS_SUCCESS);
    expect(RtlEqualSid(((TOKEN_USER *)information)->User.Sid, SeExports->SeLocalSystemSid));
    ExFreePool(information);
    expect_status(
        SeQueryInformationToken(SeiAdministratorToken, TokenGroups, &information), STATUS_SUCCESS);
    BOOLEAN administrators = FALSE;
    for (ULONG index = 0; index < ((TOKEN_GROUPS *)information)->GroupCount; index++)
        administrators |= RtlEqualSid(
            ((TOKEN_GROUPS *)information)->Groups[index].Sid, SeExports->SeAliasAdminsSid);
    expect(administrators);
    ExFreePool(information);
    static const TOKEN_INFORMATION_CLASS class[] = {TokenPrivileges, TokenOwner, TokenPrimaryGroup,
        TokenDefaultDacl, TokenType, TokenStatistics, TokenElevation, TokenIntegrityLevel};
    for (unsigned index = 0; index < sizeof(class) / sizeof(class[0]); index++) {
        expect_status(
            SeQueryInformationToken(SeiUserToken, class[index], &information), STATUS_SUCCESS);
        ExFreePool(information);
        MmFailAllocation(1, FALSE);
        expect_status(SeQueryInformationToken(SeiUserToken, class[index], &information),
            STATUS_INSUFFICIENT_RESOURCES);
        MmFailAllocation(0, FALSE);
    }
    expect_status(SeQueryInformationToken(SeiUserToken, MaxTokenInfoClass, &information),
        STATUS_INVALID_INFO_CLASS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_gets_what),
        TEST(the_owner_reads_and_changes_the_dacl),
        TEST(as_much_as_is_allowed),
        TEST(privileges_open_doors),
        TEST(devices_are_restricted_by_type),
        TEST(se_access_check),
        TEST(privilege_checks),
        TEST(masks),
        TEST(subject_contexts_hold_the_token),
        TEST(access_states),
        TEST(tokens_tell_who_they_are),
    };
    return cmocka_run_group_tests(tests, open_machine, close_machine);
}
