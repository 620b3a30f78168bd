/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Poison: what memory of verified drivers is filled with until somebody writes it, so that what reaches a client unwritten can be
 * told from data. Pool blocks and stacks get eight bytes that repeat by their address: wherever such bytes are copied, they are
 * recognised. The bytes are made from a seed, so that what a driver writes does not resemble them for good.
 */
#include <stdio.h>
#include <string.h>

#include "io/io.h"
#include "kd/kd.h"
#include "ke/ke.h"
#include "vf/poison.h"
#include "vf/pool.h"

UCHAR VfpPoisonByte[8];

static ULONG64 VfpMix(ULONG64 Value)
{
    Value += 0x9E3779B97F4A7C15;
    Value = (Value ^ Value >> 30) * 0xBF58476D1CE4E5B9;
    Value = (Value ^ Value >> 27) * 0x94D049BB133111EB;
    return Value ^ Value >> 31;
}

/* Bytes that data has seldom: the upper half but the ends, and none twice in a row. */
void VfpPreparePoison(ULONG64 Seed)
{
    ULONG64 Bits = VfpMix(Seed);
    for (ULONG Index = 0; Index < sizeof(VfpPoisonByte); Index++, Bits >>= 8) {
        VfpPoisonByte[Index] = (UCHAR)(0x81 + Bits % 0x7C);
        if (Index != 0 && VfpPoisonByte[Index] == VfpPoisonByte[Index - 1])
            VfpPoisonByte[Index]++;
    }
}

void VfpPoison(void *Start, SIZE_T Bytes)
{
    UCHAR *At = Start, *End = At + Bytes;
    ULONG64 Word;
    memcpy(&Word, VfpPoisonByte, sizeof(Word));
    for (; At != End && (ULONG_PTR)At % 8 != 0; At++)
        *At = VfpPoisonByte[(ULONG_PTR)At % 8];
    for (; (SIZE_T)(End - At) >= 8; At += 8)
        memcpy(At, &Word, sizeof(Word));
    for (; At != End; At++)
        *At = VfpPoisonByte[(ULONG_PTR)At % 8];
}

const UCHAR *VfpFindChange(const UCHAR *Start, const UCHAR *End)
{
    ULONG64 Word, Found;
    memcpy(&Word, VfpPoisonByte, sizeof(Word));
    for (const UCHAR *At = Start; At < End; At++) {
        while ((ULONG_PTR)At % 8 == 0 && End - At >= 8) {
            memcpy(&Found, At, sizeof(Found));
            if (Found != Word)
                break;
            At += 8;
        }
        if (At < End && *At != VfpPoisonByte[(ULONG_PTR)At % 8])
            return At;
    }
    return NULL;
}

/* ---- What reaches a client ---------------------------------------------------------------------------------------------------------- */

#define VFP_STACK_BYTES 4096u
#define VFP_RANGES 8u       /* shown, of a request */
#define VFP_COPIED 4u       /* bytes in a row that are poison wherever they come from */
#define VFP_REPORTED 64u

static KSPIN_LOCK VfpLock;
static struct {
    ULONG_PTR Site;
    ULONG ControlCode;
} VfpReported[VFP_REPORTED];
static ULONG VfpReportCount;

/*
 * How many bytes in a row must be as they were filled: so many that in data which is all chance it would happen once in a thousand
 * requests at most.
 */
static SIZE_T VfpLeastInPlace(SIZE_T Bytes)
{
    return Bytes <= 64 ? 2 : Bytes <= 16384 ? 3 : 4;
}

/* How many bytes from At on are the pattern from its byte Phase on. */
static SIZE_T VfpRun(const UCHAR *At, const UCHAR *End, ULONG_PTR Phase)
{
    const UCHAR *Start = At;
    while (At != End && *At == VfpPoisonByte[Phase++ % 8])
        At++;
    return (SIZE_T)(At - Start);
}

