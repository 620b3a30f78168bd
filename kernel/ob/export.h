/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What ob exports to drivers, and its system services. Part of ob/ob.h, which everybody includes
 * instead. */
#pragma once

#include "ex/ex.h"
#include "nt/ntifs.h"

struct OB_HANDLE_FLAGS;
struct OB_HANDLE_TABLE;

/* ---- Exports --------------------------------------------------------------------------------- */

LONG_PTR FASTCALL ObfReferenceObject(void *Object);
LONG_PTR FASTCALL ObfDereferenceObject(void *Object);
LONG_PTR FASTCALL ObfReferenceObjectWithTag(void *Object, ULONG Tag);
LONG_PTR FASTCALL ObfDereferenceObjectWithTag(void *Object, ULONG Tag);
LONG_PTR NTAPI ObDereferenceObject(void *Object);
void NTAPI ObDereferenceObjectDeferDelete(void *Object);
void NTAPI ObDereferenceObjectDeferDeleteWithTag(void *Object, ULONG Tag);
NTSTATUS NTAPI ObReferenceObjectByPointer(
    void *Object, ACCESS_MASK Access, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode);
NTSTATUS NTAPI ObReferenceObjectByPointerWithTag(
    void *Object, ACCESS_MASK Access, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode, ULONG Tag);
NTSTATUS NTAPI ObReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK Access, OBJECT_TYPE *Type,
    KPROCESSOR_MODE Mode, void **Object, OBJECT_HANDLE_INFORMATION *Information);
NTSTATUS NTAPI ObReferenceObjectByHandleWithTag(HANDLE Handle, ACCESS_MASK Access,
    OBJECT_TYPE *Type, KPROCESSOR_MODE Mode, ULONG Tag, void **Object,
    OBJECT_HANDLE_INFORMATION *Information);
NTSTATUS NTAPI ObOpenObjectByPointer(void *Object, ULONG HandleAttributes,
    ACCESS_STATE *PassedAccessState, ACCESS_MASK Access, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode,
    HANDLE *Handle);
NTSTATUS NTAPI ObOpenObjectByPointerWithTag(void *Object, ULONG HandleAttributes,
    ACCESS_STATE *PassedAccessState, ACCESS_MASK Access, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode,
    ULONG Tag, HANDLE *Handle);
NTSTATUS NTAPI ObOpenObjectByName(OBJECT_ATTRIBUTES *Attributes, OBJECT_TYPE *Type,
    KPROCESSOR_MODE Mode, ACCESS_STATE *PassedAccessState, ACCESS_MASK Access, void *ParseContext,
    HANDLE *Handle);
NTSTATUS NTAPI ZwSetTimerEx(HANDLE TimerHandle, ULONG TimerSetInformationClass,
    void *TimerSetInformation, ULONG TimerSetInformationLength);
NTSTATUS NTAPI ObReferenceObjectByName(UNICODE_STRING *Name, ULONG Attributes,
    ACCESS_STATE *PassedAccessState, ACCESS_MASK Access, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode,
    void *ParseContext, void **Object);
NTSTATUS NTAPI ObQueryNameString(
    void *Object, OBJECT_NAME_INFORMATION *Information, ULONG Length, ULONG *ReturnLength);
void NTAPI ObMakeTemporaryObject(void *Object);
OBJECT_TYPE *NTAPI ObGetObjectType(void *Object);
NTSTATUS NTAPI ObCloseHandle(HANDLE Handle, KPROCESSOR_MODE PreviousMode);
BOOLEAN NTAPI ObIsKernelHandle(HANDLE Handle);
BOOLEAN NTAPI ExEnumHandleTable(struct OB_HANDLE_TABLE *HandleTable, void *EnumHandleProcedure,
    void *EnumParameter, HANDLE *Handle);
NTSTATUS NTAPI ObSetHandleAttributes(
    HANDLE Handle, struct OB_HANDLE_FLAGS *Flags, KPROCESSOR_MODE Mode);
NTSTATUS NTAPI ObGetObjectSecurity(
    void *Object, PSECURITY_DESCRIPTOR *Descriptor, BOOLEAN *MemoryAllocated);
void NTAPI ObReleaseObjectSecurity(PSECURITY_DESCRIPTOR Descriptor, BOOLEAN MemoryAllocated);

KEVENT *NTAPI IoCreateNotificationEvent(UNICODE_STRING *EventName, HANDLE *EventHandle);
KEVENT *NTAPI IoCreateSynchronizationEvent(UNICODE_STRING *EventName, HANDLE *EventHandle);

/* System services. Those of the first list have a Zw form too: the same with KernelMode as the
 * previous mode. */
