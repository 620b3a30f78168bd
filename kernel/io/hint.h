/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Exports: priorities of files and threads (hint.c); those of requests are in io.h. */
#pragma once

#include "io/io.h"
#include "nt/ntifs.h"

NTSTATUS NTAPI IoSetIoPriorityHintIntoFileObject(
    FILE_OBJECT *FileObject, IO_PRIORITY_HINT PriorityHint);
NTSTATUS NTAPI IoRetrievePriorityInfo(
    IRP *Irp, FILE_OBJECT *FileObject, ETHREAD *Thread, IO_PRIORITY_INFO *PriorityInfo);
NTSTATUS NTAPI IoApplyPriorityInfoThread(
    IO_PRIORITY_INFO *InputPriorityInfo, IO_PRIORITY_INFO *OutputPriorityInfo, ETHREAD *Thread);
