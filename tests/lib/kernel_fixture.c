/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See kernel_fixture.h. Stacks and KPCRs of its threads are not mm's, so that a test may let any
 * page allocation fail. */
#include "kernel_fixture.h"

#include "exports/exports.h"
#include "ke/server.h"
#include "ldr/ldr.h"

#define FIXTURE_SERVERS 8

struct fixture_thread {
    KTHREAD Thread;
    KI_PCR *Pcr;
    UCHAR *Stack;
    fixture_body Body;
    void *Argument;
    NTSTATUS Status;
    host_thread Host;
};

ULONG LdrTargetVersion = EXPORT_OS_WIN10;
KE_BUGCHECK fixture_last_bugcheck;
unsigned fixture_bugchecks;
static struct fixture_thread *fixture_main;
static struct fixture_thread *fixture_servers[FIXTURE_SERVERS];
static unsigned fixture_server_count;
static KI_PCR fixture_boot;

static void fixture_report(const KE_BUGCHECK *Bugcheck)
{
    fixture_last_bugcheck = *Bugcheck;
    fixture_bugchecks++;
}

/* ---- threads --------------------------------------------------------------------------------- */

static struct fixture_thread *fixture_make_thread(void)
{
    struct fixture_thread *Made = calloc(1, sizeof(*Made));
    Made->Pcr = aligned_alloc(
        PAGE_SIZE, (sizeof(KI_PCR) + PAGE_SIZE - 1) & ~(SIZE_T)(PAGE_SIZE - 1));
    Made->Stack = aligned_alloc(PAGE_SIZE, KE_STACK_BYTES);
    memset(Made->Pcr, 0, sizeof(*Made->Pcr));
    Made->Thread.Pcr = Made->Pcr;
    Made->Thread.StackLimit = Made->Stack;
    Made->Thread.StackBase = Made->Stack + KE_STACK_BYTES;
    KeInitializeThread(&Made->Thread);
    return Made;
}

static void fixture_free_thread(struct fixture_thread *Made)
{
    free(Made->Pcr);
    free(Made->Stack);
    free(Made);
}

static NTSTATUS fixture_rundown(void *Argument)
{
    KeRundownThread(Argument);
    return STATUS_SUCCESS;
}

static void fixture_detach(struct fixture_thread *Made)
{
    KeEnterKernel(fixture_rundown, &Made->Thread, KernelMode);
    ExFlushMagazines(Made->Pcr);
    KeUnbindThread(&Made->Thread);
    host_thread_disarm_faults();
}

static NTSTATUS fixture_run(void *Argument)
{
    struct fixture_thread *Made = Argument;
    Made->Body(Made->Argument);
    return STATUS_SUCCESS;
}

static void fixture_entry(void *Argument)
{
    struct fixture_thread *Made = Argument;
    KI_PCR Boot;
    KeBindBootPcr(&Boot);
    Made->Thread.SystemThread = TRUE;
    KeBindThread(&Made->Thread);
    Made->Status = KeEnterKernel(fixture_run, Made, KernelMode);
    fixture_detach(Made);
}

struct fixture_thread *fixture_thread_start(fixture_body body, void *argument)
{
    struct fixture_thread *Made = fixture_make_thread();
    Made->Body = body;
    Made->Argument = argument;
    assert_int_equal(host_thread_create(&Made->Host, fixture_entry, Made), 0);
    return Made;
}

KTHREAD *fixture_thread_object(struct fixture_thread *thread)
{
    return &thread->Thread;
}

NTSTATUS fixture_thread_join(struct fixture_thread *thread)
{
    host_thread_join(thread->Host);
    NTSTATUS Status = thread->Status;
    fixture_free_thread(thread);
    return Status;
}

/* ---- server threads of ke: ps's part --------------------------------------------------------- */

typedef struct FIXTURE_SERVER_CALL {
    PKSTART_ROUTINE Routine;
    void *Context;
} FIXTURE_SERVER_CALL;

static void fixture_serve(void *Argument)
{
    FIXTURE_SERVER_CALL Call = *(FIXTURE_SERVER_CALL *)Argument;
    free(Argument);
    Call.Routine(Call.Context);
}

static KTHREAD *fixture_prepare_server(void)
{
    return &fixture_make_thread()->Thread;
}

