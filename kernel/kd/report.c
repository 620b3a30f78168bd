/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The report of a bugcheck, of what was collected (crash.h): what stopped the machine, where, in
 * which driver, with registers and the frames that led there, the requests and pool blocks it is
 * about. Written into a buffer that is there already: nothing is allocated. Addresses in drivers
 * are given as name.sys+offset; who knows more, as a supervisor with a symboliser, is asked for it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "io/leak.h"
#include "kd/crashp.h"
#include "kd/kd.h"
#include "nt/ntimage.h"
#include "rtl/status.h"

#define KDP_REPORT_BYTES 32768

typedef struct KDP_WRITER {
    const KD_CRASH *Crash;
    const KD_CRASH_CALLS *Calls; /* NULL: nobody knows more */
    KD_TEXT *Text;
} KDP_WRITER;

/* ---- Text ------------------------------------------------------------------------------------ */

static void KdpPrintList(KD_TEXT *Text, const char *Format, va_list Arguments)
{
    const SIZE_T Room = Text->Size - Text->Length;
    int Count = vsnprintf(Text->Buffer + Text->Length, Room, Format, Arguments);
    if (Count > 0)
        Text->Length += (SIZE_T)Count < Room ? (SIZE_T)Count : Room - 1;
}

void KdPrintText(KD_TEXT *Text, const char *Format, ...)
{
    va_list Arguments;
    va_start(Arguments, Format);
    KdpPrintList(Text, Format, Arguments);
    va_end(Arguments);
}

static __attribute__((format(printf, 2, 3))) void KdpWrite(
    const KDP_WRITER *Writer, const char *Format, ...)
{
    va_list Arguments;
    va_start(Arguments, Format);
    KdpPrintList(Writer->Text, Format, Arguments);
    va_end(Arguments);
}

void KdDescribeAddress(const KD_CRASH *Crash, ULONG64 Address, char *Text, SIZE_T Size)
{
    const KD_CRASH_MODULE *Module = KdCrashModule(Crash, Address);
    if (Module != NULL && !Module->Own) {
        snprintf(
            Text, Size, "%s+0x%llx", Module->Name, (unsigned long long)(Address - Module->Base));
        return;
    }
    for (ULONG Index = 0; Index < Crash->NameCount; Index++) {
        if (Crash->Name[Index].Address == Address) {
            snprintf(Text, Size, "%s", Crash->Name[Index].Text);
            return;
        }
    }
    if (Module != NULL)
        snprintf(
            Text, Size, "%s+0x%llx", Module->Name, (unsigned long long)(Address - Module->Base));
    else
        snprintf(Text, Size, "0x%016llx", (unsigned long long)Address);
}

/* "hello.sys+0x12  Function (file.c:12)" */
static void KdpWritePlace(const KDP_WRITER *Writer, ULONG64 Address, BOOLEAN Exact)
{
    char Text[800];
    KdDescribeAddress(Writer->Crash, Address, Text, sizeof(Text));
    KdpWrite(Writer, "%s", Text);
    if (Writer->Calls != NULL && Writer->Calls->Place != NULL &&
        Writer->Calls->Place(Writer->Calls->Context, Address, Exact, Text, sizeof(Text)))
        KdpWrite(Writer, "  %s", Text);
}

/* ---- What stopped it ------------------------------------------------------------------------- */

/* Of a misaligned access also the field: "misaligned read of 4 bytes at 0x… by hello.sys+0x1234
 * Function (file.c:12), field …". */
static void KdpWriteDetail(const KDP_WRITER *Writer)
{
    const KD_CRASH *Crash = Writer->Crash;
    const KD_CRASH_CALLS *Calls = Writer->Calls;
    const ULONG64 Named = KdDetailPlace(Crash);
    char Text[800];
    unsigned Bytes;
    if (Crash->Detail[0] == 0)
        return;
    KdpWrite(Writer, "  %s", Crash->Detail);
    if (Named != 0 && Calls != NULL && Calls->Place != NULL &&
        Calls->Place(Calls->Context, Named, TRUE, Text, sizeof(Text)))
        KdpWrite(Writer, "  %s", Text);
    if ((ULONG)Crash->Parameter[0] == (ULONG)STATUS_DATATYPE_MISALIGNMENT) {
        KdpWrite(Writer, " by ");
        KdpWritePlace(Writer, Crash->Parameter[1], TRUE);
        if (Calls != NULL && Calls->Field != NULL &&
            sscanf(Crash->Detail, "misaligned %*s of %u bytes", &Bytes) == 1 &&
            Calls->Field(Calls->Context, Crash->Parameter[1], Bytes, Text, sizeof(Text)))
            KdpWrite(Writer, ", field %s", Text);
    }
    KdpWrite(Writer, "\n");
}

