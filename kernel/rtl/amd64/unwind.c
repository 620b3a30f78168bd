/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * x64 unwinding through driver frames, by the image's .pdata and .xdata. Reads only the image and
 * the stack; keeps nothing. Source of the format: DOC "x64 exception handling" (unwind codes,
 * epilogues, chained information).
 */
#include "rtl/amd64/unwind.h"

#include <string.h>

#define RTLP_INDIRECT 1u /* of UnwindData: it leads to the entry that has some */
#define RTLP_CHAIN    32u /* parts a function has at most */

RUNTIME_FUNCTION *RtlpFindFunction(
    ULONG Rva, UCHAR *ImageBase, RUNTIME_FUNCTION *Table, ULONG Count)
{
    ULONG Low = 0, High = Count;
    while (Low < High) {
        ULONG Middle = Low + (High - Low) / 2;
        if (Rva < Table[Middle].BeginAddress)
            High = Middle;
        else if (Rva >= Table[Middle].EndAddress)
            Low = Middle + 1;
        else if (Table[Middle].UnwindData & RTLP_INDIRECT)
            return (RUNTIME_FUNCTION *)(void *)(ImageBase +
                (Table[Middle].UnwindData & ~RTLP_INDIRECT));
        else
            return &Table[Middle];
    }
    return NULL;
}

/* Rax … R15 are contiguous in CONTEXT and in the order of the machine's register numbers. */
static ULONG64 *RtlpRegister(CONTEXT *Context, ULONG Number)
{
    return &(&Context->Rax)[Number];
}

/* A frame being undone. */
typedef struct RTLP_FRAME {
    CONTEXT Context;
    KNONVOLATILE_CONTEXT_POINTERS Pointers; /* where registers were found */
    RTLP_STACK Stack;
} RTLP_FRAME;

static BOOLEAN RtlpRead(const RTLP_FRAME *Frame, ULONG64 Address, void *To, ULONG Bytes)
{
    if (Address < Frame->Stack.Low || Address > Frame->Stack.High ||
        Frame->Stack.High - Address < Bytes)
        return FALSE;
    memcpy(To, (const void *)Address, Bytes);
    return TRUE;
}

static BOOLEAN RtlpPop(RTLP_FRAME *Frame, ULONG64 *Value)
{
    const BOOLEAN Read = RtlpRead(Frame, Frame->Context.Rsp, Value, sizeof(*Value));
    Frame->Context.Rsp += sizeof(*Value);
    return Read;
}

/* A register's value in the caller lies at Saved. */
static BOOLEAN RtlpLoad(RTLP_FRAME *Frame, ULONG Number, ULONG64 Saved)
{
    Frame->Pointers.IntegerContext[Number] = (ULONG64 *)Saved;
    return RtlpRead(Frame, Saved, RtlpRegister(&Frame->Context, Number), sizeof(ULONG64));
}

static BOOLEAN RtlpLoadXmm(RTLP_FRAME *Frame, ULONG Number, ULONG64 Saved)
{
    Frame->Pointers.FloatingContext[Number] = (M128A *)Saved;
    return RtlpRead(Frame, Saved, &Frame->Context.FltSave.XmmRegisters[Number], sizeof(M128A));
}

static BOOLEAN RtlpPopRegister(RTLP_FRAME *Frame, ULONG Number)
{
    const ULONG64 Saved = Frame->Context.Rsp;

    Frame->Context.Rsp += sizeof(ULONG64);
    return RtlpLoad(Frame, Number, Saved);
}

static UNWIND_CODE *RtlpCodes(UNWIND_INFO *Info)
{
    return Info->UnwindCode;
}

