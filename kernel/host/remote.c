/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Memory of another process. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "host/host.h"

typedef ssize_t (*host_transfer)(
    pid_t, const struct iovec *, unsigned long, const struct iovec *, unsigned long, unsigned long);

/* Linux moves what it can and stops at a page that is not there. */
static int host_transfer_all(
    host_transfer transfer, uint32_t process, uintptr_t local, uintptr_t remote, size_t size_bytes)
{
    while (size_bytes != 0) {
        struct iovec here = {(void *)local, size_bytes}, there = {(void *)remote, size_bytes};
        ssize_t moved = transfer((pid_t)process, &here, 1, &there, 1, 0);
        if (moved <= 0)
            return moved < 0 ? errno : EFAULT;
        local += (size_t)moved;
        remote += (size_t)moved;
        size_bytes -= (size_t)moved;
    }
    return 0;
}

int host_process_read(uint32_t process, void *to, const void *from, size_t size_bytes)
{
    return host_transfer_all(process_vm_readv, process, (uintptr_t)to, (uintptr_t)from, size_bytes);
}

int host_process_write(uint32_t process, void *to, const void *from, size_t size_bytes)
{
    return host_transfer_all(
        process_vm_writev, process, (uintptr_t)from, (uintptr_t)to, size_bytes);
}

#define HOST_TOUCHED 128u /* pages asked for at a time */

int host_process_touch(uint32_t process, const void *from, size_t size_bytes)
{
    uintptr_t at = (uintptr_t)from;
    const uintptr_t last = at + size_bytes - 1;
    struct iovec there[HOST_TOUCHED];
    uint8_t bytes[HOST_TOUCHED];

    while (size_bytes != 0 && at <= last) {
        unsigned count = 0;
        for (; count < HOST_TOUCHED && at <= last && (count == 0 || at > (uintptr_t)from);
             count++) {
            there[count] = (struct iovec){(void *)at, 1};
            at = (at & ~(uintptr_t)(HOST_PAGE_SIZE - 1)) + HOST_PAGE_SIZE;
        }
        struct iovec here = {bytes, count};
        ssize_t moved = process_vm_readv((pid_t)process, &here, 1, there, count, 0);
        if (moved != (ssize_t)count)
            return moved < 0 ? errno : EFAULT;
        if (at <= (uintptr_t)from)
            break; /* the end of the address space */
    }
    return 0;
}

int host_page_install(uintptr_t address, const void *data)
{
    void *page = mmap((void *)address, HOST_PAGE_SIZE, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (page == MAP_FAILED)
        return errno;
    if (page != (void *)address) { /* a Linux that does not know the flag */
        munmap(page, HOST_PAGE_SIZE);
        return EEXIST;
    }
    memcpy(page, data, HOST_PAGE_SIZE);
    return 0;
}

void host_page_remove(uintptr_t address)
{
    munmap((void *)address, HOST_PAGE_SIZE);
}
