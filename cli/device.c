/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See device.h. Everything is checked before a key is written for a device; members that are not
 * known are refused by name. */
#include "device.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "data.h"
#include "plainfile.h"
#include "regwrite.h"

#define ENUM "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Enum\\"
#define DATABASE "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\CriticalDeviceDatabase\\"
#define CLASSES "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Control\\Class\\"
#define LIST_LIMIT 32
#define RESOURCE_LIMIT 64

enum { REG_SZ = 1, REG_RESOURCE_LIST = 8, REG_RESOURCE_REQUIREMENTS_LIST = 10 };
enum { TYPE_PORT = 1, TYPE_INTERRUPT = 2, TYPE_MEMORY = 3, TYPE_DMA = 4 };

struct resource {
    uint8_t type;
    uint8_t share; /* 1: the device's alone, 3: shared */
    uint16_t flags;
    uint64_t start;
    uint64_t to; /* it may be anywhere up to there; 0: at start alone */
    uint32_t length;
};

struct list {
    const char *text[LIST_LIMIT];
    size_t count;
};

struct device {
    const char *path; /* "ROOT\FOO\0000"; NULL: made of the service's name */
    const char *service, *class_name, *class_guid, *description, *manufacturer, *friendly_name,
        *location;
    bool enumerated;  /* found by a bus driver: only what goes with its identifiers is described */
    struct list hardware_ids, compatible_ids, upper_filters, lower_filters, ports, special_files;
    struct resource resources[RESOURCE_LIMIT];
    size_t resource_count;
    struct json_object *parameters; /* NULL: none */
};

struct reader {
    const struct device_description *description;
    FILE *registry;
    char *why;
    size_t why_size;
    unsigned index; /* of the device in the file, from 1 */
};

