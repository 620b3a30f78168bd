/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The two 8237 controllers of a PC, for devices that are no bus masters. No machine has them by
 * itself: a device library may, at their ports. Where nobody answers the count reads as after the
 * last byte. Channels 0 to 3 count bytes, 5 to 7 words; 4 joins the two.
 */
#include "hal/dma.h"
#include "hal/hal.h"

#define HALP_MODE_SINGLE 0x40u
#define HALP_MODE_AUTO 0x10u
#define HALP_MODE_FROM_DEVICE 0x04u /* a transfer into memory */
#define HALP_MODE_TO_DEVICE 0x08u
#define HALP_MASKED 0x04u

typedef struct HALP_ISA_PORTS {
    USHORT Address, Count, Mask, Mode, ClearByte, Page;
} HALP_ISA_PORTS;

static KSPIN_LOCK HalpIsaLock;

BOOLEAN HalpIsIsaChannel(ULONG Channel)
{
    return Channel < 8 && Channel != 4;
}

static HALP_ISA_PORTS HalpIsaPorts(ULONG Channel)
{
    static const UCHAR Page[8] = {0x87, 0x83, 0x81, 0x82, 0x8F, 0x8B, 0x89, 0x8A};
    USHORT Line = (USHORT)(Channel & 3);
    if (Channel < 4)
        return (HALP_ISA_PORTS){
            (USHORT)(Line * 2), (USHORT)(Line * 2 + 1), 0x0A, 0x0B, 0x0C, Page[Channel]};
    return (HALP_ISA_PORTS){
        (USHORT)(0xC0 + Line * 4), (USHORT)(0xC2 + Line * 4), 0xD4, 0xD6, 0xD8, Page[Channel]};
}

/* A register of 16 bits behind a port of 8: the low byte first. */
static void HalpWriteIsaPair(USHORT Port, ULONG Value)
{
    HaliWritePort(Port, 1, Value & 0xFF);
    HaliWritePort(Port, 1, Value >> 8 & 0xFF);
}

void HalpStartIsaDma(
    const DEVICE_DESCRIPTION *Device, ULONG64 Physical, ULONG Length, BOOLEAN WriteToDevice)
{
    const HALP_ISA_PORTS Ports = HalpIsaPorts(Device->DmaChannel);
    const ULONG Line = Device->DmaChannel & 3, Shift = Device->DmaChannel >= 4;
    ULONG Mode = Line | (Device->DemandMode ? 0 : HALP_MODE_SINGLE) |
        (Device->AutoInitialize ? HALP_MODE_AUTO : 0) |
        (WriteToDevice ? HALP_MODE_TO_DEVICE : HALP_MODE_FROM_DEVICE);
    KIRQL Old = KiAcquireLock(&HalpIsaLock);
    HaliWritePort(Ports.Mask, 1, HALP_MASKED | Line);
    HaliWritePort(Ports.ClearByte, 1, 0);
    HaliWritePort(Ports.Mode, 1, Mode);
    HalpWriteIsaPair(Ports.Address, (ULONG)(Physical >> Shift) & 0xFFFF);
    HaliWritePort(Ports.Page, 1, (ULONG)(Physical >> 16) & 0xFF);
    HalpWriteIsaPair(Ports.Count, (Length >> Shift) - 1);
    HaliWritePort(Ports.Mask, 1, Line);
    KiReleaseLock(&HalpIsaLock, Old);
}

ULONG HalpReadIsaCounter(ULONG Channel)
{
    const HALP_ISA_PORTS Ports = HalpIsaPorts(Channel);
    KIRQL Old = KiAcquireLock(&HalpIsaLock);
    HaliWritePort(Ports.ClearByte, 1, 0);
    ULONG Count = HaliReadPort(Ports.Count, 1) & 0xFF;
    Count |= (HaliReadPort(Ports.Count, 1) & 0xFF) << 8;
    KiReleaseLock(&HalpIsaLock, Old);
    return ((Count + 1) & 0xFFFF) << (Channel >= 4);
}
