/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What AddressSanitizer must be told about stacks of ours it did not make: that a thread goes to
 * one and comes back, and that frames on it were abandoned. ThreadSanitizer must not fork on one.
 * Without the sanitizers, nothing.
 */
#include "host/host.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

#ifdef __SANITIZE_THREAD__
/*
 * The program that finds names for reports is started with the first of them, by a fork: on a
 * kernel stack, which is memory that both processes share, they would have one stack. So a name is
 * asked for before there are such stacks.
 */
static __attribute__((constructor)) void host_start_symbolizer(void)
{
    char name[256];
    __sanitizer_symbolize_pc((void *)host_start_symbolizer, "%f", name, sizeof(name));
}
#endif

void host_sanitizer_forget(void *address, size_t size_bytes)
{
#ifdef __SANITIZE_ADDRESS__
    /* Stacks are where stale redzones come from; unpoisoning gigabytes of untouched shadow would
     * commit it. */
    if (size_bytes <= (16u << 20))
        __asan_unpoison_memory_region(address, size_bytes);
#else
    (void)address;
    (void)size_bytes;
#endif
}

#ifdef __SANITIZE_ADDRESS__
static _Thread_local struct {
    void *fake;
    const void *limit;
    size_t size;
} host_other_stack;

void host_stack_entering(void *limit, size_t size_bytes)
{
    __sanitizer_start_switch_fiber(&host_other_stack.fake, limit, size_bytes);
}

void host_stack_entered(void)
{
    __sanitizer_finish_switch_fiber(NULL, &host_other_stack.limit, &host_other_stack.size);
}

void host_stack_leaving(void)
{
    __sanitizer_start_switch_fiber(NULL, host_other_stack.limit, host_other_stack.size);
}

void host_stack_left(void)
{
    __sanitizer_finish_switch_fiber(host_other_stack.fake, NULL, NULL);
}
#endif
