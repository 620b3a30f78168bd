/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See follow.h. One thread at a time is in drivers' code, as none is interrupted there but by
 * VfpLook itself: so one set of pages is executable or not for all. A thread's calls are kept
 * beside its stack by where their return addresses lie: what lies below the stack pointer is over.
 * Races are told at the next point, outside of fault handling.
 */
#include "vf/follow.h"

#include <stdio.h>
#include <string.h>

#include "dotsys/dotsys.h"
#include "ex/ex.h"
#include "kd/kd.h"
#include "ke/ke.h"
#include "ke/operand.h"
#include "ke/turns.h"
#if defined(__x86_64__)
#include "rtl/amd64/unwind.h"
#endif
#include "vf/clock.h"
#include "vf/order.h"
#include "vf/race.h"

#define EFLAGS_TRAP 0x100u
#define VFP_CALLS 64u
#define VFP_CODE_PARTS 256u
#define VFP_RACES_WAITING 16u
#define VFP_LARGEST_ACCESS 64u

/* Pages of an image's code that lie together. */
typedef struct VFP_CODE {
    const LDR_IMAGE *Image;
    UCHAR *Start;
    SIZE_T SizeBytes;
    unsigned Protection;
    BOOLEAN Discardable;
} VFP_CODE;

typedef struct VFP_CALL {
    ULONG_PTR Return, Place; /* the return address and where it is */
    ULONG_PTR Object;        /* VfpAfter's when the call is over; 0: none */
    BOOLEAN IfTrue;
} VFP_CALL;

typedef struct VFP_FOLLOWED {
    const KTHREAD *Thread;
    const VFP_CODE *Code;    /* it is in a driver's code, and there; NULL: elsewhere */
    ULONG_PTR Looked;        /* the last instruction looked at */
    BOOLEAN Calls;           /* which is a call */
    ULONG_PTR ResumePc, ResumeSp; /* where it was interrupted by a point; 0: it was not */
    ULONG Depth, Stack;      /* of Call; VfpKeepStack's of them, 0: not known */
    ULONG_PTR StackPc;       /* the instruction Stack begins with */
    VFP_CALL Call[VFP_CALLS];
} VFP_FOLLOWED;

static VFP_CODE VfpCode[VFP_CODE_PARTS];
static ULONG VfpCodeCount;
static VFP_FOLLOWED *VfpFollowed; /* by number of turns */
static VFP_RACE VfpWaiting[VFP_RACES_WAITING];
static ULONG VfpWaitingCount;

/* NULL: this thread is not followed. */
static VFP_FOLLOWED *VfpSelf(void)
{
    const unsigned Number = host_turn_number();
    return Number < HOST_TURNS_LIMIT ? &VfpFollowed[Number] : NULL;
}

/* ---- code ------------------------------------------------------------------------------------ */

static void VfpCodeReady(const LDR_IMAGE *Image, UCHAR *Start, SIZE_T SizeBytes,
    unsigned Protection, BOOLEAN Discardable)
{
    ULONG Kept = 0;
    /* What was there before has been unloaded. */
    for (ULONG Index = 0; Index < VfpCodeCount; Index++) {
        const VFP_CODE *Code = &VfpCode[Index];
        if (Code->Start + Code->SizeBytes <= Start || Start + SizeBytes <= Code->Start)
            VfpCode[Kept++] = *Code;
    }
    VfpCodeCount = Kept;
    VFP_CODE *Last = Kept > 0 ? &VfpCode[Kept - 1] : NULL;
    if (Last != NULL && Last->Image == Image && Last->Start + Last->SizeBytes == Start &&
        Last->Protection == Protection && Last->Discardable == Discardable)
        Last->SizeBytes += SizeBytes;
    else if (VfpCodeCount < VFP_CODE_PARTS)
        VfpCode[VfpCodeCount++] = (VFP_CODE){Image, Start, SizeBytes, Protection, Discardable};
    else
        return; /* is executable, and not followed */
    host_mem_protect(Start, SizeBytes, Protection & ~HOST_EXECUTE);
}

static inline BOOLEAN VfpIsIn(const VFP_CODE *Code, ULONG_PTR Address)
{
    return Address - (ULONG_PTR)Code->Start < Code->SizeBytes;
}

