/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Poison that reaches a client: bytes it was given and nobody wrote. A few bytes may be poison by
 * chance. So much that they are not is a finding at once; less is one when the next such request
 * has it in the same place, or when there is no next one.
 */
#include <stdio.h>
#include <string.h>

#include "io/io.h"
#include "kd/kd.h"
#include "ke/ke.h"
#include "vf/poison.h"
#include "vf/pool.h"

#define VFP_STACK_BYTES 4096u
#define VFP_RANGES 8u       /* shown, of a request */
#define VFP_COPIED 4u       /* bytes in a row that are poison wherever they come from */
#define VFP_CERTAIN 30      /* chance would take two to that power of answers */
#define VFP_ANSWERS 64u

/* The poison in one answer. */
typedef struct VFP_UNWRITTEN {
    SIZE_T Offset, Length; /* of the longest run */
    SIZE_T Bytes;          /* in all */
    ULONG Bits;       /* chance would take two to the power of these, or more, of such answers */
    char Ranges[160]; /* offsets in words */
} VFP_UNWRITTEN;

/* What is known of answers to one control code that end at one place of a driver. */
typedef struct VFP_ANSWER {
    ULONG_PTR Site;
    ULONG ControlCode;
    BOOLEAN Reported, Suspected;
    IO_DATA Data; /* of the answer that is suspected; what it points to is gone */
    VFP_UNWRITTEN Unwritten;
} VFP_ANSWER;

static KSPIN_LOCK VfpLock;
static VFP_ANSWER VfpAnswer[VFP_ANSWERS];
static ULONG VfpAnswerCount;

/* ---- Searching ------------------------------------------------------------------------------- */

/* How many bytes in a row must be as they were filled: in data which is all chance it happens once
 * in a thousand answers at most. */
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

/* Length of the poison that begins at At, 0: it is data. InPlace: memory that was filled; else only
 * what was copied counts. */
static SIZE_T VfpPoisonAt(const UCHAR *At, const UCHAR *End, BOOLEAN InPlace, SIZE_T Least)
{
    const SIZE_T Here = InPlace ? VfpRun(At, End, (ULONG_PTR)At) : 0;
    /* Two bytes are the gap before a member that is aligned, or none. */
    if (Here > 2 ? Here >= Least : Here == Least && ((ULONG_PTR)At + Here) % 4 == 0)
        return Here;
    for (ULONG Phase = 0; Phase < 8; Phase++) {
        const SIZE_T Copied = VfpRun(At, End, Phase);
        if (Copied >= VFP_COPIED)
            return Copied;
    }
    return 0;
}

static void VfpSearch(const IO_DATA *Data, VFP_UNWRITTEN *Unwritten)
{
    const UCHAR *Start = Data->Start, *End = Start + Data->Bytes;
    const SIZE_T Least = VfpLeastInPlace(Data->Bytes);
    /* and phases, as a power of two */
    const ULONG Places = 64 - (ULONG)__builtin_clzll((ULONG64)Data->Bytes | 1) + 3;
    SIZE_T Length = 0, Run;
    ULONG Count = 0;

    memset(Unwritten, 0, sizeof(*Unwritten));
    for (const UCHAR *At = Start; At < End; At += Run != 0 ? Run : 1) {
        const SIZE_T Offset = (SIZE_T)(At - Start);
        Run = VfpPoisonAt(At, End, Offset >= Data->Filled, Least);
        Unwritten->Bytes += Run;
        Unwritten->Bits += 8 * (ULONG)Run > Places ? 8 * (ULONG)Run - Places : 0;
        if (Run > Unwritten->Length) {
            Unwritten->Offset = Offset;
            Unwritten->Length = Run;
        }
        if (Run != 0 && Count++ < VFP_RANGES)
            Length += (SIZE_T)snprintf(Unwritten->Ranges + Length,
                sizeof(Unwritten->Ranges) - Length, "%s%llu to %llu", Count == 1 ? "" : ", ",
                (unsigned long long)Offset, (unsigned long long)(Offset + Run - 1));
    }
    if (Count > VFP_RANGES)
        snprintf(Unwritten->Ranges + Length, sizeof(Unwritten->Ranges) - Length, " and more");
}

/* ---- Telling --------------------------------------------------------------------------------- */

