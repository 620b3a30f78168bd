/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The program this process runs, and where its threads have their stacks. */
#include <link.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/auxv.h>

#include "host/hostp.h"

/* The first image is the program's own. */
static int host_take_program(struct dl_phdr_info *info, size_t size, void *context)
{
    struct host_program *program = context;
    uintptr_t end = 0;
    (void)size;
    program->base = UINTPTR_MAX;
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        const uintptr_t start = (uintptr_t)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
        if (info->dlpi_phdr[i].p_type != PT_LOAD)
            continue;
        program->base = start < program->base ? start : program->base;
        end = start + info->dlpi_phdr[i].p_memsz > end ? start + info->dlpi_phdr[i].p_memsz : end;
    }
    program->size_bytes = end - program->base;
    return 1;
}

void host_program(struct host_program *program)
{
    *program = (struct host_program){0};
    dl_iterate_phdr(host_take_program, program);
    program->entry = (uintptr_t)getauxval(AT_ENTRY);
}

bool host_stack_bounds(uintptr_t *low, uintptr_t *high)
{
    pthread_attr_t attributes;
    void *start;
    size_t size;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return false;
    const bool known = pthread_attr_getstack(&attributes, &start, &size) == 0;
    pthread_attr_destroy(&attributes);
    *low = known ? (uintptr_t)start : 0;
    *high = known ? (uintptr_t)start + size : 0;
    return known;
}