static const VFP_CODE *VfpFindCode(ULONG_PTR Address)
{
    for (ULONG Index = 0; Index < VfpCodeCount; Index++) {
        const VFP_CODE *Code = &VfpCode[Index];
        if (VfpIsIn(Code, Address) && LdrFindImage(Address) == Code->Image &&
            !(Code->Discardable && Code->Image->InitDiscarded))
            return Code;
    }
    return NULL;
}

static void VfpOpenCode(const VFP_CODE *Code, BOOLEAN Open)
{
    host_mem_protect(
        Code->Start, Code->SizeBytes, Open ? Code->Protection : Code->Protection & ~HOST_EXECUTE);
}

/* ---- calls ----------------------------------------------------------------------------------- */

/* Ends the calls whose return addresses lie below the stack pointer. TRUE: one of them returned to
 * where the thread is. */
static BOOLEAN VfpEndCalls(VFP_FOLLOWED *Self, const CONTEXT *Context)
{
    BOOLEAN Returned = FALSE;
    while (Self->Depth > 0 && Self->Call[Self->Depth - 1].Place < KI_SP(Context)) {
        const VFP_CALL *Call = &Self->Call[--Self->Depth];
        Self->Stack = 0;
        Returned |= Call->Return == KI_PC(Context);
#if defined(__x86_64__)
        const BOOLEAN True = (UCHAR)Context->Rax != 0;
#else
        const BOOLEAN True = (UCHAR)Context->Eax != 0;
#endif
        if (Call->Object != 0 && (True || !Call->IfTrue))
            VfpAfter((ULONG)host_turn_number(), Call->Object);
    }
    return Returned;
}

/* The thread has just been called: its return address is at the stack pointer. */
static void VfpBeginCall(VFP_FOLLOWED *Self, const CONTEXT *Context)
{
    if (Self->Depth == VFP_CALLS)
        return;
    Self->Call[Self->Depth++] = (VFP_CALL){
        .Return = *(const ULONG_PTR *)KI_SP(Context), .Place = KI_SP(Context)};
    Self->Stack = 0;
}

static ULONG VfpStackOf(VFP_FOLLOWED *Self, ULONG_PTR Pc)
{
    VFP_STACK Stack = {.Count = 1, .Frame = {Pc}};
    if (Self->Stack != 0 && Self->StackPc == Pc)
        return Self->Stack;
    for (ULONG Index = Self->Depth; Index > 0 && Stack.Count < VFP_STACK_FRAMES; Index--)
        Stack.Frame[Stack.Count++] = Self->Call[Index - 1].Return;
    Self->StackPc = Pc;
    Self->Stack = VfpKeepStack(&Stack);
    return Self->Stack;
}

/* ---- accesses -------------------------------------------------------------------------------- */

static void VfpNote(const VFP_ACCESS *Access)
{
    VFP_RACE Race;
    if (VfpNoteAccess(Access, &Race) && VfpWaitingCount < VFP_RACES_WAITING)
        VfpWaiting[VfpWaitingCount++] = Race;
}

/* Pool and drivers' own data; not stacks, whose owners order what others do there, nor what is the
 * kernel's. */
static BOOLEAN VfpIsLookedAfter(ULONG_PTR Address)
{
    if (!MmIsRam((const void *)Address))
        return FALSE;
    switch (MmPageOf((const void *)Address)->Kind) {
    case MM_PAGE_POOL:
    case MM_PAGE_LARGE:
    case MM_PAGE_LARGE_TAIL:
    case MM_PAGE_SPECIAL:
    case MM_PAGE_IMAGE:
        return TRUE;
    default:
        return FALSE;
    }
}