static void KdpWriteParameters(const KDP_WRITER *Writer, const KD_BUGCHECK_WORDS *Words)
{
    const KD_CRASH *Crash = Writer->Crash;
    KdpWrite(Writer, "PARAMETERS");
    for (ULONG Index = 0; Index < 4; Index++)
        KdpWrite(Writer, " 0x%016llx", (unsigned long long)Crash->Parameter[Index]);
    KdpWrite(Writer, "\n");
    for (ULONG Index = 0; Index < 4; Index++) {
        const KD_CRASH_MODULE *Module = KdCrashModule(Crash, Crash->Parameter[Index]);
        if (Words->Parameter[Index][0] == 0)
            continue;
        KdpWrite(Writer, "  %u  %s: ", Index + 1, Words->Parameter[Index]);
        if (Words->Value[Index][0] != 0)
            KdpWrite(Writer, "%s", Words->Value[Index]);
        else if (Module != NULL && !Module->Own)
            KdpWritePlace(Writer, Crash->Parameter[Index], TRUE);
        else
            KdpWrite(Writer, "0x%llx", (unsigned long long)Crash->Parameter[Index]);
        KdpWrite(Writer, "\n");
    }
}

static void KdpWriteHead(const KDP_WRITER *Writer)
{
    const KD_CRASH *Crash = Writer->Crash;
    KD_BUGCHECK_WORDS Words;
    KdDescribeBugcheck(Crash->Code, Crash->Parameter, &Words);
    KdpWrite(
        Writer, "BUGCHECK 0x%08X %s\n", Crash->Code, Words.Name != NULL ? Words.Name : "BUGCHECK");
    if (Words.Meaning[0] != 0)
        KdpWrite(Writer, "  %s\n", Words.Meaning);
    KdpWriteDetail(Writer);
    KdpWriteParameters(Writer, &Words);
    const char *Cause = KdCrashCause(Crash, Words.Cause);
    if (Cause[0] != 0)
        KdpWrite(Writer, "LIKELY CAUSE\n  %s\n", Cause);
}

static void KdpWriteWho(const KDP_WRITER *Writer)
{
    const KD_CRASH *Crash = Writer->Crash;
    const KD_CRASH_MODULE *Driver = Crash->Culprit != KD_CRASH_NONE ? &Crash->Module[Crash->Culprit]
                                                                    : NULL;
    const char *Request = KdCrashRequestDriver(Crash);
    if (Driver == NULL && Request != NULL)
        KdpWrite(Writer, "DRIVER (none on the stack, in a request of %s)\n", Request);
    else if (Driver == NULL)
        KdpWrite(Writer, "DRIVER (none on the stack)\n");
    else {
        KdpWrite(Writer, "DRIVER %s  %s\n", Driver->Name, Driver->HostPath);
        KdpWrite(Writer, "PLACE ");
        KdpWritePlace(Writer, Crash->CulpritAddress, KdCulpritIsExact(Crash));
        KdpWrite(Writer, "\n");
    }
    KdpWrite(Writer, "PROCESS %s (%u), thread %u, previous mode %s\n",
        Crash->ProcessName[0] != 0 ? Crash->ProcessName : "?", Crash->ProcessNumber,
        Crash->ThreadNumber, Crash->Mode != 0 ? "user" : "kernel");
    KdpWrite(Writer, "THREAD %u  IRQL %u\n", Crash->ThreadId, Crash->Irql);
}

