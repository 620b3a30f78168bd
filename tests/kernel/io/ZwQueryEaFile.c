/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQueryEaFile, ZwSetEaFile, NtQueryEaFile, NtSetEaFile - extended attributes, as their driver is
 * asked for them; IoCheckEaBufferValidity - what is a list of them.
 */
#include "io_test.h"

#define EA_NAME L"\\Device\\KtestIoEa"

NTSTATUS NTAPI ZwQueryEaFile(HANDLE File, PIO_STATUS_BLOCK IoStatus, PVOID Buffer, ULONG Length,
    BOOLEAN Single, PVOID List, ULONG ListLength, PULONG Index, BOOLEAN Restart);
NTSTATUS NTAPI NtQueryEaFile(HANDLE File, PIO_STATUS_BLOCK IoStatus, PVOID Buffer, ULONG Length,
    BOOLEAN Single, PVOID List, ULONG ListLength, PULONG Index, BOOLEAN Restart);
NTSTATUS NTAPI ZwSetEaFile(HANDLE File, PIO_STATUS_BLOCK IoStatus, PVOID Buffer, ULONG Length);
NTSTATUS NTAPI NtSetEaFile(HANDLE File, PIO_STATUS_BLOCK IoStatus, PVOID Buffer, ULONG Length);
NTSTATUS NTAPI IoCheckEaBufferValidity(PVOID Buffer, ULONG Length, PULONG ErrorOffset);

typedef struct ENTRY {
    ULONG Next;
    UCHAR Flags;
    UCHAR NameLength;
    USHORT ValueLength;
    CHAR Name[4]; /* "NAM" and its end */
    CHAR Value[4];
} ENTRY;

static UCHAR SeenFlags;
static ULONG SeenLength, SeenIndex;
static CHAR SeenName;

static NTSTATUS NTAPI Answer(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(Device);
    SeenFlags = Stack->Flags;
    SeenLength = Stack->Parameters.QueryEa.Length;
    if (Stack->MajorFunction == IRP_MJ_QUERY_EA) {
        SeenIndex = Stack->Parameters.QueryEa.EaIndex;
        if (Stack->Parameters.QueryEa.EaListLength != 0)
            SeenName = ((CHAR *)Stack->Parameters.QueryEa.EaList)[5];
        *(CHAR *)Irp->AssociatedIrp.SystemBuffer = 'q';
        return IoTestComplete(Irp, STATUS_SUCCESS, 1);
    }
    if (Stack->MajorFunction == IRP_MJ_SET_EA)
        SeenName = ((ENTRY *)Irp->AssociatedIrp.SystemBuffer)->Name[0];
    return IoTestComplete(Irp, STATUS_SUCCESS, 0);
}

static HANDLE OpenEa(VOID)
{
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;
    KTEST_STRING(Name, EA_NAME);

    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (CHECK_STATUS(ZwOpenFile(&Handle, FILE_READ_EA | FILE_WRITE_EA | SYNCHRONIZE, &Attributes,
                         &IoStatus, 0, FILE_SYNCHRONOUS_IO_NONALERT),
            STATUS_SUCCESS))
        return Handle;
    return NULL;
}

static VOID FillEntry(ENTRY *Entry)
{
    RtlZeroMemory(Entry, sizeof(*Entry));
    Entry->NameLength = 3;
    Entry->ValueLength = 4;
    Entry->Name[0] = 'N';
    Entry->Name[1] = 'A';
    Entry->Name[2] = 'M';
}

