/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Bitmaps: SizeOfBitMap bits in an array of ULONGs that the caller owns and serializes. Bits of the
 * last ULONG beyond the size are never taken into account. All may run at any IRQL when header and
 * buffer are resident, <= APC_LEVEL otherwise.
 */
#include "rtl/rtlp.h"

#define RTLP_NO_INDEX  0xFFFFFFFFu
#define RTLP_WORD_BITS 32u

static inline ULONG RtlpWordCount(const RTL_BITMAP *Map)
{
    return Map->SizeOfBitMap / RTLP_WORD_BITS + (Map->SizeOfBitMap % RTLP_WORD_BITS != 0);
}

/* The first bit from From on that is set (Invert 0) or clear (all ones); the size: none. */
static ULONG NTAPI RtlpNextBit(const RTL_BITMAP *Map, ULONG From, ULONG Invert)
{
    ULONG Words = RtlpWordCount(Map);
    ULONG Word = From / RTLP_WORD_BITS;
    ULONG Bits;
    ULONG Index;

    if (From >= Map->SizeOfBitMap)
        return Map->SizeOfBitMap;
    Bits = (Map->Buffer[Word] ^ Invert) & (0xFFFFFFFFu << From % RTLP_WORD_BITS);
    while (Bits == 0 && ++Word < Words)
        Bits = Map->Buffer[Word] ^ Invert;
    if (Bits == 0)
        return Map->SizeOfBitMap;
    Index = Word * RTLP_WORD_BITS + (ULONG)__builtin_ctz(Bits);
    return Index < Map->SizeOfBitMap ? Index : Map->SizeOfBitMap;
}

/* The next run of bits from From on that are set (Invert 0) or clear (all ones); 0: none. */
static inline ULONG RtlpNextRun(const RTL_BITMAP *Map, ULONG From, ULONG Invert, ULONG *Start)
{
    *Start = RtlpNextBit(Map, From, Invert);
    return RtlpNextBit(Map, *Start, ~Invert) - *Start;
}

#define RTLP_CLEAR_BITS 0xFFFFFFFFu
#define RTLP_SET_BITS   0u

/*
 * RtlInitializeBitMap - describe a caller's array as a bitmap; the bits stay as they are.
 *
 * IRQL:    any, if the header is resident
 * Source:  DOC wdm/RtlInitializeBitMap
 */
void NTAPI RtlInitializeBitMap(RTL_BITMAP *BitMapHeader, ULONG *BitMapBuffer, ULONG SizeOfBitMap)
{
    BitMapHeader->SizeOfBitMap = SizeOfBitMap;
    BitMapHeader->Buffer = BitMapBuffer;
}

/*
 * RtlClearAllBits, RtlSetAllBits - clear or set every bit.
 *
 * IRQL:    <= APC_LEVEL, any if resident
 * Source:  DOC wdm/RtlClearAllBits, RtlSetAllBits
 */
void NTAPI RtlClearAllBits(RTL_BITMAP *BitMapHeader)
{
    NtCrt_memset(BitMapHeader->Buffer, 0, (SIZE_T)RtlpWordCount(BitMapHeader) * sizeof(ULONG));
}

void NTAPI RtlSetAllBits(RTL_BITMAP *BitMapHeader)
{
    NtCrt_memset(BitMapHeader->Buffer, 0xFF, (SIZE_T)RtlpWordCount(BitMapHeader) * sizeof(ULONG));
}

/*
 * RtlClearBit, RtlSetBit, RtlTestBit - clear, set or read one bit, which must be in the bitmap.
 *
 * IRQL:    <= APC_LEVEL, any if resident
 * Source:  DOC wdm/RtlClearBit, RtlSetBit, RtlTestBit
 */
void NTAPI RtlClearBit(RTL_BITMAP *BitMapHeader, ULONG BitNumber)
{
    BitMapHeader->Buffer[BitNumber / RTLP_WORD_BITS] &= ~(1u << BitNumber % RTLP_WORD_BITS);
}

void NTAPI RtlSetBit(RTL_BITMAP *BitMapHeader, ULONG BitNumber)
{
    BitMapHeader->Buffer[BitNumber / RTLP_WORD_BITS] |= 1u << BitNumber % RTLP_WORD_BITS;
}

BOOLEAN NTAPI RtlTestBit(const RTL_BITMAP *BitMapHeader, ULONG BitNumber)
{
    return (BitMapHeader->Buffer[BitNumber / RTLP_WORD_BITS] >> BitNumber % RTLP_WORD_BITS & 1)
           != 0;
}

