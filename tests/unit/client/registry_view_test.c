/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The registry's views: which key a name means for a 32-bit program on an x64 machine, for a 64-bit
 * one, and for both with flags. BasepWow64Forced makes the program one or the other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "registry.h"

#include "dotsys/dotsys.h"
#include "redirect.h"

#define fine(call) assert_int_equal(call, ERROR_SUCCESS)

static dotsys_machine *machine;

static int open_as(const char *os)
{
    dotsys_options options = {.size = sizeof(options), .os = os};
    int failed = dotsys_machine_open(&options, &machine) != DOTSYS_OK;
    BasepWow64Forced = 1;
    return failed;
}

static int open_win10(void **state)
{
    (void)state;
    return open_as("win10");
}

static int open_xp(void **state)
{
    (void)state;
    return open_as("xp");
}

static int close_machine(void **state)
{
    (void)state;
    BasepWow64Forced = -1;
    return (int)dotsys_machine_close(machine);
}

/* ---- The map --------------------------------------------------------------------------------- */

#define HKLM "\\REGISTRY\\MACHINE\\"
#define USER "\\Registry\\User\\S-1-5-21-1-2-3-500\\"

/* What a full path is in the 32-bit view. */
static void maps(const char *path, const char *expected)
{
    BASEP_WIDE wide;
    WCHAR *mapped;
    char result[512];

    assert_int_equal(BasepWiden(path, &wide), STATUS_SUCCESS);
    fine(BasepMapView32(wide.Text, BasepWideLength(wide.Text), &mapped));
    BasepFreeWide(&wide);
    if (mapped == NULL) {
        if (expected != NULL)
            fail_msg("%s: stayed instead of becoming %s", path, expected);
        return;
    }
    SIZE_T length = BasepUtf8FromUtf16(mapped, BasepWideLength(mapped), result, sizeof(result) - 1);
    result[length] = 0;
    free(mapped);
    if (expected == NULL || strcmp(result, expected) != 0)
        fail_msg(
            "%s: became %s instead of %s", path, result, expected != NULL ? expected : "staying");
}

static void stays(const char *path)
{
    maps(path, NULL);
}

static void software_is_redirected(void **state)
{
    (void)state;
    maps(HKLM "SOFTWARE", HKLM "SOFTWARE\\WOW6432Node");
    maps(HKLM "Software\\Acme", HKLM "Software\\WOW6432Node\\Acme");
    maps(HKLM "software\\\\Acme\\\\b\\", HKLM "software\\WOW6432Node\\Acme\\b");
    maps(HKLM "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run",
        HKLM "SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Run");
    stays(HKLM "SOFTWARE\\Wow6432Node");
    stays(HKLM "SOFTWARE\\WOW6432NODE\\Acme");
    stays("\\REGISTRY\\MACHINE");
    stays("\\REGISTRY");
    stays(HKLM "SOFTWAREX\\Acme");
    stays(HKLM "SYSTEM\\CurrentControlSet\\Services");
    stays(HKLM "SYSTEM\\Software");
    stays(USER "Software\\Acme");
    stays("\\Registry\\User");
}

static void shared_keys_stay(void **state)
{
    (void)state;
    stays(HKLM "SOFTWARE\\Clients\\Mail");
    stays(HKLM "SOFTWARE\\Policies\\Microsoft");
    stays(HKLM "SOFTWARE\\RegisteredApplications");
    stays(HKLM "SOFTWARE\\Microsoft\\SystemCertificates\\Root");
    stays(HKLM "SOFTWARE\\Microsoft\\Cryptography\\Calais\\Current");
    stays(HKLM "SOFTWARE\\Microsoft\\Driver Signing");
    stays(HKLM "SOFTWARE\\microsoft\\windows\\currentversion\\app paths\\a.exe");
    stays(HKLM
        "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\a.exe");
    stays(HKLM "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Time Zones");
    stays(HKLM "SOFTWARE\\Microsoft\\OLE");
    maps(HKLM "SOFTWARE\\Microsoft\\Cryptography\\Calais",
        HKLM "SOFTWARE\\WOW6432Node\\Microsoft\\Cryptography\\Calais");
    maps(HKLM "SOFTWARE\\Policies2", HKLM "SOFTWARE\\WOW6432Node\\Policies2");
    maps(HKLM "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion",
        HKLM "SOFTWARE\\WOW6432Node\\Microsoft\\Windows NT\\CurrentVersion");
    /* Also in the view's own tree. */
    maps(HKLM "SOFTWARE\\Wow6432Node\\Policies\\a", HKLM "SOFTWARE\\Policies\\a");
    maps(HKLM "SOFTWARE\\WOW6432Node\\Microsoft\\OLE", HKLM "SOFTWARE\\Microsoft\\OLE");
}

