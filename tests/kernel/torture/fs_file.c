/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Files of a folder that several threads open, write, read, rename, delete and list. Ranges of
 * bytes that they lock, waiting, and waits that are cancelled: who has a range for itself is alone.
 */
#include "../fs/fs_test.h"
#include "torture.h"

const ULONG TortureTests = 3;

/* ---- files ----------------------------------------------------------------------------------- */

#define FILE_NAMES 4
#define FILE_SLOT 64u /* each thread's bytes of a file */

static const WCHAR *const FileNames[FILE_NAMES] = {L"first", L"second", L"FIRST", L"third"};

/* What opening, renaming and deleting may say of a file that others have open, rename and delete.
 */
static BOOLEAN FileIsTaken(NTSTATUS Status)
{
    return Status == STATUS_OBJECT_NAME_NOT_FOUND || Status == STATUS_OBJECT_NAME_COLLISION ||
           Status == STATUS_DELETE_PENDING || Status == STATUS_ACCESS_DENIED ||
           Status == STATUS_SHARING_VIOLATION || Status == STATUS_FILE_DELETED;
}

/* Others may have cut the file meanwhile: what is there of our bytes is ours. */
static VOID FileWriteAndRead(TORTURE_THREAD *Self, HANDLE File)
{
    CHAR Bytes[FILE_SLOT + 1], Value = (CHAR)(1 + TortureRandom(Self, 100));
    ULONG_PTR Done = 0;
    ULONG At;
    NTSTATUS Status;

    RtlFillMemory(Bytes, FILE_SLOT, Value);
    Bytes[FILE_SLOT] = 0;
    TORTURE_CHECK(Self->Torture,
                  NT_SUCCESS(FsTestWrite(File, Bytes, Self->Index * FILE_SLOT, &Done)) &&
                      Done == FILE_SLOT);
    Status = FsTestRead(File, Bytes, FILE_SLOT, Self->Index * FILE_SLOT, &Done);
    if (!TORTURE_CHECK(Self->Torture, NT_SUCCESS(Status) || Status == STATUS_END_OF_FILE) ||
        !NT_SUCCESS(Status))
        return;
    for (At = 0; At < Done; At++)
        TORTURE_CHECK(Self->Torture, Bytes[At] == Value || Bytes[At] == 0);
}

static VOID FileRename(TORTURE_THREAD *Self, HANDLE Folder, HANDLE File)
{
    struct {
        FILE_RENAME_INFORMATION Rename;
        WCHAR Room[16];
    } Request;
    const WCHAR *Name = FileNames[TortureRandom(Self, FILE_NAMES)];
    UNICODE_STRING Text;
    IO_STATUS_BLOCK Io;
    NTSTATUS Status;

    RtlInitUnicodeString(&Text, Name);
    RtlZeroMemory(&Request, sizeof(Request));
    Request.Rename.ReplaceIfExists = (BOOLEAN)TortureRandom(Self, 2);
    Request.Rename.RootDirectory = Folder;
    Request.Rename.FileNameLength = Text.Length;
    RtlCopyMemory(Request.Rename.FileName, Name, Text.Length);
    Status = ZwSetInformationFile(File, &Io, &Request, sizeof(Request), FileRenameInformation);
    TORTURE_CHECK(Self->Torture, NT_SUCCESS(Status) || FileIsTaken(Status));
}

static BOOLEAN FileIsKnown(const FILE_NAMES_INFORMATION *Entry)
{
    UNICODE_STRING Name, Known;
    ULONG Index;

    Name.Buffer = (PWSTR)(ULONG_PTR)Entry->FileName;
    Name.Length = Name.MaximumLength = (USHORT)Entry->FileNameLength;
    for (Index = 0; Index < FILE_NAMES; Index++) {
        RtlInitUnicodeString(&Known, FileNames[Index]);
        if (RtlEqualUnicodeString(&Name, &Known, TRUE))
            return TRUE;
    }
    return Name.Buffer[0] == L'.';
}

