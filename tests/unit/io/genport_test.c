/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * genport with clients of both word sizes at once, and with allocations failing one after the
 * other. The driver owns four ports at 0x300, behind which there is a device of ours: four bytes of
 * memory.
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
#include "dotsys/port.h"
#include "io/io.h"
#include "rtl/rtl.h"
#include "services.h"

#define BASE 0x300
#define PORTS 4
#define ROUNDS 2000

enum {
    READ_UCHAR = 0x9c406400, WRITE_UCHAR = 0x9c40a440,
    READ_PTR_UCHAR = 0x9c406480, READ_PTR_ULONG = 0x9c406488, WRITE_PTR_UCHAR = 0x9c40a4c0,
};

struct access32 {
    uint32_t port, data;
};

struct access64 {
    uint64_t port;
    uint32_t data, padding;
};

static uint8_t memory[PORTS];
static unsigned findings;
static char last_finding[512];
static char genport[512], genport_classic[512];

static uint32_t read_memory(void *context, uint16_t offset, unsigned bytes)
{
    uint32_t value = 0;
    (void)context;
    for (unsigned i = 0; i < bytes; i++)
        value |= (uint32_t)__atomic_load_n(&memory[offset + i], __ATOMIC_RELAXED) << i * 8;
    return value;
}

static void write_memory(void *context, uint16_t offset, unsigned bytes, uint32_t value)
{
    (void)context;
    for (unsigned i = 0; i < bytes; i++)
        __atomic_store_n(&memory[offset + i], (uint8_t)(value >> i * 8), __ATOMIC_RELAXED);
}

static void no_log(void *context, const dotsys_log_line *line)
{
    (void)context, (void)line;
}

static void note(void *context, const dotsys_finding *finding)
{
    (void)context;
    findings++;
    snprintf(last_finding, sizeof(last_finding), "%s", finding->text);
}

static dotsys_machine *open_machine(void)
{
    const dotsys_options options = {.size = sizeof(options), .log = no_log, .finding = note};
    const dotsys_port_device device = {.size = sizeof(device),
        .name = "memory",
        .base = BASE,
        .count = PORTS,
        .read = read_memory,
        .write = write_memory};
    dotsys_machine *machine;
    findings = 0;
    memset(memory, 0, sizeof(memory));
    assert_int_equal(dotsys_machine_open(&options, &machine), 0);
    assert_int_equal(dotsys_port_attach(machine, &device), 0);
    return machine;
}

