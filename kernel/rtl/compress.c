/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Compression and its formats: LZNT1, and XPRESS and XPRESS_HUFF, which Windows 8 added. Nothing of
 * a compressed buffer is believed; the memory is the caller's.
 */
#include "rtl/compressp.h"

#define RTLP_ENGINE_MASK 0xFF00u
#define RTLP_TRIES       8u /* places looked at for a match, with the standard engine */

NTSTATUS NTAPI RtlpCheckFormat(USHORT FormatAndEngine, BOOLEAN Engine)
{
    const USHORT Format = RtlpFormatOf(FormatAndEngine), Asked = FormatAndEngine & RTLP_ENGINE_MASK;

    if (Format == COMPRESSION_FORMAT_NONE || Format == COMPRESSION_FORMAT_DEFAULT)
        return STATUS_INVALID_PARAMETER;
    if (Format > COMPRESSION_FORMAT_XPRESS_HUFF)
        return STATUS_UNSUPPORTED_COMPRESSION;
    if (Engine && Asked != COMPRESSION_ENGINE_STANDARD && Asked != COMPRESSION_ENGINE_MAXIMUM)
        return STATUS_NOT_SUPPORTED;
    return STATUS_SUCCESS;
}

static BOOLEAN NTAPI RtlpIsChunkSize(ULONG Bytes)
{
    return Bytes == 512 || Bytes == 1024 || Bytes == 2048 || Bytes == RTLP_CHUNK;
}

/*
 * RtlDecompressBuffer - expand a buffer, LZNT1 or XPRESS.
 *
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: format none or default; UNSUPPORTED_COMPRESSION: another
 *          format, XPRESS_HUFF too; BAD_COMPRESSION_BUFFER: the buffer is damaged, or what it holds
 *          has more bytes than there is room for: but of LZNT1, the first of them are given with
 *          SUCCESS.
 * Source:  DOC ntifs/RtlDecompressBuffer; DOC [MS-XCA]; that LZNT1 is cut: INF from the behaviour
 *          Windows shows
 */
NTSTATUS NTAPI RtlDecompressBuffer(USHORT CompressionFormat, UCHAR *UncompressedBuffer,
    ULONG UncompressedBufferSize, UCHAR *CompressedBuffer, ULONG CompressedBufferSize,
    ULONG *FinalUncompressedSize)
{
    if (RtlpFormatOf(CompressionFormat) == COMPRESSION_FORMAT_XPRESS_HUFF)
        return STATUS_UNSUPPORTED_COMPRESSION;
    return RtlDecompressBufferEx2(CompressionFormat, UncompressedBuffer, UncompressedBufferSize,
        CompressedBuffer, CompressedBufferSize, RTLP_CHUNK, FinalUncompressedSize, NULL);
}

/*
 * RtlDecompressBufferEx, RtlDecompressBufferEx2 - expand a buffer of any format.
 *
 * UncompressedBufferSize: of XPRESS_HUFF, whose end cannot be told otherwise, exactly what there
 *          was. UncompressedChunkSize: 512, 1024, 2048 or 4096: of the chunks LZNT1 was made with;
 *          one processor does it all. WorkSpace: not needed.
 * IRQL:    <= APC_LEVEL
 * Returns: as RtlDecompressBuffer; INVALID_PARAMETER: another chunk size.
 * Source:  DOC ntifs/RtlDecompressBufferEx, RtlDecompressBufferEx2
 */
NTSTATUS NTAPI RtlDecompressBufferEx(USHORT CompressionFormat, UCHAR *UncompressedBuffer,
    ULONG UncompressedBufferSize, UCHAR *CompressedBuffer, ULONG CompressedBufferSize,
    ULONG *FinalUncompressedSize, PVOID WorkSpace)
{
    return RtlDecompressBufferEx2(CompressionFormat, UncompressedBuffer, UncompressedBufferSize,
        CompressedBuffer, CompressedBufferSize, RTLP_CHUNK, FinalUncompressedSize, WorkSpace);
}