/* What is listed has one of the names. */
static VOID FileList(TORTURE_THREAD *Self, FS_TEST *Test)
{
    union {
        FILE_NAMES_INFORMATION Entry;
        UCHAR Room[256];
    } Listed;
    BOOLEAN Restart = TRUE;
    IO_STATUS_BLOCK Io;
    HANDLE Folder;
    NTSTATUS Status;
    ULONG Count = 0;

    if (!TORTURE_CHECK(Self->Torture,
                       NT_SUCCESS(FsTestOpenAs(Test, L"", FILE_LIST_DIRECTORY, 0, FS_SHARE_ALL,
                                               FILE_OPEN, FILE_DIRECTORY_FILE, &Folder))))
        return;
    do {
        FILE_NAMES_INFORMATION *Entry = &Listed.Entry;

        Status = ZwQueryDirectoryFile(Folder, NULL, NULL, NULL, &Io, &Listed, sizeof(Listed),
                                      FileNamesInformation, FALSE, NULL, Restart);
        Restart = FALSE;
        while (NT_SUCCESS(Status)) {
            TORTURE_CHECK(Self->Torture, FileIsKnown(Entry));
            if (Entry->NextEntryOffset == 0)
                break;
            Entry = (FILE_NAMES_INFORMATION *)(PVOID)((UCHAR *)Entry + Entry->NextEntryOffset);
        }
    } while (NT_SUCCESS(Status) && Count++ < 100);
    TORTURE_CHECK(Self->Torture, Status == STATUS_NO_MORE_FILES);
    ZwClose(Folder);
}

static VOID NTAPI FileThread(PVOID Context)
{
    static const ULONG Dispositions[] = {FILE_OPEN, FILE_OPEN_IF, FILE_CREATE, FILE_OVERWRITE_IF};
    TORTURE_THREAD *Self = Context;
    FS_TEST Test = *(FS_TEST *)Self->Context;

    while (TortureGoesOn(Self)) {
        const WCHAR *Name = FileNames[TortureRandom(Self, FILE_NAMES)];
        HANDLE File;
        NTSTATUS Status;

        if (TortureRandom(Self, 8) == 0)
            FileList(Self, &Test);
        Status = FsTestOpenAs(
            &Test, Name, FILE_READ_DATA | FILE_WRITE_DATA | FILE_READ_ATTRIBUTES | DELETE, 0,
            FS_SHARE_ALL, Dispositions[TortureRandom(Self, RTL_NUMBER_OF(Dispositions))],
            FILE_NON_DIRECTORY_FILE, &File);
        if (!NT_SUCCESS(Status)) {
            TORTURE_CHECK(Self->Torture, FileIsTaken(Status));
            continue;
        }
        FileWriteAndRead(Self, File);
        switch (TortureRandom(Self, 6)) {
        case 0:
            Status = FsTestDelete(File);
            TORTURE_CHECK(Self->Torture, NT_SUCCESS(Status) || FileIsTaken(Status));
            break;
        case 1: FileRename(Self, Test.Folder, File); break;
        }
        TORTURE_CHECK(Self->Torture, ZwClose(File) == STATUS_SUCCESS);
    }
}

TEST(ZwCreateFile, RenamedAndDeletedByOthers)
{
    FS_TEST Test;
    TORTURE Torture;
    ULONG Index;

    if (!FsTestBegin(&Test))
        return;
    TortureBegin(&Torture, 200);
    for (Index = 0; Index < 4; Index++)
        TortureStart(&Torture, FileThread, &Test);
    TortureJoin(&Torture);
    FsTestEnd(&Test);
}

/* ---- locked ranges --------------------------------------------------------------------------- */

typedef NTSTATUS(NTAPI *LOCK_FILE)(HANDLE File, HANDLE Event, PIO_APC_ROUTINE Routine,
                                   PVOID Context, PIO_STATUS_BLOCK Io, PLARGE_INTEGER Offset,
                                   PLARGE_INTEGER Length, ULONG Key, BOOLEAN FailImmediately,
                                   BOOLEAN Exclusive);
