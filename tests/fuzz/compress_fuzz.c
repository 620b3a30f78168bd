/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes compressed buffers: whatever the bytes are, they are refused or expand into the room there is, in parts as in one; what is
 * compressed here expands to what it was.
 *
 * An input is one byte that chooses, two of the room there is, two of where a part begins, and the bytes.
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

    while (RtlDescribeChunk(COMPRESSION_FORMAT_LZNT1, &at, bytes + size, &chunk, &chunk_size) == STATUS_SUCCESS) {
        if (at > bytes + size || chunk < bytes || chunk_size > (size_t)(bytes + size - chunk))
            abort();
        look(chunk, chunk_size);
    }
}

static void expand(UCHAR *bytes, size_t size, ULONG room, ULONG from)
{
    UCHAR *whole = room_of(room), *part = room_of(room);
    ULONG written = 0, of_part = 0, space, of_fragment;

    if (!NT_SUCCESS(RtlGetCompressionWorkSpaceSize(COMPRESSION_FORMAT_LZNT1, &space, &of_fragment)))
        abort();
    UCHAR *work = room_of(of_fragment);
    if (NT_SUCCESS(RtlDecompressBuffer(COMPRESSION_FORMAT_LZNT1, whole, room, bytes, (ULONG)size, &written)) && written > room)
        abort();
    if (NT_SUCCESS(RtlDecompressFragment(COMPRESSION_FORMAT_LZNT1, part, room, bytes, (ULONG)size, from, &of_part, work)) &&
        of_part > room)
        abort();
    describe_chunks(bytes, size);
    free(work);
    free(part);
    free(whole);
}

static void go_and_return(UCHAR *bytes, size_t size)
{
    const ULONG most = (ULONG)size + 2 * (ULONG)(size / 4096 + 1);
    ULONG space, of_fragment, compressed = 0, written = 0;
    UCHAR *packed = room_of(most), *again = room_of(size);

    RtlGetCompressionWorkSpaceSize(COMPRESSION_FORMAT_LZNT1, &space, &of_fragment);
    UCHAR *work = room_of(space);
    if (!NT_SUCCESS(RtlCompressBuffer(COMPRESSION_FORMAT_LZNT1, bytes, (ULONG)size, packed, most, 4096, &compressed, work)) ||
        compressed > most)
        abort();
    if (!NT_SUCCESS(RtlDecompressBuffer(COMPRESSION_FORMAT_LZNT1, again, (ULONG)size, packed, compressed, &written)) ||
        written != size || memcmp(bytes, again, size) != 0)
        abort();
    free(work);
    free(again);
    free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size, 0};
    const BOOLEAN packed = take(&input, 1) % 2 == 0;
    const ULONG room = (ULONG)take(&input, 2), from = (ULONG)take(&input, 2);
    UCHAR *bytes = take_bytes(&input, fuzz_most, &size);

    if (packed)
        expand(bytes, size, room, from);
    else if (size != 0)
        go_and_return(bytes, size);
    free(bytes);
    return 0;
}

const unsigned fuzz_seeds = 3;

/* Two chunks, the first of a text that repeats itself; the same text; one chunk as it is. */
size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    static const uint8_t packed[] = {0, 0, 0x20, 1, 0, 0x0A, 0xB0, 0x08, 'a', 'b', 'c', 0x07, 0x20, 'd', 'e', 'f', 'g', 'h',
        2, 0x30, 'x', 'y', 'z'};
    static const char text[] = "\1\0\0\0\0abcabcabcabcabcabcdefghabcabcabcabc";

    if (which == 1) {
        memcpy(data, text, sizeof(text));
        return sizeof(text);
    }
    memcpy(data, packed, sizeof(packed));
    if (which == 2)
        memcpy(data + 5, "\3\x30wxyz", 6);
    return which == 0 ? sizeof(packed) : 11;
}
