/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The exchanges of sequenced lists: 16 bytes at once. The low half has the depth in 16 bits and a sequence number above it, the
 * high half the first entry, whose low four bits are reserved and kept.
 *
 * Pop reads the link of an entry that another processor may have popped and freed meanwhile: a fault there, with a head that has
 * changed since, is no mistake of anybody's. ExpRetrySList sends it back to ExpPopAgain.
 */
    .text

/* SLIST_ENTRY *ExpInterlockedPopEntrySList(rcx: SLIST_HEADER *) - the first entry, taken off; NULL: the list is empty. */
    .globl ExpInterlockedPopEntrySList
    .hidden ExpInterlockedPopEntrySList
    .type ExpInterlockedPopEntrySList, @function
ExpInterlockedPopEntrySList:
    .cfi_startproc
    pushq %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbx, 0
    movq %rcx, %r8
    .globl ExpPopAgain
    .hidden ExpPopAgain
ExpPopAgain:
    movq (%r8), %rax
    movq 8(%r8), %rdx
1:  movq %rdx, %r9
    andq $-16, %r9
    jz 2f
    .globl ExpPopFault
    .hidden ExpPopFault
ExpPopFault:
    movq (%r9), %rcx
    andq $-16, %rcx
    movl %edx, %r10d
    andl $15, %r10d
    orq %r10, %rcx
    leaq 0xFFFF(%rax), %rbx
    lock cmpxchg16b (%r8)
    jnz 1b
2:  movq %r9, %rax
    popq %rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore %rbx
    ret
    .cfi_endproc
    .size ExpInterlockedPopEntrySList, . - ExpInterlockedPopEntrySList

/* SLIST_ENTRY *ExpInterlockedPushEntrySList(rcx: SLIST_HEADER *, rdx: SLIST_ENTRY *) - the entry that was first, or NULL. */
    .globl ExpInterlockedPushEntrySList
    .hidden ExpInterlockedPushEntrySList
    .type ExpInterlockedPushEntrySList, @function
ExpInterlockedPushEntrySList:
    .cfi_startproc
    pushq %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbx, 0
    movq %rcx, %r8
    movq %rdx, %r9
    movq (%r8), %rax
    movq 8(%r8), %rdx
1:  movq %rdx, %r10
    andq $-16, %r10
    movq %r10, (%r9)
    movl %edx, %ecx
    andl $15, %ecx
    orq %r9, %rcx
    leaq 0x10001(%rax), %rbx
    lock cmpxchg16b (%r8)
    jnz 1b
    movq %r10, %rax
    popq %rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore %rbx
    ret
    .cfi_endproc
    .size ExpInterlockedPushEntrySList, . - ExpInterlockedPushEntrySList

/* SLIST_ENTRY *ExpInterlockedFlushSList(rcx: SLIST_HEADER *) - the whole list, linked as it was; NULL: it was empty. */
    .globl ExpInterlockedFlushSList
    .hidden ExpInterlockedFlushSList
    .type ExpInterlockedFlushSList, @function
ExpInterlockedFlushSList:
    .cfi_startproc
    pushq %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset %rbx, 0
    movq %rcx, %r8
    movq (%r8), %rax
    movq 8(%r8), %rdx
1:  movq %rdx, %r9
    andq $-16, %r9
    jz 2f
    movl %edx, %ecx
    andl $15, %ecx
    leaq 0x10000(%rax), %rbx
    xorw %bx, %bx
    lock cmpxchg16b (%r8)
    jnz 1b
2:  movq %r9, %rax
    popq %rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore %rbx
    ret
    .cfi_endproc
    .size ExpInterlockedFlushSList, . - ExpInterlockedFlushSList

    .section .note.GNU-stack, "", @progbits
