/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Macros of the DDK have casts of their own. */
#include <ntddk.h>

typedef struct ENTRY {
    ULONG Value;
    LIST_ENTRY Links;
} ENTRY;

ULONG Use(PLIST_ENTRY Links, PVOID Base)
{
    ENTRY *Entry = CONTAINING_RECORD(Links, ENTRY, Links);
    ULONG Offset = FIELD_OFFSET(ENTRY, Links);

    return Offset + (ULONG)sizeof(ENTRY) + Entry->Value + BYTE_OFFSET(Base) +
        ADDRESS_AND_SIZE_TO_SPAN_PAGES(Base, 512) + (ULONG)(ULONG_PTR)PAGE_ALIGN(Base);
}