/* The instruction the thread is about to carry out. TRUE: somebody else's turn may come first. */
static BOOLEAN VfpLook(VFP_FOLLOWED *Self, const CONTEXT *Context, BOOLEAN MayWait)
{
    const ULONG Thread = (ULONG)host_turn_number();
    KI_OPERAND Operand[2];
    BOOLEAN Atomic;
    const ULONG Count = KiMemoryOperands(Context, Operand, &Atomic);
    for (ULONG Index = 0; MayWait && Index < Count; Index++) {
        if (VfpIsLookedAfter(Operand[Index].Address) && VfpIsShared(Thread, Operand[Index].Address))
            return TRUE;
    }
    Self->Looked = KI_PC(Context);
    Self->Calls = KiIsCall(Context);
    for (ULONG Index = 0; Index < Count; Index++) {
        const KI_OPERAND *This = &Operand[Index];
        if (This->SizeBytes == 0 || This->SizeBytes > VFP_LARGEST_ACCESS ||
            !VfpIsLookedAfter(This->Address))
            continue;
        if (Atomic || VfpIsOrdered(This->Address))
            VfpAfter(Thread, This->Address);
        VfpNote(&(VFP_ACCESS){.Thread = Thread,
            .Address = This->Address,
            .SizeBytes = This->SizeBytes,
            .Write = This->Write,
            .Atomic = Atomic,
            .Stack = VfpStackOf(Self, KI_PC(Context))});
        if (Atomic)
            VfpBefore(Thread, This->Address);
    }
    return FALSE;
}

/* ---- in and out ------------------------------------------------------------------------------ */

static void VfpLeave(CONTEXT *Context)
{
    VFP_FOLLOWED *Self = VfpSelf();
    if (Self == NULL || Self->Code == NULL)
        return;
    VfpOpenCode(Self->Code, FALSE);
    Self->Code = NULL;
    Context->EFlags &= ~EFLAGS_TRAP;
}

/* Looks at the next instruction, or waits for a turn before it. */
static void VfpGoOn(VFP_FOLLOWED *Self, CONTEXT *Context, BOOLEAN MayWait)
{
    Context->EFlags |= EFLAGS_TRAP;
    if (VfpLook(Self, Context, MayWait)) {
        Self->ResumePc = KI_PC(Context);
        Self->ResumeSp = KI_SP(Context);
        if (KiRedirectToPoint(Context))
            return;
        Self->ResumePc = 0;
        VfpLook(Self, Context, FALSE);
    }
}

static BOOLEAN VfpEnter(VFP_FOLLOWED *Self, CONTEXT *Context)
{
    const VFP_CODE *Code = VfpFindCode(KI_PC(Context));
    if (Code == NULL || Self->Code == Code)
        return FALSE;
    if (Self->Thread != KiHostThread) { /* the number is used again */
        Self->Thread = KiHostThread;
        Self->Depth = 0;
        Self->ResumePc = 0;
    }
    const BOOLEAN Resumes = Self->ResumePc == KI_PC(Context) && Self->ResumeSp == KI_SP(Context);
    Self->ResumePc = 0;
    VfpOpenCode(Code, TRUE);
    Self->Code = Code;
    if (!VfpEndCalls(Self, Context) && !Resumes)
        VfpBeginCall(Self, Context);
    VfpGoOn(Self, Context, !Resumes);
    return TRUE;
}

/* The thread is at the first instruction of something else. */
static void VfpWentOut(VFP_FOLLOWED *Self, CONTEXT *Context)
{
    const LDR_EXPORT *Export = LdrExportOfThunk(KI_PC(Context));
    ULONG_PTR Object;
    VfpLeave(Context);
    const UCHAR What = Export != NULL ? VfpOrderOf(Export, Context, &Object) : 0;
    if (What & VFP_BEFORE)
        VfpBefore((ULONG)host_turn_number(), Object);
    if ((What & VFP_AFTER) && Self->Depth > 0 &&
        Self->Call[Self->Depth - 1].Place == KI_SP(Context)) {
        Self->Call[Self->Depth - 1].Object = Object;
        Self->Call[Self->Depth - 1].IfTrue = (What & VFP_IF_TRUE) != 0;
    }
}

static void VfpNext(CONTEXT *Context)
{
    VFP_FOLLOWED *Self = VfpSelf();
    if (Self == NULL || Self->Code == NULL || KI_PC(Context) == Self->Looked)
        return;
    VfpEndCalls(Self, Context);
    if (Self->Calls)
        VfpBeginCall(Self, Context);
    Self->Calls = FALSE;
    if (VfpIsIn(Self->Code, KI_PC(Context)))
        VfpGoOn(Self, Context, TRUE);
    else
        VfpWentOut(Self, Context);
}

