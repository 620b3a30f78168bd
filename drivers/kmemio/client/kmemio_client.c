/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * kmemio_client.c - looks at kernel memory through the kmemio driver.
 *
 *   dump [-p] ADDRESS [LENGTH]   bytes in hexadecimal and as ASCII
 *   poke [-p] ADDRESS BYTE...    writes bytes and shows what is there afterwards
 *   driver                       the driver's own DRIVER_OBJECT, its name and its devices
 *
 * Exit status: 0, 1 if the driver or the device refused, 2 if the command line is wrong.
 * One source for Windows and for Linux, 32 and 64 bits; the driver may have another word size.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>
#ifdef _WIN32
#include <winioctl.h>
#endif

#include "../kmemio.h"

#define DEFAULT_LENGTH 64
#define CHUNK          4096 /* bytes asked for at once, a multiple of 16 */
#define MAX_POKE       256
#define MAX_DEVICES    64 /* a list that is longer has a ring in it or is none */

/* Where to look: an open device and the kind of address. */
struct memory {
    HANDLE device;
    ULONG space;
};

/* ---- Errors --------------------------------------------------------------------------------- */

static int usage(void)
{
    fprintf(stderr, "Usage: kmemio_client dump [-p] ADDRESS [LENGTH]\n"
                    "       kmemio_client poke [-p] ADDRESS BYTE...\n"
                    "       kmemio_client driver\n"
                    "ADDRESS and BYTE are hexadecimal, LENGTH is decimal or 0x...; "
                    "-p: a physical address.\n");
    return 2;
}

/* Prints "kmemio_client: What: Windows' text (error N)" for the last error. */
static void report_error(const char *what)
{
    DWORD error = GetLastError();
    char *text = NULL;
    DWORD length;

    length = FormatMessageA(FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM |
                                FORMAT_MESSAGE_IGNORE_INSERTS,
                            NULL, error, 0, (LPSTR)&text, 0, NULL);
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
        text[--length] = '\0';
    fflush(stdout);
    fprintf(stderr, "kmemio_client: %s: %s (error %lu)\n", what,
            length > 0 ? text : "no text for this error", (unsigned long)error);
    if (text != NULL)
        LocalFree(text);
}

static void report_at(const char *what, uint64_t address)
{
    char where[64];

    snprintf(where, sizeof(where), "cannot %s at %016" PRIx64, what, address);
    report_error(where);
}

/* ---- Memory --------------------------------------------------------------------------------- */

static BOOL set_position(const struct memory *memory, uint64_t address)
{
    KMEMIO_POSITION position = {0};
    DWORD returned = 0;

    position.Address = address;
    position.Space = memory->space;
    return DeviceIoControl(memory->device, IOCTL_KMEMIO_SET_POSITION, &position, sizeof(position),
                           NULL, 0, &returned, NULL);
}

/*
 * Reads up to length bytes. FALSE if some are missing: the last error says why, and *received how
 * many there are all the same.
 */
static BOOL read_memory(const struct memory *memory, uint64_t address, void *bytes, DWORD length,
                        DWORD *received)
{
    *received = 0;
    return set_position(memory, address) &&
           ReadFile(memory->device, bytes, length, received, NULL);
}

/* The same for callers that can do nothing with less. */
static BOOL read_whole(const struct memory *memory, uint64_t address, void *bytes, DWORD length)
{
    DWORD received;

    if (!read_memory(memory, address, bytes, length, &received)) {
        report_at("read", address);
        return FALSE;
    }
    if (received != length) {
        fprintf(stderr, "kmemio_client: %lu of %lu bytes came from %016" PRIx64 "\n",
                (unsigned long)received, (unsigned long)length, address);
        return FALSE;
    }
    return TRUE;
}

/* ---- dump and poke -------------------------------------------------------------------------- */

