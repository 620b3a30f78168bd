/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Share access: counts of who has something open for what, and what they let others do. The structure is the driver's,
 * one for each thing that can be opened, and so is the lock around every call. Opens without data access (attributes
 * only) are not counted.
 */
#include "io/iop.h"

#define IOP_SHARE_READ (FILE_READ_DATA | FILE_EXECUTE)
#define IOP_SHARE_WRITE (FILE_WRITE_DATA | FILE_APPEND_DATA)

/* Writes what an open wants into its file object. FALSE: it takes no part in sharing. */
static BOOLEAN IopDescribeSharing(ACCESS_MASK Desired, ULONG Share, FILE_OBJECT *File)
{
    File->ReadAccess = (Desired & IOP_SHARE_READ) != 0;
    File->WriteAccess = (Desired & IOP_SHARE_WRITE) != 0;
    File->DeleteAccess = (Desired & DELETE) != 0;
    if (!File->ReadAccess && !File->WriteAccess && !File->DeleteAccess)
        return FALSE;
    File->SharedRead = (Share & FILE_SHARE_READ) != 0;
    File->SharedWrite = (Share & FILE_SHARE_WRITE) != 0;
    File->SharedDelete = (Share & FILE_SHARE_DELETE) != 0;
    return TRUE;
}

/* An exclusive reader who may not write anyway need not keep other readers out. */
static ULONG IopDowngrade(ACCESS_MASK Desired, ULONG Share, const BOOLEAN *WritePermission)
{
    if (WritePermission != NULL && !*WritePermission && (Desired & IOP_SHARE_READ) && !(Desired & IOP_SHARE_WRITE))
        return Share | FILE_SHARE_READ;
    return Share;
}

/* Opened with IO_IGNORE_SHARE_ACCESS_CHECK: neither asked nor counted. */
static BOOLEAN IopIgnoresSharing(const FILE_OBJECT *File)
{
    if (!(File->Flags & FO_FILE_OBJECT_HAS_EXTENSION))
        return FALSE; /* the file object may be a driver's own */
    const IOP_FILE_EXTENSION *Extension = File->FileObjectExtension;
    return Extension->IgnoreSharing;
}

static BOOLEAN IopTakesPart(const FILE_OBJECT *File)
{
    return (File->ReadAccess || File->WriteAccess || File->DeleteAccess) && !IopIgnoresSharing(File);
}

static void IopCountSharing(const FILE_OBJECT *File, SHARE_ACCESS *Counts, LONG Step)
{
    Counts->OpenCount += (ULONG)Step;
    Counts->Readers += (ULONG)(File->ReadAccess ? Step : 0);
    Counts->Writers += (ULONG)(File->WriteAccess ? Step : 0);
    Counts->Deleters += (ULONG)(File->DeleteAccess ? Step : 0);
    Counts->SharedRead += (ULONG)(File->SharedRead ? Step : 0);
    Counts->SharedWrite += (ULONG)(File->SharedWrite ? Step : 0);
    Counts->SharedDelete += (ULONG)(File->SharedDelete ? Step : 0);
}

/* One kind of access: those who are there must share it with the newcomer, and the newcomer with those who use it. */
static BOOLEAN IopConflicts(BOOLEAN Wants, ULONG SharedBy, ULONG OpenCount, BOOLEAN Shares, ULONG Users)
{
    return (Wants && SharedBy < OpenCount) || (Users != 0 && !Shares);
}

/*
 * IoCheckShareAccessEx - whether an open goes together with those there are.
 *
 * DesiredAccess: what the open was granted. FileObject: gets its ReadAccess … SharedDelete. Update: count the open when
 *          it is permitted. WritePermission: NULL: not asked; FALSE: the opener may not write, and if it only reads its
 *          share access is widened by FILE_SHARE_READ.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; SHARING_VIOLATION: nothing counted.
 * Source:  DOC wdm/IoCheckShareAccessEx; INF when exactly share access is widened; OBS tests/kernel/io/IoCheckShareAccessEx.c
 */
