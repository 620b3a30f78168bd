/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * i386: switching between a client's stack and the thread's kernel stack, entering exception dispatch after a fault, register
 * contexts, and calls of drivers' exception handlers. The chain of handlers at fs:0 begins anew at each entry into the kernel
 * and is what it was when it is left; nothing else needs the frames in between.
 */
    .text

    .macro FUNCTION name
    .globl \name
    .hidden \name
    .type \name, @function
\name:
    .cfi_startproc
    .endm

    .macro END name
    .cfi_endproc
    .size \name, . - \name
    .endm

/*
 * NTSTATUS KiCallOnStack(KE_SERVICE Service, void *Arguments, void *Stack, void **Saved)
 * Stack NULL: stays on this one. *Saved is where KiReturnFromStack resumes.
 */
    FUNCTION KiCallOnStack
    pushl %ebp
    .cfi_def_cfa_offset 8
    .cfi_offset %ebp, -8
    movl %esp, %ebp
    .cfi_def_cfa_register %ebp
    pushl %ebx
    .cfi_offset %ebx, -12
    pushl %esi
    .cfi_offset %esi, -16
    pushl %edi
    .cfi_offset %edi, -20
    pushl %fs:0
    subl $8, %esp
    stmxcsr (%esp)
    fnstcw 4(%esp)
    movl 20(%ebp), %ecx
    movl %esp, (%ecx)
    movl $-1, %fs:0
    movl 8(%ebp), %eax
    movl 12(%ebp), %edx
    movl 16(%ebp), %ecx
    testl %ecx, %ecx
    cmovnel %ecx, %esp
    andl $-16, %esp
    subl $12, %esp
    pushl %edx
    call *%eax
    .globl KiStackBoundary
    .hidden KiStackBoundary
KiStackBoundary:
    leal -24(%ebp), %esp
KiUnwoundToCaller:
    /* Loading the floating-point controls is slow, and they are nearly always as they were. */
    subl $8, %esp
    stmxcsr (%esp)
    fnstcw 4(%esp)
    movl 8(%esp), %ecx
    cmpl (%esp), %ecx
    jne 1f
    movzwl 12(%esp), %ecx
    cmpw 4(%esp), %cx
    je 2f
1:
    ldmxcsr 8(%esp)
    fldcw 12(%esp)
2:
    addl $16, %esp
    popl %fs:0
    popl %edi
    popl %esi
    popl %ebx
    popl %ebp
    .cfi_def_cfa %esp, 4
    ret
    END KiCallOnStack

/* void KiReturnFromStack(void *Saved, NTSTATUS Status): KiCallOnStack returns Status from there. */
    FUNCTION KiReturnFromStack
    .cfi_undefined %eip
    movl 8(%esp), %eax
    movl 4(%esp), %esp
    leal 24(%esp), %ebp
    cld
    fninit /* a driver may have left its stack of numbers full; the control word is put back below */
    jmp KiUnwoundToCaller
    END KiReturnFromStack

/* Where a fault resumes: ecx = EXCEPTION_RECORD, ebx = CONTEXT, both on this stack, esp 16-byte aligned. */
    FUNCTION KiFaultEntry
    .cfi_signal_frame
    .cfi_undefined %eip
    /* The interrupted frame, for a debugger: CFA is CONTEXT.Esp, registers lie in CONTEXT at ebx. */
    .cfi_escape 0x0f, 4, 0x73, 0xc4, 0x01, 0x06
    .cfi_escape 0x10, 0, 3, 0x73, 0xb0, 0x01
    .cfi_escape 0x10, 1, 3, 0x73, 0xac, 0x01
    .cfi_escape 0x10, 2, 3, 0x73, 0xa8, 0x01
    .cfi_escape 0x10, 3, 3, 0x73, 0xa4, 0x01
    .cfi_escape 0x10, 5, 3, 0x73, 0xb4, 0x01
    .cfi_escape 0x10, 6, 3, 0x73, 0xa0, 0x01
    .cfi_escape 0x10, 7, 3, 0x73, 0x9c, 0x01
    .cfi_escape 0x10, 8, 3, 0x73, 0xb8, 0x01
    xorl %ebp, %ebp
    cld
    subl $8, %esp
    pushl %ebx
    pushl %ecx
    call KiDispatchFault
    .globl KiFaultBoundary
    .hidden KiFaultBoundary