static BOOLEAN VfpFault(struct host_fault *Fault)
{
    VFP_FOLLOWED *Self = VfpSelf();
    if (Self == NULL)
        return FALSE;
    if (Fault->kind == HOST_FAULT_PAGE && Fault->access == HOST_ACCESS_EXECUTE &&
        Fault->address == KI_PC(Fault->context))
        return VfpEnter(Self, Fault->context);
    if (Fault->kind != HOST_FAULT_STEP || Self->Code == NULL)
        return FALSE;
    /* a repeated one, once more; or a loop of one instruction */
    if (KI_PC(Fault->context) == Self->Looked && !Self->Calls) {
        VfpGoOn(Self, Fault->context, FALSE);
        return TRUE;
    }
    VfpNext(Fault->context);
    return TRUE;
}

/* ---- what the kernel says -------------------------------------------------------------------- */

static void NTAPI VfpOrderedBefore(const volatile void *Object)
{
    const unsigned Number = host_turn_number();
    if (Number < HOST_TURNS_LIMIT)
        VfpBefore(Number, (ULONG_PTR)Object);
}

static void NTAPI VfpOrderedAfter(const volatile void *Object, const KTHREAD *Thread)
{
    const unsigned Number = Thread != NULL ? Thread->Turn : host_turn_number();
    if (Number < HOST_TURNS_LIMIT)
        VfpAfter(Number, (ULONG_PTR)Object);
}

static void NTAPI VfpRenewed(const void *Memory, SIZE_T SizeBytes)
{
    VfpForgetAccesses((ULONG_PTR)Memory, SizeBytes);
}

static void NTAPI VfpFreed(const void *Memory, SIZE_T SizeBytes)
{
    VFP_FOLLOWED *Self = VfpSelf();
    if (Self != NULL)
        VfpNote(&(VFP_ACCESS){.Thread = (ULONG)host_turn_number(),
            .Address = (ULONG_PTR)Memory,
            .SizeBytes = (ULONG)SizeBytes,
            .Write = TRUE,
            .Frees = TRUE,
            .Stack = VfpStackOf(Self, Self->Looked)});
}

/* ---- telling --------------------------------------------------------------------------------- */

typedef struct VFP_TEXT {
    char Text[2600];
    SIZE_T Used;
} VFP_TEXT;

static void VfpPrint(VFP_TEXT *Text, const char *Format, ...) __attribute__((format(printf, 2, 3)));
static void VfpPrint(VFP_TEXT *Text, const char *Format, ...)
{
    va_list Arguments;
    va_start(Arguments, Format);
    const int Bytes = vsnprintf(
        Text->Text + Text->Used, sizeof(Text->Text) - Text->Used, Format, Arguments);
    va_end(Arguments);
    Text->Used += Bytes > 0 ? (SIZE_T)Bytes : 0;
    if (Text->Used >= sizeof(Text->Text))
        Text->Used = sizeof(Text->Text) - 1;
}

static void VfpPrintPlace(VFP_TEXT *Text, ULONG_PTR Address)
{
    char Own[96];
    const LDR_IMAGE *Image = LdrFindImage(Address);
    if (Image != NULL)
        VfpPrint(Text, "%s+0x%lx", Image->Name, (unsigned long)(Address - (ULONG_PTR)Image->Base));
    else if (host_symbol(Address, Own, sizeof(Own)))
        VfpPrint(Text, "%s", Own);
    else
        VfpPrint(Text, "0x%lx", (unsigned long)Address);
}

/* Where the function begins that an instruction is in; the instruction, where that is not known. */
static ULONG_PTR VfpFunctionOf(ULONG_PTR Pc)
{
#if defined(__x86_64__)
    RUNTIME_FUNCTION *Table;
    UCHAR *Base;
    ULONG Count;
    if (KeImageLookup(Pc, &Base, &Table, &Count)) {
        const RUNTIME_FUNCTION *Function = RtlpFindFunction(
            (ULONG)(Pc - (ULONG_PTR)Base), Base, Table, Count);
        if (Function != NULL)
            return (ULONG_PTR)Base + Function->BeginAddress;
    }
#endif
    return Pc;
}

