/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Scatter/gather lists, for both generations of routines. */
#pragma once

#include "hal/dma.h"

/* What stands before a list that a driver is given. */
typedef struct HALP_LIST {
    const HALP_ADAPTER *Adapter;
    HALP_MAP *Map; /* NULL: the device reaches all of it */
    MDL *Target;   /* made by BuildMdlFromScatterGatherList */
    BOOLEAN Allocated;
    SCATTER_GATHER_LIST List;
} HALP_LIST;

/* The most a list for that much takes, in bytes and, if wanted, map registers. Statuses of
 * GetScatterGatherList. */
NTSTATUS HalpSizeList(const HALP_ADAPTER *Adapter, const MDL *Mdl, const UCHAR *Va, ULONG Length,
    ULONG *ListSize, ULONG *Registers);
/* Buffer: the driver's; NULL: from the pool. Statuses of BuildScatterGatherList. */
NTSTATUS HalpMakeList(const HALP_ADAPTER *Adapter, MDL *Mdl, UCHAR *Va, ULONG Length,
    BOOLEAN WriteToDevice, void *Buffer, ULONG BufferBytes, HALP_LIST **Result);
