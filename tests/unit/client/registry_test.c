/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The registry's Win32 calls: what they return, down to the error codes, against an embedded
 * machine without drivers.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client.h"

#include "dotsys/dotsys.h"

#define PLACE      "Software\\RegistryTest"
#define fine(call) assert_int_equal(call, ERROR_SUCCESS)

static dotsys_machine *machine;

static void no_log(void *context, const dotsys_log_line *line)
{
    (void)context, (void)line;
}

static int open_as(bool ordinary)
{
    dotsys_options options = {.size = sizeof(options), .log = no_log, .ordinary_user = ordinary};
    return dotsys_machine_open(&options, &machine) != DOTSYS_OK;
}

static int open_machine(void **state)
{
    (void)state;
    return open_as(false);
}

static int close_machine(void **state)
{
    (void)state;
    return (int)dotsys_machine_close(machine);
}

static HKEY place(void)
{
    HKEY key;
    DWORD disposition = 0;
    fine(RegCreateKeyExA(
        HKEY_LOCAL_MACHINE, PLACE, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key, &disposition));
    return key;
}

static void drop(HKEY key)
{
    fine(RegCloseKey(key));
    fine(RegDeleteTreeA(HKEY_LOCAL_MACHINE, PLACE));
}

/* ---- Keys ------------------------------------------------------------------------------------ */

static void opening(void **state)
{
    HKEY key = (HKEY)1, other, again;
    (void)state;
    assert_int_equal(RegOpenKeyExA(HKEY_LOCAL_MACHINE, "Software\\No\\Such", 0, KEY_READ, &key),
        ERROR_FILE_NOT_FOUND);
    assert_null(key);
    assert_int_equal(
        RegOpenKeyExA(HKEY_LOCAL_MACHINE, "Software", 0, KEY_READ, NULL), ERROR_INVALID_PARAMETER);
    assert_int_equal(RegOpenKeyExA(NULL, "Software", 0, KEY_READ, &key), ERROR_INVALID_HANDLE);
    assert_int_equal(
        RegOpenKeyExA((HKEY)0x12344, "Software", 0, KEY_READ, &key), ERROR_INVALID_HANDLE);
    assert_int_equal(
        RegOpenKeyExA(HKEY_LOCAL_MACHINE, "\\Software", 0, KEY_READ, &key), ERROR_BAD_PATHNAME);
    assert_int_equal(
        RegOpenKeyExA(HKEY_PERFORMANCE_DATA, "Software", 0, KEY_READ, &key), ERROR_INVALID_HANDLE);
    fine(RegOpenKeyExA(HKEY_LOCAL_MACHINE, NULL, 0, KEY_READ, &key));
    assert_ptr_equal(key, HKEY_LOCAL_MACHINE);
    fine(RegCloseKey(key));
    assert_int_equal(RegCloseKey(NULL), ERROR_INVALID_HANDLE);
    fine(RegOpenKeyExW(HKEY_LOCAL_MACHINE, u"SOFTWARE", 0, KEY_READ | KEY_WOW64_64KEY, &key));
    fine(RegOpenKeyExA(key, "Microsoft\\Windows NT\\", 0, KEY_READ, &other));
    fine(RegOpenKeyExA(key, "", 0, KEY_READ, &again));
    assert_ptr_not_equal(again, key);
    fine(RegCloseKey(again));
    fine(RegOpenKeyA(key, NULL, &again));
    assert_ptr_equal(again, key);
    fine(RegCloseKey(other));
    fine(RegCloseKey(key));
    assert_int_equal(RegCloseKey(key), ERROR_INVALID_HANDLE);
}

