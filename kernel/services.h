/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The system calls: the only way from client/ into the kernel.
 *
 * For each service below there are two functions. NtX (NTAPI) is the service itself, written by its
 * component and exported to drivers. SysX (host ABI) is what a client calls: it attaches the host
 * thread, switches to its kernel stack with UserMode as the previous mode, and calls NtX. After the
 * machine has stopped every SysX returns STATUS_HOST_DOWN. Pointers belong to the client and are
 * probed by the service.
 */
#pragma once

#include "io/io.h"

typedef void(NTAPI *IO_APC)(void *Context, IO_STATUS_BLOCK *IoStatus, ULONG Reserved);

#define SYSTEM_SERVICES(S)                                                                         \
    S(CreateFile, 11,                                                                              \
        (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, IO_STATUS_BLOCK *, LARGE_INTEGER *, ULONG,    \
            ULONG, ULONG, ULONG, void *, ULONG))                                                   \
    S(OpenFile, 6, (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, IO_STATUS_BLOCK *, ULONG, ULONG))  \
    S(FsControlFile, 10,                                                                           \
        (HANDLE, HANDLE, IO_APC, void *, IO_STATUS_BLOCK *, ULONG, void *, ULONG, void *, ULONG))  \
    S(FlushBuffersFile, 2, (HANDLE, IO_STATUS_BLOCK *))                                            \
    S(QueryInformationFile, 5, (HANDLE, IO_STATUS_BLOCK *, void *, ULONG, FILE_INFORMATION_CLASS)) \
    S(SetInformationFile, 5, (HANDLE, IO_STATUS_BLOCK *, void *, ULONG, FILE_INFORMATION_CLASS))   \
    S(QueryVolumeInformationFile, 5,                                                               \
        (HANDLE, IO_STATUS_BLOCK *, void *, ULONG, FS_INFORMATION_CLASS))                          \
    S(QueryDirectoryFile, 11,                                                                      \
        (HANDLE, HANDLE, PIO_APC_ROUTINE, void *, IO_STATUS_BLOCK *, void *, ULONG,                \
            FILE_INFORMATION_CLASS, BOOLEAN, UNICODE_STRING *, BOOLEAN))                           \
    S(NotifyChangeDirectoryFile, 9,                                                                \
        (HANDLE, HANDLE, IO_APC, void *, IO_STATUS_BLOCK *, void *, ULONG, ULONG, BOOLEAN))        \
    S(QueryAttributesFile, 2, (OBJECT_ATTRIBUTES *, FILE_BASIC_INFORMATION *))                     \
    S(QueryFullAttributesFile, 2, (OBJECT_ATTRIBUTES *, FILE_NETWORK_OPEN_INFORMATION *))          \
    S(DeleteFile, 1, (OBJECT_ATTRIBUTES *))                                                        \
    S(CreateIoCompletion, 4, (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, ULONG))                  \
    S(OpenIoCompletion, 3, (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *))                           \
    S(QueryIoCompletion, 5, (HANDLE, ULONG, void *, ULONG, ULONG *))                               \
    S(SetIoCompletion, 5, (HANDLE, void *, void *, NTSTATUS, ULONG_PTR))                           \
    S(RemoveIoCompletion, 5, (HANDLE, void **, void **, IO_STATUS_BLOCK *, LARGE_INTEGER *))       \
    S(RemoveIoCompletionEx, 6,                                                                     \
        (HANDLE, FILE_IO_COMPLETION_INFORMATION *, ULONG, ULONG *, LARGE_INTEGER *, BOOLEAN))      \
    S(CancelIoFile, 2, (HANDLE, IO_STATUS_BLOCK *))                                                \
    S(CancelIoFileEx, 3, (HANDLE, IO_STATUS_BLOCK *, IO_STATUS_BLOCK *))                           \
    S(InitiatePowerAction, 4, (ULONG, ULONG, ULONG, BOOLEAN))                                      \
    S(Close, 1, (HANDLE))                                                                          \
    S(DuplicateObject, 7, (HANDLE, HANDLE, HANDLE, HANDLE *, ACCESS_MASK, ULONG, ULONG))           \
    S(CreateEvent, 5, (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, EVENT_TYPE, BOOLEAN))           \
    S(OpenEvent, 3, (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *))                                  \
    S(SetEvent, 2, (HANDLE, LONG *))                                                               \
    S(ResetEvent, 2, (HANDLE, LONG *))                                                             \
    S(PulseEvent, 2, (HANDLE, LONG *))                                                             \
    S(WaitForSingleObject, 3, (HANDLE, BOOLEAN, LARGE_INTEGER *))                                  \
    S(WaitForMultipleObjects, 5, (ULONG, HANDLE *, WAIT_TYPE, BOOLEAN, LARGE_INTEGER *))           \
    S(QueryEvent, 5, (HANDLE, ULONG, void *, ULONG, ULONG *))                                      \
    S(CreateSemaphore, 5, (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, LONG, LONG))                \
    S(OpenSemaphore, 3, (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *))                              \
    S(ReleaseSemaphore, 3, (HANDLE, LONG, LONG *))                                                 \
    S(QuerySemaphore, 5, (HANDLE, ULONG, void *, ULONG, ULONG *))                                  \
    S(CreateMutant, 4, (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, BOOLEAN))                      \
    S(OpenMutant, 3, (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *))                                 \
    S(ReleaseMutant, 2, (HANDLE, LONG *))                                                          \
    S(QueryMutant, 5, (HANDLE, ULONG, void *, ULONG, ULONG *))                                     \
    S(CreateTimer, 4, (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, TIMER_TYPE))                    \
    S(OpenTimer, 3, (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *))                                  \
    S(SetTimer, 7,                                                                                 \
        (HANDLE, LARGE_INTEGER *, PTIMER_APC_ROUTINE, void *, BOOLEAN, LONG, BOOLEAN *))           \
    S(CancelTimer, 2, (HANDLE, BOOLEAN *))                                                         \
    S(QueryTimer, 5, (HANDLE, ULONG, void *, ULONG, ULONG *))                                      \
    S(SignalAndWaitForSingleObject, 4, (HANDLE, HANDLE, BOOLEAN, LARGE_INTEGER *))                 \
    S(QueueApcThread, 5, (HANDLE, PKNORMAL_ROUTINE, void *, void *, void *))                       \
    S(OpenThread, 4, (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, CLIENT_ID *))                    \
    S(SuspendThread, 2, (HANDLE, ULONG *))                                                         \
    S(ResumeThread, 2, (HANDLE, ULONG *))                                                          \
    S(CancelSynchronousIoFile, 3, (HANDLE, IO_STATUS_BLOCK *, IO_STATUS_BLOCK *))                  \
    S(AlertThread, 1, (HANDLE))                                                                    \
    S(TerminateThread, 2, (HANDLE, NTSTATUS))                                                      \
    S(QueryInformationThread, 5, (HANDLE, THREADINFOCLASS, void *, ULONG, ULONG *))                \
    S(QueryInformationProcess, 5, (HANDLE, PROCESSINFOCLASS, void *, ULONG, ULONG *))              \
    S(DelayExecution, 2, (BOOLEAN, LARGE_INTEGER *))                                               \
    S(OpenDirectoryObject, 3, (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *))                        \
    S(QueryDirectoryObject, 7, (HANDLE, void *, ULONG, BOOLEAN, BOOLEAN, ULONG *, ULONG *))        \
    S(OpenSymbolicLinkObject, 3, (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *))                     \
    S(QuerySymbolicLinkObject, 3, (HANDLE, UNICODE_STRING *, ULONG *))                             \
    S(CreateKey, 7,                                                                                \
        (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, ULONG, UNICODE_STRING *, ULONG, ULONG *))     \
    S(OpenKey, 3, (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *))                                    \
    S(OpenKeyEx, 4, (HANDLE *, ACCESS_MASK, OBJECT_ATTRIBUTES *, ULONG))                           \
    S(DeleteKey, 1, (HANDLE))                                                                      \
    S(DeleteValueKey, 2, (HANDLE, UNICODE_STRING *))                                               \
    S(EnumerateKey, 6, (HANDLE, ULONG, KEY_INFORMATION_CLASS, void *, ULONG, ULONG *))             \
    S(EnumerateValueKey, 6, (HANDLE, ULONG, KEY_VALUE_INFORMATION_CLASS, void *, ULONG, ULONG *))  \
    S(QueryKey, 5, (HANDLE, KEY_INFORMATION_CLASS, void *, ULONG, ULONG *))                        \
    S(QueryValueKey, 6,                                                                            \
        (HANDLE, UNICODE_STRING *, KEY_VALUE_INFORMATION_CLASS, void *, ULONG, ULONG *))           \
    S(QueryMultipleValueKey, 6, (HANDLE, KEY_VALUE_ENTRY *, ULONG, void *, ULONG *, ULONG *))      \
    S(SetValueKey, 6, (HANDLE, UNICODE_STRING *, ULONG, ULONG, void *, ULONG))                     \
    S(FlushKey, 1, (HANDLE))                                                                       \
    S(RenameKey, 2, (HANDLE, UNICODE_STRING *))                                                    \
    S(QuerySecurityObject, 5,                                                                      \
        (HANDLE, SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, ULONG, ULONG *))                      \
    S(QueryInformationToken, 5, (HANDLE, TOKEN_INFORMATION_CLASS, void *, ULONG, ULONG *))         \
    S(NotifyChangeKey, 10,                                                                         \
        (HANDLE, HANDLE, PIO_APC_ROUTINE, void *, IO_STATUS_BLOCK *, ULONG, BOOLEAN, void *,       \
            ULONG, BOOLEAN))                                                                       \
    S(SetInformationKey, 4, (HANDLE, KEY_SET_INFORMATION_CLASS, void *, ULONG))

