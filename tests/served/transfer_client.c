/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A client of transfer.sys: what reaches its memory by every method, and what does not. With "wait"
 * it sends a request that stays pending and says so, with "suspend" it stops itself, with "notify"
 * it waits for a key to change; whoever runs it ends it then. With "places" the driver touches
 * memory at the addresses named. Its last line is "N passed, N failed".
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "windows.h"
#include "winioctl.h"

#define REVERSE(method) CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, method, FILE_ANY_ACCESS)
#define SUM CTL_CODE(FILE_DEVICE_UNKNOWN, 0x801, METHOD_NEITHER, FILE_ANY_ACCESS)
#define WAIT CTL_CODE(FILE_DEVICE_UNKNOWN, 0x802, METHOD_BUFFERED, FILE_ANY_ACCESS)

struct sum {
    void *address;
    SIZE_T length;
};

static _Atomic int passed, failed;

static void check(bool holds, const char *what)
{
    if (holds) {
        passed++;
        return;
    }
    failed++;
    printf("failed: %s (last error %u)\n", what, (unsigned)GetLastError());
}

static HANDLE open_device(DWORD flags)
{
    HANDLE device = CreateFileA("\\\\.\\Transfer", GENERIC_READ | GENERIC_WRITE,
        FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, flags, NULL);

    check(device != INVALID_HANDLE_VALUE, "the device opens");
    return device;
}

static void test_methods(HANDLE device, size_t size)
{
    unsigned char *in = malloc(size), *out = malloc(size);
    DWORD got;

    for (unsigned method = 0; method < 4; method++) {
        for (size_t i = 0; i < size; i++)
            in[i] = out[i] = (unsigned char)(i * 7 + method);
        BOOL done = DeviceIoControl(
            device, REVERSE(method), in, (DWORD)size, out, (DWORD)size, &got, NULL);
        check(done && got == size, "a request succeeds");
        bool right = true;
        for (size_t i = 0; i < size && method != METHOD_IN_DIRECT; i++)
            right &= out[i] == (unsigned char)((size - 1 - i) * 7 + method);
        check(right, "the bytes come back");
    }
    free(in);
    free(out);
}

static void test_bad_pointers(HANDLE device)
{
    unsigned char *page = mmap(
        NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    unsigned char in[64] = {1};
    DWORD got;

    munmap(page + 4096, 4096);
    for (unsigned method = 0; method < 4; method++) {
        bool direct = method == METHOD_IN_DIRECT || method == METHOD_OUT_DIRECT;
        SetLastError(0);
        check(!DeviceIoControl(device, REVERSE(method), in, 64, page + 4096 - 32, 64, &got, NULL) &&
                  GetLastError() == ERROR_NOACCESS,
            "an output that ends in nothing");
        SetLastError(0);
        check(direct ||
                (!DeviceIoControl(
                     device, REVERSE(method), page + 4096 - 32, 64, in, 64, &got, NULL) &&
                    GetLastError() == ERROR_NOACCESS),
            "an input that ends in nothing");
    }
    mprotect(page, 4096, PROT_READ);
    SetLastError(0);
    check(!DeviceIoControl(device, REVERSE(METHOD_NEITHER), in, 64, page, 64, &got, NULL) &&
            GetLastError() == ERROR_NOACCESS,
        "an output that is read-only");
    munmap(page, 4096);
}

static void test_pointer_in_structure(HANDLE device)
{
    unsigned char *data = malloc(100000);
    struct sum sum = {data, 100000};
    DWORD got, answer = 0, expected = 0;

    for (size_t i = 0; i < 100000; i++)
        expected += data[i] = (unsigned char)(i * 31);
    check(DeviceIoControl(device, SUM, &sum, sizeof(sum), &answer, sizeof(answer), &got, NULL) &&
            answer == expected,
        "memory a structure points to");
    sum.address = (void *)16;
    check(!DeviceIoControl(device, SUM, &sum, sizeof(sum), &answer, sizeof(answer), &got, NULL) &&
              GetLastError() == ERROR_NOACCESS,
        "a structure that points to nothing");
    free(data);
}

static void test_overlapped(void)
{
    HANDLE device = open_device(FILE_FLAG_OVERLAPPED),
           event = CreateEventA(NULL, TRUE, FALSE, NULL);
    OVERLAPPED overlapped = {.hEvent = event};
    DWORD got;

    check(!DeviceIoControl(device, WAIT, NULL, 0, NULL, 0, NULL, &overlapped) &&
            GetLastError() == ERROR_IO_PENDING,
        "a request pends");
    check(WaitForSingleObject(event, 0) == WAIT_TIMEOUT, "its event is not signalled");
    check(CancelIo(device), "it is cancelled");
    check(!GetOverlappedResult(device, &overlapped, &got, TRUE) &&
            GetLastError() == ERROR_OPERATION_ABORTED,
        "and ends so");
    CloseHandle(device);
    CloseHandle(event);
}

static int order[4], calls;

static void WINAPI apc(ULONG_PTR value)
{
    order[calls++ % 4] = (int)value;
    if (value == 1)
        SetLastError(0); /* services may be called in it */
}

static void test_apcs(void)
{
    HANDLE self;

    DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &self, 0, FALSE,
        DUPLICATE_SAME_ACCESS);
    for (ULONG_PTR i = 1; i <= 3; i++)
        check(QueueUserAPC(apc, self, i) != 0, "an APC is queued");
    check(SleepEx(INFINITE, TRUE) == WAIT_IO_COMPLETION, "the wait ends for them");
    check(
        calls == 3 && order[0] == 1 && order[1] == 2 && order[2] == 3, "all are called, in order");
    for (ULONG_PTR i = 0; i < 40; i++)
        QueueUserAPC(apc, self, i);
    check(SleepEx(0, TRUE) == WAIT_IO_COMPLETION && calls == 43, "more than fit in one answer");
    CloseHandle(self);
}

