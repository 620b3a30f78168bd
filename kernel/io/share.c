/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Share access: counts of who has something open for what, and what they let others do. The
 * structures are the driver's, one for each thing that can be opened, and so is the lock around
 * every call. Opens without data access (attributes only) are not counted.
 *
 * A file may have several names, links: deleting is then shared by the opens of one name, all else
 * by those of the file. Where there are no counts of a link, or for other streams than the first,
 * all is the file's.
 */
#include "io/iop.h"

#define IOP_SHARE_READ (FILE_READ_DATA | FILE_EXECUTE)
#define IOP_SHARE_WRITE (FILE_WRITE_DATA | FILE_APPEND_DATA)

/* What one open wants and lets others do, as a file object has it. */
typedef struct IOP_SHARING {
    BOOLEAN Reads, Writes, Deletes;
    BOOLEAN SharesRead, SharesWrite, SharesDelete;
} IOP_SHARING;

static BOOLEAN IopUsesLink(const LINK_SHARE_ACCESS *Link, ULONG Flags)
{
    return Link != NULL &&
        !(Flags & (IO_SHARE_ACCESS_NON_PRIMARY_STREAM | IO_CHECK_SHARE_ACCESS_FORCE_USING_SCB));
}

static IOP_SHARING IopSharingOf(ACCESS_MASK Desired, ULONG Share, ULONG Flags)
{
    BOOLEAN Reads = (Desired & IOP_SHARE_READ) != 0, Writes = (Desired & IOP_SHARE_WRITE) != 0;
    /* An exclusive reader who may not write anyway need not keep other readers out. */
    BOOLEAN Widened = (Flags & IO_SHARE_ACCESS_NO_WRITE_PERMISSION) && Reads && !Writes;
    return (IOP_SHARING){.Reads = Reads,
        .Writes = Writes,
        .Deletes = (Desired & DELETE) != 0,
        .SharesRead = (Share & FILE_SHARE_READ) != 0 || Widened,
        .SharesWrite = (Share & FILE_SHARE_WRITE) != 0,
        .SharesDelete = (Share & FILE_SHARE_DELETE) != 0};
}

static IOP_SHARING IopSharingOfFile(const FILE_OBJECT *File)
{
    return (IOP_SHARING){File->ReadAccess, File->WriteAccess, File->DeleteAccess, File->SharedRead,
        File->SharedWrite, File->SharedDelete};
}

static void IopNoteSharing(FILE_OBJECT *File, const IOP_SHARING *Sharing)
{
    File->ReadAccess = Sharing->Reads;
    File->WriteAccess = Sharing->Writes;
    File->DeleteAccess = Sharing->Deletes;
    if (!Sharing->Reads && !Sharing->Writes && !Sharing->Deletes)
        return;
    File->SharedRead = Sharing->SharesRead;
    File->SharedWrite = Sharing->SharesWrite;
    File->SharedDelete = Sharing->SharesDelete;
}

/* An open without data access, or one that ignores sharing, takes no part. */
static BOOLEAN IopCounts(FILE_OBJECT *File, const IOP_SHARING *Sharing)
{
    return (Sharing->Reads || Sharing->Writes || Sharing->Deletes) &&
        (File == NULL || !IoIsFileObjectIgnoringSharing(File));
}

static void IopCountLink(
    const IOP_SHARING *Sharing, SHARE_ACCESS *Counts, LINK_SHARE_ACCESS *Link, LONG Step)
{
    Counts->OpenCount += (ULONG)Step;
    Counts->Readers += (ULONG)(Sharing->Reads ? Step : 0);
    Counts->Writers += (ULONG)(Sharing->Writes ? Step : 0);
    Counts->SharedRead += (ULONG)(Sharing->SharesRead ? Step : 0);
    Counts->SharedWrite += (ULONG)(Sharing->SharesWrite ? Step : 0);
    if (Link == NULL) {
        Counts->Deleters += (ULONG)(Sharing->Deletes ? Step : 0);
        Counts->SharedDelete += (ULONG)(Sharing->SharesDelete ? Step : 0);
        return;
    }
    Link->OpenCount += (ULONG)Step;
    Link->Deleters += (ULONG)(Sharing->Deletes ? Step : 0);
    Link->SharedDelete += (ULONG)(Sharing->SharesDelete ? Step : 0);
}

