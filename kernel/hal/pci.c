/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * PCI bus 0: functions by slot with their configuration spaces, the host bridge among them, and the
 * ports of configuration mechanism 1: the address at 0xCF8, taken whole only, the data at 0xCFC.
 * Functions are added, never taken away. Accesses run in the fault handler; bytes are read and
 * written one at a time, atomically.
 */
#include <string.h>

#include "hal/halp.h"

#define HALP_PCI_FUNCTIONS 32u
#define HALP_PCI_SLOTS 256u
#define HALP_PCI_ENABLE 0x80000000u
#define HALP_PCI_DATA 4u /* offset of the data register */

static dotsys_pci_function HalpFunction[HALP_PCI_FUNCTIONS];
static ULONG HalpFunctionCount;
static UCHAR HalpFunctionAt[HALP_PCI_SLOTS]; /* index + 1; 0: none. Set last. */
static KSPIN_LOCK HalpPciLock;
static ULONG HalpPciAddress;

static dotsys_pci_function *HalpFindFunction(UCHAR Slot)
{
    const UCHAR Index = __atomic_load_n(&HalpFunctionAt[Slot], __ATOMIC_ACQUIRE);
    return Index != 0 ? &HalpFunction[Index - 1] : NULL;
}

BOOLEAN HalpPciPresent(UCHAR Slot)
{
    return HalpFindFunction(Slot) != NULL;
}

UCHAR HalpReadPciByte(UCHAR Slot, ULONG Offset)
{
    const dotsys_pci_function *Function = HalpFindFunction(Slot);
    if (Function == NULL || Offset >= HALP_PCI_BYTES)
        return 0xFF;
    return __atomic_load_n(&Function->config[Offset], __ATOMIC_RELAXED);
}

void HalpWritePci(UCHAR Slot, ULONG Offset, const UCHAR *Value, ULONG Length)
{
    dotsys_pci_function *Function = HalpFindFunction(Slot);
    if (Function == NULL || Length == 0)
        return;
    for (ULONG Index = 0; Index < Length; Index++) {
        const UCHAR Mask = Function->writable[Offset + Index];
        const UCHAR Before = __atomic_load_n(&Function->config[Offset + Index], __ATOMIC_RELAXED);
        __atomic_store_n(&Function->config[Offset + Index],
            (UCHAR)((Before & ~Mask) | (Value[Index] & Mask)), __ATOMIC_RELAXED);
    }
    if (Function->written != NULL)
        Function->written(Function->context, (uint16_t)Offset, Length);
}

/* ---- the ports ------------------------------------------------------------------------------- */

/* Which slot the address register chooses. FALSE: none of bus 0, or the data register is off. */
static BOOLEAN HalpChosen(UCHAR *Slot, ULONG *Offset)
{
    const ULONG Address = __atomic_load_n(&HalpPciAddress, __ATOMIC_RELAXED);
    *Slot = (UCHAR)(Address >> 8);
    *Offset = Address & 0xFC;
    return (Address & HALP_PCI_ENABLE) != 0 && (Address >> 16 & 0xFF) == 0;
}

static uint32_t HalpPciIn(void *Context, uint16_t Port, unsigned Bytes)
{
    UCHAR Slot;
    ULONG Offset;
    uint32_t Value = 0;
    (void)Context;
    if (Port == 0 && Bytes == 4)
        return __atomic_load_n(&HalpPciAddress, __ATOMIC_RELAXED);
    if (Port < HALP_PCI_DATA || !HalpChosen(&Slot, &Offset))
        return ~0u;
    for (unsigned Index = 0; Index < Bytes; Index++)
        Value |= (uint32_t)HalpReadPciByte(Slot, Offset + Port - HALP_PCI_DATA + Index)
            << Index * 8;
    return Value;
}

static void HalpPciOut(void *Context, uint16_t Port, unsigned Bytes, uint32_t Value)
{
    UCHAR Slot,
        Byte[4] = {(UCHAR)Value, (UCHAR)(Value >> 8), (UCHAR)(Value >> 16), (UCHAR)(Value >> 24)};
    ULONG Offset;
    (void)Context;
    if (Port == 0 && Bytes == 4)
        __atomic_store_n(&HalpPciAddress, Value & 0x80FFFFFC, __ATOMIC_RELAXED);
    else if (Port >= HALP_PCI_DATA && HalpChosen(&Slot, &Offset))
        HalpWritePci(Slot, Offset + Port - HALP_PCI_DATA, Byte, Bytes);
}

/* ---- plugging in ----------------------------------------------------------------------------- */

NTSTATUS HaliAttachPci(const dotsys_pci_function *Function)
{
    NTSTATUS Status = STATUS_SUCCESS;
    if (Function->size != sizeof(*Function) || Function->device > 31 || Function->function > 7 ||
        (Function->config[0] == 0xFF && Function->config[1] == 0xFF))
        return STATUS_INVALID_PARAMETER;
    const UCHAR Slot = (UCHAR)(Function->device << 3 | Function->function);
    KIRQL Old = KiAcquireLock(&HalpPciLock);
    if (HalpFunctionAt[Slot] != 0)
        Status = STATUS_CONFLICTING_ADDRESSES;
    else if (HalpFunctionCount == HALP_PCI_FUNCTIONS)
        Status = STATUS_INSUFFICIENT_RESOURCES;
    if (NT_SUCCESS(Status)) {
        HalpFunction[HalpFunctionCount++] = *Function;
        __atomic_store_n(&HalpFunctionAt[Slot], (UCHAR)HalpFunctionCount, __ATOMIC_RELEASE);
    }
    KiReleaseLock(&HalpPciLock, Old);
    return Status;
}

NTSTATUS HalpInitializePci(void)
{
    static const dotsys_port_device Ports = {.size = sizeof(Ports),
        .name = "pci", .base = 0xCF8, .count = 8, .read = HalpPciIn, .write = HalpPciOut};
    /* A 440FX host bridge: vendor and device, command, status, revision 2, class 06/00; no base
     * addresses. */
    static const dotsys_pci_function Bridge = {.size = sizeof(Bridge),
        .config = {0x86, 0x80, 0x37, 0x12, 0x06, 0x00, 0x80, 0x02, 0x02, 0x00, 0x00, 0x06}};
    memset(HalpFunction, 0, sizeof(HalpFunction));
    memset(HalpFunctionAt, 0, sizeof(HalpFunctionAt));
    HalpFunctionCount = HalpPciAddress = 0;
    HalpPciLock = 0;
    NTSTATUS Status = HaliAttachPci(&Bridge);
    return NT_SUCCESS(Status) ? HaliAttachPort(&Ports) : Status;
}