static bool fail(struct reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static bool fail(struct reader *reader, const char *format, ...)
{
    va_list arguments;
    int length = snprintf(reader->why, reader->why_size, "device %u: ", reader->index);

    va_start(arguments, format);
    vsnprintf(reader->why + length, reader->why_size - (size_t)length, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool read_text(
    struct reader *reader, const char *name, struct json_object *value, const char **text)
{
    if (!json_object_is_type(value, json_type_string) || json_object_get_string_len(value) == 0)
        return fail(reader, "%s must be a text that is not empty", name);
    if (strlen(json_object_get_string(value)) != (size_t)json_object_get_string_len(value) ||
        strpbrk(json_object_get_string(value), "\r\n") != NULL)
        return fail(reader, "%s has a character in it that no text has", name);
    *text = json_object_get_string(value);
    return true;
}

/* A text, or an array of texts. */
static bool read_list(
    struct reader *reader, const char *name, struct json_object *value, struct list *list)
{
    if (!json_object_is_type(value, json_type_array))
        return read_text(reader, name, value, &list->text[0]) && (list->count = 1) == 1;
    if (json_object_array_length(value) > LIST_LIMIT)
        return fail(reader, "%s has more than %d entries", name, LIST_LIMIT);
    for (size_t i = 0; i < json_object_array_length(value); i++) {
        if (!read_text(reader, name, json_object_array_get_idx(value, i), &list->text[i]))
            return false;
        list->count = i + 1;
    }
    return true;
}

/* A number, or a text like "0x300". */
static bool read_number(struct reader *reader, const char *name, struct json_object *value,
    uint64_t limit, uint64_t *number)
{
    struct parse_error error;

    if (json_object_is_type(value, json_type_string)) {
        const char *text = json_object_get_string(value);
        return number_parse(text, strlen(text), limit, false, name, number, &error) ||
            fail(reader, "%s", error.text);
    }
    if (!json_object_is_type(value, json_type_int) || json_object_get_int64(value) < 0 ||
        json_object_get_uint64(value) > limit)
        return fail(reader, "%s must be a number from 0 to 0x%" PRIx64, name, limit);
    *number = json_object_get_uint64(value);
    return true;
}

static bool add_resource(
    struct reader *reader, struct device *device, const struct resource *resource)
{
    if (device->resource_count == RESOURCE_LIMIT)
        return fail(reader, "it has more than %d resources", RESOURCE_LIMIT);
    device->resources[device->resource_count++] = *resource;
    return true;
}

/* {"base": 0x300, "length": 8, "shared": false}; with "to": 0x3ff anywhere up to there, at a
 * multiple of the length or of 4096 */
static bool read_range(
    struct reader *reader, struct device *device, uint8_t type, struct json_object *value)
{
    struct resource resource = {.type = type, .share = 1, .flags = type == TYPE_PORT ? 1 : 0};
    uint64_t limit = type == TYPE_PORT ? 0xFFFF : UINT64_MAX >> 1, length = 0;
    bool base = false;

    if (!json_object_is_type(value, json_type_object))
        return fail(reader, "a range is an object with base and length");
    json_object_object_foreach(value, name, member) {
        if (strcmp(name, "base") == 0 && read_number(reader, name, member, limit, &resource.start))
            base = true;
        else if (strcmp(name, "to") == 0)
            read_number(reader, name, member, limit, &resource.to);
        else if (strcmp(name, "length") == 0 &&
            read_number(reader, name, member, UINT32_MAX, &length))
            resource.length = (uint32_t)length;
        else if (strcmp(name, "shared") == 0)
            resource.share = json_object_get_boolean(member) ? 3 : 1;
        else if (reader->why[0] == '\0')
            return fail(reader, "a range has no member '%s'", name);
        if (reader->why[0] != '\0')
            return false;
    }
    if (!base || length == 0 || resource.start + length - 1 > limit ||
        resource.start + length < resource.start)
        return fail(reader,
            "a range of %s needs a base and a length, and must end at 0x%" PRIx64 " at most",
            type == TYPE_PORT ? "ports" : "memory", limit);
    if (resource.to != 0 && resource.to < resource.start + length - 1)
        return fail(reader, "a range of %s does not end before it has its length",
            type == TYPE_PORT ? "ports" : "memory");
    return add_resource(reader, device, &resource);
}

/* 5, or {"line": 5, "shared": true, "edge": true}; with "to": 7 any up to that */
static bool read_line(
    struct reader *reader, struct device *device, uint8_t type, struct json_object *value)
{
    struct resource resource = {.type = type, .share = 1};
    const char *what = type == TYPE_DMA ? "channel" : "line";
    uint64_t limit = type == TYPE_DMA ? 7 : 255;

    if (!json_object_is_type(value, json_type_object))
        return read_number(reader, what, value, limit, &resource.start) &&
            add_resource(reader, device, &resource);
    bool found = false;
    json_object_object_foreach(value, name, member) {
        if (strcmp(name, what) == 0) {
            if (!read_number(reader, name, member, limit, &resource.start))
                return false;
            found = true;
        } else if (strcmp(name, "to") == 0) {
            if (!read_number(reader, name, member, limit, &resource.to))
                return false;
        } else if (strcmp(name, "shared") == 0) {
            resource.share = json_object_get_boolean(member) ? 3 : 1;
        } else if (strcmp(name, "edge") == 0 && type == TYPE_INTERRUPT) {
            resource.flags = json_object_get_boolean(member) ? 1 : 0;
        } else {
            return fail(reader, "there is no member '%s' beside '%s'", name, what);
        }
    }
    if (found && resource.to != 0 && resource.to < resource.start)
        return fail(reader, "the last %s comes before the first", what);
    return found ? add_resource(reader, device, &resource) : fail(reader, "a %s is missing", what);
}

static bool read_resources(struct reader *reader, struct device *device, struct json_object *value)
{
    static const struct {
        const char *name;
        uint8_t type;
    } kinds[] = {{"ports", TYPE_PORT}, {"memory", TYPE_MEMORY}, {"interrupts", TYPE_INTERRUPT},
        {"dma", TYPE_DMA}};

    if (!json_object_is_type(value, json_type_object))
        return fail(reader, "resources must be an object");
    json_object_object_foreach(value, name, member) {
        size_t kind = 0;
        while (kind < 4 && strcmp(kinds[kind].name, name) != 0)
            kind++;
        if (kind == 4)
            return fail(reader, "resources are ports, memory, interrupts and dma, not '%s'", name);
        if (!json_object_is_type(member, json_type_array))
            return fail(reader, "%s must be an array", name);
        for (size_t i = 0; i < json_object_array_length(member); i++) {
            struct json_object *one = json_object_array_get_idx(member, i);
            bool range = kinds[kind].type == TYPE_PORT || kinds[kind].type == TYPE_MEMORY;
            if (!(range ? read_range : read_line)(reader, device, kinds[kind].type, one))
                return false;
        }
    }
    return true;
}

static bool read_parameters(struct reader *reader, struct device *device, struct json_object *value)
{
    if (!json_object_is_type(value, json_type_object))
        return fail(reader, "parameters must be an object");
    json_object_object_foreach(value, name, member) {
        if (!json_object_is_type(member, json_type_string) &&
            !json_object_is_type(member, json_type_int))
            return fail(reader, "the parameter '%s' must be a text or a number", name);
    }
    device->parameters = value;
    return true;
}

static bool read_member(
    struct reader *reader, struct device *device, const char *name, struct json_object *value)
{
    const struct {
        const char *name;
        const char **text;
    } texts[] = {{"id", &device->path}, {"service", &device->service},
        {"class", &device->class_name}, {"class_guid", &device->class_guid},
        {"description", &device->description}, {"manufacturer", &device->manufacturer},
        {"friendly_name", &device->friendly_name}, {"location", &device->location}};
    const struct {
        const char *name;
        struct list *list;
    } lists[] = {{"hardware_ids", &device->hardware_ids},
        {"compatible_ids", &device->compatible_ids}, {"upper_filters", &device->upper_filters},
        {"lower_filters", &device->lower_filters}, {"port", &device->ports},
        {"special_files", &device->special_files}};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (strcmp(name, texts[i].name) == 0)
            return read_text(reader, name, value, texts[i].text);
    }
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        if (strcmp(name, lists[i].name) == 0)
            return read_list(reader, name, value, lists[i].list);
    }
    if (strcmp(name, "resources") == 0)
        return read_resources(reader, device, value);
    if (strcmp(name, "parameters") == 0)
        return read_parameters(reader, device, value);
    if (strcmp(name, "enumerated") != 0)
        return fail(reader, "a device has no member '%s'", name);
    device->enumerated = json_object_get_boolean(value);
    return true;
}

/* ---- checking -------------------------------------------------------------------------------- */

/* "ROOT\NAME\INSTANCE" in printable ASCII. */
static bool is_root_path(const char *path)
{
    unsigned backslashes = 0;

    if (strncasecmp(path, "ROOT\\", 5) != 0 || strlen(path) > 200)
        return false;
    for (const char *at = path; *at != '\0'; at++) {
        if (*at <= ' ' || *at > '~' || *at == ',' || *at == '/' || *at == ']')
            return false;
        if (*at == '\\' && (at[1] == '\\' || at[1] == '\0'))
            return false;
        backslashes += *at == '\\';
    }
    return backslashes == 2;
}

static bool is_identifier(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at <= ' ' || *at > '~' || *at == ',' || *at == ']')
            return false;
    }
    return strlen(text) <= 200;
}

