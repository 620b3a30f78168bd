/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The embedded machine as a program uses it, with real drivers: life cycle, allocations failing one
 * after the other, containment of drivers that stop the machine, and threads at once.
 * DOTSYS_TEST_BUILD names the build folder the drivers are in.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dotsys/dotsys.h"
#include "io/io.h"
#include "rtl/rtl.h"
#include "services.h"

static char HelloPath[512], DefectFolder[512];

static void Quiet(void *Context, const dotsys_log_line *Line)
{
    (void)Context;
    (void)Line;
}

static unsigned Findings;
static char LastFinding[512];

static void Note(void *Context, const dotsys_finding *Finding)
{
    (void)Context;
    Findings++;
    snprintf(LastFinding, sizeof(LastFinding), "%s", Finding->text);
}

static dotsys_machine *Open(void)
{
    dotsys_machine *Machine;
    const dotsys_options Options = {.size = sizeof(Options), .log = Quiet, .finding = Note};
    Findings = 0;
    assert_int_equal(dotsys_machine_open(&Options, &Machine), 0);
    return Machine;
}

static NTSTATUS OpenDevice(const WCHAR *Path, HANDLE *Handle)
{
    UNICODE_STRING Name;
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    Name.Buffer = (WCHAR *)(uintptr_t)Path;
    Name.Length = Name.MaximumLength = (USHORT)(RtlpWcsLength(Path) * sizeof(WCHAR));
    InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    return SysCreateFile(Handle, GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE, &Attributes, &IoStatus,
        NULL, 0, FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT, NULL,
        0);
}

/* Every request on one handle; statuses are the driver's business, staying alive is ours. */
static void UseHello(void)
{
    HANDLE Handle;
    IO_STATUS_BLOCK IoStatus;
    char Buffer[64];
    if (!NT_SUCCESS(OpenDevice(u"\\??\\HelloDrv", &Handle)))
        return;
    NTSTATUS Status = SysWriteFile(
        Handle, NULL, NULL, NULL, &IoStatus, (char[]){"hello"}, 5, NULL, NULL);
    assert_true(Status == STATUS_SUCCESS || Status == STATUS_INSUFFICIENT_RESOURCES);
    Status = SysReadFile(Handle, NULL, NULL, NULL, &IoStatus, Buffer, sizeof(Buffer), NULL, NULL);
    assert_true(Status == STATUS_SUCCESS || Status == STATUS_INSUFFICIENT_RESOURCES);
    Status = SysDeviceIoControlFile(
        Handle, NULL, NULL, NULL, &IoStatus, 0x222000, Buffer, 8, Buffer, 8);
    assert_true(Status == STATUS_INVALID_DEVICE_REQUEST || Status == STATUS_INSUFFICIENT_RESOURCES);
    assert_int_equal(SysClose(Handle), STATUS_SUCCESS);
}

static void OpensAndClosesAgain(void **State)
{
    (void)State;
    for (int Round = 0; Round < 20; Round++) {
        dotsys_machine *Machine = Open(), *Second;
        assert_int_equal(dotsys_machine_open(NULL, &Second), STATUS_ALREADY_REGISTERED);
        assert_int_equal(dotsys_driver_start(Machine, "hello", HelloPath), 0);
        UseHello();
        assert_int_equal(
            dotsys_driver_start(Machine, "hello", HelloPath), STATUS_IMAGE_ALREADY_LOADED);
        if (Round % 2 == 0)
            assert_int_equal(dotsys_driver_stop(Machine, "hello"), 0);
        assert_int_equal(dotsys_machine_close(Machine), 0);
    }
}

static void RefusesBadOptions(void **State)
{
    (void)State;
    dotsys_machine *Machine;
    const dotsys_options Options = {.size = sizeof(Options), .os = "win95"};
    assert_int_equal(dotsys_machine_open(&Options, &Machine), STATUS_INVALID_PARAMETER);
    assert_null(Machine);
    assert_true(strlen(dotsys_last_message()) > 0);
}

