/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The msjdrvr driver's asynchronous request, cancelled at every moment there is: several threads
 * send it on handles of their own and wait, cancel, or close the handle at once.
 *
 *     msjdrvr_cancel MSJDRVR.sys [ROUNDS [SEED]]
 *
 * Each request must end: with the sector, or cancelled. At the end the driver must have left
 * nothing behind.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <windows.h>

#include "dotsys/dotsys.h"
#include "drivers/msjdrvr/msjdrvr.h"

#define THREADS     4
#define CALLS       4
#define PATIENCE_MS 60000
#define PENDING     0x103u
#define CANCELLED   0xC0000120u

struct call {
    OVERLAPPED overlapped;
    unsigned char sector[MSJDRVR_SECTOR_BYTES];
};

static unsigned rounds = 2000, first_seed;
static unsigned char mbr[MSJDRVR_SECTOR_BYTES];
static atomic_uint failures, findings, cancelled, complete;

#define FAIL(...)                                                          \
    (fprintf(stderr, "msjdrvr_cancel: " __VA_ARGS__), fputc('\n', stderr), \
        atomic_fetch_add(&failures, 1))

static HANDLE open_device(DWORD flags)
{
    HANDLE device = CreateFileA(MSJDRVR_USER_NAME, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE,
        NULL, OPEN_EXISTING, flags, NULL);
    if (device == INVALID_HANDLE_VALUE)
        FAIL("CreateFile: error %u", GetLastError());
    return device;
}

static void check(const struct call *call)
{
    DWORD status = (DWORD)call->overlapped.Internal;
    if (status == CANCELLED)
        atomic_fetch_add(&cancelled, 1);
    else if (status != 0 || call->overlapped.InternalHigh != sizeof(mbr) ||
        memcmp(call->sector, mbr, sizeof(mbr)) != 0)
        FAIL("status %08x, %zu bytes", status, (size_t)call->overlapped.InternalHigh);
    else
        atomic_fetch_add(&complete, 1);
}

static void run_round(struct call *calls, unsigned *seed)
{
    HANDLE device = open_device(FILE_FLAG_OVERLAPPED);
    unsigned count = 1 + (unsigned)rand_r(seed) % CALLS, how = (unsigned)rand_r(seed) % 4;
    if (device == INVALID_HANDLE_VALUE)
        return;
    for (unsigned i = 0; i < count; i++) {
        struct call *call = &calls[i];
        ResetEvent(call->overlapped.hEvent);
        call->overlapped.Internal = PENDING;
        if (!DeviceIoControl(device, IOCTL_MSJDRVR_READ_MBR_ASYNC, NULL, 0, call->sector,
                sizeof(call->sector), NULL, &call->overlapped) &&
            GetLastError() != ERROR_IO_PENDING)
            FAIL("READ_MBR_ASYNC: error %u", GetLastError());
    }
    if (rand_r(seed) & 1)
        sched_yield();
    if (how == 0 && !CancelIo(device))
        FAIL("CancelIo: error %u", GetLastError());
    if (how == 1)
        CancelIoEx(device, &calls[count - 1].overlapped); /* ERROR_NOT_FOUND: it was over */
    if (how != 3)
        CloseHandle(device);
    for (unsigned i = 0; i < count; i++) {
        if (WaitForSingleObject(calls[i].overlapped.hEvent, PATIENCE_MS) == WAIT_OBJECT_0)
            check(&calls[i]);
        else
            FAIL("a request never ended");
    }
    if (how == 3)
        CloseHandle(device);
}

static void *run_thread(void *argument)
{
    unsigned seed = first_seed * 1000 + (unsigned)(uintptr_t)argument;
    struct call *calls = calloc(CALLS, sizeof(*calls));
    if (calls == NULL)
        abort();
    for (unsigned i = 0; i < CALLS; i++)
        calls[i].overlapped.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
    for (unsigned i = 0; i < rounds && atomic_load(&failures) == 0; i++)
        run_round(calls, &seed);
    for (unsigned i = 0; i < CALLS; i++)
        CloseHandle(calls[i].overlapped.hEvent);
    if (atomic_load(&failures) == 0)
        free(calls);
    return NULL;
}

static void run_threads(void)
{
    pthread_t threads[THREADS];
    HANDLE device = open_device(0);
    DWORD returned = 0;
    if (device == INVALID_HANDLE_VALUE)
        return;
    if (!DeviceIoControl(
            device, IOCTL_MSJDRVR_READ_MBR, NULL, 0, mbr, sizeof(mbr), &returned, NULL) ||
        returned != sizeof(mbr))
        FAIL("READ_MBR: error %u", GetLastError());
    CloseHandle(device);
    for (unsigned i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, run_thread, (void *)(uintptr_t)i) != 0)
            abort();
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

static void on_finding(void *context, const dotsys_finding *finding)
{
    (void)context;
    fprintf(stderr, "msjdrvr_cancel: %s\n", finding->text);
    atomic_fetch_add(&findings, 1);
}

int main(int argc, char **argv)
{
    const dotsys_options options = {.size = sizeof(options), .finding = on_finding};
    dotsys_machine *machine;
    first_seed = argc > 3 ? (unsigned)atoi(argv[3]) : (unsigned)getpid();
    if (argc > 2)
        rounds = (unsigned)atoi(argv[2]);
    if (argc < 2 || rounds == 0) {
        fprintf(stderr, "Usage: msjdrvr_cancel MSJDRVR.sys [ROUNDS [SEED]]\n");
        return 2;
    }
    if (dotsys_machine_open(&options, &machine) != DOTSYS_OK ||
        dotsys_driver_start(machine, "msjdrvr", argv[1]) != DOTSYS_OK) {
        fprintf(stderr, "msjdrvr_cancel: %s\n", dotsys_last_message());
        return 1;
    }
    run_threads();
    if (dotsys_machine_stopped(machine, NULL))
        FAIL("the machine has stopped");
    dotsys_machine_close(machine);
    printf("seed %u: %u complete, %u cancelled, %u failures, %u findings\n", first_seed,
        atomic_load(&complete), atomic_load(&cancelled), atomic_load(&failures),
        atomic_load(&findings));
    return atomic_load(&failures) != 0 || atomic_load(&findings) != 0;
}
