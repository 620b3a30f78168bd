/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Starting a machine's services: their order, what failures lead to, and loading drivers by their
 * keys. A boot is made by calling what the machine calls, as often as a test wants.
 */
#include "scm_test.h"

#include "cm/cm.h"
#include "ke/ke.h"

static LDR_ERROR BootError;

static NTSTATUS BootInKernel(void *Context)
{
    (void)Context;
    IoiUnloadAll();
    return ScmBoot(&BootError);
}

/* Stops what runs and starts what is to be. */
static NTSTATUS Boot(void)
{
    memset(&BootError, 0, sizeof(BootError));
    NTSTATUS Status = KeEnterKernel(BootInKernel, NULL, KernelMode);
    return Status;
}

static void SetData(const char *Key, const char *Name, DWORD Type, const void *Data, size_t Bytes)
{
    assert_int_equal(dotsys_registry_set(Machine, Key, Name, Type, Data, Bytes), 0);
}

static void SetTag(const char *Service, DWORD Tag)
{
    SetServiceNumber(Service, "Tag", Tag);
}

static void GroupsTagsAndKeysDecide(void **State)
{
    (void)State;
    static const WCHAR Groups[] = u"First\0Second\0";
    static const DWORD Tags[] = {2, 7, 3};
    SetData(CONTROL "ServiceGroupOrder", "List", REG_MULTI_SZ, Groups, sizeof(Groups));
    SetData(CONTROL "GroupOrderList", "Second", REG_BINARY, Tags, sizeof(Tags));
    Install("a_none", (INSTALL){.Start = SERVICE_BOOT_START});
    Install("b_other", (INSTALL){.Start = SERVICE_BOOT_START, .Group = "Unlisted"});
    Install("c_tag3", (INSTALL){.Start = SERVICE_BOOT_START, .Group = "second"});
    Install("d_tag9", (INSTALL){.Start = SERVICE_BOOT_START, .Group = "Second"});
    Install("e_tag7", (INSTALL){.Start = SERVICE_BOOT_START, .Group = "Second"});
    Install("f_plain", (INSTALL){.Start = SERVICE_BOOT_START, .Group = "Second"});
    Install("g_first", (INSTALL){.Start = SERVICE_BOOT_START, .Group = "First"});
    Install("h_auto", (INSTALL){.Start = SERVICE_AUTO_START, .Group = "First"});
    Install("i_system", (INSTALL){.Start = SERVICE_SYSTEM_START});
    Install("j_demand", (INSTALL){.Start = SERVICE_DEMAND_START, .Group = "First"});
    Install("k_off", (INSTALL){.Start = SERVICE_DISABLED, .Group = "First"});
    SetTag("c_tag3", 3);
    SetTag("d_tag9", 9);
    SetTag("e_tag7", 7);
    assert_int_equal(Boot(), STATUS_SUCCESS);
    assert_string_equal(Log,
        "g_first started\n"
        "e_tag7 started\nc_tag3 started\nd_tag9 started\nf_plain started\n"
        "b_other started\na_none started\n"
        "i_system started\nh_auto started\n");
    assert_string_equal(Report, "");
}

static void TagsAreAllocated(void **State)
{
    (void)State;
    DWORD Tag[3];
    SC_HANDLE All = Manager();
    for (unsigned Index = 0; Index < 3; Index++) {
        const char *const Names[] = {"x", "y", "z"}, *const Groups[] = {"G", "g", "Other"};
        SC_HANDLE Service = CreateServiceA(All, Names[Index], NULL, SERVICE_ALL_ACCESS, 1, 0, 1,
            "x.sys", Groups[Index], &Tag[Index], NULL, NULL, NULL);
        assert_non_null(Service);
        assert_true(CloseServiceHandle(Service));
    }
    assert_true(CloseServiceHandle(All));
    assert_int_equal(Tag[0], 1);
    assert_int_equal(Tag[1], 2);
    assert_int_equal(Tag[2], 1);
}

static void AutomaticOnesStartWhatTheyNeed(void **State)
{
    (void)State;
    Install("needed", (INSTALL){.Start = SERVICE_DEMAND_START});
    Install("also", (INSTALL){.Start = SERVICE_AUTO_START});
    Install("a", (INSTALL){.Start = SERVICE_AUTO_START, .Depend = "needed\0also\0"});
    Install("broken",
        (INSTALL){
            .Start = SERVICE_AUTO_START, .Error = SERVICE_ERROR_NORMAL, .Depend = "nosuch\0"});
    assert_int_equal(Boot(), STATUS_SUCCESS);
    assert_string_equal(Log, "needed started\nalso started\na started\n");
    assert_non_null(
        strstr(Report, "broken did not start: it depends on the service nosuch; error 1075"));
}

