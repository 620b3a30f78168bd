/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * load_test.h - a service key for tests of loading drivers; of the same name each time, gone after
 * each.
 */
#ifndef TESTS_KERNEL_IO_LOAD_TEST_H
#define TESTS_KERNEL_IO_LOAD_TEST_H

#include "ktest.h"

#define LOAD_SERVICES     L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\"
#define LOAD_TEST_SERVICE LOAD_SERVICES L"DotsysLoadTest"

NTSYSAPI NTSTATUS NTAPI ZwLoadDriver(PUNICODE_STRING DriverServiceName);
NTSYSAPI NTSTATUS NTAPI ZwUnloadDriver(PUNICODE_STRING DriverServiceName);

NTSTATUS LoadCreateService(PCWSTR ImagePath, ULONG Type);
VOID LoadDeleteService(VOID);

#endif
