/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by the files of kernel/host only. */
#pragma once

#include <signal.h>

#include "host/host.h"

#define HOST_INTERRUPT_SIGNAL (SIGRTMIN + 6)

#if defined(__i386__)
int host_i386_set_fs(void *pcr);
#endif

/* memory.c: mmap's protection for a mask of enum host_protection. */
int host_linux_protection(unsigned protection);
