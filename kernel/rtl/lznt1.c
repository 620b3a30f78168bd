/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Compression by LZNT1: chunks of 4096 bytes, each behind a header of 16 bits, compressed by references back into itself, or not
 * where that would not help. The formats Windows 8 added, XPRESS and XPRESS_HUFF, are refused. Nothing of a compressed buffer is
 * believed; the memory is the caller's.
 */
#include "rtl/compress.h"
#include "rtl/rtlp.h"

#define RTLP_CHUNK        4096u
#define RTLP_HEADER       2u
#define RTLP_SIGNATURE    0x3000u
#define RTLP_COMPRESSED   0x8000u
#define RTLP_MIN_MATCH    3u
#define RTLP_HASHES       2048u
#define RTLP_NOWHERE      0xFFFFu
#define RTLP_FORMAT_MASK  0x00FFu
#define RTLP_ENGINE_MASK  0xFF00u

/* What a compressor remembers of a chunk: the last place of each hash, and of each place the one before. */
typedef struct RTLP_LZ_SPACE {
    USHORT Last[RTLP_HASHES];
    USHORT Before[RTLP_CHUNK];
} RTLP_LZ_SPACE;

/* Bits of a token that are the length, where At bytes of the chunk have gone before. */
static inline unsigned RtlpLengthBits(ULONG At)
{
    unsigned Bits = 12;

    while (Bits > 4 && (At - 1) >> (16 - Bits) != 0)
        Bits--;
    return Bits;
}

static inline ULONG RtlpReadWord(const UCHAR *From)
{
    return From[0] | (ULONG)From[1] << 8;
}

static inline void RtlpWriteWord(UCHAR *To, ULONG Value)
{
    To[0] = (UCHAR)Value;
    To[1] = (UCHAR)(Value >> 8);
}

/* ---- reading --------------------------------------------------------------------------------------------------------- */

/* One compressed chunk into at most Room bytes. FALSE: it is damaged. */
static BOOLEAN NTAPI RtlpExpandChunk(const UCHAR *From, const UCHAR *End, UCHAR *To, ULONG Room, ULONG *Written)
{
    ULONG At = 0;

    while (From < End && At < Room) {
        unsigned Flags = *From++;
        for (unsigned Item = 0; Item < 8 && From < End && At < Room; Item++, Flags >>= 1) {
            if (!(Flags & 1)) {
                To[At++] = *From++;
                continue;
            }
            if (End - From < 2 || At == 0)
                return FALSE;
            ULONG Token = RtlpReadWord(From);
            unsigned Bits = RtlpLengthBits(At);
            ULONG Length = (Token & ((1u << Bits) - 1)) + RTLP_MIN_MATCH, Back = (Token >> Bits) + 1;
            From += 2;
            if (Back > At || Length > RTLP_CHUNK - At)
                return FALSE;
            for (; Length != 0 && At < Room; Length--, At++)
                To[At] = To[At - Back];
        }
    }
    *Written = At;
    return TRUE;
}

/* The chunk at *At: its header's length and what follows; *At moves behind it. NO_MORE_ENTRIES: there is none. */
static NTSTATUS NTAPI RtlpNextChunk(const UCHAR **At, const UCHAR *End, const UCHAR **Data, ULONG *Bytes, BOOLEAN *Compressed)
{
    ULONG Header;

    if (End - *At < (ptrdiff_t)RTLP_HEADER)
        return STATUS_NO_MORE_ENTRIES;
    Header = RtlpReadWord(*At);
    if (Header == 0)
        return STATUS_NO_MORE_ENTRIES;
    *Bytes = (Header & 0xFFF) + 1;
    *Data = *At + RTLP_HEADER;
    *Compressed = (Header & RTLP_COMPRESSED) != 0;
    if ((Header & 0x7000) != RTLP_SIGNATURE || *Bytes > (ULONG_PTR)(End - *Data))
        return STATUS_BAD_COMPRESSION_BUFFER;
    *At = *Data + *Bytes;
    return STATUS_SUCCESS;
}