typedef NTSTATUS(NTAPI *UNLOCK_FILE)(HANDLE File, PIO_STATUS_BLOCK Io, PLARGE_INTEGER Offset,
                                     PLARGE_INTEGER Length, ULONG Key);
typedef NTSTATUS(NTAPI *CANCEL_FILE)(HANDLE File, PIO_STATUS_BLOCK Io);

typedef struct LOCK_RACE {
    LOCK_FILE Lock;
    UNLOCK_FILE Unlock;
    CANCEL_FILE Cancel;            /* NULL: not in this Windows */
    volatile LONG Alone, Together; /* inside */
} LOCK_RACE;

static HANDLE LockOpen(TORTURE_THREAD *Self, BOOLEAN Synchronous)
{
    UNICODE_STRING Name;
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK Io;
    HANDLE File;

    RtlInitUnicodeString(&Name, L"\\SystemRoot\\ktesttorture.tmp");
    InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL,
                               NULL);
    return TORTURE_CHECK(
               Self->Torture,
               NT_SUCCESS(ZwCreateFile(&File, GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE,
                                       &Attributes, &Io, NULL, 0, FS_SHARE_ALL, FILE_OPEN_IF,
                                       Synchronous ? FILE_SYNCHRONOUS_IO_NONALERT : 0, NULL, 0)))
               ? File
               : NULL;
}

static VOID LockInside(TORTURE_THREAD *Self, LOCK_RACE *Race, BOOLEAN Exclusive)
{
    ULONG Spin = TortureRandom(Self, 300);

    if (Exclusive) {
        TORTURE_CHECK(Self->Torture,
                      InterlockedIncrement(&Race->Alone) == 1 && Race->Together == 0);
    } else {
        InterlockedIncrement(&Race->Together);
        TORTURE_CHECK(Self->Torture, Race->Alone == 0);
    }
    while (Spin-- > 0)
        YieldProcessor();
    InterlockedDecrement(Exclusive ? &Race->Alone : &Race->Together);
}

static VOID LockRelease(TORTURE_THREAD *Self, LOCK_RACE *Race, HANDLE File, LARGE_INTEGER Offset,
                        LARGE_INTEGER Length)
{
    IO_STATUS_BLOCK Io;

    TORTURE_CHECK(Self->Torture, NT_SUCCESS(Race->Unlock(File, &Io, &Offset, &Length, 0)));
}

/* In the call. Ranges overlap in the byte 50. */
static VOID NTAPI LockWaiter(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    LOCK_RACE *Race = Self->Context;
    HANDLE File = LockOpen(Self, TRUE);

    while (File != NULL && TortureGoesOn(Self)) {
        BOOLEAN Exclusive = TortureRandom(Self, 2) != 0, Now = TortureRandom(Self, 4) == 0;
        LARGE_INTEGER Offset, Length;
        IO_STATUS_BLOCK Io;
        NTSTATUS Status;

        Offset.QuadPart = TortureRandom(Self, 51);
        Length.QuadPart = 51 - Offset.QuadPart + TortureRandom(Self, 20);
        Status = Race->Lock(File, NULL, NULL, NULL, &Io, &Offset, &Length, 0, Now, Exclusive);
        TORTURE_CHECK(Self->Torture,
                      NT_SUCCESS(Status) || (Now && Status == STATUS_LOCK_NOT_GRANTED));
        if (!NT_SUCCESS(Status))
            continue;
        LockInside(Self, Race, Exclusive);
        LockRelease(Self, Race, File, Offset, Length);
    }
    if (File != NULL)
        ZwClose(File);
}

/* One request by event that may be cancelled, or end with its handle. FALSE: patience ran out, or
 * nothing can go on. */
