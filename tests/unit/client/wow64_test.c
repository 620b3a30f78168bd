/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a 32-bit program on an x64 machine sees: files and folders by every call that takes a name,
 * switching by thread, the system's folders, processors and variables. The program is made one of
 * that kind by BasepWow64Forced; a machine in the same process plays the x64 one, and the truth is
 * looked up as a 64-bit program.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "redirect.h"

#include "dotsys/dotsys.h"

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

static void fails_with(BOOL result, DWORD error)
{
    DWORD last = GetLastError();

    assert_false(result);
    assert_int_equal(last, error);
}

/* ---- Paths ----------------------------------------------------------------------------------- */

static void becomes(const char *path, const char *expected)
{
    BASEP_PATH converted;
    char result[1024];

    assert_int_equal(BasepPathFromUtf8(path, &converted), STATUS_SUCCESS);
    SIZE_T length = BasepUtf8FromUtf16(
        converted.Name.Buffer, converted.Name.Length / sizeof(WCHAR), result, sizeof(result) - 1);
    result[length] = 0;
    assert_true(converted.Name.Length <= converted.Name.MaximumLength);
    BasepFreePath(&converted);
    if (strcmp(result, expected) != 0)
        fail_msg("%s: became %s instead of %s", path, result, expected);
}

static void system32_is_syswow64(void **state)
{
    (void)state;
    becomes("C:\\Windows\\System32", "\\??\\C:\\Windows\\SysWOW64");
    becomes("C:\\Windows\\System32\\", "\\??\\C:\\Windows\\SysWOW64\\");
    becomes("c:\\WINDOWS\\SYSTEM32\\drivers\\a.sys", "\\??\\c:\\WINDOWS\\SysWOW64\\drivers\\a.sys");
    becomes("C:/windows/./temp/../system32//a.dll", "\\??\\C:\\windows\\SysWOW64\\a.dll");
    becomes("C:\\Windows\\System32.\\a", "\\??\\C:\\Windows\\SysWOW64\\a");
    becomes("\\\\?\\C:\\Windows\\System32\\a", "\\??\\C:\\Windows\\SysWOW64\\a");
    becomes("\\\\.\\C:\\Windows\\System32\\a", "\\??\\C:\\Windows\\SysWOW64\\a");
    becomes("\\??\\C:\\Windows\\System32\\a", "\\??\\C:\\Windows\\SysWOW64\\a");
    becomes("C:\\Windows\\lastgood\\system32\\a", "\\??\\C:\\Windows\\lastgood\\SysWOW64\\a");
    becomes("C:\\Windows\\LastGood\\System32", "\\??\\C:\\Windows\\LastGood\\SysWOW64");
}

static void other_names_stay(void **state)
{
    (void)state;
    becomes("C:\\Windows", "\\??\\C:\\Windows");
    becomes("C:\\Windows\\System32x\\a", "\\??\\C:\\Windows\\System32x\\a");
    becomes("C:\\Windows\\SysWOW64\\a", "\\??\\C:\\Windows\\SysWOW64\\a");
    becomes("C:\\Windows\\System\\a", "\\??\\C:\\Windows\\System\\a");
    becomes("C:\\a\\Windows\\System32", "\\??\\C:\\a\\Windows\\System32");
    becomes("C:\\Windows\\System32\\..\\Temp\\a", "\\??\\C:\\Windows\\Temp\\a");
    becomes("D:\\Windows\\System32\\a", "\\??\\D:\\Windows\\System32\\a");
    becomes("\\\\?\\C:\\Windows/System32\\a", "\\??\\C:\\Windows/System32\\a");
    becomes("\\\\.\\GLOBALROOT\\??\\C:\\Windows\\System32",
        "\\??\\GLOBALROOT\\??\\C:\\Windows\\System32");
    becomes("\\\\.\\HelloDrv", "\\??\\HelloDrv");
    becomes("\\\\.\\C:", "\\??\\C:");
    becomes("C:\\", "\\??\\C:\\");
    becomes("C:\\Windows\\System32\\nul", "\\??\\nul");
}