/* Slots an unwind code takes. */
static ULONG RtlpCodeSlots(UNWIND_CODE Code)
{
    switch (Code.UnwindOp) {
    case UWOP_ALLOC_LARGE:
        return Code.OpInfo == 0 ? 2 : 3;
    case UWOP_SAVE_NONVOL:
    case UWOP_SAVE_XMM128:
        return 2;
    case UWOP_SAVE_NONVOL_FAR:
    case UWOP_SAVE_XMM128_FAR:
        return 3;
    case UWOP_EPILOG:
        return 2;
    case UWOP_SPARE_CODE:
        return 3;
    default:
        return 1;
    }
}

static ULONG RtlpFarOffset(const UNWIND_CODE *Code)
{
    return Code[1].FrameOffset | (ULONG)Code[2].FrameOffset << 16;
}

/* Where the instruction that takes the frame off the stack ends (add rsp / lea rsp); At: there is
 * none. */
static const UCHAR *RtlpUndoFrame(
    CONTEXT *Context, const UCHAR *At, const UCHAR *End, const UNWIND_INFO *Info)
{
    LONG Bytes;

    if (End - At >= 4 && (At[0] & 0xF8) == 0x48 && At[1] == 0x83 && At[2] == 0xC4) {
        Context->Rsp += (ULONG64)(LONG64)(signed char)At[3];
        return At + 4;
    }
    if (End - At >= 7 && (At[0] & 0xF8) == 0x48 && At[1] == 0x81 && At[2] == 0xC4) {
        memcpy(&Bytes, At + 3, sizeof(Bytes));
        Context->Rsp += (ULONG64)(LONG64)Bytes;
        return At + 7;
    }
    if (End - At < 4 || Info->FrameRegister == 0 || (At[0] & 0xFE) != 0x48 || At[1] != 0x8D ||
        (At[2] & 0x38) != 0x20 || ((At[2] & 7) | (At[0] & 1) << 3) != Info->FrameRegister ||
        (At[2] & 7) == 4)
        return At;
    const ULONG64 Base = *RtlpRegister(Context, Info->FrameRegister);
    if ((At[2] & 0xC0) == 0x40) {
        Context->Rsp = Base + (ULONG64)(LONG64)(signed char)At[3];
        return At + 4;
    }
    if ((At[2] & 0xC0) != 0x80 || End - At < 7)
        return At;
    memcpy(&Bytes, At + 3, sizeof(Bytes));
    Context->Rsp = Base + (ULONG64)(LONG64)Bytes;
    return At + 7;
}

/* Whether what is at At leaves the function: ret, a jump through memory, or one to somewhere
 * else. */
static BOOLEAN RtlpLeaves(const UCHAR *At, const UCHAR *Begin, const UCHAR *End)
{
    const SIZE_T Left = (SIZE_T)(End - At);
    LONG Distance;

    if (Left >= 1 && (At[0] == 0xC3 || (At[0] == 0xF3 && Left >= 2 && At[1] == 0xC3)))
        return TRUE;
    if (Left >= 2 &&
        ((At[0] == 0xFF && (At[1] & 0x38) == 0x20) ||
            (At[0] == 0x48 && At[1] == 0xFF && Left >= 3 && (At[2] & 0x38) == 0x20)))
        return TRUE;
    if (Left >= 2 && At[0] == 0xEB) {
        Distance = (signed char)At[1];
        At += 2;
    } else if (Left >= 5 && At[0] == 0xE9) {
        memcpy(&Distance, At + 1, sizeof(Distance));
        At += 5;
    } else {
        return FALSE;
    }
    return At + Distance < Begin || At + Distance >= End;
}

/*
 * If Pc stands in an epilogue (add rsp / lea rsp, pops, ret or jmp), carries out the rest of it on
 * Frame and returns TRUE. Only the forms the ABI allows are recognised, and only to the end of the
 * function. What is not on the stack is no epilogue.
 */
