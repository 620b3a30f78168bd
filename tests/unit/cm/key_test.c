/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Keys and values beyond what drivers can reach: renaming, several values, times, paths, what the
 * standard keys are. */
#include "cm_test.h"

IN_KERNEL(the_standard_keys_are_there)
{
    static const WCHAR *const path[] = {u"\\Registry",
        u"\\REGISTRY\\machine\\HARDWARE\\Description\\System", u"\\Registry\\Machine\\SAM",
        u"\\Registry\\Machine\\Security",
        u"\\Registry\\Machine\\Software\\Microsoft\\Windows NT\\CurrentVersion",
        u"\\Registry\\Machine\\System\\Select",
        u"\\Registry\\Machine\\System\\CurrentControlSet\\Control", u"\\Registry\\User\\.Default",
        u"\\Registry\\User\\S-1-5-18", u"\\Registry\\\\Machine\\System\\"};
    for (unsigned index = 0; index < sizeof(path) / sizeof(path[0]); index++) {
        HANDLE key = NULL;
        expect_status(ZwOpenKey(&key, KEY_READ, at(path[index])), STATUS_SUCCESS);
        ZwClose(key);
    }
    HANDLE select;
    expect_status(
        ZwOpenKey(&select, KEY_READ, at(u"\\Registry\\Machine\\System\\Select")), STATUS_SUCCESS);
    expect_equal(get_number(select, u"Current"), 1);
    expect_equal(get_number(select, u"LastKnownGood"), 1);
    ZwClose(select);
}

IN_KERNEL(standard_keys_stay)
{
    static const WCHAR *const path[] = {
        u"\\Registry\\Machine", u"\\Registry\\Machine\\System", u"\\Registry\\User"};
    UNICODE_STRING name = RTL_STRING(u"Other");
    for (unsigned index = 0; index < 3; index++) {
        HANDLE key;
        expect_status(ZwOpenKey(&key, KEY_ALL_ACCESS, at(path[index])), STATUS_SUCCESS);
        expect_status(ZwDeleteKey(key), STATUS_CANNOT_DELETE);
        expect_status(NtRenameKey(key, &name), STATUS_ACCESS_DENIED);
        ZwClose(key);
    }
}

IN_KERNEL(renaming_keeps_what_is_in_it)
{
    HANDLE key = make_key(SOFTWARE u"Rename", 0), child = make_key(SOFTWARE u"Rename\\B", 0);
    HANDLE deep = make_key(SOFTWARE u"Rename\\B\\Deep", 0),
           other = make_key(SOFTWARE u"Rename\\A", 0), found;
    UNICODE_STRING name = RTL_STRING(u"Z"), taken = RTL_STRING(u"a"), bad = RTL_STRING(u"x\\y"),
                   same = RTL_STRING(u"z");
    expect_status(set_number(deep, u"N", 7), STATUS_SUCCESS);
    expect_status(NtRenameKey(child, &taken), STATUS_CANNOT_DELETE);
    expect_status(NtRenameKey(child, &bad), STATUS_INVALID_PARAMETER);
    expect_status(NtRenameKey(child, &name), STATUS_SUCCESS);
    expect_status(NtRenameKey(child, &same), STATUS_SUCCESS);
    expect_status(
        ZwOpenKey(&found, KEY_READ, at(SOFTWARE u"Rename\\B")), STATUS_OBJECT_NAME_NOT_FOUND);
    expect_status(ZwOpenKey(&found, KEY_READ, at(SOFTWARE u"Rename\\Z\\deep")), STATUS_SUCCESS);
    expect_equal(get_number(found, u"N"), 7);
    ZwClose(found);
    drop_key(other);
    drop_key(deep);
    expect_status(NtRenameKey(child, &name), STATUS_SUCCESS); /* the only one of its parent */
    drop_key(child);
    expect_status(NtRenameKey(child, &name), STATUS_INVALID_HANDLE);
    drop_key(key);
}

IN_KERNEL(several_values_at_once)
{
    HANDLE key = make_key(SOFTWARE u"Multiple", 0);
    UNICODE_STRING first = RTL_STRING(u"first"), second = RTL_STRING(u"SECOND"),
                   none = RTL_STRING(u"none");
    KEY_VALUE_ENTRY entry[3] = {
        {.ValueName = &first}, {.ValueName = &second}, {.ValueName = &none}};
    UCHAR buffer[16];
    ULONG length = sizeof(buffer), required = 0;
    expect_status(ZwSetValueKey(key, &first, 0, REG_BINARY, "abc", 3), STATUS_SUCCESS);
    expect_status(set_number(key, u"Second", 9), STATUS_SUCCESS);
    expect_status(
        NtQueryMultipleValueKey(key, entry, 2, buffer, &length, &required), STATUS_SUCCESS);
    expect_equal(length, 8);
    expect_equal(required, 8);
    expect_equal(entry[0].DataLength, 3);
    expect_equal(entry[0].Type, REG_BINARY);
    expect_equal(entry[1].DataOffset, 4);
    expect_equal(buffer[4], 9);
    length = 5;
    expect_status(
        NtQueryMultipleValueKey(key, entry, 2, buffer, &length, &required), STATUS_BUFFER_OVERFLOW);
    expect_equal(required, 8);
    length = sizeof(buffer);
    expect_status(NtQueryMultipleValueKey(key, entry, 3, buffer, &length, NULL),
        STATUS_OBJECT_NAME_NOT_FOUND);
    drop_key(key);
}

