/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Computes the size of an array in 32 bits.
 *
 * class: integer overflow
 */
#include "broken.h"

#define LOAD BROKEN_CODE(0, METHOD_BUFFERED)

typedef struct ENTRY {
    ULONG64 Key, Value;
} ENTRY;

typedef struct ENTRIES {
    ULONG Count, Unused;
    ENTRY Entry[1];
} ENTRIES;

static NTSTATUS Control(BROKEN_REQUEST *Request)
{
    const ENTRIES *Given = (const ENTRIES *)(PVOID)Request->Buffer;
    ENTRY *Table;
    ULONG Size, Index;

    if (Request->Code != LOAD)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (Request->InputLength < FIELD_OFFSET(ENTRIES, Entry))
        return STATUS_BUFFER_TOO_SMALL;
    Size = Given->Count * sizeof(ENTRY);
    if (Size == 0 || Size > Request->InputLength - FIELD_OFFSET(ENTRIES, Entry))
        return STATUS_INVALID_PARAMETER;
    Table = ExAllocatePoolWithTag(NonPagedPool, Size, BROKEN_TAG);
    if (Table == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    for (Index = 0; Index < Given->Count; Index++)
        Table[Index].Key = Index;
    ExFreePoolWithTag(Table, BROKEN_TAG);
    return STATUS_SUCCESS;
}
