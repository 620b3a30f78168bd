/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* For targets whose inputs are numbers and texts one after the other: what is behind the end is
 * zero, and empty. */
#pragma once

#include <stdint.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct input {
    const uint8_t *data;
    size_t size, at;
};

/* A little-endian number. */
static inline uint64_t take(struct input *input, unsigned bytes)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < bytes && input->at < input->size; i++)
        value |= (uint64_t)input->data[input->at++] << (8 * i);
    return value;
}

/* A block of memory that ends where its contents do, so that a sanitizer sees the end; to be
 * freed. */
static inline void *copy_exactly(const void *data, size_t size)
{
    void *copy = malloc(size != 0 ? size : 1);

    if (copy == NULL)
        exit(1);
    memcpy(copy, data, size);
    return copy;
}

/* The rest of the input, so many bytes at most, as copy_exactly has it. */
static inline void *take_bytes(struct input *input, size_t most, size_t *size)
{
    *size = input->size - input->at < most ? input->size - input->at : most;
    void *bytes = copy_exactly(input->data + input->at, *size);
    input->at += *size;
    return bytes;
}

/* Has a sanitizer look at all of it. */
static inline void look(const void *bytes, size_t size)
{
    const volatile uint8_t *at = bytes;

    for (size_t i = 0; i < size; i++)
        (void)at[i];
}
