/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a file system asks of the cache manager about a file it does not cache. There is no cache
 * here: reads and writes go to the file system, and views of a file of C: are the host's pages of
 * it, so they agree at all times.
 */
#include "mm/section.h"

/*
 * CcFlushCache - write what is cached of a file, or of a range of it (FileOffset, Length), to the
 * file.
 * IoStatus: optional. IRQL: up to APC_LEVEL. Source: DOC ntifs/CcFlushCache.
 */
void NTAPI CcFlushCache(SECTION_OBJECT_POINTERS *SectionObjectPointer, LARGE_INTEGER *FileOffset,
    ULONG Length, IO_STATUS_BLOCK *IoStatus)
{
    (void)SectionObjectPointer;
    (void)FileOffset;
    (void)Length;
    if (IoStatus != NULL)
        *IoStatus = (IO_STATUS_BLOCK){.Status = STATUS_SUCCESS};
}

/*
 * CcPurgeCacheSection - forget what is cached of a file, or of a range of it.
 * Returns: FALSE: a client has a view of it. IRQL: up to APC_LEVEL. Source: DOC
 * ntifs/CcPurgeCacheSection.
 */
BOOLEAN NTAPI CcPurgeCacheSection(SECTION_OBJECT_POINTERS *SectionObjectPointer,
    LARGE_INTEGER *FileOffset, ULONG Length, BOOLEAN UninitializeCacheMaps)
{
    (void)FileOffset;
    (void)Length;
    (void)UninitializeCacheMaps;
    return MmCanFileBeTruncated(SectionObjectPointer, NULL);
}
