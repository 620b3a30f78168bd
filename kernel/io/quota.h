/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Exports: quotas of a volume (quota.c). */
#pragma once

#include "io/io.h"
#include "nt/ntifs.h"
#include "se/se.h"

NTSTATUS NTAPI NtQueryQuotaInformationFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    void *Buffer, ULONG Length, BOOLEAN ReturnSingleEntry, void *SidList, ULONG SidListLength,
    PSID StartSid, BOOLEAN RestartScan);
NTSTATUS NTAPI ZwQueryQuotaInformationFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    void *Buffer, ULONG Length, BOOLEAN ReturnSingleEntry, void *SidList, ULONG SidListLength,
    PSID StartSid, BOOLEAN RestartScan);
NTSTATUS NTAPI NtSetQuotaInformationFile(
    HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock, void *Buffer, ULONG Length);
NTSTATUS NTAPI ZwSetQuotaInformationFile(
    HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock, void *Buffer, ULONG Length);
