/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes compressed buffers: whatever the bytes are, they are refused or expand into the room there
 * is, in parts as in one; what is compressed here expands to what it was.
 *
 * An input is one byte that chooses whether the bytes are compressed and the format, two of the
 * room there is, two of where a part begins, and the bytes.
 */
#include "nt/ntstatus.h"
#include "rtl/compress.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/standalone.h"

const size_t fuzz_most = 16384;

static UCHAR *room_of(size_t size)
{
    UCHAR *room = calloc(1, size + 1);

    if (room == NULL)
        exit(1);
    return room;
}

static void describe_chunks(UCHAR *bytes, size_t size)
{
    UCHAR *at = bytes, *chunk;
    ULONG chunk_size;

    while (RtlDescribeChunk(COMPRESSION_FORMAT_LZNT1, &at, bytes + size, &chunk, &chunk_size) ==
        STATUS_SUCCESS) {
        if (at > bytes + size || chunk < bytes || chunk_size > (size_t)(bytes + size - chunk))
            abort();
        look(chunk, chunk_size);
    }
}

static void expand(USHORT format, UCHAR *bytes, size_t size, ULONG room, ULONG from)
{
    UCHAR *whole = room_of(room), *part = room_of(room);
    ULONG written = 0, of_part = 0, space, of_fragment;

    if (!NT_SUCCESS(RtlGetCompressionWorkSpaceSize(format, &space, &of_fragment)))
        abort();
    UCHAR *work = room_of(of_fragment);
    if (NT_SUCCESS(
            RtlDecompressBufferEx(format, whole, room, bytes, (ULONG)size, &written, work)) &&
        written > room)
        abort();
    if (NT_SUCCESS(
            RtlDecompressFragment(format, part, room, bytes, (ULONG)size, from, &of_part, work)) &&
        of_part > room)
        abort();
    if (format == COMPRESSION_FORMAT_LZNT1)
        describe_chunks(bytes, size);
    free(work);
    free(part);
    free(whole);
}

static void go_and_return(USHORT format, UCHAR *bytes, size_t size)
{
    /* Flags, tables and headers, and codes of bytes that are longer than a byte. */
    const ULONG most = 2 * (ULONG)size + 512 * (ULONG)(size / 4096 + 1);
    ULONG space, of_fragment, compressed = 0, written = 0;
    UCHAR *packed = room_of(most), *again = room_of(size);

    RtlGetCompressionWorkSpaceSize(format, &space, &of_fragment);
    UCHAR *work = room_of(space);
    if (!NT_SUCCESS(
            RtlCompressBuffer(format, bytes, (ULONG)size, packed, most, 4096, &compressed, work)) ||
        compressed > most)
        abort();
    if (!NT_SUCCESS(RtlDecompressBufferEx(
            format, again, (ULONG)size, packed, compressed, &written, work)) ||
        written != size || memcmp(bytes, again, size) != 0)
        abort();
    free(work);
    free(again);
    free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size, 0};
    const unsigned choice = (unsigned)take(&input, 1);
    const BOOLEAN packed = choice % 2 == 0;
    const USHORT format = (USHORT)(COMPRESSION_FORMAT_LZNT1 + choice / 2 % 3);
    const ULONG room = (ULONG)take(&input, 2), from = (ULONG)take(&input, 2);
    UCHAR *bytes = take_bytes(&input, fuzz_most, &size);

    if (packed)
        expand(format, bytes, size, room, from);
    else if (size != 0)
        go_and_return(format, bytes, size);
    free(bytes);
    return 0;
}

const unsigned fuzz_seeds = 7;

/* LZNT1: two chunks, the first of a text that repeats itself, and one chunk as it is; a text and
 * references back for XPRESS; a table of four codes for XPRESS_HUFF. And a text for each. */
size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    static const uint8_t lznt1[] = {0, 0, 0x20, 1, 0, 0x0A, 0xB0, 0x08, 'a', 'b', 'c', 0x07, 0x20,
        'd', 'e', 'f', 'g', 'h', 2, 0x30, 'x', 'y', 'z'};
    static const uint8_t raw[] = {0, 0, 0x20, 1, 0, 3, 0x30, 'w', 'x', 'y', 'z'};
    static const uint8_t xpress[] = {
        2, 0, 0x20, 1, 0, 0xFF, 0xFF, 0xFF, 0x1F, 'a', 'b', 'c', 0x17, 0, 0x0F, 0xFF, 0x26, 1};
    static const uint8_t huffman[] = {4, 0, 0x20, 1, 0, [5 + 48] = 0x30, 0x23, [5 + 128] = 0x02,
        [5 + 143] = 0x20, [5 + 256] = 0xA8, 0xDC, 0, 0, 0xFF, 0x26, 1};
    static const char text[] = "\1\0\0\0\0abcabcabcabcabcabcdefghabcabcabcabc";
    static const struct {
        const void *bytes;
        size_t size;
    } seeds[] = {{lznt1, sizeof(lznt1)}, {text, sizeof(text)}, {raw, sizeof(raw)},
        {xpress, sizeof(xpress)}, {huffman, sizeof(huffman)}, {text, sizeof(text)},
        {text, sizeof(text)}};

    memcpy(data, seeds[which].bytes, seeds[which].size);
    if (which >= 5)
        data[0] = (uint8_t)(3 + 2 * (which - 5));
    return seeds[which].size;
}
