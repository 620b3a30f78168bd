/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Many short-lived clients of the machine that DOTSYS_MACHINE names, which has the driver transfer.
 * Most of them end without taking leave: killed at any moment, or without closing what they have.
 *
 *     served_herd cycles COUNT [SEED]      COUNT clients, one after the other: connect, open, a
 *                                          request, close or not, the end
 *     served_herd load SECONDS [SEED]      eight at a time under load, each killed after a while,
 *                                          and another takes its place
 *     served_herd one                      a client that does each thing once, and must get each
 *                                          right
 *
 * Exit status: 0: every request that ended said what it must.
 */
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "windows.h"
#include "winioctl.h"

#define REVERSE(method) CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, method, FILE_ANY_ACCESS)
#define WAIT CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_BUFFERED, FILE_ANY_ACCESS)

#define MOST_BYTES 20000u
#define HERD 8
#define THREADS 2
#define WRONG 77 /* exit status of a client that was told something wrong */

struct random {
    unsigned state;
};

static unsigned below(struct random *random, unsigned limit)
{
    return (unsigned)rand_r(&random->state) % limit;
}

static void __attribute__((noreturn)) wrong(const char *what)
{
    fprintf(stderr, "served_herd: %s: last error %u\n", what, (unsigned)GetLastError());
    _exit(WRONG);
}

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- What a client does ---------------------------------------------------------------------- */

static HANDLE open_device(DWORD flags)
{
    HANDLE device = CreateFileA("\\\\.\\Transfer", GENERIC_READ | GENERIC_WRITE,
        FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, flags, NULL);

    if (device == INVALID_HANDLE_VALUE)
        wrong("CreateFile");
    return device;
}

static const char *const methods[] = {
    "a buffered request", "an in-direct request", "an out-direct request", "a neither request"};

/* One request, by any method and of any size; what comes back must be right. */
static void transfer(HANDLE device, struct random *random)
{
    unsigned char in[MOST_BYTES], out[MOST_BYTES];
    DWORD method = below(random, 4),
          size = 1 + below(random, below(random, 4) == 0 ? MOST_BYTES : 64), got;

    for (DWORD i = 0; i < size; i++)
        in[i] = out[i] = (unsigned char)(i * 31 + method);
    if (!DeviceIoControl(device, REVERSE(method), in, size, out, size, &got, NULL) || got != size)
        wrong(methods[method]);
    for (DWORD i = 0; method != METHOD_IN_DIRECT && i < size; i++) {
        if (out[i] == (unsigned char)((size - 1 - i) * 31 + method))
            continue;
        fprintf(stderr, "served_herd: %s of %u bytes at %p to %p: byte %u is %02x\n",
            methods[method], (unsigned)size, (void *)in, (void *)out, (unsigned)i, out[i]);
        wrong("other bytes came back");
    }
}

/* A request that stays, and perhaps is cancelled. */
static void leave_pending(HANDLE device, struct random *random)
{
    static OVERLAPPED overlapped;
    DWORD got;

    overlapped = (OVERLAPPED){.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL)};
    if (DeviceIoControl(device, WAIT, NULL, 0, NULL, 0, NULL, &overlapped) ||
        GetLastError() != ERROR_IO_PENDING)
        wrong("a request that should pend");
    if (below(random, 2) == 0)
        return;
    if (!CancelIo(device) || GetOverlappedResult(device, &overlapped, &got, TRUE) ||
        GetLastError() != ERROR_OPERATION_ABORTED)
        wrong("cancelling");
    CloseHandle(overlapped.hEvent);
}

static void WINAPI nothing(ULONG_PTR value)
{
    (void)value;
}

/* Objects of the kernel's that have a client's name or thread in them; the thread has an APC then.
 * The event. */
static HANDLE make_objects(struct random *random, HANDLE *self)
{
    HANDLE event = CreateEventA(NULL, FALSE, FALSE, "served herd"),
           mutex = CreateMutexA(NULL, below(random, 2) == 0, "served mutex");
    HKEY key;

    if (event == NULL || mutex == NULL)
        wrong("an object");
    if (!DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), self, 0,
            FALSE, DUPLICATE_SAME_ACCESS) ||
        QueueUserAPC(nothing, *self, 1) == 0)
        wrong("QueueUserAPC");
    if (RegOpenKeyExA(HKEY_LOCAL_MACHINE, "SOFTWARE", 0, KEY_NOTIFY, &key) != ERROR_SUCCESS ||
        RegNotifyChangeKeyValue(key, TRUE, REG_NOTIFY_CHANGE_NAME, event, TRUE) != ERROR_SUCCESS)
        wrong("RegNotifyChangeKeyValue");
    return event;
}

