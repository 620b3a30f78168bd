/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What a driver left behind when it was unloaded. */
#pragma once

#include "io/iop.h"

/*
 * Reports as findings everything still booked to the driver's image: pool, devices, symbolic links,
 * other objects, requests. Devices left are made unusable, since their code is about to go. Called
 * after DriverUnload, image still mapped.
 */
void IopReportLeaks(DRIVER_OBJECT *Driver, const LDR_IMAGE *Image, const char *Name);

/* What a driver has left, of what the verifier looks at. */
typedef struct IO_LEFT {
    const LDR_IMAGE *Image;
    ULONG_PTR Timer, Dpc;    /* the first of each; 0: none */
    ULONG_PTR Thread;        /* the routine of the first one that still runs; 0: none does */
    ULONG_PTR Routine;       /* of the driver's that it would call */
    ULONG Blocks;            /* of pool, allocated by calls of the driver's own */
    SIZE_T PagedBytes, NonPagedBytes;
} IO_LEFT;

/* Who adds to these reports. */
typedef struct IO_LEAK_WATCH {
    /* Further lines of a finding about a block or an object: "" or each with a line end before
     * it. */
    void (*DescribeBlock)(const void *Block, char *Text, SIZE_T Size);
    void (*DescribeObject)(const void *Object, char *Text, SIZE_T Size);
    /* All has been reported. */
    void (*Reported)(const IO_LEFT *Left);
} IO_LEAK_WATCH;

extern const IO_LEAK_WATCH *IoLeakWatch; /* NULL: nobody; set before the machine starts */

/* A pool tag as people read it, unprintable bytes as dots. Returns Text. */
const char *IopTagText(ULONG Tag, char Text[5]);

/* extension.c: frees what IoAllocateDriverObjectExtension gave. */
void IopFreeDriverExtensions(DRIVER_OBJECT *DriverObject);
