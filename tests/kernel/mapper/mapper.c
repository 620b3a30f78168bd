/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * mapper.c - a driver that makes memory in its caller's process, each way there is.
 *
 * \\.\Mapper. CTL_CODE(FILE_DEVICE_UNKNOWN, function, METHOD_BUFFERED, FILE_ANY_ACCESS). A pointer
 * comes back as eight bytes. 0x800 allocate: committed memory, "allocated" in it 0x801 section: a
 * view of a section, of which the driver keeps one in system space, "section" in it 0x802 physical:
 * a view of \Device\PhysicalMemory, of a page of the driver's, "physical" in it 0x803 mdl: pages of
 * the driver's, mapped with MmMapLockedPagesSpecifyCache for UserMode, "mdl" in it 0x804 read: the
 * input is one of the functions above, the output 16 bytes as the driver sees them 0x805 undo: the
 * input is one of the functions above; its memory goes
 */
#include <ntifs.h>

#define MAPPER_DEVICE L"\\Device\\Mapper"
#define MAPPER_LINK L"\\DosDevices\\Mapper"
#define MAPPER_FIRST 0x800u
#define MAPPER_WAYS 4u
#define MAPPER_READ 0x804u
#define MAPPER_UNDO 0x805u
#define MAPPER_SELF ((HANDLE)(LONG_PTR)-1)

typedef struct MAPPER_WAY {
    PVOID User;   /* where the caller has it */
    PUCHAR Here;  /* where the driver has it; NULL: at the same address */
    PVOID Object; /* the section */
    PMDL Mdl;
} MAPPER_WAY;

DRIVER_INITIALIZE DriverEntry;
static MAPPER_WAY Mapper[MAPPER_WAYS];