static void KdpWriteException(const KDP_WRITER *Writer)
{
    const KD_CRASH *Crash = Writer->Crash;
    const char *Name = RtlpStatusName((NTSTATUS)Crash->ExceptionCode);
    if (!Crash->IsException)
        return;
    KdpWrite(Writer, "\nEXCEPTION 0x%08X%s%s at ", Crash->ExceptionCode, Name != NULL ? " " : "",
        Name != NULL ? Name : "");
    KdpWritePlace(Writer, Crash->ExceptionAddress, TRUE);
    KdpWrite(Writer, "\n");
    for (ULONG Index = 0; Index < Crash->ExceptionParameters; Index++)
        KdpWrite(Writer, "  parameter %u: 0x%llx\n", Index,
            (unsigned long long)Crash->ExceptionInformation[Index]);
}

/* ---- Where it was ---------------------------------------------------------------------------- */

static void KdpWriteFrame(const KDP_WRITER *Writer, ULONG Number, ULONG64 Address, BOOLEAN Exact)
{
    KdpWrite(Writer, "  %02u %016llx ", Number, (unsigned long long)Address);
    KdpWritePlace(Writer, Address, Exact);
    KdpWrite(Writer, "\n");
}

static void KdpWriteStack(const KDP_WRITER *Writer)
{
    const KD_CRASH *Crash = Writer->Crash;
    KdpWrite(Writer, "\nSTACK (innermost first)\n");
    for (ULONG Index = 0; Index < Crash->FrameCount; Index++)
        KdpWriteFrame(Writer, Index, Crash->Frame[Index], Index == 0);
    for (ULONG Number = 0; Number < Crash->EarlierCount; Number++) {
        const KD_CRASH_EARLIER *Earlier = &Crash->Earlier[Number];
        KdpWrite(Writer, "\n%s\n", Earlier->Title);
        for (ULONG Index = 0; Index < Earlier->FrameCount; Index++)
            KdpWriteFrame(Writer, Index, Earlier->Frame[Index], FALSE);
    }
}

static void KdpWriteRegisters(const KDP_WRITER *Writer)
{
    ULONG Count, General;
    const KD_REGISTER *Register = KdRegisters(Writer->Crash->Machine, &Count, &General);
    KdpWrite(Writer, "\nREGISTERS\n");
    for (ULONG Index = 0; Index < Count; Index++) {
        const BOOLEAN First = Index < General ? Index % 4 == 0 : Index == General;
        const BOOLEAN Last = Index + 1 == General || Index + 1 == Count ||
            (Index < General && Index % 4 == 3);
        KdpWrite(Writer, "%s%*s=%0*llx%s", First ? "  " : " ", Index < General ? 3 : 2,
            Register[Index].Name,
            Register[Index].Bytes == 2 ? 4
                : Index >= General + 2 ? 4
                                       : Register[Index].Bytes * 2,
            (unsigned long long)KdRegisterValue(Writer->Crash, &Register[Index]), Last ? "\n" : "");
    }
}

static void KdpWriteCode(const KDP_WRITER *Writer)
{
    const KD_CRASH *Crash = Writer->Crash;
    if (Crash->CodeBytes == 0)
        return;
    if (Crash->CodeFrame == KD_CRASH_NONE)
        KdpWrite(Writer, "\nCODE of the routine to blame\n");
    else
        KdpWrite(Writer, "\nCODE of frame %02u\n", Crash->CodeFrame);
    if (Writer->Calls != NULL && Writer->Calls->Code != NULL) {
        Writer->Calls->Code(Writer->Calls->Context, Writer->Text);
        return;
    }
    KdpWrite(Writer, "  %016llx:", (unsigned long long)Crash->CodePc);
    for (ULONG Index = (ULONG)(Crash->CodePc - Crash->CodeAddress);
         Index < Crash->CodeBytes && Index < KD_CRASH_CODE; Index++)
        KdpWrite(Writer, " %02x", Crash->CodeText[Index]);
    KdpWrite(Writer, "\n");
}

static void KdpWriteWords(const KDP_WRITER *Writer)
{
    const KD_CRASH *Crash = Writer->Crash;
    const ULONG Bytes = Crash->Machine == IMAGE_FILE_MACHINE_AMD64 ? 8 : 4;
    KdpWrite(Writer, "\nSTACK WORDS\n");
    for (ULONG Index = 0; Index < Crash->WordCount; Index++) {
        KdpWrite(Writer, "  %016llx %0*llx",
            (unsigned long long)(Crash->WordAddress + (ULONG64)Index * Bytes), (int)Bytes * 2,
            (unsigned long long)Crash->Word[Index]);
        if (KdCrashModule(Crash, Crash->Word[Index]) != NULL &&
            !KdCrashModule(Crash, Crash->Word[Index])->Own) {
            KdpWrite(Writer, " ");
            KdpWritePlace(Writer, Crash->Word[Index], FALSE);
        }
        KdpWrite(Writer, "\n");
    }
}

