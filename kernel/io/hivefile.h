/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Files that hives are in. One that changes is written anew beside the old one and takes its place
 * when it is whole and survives loss of power, so that whatever ends the machine meanwhile, the
 * name leads to the old file or the new one.
 */
#pragma once

#include "io/hive.h"

typedef struct IOP_HIVE_FILE {
    HANDLE File;         /* the kernel's; nobody else has the file open */
    HANDLE Folder;       /* what it is in */
    UNICODE_STRING Name; /* there; pool */
} IOP_HIVE_FILE;

/* FILE_OPEN or FILE_CREATE. What opening it says. */
NTSTATUS IopOpenHiveFile(const OBJECT_ATTRIBUTES *Name, ULONG Disposition, IOP_HIVE_FILE *Hive);
void IopCloseHiveFile(IOP_HIVE_FILE *Hive);
/* On failure the file is as it was, or has these bytes and may lose them with power. */
NTSTATUS IopReplaceHiveFile(IOP_HIVE_FILE *Hive, UCHAR *Data, ULONG Bytes);
/*
 * From, what is in it first, gets To's name; the file that had it has none any more. On failure
 * nothing has changed.
 */
NTSTATUS IopMoveHiveFile(const IOP_HIVE_FILE *From, const IOP_HIVE_FILE *To);
/* What has been done to a file or folder survives loss of power. */
NTSTATUS IopFlushFile(HANDLE File);
void IopDeleteHiveFile(const IOP_HIVE_FILE *Hive);

/* By handle, of any file. *Data: pool. REGISTRY_CORRUPT: it is no hive's size. */
NTSTATUS IopReadWhole(HANDLE File, UCHAR **Data, ULONG *Bytes);
NTSTATUS IopWriteWhole(HANDLE File, UCHAR *Data, ULONG Bytes);
/* A file's keys go into Key. */
NTSTATUS IopLoadFrom(HANDLE Key, HANDLE File, BOOLEAN Volatile);
