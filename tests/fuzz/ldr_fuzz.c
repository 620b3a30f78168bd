/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes the PE parser: whatever the bytes are, it refuses or accepts without reading outside them,
 * and what it accepts can be laid out and relocated.
 */
#include <stdlib.h>
#include <string.h>

#include "ldr/parse.h"
#include "tests/fuzz/standalone.h"
#include "tests/lib/pe_builder.h"

const size_t fuzz_most = 65536;

#define MAX_PLACED_BYTES \
    (4u << 20) /* larger images are checked but not laid out: it would only take time */

static NTSTATUS count_import(const LDRP_IMPORT *import, void *context)
{
    size_t *bytes = context;
    *bytes +=
        strlen(import->Module) + (import->Name != NULL ? strlen(import->Name) : import->Ordinal);
    return STATUS_SUCCESS;
}

static void place(const LDRP_FILE *file)
{
    LDRP_REASON reason;
    uint8_t *image = calloc(1, file->SizeOfImage);
    if (image == NULL)
        return;
    LdrpPlace(file, image);
    if (!NT_SUCCESS(LdrpRelocate(file, image, 0x123450000, &reason)))
        abort(); /* it has been checked */
    for (ULONG page = 0; page < file->SizeOfImage / LDRP_PAGE; page++) {
        if (LdrpPageDiscardable(file, page) && LdrpPageAccess(file, page) == 0)
            abort();
    }
    free(image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    LDRP_FILE file;
    LDRP_REASON reason;
    LDRP_EXPORT export;
    size_t bytes = 0;

    if (!NT_SUCCESS(LdrpParse(data, size, &file, &reason)))
        return 0;
    LdrpCheckDriver(&file, IMAGE_FILE_MACHINE_AMD64, &reason);
    LdrpFindCookie(&file);
    LdrpFindExportByName(&file, "Beta", &export);
    LdrpFindExportByOrdinal(&file, 3, &export);
    if (!NT_SUCCESS(LdrpCheckDirectories(&file, &reason)))
        return 0;
    if (!NT_SUCCESS(LdrpWalkImports(&file, count_import, &bytes, &reason)))
        abort(); /* it has been checked */
    if (file.SizeOfImage <= MAX_PLACED_BYTES)
        place(&file);
    return 0;
}

const unsigned fuzz_seeds = 3;

static void *make_image(unsigned which, size_t *size)
{
    static const uint8_t code[] = {0xC3};

    if (which < 2)
        return pe_sample_driver(which == 1, size);
    struct pe_builder *pe = pe_new(false);
    pe_set_alignment(pe, 0x20);
    pe_set_entry(pe, pe_add_section(pe, ".text", PE_CODE, code, sizeof(code), sizeof(code)));
    pe_add_section(pe, ".data", PE_DATA, NULL, 0, 0x1234);
    return pe_finish(pe, size);
}

size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    size_t size;
    void *image = make_image(which, &size);

    memcpy(data, image, size);
    free(image);
    return size;
}
