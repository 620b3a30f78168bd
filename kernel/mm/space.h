/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * User memory of another process. A thread that acts for a client in a process of its own has a
 * space (KTHREAD.Space): its user addresses mean that process's memory, and MmCopyFromUser and its
 * kin go there. Without one they mean this process's.
 * Counted: the client's process object has a reference, and so has each locked buffer.
 */
#pragma once

#include "mm/mm.h"

typedef struct MM_SPACE {
    _Atomic ULONG References;
    ULONG ProcessId; /* on the host */
    BOOLEAN Wow64;   /* a 32-bit process; this machine has 64 */
    struct MI_USER *User; /* what the kernel mapped there (vad.c); NULL: nothing yet */
} MM_SPACE;

/*
 * A part of the client's memory whose bytes are here while a service runs. Either the service reads
 * it: what it has is here; or it writes there: what it wrote goes back when it returns, and what
 * lies between two writes of its is zero.
 */
#define MM_REGION_BYTES 16u
typedef struct MM_REGION {
    ULONG_PTR Address;
    UCHAR Bytes;
    UCHAR Begin, End; /* written so far; Begin not below End: nothing */
    BOOLEAN Written;  /* it is one to write to */
    ULONG64 Data[MM_REGION_BYTES / sizeof(ULONG64)];
} MM_REGION;

#define MM_MOST_REGIONS 2u

/* Of the current thread, in the service it is about to carry out; none of other threads that act
 * for the client. */
typedef struct MM_REGIONS {
    ULONG Count;
    MM_REGION Region[MM_MOST_REGIONS];
} MM_REGIONS;

MM_SPACE *MmCreateSpace(ULONG ProcessId, BOOLEAN Wow64); /* one reference; NULL: out of memory */
void MmReferenceSpace(MM_SPACE *Space);
void MmDereferenceSpace(MM_SPACE *Space);

/*
 * What only the process itself can do with its memory. Its thread that waits for the service under
 * way does it, so the current thread must be the one that acts for it. File is a descriptor of this
 * process, -1: memory of its own.
 */
enum MM_ERRAND_KIND {
    MM_ERRAND_MAP,
    MM_ERRAND_UNMAP,
    MM_ERRAND_PROTECT,
    MM_ERRAND_DISCARD,
    MM_ERRAND_FLUSH
};
typedef struct MM_ERRAND {
    enum MM_ERRAND_KIND Kind;
    ULONG_PTR Address;
    SIZE_T Bytes;
    unsigned Protection; /* mask of enum host_protection */
    int File;
    ULONG64 Offset;
    BOOLEAN Shared;
} MM_ERRAND;
/* server: 0, or an errno; ENOTSUP: not this thread's. NULL: there are no such clients. */
extern int (*MmRunErrand)(const MM_SPACE *Space, const MM_ERRAND *Errand);

/* STATUS_ACCESS_VIOLATION: a page is not there, or the process is not. Part may have been copied.
 * IRQL: any. */
/* FALSE: not in a region to read of the current thread */
BOOLEAN MmReadRegion(void *System, const void *User, SIZE_T Bytes);
/* FALSE: not in one to write */
BOOLEAN MmWriteRegion(void *User, const void *System, SIZE_T Bytes);
BOOLEAN MmIsInRegion(const void *User); /* a byte: in one to read or write, and so known to be there
                                         */
NTSTATUS MmReadSpace(const MM_SPACE *Space, void *System, const void *User, SIZE_T Bytes);
NTSTATUS MmWriteSpace(const MM_SPACE *Space, void *User, const void *System, SIZE_T Bytes);

/* ---- Pages drivers touch by the client's addresses (window.c) -------------------------------- */

/* From now on such pages are fetched; any number may say so. The process has nothing of its own
 * where clients have. */
void MmServeClients(void);
/*
 * Pages that are here because another thread of the same client is in the kernel are brought up to
 * date. Before a service.
 */
void MmRefreshClientPages(void);
/* What the current thread's driver changed in its client's pages goes back. When a service has
 * returned. */
void MmReleaseClientPages(void);
/*
 * Before the current thread's driver touches its client's memory by the client's addresses: they
 * mean that until the thread leaves the kernel, or MmReleaseClientPages. FALSE: another client does
 * not let go of them, or this process has something of its own there.
 */
BOOLEAN MmClaimClientPages(const void *Address, SIZE_T Bytes);
