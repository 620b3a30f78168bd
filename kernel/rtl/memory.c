/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Memory: copying, filling, comparing and looking. All run at any IRQL on memory that is there, and
 * fault on memory that is not, like the loads and stores they consist of. Drivers call most of them
 * several times per request, so nothing here calls out: short blocks go through overlapping loads
 * and stores, long ones through the string instructions.
 */
#include "rtl/rtlp.h"

/* From here on the microcoded copy and fill win over a loop of 16-byte stores. */
#define RTLP_STRING_BYTES 2048

#define RTLP_CHUNK sizeof(RTLP_V128)
#define RTLP_LINE  (4 * RTLP_CHUNK)

/* Up to 32 bytes. Everything is read before anything is written, so the blocks may overlap. */
static inline __attribute__((always_inline)) void RtlpMoveShort(
    UCHAR *To, const UCHAR *From, SIZE_T Count)
{
    if (Count >= 16) {
        RTLP_V128 Head = *(const RTLP_V128 *)From;
        RTLP_V128 Tail = *(const RTLP_V128 *)(From + Count - 16);
        *(RTLP_V128 *)To = Head;
        *(RTLP_V128 *)(To + Count - 16) = Tail;
    } else if (Count >= 8) {
        uint64_t Head = *(const RTLP_U64 *)From;
        uint64_t Tail = *(const RTLP_U64 *)(From + Count - 8);
        *(RTLP_U64 *)To = Head;
        *(RTLP_U64 *)(To + Count - 8) = Tail;
    } else if (Count >= 4) {
        uint32_t Head = *(const RTLP_U32 *)From;
        uint32_t Tail = *(const RTLP_U32 *)(From + Count - 4);
        *(RTLP_U32 *)To = Head;
        *(RTLP_U32 *)(To + Count - 4) = Tail;
    } else if (Count >= 2) {
        uint16_t Head = *(const RTLP_U16 *)From;
        uint16_t Tail = *(const RTLP_U16 *)(From + Count - 2);
        *(RTLP_U16 *)To = Head;
        *(RTLP_U16 *)(To + Count - 2) = Tail;
    } else if (Count == 1) {
        *To = *From;
    }
}

/* 64 bytes; read whole before it is written. */
static inline __attribute__((always_inline)) void RtlpMoveLine(UCHAR *To, const UCHAR *From)
{
    RTLP_V128 A = *(const RTLP_V128 *)From;
    RTLP_V128 B = *(const RTLP_V128 *)(From + RTLP_CHUNK);
    RTLP_V128 C = *(const RTLP_V128 *)(From + 2 * RTLP_CHUNK);
    RTLP_V128 D = *(const RTLP_V128 *)(From + 3 * RTLP_CHUNK);

    *(RTLP_V128 *)To = A;
    *(RTLP_V128 *)(To + RTLP_CHUNK) = B;
    *(RTLP_V128 *)(To + 2 * RTLP_CHUNK) = C;
    *(RTLP_V128 *)(To + 3 * RTLP_CHUNK) = D;
}

/* More than 32 bytes, To below From or apart. The loop may write over the tail: read first. */
static inline __attribute__((always_inline)) void RtlpMoveUp(
    UCHAR *To, const UCHAR *From, SIZE_T Count)
{
    RTLP_V128 Tail = *(const RTLP_V128 *)(From + Count - RTLP_CHUNK);
    UCHAR *Last = To + Count - RTLP_CHUNK;

    if (Count >= RTLP_STRING_BYTES) {
        __asm__ volatile("rep movsb" : "+D"(To), "+S"(From), "+c"(Count) : : "memory");
        return;
    }
    for (; Count > RTLP_LINE; Count -= RTLP_LINE) {
        RTLP_KEEP_LOOP();
        RtlpMoveLine(To, From);
        To += RTLP_LINE;
        From += RTLP_LINE;
    }
    while (To < Last) {
        RTLP_KEEP_LOOP();
        *(RTLP_V128 *)To = *(const RTLP_V128 *)From;
        To += RTLP_CHUNK;
        From += RTLP_CHUNK;
    }
    *(RTLP_V128 *)Last = Tail;
}

/* More than 32 bytes, To inside From's block. */
static inline __attribute__((always_inline)) void RtlpMoveDown(
    UCHAR *To, const UCHAR *From, SIZE_T Count)
{
    RTLP_V128 Head = *(const RTLP_V128 *)From;

    for (; Count > RTLP_LINE; Count -= RTLP_LINE) {
        RTLP_KEEP_LOOP();
        RtlpMoveLine(To + Count - RTLP_LINE, From + Count - RTLP_LINE);
    }
    for (; Count > RTLP_CHUNK; Count -= RTLP_CHUNK) {
        RTLP_KEEP_LOOP();
        *(RTLP_V128 *)(To + Count - RTLP_CHUNK) = *(const RTLP_V128 *)(From + Count - RTLP_CHUNK);
    }
    *(RTLP_V128 *)To = Head;
}

