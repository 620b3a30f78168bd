/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * XPRESS_HUFF: blocks of 65536 bytes, each behind the lengths of the codes of 512 symbols: bytes,
 * and references back by the bits their distance and length take. Codes are canonical, of up to 15
 * bits; bits come in words of 16, between which the rest of long lengths stands. [MS-XCA] 2.1, 2.2.
 * Nothing of a compressed buffer is believed.
 */
#include "rtl/compressp.h"

#define RTLP_BLOCK        65536u
#define RTLP_TABLE_BYTES  (RTLP_SYMBOLS / 2)
#define RTLP_LONGEST_CODE 15u
#define RTLP_END_SYMBOL   256u
#define RTLP_NO_NODE      0xFFFFu

/* ---- reading --------------------------------------------------------------------------------- */

/*
 * Codes of a block: of each length how many there are, and the symbols in the order of their codes.
 */
typedef struct RTLP_CODES {
    USHORT Count[RTLP_LONGEST_CODE + 1];
    USHORT Symbol[RTLP_SYMBOLS];
} RTLP_CODES;

typedef struct RTLP_BITS {
    const UCHAR *At, *End;
    ULONG Next;  /* the highest bit comes first */
    int Extra;   /* bits of it beyond the first 16 */
    BOOLEAN Bad; /* more was read than there is */
} RTLP_BITS;

static ULONG NTAPI RtlpTakeWord(RTLP_BITS *Bits)
{
    if (Bits->End - Bits->At < 2) {
        Bits->Bad = TRUE;
        return 0;
    }
    Bits->At += 2;
    return RtlpReadWord(Bits->At - 2);
}

static ULONG NTAPI RtlpTakeByte(RTLP_BITS *Bits)
{
    if (Bits->At == Bits->End) {
        Bits->Bad = TRUE;
        return 0;
    }
    return *Bits->At++;
}

/* At most 15 of them. */
static ULONG NTAPI RtlpTakeBits(RTLP_BITS *Bits, ULONG Count)
{
    ULONG Value = Count != 0 ? Bits->Next >> (32 - Count) : 0;

    Bits->Next <<= Count;
    Bits->Extra -= (int)Count;
    if (Bits->Extra < 0) {
        Bits->Next |= RtlpTakeWord(Bits) << -Bits->Extra;
        Bits->Extra += 16;
    }
    return Value;
}

/*
 * The table at the beginning of a block. FALSE: not every sequence of bits is a code, or some are
 * two.
 */
static BOOLEAN NTAPI RtlpReadCodes(const UCHAR *Table, RTLP_CODES *Codes)
{
    ULONG Space = 0, Total = 0;

    NtCrt_memset(Codes->Count, 0, sizeof(Codes->Count));
    for (ULONG Length = 1; Length <= RTLP_LONGEST_CODE; Length++) {
        for (ULONG Symbol = 0; Symbol < RTLP_SYMBOLS; Symbol++) {
            if ((ULONG)(Table[Symbol / 2] >> (Symbol % 2 * 4) & 15) != Length)
                continue;
            Codes->Symbol[Total++] = (USHORT)Symbol;
            Codes->Count[Length]++;
        }
        Space += (ULONG)Codes->Count[Length] << (RTLP_LONGEST_CODE - Length);
    }
    return Space == 1u << RTLP_LONGEST_CODE;
}

static ULONG NTAPI RtlpTakeSymbol(RTLP_BITS *Bits, const RTLP_CODES *Codes)
{
    ULONG First = 0, Before = 0, Length = 1;

    for (; Length <= RTLP_LONGEST_CODE; Length++) {
        const ULONG Code = Bits->Next >> (32 - Length);
        if (Code - First < Codes->Count[Length]) {
            RtlpTakeBits(Bits, Length);
            return Codes->Symbol[Before + Code - First];
        }
        Before += Codes->Count[Length];
        First = (First + Codes->Count[Length]) << 1;
    }
    Bits->Bad = TRUE;
    return 0;
}

/* The length a reference's symbol begins, with what follows in bytes. */
static ULONG64 NTAPI RtlpTakeLength(RTLP_BITS *Bits, ULONG Symbol)
{
    ULONG64 Length = Symbol & 15;

    if (Length == 15) {
        const ULONG Byte = RtlpTakeByte(Bits);
        Length += Byte;
        if (Byte == 255) {
            Length = RtlpTakeWord(Bits);
            if (Length == 0) {
                Length = RtlpTakeWord(Bits);
                Length |= RtlpTakeWord(Bits) << 16;
            }
            Bits->Bad |= Length < 15;
        }
    }
    return Length + RTLP_MIN_MATCH;
}