static NTSTATUS fixture_start_server(KTHREAD *Thread, PKSTART_ROUTINE Routine, void *Context)
{
    struct fixture_thread *Made = CONTAINING_RECORD(Thread, struct fixture_thread, Thread);
    FIXTURE_SERVER_CALL *Call = malloc(sizeof(*Call));
    *Call = (FIXTURE_SERVER_CALL){Routine, Context};
    Made->Body = fixture_serve;
    Made->Argument = Call;
    if (fixture_server_count == FIXTURE_SERVERS ||
        host_thread_create(&Made->Host, fixture_entry, Made) != 0) {
        free(Call);
        fixture_free_thread(Made);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    fixture_servers[fixture_server_count++] = Made;
    return STATUS_SUCCESS;
}

static void fixture_end_servers(void)
{
    KeStopServers();
    while (fixture_server_count > 0)
        fixture_thread_join(fixture_servers[--fixture_server_count]);
}

/* ---- up and down ----------------------------------------------------------------------------- */

NTSTATUS fixture_start(void)
{
    KeBugCheckReporter = fixture_report;
    fixture_bugchecks = 0;
    memset(&fixture_last_bugcheck, 0, sizeof(fixture_last_bugcheck));
    KeBindBootPcr(&fixture_boot);
    NTSTATUS Status = KeInitialize();
    if (NT_SUCCESS(Status)) {
        Status = MmInitialize();
        if (NT_SUCCESS(Status))
            Status = ExInitialize();
        else
            KeTerminate();
    }
    KeBindBootPcr(NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    KePrepareThread = fixture_prepare_server;
    KeStartThread = fixture_start_server;
    fixture_main = fixture_make_thread();
    KeBindThread(&fixture_main->Thread);
    return STATUS_SUCCESS;
}

void fixture_stop(void)
{
    MmFailAllocation(-1, FALSE);
    fixture_end_servers();
    fixture_detach(fixture_main);
    fixture_free_thread(fixture_main);
    fixture_main = NULL;
    KeBindBootPcr(&fixture_boot);
    KeTerminate();
    MmTerminate();
    KeBindBootPcr(NULL);
}

int fixture_setup(void **state)
{
    (void)state;
    fake_host_reset();
    return NT_SUCCESS(fixture_start()) ? 0 : -1;
}

int fixture_teardown(void **state)
{
    (void)state;
    unsigned Blocks = fixture_pool_blocks();
    KIRQL Irql = KiGetIrql();
    fixture_stop();
    if (Blocks != 0)
        print_error("%u pool blocks were left\n", Blocks);
    if (Irql != PASSIVE_LEVEL)
        print_error("IRQL %d was left\n", Irql);
    if (fake_host_private_bytes() != 0)
        print_error("%zu bytes of the host's memory were left\n", fake_host_private_bytes());
    if (fake_host_complaints()[0] != 0)
        print_error("%s\n", fake_host_complaints());
    return Blocks == 0 && Irql == PASSIVE_LEVEL && fake_host_private_bytes() == 0 &&
            fake_host_complaints()[0] == 0
        ? 0
        : -1;
}

static BOOLEAN fixture_count(const EX_POOL_BLOCK *Block, void *Context)
{
    (void)Block;
    ++*(unsigned *)Context;
    return TRUE;
}

unsigned fixture_pool_blocks(void)
{
    unsigned Count = 0;
    ExEnumeratePool(fixture_count, &Count);
    return Count;
}

/* ---- in the kernel --------------------------------------------------------------------------- */

NTSTATUS fixture_enter(fixture_body body, void *argument)
{
    struct fixture_thread Call = {.Body = body, .Argument = argument};
    return KeEnterKernel(fixture_run, &Call, KernelMode);
}

ULONG fixture_bugcheck(fixture_body body, void *argument)
{
    NTSTATUS Status = fixture_enter(body, argument);
    const KE_BUGCHECK *Bugcheck = KeGetBugCheck();
    ULONG Code = Bugcheck != NULL ? Bugcheck->Code : 0;
    assert_int_equal(Status, Code != 0 ? STATUS_HOST_DOWN : STATUS_SUCCESS);
    KiResetBugCheck();
    KiStopped = 0;
    return Code;
}

/* The exception is found by a walk over the frames between body and here. */
static __attribute__((noinline)) NTSTATUS fixture_catch(void *Argument)
{
    struct fixture_thread *Call = Argument;
    KE_GUARD Guard;
    NTSTATUS Status = KE_TRY(&Guard);
    if (Status == STATUS_SUCCESS) {
        Call->Body(Call->Argument);
        KeEndTry(&Guard);
    }
    return Status;
}

NTSTATUS fixture_raised(fixture_body body, void *argument)
{
    struct fixture_thread Call = {.Body = body, .Argument = argument};
    return KeEnterKernel(fixture_catch, &Call, KernelMode);
}
