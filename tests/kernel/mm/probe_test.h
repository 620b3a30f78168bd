/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * probe_test.h - the probes with what they raise as a status. (What the compiler and the kernel
 * make of the exception is tests/kernel/seh.)
 */
#ifndef TESTS_KERNEL_MM_PROBE_TEST_H
#define TESTS_KERNEL_MM_PROBE_TEST_H

#include "kvariable.h"

IMPORT_VARIABLE(ULONG_PTR, MmUserProbeAddress);

#define PROBE_NOT_THERE ((ULONG_PTR)0x10000) /* in no System process */

typedef VOID (*PROBE)(ULONG_PTR Address, SIZE_T Length, ULONG Alignment);

/* STATUS_SUCCESS for nothing raised. */
static inline NTSTATUS ProbeStatus(PROBE Probe, ULONG_PTR Address, SIZE_T Length, ULONG Alignment)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;

    __try {
        Probe(Address, Length, Alignment);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    return Status;
}

#endif
