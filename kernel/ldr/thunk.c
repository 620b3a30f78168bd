/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What an import of the kernel is bound to: the export itself, or code of ours in the image's thunk
 * pages.
 *
 *   a function that is only a stub   names itself, the driver and the call site, and stops the
 *                                    machine
 *   any function, with KeTakesTurns  lets other threads have their turns first (KePoint)
 *   those of LdrIsPoint              the same
 *   any function, with LdrCheckIrql  compares the caller's IRQL with the export's, then jumps to it
 *                                    with all registers and the stack as they were
 *
 * In an image Driver Verifier looks at, what has a replacement goes there instead.
 *
 *   a variable that is only a stub   an inaccessible place: who reads it faults, and
 *                                    LdrFindStubData tells the fault's reporter which one it was
 *
 * A thunk is LDRP_THUNK_BYTES long: code, then its record. The first StubDataCount entries are
 * records of variables in the order of their places.
 */
#include "ldr/ldrp.h"

#include <stdio.h>
#include <string.h>

#include "ke/turns.h"

BOOLEAN LdrCheckIrql, LdrPageSections;
BOOLEAN (*LdrIsVerified)(const char *Name);
BOOLEAN (*LdrIsPoint)(const LDR_EXPORT *Export);
const LDR_REPLACEMENT *(*LdrFindReplacement)(const void *Export);
void (*LdrImagePlaced)(const LDR_IMAGE *Image);

typedef struct LDRP_RECORD {
    const LDR_EXPORT *Export;
    LDRP_IMAGE *Image;
} LDRP_RECORD;

#define LDRP_RECORD_OFFSET 64u

_Static_assert(LDRP_RECORD_OFFSET + sizeof(LDRP_RECORD) <= LDRP_THUNK_BYTES, "a record follows the "
                                                                             "code");

/* What the entries below leave on the stack. */
typedef struct LDRP_REGISTERS {
#if defined(__x86_64__)
    ULONG_PTR Rax, Rcx, Rdx, Rbx, Rbp, Rsi, Rdi, R8, R9, R10;
    const LDRP_RECORD *Record; /* in r11 */
    ULONG_PTR R12, R13, R14, R15;
    ULONG_PTR Flags;
#else
    ULONG_PTR Edi, Esi, Ebp, Unused, Ebx, Edx, Ecx, Eax;
    ULONG_PTR Flags;
    const LDRP_RECORD *Record;
#endif
    ULONG_PTR ReturnAddress;
} LDRP_REGISTERS;

extern const UCHAR LdrpStubEntry[], LdrpIrqlEntry[], LdrpPointEntry[];
void LdrpStubCalled(const LDRP_REGISTERS *Registers) __attribute__((noreturn, used));
void LdrpIrqlViolated(const LDRP_REGISTERS *Registers) __attribute__((noreturn, used));