/* Boot and system drivers have nothing started for them; a group they depend on must have
 * started. */
static void GroupsComeBeforeWhatDependsOnThem(void **State)
{
    (void)State;
    Install("a_late", (INSTALL){.Start = SERVICE_BOOT_START, .Depend = "+Group\0"});
    Install("b_member", (INSTALL){.Start = SERVICE_BOOT_START, .Group = "group"});
    Install(
        "c_fine", (INSTALL){.Start = SERVICE_SYSTEM_START, .Depend = "+Group\0b_member\0nosuch\0"});
    static const WCHAR Groups[] = u"x\0";
    SetData(CONTROL "ServiceGroupOrder", "List", REG_MULTI_SZ, Groups, sizeof(Groups));
    Install("a_before", (INSTALL){.Start = SERVICE_BOOT_START, .Group = "x", .Depend = "+Group\0"});
    assert_int_equal(Boot(), STATUS_SUCCESS);
    assert_string_equal(Log, "b_member started\na_late started\nc_fine started\n");
    assert_non_null(
        strstr(Report, "a_before did not start: it depends on the group Group; error 1068"));
}

static void InstallFailing(const char *Name, DWORD Start, DWORD Error)
{
    Install(Name, (INSTALL){.Start = Start, .Error = Error});
    SetServiceNumber(Name, "Result", 0xC0000001);
}

static void IgnoredAndNormalFailuresGoOn(void **State)
{
    (void)State;
    InstallFailing("a", SERVICE_BOOT_START, SERVICE_ERROR_IGNORE);
    assert_int_equal(Boot(), STATUS_SUCCESS);
    assert_non_null(strstr(Report, "a did not start"));
    assert_null(strstr(Report, "warning"));
    InstallFailing("b", SERVICE_BOOT_START, SERVICE_ERROR_NORMAL);
    Install("c", (INSTALL){.Start = SERVICE_BOOT_START});
    assert_int_equal(Boot(), STATUS_SUCCESS);
    assert_non_null(
        strstr(Report, "warning: at least one driver failed during the start of the machine: b"));
    assert_string_equal(Log, "c started\n");
}

/* On its first boot a machine has nothing to fall back to. */
static void WithoutAnotherControlSet(void **State)
{
    (void)State;
    InstallFailing("a", SERVICE_BOOT_START, SERVICE_ERROR_SEVERE);
    Install("b", (INSTALL){.Start = SERVICE_BOOT_START});
    assert_int_equal(Boot(), STATUS_SUCCESS);
    assert_string_equal(Log, "b started\n");
}

static void CriticalFailureStopsTheBoot(void **State)
{
    (void)State;
    InstallFailing("a", SERVICE_SYSTEM_START, SERVICE_ERROR_CRITICAL);
    Install("b", (INSTALL){.Start = SERVICE_AUTO_START});
    assert_int_equal(Boot(), STATUS_UNSUCCESSFUL);
    assert_string_equal(Log, "");
    assert_non_null(
        strstr(BootError.Text, "the system driver a, without which the machine must not start"));
    assert_non_null(strstr(BootError.Text, "DriverEntry failed"));
}

static void FallsBack(DWORD Error)
{
    Install("good", (INSTALL){.Start = SERVICE_BOOT_START});
    assert_int_equal(Boot(), STATUS_SUCCESS);
    assert_false(CmiBootIsLastKnownGood());
    InstallFailing("zbad", SERVICE_BOOT_START, Error);
    Log[0] = 0;
    assert_int_equal(Boot(), STATUS_SUCCESS);
    /* Stopped by the boot, started, stopped again, and started from the other set, which has no
     * zbad. */
    assert_string_equal(Log, "good stopped\ngood started\ngood stopped\ngood started\n");
    assert_non_null(strstr(Report, "last known good"));
    SC_HANDLE All = Manager();
    assert_null(OpenServiceA(All, "zbad", SERVICE_QUERY_STATUS));
    assert_int_equal(GetLastError(), ERROR_SERVICE_DOES_NOT_EXIST);
    assert_true(CloseServiceHandle(All));
}

static void SevereFailureFallsBack(void **State)
{
    (void)State;
    FallsBack(SERVICE_ERROR_SEVERE);
}

static void CriticalFailureFallsBack(void **State)
{
    (void)State;
    FallsBack(SERVICE_ERROR_CRITICAL);
}