NTSTATUS NTAPI IoCheckShareAccessEx(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess, FILE_OBJECT *FileObject,
    SHARE_ACCESS *ShareAccess, BOOLEAN Update, BOOLEAN *WritePermission)
{
    ULONG Share = IopDowngrade(DesiredAccess, DesiredShareAccess, WritePermission);
    if (!IopDescribeSharing(DesiredAccess, Share, FileObject) || IopIgnoresSharing(FileObject))
        return STATUS_SUCCESS;
    ULONG Opens = ShareAccess->OpenCount;
    if (IopConflicts(FileObject->ReadAccess, ShareAccess->SharedRead, Opens, FileObject->SharedRead,
            ShareAccess->Readers) ||
        IopConflicts(FileObject->WriteAccess, ShareAccess->SharedWrite, Opens, FileObject->SharedWrite,
            ShareAccess->Writers) ||
        IopConflicts(FileObject->DeleteAccess, ShareAccess->SharedDelete, Opens, FileObject->SharedDelete,
            ShareAccess->Deleters))
        return STATUS_SHARING_VIOLATION;
    if (Update)
        IopCountSharing(FileObject, ShareAccess, 1);
    return STATUS_SUCCESS;
}

/*
 * IoCheckShareAccess - the same without a question of write permission.
 * IRQL: PASSIVE_LEVEL. Source: DOC wdm/IoCheckShareAccess; tests/kernel/io/IoCheckShareAccess.c
 */
NTSTATUS NTAPI IoCheckShareAccess(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess, FILE_OBJECT *FileObject,
    SHARE_ACCESS *ShareAccess, BOOLEAN Update)
{
    return IoCheckShareAccessEx(DesiredAccess, DesiredShareAccess, FileObject, ShareAccess, Update, NULL);
}

/*
 * IoSetShareAccessEx - the first open: sets the counts to what it does and shares.
 * WritePermission: as IoCheckShareAccessEx. IRQL: PASSIVE_LEVEL. Source: DOC wdm/IoSetShareAccessEx; INF as above.
 */
void NTAPI IoSetShareAccessEx(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess, FILE_OBJECT *FileObject,
    SHARE_ACCESS *ShareAccess, BOOLEAN *WritePermission)
{
    ULONG Share = IopDowngrade(DesiredAccess, DesiredShareAccess, WritePermission);
    *ShareAccess = (SHARE_ACCESS){0};
    if (IopDescribeSharing(DesiredAccess, Share, FileObject) && !IopIgnoresSharing(FileObject))
        IopCountSharing(FileObject, ShareAccess, 1);
}

/*
 * IoSetShareAccess - the same without a question of write permission.
 * IRQL: PASSIVE_LEVEL. Source: DOC wdm/IoSetShareAccess; tests/kernel/io/IoSetShareAccess.c
 */
void NTAPI IoSetShareAccess(
    ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess, FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess)
{
    IoSetShareAccessEx(DesiredAccess, DesiredShareAccess, FileObject, ShareAccess, NULL);
}

/*
 * IoUpdateShareAccess - count an open IoCheckShareAccess has permitted without Update.
 * IRQL: PASSIVE_LEVEL. Source: DOC wdm/IoUpdateShareAccess; tests/kernel/io/IoUpdateShareAccess.c
 */
void NTAPI IoUpdateShareAccess(FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess)
{
    if (IopTakesPart(FileObject))
        IopCountSharing(FileObject, ShareAccess, 1);
}

/*
 * IoRemoveShareAccess - an open that was counted ends.
 * IRQL: PASSIVE_LEVEL. Source: DOC wdm/IoRemoveShareAccess; tests/kernel/io/IoRemoveShareAccess.c
 */
void NTAPI IoRemoveShareAccess(FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess)
{
    if (IopTakesPart(FileObject))
        IopCountSharing(FileObject, ShareAccess, -1);
}

/*
 * IoCheckDesiredAccess - whether GrantedAccess holds all of *DesiredAccess, whose generic bits are replaced by files'.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS, ACCESS_DENIED.
 * Source:  DOC ntifs/IoCheckDesiredAccess; tests/kernel/io/IoCheckDesiredAccess.c
 */
NTSTATUS NTAPI IoCheckDesiredAccess(ACCESS_MASK *DesiredAccess, ACCESS_MASK GrantedAccess)
{
    const GENERIC_MAPPING *Mapping = &IoiFileObjectType->GenericMapping;
    ACCESS_MASK Desired = *DesiredAccess & ~(ACCESS_MASK)(GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL);
    if (*DesiredAccess & GENERIC_READ)
        Desired |= Mapping->GenericRead;
    if (*DesiredAccess & GENERIC_WRITE)
        Desired |= Mapping->GenericWrite;
    if (*DesiredAccess & GENERIC_EXECUTE)
        Desired |= Mapping->GenericExecute;
    if (*DesiredAccess & GENERIC_ALL)
        Desired |= Mapping->GenericAll;
    *DesiredAccess = Desired;
    return (Desired & ~GrantedAccess) != 0 ? STATUS_ACCESS_DENIED : STATUS_SUCCESS;
}
