/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Alignment checking. While a thread is in the kernel the processor's alignment-check flag is set,
 * so that every misaligned access of a driver traps. Our own code and libc's, which may use such
 * accesses, trap as well: they are stepped over with the flag off, and so are a driver's accesses
 * that its build has marked as UNALIGNED, by a prefix that changes nothing otherwise, and those
 * whose place a compiler or Windows chose and not the driver's author. Refuses processors and hosts
 * where the flag does nothing. On the signal stack, but for the probe.
 */
#include "ke/decode.h"
#include "ke/operand.h"

#define EFLAGS_TRAP 0x100u

BOOLEAN KeCheckAlignment;
BOOLEAN (*KeIsImportSlot)(ULONG_PTR Address);
_Atomic ULONG KeMisalignedPassed;
static _Atomic ULONG KiIgnored;

/* Of two segment prefixes the one that does something comes last with every assembler: this one is
 * alone. */
static BOOLEAN KiMarkedUnaligned(const CONTEXT *Context)
{
    KI_INSTRUCTION Instruction;
    KiDecodePrefixes(Context, &Instruction);
    return Instruction.Segment == KI_PREFIX_SS;
}

/*
 * An address the compiler chose itself: in the frame of the function or in its image. It knows what
 * alignment there is, and where processors need it uses narrower accesses: the parts of a character
 * array it initialises at once, an import table that the linker put at a multiple of four. So do
 * the fields of the shared user data page, as Windows laid it out.
 */
static BOOLEAN KiPlacedByCompiler(const CONTEXT *Context)
{
    KI_OPERAND Operand;
    if (!KiMemoryOperand(Context, &Operand))
        return FALSE;
    if (Operand.Frame) {
        const KTHREAD *Thread = KiHostThread;
        return Operand.Address - (ULONG_PTR)Thread->StackLimit <
            (ULONG_PTR)(Thread->StackBase - Thread->StackLimit);
    }
    return Operand.Constant ||
        (!Operand.Write && KeIsImportSlot != NULL && KeIsImportSlot(Operand.Address)) ||
        (Operand.Address & ~(ULONG_PTR)(PAGE_SIZE - 1)) ==
        (ULONG_PTR)SHARED_USER_DATA_KERNEL_ADDRESS;
}

BOOLEAN KiPassMisaligned(CONTEXT *Context, BOOLEAN OfDriver)
{
    KTHREAD *Thread = KiHostThread;
    if (!KeCheckAlignment)
        return FALSE;
    if (Thread == NULL || Thread->TrapFrame == NULL) {
        /* Nothing is checked there: a thread that was made by one in the kernel, or the probe. */
        Context->EFlags &= ~KI_EFLAGS_ALIGNMENT;
        KiIgnored++;
        return TRUE;
    }
    if (OfDriver && !KiMarkedUnaligned(Context) && !KiPlacedByCompiler(Context))
        return FALSE;
    if (!OfDriver)
        KeMisalignedPassed++;
    Thread->PassedTrap = Context->EFlags & EFLAGS_TRAP;
    Thread->Passing = TRUE;
    Context->EFlags = (Context->EFlags & ~KI_EFLAGS_ALIGNMENT) | EFLAGS_TRAP;
    return TRUE;
}

BOOLEAN KiEndPass(CONTEXT *Context)
{
    KTHREAD *Thread = KiHostThread;
    if (!Thread->Passing)
        return FALSE;
    Thread->Passing = FALSE;
    Context->EFlags = (Context->EFlags & ~EFLAGS_TRAP) | Thread->PassedTrap | KI_EFLAGS_ALIGNMENT;
    return TRUE;
}

BOOLEAN KiProbeAlignment(void)
{
    static ULONG Place[2];
    ULONG Before = KiIgnored, Value;
    KiSetAlignmentFlag();
    __asm__ volatile("movl 1(%1), %0" : "=r"(Value) : "r"(Place) : "memory");
    KiClearAlignmentFlag();
    return KiIgnored != Before;
}
