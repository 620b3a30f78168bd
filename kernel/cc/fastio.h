/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Fast I/O on cached files as file systems share it: what begins with an FSRTL_COMMON_FCB_HEADER at
 * FsContext is locked by the resources in it, and its sizes are the file's.
 */
#pragma once

#include "cc/ccp.h"

/* A read or write under way: inside the file system, with the file's resource. */
typedef struct CCP_FAST {
    FILE_OBJECT *File;
    FSRTL_COMMON_FCB_HEADER *Header;
    LONGLONG Offset, End;
    LONGLONG FileSize, ValidDataLength; /* before a write */
    IO_STATUS_BLOCK *IoStatus;
} CCP_FAST;

/*
 * Both return FALSE when the file system has to be asked by a request, with nothing held; otherwise
 * the Leave routine is to be called. *Done: IoStatus says already what is to be said.
 */
BOOLEAN CcpEnterFastRead(CCP_FAST *Fast, ULONG Length, BOOLEAN Wait, ULONG LockKey, BOOLEAN *Done);
BOOLEAN CcpEnterFastWrite(CCP_FAST *Fast, const LARGE_INTEGER *Offset, ULONG Length, BOOLEAN Wait,
    ULONG LockKey);
void CcpLeaveFastRead(CCP_FAST *Fast, BOOLEAN Read);
void CcpLeaveFastWrite(CCP_FAST *Fast, BOOLEAN Written);
/* Zeros between where the file's data ended and what is written. */
NTSTATUS CcpZeroBefore(const CCP_FAST *Fast, BOOLEAN Wait);
