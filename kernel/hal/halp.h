/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by the files of kernel/hal only. */
#pragma once

#include "hal/hal.h"

#define HALP_CMOS_BYTES 256u
#define HALP_CMOS_BANK 128u /* what one index register reaches */

/* Status registers of the clock. */
#define HALP_STATUS_A 0x0Au
#define HALP_STATUS_B 0x0Bu
#define HALP_STATUS_C 0x0Cu
#define HALP_STATUS_D 0x0Du
#define HALP_CENTURY 0x32u
#define HALP_STATUS_B_24_HOURS 0x02u

/* cmos.c. Both run in the fault handler. */
extern UCHAR HalpCmos[HALP_CMOS_BYTES]; /* read and written a byte at a time, atomically */
NTSTATUS HalpInitializeCmos(void);
UCHAR HalpReadCmos(UCHAR Register);
void HalpWriteCmos(UCHAR Register, UCHAR Value);

/* clock.c: the registers of the clock, time, alarm and status. */
void HalpInitializeClock(void);
BOOLEAN HalpIsClock(UCHAR Register);
UCHAR HalpReadClock(UCHAR Register);
void HalpWriteClock(UCHAR Register, UCHAR Value);

/* memory.c */
void HalpResetMemory(void);

/* pci.c. Slot: device << 3 | function, on bus 0. What is read beyond the space or of no function is
 * all ones. */
#define HALP_PCI_BYTES 256u
NTSTATUS HalpInitializePci(void);
BOOLEAN HalpPciPresent(UCHAR Slot);
UCHAR HalpReadPciByte(UCHAR Slot, ULONG Offset);
void HalpWritePci(UCHAR Slot, ULONG Offset, const UCHAR *Value, ULONG Length);