NTSTATUS NTAPI RtlDecompressBufferEx2(USHORT CompressionFormat, UCHAR *UncompressedBuffer,
    ULONG UncompressedBufferSize, UCHAR *CompressedBuffer, ULONG CompressedBufferSize,
    ULONG UncompressedChunkSize, ULONG *FinalUncompressedSize, PVOID WorkSpace)
{
    NTSTATUS Status = RtlpCheckFormat(CompressionFormat, FALSE);
    (void)WorkSpace;

    if (!NT_SUCCESS(Status))
        return Status;
    if (!RtlpIsChunkSize(UncompressedChunkSize))
        return STATUS_INVALID_PARAMETER;
    switch (RtlpFormatOf(CompressionFormat)) {
    case COMPRESSION_FORMAT_LZNT1:
        return RtlpExpandLznt1(CompressedBuffer, CompressedBufferSize, UncompressedBuffer,
            UncompressedBufferSize, UncompressedChunkSize, FinalUncompressedSize);
    case COMPRESSION_FORMAT_XPRESS:
        return RtlpExpandXpress(CompressedBuffer, CompressedBufferSize, UncompressedBuffer,
            UncompressedBufferSize, FinalUncompressedSize);
    default:
        return RtlpExpandHuffman(CompressedBuffer, CompressedBufferSize, UncompressedBuffer,
            UncompressedBufferSize, FinalUncompressedSize);
    }
}

/*
 * RtlDecompressFragment, RtlDecompressFragmentEx - expand a part of a buffer of LZNT1, from
 * FragmentOffset of its uncompressed bytes on.
 *
 * WorkSpace: of the size RtlGetCompressionWorkSpaceSize gives for fragments. UncompressedChunkSize:
 *          as RtlDecompressBufferEx2.
 * IRQL:    <= APC_LEVEL
 * Returns: as RtlDecompressBuffer, of which XPRESS is UNSUPPORTED_COMPRESSION; SUCCESS and no bytes
 *          for an offset behind the end.
 * Source:  DOC ntifs/RtlDecompressFragment, RtlDecompressFragmentEx
 */
NTSTATUS NTAPI RtlDecompressFragment(USHORT CompressionFormat, UCHAR *UncompressedFragment,
    ULONG UncompressedFragmentSize, UCHAR *CompressedBuffer, ULONG CompressedBufferSize,
    ULONG FragmentOffset, ULONG *FinalUncompressedSize, PVOID WorkSpace)
{
    return RtlDecompressFragmentEx(CompressionFormat, UncompressedFragment,
        UncompressedFragmentSize, CompressedBuffer, CompressedBufferSize, FragmentOffset,
        RTLP_CHUNK, FinalUncompressedSize, WorkSpace);
}

NTSTATUS NTAPI RtlDecompressFragmentEx(USHORT CompressionFormat, UCHAR *UncompressedFragment,
    ULONG UncompressedFragmentSize, UCHAR *CompressedBuffer, ULONG CompressedBufferSize,
    ULONG FragmentOffset, ULONG UncompressedChunkSize, ULONG *FinalUncompressedSize,
    PVOID WorkSpace)
{
    NTSTATUS Status = RtlpCheckFormat(CompressionFormat, FALSE);

    if (!NT_SUCCESS(Status))
        return Status;
    if (RtlpFormatOf(CompressionFormat) != COMPRESSION_FORMAT_LZNT1)
        return STATUS_UNSUPPORTED_COMPRESSION;
    if (!RtlpIsChunkSize(UncompressedChunkSize))
        return STATUS_INVALID_PARAMETER;
    return RtlpExpandLznt1Part(CompressedBuffer, CompressedBufferSize, FragmentOffset,
        UncompressedFragment, UncompressedFragmentSize, UncompressedChunkSize, WorkSpace,
        FinalUncompressedSize);
}

