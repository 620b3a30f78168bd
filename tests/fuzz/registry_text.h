/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* For targets that write registry text: what has been written is text the machine imports. */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include "cli/regwrite.h"
#include "kernel/cm/regtext.h"

static inline FILE *registry_text_begin(char **text, size_t *size)
{
    FILE *file = open_memstream(text, size);

    if (file == NULL)
        exit(1);
    regwrite_begin(file);
    return file;
}

/* good: what wrote it says that it is whole. */
static inline void registry_text_end(FILE *file, char *const *text, const size_t *size, int good)
{
    const char *reason;
    unsigned line;

    if (fclose(file) != 0)
        exit(1);
    void *work = malloc(cm_reg_work_bytes(*size));
    if (work == NULL)
        exit(1);
    if (good && cm_reg_parse(*text, *size, work, NULL, NULL, &line, &reason) != 0) {
        fprintf(stderr, "line %u: %s\n%s\n", line, reason, *text);
        abort();
    }
    free(work);
    free(*text);
}
