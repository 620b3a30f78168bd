/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCompressBuffer, RtlDecompressBuffer, RtlDecompressFragment, RtlGetCompressionWorkSpaceSize,
 * RtlDescribeChunk, RtlReserveChunk, with LZNT1.
 */
#include "ktest.h"

NTSYSAPI NTSTATUS NTAPI RtlGetCompressionWorkSpaceSize(
    USHORT FormatAndEngine, PULONG BufferSize, PULONG FragmentSize);
NTSYSAPI NTSTATUS NTAPI RtlCompressBuffer(USHORT FormatAndEngine, PUCHAR From, ULONG FromSize,
    PUCHAR To, ULONG ToSize, ULONG ChunkSize, PULONG FinalSize, PVOID WorkSpace);
NTSYSAPI NTSTATUS NTAPI RtlDecompressBuffer(
    USHORT Format, PUCHAR To, ULONG ToSize, PUCHAR From, ULONG FromSize, PULONG FinalSize);
NTSYSAPI NTSTATUS NTAPI RtlDecompressFragment(USHORT Format, PUCHAR To, ULONG ToSize, PUCHAR From,
    ULONG FromSize, ULONG Offset, PULONG FinalSize, PVOID WorkSpace);
NTSYSAPI NTSTATUS NTAPI RtlDescribeChunk(
    USHORT Format, PUCHAR *Buffer, PUCHAR End, PUCHAR *Chunk, PULONG ChunkSize);
NTSYSAPI NTSTATUS NTAPI RtlReserveChunk(
    USHORT Format, PUCHAR *Buffer, PUCHAR End, PUCHAR *Chunk, ULONG ChunkSize);

#define LZNT1   2
#define MAXIMUM 0x100
#define SIZE    20000

static UCHAR Plain[SIZE], Packed[SIZE + 4096], Again[SIZE];
static PVOID Space;

static BOOLEAN MakeSpace(VOID)
{
    ULONG Buffer = 0, Fragment = 0;

    if (!CHECK_STATUS(
            RtlGetCompressionWorkSpaceSize(LZNT1 | MAXIMUM, &Buffer, &Fragment), STATUS_SUCCESS))
        return FALSE;
    Space = ExAllocatePoolWithTag(PagedPool, Buffer > Fragment ? Buffer : Fragment, 'tseT');
    return CHECK(Space != NULL);
}

static VOID FreeSpace(VOID)
{
    ExFreePoolWithTag(Space, 'tseT');
}

/* Words of a few letters, and some noise in the second half. */
static VOID FillPlain(VOID)
{
    ULONG Random = 1, I;

    for (I = 0; I < SIZE; I++) {
        Random = Random * 1103515245 + 12345;
        Plain[I] = I < SIZE / 2 ? (UCHAR)('a' + (I % 37) * (I / 500 + 1) % 7)
                                : (UCHAR)(Random >> 24);
    }
}

static VOID RoundTrip(USHORT Format)
{
    ULONG Bytes = 0, Final = 0;

    if (!MakeSpace())
        return;
    FillPlain();
    if (CHECK_STATUS(
            RtlCompressBuffer(Format, Plain, SIZE, Packed, sizeof(Packed), 4096, &Bytes, Space),
            STATUS_SUCCESS)) {
        CHECK(Bytes < SIZE * 3 / 4);
        CHECK_STATUS(
            RtlDecompressBuffer(LZNT1, Again, SIZE, Packed, Bytes, &Final), STATUS_SUCCESS);
        CHECK_EQ(Final, SIZE);
        CHECK_EQ(RtlCompareMemory(Plain, Again, SIZE), SIZE);
    }
    FreeSpace();
}

TEST(RtlCompressBuffer, GivesWhatDecompressBufferExpands)
{
    RoundTrip(LZNT1);
}

TEST(RtlCompressBuffer, TriesHarder)
{
    RoundTrip(LZNT1 | MAXIMUM);
}

