/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a device that is a bus master does: it reads and writes memory by itself, whatever
 * protection a page has for processors. Pages nobody has are left alone: a device that still writes
 * where a driver's buffer was is told so.
 */
#include "hal/hal.h"
#include "mm/device.h"

NTSTATUS HaliTransferMemory(ULONG64 Address, void *Buffer, SIZE_T Bytes, BOOLEAN Write)
{
    UCHAR *At = Buffer;
    while (Bytes != 0) {
        SIZE_T Part = PAGE_SIZE - (SIZE_T)(Address % PAGE_SIZE);
        Part = Part < Bytes ? Part : Bytes;
        if (MmPageTable == NULL || Address >= MM_RAM_BYTES || MmIsDeviceMemory(Address) ||
            __atomic_load_n(&MmPageTable[Address / PAGE_SIZE].Kind, __ATOMIC_RELAXED) ==
                MM_PAGE_FREE ||
            host_ram_transfer(Address, At, Part, Write) != 0)
            return STATUS_INVALID_ADDRESS;
        Address += Part;
        At += Part;
        Bytes -= Part;
    }
    return STATUS_SUCCESS;
}
