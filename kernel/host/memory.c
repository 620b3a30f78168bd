/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The system range: one PROT_NONE reservation with a memory file mapped at its start. The file is
 * shared with the aliases host_ram_alias makes, so two views of one physical page are the same
 * page. Private allocations (tables of the kernel) come straight from mmap and lie outside the
 * range, out of drivers' way.
 */
#include "host/hostp.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static struct {
    uintptr_t base;
    size_t reserved;
    size_t ram;
    int file;
} host_range = {.file = -1};

int host_linux_protection(unsigned protection)
{
    int result = PROT_NONE;
    if (protection & HOST_READ)
        result |= PROT_READ;
    if (protection & HOST_WRITE)
        result |= PROT_READ | PROT_WRITE;
    if (protection & HOST_EXECUTE)
        result |= PROT_READ | PROT_EXEC;
    return result;
}

int host_ram_create(uintptr_t base, size_t reserve_bytes, size_t ram_bytes)
{
    int file = memfd_create("dotsys-ram", MFD_CLOEXEC);
    if (file < 0)
        return errno;
    if (ftruncate(file, (off_t)ram_bytes) != 0) {
        int error = errno;
        close(file);
        return error;
    }
    void *at = mmap((void *)base, reserve_bytes, PROT_NONE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (at == MAP_FAILED || at != (void *)base) {
        int error = at == MAP_FAILED ? errno : EEXIST;
        if (at != MAP_FAILED)
            munmap(at, reserve_bytes);
        close(file);
        return error;
    }
    if (mmap(at, ram_bytes, PROT_NONE, MAP_SHARED | MAP_FIXED | MAP_NORESERVE, file, 0) ==
        MAP_FAILED) {
        int error = errno;
        munmap(at, reserve_bytes);
        close(file);
        return error;
    }
    host_range.base = base;
    host_range.reserved = reserve_bytes;
    host_range.ram = ram_bytes;
    host_range.file = file;
    return 0;
}

void host_ram_destroy(void)
{
    if (host_range.file < 0)
        return;
    host_sanitizer_forget((void *)host_range.base, host_range.ram);
    munmap((void *)host_range.base, host_range.reserved);
    close(host_range.file);
    host_range.file = -1;
}

int host_ram_file(void)
{
    return host_range.file;
}

int host_ram_transfer(uint64_t physical, void *buffer, size_t size_bytes, bool write)
{
    const int kept = errno;
    ssize_t done = write ? pwrite(host_range.file, buffer, size_bytes, (off_t)physical)
                         : pread(host_range.file, buffer, size_bytes, (off_t)physical);
    errno = kept;
    return done == (ssize_t)size_bytes ? 0 : -1;
}

int host_mem_protect(void *address, size_t size_bytes, unsigned protection)
{
    return mprotect(address, size_bytes, host_linux_protection(protection)) == 0 ? 0 : errno;
}

void host_mem_discard(void *address, size_t size_bytes)
{
    static const uint8_t zeros[HOST_PAGE_SIZE];
    off_t offset = (off_t)((uintptr_t)address - host_range.base), end = offset + (off_t)size_bytes;
    if (fallocate(host_range.file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset,
            (off_t)size_bytes) == 0)
        return;
    /* They stay, then. */
    for (ssize_t done; offset < end; offset += done) {
        do {
            done = pwrite(host_range.file, zeros, sizeof(zeros), offset);
        } while (done < 0 && errno == EINTR);
        if (done <= 0)
            return;
    }
}

int host_ram_alias(void *address, uint64_t physical, size_t size_bytes, unsigned protection)
{
    void *at = mmap(address, size_bytes, host_linux_protection(protection), MAP_SHARED | MAP_FIXED,
        host_range.file, (off_t)physical);
    return at == MAP_FAILED ? errno : 0;
}

void host_ram_unalias(void *address, size_t size_bytes)
{
    mmap(address, size_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED,
        -1, 0);
}

bool host_mem_accessible(const void *address, bool write)
{
    /* A one-byte copy by the kernel fails with EFAULT where a load or store of ours would fault. */
    uint8_t byte;
    struct iovec local = {&byte, 1};
    struct iovec remote = {(void *)(uintptr_t)address, 1};
    if (process_vm_readv(getpid(), &local, 1, &remote, 1, 0) != 1)
        return false;
    return !write || process_vm_writev(getpid(), &local, 1, &remote, 1, 0) == 1;
}

void *host_private_allocate(size_t size_bytes)
{
    void *at = mmap(NULL, size_bytes, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

void host_private_free(void *address, size_t size_bytes)
{
    if (address != NULL)
        munmap(address, size_bytes);
}