static inline __attribute__((always_inline)) void RtlpMove(
    void *Destination, const void *Source, SIZE_T Count)
{
    if (Count <= 2 * RTLP_CHUNK)
        RtlpMoveShort(Destination, Source, Count);
    else if ((ULONG_PTR)Destination - (ULONG_PTR)Source >= Count)
        RtlpMoveUp(Destination, Source, Count);
    else
        RtlpMoveDown(Destination, Source, Count);
}

static inline __attribute__((always_inline)) void RtlpFill(UCHAR *To, SIZE_T Count, UCHAR Value)
{
    uint64_t Eight = Value * 0x0101010101010101u;

    if (Count >= RTLP_STRING_BYTES) {
        __asm__ volatile("rep stosb" : "+D"(To), "+c"(Count) : "a"(Value) : "memory");
    } else if (Count >= RTLP_CHUNK) {
        RTLP_V128 Chunk = {(long long)Eight, (long long)Eight};
        UCHAR *Last = To + Count - RTLP_CHUNK;

        for (; Count > RTLP_LINE; Count -= RTLP_LINE, To += RTLP_LINE) {
            RTLP_KEEP_LOOP();
            *(RTLP_V128 *)To = Chunk;
            *(RTLP_V128 *)(To + RTLP_CHUNK) = Chunk;
            *(RTLP_V128 *)(To + 2 * RTLP_CHUNK) = Chunk;
            *(RTLP_V128 *)(To + 3 * RTLP_CHUNK) = Chunk;
        }
        for (; To < Last; To += RTLP_CHUNK) {
            RTLP_KEEP_LOOP();
            *(RTLP_V128 *)To = Chunk;
        }
        *(RTLP_V128 *)Last = Chunk;
    } else if (Count >= 8) {
        *(RTLP_U64 *)To = Eight;
        *(RTLP_U64 *)(To + Count - 8) = Eight;
    } else if (Count >= 4) {
        *(RTLP_U32 *)To = (uint32_t)Eight;
        *(RTLP_U32 *)(To + Count - 4) = (uint32_t)Eight;
    } else if (Count != 0) {
        To[0] = Value;
        To[Count / 2] = Value;
        To[Count - 1] = Value;
    }
}

/* Bytes the two blocks have in common from the start. */
static inline __attribute__((always_inline)) SIZE_T RtlpCommon(
    const UCHAR *A, const UCHAR *B, SIZE_T Count)
{
    SIZE_T At = 0;

    for (; At + 8 <= Count; At += 8) {
        uint64_t Difference = *(const RTLP_U64 *)(A + At) ^ *(const RTLP_U64 *)(B + At);
        if (Difference != 0)
            return At + (unsigned)__builtin_ctzll(Difference) / 8;
    }
    while (At < Count && A[At] == B[At])
        At++;
    return At;
}

/*
 * RtlCopyMemory, RtlMoveMemory, RtlCopyMemoryNonTemporal - copy Length bytes; blocks that overlap
 * are copied as if through a buffer.
 *
 * IRQL:    any, if both blocks are resident
 * Source:  DOC wdm/RtlCopyMemory, RtlMoveMemory; that RtlCopyMemory takes overlap is INF (x64
 *          kernels export one routine under the names)
 */
void NTAPI RtlCopyMemory(void *Destination, const void *Source, SIZE_T Length)
{
    RtlpMove(Destination, Source, Length);
}

void NTAPI RtlMoveMemory(void *Destination, const void *Source, SIZE_T Length)
{
    RtlpMove(Destination, Source, Length);
}

void NTAPI RtlCopyMemoryNonTemporal(void *Destination, const void *Source, SIZE_T Length)
{
    RtlpMove(Destination, Source, Length);
}

/*
 * RtlFillMemory, RtlZeroMemory - set Length bytes to Fill, or to zero.
 *
 * IRQL:    any, if the block is resident
 * Source:  DOC wdm/RtlFillMemory, RtlZeroMemory
 */
void NTAPI RtlFillMemory(void *Destination, SIZE_T Length, UCHAR Fill)
{
    RtlpFill(Destination, Length, Fill);
}

void NTAPI RtlZeroMemory(void *Destination, SIZE_T Length)
{
    RtlpFill(Destination, Length, 0);
}

/*
 * RtlFillMemoryUlong, RtlFillMemoryUlonglong - fill with a 4- or 8-byte pattern. Length is in
 * bytes; what is left over after whole patterns is not written.
 *
 * IRQL:    any, if the block is resident
 * Source:  DOC ntifs/RtlFillMemoryUlong, RtlFillMemoryUlonglong
 */
void NTAPI RtlFillMemoryUlong(void *Destination, SIZE_T Length, ULONG Pattern)
{
    RTLP_U32 *To = Destination;

    for (SIZE_T Left = Length / sizeof(ULONG); Left != 0; Left--) {
        RTLP_KEEP_LOOP();
        *To++ = Pattern;
    }
}

