/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The Win32 calls for services against a machine, as administrator and as ordinary user: what they
 * do and every error. */
#include "scm_test.h"

#define FAILS(Call, Error)                          \
    do {                                            \
        SetLastError(0);                            \
        assert_false(Call);                         \
        assert_int_equal(GetLastError(), (Error));  \
    } while (0)

/* Z:\\… of a file of the build folder; FALSE: it is not there. */
static BOOLEAN BuiltFile(const char *Relative, char *Path, size_t Size)
{
    char File[600];
    snprintf(File, sizeof(File), "%s/%s", BuildFolder(), Relative);
    char *Real = realpath(File, NULL);
    if (Real == NULL)
        return FALSE;
    snprintf(Path, Size, "Z:%s", Real);
    free(Real);
    for (; *Path != 0; Path++)
        *Path = *Path == '/' ? '\\' : *Path;
    return TRUE;
}

/* CreateService with the rest as usual. */
static SC_HANDLE Create(
    SC_HANDLE All, const char *Name, DWORD Type, DWORD Start, DWORD Error, const char *Path)
{
    return CreateServiceA(All, Name, NULL, SERVICE_ALL_ACCESS, Type, Start, Error, Path, NULL, NULL,
        NULL, NULL, NULL);
}

static void LivesItsLife(void **State)
{
    (void)State;
    Install("one", (INSTALL){.Start = SERVICE_DEMAND_START, .Error = SERVICE_ERROR_NORMAL});
    SERVICE_STATUS Status = StatusOf("one");
    assert_int_equal(Status.dwServiceType, SERVICE_KERNEL_DRIVER);
    assert_int_equal(Status.dwCurrentState, SERVICE_STOPPED);
    assert_int_equal(Status.dwWin32ExitCode, ERROR_SERVICE_NEVER_STARTED);
    assert_int_equal(StopIt("one"), ERROR_SERVICE_NOT_ACTIVE);
    assert_int_equal(StartIt("one"), 0);
    Status = StatusOf("one");
    assert_int_equal(Status.dwCurrentState, SERVICE_RUNNING);
    assert_int_equal(Status.dwControlsAccepted, SERVICE_ACCEPT_STOP);
    assert_int_equal(Status.dwWin32ExitCode, 0);
    assert_int_equal(StartIt("ONE"), ERROR_SERVICE_ALREADY_RUNNING);
    assert_int_equal(StopIt("one"), 0);
    Status = StatusOf("one");
    assert_int_equal(Status.dwCurrentState, SERVICE_STOPPED);
    assert_int_equal(Status.dwWin32ExitCode, 0);
    assert_int_equal(StartIt("one"), 0);
    assert_string_equal(Log, "one started\none stopped\none started\n");
}

static void DatabaseErrors(void **State)
{
    (void)State;
    FAILS(
        OpenSCManagerA(NULL, "ServicesFailed", SC_MANAGER_CONNECT), ERROR_DATABASE_DOES_NOT_EXIST);
    FAILS(OpenSCManagerA(NULL, "nonsense", SC_MANAGER_CONNECT), ERROR_INVALID_NAME);
    FAILS(OpenSCManagerA("\\\\elsewhere", NULL, SC_MANAGER_CONNECT), 1722);
    SC_HANDLE All = OpenSCManagerW(u"\\\\localhost", u"ServicesActive", SC_MANAGER_CONNECT);
    assert_non_null(All);
    FAILS(OpenServiceA(All, "nosuch", SERVICE_QUERY_STATUS), ERROR_SERVICE_DOES_NOT_EXIST);
    FAILS(OpenServiceA(All, "no/such", SERVICE_QUERY_STATUS), ERROR_INVALID_NAME);
    FAILS(OpenServiceA(All, "", SERVICE_QUERY_STATUS), ERROR_INVALID_NAME);
    /* only connected */
    FAILS(Create(All, "one", SERVICE_KERNEL_DRIVER, 3, 1, Image("one")), ERROR_ACCESS_DENIED);
    assert_true(CloseServiceHandle(All));
    FAILS(CloseServiceHandle(All), ERROR_INVALID_HANDLE);
    FAILS(CloseServiceHandle(NULL), ERROR_INVALID_HANDLE);
    HANDLE Event = CreateEventA(NULL, TRUE, FALSE, NULL);
    FAILS(CloseServiceHandle(Event), ERROR_INVALID_HANDLE);
    FAILS(StartServiceA(Event, 0, NULL), ERROR_INVALID_HANDLE);
    assert_true(CloseHandle(Event));
}

