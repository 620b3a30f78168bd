/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Collecting what is known when a bugcheck stops the machine, on the thread that stops it and at
 * whatever IRQL, into memory that is there already. It is done in steps: memory that may be
 * anything is read so that nothing faults (KdpRead), and should a step fault all the same, ke calls
 * the reporter once more and collecting goes on with the next one. No lock is waited for but that
 * of the lines drivers print.
 */
#include <stdio.h>
#include <string.h>

#include "io/iop.h"
#include "kd/crashp.h"
#include "kd/kdp.h"
#include "ke/kep.h"
#if defined(__x86_64__)
#include "rtl/amd64/unwind.h"
#endif

#define KDP_CODE_BEFORE 96u /* bytes before the instruction */

void (*KdCrashed)(const KD_CRASH *Crash);

static KD_CRASH KdpCrash;
static BOOLEAN KdpCollected; /* atomic */
static BOOLEAN KdpTold;
static ULONG KdpStep;

/* ---- Memory that may be anything ------------------------------------------------------------- */

BOOLEAN KdpRead(void *To, ULONG64 From, SIZE_T Bytes)
{
    const void *Place = (const void *)(ULONG_PTR)From;
    if (From != (ULONG_PTR)From)
        return FALSE;
    if (host_process_read(host_process_id(), To, Place, Bytes) == 0)
        return TRUE;
    return MmIsRam(Place) && MmIsRam((const UCHAR *)Place + Bytes - 1) &&
           host_ram_transfer(From - MM_SYSTEM_BASE, To, Bytes, FALSE) == 0;
}

void KdpReadName(ULONG64 String, CHAR *Text, SIZE_T Size)
{
    UNICODE_STRING Name, Copy;
    WCHAR Buffer[128];
    Text[0] = 0;
    if (String == 0 || !KdpRead(&Name, String, sizeof(Name)) || Name.Buffer == NULL)
        return;
    if (Name.Length > sizeof(Buffer))
        Name.Length = sizeof(Buffer);
    if (Name.Length == 0 || !KdpRead(Buffer, (ULONG_PTR)Name.Buffer, Name.Length))
        return;
    Copy = (UNICODE_STRING){.Length = Name.Length, .MaximumLength = Name.Length, .Buffer = Buffer};
    RtlpToUtf8(&Copy, Text, Size);
}

/* ---- The steps ------------------------------------------------------------------------------- */

static void KdpCollectException(KD_CRASH *Crash, const KE_BUGCHECK *Bugcheck)
{
    const EXCEPTION_RECORD *Record = &Bugcheck->Exception;
    Crash->IsException = Bugcheck->HasException;
    if (!Bugcheck->HasException) {
        Crash->ExceptionCode = Bugcheck->Code;
        Crash->ExceptionAddress = KI_PC(&Bugcheck->Context);
        Crash->ExceptionParameters = 4;
        memcpy(Crash->ExceptionInformation, Crash->Parameter, sizeof(Crash->ExceptionInformation));
        return;
    }
    Crash->ExceptionCode = (ULONG)Record->ExceptionCode;
    Crash->ExceptionFlags = Record->ExceptionFlags;
    Crash->ExceptionAddress = (ULONG_PTR)Record->ExceptionAddress;
    Crash->ExceptionParameters = Record->NumberParameters < 4 ? Record->NumberParameters : 4;
    for (ULONG Index = 0; Index < Crash->ExceptionParameters; Index++)
        Crash->ExceptionInformation[Index] = Record->ExceptionInformation[Index];
}

static void KdpCollectHead(KD_CRASH *Crash, const KE_BUGCHECK *Bugcheck)
{
    const RTLP_VERSION *Version = RtlpCurrentVersion();
    Crash->Size = sizeof(*Crash);
    Crash->Machine = sizeof(void *) == 8 ? IMAGE_FILE_MACHINE_AMD64 : IMAGE_FILE_MACHINE_I386;
    Crash->Code = Bugcheck->Code;
    for (ULONG Index = 0; Index < 4; Index++)
        Crash->Parameter[Index] = Bugcheck->Parameter[Index];
    memcpy(Crash->Detail, Bugcheck->Detail, sizeof(Crash->Detail));
    Crash->ThreadId = Bugcheck->ThreadId;
    Crash->ProcessId = host_process_id();
    Crash->Irql = Bugcheck->Irql;
    Crash->TimeUtc = host_clock_utc();
    Crash->Uptime100ns = KiInterruptTime();
    Crash->Major = Version->Major;
    Crash->Minor = Version->Minor;
    Crash->Build = Version->Build;
    Crash->Processors = host_processor_count();
    KdpCopyText(Crash->OsName, sizeof(Crash->OsName), LdrVersionName(LdrTargetVersion));
    KdpCopyText(Crash->Version, sizeof(Crash->Version), DOTSYS_VERSION);
    C_ASSERT(sizeof(CONTEXT) <= sizeof(Crash->Context));
    Crash->ContextBytes = sizeof(CONTEXT);
    memcpy(Crash->Context, &Bugcheck->Context, sizeof(CONTEXT));
    Crash->Culprit = KD_CRASH_NONE;
    KdpCollectException(Crash, Bugcheck);
}

