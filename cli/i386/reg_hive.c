/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Hives are read by a library that is there for 64 bits only: an x86 machine says so. */
#include "reg.h"

int reg_hive_load(struct tool *tool, const char *name, const char *data, size_t bytes,
    const struct reg_key *key, enum reg_hive_mode mode)
{
    (void)data;
    (void)bytes;
    (void)key;
    (void)mode;
    fprintf(tool->err,
        "dotsys reg: %s: an x86 machine cannot read hives: bring the machine down, read it without "
        "one, and up again\n",
        name);
    return EXIT_COMMAND_FAILED;
}