static void CreateErrors(void **State)
{
    (void)State;
    char Long[300];
    SC_HANDLE All = Manager(), Service;
    memset(Long, 'a', sizeof(Long));
    Long[257] = 0;
    const char *Path = Image("one");
    FAILS(Create(All, Long, 1, 3, 1, Path), ERROR_INVALID_NAME);
    FAILS(Create(All, "a\\b", 1, 3, 1, Path), ERROR_INVALID_NAME);
    FAILS(Create(All, "one", 3, 3, 1, Path), ERROR_INVALID_PARAMETER);
    FAILS(Create(All, "one", 1, 5, 1, Path), ERROR_INVALID_PARAMETER);
    FAILS(Create(All, "one", 1, 3, 4, Path), ERROR_INVALID_PARAMETER);
    FAILS(Create(All, "one", SERVICE_WIN32_OWN_PROCESS, SERVICE_BOOT_START, 1, Path),
        ERROR_INVALID_PARAMETER);
    FAILS(Create(All, "one", 1, 3, 1, NULL), ERROR_INVALID_PARAMETER);
    FAILS(CreateServiceA(All, "one", NULL, SERVICE_ALL_ACCESS, 1, 3, 1, Path, NULL, NULL, NULL,
              "LocalSystem", NULL),
        ERROR_INVALID_SERVICE_ACCOUNT);
    FAILS(CreateServiceA(All, "one", NULL, SERVICE_ALL_ACCESS, 0x10, 3, 1, Path, NULL, NULL, NULL,
              ".\\me", "x"),
        ERROR_INVALID_SERVICE_ACCOUNT);
    FAILS(CreateServiceA(
              All, "one", NULL, SERVICE_ALL_ACCESS, 1, 3, 1, Path, NULL, NULL, "one\0", NULL, NULL),
        ERROR_CIRCULAR_DEPENDENCY);
    DWORD Tag;
    FAILS(CreateServiceA(
              All, "one", NULL, SERVICE_ALL_ACCESS, 1, 0, 1, Path, NULL, &Tag, NULL, NULL, NULL),
        ERROR_INVALID_PARAMETER);
    Service = CreateServiceA(All, "one", "The One", SERVICE_ALL_ACCESS, 1, 3, 1, Path, NULL, NULL,
        NULL, "\\Driver\\Single", NULL);
    assert_non_null(Service);
    FAILS(Create(All, "ONE", 1, 3, 1, Path), ERROR_SERVICE_EXISTS);
    FAILS(CreateServiceA(All, "two", "the one", SERVICE_ALL_ACCESS, 1, 3, 1, Path, NULL, NULL, NULL,
              NULL, NULL),
        ERROR_DUPLICATE_SERVICE_NAME);
    FAILS(CreateServiceA(
              All, "two", "one", SERVICE_ALL_ACCESS, 1, 3, 1, Path, NULL, NULL, NULL, NULL, NULL),
        ERROR_DUPLICATE_SERVICE_NAME);
    FAILS(StartServiceA(All, 0, NULL), ERROR_INVALID_HANDLE);
    FAILS(Create(Service, "two", 1, 3, 1, Path), ERROR_INVALID_HANDLE);
    assert_true(CloseServiceHandle(Service));
    assert_true(CloseServiceHandle(All));
}

static void StartErrors(void **State)
{
    (void)State;
    static const struct {
        const char *Name, *File;
        DWORD Error;
    } Case[] = {
        {"missing", "nosuch/file.sys", ERROR_FILE_NOT_FOUND},
        {"text", "../tests/unit/scm/scm_test.h", ERROR_BAD_EXE_FORMAT},
        {"fails", "tests/kernel/x64/entry_fails.sys", ERROR_GEN_FAILURE},
    };
    for (unsigned Index = 0; Index < 3; Index++) {
        char Path[700] = "Z:\\nosuch.sys";
        assert_int_equal(BuiltFile(Case[Index].File, Path, sizeof(Path)), Index != 0);
        SC_HANDLE All = Manager(), Service = Create(All, Case[Index].Name, 1, 3, 1, Path);
        assert_non_null(Service);
        DWORD Error = StartServiceA(Service, 0, NULL) ? 0 : GetLastError();
        assert_int_equal(Error, Case[Index].Error);
        SERVICE_STATUS Status;
        assert_true(QueryServiceStatus(Service, &Status));
        assert_int_equal(Status.dwCurrentState, SERVICE_STOPPED);
        assert_int_equal(Status.dwWin32ExitCode, Error);
        assert_true(CloseServiceHandle(Service));
        assert_true(CloseServiceHandle(All));
    }
    Install("off", (INSTALL){.Start = SERVICE_DISABLED});
    assert_int_equal(StartIt("off"), ERROR_SERVICE_DISABLED);
    SC_HANDLE All = Manager(),
              Program = Create(All, "program", SERVICE_WIN32_OWN_PROCESS, 3, 1, "C:\\a.exe");
    FAILS(StartServiceA(Program, 0, NULL), ERROR_NOT_SUPPORTED);
    assert_non_null(strstr(Report, "program did not start"));
    assert_true(CloseServiceHandle(Program));
    assert_true(CloseServiceHandle(All));
    /* The image of another service that runs. */
    Install("one", (INSTALL){.Start = SERVICE_DEMAND_START});
    assert_int_equal(StartIt("one"), 0);
    All = Manager();
    SC_HANDLE Same = Create(All, "same", 1, 3, 1, Image("one"));
    FAILS(StartServiceA(Same, 0, NULL), ERROR_SERVICE_ALREADY_RUNNING);
    assert_true(CloseServiceHandle(Same));
    assert_true(CloseServiceHandle(All));
}