static void some_folders_are_exempt(void **state)
{
    (void)state;
    becomes("C:\\Windows\\System32\\catroot", "\\??\\C:\\Windows\\System32\\catroot");
    becomes("C:\\Windows\\System32\\CatRoot2\\a", "\\??\\C:\\Windows\\System32\\CatRoot2\\a");
    becomes("C:\\Windows\\System32\\DriverStore\\a", "\\??\\C:\\Windows\\System32\\DriverStore\\a");
    becomes("C:\\Windows\\System32\\drivers\\etc\\hosts",
        "\\??\\C:\\Windows\\System32\\drivers\\etc\\hosts");
    becomes("C:\\Windows\\System32\\LogFiles\\a", "\\??\\C:\\Windows\\System32\\LogFiles\\a");
    becomes("C:\\Windows\\System32\\spool\\drivers", "\\??\\C:\\Windows\\System32\\spool\\drivers");
    becomes("C:\\Windows\\System32\\catroot3", "\\??\\C:\\Windows\\SysWOW64\\catroot3");
    becomes("C:\\Windows\\System32\\drivers", "\\??\\C:\\Windows\\SysWOW64\\drivers");
    becomes("C:\\Windows\\System32\\drivers\\etcetera",
        "\\??\\C:\\Windows\\SysWOW64\\drivers\\etcetera");
}

static void sysnative_is_system32(void **state)
{
    (void)state;
    becomes("C:\\Windows\\Sysnative", "\\??\\C:\\Windows\\System32");
    becomes(
        "C:\\Windows\\SYSNATIVE\\drivers\\a.sys", "\\??\\C:\\Windows\\System32\\drivers\\a.sys");
    becomes("C:\\Windows\\Sysnatives", "\\??\\C:\\Windows\\Sysnatives");
}

static void regedit_and_program_files(void **state)
{
    (void)state;
    becomes("C:\\Windows\\regedit.exe", "\\??\\C:\\Windows\\SysWOW64\\regedit.exe");
    becomes("C:\\Windows\\REGEDIT.EXE", "\\??\\C:\\Windows\\SysWOW64\\regedit.exe");
    becomes("C:\\Windows\\regedit.exe\\a", "\\??\\C:\\Windows\\regedit.exe\\a");
    becomes("C:\\Windows\\regedit.exes", "\\??\\C:\\Windows\\regedit.exes");
    becomes("C:\\Program Files", "\\??\\C:\\Program Files (x86)");
    becomes("C:\\program files\\Common Files\\a", "\\??\\C:\\Program Files (x86)\\Common Files\\a");
    becomes("C:\\Program Files (x86)\\a", "\\??\\C:\\Program Files (x86)\\a");
    becomes("C:\\Program Files2", "\\??\\C:\\Program Files2");
}

static void a_path_may_grow(void **state)
{
    char path[MAX_PATH + 1], expected[MAX_PATH + 32];
    static WCHAR verbatim[40000];
    BASEP_PATH result;

    (void)state;
    memset(path, 'a', sizeof(path));
    memcpy(path, "C:\\Program Files\\", 17);
    path[MAX_PATH - 1] = 0;
    strcpy(expected, "\\??\\C:\\Program Files (x86)\\");
    strcat(expected, path + 17);
    becomes(path, expected);
    for (size_t i = 0; i < 32767; i++)
        verbatim[i] = u'a';
    memcpy(verbatim, u"\\\\?\\C:\\Program Files\\", 21 * sizeof(WCHAR));
    assert_int_equal(BasepPathFromWin32(verbatim, &result), STATUS_NAME_TOO_LONG);
    verbatim[1000] = 0;
    assert_int_equal(BasepPathFromWin32(verbatim, &result), STATUS_SUCCESS);
    assert_int_equal(result.Name.Length, 1006 * sizeof(WCHAR));
    BasepFreePath(&result);
}