/* ---- What it was about ----------------------------------------------------------------------- */

static const char *KdpRole(ULONG Parameter, const char *Other, char Text[24])
{
    if (Parameter == 0)
        return Other;
    snprintf(Text, 24, "parameter %u", Parameter);
    return Text;
}

static void KdpWriteLocation(const KDP_WRITER *Writer, const KD_CRASH_IRP *Irp, ULONG Index)
{
    const KD_CRASH_LOCATION *Location = &Irp->Location[Index];
    const char *Minor = KdMinorName(Location->Major, Location->Minor),
               *Mark = (LONG)Index + 1 == Irp->Current ? ">" : " ";
    char Text[128];
    if (Location->Device == 0 && Location->Routine == 0 && Location->Control == 0) {
        KdpWrite(Writer, "%s   %u  not used yet\n", Mark, Index + 1);
        return;
    }
    KdpWrite(Writer, "%s   %u  IRP_MJ_%s", Mark, Index + 1, KdMajorName(Location->Major));
    if (Minor[0] != 0)
        KdpWrite(Writer, " IRP_MN_%s", Minor);
    else if (Location->Minor != 0)
        KdpWrite(Writer, " minor 0x%02x", Location->Minor);
    KdpWrite(Writer, "  driver %s, device %s (0x%llx)%s\n",
        Location->Driver[0] != 0 ? Location->Driver : "?",
        Location->DeviceName[0] != 0 ? Location->DeviceName : "without a name",
        (unsigned long long)Location->Device,
        Location->Control & SL_PENDING_RETURNED ? ", pending" : "");
    if (Location->ControlCode != 0) {
        KdDescribeControlCode(Location->ControlCode, Text, sizeof(Text));
        KdpWrite(Writer, "       control code 0x%08X: %s\n       %llu bytes out, %llu bytes in\n",
            Location->ControlCode, Text, (unsigned long long)(ULONG)Location->Arguments[0],
            (unsigned long long)(ULONG)Location->Arguments[1]);
    }
    if (Location->Routine != 0) {
        KdpWrite(Writer, "       completion routine ");
        KdpWritePlace(Writer, Location->Routine, TRUE);
        KdpWrite(Writer, ", context 0x%llx\n", (unsigned long long)Location->Context);
    }
}

static void KdpWriteIrp(const KDP_WRITER *Writer, const KD_CRASH_IRP *Irp)
{
    const char *Status = RtlpStatusName((NTSTATUS)Irp->Status);
    char Role[24];
    KdpWrite(Writer, "\nIRP 0x%llx, %s%s\n", (unsigned long long)Irp->Address,
        KdpRole(Irp->Parameter, "of the thread", Role),
        Irp->Freed                               ? ", which is freed"
            : Irp->Current > Irp->StackCount + 1 ? ", which is completed"
                                                 : "");
    KdpWrite(Writer, "    issued by ");
    if (Irp->Site != 0)
        KdpWritePlace(Writer, Irp->Site, FALSE);
    else
        KdpWrite(Writer, "a service");
    KdpWrite(Writer, ", %s mode, thread 0x%llx%s%s\n", Irp->Mode != 0 ? "user" : "kernel",
        (unsigned long long)Irp->Thread, Irp->File[0] != 0 ? ", file " : "", Irp->File);
    KdpWrite(Writer, "    status 0x%08X%s%s, information 0x%llx%s%s\n", Irp->Status,
        Status != NULL ? " " : "", Status != NULL ? Status : "",
        (unsigned long long)Irp->Information, Irp->Pending ? ", pending" : "",
        Irp->Cancelled ? ", cancelled" : "");
    KdpWrite(Writer, "    system buffer 0x%llx, MDL 0x%llx, user buffer 0x%llx\n",
        (unsigned long long)Irp->SystemBuffer, (unsigned long long)Irp->Mdl,
        (unsigned long long)Irp->UserBuffer);
    if (Irp->CancelRoutine != 0) {
        KdpWrite(Writer, "    cancel routine ");
        KdpWritePlace(Writer, Irp->CancelRoutine, TRUE);
        KdpWrite(Writer, "\n");
    }
    KdpWrite(Writer, "    stack locations, in the order the request goes through them:\n");
    for (ULONG Index = Irp->LocationCount; Index > 0; Index--)
        KdpWriteLocation(Writer, Irp, Index - 1);
}