static BOOLEAN RtlpUnwindEpilogue(RTLP_FRAME *Frame, const UCHAR *ImageBase,
    const RUNTIME_FUNCTION *Function, const UNWIND_INFO *Info)
{
    const UCHAR *At = (const UCHAR *)Frame->Context.Rip, *End = ImageBase + Function->EndAddress;
    RTLP_FRAME Result = *Frame;
    BOOLEAN Good = TRUE;

    if (At >= End)
        return FALSE;
    At = RtlpUndoFrame(&Result.Context, At, End, Info);
    for (; Good; At++) {
        if (End - At >= 1 && (At[0] & 0xF8) == 0x58) {
            Good = RtlpPopRegister(&Result, At[0] & 7u);
        } else if (End - At >= 2 && (At[0] & 0xF0) == 0x40 && (At[1] & 0xF8) == 0x58) {
            Good = RtlpPopRegister(&Result, (At[1] & 7u) | (At[0] & 1u) << 3);
            At++;
        } else {
            break;
        }
    }
    if (!Good || !RtlpLeaves(At, ImageBase + Function->BeginAddress, End) ||
        !RtlpPop(&Result, &Result.Context.Rip))
        return FALSE;
    *Frame = Result;
    return TRUE;
}

/* Undoes one code. Base: of the frame, what offsets count from. FALSE: it is none, or what it means
 * is not on the stack. */
static BOOLEAN RtlpUndoCode(RTLP_FRAME *Frame, const UNWIND_CODE *Code, ULONG64 Base)
{
    switch (Code->UnwindOp) {
    case UWOP_PUSH_NONVOL:
        return RtlpPopRegister(Frame, Code->OpInfo);
    case UWOP_ALLOC_LARGE:
        Frame->Context.Rsp += Code->OpInfo == 0 ? Code[1].FrameOffset * 8u : RtlpFarOffset(Code);
        return TRUE;
    case UWOP_ALLOC_SMALL:
        Frame->Context.Rsp += Code->OpInfo * 8u + 8u;
        return TRUE;
    case UWOP_SET_FPREG:
        Frame->Context.Rsp = Base;
        return TRUE;
    case UWOP_SAVE_NONVOL:
        return RtlpLoad(Frame, Code->OpInfo, Base + Code[1].FrameOffset * 8u);
    case UWOP_SAVE_NONVOL_FAR:
        return RtlpLoad(Frame, Code->OpInfo, Base + RtlpFarOffset(Code));
    case UWOP_SAVE_XMM128:
        return RtlpLoadXmm(Frame, Code->OpInfo, Base + Code[1].FrameOffset * 16u);
    case UWOP_SAVE_XMM128_FAR:
        return RtlpLoadXmm(Frame, Code->OpInfo, Base + RtlpFarOffset(Code));
    default:
        return FALSE;
    }
}

/* The frame a processor pushes at an interrupt, and an error code below it: Rip, CS, flags, Rsp,
 * SS. */
static BOOLEAN RtlpUndoMachineFrame(RTLP_FRAME *Frame, BOOLEAN ErrorCode)
{
    const ULONG64 Machine = Frame->Context.Rsp + (ErrorCode ? 8u : 0u);

    return RtlpRead(Frame, Machine, &Frame->Context.Rip, sizeof(ULONG64)) &&
           RtlpRead(Frame, Machine + 24, &Frame->Context.Rsp, sizeof(ULONG64));
}

/* Undoes the prologue's codes, those of the chained parents included. PrologOffset: bytes of the
 * prologue executed. */