/* Length of the poison that begins at At, 0: it is data. InPlace: memory that was filled; else only what was copied counts. */
static SIZE_T VfpPoisonAt(const UCHAR *At, const UCHAR *End, BOOLEAN InPlace, SIZE_T Least)
{
    const SIZE_T Here = InPlace ? VfpRun(At, End, (ULONG_PTR)At) : 0;
    if (Here >= Least)
        return Here;
    for (ULONG Phase = 0; Phase < 8; Phase++) {
        const SIZE_T Copied = VfpRun(At, End, Phase);
        if (Copied >= VFP_COPIED)
            return Copied;
    }
    return 0;
}

static BOOLEAN VfpIsFirst(ULONG_PTR Site, ULONG ControlCode)
{
    KIRQL Old = KiAcquireLock(&VfpLock);
    ULONG Index = 0;
    while (Index < VfpReportCount && (VfpReported[Index].Site != Site || VfpReported[Index].ControlCode != ControlCode))
        Index++;
    const BOOLEAN First = Index == VfpReportCount;
    if (First && Index < VFP_REPORTED) {
        VfpReported[Index].Site = Site;
        VfpReported[Index].ControlCode = ControlCode;
        VfpReportCount++;
    }
    KiReleaseLock(&VfpLock, Old);
    return First;
}

static void VfpReport(const IO_DATA *Data, SIZE_T Unwritten, const char *Ranges)
{
    char Request[48], Stack[128];
    const ULONG_PTR Dispatch = Data->Dispatch + 1; /* as if it were a return address */
    if (Data->ControlCode == 0)
        snprintf(Request, sizeof(Request), "a read");
    else
        snprintf(Request, sizeof(Request), "control code 0x%08x", (unsigned)Data->ControlCode);
    KdFinding(DOTSYS_FINDING_OTHER, Data->CompletedBy,
        "unwritten memory reached a client: %llu of the %llu bytes returned for %s are as nobody has written them: offsets %s%s",
        (unsigned long long)Unwritten, (unsigned long long)Data->Bytes, Request, Ranges, VfpPrintStack(&Dispatch, 1, Stack, sizeof(Stack)));
}

static void VfpCheckData(const IO_DATA *Data)
{
    const UCHAR *Start = Data->Start, *End = Start + Data->Bytes;
    const SIZE_T Least = VfpLeastInPlace(Data->Bytes);
    char Ranges[160] = "";
    SIZE_T Length = 0, Unwritten = 0;
    ULONG Count = 0;
    if (!VfIsVerifiedCode(Data->CompletedBy))
        return;
    for (const UCHAR *At = Start; At < End;) {
        const SIZE_T Run = VfpPoisonAt(At, End, (SIZE_T)(At - Start) >= Data->Filled, Least);
        if (Run != 0 && Count++ < VFP_RANGES)
            Length += (SIZE_T)snprintf(Ranges + Length, sizeof(Ranges) - Length, "%s%llu to %llu", Count == 1 ? "" : ", ",
                (unsigned long long)(At - Start), (unsigned long long)(At - Start) + Run - 1);
        Unwritten += Run;
        At += Run != 0 ? Run : 1;
    }
    if (Count > VFP_RANGES)
        snprintf(Ranges + Length, sizeof(Ranges) - Length, " and more");
    if (Unwritten != 0 && VfpIsFirst(Data->CompletedBy, Data->ControlCode))
        VfpReport(Data, Unwritten, Ranges);
}

/* What is below the caller's frame; the routine it calls next finds it there. */
static __attribute__((noinline)) void VfpPoisonStack(void)
{
    UCHAR Room[VFP_STACK_BYTES];
    VfpPoison(Room, sizeof(Room));
    __asm__ volatile("" : : "r"(Room) : "memory");
}

static const IO_DATA_WATCH VfpDataWatch = {VfpPoison, VfpPoisonStack, VfpCheckData};

void VfpWatchData(BOOLEAN On)
{
    VfpLock = 0;
    VfpReportCount = 0;
    IoDataWatch = On ? &VfpDataWatch : NULL;
}