static BOOLEAN KdpVisitImage(LDR_IMAGE *Image, void *Context)
{
    KD_CRASH *Crash = Context;
    if (Crash->ModuleCount == KD_CRASH_MODULES - 1)
        return FALSE;
    KD_CRASH_MODULE *Module = &Crash->Module[Crash->ModuleCount++];
    Module->Base = (ULONG_PTR)Image->Base;
    Module->Size = Image->SizeOfImage;
    Module->TimeDateStamp = Image->TimeDateStamp;
    KdpCopyText(Module->Name, sizeof(Module->Name), Image->Name);
    KdpCopyText(Module->HostPath, sizeof(Module->HostPath), Image->HostPath);
    return TRUE;
}

static void KdpCollectModules(KD_CRASH *Crash, const KE_BUGCHECK *Bugcheck)
{
    uintptr_t Base;
    size_t Bytes;
    (void)Bugcheck;
    LdrEnumerateImages(KdpVisitImage, Crash);
    host_image(&Base, &Bytes);
    KD_CRASH_MODULE *Own = &Crash->Module[Crash->ModuleCount++];
    Own->Base = Base;
    Own->Size = (ULONG)Bytes;
    Own->Own = 1;
    KdpCopyText(Own->Name, sizeof(Own->Name), "dotsys"); /* its path is known to the supervisor */
}

static ULONG KdpModuleNumber(const KD_CRASH *Crash, ULONG64 Address)
{
    const KD_CRASH_MODULE *Module = KdCrashModule(Crash, Address);
    return Module != NULL && !Module->Own ? (ULONG)(Module - Crash->Module) : KD_CRASH_NONE;
}

static void KdpCollectFrames(KD_CRASH *Crash, const KE_BUGCHECK *Bugcheck)
{
    for (ULONG Index = 0; Index < Bugcheck->FrameCount && Index < KD_CRASH_FRAMES; Index++)
        Crash->Frame[Crash->FrameCount++] = Bugcheck->Frame[Index];
    Crash->EarlierCount = Bugcheck->EarlierCount;
    for (ULONG Index = 0; Index < Bugcheck->EarlierCount; Index++) {
        const KE_EARLIER_STACK *Stack = &Bugcheck->Earlier[Index];
        KD_CRASH_EARLIER *Known = &Crash->Earlier[Index];
        KdpCopyText(Known->Title, sizeof(Known->Title), Stack->Title);
        for (; Known->FrameCount < Stack->FrameCount; Known->FrameCount++)
            Known->Frame[Known->FrameCount] = Stack->Frame[Known->FrameCount];
    }
    Crash->CulpritAddress = Bugcheck->Culprit;
    for (ULONG Index = 0; Index < Crash->FrameCount && Crash->CulpritAddress == 0; Index++) {
        if (KdpModuleNumber(Crash, Crash->Frame[Index]) != KD_CRASH_NONE)
            Crash->CulpritAddress = Crash->Frame[Index];
    }
    Crash->Culprit = KdpModuleNumber(Crash, Crash->CulpritAddress);
}

static void KdpCollectThread(KD_CRASH *Crash, const KE_BUGCHECK *Bugcheck)
{
    const ETHREAD *Thread = PsiCurrentThread();
    (void)Bugcheck;
    if (Thread == NULL)
        return;
    Crash->Thread = (ULONG_PTR)Thread;
    Crash->Mode = (ULONG)Thread->Tcb.PreviousMode;
    Crash->StackLimit = (ULONG_PTR)Thread->Tcb.StackLimit;
    Crash->StackBase = (ULONG_PTR)Thread->Tcb.StackBase;
    Crash->ThreadNumber = (ULONG)(ULONG_PTR)Thread->Cid.UniqueThread;
    if (Thread->Process != NULL) {
        Crash->Process = (ULONG_PTR)Thread->Process;
        Crash->ProcessNumber = (ULONG)(ULONG_PTR)Thread->Process->UniqueProcessId;
        memcpy(Crash->ProcessName, Thread->Process->ImageName, sizeof(Crash->ProcessName) - 1);
    }
}

