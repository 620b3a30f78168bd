/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Exports: compression (compress.c). */
#pragma once

#include "nt/ntifs.h"

NTSTATUS NTAPI RtlGetCompressionWorkSpaceSize(USHORT CompressionFormatAndEngine,
    ULONG *CompressBufferWorkSpaceSize, ULONG *CompressFragmentWorkSpaceSize);
NTSTATUS NTAPI RtlCompressBuffer(USHORT CompressionFormatAndEngine, UCHAR *UncompressedBuffer,
    ULONG UncompressedBufferSize, UCHAR *CompressedBuffer, ULONG CompressedBufferSize,
    ULONG UncompressedChunkSize, ULONG *FinalCompressedSize, PVOID WorkSpace);
NTSTATUS NTAPI RtlDecompressBuffer(USHORT CompressionFormat, UCHAR *UncompressedBuffer,
    ULONG UncompressedBufferSize, UCHAR *CompressedBuffer, ULONG CompressedBufferSize,
    ULONG *FinalUncompressedSize);
NTSTATUS NTAPI RtlDecompressBufferEx(USHORT CompressionFormat, UCHAR *UncompressedBuffer,
    ULONG UncompressedBufferSize, UCHAR *CompressedBuffer, ULONG CompressedBufferSize,
    ULONG *FinalUncompressedSize, PVOID WorkSpace);
NTSTATUS NTAPI RtlDecompressBufferEx2(USHORT CompressionFormat, UCHAR *UncompressedBuffer,
    ULONG UncompressedBufferSize, UCHAR *CompressedBuffer, ULONG CompressedBufferSize,
    ULONG UncompressedChunkSize, ULONG *FinalUncompressedSize, PVOID WorkSpace);
NTSTATUS NTAPI RtlDecompressFragment(USHORT CompressionFormat, UCHAR *UncompressedFragment,
    ULONG UncompressedFragmentSize, UCHAR *CompressedBuffer, ULONG CompressedBufferSize,
    ULONG FragmentOffset, ULONG *FinalUncompressedSize, PVOID WorkSpace);
NTSTATUS NTAPI RtlDecompressFragmentEx(USHORT CompressionFormat, UCHAR *UncompressedFragment,
    ULONG UncompressedFragmentSize, UCHAR *CompressedBuffer, ULONG CompressedBufferSize,
    ULONG FragmentOffset, ULONG UncompressedChunkSize, ULONG *FinalUncompressedSize,
    PVOID WorkSpace);

/* lznt1.c */
NTSTATUS NTAPI RtlDescribeChunk(USHORT CompressionFormat, UCHAR **CompressedBuffer,
    UCHAR *EndOfCompressedBufferPlus1, UCHAR **ChunkBuffer, ULONG *ChunkSize);
NTSTATUS NTAPI RtlReserveChunk(USHORT CompressionFormat, UCHAR **CompressedBuffer,
    UCHAR *EndOfCompressedBufferPlus1, UCHAR **ChunkBuffer, ULONG ChunkSize);