KiFaultBoundary:
    movl %ebx, (%esp)
    call KiRestoreContext
    ud2
    END KiFaultEntry

/*
 * CONTEXT on i386 (checked in exception.c): 0x00 ContextFlags, 0x8c SegGs, SegFs, SegEs, SegDs, 0x9c Edi, Esi, Ebx, Edx, Ecx,
 * 0xb0 Eax, Ebp, 0xb8 Eip, 0xbc SegCs, 0xc0 EFlags, 0xc4 Esp, SegSs, 0xcc ExtendedRegisters (an FXSAVE image).
 */
#define FLAGS_CAPTURED 0x10007
#define EXTENDED_REGISTERS 0x20
#define FXSAVE_BYTES 512

/* Stores the registers as they are, all but esp and eip, in the CONTEXT eax points to; eax itself has been pushed. */
    .macro CAPTURE
    movl $FLAGS_CAPTURED, (%eax)
    movl %edi, 0x9c(%eax)
    movl %esi, 0xa0(%eax)
    movl %ebx, 0xa4(%eax)
    movl %edx, 0xa8(%eax)
    movl %ecx, 0xac(%eax)
    movl %ebp, 0xb4(%eax)
    movl $0, 0x8c(%eax)
    movl $0x30, 0x90(%eax)
    movl $0x23, 0x94(%eax)
    movl $0x23, 0x98(%eax)
    movl $0x08, 0xbc(%eax)
    movl $0x10, 0xc8(%eax)
    pushfl
    popl 0xc0(%eax)
    popl 0xb0(%eax)
    .endm

/* void KiCaptureContext(CONTEXT *): the caller's registers after the call. */
    FUNCTION KiCaptureContext
    pushl %eax
    movl 8(%esp), %eax
    CAPTURE
    leal 4(%esp), %ecx
    movl %ecx, 0xc4(%eax)
    movl (%esp), %ecx
    movl %ecx, 0xb8(%eax)
    movl 0xac(%eax), %ecx
    ret
    END KiCaptureContext

/* void NTAPI RtlCaptureContext(CONTEXT *): on i386 the registers of the caller's caller, as Windows has it: by its ebp. */
    FUNCTION RtlCaptureContext
    pushl %eax
    movl 8(%esp), %eax
    CAPTURE
    movl (%ebp), %ecx
    movl %ecx, 0xb4(%eax)
    movl 4(%ebp), %ecx
    movl %ecx, 0xb8(%eax)
    leal 8(%ebp), %ecx
    movl %ecx, 0xc4(%eax)
    movl 0xac(%eax), %ecx
    movl 0xb0(%eax), %eax
    ret $4
    END RtlCaptureContext

/* void NTAPI RtlRaiseException(EXCEPTION_RECORD *): the exception happens in the caller, and goes on there if a filter wants. */
#define CONTEXT_BYTES 716
    FUNCTION RtlRaiseException
    pushl %ebp
    .cfi_def_cfa_offset 8
    .cfi_offset %ebp, -8
    movl %esp, %ebp
    .cfi_def_cfa_register %ebp
    subl $CONTEXT_BYTES, %esp
    andl $-16, %esp
    pushl %eax
    leal 4(%esp), %eax
    CAPTURE
    movl (%ebp), %ecx
    movl %ecx, 0xb4(%eax)
    movl 4(%ebp), %ecx
    movl %ecx, 0xb8(%eax)
    leal 12(%ebp), %ecx
    movl %ecx, 0xc4(%eax)
    subl $8, %esp
    pushl %eax
    pushl 8(%ebp)
    call KiRaiseRecord
    addl $16, %esp
    pushl %esp
    call KiRestoreContext
    ud2
    END RtlRaiseException

/* void KiRestoreContext(const CONTEXT *): takes on those registers; does not return. */
    FUNCTION KiRestoreContext
    .cfi_undefined %eip
    movl 4(%esp), %edx
    testl $EXTENDED_REGISTERS, (%edx)
    jz 1f
    subl $FXSAVE_BYTES, %esp
    andl $-16, %esp
    leal 0xcc(%edx), %esi
    movl %esp, %edi
    movl $FXSAVE_BYTES / 4, %ecx
    cld
    rep movsl
    fxrstor (%esp)
