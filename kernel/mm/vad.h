/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * User memory that the kernel made: what ZwAllocateVirtualMemory reserved, views of sections,
 * mappings of MDLs. A record each, for each space (NULL: this process); the program's own memory
 * has none and is looked up with the host. All calls at PASSIVE_LEVEL or APC_LEVEL. In another
 * process's space a change is an errand (space.h): NOT_SUPPORTED on other threads than that
 * process's.
 */
#pragma once

#include "mm/mm.h"

struct MM_SPACE;

enum MI_VAD_KIND {
    MI_VAD_PRIVATE,
    MI_VAD_SECTION,
    MI_VAD_MDL
};

#define MI_PAGE_LOCKED 0x8000u /* beside the protection of a page */

typedef struct MI_VAD {
    LIST_ENTRY Link;
    ULONG_PTR Base;
    SIZE_T Bytes; /* whole pages */
    enum MI_VAD_KIND Kind;
    ULONG Protect;   /* PAGE_… it was made with */
    BOOLEAN Reserve; /* of a section of SEC_RESERVE: pages may be committed */
    BOOLEAN Image;
    ULONG Allowed;       /* a view's: mask of enum host_protection its section gives */
    BOOLEAN CopyOnWrite; /* a view's: what is written is seen here alone */
    void *Owner;         /* SECTION: referenced by who made it */
    ULONG64 Offset;      /* SECTION: in the section */
    USHORT *Page;        /* for each: PAGE_…, 0: reserved only */
    SIZE_T RecordBytes;
} MI_VAD;

void MiResetUserMemory(void);
void MiEndUserMemory(void);                    /* unmaps all that is left */
void MiEndSpaceMemory(struct MM_SPACE *Space); /* its process is gone, or its memory is nobody's
                                                  business any more */
extern void (*MiViewGone)(void *Owner); /* what becomes of the owner of a view that went with its
                                           process */
/* ENOTSUP and others as host_user_flush. */
int MiFlushUser(struct MM_SPACE *Space, ULONG_PTR Base, SIZE_T Bytes);
/* A protection for pages that have no record. */
int MiProtectHost(struct MM_SPACE *Space, ULONG_PTR Base, SIZE_T Bytes, unsigned Protection);
NTSTATUS MiStatusOfMap(int Error);

/* PAGE_… as the host's mask. FALSE: no such protection, or more than one. Guard pages are
 * inaccessible. */
BOOLEAN MiHostProtection(ULONG Protect, unsigned *Protection);

/* What is mapped: File as for host_user_map. */
typedef struct MI_VAD_SOURCE {
    int File;
    ULONG64 Offset;
    const PFN_NUMBER *Pfn; /* of RAM or of where there is none; NULL: pages of File */
} MI_VAD_SOURCE;

/*
 * Enters a copy of Content, whose Base (0: anywhere up to Highest) is page-aligned, with its pages
 * at Protect (Commit) or reserved only, and maps it. *Base receives where. CONFLICTING_ADDRESSES:
 * something is there; NO_MEMORY: nowhere; INSUFFICIENT_RESOURCES;
 * SECTION_PROTECTION: the file is not open for that.
 */
NTSTATUS MiCreateVad(struct MM_SPACE *Space, const MI_VAD *Content, const MI_VAD_SOURCE *Source,
    BOOLEAN Commit, ULONG_PTR Highest, BOOLEAN TopDown, ULONG_PTR *Base);
/* A copy of the record an address is in, but for Page. */
BOOLEAN MiFindVad(struct MM_SPACE *Space, const void *Address, MI_VAD *Found);
/*
 * The view of that kind an address is in is unmapped. The copy tells the owner, whose reference is
 * the caller's now.
 */
NTSTATUS MiRemoveVad(
    struct MM_SPACE *Space, const void *Address, enum MI_VAD_KIND Kind, MI_VAD *Removed);
/* Ranges are whole pages. */
NTSTATUS MiCommitUser(struct MM_SPACE *Space, ULONG_PTR Base, SIZE_T Bytes, ULONG Protect);
NTSTATUS MiResetUser(struct MM_SPACE *Space, ULONG_PTR Base, SIZE_T Bytes);
NTSTATUS MiDecommitUser(struct MM_SPACE *Space, ULONG_PTR *Base, SIZE_T *Bytes); /* no bytes: all of
                                                                                    what starts
                                                                                    there */
NTSTATUS MiReleaseUser(struct MM_SPACE *Space, ULONG_PTR *Base, SIZE_T *Bytes);
/* STATUS_NOT_FOUND: it is not the kernel's memory. */
NTSTATUS MiProtectUser(
    struct MM_SPACE *Space, ULONG_PTR Base, SIZE_T Bytes, ULONG Protect, ULONG *OldProtect);
NTSTATUS MiLockUser(struct MM_SPACE *Space, ULONG_PTR Base, SIZE_T Bytes, BOOLEAN Lock);
/* How many bytes from an address on are alike, and as what. STATUS_NOT_FOUND. */
typedef struct MI_VAD_PAGES {
    MI_VAD Vad;
    ULONG Protect; /* 0: reserved only */
    SIZE_T Bytes;
} MI_VAD_PAGES;
NTSTATUS MiQueryUser(struct MM_SPACE *Space, ULONG_PTR Address, MI_VAD_PAGES *Pages);

/* Keeps a range as accessible as it is until MiUnsecure. NULL: out of memory. */
void *MiSecure(struct MM_SPACE *Space, ULONG_PTR Base, SIZE_T Bytes);
BOOLEAN MiUnsecure(void *Secure);
BOOLEAN MiIsSecured(const struct MM_SPACE *Space, ULONG_PTR Base, SIZE_T Bytes); /* a part of it */
void MiResetSecured(void);
void MiEndSecured(void);

static inline void MiUnlink(LIST_ENTRY *Link)
{
    Link->Flink->Blink = Link->Blink;
    Link->Blink->Flink = Link->Flink;
}

static inline void MiLink(LIST_ENTRY *Head, LIST_ENTRY *Link)
{
    Link->Flink = Head;
    Link->Blink = Head->Blink;
    Head->Blink->Flink = Link;
    Head->Blink = Link;
}
