/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlDecompressBufferEx and RtlCompressBuffer with XPRESS and XPRESS_HUFF, since Windows 8;
 * RtlDecompressBufferEx2, RtlDecompressFragmentEx, since Windows 10.
 */
#include "ktest.h"

typedef NTSTATUS(NTAPI *EXPAND)(
    USHORT Format, PUCHAR To, ULONG ToSize, PUCHAR From, ULONG FromSize, PULONG Final, PVOID Space);
typedef NTSTATUS(NTAPI *EXPAND2)(USHORT Format, PUCHAR To, ULONG ToSize, PUCHAR From,
    ULONG FromSize, ULONG Chunk, PULONG Final, PVOID Space);
typedef NTSTATUS(NTAPI *FRAGMENT)(USHORT Format, PUCHAR To, ULONG ToSize, PUCHAR From,
    ULONG FromSize, ULONG Offset, ULONG Chunk, PULONG Final, PVOID Space);
NTSYSAPI NTSTATUS NTAPI RtlGetCompressionWorkSpaceSize(
    USHORT FormatAndEngine, PULONG BufferSize, PULONG FragmentSize);
NTSYSAPI NTSTATUS NTAPI RtlCompressBuffer(USHORT FormatAndEngine, PUCHAR From, ULONG FromSize,
    PUCHAR To, ULONG ToSize, ULONG ChunkSize, PULONG FinalSize, PVOID WorkSpace);
NTSYSAPI NTSTATUS NTAPI RtlDecompressBuffer(
    USHORT Format, PUCHAR To, ULONG ToSize, PUCHAR From, ULONG FromSize, PULONG FinalSize);

#define LZNT1       2
#define XPRESS      3
#define XPRESS_HUFF 4
#define MAXIMUM     0x100
#define SIZE        200000 /* some blocks of XPRESS_HUFF */
#define ROOM        (SIZE + SIZE / 4)

static PUCHAR Plain, Packed, Again;
static PVOID Space;

/* FALSE: this Windows has no RtlDecompressBufferEx, or there is no memory. */
static BOOLEAN Begin(USHORT Format)
{
    ULONG Buffer = 0, Fragment = 0;

    if (KtestExport(L"RtlDecompressBufferEx") == NULL) {
        skip("newer than this Windows");
        return FALSE;
    }
    if (!CHECK_STATUS(RtlGetCompressionWorkSpaceSize(Format, &Buffer, &Fragment), STATUS_SUCCESS))
        return FALSE;
    Space = ExAllocatePoolWithTag(PagedPool, Buffer > Fragment ? Buffer : Fragment, 'tseT');
    Plain = ExAllocatePoolWithTag(PagedPool, SIZE + ROOM + SIZE, 'tseT');
    Packed = Plain + SIZE;
    Again = Packed + ROOM;
    return CHECK(Space != NULL && Plain != NULL);
}

static VOID End(VOID)
{
    ExFreePoolWithTag(Plain, 'tseT');
    ExFreePoolWithTag(Space, 'tseT');
}

/* Text that repeats itself near and far, a long run, and noise. */
static VOID Fill(VOID)
{
    ULONG Random = 1, I;

    for (I = 0; I < SIZE; I++) {
        Random = Random * 1103515245 + 12345;
        if (I < SIZE / 2)
            Plain[I] = (UCHAR)('a' + I % 37 * (I / 500 + 1) % 7);
        else if (I < SIZE * 3 / 4)
            Plain[I] = 0;
        else
            Plain[I] = (UCHAR)(Random >> 24);
    }
}

static NTSTATUS Expand(USHORT Format, ULONG Room, PUCHAR From, ULONG Bytes, PULONG Final)
{
    EXPAND Function = (EXPAND)KtestExport(L"RtlDecompressBufferEx");

    return Function(Format, Again, Room, From, Bytes, Final, Space);
}

