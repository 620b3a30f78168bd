/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a current WDK has and mingw-w64 has not: annotations, try and except, zeroed pool, reader
 * and writer spin locks, precise clocks, 64-bit operations for x86, a device whose descriptor is
 * SDDL.
 */
#include <ntddk.h>
#include <dontuse.h>
#include <wdmsec.h>

#define MODERN_TAG 'ndoM'

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD ModernUnload;
_Dispatch_type_(IRP_MJ_CREATE) _Dispatch_type_(IRP_MJ_CLOSE) static DRIVER_DISPATCH ModernOpen;
static IO_CSQ_INSERT_IRP ModernInsert;
NTSTATUS ModernObjects(VOID);

static const UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\DosDevices\\Modern");

static VOID NTAPI ModernInsert(PIO_CSQ Csq, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Csq);
    UNREFERENCED_PARAMETER(Irp);
}

_Use_decl_annotations_ static NTSTATUS ModernOpen(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

_IRQL_requires_max_(APC_LEVEL) static NTSTATUS ModernRead(PVOID Address)
{
    NTSTATUS Status = STATUS_SUCCESS;

    try {
        ProbeForRead(Address, 16, 1);
        if (*(volatile UCHAR *)Address != 0)
            leave;
        DbgPrint("modern: a zero\n");
    } except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    return Status;
}

static LONG64 ModernCount(VOID)
{
    static LONG64 Count = 0x7FFFFFFF;
    EX_SPIN_LOCK Lock = 0;
    KIRQL OldIrql = ExAcquireSpinLockExclusive(&Lock);

    InterlockedAdd64(&Count, 1);
    InterlockedIncrement64(&Count);
    ExReleaseSpinLockExclusive(&Lock, OldIrql);
    return Count + ReadNoFence(&Lock);
}

static BOOLEAN ModernZeroed(VOID)
{
    UCHAR *New = ExAllocatePool2(POOL_FLAG_NON_PAGED, 64, MODERN_TAG);
    UCHAR *Old = ExAllocatePoolZero(NonPagedPoolNx, 64, MODERN_TAG);
    BOOLEAN Zero = New != NULL && Old != NULL && New[63] == 0 && Old[63] == 0;

    if (New != NULL)
        ExFreePoolWithTag(New, MODERN_TAG);
    if (Old != NULL)
        ExFreePoolWithTag(Old, MODERN_TAG);
    return Zero;
}

static ULONG ModernRegister(VOID)
{
    ULONG Register[2] = {0x12345678, 0x9ABCDEF0}, Value[2] = {0, 0};

    READ_REGISTER_BUFFER_ULONG(Register, Value, 2);
    __nop();
    return _byteswap_ulong(Value[1]);
}

static VOID ModernUnload(PDRIVER_OBJECT DriverObject)
{
    IoDeleteSymbolicLink((PUNICODE_STRING)&LinkName);
    while (DriverObject->DeviceObject != NULL)
        IoDeleteDevice(DriverObject->DeviceObject);
}

_Use_decl_annotations_ NTSTATUS DriverEntry(
    PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\Device\\Modern"),
                   Wrong = RTL_CONSTANT_STRING(L"D:P(A;;GA;;;SY)(A;;GA;;;nobody)"),
                   Numbers = RTL_CONSTANT_STRING(L"D:P(A;;0x1F01FF;;;S-1-5-32-544)(A;;GRGX;;;BU)");
    LARGE_INTEGER Now, Precise;
    PDEVICE_OBJECT DeviceObject;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(RegistryPath);
    ExInitializeDriverRuntime(DrvRtPoolNxOptIn);
    DriverObject->DriverUnload = ModernUnload;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = ModernOpen;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = ModernOpen;

    KeQuerySystemTime(&Now);
    KeQuerySystemTimePrecise(&Precise);
    DbgPrint("modern: clock %d, zeroed %d, count %I64x, insert %d\n",
        Precise.QuadPart >= Now.QuadPart, ModernZeroed(), ModernCount(),
        (PIO_CSQ_INSERT_IRP)ModernInsert == ModernInsert);
    DbgPrint("modern: 0x%08X, %08X\n", ModernRead((PVOID)8), ModernRegister());
    Status = ModernObjects();
    if (!NT_SUCCESS(Status))
        return Status;

    Status = IoCreateDeviceSecure(DriverObject, 0, &Name, FILE_DEVICE_UNKNOWN,
        FILE_DEVICE_SECURE_OPEN, FALSE, &Wrong, NULL, &DeviceObject);
    DbgPrint("modern: wrong text is 0x%08X\n", Status);
    Status = IoCreateDeviceSecure(DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN,
        FILE_DEVICE_SECURE_OPEN, FALSE, &Numbers, NULL, &DeviceObject);
    DbgPrint("modern: numbers are 0x%08X\n", Status);
    Status = IoCreateDeviceSecure(DriverObject, 0, &Name, FILE_DEVICE_UNKNOWN,
        FILE_DEVICE_SECURE_OPEN, FALSE, &SDDL_DEVOBJ_SYS_ALL_ADM_ALL, NULL, &DeviceObject);
    if (!NT_SUCCESS(Status))
        return Status;
    return IoCreateSymbolicLink((PUNICODE_STRING)&LinkName, &Name);
}
