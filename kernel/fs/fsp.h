/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Shared by the files of kernel/fs only. Names, open files and directories are changed under
 * FspLock, a fast mutex, taken with FspAcquireLock: its holder runs at APC_LEVEL, and gives it back
 * with FspUnlock. Reading and writing take no lock; the host serialises them.
 */
#pragma once

#include "ex/mutex.h"
#include "fs/fs.h"
#include "fsrtl/fsrtl.h"
#include "host/host.h"
#include "ke/ordered.h"
#include "rtl/rtl.h"

#define FSP_TAG 0x20736644u /* 'Dfs ' */

#define FSP_PATH_BYTES 4096u /* of a host path below C:, with its end */
#define FSP_NAME_BYTES 256u  /* of one host name, with its end */
#define FSP_NAME_CHARACTERS 255u /* of one NT name */

extern FAST_MUTEX FspLock;
extern DEVICE_OBJECT *FspDevice;

static inline void FspAcquireLock(void)
{
    KiWillAcquire(&FspLock);
    ExAcquireFastMutex(&FspLock);
}

/*
 * Something that is open, once for each path and inode. Path is the host's, below C:, in the case
 * it has there; "" is the root. All but the identity is under FspLock.
 */
typedef struct FSP_FILE {
    FSRTL_ADVANCED_HEADER Header; /* what filters look for where FILE_OBJECT.FsContext points */
    FAST_MUTEX HeaderMutex;
    LIST_ENTRY Link;
    ULONG64 Device, Inode;
    ULONG References;  /* handles and file objects that are not closed yet */
    ULONG Handles;     /* those not cleaned up yet */
    SHARE_ACCESS Share;
    SECTION_OBJECT_POINTERS Sections;
    LIST_ENTRY Locks;  /* FSP_LOCK */
    ULONG LockCount;   /* of them; read without the lock */
    BOOLEAN Folder;
    BOOLEAN DeletePending;
    BOOLEAN Removed;   /* its name is gone */
    char *Path;        /* pool */
    STRING Name;       /* Path as NT has it, in UTF-16, once somebody watches; pool */
    SECURITY_DESCRIPTOR *Descriptor; /* changed under ob's security lock */
    BOOLEAN OwnDescriptor;           /* it is a pool block of this file's */
} FSP_FILE;

/* One open: FILE_OBJECT.FsContext2; FsContext is its FSP_FILE. */
typedef struct FSP_OPEN {
    FSP_FILE *File;
    int Handle;        /* the host's descriptor, booked in root.c */
    ACCESS_MASK Access;
    BOOLEAN DeleteOnClose;
    BOOLEAN PosixDelete;
    BOOLEAN Volume;    /* the device without a path */
    BOOLEAN Cleaned;
    BOOLEAN Searched;  /* a directory query has set Pattern and Names */
    UNICODE_STRING Pattern; /* upper case; empty: everything. Pool */
    char *Names;       /* those that match, each with an end, in order. Pool */
    SIZE_T NamesBytes, NamesAt;
    UCHAR Dots;        /* of . and .., how many were returned */
} FSP_OPEN;

static inline FSP_OPEN *FspOpenOf(const FILE_OBJECT *File)
{
    return File->FsContext2;
}

/* What a name leads to. Folder is a descriptor to close with FspEndLookup. */
typedef struct FSP_LOOKUP {
    int Folder; /* of the last component; of the root itself when that was asked for */
    BOOLEAN Root;
    BOOLEAN Found;             /* else only the last component is missing */
    BOOLEAN TrailingBackslash;
    char Leaf[FSP_NAME_BYTES]; /* as it is on the host, or would be made */
    char Path[FSP_PATH_BYTES]; /* of all of it */
    struct host_file_status Status;
} FSP_LOOKUP;

/* ---- root.c ---------------------------------------------------------------------------------- */

/* The descriptor of C:, made the first time. Under FspLock. */
NTSTATUS FspRoot(int *Root, const char **HostPath);
/* Descriptors are booked so that they are closed also when the machine stopped and nobody closes
 * its files. */
NTSTATUS FspBook(int Handle); /* TOO_MANY_OPENED_FILES: it is closed */
void FspCloseBooked(int Handle);
void FspBeginRoot(const char *DriveC);
void FspEndRoot(void);
NTSTATUS FspStatusFromHost(int Error);

/* ---- name.c ---------------------------------------------------------------------------------- */

/* OBJECT_NAME_INVALID, NAME_TOO_LONG. Name is one component; Leaf has FSP_NAME_BYTES. */
NTSTATUS FspCheckName(const WCHAR *Name, ULONG Characters, char *Leaf);
/*
 * From Base (a path below C: as the host spells it) by Name, with or without a leading backslash.
 * OBJECT_PATH_NOT_FOUND: what is not the last is missing or no folder. On success, Found or not,
 * Lookup->Folder is open.
 */
NTSTATUS FspFind(const char *Base, const WCHAR *Name, ULONG Characters, FSP_LOOKUP *Lookup);
void FspEndLookup(FSP_LOOKUP *Lookup);
/* The folder a path below C: is in, by exact names, and its last component. INVALID_PARAMETER: the
 * root. */
NTSTATUS FspOpenParent(const char *Path, int *Folder, const char **Leaf);
void FspCloseParent(int Folder);
/* A host name as NT's. 0: it is none (no UTF-8, too long). Name has FSP_NAME_CHARACTERS. */
ULONG FspToNtName(const char *Text, WCHAR *Name);