/*
 * One block into To, which has *At bytes already. The symbol at the end is that of a reference of
 * three bytes, too: only Room, which is what there was before compression, tells where the data
 * ends.
 */
static NTSTATUS NTAPI RtlpExpandBlock(RTLP_BITS *Bits, UCHAR *To, ULONG Room, ULONG *At)
{
    const ULONG End = (ULONG)RtlpMinimum((SIZE_T)Room - *At, RTLP_BLOCK) + *At;
    RTLP_CODES Codes;

    if (Bits->End - Bits->At < (ptrdiff_t)RTLP_TABLE_BYTES + 4 || !RtlpReadCodes(Bits->At, &Codes))
        return STATUS_BAD_COMPRESSION_BUFFER;
    Bits->At += RTLP_TABLE_BYTES;
    Bits->Next = RtlpTakeWord(Bits) << 16;
    Bits->Next |= RtlpTakeWord(Bits);
    Bits->Extra = 16;
    while (*At < End) {
        const ULONG Symbol = RtlpTakeSymbol(Bits, &Codes);
        if (Symbol < RTLP_END_SYMBOL) {
            To[(*At)++] = (UCHAR)Symbol;
        } else {
            ULONG64 Length = RtlpTakeLength(Bits, Symbol - RTLP_END_SYMBOL);
            const ULONG DistanceBits = (Symbol - RTLP_END_SYMBOL) >> 4;
            const ULONG Back = (1u << DistanceBits) + RtlpTakeBits(Bits, DistanceBits);
            if (Bits->Bad || Back > *At || Length > Room - *At)
                return STATUS_BAD_COMPRESSION_BUFFER;
            for (; Length != 0; Length--, (*At)++)
                To[*At] = To[*At - Back];
        }
        if (Bits->Bad)
            return STATUS_BAD_COMPRESSION_BUFFER;
    }
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlpExpandHuffman(
    const UCHAR *From, ULONG FromBytes, UCHAR *To, ULONG Room, ULONG *Final)
{
    RTLP_BITS Bits = {.At = From, .End = From + FromBytes};
    NTSTATUS Status = STATUS_SUCCESS;
    ULONG At = 0;

    while (At < Room && NT_SUCCESS(Status))
        Status = RtlpExpandBlock(&Bits, To, Room, &At);
    if (NT_SUCCESS(Status))
        *Final = At;
    return Status;
}

/* ---- codes ----------------------------------------------------------------------------------- */

/* The symbols that occur, in the order of their frequency. */
static ULONG NTAPI RtlpSortLeaves(RTLP_HUFFMAN_TREE *Tree)
{
    ULONG Count = 0;

    for (ULONG Symbol = 0; Symbol < RTLP_SYMBOLS; Symbol++) {
        ULONG At = Count;
        if (Tree->Frequency[Symbol] == 0)
            continue;
        for (; At != 0 && Tree->Weight[At - 1] > Tree->Frequency[Symbol]; At--) {
            Tree->Leaf[At] = Tree->Leaf[At - 1];
            Tree->Weight[At] = Tree->Weight[At - 1];
        }
        Tree->Leaf[At] = (USHORT)Symbol;
        Tree->Weight[At] = Tree->Frequency[Symbol];
        Count++;
    }
    return Count;
}

/* The lighter of the next leaf and the next node, neither of which has a parent. */
static ULONG NTAPI RtlpTakeLightest(
    const RTLP_HUFFMAN_TREE *Tree, ULONG Leaves, ULONG *Leaf, ULONG *Node, ULONG End)
{
    if (*Leaf < Leaves && (*Node == End || Tree->Weight[*Leaf] <= Tree->Weight[*Node]))
        return (*Leaf)++;
    return (*Node)++;
}

/* The lengths of the codes. FALSE: one is too long. */
static BOOLEAN NTAPI RtlpMeasureCodes(RTLP_HUFFMAN_TREE *Tree)
{
    const ULONG Leaves = RtlpSortLeaves(Tree);
    ULONG Leaf = 0, Node = Leaves, End = Leaves;

    for (; End < 2 * Leaves - 1; End++) {
        Tree->Weight[End] = 0;
        for (ULONG Child = 0; Child < 2; Child++) {
            const ULONG Lightest = RtlpTakeLightest(Tree, Leaves, &Leaf, &Node, End);
            Tree->Weight[End] += Tree->Weight[Lightest];
            Tree->Parent[Lightest] = (USHORT)End;
        }
    }
    Tree->Parent[End - 1] = RTLP_NO_NODE;
    NtCrt_memset(Tree->Length, 0, sizeof(Tree->Length));
    for (Leaf = 0; Leaf < Leaves; Leaf++) {
        ULONG Length = 0;
        for (ULONG Up = Tree->Parent[Leaf]; Up != RTLP_NO_NODE; Up = Tree->Parent[Up])
            Length++;
        if (Length > RTLP_LONGEST_CODE)
            return FALSE;
        Tree->Length[Tree->Leaf[Leaf]] = (UCHAR)Length;
    }
    return TRUE;
}

/*
 * Codes for Frequency, in which at least two symbols are made to occur: a reader wants every
 * sequence to mean something.
 */
static void NTAPI RtlpMakeCodes(RTLP_HUFFMAN_TREE *Tree)
{
    ULONG Occurring = 0, Code = 0;

    for (ULONG Symbol = 0; Symbol < RTLP_SYMBOLS; Symbol++)
        Occurring += Tree->Frequency[Symbol] != 0;
    for (ULONG Symbol = 0; Occurring < 2; Symbol++) {
        Occurring += Tree->Frequency[Symbol] == 0;
        Tree->Frequency[Symbol] += Tree->Frequency[Symbol] == 0;
    }
    while (!RtlpMeasureCodes(Tree)) {
        for (ULONG Symbol = 0; Symbol < RTLP_SYMBOLS; Symbol++)
            Tree->Frequency[Symbol] = (Tree->Frequency[Symbol] + 1) / 2;
    }
    for (ULONG Length = 1; Length <= RTLP_LONGEST_CODE; Length++, Code <<= 1) {
        for (ULONG Symbol = 0; Symbol < RTLP_SYMBOLS; Symbol++) {
            if (Tree->Length[Symbol] == Length)
                Tree->Code[Symbol] = (USHORT)Code++;
        }
    }
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Where bits go: into Word, then to First, while a reader has taken the word at Second already. */
typedef struct RTLP_BIT_OUTPUT {
    UCHAR *To;
    ULONG Room, At, First, Second;
    ULONG Word, Free;
    BOOLEAN Full;
} RTLP_BIT_OUTPUT;

/* So many bytes more; their place, or 0 where the first table is: there is no room. */
static ULONG NTAPI RtlpClaimBytes(RTLP_BIT_OUTPUT *Output, ULONG Bytes)
{
    const ULONG Place = Output->At;

    if (Output->Room - Output->At < Bytes) {
        Output->Full = TRUE;
        return 0;
    }
    Output->At += Bytes;
    return Place;
}

static void NTAPI RtlpPutWord(RTLP_BIT_OUTPUT *Output, ULONG Place, ULONG Word)
{
    if (!Output->Full)
        RtlpWriteWord(Output->To + Place, Word);
}

/* At most 15 of them. */
static void NTAPI RtlpPutBits(RTLP_BIT_OUTPUT *Output, ULONG Count, ULONG Bits)
{
    if (Output->Free >= Count) {
        Output->Free -= Count;
        Output->Word = Output->Word << Count | Bits;
        return;
    }
    const ULONG Over = Count - Output->Free;
    RtlpPutWord(Output, Output->First, Output->Word << Output->Free | Bits >> Over);
    Output->First = Output->Second;
    Output->Second = RtlpClaimBytes(Output, 2);
    Output->Word = Bits & ((1u << Over) - 1);
    Output->Free = 16 - Over;
}

/* What is done with the symbols of a block: count them, or write them. */
typedef struct RTLP_SINK {
    RTLP_HUFFMAN_TREE *Tree;
    RTLP_BIT_OUTPUT *Output; /* NULL: they are counted */
} RTLP_SINK;

static void NTAPI RtlpPutSymbol(const RTLP_SINK *Sink, ULONG Symbol)
{
    if (Sink->Output == NULL)
        Sink->Tree->Frequency[Symbol]++;
    else
        RtlpPutBits(Sink->Output, Sink->Tree->Length[Symbol], Sink->Tree->Code[Symbol]);
}

/* Back and Length are below 65536. */
static void NTAPI RtlpPutMatch(const RTLP_SINK *Sink, ULONG Back, ULONG Length)
{
    const ULONG DistanceBits = 31u - (ULONG)__builtin_clz(Back);

    Length -= RTLP_MIN_MATCH;
    RtlpPutSymbol(Sink, RTLP_END_SYMBOL + (DistanceBits << 4 | (ULONG)RtlpMinimum(Length, 15)));
    if (Sink->Output == NULL)
        return;
    if (Length >= 15) {
        const BOOLEAN Word = Length >= 15 + 255;
        const ULONG Place = RtlpClaimBytes(Sink->Output, Word ? 3 : 1);
        if (!Sink->Output->Full)
            Sink->Output->To[Place] = (UCHAR)RtlpMinimum(Length - 15, 255);
        if (Word)
            RtlpPutWord(Sink->Output, Place + 1, Length);
    }
    RtlpPutBits(Sink->Output, DistanceBits, Back - (1u << DistanceBits));
}

/* The same symbols each time it is called for the same bytes. */
static void NTAPI RtlpScanBlock(RTLP_MATCHES *Matches, const UCHAR *From, ULONG Count, BOOLEAN Last,
    ULONG Tries, const RTLP_SINK *Sink)
{
    RtlpForgetMatches(Matches);
    for (ULONG At = 0, Step; At < Count; At += Step) {
        ULONG Length = 0, Match = 0;
        Step = 1;
        if (Count - At >= RTLP_MIN_MATCH)
            Length = RtlpFindMatch(Matches, From, At,
                (ULONG)RtlpMinimum(Count - At, RTLP_BLOCK - 1), RTLP_HUFFMAN_WINDOW, Tries, &Match);
        if (Length >= RTLP_MIN_MATCH) {
            RtlpPutMatch(Sink, At - Match, Length);
            Step = Length;
        } else {
            RtlpPutSymbol(Sink, From[At]);
        }
        for (ULONG Noted = At; Noted < At + Step && Count - Noted >= RTLP_MIN_MATCH; Noted++)
            RtlpNoteMatch(Matches, From, Noted, RTLP_HUFFMAN_WINDOW);
    }
    if (Last)
        RtlpPutSymbol(Sink, RTLP_END_SYMBOL);
}

static void NTAPI RtlpPackBlock(RTLP_HUFFMAN_SPACE *Space, const UCHAR *From, ULONG Count,
    BOOLEAN Last, ULONG Tries, RTLP_BIT_OUTPUT *Output)
{
    const ULONG Table = RtlpClaimBytes(Output, RTLP_TABLE_BYTES + 4);
    RTLP_SINK Sink = {&Space->Tree, NULL};

    if (Output->Full)
        return;
    NtCrt_memset(Space->Tree.Frequency, 0, sizeof(Space->Tree.Frequency));
    RtlpScanBlock(&Space->Matches, From, Count, Last, Tries, &Sink);
    RtlpMakeCodes(&Space->Tree);
    for (ULONG Index = 0; Index < RTLP_TABLE_BYTES; Index++)
        Output->To[Table + Index] =
            (UCHAR)(Space->Tree.Length[2 * Index] | Space->Tree.Length[2 * Index + 1] << 4);
    Output->First = Table + RTLP_TABLE_BYTES;
    Output->Second = Output->First + 2;
    Output->Word = 0;
    Output->Free = 16;
    Sink.Output = Output;
    RtlpScanBlock(&Space->Matches, From, Count, Last, Tries, &Sink);
    RtlpPutWord(Output, Output->First, Output->Word << Output->Free);
    RtlpPutWord(Output, Output->Second, 0);
}

NTSTATUS NTAPI RtlpPackHuffman(RTLP_HUFFMAN_SPACE *Space, const UCHAR *From, ULONG Count, UCHAR *To,
    ULONG Room, ULONG Tries, ULONG *Final)
{
    RTLP_BIT_OUTPUT Output = {.To = To, .Room = Room};
    ULONG At = 0;

    do {
        const ULONG InBlock = (ULONG)RtlpMinimum(Count - At, RTLP_BLOCK);
        RtlpPackBlock(Space, From + At, InBlock, At + InBlock == Count, Tries, &Output);
        At += InBlock;
    } while (At < Count && !Output.Full);
    if (Output.Full)
        return STATUS_BUFFER_TOO_SMALL;
    *Final = Output.At;
    return STATUS_SUCCESS;
}
