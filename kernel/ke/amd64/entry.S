/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Switching between a client's stack and the thread's kernel stack, entering exception dispatch after a fault, and
 * register contexts. Call-frame information is kept exact: the exception dispatcher and gdb unwind through all of it,
 * across the change of stacks.
 */
    .text

/*
 * NTSTATUS KiCallOnStack(KE_SERVICE Service, void *Arguments, void *Stack, void **Saved)
 * Stack NULL: stays on this one. *Saved is where KiReturnFromStack resumes.
 */
    .globl KiCallOnStack
    .hidden KiCallOnStack
    .type KiCallOnStack, @function
KiCallOnStack:
    .cfi_startproc
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register %rbp
    pushq %rbx
    .cfi_offset %rbx, -24
    pushq %r12
    .cfi_offset %r12, -32
    pushq %r13
    .cfi_offset %r13, -40
    pushq %r14
    .cfi_offset %r14, -48
    pushq %r15
    .cfi_offset %r15, -56
    subq $8, %rsp
    stmxcsr (%rsp)
    fnstcw 4(%rsp)
    movq %rsp, (%rcx)
    testq %rdx, %rdx
    cmovneq %rdx, %rsp
    andq $-16, %rsp
    movq %rdi, %rax
    movq %rsi, %rdi
    call *%rax
    .globl KiStackBoundary
    .hidden KiStackBoundary
KiStackBoundary:
    leaq -48(%rbp), %rsp
KiUnwoundToCaller:
    /* Loading the floating-point controls is slow, and they are nearly always as they were. */
    stmxcsr -8(%rsp)
    fnstcw -4(%rsp)
    movl (%rsp), %ecx
    cmpl -8(%rsp), %ecx
    jne 1f
    movzwl 4(%rsp), %ecx
    cmpw -4(%rsp), %cx
    je 2f
1:
    ldmxcsr (%rsp)
    fldcw 4(%rsp)
2:
    addq $8, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    .cfi_def_cfa %rsp, 8
    ret
    .cfi_endproc
    .size KiCallOnStack, . - KiCallOnStack

/* void KiReturnFromStack(void *Saved, NTSTATUS Status): KiCallOnStack returns Status from there. */
    .globl KiReturnFromStack
    .hidden KiReturnFromStack
    .type KiReturnFromStack, @function
KiReturnFromStack:
    .cfi_startproc
    .cfi_undefined %rip
    movl %esi, %eax
    movq %rdi, %rsp
    leaq 48(%rdi), %rbp
    cld
    jmp KiUnwoundToCaller
    .cfi_endproc
    .size KiReturnFromStack, . - KiReturnFromStack

/* DW_CFA_expression: DWARF register \number was stored at rbx + \offset. */
    .macro IN_CONTEXT number, offset
    .cfi_escape 0x10, \number, 3, 0x73, (\offset & 0x7f) | 0x80, \offset >> 7
    .endm

/*
 * Where a fault resumes: rdi = EXCEPTION_RECORD, rsi = CONTEXT, both on this stack, rsp 16-byte aligned. rbx keeps the CONTEXT
 * for whoever unwinds past KiFaultBoundary.
 */
    .globl KiFaultEntry
    .hidden KiFaultEntry
    .type KiFaultEntry, @function
KiFaultEntry:
    .cfi_startproc
    .cfi_signal_frame
    .cfi_undefined %rip
    movq %rsi, %rbx
    /* The interrupted frame, for a debugger: its stack pointer is CONTEXT.Rsp, its registers lie in CONTEXT. */
    .cfi_escape 0x0f, 4, 0x73, 0x98, 0x01, 0x06
    IN_CONTEXT 0, 0x78
    IN_CONTEXT 2, 0x80
    IN_CONTEXT 1, 0x88
    IN_CONTEXT 3, 0x90
    IN_CONTEXT 6, 0xa0
    IN_CONTEXT 4, 0xa8
    IN_CONTEXT 5, 0xb0
    IN_CONTEXT 8, 0xb8
    IN_CONTEXT 9, 0xc0
    IN_CONTEXT 10, 0xc8
    IN_CONTEXT 11, 0xd0
    IN_CONTEXT 12, 0xd8
    IN_CONTEXT 13, 0xe0
    IN_CONTEXT 14, 0xe8
    IN_CONTEXT 15, 0xf0
    IN_CONTEXT 16, 0xf8
    xorl %ebp, %ebp
    cld
    call KiDispatchFault
    .globl KiFaultBoundary
    .hidden KiFaultBoundary
KiFaultBoundary:
    movq %rbx, %rdi
    call KiRestoreContext
    ud2
    .cfi_endproc
    .size KiFaultEntry, . - KiFaultEntry