static void UnsignedDriversUnderAPolicy(void **State)
{
    (void)State;
    Install("one", (INSTALL){.Start = SERVICE_DEMAND_START});
    SetNumber(CONTROL "CI", "RequireSignature", 1);
    assert_int_equal(StartIt("one"), ERROR_INVALID_IMAGE_HASH);
    assert_non_null(strstr(Report, "one.sys has no certificate"));
    SetNumber(CONTROL "CI", "RequireSignature", 0);
    assert_int_equal(StartIt("one"), 0);
}

/* What the loader says of a file is what StartService fails with. */
static void WhatTheLoaderSays(void **State)
{
    (void)State;
    char Path[700];
    dotsys_machine_close(Machine);
    const dotsys_options Options = {
        .size = sizeof(Options), .os = "win7", .log = KeepLine, .finding = KeepFinding};
    assert_int_equal(dotsys_machine_open(&Options, &Machine), 0);
    assert_true(BuiltFile("drivers/x64/free/kmemio.sys", Path, sizeof(Path)));
    SC_HANDLE All = Manager(), Service = Create(All, "seven", 1, 3, 1, Path);
    FAILS(StartServiceA(Service, 0, NULL), ERROR_PROC_NOT_FOUND);
    assert_non_null(strstr(Report, "MmCopyMemory"));
    assert_true(CloseServiceHandle(Service));
    if (BuiltFile("drivers/x86/free/hello.sys", Path, sizeof(Path))) {
        Service = Create(All, "narrow", 1, 3, 1, Path);
        FAILS(StartServiceA(Service, 0, NULL), ERROR_EXE_MACHINE_TYPE_MISMATCH);
        assert_true(CloseServiceHandle(Service));
    }
    assert_true(CloseServiceHandle(All));
}

static void ControlErrors(void **State)
{
    (void)State;
    SERVICE_STATUS Status;
    Install("one", (INSTALL){.Start = SERVICE_DEMAND_START});
    SetServiceNumber("one", "Stay", 1);
    SC_HANDLE Service = OpenIt("one");
    FAILS(ControlService(Service, SERVICE_CONTROL_INTERROGATE, &Status), ERROR_SERVICE_NOT_ACTIVE);
    assert_true(StartServiceA(Service, 0, NULL));
    assert_true(ControlService(Service, SERVICE_CONTROL_INTERROGATE, &Status));
    assert_int_equal(Status.dwCurrentState, SERVICE_RUNNING);
    memset(&Status, 0, sizeof(Status));
    FAILS(ControlService(Service, SERVICE_CONTROL_STOP, &Status), ERROR_INVALID_SERVICE_CONTROL);
    assert_int_equal(Status.dwCurrentState, SERVICE_RUNNING);
    FAILS(ControlService(Service, SERVICE_CONTROL_PAUSE, &Status), ERROR_INVALID_SERVICE_CONTROL);
    FAILS(ControlService(Service, 200, &Status), ERROR_INVALID_SERVICE_CONTROL);
    FAILS(ControlService(Service, 0, &Status), ERROR_INVALID_PARAMETER);
    FAILS(ControlService(Service, 99, &Status), ERROR_INVALID_PARAMETER);
    assert_true(CloseServiceHandle(Service));
}