/* Those who are there must share what the newcomer wants, and the newcomer what they do. */
static BOOLEAN IopCollides(
    BOOLEAN Wants, ULONG SharedBy, ULONG OpenCount, BOOLEAN Shares, ULONG Users)
{
    return (Wants && SharedBy < OpenCount) || (Users != 0 && !Shares);
}

static BOOLEAN IopIsForbidden(const IOP_SHARING *Sharing, const SHARE_ACCESS *Counts,
    const LINK_SHARE_ACCESS *Link, ULONG Flags)
{
    ULONG Opens = Counts->OpenCount;
    ULONG DeleteOpens = Link != NULL ? Link->OpenCount : Opens;
    ULONG DeleteShared = Link != NULL ? Link->SharedDelete : Counts->SharedDelete;
    ULONG Deleters = Link != NULL ? Link->Deleters : Counts->Deleters;
    return (!(Flags & IO_CHECK_SHARE_ACCESS_DONT_CHECK_READ) &&
               IopCollides(Sharing->Reads, Counts->SharedRead, Opens, Sharing->SharesRead,
                   Counts->Readers)) ||
        (!(Flags & IO_CHECK_SHARE_ACCESS_DONT_CHECK_WRITE) &&
            IopCollides(Sharing->Writes, Counts->SharedWrite, Opens, Sharing->SharesWrite,
                Counts->Writers)) ||
        (!(Flags & IO_CHECK_SHARE_ACCESS_DONT_CHECK_DELETE) &&
            IopCollides(
                Sharing->Deletes, DeleteShared, DeleteOpens, Sharing->SharesDelete, Deleters));
}

/*
 * IoCheckLinkShareAccess - whether an open by one of a file's names goes together with those there
 * are.
 *
 * FileObject: optional; gets its ReadAccess ... SharedDelete, unless told not to. ShareAccess,
 *             LinkShareAccess: the file's and the name's counts, optional. IoShareAccessFlags:
 *             IO_SHARE_ACCESS_* and IO_CHECK_SHARE_ACCESS_*: which kinds are not asked, whether the
 *             open is counted when it is permitted.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; SHARING_VIOLATION: nothing counted.
 * Source:  DOC wdm/IoCheckLinkShareAccess; INF what is the link's; OBS
 *          tests/kernel/io/IoCheckLinkShareAccess.c
 */
NTSTATUS NTAPI IoCheckLinkShareAccess(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess,
    FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess, LINK_SHARE_ACCESS *LinkShareAccess,
    ULONG IoShareAccessFlags)
{
    static const SHARE_ACCESS Nobody;
    IOP_SHARING Sharing = IopSharingOf(DesiredAccess, DesiredShareAccess, IoShareAccessFlags);
    LINK_SHARE_ACCESS *Link = IopUsesLink(LinkShareAccess, IoShareAccessFlags) ? LinkShareAccess
                                                                               : NULL;
    if (FileObject != NULL && !(IoShareAccessFlags & IO_CHECK_SHARE_ACCESS_DONT_UPDATE_FILE_OBJECT))
        IopNoteSharing(FileObject, &Sharing);
    if (!IopCounts(FileObject, &Sharing) &&
        !(IoShareAccessFlags & IO_CHECK_SHARE_ACCESS_FORCE_CHECK))
        return STATUS_SUCCESS;
    if (IopIsForbidden(
            &Sharing, ShareAccess != NULL ? ShareAccess : &Nobody, Link, IoShareAccessFlags))
        return STATUS_SHARING_VIOLATION;
    if ((IoShareAccessFlags & IO_CHECK_SHARE_ACCESS_UPDATE_SHARE_ACCESS) && ShareAccess != NULL &&
        IopCounts(FileObject, &Sharing))
        IopCountLink(&Sharing, ShareAccess, Link, 1);
    return STATUS_SUCCESS;
}