static void print_row(uint64_t address, const unsigned char *bytes, DWORD count)
{
    DWORD i;

    printf("%016" PRIx64 " ", address);
    for (i = 0; i < 16; i++) {
        if (i == 8)
            putchar(' ');
        if (i < count)
            printf(" %02x", bytes[i]);
        else
            printf("   ");
    }
    printf("  ");
    for (i = 0; i < count; i++)
        putchar(bytes[i] >= 0x20 && bytes[i] < 0x7f ? bytes[i] : '.');
    putchar('\n');
}

static void print_rows(uint64_t address, const unsigned char *bytes, DWORD count)
{
    DWORD at;

    for (at = 0; at < count; at += 16)
        print_row(address + at, bytes + at, count - at < 16 ? count - at : 16);
}

/* A driver may deliver the beginning of what was asked for: it is shown before the error. */
static BOOL dump(const struct memory *memory, uint64_t address, uint64_t length)
{
    static unsigned char bytes[CHUNK];

    while (length > 0) {
        DWORD chunk = length < CHUNK ? (DWORD)length : CHUNK;
        DWORD received, error;
        BOOL complete;

        complete = read_memory(memory, address, bytes, chunk, &received);
        error = GetLastError();
        print_rows(address, bytes, received);
        address += received;
        if (!complete || received == 0) {
            SetLastError(complete ? ERROR_HANDLE_EOF : error);
            report_at("read", address);
            return FALSE;
        }
        length -= received;
    }
    return TRUE;
}

static BOOL poke(const struct memory *memory, uint64_t address, const unsigned char *bytes,
                 DWORD count)
{
    DWORD written = 0;

    if (!set_position(memory, address) ||
        !WriteFile(memory->device, bytes, count, &written, NULL)) {
        report_at("write", address + written);
        return FALSE;
    }
    return dump(memory, address, count);
}

/* ---- driver --------------------------------------------------------------------------------- */

/* A field of a structure in the DDK's headers: where it is in an x64 and in an x86 kernel. */
struct field {
    const char *name;
    unsigned short x64, x86;
    enum { FIELD_16, FIELD_32, FIELD_POINTER, FIELD_STRING } kind;
};

static const struct field driver_fields[] = {
    {"Type", 0x00, 0x00, FIELD_16},
    {"Size", 0x02, 0x02, FIELD_16},
    {"DeviceObject", 0x08, 0x04, FIELD_POINTER},
    {"Flags", 0x10, 0x08, FIELD_32},
    {"DriverStart", 0x18, 0x0c, FIELD_POINTER},
    {"DriverSize", 0x20, 0x10, FIELD_32},
    {"DriverName", 0x38, 0x1c, FIELD_STRING},
    {"DriverInit", 0x58, 0x2c, FIELD_POINTER},
    {"DriverUnload", 0x68, 0x34, FIELD_POINTER},
    {NULL, 0, 0, FIELD_16},
};

static const struct field device_fields[] = {
    {"Type", 0x00, 0x00, FIELD_16},
    {"Size", 0x02, 0x02, FIELD_16},
    {"ReferenceCount", 0x04, 0x04, FIELD_32},
    {"DriverObject", 0x08, 0x08, FIELD_POINTER},
    {"NextDevice", 0x10, 0x0c, FIELD_POINTER},
    {"AttachedDevice", 0x18, 0x10, FIELD_POINTER},
    {"Flags", 0x30, 0x1c, FIELD_32},
    {"Characteristics", 0x34, 0x20, FIELD_32},
    {"DeviceExtension", 0x40, 0x28, FIELD_POINTER},
    {"DeviceType", 0x48, 0x2c, FIELD_32},
    {NULL, 0, 0, FIELD_16},
};

#define DRIVER_OBJECT_TYPE  4
#define DEVICE_OBJECT_TYPE  3
#define DRIVER_SIZE_X64     0x150
#define DRIVER_SIZE_X86     0xa8
#define DRIVER_DEVICE_INDEX 2 /* driver_fields */
#define DEVICE_NEXT_INDEX   4 /* device_fields */

/* What follows is of one kernel: the size of its pointers, 8 or 4. */
static unsigned offset_of(const struct field *field, unsigned pointer_bytes)
{
    return pointer_bytes == 8 ? field->x64 : field->x86;
}