static BOOLEAN RtlpUndoPrologue(
    RTLP_FRAME *Frame, UCHAR *ImageBase, const RUNTIME_FUNCTION *Function, ULONG PrologOffset)
{
    for (ULONG Depth = 0; Depth < RTLP_CHAIN; Depth++) {
        UNWIND_INFO *Info = (UNWIND_INFO *)(ImageBase + Function->UnwindData);
        const UNWIND_CODE *Code = RtlpCodes(Info);
        const ULONG64 Base = Info->FrameRegister != 0
            ? *RtlpRegister(&Frame->Context, Info->FrameRegister) - Info->FrameOffset * (ULONG64)16
            : Frame->Context.Rsp;
        for (ULONG Index = 0; Index < Info->CountOfCodes; Index += RtlpCodeSlots(Code[Index])) {
            const UNWIND_CODE *This = &Code[Index];
            if (RtlpCodeSlots(*This) > Info->CountOfCodes - Index)
                return FALSE; /* it goes on behind the end */
            if (This->UnwindOp == UWOP_EPILOG || This->UnwindOp == UWOP_SPARE_CODE ||
                This->CodeOffset > PrologOffset)
                continue;
            if (This->UnwindOp == UWOP_PUSH_MACHFRAME)
                return RtlpUndoMachineFrame(Frame, This->OpInfo != 0);
            if (!RtlpUndoCode(Frame, This, Base))
                return FALSE;
        }
        if (!(Info->Flags & UNW_FLAG_CHAININFO))
            return RtlpPop(Frame, &Frame->Context.Rip);
        Function = (const RUNTIME_FUNCTION *)(const void *)&Code[(Info->CountOfCodes + 1) & ~1];
        PrologOffset = ~(ULONG)0; /* a chained parent's prologue has run in full */
    }
    return FALSE;
}

/* Where the frame is. The frame register counts once the prologue has set it (always, in a chained
 * part). */
static ULONG64 RtlpEstablisher(CONTEXT *Context, UNWIND_INFO *Info, ULONG Offset)
{
    const UNWIND_CODE *Code = RtlpCodes(Info);
    BOOLEAN Set = Offset >= Info->SizeOfProlog || (Info->Flags & UNW_FLAG_CHAININFO) != 0;

    if (Info->FrameRegister == 0)
        return Context->Rsp;
    for (ULONG Index = 0; !Set && Index < Info->CountOfCodes; Index += RtlpCodeSlots(Code[Index]))
        Set = Code[Index].UnwindOp == UWOP_SET_FPREG && Offset >= Code[Index].CodeOffset;
    return Set ? *RtlpRegister(Context, Info->FrameRegister) - Info->FrameOffset * (ULONG64)16
               : Context->Rsp;
}

BOOLEAN RtlpVirtualUnwind(ULONG HandlerType, UCHAR *ImageBase, RUNTIME_FUNCTION *Function,
    const RTLP_STACK *Stack, CONTEXT *Context, ULONG64 *Establisher, PEXCEPTION_ROUTINE *Handler,
    void **HandlerData, KNONVOLATILE_CONTEXT_POINTERS *Pointers)
{
    UNWIND_INFO *Info = (UNWIND_INFO *)(ImageBase + Function->UnwindData);
    ULONG Offset = (ULONG)(Context->Rip - (ULONG64)ImageBase) - Function->BeginAddress;
    RTLP_FRAME Frame = {.Context = *Context, .Stack = *Stack};
    BOOLEAN Done = FALSE;

    *Handler = NULL;
    *HandlerData = NULL;
    *Establisher = RtlpEstablisher(Context, Info, Offset);
    if (Pointers != NULL)
        Frame.Pointers = *Pointers;
    if (Offset >= Info->SizeOfProlog || (Info->Flags & UNW_FLAG_CHAININFO)) {
        Done = RtlpUnwindEpilogue(&Frame, ImageBase, Function, Info);
        if (!Done && !(Info->Flags & UNW_FLAG_CHAININFO) && (Info->Flags & HandlerType)) {
            ULONG *Rva = (ULONG *)(void *)&RtlpCodes(Info)[(Info->CountOfCodes + 1) & ~1];
            *Handler = (PEXCEPTION_ROUTINE)(void *)(ImageBase + *Rva);
            *HandlerData = Rva + 1;
        }
        Offset = ~(ULONG)0;
    }
    Done = Done || RtlpUndoPrologue(&Frame, ImageBase, Function, Offset);
    *Context = Frame.Context;
    if (Pointers != NULL)
        *Pointers = Frame.Pointers;
    return Done;
}
