/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * KeCopyGuarded and KeTouchGuarded (ke.h). Nothing is set up for the fault that hardly ever comes:
 * a page fault between KiGuardedStart and KiGuardedEnd on an address outside the system range, or
 * on the thread's GuardedPage, continues at KiGuardedFault (trap.c), and for that nothing here may
 * use the stack. A build with address sanitizer has the C versions, which it can look into.
 */
#ifndef __SANITIZE_ADDRESS__
    .text

    .globl KiGuardedStart
    .hidden KiGuardedStart
KiGuardedStart:

/* NTSTATUS KeCopyGuarded(void *To, const void *From, SIZE_T Bytes) */
    .globl KeCopyGuarded
    .hidden KeCopyGuarded
    .type KeCopyGuarded, @function
KeCopyGuarded:
    .cfi_startproc
    cmpq $16, %rdx
    jb 4f
    cmpq $2048, %rdx
    jae 3f
    /* 16 at a time, and the last 16 once more as far as they overlap. */
    movups -16(%rsi,%rdx), %xmm1
    leaq -16(%rdi,%rdx), %rcx
    subq $64, %rdx
    jb 2f
1:  movups (%rsi), %xmm0
    movups 16(%rsi), %xmm2
    movups 32(%rsi), %xmm3
    movups 48(%rsi), %xmm4
    movups %xmm0, (%rdi)
    movups %xmm2, 16(%rdi)
    movups %xmm3, 32(%rdi)
    movups %xmm4, 48(%rdi)
    addq $64, %rsi
    addq $64, %rdi
    subq $64, %rdx
    jae 1b
2:  cmpq %rcx, %rdi
    jae 6f
    movups (%rsi), %xmm0
    movups %xmm0, (%rdi)
    addq $16, %rsi
    addq $16, %rdi
    jmp 2b
3:  movq %rdx, %rcx
    rep movsb
    xorl %eax, %eax
    ret
4:  testb $8, %dl
    jz 5f
    movq (%rsi), %rax
    movq -8(%rsi,%rdx), %rcx
    movq %rax, (%rdi)
    movq %rcx, -8(%rdi,%rdx)
    xorl %eax, %eax
    ret
5:  testb $4, %dl
    jz 7f
    movl (%rsi), %eax
    movl -4(%rsi,%rdx), %ecx
    movl %eax, (%rdi)
    movl %ecx, -4(%rdi,%rdx)
    xorl %eax, %eax
    ret
6:  movups %xmm1, (%rcx)
    xorl %eax, %eax
    ret
7:  testq %rdx, %rdx
    jz 8f
    movzbl (%rsi), %eax
    movb %al, (%rdi)
    incq %rsi
    incq %rdi
    decq %rdx
    jmp 7b
8:  xorl %eax, %eax
    ret
    .cfi_endproc
    .size KeCopyGuarded, . - KeCopyGuarded

/* NTSTATUS KeTouchGuarded(volatile void *First, volatile void *Last, BOOLEAN Write) */
    .globl KeTouchGuarded
    .hidden KeTouchGuarded
    .type KeTouchGuarded, @function
KeTouchGuarded:
    .cfi_startproc
1:  movb (%rdi), %al
    testb %dl, %dl
    jz 2f
    movb %al, (%rdi)
2:  andq $-4096, %rdi
    addq $4096, %rdi
    cmpq %rsi, %rdi
    jbe 1b
    xorl %eax, %eax
    ret
    .cfi_endproc
    .size KeTouchGuarded, . - KeTouchGuarded

    .globl KiGuardedEnd
    .hidden KiGuardedEnd
KiGuardedEnd:

    .globl KiGuardedFault
    .hidden KiGuardedFault
    .type KiGuardedFault, @function
KiGuardedFault:
    .cfi_startproc
    movl $0xC0000005, %eax      /* STATUS_ACCESS_VIOLATION */
    ret
    .cfi_endproc
    .size KiGuardedFault, . - KiGuardedFault
#endif

    .section .note.GNU-stack, "", @progbits
