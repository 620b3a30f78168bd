/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What io exports about boot entries of EFI (firmware.c). */
#pragma once

#include "io/io.h"

/* S: services of two arguments, S1: of one. */
#define IOP_EFI_SERVICES(S, S1)                  \
    S(ZwAddBootEntry, void *, ULONG *)           \
    S(ZwAddDriverEntry, void *, ULONG *)         \
    S1(ZwDeleteBootEntry, ULONG)                 \
    S1(ZwDeleteDriverEntry, ULONG)               \
    S(ZwEnumerateBootEntries, void *, ULONG *)   \
    S(ZwEnumerateDriverEntries, void *, ULONG *) \
    S1(ZwModifyBootEntry, void *)                \
    S1(ZwModifyDriverEntry, void *)              \
    S(ZwQueryBootEntryOrder, ULONG *, ULONG *)   \
    S(ZwQueryBootOptions, void *, ULONG *)       \
    S(ZwQueryDriverEntryOrder, ULONG *, ULONG *) \
    S(ZwSetBootEntryOrder, ULONG *, ULONG)       \
    S(ZwSetBootOptions, void *, ULONG)           \
    S(ZwSetDriverEntryOrder, ULONG *, ULONG)
#define IOP_DECLARE_EFI(Name, First, Second) NTSTATUS NTAPI Name(First A, Second B);
#define IOP_DECLARE_EFI_1(Name, First)       NTSTATUS NTAPI Name(First A);
IOP_EFI_SERVICES(IOP_DECLARE_EFI, IOP_DECLARE_EFI_1)
#undef IOP_DECLARE_EFI
#undef IOP_DECLARE_EFI_1
