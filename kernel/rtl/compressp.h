/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the formats of compression share: words in buffers, and finding earlier occurrences of what
 * comes. The memory is the caller's, of the sizes compress.c tells.
 */
#pragma once

#include "rtl/compress.h"
#include "rtl/rtlp.h"

#define RTLP_CHUNK          4096u /* of LZNT1 */
#define RTLP_XPRESS_WINDOW  8192u
#define RTLP_HUFFMAN_WINDOW 65536u
#define RTLP_MIN_MATCH      3u
#define RTLP_HASHES         2048u
#define RTLP_NOWHERE        MAXULONG

/* ---- Formats (compress.c) -------------------------------------------------------------------- */

static inline USHORT RtlpFormatOf(USHORT FormatAndEngine)
{
    return FormatAndEngine & 0x00FF;
}

/* Whether it is one there is, and with Engine its engine as well. */
NTSTATUS NTAPI RtlpCheckFormat(USHORT FormatAndEngine, BOOLEAN Engine);

/* ---- Words ----------------------------------------------------------------------------------- */

static inline ULONG RtlpReadWord(const UCHAR *From)
{
    return From[0] | (ULONG)From[1] << 8;
}

static inline void RtlpWriteWord(UCHAR *To, ULONG Value)
{
    To[0] = (UCHAR)Value;
    To[1] = (UCHAR)(Value >> 8);
}

static inline ULONG RtlpReadLong(const UCHAR *From)
{
    return RtlpReadWord(From) | RtlpReadWord(From + 2) << 16;
}

static inline void RtlpWriteLong(UCHAR *To, ULONG Value)
{
    RtlpWriteWord(To, Value);
    RtlpWriteWord(To + 2, Value >> 16);
}

/* ---- Matches --------------------------------------------------------------------------------- */

/*
 * The last place of each hash, and of each place within a window, a power of two, the one before.
 */
typedef struct RTLP_MATCHES {
    ULONG Last[RTLP_HASHES];
    ULONG Before[];
} RTLP_MATCHES;

static inline void RtlpForgetMatches(RTLP_MATCHES *Matches)
{
    NtCrt_memset(Matches->Last, 0xFF, sizeof(Matches->Last));
}

static inline ULONG RtlpHashOf(const UCHAR *At)
{
    return (ULONG)(((At[0] | (ULONG)At[1] << 8 | (ULONG)At[2] << 16) * 0x9E3779B1u) >> 21) &
           (RTLP_HASHES - 1);
}

/* At has RTLP_MIN_MATCH bytes, as everywhere here. */
static inline void RtlpNoteMatch(RTLP_MATCHES *Matches, const UCHAR *From, ULONG At, ULONG Window)
{
    const ULONG Hash = RtlpHashOf(From + At);

    Matches->Before[At & (Window - 1)] = Matches->Last[Hash];
    Matches->Last[Hash] = At;
}

/*
 * The longest match less than Window bytes back for what stands at At, of at most Longest bytes,
 * within Tries steps.
 */
static inline ULONG RtlpFindMatch(const RTLP_MATCHES *Matches, const UCHAR *From, ULONG At,
    ULONG Longest, ULONG Window, ULONG Tries, ULONG *Place)
{
    ULONG Best = 0, Candidate = Matches->Last[RtlpHashOf(From + At)];

    for (; Candidate != RTLP_NOWHERE && At - Candidate < Window && Tries != 0 && Best < Longest;
         Tries--) {
        ULONG Length = 0;
        while (Length < Longest && From[Candidate + Length] == From[At + Length])
            Length++;
        if (Length > Best) {
            Best = Length;
            *Place = Candidate;
        }
        Candidate = Matches->Before[Candidate & (Window - 1)];
    }
    return Best;
}

/* ---- Formats (lznt1.c, xpress.c, huffman.c) -------------------------------------------------- */

NTSTATUS NTAPI RtlpExpandLznt1(
    const UCHAR *From, ULONG FromBytes, UCHAR *To, ULONG Room, ULONG Chunk, ULONG *Final);
NTSTATUS NTAPI RtlpExpandLznt1Part(const UCHAR *From, ULONG FromBytes, ULONG Offset, UCHAR *To,
    ULONG Room, ULONG Chunk, UCHAR *Space, ULONG *Final);
NTSTATUS NTAPI RtlpPackLznt1(RTLP_MATCHES *Space, const UCHAR *From, ULONG Count, UCHAR *To,
    ULONG Room, ULONG Tries, ULONG *Final);

NTSTATUS NTAPI RtlpExpandXpress(
    const UCHAR *From, ULONG FromBytes, UCHAR *To, ULONG Room, ULONG *Final);
NTSTATUS NTAPI RtlpPackXpress(RTLP_MATCHES *Space, const UCHAR *From, ULONG Count, UCHAR *To,
    ULONG Room, ULONG Tries, ULONG *Final);

#define RTLP_SYMBOLS 512u

/*
 * A tree being made: leaves are the symbols that occur, in order of their weight; nodes follow
 * them.
 */
typedef struct RTLP_HUFFMAN_TREE {
    ULONG Weight[2 * RTLP_SYMBOLS];
    USHORT Parent[2 * RTLP_SYMBOLS];
    USHORT Leaf[RTLP_SYMBOLS];
    ULONG Frequency[RTLP_SYMBOLS];
    UCHAR Length[RTLP_SYMBOLS];
    USHORT Code[RTLP_SYMBOLS];
} RTLP_HUFFMAN_TREE;

typedef struct RTLP_HUFFMAN_SPACE {
    RTLP_HUFFMAN_TREE Tree;
    RTLP_MATCHES Matches; /* last: what is before in a window of RTLP_HUFFMAN_WINDOW follows */
} RTLP_HUFFMAN_SPACE;

NTSTATUS NTAPI RtlpExpandHuffman(
    const UCHAR *From, ULONG FromBytes, UCHAR *To, ULONG Room, ULONG *Final);
NTSTATUS NTAPI RtlpPackHuffman(RTLP_HUFFMAN_SPACE *Space, const UCHAR *From, ULONG Count, UCHAR *To,
    ULONG Room, ULONG Tries, ULONG *Final);