static void MissingFileAndMissingDriver(void **State)
{
    (void)State;
    dotsys_machine *Machine = Open();
    dotsys_status Status = dotsys_driver_start(Machine, "none", "/nonexistent/none.sys");
    assert_int_equal(Status, STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(dotsys_status_win32(Status), 2);
    assert_non_null(strstr(dotsys_last_message(), "none.sys"));
    assert_int_equal(dotsys_driver_stop(Machine, "none"), STATUS_OBJECT_NAME_NOT_FOUND);
    dotsys_machine_close(Machine);
}

static BOOLEAN CountBlock(const EX_POOL_BLOCK *Block, void *Context)
{
    (void)Block;
    ++*(unsigned *)Context;
    return TRUE;
}

static NTSTATUS CountBlocks(void *Context)
{
    ExEnumeratePool(CountBlock, Context);
    return STATUS_SUCCESS;
}

static unsigned PoolBlocks(void)
{
    unsigned Count = 0;
    KeEnterKernel(CountBlocks, &Count, KernelMode);
    return Count;
}

/* One whole life of the driver with allocation Number failing (and with Forever all later ones).
 * TRUE: it was reached. */
static BOOLEAN LifeWithFailure(LONG Number, BOOLEAN Forever)
{
    dotsys_machine *Machine = Open();
    /* A first life undisturbed: tables the kernel makes once and keeps are there before the
     * count. */
    assert_int_equal(dotsys_driver_start(Machine, "hello", HelloPath), 0);
    UseHello();
    assert_int_equal(dotsys_driver_stop(Machine, "hello"), 0);
    unsigned Before = PoolBlocks();
    MmFailAllocation(Number, Forever);
    if (dotsys_driver_start(Machine, "hello", HelloPath) == 0) {
        UseHello();
        assert_int_equal(dotsys_driver_stop(Machine, "hello"), 0);
    }
    BOOLEAN Reached = MmAllocationCount() >= (ULONG)Number;
    MmFailAllocation(-1, FALSE);
    const char *Report;
    if (dotsys_machine_stopped(Machine, &Report))
        fail_msg("allocation %d failing%s stopped the machine:\n%s", Number,
            Forever ? " for good" : "", Report);
    /* Deleting a link looks its name up, which takes memory, as on Windows: without it the link
     * stays and is reported. */
    BOOLEAN LinkLeft = Findings == 1 && strstr(LastFinding, "SymbolicLink") != NULL;
    if (Findings != 0 && !LinkLeft)
        fail_msg("allocation %d failing%s: %s", Number, Forever ? " for good" : "", LastFinding);
    if (PoolBlocks() != Before && !LinkLeft)
        fail_msg("allocation %d failing%s: %d blocks of the kernel leaked", Number,
            Forever ? " for good" : "", (int)(PoolBlocks() - Before));
    dotsys_machine_close(Machine);
    return Reached;
}

static void EveryAllocationFailsOnce(void **State)
{
    (void)State;
    LONG Number = 1;
    while (LifeWithFailure(Number, FALSE))
        Number++;
    assert_true(Number > 20); /* there were some */
}

static void EveryAllocationFailsForGood(void **State)
{
    (void)State;
    LONG Number = 1;
    while (LifeWithFailure(Number, TRUE))
        Number++;
    assert_true(Number > 5);
}

static void StoppedMachineIsContained(void **State)
{
    (void)State;
    char Path[600];
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;
    const char *Report;
    for (int Round = 0; Round < 5; Round++) {
        dotsys_machine *Machine = Open();
        snprintf(Path, sizeof(Path), "%s/null_deref.sys", DefectFolder);
        assert_int_equal(dotsys_driver_start(Machine, "null_deref", Path), 0);
        assert_int_equal(OpenDevice(u"\\??\\NullDeref", &Handle), STATUS_SUCCESS);
        assert_false(dotsys_machine_stopped(Machine, NULL));
        assert_int_equal(
            SysDeviceIoControlFile(Handle, NULL, NULL, NULL, &IoStatus, 0x222000, Path, 4, Path, 4),
            STATUS_HOST_DOWN);
        assert_true(dotsys_machine_stopped(Machine, &Report));
        assert_non_null(strstr(Report, "BUGCHECK 0x0000003B SYSTEM_SERVICE_EXCEPTION"));
        assert_non_null(strstr(Report, "null_deref.sys"));
        assert_int_equal(SysClose(Handle), STATUS_HOST_DOWN);
        assert_int_equal(OpenDevice(u"\\??\\NullDeref", &Handle), STATUS_HOST_DOWN);
        dotsys_machine_close(Machine);
    }
    dotsys_machine *Machine = Open(); /* and the next one is as new */
    assert_int_equal(dotsys_driver_start(Machine, "hello", HelloPath), 0);
    UseHello();
    assert_int_equal(dotsys_machine_close(Machine), 0);
}

static const dotsys_pool_usage *Find(
    const dotsys_pool_usage *Usage, size_t Count, const char *Driver, const char *Tag)
{
    for (size_t Index = 0; Index < Count; Index++) {
        if (strcmp(Usage[Index].driver, Driver) == 0 && strcmp(Usage[Index].tag, Tag) == 0)
            return &Usage[Index];
    }
    return NULL;
}

/* pool_leak allocates 100 bytes tagged "Leak" on each request and keeps them. */
static void PoolIsCountedByTagAndDriver(void **State)
{
    (void)State;
    static dotsys_pool_usage Usage[512];
    char Path[600];
    HANDLE Handle;
    IO_STATUS_BLOCK IoStatus;
    dotsys_machine *Machine = Open();
    snprintf(Path, sizeof(Path), "%s/pool_leak.sys", DefectFolder);
    assert_int_equal(dotsys_driver_start(Machine, "pool_leak", Path), 0);
    assert_int_equal(OpenDevice(u"\\??\\PoolLeak", &Handle), STATUS_SUCCESS);
    for (unsigned Request = 1; Request <= 3; Request++) {
        SysDeviceIoControlFile(Handle, NULL, NULL, NULL, &IoStatus, 0x222000, NULL, 0, NULL, 0);
        const dotsys_pool_usage *Leak = Find(
            Usage, dotsys_pool_query(Machine, Usage, 512), "pool_leak", "Leak");
        assert_non_null(Leak);
        assert_int_equal(Leak->blocks, Request);
        assert_int_equal(Leak->bytes, Request * 100);
        assert_false(Leak->paged);
    }
    SysClose(Handle);
    assert_int_equal(dotsys_machine_close(Machine), 3);
}

/* Whatever a client passes, it gets a status and the machine goes on. */
static void BadPointersAreErrors(void **State)
{
    (void)State;
    dotsys_machine *Machine = Open();
    HANDLE Handle;
    IO_STATUS_BLOCK IoStatus;
    char Buffer[16];
    void *const Unmapped = (void *)0x1000;
    void *const System = (void *)(MM_SYSTEM_BASE + 0x40000);
    void *const Beyond = (void *)0xFFFFF80000000000;
    void *const Bad[] = {NULL, Unmapped, System, Beyond, (void *)~(uintptr_t)7};
    assert_int_equal(dotsys_driver_start(Machine, "hello", HelloPath), 0);
    assert_int_equal(OpenDevice(u"\\??\\HelloDrv", &Handle), STATUS_SUCCESS);
    assert_int_equal(
        SysWriteFile(Handle, NULL, NULL, NULL, &IoStatus, (char[]){"12345678"}, 8, NULL, NULL),
        STATUS_SUCCESS);
    for (size_t Index = 0; Index < sizeof(Bad) / sizeof(Bad[0]); Index++) {
        void *Pointer = Bad[Index];
        assert_int_equal(SysWriteFile(Handle, NULL, NULL, NULL, &IoStatus, Pointer, 8, NULL, NULL),
            STATUS_ACCESS_VIOLATION);
        assert_int_equal(SysReadFile(Handle, NULL, NULL, NULL, &IoStatus, Pointer, 8, NULL, NULL),
            STATUS_ACCESS_VIOLATION);
        for (ULONG Method = METHOD_BUFFERED; Method <= METHOD_OUT_DIRECT; Method++) {
            ULONG Code = 0x222000 | Method;
            assert_int_equal(SysDeviceIoControlFile(
                                 Handle, NULL, NULL, NULL, &IoStatus, Code, Pointer, 8, NULL, 0),
                STATUS_ACCESS_VIOLATION);
            assert_int_equal(SysDeviceIoControlFile(
                                 Handle, NULL, NULL, NULL, &IoStatus, Code, NULL, 0, Pointer, 8),
                STATUS_ACCESS_VIOLATION);
        }
        NTSTATUS Status = SysReadFile(Handle, NULL, NULL, NULL, Pointer, Buffer, 8, NULL, NULL);
        assert_true(Status == STATUS_ACCESS_VIOLATION || Status == STATUS_SUCCESS);
        assert_int_equal(SysCreateFile(Pointer, GENERIC_READ, NULL, &IoStatus, NULL, 0, 0,
                             FILE_OPEN, 0, NULL, 0),
            STATUS_ACCESS_VIOLATION);
        assert_false(NT_SUCCESS(SysCreateFile(
            &Handle, GENERIC_READ, Pointer, &IoStatus, NULL, 0, 0, FILE_OPEN, 0, NULL, 0)));
        assert_false(NT_SUCCESS(SysClose(Pointer)));
        assert_false(NT_SUCCESS(SysSetEvent(Pointer, NULL)));
    }
    /* The longest buffers there are, wrapping around the end of memory. */
    assert_false(NT_SUCCESS(SysDeviceIoControlFile(
        Handle, NULL, NULL, NULL, &IoStatus, 0x222000, Buffer, ~0u, Buffer, ~0u)));
    assert_false(NT_SUCCESS(SysDeviceIoControlFile(
        Handle, NULL, NULL, NULL, &IoStatus, 0x222001, Buffer, ~0u, Buffer, ~0u)));
    assert_false(dotsys_machine_stopped(Machine, NULL));
    assert_int_equal(
        SysReadFile(Handle, NULL, NULL, NULL, &IoStatus, Buffer, 8, NULL, NULL), STATUS_SUCCESS);
    assert_memory_equal(Buffer, "12345678", 8);
    assert_int_equal(SysClose(Handle), STATUS_SUCCESS);
    assert_int_equal(dotsys_machine_close(Machine), 0);
}

#define THREADS 8
#define ROUNDS 500

static void *Client(void *Argument)
{
    unsigned Good = 0;
    for (int Round = 0; Round < ROUNDS; Round++) {
        HANDLE Handle;
        IO_STATUS_BLOCK IoStatus;
        char Buffer[8];
        if (!NT_SUCCESS(OpenDevice(u"\\??\\HelloDrv", &Handle)))
            continue;
        NTSTATUS Write = SysWriteFile(
            Handle, NULL, NULL, NULL, &IoStatus, (char[]){"12345678"}, 8, NULL, NULL);
        NTSTATUS Read = SysReadFile(Handle, NULL, NULL, NULL, &IoStatus, Buffer, 8, NULL, NULL);
        Good += NT_SUCCESS(Write) && NT_SUCCESS(Read) && IoStatus.Information == 8 &&
            memcmp(Buffer, "12345678", 8) == 0;
        SysClose(Handle);
    }
    *(unsigned *)Argument = Good;
    return NULL;
}

static void ThreadsShareADevice(void **State)
{
    (void)State;
    dotsys_machine *Machine = Open();
    pthread_t Thread[THREADS];
    unsigned Good[THREADS] = {0};
    assert_int_equal(dotsys_driver_start(Machine, "hello", HelloPath), 0);
    for (int Index = 0; Index < THREADS; Index++)
        assert_int_equal(pthread_create(&Thread[Index], NULL, Client, &Good[Index]), 0);
    for (int Index = 0; Index < THREADS; Index++)
        pthread_join(Thread[Index], NULL);
    for (int Index = 0; Index < THREADS; Index++)
        assert_int_equal(Good[Index], ROUNDS);
    assert_int_equal(dotsys_machine_close(Machine), 0);
}

static void UnloadWaitsForHandles(void **State)
{
    (void)State;
    HANDLE Handle;
    uintptr_t Base;
    size_t Size;
    dotsys_machine *Machine = Open();
    assert_int_equal(dotsys_driver_start(Machine, "hello", HelloPath), 0);
    assert_int_equal(OpenDevice(u"\\??\\HelloDrv", &Handle), STATUS_SUCCESS);
    assert_int_equal(dotsys_driver_stop(Machine, "hello"), STATUS_PENDING);
    HANDLE Second;
    assert_int_equal(OpenDevice(u"\\??\\HelloDrv", &Second), STATUS_NO_SUCH_DEVICE);
    assert_true(dotsys_driver_image(Machine, "hello", &Base, &Size));
    assert_int_equal(SysClose(Handle), STATUS_SUCCESS);
    assert_false(dotsys_driver_image(Machine, "hello", &Base, &Size));
    assert_int_equal(dotsys_driver_start(Machine, "hello", HelloPath), 0);
    assert_int_equal(dotsys_machine_close(Machine), 0);
}

int main(void)
{
    const char *Folder = getenv("DOTSYS_TEST_BUILD");
    if (Folder == NULL)
        Folder = "build";
    snprintf(HelloPath, sizeof(HelloPath), "%s/drivers/x64/free/hello.sys", Folder);
    snprintf(DefectFolder, sizeof(DefectFolder), "%s/tests/kernel/x64", Folder);
    const struct CMUnitTest Tests[] = {
        cmocka_unit_test(OpensAndClosesAgain),
        cmocka_unit_test(RefusesBadOptions),
        cmocka_unit_test(MissingFileAndMissingDriver),
        cmocka_unit_test(UnloadWaitsForHandles),
        cmocka_unit_test(EveryAllocationFailsOnce),
        cmocka_unit_test(EveryAllocationFailsForGood),
        cmocka_unit_test(StoppedMachineIsContained),
        cmocka_unit_test(PoolIsCountedByTagAndDriver),
        cmocka_unit_test(BadPointersAreErrors),
        cmocka_unit_test(ThreadsShareADevice),
    };
    return cmocka_run_group_tests(Tests, NULL, NULL);
}
