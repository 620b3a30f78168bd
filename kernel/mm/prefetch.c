/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Reading pages of mapped files ahead. The host has its own ideas of that: what is asked for is
 * checked, and there. */
#include "mm/export.h"
#include "mm/section.h"

/* A section of the file must be there, of the kind asked for. */
static BOOLEAN MiIsPrefetchable(const READ_LIST *List)
{
    const SECTION_OBJECT_POINTERS *Pointers = List->FileObject != NULL
                                                  ? List->FileObject->SectionObjectPointer
                                                  : NULL;
    return Pointers != NULL &&
           (List->IsImage ? Pointers->ImageSectionObject : Pointers->DataSectionObject) != NULL;
}

/*
 * MmPrefetchPages - read pages of sections of files.
 *
 * ReadLists: so many lists of offsets in a file, of which there is a section.
 * IRQL:    PASSIVE_LEVEL.
 * Returns: SUCCESS; INVALID_PARAMETER_1: no list, or no section of a file in one of them.
 * Source:  DOC ntifs/MmPrefetchPages; OBS tests/kernel/mm/MmPrefetchPages.c
 */
NTSTATUS NTAPI MmPrefetchPages(ULONG NumberOfLists, READ_LIST **ReadLists)
{
    if (NumberOfLists == 0)
        return STATUS_INVALID_PARAMETER_1;
    for (ULONG Index = 0; Index < NumberOfLists; Index++) {
        if (!MiIsPrefetchable(ReadLists[Index]))
            return STATUS_INVALID_PARAMETER_1;
    }
    return STATUS_SUCCESS;
}
