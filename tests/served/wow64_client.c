/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a program of this word size sees of an x64 machine, and leaves in it for who runs it to look
 * at: files named after the word size, keys, and a service whose driver it copies to where it
 * believes System32\drivers to be. Its last line is "N passed, N failed". With "x86" the machine is
 * an x86 one, which has neither redirection nor views, and no driver to copy. With "rules" it
 * prints the machine's version and what depends on it.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "windows.h"

#define BITS (sizeof(void *) * 8)
#define DRIVERS "C:\\Windows\\System32\\drivers\\"

static int passed, failed;

static void check(bool holds, const char *what)
{
    if (holds) {
        passed++;
        return;
    }
    failed++;
    printf("failed: %s (last error %u)\n", what, (unsigned)GetLastError());
}

static bool is_there(const char *path)
{
    return GetFileAttributesA(path) != INVALID_FILE_ATTRIBUTES;
}

/* A file whose name has the word size: "C:\Windows\System32\made.32". */
static const char *named(const char *folder, char path[MAX_PATH])
{
    snprintf(path, MAX_PATH, "%s\\made.%u", folder, (unsigned)BITS);
    return path;
}

static void make(const char *folder)
{
    char path[MAX_PATH];
    HANDLE file = CreateFileA(
        named(folder, path), GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);

    check(file != INVALID_HANDLE_VALUE, path);
    CloseHandle(file);
}

static void test_who(bool wow64, bool x86)
{
    SYSTEM_INFO info, native;
    USHORT process, machine;
    BOOL answer = 7;
    char text[MAX_PATH];

    check(IsWow64Process(GetCurrentProcess(), &answer) && answer == (BOOL)wow64, "IsWow64Process");
    check(IsWow64Process2(GetCurrentProcess(), &process, &machine), "IsWow64Process2");
    check(process == (wow64 ? IMAGE_FILE_MACHINE_I386 : IMAGE_FILE_MACHINE_UNKNOWN),
        "the process's machine");
    check(machine == (x86 ? IMAGE_FILE_MACHINE_I386 : IMAGE_FILE_MACHINE_AMD64),
        "the native machine");
    GetSystemInfo(&info);
    GetNativeSystemInfo(&native);
    check(info.wProcessorArchitecture ==
            (BITS == 64 ? PROCESSOR_ARCHITECTURE_AMD64 : PROCESSOR_ARCHITECTURE_INTEL),
        "GetSystemInfo");
    check(native.wProcessorArchitecture ==
            (x86 ? PROCESSOR_ARCHITECTURE_INTEL : PROCESSOR_ARCHITECTURE_AMD64),
        "GetNativeSystemInfo");
    check(GetEnvironmentVariableA("PROCESSOR_ARCHITECTURE", text, sizeof(text)) != 0 &&
            strcmp(text, BITS == 64 ? "AMD64" : "x86") == 0, "PROCESSOR_ARCHITECTURE");
    check((GetEnvironmentVariableA("PROCESSOR_ARCHITEW6432", text, sizeof(text)) != 0) == wow64,
        "PROCESSOR_ARCHITEW6432");
    check(GetEnvironmentVariableA("ProgramFiles", text, sizeof(text)) != 0 &&
            strcmp(text, wow64 ? "C:\\Program Files (x86)" : "C:\\Program Files") == 0,
        "ProgramFiles");
    SetLastError(0);
    check(x86 ? GetSystemWow64DirectoryA(text, sizeof(text)) == 0 &&
                GetLastError() == ERROR_CALL_NOT_IMPLEMENTED
              : GetSystemWow64DirectoryA(text, sizeof(text)) == 19 &&
                strcmp(text, "C:\\Windows\\SysWOW64") == 0,
        "GetSystemWow64Directory");
}

static void *in_another_thread(void *path)
{
    check(is_there(path), "another thread goes on being redirected");
    return NULL;
}

static void test_files(bool wow64)
{
    char path[MAX_PATH];
    pthread_t thread;
    PVOID old;

    make("C:\\Windows\\System32");
    make("C:\\Program Files");
    check(is_there(named("C:\\Windows\\SysWOW64", path)) == wow64, "System32 is SysWOW64");
    check(is_there(named("C:\\Program Files (x86)", path)) == wow64,
        "Program Files is Program Files (x86)");
    check(!is_there(named("C:\\Windows\\Sysnative", path)), "Sysnative has none of them");
    SetLastError(0);
    if (!wow64) {
        check(!Wow64DisableWow64FsRedirection(&old) && GetLastError() == ERROR_INVALID_FUNCTION,
            "there is nothing to switch");
        return;
    }
    make("C:\\Windows\\Sysnative");
    check(Wow64DisableWow64FsRedirection(&old), "redirection is switched off");
    check(is_there("C:\\Windows\\System32\\made.32"), "System32 itself");
    check(pthread_create(
              &thread, NULL, in_another_thread, (char[]){"C:\\Windows\\System32\\made.32"}) == 0 &&
            pthread_join(thread, NULL) == 0,
        "a thread");
    check(DeleteFileA("C:\\Windows\\System32\\made.32"), "the one in System32 goes");
    check(Wow64RevertWow64FsRedirection(old), "redirection is switched on");
    check(is_there("C:\\Windows\\System32\\made.32"), "the one in SysWOW64 stays");
}