IN_KERNEL(the_write_time_can_be_set)
{
    HANDLE key = make_key(SOFTWARE u"Time", 0);
    KEY_WRITE_TIME_INFORMATION time = {.LastWriteTime = {.QuadPart = 0x123456789ABCDEF}};
    KEY_BASIC_INFORMATION basic[4];
    ULONG length;
    expect_status(
        NtSetInformationKey(key, KeyWriteTimeInformation, &time, sizeof(time)), STATUS_SUCCESS);
    expect_status(
        ZwQueryKey(key, KeyBasicInformation, basic, sizeof(basic), &length), STATUS_SUCCESS);
    expect_equal(basic[0].LastWriteTime.QuadPart, 0x123456789ABCDEF);
    expect_status(
        NtSetInformationKey(key, KeyWriteTimeInformation, &time, 4), STATUS_INFO_LENGTH_MISMATCH);
    expect_status(
        NtSetInformationKey(key, MaxKeySetInfoClass, &time, 8), STATUS_INVALID_INFO_CLASS);
    drop_key(key);
}

IN_KERNEL(volatile_keys_come_last)
{
    HANDLE key = make_key(SOFTWARE u"Order", 0),
           first = make_key(SOFTWARE u"Order\\A", REG_OPTION_VOLATILE);
    HANDLE second = make_key(SOFTWARE u"Order\\B", 0);
    KEY_BASIC_INFORMATION basic[4];
    ULONG length;
    expect_status(
        ZwEnumerateKey(key, 0, KeyBasicInformation, basic, sizeof(basic), &length), STATUS_SUCCESS);
    expect_equal(basic[0].Name[0], 'B');
    expect_status(
        ZwEnumerateKey(key, 1, KeyBasicInformation, basic, sizeof(basic), &length), STATUS_SUCCESS);
    expect_equal(basic[0].Name[0], 'A');
    drop_key(first);
    drop_key(second);
    drop_key(key);
}

IN_KERNEL(depth_has_a_limit)
{
    static HANDLE key[CMP_DEPTH_LIMIT + 1];
    HANDLE none;
    unsigned depth = 0;
    key[0] = make_key(SOFTWARE u"Deep", 0);
    for (;;) {
        NTSTATUS status = ZwCreateKey(
            &key[depth + 1], KEY_ALL_ACCESS, at_root(key[depth], u"d", 0), 0, NULL, 0, NULL);
        if (!NT_SUCCESS(status)) {
            expect_status(status, STATUS_NAME_TOO_LONG);
            break;
        }
        depth++;
    }
    expect_equal(depth, CMP_DEPTH_LIMIT - 3); /* Machine, Software and Deep are above */
    expect_status(
        ZwOpenKey(&none, KEY_READ, at_root(key[depth], u"d", 0)), STATUS_OBJECT_NAME_NOT_FOUND);
    for (unsigned left = depth + 1; left-- != 0;)
        drop_key(key[left]);
}

IN_KERNEL(links_that_go_round_end)
{
    static const WCHAR target[] = SOFTWARE u"Round";
    UNICODE_STRING value = RTL_STRING(u"SymbolicLinkValue");
    HANDLE link = make_key(SOFTWARE u"Round", REG_OPTION_CREATE_LINK | REG_OPTION_VOLATILE), found;
    expect_status(
        ZwSetValueKey(link, &value, 0, REG_LINK, (void *)(uintptr_t)target, sizeof(target) - 2),
        STATUS_SUCCESS);
    expect_status(ZwOpenKey(&found, KEY_READ, at(SOFTWARE u"Round")), STATUS_OBJECT_NAME_NOT_FOUND);
    expect_status(ZwOpenKey(&found, KEY_READ, at_root(NULL, SOFTWARE u"Round", OBJ_OPENLINK)),
        STATUS_SUCCESS);
    ZwClose(found);
    drop_key(link);
}

IN_KERNEL(an_object_tells_its_name)
{
    HANDLE key = make_key(SOFTWARE u"Named", 0);
    void *object;
    union {
        OBJECT_NAME_INFORMATION name;
        UCHAR bytes[256];
    } answer;
    ULONG length;
    expect_status(ObReferenceObjectByHandle(key, 0, CmKeyObjectType, KernelMode, &object, NULL),
        STATUS_SUCCESS);
    expect_status(ObQueryNameString(object, &answer.name, sizeof(answer), &length), STATUS_SUCCESS);
    expect(RtlEqualUnicodeString(
        &answer.name.Name, U(u"\\REGISTRY\\MACHINE\\SOFTWARE\\Named"), FALSE));
    ObfDereferenceObject(object);
    drop_key(key);
}

