/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Device control codes as people write them. */
#include "command.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct symbol {
    const char *name;
    uint32_t value;
};

static const struct symbol device_types[] = {
    {"FILE_DEVICE_BEEP", 0x01},
    {"FILE_DEVICE_CD_ROM", 0x02},
    {"FILE_DEVICE_CD_ROM_FILE_SYSTEM", 0x03},
    {"FILE_DEVICE_CONTROLLER", 0x04},
    {"FILE_DEVICE_DATALINK", 0x05},
    {"FILE_DEVICE_DFS", 0x06},
    {"FILE_DEVICE_DISK", 0x07},
    {"FILE_DEVICE_DISK_FILE_SYSTEM", 0x08},
    {"FILE_DEVICE_FILE_SYSTEM", 0x09},
    {"FILE_DEVICE_INPORT_PORT", 0x0A},
    {"FILE_DEVICE_KEYBOARD", 0x0B},
    {"FILE_DEVICE_MAILSLOT", 0x0C},
    {"FILE_DEVICE_MIDI_IN", 0x0D},
    {"FILE_DEVICE_MIDI_OUT", 0x0E},
    {"FILE_DEVICE_MOUSE", 0x0F},
    {"FILE_DEVICE_NAMED_PIPE", 0x11},
    {"FILE_DEVICE_NETWORK", 0x12},
    {"FILE_DEVICE_NETWORK_FILE_SYSTEM", 0x14},
    {"FILE_DEVICE_NULL", 0x15},
    {"FILE_DEVICE_PARALLEL_PORT", 0x16},
    {"FILE_DEVICE_PHYSICAL_NETCARD", 0x17},
    {"FILE_DEVICE_PRINTER", 0x18},
    {"FILE_DEVICE_SCANNER", 0x19},
    {"FILE_DEVICE_SERIAL_MOUSE_PORT", 0x1A},
    {"FILE_DEVICE_SERIAL_PORT", 0x1B},
    {"FILE_DEVICE_SCREEN", 0x1C},
    {"FILE_DEVICE_SOUND", 0x1D},
    {"FILE_DEVICE_STREAMS", 0x1E},
    {"FILE_DEVICE_TAPE", 0x1F},
    {"FILE_DEVICE_TAPE_FILE_SYSTEM", 0x20},
    {"FILE_DEVICE_TRANSPORT", 0x21},
    {"FILE_DEVICE_UNKNOWN", 0x22},
    {"FILE_DEVICE_VIDEO", 0x23},
    {"FILE_DEVICE_VIRTUAL_DISK", 0x24},
    {"FILE_DEVICE_WAVE_IN", 0x25},
    {"FILE_DEVICE_WAVE_OUT", 0x26},
    {"FILE_DEVICE_8042_PORT", 0x27},
    {"FILE_DEVICE_NETWORK_REDIRECTOR", 0x28},
    {"FILE_DEVICE_BATTERY", 0x29},
    {"FILE_DEVICE_BUS_EXTENDER", 0x2A},
    {"FILE_DEVICE_MODEM", 0x2B},
    {"FILE_DEVICE_MASS_STORAGE", 0x2D},
    {"FILE_DEVICE_SMB", 0x2E},
    {"FILE_DEVICE_KS", 0x2F},
    {"FILE_DEVICE_CHANGER", 0x30},
    {"FILE_DEVICE_SMARTCARD", 0x31},
    {"FILE_DEVICE_ACPI", 0x32},
    {"FILE_DEVICE_DVD", 0x33},
};

static const struct symbol methods[] = {
    {"METHOD_BUFFERED", 0},
    {"METHOD_IN_DIRECT", 1},
    {"METHOD_OUT_DIRECT", 2},
    {"METHOD_NEITHER", 3},
    {"buffered", 0},
    {"in-direct", 1},
    {"out-direct", 2},
    {"neither", 3},
};