static bool is_guid(const char *text)
{
    static const char form[] = "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";

    for (size_t i = 0; i < sizeof(form); i++) {
        if (form[i] == 'x' ? !isxdigit((unsigned char)text[i]) : text[i] != form[i])
            return false;
    }
    return true;
}

static bool check(struct reader *reader, struct device *device)
{
    if (device->service == NULL)
        device->service = reader->description->service;
    if (device->service == NULL)
        return fail(reader, "it names no service");
    if (!is_identifier(device->service) || strpbrk(device->service, "\\/") != NULL)
        return fail(reader, "'%s' is no service's name", device->service);
    if (device->path != NULL && !is_root_path(device->path))
        return fail(reader, "its id must be ROOT\\NAME\\INSTANCE, like ROOT\\SAMPLE\\0000");
    if (device->class_guid != NULL && !is_guid(device->class_guid))
        return fail(reader, "class_guid must be like {4d36e97d-e325-11ce-bfc1-08002be10318}");
    for (size_t i = 0; i < device->special_files.count; i++) {
        const char *file = device->special_files.text[i];
        if (strcmp(file, "paging") != 0 && strcmp(file, "dump") != 0 &&
            strcmp(file, "hibernation") != 0)
            return fail(reader, "'%s' is no special file: paging, dump, hibernation", file);
    }
    for (size_t i = 0; i < device->hardware_ids.count + device->compatible_ids.count; i++) {
        bool hardware = i < device->hardware_ids.count;
        const char *id = hardware ? device->hardware_ids.text[i]
                                  : device->compatible_ids.text[i - device->hardware_ids.count];
        if (!is_identifier(id))
            return fail(reader, "'%s' is no identifier of hardware", id);
    }
    if (device->enumerated &&
        (device->hardware_ids.count == 0 || device->path != NULL || device->resource_count != 0))
        return fail(reader,
            "a device that its bus enumerates has hardware_ids, and neither an id nor resources "
            "here");
    return true;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void put16(unsigned char **at, uint16_t number)
{
    for (int i = 0; i < 2; i++)
        *(*at)++ = (unsigned char)(number >> 8 * i);
}

static void put32(unsigned char **at, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        *(*at)++ = (unsigned char)(number >> 8 * i);
}

/* A CM_RESOURCE_LIST as the machine has it in memory: what is pointer-sized in it is the affinity
 * of an interrupt. */
static void write_resources(struct reader *reader, const struct device *device)
{
    unsigned char data[20 + RESOURCE_LIMIT * 20], *at = data;
    unsigned rest = reader->description->pointer_bytes == 8 ? 16 : 12;

    put32(&at, 1);
    put32(&at, 0); /* Internal */
    put32(&at, 0);
    put16(&at, 1);
    put16(&at, 1);
    put32(&at, (uint32_t)device->resource_count);
    for (size_t i = 0; i < device->resource_count; i++) {
        const struct resource *one = &device->resources[i];
        unsigned char *end = at + 4 + rest;
        *at++ = one->type;
        *at++ = one->share;
        put16(&at, one->flags);
        put32(&at, (uint32_t)one->start);
        if (one->type == TYPE_INTERRUPT) {
            put32(&at, (uint32_t)one->start);
            memset(at, 0xFF, (size_t)(end - at));
            at = end;
        } else if (one->type != TYPE_DMA) {
            put32(&at, (uint32_t)(one->start >> 32));
            put32(&at, one->length);
        }
        while (at < end)
            *at++ = 0;
    }
    regwrite_bytes(reader->registry, "BootConfig", REG_RESOURCE_LIST, data, (size_t)(at - data));
}

static void put64(unsigned char **at, uint64_t number)
{
    put32(at, (uint32_t)number);
    put32(at, (uint32_t)(number >> 32));
}

/* Where a range may begin: at multiples of its length, if that is a power of two, but of a page at
 * most. */
static uint32_t alignment_of(const struct resource *one)
{
    return (one->length & (one->length - 1)) != 0 || one->to == 0 ? 1
        : one->length > 4096                                      ? 4096
                                                                  : one->length;
}

/* An IO_RESOURCE_REQUIREMENTS_LIST with one list, which is the same for both word sizes. */
static void write_requirements(struct reader *reader, const struct device *device)
{
    unsigned char data[40 + RESOURCE_LIMIT * 32], *at = data;

    put32(&at, 40 + (uint32_t)device->resource_count * 32);
    for (int i = 0; i < 6; i++)
        put32(&at, 0); /* Internal, bus and slot 0 */
    put32(&at, 1);
    put16(&at, 1);
    put16(&at, 1);
    put32(&at, (uint32_t)device->resource_count);
    for (size_t i = 0; i < device->resource_count; i++) {
        const struct resource *one = &device->resources[i];
        unsigned char *end = at + 32;
        *at++ = 0;
        *at++ = one->type;
        *at++ = one->share;
        *at++ = 0;
        put16(&at, one->flags);
        put16(&at, 0);
        if (one->type == TYPE_PORT || one->type == TYPE_MEMORY) {
            put32(&at, one->length);
            put32(&at, alignment_of(one));
            put64(&at, one->start);
            put64(&at, one->to != 0 ? one->to : one->start + one->length - 1);
        } else {
            put32(&at, (uint32_t)one->start);
            put32(&at, (uint32_t)(one->to != 0 ? one->to : one->start));
        }
        while (at < end)
            *at++ = 0;
    }
    regwrite_bytes(reader->registry, "BasicConfigVector", REG_RESOURCE_REQUIREMENTS_LIST, data,
        (size_t)(at - data));
}

static bool could_move(const struct device *device)
{
    bool moves = false;

    for (size_t i = 0; i < device->resource_count; i++)
        moves |= device->resources[i].to != 0;
    return moves;
}

static void write_optional(FILE *file, const char *name, const char *text)
{
    if (text != NULL)
        regwrite_text(file, name, REG_SZ, text);
}

static void write_lists(FILE *file, const struct device *device)
{
    if (device->upper_filters.count != 0)
        regwrite_list(
            file, "UpperFilters", device->upper_filters.text, device->upper_filters.count);
    if (device->lower_filters.count != 0)
        regwrite_list(
            file, "LowerFilters", device->lower_filters.text, device->lower_filters.count);
    if (device->special_files.count != 0)
        regwrite_list(
            file, "SpecialFiles", device->special_files.text, device->special_files.count);
    write_optional(file, "Service", device->service);
    write_optional(file, "ClassGUID", device->class_guid);
    write_optional(file, "DeviceDesc", device->description);
    write_optional(file, "Mfg", device->manufacturer);
}

static void write_parameters(FILE *file, struct json_object *parameters)
{
    json_object_object_foreach(parameters, name, value) {
        if (json_object_is_type(value, json_type_int))
            regwrite_number(file, name, (uint32_t)json_object_get_int64(value));
        else
            regwrite_text(file, name, REG_SZ, json_object_get_string(value));
    }
}

static void write_root(struct reader *reader, const struct device *device)
{
    FILE *file = reader->registry;
    char path[300], id[300];
    const char *own = id;

    if (device->path != NULL)
        snprintf(path, sizeof(path), "%s", device->path);
    else
        snprintf(path, sizeof(path), "ROOT\\%s\\%04u", device->service, reader->index - 1);
    snprintf(id, sizeof(id), "ROOT\\%s", device->service);
    regwrite_key(file, ENUM "%s", path);
    if (device->hardware_ids.count != 0)
        regwrite_list(file, "HardwareID", device->hardware_ids.text, device->hardware_ids.count);
    else
        regwrite_list(file, "HardwareID", &own, 1);
    if (device->compatible_ids.count != 0)
        regwrite_list(
            file, "CompatibleIDs", device->compatible_ids.text, device->compatible_ids.count);
    write_lists(file, device);
    write_optional(file, "Class", device->class_name);
    write_optional(file, "FriendlyName", device->friendly_name);
    write_optional(file, "LocationInformation", device->location);
    if (device->resource_count != 0) {
        regwrite_key(file, ENUM "%s\\LogConf", path);
        (could_move(device) ? write_requirements : write_resources)(reader, device);
    }
    if (device->parameters != NULL) {
        regwrite_key(file, ENUM "%s\\Device Parameters", path);
        write_parameters(file, device->parameters);
    }
}

static void write_match(FILE *file, const struct device *device, const struct list *ids)
{
    for (size_t i = 0; i < ids->count; i++) {
        char id[256];
        snprintf(id, sizeof(id), "%s", ids->text[i]);
        for (char *at = id; *at != '\0'; at++) {
            if (*at == '\\')
                *at = '#';
        }
        regwrite_key(file, DATABASE "%s", id);
        write_lists(file, device);
    }
}

static bool describe_one(struct reader *reader, struct json_object *value)
{
    struct device device = {0};

    reader->index++;
    if (!json_object_is_type(value, json_type_object))
        return fail(reader, "it is no object");
    json_object_object_foreach(value, name, member) {
        if (!read_member(reader, &device, name, member))
            return false;
    }
    if (!check(reader, &device))
        return false;
    for (size_t i = 0; i < device.ports.count; i++)
        reader->description->port(reader->description->context, device.ports.text[i]);
    if (device.class_guid != NULL && device.class_name != NULL) {
        regwrite_key(reader->registry, CLASSES "%s", device.class_guid);
        regwrite_text(reader->registry, "Class", REG_SZ, device.class_name);
    }
    if (device.enumerated) {
        write_match(reader->registry, &device, &device.hardware_ids);
        write_match(reader->registry, &device, &device.compatible_ids);
    } else {
        write_root(reader, &device);
    }
    return true;
}

bool device_describe(const char *path, const struct device_description *description, FILE *registry,
    char *why, size_t why_size)
{
    struct reader reader = {
        .description = description, .registry = registry, .why = why, .why_size = why_size};
    int file = plainfile_open(path);
    struct json_object *all = file >= 0 ? json_object_from_fd(file) : NULL;
    bool good = true;

    why[0] = '\0';
    if (file < 0) {
        snprintf(why, why_size, "%s", plainfile_error(errno));
        return false;
    }
    close(file);
    if (all == NULL) {
        const char *reason = json_util_get_last_err();
        snprintf(why, why_size, "%s", reason != NULL ? reason : "it is no JSON");
        why[strcspn(why, "\n")] = '\0';
        return false;
    }
    if (!json_object_is_type(all, json_type_array)) {
        good = describe_one(&reader, all);
    } else {
        for (size_t i = 0; good && i < json_object_array_length(all); i++)
            good = describe_one(&reader, json_object_array_get_idx(all, i));
    }
    json_object_put(all);
    return good;
}
