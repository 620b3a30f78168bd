/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fuzzes what the kernel makes of texts that drivers are handed: UTF-8, the ANSI and OEM code
 * pages, numbers, GUIDs, addresses. No conversion writes more than the room it was given, or says
 * that it has; UTF-8 made of UTF-16 is read as the same again.
 *
 * An input is one byte of how much room there is for what is made, and the text.
 */
#include "rtl/address.h"
#include "rtl/rtl.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/standalone.h"

const size_t fuzz_most = 256;

typedef NTSTATUS NTAPI to_wide(WCHAR *, ULONG, ULONG *, const CHAR *, ULONG);
typedef NTSTATUS NTAPI to_narrow(CHAR *, ULONG, ULONG *, const WCHAR *, ULONG);

/* The text in room of the given size, and what it says it wrote. */
static void widen(to_wide *convert, const void *text, ULONG size, ULONG room)
{
    WCHAR *made = malloc(room + 1);
    ULONG written = 0;

    if (made == NULL)
        exit(1);
    if (convert(made, room, &written, text, size) != STATUS_INVALID_PARAMETER_5 && written > room)
        abort();
    look(made, written);
    free(made);
}

static void narrow(to_narrow *convert, const void *text, ULONG size, ULONG room)
{
    CHAR *made = malloc(room + 1);
    ULONG written = 0;

    if (made == NULL)
        exit(1);
    if (convert(made, room, &written, text, size & ~1u) != STATUS_INVALID_PARAMETER_5 &&
        written > room)
        abort();
    look(made, written);
    free(made);
}

/* UTF-16 to UTF-8 and back: where the first step replaced nothing, it is the same. */
static void go_and_return(const void *text, ULONG size)
{
    ULONG bytes = 0, back = 0;
    CHAR made[3 * 256];
    WCHAR again[256];

    size &= ~1u;
    if (RtlUnicodeToUTF8N(made, sizeof(made), &bytes, text, size) != STATUS_SUCCESS)
        return;
    if (RtlUTF8ToUnicodeN(again, sizeof(again), &back, made, bytes) != STATUS_SUCCESS ||
        back != size || memcmp(again, text, size) != 0)
        abort();
}

static void read_numbers(const void *text, size_t size)
{
    static const ULONG bases[] = {0, 2, 8, 10, 16};
    const UNICODE_STRING wide = {
        (USHORT)(size & ~(size_t)1), (USHORT)size, (WCHAR *)(uintptr_t)text};
    char *ended = malloc(size + 2);
    ULONG number;
    GUID guid;

    if (ended == NULL)
        exit(1);
    memcpy(ended, text, size);
    ended[size] = ended[size + 1] = '\0';
    for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
        RtlUnicodeStringToInteger(&wide, bases[i], &number);
        RtlCharToInteger(ended, bases[i], &number);
    }
    RtlGUIDFromString(&wide, &guid);
    free(ended);
}

/* An address that is read is written shorter or as long, and read again as the same. */
static void read_ipv6(const char *narrow_text, const WCHAR *wide_text, size_t size)
{
    const char *end = narrow_text;
    const WCHAR *wide_end = wide_text;
    char written[65];
    UCHAR address[16], again[16];
    ULONG scope, count = sizeof(written);
    USHORT port;
    const NTSTATUS status = RtlIpv6StringToAddressA(narrow_text, &end, address);

    if (end < narrow_text || end > narrow_text + size ||
        RtlIpv6StringToAddressW(wide_text, &wide_end, again) != status ||
        wide_end - wide_text != end - narrow_text)
        abort();
    if (NT_SUCCESS(status)) {
        RtlIpv6AddressToStringA(address, written);
        if (!NT_SUCCESS(RtlIpv6StringToAddressA(written, &end, again)) || *end != '\0' ||
            memcmp(address, again, sizeof(address)) != 0)
            abort();
    }
    if (RtlIpv6StringToAddressExA(narrow_text, address, &scope, &port) !=
        RtlIpv6StringToAddressExW(wide_text, again, &scope, &port))
        abort();
    if (NT_SUCCESS(RtlIpv6StringToAddressExA(narrow_text, address, &scope, &port)) &&
        (!NT_SUCCESS(RtlIpv6AddressToStringExA(address, scope, port, written, &count)) ||
            !NT_SUCCESS(RtlIpv6StringToAddressExA(written, again, &scope, &port)) ||
            memcmp(address, again, sizeof(address)) != 0))
        abort();
}