static void StopWaitsForTheLastHandle(void **State)
{
    (void)State;
    SERVICE_STATUS Status;
    Install("one", (INSTALL){.Start = SERVICE_DEMAND_START});
    SetServiceNumber("one", "Devices", 3);
    SC_HANDLE Service = OpenIt("one");
    assert_true(StartServiceA(Service, 0, NULL));
    HANDLE Device = CreateFileA("\\\\.\\one1", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    assert_ptr_not_equal(Device, INVALID_HANDLE_VALUE);
    assert_true(ControlService(Service, SERVICE_CONTROL_STOP, &Status));
    assert_int_equal(Status.dwCurrentState, SERVICE_STOP_PENDING);
    assert_int_equal(Status.dwControlsAccepted, 0);
    FAILS(ControlService(Service, SERVICE_CONTROL_STOP, &Status), ERROR_SERVICE_CANNOT_ACCEPT_CTRL);
    FAILS(StartServiceA(Service, 0, NULL), ERROR_SERVICE_ALREADY_RUNNING);
    assert_string_equal(Log, "one started\n");
    assert_true(CloseHandle(Device));
    assert_true(QueryServiceStatus(Service, &Status));
    assert_int_equal(Status.dwCurrentState, SERVICE_STOPPED);
    assert_string_equal(Log, "one started\none stopped\n");
    assert_true(CloseServiceHandle(Service));
}

static void DeletedWhenClosedAndStopped(void **State)
{
    (void)State;
    SERVICE_STATUS Status;
    Install("one", (INSTALL){.Start = SERVICE_DEMAND_START});
    SC_HANDLE First = OpenIt("one"), Second = OpenIt("one"), All = Manager();
    assert_true(StartServiceA(First, 0, NULL));
    assert_true(DeleteService(First));
    FAILS(DeleteService(Second), ERROR_SERVICE_MARKED_FOR_DELETE);
    FAILS(Create(All, "one", 1, 3, 1, Image("one")), ERROR_SERVICE_MARKED_FOR_DELETE);
    FAILS(ChangeServiceConfigA(First, SERVICE_NO_CHANGE, 4, SERVICE_NO_CHANGE, NULL, NULL, NULL,
              NULL, NULL, NULL, NULL),
        ERROR_SERVICE_MARKED_FOR_DELETE);
    assert_true(CloseServiceHandle(First));
    assert_true(CloseServiceHandle(Second));
    Second = OpenIt("one"); /* it still runs */
    assert_non_null(Second);
    assert_true(ControlService(Second, SERVICE_CONTROL_STOP, &Status));
    assert_int_equal(Status.dwCurrentState, SERVICE_STOPPED);
    FAILS(StartServiceA(Second, 0, NULL), ERROR_SERVICE_MARKED_FOR_DELETE);
    assert_true(CloseServiceHandle(Second));
    FAILS(OpenServiceA(All, "one", SERVICE_QUERY_STATUS), ERROR_SERVICE_DOES_NOT_EXIST);
    Install("one", (INSTALL){.Start = SERVICE_DEMAND_START});
    /* Closed while it runs: its end deletes it. */
    assert_int_equal(StartIt("one"), 0);
    First = OpenIt("one");
    assert_true(DeleteService(First));
    assert_true(CloseServiceHandle(First));
    assert_int_equal(dotsys_driver_stop(Machine, "one"), 0);
    FAILS(OpenServiceA(All, "one", SERVICE_QUERY_STATUS), ERROR_SERVICE_DOES_NOT_EXIST);
    assert_true(CloseServiceHandle(All));
}

static void ConfigurationIsKept(void **State)
{
    (void)State;
    union {
        QUERY_SERVICE_CONFIGA Config;
        BYTE Room[1024];
    } Query;
    union {
        SERVICE_DESCRIPTIONW Description;
        BYTE Room[256];
    } Text;
    DWORD Tag = 0, Needed;
    Install("base", (INSTALL){.Start = SERVICE_DEMAND_START});
    SC_HANDLE All = Manager();
    SC_HANDLE Service = CreateServiceA(All, "one", "The One", SERVICE_ALL_ACCESS,
        SERVICE_FILE_SYSTEM_DRIVER, SERVICE_SYSTEM_START, SERVICE_ERROR_SEVERE,
        "C:\\drivers\\one.sys", "Base", &Tag, "base\0+Filter\0", NULL, NULL);
    assert_non_null(Service);
    assert_int_equal(Tag, 1);
    FAILS(QueryServiceConfigA(Service, &Query.Config, 8, &Needed), ERROR_INSUFFICIENT_BUFFER);
    assert_true(QueryServiceConfigA(Service, &Query.Config, Needed, &Needed));
    assert_int_equal(Query.Config.dwServiceType, SERVICE_FILE_SYSTEM_DRIVER);
    assert_int_equal(Query.Config.dwStartType, SERVICE_SYSTEM_START);
    assert_int_equal(Query.Config.dwErrorControl, SERVICE_ERROR_SEVERE);
    assert_int_equal(Query.Config.dwTagId, 1);
    assert_string_equal(Query.Config.lpBinaryPathName, "\\??\\C:\\drivers\\one.sys");
    assert_string_equal(Query.Config.lpLoadOrderGroup, "Base");
    assert_memory_equal(Query.Config.lpDependencies, "base\0+Filter\0", sizeof("base\0+Filter\0"));
    assert_string_equal(Query.Config.lpServiceStartName, "");
    assert_string_equal(Query.Config.lpDisplayName, "The One");
    assert_true(QueryServiceConfig2W(
        Service, SERVICE_CONFIG_DESCRIPTION, Text.Room, sizeof(Text), &Needed));
    assert_null(Text.Description.lpDescription);
    SERVICE_DESCRIPTIONA New = {(char[]){"what it does"}};
    assert_true(ChangeServiceConfig2A(Service, SERVICE_CONFIG_DESCRIPTION, &New));
    assert_true(QueryServiceConfig2W(
        Service, SERVICE_CONFIG_DESCRIPTION, Text.Room, sizeof(Text), &Needed));
    assert_memory_equal(Text.Description.lpDescription, u"what it does", sizeof(u"what it does"));
    FAILS(QueryServiceConfig2W(Service, 99, Text.Room, sizeof(Text), &Needed), ERROR_INVALID_LEVEL);
    assert_true(ChangeServiceConfigA(Service, SERVICE_NO_CHANGE, SERVICE_DEMAND_START,
        SERVICE_NO_CHANGE, "%SystemRoot%\\x.sys", "", NULL, "", NULL, NULL, "Another"));
    assert_true(QueryServiceConfigA(Service, &Query.Config, sizeof(Query), &Needed));
    assert_int_equal(Query.Config.dwStartType, SERVICE_DEMAND_START);
    assert_int_equal(Query.Config.dwErrorControl, SERVICE_ERROR_SEVERE);
    assert_string_equal(Query.Config.lpBinaryPathName, "\\SystemRoot\\x.sys");
    assert_string_equal(Query.Config.lpLoadOrderGroup, "");
    assert_string_equal(Query.Config.lpDependencies, "");
    assert_string_equal(Query.Config.lpDisplayName, "Another");
    FAILS(ChangeServiceConfigA(Service, SERVICE_NO_CHANGE, 7, SERVICE_NO_CHANGE, NULL, NULL, NULL,
              NULL, NULL, NULL, NULL),
        ERROR_INVALID_PARAMETER);
    FAILS(ChangeServiceConfigA(Service, SERVICE_NO_CHANGE, SERVICE_NO_CHANGE, SERVICE_NO_CHANGE,
              NULL, NULL, NULL, NULL, NULL, NULL, "base"),
        ERROR_DUPLICATE_SERVICE_NAME);
    assert_true(CloseServiceHandle(Service));
    assert_true(CloseServiceHandle(All));
}

static void NamesAreTranslated(void **State)
{
    (void)State;
    char Name[64];
    WCHAR Wide[8];
    DWORD Needed = sizeof(Name);
    SC_HANDLE All = Manager(), Service = CreateServiceA(
        All, "one", "Another", SERVICE_ALL_ACCESS, 1, 3, 1, "x.sys", NULL, NULL, NULL, NULL, NULL);
    assert_non_null(Service);
    assert_true(CloseServiceHandle(Service));
    assert_true(GetServiceDisplayNameA(All, "one", Name, &Needed));
    assert_string_equal(Name, "Another");
    assert_int_equal(Needed, 7);
    Needed = 4;
    FAILS(GetServiceDisplayNameA(All, "one", Name, &Needed), ERROR_INSUFFICIENT_BUFFER);
    assert_int_equal(Needed, 7);
    Needed = 8;
    assert_true(GetServiceKeyNameW(All, u"another", Wide, &Needed));
    assert_memory_equal(Wide, u"one", sizeof(u"one"));
    FAILS(GetServiceKeyNameA(All, "nobody", Name, &Needed), ERROR_SERVICE_DOES_NOT_EXIST);
    assert_true(CloseServiceHandle(All));
}

static void ServicesAreListed(void **State)
{
    (void)State;
    union {
        ENUM_SERVICE_STATUSA Entry[8];
        ENUM_SERVICE_STATUS_PROCESSW Wide[8];
        BYTE Room[2048];
    } List;
    DWORD Needed, Count, Resume = 0;
    Install("base", (INSTALL){.Start = SERVICE_DEMAND_START});
    Install(
        "middle", (INSTALL){.Start = SERVICE_DEMAND_START, .Depend = "base\0", .Group = "Group"});
    Install("top", (INSTALL){.Start = SERVICE_DEMAND_START, .Depend = "middle\0"});
    SC_HANDLE All = Manager(),
              Program = Create(All, "zprogram", SERVICE_WIN32_OWN_PROCESS, 3, 1, "C:\\a.exe");
    assert_int_equal(StartIt("top"), 0);
    assert_string_equal(Log, "base started\nmiddle started\ntop started\n");
    assert_true(EnumServicesStatusA(All, SERVICE_DRIVER, SERVICE_STATE_ALL, List.Entry,
        sizeof(List), &Needed, &Count, &Resume));
    assert_int_equal(Count, 3);
    assert_int_equal(Resume, 0);
    assert_string_equal(List.Entry[0].lpServiceName, "base");
    assert_string_equal(List.Entry[2].lpDisplayName, "top");
    assert_int_equal(List.Entry[1].ServiceStatus.dwCurrentState, SERVICE_RUNNING);
    assert_true(EnumServicesStatusA(All, SERVICE_WIN32 | SERVICE_DRIVER, SERVICE_INACTIVE,
        List.Entry, sizeof(List), &Needed, &Count, &Resume));
    assert_int_equal(Count, 1);
    assert_string_equal(List.Entry[0].lpServiceName, "zprogram");
    /* Two at a time. */
    FAILS(EnumServicesStatusA(All, SERVICE_DRIVER, SERVICE_STATE_ALL, List.Entry,
              2 * sizeof(List.Entry[0]) + 30, &Needed, &Count, &Resume),
        ERROR_MORE_DATA);
    assert_int_equal(Count, 2);
    assert_int_equal(Resume, 2);
    assert_true(EnumServicesStatusA(
        All, SERVICE_DRIVER, SERVICE_STATE_ALL, List.Entry, Needed, &Needed, &Count, &Resume));
    assert_int_equal(Count, 1);
    assert_string_equal(List.Entry[0].lpServiceName, "top");
    assert_true(EnumServicesStatusExW(All, SC_ENUM_PROCESS_INFO, SERVICE_DRIVER, SERVICE_STATE_ALL,
        List.Room, sizeof(List), &Needed, &Count, &Resume, u"group"));
    assert_int_equal(Count, 1);
    assert_memory_equal(List.Wide[0].lpServiceName, u"middle", sizeof(u"middle"));
    assert_true(EnumServicesStatusExA(All, SC_ENUM_PROCESS_INFO, SERVICE_DRIVER, SERVICE_STATE_ALL,
        List.Room, sizeof(List), &Needed, &Count, &Resume, ""));
    assert_int_equal(Count, 2);
    FAILS(EnumServicesStatusA(
              All, 0, SERVICE_STATE_ALL, List.Entry, sizeof(List), &Needed, &Count, &Resume),
        ERROR_INVALID_PARAMETER);
    FAILS(EnumServicesStatusA(
              All, SERVICE_DRIVER, 4, List.Entry, sizeof(List), &Needed, &Count, &Resume),
        ERROR_INVALID_PARAMETER);
    assert_true(CloseServiceHandle(Program));
    assert_true(CloseServiceHandle(All));
}

static void DependentsAreListedAndKeepAServiceRunning(void **State)
{
    (void)State;
    ENUM_SERVICE_STATUSA List[8];
    DWORD Needed, Count;
    Install("base", (INSTALL){.Start = SERVICE_DEMAND_START});
    Install("middle", (INSTALL){.Start = SERVICE_DEMAND_START, .Depend = "base\0"});
    Install("top", (INSTALL){.Start = SERVICE_DEMAND_START, .Depend = "middle\0"});
    assert_int_equal(StartIt("top"), 0);
    /* In the order in which they are to be stopped. */
    SC_HANDLE Base = OpenIt("base");
    assert_true(EnumDependentServicesA(Base, SERVICE_ACTIVE, List, sizeof(List), &Needed, &Count));
    assert_int_equal(Count, 2);
    assert_string_equal(List[0].lpServiceName, "top");
    assert_string_equal(List[1].lpServiceName, "middle");
    FAILS(EnumDependentServicesA(Base, SERVICE_ACTIVE, NULL, 0, &Needed, &Count), ERROR_MORE_DATA);
    assert_true(CloseServiceHandle(Base));
    assert_int_equal(StopIt("base"), ERROR_DEPENDENT_SERVICES_RUNNING);
    assert_int_equal(StopIt("top"), 0);
    assert_int_equal(StopIt("middle"), 0);
    assert_int_equal(StopIt("base"), 0);
}

static void Dependencies(void **State)
{
    (void)State;
    Install("bad", (INSTALL){.Start = SERVICE_DEMAND_START});
    SetServiceNumber("bad", "Result", 0xC0000001);
    Install("first", (INSTALL){.Start = SERVICE_DEMAND_START, .Depend = "bad\0"});
    assert_int_equal(StartIt("first"), ERROR_SERVICE_DEPENDENCY_FAIL);
    assert_int_equal(StatusOf("first").dwWin32ExitCode, ERROR_SERVICE_DEPENDENCY_FAIL);
    assert_int_equal(StatusOf("bad").dwWin32ExitCode, ERROR_GEN_FAILURE);
    Install("second", (INSTALL){.Start = SERVICE_DEMAND_START, .Depend = "nosuch\0"});
    assert_int_equal(StartIt("second"), ERROR_SERVICE_DEPENDENCY_DELETED);
    Install("third", (INSTALL){.Start = SERVICE_DEMAND_START, .Depend = "+members\0"});
    assert_int_equal(StartIt("third"), ERROR_SERVICE_DEPENDENCY_FAIL);
    Install("member", (INSTALL){.Start = SERVICE_DEMAND_START, .Group = "Members"});
    Install("memberoff", (INSTALL){.Start = SERVICE_DISABLED, .Group = "Members"});
    assert_int_equal(StartIt("third"), 0);
    assert_string_equal(Log, "member started\nthird started\n");
    /* Circles are refused; one made behind scm's back is found when it is started. */
    SC_HANDLE Bad = OpenIt("bad");
    FAILS(ChangeServiceConfigA(Bad, SERVICE_NO_CHANGE, SERVICE_NO_CHANGE, SERVICE_NO_CHANGE, NULL,
              NULL, NULL, "first\0", NULL, NULL, NULL),
        ERROR_CIRCULAR_DEPENDENCY);
    assert_true(CloseServiceHandle(Bad));
    static const WCHAR Circle[] = u"first\0";
    assert_int_equal(dotsys_registry_set(Machine, SERVICES "bad", "DependOnService", REG_MULTI_SZ,
                         Circle, sizeof(Circle)),
        0);
    assert_int_equal(StartIt("first"), ERROR_CIRCULAR_DEPENDENCY);
}

static void OrdinaryUsers(void **State)
{
    (void)State;
    SERVICE_STATUS Status;
    DWORD Needed, Count, Resume = 0;
    OpenMachineAs(true);
    assert_int_equal(
        dotsys_registry_set(Machine, SERVICES "one", "Type", REG_DWORD, (DWORD[]){1}, 4), 0);
    SetServiceNumber("one", "Start", 3);
    FAILS(OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS), ERROR_ACCESS_DENIED);
    FAILS(OpenSCManagerA(NULL, NULL, SC_MANAGER_CREATE_SERVICE), ERROR_ACCESS_DENIED);
    SC_HANDLE All = OpenSCManagerA(NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE);
    assert_non_null(All);
    FAILS(Create(All, "two", 1, 3, 1, Image("one")), ERROR_ACCESS_DENIED);
    FAILS(OpenServiceA(All, "one", SERVICE_START), ERROR_ACCESS_DENIED);
    FAILS(OpenServiceA(All, "one", SERVICE_STOP), ERROR_ACCESS_DENIED);
    FAILS(OpenServiceA(All, "one", SERVICE_CHANGE_CONFIG), ERROR_ACCESS_DENIED);
    FAILS(OpenServiceA(All, "one", DELETE), ERROR_ACCESS_DENIED);
    SC_HANDLE Service = OpenServiceA(All, "one", GENERIC_READ);
    assert_non_null(Service);
    assert_true(QueryServiceStatus(Service, &Status));
    FAILS(StartServiceA(Service, 0, NULL), ERROR_ACCESS_DENIED);
    FAILS(DeleteService(Service), ERROR_ACCESS_DENIED);
    FAILS(ControlService(Service, SERVICE_CONTROL_STOP, &Status), ERROR_ACCESS_DENIED);
    FAILS(EnumServicesStatusA(
              All, SERVICE_DRIVER, SERVICE_STATE_ALL, NULL, 0, &Needed, &Count, &Resume),
        ERROR_MORE_DATA);
    assert_true(CloseServiceHandle(Service));
    assert_true(CloseServiceHandle(All));
    assert_int_equal(dotsys_machine_close(Machine), 0);
}

