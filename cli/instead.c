/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See instead.h. Only what really does the same work on the older Windows is in the table, with
 * what is different about it. DOC: the "Minimum supported client" and "Remarks" of the functions'
 * pages.
 */
#include "instead.h"

#include <stdio.h>
#include <string.h>

#define ROWS(array) (sizeof(array) / sizeof((array)[0]))

const struct instead instead_rows[] = {
    {"CmCallbackGetKeyObjectIDEx", "CmCallbackGetKeyObjectID",
        "its name is valid only until the callback returns"},
    {"CmRegisterCallbackEx", "CmRegisterCallback", "without an altitude"},
    {"ExAcquireSpinLockExclusive", "KeAcquireSpinLockRaiseToDpc",
        "readers then exclude each other"},
    {"ExAcquireSpinLockShared", "KeAcquireSpinLockRaiseToDpc", "readers then exclude each other"},
    {"ExAllocatePool2", "ExAllocatePoolWithTag", "clear the block yourself"},
    {"ExAllocatePool3", "ExAllocatePoolWithTag",
        "or ExAllocatePoolWithTagPriority; clear the block yourself"},
    {"ExAllocateTimer", "KeInitializeTimerEx", NULL},
    {"ExCancelTimer", "KeCancelTimer", NULL},
    {"ExDeleteTimer", "KeCancelTimer", "then KeFlushQueuedDpcs"},
    {"ExFreePool2", "ExFreePoolWithTag", NULL},
    {"ExInitializeLookasideListEx", "ExInitializeNPagedLookasideList",
        "or ExInitializePagedLookasideList"},
    {"ExReleaseSpinLockExclusive", "KeReleaseSpinLock", NULL},
    {"ExReleaseSpinLockShared", "KeReleaseSpinLock", NULL},
    {"ExSetTimer", "KeSetTimerEx", NULL},
    {"IoConnectInterruptEx", "IoConnectInterrupt", "the DDK's iointex.lib chooses between them"},
    {"IoCreateFileEx", "IoCreateFileSpecifyDeviceObjectHint", NULL},
    {"IoDisconnectInterruptEx", "IoDisconnectInterrupt",
        "the DDK's iointex.lib chooses between them"},
    {"IoGetDevicePropertyData", "IoGetDeviceProperty", "for the properties it knows"},
    {"IoInitializeWorkItem", "IoAllocateWorkItem", NULL},
    {"IoQueueWorkItemEx", "IoQueueWorkItem",
        "the work item is then yours to pass along in the context"},
    {"IoUninitializeWorkItem", "IoFreeWorkItem", NULL},
    {"KeAcquireGuardedMutex", "ExAcquireFastMutex", NULL},
    {"KeAcquireInStackQueuedSpinLock", "KeAcquireSpinLockRaiseToDpc", NULL},
    {"KeGetCurrentProcessorNumberEx", NULL,
        "KeGetCurrentProcessorNumber: there is one group of processors"},
    {"KeInitializeGuardedMutex", NULL, "ExInitializeFastMutex"},
    {"KeInitializeThreadedDpc", "KeInitializeDpc", NULL},
    {"KeQueryActiveProcessorCount", NULL, "the variable KeNumberProcessors"},
    {"KeQueryActiveProcessorCountEx", "KeQueryActiveProcessorCount",
        "before Windows Vista the variable KeNumberProcessors"},
    {"KeQueryInterruptTimePrecise", NULL, "KeQueryInterruptTime, as precise as a clock tick"},
    {"KeQuerySystemTimePrecise", NULL, "KeQuerySystemTime, as precise as a clock tick"},
    {"KeReleaseGuardedMutex", "ExReleaseFastMutex", NULL},
    {"KeReleaseInStackQueuedSpinLock", "KeReleaseSpinLock", NULL},
    {"KeRestoreExtendedProcessorState", NULL,
        "KeRestoreFloatingPointState (x86), for x87, MMX and SSE only"},
    {"KeSaveExtendedProcessorState", NULL,
        "KeSaveFloatingPointState (x86), for x87, MMX and SSE only"},
    {"KeSetCoalescableTimer", "KeSetTimerEx", NULL},
    {"KeSetTargetProcessorDpcEx", "KeSetTargetProcessorDpc", "there is one group of processors"},
    {"MmAllocateContiguousNodeMemory", "MmAllocateContiguousMemorySpecifyCacheNode", NULL},
    {"MmAllocateNodePagesForMdlEx", "MmAllocatePagesForMdlEx", NULL},
    {"MmAllocatePagesForMdlEx", "MmAllocatePagesForMdl", NULL},
    {"MmCopyMemory", NULL,
        "RtlCopyMemory under __try, which guards user addresses only; physical memory by "
        "MmMapIoSpace"},
    {"MmMapIoSpaceEx", "MmMapIoSpace", "what it maps can be executed"},
    {"ObDereferenceObjectDeferDeleteWithTag", "ObDereferenceObjectDeferDelete", NULL},
    {"ObOpenObjectByPointerWithTag", "ObOpenObjectByPointer", NULL},
    {"ObReferenceObjectByHandleWithTag", "ObReferenceObjectByHandle", NULL},
    {"ObReferenceObjectByPointerWithTag", "ObReferenceObjectByPointer", NULL},
    {"ObfDereferenceObjectWithTag", "ObfDereferenceObject", NULL},
    {"ObfReferenceObjectWithTag", "ObfReferenceObject", NULL},
    {"PsSetCreateProcessNotifyRoutineEx", "PsSetCreateProcessNotifyRoutine",
        "it cannot refuse a process, nor tell its file"},
    {"PsSetCreateProcessNotifyRoutineEx2", "PsSetCreateProcessNotifyRoutineEx", NULL},
    {"PsSetCreateThreadNotifyRoutineEx", "PsSetCreateThreadNotifyRoutine", NULL},
    {"PsSetLoadImageNotifyRoutineEx", "PsSetLoadImageNotifyRoutine", NULL},
    {"RtlUTF8ToUnicodeN", NULL, "nothing in the kernel converts UTF-8: bring your own"},
    {"RtlUnicodeToUTF8N", NULL, "nothing in the kernel converts UTF-8: bring your own"},
    {"ZwCreateKeyTransacted", "ZwCreateKey", "without a transaction"},
    {"ZwOpenKeyEx", "ZwOpenKey", NULL},
    {"ZwOpenKeyTransacted", "ZwOpenKey", "without a transaction"},
    {"ZwQueryInformationByName", "ZwQueryInformationFile",
        "on a file opened for FILE_READ_ATTRIBUTES"},
    {"_snprintf_s", "_snprintf", "or RtlStringCbPrintf of ntstrsafe.h"},
    {"memcpy_s", "memcpy", NULL},
    {"sprintf_s", "sprintf", "or RtlStringCbPrintf of ntstrsafe.h"},
    {"strcpy_s", "strcpy", "or RtlStringCbCopy of ntstrsafe.h"},
    {"wcscpy_s", "wcscpy", "or RtlStringCbCopy of ntstrsafe.h"},
};
const size_t instead_count = ROWS(instead_rows);

const struct instead *instead_of(const char *name)
{
    for (size_t i = 0; i < instead_count; i++) {
        if (strcmp(instead_rows[i].name, name) == 0)
            return &instead_rows[i];
    }
    return NULL;
}

const char *instead_text(const struct instead *instead, char *text, size_t size)
{
    const char *earlier = instead->earlier != NULL ? instead->earlier : "";
    const char *how = instead->how != NULL ? instead->how : "";

    snprintf(text, size, "%s%s%s", earlier, *earlier != 0 && *how != 0 ? ", " : "", how);
    return text;
}
