/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* SDDL: what the text becomes, and what is no SDDL. */
#include "se_test.h"

static void expect_ace(const SECURITY_DESCRIPTOR *descriptor, ULONG index, UCHAR type, UCHAR flags,
    ACCESS_MASK mask, const SID *sid, int line)
{
    const ACCESS_ALLOWED_ACE *ace = ace_of(descriptor, index);
    expect_at(ace != NULL, "there is an entry", line);
    if (ace == NULL)
        return;
    expect_equal_at(ace->Header.AceType, type, "type", line);
    expect_equal_at(ace->Header.AceFlags, flags, "flags", line);
    expect_equal_at(ace->Mask, mask, "mask", line);
    expect_at(SepEqualSid(SepAceSid(ace), sid), "the SID is the one", line);
}

#define expect_ace(descriptor, index, type, flags, mask, sid) \
    expect_ace(descriptor, index, type, flags, mask, sid, __LINE__)

IN_KERNEL(what_drivers_write)
{
    SECURITY_DESCRIPTOR *sd = parse(u"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GR;;;WD)(A;;GR;;;RC)");
    SEP_PARTS parts;
    SepGetParts(sd, &parts);
    expect_equal(parts.Control, SE_SELF_RELATIVE | SE_DACL_PRESENT | SE_DACL_PROTECTED);
    expect(parts.Owner == NULL && parts.Group == NULL && parts.Sacl == NULL);
    expect_equal(parts.Dacl->AceCount, 4);
    expect_ace(sd, 0, ACCESS_ALLOWED_ACE_TYPE, 0, GENERIC_ALL, SepSid(SEP_SYSTEM));
    expect_ace(sd, 1, ACCESS_ALLOWED_ACE_TYPE, 0, GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE,
        SepSid(SEP_ADMINISTRATORS));
    expect_ace(sd, 2, ACCESS_ALLOWED_ACE_TYPE, 0, GENERIC_READ, SepSid(SEP_WORLD));
    expect_ace(sd, 3, ACCESS_ALLOWED_ACE_TYPE, 0, GENERIC_READ, SepSid(SEP_RESTRICTED));
    expect(SeiValidateDescriptor(sd, MAXUSHORT) != 0);
    ExiFree(sd);
}

IN_KERNEL(all_parts_flags_and_numbers)
{
    SECURITY_DESCRIPTOR *sd = parse(
        u"O:BAG:S-1-5-21-1-2-3-513D:PARAI(D;OICINPIO;0x1F01FF;;;S-1-5-32-545)"
        u"(A;ID;010;;;BU)(A;;17;;;IU)(A;;RCSDWDWOCCDCLCSWRPWPDTLOCR;;;AU)"
        u"S:P(AU;SAFA;FA;;;WD)(ML;;NWNR;;;LW)");
    SEP_PARTS parts;
    SepGetParts(sd, &parts);
    expect_equal(parts.Control,
        SE_SELF_RELATIVE | SE_DACL_PRESENT | SE_DACL_PROTECTED | SE_DACL_AUTO_INHERIT_REQ |
            SE_DACL_AUTO_INHERITED | SE_SACL_PRESENT | SE_SACL_PROTECTED);
    expect(SepEqualSid(parts.Owner, SepSid(SEP_ADMINISTRATORS)));
    expect_equal(parts.Group->SubAuthorityCount, 5);
    expect_equal(*RtlSubAuthoritySid(parts.Group, 4), 513);
    expect_ace(sd, 0, ACCESS_DENIED_ACE_TYPE,
        OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE | NO_PROPAGATE_INHERIT_ACE | INHERIT_ONLY_ACE,
        0x1F01FF, SepSid(SEP_USERS));
    expect_ace(sd, 1, ACCESS_ALLOWED_ACE_TYPE, INHERITED_ACE, 8, SepSid(SEP_USERS));
    expect_ace(sd, 2, ACCESS_ALLOWED_ACE_TYPE, 0, 17, SepSid(SEP_INTERACTIVE));
    expect_ace(sd, 3, ACCESS_ALLOWED_ACE_TYPE, 0, 0xF01FF, SepSid(SEP_AUTHENTICATED));
    expect_equal(parts.Sacl->AceCount, 2);
    const ACCESS_ALLOWED_ACE *audit = (const ACCESS_ALLOWED_ACE *)(const void *)SepFirstAce(
        parts.Sacl);
    expect_equal(audit->Header.AceFlags, SUCCESSFUL_ACCESS_ACE_FLAG | FAILED_ACCESS_ACE_FLAG);
    expect_equal(audit->Mask, FILE_ALL_ACCESS);
    const ACCESS_ALLOWED_ACE *label = (const ACCESS_ALLOWED_ACE *)(const void *)SepNextAce(
        &audit->Header);
    expect_equal(label->Header.AceType, SYSTEM_MANDATORY_LABEL_ACE_TYPE);
    expect_equal(label->Mask, 3);
    expect(SepEqualSid(SepAceSid(label), SepSid(SEP_LOW)));
    ExiFree(sd);
}

