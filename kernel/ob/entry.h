/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Entries of handle tables, for handle.c and reference.c.
 *
 * An entry's value is the object's header, a lock bit and, on x86-64, a number of references taken
 * in advance: they are counted in the object already and wait here for whoever translates the
 * handle. So a translation of a handle in use is one interlocked operation, on the entry, and does
 * not touch the object. A handle earns this by being translated some times first, which keeps the
 * counts of objects that are not in heavy use what a reader expects.
 */
#pragma once

#include "ob/obp.h"

#define OBP_FIRST_SEGMENT_LOG 8 /* 256 entries: one page */
#define OBP_SEGMENTS 16
#define OBP_INDEX_LIMIT ((((ULONG)1 << OBP_SEGMENTS) - 1) << OBP_FIRST_SEGMENT_LOG)

#define OBP_ENTRY_LOCKED ((ULONG_PTR)1)
#if defined(__x86_64__)
#define OBP_ADVANCE_SHIFT 48
#define OBP_ONE_ADVANCE ((ULONG_PTR)1 << OBP_ADVANCE_SHIFT)
#define OBP_HEADER_MASK ((OBP_ONE_ADVANCE - 1) & ~(ULONG_PTR)15)
#define OBP_ADVANCE_BATCH 0x7FFF
#else
#define OBP_HEADER_MASK (~(ULONG_PTR)7)
#endif
#define OBP_USES_BEFORE_ADVANCE 32

typedef struct OBP_ENTRY {
    ULONG_PTR Value; /* 0: free */
    ACCESS_MASK Granted;
    union {
        struct {
            USHORT Attributes; /* OBP_HANDLE_ATTRIBUTES; under the entry's lock */
            USHORT Uses; /* translations before references were taken in advance; under the entry's
                            lock */
        };
        ULONG NextFree; /* of a free entry; under the table's lock */
    };
#if defined(__i386__)
    ULONG Unused;
#endif
} OBP_ENTRY;

struct OB_HANDLE_TABLE {
    OBP_ENTRY *Segment[OBP_SEGMENTS];
    KSPIN_LOCK Lock;
    ULONG FirstFree; /* 0: none */
    ULONG NextFresh; /* entries from here on were never used */
    ULONG Count;     /* handles open */
    LIST_ENTRY Link; /* all tables, under ObpTableListLock */
};

static inline OBJECT_HEADER *ObpHeaderOf(ULONG_PTR Value)
{
    return (OBJECT_HEADER *)(Value & OBP_HEADER_MASK);
}

static inline ULONG ObpAdvanceOf(ULONG_PTR Value)
{
#if defined(__x86_64__)
    return (ULONG)(Value >> OBP_ADVANCE_SHIFT);
#else
    (void)Value;
    return 0;
#endif
}

/*
 * Entries of neighbouring handles are put a cache line apart (the low byte of their number is
 * rotated by two), as threads that work on handles of their own would otherwise take the line from
 * each other with every lock bit.
 */
static inline ULONG ObpScatter(ULONG Number)
{
    UCHAR Low = (UCHAR)Number;
    return (Number & ~0xFFu) | (UCHAR)(Low << 2 | Low >> 6);
}

static inline OBP_ENTRY *ObpEntryOfIndex(const OB_HANDLE_TABLE *Table, ULONG Index)
{
    ULONG Position = Index + (1u << OBP_FIRST_SEGMENT_LOG);
    unsigned Log = 31 - (unsigned)__builtin_clz(Position);
    OBP_ENTRY *Segment =
        __atomic_load_n(&Table->Segment[Log - OBP_FIRST_SEGMENT_LOG], __ATOMIC_ACQUIRE);
    return Segment != NULL ? &Segment[ObpScatter(Position ^ (1u << Log))] : NULL;
}

static inline OBP_ENTRY *ObpEntryOfHandle(const OB_HANDLE_TABLE *Table, ULONG_PTR Handle)
{
    ULONG_PTR Index = Handle >> 2;
    if (__builtin_expect(Index - 1 >= OBP_INDEX_LIMIT - 1, 0))
        return NULL;
    return ObpEntryOfIndex(Table, (ULONG)Index);
}

/* The entry's value once it is not locked. */
ULONG_PTR NTAPI ObpWaitForEntry(const OBP_ENTRY *Entry);

/* The entry's value, the entry locked; 0: it is free. */
static inline ULONG_PTR ObpLockEntry(OBP_ENTRY *Entry)
{
    ULONG_PTR Value = __atomic_load_n(&Entry->Value, __ATOMIC_RELAXED);
    for (;;) {
        if (__builtin_expect((Value & OBP_ENTRY_LOCKED) != 0, 0))
            Value = ObpWaitForEntry(Entry);
        if (Value == 0)
            return 0;
        if (__builtin_expect(
                __atomic_compare_exchange_n(&Entry->Value, &Value, Value | OBP_ENTRY_LOCKED, FALSE,
                    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED),
                1))
            return Value;
    }
}

static inline void ObpUnlockEntry(OBP_ENTRY *Entry, ULONG_PTR Value)
{
    __atomic_store_n(&Entry->Value, Value, __ATOMIC_RELEASE);
}