/* A chunk's bytes, of which all but the last have RTLP_CHUNK. */
static NTSTATUS NTAPI RtlpReadChunk(
    const UCHAR *Data, ULONG Bytes, BOOLEAN Compressed, UCHAR *To, ULONG Room, ULONG *Written)
{
    if (Room > RTLP_CHUNK)
        Room = RTLP_CHUNK;
    if (Compressed)
        return RtlpExpandChunk(Data, Data + Bytes, To, Room, Written) ? STATUS_SUCCESS : STATUS_BAD_COMPRESSION_BUFFER;
    *Written = Bytes < Room ? Bytes : Room;
    NtCrt_memcpy(To, Data, *Written);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI RtlpCheckFormat(USHORT Format, BOOLEAN Engine)
{
    if ((Format & RTLP_FORMAT_MASK) == COMPRESSION_FORMAT_NONE || (Format & RTLP_FORMAT_MASK) == COMPRESSION_FORMAT_DEFAULT)
        return STATUS_INVALID_PARAMETER;
    if ((Format & RTLP_FORMAT_MASK) != COMPRESSION_FORMAT_LZNT1)
        return STATUS_UNSUPPORTED_COMPRESSION;
    if (Engine && (Format & RTLP_ENGINE_MASK) != COMPRESSION_ENGINE_STANDARD &&
        (Format & RTLP_ENGINE_MASK) != COMPRESSION_ENGINE_MAXIMUM)
        return STATUS_NOT_SUPPORTED;
    return STATUS_SUCCESS;
}

/*
 * RtlDecompressBuffer, RtlDecompressBufferEx - expand a buffer, up to what UncompressedBuffer has room for.
 *
 * Partial: not COMPRESSION_FORMAT_XPRESS and XPRESS_HUFF. WorkSpace: not needed.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: format none or default; UNSUPPORTED_COMPRESSION: another format;
 *          BAD_COMPRESSION_BUFFER: the buffer is damaged.
 * Source:  DOC ntifs/RtlDecompressBuffer, RtlDecompressBufferEx; DOC [MS-XCA] 2.5
 */
NTSTATUS NTAPI RtlDecompressBuffer(USHORT CompressionFormat, UCHAR *UncompressedBuffer, ULONG UncompressedBufferSize,
    UCHAR *CompressedBuffer, ULONG CompressedBufferSize, ULONG *FinalUncompressedSize)
{
    const UCHAR *At = CompressedBuffer, *End = At + CompressedBufferSize, *Data;
    ULONG Total = 0, Bytes, Written, Last = RTLP_CHUNK;
    BOOLEAN Compressed;
    NTSTATUS Status = RtlpCheckFormat(CompressionFormat, FALSE);

    while (NT_SUCCESS(Status) && Total < UncompressedBufferSize) {
        Status = RtlpNextChunk(&At, End, &Data, &Bytes, &Compressed);
        if (Status == STATUS_NO_MORE_ENTRIES) {
            Status = STATUS_SUCCESS;
            break;
        }
        if (NT_SUCCESS(Status) && Last < RTLP_CHUNK) {
            /* A chunk that was short was to be followed by zeros. */
            ULONG Gap = (ULONG)RtlpMinimum(RTLP_CHUNK - Last, UncompressedBufferSize - Total);
            NtCrt_memset(UncompressedBuffer + Total, 0, Gap);
            Total += Gap;
        }
        if (NT_SUCCESS(Status))
            Status = RtlpReadChunk(
                Data, Bytes, Compressed, UncompressedBuffer + Total, UncompressedBufferSize - Total, &Written);
        if (NT_SUCCESS(Status)) {
            Total += Written;
            Last = Written;
        }
    }
    if (NT_SUCCESS(Status))
        *FinalUncompressedSize = Total;
    return Status;
}

NTSTATUS NTAPI RtlDecompressBufferEx(USHORT CompressionFormat, UCHAR *UncompressedBuffer, ULONG UncompressedBufferSize,
    UCHAR *CompressedBuffer, ULONG CompressedBufferSize, ULONG *FinalUncompressedSize, PVOID WorkSpace)
{
    (void)WorkSpace;
    return RtlDecompressBuffer(CompressionFormat, UncompressedBuffer, UncompressedBufferSize, CompressedBuffer,
        CompressedBufferSize, FinalUncompressedSize);
}

/*
 * RtlDecompressFragment - expand a part of a buffer, from FragmentOffset of its uncompressed bytes on.
 *
 * Partial: not COMPRESSION_FORMAT_XPRESS and XPRESS_HUFF. WorkSpace: of the size RtlGetCompressionWorkSpaceSize gives for fragments.
 * IRQL:    <= APC_LEVEL
 * Returns: as RtlDecompressBuffer; SUCCESS and no bytes for an offset behind the end.
 * Source:  DOC ntifs/RtlDecompressFragment
 */
NTSTATUS NTAPI RtlDecompressFragment(USHORT CompressionFormat, UCHAR *UncompressedFragment, ULONG UncompressedFragmentSize,
    UCHAR *CompressedBuffer, ULONG CompressedBufferSize, ULONG FragmentOffset, ULONG *FinalUncompressedSize,
    PVOID WorkSpace)
{
    const UCHAR *At = CompressedBuffer, *End = At + CompressedBufferSize, *Data;
    ULONG Total = 0, Bytes, Written;
    BOOLEAN Compressed;
    NTSTATUS Status = RtlpCheckFormat(CompressionFormat, FALSE);

    while (NT_SUCCESS(Status) && Total < UncompressedFragmentSize) {
        Status = RtlpNextChunk(&At, End, &Data, &Bytes, &Compressed);
        if (!NT_SUCCESS(Status) || FragmentOffset >= RTLP_CHUNK) {
            FragmentOffset -= NT_SUCCESS(Status) ? RTLP_CHUNK : 0;
            continue;
        }
        Status = RtlpReadChunk(Data, Bytes, Compressed, WorkSpace, RTLP_CHUNK, &Written);
        if (NT_SUCCESS(Status) && Written > FragmentOffset) {
            ULONG Count = (ULONG)RtlpMinimum(Written - FragmentOffset, UncompressedFragmentSize - Total);
            NtCrt_memcpy(UncompressedFragment + Total, (UCHAR *)WorkSpace + FragmentOffset, Count);
            Total += Count;
        }
        FragmentOffset = 0;
    }
    if (Status == STATUS_NO_MORE_ENTRIES)
        Status = STATUS_SUCCESS;
    if (NT_SUCCESS(Status))
        *FinalUncompressedSize = Total;
    return Status;
}

/*
 * RtlDescribeChunk - the chunk *CompressedBuffer points to, which then points behind it.
 *
 * ChunkBuffer, ChunkSize: the chunk with its header; of one that is not compressed the 4096 bytes alone.
 * Partial: not COMPRESSION_FORMAT_XPRESS and XPRESS_HUFF.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; NO_MORE_ENTRIES: there is no more; BAD_COMPRESSION_BUFFER; INVALID_PARAMETER, UNSUPPORTED_COMPRESSION.
 * Source:  DOC ntifs/RtlDescribeChunk
 */
NTSTATUS NTAPI RtlDescribeChunk(USHORT CompressionFormat, UCHAR **CompressedBuffer, UCHAR *EndOfCompressedBufferPlus1,
    UCHAR **ChunkBuffer, ULONG *ChunkSize)
{
    const UCHAR *At = *CompressedBuffer, *Data;
    BOOLEAN Compressed;
    ULONG Bytes;
    NTSTATUS Status = RtlpCheckFormat(CompressionFormat, FALSE);

    if (NT_SUCCESS(Status))
        Status = RtlpNextChunk(&At, EndOfCompressedBufferPlus1, &Data, &Bytes, &Compressed);
    if (!NT_SUCCESS(Status))
        return Status;
    *ChunkBuffer = *CompressedBuffer + (Compressed ? 0 : RTLP_HEADER);
    *ChunkSize = Compressed ? Bytes + RTLP_HEADER : Bytes;
    *CompressedBuffer += Bytes + RTLP_HEADER;
    return STATUS_SUCCESS;
}

/* ---- writing --------------------------------------------------------------------------------------------------------- */

static inline ULONG RtlpHashOf(const UCHAR *At)
{
    return (ULONG)(((At[0] | (ULONG)At[1] << 8 | (ULONG)At[2] << 16) * 0x9E3779B1u) >> 21) & (RTLP_HASHES - 1);
}

/* The longest match for what stands at At, of at most Longest bytes, within Tries steps back. */
static ULONG NTAPI RtlpFindMatch(
    const RTLP_LZ_SPACE *Space, const UCHAR *From, ULONG At, ULONG Longest, ULONG Tries, ULONG *Place)
{
    ULONG Best = 0;
    USHORT Candidate = Space->Last[RtlpHashOf(From + At)];

    for (; Candidate != RTLP_NOWHERE && Tries != 0; Tries--, Candidate = Space->Before[Candidate]) {
        ULONG Length = 0;
        while (Length < Longest && From[Candidate + Length] == From[At + Length])
            Length++;
        if (Length > Best) {
            Best = Length;
            *Place = Candidate;
        }
    }
    return Best;
}

/* One chunk of Count bytes into at most Room bytes; how many it took, 0: they are not enough. */
static ULONG NTAPI RtlpPackChunk(
    RTLP_LZ_SPACE *Space, const UCHAR *From, ULONG Count, UCHAR *To, ULONG Room, ULONG Tries)
{
    ULONG At = 0, Out = 0, FlagsAt = 0;
    unsigned Item = 8;

    NtCrt_memset(Space->Last, 0xFF, sizeof(Space->Last));
    while (At < Count) {
        ULONG Length = 0, Place = 0, Step = 1;
        if (Item == 8) {
            Item = 0;
            FlagsAt = Out++;
            if (Out > Room)
                return 0;
            To[FlagsAt] = 0;
        }
        unsigned Bits = RtlpLengthBits(At);
        ULONG Longest = (ULONG)RtlpMinimum(Count - At, (1u << Bits) - 1 + RTLP_MIN_MATCH);
        if (At != 0 && Count - At >= RTLP_MIN_MATCH)
            Length = RtlpFindMatch(Space, From, At, Longest, Tries, &Place);
        if (Length >= RTLP_MIN_MATCH) {
            if (Room - Out < 2)
                return 0;
            RtlpWriteWord(To + Out, (At - Place - 1) << Bits | (Length - RTLP_MIN_MATCH));
            To[FlagsAt] |= (UCHAR)(1u << Item);
            Out += 2;
            Step = Length;
        } else {
            if (Out >= Room)
                return 0;
            To[Out++] = From[At];
        }
        Item++;
        for (; Step != 0; Step--, At++) {
            if (Count - At >= RTLP_MIN_MATCH) {
                ULONG Hash = RtlpHashOf(From + At);
                Space->Before[At] = Space->Last[Hash];
                Space->Last[Hash] = (USHORT)At;
            }
        }
    }
    return Out;
}

static BOOLEAN NTAPI RtlpAllZeros(const UCHAR *From, ULONG Count)
{
    while (Count != 0 && From[Count - 1] == 0) {
        RTLP_KEEP_LOOP();
        Count--;
    }
    return Count == 0;
}

/*
 * RtlCompressBuffer - compress a buffer.
 *
 * CompressionFormatAndEngine: LZNT1 with the standard engine or the one that tries harder. UncompressedChunkSize: 4096; not looked at,
 *          as the format has no other. WorkSpace: of the size RtlGetCompressionWorkSpaceSize gives.
 * Partial: not COMPRESSION_FORMAT_XPRESS and XPRESS_HUFF.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; BUFFER_ALL_ZEROS, a success: there were only zeros; BUFFER_TOO_SMALL; INVALID_PARAMETER: format none or
 *          default; UNSUPPORTED_COMPRESSION: another format; NOT_SUPPORTED: another engine.
 * Source:  DOC ntifs/RtlCompressBuffer; DOC [MS-XCA] 2.5
 */
NTSTATUS NTAPI RtlCompressBuffer(USHORT CompressionFormatAndEngine, UCHAR *UncompressedBuffer, ULONG UncompressedBufferSize,
    UCHAR *CompressedBuffer, ULONG CompressedBufferSize, ULONG UncompressedChunkSize, ULONG *FinalCompressedSize,
    PVOID WorkSpace)
{
    ULONG Tries = (CompressionFormatAndEngine & RTLP_ENGINE_MASK) == COMPRESSION_ENGINE_MAXIMUM ? RTLP_CHUNK : 8;
    NTSTATUS Status = RtlpCheckFormat(CompressionFormatAndEngine, TRUE);
    ULONG Out = 0;
    (void)UncompressedChunkSize;

    if (!NT_SUCCESS(Status))
        return Status;
    for (ULONG At = 0; At < UncompressedBufferSize; At += RTLP_CHUNK) {
        const UCHAR *From = UncompressedBuffer + At;
        ULONG Count = (ULONG)RtlpMinimum(RTLP_CHUNK, UncompressedBufferSize - At), Bytes = 0, Header = RTLP_SIGNATURE;
        if (CompressedBufferSize - Out < RTLP_HEADER + 1)
            return STATUS_BUFFER_TOO_SMALL;
        ULONG Room = (ULONG)RtlpMinimum(CompressedBufferSize - Out - RTLP_HEADER, Count - (Count > 1));
        Bytes = RtlpPackChunk(WorkSpace, From, Count, CompressedBuffer + Out + RTLP_HEADER, Room, Tries);
        if (Bytes != 0) {
            Header |= RTLP_COMPRESSED;
        } else if (CompressedBufferSize - Out - RTLP_HEADER >= Count) {
            NtCrt_memcpy(CompressedBuffer + Out + RTLP_HEADER, From, Count);
            Bytes = Count;
        } else {
            return STATUS_BUFFER_TOO_SMALL;
        }
        RtlpWriteWord(CompressedBuffer + Out, Header | (Bytes - 1));
        Out += Bytes + RTLP_HEADER;
    }
    if (CompressedBufferSize - Out >= RTLP_HEADER)
        RtlpWriteWord(CompressedBuffer + Out, 0); /* the end, which does not count */
    *FinalCompressedSize = Out;
    return RtlpAllZeros(UncompressedBuffer, UncompressedBufferSize) ? STATUS_BUFFER_ALL_ZEROS : STATUS_SUCCESS;
}

/*
 * RtlGetCompressionWorkSpaceSize - how much memory compressing a buffer and expanding a fragment need beside their buffers.
 *
 * Partial: not COMPRESSION_FORMAT_XPRESS and XPRESS_HUFF.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: format none or default; UNSUPPORTED_COMPRESSION: another format; NOT_SUPPORTED: another
 *          engine.
 * Source:  DOC ntifs/RtlGetCompressionWorkSpaceSize
 */
NTSTATUS NTAPI RtlGetCompressionWorkSpaceSize(
    USHORT CompressionFormatAndEngine, ULONG *CompressBufferWorkSpaceSize, ULONG *CompressFragmentWorkSpaceSize)
{
    NTSTATUS Status = RtlpCheckFormat(CompressionFormatAndEngine, TRUE);

    if (NT_SUCCESS(Status)) {
        *CompressBufferWorkSpaceSize = sizeof(RTLP_LZ_SPACE);
        *CompressFragmentWorkSpaceSize = RTLP_CHUNK;
    }
    return Status;
}

/*
 * RtlReserveChunk - room for a chunk at *CompressedBuffer, which then points behind it.
 *
 * ChunkSize: with its header; 4096: bytes that are not compressed, and only these are ChunkBuffer; 0: a chunk of zeros, which is
 *          written at once.
 * Partial: not COMPRESSION_FORMAT_XPRESS and XPRESS_HUFF.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; BUFFER_TOO_SMALL; INVALID_PARAMETER, UNSUPPORTED_COMPRESSION; INVALID_PARAMETER: no chunk is so large.
 * Source:  DOC ntifs/RtlReserveChunk
 */
NTSTATUS NTAPI RtlReserveChunk(USHORT CompressionFormat, UCHAR **CompressedBuffer, UCHAR *EndOfCompressedBufferPlus1,
    UCHAR **ChunkBuffer, ULONG ChunkSize)
{
    /* A zero, and that again 4095 times. */
    static const UCHAR Zeros[] = {0x03, 0xB0, 0x02, 0x00, 0xFC, 0x0F};
    ULONG_PTR Room = (ULONG_PTR)(EndOfCompressedBufferPlus1 - *CompressedBuffer);
    ULONG Bytes = ChunkSize == 0 ? sizeof(Zeros) : ChunkSize == RTLP_CHUNK ? RTLP_CHUNK + RTLP_HEADER : ChunkSize;
    NTSTATUS Status = RtlpCheckFormat(CompressionFormat, FALSE);

    if (!NT_SUCCESS(Status))
        return Status;
    if (Bytes <= RTLP_HEADER || Bytes > RTLP_CHUNK + RTLP_HEADER)
        return STATUS_INVALID_PARAMETER;
    if (Room < Bytes)
        return STATUS_BUFFER_TOO_SMALL;
    *ChunkBuffer = *CompressedBuffer + (ChunkSize == RTLP_CHUNK ? RTLP_HEADER : 0);
    if (ChunkSize == 0)
        NtCrt_memcpy(*CompressedBuffer, Zeros, sizeof(Zeros));
    else
        RtlpWriteWord(*CompressedBuffer,
            RTLP_SIGNATURE | (Bytes - RTLP_HEADER - 1) | (ChunkSize == RTLP_CHUNK ? 0 : RTLP_COMPRESSED));
    *CompressedBuffer += Bytes;
    return STATUS_SUCCESS;
}