static void *many_requests(void *argument)
{
    HANDLE device = open_device(0);
    bool right = true;

    for (unsigned i = 0; i < 500; i++) {
        unsigned char in[32], out[32] = {0};
        DWORD got;
        memset(in, (int)((uintptr_t)argument + i), sizeof(in));
        right &= DeviceIoControl(device, REVERSE(i % 4), in, 32, out, 32, &got, NULL) && got == 32;
        right &= i % 4 == METHOD_IN_DIRECT || i % 4 == METHOD_OUT_DIRECT || out[5] == in[5];
    }
    CloseHandle(device);
    check(right, "many threads at once");
    return NULL;
}

static void test_threads(void)
{
    pthread_t thread[8];

    for (uintptr_t i = 0; i < 8; i++)
        pthread_create(&thread[i], NULL, many_requests, (void *)(i * 17));
    for (size_t i = 0; i < 8; i++)
        pthread_join(thread[i], NULL);
}

/* A handle is its process's: the child's are its own. */
static void test_fork(HANDLE device)
{
    int status = 0;

    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        unsigned char byte = 1;
        DWORD got;
        bool foreign = DeviceIoControl(device, REVERSE(0), &byte, 1, &byte, 1, &got, NULL) ||
            GetLastError() != ERROR_INVALID_HANDLE;
        HANDLE own = CreateFileA("\\\\.\\Transfer", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
        bool works = DeviceIoControl(own, REVERSE(0), &byte, 1, &byte, 1, &got, NULL);
        _exit(foreign || !works);
    }
    waitpid(child, &status, 0);
    check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a child of fork is a client of its own");
}

/* Stays in a service for good, in the way named; what ends it is printed. */
static int stay(const char *how, HANDLE device)
{
    DWORD got;
    HKEY key;

    puts("waiting");
    fflush(stdout);
    if (strcmp(how, "wait") == 0)
        DeviceIoControl(device, WAIT, NULL, 0, NULL, 0, &got, NULL);
    else if (strcmp(how, "suspend") == 0)
        SuspendThread(GetCurrentThread());
    else if (RegOpenKeyExA(HKEY_LOCAL_MACHINE, "SOFTWARE", 0, KEY_NOTIFY, &key) == ERROR_SUCCESS)
        SetLastError(
            (DWORD)RegNotifyChangeKeyValue(key, TRUE, REG_NOTIFY_CHANGE_NAME, NULL, FALSE));
    printf("ended with %u\n", (unsigned)GetLastError());
    return 0;
}

/* Says where it keeps a number, and at the end what has become of it. */
static int hold(void)
{
    volatile DWORD number = 4711;

    printf("%u %llu\n", (unsigned)GetCurrentProcessId(), (unsigned long long)(ULONG_PTR)&number);
    fflush(stdout);
    getchar();
    printf("%u\n", (unsigned)number);
    return 0;
}

