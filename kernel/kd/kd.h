/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * kd for the other components: what drivers print, and reports about a stopped machine. Lines go to
 * the sink the embedder gave, whole, in the order they were printed, with time, thread and the
 * driver that printed them.
 */
#pragma once

#include "io/io.h"

typedef void (*KD_SINK)(
    void *Context, ULONG64 Time100ns, ULONG ThreadId, const char *Source, const char *Text);

void KdInitialize(KD_SINK Sink, void *Context);
/* Hands on what drivers printed without ending the line: before the machine stops, or waits for
 * long. */
void KdFlush(void);
void KdLog(const char *Source, const char *Format, ...) __attribute__((format(printf, 2, 3)));

/* The report of the bugcheck that stopped the machine; NULL: it runs. Lives until KdInitialize. */
const char *KdGetReport(void);
void KdInitializeReport(void);

/*
 * Keeping the last requests of each device, for the report: Irp is at Device, at its current
 * location; it is completed as far as that. Up to DISPATCH_LEVEL.
 */
void KdResetRequests(void);
void KdLogRequest(IRP *Irp, const DEVICE_OBJECT *Device);
void KdLogCompletion(IRP *Irp);

/* Findings: what a driver did wrong that did not stop the machine. The kinds are dotsys.h's. */
typedef void (*KD_FINDING_SINK)(
    void *Context, int Kind, const char *Driver, const char *Text, const char *Image, ULONG64 Site);
void KdSetFindingSink(KD_FINDING_SINK Sink, void *Context);
/* Site: an address in the driver concerned, or 0. Counts towards KdFindingCount. */
void KdFinding(int Kind, ULONG_PTR Site, const char *Format, ...)
    __attribute__((format(printf, 3, 4)));
ULONG KdFindingCount(void);