/* Creates, starts, stops and deletes with allocation Number failing. TRUE: it was reached. */
static BOOLEAN LifeWithFailure(LONG Number, BOOLEAN Forever)
{
    SERVICE_STATUS Status;
    OpenMachineAs(false);
    Install("base", (INSTALL){.Start = SERVICE_DEMAND_START});
    SC_HANDLE All = Manager();
    const char *Path = Image("one");
    MmFailAllocation(Number, Forever);
    SC_HANDLE Service = CreateServiceA(All, "one", "The One", SERVICE_ALL_ACCESS, 1, 3, 1, Path,
        "Group", NULL, "base\0", NULL, NULL);
    if (Service != NULL) {
        if (StartServiceA(Service, 0, NULL))
            ControlService(Service, SERVICE_CONTROL_STOP, &Status);
        DeleteService(Service);
        CloseServiceHandle(Service);
    }
    BOOLEAN Reached = MmAllocationCount() >= (ULONG)Number;
    MmFailAllocation(-1, FALSE);
    assert_false(dotsys_machine_stopped(Machine, NULL));
    /* Whatever failed, the database is of use. */
    Service = OpenServiceA(All, "one", SERVICE_ALL_ACCESS);
    if (Service != NULL) {
        if (!DeleteService(Service))
            assert_int_equal(GetLastError(), ERROR_SERVICE_MARKED_FOR_DELETE);
        assert_true(QueryServiceStatus(Service, &Status));
        if (Status.dwCurrentState == SERVICE_RUNNING)
            assert_true(ControlService(Service, SERVICE_CONTROL_STOP, &Status));
        assert_true(CloseServiceHandle(Service));
    }
    FAILS(OpenServiceA(All, "one", SERVICE_ALL_ACCESS), ERROR_SERVICE_DOES_NOT_EXIST);
    assert_true(CloseServiceHandle(All));
    assert_int_equal(dotsys_machine_close(Machine), 0);
    return Reached;
}