static void test_keys(bool x86)
{
    HKEY key;
    char name[16];

    snprintf(name, sizeof(name), "Made%u", (unsigned)BITS);
    check(RegCreateKeyExA(HKEY_LOCAL_MACHINE, "Software\\Made", 0, NULL, 0, KEY_ALL_ACCESS, NULL,
              &key, NULL) == 0,
        "a key");
    check(RegSetValueExA(key, name, 0, REG_SZ, (const BYTE *)"%ProgramFiles%", 15) == 0, "a value");
    check(RegCloseKey(key) == 0, "the key is closed");
    const REGSAM own = BITS == 64 ? KEY_WOW64_64KEY : KEY_WOW64_32KEY, other = KEY_WOW64_RES ^ own;
    check(RegOpenKeyExA(HKEY_LOCAL_MACHINE, "Software\\Made", 0, KEY_READ | own, &key) == 0,
        "the program's own view");
    check(RegQueryValueExA(key, name, NULL, NULL, NULL, NULL) == 0, "the value is in it");
    RegCloseKey(key);
    check(RegCreateKeyExA(HKEY_LOCAL_MACHINE, "Software\\Made", 0, NULL, 0, KEY_READ | other, NULL,
              &key, NULL) == 0,
        "the other view");
    check((RegQueryValueExA(key, name, NULL, NULL, NULL, NULL) == 0) == x86,
        "the value is not in that");
    RegCloseKey(key);
    const LSTATUS both = RegOpenKeyExA(
        HKEY_LOCAL_MACHINE, "Software", 0, KEY_READ | KEY_WOW64_RES, &key);
    check(both == (x86 ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER), "both views");
    if (both == ERROR_SUCCESS)
        RegCloseKey(key);
}

/* The driver is in C:\Windows\Temp. A service's path is the machine's, which is not redirected. */
static void test_service(bool wow64)
{
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    SERVICE_STATUS status;

    check(CopyFileA("C:\\Windows\\Temp\\hello.sys", DRIVERS "copied.sys", TRUE),
        "the driver is copied");
    SC_HANDLE service = CreateServiceA(manager, "copied", NULL, SERVICE_ALL_ACCESS,
        SERVICE_KERNEL_DRIVER, SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, DRIVERS "copied.sys",
        NULL, NULL, NULL, NULL, NULL);
    check(service != NULL, "a service");
    BOOL started = StartServiceA(service, 0, NULL);
    check(started == !wow64 && (started || GetLastError() == ERROR_FILE_NOT_FOUND),
        "its driver is not where it was copied to");
    if (!started) {
        check(CopyFileA("C:\\Windows\\Temp\\hello.sys",
                  "C:\\Windows\\Sysnative\\drivers\\copied.sys", TRUE),
            "Sysnative is");
        check(StartServiceA(service, 0, NULL), "the service starts");
    }
    check(ControlService(service, SERVICE_CONTROL_STOP, &status), "the service stops");
    check(DeleteService(service), "the service goes");
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
}

/* The rules are those of the machine's Windows, which is another process's. */
static void tell_rules(void)
{
    OSVERSIONINFOA version = {.dwOSVersionInfoSize = sizeof(version)};

    check(GetVersionExA(&version), "GetVersionEx");
    check(CreateDirectoryA("C:\\Windows\\SysWOW64\\driverstore", NULL), "a folder");
    printf("%u.%u.%u, Sysnative is %s, driverstore is %s\n", (unsigned)version.dwMajorVersion,
        (unsigned)version.dwMinorVersion, (unsigned)version.dwBuildNumber,
        is_there("C:\\Windows\\Sysnative") ? "an alias" : "nothing",
        is_there("C:\\Windows\\System32\\driverstore") ? "redirected" : "exempt");
}

int main(int argc, char **argv)
{
    const bool x86 = argc > 1 && strcmp(argv[1], "x86") == 0, wow64 = BITS == 32 && !x86;

    if (argc > 1 && strcmp(argv[1], "rules") == 0) {
        tell_rules();
        return failed != 0;
    }
    test_who(wow64, x86);
    test_files(wow64);
    test_keys(x86);
    if (!x86)
        test_service(wow64);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