IN_KERNEL(empty_and_null_lists)
{
    SEP_PARTS parts;
    SECURITY_DESCRIPTOR *sd = parse(u"D:P");
    SepGetParts(sd, &parts);
    expect(parts.Dacl != NULL && parts.Dacl->AceCount == 0);
    ExiFree(sd);
    sd = parse(u"D:NO_ACCESS_CONTROL");
    SepGetParts(sd, &parts);
    expect(parts.Dacl == NULL && (parts.Control & SE_DACL_PRESENT));
    ExiFree(sd);
    sd = parse(u"");
    SepGetParts(sd, &parts);
    expect_equal(parts.Control, SE_SELF_RELATIVE);
    ExiFree(sd);
}

IN_KERNEL(every_alias_is_known)
{
    static const WCHAR alias[][3] = {u"WD", u"CO", u"CG", u"OW", u"NU", u"IU", u"SU", u"AN", u"PS",
        u"AU", u"RC", u"SY", u"LS", u"NS", u"WR", u"BA", u"BU", u"BG", u"PU", u"AO", u"SO", u"PO",
        u"BO", u"RE", u"RU", u"RD", u"NO", u"LA", u"LG"};
    for (unsigned index = 0; index < sizeof(alias) / sizeof(alias[0]); index++) {
        WCHAR text[] = u"O:xx";
        UNICODE_STRING string = {8, 10, text};
        text[2] = alias[index][0];
        text[3] = alias[index][1];
        SECURITY_DESCRIPTOR *sd = parse_at(&string, (int)index);
        if (sd != NULL)
            ExiFree(sd);
    }
}

IN_KERNEL(what_is_no_sddl)
{
    static const WCHAR *const bad[] = {u"x", u"D", u"D:(", u"D:()", u"D:(A;;GA;;;SY",
        u"D:(A;;GA;;;XX)", u"D:(A;;QQ;;;SY)", u"D:(A;XX;GA;;;SY)", u"D:(X;;GA;;;SY)",
        u"D:(A;;GA;;SY)", u"D:(A;;GA;;;SY)x", u"D:(A;;GA;;;SY)D:P", u"O:", u"O:ZZ", u"O:BAO:BA",
        u"G:S-1", u"G:S-2-5-18", u"G:S-1-5", u"G:S-1-5-", u"G:S-1-5-4294967296",
        u"G:S-1-0x1000000000000-1", u"G:S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16",
        u"D:(A;;0x1FFFFFFFF;;;SY)", u"D:(OA;;GA;00000000-0000-0000-0000-000000000000;;SY)",
        u"D:(AU;;GA;;;SY)", u"S:(A;;GA;;;SY)", u"D:(XA;;GA;;;SY;(a))", u"d:(A;;GA;;;SY)",
        u"D: (A;;GA;;;SY)", u"S:(ML;;GA;;;LW)"};
    for (unsigned index = 0; index < sizeof(bad) / sizeof(bad[0]); index++) {
        SECURITY_DESCRIPTOR *sd = NULL;
        UNICODE_STRING text;
        RtlInitUnicodeString(&text, bad[index]);
        expect_equal_at((ULONG)SeiParseSddl(&text, &sd), (ULONG)STATUS_INVALID_PARAMETER,
            "the status", (int)index);
        expect_at(sd == NULL, "nothing is made", (int)index);
    }
}

