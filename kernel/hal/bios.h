/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Calls of a PC's BIOS (bios.c). */
#pragma once

#include "hal/hal.h"

void HalpResetBios(void);

BOOLEAN NTAPI x86BiosCall(ULONG BiosCommand, void *Registers);
NTSTATUS NTAPI x86BiosAllocateBuffer(ULONG *Size, USHORT *Segment, USHORT *Offset);
NTSTATUS NTAPI x86BiosFreeBuffer(USHORT Segment, USHORT Offset);
NTSTATUS NTAPI x86BiosReadMemory(USHORT Segment, USHORT Offset, void *Buffer, ULONG Size);
NTSTATUS NTAPI x86BiosWriteMemory(USHORT Segment, USHORT Offset, void *Buffer, ULONG Size);
#if defined(__i386__)
NTSTATUS NTAPI Ke386CallBios(ULONG BiosCommand, void *BiosArguments);
#endif