/* What a thread would print is printed before the report. */
static void KdpCollectLog(KD_CRASH *Crash, const KE_BUGCHECK *Bugcheck)
{
    (void)Bugcheck;
    KdFlush();
    KdpCollectLines(Crash);
}

static void KdpCollectWords(KD_CRASH *Crash, const KE_BUGCHECK *Bugcheck)
{
    ULONG_PTR At = KI_SP(&Bugcheck->Context) & ~(ULONG_PTR)(sizeof(ULONG_PTR) - 1), Word;
    Crash->WordAddress = At;
    for (; Crash->WordCount < KD_CRASH_WORDS &&
         (Crash->StackBase == 0 || At < Crash->StackBase || At < Crash->StackLimit);
         At += sizeof(Word)) {
        if (!KdpRead(&Word, At, sizeof(Word)))
            break;
        Crash->Word[Crash->WordCount++] = Word;
    }
}

/* The frame whose code is shown: where it happened, or the driver that called what stopped the
 * machine. */
static ULONG KdpCodeFrame(const KD_CRASH *Crash)
{
    for (ULONG Index = 0; Index < Crash->FrameCount; Index++) {
        if (KdpModuleNumber(Crash, Crash->Frame[Index]) != KD_CRASH_NONE)
            return Index;
    }
    return 0;
}

/* Where the function of an address begins; 0: not known. */
static ULONG_PTR KdpFunctionStart(ULONG_PTR Address)
{
#if defined(__x86_64__)
    UCHAR *Base;
    RUNTIME_FUNCTION *Table;
    ULONG Count;
    if (KeImageLookup == NULL || !KeImageLookup(Address, &Base, &Table, &Count))
        return 0;
    const RUNTIME_FUNCTION *Function = RtlpFindFunction(
        (ULONG)(Address - (ULONG_PTR)Base), Base, Table, Count);
    return Function != NULL ? (ULONG_PTR)Base + Function->BeginAddress : 0;
#else
    (void)Address;
    return 0;
#endif
}

static void KdpCollectCode(KD_CRASH *Crash, const KE_BUGCHECK *Bugcheck)
{
    (void)Bugcheck;
    if (Crash->FrameCount == 0)
        return;
    Crash->CodeFrame = KdpCodeFrame(Crash);
    Crash->CodePc = Crash->Frame[Crash->CodeFrame];
    if (KdpModuleNumber(Crash, Crash->CodePc) == KD_CRASH_NONE && Crash->Culprit != KD_CRASH_NONE) {
        Crash->CodeFrame = KD_CRASH_NONE;
        Crash->CodePc = Crash->CulpritAddress;
    }
    const BOOLEAN AfterCall = Crash->CodeFrame != 0 && Crash->CodeFrame != KD_CRASH_NONE;
    const ULONG_PTR Pc = (ULONG_PTR)Crash->CodePc, Function = KdpFunctionStart(Pc - AfterCall);
    ULONG_PTR At = Pc - KDP_CODE_BEFORE;
    if (Function != 0 && Pc - Function <= KDP_CODE_BEFORE) {
        At = Function;
        Crash->CodeStart = 1;
    }
    while (At < Pc && !KdpRead(Crash->CodeText, At, 1))
        At++; /* the page before is not there */
    Crash->CodeAddress = At;
    while (Crash->CodeBytes < KD_CRASH_CODE &&
        KdpRead(Crash->CodeText + Crash->CodeBytes, At + Crash->CodeBytes, 1))
        Crash->CodeBytes++;
}

static void KdpCollectRequests(KD_CRASH *Crash, const KE_BUGCHECK *Bugcheck)
{
    (void)Bugcheck;
    KdpCollectIrps(Crash);
    KdpCollectRequestLog(Crash);
}

static void KdpCollectBlocks(KD_CRASH *Crash, const KE_BUGCHECK *Bugcheck)
{
    (void)Bugcheck;
    KdpCollectPools(Crash);
}