1:
    movl 0xc4(%edx), %eax
    subl $16, %eax              /* flags, eax, edx and eip just below the target stack */
    movl 0xc0(%edx), %ecx
    movl %ecx, (%eax)
    movl 0xb0(%edx), %ecx
    movl %ecx, 4(%eax)
    movl 0xa8(%edx), %ecx
    movl %ecx, 8(%eax)
    movl 0xb8(%edx), %ecx
    movl %ecx, 12(%eax)
    movl 0x9c(%edx), %edi
    movl 0xa0(%edx), %esi
    movl 0xa4(%edx), %ebx
    movl 0xac(%edx), %ecx
    movl 0xb4(%edx), %ebp
    movl %eax, %esp
    popfl
    popl %eax
    popl %edx
    ret
    END KiRestoreContext

/* int KiSaveJump(void **Jump), void KiTakeJump(void *const *Jump): see ke.h. */
    FUNCTION KiSaveJump
    movl 4(%esp), %edx
    movl (%esp), %ecx
    leal 4(%esp), %eax
    movl %ebx, (%edx)
    movl %ebp, 4(%edx)
    movl %esi, 8(%edx)
    movl %edi, 12(%edx)
    movl %eax, 16(%edx)
    movl %ecx, 20(%edx)
    xorl %eax, %eax
    ret
    END KiSaveJump

    FUNCTION KiTakeJump
    .cfi_undefined %eip
    movl 4(%esp), %edx
    movl (%edx), %ebx
    movl 4(%edx), %ebp
    movl 8(%edx), %esi
    movl 12(%edx), %edi
    movl 16(%edx), %esp
    movl $1, %eax
    jmp *20(%edx)
    END KiTakeJump

/*
 * EXCEPTION_DISPOSITION KiExecuteHandler(EXCEPTION_RECORD *Record, EXCEPTION_REGISTRATION_RECORD *Frame, CONTEXT *Context,
 *                                        void *Dispatched, PEXCEPTION_ROUTINE Handler, PEXCEPTION_ROUTINE Around)
 * Calls Handler, of either convention, with a record of ours in front of the chain: Around's, followed by Frame.
 */
    FUNCTION KiExecuteHandler
    pushl %ebp
    .cfi_def_cfa_offset 8
    .cfi_offset %ebp, -8
    movl %esp, %ebp
    .cfi_def_cfa_register %ebp
    pushl %ebx
    .cfi_offset %ebx, -12
    pushl %esi
    .cfi_offset %esi, -16
    pushl %edi
    .cfi_offset %edi, -20
    pushl 12(%ebp)
    pushl 28(%ebp)
    pushl %fs:0
    movl %esp, %fs:0
    pushl 20(%ebp)
    pushl 16(%ebp)
    pushl 12(%ebp)
    pushl 8(%ebp)
    call *24(%ebp)
    leal -24(%ebp), %esp
    popl %fs:0
    addl $8, %esp
    popl %edi
    popl %esi
    popl %ebx
    popl %ebp
    .cfi_def_cfa %esp, 4
    ret
    END KiExecuteHandler

/* LONG KiCallWithFrame(void *Function, void *Ebp): a filter or termination handler, which finds its function's locals by ebp. */
    FUNCTION KiCallWithFrame
    pushl %ebp
    .cfi_def_cfa_offset 8
    .cfi_offset %ebp, -8
    pushl %ebx
    .cfi_def_cfa_offset 12
    .cfi_offset %ebx, -12
    pushl %esi
    .cfi_def_cfa_offset 16
    .cfi_offset %esi, -16
    pushl %edi
    .cfi_def_cfa_offset 20
    .cfi_offset %edi, -20
    movl 20(%esp), %eax
    movl 24(%esp), %ebp
    xorl %ebx, %ebx
    xorl %esi, %esi
    xorl %edi, %edi
    call *%eax
    popl %edi
    popl %esi
    popl %ebx
    popl %ebp
    .cfi_def_cfa_offset 4
    .cfi_restore %ebp
    ret
    END KiCallWithFrame

/* void KiEnterHandler(void *Handler, void *Ebp): an __except block, which takes its stack pointer from its frame. */
    FUNCTION KiEnterHandler
    .cfi_undefined %eip
    movl 4(%esp), %eax
    movl 8(%esp), %ebp
    xorl %ebx, %ebx
    xorl %ecx, %ecx
    xorl %edx, %edx
    xorl %esi, %esi
    xorl %edi, %edi
    jmp *%eax
    END KiEnterHandler

    .section .note.GNU-stack, "", @progbits