static void of_classes_a_few_are_redirected(void **state)
{
    static const char *const redirected[] = {
        "CLSID", "DirectShow", "Interface", "Media Type", "MediaFoundation"};
    char path[256], expected[256];

    (void)state;
    for (size_t i = 0; i < RTL_NUMBER_OF(redirected); i++) {
        snprintf(path, sizeof(path), HKLM "SOFTWARE\\Classes\\%s\\x", redirected[i]);
        snprintf(expected, sizeof(expected), HKLM "SOFTWARE\\Classes\\WOW6432Node\\%s\\x",
            redirected[i]);
        maps(path, expected);
        snprintf(path, sizeof(path), USER "Software\\Classes\\%s", redirected[i]);
        snprintf(
            expected, sizeof(expected), USER "Software\\Classes\\WOW6432Node\\%s", redirected[i]);
        maps(path, expected);
    }
    stays(HKLM "SOFTWARE\\Classes");
    stays(HKLM "SOFTWARE\\Classes\\.txt");
    stays(HKLM "SOFTWARE\\Classes\\AppID\\x");
    stays(HKLM "SOFTWARE\\Classes\\TypeLib\\x");
    stays(HKLM "SOFTWARE\\Classes\\HCP");
    stays(HKLM "SOFTWARE\\Classes\\Wow6432Node\\CLSID\\x");
    stays(USER "Software\\Classes\\.txt");
    stays("\\Registry\\User\\.DEFAULT\\Software");
}

static void windows_xp_shares_less(void **state)
{
    (void)state;
    maps(HKLM "SOFTWARE\\Classes", HKLM "SOFTWARE\\Classes\\WOW6432Node");
    maps(HKLM "SOFTWARE\\Classes\\.txt", HKLM "SOFTWARE\\Classes\\WOW6432Node\\.txt");
    maps(HKLM "SOFTWARE\\Clients\\Mail", HKLM "SOFTWARE\\WOW6432Node\\Clients\\Mail");
    maps(HKLM "SOFTWARE\\Microsoft\\OLE", HKLM "SOFTWARE\\WOW6432Node\\Microsoft\\OLE");
    maps(USER "Software\\Classes\\.txt", USER "Software\\Classes\\WOW6432Node\\.txt");
    stays(HKLM "SOFTWARE\\Classes\\HCP");
    stays(HKLM "SOFTWARE\\Policies");
    stays(HKLM "SOFTWARE\\Microsoft\\SystemCertificates");
}

/* ---- Calls ----------------------------------------------------------------------------------- */

/* Makes a key below HKLM. */
static void make(const char *path, REGSAM view)
{
    HKEY key;
    fine(RegCreateKeyExA(HKEY_LOCAL_MACHINE, path, 0, NULL, 0, KEY_READ | view, NULL, &key, NULL));
    fine(RegCloseKey(key));
}

static LSTATUS there(HKEY root, const char *path, REGSAM view)
{
    HKEY key;
    LSTATUS error = RegOpenKeyExA(root, path, 0, KEY_READ | view, &key);
    if (error == ERROR_SUCCESS)
        fine(RegCloseKey(key));
    return error;
}

/* As a 64-bit program, whose names are those of the keys themselves. */
static LSTATUS truly(const char *path)
{
    BasepWow64Forced = 0;
    LSTATUS error = there(HKEY_LOCAL_MACHINE, path, 0);
    BasepWow64Forced = 1;
    return error;
}

