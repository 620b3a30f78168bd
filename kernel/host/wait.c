/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Sleeping and waking on a word of memory (futex), and the clocks. */
#include "host/hostp.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define HOST_TICKS_PER_SECOND 10000000u
#define HOST_UNIX_EPOCH 116444736000000000u /* 1970-01-01 in 100 ns since 1601-01-01 */

_Static_assert(sizeof((struct timespec){0}.tv_sec) == 8, "a build for 32 bits has _TIME_BITS=64");

static uint64_t host_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * HOST_TICKS_PER_SECOND + (uint64_t)now.tv_nsec / 100;
}

int host_wait(_Atomic uint32_t *word, uint32_t expected, uint64_t deadline)
{
    struct timespec until;
    struct timespec *limit = NULL;
    if (__builtin_expect(host_turn_self != NULL, 0))
        return host_turn_wait(word, expected, deadline);
    if (deadline != HOST_FOREVER) {
        until.tv_sec = (time_t)(deadline / HOST_TICKS_PER_SECOND);
        until.tv_nsec = (long)(deadline % HOST_TICKS_PER_SECOND) * 100;
        limit = &until;
    }
    /* FUTEX_WAIT_BITSET takes an absolute CLOCK_MONOTONIC time. */
    long result = syscall(HOST_FUTEX, word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, expected, limit,
        NULL, FUTEX_BITSET_MATCH_ANY);
    return result != 0 && errno == ETIMEDOUT ? ETIMEDOUT : 0;
}

void host_wake(_Atomic uint32_t *word, unsigned count)
{
    if (__builtin_expect(host_turns_on, 0))
        host_turn_wake(word, count);
    syscall(HOST_FUTEX, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG,
        count > INT_MAX ? INT_MAX : (int)count, NULL, NULL, 0);
}

uint64_t host_clock_monotonic(void)
{
    return __builtin_expect(host_turns_on, 0) ? host_turn_clock(false)
                                              : host_clock(CLOCK_MONOTONIC);
}

uint64_t host_clock_utc(void)
{
    if (__builtin_expect(host_turns_on, 0))
        return host_turn_clock(true);
    return host_clock(CLOCK_REALTIME) + HOST_UNIX_EPOCH;
}

int64_t host_local_offset(bool *summer)
{
    time_t now = time(NULL);
    struct tm local;
    *summer = false;
    if (localtime_r(&now, &local) == NULL)
        return 0;
    *summer = local.tm_isdst > 0;
    return (int64_t)local.tm_gmtoff * HOST_TICKS_PER_SECOND;
}

uint64_t host_counter(void)
{
    return host_clock_monotonic();
}

uint64_t host_counter_frequency(void)
{
    return HOST_TICKS_PER_SECOND;
}