static unsigned size_of(const struct field *field, unsigned pointer_bytes)
{
    switch (field->kind) {
    case FIELD_16:
        return 2;
    case FIELD_32:
        return 4;
    default:
        return pointer_bytes;
    }
}

static BOOL read_number(const struct memory *memory, uint64_t address, unsigned bytes,
                        uint64_t *value)
{
    *value = 0; /* both sides are little-endian */
    return read_whole(memory, address, value, bytes);
}

/* Prints a UNICODE_STRING in quotes, with ? for what is not ASCII. */
static BOOL print_string(const struct memory *memory, uint64_t address, unsigned pointer_bytes)
{
    unsigned char text[512];
    uint64_t length, buffer;
    DWORD i;

    if (!read_number(memory, address, 2, &length) ||
        !read_number(memory, address + pointer_bytes, pointer_bytes, &buffer))
        return FALSE;
    if (length > sizeof(text))
        length = sizeof(text);
    if (!read_whole(memory, buffer, text, (DWORD)length))
        return FALSE;
    putchar('"');
    for (i = 0; i + 1 < length; i += 2)
        putchar(text[i + 1] == 0 && text[i] >= 0x20 && text[i] < 0x7f ? text[i] : '?');
    printf("\"\n");
    return TRUE;
}

static BOOL print_field(const struct memory *memory, uint64_t base, const struct field *field,
                        unsigned pointer_bytes)
{
    unsigned offset = offset_of(field, pointer_bytes);
    unsigned bytes = size_of(field, pointer_bytes);
    uint64_t value;

    if (field->kind == FIELD_STRING) {
        printf("  +0x%03x %-16s ", offset, field->name);
        return print_string(memory, base + offset, pointer_bytes);
    }
    if (!read_number(memory, base + offset, bytes, &value))
        return FALSE;
    printf("  +0x%03x %-16s 0x%0*" PRIx64 "\n", offset, field->name, (int)bytes * 2, value);
    return TRUE;
}

static BOOL print_object(const struct memory *memory, const char *type, uint64_t base,
                         const struct field *field, unsigned pointer_bytes)
{
    printf("%s at 0x%0*" PRIx64 "\n", type, (int)pointer_bytes * 2, base);
    for (; field->name != NULL; field++) {
        if (!print_field(memory, base, field, pointer_bytes))
            return FALSE;
    }
    return TRUE;
}

/* Type and Size begin every object of the I/O manager's. FALSE, reported: not this type. */
static BOOL read_header(const struct memory *memory, uint64_t base, unsigned type, unsigned *size)
{
    unsigned short header[2];

    if (!read_whole(memory, base, header, sizeof(header)))
        return FALSE;
    if (header[0] != type) {
        fprintf(stderr, "kmemio_client: %016" PRIx64 " has type %u, not %u\n", base,
                (unsigned)header[0], type);
        return FALSE;
    }
    *size = header[1];
    return TRUE;
}

static BOOL walk_devices(const struct memory *memory, uint64_t device, unsigned pointer_bytes)
{
    const struct field *next = &device_fields[DEVICE_NEXT_INDEX];
    unsigned count, size;

    for (count = 0; device != 0; count++) {
        if (count == MAX_DEVICES) {
            fprintf(stderr, "kmemio_client: over %d devices: this is no list\n", MAX_DEVICES);
            return FALSE;
        }
        if (!read_header(memory, device, DEVICE_OBJECT_TYPE, &size) ||
            !print_object(memory, "DEVICE_OBJECT", device, device_fields, pointer_bytes) ||
            !read_number(memory, device + offset_of(next, pointer_bytes), pointer_bytes, &device))
            return FALSE;
    }
    printf("%u device%s\n", count, count == 1 ? "" : "s");
    return TRUE;
}

