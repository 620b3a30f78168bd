/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * From pieces of text to lines in the sink. A line is put together per thread, from all its prints
 * up to a line end, and handed on early when it reaches KDP_CALL_BYTES, when another driver prints
 * on the thread, when more threads than there are places have begun one, after a second, and at
 * KdFlush.
 *
 * KdpLock guards everything here and is held while the sink runs, so that lines stay whole and in
 * order. Its holder is at DISPATCH_LEVEL, so that neither an exception nor the machine's stop takes
 * it off the thread. What the sink itself prints goes to standard error.
 */
#include "kd/kdp.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "kd/crashp.h"
#include "ldr/ldr.h"

#define KDP_SOURCE_BYTES 64
#define KDP_LINES        32
#define KDP_PATIENCE     10000000u /* a second */

typedef struct KDP_LINE {
    ULONG ThreadId;
    ULONG Length;  /* 0: free */
    ULONG64 Begun; /* host_clock_monotonic */
    ULONG64 Order; /* lower: begun earlier */
    char Source[KDP_SOURCE_BYTES];
    char Text[KDP_CALL_BYTES];
} KDP_LINE;

static _Atomic uint32_t KdpLock; /* 0 free, 1 held, 2 held and waited for */
static KD_SINK KdpSink;
static void *KdpSinkContext;
static KDP_LINE KdpLines[KDP_LINES];
static ULONG64 KdpOrder;
static KD_CRASH_LINE KdpLast[KD_CRASH_LINES]; /* for the report of a crash */
static ULONG KdpLastCount;                    /* lines ever kept there */
static _Thread_local BOOLEAN KdpInside; /* this thread holds KdpLock */

static KIRQL KdpAcquire(void)
{
    KIRQL Old = PASSIVE_LEVEL;
    uint32_t Free = 0;

    if (KeAttached()) {
        Old = KiGetIrql();
        if (Old < DISPATCH_LEVEL)
            KiSetIrql(DISPATCH_LEVEL);
    }
    if (!atomic_compare_exchange_strong(&KdpLock, &Free, 1)) {
        while (atomic_exchange(&KdpLock, 2) != 0)
            host_wait(&KdpLock, 2, HOST_FOREVER);
    }
    KdpInside = TRUE;
    return Old;
}

static void KdpRelease(KIRQL Old)
{
    KdpInside = FALSE;
    if (atomic_exchange(&KdpLock, 0) == 2)
        host_wake(&KdpLock, 1);
    if (KeAttached())
        KiSetIrql(Old);
}

/* ---- Under KdpLock --------------------------------------------------------------------------- */

static void KdpKeepLine(ULONG64 Time, ULONG ThreadId, const char *Source, const char *Text)
{
    KD_CRASH_LINE *Line = &KdpLast[KdpLastCount++ % KD_CRASH_LINES];

    Line->Time100ns = Time;
    Line->ThreadId = ThreadId;
    KdpCopyText(Line->Source, sizeof(Line->Source), Source);
    KdpCopyText(Line->Text, sizeof(Line->Text), Text);
}

static void KdpEmit(ULONG ThreadId, const char *Source, const char *Text, SIZE_T Length)
{
    static char Line[KDP_CALL_BYTES * 3 + 1]; /* a byte of 1252 is at most three of UTF-8 */

    while (Length != 0 && Text[Length - 1] == '\r')
        Length--;
    const ULONG64 Time = host_clock_utc();
    RtlpAnsiToUtf8(Text, Length, Line, sizeof(Line));
    KdpKeepLine(Time, ThreadId, Source, Line);
    if (KdpSink != NULL)
        KdpSink(KdpSinkContext, Time, ThreadId, Source, Line);
}

static void KdpEndLine(KDP_LINE *Line)
{
    KdpEmit(Line->ThreadId, Line->Source, Line->Text, Line->Length);
    Line->Length = 0;
}

/* The line this thread has begun; NULL: none. Lines nobody ends are ended on the way. */
static KDP_LINE *KdpFindLine(ULONG ThreadId, ULONG64 Now)
{
    KDP_LINE *Found = NULL;

    for (KDP_LINE *Line = KdpLines; Line < KdpLines + KDP_LINES; Line++) {
        if (Line->Length == 0)
            continue;
        if (Line->ThreadId == ThreadId)
            Found = Line;
        else if (Now - Line->Begun > KDP_PATIENCE)
            KdpEndLine(Line);
    }
    return Found;
}

static KDP_LINE *KdpBeginLine(const char *Source, ULONG ThreadId, ULONG64 Now)
{
    KDP_LINE *Place = KdpLines;

    for (KDP_LINE *Line = KdpLines; Line < KdpLines + KDP_LINES && Place->Length != 0; Line++) {
        if (Line->Length == 0 || Line->Order < Place->Order)
            Place = Line;
    }
    if (Place->Length != 0)
        KdpEndLine(Place);
    Place->ThreadId = ThreadId;
    Place->Begun = Now;
    Place->Order = KdpOrder++;
    strncpy(Place->Source, Source, KDP_SOURCE_BYTES - 1);
    return Place;
}

