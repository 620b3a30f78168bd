/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The I/O port space: a table of devices by range. Devices are added, never taken away while the
 * machine runs, so that an access may look through the table without a lock: a slot counts once
 * HalpPortCount includes it.
 */
#include <string.h>

#include "hal/bios.h"
#include "hal/dispatch.h"
#include "hal/environment.h"
#include "hal/dma.h"
#include "hal/halp.h"
#include "hal/inbv.h"

#define HALP_PORT_DEVICES 64u

static dotsys_port_device HalpPort[HALP_PORT_DEVICES];
static char HalpPortName[HALP_PORT_DEVICES][32];
static ULONG HalpPortCount;
static KSPIN_LOCK HalpPortLock;

static ULONG HalpAllOnes(UCHAR SizeBytes)
{
    return SizeBytes == 4 ? 0xFFFFFFFFu : (1u << SizeBytes * 8) - 1;
}

static const dotsys_port_device *HalpFindPort(USHORT Port, UCHAR SizeBytes)
{
    ULONG Count = __atomic_load_n(&HalpPortCount, __ATOMIC_ACQUIRE);
    for (ULONG Index = 0; Index < Count; Index++) {
        const dotsys_port_device *Device = &HalpPort[Index];
        if (Port >= Device->base && (ULONG)Port + SizeBytes <= (ULONG)Device->base + Device->count)
            return Device;
    }
    return NULL;
}

ULONG HaliReadPort(USHORT Port, UCHAR SizeBytes)
{
    const dotsys_port_device *Device = HalpFindPort(Port, SizeBytes);
    if (Device != NULL && Device->read != NULL)
        return Device->read(Device->context, (uint16_t)(Port - Device->base), SizeBytes) &
            HalpAllOnes(SizeBytes);
    if (Device == NULL && SizeBytes > 1) {
        /* The bus splits an access no device takes whole: part of it may be somebody's. */
        ULONG Half = SizeBytes / 2u;
        ULONG Low = HaliReadPort(Port, (UCHAR)Half);
        return Low | HaliReadPort((USHORT)(Port + Half), (UCHAR)Half) << Half * 8;
    }
    return HalpAllOnes(SizeBytes);
}

void HaliWritePort(USHORT Port, UCHAR SizeBytes, ULONG Value)
{
    const dotsys_port_device *Device = HalpFindPort(Port, SizeBytes);
    Value &= HalpAllOnes(SizeBytes);
    if (Device != NULL && Device->write != NULL) {
        Device->write(Device->context, (uint16_t)(Port - Device->base), SizeBytes, Value);
    } else if (Device == NULL && SizeBytes > 1) {
        ULONG Half = SizeBytes / 2u;
        HaliWritePort(Port, (UCHAR)Half, Value);
        HaliWritePort((USHORT)(Port + Half), (UCHAR)Half, Value >> Half * 8);
    }
}

static BOOLEAN HalpPortAccess(USHORT Port, UCHAR SizeBytes, BOOLEAN Write, ULONG *Value)
{
    if (Write)
        HaliWritePort(Port, SizeBytes, *Value);
    else
        *Value = HaliReadPort(Port, SizeBytes);
    return TRUE;
}

NTSTATUS HaliAttachPort(const dotsys_port_device *Device)
{
    NTSTATUS Status = STATUS_SUCCESS;
    if (Device->size != sizeof(*Device) || Device->count == 0 ||
        (ULONG)Device->base + Device->count > 0x10000)
        return STATUS_INVALID_PARAMETER;
    KIRQL Old = KiAcquireLock(&HalpPortLock);
    for (ULONG Index = 0; Index < HalpPortCount; Index++) {
        if (Device->base < HalpPort[Index].base + HalpPort[Index].count &&
            HalpPort[Index].base < Device->base + Device->count)
            Status = STATUS_CONFLICTING_ADDRESSES;
    }
    if (NT_SUCCESS(Status) && HalpPortCount == HALP_PORT_DEVICES)
        Status = STATUS_INSUFFICIENT_RESOURCES;
    if (NT_SUCCESS(Status)) {
        HalpPort[HalpPortCount] = *Device;
        strncpy(HalpPortName[HalpPortCount], Device->name != NULL ? Device->name : "",
            sizeof(HalpPortName[0]) - 1);
        HalpPort[HalpPortCount].name = HalpPortName[HalpPortCount];
        __atomic_store_n(&HalpPortCount, HalpPortCount + 1, __ATOMIC_RELEASE);
    }
    KiReleaseLock(&HalpPortLock, Old);
    return Status;
}

NTSTATUS HalInitialize(void)
{
    memset(HalpPort, 0, sizeof(HalpPort));
    memset(HalpPortName, 0, sizeof(HalpPortName));
    HalpPortCount = 0;
    HalpPortLock = 0;
    HalpResetDma();
    HalpResetBootVideo();
    HalpResetBios();
    HalpResetDispatch();
    HalpResetEnvironment();
    HalpResetMemory();
    KePortAccess = HalpPortAccess;
    NTSTATUS Status = HalpInitializeCmos();
    return NT_SUCCESS(Status) ? HalpInitializePci() : Status;
}