/* What Vista and Windows 7 brought. */
static void windows_xp_has_fewer_rules(void **state)
{
    (void)state;
    becomes("C:\\Windows\\System32\\a", "\\??\\C:\\Windows\\SysWOW64\\a");
    becomes("C:\\Windows\\Sysnative\\a", "\\??\\C:\\Windows\\Sysnative\\a");
    becomes("C:\\Windows\\System32\\driverstore\\a", "\\??\\C:\\Windows\\SysWOW64\\driverstore\\a");
    becomes("C:\\Windows\\System32\\spool\\a", "\\??\\C:\\Windows\\System32\\spool\\a");
}

static void other_programs_see_everything(void **state)
{
    (void)state;
    BasepWow64Forced = 0;
    becomes("C:\\Windows\\System32\\a", "\\??\\C:\\Windows\\System32\\a");
    becomes("C:\\Windows\\Sysnative\\a", "\\??\\C:\\Windows\\Sysnative\\a");
    becomes("C:\\Program Files\\a", "\\??\\C:\\Program Files\\a");
    becomes("C:\\Windows\\regedit.exe", "\\??\\C:\\Windows\\regedit.exe");
    BasepWow64Forced = 1;
}

/* ---- Calls ----------------------------------------------------------------------------------- */

/* Attributes as a 64-bit program sees them. */
static DWORD truly(const char *path)
{
    BasepWow64Forced = 0;
    DWORD attributes = GetFileAttributesA(path);
    BasepWow64Forced = 1;
    return attributes;
}

