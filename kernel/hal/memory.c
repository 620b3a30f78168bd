/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Devices in memory: a table by range, like that of ports. Drivers reach them where they have
 * mapped their pages, which are inaccessible: the fault handler carries the access out with the
 * device's functions. What is in a device's last page behind its end reads as ones, and takes no
 * writes.
 */
#include <string.h>

#include "hal/halp.h"
#include "mm/device.h"

#define HALP_MEMORY_DEVICES 64u

static dotsys_memory_device HalpMemory[HALP_MEMORY_DEVICES];
static ULONG HalpMemoryCount;
static KSPIN_LOCK HalpMemoryLock;

void HalpResetMemory(void)
{
    HalpMemoryCount = 0;
    HalpMemoryLock = 0;
    KeDeviceAccess = NULL;
}

static ULONG64 HalpPagesOf(const dotsys_memory_device *Device)
{
    return (Device->count + PAGE_SIZE - 1) & ~(ULONG64)(PAGE_SIZE - 1);
}

static const dotsys_memory_device *HalpFindMemory(ULONG64 Physical)
{
    ULONG Count = __atomic_load_n(&HalpMemoryCount, __ATOMIC_ACQUIRE);
    for (ULONG Index = 0; Index < Count; Index++) {
        if (Physical - HalpMemory[Index].base < HalpPagesOf(&HalpMemory[Index]))
            return &HalpMemory[Index];
    }
    return NULL;
}

static void HalpAccessRegister(
    const dotsys_memory_device *Device, ULONG64 Offset, ULONG Bytes, BOOLEAN Write, UCHAR *Value)
{
    uint64_t Number = ~(uint64_t)0;
    const BOOLEAN Inside = Offset < Device->count && Bytes <= Device->count - Offset;
    if (Write) {
        Number = 0;
        memcpy(&Number, Value, Bytes);
        if (Inside && Device->write != NULL)
            Device->write(Device->context, Offset, Bytes, Number);
    } else {
        if (Inside && Device->read != NULL)
            Number = Device->read(Device->context, Offset, Bytes);
        memcpy(Value, &Number, Bytes);
    }
}

/* A wide access comes in parts of eight, as over a bus. */
static BOOLEAN HalpMemoryAccess(ULONG_PTR Address, ULONG SizeBytes, BOOLEAN Write, void *Value)
{
    ULONG64 Physical;
    const dotsys_memory_device *Device = MmFindDevice(Address, &Physical) ? HalpFindMemory(Physical)
                                                                          : NULL;
    if (Device == NULL)
        return FALSE;
    for (ULONG Done = 0; Done < SizeBytes; Done += 8) {
        HalpAccessRegister(Device, Physical - Device->base + Done,
            SizeBytes - Done < 8 ? SizeBytes - Done : 8, Write, (UCHAR *)Value + Done);
    }
    return TRUE;
}

NTSTATUS HaliAttachMemory(const dotsys_memory_device *Device)
{
    NTSTATUS Status = STATUS_INSUFFICIENT_RESOURCES;
    if (Device->size != sizeof(*Device) || Device->count == 0 ||
        Device->count > ~(ULONG64)0 - PAGE_SIZE)
        return STATUS_INVALID_PARAMETER;
    KIRQL Old = KiAcquireLock(&HalpMemoryLock);
    if (HalpMemoryCount < HALP_MEMORY_DEVICES)
        Status = MmClaimDeviceMemory(Device->base, HalpPagesOf(Device));
    if (NT_SUCCESS(Status)) {
        HalpMemory[HalpMemoryCount] = *Device;
        __atomic_store_n(&HalpMemoryCount, HalpMemoryCount + 1, __ATOMIC_RELEASE);
        KeDeviceAccess = HalpMemoryAccess;
    }
    KiReleaseLock(&HalpMemoryLock, Old);
    return Status;
}
