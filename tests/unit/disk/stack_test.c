/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The disk stack in a machine over files of all kinds: writes that last, a read-only disk, damaged
 * ones, partitions that come and go; and, with the transferring thread held up, cancellation,
 * cleanup and order of what is queued.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "disk/diskp.h"
#include "machine.h"
#include "services.h"

static dotsys_machine *Machine;
static unsigned Lines;
static char LastLine[256];

static void NoteLine(void *Context, const dotsys_log_line *Line)
{
    (void)Context;
    if (strcmp(Line->source, "disk") != 0)
        return;
    Lines++;
    snprintf(LastLine, sizeof(LastLine), "%s", Line->text);
}

static void Open(int Disk, bool Writable, bool OrdinaryUser)
{
    static struct machine_host Host;
    const dotsys_options Options = {
        .size = sizeof(Options), .log = NoteLine, .ordinary_user = OrdinaryUser};
    Host = (struct machine_host){.disk = Disk, .disk_writable = Writable, .cmos = -1};
    Lines = 0;
    assert_int_equal(machine_open(&Options, &Host, &Machine), 0);
}

static void Close(void)
{
    assert_int_equal(dotsys_machine_close(Machine), 0);
}

static int MemoryFile(off_t Size)
{
    int File = memfd_create("disk", 0);
    assert_true(File >= 0);
    assert_int_equal(ftruncate(File, Size), 0);
    return File;
}