static void make(const char *path)
{
    HANDLE file = CreateFileA(
        path, GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_true(CloseHandle(file));
}

#define S32  "C:\\Windows\\System32\\"
#define W64  "C:\\Windows\\SysWOW64\\"
#define NONE INVALID_FILE_ATTRIBUTES

static void files_by_every_call(void **state)
{
    WIN32_FILE_ATTRIBUTE_DATA data;

    (void)state;
    make(S32 "a");
    assert_int_equal(truly(S32 "a"), NONE);
    assert_int_equal(truly(W64 "a"), FILE_ATTRIBUTE_ARCHIVE);
    assert_int_equal(GetFileAttributesA(S32 "a"), FILE_ATTRIBUTE_ARCHIVE);
    assert_int_equal(GetFileAttributesA("C:\\Windows\\Sysnative\\a"), NONE);
    assert_true(GetFileAttributesExA(S32 "a", GetFileExInfoStandard, &data));
    assert_true(SetFileAttributesA(S32 "a", FILE_ATTRIBUTE_HIDDEN));
    assert_int_equal(truly(W64 "a"), FILE_ATTRIBUTE_HIDDEN);
    assert_true(CopyFileA(S32 "a", S32 "b", TRUE));
    assert_int_equal(truly(W64 "b"), FILE_ATTRIBUTE_HIDDEN);
    assert_true(CopyFileA(S32 "a", "C:\\Windows\\Sysnative\\native", TRUE));
    assert_int_equal(truly(S32 "native"), FILE_ATTRIBUTE_HIDDEN);
    assert_true(MoveFileA(S32 "b", S32 "c"));
    assert_int_equal(truly(W64 "c"), FILE_ATTRIBUTE_HIDDEN);
    assert_true(MoveFileA("C:\\Windows\\Sysnative\\native", S32 "d"));
    assert_int_equal(truly(S32 "native"), NONE);
    assert_int_equal(truly(W64 "d"), FILE_ATTRIBUTE_HIDDEN);
    assert_true(DeleteFileA(S32 "a"));
    assert_true(DeleteFileW(u"C:\\Windows\\System32\\c"));
    assert_true(DeleteFileA(W64 "d"));
    fails_with(DeleteFileA(S32 "a"), ERROR_FILE_NOT_FOUND);
    fails_with(DeleteFileA(S32 "none\\a"), ERROR_PATH_NOT_FOUND);
}

/* What drivers see, and what they are asked for. */
static void an_open_file_has_its_real_name(void **state)
{
    static const WCHAR expected[] = u"\\Windows\\SysWOW64\\real";
    union {
        FILE_NAME_INFORMATION name;
        UCHAR bytes[256];
    } answer;
    IO_STATUS_BLOCK io;
    HANDLE file = CreateFileA(
        S32 "real", GENERIC_READ, 0, NULL, CREATE_NEW, FILE_FLAG_DELETE_ON_CLOSE, NULL);

    (void)state;
    assert_ptr_not_equal(file, INVALID_HANDLE_VALUE);
    assert_int_equal(
        SysQueryInformationFile(file, &io, &answer, sizeof(answer), FileNameInformation),
        STATUS_SUCCESS);
    assert_int_equal(answer.name.FileNameLength, sizeof(expected) - sizeof(WCHAR));
    assert_memory_equal(answer.name.FileName, expected, sizeof(expected) - sizeof(WCHAR));
    assert_true(CloseHandle(file));
}

static void folders_and_searches(void **state)
{
    WIN32_FIND_DATAA data;
    char name[MAX_PATH];

    (void)state;
    assert_true(CreateDirectoryA(S32 "folder", NULL));
    assert_int_equal(truly(W64 "folder"), FILE_ATTRIBUTE_DIRECTORY);
    assert_int_equal(truly(S32 "folder"), NONE);
    fails_with(CreateDirectoryA(W64 "folder", NULL), ERROR_ALREADY_EXISTS);
    HANDLE find = FindFirstFileA(S32 "fold*", &data);
    assert_ptr_not_equal(find, INVALID_HANDLE_VALUE);
    assert_string_equal(data.cFileName, "folder");
    assert_true(FindClose(find));
    assert_ptr_equal(FindFirstFileA("C:\\Windows\\Sysnative\\fold*", &data), INVALID_HANDLE_VALUE);
    assert_int_equal(GetLastError(), ERROR_FILE_NOT_FOUND);
    /* The alias is in no folder. */
    assert_ptr_equal(FindFirstFileA("C:\\Windows\\Sysnative", &data), INVALID_HANDLE_VALUE);
    assert_int_equal(GetTempFileNameA(S32 "folder", "abc", 0x1234, name), 0x1234);
    assert_string_equal(name, S32 "folder\\abc1234.TMP");
    assert_int_not_equal(GetTempFileNameA(S32 "folder", "abc", 0, name), 0);
    memcpy(strstr(name, "System32"), "SysWOW64", 8);
    assert_int_equal(truly(name), FILE_ATTRIBUTE_ARCHIVE);
    assert_true(DeleteFileA(name));
    assert_true(RemoveDirectoryA(S32 "folder"));
    assert_int_equal(truly(W64 "folder"), NONE);
}

static void the_current_directory(void **state)
{
    char text[MAX_PATH];

    (void)state;
    assert_true(CreateDirectoryA(W64 "here", NULL));
    assert_true(SetCurrentDirectoryA(S32 "here"));
    assert_true(GetCurrentDirectoryA(sizeof(text), text));
    assert_string_equal(text, S32 "here"); /* names stay as they are written */
    assert_true(GetFullPathNameA("a", sizeof(text), text, NULL));
    assert_string_equal(text, S32 "here\\a");
    make("a");
    assert_int_equal(truly(W64 "here\\a"), FILE_ATTRIBUTE_ARCHIVE);
    make("C:b");
    assert_int_equal(truly(W64 "here\\b"), FILE_ATTRIBUTE_ARCHIVE);
    make("..\\here\\c");
    assert_int_equal(truly(W64 "here\\c"), FILE_ATTRIBUTE_ARCHIVE);
    make("\\windows\\system32/here/d");
    assert_int_equal(truly(W64 "here\\d"), FILE_ATTRIBUTE_ARCHIVE);
    assert_true(DeleteFileA("a") && DeleteFileA("b") && DeleteFileA("c") && DeleteFileA("d"));
    fails_with(SetCurrentDirectoryA("C:\\Windows\\Sysnative\\here"), ERROR_FILE_NOT_FOUND);
    assert_true(SetCurrentDirectoryA("C:\\"));
    assert_true(RemoveDirectoryA(W64 "here"));
}

/* ---- Switching ------------------------------------------------------------------------------- */

static void *in_another_thread(void *argument)
{
    becomes("C:\\Windows\\System32", argument);
    return NULL;
}

static void other_thread_sees(const char *expected)
{
    pthread_t thread;

    assert_int_equal(
        pthread_create(&thread, NULL, in_another_thread, (void *)(uintptr_t)expected), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void switching_is_by_thread(void **state)
{
    PVOID old = (PVOID)0x77;

    (void)state;
    make(S32 "only32");
    assert_true(Wow64DisableWow64FsRedirection(&old));
    assert_null(old);
    becomes("C:\\Windows\\System32", "\\??\\C:\\Windows\\System32");
    becomes("C:\\Windows\\Sysnative", "\\??\\C:\\Windows\\Sysnative");
    becomes("C:\\Program Files", "\\??\\C:\\Program Files");
    other_thread_sees("\\??\\C:\\Windows\\SysWOW64");
    fails_with(DeleteFileA(S32 "only32"), ERROR_FILE_NOT_FOUND);
    assert_int_equal(GetFileAttributesA(W64 "only32"), FILE_ATTRIBUTE_ARCHIVE);
    assert_true(Wow64RevertWow64FsRedirection(old));
    becomes("C:\\Windows\\System32", "\\??\\C:\\Windows\\SysWOW64");
    assert_true(DeleteFileA(S32 "only32"));
}

static void pairs_nest(void **state)
{
    PVOID outer, inner;

    (void)state;
    assert_true(Wow64DisableWow64FsRedirection(&outer));
    assert_true(Wow64DisableWow64FsRedirection(&inner));
    assert_true(Wow64RevertWow64FsRedirection(inner));
    becomes("C:\\Windows\\System32", "\\??\\C:\\Windows\\System32");
    assert_true(Wow64RevertWow64FsRedirection(outer));
    becomes("C:\\Windows\\System32", "\\??\\C:\\Windows\\SysWOW64");
    assert_true(Wow64EnableWow64FsRedirection(FALSE));
    becomes("C:\\Windows\\System32", "\\??\\C:\\Windows\\System32");
    assert_true(Wow64EnableWow64FsRedirection(TRUE));
    becomes("C:\\Windows\\System32", "\\??\\C:\\Windows\\SysWOW64");
    fails_with(Wow64DisableWow64FsRedirection(NULL), ERROR_NOACCESS);
    becomes("C:\\Windows\\System32", "\\??\\C:\\Windows\\SysWOW64");
}

static void elsewhere_there_is_nothing_to_switch(void **state)
{
    PVOID old = (PVOID)0x77;

    (void)state;
    BasepWow64Forced = 0;
    fails_with(Wow64DisableWow64FsRedirection(&old), ERROR_INVALID_FUNCTION);
    assert_ptr_equal(old, (PVOID)0x77);
    fails_with(Wow64RevertWow64FsRedirection(NULL), ERROR_INVALID_FUNCTION);
    fails_with(Wow64EnableWow64FsRedirection(FALSE), ERROR_INVALID_FUNCTION);
    BasepWow64Forced = 1;
    becomes("C:\\Windows\\System32", "\\??\\C:\\Windows\\SysWOW64");
}

/* ---- The system ------------------------------------------------------------------------------ */

static void who_is_one(void **state)
{
    HANDLE process, event = CreateEventA(NULL, FALSE, FALSE, NULL);
    USHORT of_process, native;
    BOOL wow64 = 7;

    (void)state;
    assert_true(IsWow64Process(GetCurrentProcess(), &wow64));
    assert_int_equal(wow64, TRUE);
    assert_true(IsWow64Process2(GetCurrentProcess(), &of_process, &native));
    assert_int_equal(of_process, IMAGE_FILE_MACHINE_I386);
    assert_int_equal(native, IMAGE_FILE_MACHINE_AMD64);
    fails_with(IsWow64Process(NULL, &wow64), ERROR_INVALID_HANDLE);
    fails_with(IsWow64Process(event, &wow64), ERROR_INVALID_HANDLE);
    fails_with(IsWow64Process2(NULL, &of_process, NULL), ERROR_INVALID_HANDLE);
    /* The machine knows better. */
    BasepWow64Forced = -1;
    assert_true(IsWow64Process(GetCurrentProcess(), &wow64));
    assert_int_equal(wow64, FALSE);
    assert_true(IsWow64Process2(GetCurrentProcess(), &of_process, NULL));
    assert_int_equal(of_process, IMAGE_FILE_MACHINE_UNKNOWN);
    assert_true(DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), GetCurrentProcess(),
        &process, PROCESS_QUERY_LIMITED_INFORMATION, FALSE, 0));
    assert_true(IsWow64Process(process, &wow64));
    assert_int_equal(wow64, FALSE);
    CloseHandle(process);
    assert_true(DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), GetCurrentProcess(),
        &process, SYNCHRONIZE, FALSE, 0));
    fails_with(IsWow64Process(process, &wow64), ERROR_ACCESS_DENIED);
    CloseHandle(process);
    CloseHandle(event);
    BasepWow64Forced = 1;
}