static void read_addresses(const void *text, size_t size)
{
    char *narrow_text = malloc(size + 1);
    WCHAR *wide_text = malloc((size + 1) * sizeof(WCHAR));
    const char *end;
    const WCHAR *wide_end;
    UCHAR address[6];
    USHORT port;

    if (narrow_text == NULL || wide_text == NULL)
        exit(1);
    memcpy(narrow_text, text, size);
    narrow_text[size] = '\0';
    for (size_t i = 0; i <= size; i++)
        wide_text[i] = (UCHAR)narrow_text[i];
    for (BOOLEAN strict = 0; strict < 2; strict++) {
        const NTSTATUS status = RtlIpv4StringToAddressA(narrow_text, strict, &end, address);
        if (end < narrow_text || end > narrow_text + size ||
            RtlIpv4StringToAddressW(wide_text, strict, &wide_end, address) != status ||
            wide_end - wide_text != end - narrow_text)
            abort();
        if (RtlIpv4StringToAddressExA(narrow_text, strict, address, &port) !=
            RtlIpv4StringToAddressExW(wide_text, strict, address, &port))
            abort();
    }
    read_ipv6(narrow_text, wide_text, size);
    RtlEthernetStringToAddressA(narrow_text, &end, address);
    RtlEthernetStringToAddressW(wide_text, &wide_end, address);
    free(narrow_text);
    free(wide_text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size, 0};
    const ULONG room = (ULONG)take(&input, 1);
    void *text = take_bytes(&input, fuzz_most, &size);
    const ULONG bytes = (ULONG)size;

    widen(RtlUTF8ToUnicodeN, text, bytes, room & ~1u);
    widen(RtlMultiByteToUnicodeN, text, bytes, room & ~1u);
    widen(RtlOemToUnicodeN, text, bytes, room & ~1u);
    narrow(RtlUnicodeToUTF8N, text, bytes, room);
    narrow(RtlUnicodeToMultiByteN, text, bytes, room);
    narrow(RtlUpcaseUnicodeToMultiByteN, text, bytes, room);
    go_and_return(text, bytes);
    read_numbers(text, size);
    read_addresses(text, size);
    free(text);
    return 0;
}

static const char *const seeds[] = {
    "\x20gr\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80",
    "\xFF"
    "10.0x1.07.255:65535",
    "\x08"
    "00-15-5d-01-02-FF",
    "\x10  -0x7fffffff",
    "\x06\xED\xA0\x80\xC0\xAF\xF5\x80\x80\x80",
    "\x40+0b1010",
    "\x30[1:2::5efe:1.2.3.4%16]:80",
    "\x30:"
    ":ffff:1.2.3.4",
};

#define TEXTS (sizeof(seeds) / sizeof(seeds[0]))

const unsigned fuzz_seeds = TEXTS + 2;

/* The last two are UTF-16: a GUID, and a number with a pair of surrogates. */
size_t fuzz_make_seed(unsigned which, uint8_t *data)
{
    static const WCHAR *const wide[] = {
        u"{01234567-89ab-cdef-0123-456789abcdef}", u"0o17 \xD83D\xDE00"};
    size_t size;

    if (which < TEXTS) {
        memcpy(data, seeds[which], strlen(seeds[which]));
        return strlen(seeds[which]);
    }
    for (size = 0; wide[which - TEXTS][size] != 0; size++)
        ;
    data[0] = 100;
    memcpy(data + 1, wide[which - TEXTS], size * sizeof(WCHAR));
    return 1 + size * sizeof(WCHAR);
}
