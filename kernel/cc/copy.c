/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Reading and writing through the cache. What a client's buffer is read from or written to is
 * copied with its memory checked; the kernel's is the caller's business.
 */
#include <string.h>

#include "cc/ccp.h"

void CcpRaise(NTSTATUS Status)
{
    ExRaiseStatus(Status == STATUS_ACCESS_VIOLATION
                      ? STATUS_INVALID_USER_BUFFER
                      : FsRtlNormalizeNtstatus(Status, STATUS_UNEXPECTED_IO_ERROR));
}

static NTSTATUS CcpCopyOut(void *To, const void *From, ULONG Bytes)
{
    if (Bytes != 0 && MmIsUserRange(To, Bytes))
        return MmCopyToUser(To, From, Bytes);
    memcpy(To, From, Bytes);
    return STATUS_SUCCESS;
}

/* From NULL: zeros. */
static NTSTATUS CcpCopyIn(void *To, const void *From, ULONG Bytes)
{
    if (From == NULL) {
        memset(To, 0, Bytes);
        return STATUS_SUCCESS;
    }
    if (Bytes != 0 && MmIsUserRange(From, Bytes))
        return MmCopyFromUser(To, From, Bytes);
    memcpy(To, From, Bytes);
    return STATUS_SUCCESS;
}

/* ---- reading --------------------------------------------------------------------------------- */