IN_KERNEL(text_is_imported)
{
    static const char text[] =
        "Windows Registry Editor Version 5.00\r\n"
        "; a comment\r\n"
        "[HKEY_LOCAL_MACHINE\\Software\\Import]\r\n"
        "@=\"default\"\r\n"
        "\"Number\"=dword:0000002a\r\n"
        "\"Quoted \\\"name\\\"\"=\"a\\\\b\"\r\n"
        "\"Bytes\"=hex:01,02,\\\r\n  03\r\n"
        "\"Expand\"=hex(2):25,00,00,00\r\n"
        "\"Gone\"=dword:1\r\n"
        "\"Gone\"=-\r\n"
        "[HKEY_LOCAL_MACHINE\\Software\\Import\\Sub]\r\n"
        "[-HKEY_LOCAL_MACHINE\\Software\\Import\\Sub]\r\n";
    HANDLE key = NULL, sub;
    ULONG line = 0, length;
    const char *reason;
    union {
        KEY_VALUE_PARTIAL_INFORMATION partial;
        UCHAR bytes[64];
    } answer;
    expect_status(CmiImportText(text, sizeof(text) - 1, &line, &reason), STATUS_SUCCESS);
    expect_status(ZwOpenKey(&key, KEY_ALL_ACCESS, at(SOFTWARE u"Import")), STATUS_SUCCESS);
    expect_equal(get_number(key, u"Number"), 42);
    expect_equal(get_number(key, u"Gone"), 0xDEADBEEF);
    expect_status(ZwQueryValueKey(key, U(u"Quoted \"name\""), KeyValuePartialInformation, &answer,
                      sizeof(answer), &length),
        STATUS_SUCCESS);
    expect_equal(answer.partial.Type, REG_SZ);
    expect_equal(answer.partial.DataLength, 8);
    expect(memcmp(answer.partial.Data, u"a\\b", 8) == 0);
    expect_status(ZwQueryValueKey(key, U(u"Bytes"), KeyValuePartialInformation, &answer,
                      sizeof(answer), &length),
        STATUS_SUCCESS);
    expect_equal(answer.partial.DataLength, 3);
    expect_equal(answer.bytes[FIELD_OFFSET(KEY_VALUE_PARTIAL_INFORMATION, Data) + 2], 3);
    expect_status(ZwQueryValueKey(key, U(u"Expand"), KeyValuePartialInformation, &answer,
                      sizeof(answer), &length),
        STATUS_SUCCESS);
    expect_equal(answer.partial.Type, REG_EXPAND_SZ);
    expect_status(
        ZwOpenKey(&sub, KEY_READ, at(SOFTWARE u"Import\\Sub")), STATUS_OBJECT_NAME_NOT_FOUND);
    drop_key(key);
}

IN_KERNEL(bad_text_is_refused_by_line)
{
    static const struct {
        const char *text;
        ULONG line;
    } bad[] = {{"", 1}, {"REGEDIT9\n", 1}, {"REGEDIT4\n\"a\"=dword:1\n", 2},
        {"REGEDIT4\n[HKLM\\Software\\Bad]\n\"a\"=dword:x\n", 3},
        {"REGEDIT4\n[HKLM\\Software\\Bad]\n\"a=1\n", 3}, {"REGEDIT4\n[HKLM\\Software\\Bad\n", 2},
        {"REGEDIT4\n[Nowhere\\Bad]\n", 2},
        {"REGEDIT4\n[HKLM\\Software\\Bad]\n\n\"a\"=hex:zz\n", 4}};
    for (unsigned index = 0; index < sizeof(bad) / sizeof(bad[0]); index++) {
        ULONG line = 0;
        const char *reason;
        expect(
            !NT_SUCCESS(CmiImportText(bad[index].text, strlen(bad[index].text), &line, &reason)));
        expect_equal(line, bad[index].line);
    }
    expect_status(CmiDeleteKeyPath(U(u"HKLM\\Software\\Bad")), STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_standard_keys_are_there),
        TEST(standard_keys_stay),
        TEST(renaming_keeps_what_is_in_it),
        TEST(several_values_at_once),
        TEST(the_write_time_can_be_set),
        TEST(volatile_keys_come_last),
        TEST(depth_has_a_limit),
        TEST(links_that_go_round_end),
        TEST(an_object_tells_its_name),
        TEST(text_is_imported),
        TEST(bad_text_is_refused_by_line),
    };
    return cmocka_run_group_tests(tests, open_machine, close_machine);
}
