/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The host folder that is C:, opened or made when it is first needed, with the folders every
 * Windows has; and the book of the descriptors open files have. Both lie in the process's own
 * memory: FsTerminate needs them when a driver may have overwritten the machine's.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fs/fsp.h"

#define FSP_DESCRIPTORS 65536

static const char *FspGivenFolder; /* NULL: a scratch one */
static char FspFolder[FSP_PATH_BYTES];
static int FspRootHandle = -1;
static BOOLEAN FspScratch;
static UCHAR FspBooked[FSP_DESCRIPTORS]; /* by descriptor; atomic */
static int FspHighest;                   /* booked so far; only grows */

NTSTATUS FspStatusFromHost(int Error)
{
    static const struct {
        int Error;
        NTSTATUS Status;
    } Map[] = {
        {0, STATUS_SUCCESS},
        {ENOENT, STATUS_OBJECT_NAME_NOT_FOUND},
        {ENOTDIR, STATUS_OBJECT_PATH_NOT_FOUND},
        {EEXIST, STATUS_OBJECT_NAME_COLLISION},
        {ENOTEMPTY, STATUS_DIRECTORY_NOT_EMPTY},
        {EACCES, STATUS_ACCESS_DENIED},
        {EPERM, STATUS_ACCESS_DENIED},
        {ELOOP, STATUS_ACCESS_DENIED}, /* a symbolic link of the host */
        {ENXIO, STATUS_ACCESS_DENIED}, /* a pipe or device of the host */
        {EISDIR, STATUS_FILE_IS_A_DIRECTORY},
        {ENAMETOOLONG, STATUS_NAME_TOO_LONG},
        {ENOSPC, STATUS_DISK_FULL},
        {EDQUOT, STATUS_DISK_FULL},
        {EFBIG, STATUS_DISK_FULL},
        {EROFS, STATUS_MEDIA_WRITE_PROTECTED},
        {EXDEV, STATUS_NOT_SAME_DEVICE},
        {EMFILE, STATUS_TOO_MANY_OPENED_FILES},
        {ENFILE, STATUS_TOO_MANY_OPENED_FILES},
        {EMLINK, STATUS_TOO_MANY_LINKS},
        {ENOMEM, STATUS_INSUFFICIENT_RESOURCES},
        {EFAULT, STATUS_INVALID_USER_BUFFER},
        {EINVAL, STATUS_INVALID_PARAMETER},
        {EBUSY, STATUS_SHARING_VIOLATION},
        {ETXTBSY, STATUS_SHARING_VIOLATION},
        {EBADF, STATUS_ACCESS_DENIED}, /* a descriptor that is not open for this */
        {EOPNOTSUPP, STATUS_NOT_SUPPORTED},
    };
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(Map); Index++) {
        if (Map[Index].Error == Error)
            return Map[Index].Status;
    }
    return STATUS_IO_DEVICE_ERROR;
}

/* ---- the book -------------------------------------------------------------------------------- */

NTSTATUS FspBook(int Handle)
{
    if (Handle >= FSP_DESCRIPTORS) {
        host_file_close(Handle);
        return STATUS_TOO_MANY_OPENED_FILES;
    }
    __atomic_store_n(&FspBooked[Handle], 1, __ATOMIC_RELAXED);
    int Highest = __atomic_load_n(&FspHighest, __ATOMIC_RELAXED);
    while (Handle > Highest &&
        !__atomic_compare_exchange_n(
            &FspHighest, &Highest, Handle, TRUE, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        ;
    return STATUS_SUCCESS;
}

void FspCloseBooked(int Handle)
{
    if (__atomic_exchange_n(&FspBooked[Handle], 0, __ATOMIC_RELAXED))
        host_file_close(Handle);
}

/* ---- C: -------------------------------------------------------------------------------------- */

/* Makes a folder unless it is there in some case. A host that refuses leaves the machine without
 * it. */
static void FspMakeStandard(const WCHAR *Path)
{
    FSP_LOOKUP Lookup;
    NTSTATUS Status = FspFind("", Path, (ULONG)RtlpWcsLength(Path), &Lookup);
    if (!NT_SUCCESS(Status))
        return;
    if (!Lookup.Found)
        host_folder_create(Lookup.Folder, Lookup.Leaf);
    FspEndLookup(&Lookup);
}

/* Those every Windows has. Parents first. */
static void FspMakeStandardFolders(void)
{
    static const WCHAR *const Folders[] = {u"Windows", u"Windows\\System32",
        u"Windows\\System32\\drivers", u"Windows\\SysWOW64", u"Windows\\SysWOW64\\drivers",
        u"Windows\\Temp", u"Program Files", u"Program Files (x86)", u"ProgramData", u"Users",
        u"Users\\Public"};
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(Folders); Index++)
        FspMakeStandard(Folders[Index]);
}

NTSTATUS FspRoot(int *Root, const char **HostPath)
{
    int Error = 0;
    if (FspRootHandle < 0) {
        int Opened;
        FspScratch = FspGivenFolder == NULL;
        if (FspScratch) {
            Error = host_scratch_create(FspFolder, sizeof(FspFolder), &Opened);
        } else {
            if ((SIZE_T)snprintf(FspFolder, sizeof(FspFolder), "%s", FspGivenFolder) >=
                sizeof(FspFolder))
                return STATUS_NAME_TOO_LONG;
            Error = host_folder_open(-1, FspFolder, &Opened);
        }
        if (Error != 0)
            return Error == ENOENT ? STATUS_NO_SUCH_DEVICE : FspStatusFromHost(Error);
        FspRootHandle = Opened;
        FspMakeStandardFolders();
    }
    *Root = FspRootHandle;
    if (HostPath != NULL)
        *HostPath = FspFolder;
    return STATUS_SUCCESS;
}

void FspBeginRoot(const char *DriveC)
{
    FspGivenFolder = DriveC;
    FspRootHandle = -1;
}

void FspEndRoot(void)
{
    for (int Handle = 0; Handle <= FspHighest; Handle++)
        FspCloseBooked(Handle);
    if (FspRootHandle >= 0 && FspScratch)
        host_scratch_remove(FspFolder, FspRootHandle);
    else if (FspRootHandle >= 0)
        host_file_close(FspRootHandle);
    FspRootHandle = -1;
    FspHighest = 0;
}