static void KdpWriteLogged(const KDP_WRITER *Writer, const KD_LOGGED_REQUEST *Request)
{
    char Text[KD_REQUEST_TEXT];
    KdDescribeRequest(Request, Writer->Crash->TimeUtc, Text);
    KdpWrite(Writer, "    %s\n", Text);
}

/* An IRP that is shown is, or was, at the device. */
static BOOLEAN KdpIsAbout(const KD_CRASH *Crash, ULONG64 Device)
{
    for (ULONG Index = 0; Index < Crash->IrpCount; Index++) {
        for (ULONG Place = 0; Place < Crash->Irp[Index].LocationCount; Place++) {
            if (Crash->Irp[Index].Location[Place].Device == Device)
                return TRUE;
        }
    }
    return FALSE;
}

static void KdpWriteLogs(const KDP_WRITER *Writer, enum KD_CRASH_LENGTH Length)
{
    for (ULONG Index = 0; Index < Writer->Crash->DeviceLogCount; Index++) {
        const KD_DEVICE_LOG *Log = &Writer->Crash->DeviceLog[Index];
        if (Length == KD_CRASH_BRIEF && !KdpIsAbout(Writer->Crash, Log->Device))
            continue;
        KdpWrite(Writer,
            "\nLAST REQUESTS (seconds before the bugcheck)  driver %s, device %s (0x%llx), of %u "
            "in all\n",
            Log->Driver[0] != 0 ? Log->Driver : "?",
            Log->Name[0] != 0 ? Log->Name : "without a name", (unsigned long long)Log->Device,
            Log->Count);
        for (ULONG Place = 0; Place < Log->Count && Place < KD_CRASH_REQUESTS; Place++)
            KdpWriteLogged(Writer, &Log->Request[Place]);
    }
}

static void KdpWritePool(const KDP_WRITER *Writer, const KD_CRASH_POOL *Pool)
{
    const ULONG64 Offset = Pool->Asked - Pool->Block;
    char Role[24], Tag[5];
    KdpWrite(Writer, "\nPOOL BLOCK 0x%llx, %llu bytes, tag '%s', %s%s\n",
        (unsigned long long)Pool->Block, (unsigned long long)Pool->Bytes,
        IopTagText(Pool->Tag, Tag), Pool->Paged ? "paged" : "non-paged",
        Pool->Freed ? ", which is freed" : "");
    KdpWrite(Writer, "    %s 0x%llx is ", KdpRole(Pool->Parameter, "the address touched", Role),
        (unsigned long long)Pool->Asked);
    if (Pool->Asked < Pool->Block)
        KdpWrite(Writer, "%llu bytes before it\n", (unsigned long long)(Pool->Block - Pool->Asked));
    else if (Offset >= Pool->Bytes && Pool->Bytes != 0)
        KdpWrite(Writer, "%llu bytes behind its end\n", (unsigned long long)(Offset - Pool->Bytes));
    else
        KdpWrite(Writer, "at offset %llu\n", (unsigned long long)Offset);
    KdpWrite(Writer, "    allocated by ");
    if (Pool->Site != 0)
        KdpWritePlace(Writer, Pool->Site, FALSE);
    else
        KdpWrite(Writer, Pool->Freed ? "somebody: that is not known any more" : "the kernel");
    KdpWrite(Writer, "\n");
}

/* ---- Around it ------------------------------------------------------------------------------- */

static void KdpWriteLines(const KDP_WRITER *Writer)
{
    const KD_CRASH *Crash = Writer->Crash;
    if (Crash->LineCount == 0)
        return;
    KdpWrite(Writer, "\nLAST LINES PRINTED (seconds before the bugcheck)\n");
    for (ULONG Index = 0; Index < Crash->LineCount; Index++) {
        const KD_CRASH_LINE *Line = &Crash->Line[Index];
        const ULONG64 Age = Crash->TimeUtc > Line->Time100ns
            ? (Crash->TimeUtc - Line->Time100ns) / 10
            : 0;
        KdpWrite(Writer, "  -%llu.%06llu [%s] %s\n", (unsigned long long)(Age / 1000000),
            (unsigned long long)(Age % 1000000), Line->Source, Line->Text);
    }
}

