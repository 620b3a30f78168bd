/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * x64 unwinding through driver frames, by the image's .pdata and .xdata. Reads only the image and the stack; keeps nothing.
 * Source of the format: DOC "x64 exception handling" (unwind codes, epilogues, chained information).
 */
#include "rtl/amd64/unwind.h"

#include <string.h>

RUNTIME_FUNCTION *RtlpFindFunction(ULONG Rva, RUNTIME_FUNCTION *Table, ULONG Count)
{
    ULONG Low = 0, High = Count;
    while (Low < High) {
        ULONG Middle = Low + (High - Low) / 2;
        if (Rva < Table[Middle].BeginAddress)
            High = Middle;
        else if (Rva >= Table[Middle].EndAddress)
            Low = Middle + 1;
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

static ULONG64 RtlpPop(CONTEXT *Context)
{
    ULONG64 Value = *(ULONG64 *)Context->Rsp;
    Context->Rsp += sizeof(ULONG64);
    return Value;
}

/* A register's value in the caller lies at Saved. */
static void RtlpLoad(CONTEXT *Context, ULONG Number, ULONG64 Saved, KNONVOLATILE_CONTEXT_POINTERS *Pointers)
{
    *RtlpRegister(Context, Number) = *(ULONG64 *)Saved;
    if (Pointers != NULL)
        Pointers->IntegerContext[Number] = (ULONG64 *)Saved;
}

static void RtlpLoadXmm(CONTEXT *Context, ULONG Number, ULONG64 Saved, KNONVOLATILE_CONTEXT_POINTERS *Pointers)
{
    memcpy(&Context->FltSave.XmmRegisters[Number], (void *)Saved, sizeof(M128A));
    if (Pointers != NULL)
        Pointers->FloatingContext[Number] = (M128A *)Saved;
}

static void RtlpPopRegister(CONTEXT *Context, ULONG Number, KNONVOLATILE_CONTEXT_POINTERS *Pointers)
{
    ULONG64 Saved = Context->Rsp;

    Context->Rsp += sizeof(ULONG64);
    RtlpLoad(Context, Number, Saved, Pointers);
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

/*
 * If Pc stands in an epilogue (add rsp / lea rsp, pops, ret or jmp), carries out the rest of it on Context and returns TRUE. Only
 * the forms the ABI allows are recognised, and only to the end of the function.
 */
static BOOLEAN RtlpUnwindEpilogue(CONTEXT *Context, const UCHAR *ImageBase, RUNTIME_FUNCTION *Function, UNWIND_INFO *Info,
    KNONVOLATILE_CONTEXT_POINTERS *Pointers)
{
    KNONVOLATILE_CONTEXT_POINTERS Found;
    const UCHAR *At = (const UCHAR *)Context->Rip;
    const UCHAR *End = ImageBase + Function->EndAddress;
    CONTEXT Result = *Context;

    if (Pointers != NULL)
        Found = *Pointers;
    if (End - At >= 4 && (At[0] & 0xF8) == 0x48 && At[1] == 0x83 && At[2] == 0xC4) {
        Result.Rsp += (ULONG64)(LONG64)(signed char)At[3];
        At += 4;
    } else if (End - At >= 7 && (At[0] & 0xF8) == 0x48 && At[1] == 0x81 && At[2] == 0xC4) {
        LONG Bytes;
        memcpy(&Bytes, At + 3, sizeof(Bytes));
        Result.Rsp += (ULONG64)(LONG64)Bytes;
        At += 7;
    } else if (End - At >= 4 && Info->FrameRegister != 0 && (At[0] & 0xFE) == 0x48 && At[1] == 0x8D &&
               (At[2] & 0x38) == 0x20 && ((At[2] & 7) | (At[0] & 1) << 3) == Info->FrameRegister && (At[2] & 7) != 4) {
        ULONG64 Base = *RtlpRegister(&Result, Info->FrameRegister);
        if ((At[2] & 0xC0) == 0x40) {
            Result.Rsp = Base + (ULONG64)(LONG64)(signed char)At[3];
            At += 4;
        } else if ((At[2] & 0xC0) == 0x80 && End - At >= 7) {
            LONG Offset;
            memcpy(&Offset, At + 3, sizeof(Offset));
            Result.Rsp = Base + (ULONG64)(LONG64)Offset;
            At += 7;
        }
    }
    for (;;) {
        if (End - At >= 1 && (At[0] & 0xF8) == 0x58) {
            RtlpPopRegister(&Result, At[0] & 7u, &Found);
            At += 1;
        } else if (End - At >= 2 && (At[0] & 0xF0) == 0x40 && (At[1] & 0xF8) == 0x58) {
            RtlpPopRegister(&Result, (At[1] & 7u) | (At[0] & 1u) << 3, &Found);
            At += 2;
        } else {
            break;
        }
    }
    BOOLEAN Ret = End - At >= 1 && (At[0] == 0xC3 || (At[0] == 0xF3 && End - At >= 2 && At[1] == 0xC3));
    BOOLEAN TailJump = End - At >= 2 && ((At[0] == 0xFF && (At[1] & 0x38) == 0x20) ||
                                            (At[0] == 0x48 && At[1] == 0xFF && End - At >= 3 && (At[2] & 0x38) == 0x20));
    if (End - At >= 2 && (At[0] == 0xEB || (At[0] == 0xE9 && End - At >= 5))) {
        /* A jump is the end of an epilogue only when it leaves the function. */
        LONG Distance = At[0] == 0xEB ? (LONG)(signed char)At[1] : 0;
        if (At[0] == 0xE9)
            memcpy(&Distance, At + 1, sizeof(Distance));
        const UCHAR *Target = At + (At[0] == 0xEB ? 2 : 5) + Distance;
        TailJump = Target < ImageBase + Function->BeginAddress || Target >= End;
    }
    if (!Ret && !TailJump)
        return FALSE;
    Result.Rip = RtlpPop(&Result);
    *Context = Result;
    if (Pointers != NULL)
        *Pointers = Found;
    return TRUE;
}

/* Undoes the prologue's codes, those of the chained parents included. PrologOffset: bytes of the prologue executed. */
static BOOLEAN RtlpUndoPrologue(CONTEXT *Context, UCHAR *ImageBase, RUNTIME_FUNCTION *Function, ULONG PrologOffset,
    KNONVOLATILE_CONTEXT_POINTERS *Pointers)
{
    for (ULONG Depth = 0; Depth < 32; Depth++) {
        UNWIND_INFO *Info = (UNWIND_INFO *)(ImageBase + Function->UnwindData);
        UNWIND_CODE *Code = RtlpCodes(Info);
        ULONG64 Frame = Info->FrameRegister != 0
                            ? *RtlpRegister(Context, Info->FrameRegister) - Info->FrameOffset * (ULONG64)16
                            : Context->Rsp;
        for (ULONG Index = 0; Index < Info->CountOfCodes; Index += RtlpCodeSlots(Code[Index])) {
            const UNWIND_CODE *This = &Code[Index];
            if (This->UnwindOp == UWOP_EPILOG || This->UnwindOp == UWOP_SPARE_CODE || This->CodeOffset > PrologOffset)
                continue;
            switch (This->UnwindOp) {
            case UWOP_PUSH_NONVOL:
                RtlpPopRegister(Context, This->OpInfo, Pointers);
                break;
            case UWOP_ALLOC_LARGE:
                Context->Rsp += This->OpInfo == 0 ? This[1].FrameOffset * 8u : RtlpFarOffset(This);
                break;
            case UWOP_ALLOC_SMALL:
                Context->Rsp += This->OpInfo * 8u + 8u;
                break;
            case UWOP_SET_FPREG:
                Context->Rsp = Frame;
                break;
            case UWOP_SAVE_NONVOL:
                RtlpLoad(Context, This->OpInfo, Frame + This[1].FrameOffset * 8u, Pointers);
                break;
            case UWOP_SAVE_NONVOL_FAR:
                RtlpLoad(Context, This->OpInfo, Frame + RtlpFarOffset(This), Pointers);
                break;
            case UWOP_SAVE_XMM128:
                RtlpLoadXmm(Context, This->OpInfo, Frame + This[1].FrameOffset * 16u, Pointers);
                break;
            case UWOP_SAVE_XMM128_FAR:
                RtlpLoadXmm(Context, This->OpInfo, Frame + RtlpFarOffset(This), Pointers);
                break;
            case UWOP_PUSH_MACHFRAME: {
                ULONG64 Machine = Context->Rsp + (This->OpInfo ? 8u : 0u);
                Context->Rip = *(ULONG64 *)Machine;
                Context->Rsp = *(ULONG64 *)(Machine + 24);
                return TRUE;
            }
            default:
                return FALSE;
            }
        }
        if (!(Info->Flags & UNW_FLAG_CHAININFO)) {
            Context->Rip = RtlpPop(Context);
            return TRUE;
        }
        Function = (RUNTIME_FUNCTION *)&Code[(Info->CountOfCodes + 1) & ~1];
        PrologOffset = ~(ULONG)0; /* a chained parent's prologue has run in full */
    }
    return FALSE;
}

BOOLEAN RtlpVirtualUnwind(ULONG HandlerType, UCHAR *ImageBase, RUNTIME_FUNCTION *Function, CONTEXT *Context,
    ULONG64 *Establisher, PEXCEPTION_ROUTINE *Handler, void **HandlerData, KNONVOLATILE_CONTEXT_POINTERS *Pointers)
{
    UNWIND_INFO *Info = (UNWIND_INFO *)(ImageBase + Function->UnwindData);
    ULONG Offset = (ULONG)(Context->Rip - (ULONG64)ImageBase) - Function->BeginAddress;
    UNWIND_CODE *Code = RtlpCodes(Info);

    *Handler = NULL;
    *HandlerData = NULL;
    *Establisher = Context->Rsp;
    if (Info->FrameRegister != 0) {
        /* The frame register counts once the prologue has set it (always, in a chained part). */
        BOOLEAN Set = Offset >= Info->SizeOfProlog || (Info->Flags & UNW_FLAG_CHAININFO) != 0;
        for (ULONG Index = 0; !Set && Index < Info->CountOfCodes; Index += RtlpCodeSlots(Code[Index]))
            Set = Code[Index].UnwindOp == UWOP_SET_FPREG && Offset >= Code[Index].CodeOffset;
        if (Set)
            *Establisher = *RtlpRegister(Context, Info->FrameRegister) - Info->FrameOffset * (ULONG64)16;
    }
    if (Offset >= Info->SizeOfProlog || (Info->Flags & UNW_FLAG_CHAININFO)) {
        if (RtlpUnwindEpilogue(Context, ImageBase, Function, Info, Pointers))
            return TRUE;
        if (!(Info->Flags & UNW_FLAG_CHAININFO) && (Info->Flags & HandlerType)) {
            ULONG *Rva = (ULONG *)(void *)&Code[(Info->CountOfCodes + 1) & ~1];
            *Handler = (PEXCEPTION_ROUTINE)(void *)(ImageBase + *Rva);
            *HandlerData = Rva + 1;
        }
        Offset = ~(ULONG)0;
    }
    return RtlpUndoPrologue(Context, ImageBase, Function, Offset, Pointers);
}
