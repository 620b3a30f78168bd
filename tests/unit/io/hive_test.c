/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The file of a loaded hive while it is written: each call of the host on the way fails once, and
 * the process is killed at each; what the name leads to is the old hive or the new one, whole, and
 * the new one where the flush has said so. Also what a hive's file is not written for, and what it
 * keeps when it is.
 *
 * The hive has a number, which is set anew each time, and enough beside it that the file does not
 * fit into one page. The program is linked with --wrap for each function of the table.
 */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cm/cm.h"
#include "dotsys/dotsys.h"
#include "host/host.h"
#include "io/io.h"
#include "ke/ke.h"
#include "machine.h"
#include "mm/mm.h"
#include "rtl/rtl.h"
#include "services.h"

#define HIVE          u"\\Registry\\Machine\\TestHive"
#define COPY          u"\\Registry\\Machine\\TestCopy"
#define FILLING_BYTES 20000u
#define CALLS_LIMIT   200u

/* ---- the host, failing or deadly ------------------------------------------------------------- */

enum {
    NEVER,
    FAIL,
    KILL
};

static int Mode;
static unsigned Calls, ChosenCall;

static BOOLEAN Fails(void)
{
    if (Mode == NEVER || ++Calls != ChosenCall)
        return FALSE;
    if (Mode == KILL)
        raise(SIGKILL);
    return TRUE;
}

#define HOST_CALLS(F)                                                                              \
    F(host_folder_open, EMFILE, (int folder, const char *name, int *opened),                       \
        (folder, name, opened))                                                                    \
    F(host_folder_status, EACCES, (int folder, const char *name, struct host_file_status *status), \
        (folder, name, status))                                                                    \
    F(host_folder_list, EIO, (int folder, bool (*visit)(void *, const char *), void *context),     \
        (folder, visit, context))                                                                  \
    F(host_file_open, EMFILE, (int folder, const char *name, unsigned flags, int *file),           \
        (folder, name, flags, file))                                                               \
    F(host_file_query, EIO, (int file, struct host_file_status *status), (file, status))           \
    F(host_file_resize, ENOSPC, (int file, uint64_t size), (file, size))                           \
    F(host_file_flush, EIO, (int file), (file))                                                    \
    F(host_file_set_read_only, EPERM, (int file, bool read_only), (file, read_only))               \
    F(host_file_set_mark, ENOTSUP, (int file, uint32_t attributes, uint64_t created),              \
        (file, attributes, created))                                                               \
    F(host_folder_rename, EACCES,                                                                  \
        (int from, const char *name, int to, const char *new_name, bool replace),                  \
        (from, name, to, new_name, replace))

#define WRAPPER(name, failure, parameters, arguments)       \
    int __real_##name parameters;                           \
    int __wrap_##name parameters;                           \
    int __wrap_##name parameters                            \
    {                                                       \
        return Fails() ? failure : __real_##name arguments; \
    }
HOST_CALLS(WRAPPER)

int __real_host_file_write_at(
    int file, const void *buffer, size_t size, uint64_t offset, size_t *done);
int __wrap_host_file_write_at(
    int file, const void *buffer, size_t size, uint64_t offset, size_t *done);

/* Fails, and kills, with half of it written. */
int __wrap_host_file_write_at(
    int file, const void *buffer, size_t size, uint64_t offset, size_t *done)
{
    if (Mode != NEVER && Calls + 1 == ChosenCall)
        __real_host_file_write_at(file, buffer, size / 2, offset, done);
    return Fails() ? ENOSPC : __real_host_file_write_at(file, buffer, size, offset, done);
}

/* ---- in the machine -------------------------------------------------------------------------- */

static char Folder[64];
static dotsys_machine *Machine;

static void Open(void)
{
    const dotsys_options Options = {.size = sizeof(Options)};
    const struct machine_host Host = {.drive_c = Folder, .disk = -1, .cmos = -1};
    assert_int_equal(machine_open(&Options, &Host, &Machine), 0);
    assert_int_equal(SysAttach(), STATUS_SUCCESS);
}