static void VfpPrintStack(VFP_TEXT *Text, const VFP_ACCESS *Access, const char *When)
{
    const VFP_STACK *Stack = VfpGetStack(Access->Stack);
    VfpPrint(Text, "\nthread %u %s %s:", (unsigned)Access->Thread, When,
        Access->Frees        ? "frees it"
            : Access->Atomic ? "changes it, locked"
            : Access->Write  ? "writes"
                             : "reads");
    for (ULONG Index = 0; Stack != NULL && Index < Stack->Count; Index++) {
        VfpPrint(Text, "\n  %02u ", (unsigned)Index);
        VfpPrintPlace(Text, Stack->Frame[Index]);
    }
}

static void VfpPrintMemory(VFP_TEXT *Text, const VFP_ACCESS *Access)
{
    EX_POOL_PLACE Place;
    const LDR_IMAGE *Image = LdrFindImage(Access->Address);
    VfpPrint(
        Text, " (%u byte%s at ", (unsigned)Access->SizeBytes, Access->SizeBytes == 1 ? "" : "s");
    if (Image != NULL)
        VfpPrint(Text, "%s+0x%lx)", Image->Name,
            (unsigned long)(Access->Address - (ULONG_PTR)Image->Base));
    else if (ExFindPoolPlace(Access->Address, &Place))
        VfpPrint(Text, "offset 0x%lx of a pool block of %lu bytes, tag %.4s)",
            (unsigned long)(Access->Address - (ULONG_PTR)Place.Block.Address),
            (unsigned long)Place.Block.Bytes, (const char *)&Place.Block.Tag);
    else
        VfpPrint(Text, "0x%lx)", (unsigned long)Access->Address);
}

/* The first line is the same whichever of the two comes first. */
static void VfpTellRace(const VFP_RACE *Race)
{
    const VFP_STACK *Now = VfpGetStack(Race->Now.Stack),
                    *Earlier = VfpGetStack(Race->Earlier.Stack);
    const ULONG_PTR One = Now != NULL ? VfpFunctionOf(Now->Frame[0]) : 0;
    const ULONG_PTR Other = Earlier != NULL ? VfpFunctionOf(Earlier->Frame[0]) : 0;
    VFP_TEXT Text = {.Used = 0};
    VfpPrint(&Text, "data race between the functions at ");
    VfpPrintPlace(&Text, One < Other ? One : Other);
    VfpPrint(&Text, " and ");
    VfpPrintPlace(&Text, One < Other ? Other : One);
    VfpPrintMemory(&Text,
        Race->Earlier.Frees   ? &Race->Now
            : Race->Now.Frees ? &Race->Earlier
                              : &Race->Now);
    VfpPrintStack(&Text, &Race->Now, "now");
    VfpPrintStack(&Text, &Race->Earlier, "before, which nothing orders,");
    KdFinding(DOTSYS_FINDING_DATA_RACE, 0, "%s", Text.Text);
}

static void VfpTell(void)
{
    while (VfpWaitingCount > 0) {
        const VFP_RACE Race = VfpWaiting[0];
        memmove(VfpWaiting, VfpWaiting + 1, --VfpWaitingCount * sizeof(VfpWaiting[0]));
        VfpTellRace(&Race);
    }
}

/* ---- from when on, and until when ------------------------------------------------------------ */

static const KE_TRACKER VfpTracker = {
    VfpOrderedBefore, VfpOrderedAfter, VfpRenewed, VfpFreed, VfpFault, VfpNext, VfpLeave, VfpTell,
};

BOOLEAN VfpStartFollowing(void)
{
    VfpFollowed = host_private_allocate(HOST_TURNS_LIMIT * sizeof(*VfpFollowed));
    if (VfpFollowed == NULL || !VfpStartClocks() ||
        !VfpStartRaces(MM_SYSTEM_BASE, MM_RAM_BYTES, VfpFunctionOf)) {
        VfpStopFollowing();
        return FALSE;
    }
    VfpCodeCount = VfpWaitingCount = 0;
    VfpFindOrders();
    LdrCodeReady = VfpCodeReady;
    KeTracker = &VfpTracker;
    return TRUE;
}

void VfpStopFollowing(void)
{
    KeTracker = NULL;
    LdrCodeReady = NULL;
    VfpStopRaces();
    VfpStopClocks();
    host_private_free(VfpFollowed, HOST_TURNS_LIMIT * sizeof(*VfpFollowed));
    VfpFollowed = NULL;
}