static void KdpWriteModules(const KDP_WRITER *Writer)
{
    const KD_CRASH *Crash = Writer->Crash;
    KdpWrite(Writer, "\nMODULES\n");
    for (ULONG Index = 0; Index < Crash->ModuleCount; Index++) {
        const KD_CRASH_MODULE *Module = &Crash->Module[Index];
        KdpWrite(Writer, "  %016llx %08x  %s  timestamp %08x%s%s  %s\n",
            (unsigned long long)Module->Base, Module->Size, Module->Name, Module->TimeDateStamp,
            Module->Version[0] != 0 ? "  version " : "", Module->Version, Module->HostPath);
    }
}

static void KdpWriteThreads(const KDP_WRITER *Writer)
{
    const KD_CRASH *Crash = Writer->Crash;
    KdpWrite(Writer, "\nTHREADS\n");
    for (ULONG Index = 0; Index < Crash->ThreadCount; Index++) {
        const KD_CRASH_THREAD *Thread = &Crash->KernelThread[Index];
        KdpWrite(Writer, "  %6u  0x%llx  stack %llx-%llx  %s%s%s%s\n", Thread->Number,
            (unsigned long long)Thread->Thread, (unsigned long long)Thread->StackLimit,
            (unsigned long long)Thread->StackBase, Thread->Process,
            Thread->System ? ", system thread" : "", Thread->Waiting ? ", waits" : "",
            Thread->Thread == Crash->Thread ? ", stopped the machine" : "");
    }
}

static void KdpWriteMachine(const KDP_WRITER *Writer)
{
    const KD_CRASH *Crash = Writer->Crash;
    KdpWrite(Writer, "\nMACHINE %s, version %u.%u build %u, %s, %u processors, up %llu.%03llu s\n",
        Crash->OsName, Crash->Major, Crash->Minor, Crash->Build,
        Crash->Machine == IMAGE_FILE_MACHINE_AMD64 ? "x64" : "x86", Crash->Processors,
        (unsigned long long)(Crash->Uptime100ns / 10000000),
        (unsigned long long)(Crash->Uptime100ns / 10000 % 1000));
    KdpWrite(Writer, "  dotsys %s, process %u\n", Crash->Version, Crash->ProcessId);
    if (Crash->CommandLine[0] != 0)
        KdpWrite(Writer, "  %s\n", Crash->CommandLine);
}

void KdWriteCrash(
    const KD_CRASH *Crash, const KD_CRASH_CALLS *Calls, enum KD_CRASH_LENGTH Length, KD_TEXT *Text)
{
    const KDP_WRITER Writer = {Crash, Calls, Text};
    Text->Length = 0;
    Text->Buffer[0] = 0;
    KdpWriteHead(&Writer);
    KdpWriteWho(&Writer);
    KdpWriteStack(&Writer);
    KdpWriteRegisters(&Writer);
    KdpWriteCode(&Writer);
    for (ULONG Index = 0; Index < Crash->PoolCount; Index++)
        KdpWritePool(&Writer, &Crash->Pool[Index]);
    for (ULONG Index = 0; Index < Crash->IrpCount; Index++)
        KdpWriteIrp(&Writer, &Crash->Irp[Index]);
    KdpWriteLogs(&Writer, Length);
    if (Length == KD_CRASH_BRIEF)
        return;
    KdpWriteException(&Writer);
    KdpWriteWords(&Writer);
    KdpWriteThreads(&Writer);
    KdpWriteLines(&Writer);
    KdpWriteModules(&Writer);
    KdpWriteMachine(&Writer);
}

/* ---- The machine's own ----------------------------------------------------------------------- */

static char KdpReport[KDP_REPORT_BYTES];

void KdpWriteReport(const KD_CRASH *Crash)
{
    KD_TEXT Text = {KdpReport, sizeof(KdpReport), 0};
    KdWriteCrash(Crash, NULL, KD_CRASH_BRIEF, &Text);
}

const char *KdGetReport(void)
{
    return KdGetCrash() != NULL ? KdpReport : NULL;
}