static void Close(void)
{
    assert_int_equal(dotsys_machine_close(Machine), 0);
}

/* A path of the host; good until the next call but one. */
static const char *OnHost(const char *Name)
{
    static char Path[2][256];
    static unsigned Turn;
    Turn ^= 1;
    snprintf(Path[Turn], sizeof(Path[Turn]), "%s/%s", Folder, Name);
    return Path[Turn];
}

static void NameIt(UNICODE_STRING *String, OBJECT_ATTRIBUTES *Attributes, const WCHAR *Name)
{
    RtlInitUnicodeString(String, Name);
    InitializeObjectAttributes(
        Attributes, String, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
}

typedef struct CALL {
    const WCHAR *Key, *File;
    ULONG Number;
} CALL;

static NTSTATUS Run(
    NTSTATUS (*Work)(void *Context), const WCHAR *Key, const WCHAR *File, ULONG *Number)
{
    CALL Call = {Key, File, Number != NULL ? *Number : 0};
    NTSTATUS Status = KeEnterKernel(Work, &Call, KernelMode);
    if (Number != NULL)
        *Number = Call.Number;
    return Status;
}

static NTSTATUS OpenIt(const WCHAR *Name, HANDLE *Key)
{
    UNICODE_STRING String;
    OBJECT_ATTRIBUTES Attributes;
    NameIt(&String, &Attributes, Name);
    return ZwCreateKey(Key, KEY_ALL_ACCESS, &Attributes, 0, NULL, 0, NULL);
}

static NTSTATUS SetNumberOf(HANDLE Key, ULONG Number)
{
    UNICODE_STRING Name;
    RtlInitUnicodeString(&Name, u"Number");
    return ZwSetValueKey(Key, &Name, 0, REG_DWORD, &Number, sizeof(Number));
}

static NTSTATUS SaveWork(void *Context)
{
    static UCHAR Filling[FILLING_BYTES];
    const CALL *Call = Context;
    UNICODE_STRING String;
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Key, File;
    NTSTATUS Status = OpenIt(Call->Key, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    RtlInitUnicodeString(&String, u"Filling");
    ZwSetValueKey(Key, &String, 0, REG_BINARY, Filling, sizeof(Filling));
    SetNumberOf(Key, Call->Number);
    NameIt(&String, &Attributes, Call->File);
    Status = ZwCreateFile(&File, GENERIC_WRITE | SYNCHRONIZE, &Attributes, &IoStatus, NULL, 0, 0,
        FILE_OVERWRITE_IF, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
    if (NT_SUCCESS(Status)) {
        Status = ZwSaveKey(Key, File);
        ZwClose(File);
    }
    ZwClose(Key);
    return Status;
}

static NTSTATUS LoadWork(void *Context)
{
    const CALL *Call = Context;
    UNICODE_STRING Key, File;
    OBJECT_ATTRIBUTES Target, Source;
    NameIt(&Key, &Target, Call->Key);
    NameIt(&File, &Source, Call->File);
    return ZwLoadKey(&Target, &Source);
}

static NTSTATUS UnloadWork(void *Context)
{
    const CALL *Call = Context;
    UNICODE_STRING Key;
    OBJECT_ATTRIBUTES Target;
    NameIt(&Key, &Target, Call->Key);
    return ZwUnloadKey(&Target);
}

static NTSTATUS SetWork(void *Context)
{
    const CALL *Call = Context;
    HANDLE Key;
    NTSTATUS Status = OpenIt(Call->Key, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = SetNumberOf(Key, Call->Number);
    ZwClose(Key);
    return Status;
}

static NTSTATUS FlushWork(void *Context)
{
    const CALL *Call = Context;
    HANDLE Key;
    NTSTATUS Status = OpenIt(Call->Key, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ZwFlushKey(Key);
    ZwClose(Key);
    return Status;
}

static NTSTATUS GetWork(void *Context)
{
    CALL *Call = Context;
    KEY_VALUE_PARTIAL_INFORMATION Value;
    UNICODE_STRING Name;
    ULONG Needed;
    HANDLE Key;
    NTSTATUS Status = OpenIt(Call->Key, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    RtlInitUnicodeString(&Name, u"Number");
    Status =
        ZwQueryValueKey(Key, &Name, KeyValuePartialInformation, &Value, sizeof(Value), &Needed);
    memcpy(&Call->Number, Value.Data, sizeof(Call->Number));
    ZwClose(Key);
    return Status;
}

static NTSTATUS Load(void)
{
    return Run(LoadWork, HIVE, u"\\??\\C:\\test.hiv", NULL);
}

static void Set(ULONG Number)
{
    assert_int_equal(Run(SetWork, HIVE, NULL, &Number), STATUS_SUCCESS);
}

/* ---- what is on the host --------------------------------------------------------------------- */

static void CopyOnHost(const char *From, const char *To)
{
    char Command[600];
    snprintf(Command, sizeof(Command), "cp %s %s", OnHost(From), OnHost(To));
    assert_int_equal(system(Command), 0);
}

/* The number in the hive that is in the file now; it must be a whole one. */
static ULONG NumberOnHost(void)
{
    ULONG Number = 0;
    CopyOnHost("test.hiv", "copy.hiv");
    assert_int_equal(Run(LoadWork, COPY, u"\\??\\C:\\copy.hiv", NULL), STATUS_SUCCESS);
    assert_int_equal(Run(GetWork, COPY, NULL, &Number), STATUS_SUCCESS);
    assert_int_equal(Run(UnloadWork, COPY, NULL, NULL), STATUS_SUCCESS);
    assert_int_equal(unlink(OnHost("copy.hiv")), 0);
    return Number;
}

static struct stat StatusOnHost(const char *Name)
{
    struct stat Status = {0};
    assert_int_equal(stat(OnHost(Name), &Status), 0);
    return Status;
}

static int Begin(void **State)
{
    ULONG Number = 1;
    (void)State;
    Mode = NEVER;
    strcpy(Folder, "/tmp/hive_test-XXXXXX");
    assert_non_null(mkdtemp(Folder));
    Open();
    assert_int_equal(
        Run(SaveWork, u"\\Registry\\Machine\\Software\\Seed", u"\\??\\C:\\test.hiv", &Number),
        STATUS_SUCCESS);
    Close();
    return 0;
}

static int End(void **State)
{
    char Command[128];
    (void)State;
    snprintf(Command, sizeof(Command), "rm -rf %s", Folder);
    return system(Command);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void EveryCallFailsOnce(void **State)
{
    BOOLEAN Reached = TRUE;
    ULONG Refused = 0;
    (void)State;
    Open();
    assert_int_equal(Load(), STATUS_SUCCESS);
    for (ULONG Number = 2; Reached; Number += 2) {
        assert_true(Number < 2 * CALLS_LIMIT);
        Set(Number);
        Calls = 0;
        ChosenCall = Number / 2;
        Mode = FAIL;
        NTSTATUS Status = Run(FlushWork, HIVE, NULL, NULL);
        Mode = NEVER;
        Reached = Calls >= ChosenCall;
        const ULONG There = NumberOnHost();
        assert_true(
            There == Number || (There == (Number == 2 ? 1 : Number - 1) && !NT_SUCCESS(Status)));
        Refused += !NT_SUCCESS(Status);
        /* What was refused is not forgotten. */
        assert_int_equal(Run(FlushWork, HIVE, NULL, NULL), STATUS_SUCCESS);
        assert_int_equal(NumberOnHost(), Number);
        assert_int_not_equal(access(OnHost("test.hiv.~new"), F_OK), 0);
        Set(Number + 1);
        assert_int_equal(Run(FlushWork, HIVE, NULL, NULL), STATUS_SUCCESS);
    }
    assert_true(Refused > 5);
    assert_int_equal(Run(UnloadWork, HIVE, NULL, NULL), STATUS_SUCCESS);
    Close();
}

static void EveryCallFailsOnceAtUnload(void **State)
{
    NTSTATUS Status = STATUS_UNSUCCESSFUL;
    (void)State;
    Open();
    assert_int_equal(Load(), STATUS_SUCCESS);
    for (ULONG Call = 1; !NT_SUCCESS(Status); Call++) {
        ULONG Number = 0;
        assert_true(Call < CALLS_LIMIT);
        Set(2);
        Calls = 0;
        ChosenCall = Call;
        Mode = FAIL;
        Status = Run(UnloadWork, HIVE, NULL, NULL);
        Mode = NEVER;
        if (!NT_SUCCESS(Status)) { /* it is there, as it was */
            assert_int_equal(Run(GetWork, HIVE, NULL, &Number), STATUS_SUCCESS);
            assert_int_equal(Number, 2);
            assert_int_equal(Load(), STATUS_SHARING_VIOLATION);
        }
    }
    assert_int_equal(NumberOnHost(), 2);
    Close();
}

/* Flushing, unloading and loading again; the work is done by then. */
static NTSTATUS WorkShort(unsigned Turn)
{
    switch (Turn) {
    case 0:
        return Run(FlushWork, HIVE, NULL, NULL);
    case 1:
        return Run(UnloadWork, HIVE, NULL, NULL);
    default:
        return Load();
    }
}

/* *Reached: an allocation has failed. */
static NTSTATUS RunShort(unsigned Turn, ULONG Number, BOOLEAN *Reached)
{
    MmFailAllocation((LONG)Number, FALSE);
    NTSTATUS Status = WorkShort(Turn);
    *Reached = MmAllocationCount() >= Number;
    MmFailAllocation(-1, FALSE);
    return Status;
}

static void EveryAllocationFailsOnce(void **State)
{
    ULONG Value = 2, Refused = 0;
    (void)State;
    Open();
    assert_int_equal(Load(), STATUS_SUCCESS);
    for (unsigned Turn = 0; Turn < 3; Turn++) {
        NTSTATUS Status;
        BOOLEAN Reached = TRUE;
        for (ULONG Number = 1; Reached; Number++) {
            assert_true(Number < 10000);
            if (Turn < 2)
                Set(++Value);
            Status = RunShort(Turn, Number, &Reached);
            if (NT_SUCCESS(Status)) {
                assert_int_equal(NumberOnHost(), Value);
                if (Turn != 0 && Reached) /* it has gone on without that allocation */
                    assert_int_equal(Turn == 1 ? Load() : WorkShort(1), STATUS_SUCCESS);
                continue;
            }
            assert_int_equal(Status, STATUS_INSUFFICIENT_RESOURCES);
            Refused++;
        }
    }
    assert_true(Refused > 20);
    assert_int_equal(NumberOnHost(), Value);
    assert_int_equal(Run(UnloadWork, HIVE, NULL, NULL), STATUS_SUCCESS);
    Close();
}

/* FALSE: the call was not reached, and the flush has been told to be done. */
static BOOLEAN IsKilledAt(unsigned Call, ULONG Number)
{
    int Status;
    fflush(NULL);
    pid_t Child = fork();
    assert_true(Child >= 0);
    if (Child == 0) {
        Open();
        BOOLEAN Done =
            Load() == STATUS_SUCCESS && Run(SetWork, HIVE, NULL, &Number) == STATUS_SUCCESS;
        Calls = 0;
        ChosenCall = Call;
        Mode = KILL;
        _exit(Done && Run(FlushWork, HIVE, NULL, NULL) == STATUS_SUCCESS ? 0 : 1);
    }
    assert_int_equal(waitpid(Child, &Status, 0), Child);
    if (WIFSIGNALED(Status)) {
        assert_int_equal(WTERMSIG(Status), SIGKILL);
        return TRUE;
    }
    assert_int_equal(Status, 0);
    return FALSE;
}

static void KilledAtEveryCall(void **State)
{
    ULONG Before = 1;
    BOOLEAN Killed = TRUE, Changed = FALSE;
    (void)State;
    for (unsigned Call = 1; Killed; Call++) {
        assert_true(Call < CALLS_LIMIT);
        const ULONG Number = Call + 1;
        Killed = IsKilledAt(Call, Number);
        Open();
        const ULONG There = NumberOnHost();
        Close();
        assert_true(There == Number || (There == Before && Killed));
        Changed |= Killed && There == Number; /* after the new file has taken its place */
        Before = There;
    }
    assert_true(Changed);
}

/* The file's identity changes with each writing. */
static void OnlyChangesAreWritten(void **State)
{
    (void)State;
    Open();
    const struct stat Before = StatusOnHost("test.hiv");
    assert_int_equal(Load(), STATUS_SUCCESS);
    assert_int_equal(Run(FlushWork, HIVE, NULL, NULL), STATUS_SUCCESS);
    assert_int_equal(Run(UnloadWork, HIVE, NULL, NULL), STATUS_SUCCESS);
    assert_int_equal(StatusOnHost("test.hiv").st_ino, Before.st_ino);
    assert_int_equal(Load(), STATUS_SUCCESS);
    Set(7);
    assert_int_equal(Run(UnloadWork, HIVE, NULL, NULL), STATUS_SUCCESS);
    assert_int_not_equal(StatusOnHost("test.hiv").st_ino, Before.st_ino);
    assert_int_equal(NumberOnHost(), 7);
    Close();
}

static void TheEndOfTheMachineWrites(void **State)
{
    (void)State;
    Open();
    assert_int_equal(Load(), STATUS_SUCCESS);
    Set(9);
    Close();
    Open();
    assert_int_equal(NumberOnHost(), 9);
    Close();
}

/*
 * A file that may not be written is no hive to load; one that turns read-only later keeps what it
 * has, and the keys stay.
 */
static void AReadOnlyFileStays(void **State)
{
    (void)State;
    Open();
    assert_int_equal(chmod(OnHost("test.hiv"), 0444), 0);
    assert_int_equal(Load(), STATUS_ACCESS_DENIED);
    assert_int_equal(chmod(OnHost("test.hiv"), 0644), 0);
    assert_int_equal(Load(), STATUS_SUCCESS);
    Set(3);
    assert_int_equal(chmod(OnHost("test.hiv"), 0444), 0);
    assert_int_equal(Run(FlushWork, HIVE, NULL, NULL), STATUS_ACCESS_DENIED);
    assert_int_equal(Run(UnloadWork, HIVE, NULL, NULL), STATUS_ACCESS_DENIED);
    assert_int_equal(chmod(OnHost("test.hiv"), 0644), 0);
    assert_int_equal(NumberOnHost(), 1);
    assert_int_equal(Run(UnloadWork, HIVE, NULL, NULL), STATUS_SUCCESS);
    assert_int_equal(NumberOnHost(), 3);
    Close();
}

int main(void)
{
    const struct CMUnitTest Tests[] = {
        cmocka_unit_test_setup_teardown(EveryCallFailsOnce, Begin, End),
        cmocka_unit_test_setup_teardown(EveryCallFailsOnceAtUnload, Begin, End),
        cmocka_unit_test_setup_teardown(EveryAllocationFailsOnce, Begin, End),
        cmocka_unit_test_setup_teardown(KilledAtEveryCall, Begin, End),
        cmocka_unit_test_setup_teardown(OnlyChangesAreWritten, Begin, End),
        cmocka_unit_test_setup_teardown(TheEndOfTheMachineWrites, Begin, End),
        cmocka_unit_test_setup_teardown(AReadOnlyFileStays, Begin, End),
    };
    return cmocka_run_group_tests(Tests, NULL, NULL);
}