static void use_objects(struct random *random)
{
    HANDLE self, event = make_objects(random, &self);

    if (below(random, 4) == 0)
        SuspendThread(self); /* nobody resumes it */
    if (below(random, 4) == 0)
        WaitForSingleObject(event, INFINITE);
    if (SleepEx(0, TRUE) != WAIT_IO_COMPLETION)
        wrong("SleepEx");
}

static void *work(void *argument)
{
    struct random random = *(const struct random *)argument;
    HANDLE device = open_device(0);

    for (;;)
        transfer(device, &random);
    return NULL;
}

/* Until it is killed. */
static void __attribute__((noreturn)) live_under_load(struct random *random)
{
    struct random other = {random->state * 7 + 1};
    pthread_t thread;

    for (int i = 1; i < THREADS; i++) {
        if (pthread_create(&thread, NULL, work, &other) != 0)
            wrong("no thread");
    }
    HANDLE device = open_device(0), overlapped = open_device(FILE_FLAG_OVERLAPPED);
    for (;;) {
        transfer(device, random);
        if (below(random, 50) == 0)
            leave_pending(overlapped, random);
        if (below(random, 200) == 0)
            use_objects(random);
        if (below(random, 20) == 0) {
            CloseHandle(device);
            device = open_device(0);
        }
    }
}

/* One of the ways a client of `cycles` goes; one in four is killed in the middle of whatever it
 * does. */
static void __attribute__((noreturn)) live_shortly(struct random *random)
{
    HANDLE device = open_device(0);

    transfer(device, random);
    switch (below(random, 8)) {
    case 0:
        leave_pending(open_device(FILE_FLAG_OVERLAPPED), random);
        break;
    case 1:
        use_objects(random);
        break;
    case 2:
        raise(SIGKILL);
        break;
    case 3:
        DeviceIoControl(device, WAIT, NULL, 0, NULL, 0, NULL, NULL);
        break; /* cancelled by its end: it never comes here */
    case 4:
        _exit(0);
    default:
        CloseHandle(device);
        break;
    }
    _exit(0);
}

/* ---- The herd -------------------------------------------------------------------------------- */

static pid_t start(void (*live)(struct random *random), struct random *random)
{
    struct random own = {(unsigned)rand_r(&random->state)};
    pid_t child = fork();

    if (child == 0)
        live(&own);
    if (child < 0)
        exit(1);
    return child;
}

static void sleep_us(unsigned us)
{
    const struct timespec time = {us / 1000000, us % 1000000 * 1000};

    nanosleep(&time, NULL);
}

/* False: it was told something wrong. */
static bool collect(pid_t child)
{
    int status;

    if (waitpid(child, &status, 0) != child)
        exit(1);
    return WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0;
}

static bool run_cycles(unsigned long count, struct random *random)
{
    bool right = true;

    for (unsigned long i = 0; i < count && right; i++) {
        pid_t child = start(live_shortly, random);
        sleep_us(below(random, 2500));
        kill(child, SIGKILL); /* it may have ended: it is ours until it has been waited for */
        right = collect(child);
    }
    return right;
}

static bool run_load(unsigned long seconds, struct random *random)
{
    const uint64_t until = now_ms() + seconds * 1000;
    pid_t herd[HERD];
    bool right = true;
    unsigned long killed = 0;

    for (unsigned i = 0; i < HERD; i++)
        herd[i] = start(live_under_load, random);
    while (now_ms() < until && right) {
        unsigned which = below(random, HERD);
        sleep_us(1000 + below(random, 30000));
        kill(herd[which], SIGKILL);
        right = collect(herd[which]);
        herd[which] = start(live_under_load, random);
        killed++;
    }
    for (unsigned i = 0; i < HERD; i++) {
        kill(herd[i], SIGKILL);
        right &= collect(herd[i]);
    }
    printf("%lu clients were killed\n", killed + HERD);
    return right;
}

static bool run_one(struct random *random)
{
    HANDLE device = open_device(FILE_FLAG_OVERLAPPED), plain = open_device(0), self;

    for (unsigned i = 0; i < 100; i++)
        transfer(plain, random);
    leave_pending(device, random);
    CancelIo(device);
    CloseHandle(device);
    CloseHandle(plain);
    make_objects(random, &self);
    if (SleepEx(0, TRUE) != WAIT_IO_COMPLETION)
        wrong("SleepEx");
    return true;
}

int main(int argc, char **argv)
{
    struct random random = {argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 1};
    unsigned long number = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

    if (argc == 2 && strcmp(argv[1], "one") == 0)
        return run_one(&random) ? 0 : 1;
    if (argc > 2 && strcmp(argv[1], "cycles") == 0)
        return run_cycles(number, &random) ? 0 : 1;
    if (argc > 2 && strcmp(argv[1], "load") == 0)
        return run_load(number, &random) ? 0 : 1;
    fprintf(stderr, "usage: served_herd cycles COUNT [SEED] | load SECONDS [SEED] | one\n");
    return 2;
}