static void every_root_is_there(void **state)
{
    static const HKEY roots[] = {
        HKEY_CLASSES_ROOT, HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE, HKEY_USERS, HKEY_CURRENT_CONFIG};
    HKEY key;
    DWORD keys;
    (void)state;
    for (size_t i = 0; i < RTL_NUMBER_OF(roots); i++)
        fine(RegQueryInfoKeyA(
            roots[i], NULL, NULL, NULL, &keys, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    fine(RegCreateKeyA(HKEY_CLASSES_ROOT, "testfile", &key));
    fine(RegCloseKey(key));
    fine(RegDeleteKeyA(HKEY_LOCAL_MACHINE, "Software\\Classes\\testfile"));
    fine(RegCreateKeyA(HKEY_CURRENT_USER, "Software\\Mine", &key));
    fine(RegCloseKey(key));
    fine(RegOpenKeyExA(HKEY_USERS, "S-1-5-21-3714827561-1968025174-2453780913-500\\Software\\Mine",
        0, KEY_READ, &key));
    fine(RegCloseKey(key));
    fine(RegDeleteKeyA(HKEY_CURRENT_USER, "Software\\Mine"));
}

static void creating(void **state)
{
    HKEY key, deep;
    DWORD disposition;
    char class_name[8];
    DWORD length = sizeof(class_name);
    (void)state;
    fine(RegCreateKeyExA(HKEY_LOCAL_MACHINE, PLACE "\\a\\b\\\\c", 0, (char[]){"Kind"}, 0,
        KEY_ALL_ACCESS, NULL, &deep, &disposition));
    assert_int_equal(disposition, REG_CREATED_NEW_KEY);
    fine(RegQueryInfoKeyA(
        deep, class_name, &length, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    assert_string_equal(class_name, "Kind");
    assert_int_equal(length, 4);
    fine(RegCreateKeyExA(
        HKEY_LOCAL_MACHINE, PLACE "\\a", 0, NULL, 0, KEY_READ, NULL, &key, &disposition));
    assert_int_equal(disposition, REG_OPENED_EXISTING_KEY);
    fine(RegCloseKey(key));
    assert_int_equal(
        RegCreateKeyExA(HKEY_LOCAL_MACHINE, NULL, 0, NULL, 0, KEY_READ, NULL, &key, NULL),
        ERROR_BADKEY);
    assert_int_equal(
        RegCreateKeyExA(HKEY_LOCAL_MACHINE, PLACE, 1, NULL, 0, KEY_READ, NULL, &key, NULL),
        ERROR_INVALID_PARAMETER);
    fine(
        RegCreateKeyExA(deep, "v", 0, NULL, REG_OPTION_VOLATILE, KEY_ALL_ACCESS, NULL, &key, NULL));
    HKEY stable;
    assert_int_equal(RegCreateKeyExA(key, "s", 0, NULL, 0, KEY_READ, NULL, &stable, NULL),
        ERROR_CHILD_MUST_BE_VOLATILE);
    fine(RegCloseKey(key));
    assert_int_equal(RegDeleteKeyA(HKEY_LOCAL_MACHINE, PLACE "\\a\\b"), ERROR_ACCESS_DENIED);
    assert_int_equal(RegDeleteKeyA(HKEY_LOCAL_MACHINE, NULL), ERROR_INVALID_PARAMETER);
    fine(RegDeleteKeyA(deep, "v"));
    fine(RegDeleteKeyExA(HKEY_LOCAL_MACHINE, PLACE "\\a\\b\\c",
        sizeof(void *) == 8 ? KEY_WOW64_64KEY : KEY_WOW64_32KEY, 0));
    assert_int_equal(RegQueryValueExA(deep, "x", NULL, NULL, NULL, NULL), ERROR_KEY_DELETED);
    drop(deep);
}

static void renaming_and_trees(void **state)
{
    HKEY key = place(), target;
    DWORD number = 7, keys, values;
    (void)state;
    fine(RegSetKeyValueA(key, "one\\two\\three", "n", REG_DWORD, &number, sizeof(number)));
    fine(RegRenameKey(key, u"one", u"other"));
    assert_int_equal(RegRenameKey(key, u"one", u"x"), ERROR_FILE_NOT_FOUND);
    assert_int_equal(RegRenameKey(key, u"other", u"x\\y"), ERROR_INVALID_PARAMETER);
    fine(RegCreateKeyA(key, "copy", &target));
    fine(RegCopyTreeA(key, "other", target));
    fine(RegGetValueA(target, "two\\three", "n", RRF_RT_DWORD, NULL, NULL, NULL));
    fine(RegSetValueExA(target, NULL, 0, REG_DWORD, (BYTE *)&number, sizeof(number)));
    fine(RegDeleteTreeA(target, NULL));
    fine(RegQueryInfoKeyA(
        target, NULL, NULL, NULL, &keys, NULL, NULL, &values, NULL, NULL, NULL, NULL));
    assert_int_equal(keys + values, 0);
    fine(RegCloseKey(target));
    fine(RegDeleteTreeA(key, "other"));
    assert_int_equal(RegDeleteTreeA(key, "other"), ERROR_FILE_NOT_FOUND);
    drop(key);
}

static void views(void **state)
{
    HKEY key;
    DWORD number = 1;
    (void)state;
    if (sizeof(void *) != 8)
        skip(); /* its own view is the other one, or there is one only: see registry_view_test */
    fine(RegCreateKeyExA(HKEY_LOCAL_MACHINE, PLACE "\\a\\b\\", 0, NULL, 0,
        KEY_ALL_ACCESS | KEY_WOW64_32KEY, NULL, &key, NULL));
    fine(RegSetValueExA(key, "n", 0, REG_DWORD, (BYTE *)&number, sizeof(number)));
    fine(RegCloseKey(key));
    assert_int_equal(RegOpenKeyExA(HKEY_LOCAL_MACHINE, PLACE, 0, KEY_READ | KEY_WOW64_64KEY, &key),
        ERROR_FILE_NOT_FOUND);
    fine(RegOpenKeyExA(HKEY_LOCAL_MACHINE, "SOFTWARE\\wow6432node\\RegistryTest", 0,
        KEY_READ | KEY_WOW64_32KEY, &key));
    fine(RegGetValueA(key, "a\\b", "n", RRF_RT_DWORD, NULL, NULL, NULL));
    fine(RegCloseKey(key));
    fine(RegGetValueA(HKEY_LOCAL_MACHINE, PLACE "\\a\\b", "n", RRF_RT_DWORD | RRF_SUBKEY_WOW6432KEY,
        NULL, NULL, NULL));
    fine(RegOpenKeyExA(HKEY_LOCAL_MACHINE, "Software", 0, KEY_READ | KEY_WOW64_32KEY, &key));
    fine(RegGetValueA(key, "RegistryTest\\a\\b", "n", RRF_RT_DWORD, NULL, NULL, NULL));
    fine(RegCloseKey(key));
    fine(RegDeleteTreeA(HKEY_LOCAL_MACHINE, "Software\\Wow6432Node\\RegistryTest"));
    fine(RegCreateKeyExA(
        HKEY_CLASSES_ROOT, "CLSID", 0, NULL, 0, KEY_READ | KEY_WOW64_32KEY, NULL, &key, NULL));
    fine(RegCloseKey(key));
    fine(RegDeleteKeyA(HKEY_LOCAL_MACHINE, "Software\\Classes\\WOW6432Node\\CLSID"));
}

/* ---- Values ---------------------------------------------------------------------------------- */

static void querying(void **state)
{
    HKEY key = place();
    WCHAR wide[8];
    char narrow[16];
    DWORD type, bytes, number = 0x12345678, back = 0;
    (void)state;
    fine(RegSetValueExW(key, u"text", 0, REG_SZ, (const BYTE *)u"a\u00e4\u20ac", 8));
    fine(RegQueryValueExW(key, u"TEXT", NULL, &type, NULL, &bytes));
    assert_int_equal(type, REG_SZ);
    assert_int_equal(bytes, 8);
    bytes = 6;
    assert_int_equal(
        RegQueryValueExW(key, u"text", NULL, NULL, (BYTE *)wide, &bytes), ERROR_MORE_DATA);
    assert_int_equal(bytes, 8);
    bytes = sizeof(wide);
    fine(RegQueryValueExW(key, u"text", NULL, NULL, (BYTE *)wide, &bytes));
    assert_memory_equal(wide, u"a\u00e4\u20ac", 8);
    fine(RegQueryValueExA(key, "text", NULL, NULL, NULL, &bytes));
    assert_int_equal(bytes, 7); /* 1 + 2 + 3 and the end */
    bytes = 6;
    assert_int_equal(
        RegQueryValueExA(key, "text", NULL, &type, (BYTE *)narrow, &bytes), ERROR_MORE_DATA);
    assert_int_equal(bytes, 7);
    fine(RegQueryValueExA(key, "text", NULL, &type, (BYTE *)narrow, &bytes));
    assert_string_equal(narrow, "a\u00e4\u20ac");
    assert_int_equal(RegQueryValueExA(key, "none", NULL, NULL, NULL, NULL), ERROR_FILE_NOT_FOUND);
    assert_int_equal(
        RegQueryValueExA(key, "text", &number, NULL, NULL, NULL), ERROR_INVALID_PARAMETER);
    assert_int_equal(
        RegQueryValueExA(key, "text", NULL, NULL, (BYTE *)narrow, NULL), ERROR_INVALID_PARAMETER);
    fine(RegSetValueExA(key, "n", 0, REG_DWORD, (BYTE *)&number, sizeof(number)));
    bytes = sizeof(back);
    fine(RegQueryValueExA(key, "n", NULL, &type, (BYTE *)&back, &bytes));
    assert_int_equal(back, number);
    bytes = 0xFFFFFFFFu; /* who says more than there is gets what there is */
    fine(RegQueryValueExA(key, "n", NULL, &type, (BYTE *)&back, &bytes));
    assert_int_equal(bytes, 4);
    bytes = 0xFFFFFFFFu;
    fine(RegQueryValueExW(key, u"n", NULL, &type, (BYTE *)&back, &bytes));
    assert_int_equal(bytes, 4);
    static BYTE large[5000], copy[5000];
    memset(large, 7, sizeof(large));
    fine(RegSetValueExW(key, u"large", 0, REG_BINARY, large, sizeof(large)));
    bytes = sizeof(copy);
    fine(RegQueryValueExW(key, u"large", NULL, &type, copy, &bytes));
    assert_int_equal(bytes, sizeof(large));
    assert_memory_equal(copy, large, sizeof(large));
    bytes = 600;
    assert_int_equal(RegQueryValueExW(key, u"large", NULL, &type, copy, &bytes), ERROR_MORE_DATA);
    assert_int_equal(bytes, sizeof(large));
    /* Stored without an end: it is added where there is room, and not counted. */
    fine(RegSetValueExW(key, u"open", 0, REG_SZ, (const BYTE *)u"ab", 4));
    memset(wide, 0xFF, sizeof(wide));
    bytes = sizeof(wide);
    fine(RegQueryValueExW(key, u"open", NULL, NULL, (BYTE *)wide, &bytes));
    assert_int_equal(bytes, 4);
    assert_int_equal(wide[2], 0);
    drop(key);
}

static void converting(void **state)
{
    HKEY key = place();
    BYTE data[64];
    DWORD bytes = sizeof(data), type;
    (void)state;
    fine(RegSetValueExA(key, "m", 0, REG_MULTI_SZ, (const BYTE *)"\u00e4\0b\0", 6));
    fine(RegQueryValueExW(key, u"m", NULL, &type, data, &bytes));
    assert_int_equal(bytes, 10);
    assert_memory_equal(data, u"\u00e4\0b\0", 10);
    bytes = sizeof(data);
    fine(RegQueryValueExA(key, "m", NULL, &type, data, &bytes));
    assert_int_equal(bytes, 6);
    assert_memory_equal(data, "\u00e4\0b\0", 6);
    fine(RegSetValueExA(key, "b", 0, REG_BINARY, (const BYTE *)"\xff\x00\xe4", 3)); /* is no text */
    bytes = sizeof(data);
    fine(RegQueryValueExA(key, "b", NULL, &type, data, &bytes));
    assert_int_equal(bytes, 3);
    assert_memory_equal(data, "\xff\x00\xe4", 3);
    fine(RegSetValueExA(key, "e", 0, REG_SZ, NULL, 0));
    bytes = sizeof(data);
    fine(RegQueryValueExA(key, "e", NULL, &type, data, &bytes));
    assert_int_equal(bytes, 0);
    drop(key);
}

static void getting(void **state)
{
    HKEY key = place();
    char text[64];
    DWORD bytes = sizeof(text), type, number;
    (void)state;
    fine(RegSetKeyValueA(key, "sub", "path", REG_EXPAND_SZ, "%SystemRoot%\\x %none_such%", 27));
    fine(RegGetValueA(key, "sub", "path", RRF_RT_REG_SZ, &type, text, &bytes));
    assert_int_equal(type, REG_SZ);
    assert_string_equal(text, "C:\\Windows\\x %none_such%");
    assert_int_equal(bytes, strlen(text) + 1);
    bytes = sizeof(text);
    fine(
        RegGetValueA(key, "sub", "path", RRF_RT_REG_EXPAND_SZ | RRF_NOEXPAND, &type, text, &bytes));
    assert_int_equal(type, REG_EXPAND_SZ);
    assert_string_equal(text, "%SystemRoot%\\x %none_such%");
    assert_int_equal(RegGetValueA(key, "sub", "path", RRF_RT_REG_EXPAND_SZ, &type, text, &bytes),
        ERROR_INVALID_PARAMETER);
    assert_int_equal(
        RegGetValueA(key, "sub", "path", 0, &type, text, &bytes), ERROR_INVALID_PARAMETER);
    number = sizeof(number);
    memset(text, 'x', sizeof(text));
    assert_int_equal(
        RegGetValueA(key, "sub", "path", RRF_RT_DWORD | RRF_ZEROONFAILURE, NULL, text, &number),
        ERROR_UNSUPPORTED_TYPE);
    assert_memory_equal(text, "\0\0\0\0x", 5);
    fine(RegSetValueExA(key, "bin", 0, REG_BINARY, (const BYTE *)"abc", 3));
    assert_int_equal(
        RegGetValueA(key, NULL, "bin", RRF_RT_DWORD, NULL, NULL, NULL), ERROR_INVALID_DATA);
    bytes = 2;
    assert_int_equal(
        RegGetValueA(key, NULL, "bin", RRF_RT_ANY, NULL, text, &bytes), ERROR_MORE_DATA);
    assert_int_equal(bytes, 3);
    assert_int_equal(
        RegGetValueA(key, NULL, "bin", RRF_RT_ANY, NULL, text, NULL), ERROR_INVALID_PARAMETER);
    /* Ends are added and counted. */
    fine(RegSetValueExW(key, u"open", 0, REG_MULTI_SZ, (const BYTE *)u"ab", 4));
    fine(RegGetValueW(key, NULL, u"open", RRF_RT_REG_MULTI_SZ, NULL, NULL, &bytes));
    assert_int_equal(bytes, 8);
    drop(key);
}

static void deleting(void **state)
{
    HKEY key = place();
    (void)state;
    fine(RegSetKeyValueA(key, "sub", "a", REG_SZ, "x", 2));
    fine(RegDeleteKeyValueA(key, "sub", "a"));
    assert_int_equal(RegDeleteKeyValueA(key, "sub", "a"), ERROR_FILE_NOT_FOUND);
    assert_int_equal(RegDeleteValueA(key, "a"), ERROR_FILE_NOT_FOUND);
    fine(RegSetValueExA(key, NULL, 0, REG_SZ, (const BYTE *)"x", 2));
    fine(RegDeleteValueA(key, ""));
    fine(RegFlushKey(key));
    fine(RegFlushKey(HKEY_LOCAL_MACHINE));
    drop(key);
}

/* ---- Enumerating ----------------------------------------------------------------------------- */

static void enumerating(void **state)
{
    HKEY key = place(), child;
    char name[16], big[2000];
    DWORD length, bytes, type, longest, largest, count, security;
    FILETIME time = {0, 0};
    (void)state;
    memset(big, 'z', sizeof(big));
    fine(RegCreateKeyA(key, "beta", &child));
    fine(RegCloseKey(child));
    fine(RegCreateKeyA(key, "Alpha", &child));
    fine(RegCloseKey(child));
    fine(RegSetValueExA(key, "large", 0, REG_BINARY, (const BYTE *)big, sizeof(big)));
    length = sizeof(name);
    fine(RegEnumKeyExA(key, 0, name, &length, NULL, NULL, NULL, &time));
    assert_string_equal(name, "Alpha");
    assert_int_equal(length, 5);
    assert_int_not_equal(time.dwHighDateTime, 0);
    length = 5; /* no room for the end */
    assert_int_equal(RegEnumKeyExA(key, 0, name, &length, NULL, NULL, NULL, NULL), ERROR_MORE_DATA);
    assert_int_equal(RegEnumKeyA(key, 2, name, sizeof(name)), ERROR_NO_MORE_ITEMS);
    fine(RegEnumKeyA(key, 1, name, sizeof(name)));
    assert_string_equal(name, "beta");
    length = sizeof(name), bytes = 10;
    assert_int_equal(
        RegEnumValueA(key, 0, name, &length, NULL, &type, (BYTE *)big, &bytes), ERROR_MORE_DATA);
    assert_int_equal(bytes, sizeof(big));
    length = sizeof(name);
    fine(RegEnumValueA(key, 0, name, &length, NULL, &type, (BYTE *)big, &bytes));
    assert_string_equal(name, "large");
    assert_int_equal(length, 5);
    length = sizeof(name);
    assert_int_equal(
        RegEnumValueA(key, 1, name, &length, NULL, NULL, NULL, NULL), ERROR_NO_MORE_ITEMS);
    fine(RegQueryInfoKeyW(
        key, NULL, NULL, NULL, &count, &longest, NULL, &type, &length, &largest, &security, NULL));
    assert_int_equal(count, 2);
    assert_int_equal(longest, 5);
    assert_int_equal(type, 1);
    assert_int_equal(length, 5);
    assert_int_equal(largest, sizeof(big));
    assert_true(security > 20);
    drop(key);
}

/* ---- Watching -------------------------------------------------------------------------------- */

static void *wait_for_change(void *key)
{
    return (void *)(intptr_t)RegNotifyChangeKeyValue(
        key, TRUE, REG_NOTIFY_CHANGE_LAST_SET, NULL, FALSE);
}

static void watching(void **state)
{
    HKEY key = place();
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, NULL);
    pthread_t thread;
    void *result = (void *)-1;
    DWORD number = 0;
    (void)state;
    assert_int_equal(RegNotifyChangeKeyValue(key, FALSE, REG_NOTIFY_CHANGE_LAST_SET, NULL, TRUE),
        ERROR_INVALID_PARAMETER);
    assert_int_equal(RegNotifyChangeKeyValue(key, FALSE, 0, event, TRUE), ERROR_INVALID_PARAMETER);
    fine(RegNotifyChangeKeyValue(
        key, FALSE, REG_NOTIFY_CHANGE_LAST_SET | REG_NOTIFY_THREAD_AGNOSTIC, event, TRUE));
    assert_int_equal(WaitForSingleObject(event, 0), WAIT_TIMEOUT);
    fine(RegSetValueExA(key, "n", 0, REG_DWORD, (BYTE *)&number, sizeof(number)));
    assert_int_equal(WaitForSingleObject(event, INFINITE), WAIT_OBJECT_0);
    HKEY other = place();
    assert_int_equal(pthread_create(&thread, NULL, wait_for_change, other), 0);
    while (pthread_tryjoin_np(thread, &result) != 0) {
        number++;
        fine(RegSetValueExA(key, "n", 0, REG_DWORD, (BYTE *)&number, sizeof(number)));
    }
    assert_ptr_equal(result, NULL);
    fine(RegCloseKey(other));
    CloseHandle(event);
    drop(key);
}

/* ---- Another user ---------------------------------------------------------------------------- */

static void an_ordinary_user(void **state)
{
    HKEY key;
    DWORD number = 1;
    (void)state;
    fine(RegOpenKeyExA(HKEY_LOCAL_MACHINE, "Software", 0, KEY_READ, &key));
    assert_int_equal(RegSetValueExA(key, "n", 0, REG_DWORD, (BYTE *)&number, sizeof(number)),
        ERROR_ACCESS_DENIED);
    fine(RegCloseKey(key));
    assert_int_equal(
        RegOpenKeyExA(HKEY_LOCAL_MACHINE, "Software", 0, KEY_WRITE, &key), ERROR_ACCESS_DENIED);
    assert_int_equal(RegSetKeyValueA(HKEY_LOCAL_MACHINE, PLACE, "n", REG_DWORD, &number, 4),
        ERROR_ACCESS_DENIED);
    /* the user's own */
    fine(RegSetKeyValueA(HKEY_CURRENT_USER, PLACE, "n", REG_DWORD, &number, 4));
    fine(RegDeleteTreeA(HKEY_CURRENT_USER, PLACE));
    fine(RegOpenKeyExA(
        HKEY_USERS, "S-1-5-21-3714827561-1968025174-2453780913-1001", 0, KEY_ALL_ACCESS, &key));
    fine(RegCloseKey(key));
    assert_int_equal(RegOpenKeyExA(HKEY_USERS, "S-1-5-21-3714827561-1968025174-2453780913-500", 0,
                         KEY_READ, &key),
        ERROR_ACCESS_DENIED);
    assert_int_equal(
        RegOpenKeyExA(HKEY_LOCAL_MACHINE, "SAM", 0, KEY_READ, &key), ERROR_ACCESS_DENIED);
}

static int open_ordinary(void **state)
{
    (void)state;
    return open_as(true);
}

/* In the test itself: cmocka takes the fault signals before each test, and the machine must come
 * after. */
static void bad_pointers(void **state)
{
    DWORD bytes = 4;
    assert_int_equal(open_machine(state), 0);
    HKEY key = place();
    assert_int_equal(RegSetValueExA(key, "n", 0, REG_DWORD, (BYTE *)8, 4), ERROR_NOACCESS);
    fine(RegSetValueExA(key, "n", 0, REG_DWORD, (BYTE *)&bytes, 4));
    drop(key);
    assert_int_equal(close_machine(state), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening),
        cmocka_unit_test(every_root_is_there),
        cmocka_unit_test(creating),
        cmocka_unit_test(renaming_and_trees),
        cmocka_unit_test(views),
        cmocka_unit_test(querying),
        cmocka_unit_test(converting),
        cmocka_unit_test(getting),
        cmocka_unit_test(deleting),
        cmocka_unit_test(enumerating),
        cmocka_unit_test(watching),
    };
    const struct CMUnitTest ordinary[] = {cmocka_unit_test(an_ordinary_user)},
                            alone[] = {cmocka_unit_test(bad_pointers)};

    return cmocka_run_group_tests_name("client/registry", tests, open_machine, close_machine) |
        (machine_elsewhere() ? 0 /* who it is was settled with that machine */
                             : cmocka_run_group_tests_name("client/registry as a user", ordinary,
                                   open_ordinary, close_machine)) |
        cmocka_run_group_tests_name("client/registry with bad pointers", alone, NULL, NULL);
}