TEST(RtlCompressBuffer, TellsOfZeros)
{
    ULONG Bytes = 0, Final = 0;

    if (!MakeSpace())
        return;
    RtlZeroMemory(Plain, SIZE);
    CHECK_STATUS(RtlCompressBuffer(LZNT1, Plain, 8192, Packed, sizeof(Packed), 4096, &Bytes, Space),
        STATUS_BUFFER_ALL_ZEROS);
    RtlFillMemory(Again, SIZE, 0xEE);
    CHECK_STATUS(RtlDecompressBuffer(LZNT1, Again, SIZE, Packed, Bytes, &Final), STATUS_SUCCESS);
    CHECK_EQ(Final, 8192);
    CHECK_EQ(Again[8191], 0);
    FreeSpace();
}

TEST(RtlCompressBuffer, SaysWhenThereIsNoRoom)
{
    ULONG Bytes = 0;

    if (!MakeSpace())
        return;
    FillPlain();
    CHECK_STATUS(
        RtlCompressBuffer(LZNT1, Plain + SIZE / 2, 4096, Packed, 1000, 4096, &Bytes, Space),
        STATUS_BUFFER_TOO_SMALL);
    FreeSpace();
}

TEST(RtlCompressBuffer, RefusesOtherFormats)
{
    ULONG Bytes;
    UCHAR One = 1;

    CHECK_STATUS(
        RtlCompressBuffer(0, &One, 1, Packed, 100, 4096, &Bytes, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(
        RtlCompressBuffer(1, &One, 1, Packed, 100, 4096, &Bytes, NULL), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlCompressBuffer(0x77, &One, 1, Packed, 100, 4096, &Bytes, NULL),
        STATUS_UNSUPPORTED_COMPRESSION);
}

/* The example of [MS-XCA] 3.3. */
static UCHAR Example[] = {0x38, 0xB0, 0x88, 0x46, 0x23, 0x20, 0x00, 0x20, 0x47, 0x20, 0x41, 0x00,
    0x10, 0xA2, 0x47, 0x01, 0xA0, 0x45, 0x20, 0x44, 0x00, 0x08, 0x45, 0x01, 0x50, 0x79, 0x00, 0xC0,
    0x45, 0x20, 0x05, 0x24, 0x13, 0x88, 0x05, 0xB4, 0x02, 0x4A, 0x44, 0xEF, 0x03, 0x58, 0x02, 0x8C,
    0x09, 0x16, 0x01, 0x48, 0x45, 0x00, 0xBE, 0x00, 0x9E, 0x00, 0x04, 0x01, 0x18, 0x90, 0x00};
static const char Expanded[] = "F# F# G A A G F# E D D E F# F# E E F# F# G A A G F# E D D E F# E D "
                               "D E E F# D E F# G F# D E F# "
                               "G F# E D E A F# F# G A A G F# E D D E F# E D D";

TEST(RtlDecompressBuffer, ExpandsWhatOthersMade)
{
    ULONG Final = 0;

    CHECK_STATUS(
        RtlDecompressBuffer(LZNT1, Again, SIZE, Example, sizeof(Example), &Final), STATUS_SUCCESS);
    CHECK_EQ(Final, sizeof(Expanded)); /* the terminating zero included */
    CHECK_EQ(RtlCompareMemory(Again, Expanded, sizeof(Expanded)), sizeof(Expanded));
}

TEST(RtlDecompressBuffer, StopsWhereTheBufferEnds)
{
    ULONG Final = 0;

    Again[10] = 0xEE;
    CHECK_STATUS(
        RtlDecompressBuffer(LZNT1, Again, 10, Example, sizeof(Example), &Final), STATUS_SUCCESS);
    CHECK_EQ(Final, 10);
    CHECK_EQ(Again[10], 0xEE);
}

TEST(RtlDecompressBuffer, RefusesWhatIsDamaged)
{
    static UCHAR BackTooFar[] = {0x02, 0xB0, 0x02, 'a', 0xFF, 0xFF};
    static UCHAR Short[] = {0xFF, 0xBF, 0x00};
    static UCHAR Signature[] = {0x00, 0x90, 'a', 'b'};
    ULONG Final = 0;

    BackTooFar[0] = 3;
    CHECK_STATUS(RtlDecompressBuffer(LZNT1, Again, SIZE, BackTooFar, sizeof(BackTooFar), &Final),
        STATUS_BAD_COMPRESSION_BUFFER);
    CHECK_STATUS(RtlDecompressBuffer(LZNT1, Again, SIZE, Short, sizeof(Short), &Final),
        STATUS_BAD_COMPRESSION_BUFFER);
    CHECK_STATUS(RtlDecompressBuffer(LZNT1, Again, SIZE, Signature, sizeof(Signature), &Final),
        STATUS_BAD_COMPRESSION_BUFFER);
    CHECK_STATUS(RtlDecompressBuffer(0, Again, SIZE, Short, sizeof(Short), &Final),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlDecompressBuffer(0x77, Again, SIZE, Short, sizeof(Short), &Final),
        STATUS_UNSUPPORTED_COMPRESSION);
}

TEST(RtlDecompressFragment, ExpandsAPart)
{
    ULONG Bytes = 0, Final = 0;

    if (!MakeSpace())
        return;
    FillPlain();
    CHECK_STATUS(RtlCompressBuffer(LZNT1, Plain, SIZE, Packed, sizeof(Packed), 4096, &Bytes, Space),
        STATUS_SUCCESS);
    CHECK_STATUS(RtlDecompressFragment(LZNT1, Again, 6000, Packed, Bytes, 5000, &Final, Space),
        STATUS_SUCCESS);
    CHECK_EQ(Final, 6000);
    CHECK_EQ(RtlCompareMemory(Plain + 5000, Again, 6000), 6000);
    CHECK_STATUS(
        RtlDecompressFragment(LZNT1, Again, 6000, Packed, Bytes, SIZE - 100, &Final, Space),
        STATUS_SUCCESS);
    CHECK_EQ(Final, 100);
    FreeSpace();
}

TEST(RtlDescribeChunk, GoesFromChunkToChunk)
{
    ULONG Bytes = 0, Count = 0, Size = 0;
    PUCHAR At = Packed, Chunk;
    NTSTATUS Status;

    if (!MakeSpace())
        return;
    FillPlain();
    CHECK_STATUS(RtlCompressBuffer(LZNT1, Plain, SIZE, Packed, sizeof(Packed), 4096, &Bytes, Space),
        STATUS_SUCCESS);
    while (
        (Status = RtlDescribeChunk(LZNT1, &At, Packed + Bytes, &Chunk, &Size)) == STATUS_SUCCESS &&
        Count < 10)
        Count++;
    CHECK_STATUS(Status, STATUS_NO_MORE_ENTRIES);
    CHECK_EQ(Count, 5);
    CHECK_PTR(At, Packed + Bytes);
    FreeSpace();
}

TEST(RtlReserveChunk, MakesRoomAndWritesZeros)
{
    PUCHAR At = Packed, Chunk = NULL;
    ULONG Final = 0;

    CHECK_STATUS(
        RtlReserveChunk(LZNT1, &At, Packed + sizeof(Packed), &Chunk, 4096), STATUS_SUCCESS);
    CHECK_PTR(Chunk, Packed + 2);
    CHECK_PTR(At, Packed + 4098);
    RtlFillMemory(Chunk, 4096, 'x');
    CHECK_STATUS(RtlReserveChunk(LZNT1, &At, Packed + sizeof(Packed), &Chunk, 0), STATUS_SUCCESS);
    CHECK_STATUS(RtlDecompressBuffer(LZNT1, Again, SIZE, Packed, (ULONG)(At - Packed), &Final),
        STATUS_SUCCESS);
    CHECK_EQ(Final, 8192);
    CHECK_EQ(Again[4095], 'x');
    CHECK_EQ(Again[4096], 0);
    CHECK_EQ(Again[8191], 0);
    CHECK_STATUS(RtlReserveChunk(LZNT1, &At, At + 10, &Chunk, 4096), STATUS_BUFFER_TOO_SMALL);
}

TEST(RtlGetCompressionWorkSpaceSize, RefusesOtherFormats)
{
    ULONG Buffer, Fragment;

    CHECK_STATUS(RtlGetCompressionWorkSpaceSize(0, &Buffer, &Fragment), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(
        RtlGetCompressionWorkSpaceSize(0x77, &Buffer, &Fragment), STATUS_UNSUPPORTED_COMPRESSION);
}