#define OB_SERVICES(S)                                                                            \
    S(Close, (HANDLE Handle))                                                                     \
    S(DuplicateObject,                                                                            \
        (HANDLE SourceProcess, HANDLE SourceHandle, HANDLE TargetProcess, HANDLE * TargetHandle,  \
            ACCESS_MASK Access, ULONG Attributes, ULONG Options))                                 \
    S(MakeTemporaryObject, (HANDLE Handle))                                                       \
    S(QueryObject,                                                                                \
        (HANDLE Handle, OBJECT_INFORMATION_CLASS Class, void *Information, ULONG Length,          \
            ULONG *ReturnLength))                                                                 \
    S(SetInformationObject,                                                                       \
        (HANDLE Handle, OBJECT_INFORMATION_CLASS Class, void *Information, ULONG Length))         \
    S(OpenDirectoryObject, (HANDLE * Handle, ACCESS_MASK Access, OBJECT_ATTRIBUTES * Attributes)) \
    S(CreateDirectoryObject,                                                                      \
        (HANDLE * Handle, ACCESS_MASK Access, OBJECT_ATTRIBUTES * Attributes))                    \
    S(QueryDirectoryObject,                                                                       \
        (HANDLE Handle, void *Buffer, ULONG Length, BOOLEAN SingleEntry, BOOLEAN RestartScan,     \
            ULONG *Context, ULONG *ReturnLength))                                                 \
    S(OpenSymbolicLinkObject,                                                                     \
        (HANDLE * Handle, ACCESS_MASK Access, OBJECT_ATTRIBUTES * Attributes))                    \
    S(CreateSymbolicLinkObject,                                                                   \
        (HANDLE * Handle, ACCESS_MASK Access, OBJECT_ATTRIBUTES * Attributes,                     \
            UNICODE_STRING * Target))                                                             \
    S(QuerySymbolicLinkObject, (HANDLE Handle, UNICODE_STRING * Target, ULONG * ReturnLength))    \
    S(WaitForSingleObject, (HANDLE Handle, BOOLEAN Alertable, LARGE_INTEGER * Timeout))           \
    S(WaitForMultipleObjects,                                                                     \
        (ULONG Count, HANDLE * Handles, WAIT_TYPE WaitType, BOOLEAN Alertable,                    \
            LARGE_INTEGER * Timeout))                                                             \
    S(CreateEvent,                                                                                \
        (HANDLE * Handle, ACCESS_MASK Access, OBJECT_ATTRIBUTES * Attributes, EVENT_TYPE Type,    \
            BOOLEAN InitialState))                                                                \
    S(OpenEvent, (HANDLE * Handle, ACCESS_MASK Access, OBJECT_ATTRIBUTES * Attributes))           \
    S(SetEvent, (HANDLE Handle, LONG * PreviousState))                                            \
    S(ResetEvent, (HANDLE Handle, LONG * PreviousState))                                          \
    S(PulseEvent, (HANDLE Handle, LONG * PreviousState))                                          \
    S(ClearEvent, (HANDLE Handle))                                                                \
    S(CreateTimer,                                                                                \
        (HANDLE * Handle, ACCESS_MASK Access, OBJECT_ATTRIBUTES * Attributes, TIMER_TYPE Type))   \
    S(OpenTimer, (HANDLE * Handle, ACCESS_MASK Access, OBJECT_ATTRIBUTES * Attributes))           \
    S(SetTimer,                                                                                   \
        (HANDLE Handle, LARGE_INTEGER * DueTime, PTIMER_APC_ROUTINE Routine, void *Context,       \
            BOOLEAN Resume, LONG Period, BOOLEAN *PreviousState))                                 \
    S(CancelTimer, (HANDLE Handle, BOOLEAN * CurrentState))
#define OB_NT_SERVICES(S)                                                                   \
    S(MakePermanentObject, (HANDLE Handle))                                                 \
    S(DelayExecution, (BOOLEAN Alertable, LARGE_INTEGER * Interval))                        \
    S(QueryEvent,                                                                           \
        (HANDLE Handle, ULONG Class, void *Information, ULONG Length, ULONG *ReturnLength)) \
    S(CreateSemaphore,                                                                      \
        (HANDLE * Handle, ACCESS_MASK Access, OBJECT_ATTRIBUTES * Attributes, LONG Count,   \
            LONG Limit))                                                                    \
    S(OpenSemaphore, (HANDLE * Handle, ACCESS_MASK Access, OBJECT_ATTRIBUTES * Attributes)) \
    S(ReleaseSemaphore, (HANDLE Handle, LONG ReleaseCount, LONG * PreviousCount))           \
    S(CreateMutant,                                                                         \
        (HANDLE * Handle, ACCESS_MASK Access, OBJECT_ATTRIBUTES * Attributes,               \
            BOOLEAN InitialOwner))                                                          \
    S(OpenMutant, (HANDLE * Handle, ACCESS_MASK Access, OBJECT_ATTRIBUTES * Attributes))    \
    S(ReleaseMutant, (HANDLE Handle, LONG * PreviousCount))                                 \
    S(QuerySemaphore,                                                                       \
        (HANDLE Handle, ULONG Class, void *Information, ULONG Length, ULONG *ReturnLength)) \
    S(QueryMutant,                                                                          \
        (HANDLE Handle, ULONG Class, void *Information, ULONG Length, ULONG *ReturnLength)) \
    S(QueryTimer,                                                                           \
        (HANDLE Handle, ULONG Class, void *Information, ULONG Length, ULONG *ReturnLength)) \
    S(SignalAndWaitForSingleObject,                                                         \
        (HANDLE ObjectToSignal, HANDLE ObjectToWaitOn, BOOLEAN Alertable,                   \
            LARGE_INTEGER * Timeout))

#define OB_DECLARE_NT(Name, Parameters) NTSTATUS NTAPI Nt##Name Parameters;
#define OB_DECLARE_ZW(Name, Parameters) NTSTATUS NTAPI Zw##Name Parameters;
OB_SERVICES(OB_DECLARE_NT)
OB_SERVICES(OB_DECLARE_ZW)
OB_NT_SERVICES(OB_DECLARE_NT)
#undef OB_DECLARE_NT
#undef OB_DECLARE_ZW