/* Sets (Value all ones) or clears (Value 0) a range. */
static inline void RtlpWriteBits(RTL_BITMAP *Map, ULONG Start, ULONG Count, ULONG Value)
{
    while (Count != 0) {
        ULONG Shift = Start % RTLP_WORD_BITS;
        ULONG Here = RTLP_WORD_BITS - Shift < Count ? RTLP_WORD_BITS - Shift : Count;
        ULONG Mask = (0xFFFFFFFFu >> (RTLP_WORD_BITS - Here)) << Shift;
        ULONG *Word = &Map->Buffer[Start / RTLP_WORD_BITS];

        *Word = (*Word & ~Mask) | (Value & Mask);
        Start += Here;
        Count -= Here;
    }
}

/*
 * RtlClearBits, RtlSetBits - clear or set a range of bits from StartingIndex on, in the bitmap.
 *
 * IRQL:    <= APC_LEVEL, any if resident
 * Source:  DOC wdm/RtlClearBits, RtlSetBits
 */
void NTAPI RtlClearBits(RTL_BITMAP *BitMapHeader, ULONG StartingIndex, ULONG NumberToClear)
{
    RtlpWriteBits(BitMapHeader, StartingIndex, NumberToClear, 0);
}

void NTAPI RtlSetBits(RTL_BITMAP *BitMapHeader, ULONG StartingIndex, ULONG NumberToSet)
{
    RtlpWriteBits(BitMapHeader, StartingIndex, NumberToSet, 0xFFFFFFFFu);
}

/*
 * RtlAreBitsClear, RtlAreBitsSet - whether Length bits from StartingIndex on are all clear or all
 * set.
 *
 * IRQL:    <= APC_LEVEL, any if resident
 * Returns: FALSE also for an empty range and one that is not wholly in the bitmap.
 * Source:  DOC wdm/RtlAreBitsClear, RtlAreBitsSet
 */
static inline BOOLEAN RtlpAreBits(const RTL_BITMAP *Map, ULONG Start, ULONG Length, ULONG Invert)
{
    if (Length == 0 || Start >= Map->SizeOfBitMap || Length > Map->SizeOfBitMap - Start)
        return FALSE;
    return RtlpNextBit(Map, Start, ~Invert) - Start >= Length;
}

BOOLEAN NTAPI RtlAreBitsClear(const RTL_BITMAP *BitMapHeader, ULONG StartingIndex, ULONG Length)
{
    return RtlpAreBits(BitMapHeader, StartingIndex, Length, RTLP_CLEAR_BITS);
}

BOOLEAN NTAPI RtlAreBitsSet(const RTL_BITMAP *BitMapHeader, ULONG StartingIndex, ULONG Length)
{
    return RtlpAreBits(BitMapHeader, StartingIndex, Length, RTLP_SET_BITS);
}

/* __builtin_popcount calls into libgcc where the processor is not known to count. */
static inline ULONG RtlpCountBits(ULONG Bits)
{
    Bits -= Bits >> 1 & 0x55555555;
    Bits = (Bits & 0x33333333) + (Bits >> 2 & 0x33333333);
    return ((Bits + (Bits >> 4)) & 0x0F0F0F0F) * 0x01010101 >> 24;
}

/*
 * RtlNumberOfSetBits, RtlNumberOfClearBits, RtlNumberOfSetBitsUlongPtr - count bits, of a bitmap or
 * a number.
 *
 * IRQL:    <= APC_LEVEL, any if resident
 * Source:  DOC wdm/RtlNumberOfSetBits, RtlNumberOfClearBits, RtlNumberOfSetBitsUlongPtr
 */
ULONG NTAPI RtlNumberOfSetBits(const RTL_BITMAP *BitMapHeader)
{
    ULONG Whole = BitMapHeader->SizeOfBitMap / RTLP_WORD_BITS;
    ULONG Rest = BitMapHeader->SizeOfBitMap % RTLP_WORD_BITS;
    ULONG Count = 0;

    for (ULONG Word = 0; Word < Whole; Word++)
        Count += RtlpCountBits(BitMapHeader->Buffer[Word]);
    if (Rest != 0)
        Count += RtlpCountBits(BitMapHeader->Buffer[Whole] & ((1u << Rest) - 1));
    return Count;
}

