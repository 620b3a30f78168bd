/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The table of filters for processes of 32 bits: see filter_rows.h. */
#include <asm/unistd_32.h>

#define FILTER_BITS 32
#include "server/filter_rows.h"

#include <linux/audit.h>

const struct filter_table filter_i386 = {
    .architecture = AUDIT_ARCH_I386,
    .bits = FILTER_BITS,
    .rows = filter_rows,
    .count = sizeof(filter_rows) / sizeof(filter_rows[0]),
};