static NTSTATUS open_device(HANDLE *handle)
{
    UNICODE_STRING name = RTL_STRING(u"\\??\\GpdDev");
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK io_status;
    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    return SysCreateFile(handle, GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE, &attributes,
        &io_status, NULL, 0, FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN,
        FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
}

/* *Count: the bytes that came back. */
static NTSTATUS control(HANDLE handle, ULONG code, void *input, ULONG input_bytes, void *output,
    ULONG output_bytes, ULONG *count)
{
    IO_STATUS_BLOCK io_status = {.Information = 0};
    NTSTATUS status = SysDeviceIoControlFile(
        handle, NULL, NULL, NULL, &io_status, code, input, input_bytes, output, output_bytes);
    *count = NT_SUCCESS(status) ? (ULONG)io_status.Information : 0;
    return status;
}

/* ---- both word sizes ------------------------------------------------------------------------- */

/* A client thread: what went wrong first, or NULL. Each has a port of its own. */
struct client {
    pthread_t thread;
    EPROCESS *process; /* NULL: the program's own */
    unsigned port;
    const char *wrong;
};

static const char *use_as_32_bit(HANDLE handle, unsigned port, uint8_t value)
{
    struct access32 access = {port, value};
    ULONG count;
    if (control(handle, WRITE_PTR_UCHAR, &access, sizeof(access), NULL, 0, &count) !=
            STATUS_SUCCESS ||
        count != 0)
        return "write";
    access.data = 0;
    if (control(handle, READ_PTR_UCHAR, &access, sizeof(access), &access, sizeof(access), &count) !=
        STATUS_SUCCESS)
        return "read";
    if (count != sizeof(access) || access.port != port || access.data != value)
        return "what was read";
    /* The structure of the others is too long, whatever it holds. */
    struct access64 wide = {port, value, 0};
    if (control(handle, WRITE_PTR_UCHAR, &wide, sizeof(wide), NULL, 0, &count) !=
        STATUS_INVALID_PARAMETER)
        return "the structure of a 64-bit client is taken";
    return NULL;
}

static const char *use_as_64_bit(HANDLE handle, unsigned port, uint8_t value)
{
    struct access64 access = {port, value, 0};
    ULONG count;
    if (control(handle, WRITE_PTR_UCHAR, &access, sizeof(access), NULL, 0, &count) !=
            STATUS_SUCCESS ||
        count != 0)
        return "write";
    access.data = 0;
    if (control(handle, READ_PTR_UCHAR, &access, sizeof(access), &access, sizeof(access), &count) !=
        STATUS_SUCCESS)
        return "read";
    if (count != sizeof(access) || access.port != port || access.data != value)
        return "what was read";
    struct access32 narrow = {port, value};
    if (control(handle, WRITE_PTR_UCHAR, &narrow, sizeof(narrow), NULL, 0, &count) !=
        STATUS_INVALID_PARAMETER)
        return "the structure of a 32-bit client is taken";
    return NULL;
}

/* The plain requests are the same for both. */
static const char *use_plainly(HANDLE handle, unsigned port, uint8_t value)
{
    struct access32 input = {port, value};
    ULONG count;
    uint8_t got = 0;
    if (control(handle, WRITE_UCHAR, &input, 5, NULL, 0, &count) != STATUS_SUCCESS || count != 0)
        return "plain write";
    if (control(handle, READ_UCHAR, &input, 4, &got, 1, &count) != STATUS_SUCCESS || count != 1 ||
        got != value)
        return "plain read";
    return NULL;
}

static void *run_client(void *context)
{
    struct client *client = context;
    HANDLE handle;
    if (client->process != NULL && PsAttachHostThread(client->process) != STATUS_SUCCESS) {
        client->wrong = "no thread";
        return NULL;
    }
    if (open_device(&handle) != STATUS_SUCCESS) {
        client->wrong = "no device";
        return NULL;
    }
    for (unsigned round = 0; round < ROUNDS && client->wrong == NULL; round++) {
        uint8_t value = (uint8_t)(round * 7 + client->port);
        client->wrong = client->process != NULL ? use_as_32_bit(handle, client->port, value)
                                                : use_as_64_bit(handle, client->port, value);
        if (client->wrong == NULL)
            client->wrong = use_plainly(handle, client->port, (uint8_t)~value);
    }
    SysClose(handle);
    return NULL;
}

static EPROCESS *narrow_process;

static NTSTATUS make_narrow_process(void *context)
{
    (void)context;
    return PsiCreateClientProcess(
        (HANDLE)0x7000031, (HANDLE)4242, "/opt/narrow", NULL, FALSE, TRUE, &narrow_process);
}

static NTSTATUS end_narrow_process(void *context)
{
    (void)context;
    PsiEndProcess(narrow_process, 0);
    return STATUS_SUCCESS;
}

static void serves_both_word_sizes_at_once(void **state)
{
    (void)state;
    dotsys_machine *machine = open_machine();
    assert_int_equal(dotsys_driver_start(machine, "genport", genport), 0);
    assert_int_equal(KeEnterKernel(make_narrow_process, NULL, KernelMode), STATUS_SUCCESS);
    struct client clients[PORTS];
    for (unsigned i = 0; i < PORTS; i++) {
        clients[i] = (struct client){.process = i % 2 == 0 ? narrow_process : NULL, .port = i};
        assert_int_equal(pthread_create(&clients[i].thread, NULL, run_client, &clients[i]), 0);
    }
    for (unsigned i = 0; i < PORTS; i++) {
        pthread_join(clients[i].thread, NULL);
        if (clients[i].wrong != NULL)
            fail_msg("the %s-bit client of port %u: %s", clients[i].process != NULL ? "32" : "64",
                i, clients[i].wrong);
    }
    KeEnterKernel(end_narrow_process, NULL, KernelMode);
    assert_int_equal(dotsys_driver_stop(machine, "genport"), 0);
    assert_int_equal(findings, 0);
    assert_int_equal(dotsys_machine_close(machine), 0);
}

/* What the whole structure of a 32-bit program must not be taken for. */
static const char *use_classic(HANDLE handle)
{
    struct access32 access = {2, 0x5A};
    ULONG count;
    if (control(handle, WRITE_PTR_UCHAR, &access, sizeof(access), NULL, 0, &count) !=
        STATUS_INVALID_PARAMETER)
        return "write";
    if (control(handle, READ_PTR_ULONG, &access, sizeof(access), &access, sizeof(access), &count) !=
        STATUS_INVALID_PARAMETER)
        return "read";
    return use_plainly(handle, 2, 0x5A); /* without a pointer all is well */
}

static void *run_classic(void *context)
{
    struct client *client = context;
    HANDLE handle;
    if (PsAttachHostThread(client->process) != STATUS_SUCCESS ||
        open_device(&handle) != STATUS_SUCCESS) {
        client->wrong = "no device";
        return NULL;
    }
    client->wrong = use_classic(handle);
    SysClose(handle);
    return NULL;
}

static void without_asking_a_32_bit_client_fails(void **state)
{
    (void)state;
    dotsys_machine *machine = open_machine();
    assert_int_equal(dotsys_driver_start(machine, "genport_classic", genport_classic), 0);
    assert_int_equal(KeEnterKernel(make_narrow_process, NULL, KernelMode), STATUS_SUCCESS);
    struct client client = {.process = narrow_process};
    assert_int_equal(pthread_create(&client.thread, NULL, run_classic, &client), 0);
    pthread_join(client.thread, NULL);
    if (client.wrong != NULL)
        fail_msg("%s", client.wrong);
    KeEnterKernel(end_narrow_process, NULL, KernelMode);
    assert_int_equal(dotsys_machine_close(machine), 0);
}

/* ---- failing allocations --------------------------------------------------------------------- */

static BOOLEAN count_block(const EX_POOL_BLOCK *block, void *context)
{
    (void)block;
    ++*(unsigned *)context;
    return TRUE;
}

static NTSTATUS count_blocks(void *context)
{
    ExEnumeratePool(count_block, context);
    return STATUS_SUCCESS;
}

static unsigned pool_blocks(void)
{
    unsigned count = 0;
    KeEnterKernel(count_blocks, &count, KernelMode);
    return count;
}

static void use_genport(void)
{
    HANDLE handle;
    if (!NT_SUCCESS(open_device(&handle)))
        return;
    use_as_64_bit(handle, 1, 0x11);
    assert_int_equal(SysClose(handle), STATUS_SUCCESS);
}

/* One life of the driver with allocation Number failing, and with Forever all after it. TRUE: it
 * was reached. */
static bool life_with_failure(LONG number, BOOLEAN forever)
{
    dotsys_machine *machine = open_machine();
    assert_int_equal(dotsys_driver_start(machine, "genport", genport), 0);
    use_genport();
    assert_int_equal(dotsys_driver_stop(machine, "genport"), 0);
    unsigned before = pool_blocks();
    MmFailAllocation(number, forever);
    if (dotsys_driver_start(machine, "genport", genport) == 0) {
        use_genport();
        assert_int_equal(dotsys_driver_stop(machine, "genport"), 0);
    }
    bool reached = MmAllocationCount() >= (ULONG)number;
    MmFailAllocation(-1, FALSE);
    /* Deleting a link takes memory, as on Windows: without it the link stays and is reported. */
    bool link_left = findings == 1 && strstr(last_finding, "SymbolicLink") != NULL;
    if (dotsys_machine_stopped(machine, NULL) || (findings != 0 && !link_left))
        fail_msg("allocation %d failing%s: %s", number, forever ? " for good" : "",
            findings != 0 ? last_finding : "stopped");
    if (pool_blocks() != before && !link_left)
        fail_msg("allocation %d failing: %d blocks of the kernel leaked", number,
            (int)(pool_blocks() - before));
    /* Nobody has the ports: the next one can. */
    if (!link_left)
        assert_int_equal(dotsys_driver_start(machine, "genport", genport), 0);
    dotsys_machine_close(machine);
    return reached;
}

static void every_allocation_fails(void **state)
{
    (void)state;
    for (int forever = 0; forever < 2; forever++) {
        LONG number = 1;
        while (life_with_failure(number, forever != 0))
            number++;
        assert_true(number > 5);
    }
}

int main(void)
{
    const char *build = getenv("DOTSYS_TEST_BUILD");
    snprintf(genport, sizeof(genport), "%s/drivers/x64/free/genport.sys",
        build != NULL ? build : "build");
    snprintf(genport_classic, sizeof(genport_classic), "%s/tests/kernel/x64/genport_classic.sys",
        build != NULL ? build : "build");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serves_both_word_sizes_at_once),
        cmocka_unit_test(without_asking_a_32_bit_client_fails),
        cmocka_unit_test(every_allocation_fails),
    };
    return cmocka_run_group_tests_name("io/genport", tests, NULL, NULL);
}