static VOID GoAndReturn(USHORT Format, ULONG Count)
{
    ULONG Bytes = 0, Final = 0;

    if (!CHECK_STATUS(RtlCompressBuffer(Format, Plain, Count, Packed, ROOM, 4096, &Bytes, Space),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(Expand(Format & 0xFF, Count, Packed, Bytes, &Final), STATUS_SUCCESS);
    CHECK_EQ(Final, Count);
    CHECK_EQ(RtlCompareMemory(Plain, Again, Count), Count);
}

static VOID RoundTrips(USHORT Format)
{
    static const ULONG Counts[] = {1, 2, 3, 31, 32, 33, 4096, 65535, 65536, 65537, 131072, SIZE};
    ULONG Index;

    if (!Begin(Format))
        return;
    Fill();
    for (Index = 0; Index < RTL_NUMBER_OF(Counts); Index++)
        GoAndReturn(Format, Counts[Index]);
    End();
}

TEST(RtlDecompressBufferEx, ExpandsXpress)
{
    RoundTrips(XPRESS);
    RoundTrips(XPRESS | MAXIMUM);
}

TEST(RtlDecompressBufferEx, ExpandsXpressHuff)
{
    RoundTrips(XPRESS_HUFF);
    RoundTrips(XPRESS_HUFF | MAXIMUM);
}

/* "abc" a hundred times: the example of [MS-XCA] 3.1 and 3.2. */
static UCHAR Repeated[] = {
    0xFF, 0xFF, 0xFF, 0x1F, 'a', 'b', 'c', 0x17, 0x00, 0x0F, 0xFF, 0x26, 0x01};
static UCHAR Letters[] = {0x3F, 0, 0, 0, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l',
    'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z'};
static UCHAR RepeatedHuff[] = {
    [48] = 0x30, 0x23, [128] = 0x02, [143] = 0x20, [256] = 0xA8, 0xDC, 0, 0, 0xFF, 0x26, 0x01};

static VOID CheckRepeated(ULONG Final)
{
    ULONG I;

    if (!CHECK_EQ(Final, 300))
        return;
    for (I = 0; I < 300; I++)
        CHECK_EQ(Again[I], 'a' + I % 3);
}

TEST(RtlDecompressBufferEx, ExpandsWhatOthersMade)
{
    ULONG Final = 0;

    if (!Begin(XPRESS_HUFF))
        return;
    CHECK_STATUS(Expand(XPRESS, 300, Repeated, sizeof(Repeated), &Final), STATUS_SUCCESS);
    CheckRepeated(Final);
    CHECK_STATUS(Expand(XPRESS, 26, Letters, sizeof(Letters), &Final), STATUS_SUCCESS);
    CHECK_EQ(Final, 26);
    CHECK_EQ(RtlCompareMemory(Again, Letters + 4, 26), 26);
    CHECK_STATUS(
        Expand(XPRESS_HUFF, 300, RepeatedHuff, sizeof(RepeatedHuff), &Final), STATUS_SUCCESS);
    CheckRepeated(Final);
    End();
}

TEST(RtlDecompressBufferEx, RefusesWhatIsDamaged)
{
    static UCHAR BackTooFar[] = {0, 0, 0, 0x40, 'a', 0xF8, 0x00};
    static UCHAR NoDistance[] = {0, 0, 0, 0x40, 'a', 0x00};
    ULONG Final = 0;

    if (!Begin(XPRESS_HUFF))
        return;
    CHECK_STATUS(
        Expand(XPRESS, 100, BackTooFar, sizeof(BackTooFar), &Final), STATUS_BAD_COMPRESSION_BUFFER);
    CHECK_STATUS(
        Expand(XPRESS, 100, NoDistance, sizeof(NoDistance), &Final), STATUS_BAD_COMPRESSION_BUFFER);
    CHECK_STATUS(
        Expand(XPRESS, 100, Repeated, sizeof(Repeated), &Final), STATUS_BAD_COMPRESSION_BUFFER);
    CHECK_STATUS(
        Expand(XPRESS, 300, Repeated, sizeof(Repeated) - 1, &Final), STATUS_BAD_COMPRESSION_BUFFER);
    CHECK_STATUS(
        Expand(XPRESS_HUFF, 300, RepeatedHuff, 100, &Final), STATUS_BAD_COMPRESSION_BUFFER);
    CHECK_STATUS(Expand(XPRESS_HUFF, 300, RepeatedHuff, sizeof(RepeatedHuff) - 1, &Final),
        STATUS_BAD_COMPRESSION_BUFFER);
    RtlZeroMemory(Packed, 300);
    CHECK_STATUS(Expand(XPRESS_HUFF, 300, Packed, 300, &Final), STATUS_BAD_COMPRESSION_BUFFER);
    RtlFillMemory(Packed, 300, 0x11);
    CHECK_STATUS(Expand(XPRESS_HUFF, 300, Packed, 300, &Final), STATUS_BAD_COMPRESSION_BUFFER);
    CHECK_STATUS(Expand(0, 300, Packed, 300, &Final), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Expand(1, 300, Packed, 300, &Final), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Expand(0x77, 300, Packed, 300, &Final), STATUS_UNSUPPORTED_COMPRESSION);
    End();
}

TEST(RtlDecompressBuffer, ExpandsXpressButNotHuff)
{
    ULONG Final = 0;

    if (!Begin(XPRESS))
        return;
    CHECK_STATUS(RtlDecompressBuffer(XPRESS, Again, 300, Repeated, sizeof(Repeated), &Final),
        STATUS_SUCCESS);
    CheckRepeated(Final);
    CHECK_STATUS(
        RtlDecompressBuffer(XPRESS_HUFF, Again, 300, RepeatedHuff, sizeof(RepeatedHuff), &Final),
        STATUS_UNSUPPORTED_COMPRESSION);
    End();
}

TEST(RtlCompressBuffer, SaysWhenThereIsNoRoomForXpress)
{
    static const USHORT Formats[] = {XPRESS, XPRESS_HUFF};
    ULONG Index, Bytes = 0, Room;

    for (Index = 0; Index < 2; Index++) {
        if (!Begin(Formats[Index]))
            return;
        Fill();
        if (CHECK_STATUS(
                RtlCompressBuffer(Formats[Index], Plain, 700, Packed, ROOM, 4096, &Bytes, Space),
                STATUS_SUCCESS)) {
            for (Room = 0; Room < Bytes; Room++)
                CHECK_STATUS(RtlCompressBuffer(
                                 Formats[Index], Plain, 700, Packed, Room, 4096, &Bytes, Space),
                    STATUS_BUFFER_TOO_SMALL);
            CHECK_STATUS(
                RtlCompressBuffer(Formats[Index], Plain, 700, Packed, Bytes, 4096, &Bytes, Space),
                STATUS_SUCCESS);
        }
        CHECK_STATUS(RtlCompressBuffer(
                         Formats[Index] | 0x700, Plain, 700, Packed, ROOM, 4096, &Bytes, Space),
            STATUS_NOT_SUPPORTED);
        End();
    }
}

TEST(RtlDecompressBufferEx2, ExpandsEveryFormat)
{
    EXPAND2 Function = (EXPAND2)KtestExport(L"RtlDecompressBufferEx2");
    ULONG Final = 0, Bytes = 0;

    if (Function == NULL) {
        skip("newer than this Windows");
        return;
    }
    if (!Begin(LZNT1))
        return;
    Fill();
    CHECK_STATUS(
        RtlCompressBuffer(LZNT1, Plain, SIZE, Packed, ROOM, 4096, &Bytes, Space), STATUS_SUCCESS);
    CHECK_STATUS(Function(LZNT1, Again, SIZE, Packed, Bytes, 4096, &Final, Space), STATUS_SUCCESS);
    CHECK_EQ(Final, SIZE);
    CHECK_EQ(RtlCompareMemory(Plain, Again, SIZE), SIZE);
    CHECK_STATUS(Function(XPRESS, Again, 300, Repeated, sizeof(Repeated), 4096, &Final, Space),
        STATUS_SUCCESS);
    CheckRepeated(Final);
    CHECK_STATUS(Function(0, Again, 300, Repeated, sizeof(Repeated), 4096, &Final, Space),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Function(0x77, Again, 300, Repeated, sizeof(Repeated), 4096, &Final, Space),
        STATUS_UNSUPPORTED_COMPRESSION);
    End();
}

TEST(RtlDecompressFragmentEx, ExpandsAPart)
{
    FRAGMENT Function = (FRAGMENT)KtestExport(L"RtlDecompressFragmentEx");
    ULONG Final = 0, Bytes = 0;

    if (Function == NULL) {
        skip("newer than this Windows");
        return;
    }
    if (!Begin(LZNT1))
        return;
    Fill();
    CHECK_STATUS(
        RtlCompressBuffer(LZNT1, Plain, SIZE, Packed, ROOM, 4096, &Bytes, Space), STATUS_SUCCESS);
    CHECK_STATUS(
        Function(LZNT1, Again, 6000, Packed, Bytes, 5000, 4096, &Final, Space), STATUS_SUCCESS);
    CHECK_EQ(Final, 6000);
    CHECK_EQ(RtlCompareMemory(Plain + 5000, Again, 6000), 6000);
    CHECK_STATUS(Function(0, Again, 6000, Packed, Bytes, 5000, 4096, &Final, Space),
        STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Function(0x77, Again, 6000, Packed, Bytes, 5000, 4096, &Final, Space),
        STATUS_UNSUPPORTED_COMPRESSION);
    End();
}