/* Without the list's lock: it may be held by who is gone or waits. */
static void KdpCollectThreads(KD_CRASH *Crash, const KE_BUGCHECK *Bugcheck)
{
    LIST_ENTRY Link = KiThreadList;
    ETHREAD Thread;
    EPROCESS Process;
    (void)Bugcheck;
    while (Link.Flink != &KiThreadList && Crash->ThreadCount < KD_CRASH_THREADS) {
        const ULONG_PTR At = (ULONG_PTR)CONTAINING_RECORD(Link.Flink, ETHREAD, Tcb.Link);
        if (!KdpRead(&Thread, At, sizeof(Thread)))
            break;
        KD_CRASH_THREAD *Known = &Crash->KernelThread[Crash->ThreadCount++];
        Known->Thread = At;
        Known->StackLimit = (ULONG_PTR)Thread.Tcb.StackLimit;
        Known->StackBase = (ULONG_PTR)Thread.Tcb.StackBase;
        Known->Number = (ULONG)(ULONG_PTR)Thread.Cid.UniqueThread;
        Known->System = Thread.Tcb.SystemThread;
        Known->Waiting = Thread.Tcb.Waiting;
        if (Thread.Process != NULL && KdpRead(&Process, (ULONG_PTR)Thread.Process, sizeof(Process)))
            memcpy(Known->Process, Process.ImageName, sizeof(Known->Process) - 1);
        Link = Thread.Tcb.Link;
    }
}

static void KdpCollectName(KD_CRASH *Crash, ULONG64 Address)
{
    KD_CRASH_NAME *Name = &Crash->Name[Crash->NameCount];
    if (Crash->NameCount == KD_CRASH_NAMES || KdpModuleNumber(Crash, Address) != KD_CRASH_NONE)
        return;
    for (ULONG Index = 0; Index < Crash->NameCount; Index++) {
        if (Crash->Name[Index].Address == Address)
            return;
    }
    if (!host_symbol((uintptr_t)Address, Name->Text, sizeof(Name->Text)))
        return;
    if (strchr(Name->Text, '!') == NULL) /* behind the last call of a function */
        host_symbol((uintptr_t)Address - 1, Name->Text, sizeof(Name->Text));
    Name->Address = Address;
    Crash->NameCount++;
}

/* Names of functions of our own come last: files are read for them. */
static void KdpCollectNames(KD_CRASH *Crash, const KE_BUGCHECK *Bugcheck)
{
    (void)Bugcheck;
    for (ULONG Index = 0; Index < Crash->FrameCount; Index++)
        KdpCollectName(Crash, Crash->Frame[Index]);
    for (ULONG Number = 0; Number < Crash->EarlierCount; Number++) {
        for (ULONG Index = 0; Index < Crash->Earlier[Number].FrameCount; Index++)
            KdpCollectName(Crash, Crash->Earlier[Number].Frame[Index]);
    }
}

static void (*const KdpSteps[])(KD_CRASH *Crash, const KE_BUGCHECK *Bugcheck) = {
    KdpCollectHead,
    KdpCollectModules,
    KdpCollectFrames,
    KdpCollectThread,
    KdpCollectWords,
    KdpCollectCode,
    KdpCollectRequests,
    KdpCollectBlocks,
    KdpCollectThreads,
    KdpCollectLog,
    KdpCollectNames,
};

static void KdpReportBugcheck(const KE_BUGCHECK *Bugcheck)
{
    while (KdpStep < RTL_NUMBER_OF(KdpSteps))
        KdpSteps[KdpStep++](&KdpCrash, Bugcheck);
    KdCheckCrash(&KdpCrash, sizeof(KdpCrash));
    KdpWriteReport(&KdpCrash);
    if (!KdpTold) {
        KdpTold = TRUE;
        if (KdCrashed != NULL)
            KdCrashed(&KdpCrash);
    }
    __atomic_store_n(&KdpCollected, TRUE, __ATOMIC_RELEASE);
}

const KD_CRASH *KdGetCrash(void)
{
    return __atomic_load_n(&KdpCollected, __ATOMIC_ACQUIRE) ? &KdpCrash : NULL;
}

void KdInitializeReport(void)
{
    if (KdpStep != 0)
        memset(&KdpCrash, 0, sizeof(KdpCrash));
    KdpStep = 0;
    KdpCollected = KdpTold = FALSE;
    KeBugCheckReporter = KdpReportBugcheck;
}
