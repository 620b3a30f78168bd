/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Which memory a driver wants in a small dump: ranges in an array in its own memory, which its
 * routine for KbCallbackTriageDumpData hands over. Ranges that touch are one. The driver sees to it
 * that one thread uses an array.
 */
#include <string.h>

#include "ke/triagedata.h"

/* bytes of all ranges unless the driver sets MaxDataSize, which it may */
#define KI_TRIAGE_MOST 0x10000u

/*
 * KeInitializeTriageDumpDataArray - an empty array.
 *
 * Size:    bytes there are, for the array and its ranges.
 * IRQL:    any
 * Returns: SUCCESS; INVALID_PARAMETER: no room for one range.
 * Source:  DOC ntddk/KeInitializeTriageDumpDataArray; INF the status, the limit; OBS
 *          tests/kernel/ke/KeAddTriageDumpDataBlock.c
 */
NTSTATUS NTAPI KeInitializeTriageDumpDataArray(KI_TRIAGE_DATA *KtriageDumpDataArray, ULONG Size)
{
    if (KtriageDumpDataArray == NULL || Size < sizeof(KI_TRIAGE_DATA) + sizeof(KI_ADDRESS_RANGE))
        return STATUS_INVALID_PARAMETER;
    memset(KtriageDumpDataArray, 0, sizeof(*KtriageDumpDataArray));
    InitializeListHead(&KtriageDumpDataArray->List);
    KtriageDumpDataArray->NumBlocksTotal = (ULONG)((Size - sizeof(KI_TRIAGE_DATA)) /
        sizeof(KI_ADDRESS_RANGE));
    KtriageDumpDataArray->MaxDataSize = KI_TRIAGE_MOST;
    return STATUS_SUCCESS;
}

static BOOLEAN KiTouches(const KI_ADDRESS_RANGE *Range, ULONG_PTR First, ULONG_PTR End)
{
    const ULONG_PTR Start = (ULONG_PTR)Range->Address;
    return First <= Start + Range->Size && Start <= End;
}

/*
 * KeAddTriageDumpDataBlock - one range more.
 *
 * IRQL:    any
 * Returns: SUCCESS; INVALID_PARAMETER: nothing, or it ends beyond the end of memory;
 *          INSUFFICIENT_RESOURCES: no room for a range; BUFFER_OVERFLOW: more bytes than
 *          MaxDataSize. The array is as it was then.
 * Source:  DOC ntddk/KeAddTriageDumpDataBlock; INF the statuses; OBS as above
 */
NTSTATUS NTAPI KeAddTriageDumpDataBlock(
    KI_TRIAGE_DATA *KtriageDumpDataArray, void *Address, SIZE_T Size)
{
    ULONG_PTR First = (ULONG_PTR)Address, End = First + Size;
    ULONG Kept = 0;
    SIZE_T Gone = 0;
    if (Address == NULL || Size == 0 || End < First)
        return STATUS_INVALID_PARAMETER;
    KI_ADDRESS_RANGE *Blocks = KtriageDumpDataArray->Blocks;
    for (ULONG Index = 0; Index < KtriageDumpDataArray->NumBlocksUsed; Index++) {
        if (!KiTouches(&Blocks[Index], First, End))
            continue;
        const ULONG_PTR Start = (ULONG_PTR)Blocks[Index].Address;
        First = Start < First ? Start : First;
        End = Start + Blocks[Index].Size > End ? Start + Blocks[Index].Size : End;
    }
    for (ULONG Index = 0; Index < KtriageDumpDataArray->NumBlocksUsed; Index++) {
        if (KiTouches(&Blocks[Index], First, End))
            Gone += Blocks[Index].Size;
        else
            Kept++;
    }
    const SIZE_T Bytes = KtriageDumpDataArray->DataSize - Gone + (End - First);
    if (Kept == KtriageDumpDataArray->NumBlocksTotal)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (Bytes > KtriageDumpDataArray->MaxDataSize)
        return STATUS_BUFFER_OVERFLOW;
    Kept = 0;
    for (ULONG Index = 0; Index < KtriageDumpDataArray->NumBlocksUsed; Index++) {
        if (!KiTouches(&Blocks[Index], First, End))
            Blocks[Kept++] = Blocks[Index];
    }
    Blocks[Kept] = (KI_ADDRESS_RANGE){(void *)First, End - First};
    KtriageDumpDataArray->NumBlocksUsed = Kept + 1;
    KtriageDumpDataArray->DataSize = (ULONG)Bytes;
    return STATUS_SUCCESS;
}
