/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Software tracing, which drivers with WPP messages in them call when a session has enabled them.
 * There is no session: its handle is no handle.
 */
#include "wmi/wmip.h"

/*
 * WmiTraceMessage, WmiTraceMessageVa - write a message to a trace session.
 *
 * IRQL:    up to HIGH_LEVEL
 * Returns: INVALID_HANDLE: there is no such session.
 * Source:  DOC wdm/WmiTraceMessage, WmiTraceMessageVa
 */
NTSTATUS NTAPIV WmiTraceMessage(
    TRACEHANDLE LoggerHandle, ULONG MessageFlags, GUID *MessageGuid, USHORT MessageNumber, ...)
{
    (void)LoggerHandle;
    (void)MessageFlags;
    (void)MessageGuid;
    (void)MessageNumber;
    return STATUS_INVALID_HANDLE;
}

NTSTATUS NTAPI WmiTraceMessageVa(TRACEHANDLE LoggerHandle, ULONG MessageFlags, GUID *MessageGuid,
    USHORT MessageNumber, NT_VA_LIST MessageArgList)
{
    (void)LoggerHandle;
    (void)MessageFlags;
    (void)MessageGuid;
    (void)MessageNumber;
    (void)MessageArgList;
    return STATUS_INVALID_HANDLE;
}

/*
 * WmiQueryTraceInformation - what a trace session is, by what its driver was enabled with, or by
 * its name.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: INVALID_HANDLE: there is no such session; NOT_FOUND: no global logger runs;
 *          OBJECT_NAME_NOT_FOUND: there is no session of the name; INVALID_INFO_CLASS.
 *          *RequiredLength is left alone.
 * Source:  DOC wdm/WmiQueryTraceInformation; which status for which class INF
 */
NTSTATUS NTAPI WmiQueryTraceInformation(TRACE_INFORMATION_CLASS TraceInformationClass,
    void *TraceInformation, ULONG TraceInformationLength, ULONG *RequiredLength, void *Buffer)
{
    (void)TraceInformation;
    (void)TraceInformationLength;
    (void)RequiredLength;
    (void)Buffer;
    switch (TraceInformationClass) {
    case TraceIdClass:
    case TraceHandleClass:
    case TraceEnableFlagsClass:
    case TraceEnableLevelClass:
    case EventLoggerHandleClass:
    case LoggerEventsLostClass:
    case TraceSessionSettingsClass:
    case LoggerEventsLoggedClass: return STATUS_INVALID_HANDLE;
    case GlobalLoggerHandleClass:
    case AllLoggerHandlesClass: return STATUS_NOT_FOUND;
    case TraceHandleByNameClass: return STATUS_OBJECT_NAME_NOT_FOUND;
    default: return STATUS_INVALID_INFO_CLASS;
    }
}
