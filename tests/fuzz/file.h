/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* For targets whose parsers read files: the input as a file in memory, with a name. */
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct input_file {
    int file;
    char path[32];
};

static inline void input_file_open(struct input_file *input, const uint8_t *data, size_t size)
{
    input->file = memfd_create("input", MFD_CLOEXEC);
    if (input->file < 0 || write(input->file, data, size) != (ssize_t)size)
        exit(1);
    snprintf(input->path, sizeof(input->path), "/proc/self/fd/%d", input->file);
}

static inline void input_file_close(const struct input_file *input)
{
    close(input->file);
}