static NTSTATUS MapperAllocate(MAPPER_WAY *Way)
{
    SIZE_T Bytes = 5000;
    NTSTATUS Status = ZwAllocateVirtualMemory(
        MAPPER_SELF, &Way->User, 0, &Bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);

    if (!NT_SUCCESS(Status))
        return Status;
    __try {
        RtlCopyMemory(Way->User, "allocated", 10);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
    return STATUS_SUCCESS;
}

static NTSTATUS MapperView(HANDLE Section, LONGLONG Offset, MAPPER_WAY *Way)
{
    LARGE_INTEGER At;
    SIZE_T Bytes = PAGE_SIZE;
    NTSTATUS Status;

    At.QuadPart = Offset;
    Status = ZwMapViewOfSection(
        Section, MAPPER_SELF, &Way->User, 0, 0, &At, &Bytes, ViewUnmap, 0, PAGE_READWRITE);
    if (NT_SUCCESS(Status))
        Way->User = (PUCHAR)Way->User + (Offset - At.QuadPart);
    return Status;
}

static NTSTATUS MapperSection(MAPPER_WAY *Way)
{
    OBJECT_ATTRIBUTES Attributes;
    LARGE_INTEGER Size;
    HANDLE Section;
    SIZE_T Bytes = 0;
    NTSTATUS Status;

    Size.QuadPart = 3 * PAGE_SIZE;
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    Status = ZwCreateSection(
        &Section, SECTION_ALL_ACCESS, &Attributes, &Size, PAGE_READWRITE, SEC_COMMIT, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObReferenceObjectByHandle(Section, 0, NULL, KernelMode, &Way->Object, NULL);
    if (NT_SUCCESS(Status))
        Status = MmMapViewInSystemSpace(Way->Object, (PVOID *)&Way->Here, &Bytes);
    if (NT_SUCCESS(Status)) {
        RtlCopyMemory(Way->Here, "section", 8);
        Status = MapperView(Section, 0, Way);
    }
    ZwClose(Section);
    return Status;
}

static PUCHAR MapperPage(VOID)
{
    PHYSICAL_ADDRESS Highest;

    Highest.QuadPart = 0x7FFFFFFF;
    return MmAllocateContiguousMemory(PAGE_SIZE, Highest);
}

static NTSTATUS MapperPhysical(MAPPER_WAY *Way)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\Device\\PhysicalMemory");
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Section;
    NTSTATUS Status;

    Way->Here = MapperPage();
    if (Way->Here == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlCopyMemory(Way->Here, "physical", 9);
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL, NULL);
    Status = ZwOpenSection(&Section, SECTION_ALL_ACCESS, &Attributes);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = MapperView(Section, MmGetPhysicalAddress(Way->Here).QuadPart, Way);
    ZwClose(Section);
    return Status;
}

static NTSTATUS MapperMdl(MAPPER_WAY *Way)
{
    Way->Here = MapperPage();
    Way->Mdl = Way->Here != NULL ? IoAllocateMdl(Way->Here, PAGE_SIZE, FALSE, FALSE, NULL) : NULL;
    if (Way->Mdl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlCopyMemory(Way->Here, "mdl", 4);
    MmBuildMdlForNonPagedPool(Way->Mdl);
    __try {
        Way->User = MmMapLockedPagesSpecifyCache(
            Way->Mdl, UserMode, MmCached, NULL, FALSE, NormalPagePriority);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
    return Way->User != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

static NTSTATUS MapperUndo(ULONG Index)
{
    MAPPER_WAY *Way = &Mapper[Index];
    NTSTATUS Status = STATUS_SUCCESS;
    SIZE_T Bytes = 0;

    if (Way->User != NULL && Way->Mdl != NULL)
        MmUnmapLockedPages(Way->User, Way->Mdl);
    else if (Way->User != NULL && Index == 0)
        Status = ZwFreeVirtualMemory(MAPPER_SELF, &Way->User, &Bytes, MEM_RELEASE);
    else if (Way->User != NULL)
        Status = ZwUnmapViewOfSection(MAPPER_SELF, Way->User);
    if (Way->Mdl != NULL)
        IoFreeMdl(Way->Mdl);
    if (Way->Object != NULL) {
        if (Way->Here != NULL)
            MmUnmapViewInSystemSpace(Way->Here);
        ObDereferenceObject(Way->Object);
    } else if (Way->Here != NULL) {
        MmFreeContiguousMemory(Way->Here);
    }
    RtlZeroMemory(Way, sizeof(*Way));
    return Status;
}

static NTSTATUS MapperMake(ULONG Index)
{
    static NTSTATUS (*const Make[MAPPER_WAYS])(MAPPER_WAY * Way) = {
        MapperAllocate, MapperSection, MapperPhysical, MapperMdl};

    if (Mapper[Index].User != NULL)
        return STATUS_DEVICE_BUSY;
    return Make[Index](&Mapper[Index]);
}

static NTSTATUS MapperControl(ULONG Function, PVOID Buffer, ULONG In, ULONG Out, ULONG_PTR *Done)
{
    ULONG Index = (Function < MAPPER_READ       ? Function
                          : In >= sizeof(ULONG) ? *(ULONG *)Buffer
                                                : 0) -
        MAPPER_FIRST;
    NTSTATUS Status;

    if (Index >= MAPPER_WAYS || Function > MAPPER_UNDO)
        return STATUS_INVALID_DEVICE_REQUEST;
    if (Function == MAPPER_UNDO)
        return MapperUndo(Index);
    if (Out < (Function == MAPPER_READ ? 16u : sizeof(ULONG64)))
        return STATUS_BUFFER_TOO_SMALL;
    if (Function == MAPPER_READ) {
        __try {
            RtlCopyMemory(
                Buffer, Mapper[Index].Here != NULL ? Mapper[Index].Here : Mapper[Index].User, 16);
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            return GetExceptionCode();
        }
        *Done = 16;
        return STATUS_SUCCESS;
    }
    Status = MapperMake(Index);
    if (!NT_SUCCESS(Status)) {
        MapperUndo(Index);
        return Status;
    }
    *(ULONG64 *)Buffer = (ULONG_PTR)Mapper[Index].User;
    *Done = sizeof(ULONG64);
    return STATUS_SUCCESS;
}

static NTSTATUS NTAPI MapperDispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    NTSTATUS Status = STATUS_SUCCESS;
    ULONG_PTR Done = 0;

    UNREFERENCED_PARAMETER(DeviceObject);
    if (Stack->MajorFunction == IRP_MJ_DEVICE_CONTROL)
        Status = MapperControl(Stack->Parameters.DeviceIoControl.IoControlCode >> 2 & 0xFFF,
            Irp->AssociatedIrp.SystemBuffer, Stack->Parameters.DeviceIoControl.InputBufferLength,
            Stack->Parameters.DeviceIoControl.OutputBufferLength, &Done);
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Done;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

/* What a client that was killed left: its memory went with it. */
static VOID NTAPI MapperUnload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING Link = RTL_CONSTANT_STRING(MAPPER_LINK);
    ULONG Index;

    for (Index = 0; Index < MAPPER_WAYS; Index++) {
        Mapper[Index].User = NULL;
        MapperUndo(Index);
    }
    IoDeleteSymbolicLink(&Link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(MAPPER_DEVICE),
                   Link = RTL_CONSTANT_STRING(MAPPER_LINK);
    PDEVICE_OBJECT Device;
    NTSTATUS Status = IoCreateDevice(
        DriverObject, 0, &Name, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);

    UNREFERENCED_PARAMETER(RegistryPath);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IoCreateSymbolicLink(&Link, &Name);
    if (!NT_SUCCESS(Status)) {
        IoDeleteDevice(Device);
        return Status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = MapperDispatch;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = MapperDispatch;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = MapperDispatch;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = MapperDispatch;
    DriverObject->DriverUnload = MapperUnload;
    return STATUS_SUCCESS;
}
