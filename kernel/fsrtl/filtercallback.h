/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* fsrtl: what file systems and filters are asked of besides requests (filtercallback.c). */
#pragma once

#include "fsrtl/fsrtl.h"

#define FSRTL_FILTER_ACQUIRE_FOR_SECTION 0xFFu /* FS_FILTER_… */
#define FSRTL_FILTER_RELEASE_FOR_SECTION 0xFEu

typedef struct FSRTL_FILTER_DATA { /* FS_FILTER_CALLBACK_DATA */
    ULONG SizeOfFsFilterCallbackData;
    UCHAR Operation, Reserved;
    DEVICE_OBJECT *DeviceObject;
    FILE_OBJECT *FileObject;
    union {
        struct {
            ULONG SyncType; /* 0: SyncTypeOther */
            ULONG PageProtection;
        } AcquireForSectionSynchronization;
        void *Arguments[5];
    } Parameters;
} FSRTL_FILTER_DATA;

typedef NTSTATUS NTAPI FSRTL_FILTER_PRE(FSRTL_FILTER_DATA *Data, void **CompletionContext);
typedef void NTAPI FSRTL_FILTER_POST(
    FSRTL_FILTER_DATA *Data, NTSTATUS OperationStatus, void *CompletionContext);

typedef struct FSRTL_FILTER_PAIR {
    FSRTL_FILTER_PRE *Pre;   /* optional, both */
    FSRTL_FILTER_POST *Post;
} FSRTL_FILTER_PAIR;

/* FS_FILTER_CALLBACKS: in this order, of which a driver may know only the first. */
enum FSRTL_FILTER_OPERATION {
    FsrtlAcquireForSection,
    FsrtlReleaseForSection,
    FsrtlAcquireForFlush,
    FsrtlReleaseForFlush,
    FsrtlAcquireForModifiedWriter,
    FsrtlReleaseForModifiedWriter,
    FsrtlQueryOpen,
    FSRTL_FILTER_OPERATIONS
};

typedef struct FSRTL_FILTER_CALLBACKS {
    ULONG SizeOfFsFilterCallbacks;
    ULONG Reserved;
    FSRTL_FILTER_PAIR Pair[FSRTL_FILTER_OPERATIONS];
} FSRTL_FILTER_CALLBACKS;

/*
 * Asks the drivers of the file's stack, from the top, and tells them afterwards. Carry: does it
 * where none of them has done it (FSFILTER_OP_COMPLETED_SUCCESSFULLY) or refused.
 */
void FsrtlpAskFilters(FILE_OBJECT *FileObject, enum FSRTL_FILTER_OPERATION Operation,
    void (*Carry)(FILE_OBJECT *FileObject));

NTSTATUS NTAPI FsRtlRegisterFileSystemFilterCallbacks(
    DRIVER_OBJECT *FilterDriverObject, const FSRTL_FILTER_CALLBACKS *Callbacks);