static BOOLEAN LockLater(TORTURE_THREAD *Self, LOCK_RACE *Race, HANDLE Event, PVOID EventObject,
                         PIO_STATUS_BLOCK Io)
{
    LARGE_INTEGER Offset = {.QuadPart = 50}, Length = {.QuadPart = 1};
    ULONG Way = TortureRandom(Self, 3);
    HANDLE File = LockOpen(Self, FALSE);
    IO_STATUS_BLOCK Ignored;
    NTSTATUS Status;

    if (File == NULL)
        return FALSE;
    Status = Race->Lock(File, Event, NULL, NULL, Io, &Offset, &Length, 0, FALSE, TRUE);
    TORTURE_CHECK(Self->Torture, Status == STATUS_PENDING || Status == STATUS_SUCCESS);
    if (Way == 0 && Race->Cancel != NULL)
        TORTURE_CHECK(Self->Torture, NT_SUCCESS(Race->Cancel(File, &Ignored)));
    if (Way == 1) {
        ZwClose(File);
        File = NULL;
    }
    if (NT_SUCCESS(Status) && !TORTURE_WAIT(Self->Torture, EventObject))
        return FALSE;
    Status = Io->Status;
    TORTURE_CHECK(Self->Torture, Status == STATUS_SUCCESS ||
                                     (Way == 0 && Status == STATUS_CANCELLED) ||
                                     (Way == 1 && !NT_SUCCESS(Status)));
    if (File != NULL && NT_SUCCESS(Status)) {
        LockInside(Self, Race, TRUE);
        LockRelease(Self, Race, File, Offset, Length);
    }
    if (File != NULL)
        ZwClose(File);
    return TRUE;
}

static VOID NTAPI LockAsker(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    LOCK_RACE *Race = Self->Context;
    PIO_STATUS_BLOCK Io = ExAllocatePoolWithTag(NonPagedPool, sizeof(*Io), TORTURE_TAG);
    OBJECT_ATTRIBUTES Attributes;
    PVOID Object;
    HANDLE Event;
    BOOLEAN Over = TRUE;

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (TORTURE_CHECK(Self->Torture, Io != NULL) &&
        TORTURE_CHECK(Self->Torture, NT_SUCCESS(ZwCreateEvent(&Event, EVENT_ALL_ACCESS, &Attributes,
                                                              NotificationEvent, FALSE)))) {
        if (TORTURE_CHECK(Self->Torture,
                          NT_SUCCESS(ObReferenceObjectByHandle(Event, EVENT_ALL_ACCESS, NULL,
                                                               KernelMode, &Object, NULL)))) {
            while (Over && TortureGoesOn(Self))
                Over = LockLater(Self, Race, Event, Object, Io);
            ObDereferenceObject(Object);
        }
        ZwClose(Event);
    }
    if (Io != NULL && Over) /* else it may be written to yet */
        ExFreePoolWithTag(Io, TORTURE_TAG);
}

static VOID LockRaceRun(LOCK_RACE *Race, ULONG Waiters, ULONG Askers)
{
    TORTURE Torture;
    ULONG Index;

    RtlZeroMemory(Race, sizeof(*Race));
    Race->Lock = (PVOID)KtestExport(L"ZwLockFile");
    Race->Unlock = (PVOID)KtestExport(L"ZwUnlockFile");
    Race->Cancel = (PVOID)KtestExport(L"ZwCancelIoFile");
    if (Race->Lock == NULL || Race->Unlock == NULL) {
        skip("Windows Vista and later");
        return;
    }
    TortureBegin(&Torture, 300);
    for (Index = 0; Index < Waiters; Index++)
        TortureStart(&Torture, LockWaiter, Race);
    for (Index = 0; Index < Askers; Index++)
        TortureStart(&Torture, LockAsker, Race);
    TortureJoin(&Torture);
    CHECK_EQ(Race->Alone + Race->Together, 0);
}

static VOID LockRemoveFile(VOID)
{
    FS_TEST Test = {NULL, 0};

    FsTestTry(&Test, L"\\SystemRoot\\ktesttorture.tmp", DELETE, FILE_OPEN, FILE_DELETE_ON_CLOSE);
}

TEST(ZwLockFile, WhoIsAloneIsAlone)
{
    static LOCK_RACE Race;

    LockRaceRun(&Race, 4, 0);
    LockRemoveFile();
}

TEST(ZwLockFile, WaitsAreCancelled)
{
    static LOCK_RACE Race;

    LockRaceRun(&Race, 2, 3);
    LockRemoveFile();
}