/*
 * Bodies of the context routines, by the offsets of CONTEXT on x86-64 (checked in context.c):
 * 0x34 MxCsr, 0x44 EFlags, 0x78 Rax … 0xf0 R15, 0xf8 Rip, 0x100 FltSave (XmmRegisters at 0x1a0).
 */
    .macro CAPTURE context
    movq %rax, 0x78(\context)
    movq %rcx, 0x80(\context)
    movq %rdx, 0x88(\context)
    movq %rbx, 0x90(\context)
    movq %rbp, 0xa0(\context)
    movq %rsi, 0xa8(\context)
    movq %rdi, 0xb0(\context)
    movq %r8, 0xb8(\context)
    movq %r9, 0xc0(\context)
    movq %r10, 0xc8(\context)
    movq %r11, 0xd0(\context)
    movq %r12, 0xd8(\context)
    movq %r13, 0xe0(\context)
    movq %r14, 0xe8(\context)
    movq %r15, 0xf0(\context)
    fxsave64 0x100(\context)
    stmxcsr 0x34(\context)
    pushfq
    .cfi_adjust_cfa_offset 8
    popq %rax
    .cfi_adjust_cfa_offset -8
    movl %eax, 0x44(\context)
    movl $0x10000b, 0x30(\context)
    movw $0x10, 0x38(\context)
    movw $0x18, 0x42(\context)
    leaq 8(%rsp), %rax
    movq %rax, 0x98(\context)
    movq (%rsp), %rax
    movq %rax, 0xf8(\context)
    movq 0x78(\context), %rax
    .endm

/* void NTAPI RtlCaptureContext(CONTEXT *) and the same for our own code: the caller's registers after the call. */
    .globl RtlCaptureContext
    .hidden RtlCaptureContext
    .type RtlCaptureContext, @function
RtlCaptureContext:
    .cfi_startproc
    CAPTURE %rcx
    ret
    .cfi_endproc
    .size RtlCaptureContext, . - RtlCaptureContext

    .globl KiCaptureContext
    .hidden KiCaptureContext
    .type KiCaptureContext, @function
KiCaptureContext:
    .cfi_startproc
    CAPTURE %rdi
    ret
    .cfi_endproc
    .size KiCaptureContext, . - KiCaptureContext

/* void KiRestoreContext(const CONTEXT *): takes on those registers; does not return. */
    .globl KiRestoreContext
    .hidden KiRestoreContext
    .type KiRestoreContext, @function
KiRestoreContext:
    .cfi_startproc
    .cfi_undefined %rip
    movq 0x98(%rdi), %rax
    subq $24, %rax              /* flags, rdi and rip just below the target stack */
    movl 0x44(%rdi), %ecx
    movq %rcx, (%rax)
    movq 0xb0(%rdi), %rcx
    movq %rcx, 8(%rax)
    movq 0xf8(%rdi), %rcx
    movq %rcx, 16(%rax)
    fxrstor64 0x100(%rdi)
    movq 0x80(%rdi), %rcx
    movq 0x88(%rdi), %rdx
    movq 0x90(%rdi), %rbx
    movq 0xa0(%rdi), %rbp
    movq 0xa8(%rdi), %rsi
    movq 0xb8(%rdi), %r8
    movq 0xc0(%rdi), %r9
    movq 0xc8(%rdi), %r10
    movq 0xd0(%rdi), %r11
    movq 0xd8(%rdi), %r12
    movq 0xe0(%rdi), %r13
    movq 0xe8(%rdi), %r14
    movq 0xf0(%rdi), %r15
    movq %rax, %rsp
    movq 0x78(%rdi), %rax
    popfq
    popq %rdi
    ret
    .cfi_endproc
    .size KiRestoreContext, . - KiRestoreContext

/* int KiSaveJump(void **Jump), void KiTakeJump(void *const *Jump): see ke.h. */
    .globl KiSaveJump
    .hidden KiSaveJump
    .type KiSaveJump, @function
KiSaveJump:
    .cfi_startproc
    movq (%rsp), %rax
    leaq 8(%rsp), %rdx
    movq %rbx, (%rdi)
    movq %rbp, 8(%rdi)
    movq %r12, 16(%rdi)
    movq %r13, 24(%rdi)
    movq %r14, 32(%rdi)
    movq %r15, 40(%rdi)
    movq %rdx, 48(%rdi)
    movq %rax, 56(%rdi)
    xorl %eax, %eax
    ret
    .cfi_endproc
    .size KiSaveJump, . - KiSaveJump

    .globl KiTakeJump
    .hidden KiTakeJump
    .type KiTakeJump, @function
KiTakeJump:
    .cfi_startproc
    .cfi_undefined %rip
    movq (%rdi), %rbx
    movq 8(%rdi), %rbp
    movq 16(%rdi), %r12
    movq 24(%rdi), %r13
    movq 32(%rdi), %r14
    movq 40(%rdi), %r15
    movq 48(%rdi), %rsp
    movl $1, %eax
    jmp *56(%rdi)
    .cfi_endproc
    .size KiTakeJump, . - KiTakeJump

    .section .note.GNU-stack, "", @progbits
