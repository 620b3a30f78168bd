/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Memory of another process. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>

#include "host/host.h"

typedef ssize_t (*host_transfer)(pid_t, const struct iovec *, unsigned long, const struct iovec *, unsigned long, unsigned long);

/* Linux moves what it can and stops at a page that is not there. */
static int host_transfer_all(host_transfer transfer, uint32_t process, uintptr_t local, uintptr_t remote, size_t size_bytes)
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
    return host_transfer_all(process_vm_writev, process, (uintptr_t)from, (uintptr_t)to, size_bytes);
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