static void system_folders(void **state)
{
    char text[64];
    WCHAR wide[64];

    (void)state;
    /* What a 32-bit program is told is what it shall use: it is redirected. */
    assert_true(GetSystemDirectoryA(text, sizeof(text)));
    assert_string_equal(text, "C:\\Windows\\System32");
    assert_int_equal(GetSystemWow64DirectoryA(text, sizeof(text)), 19);
    assert_string_equal(text, "C:\\Windows\\SysWOW64");
    assert_int_equal(GetSystemWow64DirectoryW(wide, 20), 19);
    assert_int_equal(wide[19], 0);
    assert_int_equal(GetSystemWow64DirectoryA(text, 19), 20);
    assert_int_equal(GetSystemWow64DirectoryW(wide, 0), 20);
    assert_int_equal(GetSystemWow64Directory2A(text, sizeof(text), IMAGE_FILE_MACHINE_I386), 19);
    assert_int_equal(GetSystemWow64Directory2A(text, sizeof(text), IMAGE_FILE_MACHINE_AMD64), 0);
    assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
    BasepWow64Forced = 0;
    assert_int_equal(GetSystemWow64DirectoryA(text, sizeof(text)), sizeof(void *) == 8 ? 19 : 0);
    BasepWow64Forced = 1;
}