ULONG NTAPI RtlNumberOfClearBits(const RTL_BITMAP *BitMapHeader)
{
    return BitMapHeader->SizeOfBitMap - RtlNumberOfSetBits(BitMapHeader);
}

ULONG NTAPI RtlNumberOfSetBitsUlongPtr(ULONG_PTR Target)
{
    return RtlpCountBits((ULONG)Target) + RtlpCountBits((ULONG)((ULONGLONG)Target >> 32));
}

/*
 * A run of at least Count bits that starts at or behind From and before Limit; RTLP_NO_INDEX: none.
 */
static ULONG NTAPI RtlpSearch(
    const RTL_BITMAP *Map, ULONG Count, ULONG From, ULONG Limit, ULONG Invert)
{
    while (From < Limit) {
        ULONG Start;
        ULONG Length = RtlpNextRun(Map, From, Invert, &Start);

        if (Length == 0 || Start >= Limit)
            break;
        if (Length >= Count)
            return Start;
        From = Start + Length;
    }
    return RTLP_NO_INDEX;
}

static ULONG NTAPI RtlpFindBits(const RTL_BITMAP *Map, ULONG Count, ULONG Hint, ULONG Invert)
{
    ULONG Found;

    if (Hint >= Map->SizeOfBitMap)
        Hint = 0;
    if (Count == 0)
        return Hint & ~7u;
    Found = RtlpSearch(Map, Count, Hint, Map->SizeOfBitMap, Invert);
    return Found != RTLP_NO_INDEX ? Found : RtlpSearch(Map, Count, 0, Hint, Invert);
}

/*
 * RtlFindClearBits, RtlFindSetBits - find NumberToFind bits in a row that are clear or set, from
 * HintIndex to the end, then from the beginning.
 *
 * HintIndex: one behind the end counts as 0.
 * IRQL:    <= APC_LEVEL, any if resident
 * Returns: where the bits begin; 0xFFFFFFFF: nowhere. For no bits, the hint rounded down to a byte.
 * Source:  DOC wdm/RtlFindClearBits, RtlFindSetBits; no bits INF
 */
ULONG NTAPI RtlFindClearBits(const RTL_BITMAP *BitMapHeader, ULONG NumberToFind, ULONG HintIndex)
{
    return RtlpFindBits(BitMapHeader, NumberToFind, HintIndex, RTLP_CLEAR_BITS);
}

ULONG NTAPI RtlFindSetBits(const RTL_BITMAP *BitMapHeader, ULONG NumberToFind, ULONG HintIndex)
{
    return RtlpFindBits(BitMapHeader, NumberToFind, HintIndex, RTLP_SET_BITS);
}

/*
 * RtlFindClearBitsAndSet, RtlFindSetBitsAndClear - find bits likewise and turn them over.
 *
 * IRQL:    <= APC_LEVEL, any if resident
 * Returns: as above; 0xFFFFFFFF: nothing changed.
 * Source:  DOC wdm/RtlFindClearBitsAndSet, RtlFindSetBitsAndClear
 */
ULONG NTAPI RtlFindClearBitsAndSet(RTL_BITMAP *BitMapHeader, ULONG NumberToFind, ULONG HintIndex)
{
    ULONG Found = RtlpFindBits(BitMapHeader, NumberToFind, HintIndex, RTLP_CLEAR_BITS);

    if (Found != RTLP_NO_INDEX)
        RtlpWriteBits(BitMapHeader, Found, NumberToFind, 0xFFFFFFFFu);
    return Found;
}

ULONG NTAPI RtlFindSetBitsAndClear(RTL_BITMAP *BitMapHeader, ULONG NumberToFind, ULONG HintIndex)
{
    ULONG Found = RtlpFindBits(BitMapHeader, NumberToFind, HintIndex, RTLP_SET_BITS);

    if (Found != RTLP_NO_INDEX)
        RtlpWriteBits(BitMapHeader, Found, NumberToFind, 0);
    return Found;
}

/*
 * RtlFindNextForwardRunClear, RtlFindFirstRunClear - the next run of clear bits from FromIndex, or
 * from the beginning.
 *
 * IRQL:    <= APC_LEVEL, any if resident
 * Returns: bits of the run; 0: none, *StartingRunIndex means nothing.
 * Source:  DOC wdm/RtlFindNextForwardRunClear, RtlFindFirstRunClear
 */
ULONG NTAPI RtlFindNextForwardRunClear(
    const RTL_BITMAP *BitMapHeader, ULONG FromIndex, ULONG *StartingRunIndex)
{
    return RtlpNextRun(BitMapHeader, FromIndex, RTLP_CLEAR_BITS, StartingRunIndex);
}

