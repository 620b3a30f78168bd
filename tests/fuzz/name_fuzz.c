/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes names: expressions with wild cards, the first part of a path, short names, lists of
 * extended attributes. Where case does not count it does not, a name without wild cards matches
 * itself, and what is taken apart gets shorter.
 *
 * An input is one byte of how it is matched and one of how long the expression is; then the
 * expression, and the name or the list.
 */
#include "fs/fsp.h"
#include "fsrtl/fsrtl.h"
#include "rtl/misc.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/kernel.h"
#include "tests/fuzz/standalone.h"

const size_t fuzz_most = 512;

static UNICODE_STRING string_of(void *bytes, size_t size)
{
    const USHORT length = (USHORT)(size & ~(size_t)1);

    return (UNICODE_STRING){length, length, bytes};
}

static void match(UNICODE_STRING *expression, UNICODE_STRING *name, BOOLEAN any_case)
{
    if (any_case) /* the expression is to be in capitals then */
        RtlUpcaseUnicodeString(expression, expression, FALSE);
    BOOLEAN matches = FsRtlIsNameInExpression(expression, name, any_case, NULL);
    RtlUpcaseUnicodeString(name, name, FALSE);
    if (any_case && FsRtlIsNameInExpression(expression, name, TRUE, NULL) != matches)
        abort();
    BOOLEAN wild = FALSE;
    for (ULONG i = 0; i < name->Length / sizeof(WCHAR); i++)
        wild |= name->Buffer[i] < 128 && strchr("*?<>\"", name->Buffer[i]) != NULL &&
            name->Buffer[i] != 0;
    if (!wild && !FsRtlIsNameInExpression(name, name, FALSE, NULL))
        abort();
    if (FsRtlDoesNameContainWildCards(name) && !wild)
        abort();
}

static void dissect(const UNICODE_STRING *name)
{
    UNICODE_STRING first, rest = *name;

    while (rest.Length != 0) {
        const ULONG before = rest.Length;
        FsRtlDissectName(rest, &first, &rest);
        if (first.Length > before || rest.Length >= before)
            abort();
        look(first.Buffer, first.Length);
        look(rest.Buffer, rest.Length);
    }
}

static void match_bytes(void *expression, size_t expression_size, void *name, size_t size)
{
    ANSI_STRING pattern = {(USHORT)expression_size, (USHORT)expression_size, expression},
                text = {(USHORT)size, (USHORT)size, name};
    ANSI_STRING first, rest;

    FsRtlIsDbcsInExpression(&pattern, &text);
    FsRtlDoesDbcsContainWildCards(&text);
    FsRtlIsFatDbcsLegal(text, TRUE, TRUE, TRUE);
    FsRtlIsFatDbcsLegal(text, FALSE, FALSE, FALSE);
    FsRtlIsHpfsDbcsLegal(text, TRUE, TRUE, TRUE);
    FsRtlDissectDbcs(text, &first, &rest);
    look(first.Buffer, first.Length);
    look(rest.Buffer, rest.Length);
}

static void shorten(const UNICODE_STRING *name)
{
    CHAR short_name[12];
    STRING oem = {0, sizeof(short_name), short_name};
    BOOLEAN spaces;

    if (RtlIsNameLegalDOS8Dot3(name, &oem, &spaces))
        look(oem.Buffer, oem.Length);
}

static NTSTATUS run(void *context)
{
    struct input *input = context;
    const unsigned how = (unsigned)take(input, 1);
    const size_t wanted = (size_t)take(input, 1);
    size_t expression_size, name_size;
    ULONG place;
    void *expression_bytes = take_bytes(input, wanted, &expression_size),
         *bytes = take_bytes(input, fuzz_most, &name_size);
    UNICODE_STRING expression = string_of(expression_bytes, expression_size),
                   name = string_of(bytes, name_size);

    IoCheckEaBufferValidity(bytes, (ULONG)name_size, &place);
    match_bytes(expression_bytes, expression_size, bytes, name_size);
    shorten(&name);
    dissect(&name);
    match(&expression, &name, how % 2 != 0);
    free(expression_bytes);
    free(bytes);
    return STATUS_SUCCESS;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size, 0};

    fuzz_in_kernel(run, &input);
    return 0;
}

static const struct {
    const WCHAR *expression, *name;
} seeds[] = {{u"*.TXT", u"letter.txt"}, {u"<.>??\"*", u"a.b.c"}, {u"", u"\\Device\\Harddisk0\\x\\"},
    {u"A*B*C*D*E*F", u"aabbccddeeff"}, {u"????????.???", u"LONGNAME.EXT"}};

#define TEXTS (sizeof(seeds) / sizeof(seeds[0]))

const unsigned fuzz_seeds = TEXTS + 1;

static size_t copy_text(uint8_t *data, const WCHAR *text)
{
    size_t length = 0;

    while (text[length] != 0)
        length++;
    memcpy(data, text, length * sizeof(WCHAR));
    return length * sizeof(WCHAR);
}

/* The last one is a list of two attributes. */
size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    static const uint8_t list[] = {0, 0, 16, 0, 0, 0, 0, 1, 2, 0, 'A', 0, 1, 2, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 1, 0, 0, 'B', 0};

    data[0] = 1;
    data[1] = 0;
    if (which == TEXTS) {
        memcpy(data, list, sizeof(list));
        return sizeof(list);
    }
    data[1] = (uint8_t)copy_text(data + 2, seeds[which].expression);
    return 2 + data[1] + copy_text(data + 2 + data[1], seeds[which].name);
}