static void processors(void **state)
{
    SYSTEM_INFO info, native;

    (void)state;
    GetSystemInfo(&info);
    GetNativeSystemInfo(&native);
    assert_int_equal(info.wProcessorArchitecture, PROCESSOR_ARCHITECTURE_INTEL);
    assert_int_equal(info.dwProcessorType, PROCESSOR_INTEL_PENTIUM);
    assert_int_equal(native.wProcessorArchitecture, PROCESSOR_ARCHITECTURE_AMD64);
    assert_int_equal(native.dwProcessorType, PROCESSOR_AMD_X8664);
    assert_int_equal(info.dwPageSize, 4096);
    assert_int_equal(info.dwAllocationGranularity, 0x10000);
    assert_true(info.dwNumberOfProcessors >= 1);
    assert_int_equal(__builtin_popcountll(info.dwActiveProcessorMask), info.dwNumberOfProcessors);
    assert_true(info.lpMinimumApplicationAddress < info.lpMaximumApplicationAddress);
    BasepWow64Forced = 0;
    GetSystemInfo(&info);
    assert_int_equal(info.wProcessorArchitecture,
        sizeof(void *) == 8 ? PROCESSOR_ARCHITECTURE_AMD64 : PROCESSOR_ARCHITECTURE_INTEL);
    BasepWow64Forced = 1;
}

