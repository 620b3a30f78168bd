/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Which memory a driver wants in a small dump; triagedata.c. */
#pragma once

#include "ke/ke.h"

typedef struct KI_ADDRESS_RANGE { /* KADDRESS_RANGE */
    void *Address;
    SIZE_T Size;
} KI_ADDRESS_RANGE;

typedef struct KI_TRIAGE_DATA { /* KTRIAGE_DUMP_DATA_ARRAY */
    LIST_ENTRY List;
    ULONG NumBlocksUsed, NumBlocksTotal;
    ULONG DataSize, MaxDataSize;
    ULONG ComponentNameBufferLength;
    UCHAR *ComponentName;
    KI_ADDRESS_RANGE Blocks[];
} KI_TRIAGE_DATA;

NTSTATUS NTAPI KeInitializeTriageDumpDataArray(KI_TRIAGE_DATA *KtriageDumpDataArray, ULONG Size);
NTSTATUS NTAPI KeAddTriageDumpDataBlock(
    KI_TRIAGE_DATA *KtriageDumpDataArray, void *Address, SIZE_T Size);
