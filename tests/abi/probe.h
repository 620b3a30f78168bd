/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Turns the rows of layouts/ and values.def into text inside an object file: records
 * "ABI:name=offset,size;" with 16 hexadecimal digits each, read back by compare.py from any object
 * format without running or parsing it. Bit fields are recorded as the bytes of a structure with
 * only that field filled with ones.
 *
 * TAIL is a flexible array: it has an offset only.
 * _OURS rows are those the WDK headers of mingw-w64 lack; exceptions.txt has their numbers.
 */
#pragma once

#include <stddef.h>

#define ABI_DIGIT(value, shift)                                                                \
    ((char)((((value) >> (shift)) & 15) + ((((value) >> (shift)) & 15) > 9 ? 'a' - 10 : '0')))
#define ABI_HEX_8(value, shift)                                                              \
    ABI_DIGIT(value, (shift) + 28), ABI_DIGIT(value, (shift) + 24),                          \
        ABI_DIGIT(value, (shift) + 20), ABI_DIGIT(value, (shift) + 16),                      \
        ABI_DIGIT(value, (shift) + 12), ABI_DIGIT(value, (shift) + 8),                       \
        ABI_DIGIT(value, (shift) + 4), ABI_DIGIT(value, shift)
#define ABI_HEX(value)                                                    \
    { ABI_HEX_8((unsigned long long)(value), 32), ABI_HEX_8((unsigned long long)(value), 0) }

#define ABI_JOIN_(a, b) a##b
#define ABI_JOIN(a, b)  ABI_JOIN_(a, b)

#define ABI_RECORD(label, first, second)                                                       \
    const struct {                                                                             \
        char Name[sizeof("ABI:" label "=") - 1], First[16], Comma, Second[16], End;            \
    } ABI_JOIN(AbiRecord, __COUNTER__) = { "ABI:" label "=", ABI_HEX(first), ',',              \
                                           ABI_HEX(second), ';' };

#define STRUCT(type) ABI_RECORD(#type, 0, sizeof(type))
#define FIELD(type, field) \
    ABI_RECORD(#type "." #field, offsetof(type, field), sizeof(((type *)0)->field))
#define TAIL(type, field) ABI_RECORD(#type "." #field, offsetof(type, field), 0)
#define BITS(type, field)                                                                      \
    const struct __attribute__((packed)) {                                                     \
        char Name[sizeof("ABI:" #type "." #field "#") - 1], Size[16], Colon;                   \
        type Value;                                                                            \
    } ABI_JOIN(AbiRecord, __COUNTER__) = { "ABI:" #type "." #field "#", ABI_HEX(sizeof(type)), \
                                           ':', { .field = ~0 } };
#define VALUE(name) ABI_RECORD("=" #name, (long long)(name), 0)

#ifdef ABI_WDK
#define STRUCT_OURS(type)
#define FIELD_OURS(type, field)
#define BITS_OURS(type, field)
#define VALUE_OURS(name)
#else
#define STRUCT_OURS(type)       STRUCT(type)
#define FIELD_OURS(type, field) FIELD(type, field)
#define BITS_OURS(type, field)  BITS(type, field)
#define VALUE_OURS(name)        VALUE(name)
#endif

#if defined(__x86_64__)
#define ABI_64 1
#else
#define ABI_64 0
#endif