static void the_default_is_the_programs(void **state)
{
    (void)state;
    make("Software\\Acme\\a", 0);
    assert_int_equal(truly("Software\\Acme"), ERROR_FILE_NOT_FOUND);
    fine(truly("Software\\WOW6432Node\\Acme\\a"));
    fine(there(HKEY_LOCAL_MACHINE, "Software\\Acme\\a", 0));
    fine(there(HKEY_LOCAL_MACHINE, "Software\\Wow6432Node\\Acme\\a", 0));
    fine(RegDeleteKeyA(HKEY_LOCAL_MACHINE, "Software\\Acme\\a"));
    assert_int_equal(truly("Software\\WOW6432Node\\Acme\\a"), ERROR_FILE_NOT_FOUND);
    BasepWow64Forced = 0;
    make("Software\\Acme\\b", 0);
    assert_int_equal(
        there(HKEY_LOCAL_MACHINE, "Software\\Acme\\b", KEY_WOW64_32KEY), ERROR_FILE_NOT_FOUND);
    fine(RegDeleteKeyA(HKEY_LOCAL_MACHINE, "Software\\Acme\\b"));
    fine(RegDeleteTreeA(HKEY_LOCAL_MACHINE, "Software\\Acme"));
    fine(RegDeleteTreeA(HKEY_LOCAL_MACHINE, "Software\\WOW6432Node\\Acme"));
    BasepWow64Forced = 1;
}

static void flags_choose_from_either_side(void **state)
{
    (void)state;
    for (BasepWow64Forced = 0; BasepWow64Forced < 2; BasepWow64Forced++) {
        make("Software\\Acme\\32", KEY_WOW64_32KEY);
        make("Software\\Acme\\64", KEY_WOW64_64KEY);
        fine(there(HKEY_LOCAL_MACHINE, "Software\\Acme\\32", KEY_WOW64_32KEY));
        fine(there(HKEY_LOCAL_MACHINE, "Software\\Acme\\64", KEY_WOW64_64KEY));
        assert_int_equal(
            there(HKEY_LOCAL_MACHINE, "Software\\Acme\\64", KEY_WOW64_32KEY), ERROR_FILE_NOT_FOUND);
        assert_int_equal(
            there(HKEY_LOCAL_MACHINE, "Software\\Acme\\32", KEY_WOW64_64KEY), ERROR_FILE_NOT_FOUND);
        assert_int_equal(
            there(HKEY_LOCAL_MACHINE, "Software\\Acme", KEY_WOW64_RES), ERROR_INVALID_PARAMETER);
        assert_int_equal(
            RegDeleteKeyExA(HKEY_LOCAL_MACHINE, "Software\\Acme\\64", KEY_WOW64_32KEY, 0),
            ERROR_FILE_NOT_FOUND);
        assert_int_equal(
            RegDeleteKeyExA(HKEY_LOCAL_MACHINE, "Software\\Acme\\64", KEY_WOW64_RES, 0),
            ERROR_INVALID_PARAMETER);
        fine(RegDeleteKeyExA(HKEY_LOCAL_MACHINE, "Software\\Acme\\64", KEY_WOW64_64KEY, 0));
        fine(RegDeleteKeyExA(HKEY_LOCAL_MACHINE, "Software\\Acme\\32", KEY_WOW64_32KEY, 0));
        fine(RegDeleteKeyExA(HKEY_LOCAL_MACHINE, "Software\\Acme", KEY_WOW64_64KEY, 0));
        fine(RegDeleteKeyExA(HKEY_LOCAL_MACHINE, "Software\\Acme", KEY_WOW64_32KEY, 0));
    }
    BasepWow64Forced = 1;
}

