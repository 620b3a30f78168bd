/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Requests under pressure: many threads on one handle, cancellation racing with everything, buffers
 * that end at pages that are not there. DOTSYS_TEST_BUILD names the build folder the drivers are
 * in.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "dotsys/dotsys.h"
#include "io/io.h"
#include "rtl/rtl.h"
#include "services.h"

#define HAMMER_THREADS 4
#define HAMMER_ROUNDS 20000
#define CANCEL_ROUNDS 5000
#define PAGE 4096u

static char Build[400];
static dotsys_machine *Machine;
static HANDLE Shared;

static void Quiet(void *Context, const dotsys_log_line *Line)
{
    (void)Context;
    (void)Line;
}

static void OpenOn(const char *Driver, const WCHAR *Device)
{
    char Path[600];
    UNICODE_STRING Name;
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    const dotsys_options Options = {.size = sizeof(Options), .log = Quiet};
    const char *Slash = strrchr(Driver, '/');
    snprintf(Path, sizeof(Path), "%s/%s.sys", Build, Driver);
    assert_int_equal(dotsys_machine_open(&Options, &Machine), 0);
    assert_int_equal(dotsys_driver_start(Machine, Slash + 1, Path), 0);
    Name.Buffer = (WCHAR *)(uintptr_t)Device;
    Name.Length = Name.MaximumLength = (USHORT)(RtlpWcsLength(Device) * sizeof(WCHAR));
    InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    assert_int_equal(SysCreateFile(&Shared, GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE, &Attributes,
                         &IoStatus, NULL, 0, 0, FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0),
        STATUS_SUCCESS);
}

static void CloseAll(int Findings)
{
    assert_false(dotsys_machine_stopped(Machine, NULL));
    assert_int_equal(SysClose(Shared), STATUS_SUCCESS);
    assert_int_equal(dotsys_machine_close(Machine), Findings);
}

static void *Hammer(void *Argument)
{
    long Bad = 0;
    char Buffer[8];
    IO_STATUS_BLOCK IoStatus;
    for (int Round = 0; Round < HAMMER_ROUNDS; Round++) {
        Bad += SysWriteFile(Shared, NULL, NULL, NULL, &IoStatus, (char[]){"abcdefgh"}, 8, NULL,
                   NULL) != STATUS_SUCCESS;
        Bad += SysReadFile(Shared, NULL, NULL, NULL, &IoStatus, Buffer, 8, NULL, NULL) !=
                STATUS_SUCCESS ||
            IoStatus.Information != 8 || memcmp(Buffer, "abcdefgh", 8) != 0;
    }
    *(long *)Argument = Bad;
    return NULL;
}

static void ThreadsShareOneHandle(void **State)
{
    (void)State;
    pthread_t Thread[HAMMER_THREADS];
    long Bad[HAMMER_THREADS];
    OpenOn("drivers/x64/free/hello", u"\\??\\HelloDrv");
    for (int Index = 0; Index < HAMMER_THREADS; Index++)
        assert_int_equal(pthread_create(&Thread[Index], NULL, Hammer, &Bad[Index]), 0);
    for (int Index = 0; Index < HAMMER_THREADS; Index++) {
        pthread_join(Thread[Index], NULL);
        assert_int_equal(Bad[Index], 0);
    }
    CloseAll(0);
}

static _Atomic int Pending;

/* Sends requests the driver keeps until they are cancelled. */
static void *Pend(void *Argument)
{
    long Bad = 0;
    IO_STATUS_BLOCK IoStatus;
    for (int Round = 0; Round < CANCEL_ROUNDS; Round++)
        Bad += SysDeviceIoControlFile(Shared, NULL, NULL, NULL, &IoStatus, *(ULONG *)Argument, NULL,
                   0, NULL, 0) != STATUS_CANCELLED;
    *(ULONG *)Argument = (ULONG)Bad;
    Pending = 0;
    return NULL;
}

static void CancellingRacesWithPending(void **State)
{
    (void)State;
    pthread_t Thread;
    IO_STATUS_BLOCK IoStatus;
    ULONG CodeThenBad = 0x222004; /* the code never_complete sets a cancel routine for */
    unsigned long Found = 0;
    OpenOn("tests/kernel/x64/never_complete", u"\\??\\NeverComplete");
    Pending = 1;
    assert_int_equal(pthread_create(&Thread, NULL, Pend, &CodeThenBad), 0);
    while (Pending) {
        NTSTATUS Status = SysCancelIoFileEx(Shared, NULL, &IoStatus);
        assert_true(Status == STATUS_SUCCESS || Status == STATUS_NOT_FOUND);
        Found += Status == STATUS_SUCCESS;
    }
    pthread_join(Thread, NULL);
    assert_int_equal(CodeThenBad, 0);
    assert_true(Found >= CANCEL_ROUNDS); /* each call cancels the one request there is */
    CloseAll(0);
}

