/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What of the host differs on i386: fs as a thread's segment, and single pages at addresses drivers
 * know. The C library has gs and the first entry of the thread's own descriptors; ours is the same
 * free one in every thread, as a new thread begins with its maker's.
 */
#include <asm/ldt.h>
#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/hostp.h"

#define HOST_ANY_ENTRY ((unsigned)-1)
#define HOST_USER_PRIVILEGE 3u

static _Atomic unsigned host_entry = HOST_ANY_ENTRY;

int host_i386_set_fs(void *pcr)
{
    unsigned short selector = 0;
    if (pcr != NULL) {
        struct user_desc descriptor = {.entry_number = host_entry,
            .base_addr = (unsigned)(uintptr_t)pcr,
            .limit = 0xFFFFF,
            .seg_32bit = 1,
            .limit_in_pages = 1,
            .useable = 1};
        if (syscall(SYS_set_thread_area, &descriptor) != 0)
            return errno;
        /* Two threads may both have been given the first free one: it is the same. */
        host_entry = descriptor.entry_number;
        selector = (unsigned short)(descriptor.entry_number << 3 | HOST_USER_PRIVILEGE);
    }
    __asm__ volatile("movw %0, %%fs" : : "r"(selector) : "memory");
    return 0;
}

int host_page_reserve(void *address)
{
    void *at = mmap(address, HOST_PAGE_SIZE, PROT_NONE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (at == MAP_FAILED)
        return errno;
    if (at == address)
        return 0;
    munmap(at, HOST_PAGE_SIZE);
    return EEXIST;
}
