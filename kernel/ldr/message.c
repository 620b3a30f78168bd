/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Messages in images: tables among their resources, of blocks of numbers that follow each other.
 * Nothing of a table is believed.
 */
#include "ldr/resource.h"

typedef struct LDRP_MESSAGE_BLOCK { /* MESSAGE_RESOURCE_BLOCK */
    ULONG LowId, HighId;
    ULONG OffsetToEntries; /* of the table */
} LDRP_MESSAGE_BLOCK;

typedef struct LDRP_MESSAGE_TABLE { /* MESSAGE_RESOURCE_DATA */
    ULONG NumberOfBlocks;
    LDRP_MESSAGE_BLOCK Blocks[];
} LDRP_MESSAGE_TABLE;

/* The entry so many behind the one at Offset; NULL: the table ends before. */
static const MESSAGE_RESOURCE_ENTRY *NTAPI LdrpMessageAt(
    const UCHAR *Table, ULONG Size, ULONG Offset, ULONG Behind)
{
    for (;; Behind--) {
        const MESSAGE_RESOURCE_ENTRY *Entry = (const void *)(Table + Offset);
        if (Offset % sizeof(USHORT) != 0 || Offset > Size || Size - Offset < sizeof(*Entry) ||
            Entry->Length < sizeof(*Entry) || Entry->Length > Size - Offset)
            return NULL;
        if (Behind == 0)
            return Entry;
        Offset += Entry->Length;
    }
}

/*
 * RtlFindMessage - a message of an image's table.
 *
 * MessageTableId: the type of resource, 11 (RT_MESSAGETABLE). MessageLanguageId: 0: any will do.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; MESSAGE_NOT_FOUND: the table has no such number; INVALID_IMAGE_FORMAT: it is
 *          damaged; what LdrFindResource_U returns where there is no table.
 * Source:  INF its use in drivers: undocumented; DOC the table's layout: "MESSAGE_RESOURCE_DATA"
 *          (winnt)
 */
NTSTATUS NTAPI RtlFindMessage(const void *DllHandle, ULONG MessageTableId, ULONG MessageLanguageId,
    ULONG MessageId, const MESSAGE_RESOURCE_ENTRY **MessageEntry)
{
    const ULONG_PTR Path[] = {MessageTableId, 1, MessageLanguageId};
    const IMAGE_RESOURCE_DATA_ENTRY *Data;
    const MESSAGE_RESOURCE_ENTRY *Entry;
    const LDRP_MESSAGE_TABLE *Table;
    const void *Bytes;
    ULONG Size;
    NTSTATUS Status = LdrFindResource_U(DllHandle, Path, RTL_NUMBER_OF(Path), &Data);

    if (NT_SUCCESS(Status))
        Status = LdrAccessResource(DllHandle, Data, &Bytes, &Size);
    if (!NT_SUCCESS(Status))
        return Status;
    Table = Bytes;
    if (Size < sizeof(*Table) || ((ULONG_PTR)Table & (sizeof(ULONG) - 1)) != 0 ||
        Table->NumberOfBlocks > (Size - sizeof(*Table)) / sizeof(Table->Blocks[0]))
        return STATUS_INVALID_IMAGE_FORMAT;
    for (ULONG Index = 0; Index < Table->NumberOfBlocks; Index++) {
        const LDRP_MESSAGE_BLOCK *Block = &Table->Blocks[Index];
        if (MessageId < Block->LowId || MessageId > Block->HighId)
            continue;
        Entry = LdrpMessageAt(Bytes, Size, Block->OffsetToEntries, MessageId - Block->LowId);
        if (Entry == NULL)
            return STATUS_INVALID_IMAGE_FORMAT;
        *MessageEntry = Entry;
        return STATUS_SUCCESS;
    }
    return STATUS_MESSAGE_NOT_FOUND;
}