/*
 * IoSetLinkShareAccess - the file's first open: sets the counts to what it does and shares.
 * LinkShareAccess: optional. IRQL: PASSIVE_LEVEL. Source: DOC wdm/IoSetLinkShareAccess; OBS
 * tests/kernel/io/IoCheckLinkShareAccess.c
 */
void NTAPI IoSetLinkShareAccess(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess,
    FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess, LINK_SHARE_ACCESS *LinkShareAccess,
    ULONG IoShareAccessFlags)
{
    IOP_SHARING Sharing = IopSharingOf(DesiredAccess, DesiredShareAccess, IoShareAccessFlags);
    *ShareAccess = (SHARE_ACCESS){0};
    if (LinkShareAccess != NULL)
        *LinkShareAccess = (LINK_SHARE_ACCESS){0};
    IopNoteSharing(FileObject, &Sharing);
    if (IopCounts(FileObject, &Sharing))
        IopCountLink(&Sharing, ShareAccess,
            IopUsesLink(LinkShareAccess, IoShareAccessFlags) ? LinkShareAccess : NULL, 1);
}

static void IopStepLink(
    FILE_OBJECT *File, SHARE_ACCESS *Counts, LINK_SHARE_ACCESS *Link, ULONG Flags, LONG Step)
{
    IOP_SHARING Sharing = IopSharingOfFile(File);
    if (IopCounts(File, &Sharing))
        IopCountLink(&Sharing, Counts, IopUsesLink(Link, Flags) ? Link : NULL, Step);
}

/*
 * IoUpdateLinkShareAccess, IoUpdateLinkShareAccessEx - count an open IoCheckLinkShareAccess has
 * permitted without counting it.
 * LinkShareAccess: optional. IoShareAccessFlags: as when it was checked. IRQL: PASSIVE_LEVEL.
 * Source: DOC wdm; OBS as above.
 */
void NTAPI IoUpdateLinkShareAccess(
    FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess, LINK_SHARE_ACCESS *LinkShareAccess)
{
    IopStepLink(FileObject, ShareAccess, LinkShareAccess, 0, 1);
}

void NTAPI IoUpdateLinkShareAccessEx(FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess,
    LINK_SHARE_ACCESS *LinkShareAccess, ULONG IoShareAccessFlags)
{
    IopStepLink(FileObject, ShareAccess, LinkShareAccess, IoShareAccessFlags, 1);
}

/* IoRemoveLinkShareAccess, IoRemoveLinkShareAccessEx - an open that was counted ends. Otherwise as
 * above. Source: DOC wdm; OBS as above. */
void NTAPI IoRemoveLinkShareAccess(
    FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess, LINK_SHARE_ACCESS *LinkShareAccess)
{
    IopStepLink(FileObject, ShareAccess, LinkShareAccess, 0, -1);
}

void NTAPI IoRemoveLinkShareAccessEx(FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess,
    LINK_SHARE_ACCESS *LinkShareAccess, ULONG IoShareAccessFlags)
{
    IopStepLink(FileObject, ShareAccess, LinkShareAccess, IoShareAccessFlags, -1);
}

/* ---- without links --------------------------------------------------------------------------- */

static ULONG IopShareFlags(const BOOLEAN *WritePermission)
{
    return WritePermission != NULL && !*WritePermission ? IO_SHARE_ACCESS_NO_WRITE_PERMISSION : 0;
}