/* Every beginning of a good text is good or refused, never more. */
IN_KERNEL(cut_anywhere)
{
    UNICODE_STRING text = RTL_STRING(
        u"O:BAG:SYD:PAI(A;OICI;0x1F01FF;;;S-1-5-32-544)(D;;GA;;;WD)S:(ML;;NW;;;S-1-16-4096)");
    for (text.Length = 0; text.Length < text.MaximumLength; text.Length += sizeof(WCHAR)) {
        SECURITY_DESCRIPTOR *sd;
        NTSTATUS status = SeiParseSddl(&text, &sd);
        if (NT_SUCCESS(status)) {
            expect(SeiValidateDescriptor(sd, MAXUSHORT) != 0);
            ExiFree(sd);
        } else {
            expect_status(status, STATUS_INVALID_PARAMETER);
        }
    }
}

IN_KERNEL(parsing_survives_low_memory)
{
    for (LONG nth = 1;; nth++) {
        SECURITY_DESCRIPTOR *sd;
        MmFailAllocation(nth, FALSE);
        NTSTATUS status = SeiParseSddl(U(u"O:BAD:(A;;GA;;;SY)S:(ML;;NW;;;LW)"), &sd);
        MmFailAllocation(0, FALSE);
        if (NT_SUCCESS(status)) {
            ExiFree(sd);
            expect(nth > 3);
            return;
        }
        expect_status(status, STATUS_INSUFFICIENT_RESOURCES);
    }
}

IN_KERNEL(sids_are_written_out)
{
    static const struct {
        enum SEP_WELL_KNOWN sid;
        const WCHAR *text;
    } known[] = {{SEP_NULL, u"S-1-0-0"}, {SEP_WORLD, u"S-1-1-0"}, {SEP_SYSTEM, u"S-1-5-18"},
        {SEP_ADMINISTRATORS, u"S-1-5-32-544"}, {SEP_NT_AUTHORITY, u"S-1-5"},
        {SEP_HIGH, u"S-1-16-12288"},
        {SEP_MACHINE_ADMINISTRATOR, u"S-1-5-21-3714827561-1968025174-2453780913-500"}};
    UNICODE_STRING string, wanted;
    for (unsigned index = 0; index < sizeof(known) / sizeof(known[0]); index++) {
        expect_status(
            RtlConvertSidToUnicodeString(&string, SepSid(known[index].sid), TRUE), STATUS_SUCCESS);
        RtlInitUnicodeString(&wanted, known[index].text);
        expect(RtlEqualUnicodeString(&string, &wanted, FALSE));
        expect_equal(string.Buffer[string.Length / 2], 0);
        RtlpFree(string.Buffer);
    }
    SID big = {1, 0, {{1, 2, 3, 4, 5, 6}}, {0}};
    WCHAR text[40];
    string = (UNICODE_STRING){0, sizeof(text), text};
    expect_status(RtlConvertSidToUnicodeString(&string, &big, FALSE), STATUS_SUCCESS);
    expect(RtlEqualUnicodeString(&string, U(u"S-1-0x010203040506"), FALSE));
    string.MaximumLength = 10;
    expect_status(RtlConvertSidToUnicodeString(&string, &big, FALSE), STATUS_BUFFER_OVERFLOW);
    big.Revision = 2;
    expect_status(RtlConvertSidToUnicodeString(&string, &big, FALSE), STATUS_INVALID_SID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_drivers_write),
        TEST(all_parts_flags_and_numbers),
        TEST(empty_and_null_lists),
        TEST(every_alias_is_known),
        TEST(what_is_no_sddl),
        TEST(cut_anywhere),
        TEST(parsing_survives_low_memory),
        TEST(sids_are_written_out),
    };
    return cmocka_run_group_tests(tests, open_machine, close_machine);
}