static void VfpReport(const IO_DATA *Data, const VFP_UNWRITTEN *Unwritten)
{
    char Request[48], Stack[128];
    const VFP_STACK Dispatch = {1, {Data->Dispatch + 1}}; /* as if it were a return address */
    if (Data->ControlCode == 0)
        snprintf(Request, sizeof(Request), "a read");
    else
        snprintf(Request, sizeof(Request), "control code 0x%08x", (unsigned)Data->ControlCode);
    KdFinding(DOTSYS_FINDING_OTHER, Data->CompletedBy,
        "unwritten memory reached a client: %llu of the %llu bytes returned for %s are as nobody "
        "has written them: offsets %s%s",
        (unsigned long long)Unwritten->Bytes, (unsigned long long)Data->Bytes, Request,
        Unwritten->Ranges, VfpStackText(&Dispatch, Stack, sizeof(Stack)));
}

/* What is known of such answers; NULL: there is no room to know it. VfpLock held. */
static VFP_ANSWER *VfpFindAnswer(const IO_DATA *Data, BOOLEAN Add)
{
    for (ULONG Index = 0; Index < VfpAnswerCount; Index++) {
        if (VfpAnswer[Index].Site == Data->CompletedBy &&
            VfpAnswer[Index].ControlCode == Data->ControlCode)
            return &VfpAnswer[Index];
    }
    if (!Add || VfpAnswerCount == VFP_ANSWERS)
        return NULL;
    VFP_ANSWER *Answer = &VfpAnswer[VfpAnswerCount];
    *Answer = (VFP_ANSWER){.Site = Data->CompletedBy, .ControlCode = Data->ControlCode};
    __atomic_store_n(&VfpAnswerCount, VfpAnswerCount + 1, __ATOMIC_RELAXED);
    return Answer;
}

/* The poison that was suspected is there again, or even more of it. */
static BOOLEAN VfpIsThereAgain(const VFP_UNWRITTEN *Before, const IO_DATA *Data)
{
    const UCHAR *At = Data->Start + Before->Offset;
    return VfpPoisonAt(At, At + Before->Length, Before->Offset >= Data->Filled, Before->Length) ==
        Before->Length;
}

/* Whether it is to be told now. */
static BOOLEAN VfpJudge(const IO_DATA *Data, const VFP_UNWRITTEN *Unwritten)
{
    KIRQL Old = KiAcquireLock(&VfpLock);
    VFP_ANSWER *Answer = VfpFindAnswer(Data, Unwritten->Bytes != 0);
    BOOLEAN Tell = FALSE;

    if (Answer != NULL && !Answer->Reported) {
        const BOOLEAN Comparable = Answer->Suspected &&
            Answer->Unwritten.Offset + Answer->Unwritten.Length <= Data->Bytes;
        Tell = Unwritten->Bits >= VFP_CERTAIN ||
            (Comparable && VfpIsThereAgain(&Answer->Unwritten, Data));
        Answer->Reported = Tell;
        if (!Answer->Suspected || Comparable) {
            Answer->Suspected = Unwritten->Bytes != 0;
            Answer->Data = *Data;
            Answer->Unwritten = *Unwritten;
        }
    }
    KiReleaseLock(&VfpLock, Old);
    return Tell;
}

static void VfpCheckData(const IO_DATA *Data)
{
    VFP_UNWRITTEN Unwritten;
    if (!VfIsVerifiedCode(Data->CompletedBy))
        return;
    VfpSearch(Data, &Unwritten);
    if ((Unwritten.Bytes != 0 || __atomic_load_n(&VfpAnswerCount, __ATOMIC_RELAXED) != 0) &&
        VfpJudge(Data, &Unwritten))
        VfpReport(Data, &Unwritten);
}

void VfpReportSuspects(const LDR_IMAGE *Image)
{
    for (ULONG Index = 0; Index < VfpAnswerCount; Index++) {
        VFP_ANSWER *Answer = &VfpAnswer[Index];
        if (Answer->Site - (ULONG_PTR)Image->Base >= Image->SizeOfImage || !Answer->Suspected ||
            Answer->Reported)
            continue;
        Answer->Reported = TRUE;
        VfpReport(&Answer->Data, &Answer->Unwritten);
    }
}

/* ---- Watching -------------------------------------------------------------------------------- */

/* A sanitizer would leave room around Room. */
__attribute__((noinline, no_sanitize_address)) void VfpPoisonStack(void)
{
    UCHAR Room[VFP_STACK_BYTES];
    VfpPoison(Room, sizeof(Room));
    __asm__ volatile("" : : "r"(Room) : "memory");
}

static const IO_DATA_WATCH VfpDataWatch = {VfpPoison, VfpCheckData};

void VfpWatchData(BOOLEAN On)
{
    VfpLock = 0;
    VfpAnswerCount = 0;
    IoDataWatch = On ? &VfpDataWatch : NULL;
}