static void EveryAllocationFails(void **State)
{
    (void)State;
    LONG Number = 1;
    while (LifeWithFailure(Number, FALSE))
        Number++;
    assert_true(Number > 50);
    Number = 1;
    while (LifeWithFailure(Number, TRUE))
        Number += 3;
}

int main(void)
{
    const struct CMUnitTest Tests[] = {
        cmocka_unit_test_setup_teardown(LivesItsLife, OpenMachine, CloseMachine),
        cmocka_unit_test_setup_teardown(DatabaseErrors, OpenMachine, CloseMachine),
        cmocka_unit_test_setup_teardown(CreateErrors, OpenMachine, CloseMachine),
        cmocka_unit_test_setup_teardown(StartErrors, OpenMachine, CloseMachine),
        cmocka_unit_test_setup_teardown(UnsignedDriversUnderAPolicy, OpenMachine, CloseMachine),
        cmocka_unit_test_setup_teardown(WhatTheLoaderSays, OpenMachine, CloseMachine),
        cmocka_unit_test_setup_teardown(ControlErrors, OpenMachine, CloseMachine),
        cmocka_unit_test_setup_teardown(StopWaitsForTheLastHandle, OpenMachine, CloseMachine),
        cmocka_unit_test_setup_teardown(DeletedWhenClosedAndStopped, OpenMachine, CloseMachine),
        cmocka_unit_test_setup_teardown(ConfigurationIsKept, OpenMachine, CloseMachine),
        cmocka_unit_test_setup_teardown(NamesAreTranslated, OpenMachine, CloseMachine),
        cmocka_unit_test_setup_teardown(ServicesAreListed, OpenMachine, CloseMachine),
        cmocka_unit_test_setup_teardown(
            DependentsAreListedAndKeepAServiceRunning, OpenMachine, CloseMachine),
        cmocka_unit_test_setup_teardown(Dependencies, OpenMachine, CloseMachine),
        cmocka_unit_test(OrdinaryUsers),
        cmocka_unit_test(EveryAllocationFails),
    };
    return cmocka_run_group_tests(Tests, MakeFolder, RemoveFolder);
}
