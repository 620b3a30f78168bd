/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Byte-range locks of a file, as file system drivers keep them: FILE_LOCK_INFO is in nt/ntifs.h.
 */
#pragma once

#include "nt/ntifs.h"

typedef NTSTATUS(NTAPI *PCOMPLETE_LOCK_IRP_ROUTINE)(PVOID Context, PIRP Irp);
typedef VOID(NTAPI *PUNLOCK_ROUTINE)(PVOID Context, PFILE_LOCK_INFO FileLockInfo);

typedef struct _FILE_LOCK {
    PCOMPLETE_LOCK_IRP_ROUTINE CompleteLockIrpRoutine; /* NULL: IoCompleteRequest */
    PUNLOCK_ROUTINE UnlockRoutine; /* NULL: nobody wants to know */
    BOOLEAN FastIoIsQuestionable;  /* there are locks: look before reading or writing */
    BOOLEAN SpareC[3];
    PVOID LockInformation; /* ours; NULL: nothing was ever locked */
    FILE_LOCK_INFO LastReturnedLockInfo;
    PVOID LastReturnedLock;
    LONG volatile LockRequestsInProgress;
} FILE_LOCK, *PFILE_LOCK;
