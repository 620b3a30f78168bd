/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Findings: counted, and passed to the embedder's sink with the driver and the place concerned. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kd/kd.h"

static KD_FINDING_SINK KdpSink;
static void *KdpSinkContext;
static _Atomic ULONG KdpFindings;

void KdSetFindingSink(KD_FINDING_SINK Sink, void *Context)
{
    KdpSink = Sink;
    KdpSinkContext = Context;
    KdpFindings = 0;
}

ULONG KdFindingCount(void)
{
    return KdpFindings;
}

void KdFinding(int Kind, ULONG_PTR Site, const char *Format, ...)
{
    char Text[3072], Driver[64] = "";
    const LDR_IMAGE *Image = LdrFindImage(Site);
    va_list Arguments;
    va_start(Arguments, Format);
    vsnprintf(Text, sizeof(Text), Format, Arguments);
    va_end(Arguments);
    if (Image != NULL) {
        snprintf(Driver, sizeof(Driver), "%s", Image->Name);
        char *Dot = strrchr(Driver, '.');
        if (Dot != NULL)
            *Dot = 0;
    }
    KdpFindings++;
    if (KdpSink != NULL)
        KdpSink(KdpSinkContext, Kind, Image != NULL ? Driver : NULL, Text,
            Image != NULL ? Image->HostPath : NULL,
            Image != NULL ? Site - (ULONG_PTR)Image->Base : 0);
}