/* From the driver's object, whose address the driver tells, to its name and its list of devices. */
static BOOL walk_driver(const struct memory *memory)
{
    const struct field *first = &driver_fields[DRIVER_DEVICE_INDEX];
    ULONG64 object = 0;
    uint64_t device;
    unsigned size, pointer_bytes;
    DWORD returned = 0;

    if (!DeviceIoControl(memory->device, IOCTL_KMEMIO_GET_DRIVER, NULL, 0, &object, sizeof(object),
                         &returned, NULL)) {
        report_error("IOCTL_KMEMIO_GET_DRIVER");
        return FALSE;
    }
    if (!read_header(memory, object, DRIVER_OBJECT_TYPE, &size))
        return FALSE;
    if (size != DRIVER_SIZE_X64 && size != DRIVER_SIZE_X86) {
        fprintf(stderr, "kmemio_client: a DRIVER_OBJECT of 0x%x bytes is unknown\n", size);
        return FALSE;
    }
    pointer_bytes = size == DRIVER_SIZE_X64 ? 8 : 4;
    return print_object(memory, "DRIVER_OBJECT", object, driver_fields, pointer_bytes) &&
           read_number(memory, object + offset_of(first, pointer_bytes), pointer_bytes, &device) &&
           walk_devices(memory, device, pointer_bytes);
}

/* ---- The command line ----------------------------------------------------------------------- */

/* What the command line asks for. */
struct request {
    enum { DUMP, POKE, DRIVER } what;
    ULONG space;
    uint64_t address;
    uint64_t length;
    unsigned char bytes[MAX_POKE];
    DWORD count;
};

static BOOL parse_number(const char *text, int base, uint64_t *value)
{
    char *end;

    if (*text == '\0' || *text == '-' || *text == '+')
        return FALSE;
    *value = strtoull(text, &end, base);
    return *end == '\0';
}

static BOOL parse_bytes(int count, char **texts, struct request *request)
{
    uint64_t value;
    int i;

    if (count < 1 || count > MAX_POKE)
        return FALSE;
    for (i = 0; i < count; i++) {
        if (!parse_number(texts[i], 16, &value) || value > 0xff)
            return FALSE;
        request->bytes[i] = (unsigned char)value;
    }
    request->count = (DWORD)count;
    return TRUE;
}

static BOOL parse(int argc, char **argv, struct request *request)
{
    int at = 2;

    memset(request, 0, sizeof(*request));
    if (argc < 2)
        return FALSE;
    if (strcmp(argv[1], "driver") == 0) {
        request->what = DRIVER;
        return argc == 2;
    }
    request->what = strcmp(argv[1], "poke") == 0 ? POKE : DUMP;
    if (request->what == DUMP && strcmp(argv[1], "dump") != 0)
        return FALSE;
    if (at < argc && strcmp(argv[at], "-p") == 0) {
        request->space = KMEMIO_PHYSICAL;
        at++;
    }
    if (at == argc || !parse_number(argv[at++], 16, &request->address))
        return FALSE;
    if (request->what == POKE)
        return parse_bytes(argc - at, argv + at, request);
    request->length = DEFAULT_LENGTH;
    return at == argc || (at + 1 == argc && parse_number(argv[at], 0, &request->length));
}

static BOOL serve(const struct memory *memory, const struct request *request)
{
    switch (request->what) {
    case POKE:
        return poke(memory, request->address, request->bytes, request->count);
    case DRIVER:
        return walk_driver(memory);
    default:
        return dump(memory, request->address, request->length);
    }
}

int main(int argc, char **argv)
{
    struct request request;
    struct memory memory;
    BOOL all_well;

    if (!parse(argc, argv, &request))
        return usage();
    memory.space = request.space;
    memory.device = CreateFileA(KMEMIO_USER_NAME,
                                request.what == POKE ? GENERIC_READ | GENERIC_WRITE : GENERIC_READ,
                                0, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    if (memory.device == INVALID_HANDLE_VALUE) {
        report_error("cannot open " KMEMIO_USER_NAME);
        return 1;
    }
    all_well = serve(&memory, &request);
    if (!CloseHandle(memory.device)) {
        report_error("CloseHandle");
        all_well = FALSE;
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("kmemio_client: standard output");
        all_well = FALSE;
    }
    return all_well ? 0 : 1;
}
