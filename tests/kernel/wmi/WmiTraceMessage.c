/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * WmiTraceMessage, WmiTraceMessageVa, WmiQueryTraceInformation - software tracing without a
 * session.
 */
#include "wmi_test.h"

typedef NTSTATUS(__cdecl *TRACE_MESSAGE)(ULONG64, ULONG, LPGUID, USHORT, ...);
typedef NTSTATUS(NTAPI *TRACE_MESSAGE_VA)(ULONG64, ULONG, LPGUID, USHORT, __builtin_va_list);

static NTSTATUS TraceVa(TRACE_MESSAGE_VA Trace, ...)
{
    GUID Guid = WmiTestNobody;
    __builtin_va_list List;
    NTSTATUS Status;

    __builtin_va_start(List, Trace);
    Status = Trace(0x7FFF, 0, &Guid, 10, List);
    __builtin_va_end(List);
    return Status;
}

TEST(WmiTraceMessage, ASessionThatIsNotThereIsNoHandle)
{
    TRACE_MESSAGE Trace = (TRACE_MESSAGE)KtestExport(L"WmiTraceMessage");
    TRACE_MESSAGE_VA Va = (TRACE_MESSAGE_VA)KtestExport(L"WmiTraceMessageVa");
    GUID Guid = WmiTestNobody;
    ULONG Value = 1;

    if (Trace == NULL || Va == NULL) {
        skip("Windows 2000 has no WmiTraceMessage");
        return;
    }
    CHECK_STATUS(Trace(0x7FFF, 0, &Guid, 10, &Value, sizeof(Value), NULL), STATUS_INVALID_HANDLE);
    CHECK_STATUS(TraceVa(Va, &Value, sizeof(Value), NULL), STATUS_INVALID_HANDLE);
}

TEST(WmiQueryTraceInformation, ThereIsNoSession)
{
    ULONG64 Handle = 0;
    ULONG Needed = 0;
    WNODE_HEADER Header = {.BufferSize = sizeof(Header)};

    CHECK(!NT_SUCCESS(
        WmiQueryTraceInformation(GlobalLoggerHandleClass, &Handle, sizeof(Handle), &Needed, NULL)));
    Header.HistoricalContext = 0x7FFF;
    CHECK(!NT_SUCCESS(
        WmiQueryTraceInformation(TraceEnableFlagsClass, &Needed, sizeof(Needed), NULL, &Header)));
    CHECK(!NT_SUCCESS(WmiQueryTraceInformation(
        (TRACE_INFORMATION_CLASS)1000, &Handle, sizeof(Handle), NULL, &Header)));
}
