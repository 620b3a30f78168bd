/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * LZNT1: chunks of 4096 bytes, each behind a header of 16 bits, compressed by references back into
 * itself, or not where that would not help. Nothing of a compressed buffer is believed.
 */
#include "rtl/compressp.h"

#define RTLP_HEADER     2u
#define RTLP_SIGNATURE  0x3000u
#define RTLP_COMPRESSED 0x8000u

/* Bits of a token that are the length, where At bytes of the chunk have gone before. */
static inline unsigned RtlpLengthBits(ULONG At)
{
    unsigned Bits = 12;

    while (Bits > 4 && (At - 1) >> (16 - Bits) != 0)
        Bits--;
    return Bits;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* One compressed chunk into at most Room bytes. FALSE: it is damaged. */
static BOOLEAN NTAPI RtlpExpandChunk(
    const UCHAR *From, const UCHAR *End, UCHAR *To, ULONG Room, ULONG *Written)
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
            ULONG Length = (Token & ((1u << Bits) - 1)) + RTLP_MIN_MATCH,
                  Back = (Token >> Bits) + 1;
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

/*
 * The chunk at *At: its header's length and what follows; *At moves behind it. NO_MORE_ENTRIES:
 * there is none.
 */
static NTSTATUS NTAPI RtlpNextChunk(
    const UCHAR **At, const UCHAR *End, const UCHAR **Data, ULONG *Bytes, BOOLEAN *Compressed)
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
    if (Compressed)
        return RtlpExpandChunk(Data, Data + Bytes, To, Room, Written)
                   ? STATUS_SUCCESS
                   : STATUS_BAD_COMPRESSION_BUFFER;
    *Written = Bytes < Room ? Bytes : Room;
    NtCrt_memcpy(To, Data, *Written);
    return STATUS_SUCCESS;
}

/* A buffer's chunks of up to Chunk bytes each, up to what there is room for. */
NTSTATUS NTAPI RtlpExpandLznt1(
    const UCHAR *From, ULONG FromBytes, UCHAR *To, ULONG Room, ULONG Chunk, ULONG *Final)
{
    const UCHAR *At = From, *End = From + FromBytes, *Data;
    ULONG Total = 0, Bytes, Written, Last = Chunk;
    NTSTATUS Status = STATUS_SUCCESS;
    BOOLEAN Compressed;

    while (NT_SUCCESS(Status) && Total < Room) {
        Status = RtlpNextChunk(&At, End, &Data, &Bytes, &Compressed);
        if (Status == STATUS_NO_MORE_ENTRIES) {
            Status = STATUS_SUCCESS;
            break;
        }
        if (NT_SUCCESS(Status) && Last < Chunk) {
            /* A chunk that was short was to be followed by zeros. */
            ULONG Gap = (ULONG)RtlpMinimum(Chunk - Last, Room - Total);
            NtCrt_memset(To + Total, 0, Gap);
            Total += Gap;
        }
        if (NT_SUCCESS(Status))
            Status = RtlpReadChunk(Data, Bytes, Compressed, To + Total,
                (ULONG)RtlpMinimum(Chunk, Room - Total), &Written);
        if (NT_SUCCESS(Status)) {
            Total += Written;
            Last = Written;
        }
    }
    if (NT_SUCCESS(Status))
        *Final = Total;
    return Status;
}

