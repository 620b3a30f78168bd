/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The table of filters for processes of 64 bits: see filter_rows.h. */
#include <asm/unistd_64.h>

#define FILTER_BITS 64
#include "server/filter_rows.h"

#include <linux/audit.h>

const struct filter_table filter_amd64 = {
    .architecture = AUDIT_ARCH_X86_64,
    .bits = FILTER_BITS,
    .rows = filter_rows,
    .count = sizeof(filter_rows) / sizeof(filter_rows[0]),
};
