/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The structures of a minidump. Source: DOC minidumpapiset.h. Offsets are from the start of the
 * file. */
#pragma once

#include <stdint.h>

#define MINIDUMP_SIGNATURE 0x504D444Du /* "MDMP" */
#define MINIDUMP_VERSION   0xA793u
#define MINIDUMP_STREAMS   8u

#define MINIDUMP_PROCESSOR_X86   0u
#define MINIDUMP_PROCESSOR_AMD64 9u
#define MINIDUMP_MISC_PROCESS    1u

enum minidump_stream {
    MINIDUMP_THREAD_LIST = 3,
    MINIDUMP_MODULE_LIST = 4,
    MINIDUMP_MEMORY_LIST = 5,
    MINIDUMP_EXCEPTION = 6,
    MINIDUMP_SYSTEM_INFO = 7,
    MINIDUMP_COMMENT_A = 10,
    MINIDUMP_MISC_INFO = 15,
    MINIDUMP_DOTSYS = 0x0D075001, /* a KD_CRASH; numbers above 0xFFFF are free */
};

#pragma pack(push, 4)

struct minidump_location {
    uint32_t size, offset;
};

struct minidump_header {
    uint32_t signature, version, streams, directory, checksum, timestamp;
    uint64_t flags;
};

struct minidump_directory {
    uint32_t type;
    struct minidump_location location;
};

struct minidump_memory {
    uint64_t start;
    struct minidump_location location;
};

struct minidump_thread {
    uint32_t id, suspended, priority_class, priority;
    uint64_t teb;
    struct minidump_memory stack;
    struct minidump_location context;
};

struct minidump_version {
    uint32_t signature, structure, file[2], product[2], mask, flags, os, type, subtype, date[2];
};

struct minidump_module {
    uint64_t base;
    uint32_t size, checksum, timestamp, name;
    struct minidump_version version;
    struct minidump_location codeview, misc;
    uint64_t reserved[2];
};

struct minidump_exception {
    uint32_t thread, alignment;
    uint32_t code, flags;
    uint64_t record, address;
    uint32_t parameters, unused;
    uint64_t information[15];
    struct minidump_location context;
};

struct minidump_system {
    uint16_t processor, processor_level, processor_revision;
    uint8_t processors, product;
    uint32_t major, minor, build, platform, service_pack;
    uint16_t suite, reserved;
    uint32_t features[6];
};

struct minidump_misc {
    uint32_t size, flags, process, created, user, kernel;
};

#pragma pack(pop)

_Static_assert(sizeof(struct minidump_header) == 32 && sizeof(struct minidump_directory) == 12,
    "as documented");
_Static_assert(
    sizeof(struct minidump_thread) == 48 && sizeof(struct minidump_module) == 108, "as documented");
_Static_assert(sizeof(struct minidump_exception) == 168 && sizeof(struct minidump_system) == 56,
    "as documented");
_Static_assert(
    sizeof(struct minidump_memory) == 16 && sizeof(struct minidump_misc) == 24, "as documented");