TEST(ZwQueryEaFile, AsksTheDriver)
{
    PDEVICE_OBJECT Device = IoTestCreate(EA_NAME, DO_BUFFERED_IO, Answer);
    HANDLE File = Device != NULL ? OpenEa() : NULL;
    IO_STATUS_BLOCK IoStatus;
    CHAR Buffer[16] = "";
    ULONG Index = 3;
    struct {
        ULONG Next;
        UCHAR Length;
        CHAR Name[7];
    } List = {0, 3, "LST"};

    if (File != NULL) {
        CHECK_STATUS(
            ZwQueryEaFile(File, &IoStatus, Buffer, sizeof(Buffer), TRUE, NULL, 0, &Index, TRUE),
            STATUS_SUCCESS);
        CHECK_EQ(IoStatus.Information, 1);
        CHECK_EQ(Buffer[0], 'q');
        CHECK_EQ(SeenLength, sizeof(Buffer));
        CHECK_EQ(SeenIndex, 3);
        CHECK_EQ(SeenFlags, SL_RESTART_SCAN | SL_RETURN_SINGLE_ENTRY | SL_INDEX_SPECIFIED);
        CHECK_STATUS(NtQueryEaFile(File, &IoStatus, Buffer, sizeof(Buffer), FALSE, &List,
                         sizeof(List), NULL, FALSE),
            STATUS_SUCCESS);
        CHECK_EQ(SeenName, 'L');
        CHECK_EQ(SeenFlags, 0);
        List.Length = 200;
        CHECK_STATUS(ZwQueryEaFile(File, &IoStatus, Buffer, sizeof(Buffer), FALSE, &List,
                         sizeof(List), NULL, FALSE),
            STATUS_EA_LIST_INCONSISTENT);
        ZwClose(File);
        CHECK_STATUS(ZwQueryEaFile((HANDLE)0x7FFF0, &IoStatus, Buffer, sizeof(Buffer), FALSE, NULL,
                         0, NULL, FALSE),
            STATUS_INVALID_HANDLE);
    }
    if (Device != NULL)
        IoDeleteDevice(Device);
}

TEST(ZwSetEaFile, GivesTheDriverAList)
{
    PDEVICE_OBJECT Device = IoTestCreate(EA_NAME, DO_BUFFERED_IO, Answer);
    HANDLE File = Device != NULL ? OpenEa() : NULL;
    IO_STATUS_BLOCK IoStatus;
    ENTRY Entry;

    if (File != NULL) {
        FillEntry(&Entry);
        SeenName = 0;
        CHECK_STATUS(ZwSetEaFile(File, &IoStatus, &Entry, sizeof(Entry)), STATUS_SUCCESS);
        CHECK_EQ(SeenName, 'N');
        CHECK_STATUS(NtSetEaFile(File, &IoStatus, &Entry, sizeof(Entry)), STATUS_SUCCESS);
        Entry.ValueLength = 5;
        CHECK_STATUS(
            ZwSetEaFile(File, &IoStatus, &Entry, sizeof(Entry)), STATUS_EA_LIST_INCONSISTENT);
        CHECK_STATUS(
            NtSetEaFile(File, &IoStatus, &Entry, sizeof(Entry)), STATUS_EA_LIST_INCONSISTENT);
        ZwClose(File);
    }
    if (Device != NULL)
        IoDeleteDevice(Device);
}

TEST(IoCheckEaBufferValidity, FollowsTheList)
{
    ENTRY List[2];
    ULONG Offset = 99;

    FillEntry(&List[0]);
    FillEntry(&List[1]);
    List[0].Next = sizeof(ENTRY);
    CHECK_STATUS(IoCheckEaBufferValidity(List, sizeof(List), &Offset), STATUS_SUCCESS);
    CHECK_STATUS(
        IoCheckEaBufferValidity(List, sizeof(List) - 1, &Offset), STATUS_EA_LIST_INCONSISTENT);
    CHECK_EQ(Offset, sizeof(ENTRY));
    List[0].Next = sizeof(ENTRY) + 4;
    CHECK_STATUS(IoCheckEaBufferValidity(List, sizeof(List), &Offset), STATUS_EA_LIST_INCONSISTENT);
    CHECK_EQ(Offset, 0);
    List[0].Next = 0;
    List[0].Name[3] = 'x';
    CHECK_STATUS(
        IoCheckEaBufferValidity(List, sizeof(ENTRY), &Offset), STATUS_EA_LIST_INCONSISTENT);
}