/* Text without line ends. */
static void KdpAppend(KDP_LINE **Line, const char *Source, const char *Text, SIZE_T Length)
{
    while (Length != 0) {
        SIZE_T Count;

        if (*Line == NULL)
            *Line = KdpBeginLine(Source, host_thread_id(), host_clock_monotonic());
        Count = KDP_CALL_BYTES - (*Line)->Length;
        if (Count > Length)
            Count = Length;
        memcpy((*Line)->Text + (*Line)->Length, Text, Count);
        (*Line)->Length += (ULONG)Count;
        Text += Count;
        Length -= Count;
        if ((*Line)->Length == KDP_CALL_BYTES) {
            KdpEndLine(*Line);
            *Line = NULL;
        }
    }
}

static void KdpPrintLocked(const char *Source, const char *Text, SIZE_T Length)
{
    ULONG ThreadId = host_thread_id();
    KDP_LINE *Line = KdpFindLine(ThreadId, host_clock_monotonic());

    if (Line != NULL && strcmp(Line->Source, Source) != 0) {
        KdpEndLine(Line);
        Line = NULL;
    }
    while (Length != 0) {
        const char *End = memchr(Text, '\n', Length);
        SIZE_T Count = End != NULL ? (SIZE_T)(End - Text) : Length;

        /* The common case, a whole line at once, needs no place. */
        if (End != NULL && Line == NULL && Count <= KDP_CALL_BYTES) {
            KdpEmit(ThreadId, Source, Text, Count);
        } else {
            KdpAppend(&Line, Source, Text, Count);
            if (End != NULL && Line != NULL)
                KdpEndLine(Line);
            if (End != NULL)
                Line = NULL;
        }
        Text += Count + (End != NULL);
        Length -= Count + (End != NULL);
    }
}

static void KdpFlushLocked(void)
{
    for (KDP_LINE *Line = KdpLines; Line < KdpLines + KDP_LINES; Line++) {
        if (Line->Length != 0)
            KdpEndLine(Line);
    }
}

/* ---- For the other files and components ------------------------------------------------------ */

void KdpPrint(const char *Source, const char *Text, SIZE_T Length)
{
    KIRQL Old;

    if (KdpInside) {
        char Complaint[KDP_CALL_BYTES * 2];
        snprintf(Complaint, sizeof(Complaint), "%s: %.*s", Source, (int)Length, Text);
        host_complain(Complaint);
        return;
    }
    Old = KdpAcquire();
    KdpPrintLocked(Source, Text, Length);
    KdpRelease(Old);
}

void KdpNameCaller(ULONG_PTR Address, char *Name, SIZE_T Size)
{
    const LDR_IMAGE *Image = LdrFindImage(Address);
    SIZE_T Length;

    snprintf(Name, Size, "%s", Image != NULL ? Image->Name : "kernel");
    Length = strlen(Name);
    if (Length > 4 && strcasecmp(Name + Length - 4, ".sys") == 0)
        Name[Length - 4] = '\0';
}

void KdInitialize(KD_SINK Sink, void *Context)
{
    KIRQL Old = KdpAcquire();

    KdpFlushLocked();
    KdpLastCount = 0;
    KdpSink = Sink;
    KdpSinkContext = Context;
    KdpRelease(Old);
    KdpResetFilter();
}

/* Without the lock: whoever holds it may be stopped for good. */
void KdpCollectLines(KD_CRASH *Crash)
{
    const ULONG Count = KdpLastCount, Kept = Count < KD_CRASH_LINES ? Count : KD_CRASH_LINES;

    for (ULONG Index = 0; Index < Kept; Index++)
        Crash->Line[Index] = KdpLast[(Count - Kept + Index) % KD_CRASH_LINES];
    Crash->LineCount = Kept;
}

void KdFlush(void)
{
    KIRQL Old;

    if (KdpInside)
        return;
    Old = KdpAcquire();
    KdpFlushLocked();
    KdpRelease(Old);
}

void KdLog(const char *Source, const char *Format, ...)
{
    char Text[1024];
    va_list Arguments;
    int Length;

    va_start(Arguments, Format);
    Length = vsnprintf(Text, sizeof(Text) - 1, Format, Arguments);
    va_end(Arguments);
    if (Length < 0)
        return;
    Length = (int)strlen(Text);
    if (Length == 0 || Text[Length - 1] != '\n')
        Text[Length++] = '\n';
    KdpPrint(Source, Text, (SIZE_T)Length);
}
