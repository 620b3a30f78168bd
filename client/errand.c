/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See errand.h. Nothing is mapped over what is there. Memory of the machine's is opened through
 * /proc, which Linux allows to processes of the same user; ENOTSUP for others.
 */
#include "errand.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "server/channel.h"

static int ErrandProtection(uint64_t Mask)
{
    return (Mask & 7 ? PROT_READ : 0) | (Mask & 2 ? PROT_WRITE : 0) | (Mask & 4 ? PROT_EXEC : 0);
}

/* A descriptor of the machine's process, opened anew. */
static int ErrandOpen(const uint64_t *Argument, bool Write, int *File)
{
    char Path[64];

    snprintf(Path, sizeof(Path), "/proc/%u/fd/%u", (unsigned)Argument[ERRAND_PROCESS],
        (unsigned)Argument[ERRAND_FILE] - 1);
    *File = open(Path, (Write ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    if (*File >= 0)
        return 0;
    return errno == EACCES || errno == EPERM || errno == ENOENT ? ENOTSUP : errno;
}

static int ErrandMap(const uint64_t *Argument)
{
    const bool Shared = Argument[ERRAND_SHARED] != 0, Own = Argument[ERRAND_FILE] == 0;
    const int Protection = ErrandProtection(Argument[ERRAND_PROTECTION]);
    void *At = (void *)(uintptr_t)Argument[ERRAND_ADDRESS];
    int File = -1;
    int Error = Own ? 0 : ErrandOpen(Argument, Shared, &File);

    /* What is only read may be open for no more in the machine. */
    if (Error == ENOTSUP && Shared && !(Protection & PROT_WRITE))
        Error = ErrandOpen(Argument, false, &File);
    if (Error != 0)
        return Error;
    void *Mapped = mmap(At, (size_t)Argument[ERRAND_BYTES], Protection,
        (Shared ? MAP_SHARED : MAP_PRIVATE) | (Own ? MAP_ANONYMOUS : 0) | MAP_NORESERVE |
            MAP_FIXED_NOREPLACE,
        File, (off_t)Argument[ERRAND_OFFSET]);
    Error = Mapped == MAP_FAILED ? errno : 0;
    if (File >= 0)
        close(File);
    if (Mapped != MAP_FAILED && Mapped != At) { /* a Linux that does not know the flag */
        munmap(Mapped, (size_t)Argument[ERRAND_BYTES]);
        return EEXIST;
    }
    return Error;
}

int served_errand(const uint64_t *Argument)
{
    void *At = (void *)(uintptr_t)Argument[ERRAND_ADDRESS];
    size_t Bytes = (size_t)Argument[ERRAND_BYTES];

    switch (Argument[ERRAND_KIND]) {
    case ERRAND_MAP: return ErrandMap(Argument);
    case ERRAND_UNMAP: return munmap(At, Bytes) == 0 ? 0 : errno;
    case ERRAND_PROTECT:
        return mprotect(At, Bytes, ErrandProtection(Argument[ERRAND_PROTECTION])) == 0 ? 0 : errno;
    case ERRAND_DISCARD: return madvise(At, Bytes, MADV_DONTNEED) == 0 ? 0 : errno;
    case ERRAND_FLUSH: return msync(At, Bytes, MS_SYNC) == 0 ? 0 : errno;
    default: return ENOTSUP;
    }
}