/* Reached by a jump from a thunk, so the stack is as the driver's call left it. Neither returns. */
#if defined(__x86_64__)
#define LDRP_ENTRY(Name, Handler)                                                                  \
    __asm__(".text\n.hidden " #Name "\n.globl " #Name "\n.type " #Name ", @function\n" #Name ":\n" \
            "pushfq\n push %r15\n push %r14\n push %r13\n push %r12\n push %r11\n push %r10\n"     \
            "push %r9\n push %r8\n push %rdi\n push %rsi\n push %rbp\n push %rbx\n push %rdx\n"    \
            "push %rcx\n push %rax\n"                                                              \
            "mov %rsp, %rdi\n and $-16, %rsp\n cld\n call " #Handler "\n ud2\n"                    \
            ".size " #Name ", . - " #Name "\n")
#else
#define LDRP_ENTRY(Name, Handler)                                                               \
    __asm__(                                                                                    \
        ".text\n.hidden " #Name "\n.globl " #Name "\n.type " #Name ", @function\n" #Name ":\n"  \
        "pushfl\n pushal\n mov %esp, %eax\n and $-16, %esp\n sub $12, %esp\n push %eax\n cld\n" \
        "call " #Handler "\n ud2\n"                                                             \
        ".size " #Name ", . - " #Name "\n")
#endif

LDRP_ENTRY(LdrpStubEntry, LdrpStubCalled);
LDRP_ENTRY(LdrpIrqlEntry, LdrpIrqlViolated);

/* Called by a thunk, with an export's arguments where they are passed: those in registers are kept,
 * rax for __chkstk. */
#if defined(__x86_64__)
__asm__(".text\n.hidden LdrpPointEntry\n.globl LdrpPointEntry\n.type LdrpPointEntry, "
        "@function\nLdrpPointEntry:\n"
        "push %rax\n push %rcx\n push %rdx\n push %r8\n push %r9\n sub $104, %rsp\n"
        "movaps %xmm0, 32(%rsp)\n movaps %xmm1, 48(%rsp)\n movaps %xmm2, 64(%rsp)\n movaps %xmm3, "
        "80(%rsp)\n"
        "call KePoint\n"
        "movaps 32(%rsp), %xmm0\n movaps 48(%rsp), %xmm1\n movaps 64(%rsp), %xmm2\n movaps "
        "80(%rsp), %xmm3\n"
        "add $104, %rsp\n pop %r9\n pop %r8\n pop %rdx\n pop %rcx\n pop %rax\n ret\n"
        ".size LdrpPointEntry, . - LdrpPointEntry\n");
#else
__asm__(".text\n.hidden LdrpPointEntry\n.globl LdrpPointEntry\n.type LdrpPointEntry, "
        "@function\nLdrpPointEntry:\n"
        "push %eax\n push %ecx\n push %edx\n call KePoint\n pop %edx\n pop %ecx\n pop %eax\n ret\n"
        ".size LdrpPointEntry, . - LdrpPointEntry\n");
#endif

/* ---- Emitting ------------------------------------------------------------------------------- */

static UCHAR *LdrpEmit(UCHAR *At, const void *Bytes, SIZE_T Count)
{
    memcpy(At, Bytes, Count);
    return At + Count;
}

#define LDRP_EMIT(At, ...) \
    LdrpEmit(At, (const UCHAR[]){__VA_ARGS__}, sizeof((const UCHAR[]){__VA_ARGS__}))

static UCHAR *LdrpEmit32(UCHAR *At, ULONG_PTR Value)
{
    ULONG Low = (ULONG)Value;
    return LdrpEmit(At, &Low, sizeof(Low));
}

static UCHAR *LdrpEmitJump(UCHAR *At, const void *Target)
{
#if defined(__x86_64__)
    At = LDRP_EMIT(At, 0xFF, 0x25, 0, 0, 0, 0); /* jmp *0(%rip) */
    return LdrpEmit(At, &Target, sizeof(Target));
#else
    At = LDRP_EMIT(At, 0xE9); /* jmp */
    return LdrpEmit32(At, (ULONG_PTR)Target - (ULONG_PTR)At - 4);
#endif
}

/* Goes to one of the entries above with the record. */
static UCHAR *LdrpEmitReport(UCHAR *At, const LDRP_RECORD *Record, const UCHAR *Entry)
{
#if defined(__x86_64__)
    At = LDRP_EMIT(At, 0x4C, 0x8D, 0x1D); /* lea Record(%rip), %r11 */
    At = LdrpEmit32(At, (ULONG_PTR)Record - (ULONG_PTR)At - 4);
#else
    At = LDRP_EMIT(At, 0x68); /* push $Record */
    At = LdrpEmit32(At, (ULONG_PTR)Record);
#endif
    return LdrpEmitJump(At, Entry);
}

static UCHAR *LdrpEmitPoint(UCHAR *At)
{
    const UCHAR *Entry = LdrpPointEntry;
#if defined(__x86_64__)
    At = LDRP_EMIT(At, 0x49, 0xBB); /* mov $Entry, %r11 */
    At = LdrpEmit(At, &Entry, sizeof(Entry));
    return LDRP_EMIT(At, 0x41, 0xFF, 0xD3); /* call *%r11 */
#else
    At = LDRP_EMIT(At, 0xE8); /* call */
    return LdrpEmit32(At, (ULONG_PTR)Entry - (ULONG_PTR)At - 4);
#endif
}

/* Falls through while the IRQL is Maximum or below: jumps over the next Skip bytes otherwise. */
static UCHAR *LdrpEmitCompare(UCHAR *At, UCHAR Maximum, UCHAR Skip)
{
#if defined(__x86_64__)
    At = LDRP_EMIT(At, 0x65, 0x80, 0x3C, 0x25); /* cmpb $Maximum, %gs:Irql */
#else
    At = LDRP_EMIT(At, 0x64, 0x80, 0x3D); /* cmpb $Maximum, %fs:Irql */
#endif
    At = LdrpEmit32(At, UFIELD_OFFSET(KPCR, Irql));
    return LDRP_EMIT(At, Maximum, 0x77, Skip); /* ja */
}

#if defined(__x86_64__)
#define LDRP_JUMP_BYTES 14
#else
#define LDRP_JUMP_BYTES 5
#endif

/* ---- Binding -------------------------------------------------------------------------------- */

static const LDR_REPLACEMENT *LdrpReplacement(const LDRP_IMAGE *Image, const LDR_EXPORT *Export)
{
    return Image->Public.Verified && LdrFindReplacement != NULL
        ? LdrFindReplacement(Export->Address)
        : NULL;
}

/* What an import of a function that is there goes to in the end. */
static const void *LdrpRoutine(const LDRP_IMAGE *Image, const LDR_EXPORT *Export)
{
    const LDR_REPLACEMENT *Replacement = LdrpReplacement(Image, Export);
    return Replacement != NULL ? Replacement->Routine : LdrRoutine(Export);
}

static BOOLEAN LdrpComparesIrql(const LDRP_IMAGE *Image, const LDR_EXPORT *Export)
{
    if (!LdrCheckIrql || !Image->Public.Verified || Export->MaxIrql >= HIGH_LEVEL)
        return FALSE;
    const LDR_REPLACEMENT *Replacement = LdrpReplacement(Image, Export);
    return Replacement == NULL || !Replacement->ChecksIrql;
}

static BOOLEAN LdrpIsPoint(const LDRP_IMAGE *Image, const LDR_EXPORT *Export)
{
    return KeTakesTurns || (LdrIsPoint != NULL && Image->Public.Verified && LdrIsPoint(Export));
}

enum LDRP_BINDING LdrpBindingOf(const LDRP_IMAGE *Image, const LDR_EXPORT *Export)
{
    if (Export->Convention == LDR_DATA)
        return Export->Address != NULL ? LDRP_DIRECT : LDRP_STUB_VARIABLE;
    if (Export->Address == NULL)
        return LDRP_THUNK;
    return LdrpIsPoint(Image, Export) || LdrpComparesIrql(Image, Export) ? LDRP_THUNK : LDRP_DIRECT;
}

static LDRP_RECORD *LdrpRecordAt(const LDRP_IMAGE *Image, ULONG Index)
{
    return (LDRP_RECORD *)(void *)(Image->Thunks + (SIZE_T)Index * LDRP_THUNK_BYTES +
                                   LDRP_RECORD_OFFSET);
}

ULONG_PTR LdrpBindKernelExport(LDRP_IMAGE *Image, const LDR_EXPORT *Export)
{
    enum LDRP_BINDING Binding = LdrpBindingOf(Image, Export);

    if (Binding == LDRP_DIRECT)
        return (ULONG_PTR)(Export->Convention == LDR_DATA ? Export->Address
                                                          : LdrpRoutine(Image, Export));
    ULONG Index = Binding == LDRP_STUB_VARIABLE ? Image->StubDataUsed++
                                                : Image->StubDataCount + Image->ThunksUsed++;
    ASSERT(Index < Image->ThunkCount);
    LDRP_RECORD *Record = LdrpRecordAt(Image, Index);
    Record->Export = Export;
    Record->Image = Image;
    if (Binding == LDRP_STUB_VARIABLE)
        return (ULONG_PTR)Image->StubData + (ULONG_PTR)Index * LDRP_STUB_DATA_BYTES;

    UCHAR *Thunk = Image->Thunks + (SIZE_T)Index * LDRP_THUNK_BYTES, *At = Thunk;
    if (Export->Address == NULL) {
        At = LdrpEmitReport(At, Record, LdrpStubEntry);
    } else {
        const BOOLEAN ComparesIrql = LdrpComparesIrql(Image, Export);
        if (LdrpIsPoint(Image, Export))
            At = LdrpEmitPoint(At);
        if (ComparesIrql)
            At = LdrpEmitCompare(At, Export->MaxIrql, LDRP_JUMP_BYTES);
        At = LdrpEmitJump(At, LdrpRoutine(Image, Export));
        if (ComparesIrql)
            At = LdrpEmitReport(At, Record, LdrpIrqlEntry);
    }
    ASSERT(At <= Thunk + LDRP_RECORD_OFFSET);
    return (ULONG_PTR)Thunk;
}

const LDR_EXPORT *LdrExportOfThunk(ULONG_PTR Address)
{
    LDR_IMAGE *Public = LdrFindImage(Address);
    const LDRP_IMAGE *Image = Public != NULL ? LdrpPrivate(Public) : NULL;
    if (Image == NULL || Image->Thunks == NULL ||
        Address - (ULONG_PTR)Image->Thunks >= (SIZE_T)Image->ThunkCount * LDRP_THUNK_BYTES)
        return NULL;
    return LdrpRecordAt(Image, (ULONG)((Address - (ULONG_PTR)Image->Thunks) / LDRP_THUNK_BYTES))
        ->Export;
}

const LDR_EXPORT *LdrFindStubData(ULONG_PTR Address, LDR_IMAGE **Image)
{
    LDR_IMAGE *Public = LdrFindImage(Address);

    if (Public == NULL)
        return NULL;
    const LDRP_IMAGE *Private = LdrpPrivate(Public);
    ULONG_PTR Index = (Address - (ULONG_PTR)Private->StubData) / LDRP_STUB_DATA_BYTES;
    if (Address < (ULONG_PTR)Private->StubData || Index >= Private->StubDataUsed)
        return NULL;
    *Image = Public;
    return LdrpRecordAt(Private, (ULONG)Index)->Export;
}

/* ---- Reporting ------------------------------------------------------------------------------ */

/*
 * The call instruction a return address belongs to, so that symbolisers show the line of the call
 * and not the next one. The forms compilers use are looked for; else any address inside the
 * instruction will do.
 */
static ULONG_PTR LdrpCallSite(ULONG_PTR ReturnAddress)
{
    const UCHAR *Return = (const UCHAR *)ReturnAddress;

    /* Only within the page the call is in: the one before it may be inaccessible. */
    if (ReturnAddress % PAGE_SIZE < 6 || LdrFindImage(ReturnAddress - 6) == NULL)
        return ReturnAddress - 1;
    if (Return[-6] == 0xFF && Return[-5] == 0x15) /* call *slot */
        return ReturnAddress - 6;
    if (Return[-5] == 0xE8) /* call of a jump to the slot */
        return ReturnAddress - 5;
    if (Return[-2] == 0xFF && (Return[-1] & 0xF8) == 0xD0) /* call *register */
        return ReturnAddress - (Return[-3] == 0x41 ? 3 : 2);
    return ReturnAddress - 1;
}

static void LdrpMakeContext(CONTEXT *Context, const LDRP_REGISTERS *Registers)
{
    memset(Context, 0, sizeof(*Context));
    Context->ContextFlags = CONTEXT_CONTROL | CONTEXT_INTEGER;
    Context->EFlags = (ULONG)Registers->Flags;
#if defined(__x86_64__)
    Context->Rip = LdrpCallSite(Registers->ReturnAddress);
    Context->Rsp = (ULONG_PTR)(&Registers->ReturnAddress + 1);
    Context->Rax = Registers->Rax;
    Context->Rcx = Registers->Rcx;
    Context->Rdx = Registers->Rdx;
    Context->Rbx = Registers->Rbx;
    Context->Rbp = Registers->Rbp;
    Context->Rsi = Registers->Rsi;
    Context->Rdi = Registers->Rdi;
    Context->R8 = Registers->R8;
    Context->R9 = Registers->R9;
    Context->R10 = Registers->R10;
    Context->R12 = Registers->R12;
    Context->R13 = Registers->R13;
    Context->R14 = Registers->R14;
    Context->R15 = Registers->R15;
#else
    Context->Eip = LdrpCallSite(Registers->ReturnAddress);
    Context->Esp = (ULONG_PTR)(&Registers->ReturnAddress + 1);
    Context->Eax = Registers->Eax;
    Context->Ecx = Registers->Ecx;
    Context->Edx = Registers->Edx;
    Context->Ebx = Registers->Ebx;
    Context->Ebp = Registers->Ebp;
    Context->Esi = Registers->Esi;
    Context->Edi = Registers->Edi;
#endif
}

static ULONG_PTR LdrpContextPc(const CONTEXT *Context)
{
#if defined(__x86_64__)
    return Context->Rip;
#else
    return Context->Eip;
#endif
}

/* "hello.sys+0x1234", by where the call came from: an image may hand its imports on. */
static LDR_IMAGE *LdrpNameCaller(
    const LDRP_RECORD *Record, ULONG_PTR Site, char *Text, SIZE_T Bytes)
{
    LDR_IMAGE *Caller = LdrFindImage(Site);

    if (Caller == NULL)
        Caller = &Record->Image->Public;
    snprintf(Text, Bytes, "%s+%#lx", Caller->Name, (unsigned long)(Site - (ULONG_PTR)Caller->Base));
    return Caller;
}

void LdrpStubCalled(const LDRP_REGISTERS *Registers)
{
    const LDR_EXPORT *Export = Registers->Record->Export;
    char Caller[96], Detail[256];
    CONTEXT Context;

    LdrpMakeContext(&Context, Registers);
    ULONG_PTR Site = LdrpContextPc(&Context);
    const LDR_IMAGE *Image = LdrpNameCaller(Registers->Record, Site, Caller, sizeof(Caller));
    snprintf(Detail, sizeof(Detail),
        "%s called %s, which dotsys does not implement yet (first in %s)", Caller, Export->Name,
        LdrVersionName(Export->Since));
    const ULONG_PTR Parameter[4] = {Site, (ULONG_PTR)Image->Base, (ULONG_PTR)Export->Name, 0};
    KeBugCheckAt(BUGCHECK_UNIMPLEMENTED_EXPORT, Parameter, &Context, Detail);
}

/* ---- IRQL ----------------------------------------------------------------------------------- */

static const char *LdrpIrqlName(KIRQL Irql)
{
    static const char *const Names[] = {"PASSIVE_LEVEL", "APC_LEVEL", "DISPATCH_LEVEL"};
    return Irql < RTL_NUMBER_OF(Names) ? Names[Irql]
           : Irql == HIGH_LEVEL        ? "HIGH_LEVEL"
                                       : "a device's level";
}

void LdrpIrqlViolated(const LDRP_REGISTERS *Registers)
{
    const LDR_EXPORT *Export = Registers->Record->Export;
    const LDRP_IRQL_RULE *Rule = LdrpIrqlRule(Export);
    KIRQL Irql = KiGetIrql();
    char Caller[96], Detail[256];
    CONTEXT Context;

    LdrpMakeContext(&Context, Registers);
    ULONG_PTR Site = LdrpContextPc(&Context);
    LdrpNameCaller(Registers->Record, Site, Caller, sizeof(Caller));
    snprintf(Detail, sizeof(Detail),
        "%s called %s at IRQL %u (%s); it may be called at IRQL %u (%s)%s", Caller, Export->Name,
        Irql, LdrpIrqlName(Irql), Export->MaxIrql, LdrpIrqlName(Export->MaxIrql),
        Export->MaxIrql == PASSIVE_LEVEL ? " only" : " or below");
    const ULONG_PTR Parameter[4] = {Rule->Code, (ULONG_PTR)Rule->Text, Site, Irql};
    KeBugCheckAt(DRIVER_VERIFIER_DETECTED_VIOLATION, Parameter, &Context, Detail);
}