/* The same from Offset of the expanded bytes on; Space has room for a chunk. */
NTSTATUS NTAPI RtlpExpandLznt1Part(const UCHAR *From, ULONG FromBytes, ULONG Offset, UCHAR *To,
    ULONG Room, ULONG Chunk, UCHAR *Space, ULONG *Final)
{
    const UCHAR *At = From, *End = From + FromBytes, *Data;
    ULONG Total = 0, Bytes, Written;
    NTSTATUS Status = STATUS_SUCCESS;
    BOOLEAN Compressed;

    while (NT_SUCCESS(Status) && Total < Room) {
        Status = RtlpNextChunk(&At, End, &Data, &Bytes, &Compressed);
        if (!NT_SUCCESS(Status) || Offset >= Chunk) {
            Offset -= NT_SUCCESS(Status) ? Chunk : 0;
            continue;
        }
        Status = RtlpReadChunk(Data, Bytes, Compressed, Space, Chunk, &Written);
        if (NT_SUCCESS(Status) && Written > Offset) {
            ULONG Count = (ULONG)RtlpMinimum(Written - Offset, Room - Total);
            NtCrt_memcpy(To + Total, Space + Offset, Count);
            Total += Count;
        }
        Offset = 0;
    }
    if (Status == STATUS_NO_MORE_ENTRIES)
        Status = STATUS_SUCCESS;
    if (NT_SUCCESS(Status))
        *Final = Total;
    return Status;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* One chunk of Count bytes into at most Room bytes; how many it took, 0: they are not enough. */
static ULONG NTAPI RtlpPackChunk(
    RTLP_MATCHES *Space, const UCHAR *From, ULONG Count, UCHAR *To, ULONG Room, ULONG Tries)
{
    ULONG At = 0, Out = 0, FlagsAt = 0;
    unsigned Item = 8;

    RtlpForgetMatches(Space);
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
            Length = RtlpFindMatch(Space, From, At, Longest, RTLP_CHUNK, Tries, &Place);
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
            if (Count - At >= RTLP_MIN_MATCH)
                RtlpNoteMatch(Space, From, At, RTLP_CHUNK);
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

NTSTATUS NTAPI RtlpPackLznt1(RTLP_MATCHES *Space, const UCHAR *From, ULONG Count, UCHAR *To,
    ULONG Room, ULONG Tries, ULONG *Final)
{
    ULONG Out = 0;

    for (ULONG At = 0; At < Count; At += RTLP_CHUNK) {
        ULONG InChunk = (ULONG)RtlpMinimum(RTLP_CHUNK, Count - At), Bytes = 0,
              Header = RTLP_SIGNATURE;
        if (Room - Out < RTLP_HEADER + 1)
            return STATUS_BUFFER_TOO_SMALL;
        ULONG Most = (ULONG)RtlpMinimum(Room - Out - RTLP_HEADER, InChunk - (InChunk > 1));
        Bytes = RtlpPackChunk(Space, From + At, InChunk, To + Out + RTLP_HEADER, Most, Tries);
        if (Bytes != 0) {
            Header |= RTLP_COMPRESSED;
        } else if (Room - Out - RTLP_HEADER >= InChunk) {
            NtCrt_memcpy(To + Out + RTLP_HEADER, From + At, InChunk);
            Bytes = InChunk;
        } else {
            return STATUS_BUFFER_TOO_SMALL;
        }
        RtlpWriteWord(To + Out, Header | (Bytes - 1));
        Out += Bytes + RTLP_HEADER;
    }
    if (Room - Out >= RTLP_HEADER)
        RtlpWriteWord(To + Out, 0); /* the end, which does not count */
    *Final = Out;
    return RtlpAllZeros(From, Count) ? STATUS_BUFFER_ALL_ZEROS : STATUS_SUCCESS;
}

/* ---- Chunks ---------------------------------------------------------------------------------- */

static NTSTATUS NTAPI RtlpCheckLznt1(USHORT Format)
{
    NTSTATUS Status = RtlpCheckFormat(Format, FALSE);

    return NT_SUCCESS(Status) && RtlpFormatOf(Format) != COMPRESSION_FORMAT_LZNT1
               ? STATUS_UNSUPPORTED_COMPRESSION
               : Status;
}

/*
 * RtlDescribeChunk - the chunk *CompressedBuffer points to, which then points behind it.
 *
 * ChunkBuffer, ChunkSize: the chunk with its header; of one that is not compressed the 4096 bytes
 *          alone.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; NO_MORE_ENTRIES: there is no more; BAD_COMPRESSION_BUFFER; INVALID_PARAMETER,
 *          UNSUPPORTED_COMPRESSION.
 * Source:  DOC ntifs/RtlDescribeChunk
 */
NTSTATUS NTAPI RtlDescribeChunk(USHORT CompressionFormat, UCHAR **CompressedBuffer,
    UCHAR *EndOfCompressedBufferPlus1, UCHAR **ChunkBuffer, ULONG *ChunkSize)
{
    const UCHAR *At = *CompressedBuffer, *Data;
    BOOLEAN Compressed;
    ULONG Bytes;
    NTSTATUS Status = RtlpCheckLznt1(CompressionFormat);

    if (NT_SUCCESS(Status))
        Status = RtlpNextChunk(&At, EndOfCompressedBufferPlus1, &Data, &Bytes, &Compressed);
    if (!NT_SUCCESS(Status))
        return Status;
    *ChunkBuffer = *CompressedBuffer + (Compressed ? 0 : RTLP_HEADER);
    *ChunkSize = Compressed ? Bytes + RTLP_HEADER : Bytes;
    *CompressedBuffer += Bytes + RTLP_HEADER;
    return STATUS_SUCCESS;
}

/*
 * RtlReserveChunk - room for a chunk at *CompressedBuffer, which then points behind it.
 *
 * ChunkSize: with its header; 4096: bytes that are not compressed, and only these are ChunkBuffer;
 *          0: a chunk of zeros, which is written at once.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; BUFFER_TOO_SMALL; INVALID_PARAMETER, UNSUPPORTED_COMPRESSION;
 *          INVALID_PARAMETER: no chunk is so large.
 * Source:  DOC ntifs/RtlReserveChunk
 */
NTSTATUS NTAPI RtlReserveChunk(USHORT CompressionFormat, UCHAR **CompressedBuffer,
    UCHAR *EndOfCompressedBufferPlus1, UCHAR **ChunkBuffer, ULONG ChunkSize)
{
    /* A zero, and that again 4095 times. */
    static const UCHAR Zeros[] = {0x03, 0xB0, 0x02, 0x00, 0xFC, 0x0F};
    ULONG_PTR Room = (ULONG_PTR)(EndOfCompressedBufferPlus1 - *CompressedBuffer);
    ULONG Bytes = ChunkSize == 0            ? sizeof(Zeros)
                  : ChunkSize == RTLP_CHUNK ? RTLP_CHUNK + RTLP_HEADER
                                            : ChunkSize;
    NTSTATUS Status = RtlpCheckLznt1(CompressionFormat);

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
        RtlpWriteWord(*CompressedBuffer, RTLP_SIGNATURE | (Bytes - RTLP_HEADER - 1) |
                                             (ChunkSize == RTLP_CHUNK ? 0 : RTLP_COMPRESSED));
    *CompressedBuffer += Bytes;
    return STATUS_SUCCESS;
}
