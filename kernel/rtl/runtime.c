/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What compilers call behind a programmer's back: stack probes, pure virtual calls and, on i386,
 * 64-bit arithmetic. The probes and shifts get their arguments in registers and preserve all
 * others, hence the assembly.
 */
#include "ke/ke.h"
#include "rtl/rtlp.h"

/*
 * _purecall - a pure virtual function was called.
 *
 * IRQL:    any
 * Returns: never: raises STATUS_NOT_IMPLEMENTED.
 * Source:  INF (not documented)
 */
int NTAPIV NtCrt_purecall(void)
{
    ExRaiseStatus(STATUS_NOT_IMPLEMENTED);
    return 0;
}

#define RTLP_ASM_FUNCTION(Name)                               \
    ".text\n.p2align 4\n.globl " Name "\n.hidden " Name "\n" \
    ".type " Name ", @function\n" Name ":\n.cfi_startproc\n"
#define RTLP_ASM_END(Name) ".cfi_endproc\n.size " Name ", . - " Name "\n"

#if defined(__x86_64__)
/*
 * __chkstk - touch every page of the next rax bytes of the stack, from the top down, so that one
 * that is not there faults here. Changes no register; the caller moves rsp.
 *
 * IRQL:    any
 * Source:  DOC x64 software conventions, prolog and epilog
 */
__asm__(RTLP_ASM_FUNCTION("NtCrt_chkstk")
        "    push %rcx\n"
        "    .cfi_adjust_cfa_offset 8\n"
        "    push %rax\n"
        "    .cfi_adjust_cfa_offset 8\n"
        "    lea 24(%rsp), %rcx\n"
        "1:  cmp $4096, %rax\n"
        "    jb 2f\n"
        "    sub $4096, %rcx\n"
        "    test %rcx, (%rcx)\n"
        "    sub $4096, %rax\n"
        "    jmp 1b\n"
        "2:  sub %rax, %rcx\n"
        "    test %rcx, (%rcx)\n"
        "    pop %rax\n"
        "    .cfi_adjust_cfa_offset -8\n"
        "    pop %rcx\n"
        "    .cfi_adjust_cfa_offset -8\n"
        "    ret\n" RTLP_ASM_END("NtCrt_chkstk"));
#else
/*
 * _chkstk, _alloca_probe - touch every page of the next eax bytes of the stack, from the top down,
 * and move esp below them. Changes eax only. _alloca_probe_8 and _alloca_probe_16 align esp too.
 *
 * IRQL:    any
 * Source:  DOC crt/_chkstk; the alignment INF from the names
 */
__asm__(RTLP_ASM_FUNCTION("NtCrt_alloca_probe_16")
        "    push %ecx\n"
        "    lea 8(%esp), %ecx\n"
        "    sub %eax, %ecx\n"
        "    and $15, %ecx\n"
        "    add %ecx, %eax\n"
        "    pop %ecx\n"
        "    jmp NtCrt_chkstk\n" RTLP_ASM_END("NtCrt_alloca_probe_16")
        RTLP_ASM_FUNCTION("NtCrt_alloca_probe_8")
        "    push %ecx\n"
        "    lea 8(%esp), %ecx\n"
        "    sub %eax, %ecx\n"
        "    and $7, %ecx\n"
        "    add %ecx, %eax\n"
        "    pop %ecx\n"
        "    jmp NtCrt_chkstk\n" RTLP_ASM_END("NtCrt_alloca_probe_8")
        RTLP_ASM_FUNCTION("NtCrt_chkstk")
        "    push %ecx\n"
        "    lea 8(%esp), %ecx\n"
        "1:  cmp $4096, %eax\n"
        "    jb 2f\n"
        "    sub $4096, %ecx\n"
        "    test %ecx, (%ecx)\n"
        "    sub $4096, %eax\n"
        "    jmp 1b\n"
        "2:  sub %eax, %ecx\n"
        "    test %ecx, (%ecx)\n"
        "    mov %esp, %eax\n"
        "    mov %ecx, %esp\n"
        "    mov (%eax), %ecx\n"
        "    push 4(%eax)\n"
        "    ret\n" RTLP_ASM_END("NtCrt_chkstk"));

/*
 * _allmul, _alldiv, _allrem, _aulldiv, _aullrem - 64-bit arithmetic, signed and unsigned (u).
 *
 * IRQL:    any
 * Source:  INF (not documented; observed in compiled drivers)
 */
LONGLONG NTAPI NtCrt_allmul(LONGLONG A, LONGLONG B)
{
    return (LONGLONG)((ULONGLONG)A * (ULONGLONG)B);
}

LONGLONG NTAPI NtCrt_alldiv(LONGLONG A, LONGLONG B)
{
    return A / B;
}

LONGLONG NTAPI NtCrt_allrem(LONGLONG A, LONGLONG B)
{
    return A % B;
}

ULONGLONG NTAPI NtCrt_aulldiv(ULONGLONG A, ULONGLONG B)
{
    return A / B;
}

ULONGLONG NTAPI NtCrt_aullrem(ULONGLONG A, ULONGLONG B)
{
    return A % B;
}

