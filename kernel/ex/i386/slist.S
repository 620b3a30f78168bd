/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The exchanges of sequenced lists on i386: 8 bytes at once. The low half is the first entry, the high half the depth in 16 bits
 * and a sequence number above it. All are fastcall: list head in ecx, entry in edx.
 *
 * Pop reads the link of an entry that another processor may have popped and freed meanwhile: a fault there, with a head that has
 * changed since, is no mistake of anybody's. ExpRetrySList sends it back to ExpPopAgain.
 */
    .text

    .macro FUNCTION name
    .globl \name
    .hidden \name
    .type \name, @function
\name:
    .endm

/* The first entry, taken off; NULL: the list is empty. The older export has a spin lock in edx, which nobody needs. */
    FUNCTION InterlockedPopEntrySList
    FUNCTION ExInterlockedPopEntrySList
    .cfi_startproc
    pushl %ebx
    .cfi_adjust_cfa_offset 4
    .cfi_rel_offset %ebx, 0
    pushl %esi
    .cfi_adjust_cfa_offset 4
    .cfi_rel_offset %esi, 0
    movl %ecx, %esi
    .globl ExpPopAgain
    .hidden ExpPopAgain
ExpPopAgain:
    movl (%esi), %eax
    movl 4(%esi), %edx
1:  testl %eax, %eax
    jz 2f
    leal 0xFFFF(%edx), %ecx
    .globl ExpPopFault
    .hidden ExpPopFault
ExpPopFault:
    movl (%eax), %ebx
    lock cmpxchg8b (%esi)
    jnz 1b
2:  popl %esi
    .cfi_adjust_cfa_offset -4
    .cfi_restore %esi
    popl %ebx
    .cfi_adjust_cfa_offset -4
    .cfi_restore %ebx
    ret
    .cfi_endproc
    .size InterlockedPopEntrySList, . - InterlockedPopEntrySList
    .size ExInterlockedPopEntrySList, . - ExInterlockedPopEntrySList

/* Puts an entry first; the entry that was first, or NULL. */
    FUNCTION InterlockedPushEntrySList
    .cfi_startproc
    pushl %ebx
    .cfi_adjust_cfa_offset 4
    .cfi_rel_offset %ebx, 0
    pushl %esi
    .cfi_adjust_cfa_offset 4
    .cfi_rel_offset %esi, 0
    movl %ecx, %esi
    movl %edx, %ebx
    movl (%esi), %eax
    movl 4(%esi), %edx
1:  movl %eax, (%ebx)
    leal 0x10001(%edx), %ecx
    lock cmpxchg8b (%esi)
    jnz 1b
    popl %esi
    .cfi_adjust_cfa_offset -4
    .cfi_restore %esi
    popl %ebx
    .cfi_adjust_cfa_offset -4
    .cfi_restore %ebx
    ret
    .cfi_endproc
    .size InterlockedPushEntrySList, . - InterlockedPushEntrySList

/* The same with a spin lock, unused, as a third argument. */
    FUNCTION ExInterlockedPushEntrySList
    .cfi_startproc
    call InterlockedPushEntrySList
    ret $4
    .cfi_endproc
    .size ExInterlockedPushEntrySList, . - ExInterlockedPushEntrySList

/* The whole list, linked as it was; NULL: it was empty. */
    FUNCTION ExInterlockedFlushSList
    .cfi_startproc
    pushl %ebx
    .cfi_adjust_cfa_offset 4
    .cfi_rel_offset %ebx, 0
    pushl %esi
    .cfi_adjust_cfa_offset 4
    .cfi_rel_offset %esi, 0
    movl %ecx, %esi
    movl (%esi), %eax
    movl 4(%esi), %edx
    xorl %ebx, %ebx
1:  testl %eax, %eax
    jz 2f
    leal 0x10000(%edx), %ecx
    xorw %cx, %cx
    lock cmpxchg8b (%esi)
    jnz 1b
2:  popl %esi
    .cfi_adjust_cfa_offset -4
    .cfi_restore %esi
    popl %ebx
    .cfi_adjust_cfa_offset -4
    .cfi_restore %ebx
    ret
    .cfi_endproc
    .size ExInterlockedFlushSList, . - ExInterlockedFlushSList

    .section .note.GNU-stack, "", @progbits
