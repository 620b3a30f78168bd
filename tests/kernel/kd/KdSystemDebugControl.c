/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KdSystemDebugControl, KdDisableDebugger, KdEnableDebugger and KdChangeOption - of a system that
 * was not started for debugging.
 */
#include <ntddk.h>

#include "ktest.h"

typedef NTSTATUS(NTAPI *CONTROL)(ULONG, PVOID, ULONG, PVOID, ULONG, PULONG, KPROCESSOR_MODE);

#define QUERY_VERSION 7 /* SysDbgQueryVersion */
#define READ_VIRTUAL 8  /* SysDbgReadVirtual */

TEST(KdSystemDebugControl, WithoutADebugger)
{
    CONTROL Control = (CONTROL)KtestExport(L"KdSystemDebugControl");
    ULONG Buffer[16] = {0x12345678}, Bytes = 77;

    if (Control == NULL) {
        skip("newer than this Windows");
        return;
    }
    if (!KdRefreshDebuggerNotPresent()) {
        skip("there is a debugger");
        return;
    }
    CHECK_STATUS(Control(QUERY_VERSION, NULL, 0, Buffer, sizeof(Buffer), &Bytes, KernelMode),
        STATUS_DEBUGGER_INACTIVE);
    CHECK_STATUS(Control(READ_VIRTUAL, Buffer, sizeof(Buffer), NULL, 0, &Bytes, KernelMode),
        STATUS_DEBUGGER_INACTIVE);
    CHECK_EQ(Buffer[0], 0x12345678);
}