/*
 * RtlCompressBuffer - compress a buffer.
 *
 * CompressionFormatAndEngine: with the standard engine or the one that tries harder.
 *          UncompressedChunkSize: 4096; not looked at, as LZNT1 has no other. WorkSpace: of the
 *          size RtlGetCompressionWorkSpaceSize gives.
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; BUFFER_ALL_ZEROS, a success: there were only zeros (LZNT1); BUFFER_TOO_SMALL;
 *          INVALID_PARAMETER: format none or default; UNSUPPORTED_COMPRESSION: another format;
 *          NOT_SUPPORTED: another engine.
 * Source:  DOC ntifs/RtlCompressBuffer; DOC [MS-XCA]; that the other formats do not tell of zeros:
 *          INF
 */
NTSTATUS NTAPI RtlCompressBuffer(USHORT CompressionFormatAndEngine, UCHAR *UncompressedBuffer,
    ULONG UncompressedBufferSize, UCHAR *CompressedBuffer, ULONG CompressedBufferSize,
    ULONG UncompressedChunkSize, ULONG *FinalCompressedSize, PVOID WorkSpace)
{
    const BOOLEAN Harder =
        (CompressionFormatAndEngine & RTLP_ENGINE_MASK) == COMPRESSION_ENGINE_MAXIMUM;
    const ULONG Tries = Harder ? RTLP_CHUNK : RTLP_TRIES;
    NTSTATUS Status = RtlpCheckFormat(CompressionFormatAndEngine, TRUE);
    (void)UncompressedChunkSize;

    if (!NT_SUCCESS(Status))
        return Status;
    switch (RtlpFormatOf(CompressionFormatAndEngine)) {
    case COMPRESSION_FORMAT_LZNT1:
        return RtlpPackLznt1(WorkSpace, UncompressedBuffer, UncompressedBufferSize,
            CompressedBuffer, CompressedBufferSize, Tries, FinalCompressedSize);
    case COMPRESSION_FORMAT_XPRESS:
        return RtlpPackXpress(WorkSpace, UncompressedBuffer, UncompressedBufferSize,
            CompressedBuffer, CompressedBufferSize, Tries, FinalCompressedSize);
    default:
        return RtlpPackHuffman(WorkSpace, UncompressedBuffer, UncompressedBufferSize,
            CompressedBuffer, CompressedBufferSize, Tries, FinalCompressedSize);
    }
}

/*
 * RtlGetCompressionWorkSpaceSize - how much memory compressing a buffer, and expanding a buffer or
 * fragment, need beside their buffers.
 *
 * IRQL:    <= APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: format none or default; UNSUPPORTED_COMPRESSION: another
 *          format; NOT_SUPPORTED: another engine.
 * Source:  DOC ntifs/RtlGetCompressionWorkSpaceSize
 */
NTSTATUS NTAPI RtlGetCompressionWorkSpaceSize(USHORT CompressionFormatAndEngine,
    ULONG *CompressBufferWorkSpaceSize, ULONG *CompressFragmentWorkSpaceSize)
{
    NTSTATUS Status = RtlpCheckFormat(CompressionFormatAndEngine, TRUE);

    if (!NT_SUCCESS(Status))
        return Status;
    switch (RtlpFormatOf(CompressionFormatAndEngine)) {
    case COMPRESSION_FORMAT_LZNT1:
        *CompressBufferWorkSpaceSize = sizeof(RTLP_MATCHES) + RTLP_CHUNK * sizeof(ULONG);
        break;
    case COMPRESSION_FORMAT_XPRESS:
        *CompressBufferWorkSpaceSize = sizeof(RTLP_MATCHES) + RTLP_XPRESS_WINDOW * sizeof(ULONG);
        break;
    default:
        *CompressBufferWorkSpaceSize =
            sizeof(RTLP_HUFFMAN_SPACE) + RTLP_HUFFMAN_WINDOW * sizeof(ULONG);
        break;
    }
    *CompressFragmentWorkSpaceSize = RTLP_CHUNK;
    return STATUS_SUCCESS;
}