void NTAPI RtlFillMemoryUlonglong(void *Destination, SIZE_T Length, ULONGLONG Pattern)
{
    RTLP_U64 *To = Destination;

    for (SIZE_T Left = Length / sizeof(ULONGLONG); Left != 0; Left--) {
        RTLP_KEEP_LOOP();
        *To++ = Pattern;
    }
}

/*
 * RtlCompareMemory - count the bytes that are the same in both blocks before the first that
 * differs.
 *
 * IRQL:    any, if both blocks are resident
 * Returns: Length if they do not differ.
 * Source:  DOC wdm/RtlCompareMemory
 */
RTLP_ANY_ADDRESS SIZE_T NTAPI RtlCompareMemory(
    const void *Source1, const void *Source2, SIZE_T Length)
{
    return RtlpCommon(Source1, Source2, Length);
}

/*
 * RtlCompareMemoryUlong - count the leading bytes that repeat Pattern.
 *
 * Length:  bytes; a remainder below 4 is not looked at.
 * IRQL:    any, if the block is resident
 * Returns: a multiple of 4.
 * Source:  DOC ntifs/RtlCompareMemoryUlong
 */
SIZE_T NTAPI RtlCompareMemoryUlong(void *Source, SIZE_T Length, ULONG Pattern)
{
    const RTLP_U32 *From = Source;
    SIZE_T Count = Length / sizeof(ULONG);
    SIZE_T At = 0;

    while (At < Count && From[At] == Pattern)
        At++;
    return At * sizeof(ULONG);
}

/*
 * RtlPrefetchMemoryNonTemporal - hint that Length bytes at Source will be read once, soon.
 *
 * IRQL:    any
 * Source:  DOC wdm/RtlPrefetchMemoryNonTemporal
 */
void FASTCALL RtlPrefetchMemoryNonTemporal(void *Source, SIZE_T Length)
{
    for (SIZE_T At = 0; At < Length; At += SYSTEM_CACHE_ALIGNMENT_SIZE)
        __builtin_prefetch((const char *)Source + At, 0, 0);
}

/*
 * memcpy, memmove, memset, memcmp, memchr - as C has them; memcpy takes blocks that overlap.
 *
 * IRQL:    any, if the blocks are resident
 * Source:  DOC C standard; overlap INF, as for RtlCopyMemory
 */
RTLP_ANY_ADDRESS void *NTAPIV NtCrt_memcpy(void *Destination, const void *Source, SIZE_T Count)
{
    RtlpMove(Destination, Source, Count);
    return Destination;
}

RTLP_ANY_ADDRESS void *NTAPIV NtCrt_memmove(void *Destination, const void *Source, SIZE_T Count)
{
    RtlpMove(Destination, Source, Count);
    return Destination;
}

void *NTAPIV NtCrt_memset(void *Destination, int Value, SIZE_T Count)
{
    RtlpFill(Destination, Count, (UCHAR)Value);
    return Destination;
}

RTLP_ANY_ADDRESS int NTAPIV NtCrt_memcmp(const void *First, const void *Second, SIZE_T Count)
{
    SIZE_T At = RtlpCommon(First, Second, Count);

    if (At == Count)
        return 0;
    return ((const UCHAR *)First)[At] < ((const UCHAR *)Second)[At] ? -1 : 1;
}

void *NTAPIV NtCrt_memchr(const void *Block, int Value, SIZE_T Count)
{
    const UCHAR *From = Block;

    for (; Count != 0; From++, Count--) {
        RTLP_KEEP_LOOP();
        if (*From == (UCHAR)Value)
            return (void *)(ULONG_PTR)From;
    }
    return NULL;
}

/*
 * memcpy_s, memmove_s - copy Count bytes to a block of Size bytes.
 *
 * IRQL:    any, if the blocks are resident
 * Returns: 0; EINVAL: no destination or no source; ERANGE: Count > Size. memcpy_s zeroes the whole
 *          destination on failure, memmove_s leaves it alone.
 * Source:  DOC crt/memcpy_s, memmove_s
 */
int NTAPIV NtCrt_memcpy_s(void *Destination, SIZE_T Size, const void *Source, SIZE_T Count)
{
    if (Count == 0)
        return 0;
    if (Destination == NULL)
        return NTCRT_EINVAL;
    if (Source == NULL || Size < Count) {
        RtlpFill(Destination, Size, 0);
        return Source == NULL ? NTCRT_EINVAL : NTCRT_ERANGE;
    }
    RtlpMove(Destination, Source, Count);
    return 0;
}

int NTAPIV NtCrt_memmove_s(void *Destination, SIZE_T Size, const void *Source, SIZE_T Count)
{
    if (Count == 0)
        return 0;
    if (Destination == NULL || Source == NULL)
        return NTCRT_EINVAL;
    if (Size < Count)
        return NTCRT_ERANGE;
    RtlpMove(Destination, Source, Count);
    return 0;
}