static NTSTATUS CcpReadPart(CCP_MAP *Map, const CCP_PART *Part, BOOLEAN Wait, void *Buffer)
{
    CCP_VIEW *View = CcpEnterView(Map, Part->Index);
    if (View == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = CcpBringIn(View, CcpMask(Part->First, Part->End), Wait);
    if (NT_SUCCESS(Status))
        Status = CcpCopyOut(Buffer, View->Base + Part->First, Part->End - Part->First);
    CcpLeaveView(View);
    return Status;
}

NTSTATUS CcpCopyRead(FILE_OBJECT *File, LONGLONG Offset, ULONG Length, BOOLEAN Wait, void *Buffer,
    IO_STATUS_BLOCK *IoStatus)
{
    const LONGLONG End = Offset + Length;
    UCHAR *To = Buffer;
    NTSTATUS Status = STATUS_SUCCESS;
    CCP_MAP *Map = CcpHoldMap(File->SectionObjectPointer);
    if (Map == NULL)
        return STATUS_INVALID_PARAMETER;
    for (LONGLONG At = Offset; At < End && NT_SUCCESS(Status);) {
        const CCP_PART Part = CcpPartAt(At, End);
        Status = CcpReadPart(Map, &Part, Wait, To);
        To += Part.End - Part.First;
        At += Part.End - Part.First;
    }
    CcpReleaseMap(Map);
    if (!NT_SUCCESS(Status))
        return Status;
    IoStatus->Status = STATUS_SUCCESS;
    IoStatus->Information = Length;
    CcpNoteRead(File, Offset, Length);
    return STATUS_SUCCESS;
}

/*
 * CcCopyRead, CcCopyReadEx - read from a cached file; what is not in the cache is read from the
 * file first.
 *
 * FileOffset, Length: within the file. Wait: FALSE: only what is in the cache. Buffer: of the
 *          kernel or a client. IoStatus: set with TRUE alone: SUCCESS, and Length. IoIssuerThread:
 *          optional; nobody is charged.
 * IRQL:    up to APC_LEVEL
 * Returns: TRUE; FALSE: without Wait, not all of it is in the cache.
 * Raises:  what the file's driver says, as UNEXPECTED_IO_ERROR if no caller would know it;
 *          INSUFFICIENT_RESOURCES; INVALID_USER_BUFFER: Buffer is not there; INVALID_PARAMETER: the
 *          file is not cached.
 * Source:  DOC ntifs/CcCopyRead, CcCopyReadEx; INF INVALID_PARAMETER; OBS
 *          tests/kernel/cc/CcCopyRead.c
 */
BOOLEAN NTAPI CcCopyRead(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    BOOLEAN Wait, void *Buffer, IO_STATUS_BLOCK *IoStatus)
{
    const NTSTATUS Status =
        CcpCopyRead(FileObject, FileOffset->QuadPart, Length, Wait, Buffer, IoStatus);
    if (!NT_SUCCESS(Status) && Status != STATUS_CANT_WAIT)
        CcpRaise(Status);
    return NT_SUCCESS(Status);
}

BOOLEAN NTAPI CcCopyReadEx(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    BOOLEAN Wait, void *Buffer, IO_STATUS_BLOCK *IoStatus, ETHREAD *IoIssuerThread)
{
    (void)IoIssuerThread;
    return CcCopyRead(FileObject, FileOffset, Length, Wait, Buffer, IoStatus);
}

/*
 * CcFastCopyRead - CcCopyRead that waits, below 4 GB.
 * PageCount: pages the range touches. IRQL, Raises: as CcCopyRead. Source: DOC
 * ntifs/CcFastCopyRead.
 */
void NTAPI CcFastCopyRead(FILE_OBJECT *FileObject, ULONG FileOffset, ULONG Length,
    ULONG PageCount, void *Buffer, IO_STATUS_BLOCK *IoStatus)
{
    LARGE_INTEGER Offset = {.QuadPart = FileOffset};
    (void)PageCount;
    CcCopyRead(FileObject, &Offset, Length, TRUE, Buffer, IoStatus);
}

/* ---- writing --------------------------------------------------------------------------------- */

static NTSTATUS CcpWritePart(
    CCP_MAP *Map, const CCP_PART *Part, BOOLEAN Wait, const void *Buffer)
{
    ULONG64 Claimed;
    CCP_VIEW *View = CcpEnterView(Map, Part->Index);
    if (View == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = CcpBeginWrite(View, Part->First, Part->End, Wait, &Claimed);
    if (NT_SUCCESS(Status))
        Status = CcpCopyIn(View->Base + Part->First, Buffer, Part->End - Part->First);
    CcpFinishWrite(View, Part->First, Part->End, Claimed, NT_SUCCESS(Status), TRUE);
    CcpLeaveView(View);
    return Status;
}

NTSTATUS CcpCopyWrite(
    FILE_OBJECT *File, LONGLONG Offset, ULONG Length, BOOLEAN Wait, const void *Buffer)
{
    const LONGLONG End = Offset + Length;
    const BOOLEAN Through = (File->Flags & FO_WRITE_THROUGH) != 0;
    const UCHAR *From = Buffer;
    NTSTATUS Status = Through && !Wait ? STATUS_CANT_WAIT : STATUS_SUCCESS;
    CCP_MAP *Map = CcpHoldMap(File->SectionObjectPointer);
    if (Map == NULL)
        return STATUS_INVALID_PARAMETER;
    for (LONGLONG At = Offset; At < End && NT_SUCCESS(Status);) {
        const CCP_PART Part = CcpPartAt(At, End);
        Status = CcpWritePart(Map, &Part, Wait, From);
        if (From != NULL)
            From += Part.End - Part.First;
        At += Part.End - Part.First;
    }
    if (NT_SUCCESS(Status) && Through)
        Status = CcpWrite(Map, Offset, End, FALSE);
    CcpReleaseMap(Map);
    return Status;
}

/*
 * CcCopyWrite, CcCopyWriteEx - write to a cached file. It is written to the file by a flush or by
 * the lazy writer; before this returns, if the file object is FO_WRITE_THROUGH.
 *
 * FileOffset, Length: within the file, which CcSetFileSizes has made long enough. Wait: FALSE: only
 *          if nothing has to be read or written for it. Buffer, IoIssuerThread: as CcCopyReadEx.
 * IRQL:    up to APC_LEVEL
 * Returns: TRUE; FALSE: without Wait, it would have to wait; a part may be written.
 * Raises:  as CcCopyRead, for what is read or written for it.
 * Source:  DOC ntifs/CcCopyWrite, CcCopyWriteEx; OBS tests/kernel/cc/CcCopyWrite.c
 */
BOOLEAN NTAPI CcCopyWrite(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    BOOLEAN Wait, void *Buffer)
{
    const NTSTATUS Status =
        CcpCopyWrite(FileObject, FileOffset->QuadPart, Length, Wait, Buffer);
    if (!NT_SUCCESS(Status) && Status != STATUS_CANT_WAIT)
        CcpRaise(Status);
    return NT_SUCCESS(Status);
}

BOOLEAN NTAPI CcCopyWriteEx(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    BOOLEAN Wait, void *Buffer, ETHREAD *IoIssuerThread)
{
    (void)IoIssuerThread;
    return CcCopyWrite(FileObject, FileOffset, Length, Wait, Buffer);
}

/*
 * CcFastCopyWrite - CcCopyWrite that waits, below 4 GB.
 * IRQL, Raises: as CcCopyWrite. Source: DOC ntifs/CcFastCopyWrite.
 */
void NTAPI CcFastCopyWrite(FILE_OBJECT *FileObject, ULONG FileOffset, ULONG Length, void *Buffer)
{
    LARGE_INTEGER Offset = {.QuadPart = FileOffset};
    CcCopyWrite(FileObject, &Offset, Length, TRUE, Buffer);
}

/* ---- zeros ----------------------------------------------------------------------------------- */

/* To the file itself, whole sectors. */
static NTSTATUS CcpZeroFile(FILE_OBJECT *File, LONGLONG Start, LONGLONG End)
{
    const ULONG Most = (CCP_REQUEST_PAGES - 1) * PAGE_SIZE; /* the block may lie across pages */
    NTSTATUS Status = STATUS_SUCCESS;
    CCP_MDL Mdl;
    UCHAR *Zeros = ExiAllocateZero(NonPagedPoolNx, Most, CCP_TAG, EX_KERNEL_SITE);
    if (Zeros == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    for (LONGLONG At = Start; At < End && NT_SUCCESS(Status); At += Most) {
        LARGE_INTEGER Offset = {.QuadPart = At};
        IO_STATUS_BLOCK IoStatus;
        KEVENT Event;
        CcpDescribe(&Mdl, Zeros, End - At < Most ? (ULONG)(End - At) : Most);
        KeInitializeEvent(&Event, NotificationEvent, FALSE);
        Status = IoSynchronousPageWrite(File, &Mdl.Mdl, &Offset, &Event, &IoStatus);
    }
    ExiFree(Zeros);
    return Status;
}

static LONGLONG CcpRoundToSector(FILE_OBJECT *File, LONGLONG Offset)
{
    const ULONG Given = IoGetRelatedDeviceObject(File)->SectorSize;
    const ULONG Sector = Given != 0 ? Given : 512;
    return (Offset + Sector - 1) / Sector * Sector;
}

/* In requests of the cache, which take a length of 32 bits. */
static NTSTATUS CcpZeroCache(FILE_OBJECT *File, LONGLONG Start, LONGLONG End, BOOLEAN Wait)
{
    NTSTATUS Status = STATUS_SUCCESS;
    while (Start < End && NT_SUCCESS(Status)) {
        const ULONG Part = End - Start < VACB_MAPPING_GRANULARITY ? (ULONG)(End - Start)
                                                                  : VACB_MAPPING_GRANULARITY;
        Status = CcpCopyWrite(File, Start, Part, Wait, NULL);
        Start += Part;
    }
    return Status;
}

/*
 * CcZeroData - write zeros from one offset of a file up to another: in the cache if the file is
 * cached, otherwise to the file by paging requests, from sector to sector.
 *
 * Wait:    as CcCopyWrite.
 * IRQL:    up to APC_LEVEL
 * Returns: TRUE; FALSE: without Wait, it would have to wait.
 * Raises:  as CcCopyWrite.
 * Source:  DOC ntifs/CcZeroData; OBS tests/kernel/cc/CcZeroData.c
 */
BOOLEAN NTAPI CcZeroData(FILE_OBJECT *FileObject, LARGE_INTEGER *StartOffset,
    LARGE_INTEGER *EndOffset, BOOLEAN Wait)
{
    NTSTATUS Status;
    CCP_MAP *Map = CcpHoldMap(FileObject->SectionObjectPointer);
    if (Map != NULL) {
        Status = CcpZeroCache(FileObject, StartOffset->QuadPart, EndOffset->QuadPart, Wait);
        CcpReleaseMap(Map);
    } else {
        Status = Wait ? CcpZeroFile(FileObject,
                            CcpRoundToSector(FileObject, StartOffset->QuadPart),
                            CcpRoundToSector(FileObject, EndOffset->QuadPart))
                      : STATUS_CANT_WAIT;
    }
    if (!NT_SUCCESS(Status) && Status != STATUS_CANT_WAIT)
        CcpRaise(Status);
    return NT_SUCCESS(Status);
}
