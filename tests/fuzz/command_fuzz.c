/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes the commands of 'dotsys run -c' and what stands in them: data, numbers, control codes.
 * Whatever the text is, it is refused with words, or a command whose own text means the same again.
 * Files that data names are not those of the host.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/standalone.h"

const size_t fuzz_most = 512;

static FILE *open_none(void *context, const char *path)
{
    static char text[] = "bytes of a file";

    (void)context;
    return *path == 'm' ? NULL : fmemopen(text, strlen(text), "r");
}

static const struct data_files files = {open_none, NULL};

/* Numbers of many digits may ask for much memory, which takes time only. */
static bool asks_for_much(const char *text)
{
    size_t digits = 0;

    for (; *text != '\0' && digits < 6; text++)
        digits = isxdigit((unsigned char)*text) ? digits + 1 : 0;
    return digits >= 6;
}

static bool same_data(const struct data *a, const struct data *b)
{
    look(a->bytes, a->size);
    return a->size == b->size && (a->size == 0 || memcmp(a->bytes, b->bytes, a->size) == 0);
}

static bool same(const struct command *a, const struct command *b)
{
    return a->verb == b->verb && a->code == b->code && a->length == b->length &&
        a->offset == b->offset && a->times == b->times && strcmp(a->thread, b->thread) == 0 &&
        strcmp(a->handle, b->handle) == 0 && same_data(&a->data, &b->data) &&
        (a->repeated == NULL) == (b->repeated == NULL) &&
        (a->repeated == NULL || same(a->repeated, b->repeated));
}

static void parse(const char *text)
{
    struct parse_error error = {""};
    struct command *command = command_parse(text, &error);

    if (command == NULL) {
        if (error.text[0] == '\0')
            abort();
        return;
    }
    struct command *again = command_parse(command->text, &error);
    if (again == NULL || !same(command, again))
        abort();
    command_free(again);
    command_free(command);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    struct parse_error error = {""};
    struct data parsed = {0};
    uint32_t number;

    if (text == NULL)
        exit(1);
    memcpy(text, data, size);
    text[size] = '\0';
    data_files = &files;
    if (!asks_for_much(text)) {
        parse(text);
        if (data_parse(text, &parsed, &error))
            data_free(&parsed);
        else if (error.text[0] == '\0')
            abort();
        code_parse(text, &number, &error);
        method_parse(text, &number, &error);
    }
    free(text);
    return 0;
}

static const char *const seeds[] = {
    "@t open \\\\.\\A access=rw share=rw overlapped as h",
    "h: ioctl CTL_CODE(0x22,0x800,METHOD_BUFFERED,FILE_READ_ACCESS|FILE_WRITE_ACCESS) "
    "in=hex:0102,u32:0x7,\"a\\\"b\" out=64 method=neither",
    "repeat 3 write u16:-2,u64:9,zero:5,file:\"a b\",handle:h at=0x10",
    "ioctl 0x222003 in-at=0x1000 out-at=0 out=8",
    "process start a.exe as p",
    "process exit p",
    "event as e",
    "power S3",
    "read 16",
    "seek 7",
    "sleep 5",
    "start s",
    "close",
    "wait",
    "CTL_CODE(FILE_DEVICE_UNKNOWN,2048,0,FILE_ANY_ACCESS)",
    "out-direct",
};

const unsigned fuzz_seeds = sizeof(seeds) / sizeof(seeds[0]);

size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    size_t size = strlen(seeds[which]);

    memcpy(data, seeds[which], size);
    return size;
}