/* A page of memory followed by one that refuses what Protection leaves out. */
static char *TwoPages(int Protection)
{
    char *Pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(Pages, MAP_FAILED);
    assert_int_equal(mprotect(Pages + PAGE, PAGE, Protection), 0);
    return Pages;
}

/* Every length up to what the driver takes, the last byte fitting or the first not. */
static void BuffersEndAtMissingPages(void **State)
{
    (void)State;
    IO_STATUS_BLOCK IoStatus;
    char *Gone = TwoPages(PROT_NONE), *Fixed = TwoPages(PROT_READ);
    OpenOn("drivers/x64/free/hello", u"\\??\\HelloDrv");
    for (ULONG Length = 1; Length <= 1024; Length++) {
        char *Fits = Gone + PAGE - Length;
        memset(Fits, (int)Length, Length);
        assert_int_equal(
            SysWriteFile(Shared, NULL, NULL, NULL, &IoStatus, Fits, Length, NULL, NULL),
            STATUS_SUCCESS);
        assert_int_equal(IoStatus.Information, Length);
        memset(Fits, 0, Length);
        assert_int_equal(SysReadFile(Shared, NULL, NULL, NULL, &IoStatus, Fits, Length, NULL, NULL),
            STATUS_SUCCESS);
        assert_true(Fits[0] == (char)Length && Fits[Length - 1] == (char)Length);
        assert_int_equal(
            SysWriteFile(Shared, NULL, NULL, NULL, &IoStatus, Fits + 1, Length, NULL, NULL),
            STATUS_ACCESS_VIOLATION);
        assert_int_equal(
            SysReadFile(Shared, NULL, NULL, NULL, &IoStatus, Fits + 1, Length, NULL, NULL),
            STATUS_ACCESS_VIOLATION);
        assert_int_equal(SysReadFile(Shared, NULL, NULL, NULL, &IoStatus, Fixed + PAGE + 1 - Length,
                             Length, NULL, NULL),
            STATUS_ACCESS_VIOLATION);
    }
    CloseAll(0);
    munmap(Gone, 2 * PAGE);
    munmap(Fixed, 2 * PAGE);
}

static NTSTATUS SendPnp(void *Nothing)
{
    UNICODE_STRING Name;
    IO_STATUS_BLOCK IoStatus;
    FILE_OBJECT *File;
    DEVICE_OBJECT *Device;
    KEVENT Done;
    (void)Nothing;
    RtlInitUnicodeString(&Name, u"\\Device\\HELLODRV_Ver2");
    KeInitializeEvent(&Done, NotificationEvent, FALSE);
    NTSTATUS Status = IoGetDeviceObjectPointer(&Name, FILE_READ_DATA, &File, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    IRP *Irp = IoBuildSynchronousFsdRequest(IRP_MJ_PNP, Device, NULL, 0, NULL, &Done, &IoStatus);
    if (Irp != NULL) {
        Irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
        IoGetNextIrpStackLocation(Irp)->MinorFunction = IRP_MN_QUERY_CAPABILITIES;
        Status = IofCallDriver(Device, Irp);
    }
    ObfDereferenceObject(File);
    return Status;
}

/* The classic listing's loop over the major functions ends one short. */
static void UnsetSlotsAnswer(void **State)
{
    (void)State;
    OpenOn("tests/kernel/x64/hello_classic", u"\\Device\\HELLODRV_Ver2");
    assert_int_equal(KeEnterKernel(SendPnp, NULL, KernelMode), STATUS_INVALID_DEVICE_REQUEST);
    CloseAll(1); /* its leak */
}

int main(void)
{
    const char *Folder = getenv("DOTSYS_TEST_BUILD");
    snprintf(Build, sizeof(Build), "%s", Folder != NULL ? Folder : "build");
    const struct CMUnitTest Tests[] = {
        cmocka_unit_test(ThreadsShareOneHandle),
        cmocka_unit_test(CancellingRacesWithPending),
        cmocka_unit_test(BuffersEndAtMissingPages),
        cmocka_unit_test(UnsetSlotsAnswer),
    };
    return cmocka_run_group_tests(Tests, NULL, NULL);
}
