/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#include <ntddk.h>

/* Declared by hand where the headers do not: they know for which Windows it is. */
#ifndef MM_COPY_MEMORY_VIRTUAL
typedef union _SAMPLE_COPY_ADDRESS {
    PVOID VirtualAddress;
    PHYSICAL_ADDRESS PhysicalAddress;
} MM_COPY_ADDRESS;

NTKERNELAPI NTSTATUS NTAPI MmCopyMemory(PVOID TargetAddress, MM_COPY_ADDRESS SourceAddress,
    SIZE_T NumberOfBytes, ULONG Flags, PSIZE_T NumberOfBytesTransferred);
#endif

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD SampleUnload;

static VOID NTAPI SampleUnload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->DriverUnload = SampleUnload;
    {
        MM_COPY_ADDRESS Source = {.VirtualAddress = DriverObject};
        SIZE_T Copied = 0;
        UCHAR Byte;

        if (!NT_SUCCESS(MmCopyMemory(&Byte, Source, 1, 2, &Copied)) || Copied != 1)
            return STATUS_UNSUCCESSFUL;
    }
    return STATUS_SUCCESS;
}