static void handles_keep_the_view(void **state)
{
    HKEY software, classes, acme, sub;

    (void)state;
    make("Software\\Acme\\a", KEY_WOW64_32KEY);
    make("Software\\Acme\\b", KEY_WOW64_64KEY);
    make("Software\\Policies\\Acme", 0);
    fine(RegOpenKeyExA(HKEY_LOCAL_MACHINE, "Software", 0, KEY_READ, &software));
    fine(there(software, "Acme\\a", 0));
    fine(there(software, "Policies\\Acme", 0)); /* shared, and not in the view's tree */
    assert_int_equal(there(software, "Acme\\b", 0), ERROR_FILE_NOT_FOUND);
    fine(RegCloseKey(software));
    fine(RegOpenKeyExA(HKEY_LOCAL_MACHINE, "Software", 0, KEY_READ | KEY_WOW64_64KEY, &software));
    fine(there(software, "Acme\\b", 0));
    fine(RegOpenKeyExA(software, "Acme", 0, KEY_READ, &acme));
    fine(there(acme, "b", 0));
    fine(there(acme, "b", KEY_WOW64_64KEY));
    fine(there(acme, "a", KEY_WOW64_32KEY));
    fine(RegCloseKey(acme));
    fine(RegCloseKey(software));
    /* A handle's next owner starts afresh. */
    fine(RegOpenKeyExA(HKEY_LOCAL_MACHINE, "Software", 0, KEY_READ, &software));
    assert_int_equal(there(software, "Acme\\b", 0), ERROR_FILE_NOT_FOUND);
    fine(RegCloseKey(software));
    fine(RegCreateKeyExA(
        HKEY_LOCAL_MACHINE, "Software\\Classes", 0, NULL, 0, KEY_ALL_ACCESS, NULL, &classes, NULL));
    fine(RegCreateKeyExA(classes, "CLSID\\acme", 0, NULL, 0, KEY_READ, NULL, &sub, NULL));
    fine(RegCloseKey(sub));
    fine(truly("Software\\Classes\\WOW6432Node\\CLSID\\acme"));
    fine(there(HKEY_CLASSES_ROOT, "CLSID\\acme", 0));
    fine(there(HKEY_LOCAL_MACHINE, "Software\\Wow6432Node\\Classes\\CLSID\\acme", 0));
    fine(RegDeleteTreeA(classes, "CLSID\\acme"));
    fine(RegCloseKey(classes));
    assert_int_equal(there((HKEY)0x7F4, "x", 0), ERROR_INVALID_HANDLE);
    assert_int_equal(there((HKEY)0x7F4, "x", KEY_WOW64_32KEY), ERROR_INVALID_HANDLE);
    fine(RegDeleteTreeA(HKEY_LOCAL_MACHINE, "Software\\Policies\\Acme"));
    fine(RegDeleteTreeA(HKEY_LOCAL_MACHINE, "Software\\Acme"));
    assert_int_equal(truly("Software\\WOW6432Node\\Acme"), ERROR_FILE_NOT_FOUND);
    BasepWow64Forced = 0;
    fine(RegDeleteTreeA(HKEY_LOCAL_MACHINE, "Software\\Acme"));
    BasepWow64Forced = 1;
}

static void other_roots(void **state)
{
    HKEY key;

    (void)state;
    fine(RegCreateKeyA(HKEY_CLASSES_ROOT, ".acme", &key));
    fine(RegCloseKey(key));
    fine(truly("Software\\Classes\\.acme"));
    fine(RegDeleteKeyA(HKEY_CLASSES_ROOT, ".acme"));
    fine(RegCreateKeyA(HKEY_CLASSES_ROOT, "Interface\\acme", &key));
    fine(RegCloseKey(key));
    assert_int_equal(truly("Software\\Classes\\Interface\\acme"), ERROR_FILE_NOT_FOUND);
    fine(truly("Software\\Classes\\WOW6432Node\\Interface\\acme"));
    fine(RegDeleteKeyA(HKEY_CLASSES_ROOT, "Interface\\acme"));
    fine(RegCreateKeyA(HKEY_CURRENT_USER, "Software\\Acme", &key));
    fine(RegCloseKey(key));
    fine(there(HKEY_CURRENT_USER, "Software\\Acme", KEY_WOW64_64KEY));
    fine(RegDeleteKeyA(HKEY_CURRENT_USER, "Software\\Acme"));
    fine(RegCreateKeyA(HKEY_CURRENT_USER, "Software\\Classes\\CLSID\\acme", &key));
    fine(RegCloseKey(key));
    fine(there(HKEY_CURRENT_USER, "Software\\Classes\\Wow6432Node\\CLSID\\acme", KEY_WOW64_64KEY));
    fine(RegDeleteTreeA(HKEY_CURRENT_USER, "Software\\Classes"));
}

/* Windows' symbolic links, which keys have for everyone. */
static void links(void **state)
{
    (void)state;
    BasepWow64Forced = 0;
    make("Software\\Classes\\AppID\\acme", 0);
    fine(truly("Software\\Classes\\Wow6432Node\\AppID\\acme"));
    fine(truly("Software\\Wow6432Node\\Classes\\AppID\\acme"));
    fine(truly("Software\\Wow6432Node\\Classes\\TypeLib"));
    fine(truly("Software\\Wow6432Node\\Classes\\PROTOCOLS"));
    BasepWow64Forced = 0;
    fine(RegDeleteKeyA(HKEY_LOCAL_MACHINE, "Software\\Classes\\AppID\\acme"));
    BasepWow64Forced = 1;
}