/*
 * IoCheckShareAccessEx - whether an open goes together with those there are.
 *
 * DesiredAccess: what the open was granted. FileObject: gets its ReadAccess … SharedDelete. Update:
 *                count the open when it is permitted. WritePermission: NULL: not asked; FALSE: the
 *                opener may not write, and if it only reads its share access is widened by
 *                FILE_SHARE_READ.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; SHARING_VIOLATION: nothing counted.
 * Source:  DOC wdm/IoCheckShareAccessEx; INF when exactly share access is widened; OBS
 *          tests/kernel/io/IoCheckShareAccessEx.c
 */
NTSTATUS NTAPI IoCheckShareAccessEx(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess,
    FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess, BOOLEAN Update, BOOLEAN *WritePermission)
{
    ULONG Flags = IopShareFlags(WritePermission) |
        (Update ? IO_CHECK_SHARE_ACCESS_UPDATE_SHARE_ACCESS : 0);
    return IoCheckLinkShareAccess(
        DesiredAccess, DesiredShareAccess, FileObject, ShareAccess, NULL, Flags);
}

/*
 * IoCheckShareAccess - the same without a question of write permission.
 * IRQL: PASSIVE_LEVEL. Source: DOC wdm/IoCheckShareAccess; tests/kernel/io/IoCheckShareAccess.c
 */
NTSTATUS NTAPI IoCheckShareAccess(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess,
    FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess, BOOLEAN Update)
{
    return IoCheckShareAccessEx(
        DesiredAccess, DesiredShareAccess, FileObject, ShareAccess, Update, NULL);
}

/*
 * IoSetShareAccessEx - the first open: sets the counts to what it does and shares.
 * WritePermission: as IoCheckShareAccessEx. IRQL: PASSIVE_LEVEL. Source: DOC
 * wdm/IoSetShareAccessEx; INF as above.
 */
void NTAPI IoSetShareAccessEx(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess,
    FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess, BOOLEAN *WritePermission)
{
    IoSetLinkShareAccess(DesiredAccess, DesiredShareAccess, FileObject, ShareAccess, NULL,
        IopShareFlags(WritePermission));
}

/*
 * IoSetShareAccess - the same without a question of write permission.
 * IRQL: PASSIVE_LEVEL. Source: DOC wdm/IoSetShareAccess; tests/kernel/io/IoSetShareAccess.c
 */
void NTAPI IoSetShareAccess(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess,
    FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess)
{
    IoSetShareAccessEx(DesiredAccess, DesiredShareAccess, FileObject, ShareAccess, NULL);
}

/*
 * IoUpdateShareAccess - count an open IoCheckShareAccess has permitted without Update.
 * IRQL: PASSIVE_LEVEL. Source: DOC wdm/IoUpdateShareAccess; tests/kernel/io/IoUpdateShareAccess.c
 */
void NTAPI IoUpdateShareAccess(FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess)
{
    IoUpdateLinkShareAccess(FileObject, ShareAccess, NULL);
}

/*
 * IoRemoveShareAccess - an open that was counted ends.
 * IRQL: PASSIVE_LEVEL. Source: DOC wdm/IoRemoveShareAccess; tests/kernel/io/IoRemoveShareAccess.c
 */
void NTAPI IoRemoveShareAccess(FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess)
{
    IoRemoveLinkShareAccess(FileObject, ShareAccess, NULL);
}

/*
 * IoCheckDesiredAccess - whether GrantedAccess holds all of *DesiredAccess, whose generic bits are
 * replaced by files'.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS, ACCESS_DENIED.
 * Source:  DOC ntifs/IoCheckDesiredAccess; tests/kernel/io/IoCheckDesiredAccess.c
 */
NTSTATUS NTAPI IoCheckDesiredAccess(ACCESS_MASK *DesiredAccess, ACCESS_MASK GrantedAccess)
{
    const GENERIC_MAPPING *Mapping = &IoiFileObjectType->GenericMapping;
    ACCESS_MASK Desired = *DesiredAccess &
        ~(ACCESS_MASK)(GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL);
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
