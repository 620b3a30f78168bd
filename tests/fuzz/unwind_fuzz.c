/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes the unwind data of drivers: of an image that the loader takes, whatever its function table
 * and unwind codes say, a walk through its frames ends, and reads nothing but the image and the
 * stack.
 *
 * An input is two bytes of where in the code the walk begins, and the contents of .pdata, .xdata,
 * .text and the stack, of which words below 2^32 mean places in the image, and the next 2^32 places
 * on the stack.
 */
#include <sys/mman.h>

#include "ldr/parse.h"
#include "rtl/amd64/unwind.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/standalone.h"
#include "tests/lib/pe_builder.h"

enum { PDATA = 5 * 12, XDATA = 256, TEXT = 128, STACK = 256, FRAMES = 64 };

const size_t fuzz_most = 2 + PDATA + XDATA + TEXT + STACK;

#define ROOM  0x10000u    /* for the image */
#define REACH (1ull << 33) /* what an RVA may lead to: nothing else is there */

static struct {
    uint8_t *file;
    size_t size;
    uint8_t *pdata, *xdata, *text; /* in it */
    uint8_t *base;                 /* where it is placed */
    ULONG64 *stack;
} image;

static uint8_t *find(const char *mark, size_t size)
{
    return memmem(image.file, image.size, mark, size);
}

static void make_image(void)
{
    uint8_t text[TEXT] = "the code", pdata[PDATA] = "the functions", xdata[XDATA] = "unwind data";
    struct pe_builder *pe = pe_new(true);

    pe_set_entry(pe, pe_add_section(pe, ".text", PE_CODE, text, sizeof(text), sizeof(text)));
    const uint32_t table = pe_add_section(
        pe, ".pdata", PE_CONST, pdata, sizeof(pdata), sizeof(pdata));
    pe_set_directory(pe, PE_DIRECTORY_EXCEPTION, table, sizeof(pdata));
    pe_add_section(pe, ".xdata", PE_CONST, xdata, sizeof(xdata), sizeof(xdata));
    image.file = pe_finish(pe, &image.size);
    image.text = find("the code", 8);
    image.pdata = find("the functions", 13);
    image.xdata = find("unwind data", 11);
    image.base = mmap(NULL, REACH, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    image.stack = malloc(STACK);
    if (image.base == MAP_FAILED || image.stack == NULL)
        exit(1);
}

static void fill(struct input *input, uint8_t *at, size_t size)
{
    while (size-- > 0)
        *at++ = (uint8_t)take(input, 1);
}

static void fill_stack(struct input *input)
{
    for (unsigned i = 0; i < STACK / sizeof(ULONG64); i++) {
        const ULONG64 word = take(input, 8);
        image.stack[i] = word >> 32 == 0 ? word + (ULONG64)image.base
            : word >> 32 == 1            ? (ULONG)word + (ULONG64)image.stack
                                         : word;
    }
}

static void walk(ULONG table, ULONG count, ULONG start)
{
    const RTLP_STACK stack = {(ULONG64)image.stack, (ULONG64)image.stack + STACK};
    CONTEXT context = {
        .Rip = (ULONG64)image.base + 0x1000 + start, .Rsp = stack.Low, .Rbp = stack.Low + 64};
    RUNTIME_FUNCTION *functions = (RUNTIME_FUNCTION *)(void *)(image.base + table);
    PEXCEPTION_ROUTINE handler;
    ULONG64 establisher;
    void *data;

    for (unsigned frame = 0; frame < FRAMES; frame++) {
        const ULONG64 rva = context.Rip - (ULONG64)image.base;
        RUNTIME_FUNCTION *function = rva < ROOM
            ? RtlpFindFunction((ULONG)rva, image.base, functions, count)
            : NULL;
        if (function == NULL ||
            !RtlpVirtualUnwind(
                3, image.base, function, &stack, &context, &establisher, &handler, &data, NULL))
            return;
        if (handler != NULL && (uint8_t *)(uintptr_t)handler - image.base >= ROOM)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size, 0};
    LDRP_REASON reason;
    ULONG table, count;
    LDRP_FILE file;

    if (image.file == NULL)
        make_image();
    const ULONG start = (ULONG)take(&input, 2);
    fill(&input, image.pdata, PDATA);
    fill(&input, image.xdata, XDATA);
    fill(&input, image.text, TEXT);
    fill_stack(&input);
    if (!NT_SUCCESS(LdrpParse(image.file, image.size, &file, &reason)) || file.SizeOfImage > ROOM)
        abort();
    if (!NT_SUCCESS(LdrpCheckFunctionTable(&file, &table, &count, &reason)) || count == 0)
        return 0;
    if (mprotect(image.base, file.SizeOfImage, PROT_READ | PROT_WRITE) != 0)
        exit(1);
    LdrpPlace(&file, image.base);
    walk(table, count, start % TEXT);
    return 0;
}

const unsigned fuzz_seeds = 3;

static void put_function(uint8_t *pdata, uint32_t begin, uint32_t end, uint32_t unwind)
{
    const uint32_t entry[] = {begin, end, unwind};

    memcpy(pdata, entry, sizeof(entry));
}

/* Sections are a page apart: code at 0x1000, the table at 0x2000, unwind data at 0x3000. */
size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    /* sub rsp; push rbx, rdi, rbp */
    static const uint8_t plain[] = {1, 8, 4, 0, 8, 0x32, 4, 0x30, 3, 0x70, 2, 0x50};
    /* rbp; a handler */
    static const uint8_t framed[] = {
        9, 10, 6, 0x25, 10, 0x74, 4, 0, 10, 0x64, 2, 0, 6, 3, 2, 0x50, 0, 0x10, 0, 0};
    static const uint8_t chained[] = {
        0x21, 4, 2, 0, 4, 1, 0x20, 0, 0, 0x10, 0, 0, 0x20, 0x10, 0, 0, 0, 0x30, 0, 0};
    uint8_t *pdata = data + 2, *xdata = pdata + PDATA, *text = xdata + XDATA, *stack = text + TEXT;

    memset(data, 0, fuzz_most);
    data[0] = which == 0 ? 0x10 : which == 1 ? 0x2C : 0x4C;
    put_function(pdata, 0x1000, 0x1020, 0x3000);
    put_function(pdata + 12, 0x1020, 0x1040, 0x3020);
    put_function(pdata + 24, 0x1040, 0x1060, 0x3040);
    put_function(pdata + 36, 0x1060, 0x1070, 0x2001);
    put_function(pdata + 48, 0x1070, 0x1080, 0x3060);
    memcpy(xdata, plain, sizeof(plain));
    memcpy(xdata + 0x20, framed, sizeof(framed));
    memcpy(xdata + 0x40, chained, sizeof(chained));
    xdata[0x60] = 1;
    memcpy(text + 0x18, "\x48\x83\xC4\x20\x5B\x5F\x5D\xC3", 8);
    for (unsigned i = 0; i < STACK; i += 8) {
        stack[i] = (uint8_t)(i % 3 * 0x20);
        stack[i + (i % 5 == 0 ? 4 : 1)] = i % 5 == 0 ? 1 : 0x10;
    }
    return fuzz_most;
}