static NTSTATUS OpenFile(const WCHAR *Path, ACCESS_MASK Access, HANDLE *Handle)
{
    UNICODE_STRING Name = {.Buffer = (WCHAR *)(uintptr_t)Path};
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    Name.Length = Name.MaximumLength = (USHORT)(RtlpWcsLength(Path) * sizeof(WCHAR));
    InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    return SysCreateFile(Handle, Access | SYNCHRONIZE, &Attributes, &IoStatus, NULL, 0,
        FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
}

#define DRIVE u"\\??\\PhysicalDrive0"
#define READ_WRITE (GENERIC_READ | GENERIC_WRITE)

static NTSTATUS Transfer(HANDLE Handle, BOOLEAN Write, void *Data, ULONG Bytes, LONGLONG At)
{
    IO_STATUS_BLOCK IoStatus;
    LARGE_INTEGER Offset = {.QuadPart = At};
    return Write ? SysWriteFile(Handle, NULL, NULL, NULL, &IoStatus, Data, Bytes, &Offset, NULL)
                 : SysReadFile(Handle, NULL, NULL, NULL, &IoStatus, Data, Bytes, &Offset, NULL);
}

static NTSTATUS Ask(HANDLE Handle, ULONG Code, void *Output, ULONG Bytes)
{
    IO_STATUS_BLOCK IoStatus;
    return SysDeviceIoControlFile(
        Handle, NULL, NULL, NULL, &IoStatus, Code, NULL, 0, Output, Bytes);
}

/* ---- kinds of disks -------------------------------------------------------------------------- */

static void AnEmptyFileBecomesADisk(void **State)
{
    UCHAR Sector[512], Again[512];
    HANDLE Handle;
    IO_STATUS_BLOCK IoStatus;
    (void)State;
    int File = MemoryFile(0);
    Open(File, true, false);
    /* at once: other programs look at it, too */
    assert_int_equal(lseek(File, 0, SEEK_END), DISKP_IMAGE_BYTES);
    assert_int_equal(OpenFile(DRIVE, READ_WRITE, &Handle), 0);
    assert_int_equal(Transfer(Handle, FALSE, Sector, 512, 0), 0);
    assert_int_equal(Sector[511], 0xAA);
    memset(Sector, 0x5A, sizeof(Sector));
    assert_int_equal(Transfer(Handle, TRUE, Sector, 512, 4096), 0);
    assert_int_equal(SysFlushBuffersFile(Handle, &IoStatus), 0);
    assert_int_equal(SysClose(Handle), 0);
    Close();
    assert_int_equal(pread(File, Again, 512, 4096), 512);
    assert_memory_equal(Sector, Again, 512);
    Open(File, true, false); /* not made again */
    assert_int_equal(OpenFile(DRIVE, READ_WRITE, &Handle), 0);
    memset(Again, 0, sizeof(Again));
    assert_int_equal(Transfer(Handle, FALSE, Again, 512, 4096), 0);
    assert_memory_equal(Sector, Again, 512);
    assert_int_equal(SysClose(Handle), 0);
    Close();
    close(File);
}

static void AReadOnlyDisk(void **State)
{
    UCHAR Sector[512] = {0};
    HANDLE Handle;
    (void)State;
    int File = MemoryFile(1 << 20);
    Open(File, false, false);
    assert_int_equal(OpenFile(DRIVE, READ_WRITE, &Handle), 0);
    assert_int_equal(Transfer(Handle, FALSE, Sector, 512, 0), 0);
    NTSTATUS Status = Transfer(Handle, TRUE, Sector, 512, 0);
    assert_int_equal(Status, STATUS_MEDIA_WRITE_PROTECTED);
    assert_int_equal(dotsys_status_win32(Status), 19);
    assert_int_equal(Ask(Handle, IOCTL_DISK_IS_WRITABLE, NULL, 0), STATUS_MEDIA_WRITE_PROTECTED);
    assert_int_equal(dotsys_status_win32(Transfer(Handle, FALSE, Sector, 100, 0)), 87);
    assert_int_equal(Transfer(Handle, FALSE, Sector, 512, 1 << 20), STATUS_INVALID_PARAMETER);
    assert_int_equal(SysClose(Handle), 0);
    Close();
    assert_int_equal(lseek(File, 0, SEEK_END), 1 << 20);
    close(File);
}

static void PutSlot(int File, ULONG Slot, UCHAR Type, ULONG First, ULONG Count)
{
    UCHAR Raw[16] = {0, 0, 0, 0, Type};
    memcpy(Raw + 8, &First, 4);
    memcpy(Raw + 12, &Count, 4);
    assert_int_equal(pwrite(File, Raw, 16, 446 + Slot * 16), 16);
    assert_int_equal(pwrite(File, "\x55\xAA", 2, 510), 2);
}

static void DamagedDisksStart(void **State)
{
    UCHAR Sector[512];
    HANDLE Handle;
    GET_LENGTH_INFORMATION Length;
    (void)State;
    int File = MemoryFile(1000000); /* not a whole number of sectors, no table */
    Open(File, true, false);
    assert_int_equal(Lines, 2);
    assert_int_equal(OpenFile(DRIVE, READ_WRITE, &Handle), 0);
    assert_int_equal(Ask(Handle, IOCTL_DISK_GET_LENGTH_INFO, &Length, sizeof(Length)), 0);
    assert_int_equal(Length.Length.QuadPart, 999936);
    assert_int_equal(Transfer(Handle, FALSE, Sector, 512, 999936 - 512), 0);
    assert_int_equal(SysClose(Handle), 0);
    assert_int_equal(OpenFile(u"\\Device\\Harddisk0\\Partition1", READ_WRITE, &Handle),
        STATUS_OBJECT_NAME_NOT_FOUND);
    Close();
    PutSlot(File, 0, 7, 100, 100);
    PutSlot(File, 1, 7, 150, 100);
    PutSlot(File, 2, 7, 1000, 100000);
    PutSlot(File, 3, 6, 300, 100);
    Open(File, true, false);
    assert_int_equal(Lines, 3); /* the size, an overlap, one that ends beyond */
    assert_int_equal(OpenFile(u"\\Device\\Harddisk0\\Partition2", READ_WRITE, &Handle), 0);
    memset(Sector, 0x77, sizeof(Sector));
    assert_int_equal(Transfer(Handle, TRUE, Sector, 512, 99 * 512), 0);
    assert_int_equal(Transfer(Handle, TRUE, Sector, 512, 100 * 512), STATUS_INVALID_PARAMETER);
    assert_int_equal(SysClose(Handle), 0);
    assert_int_equal(OpenFile(u"\\Device\\Harddisk0\\Partition3", READ_WRITE, &Handle),
        STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(
        OpenFile(u"\\Device\\HarddiskVolume2", READ_WRITE, &Handle) == 0 && SysClose(Handle) != 0,
        0);
    Close();
    memset(Sector, 0, sizeof(Sector));
    assert_int_equal(pread(File, Sector, 512, 399 * 512), 512);
    assert_int_equal(Sector[0], 0x77);
    close(File);
    int Pipe[2];
    assert_int_equal(pipe(Pipe), 0);
    Open(Pipe[0], true, false); /* no disk at all */
    assert_int_equal(Lines, 1);
    assert_int_equal(OpenFile(DRIVE, READ_WRITE, &Handle), 0);
    assert_int_equal(Transfer(Handle, FALSE, Sector, 512, 0), 0);
    assert_int_equal(SysClose(Handle), 0);
    Close();
    close(Pipe[0]);
    close(Pipe[1]);
}

static void TheFileShrinksUnderneath(void **State)
{
    UCHAR Sector[512];
    HANDLE Handle;
    (void)State;
    int File = MemoryFile(1 << 20);
    Open(File, true, false);
    assert_int_equal(OpenFile(DRIVE, READ_WRITE, &Handle), 0);
    assert_int_equal(ftruncate(File, 512), 0);
    assert_int_equal(Transfer(Handle, FALSE, Sector, 512, 4096), STATUS_IO_DEVICE_ERROR);
    assert_int_equal(Transfer(Handle, FALSE, Sector, 512, 0), 0);
    assert_int_equal(SysClose(Handle), 0);
    Close();
    close(File);
}

static void PartitionsComeAndGo(void **State)
{
    UCHAR Table[512] = {0}, Sector[512];
    HANDLE Handle, Partition;
    (void)State;
    int File = MemoryFile(1 << 20);
    PutSlot(File, 0, 7, 100, 100);
    Open(File, true, false);
    assert_int_equal(OpenFile(DRIVE, READ_WRITE, &Handle), 0);
    assert_int_equal(OpenFile(u"\\??\\Harddisk0Partition1", READ_WRITE, &Partition), 0);
    assert_int_equal(Transfer(Partition, FALSE, Sector, 512, 0), 0);
    assert_int_equal(Transfer(Handle, TRUE, Table, 512, 0), 0); /* the table is gone */
    assert_int_equal(Ask(Handle, IOCTL_DISK_UPDATE_PROPERTIES, NULL, 0), 0);
    assert_int_equal(Transfer(Partition, FALSE, Sector, 512, 0), STATUS_INVALID_PARAMETER);
    assert_int_equal(SysClose(Partition), 0);
    assert_int_equal(OpenFile(u"\\??\\Harddisk0Partition1", READ_WRITE, &Partition),
        STATUS_OBJECT_NAME_NOT_FOUND);
    PutSlot(File, 0, 7, 200, 10);
    PutSlot(File, 1, 7, 300, 10);
    assert_int_equal(Ask(Handle, IOCTL_DISK_UPDATE_PROPERTIES, NULL, 0), 0);
    /* 2 is C: */
    assert_int_equal(OpenFile(u"\\Device\\HarddiskVolume3", READ_WRITE, &Partition), 0);
    assert_int_equal(Transfer(Partition, FALSE, Sector, 512, 9 * 512), 0);
    assert_int_equal(Transfer(Partition, FALSE, Sector, 512, 10 * 512), STATUS_INVALID_PARAMETER);
    assert_int_equal(SysClose(Partition), 0);
    assert_int_equal(SysClose(Handle), 0);
    Close();
    close(File);
}

static void OrdinaryUsersMayOnlyAsk(void **State)
{
    DISK_GEOMETRY Geometry;
    UCHAR Sector[512];
    HANDLE Handle;
    (void)State;
    Open(-1, true, true);
    NTSTATUS Status = OpenFile(DRIVE, GENERIC_READ, &Handle);
    assert_int_equal(Status, STATUS_ACCESS_DENIED);
    assert_int_equal(dotsys_status_win32(Status), 5);
    assert_int_equal(OpenFile(DRIVE, READ_WRITE, &Handle), STATUS_ACCESS_DENIED);
    assert_int_equal(
        OpenFile(u"\\Device\\Harddisk0\\Partition1", GENERIC_READ, &Handle), STATUS_ACCESS_DENIED);
    /* access 0 of CreateFile */
    assert_int_equal(OpenFile(DRIVE, FILE_READ_ATTRIBUTES, &Handle), 0);
    assert_int_equal(Ask(Handle, IOCTL_DISK_GET_DRIVE_GEOMETRY, &Geometry, sizeof(Geometry)), 0);
    assert_int_equal(
        Ask(Handle, IOCTL_DISK_GET_LENGTH_INFO, &Geometry, sizeof(Geometry)), STATUS_ACCESS_DENIED);
    assert_int_equal(Transfer(Handle, FALSE, Sector, 512, 0), STATUS_ACCESS_DENIED);
    assert_int_equal(SysClose(Handle), 0);
    Close();
}

/* ---- the queue, with the thread held up in a completion routine ------------------------------ */

typedef struct REQUEST {
    IRP *Irp;
    KEVENT Done;
    NTSTATUS Status;
    ULONG Order; /* of completion, from 1 */
    UCHAR Data[512];
} REQUEST;

static REQUEST Request[4];
static ULONG Completed, Holding, LetGo;
static int HeldFile;

static NTSTATUS NTAPI RequestDone(DEVICE_OBJECT *Device, IRP *Irp, void *Context)
{
    REQUEST *This = Context;
    (void)Device;
    if (This == &Request[0]) {
        __atomic_store_n(&Holding, 1, __ATOMIC_RELEASE);
        while (!__atomic_load_n(&LetGo, __ATOMIC_ACQUIRE))
            host_yield();
    }
    This->Status = Irp->IoStatus.Status;
    This->Order = __atomic_add_fetch(&Completed, 1, __ATOMIC_ACQ_REL);
    MmUnlockPages(Irp->MdlAddress);
    IoFreeMdl(Irp->MdlAddress);
    IoFreeIrp(Irp);
    KeSetEvent(&This->Done, 0, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static void SendRequest(
    DEVICE_OBJECT *Device, ULONG Index, ULONG Major, LONGLONG At, FILE_OBJECT *File)
{
    LARGE_INTEGER Offset = {.QuadPart = At};
    REQUEST *This = &Request[Index];
    KeInitializeEvent(&This->Done, NotificationEvent, FALSE);
    This->Irp = IoBuildAsynchronousFsdRequest(Major, Device, This->Data, 512, &Offset, NULL);
    assert_non_null(This->Irp);
    IoGetNextIrpStackLocation(This->Irp)->FileObject = File;
    IoSetCompletionRoutine(This->Irp, RequestDone, This, TRUE, TRUE, TRUE);
    assert_int_equal(IofCallDriver(Device, This->Irp), STATUS_PENDING);
}

static void WaitForRequest(ULONG Index)
{
    KeWaitForSingleObject(&Request[Index].Done, Executive, KernelMode, FALSE, NULL);
}

static NTSTATUS HoldThread(FILE_OBJECT **File, DEVICE_OBJECT **Device)
{
    static UNICODE_STRING Name = RTL_STRING(u"\\DosDevices\\PhysicalDrive0");
    memset(Request, 0, sizeof(Request));
    Completed = Holding = LetGo = 0;
    NTSTATUS Status = IoGetDeviceObjectPointer(&Name, FILE_READ_ATTRIBUTES, File, Device);
    if (!NT_SUCCESS(Status))
        return Status;
    SendRequest(*Device, 0, IRP_MJ_READ, 0, NULL);
    while (!__atomic_load_n(&Holding, __ATOMIC_ACQUIRE))
        host_yield();
    return STATUS_SUCCESS;
}

static NTSTATUS CancelQueued(void *Context)
{
    FILE_OBJECT *File;
    DEVICE_OBJECT *Device;
    (void)Context;
    NTSTATUS Status = HoldThread(&File, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    SendRequest(Device, 1, IRP_MJ_READ, 512, NULL);
    SendRequest(Device, 2, IRP_MJ_READ, 1024, NULL);
    assert_true(IoCancelIrp(Request[1].Irp));
    WaitForRequest(1); /* while the thread is still held */
    assert_int_equal(Request[1].Status, STATUS_CANCELLED);
    assert_int_equal(Request[1].Order, 1);
    LetGo = 1;
    WaitForRequest(2);
    WaitForRequest(0);
    assert_int_equal(Request[0].Status, STATUS_SUCCESS);
    assert_int_equal(Request[2].Status, STATUS_SUCCESS);
    ObfDereferenceObject(File);
    return STATUS_SUCCESS;
}

/* A file's cleanup ends what it has queued, and nobody else's. */
static NTSTATUS CleanupQueued(void *Context)
{
    static UNICODE_STRING Name = RTL_STRING(DRIVE);
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    FILE_OBJECT *File;
    DEVICE_OBJECT *Device;
    HANDLE Handle;
    void *Queuing;
    (void)Context;
    NTSTATUS Status = HoldThread(&File, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    InitializeObjectAttributes(&Attributes, &Name, OBJ_KERNEL_HANDLE, NULL, NULL);
    assert_int_equal(ZwOpenFile(&Handle, GENERIC_READ, &Attributes, &IoStatus, FILE_SHARE_READ, 0),
        STATUS_SUCCESS);
    assert_int_equal(ObiReferenceByHandle(Handle, IoiFileObjectType, KernelMode, &Queuing, NULL),
        STATUS_SUCCESS);
    SendRequest(Device, 1, IRP_MJ_READ, 512, Queuing);
    SendRequest(Device, 2, IRP_MJ_READ, 512, NULL);
    assert_int_equal(ObCloseHandle(Handle, KernelMode), STATUS_SUCCESS);
    WaitForRequest(1);
    assert_int_equal(Request[1].Status, STATUS_CANCELLED);
    assert_int_equal(Completed, 1);
    LetGo = 1;
    WaitForRequest(2);
    WaitForRequest(0);
    assert_int_equal(Request[2].Status, STATUS_SUCCESS);
    ObfDereferenceObject(Queuing);
    ObfDereferenceObject(File);
    return STATUS_SUCCESS;
}

/* What is queued is done in the order it came: a read behind a write of the same sector sees it. */
static NTSTATUS InOrder(void *Context)
{
    FILE_OBJECT *File;
    DEVICE_OBJECT *Device;
    (void)Context;
    NTSTATUS Status = HoldThread(&File, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    memset(Request[1].Data, 0xC3, 512);
    SendRequest(Device, 1, IRP_MJ_WRITE, 8192, NULL);
    SendRequest(Device, 2, IRP_MJ_READ, 8192, NULL);
    memset(Request[3].Data, 0x3C, 512);
    SendRequest(Device, 3, IRP_MJ_WRITE, 8192, NULL);
    LetGo = 1;
    for (ULONG Index = 0; Index < 4; Index++) {
        WaitForRequest(Index);
        assert_int_equal(Request[Index].Status, STATUS_SUCCESS);
        assert_int_equal(Request[Index].Order, Index + 1);
    }
    assert_int_equal(Request[2].Data[17], 0xC3);
    ObfDereferenceObject(File);
    return STATUS_SUCCESS;
}

static NTSTATUS EnterAsSystem(void *Routine)
{
    return IoiRunAsSystem((NTSTATUS (*)(void *))(ULONG_PTR)Routine, NULL);
}

static void WithHeldThread(NTSTATUS (*Routine)(void *))
{
    HeldFile = MemoryFile(1 << 20);
    Open(HeldFile, true, false);
    assert_int_equal(SysAttach(), 0);
    assert_int_equal(KeEnterKernel(EnterAsSystem, (void *)(ULONG_PTR)Routine, KernelMode), 0);
    Close();
    close(HeldFile);
}

static void QueuedRequestsCanBeCancelled(void **State)
{
    (void)State;
    WithHeldThread(CancelQueued);
}

static void CleanupEndsWhatAFileHasQueued(void **State)
{
    (void)State;
    WithHeldThread(CleanupQueued);
}

static void RequestsAreDoneInOrder(void **State)
{
    (void)State;
    WithHeldThread(InOrder);
}

/* ---- little memory --------------------------------------------------------------------------- */

static void EveryAllocationFails(void **State)
{
    UCHAR Sector[512];
    (void)State;
    for (int Forever = 0; Forever < 2; Forever++) {
        for (LONG Number = 1;; Number++) {
            HANDLE Handle;
            Open(-1, true, false);
            MmFailAllocation(Number, Forever != 0);
            if (NT_SUCCESS(OpenFile(DRIVE, READ_WRITE, &Handle))) {
                NTSTATUS Status = Transfer(Handle, FALSE, Sector, 512, 0);
                assert_true(Status == STATUS_SUCCESS || Status == STATUS_INSUFFICIENT_RESOURCES);
                Status = Ask(Handle, IOCTL_DISK_UPDATE_PROPERTIES, NULL, 0);
                assert_true(Status == STATUS_SUCCESS || Status == STATUS_INSUFFICIENT_RESOURCES);
                assert_int_equal(SysClose(Handle), 0);
            }
            BOOLEAN Reached = MmAllocationCount() >= (ULONG)Number;
            MmFailAllocation(-1, FALSE);
            Close();
            if (!Reached)
                break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest Tests[] = {
        cmocka_unit_test(AnEmptyFileBecomesADisk),
        cmocka_unit_test(AReadOnlyDisk),
        cmocka_unit_test(DamagedDisksStart),
        cmocka_unit_test(TheFileShrinksUnderneath),
        cmocka_unit_test(PartitionsComeAndGo),
        cmocka_unit_test(OrdinaryUsersMayOnlyAsk),
        cmocka_unit_test(QueuedRequestsCanBeCancelled),
        cmocka_unit_test(CleanupEndsWhatAFileHasQueued),
        cmocka_unit_test(RequestsAreDoneInOrder),
        cmocka_unit_test(EveryAllocationFails),
    };
    return cmocka_run_group_tests(Tests, NULL, NULL);
}