/* A tree of keys that are redirected by their names is the one that was enumerated. */
static void trees(void **state)
{
    HKEY target;

    (void)state;
    BasepWow64Forced = 0;
    make("Software\\Classes\\Acme\\CLSID\\x", 0);
    make("Software\\Source\\CLSID\\x", 0);
    BasepWow64Forced = 1;
    fine(RegCreateKeyA(HKEY_LOCAL_MACHINE, "Software\\Classes\\Target", &target));
    fine(RegCopyTreeA(HKEY_CLASSES_ROOT, "Acme", target));
    fine(RegCloseKey(target));
    fine(truly("Software\\Classes\\Target\\CLSID\\x"));
    fine(RegDeleteTreeA(HKEY_LOCAL_MACHINE, "Software\\Classes\\Target"));
    fine(RegDeleteTreeA(HKEY_CLASSES_ROOT, "Acme"));
    assert_int_equal(truly("Software\\Classes\\Acme"), ERROR_FILE_NOT_FOUND);
    fine(RegOpenKeyExA(
        HKEY_LOCAL_MACHINE, "Software\\Source", 0, KEY_ALL_ACCESS | KEY_WOW64_64KEY, &target));
    fine(RegDeleteTreeA(target, NULL));
    fine(RegCloseKey(target));
    assert_int_equal(truly("Software\\Source\\CLSID"), ERROR_FILE_NOT_FOUND);
    fine(RegDeleteKeyExA(HKEY_LOCAL_MACHINE, "Software\\Source", KEY_WOW64_64KEY, 0));
}

/* ---- Values ---------------------------------------------------------------------------------- */

static void writes(HKEY key, DWORD type, const char *text, const char *expected)
{
    char result[1024];
    DWORD bytes = sizeof(result);

    fine(RegSetValueExA(key, "v", 0, type, (const BYTE *)text, (DWORD)strlen(text) + 1));
    fine(RegQueryValueExA(key, "v", NULL, NULL, (BYTE *)result, &bytes));
    assert_string_equal(result, expected);
    assert_int_equal(bytes, strlen(expected) + 1);
}

#define LONG_REST                                                                                  \
    "\\aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
    "aaaaaaaaaaaaa"

static void paths_written(void **state)
{
    HKEY key;

    (void)state;
    fine(RegCreateKeyExA(
        HKEY_LOCAL_MACHINE, "Software\\Acme", 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key, NULL));
    writes(key, REG_SZ, "%ProgramFiles%\\a", "%ProgramFiles(x86)%\\a");
    writes(key, REG_EXPAND_SZ, "%commonprogramfiles%", "%commonprogramfiles(x86)%");
    writes(key, REG_EXPAND_SZ, "%programfiles%\\a", "%programfiles%\\a");
    writes(key, REG_EXPAND_SZ, "%CommonProgramFiles%\\a", "%CommonProgramFiles%\\a");
    writes(key, REG_EXPAND_SZ, " %ProgramFiles%", " %ProgramFiles%");
    writes(key, REG_SZ,
        "%ProgramFiles%" LONG_REST LONG_REST LONG_REST LONG_REST LONG_REST LONG_REST,
        "%ProgramFiles%" LONG_REST LONG_REST LONG_REST LONG_REST LONG_REST LONG_REST);
    writes(key, REG_SZ, "C:\\Windows\\System32\\a.dll", "C:\\Windows\\System32\\a.dll");
    writes(key, REG_SZ, "", "");
    fine(RegCloseKey(key));
    fine(RegOpenKeyExA(HKEY_LOCAL_MACHINE, "Software", 0, KEY_ALL_ACCESS | KEY_WOW64_64KEY, &key));
    writes(key, REG_SZ, "%ProgramFiles%\\a", "%ProgramFiles%\\a");
    fine(RegDeleteValueA(key, "v"));
    fine(RegCloseKey(key));
    BasepWow64Forced = 0;
    fine(RegOpenKeyExA(
        HKEY_LOCAL_MACHINE, "Software\\Acme", 0, KEY_ALL_ACCESS | KEY_WOW64_32KEY, &key));
    writes(key, REG_SZ, "%ProgramFiles%\\a", "%ProgramFiles%\\a");
    fine(RegCloseKey(key));
    BasepWow64Forced = 1;
    fine(RegDeleteTreeA(HKEY_LOCAL_MACHINE, "Software\\Acme"));
}