/*
 * Those in which clients spend their time. Their gates are in io/request.c beside the services
 * themselves, so that the compiler makes one function of both.
 */
#define REQUEST_SERVICES(S)                                                                 \
    S(ReadFile, 9,                                                                          \
        (HANDLE, HANDLE, IO_APC, void *, IO_STATUS_BLOCK *, void *, ULONG, LARGE_INTEGER *, \
            ULONG *))                                                                       \
    S(WriteFile, 9,                                                                         \
        (HANDLE, HANDLE, IO_APC, void *, IO_STATUS_BLOCK *, void *, ULONG, LARGE_INTEGER *, \
            ULONG *))                                                                       \
    S(DeviceIoControlFile, 10,                                                              \
        (HANDLE, HANDLE, IO_APC, void *, IO_STATUS_BLOCK *, ULONG, void *, ULONG, void *, ULONG))

#define SYSTEM_SERVICE_DECLARE(Name, Count, Types) \
    NTSTATUS NTAPI Nt##Name Types;                 \
    NTSTATUS Sys##Name Types;
SYSTEM_SERVICES(SYSTEM_SERVICE_DECLARE)
REQUEST_SERVICES(SYSTEM_SERVICE_DECLARE)
#undef SYSTEM_SERVICE_DECLARE

/* Attaches the calling host thread to the client's process if it is not yet; what each SysX does
 * first. */
NTSTATUS SysAttach(void);

/* Called when a client calls and there is no machine; may open one. Set by client/ before main. */
extern void (*SysNoMachine)(void);