static const struct symbol rights[] = {
    {"FILE_ANY_ACCESS", 0},
    {"FILE_SPECIAL_ACCESS", 0},
    {"FILE_READ_ACCESS", 1},
    {"FILE_READ_DATA", 1},
    {"FILE_WRITE_ACCESS", 2},
    {"FILE_WRITE_DATA", 2},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* One part of a code: a name from the table or a number up to limit. */
static bool part_parse(const char *text, size_t length, const struct symbol *symbols, size_t count,
    uint64_t limit, const char *what, uint32_t *value, struct parse_error *error)
{
    uint64_t number;

    while (length > 0 && isspace((unsigned char)*text)) {
        text++;
        length--;
    }
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    for (size_t i = 0; i < count; i++) {
        if (strlen(symbols[i].name) == length && strncasecmp(symbols[i].name, text, length) == 0) {
            *value = symbols[i].value;
            return true;
        }
    }
    if (length > 0 && !isdigit((unsigned char)*text))
        return parse_fail(
            error, "%s '%.*s' is neither a number nor a name the DDK has", what, (int)length, text);
    if (!number_parse(text, length, limit, false, what, &number, error))
        return false;
    *value = (uint32_t)number;
    return true;
}

/* Rights joined by '|'. */
static bool rights_parse(
    const char *text, size_t length, uint32_t *value, struct parse_error *error)
{
    const char *end = text + length;
    uint32_t all = 0, one = 0;

    for (;;) {
        const char *bar = memchr(text, '|', (size_t)(end - text));
        size_t part = (size_t)((bar != NULL ? bar : end) - text);
        if (!part_parse(text, part, rights, COUNT(rights), 3, "the access", &one, error))
            return false;
        all |= one;
        if (bar == NULL)
            break;
        text = bar + 1;
    }
    *value = all;
    return true;
}

bool method_parse(const char *text, uint32_t *method, struct parse_error *error)
{
    return part_parse(text, strlen(text), methods, COUNT(methods), 3, "the method", method, error);
}

bool code_parse(const char *text, uint32_t *code, struct parse_error *error)
{
    const char *start = text + 9, *end, *part[5];
    uint32_t type = 0, function = 0, method = 0, access = 0;

    if (strncasecmp(text, "CTL_CODE(", 9) != 0) {
        uint64_t number;
        if (!number_parse(
                text, strlen(text), UINT32_MAX, false, "the control code", &number, error))
            return false;
        *code = (uint32_t)number;
        return true;
    }
    end = strchr(start, ')');
    if (end == NULL || end[1] != '\0')
        return parse_fail(error, "'%s' does not end with ')'", text);
    part[0] = start;
    for (size_t i = 1; i < 4; i++) {
        const char *comma = memchr(part[i - 1], ',', (size_t)(end - part[i - 1]));
        if (comma == NULL)
            return parse_fail(
                error, "'%s' has not four parts: CTL_CODE(type,function,method,access)", text);
        part[i] = comma + 1;
    }
    part[4] = end + 1;
    if (memchr(part[3], ',', (size_t)(end - part[3])) != NULL)
        return parse_fail(
            error, "'%s' has more than four parts: CTL_CODE(type,function,method,access)", text);
#define LENGTH(i) ((size_t)(part[(i) + 1] - part[i]) - 1)
    if (!part_parse(part[0], LENGTH(0), device_types, COUNT(device_types), 0xFFFF,
            "the device type", &type, error) ||
        !part_parse(part[1], LENGTH(1), NULL, 0, 0x3FFF, "the function", &function, error) ||
        !part_parse(part[2], LENGTH(2), methods, COUNT(methods), 3, "the method", &method, error) ||
        !rights_parse(part[3], LENGTH(3), &access, error))
        return false;
#undef LENGTH
    /* Drivers have functions beyond 0xFFF, whose upper bits the macro lays over the access. */
    *code = type << 16 | access << 14 | function << 2 | method;
    return true;
}