static void MarkedServicesAreGoneAfterABoot(void **State)
{
    (void)State;
    Install("a", (INSTALL){.Start = SERVICE_BOOT_START});
    Install("b", (INSTALL){.Start = SERVICE_BOOT_START});
    SetServiceNumber("a", "DeleteFlag", 1);
    SetServiceNumber("b", "DeleteFlag", 1);
    SetNumber(SERVICES "b\\Parameters\\Deep", "x", 1);
    assert_int_equal(Boot(), STATUS_SUCCESS);
    assert_string_equal(Log, "");
    assert_null(OpenIt("a"));
    assert_null(OpenIt("b"));
    assert_int_equal(GetLastError(), ERROR_SERVICE_DOES_NOT_EXIST);
}

/* ---- drivers by their keys ------------------------------------------------------------------- */

typedef struct LOAD {
    UNICODE_STRING Key;
    BOOLEAN Unload;
} LOAD;

static NTSTATUS LoadInKernel(void *Context)
{
    LOAD *Load = Context;
    return Load->Unload ? NtUnloadDriver(&Load->Key) : NtLoadDriver(&Load->Key);
}

static NTSTATUS LoadKey(const WCHAR *Name, BOOLEAN Unload, KPROCESSOR_MODE Mode)
{
    static const WCHAR Prefix[] = u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\";
    WCHAR Path[128];
    SIZE_T Length = BasepWideLength(Name);
    memcpy(Path, Prefix, sizeof(Prefix));
    memcpy(Path + RTL_NUMBER_OF(Prefix) - 1, Name, (Length + 1) * sizeof(WCHAR));
    USHORT Bytes = (USHORT)(sizeof(Prefix) - sizeof(WCHAR) + Length * sizeof(WCHAR));
    LOAD Load = {{Bytes, Bytes, Path}, Unload};
    if (Length == 0)
        Load.Key.Length = 0;
    return KeEnterKernel(LoadInKernel, &Load, Mode);
}