ULONG NTAPI RtlFindFirstRunClear(const RTL_BITMAP *BitMapHeader, ULONG *StartingIndex)
{
    return RtlpNextRun(BitMapHeader, 0, RTLP_CLEAR_BITS, StartingIndex);
}

/*
 * RtlFindLastBackwardRunClear - the run of clear bits that ends at FromIndex, or the last before
 * it.
 *
 * IRQL:    <= APC_LEVEL, any if resident
 * Returns: bits of the run up to FromIndex; 0: none, *StartingRunIndex means nothing.
 * Source:  DOC wdm/RtlFindLastBackwardRunClear
 */
ULONG NTAPI RtlFindLastBackwardRunClear(
    const RTL_BITMAP *BitMapHeader, ULONG FromIndex, ULONG *StartingRunIndex)
{
    ULONG End;
    ULONG Start;

    if (BitMapHeader->SizeOfBitMap == 0)
        return 0;
    End = (FromIndex < BitMapHeader->SizeOfBitMap ? FromIndex : BitMapHeader->SizeOfBitMap - 1) + 1;
    while (End != 0 && RtlTestBit(BitMapHeader, End - 1))
        End--;
    Start = End;
    while (Start != 0 && !RtlTestBit(BitMapHeader, Start - 1))
        Start--;
    *StartingRunIndex = Start;
    return End - Start;
}

/*
 * RtlFindLongestRunClear - the longest run of clear bits, the first of several.
 *
 * IRQL:    <= APC_LEVEL, any if resident
 * Returns: bits of the run; 0: none, *StartingIndex is 0.
 * Source:  DOC wdm/RtlFindLongestRunClear; *StartingIndex without a run INF
 */
ULONG NTAPI RtlFindLongestRunClear(const RTL_BITMAP *BitMapHeader, ULONG *StartingIndex)
{
    RTL_BITMAP_RUN Run = {0, 0};

    RtlFindClearRuns(BitMapHeader, &Run, 1, TRUE);
    *StartingIndex = Run.StartingIndex;
    return Run.NumberOfBits;
}

/*
 * RtlFindClearRuns - the first SizeOfRunArray runs of clear bits in order, or the longest ones,
 * longest first.
 *
 * IRQL:    <= APC_LEVEL, any if resident
 * Returns: runs stored.
 * Source:  DOC wdm/RtlFindClearRuns; the order of runs of one length INF
 */
ULONG NTAPI RtlFindClearRuns(const RTL_BITMAP *BitMapHeader, RTL_BITMAP_RUN *RunArray,
    ULONG SizeOfRunArray, BOOLEAN LocateLongestRuns)
{
    ULONG Stored = 0;
    RTL_BITMAP_RUN Run = {0, 0};

    while (Stored < SizeOfRunArray || LocateLongestRuns) {
        ULONG Place;

        Run.NumberOfBits = RtlpNextRun(BitMapHeader, Run.StartingIndex + Run.NumberOfBits,
            RTLP_CLEAR_BITS, &Run.StartingIndex);
        if (Run.NumberOfBits == 0)
            break;
        if (Stored < SizeOfRunArray)
            Stored++;
        else if (SizeOfRunArray == 0 || RunArray[Stored - 1].NumberOfBits >= Run.NumberOfBits)
            continue;
        Place = Stored - 1;
        for (; LocateLongestRuns && Place > 0; Place--) {
            if (RunArray[Place - 1].NumberOfBits >= Run.NumberOfBits)
                break;
            RunArray[Place] = RunArray[Place - 1];
        }
        RunArray[Place] = Run;
    }
    return Stored;
}

/*
 * RtlFindMostSignificantBit, RtlFindLeastSignificantBit - the highest or lowest bit that is set.
 *
 * IRQL:    any
 * Returns: 0 to 63; -1: no bit is set.
 * Source:  DOC wdm/RtlFindMostSignificantBit, RtlFindLeastSignificantBit
 */
CCHAR NTAPI RtlFindMostSignificantBit(ULONGLONG Set)
{
    return Set == 0 ? -1 : (CCHAR)(63 - __builtin_clzll(Set));
}

CCHAR NTAPI RtlFindLeastSignificantBit(ULONGLONG Set)
{
    return Set == 0 ? -1 : (CCHAR)__builtin_ctzll(Set);
}