/*
 * _alldvrm, _aulldvrm - quotient in edx:eax, remainder in ebx:ecx.
 *
 * IRQL:    any
 * Source:  INF (not documented; observed in compiled drivers)
 */
LONGLONG NTAPI RtlpDivideSigned(LONGLONG A, LONGLONG B, LONGLONG *Remainder)
{
    *Remainder = A % B;
    return A / B;
}

ULONGLONG NTAPI RtlpDivideUnsigned(ULONGLONG A, ULONGLONG B, ULONGLONG *Remainder)
{
    *Remainder = A % B;
    return A / B;
}

/* Four times the same push: each moves the next argument to where the last one was. */
#define RTLP_ASM_DIVIDE(Name, Divide)              \
    RTLP_ASM_FUNCTION(Name)                        \
    "    sub $12, %esp\n"                          \
    "    .cfi_adjust_cfa_offset 12\n"              \
    "    mov %esp, %ecx\n"                         \
    "    push %ecx\n"                              \
    "    .cfi_adjust_cfa_offset 4\n"               \
    "    push 32(%esp)\n"                          \
    "    .cfi_adjust_cfa_offset 4\n"               \
    "    push 32(%esp)\n"                          \
    "    .cfi_adjust_cfa_offset 4\n"               \
    "    push 32(%esp)\n"                          \
    "    .cfi_adjust_cfa_offset 4\n"               \
    "    push 32(%esp)\n"                          \
    "    .cfi_adjust_cfa_offset 4\n"               \
    "    call " Divide "\n"                        \
    "    .cfi_adjust_cfa_offset -20\n"             \
    "    mov (%esp), %ecx\n"                       \
    "    mov 4(%esp), %ebx\n"                      \
    "    add $12, %esp\n"                          \
    "    .cfi_adjust_cfa_offset -12\n"             \
    "    ret $16\n" RTLP_ASM_END(Name)

__asm__(RTLP_ASM_DIVIDE("NtCrt_alldvrm", "RtlpDivideSigned")
        RTLP_ASM_DIVIDE("NtCrt_aulldvrm", "RtlpDivideUnsigned"));

/*
 * _allshl, _allshr, _aullshr - shift edx:eax by cl; 64 and more shift everything out.
 *
 * IRQL:    any
 * Source:  INF (not documented; observed in compiled drivers)
 */
__asm__(RTLP_ASM_FUNCTION("NtCrt_allshl")
        "    cmp $64, %cl\n"
        "    jae 2f\n"
        "    cmp $32, %cl\n"
        "    jae 1f\n"
        "    shld %cl, %eax, %edx\n"
        "    shl %cl, %eax\n"
        "    ret\n"
        "1:  mov %eax, %edx\n"
        "    xor %eax, %eax\n"
        "    shl %cl, %edx\n"
        "    ret\n"
        "2:  xor %eax, %eax\n"
        "    xor %edx, %edx\n"
        "    ret\n" RTLP_ASM_END("NtCrt_allshl")
        RTLP_ASM_FUNCTION("NtCrt_aullshr")
        "    cmp $64, %cl\n"
        "    jae 2f\n"
        "    cmp $32, %cl\n"
        "    jae 1f\n"
        "    shrd %cl, %edx, %eax\n"
        "    shr %cl, %edx\n"
        "    ret\n"
        "1:  mov %edx, %eax\n"
        "    xor %edx, %edx\n"
        "    shr %cl, %eax\n"
        "    ret\n"
        "2:  xor %eax, %eax\n"
        "    xor %edx, %edx\n"
        "    ret\n" RTLP_ASM_END("NtCrt_aullshr")
        RTLP_ASM_FUNCTION("NtCrt_allshr")
        "    cmp $64, %cl\n"
        "    jae 2f\n"
        "    cmp $32, %cl\n"
        "    jae 1f\n"
        "    shrd %cl, %edx, %eax\n"
        "    sar %cl, %edx\n"
        "    ret\n"
        "1:  mov %edx, %eax\n"
        "    sar $31, %edx\n"
        "    sar %cl, %eax\n"
        "    ret\n"
        "2:  sar $31, %edx\n"
        "    mov %edx, %eax\n"
        "    ret\n" RTLP_ASM_END("NtCrt_allshr"));

/*
 * _CIcos, _CIsin, _CIsqrt - of the number on top of the floating point stack, which the result
 * replaces.
 *
 * IRQL:    any, with the floating point state saved
 * Source:  DOC crt/_CIcos, _CIsin, _CIsqrt
 */
__asm__(RTLP_ASM_FUNCTION("NtCrt_CIcos") "    fcos\n    ret\n" RTLP_ASM_END("NtCrt_CIcos")
        RTLP_ASM_FUNCTION("NtCrt_CIsin") "    fsin\n    ret\n" RTLP_ASM_END("NtCrt_CIsin")
        RTLP_ASM_FUNCTION("NtCrt_CIsqrt") "    fsqrt\n    ret\n" RTLP_ASM_END("NtCrt_CIsqrt"));
#endif