static void DriversByTheirKeys(void **State)
{
    (void)State;
    assert_int_equal(LoadKey(u"nosuch", FALSE, UserMode), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(LoadKey(u"nosuch", TRUE, UserMode), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(LoadKey(u"", FALSE, UserMode), STATUS_INVALID_PARAMETER);
    Install("one", (INSTALL){.Start = SERVICE_DISABLED}); /* which is the manager's business */
    assert_int_equal(LoadKey(u"one", TRUE, UserMode), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(LoadKey(u"one", FALSE, UserMode), STATUS_SUCCESS);
    assert_int_equal(LoadKey(u"ONE", FALSE, UserMode), STATUS_IMAGE_ALREADY_LOADED);
    assert_int_equal(StatusOf("one").dwCurrentState, SERVICE_RUNNING);
    assert_int_equal(LoadKey(u"one", TRUE, UserMode), STATUS_SUCCESS);
    assert_int_equal(StatusOf("one").dwCurrentState, SERVICE_STOPPED);
    SetServiceNumber("one", "Stay", 1);
    SetServiceNumber("one", "Type", 0x10);
    assert_int_equal(LoadKey(u"one", FALSE, UserMode), STATUS_ILL_FORMED_SERVICE_ENTRY);
    SetServiceNumber("one", "Type", SERVICE_FILE_SYSTEM_DRIVER);
    assert_int_equal(LoadKey(u"one", FALSE, UserMode), STATUS_SUCCESS);
    assert_int_equal(LoadKey(u"one", TRUE, UserMode), STATUS_INVALID_DEVICE_REQUEST);
    SetNumber(SERVICES "bare", "Type", 1); /* no ImagePath: \SystemRoot\System32\Drivers\bare.sys */
    NTSTATUS Status = LoadKey(u"bare", FALSE, UserMode);
    assert_true(Status == STATUS_OBJECT_NAME_NOT_FOUND || Status == STATUS_OBJECT_PATH_NOT_FOUND);
}

/* Makes C:\\Windows\\System32\\drivers\\Name.sys. */
static void PutOnDriveC(const char *Name)
{
    static char Bytes[1 << 20];
    char From[600], To[200];
    DWORD Written;
    snprintf(From, sizeof(From), "%s/tests/kernel/x64/service.sys", BuildFolder());
    FILE *File = fopen(From, "rb");
    assert_non_null(File);
    DWORD Size = (DWORD)fread(Bytes, 1, sizeof(Bytes), File);
    fclose(File);
    CreateDirectoryA("C:\\Windows", NULL);
    CreateDirectoryA("C:\\Windows\\System32", NULL);
    CreateDirectoryA("C:\\Windows\\System32\\drivers", NULL);
    snprintf(To, sizeof(To), "C:\\Windows\\System32\\drivers\\%s.sys", Name);
    HANDLE Handle = CreateFileA(To, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    assert_ptr_not_equal(Handle, INVALID_HANDLE_VALUE);
    assert_true(WriteFile(Handle, Bytes, Size, &Written, NULL));
    assert_int_equal(Written, Size);
    assert_true(CloseHandle(Handle));
}

static void ImagesAreFoundByEveryKindOfPath(void **State)
{
    (void)State;
    static const char *const Path[] = {"system32\\drivers\\bare.sys",
        "\\SystemRoot\\System32\\Drivers\\BARE.SYS", "%SystemRoot%\\system32\\drivers\\bare.sys",
        "C:\\Windows\\system32\\drivers\\bare.sys",
        "\\??\\C:\\Windows\\system32\\drivers\\bare.sys"};
    PutOnDriveC("bare");
    SetNumber(SERVICES "bare", "Type", 1); /* without an ImagePath */
    assert_int_equal(LoadKey(u"bare", FALSE, UserMode), STATUS_SUCCESS);
    assert_int_equal(LoadKey(u"bare", TRUE, UserMode), STATUS_SUCCESS);
    SC_HANDLE All = Manager();
    for (unsigned Index = 0; Index < RTL_NUMBER_OF(Path); Index++) {
        SC_HANDLE Service = CreateServiceA(All, "other", NULL, SERVICE_ALL_ACCESS,
            SERVICE_KERNEL_DRIVER, SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, Path[Index], NULL,
            NULL, NULL, NULL, NULL);
        assert_non_null(Service);
        assert_true(CloseServiceHandle(Service));
        assert_int_equal(StartIt("other"), 0);
        assert_int_equal(StopIt("other"), 0);
        Service = OpenIt("other");
        assert_true(DeleteService(Service));
        assert_true(CloseServiceHandle(Service));
    }
    assert_true(CloseServiceHandle(All));
    /* As the registry may have it, without the service manager. */
    static const WCHAR Expand[] = u"%systemroot%\\System32\\drivers\\bare.sys";
    SetData(SERVICES "bare", "ImagePath", REG_EXPAND_SZ, Expand, sizeof(Expand));
    assert_int_equal(LoadKey(u"bare", FALSE, UserMode), STATUS_SUCCESS);
}

static void DriversNeedThePrivilege(void **State)
{
    (void)State;
    OpenMachineAs(true);
    assert_int_equal(LoadKey(u"one", FALSE, UserMode), STATUS_PRIVILEGE_NOT_HELD);
    assert_int_equal(LoadKey(u"one", TRUE, UserMode), STATUS_PRIVILEGE_NOT_HELD);
    assert_int_equal(LoadKey(u"one", FALSE, KernelMode), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(dotsys_machine_close(Machine), 0);
}

/* A boot with allocation Number failing leaves a machine that can be closed. TRUE: it was
 * reached. */
static BOOLEAN BootWithFailure(LONG Number)
{
    OpenMachineAs(false);
    Install("a", (INSTALL){.Start = SERVICE_BOOT_START, .Group = "G"});
    Install("b", (INSTALL){.Start = SERVICE_AUTO_START, .Depend = "a\0+G\0"});
    MmFailAllocation(Number, FALSE);
    NTSTATUS Status = Boot();
    BOOLEAN Reached = MmAllocationCount() >= (ULONG)Number;
    MmFailAllocation(-1, FALSE);
    assert_false(dotsys_machine_stopped(Machine, NULL));
    if (!Reached)
        assert_int_equal(Status, STATUS_SUCCESS);
    if (!NT_SUCCESS(Status))
        assert_true(BootError.Text[0] != 0);
    assert_int_equal(dotsys_machine_close(Machine), 0);
    return Reached;
}

static void EveryAllocationFails(void **State)
{
    (void)State;
    LONG Number = 1;
    while (BootWithFailure(Number))
        Number++;
    assert_true(Number > 50);
}

#define TEST(Name) cmocka_unit_test_setup_teardown(Name, OpenMachine, CloseMachine)

int main(void)
{
    const struct CMUnitTest Tests[] = {
        TEST(GroupsTagsAndKeysDecide),
        TEST(TagsAreAllocated),
        TEST(AutomaticOnesStartWhatTheyNeed),
        TEST(GroupsComeBeforeWhatDependsOnThem),
        TEST(IgnoredAndNormalFailuresGoOn),
        TEST(WithoutAnotherControlSet),
        TEST(CriticalFailureStopsTheBoot),
        TEST(SevereFailureFallsBack),
        TEST(CriticalFailureFallsBack),
        TEST(MarkedServicesAreGoneAfterABoot),
        TEST(DriversByTheirKeys),
        TEST(ImagesAreFoundByEveryKindOfPath),
        cmocka_unit_test(DriversNeedThePrivilege),
        cmocka_unit_test(EveryAllocationFails),
    };
    return cmocka_run_group_tests(Tests, MakeFolder, RemoveFolder);
}