static void variable_is(const char *name, const char *expected)
{
    char text[MAX_PATH];
    DWORD length = GetEnvironmentVariableA(name, text, sizeof(text));

    if (expected == NULL) {
        fails_with(length != 0, ERROR_ENVVAR_NOT_FOUND);
        return;
    }
    assert_int_equal(length, strlen(expected));
    assert_string_equal(text, expected);
}

static void variables(void **state)
{
    char text[MAX_PATH];

    (void)state;
    variable_is("PROCESSOR_ARCHITECTURE", "x86");
    variable_is("PROCESSOR_ARCHITEW6432", "AMD64");
    variable_is("ProgramFiles", "C:\\Program Files (x86)");
    variable_is("programfiles(X86)", "C:\\Program Files (x86)");
    variable_is("ProgramW6432", "C:\\Program Files");
    variable_is("CommonProgramFiles", "C:\\Program Files (x86)\\Common Files");
    variable_is("CommonProgramFiles(x86)", "C:\\Program Files (x86)\\Common Files");
    variable_is("CommonProgramW6432", "C:\\Program Files\\Common Files");
    variable_is("windir", "C:\\Windows");
    assert_int_equal(ExpandEnvironmentStringsA("%ProgramFiles%\\a", text, sizeof(text)), 25);
    assert_string_equal(text, "C:\\Program Files (x86)\\a");
    BasepWow64Forced = 0;
    variable_is("PROCESSOR_ARCHITECTURE", sizeof(void *) == 8 ? "AMD64" : "x86");
    variable_is("PROCESSOR_ARCHITEW6432", NULL);
    variable_is("ProgramFiles", "C:\\Program Files");
    variable_is("ProgramFiles(x86)", sizeof(void *) == 8 ? "C:\\Program Files (x86)" : NULL);
    variable_is("ProgramW6432", sizeof(void *) == 8 ? "C:\\Program Files" : NULL);
    variable_is("CommonProgramFiles", "C:\\Program Files\\Common Files");
    BasepWow64Forced = 1;
    assert_int_equal(setenv("ProgramFiles", "C:\\mine", 1), 0); /* the program's own come first */
    variable_is("ProgramFiles", "C:\\mine");
    assert_int_equal(unsetenv("ProgramFiles"), 0);
}

static void variables_of_xp(void **state)
{
    (void)state;
    variable_is("ProgramFiles", "C:\\Program Files (x86)");
    variable_is("ProgramFiles(x86)", "C:\\Program Files (x86)");
    variable_is("ProgramW6432", NULL);
    variable_is("CommonProgramW6432", NULL);
}

int main(void)
{
    const struct CMUnitTest win10[] = {
        cmocka_unit_test(system32_is_syswow64),
        cmocka_unit_test(other_names_stay),
        cmocka_unit_test(some_folders_are_exempt),
        cmocka_unit_test(sysnative_is_system32),
        cmocka_unit_test(regedit_and_program_files),
        cmocka_unit_test(a_path_may_grow),
        cmocka_unit_test(other_programs_see_everything),
        cmocka_unit_test(files_by_every_call),
        cmocka_unit_test(an_open_file_has_its_real_name),
        cmocka_unit_test(folders_and_searches),
        cmocka_unit_test(the_current_directory),
        cmocka_unit_test(switching_is_by_thread),
        cmocka_unit_test(pairs_nest),
        cmocka_unit_test(elsewhere_there_is_nothing_to_switch),
        cmocka_unit_test(who_is_one),
        cmocka_unit_test(system_folders),
        cmocka_unit_test(processors),
        cmocka_unit_test(variables),
    };
    const struct CMUnitTest xp[] = {
        cmocka_unit_test(windows_xp_has_fewer_rules),
        cmocka_unit_test(variables_of_xp),
    };
    int failed = cmocka_run_group_tests_name("client/wow64", win10, open_win10, close_machine);

    return failed +
        cmocka_run_group_tests_name("client/wow64 on Windows XP", xp, open_xp, close_machine);
}