/* ---- file.c ---------------------------------------------------------------------------------- */

/* Under FspLock, as everything here. A new file has no references. */
NTSTATUS FspReferenceFile(const char *Path, const struct host_file_status *Status, FSP_FILE **File);
void FspDereferenceFile(FSP_FILE *File);
FSP_FILE *FspFindFile(const char *Path, const struct host_file_status *Status);
void FspBeginFiles(void);
BOOLEAN FspIsOpenBelow(const char *Path);
/* The last handle is cleaned up, or POSIX deletion: takes the name away. */
NTSTATUS FspRemoveName(FSP_FILE *File);
NTSTATUS FspCheckEmpty(int Folder); /* DIRECTORY_NOT_EMPTY */

/* The attributes NT sees. */
ULONG FspAttributes(const struct host_file_status *Status);
/* What of given attributes is kept in the mark. */
#define FSP_KEPT_ATTRIBUTES                                                   \
    (FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM | FILE_ATTRIBUTE_ARCHIVE | \
        FILE_ATTRIBUTE_TEMPORARY | FILE_ATTRIBUTE_OFFLINE | FILE_ATTRIBUTE_NOT_CONTENT_INDEXED)
/* The mark is there: no attributes at all is told from none written down. */
#define FSP_MARKED 0x80000000u
NTSTATUS FspSetAttributes(
    int Handle, const struct host_file_status *Status, ULONG Attributes, ULONG64 Created);

/* ---- security.c: under FspLock --------------------------------------------------------------- */

void FspBeginSecurity(void);
/* that of its place */
NTSTATUS FspFileDescriptor(const char *Path, SECURITY_DESCRIPTOR **Descriptor);
/* For user mode; Desired without generic bits. */
NTSTATUS FspCheckAccess(
    const SECURITY_DESCRIPTOR *Descriptor, ACCESS_MASK Desired, ACCESS_MASK *Granted);
NTSTATUS FspCheckParent(const char *Path, ACCESS_MASK Desired); /* of the folder Path is in */
SECURITY_DESCRIPTOR *FspQuerySecurity(const FILE_OBJECT *FileObject);
BOOLEAN FspSetSecurity(
    FILE_OBJECT *FileObject, SECURITY_DESCRIPTOR *New, SECURITY_DESCRIPTOR **Old);

/* ---- the requests ---------------------------------------------------------------------------- */

NTSTATUS FspCreate(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information);
NTSTATUS FspRead(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information);
NTSTATUS FspWrite(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information);
void *FspBuffer(const IRP *Irp); /* transfer.c: the requester's buffer by a system address; NULL:
                                    out of memory */
/* transfer.c; for sections */
NTSTATUS FspDescriptor(const FILE_OBJECT *File, int *Descriptor, BOOLEAN *Writable);
NTSTATUS FspFlush(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information);
NTSTATUS FspQueryInformation(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information);
NTSTATUS FspSetInformation(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information);
void FspEndQuery(FSP_OPEN *Open); /* what a directory query has left is freed */
NTSTATUS FspDirectoryControl(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information);
NTSTATUS FspQueryVolume(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information);
NTSTATUS FspCleanup(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information);
NTSTATUS FspClose(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information);

/* ---- lock.c ---------------------------------------------------------------------------------- */

void FspBeginLocks(void);
NTSTATUS FspLockControl(IRP *Irp, const IO_STACK_LOCATION *Stack, ULONG_PTR *Information);
/* FILE_LOCK_CONFLICT: what is to be read or written is locked. Without FspLock, as the next. */
NTSTATUS FspCheckLocks(const IRP *Irp, const IO_STACK_LOCATION *Stack, FSP_FILE *File,
    ULONG64 Start, ULONG Length, BOOLEAN Write);
void FspEndLocks(FSP_FILE *File, FILE_OBJECT *Owner); /* the handle is gone */

/* ---- watch.c: under FspLock, but for FspWatch and FspIsWatched ------------------------------- */

void FspBeginWatches(void);
/* PENDING: it is no longer the caller's */
NTSTATUS FspWatch(FSP_OPEN *Open, IRP *Irp, const IO_STACK_LOCATION *Stack);
void FspEndWatch(FSP_OPEN *Open);
/* Completes what FspLock's holder has given watchers to read, and gives the lock back before
 * that. */
void FspUnlock(void);
BOOLEAN FspIsWatched(void); /* anything at all */
/* Filter: FILE_NOTIFY_CHANGE_…; 0: nothing changed. Action: FILE_ACTION_… */
void FspChanged(const char *Path, ULONG Filter, ULONG Action);
void FspNameChanged(const char *Path, BOOLEAN Folder, ULONG Action);
void FspModified(const FSP_FILE *File, ULONG Filter);
void FspMarkDeleted(FSP_FILE *File); /* sets DeletePending */
NTSTATUS FspMakeName(const char *Path, STRING *Name); /* pool */

/* set.c's rename, in rename.c */
NTSTATUS FspRename(
    FSP_OPEN *Open, const IO_STACK_LOCATION *Stack, const FILE_RENAME_INFORMATION *Rename);

/* ---- match.c: exports ------------------------------------------------------------------------ */

BOOLEAN NTAPI FsRtlDoesNameContainWildCards(UNICODE_STRING *Name);
BOOLEAN NTAPI FsRtlIsNameInExpression(
    UNICODE_STRING *Expression, UNICODE_STRING *Name, BOOLEAN IgnoreCase, WCHAR *UpcaseTable);