/* Has the driver look at another process. */
static int peek(HANDLE device, const char *process, const char *address)
{
    ULONG64 what[2] = {strtoull(process, NULL, 10), strtoull(address, NULL, 10)};
    DWORD value = 0, got = 0;

    if (DeviceIoControl(device,
            CTL_CODE(FILE_DEVICE_UNKNOWN, 0x803, METHOD_BUFFERED, FILE_ANY_ACCESS), what,
            sizeof(what), &value, sizeof(value), &got, NULL))
        printf("%u\n", (unsigned)value);
    else
        printf("error %u\n", (unsigned)GetLastError());
    return 0;
}

/* The driver touches two pages at an address itself, which only a structure points to. False: there
 * is something else of ours. */
static bool test_place(HANDLE device, uintptr_t address)
{
    unsigned char *pages = mmap((void *)address, 8192, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    struct sum sum = {pages, 8192};
    DWORD got, answer = 0, expected = 0;

    if (pages == MAP_FAILED)
        return false;
    for (size_t i = 0; i < 4096; i++) {
        pages[i] = (unsigned char)(i * 13 + address / 4096);
        expected += 2u * pages[i];
    }
    bool right = DeviceIoControl(device, REVERSE(METHOD_NEITHER), pages, 4096, pages + 4096, 4096,
                     &got, NULL) &&
        got == 4096;
    for (size_t i = 0; i < 4096; i++)
        right &= pages[4096 + i] == pages[4095 - i];
    right &= DeviceIoControl(device, SUM, &sum, sizeof(sum), &answer, sizeof(answer), &got, NULL) &&
        answer == expected;
    if (!right)
        printf("at %p:\n", (void *)pages);
    check(right, "memory of this program at a place");
    munmap(pages, 8192);
    return true;
}

/* The driver locks four pages, and what it writes to them is there afterwards, and nothing else. */
static void test_locks(HANDLE device)
{
    unsigned char *pages = mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                                -1, 0);
    ULONG64 what[2] = {GetCurrentProcessId(), (ULONG64)(uintptr_t)pages};
    DWORD got, sum = 0;

    if (pages == MAP_FAILED)
        return;
    check(DeviceIoControl(device,
                          CTL_CODE(FILE_DEVICE_UNKNOWN, 0x804, METHOD_BUFFERED, FILE_ANY_ACCESS),
                          what, sizeof(what), NULL, 0, &got, NULL),
          "pages of this program are locked");
    for (size_t i = 0; i < 4 * 4096; i++)
        sum += pages[i];
    check(pages[4096 + 8] == 1 && pages[3 * 4096] == 3 && pages[2 * 4096] == 4 && sum == 8,
          "what was written to locked pages");
    munmap(pages, 2 * 4096);
    check(!DeviceIoControl(device,
                           CTL_CODE(FILE_DEVICE_UNKNOWN, 0x804, METHOD_BUFFERED, FILE_ANY_ACCESS),
                           what, sizeof(what), NULL, 0, &got, NULL) &&
              GetLastError() == ERROR_NOACCESS,
          "pages that are gone are not locked");
    munmap(pages + 2 * 4096, 2 * 4096);
}

/* How many of the places could be had is printed first. */
static int try_places(HANDLE device, char **addresses)
{
    unsigned had = 0, of = 0;

    for (; *addresses != NULL; addresses++, of++)
        had += test_place(device, (uintptr_t)strtoull(*addresses, NULL, 16));
    printf("%u of %u places\n%d passed, %d failed\n", had, of, passed, failed);
    return failed != 0;
}

int main(int argc, char **argv)
{
    HANDLE device = open_device(0);

    if (argc > 1 && strcmp(argv[1], "hold") == 0)
        return hold();
    if (argc > 3 && strcmp(argv[1], "peek") == 0)
        return peek(device, argv[2], argv[3]);

    if (argc > 1 && strcmp(argv[1], "places") == 0)
        return try_places(device, argv + 2);
    if (argc > 1)
        return stay(argv[1], device);
    test_methods(device, 1);
    test_methods(device, 4000);
    test_methods(device, 100001);
    test_bad_pointers(device);
    test_pointer_in_structure(device);
    test_locks(device);
    test_overlapped();
    test_apcs();
    test_threads();
    if (getenv("DOTSYS_DRIVERS") == NULL)
        test_fork(device); /* a machine in this very process does not follow */
    CloseHandle(device);
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
