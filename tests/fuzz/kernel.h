/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* For targets that need a machine: one that says nothing, made when it is first asked for, and a
 * way into its kernel. */
#pragma once

#include "dotsys/dotsys.h"
#include "ex/ex.h"
#include "ke/ke.h"

/* The machine. It must go on, whatever the input was. */
dotsys_machine *fuzz_machine(void);
/* Runs service in the kernel, on this thread, which stays the machine's. */
NTSTATUS fuzz_in_kernel(KE_SERVICE service, void *context);
/* Says what, with the report if the machine has stopped, and aborts. */
void fuzz_fail(const char *what) __attribute__((noreturn));
