/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What is asked and said about how a file came to be opened: over the network, past sharing, in a
 * transaction, in a silo, to be copied.
 */
#include "io/iop.h"
#include "rtl/rtl.h"

/*
 * IoIsFileOriginRemote - whether a file was opened for a client on the network. IRQL: any.
 * Source: DOC ntddk; OBS as below.
 */
BOOLEAN NTAPI IoIsFileOriginRemote(FILE_OBJECT *FileObject)
{
    return (FileObject->Flags & FO_REMOTE_ORIGIN) != 0;
}

/*
 * IoSetFileOrigin - a network file server says that it opened a file for a client.
 *
 * IRQL:    any
 * Returns: SUCCESS; INVALID_PARAMETER_MIX: the file is that already.
 * Source:  DOC ntddk/IoSetFileOrigin; OBS tests/kernel/io/IoSetFileOrigin.c
 */
NTSTATUS NTAPI IoSetFileOrigin(FILE_OBJECT *FileObject, BOOLEAN Remote)
{
    if (IoIsFileOriginRemote(FileObject) == (Remote != FALSE))
        return STATUS_INVALID_PARAMETER_MIX;
    __atomic_fetch_xor(&FileObject->Flags, FO_REMOTE_ORIGIN, __ATOMIC_ACQ_REL);
    return STATUS_SUCCESS;
}

/* Without a look at whose the file object is, as io has not made those of drivers. */
static const IOP_FILE_EXTENSION *IopPeekExtension(const FILE_OBJECT *File)
{
    return (File->Flags & FO_FILE_OBJECT_HAS_EXTENSION) ? File->FileObjectExtension : NULL;
}

/*
 * IoIsFileObjectIgnoringSharing - IRQL: any. Source: DOC ntddk; OBS
 * tests/kernel/io/IoSetFileOrigin.c
 */
BOOLEAN NTAPI IoIsFileObjectIgnoringSharing(FILE_OBJECT *FileObject)
{
    const IOP_FILE_EXTENSION *Extension = IopPeekExtension(FileObject);
    return Extension != NULL && Extension->IgnoreSharing;
}

/*
 * IoSetFileObjectIgnoreSharing - the file takes no part in sharing, as if it had been opened with
 * IO_IGNORE_SHARE_ACCESS_CHECK. For filters, in IRP_MJ_CREATE.
 *
 * IRQL:    any
 * Returns: SUCCESS; INSUFFICIENT_RESOURCES.
 * Source:  DOC ntddk/IoSetFileObjectIgnoreSharing; INF the failure; OBS
 *          tests/kernel/io/IoSetFileOrigin.c
 */
NTSTATUS NTAPI IoSetFileObjectIgnoreSharing(FILE_OBJECT *FileObject)
{
    IOP_FILE_EXTENSION *Extension = IopFileExtension(FileObject);
    if (Extension == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Extension->IgnoreSharing = TRUE;
    return STATUS_SUCCESS;
}

/*
 * IoGetInitiatorProcess - the process an open was made for, if that is not the one that made it.
 * Nobody opens for another.
 * IRQL: up to DISPATCH_LEVEL. Returns: NULL. Source: DOC ntddk/IoGetInitiatorProcess; OBS
 *          tests/kernel/io/IoSetFileOrigin.c
 */
EPROCESS *NTAPI IoGetInitiatorProcess(FILE_OBJECT *FileObject)
{
    (void)FileObject;
    return NULL;
}

/*
 * IoGetTransactionParameterBlock - the transaction a file was opened in. There are none.
 * IRQL: any. Returns: NULL. Source: DOC wdm/IoGetTransactionParameterBlock; OBS
 *          tests/kernel/io/IoSetFileOrigin.c
 */
void *NTAPI IoGetTransactionParameterBlock(FILE_OBJECT *FileObject)
{
    (void)FileObject;
    return NULL;
}

/*
 * IoGetSiloParameters - the silo a file was opened in. There are none.
 * IRQL: any. Returns: NULL. Source: DOC ntddk/IoGetSiloParameters; OBS
 *          tests/kernel/io/IoSetFileOrigin.c
 */
void *NTAPI IoGetSiloParameters(FILE_OBJECT *FileObject)
{
    (void)FileObject;
    return NULL;
}

/* ---- to be copied ---------------------------------------------------------------------------- */

#define IOP_CONTAINS_EXTENDED 0x10000000u /* FILE_CONTAINS_EXTENDED_CREATE_INFORMATION */

typedef struct IOP_EXTENDED_CREATE { /* EXTENDED_CREATE_INFORMATION, up to the oplock keys */
    LONGLONG Flags;
    void *EaBuffer;
    ULONG EaLength;
} IOP_EXTENDED_CREATE;

NTSTATUS IopUnwrapEa(ULONG *CreateOptions, void **EaBuffer, ULONG *EaLength, IOP_OPEN *Open)
{
    IOP_EXTENDED_CREATE Extended;
    if (!(*CreateOptions & IOP_CONTAINS_EXTENDED) || LdrTargetVersion < WINVER_WIN11_22H2)
        return STATUS_SUCCESS;
    if (*EaBuffer == NULL || *EaLength < sizeof(Extended))
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = ObiReadCaller(&Extended, *EaBuffer, sizeof(Extended), KiPreviousMode());
    if (!NT_SUCCESS(Status))
        return Status;
    if (Extended.Flags & ~(LONGLONG)(IOP_COPY_SOURCE | IOP_COPY_DESTINATION))
        return STATUS_INVALID_PARAMETER;
    Open->CopyIntent = (UCHAR)Extended.Flags;
    *CreateOptions &= ~IOP_CONTAINS_EXTENDED;
    *EaBuffer = Extended.EaBuffer;
    *EaLength = Extended.EaLength;
    return STATUS_SUCCESS;
}

static BOOLEAN IopIsOpenedToCopy(const FILE_OBJECT *File, UCHAR Intent)
{
    const IOP_FILE_EXTENSION *Extension = IopPeekExtension(File);
    return Extension != NULL && (Extension->CopyIntent & Intent) != 0;
}

/*
 * IoCheckFileObjectOpenedAsCopySource, IoCheckFileObjectOpenedAsCopyDestination - whether who
 * opened the file said that it is to be copied from, or to.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/IoCheckFileObjectOpenedAsCopySource, wdm/EXTENDED_CREATE_INFORMATION; OBS
 *          tests/kernel/io/IoCheckFileObjectOpenedAsCopySource.c
 */
BOOLEAN NTAPI IoCheckFileObjectOpenedAsCopySource(FILE_OBJECT *FileObject)
{
    return IopIsOpenedToCopy(FileObject, IOP_COPY_SOURCE);
}

BOOLEAN NTAPI IoCheckFileObjectOpenedAsCopyDestination(FILE_OBJECT *FileObject)
{
    return IopIsOpenedToCopy(FileObject, IOP_COPY_DESTINATION);
}