static void paths_written_where_there_was_reflection(void **state)
{
    HKEY key;

    (void)state;
    fine(RegCreateKeyA(HKEY_CLASSES_ROOT, "CLSID\\acme\\InprocServer32", &key));
    writes(key, REG_SZ, "C:\\Windows\\System32\\a.dll", "C:\\Windows\\syswow64\\a.dll");
    writes(key, REG_EXPAND_SZ, "%SystemRoot%\\System32", "%SystemRoot%\\syswow64");
    writes(key, REG_EXPAND_SZ, "%WINDIR%\\system32\\a", "%WINDIR%\\syswow64\\a");
    writes(key, REG_SZ, "C:\\Windows\\System32x\\a.dll", "C:\\Windows\\System32x\\a.dll");
    writes(key, REG_SZ, "\"C:\\Windows\\System32\\a.dll\"", "\"C:\\Windows\\System32\\a.dll\"");
    fine(RegCloseKey(key));
    fine(RegDeleteTreeA(HKEY_CLASSES_ROOT, "CLSID\\acme"));
}

static void variables_expanded(void **state)
{
    char text[64];
    DWORD bytes = sizeof(text);
    HKEY key;

    (void)state;
    fine(RegCreateKeyA(HKEY_LOCAL_MACHINE, "Software\\Acme", &key));
    fine(RegSetValueExA(key, "v", 0, REG_EXPAND_SZ, (const BYTE *)"%programfiles%\\a", 17));
    fine(RegGetValueA(key, NULL, "v", RRF_RT_REG_SZ, NULL, text, &bytes));
    assert_string_equal(text, "C:\\Program Files (x86)\\a");
    fine(RegCloseKey(key));
    fine(RegDeleteTreeA(HKEY_LOCAL_MACHINE, "Software\\Acme"));
}

static void reflection(void **state)
{
    BOOL disabled = 7;
    HKEY key;

    (void)state;
    fine(RegOpenKeyExA(HKEY_LOCAL_MACHINE, "Software", 0, KEY_READ, &key));
    fine(RegEnableReflectionKey(key));
    fine(RegQueryReflectionKey(key, &disabled));
    assert_int_equal(disabled, TRUE);
    fine(RegDisableReflectionKey(key));
    fine(RegQueryReflectionKey(HKEY_LOCAL_MACHINE, &disabled));
    assert_int_equal(RegQueryReflectionKey(key, NULL), ERROR_INVALID_PARAMETER);
    fine(RegCloseKey(key));
    assert_int_equal(RegQueryReflectionKey(key, &disabled), ERROR_INVALID_HANDLE);
    assert_int_equal(RegEnableReflectionKey(NULL), ERROR_INVALID_HANDLE);
    assert_int_equal(RegDisableReflectionKey((HKEY)0x7F4), ERROR_INVALID_HANDLE);
}

static void both_flags_on_windows_xp(void **state)
{
    (void)state;
    fine(there(HKEY_LOCAL_MACHINE, "Software", KEY_WOW64_RES));
}

int main(void)
{
    const struct CMUnitTest win10[] = {
        cmocka_unit_test(software_is_redirected),
        cmocka_unit_test(shared_keys_stay),
        cmocka_unit_test(of_classes_a_few_are_redirected),
        cmocka_unit_test(the_default_is_the_programs),
        cmocka_unit_test(flags_choose_from_either_side),
        cmocka_unit_test(handles_keep_the_view),
        cmocka_unit_test(other_roots),
        cmocka_unit_test(links),
        cmocka_unit_test(trees),
        cmocka_unit_test(paths_written),
        cmocka_unit_test(paths_written_where_there_was_reflection),
        cmocka_unit_test(variables_expanded),
        cmocka_unit_test(reflection),
    };
    const struct CMUnitTest xp[] = {
        cmocka_unit_test(windows_xp_shares_less),
        cmocka_unit_test(both_flags_on_windows_xp),
    };
    int failed = cmocka_run_group_tests_name(
        "client/registry_view", win10, open_win10, close_machine);

    return failed +
        cmocka_run_group_tests_name(
            "client/registry_view on Windows XP", xp, open_xp, close_machine);
}
