/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Reading the registry as clients do: a key opened by its path, a value of it read, the key closed;
 * and the value alone.
 */
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"

#define BENCH_SERVICES u"System\\CurrentControlSet\\Services"

static void bench_read_value(HKEY key)
{
    DWORD number, bytes = sizeof(number);

    if (RegQueryValueExW(key, u"Start", NULL, NULL, (BYTE *)&number, &bytes) != ERROR_SUCCESS)
        bench_fail("RegQueryValueEx");
}

static void bench_open_and_read(void *context, unsigned long count)
{
    (void)context;
    for (unsigned long i = 0; i < count; i++) {
        HKEY key;
        if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, BENCH_SERVICES u"\\bench", 0, KEY_READ, &key) !=
            ERROR_SUCCESS)
            bench_fail("RegOpenKeyEx");
        bench_read_value(key);
        RegCloseKey(key);
    }
}

static void bench_read_open(void *context, unsigned long count)
{
    for (unsigned long i = 0; i < count; i++)
        bench_read_value(context);
}

/* One that Linux answers at once. */
static void bench_system_call(void *context, unsigned long count)
{
    (void)context;
    for (unsigned long i = 0; i < count; i++)
        syscall(SYS_getppid);
}

static double bench_open_value(void *context)
{
    return bench_time(bench_open_and_read, context);
}

static double bench_read_only_value(void *context)
{
    return bench_time(bench_read_open, context);
}

static double bench_system_call_value(void *context)
{
    return bench_time(bench_system_call, context);
}

void bench_registry(void)
{
    const DWORD start = 3;
    HKEY key;

    if (!bench_wanted("registry_query") && !bench_wanted("registry_value"))
        return;
    if (RegSetKeyValueW(HKEY_LOCAL_MACHINE, BENCH_SERVICES u"\\bench", u"Start", REG_DWORD, &start,
            sizeof(start)) != ERROR_SUCCESS ||
        RegOpenKeyExW(HKEY_LOCAL_MACHINE, BENCH_SERVICES u"\\bench", 0, KEY_READ, &key) !=
            ERROR_SUCCESS)
        bench_fail("RegSetKeyValue");
    const struct bench_row query = {"registry_query", "ns", "a system call of Linux",
        "under 2000 ns", bench_open_value, bench_system_call_value, NULL};
    const struct bench_row value = {"registry_value", "ns", "a system call of Linux", NULL,
        bench_read_only_value, bench_system_call_value, key};
    if (bench_wanted("registry_query"))
        bench_measure(&query);
    if (bench_wanted("registry_value"))
        bench_measure(&value);
    RegCloseKey(key);
    RegDeleteKeyW(HKEY_LOCAL_MACHINE, BENCH_SERVICES u"\\bench");
}
