/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * _alldiv, _allrem, _allmul, _aulldiv, _aullrem, _alldvrm, _aulldvrm, _allshl, _allshr, _aullshr -
 * what Microsoft's compiler for x86 calls for numbers of 64 bits; _alloca_probe, _alloca_probe_8,
 * _alloca_probe_16, _chkstk: for large frames. x86 only.
 */
#include "ktest.h"

#if defined(__i386__)

typedef LONGLONG(NTAPI *TWO)(LONGLONG Left, LONGLONG Right);

static LONGLONG Call(const WCHAR *Export, LONGLONG Left, LONGLONG Right)
{
    TWO Function = (TWO)KtestExport(Export);

    return CHECK(Function != NULL) ? Function(Left, Right) : 0;
}

/* The value in edx:eax, the count in cl. */
static LONGLONG Shift(const WCHAR *Export, LONGLONG Value, ULONG Count)
{
    PVOID Function = KtestExport(Export);
    LONGLONG Result = 0;

    if (CHECK(Function != NULL))
        __asm__ volatile("call *%[function]"
                         : "=A"(Result)
                         : "A"(Value), "c"(Count), [function] "S"(Function)
                         : "cc");
    return Result;
}

/* The quotient in edx:eax, the remainder in ebx:ecx. */
static VOID Divide(
    const WCHAR *Export, LONGLONG Left, LONGLONG Right, LONGLONG *Quotient, LONGLONG *Remainder)
{
    PVOID Function = KtestExport(Export);
    ULONG Low = 0, High = 0;

    *Quotient = 0;
    if (!CHECK(Function != NULL))
        return;
    __asm__ volatile("pushl 4(%[right])\n\tpushl (%[right])\n\tpushl 4(%[left])\n\tpushl "
                     "(%[left])\n\tcall *%%eax"
                     : "=A"(*Quotient), "=c"(Low), "=b"(High)
                     : "a"(Function), [left] "S"(&Left), [right] "D"(&Right)
                     : "cc", "memory");
    *Remainder = (LONGLONG)((ULONGLONG)High << 32 | Low);
}

TEST(_alldiv, DividesWithSign)
{
    CHECK_EQ(Call(L"_alldiv", -1000000000000, 7), -142857142857);
    CHECK_EQ(Call(L"_alldiv", 1000000000000, -7), -142857142857);
    CHECK_EQ(Call(L"_alldiv", -6, -3), 2);
}

TEST(_allrem, HasTheSignOfTheDividend)
{
    CHECK_EQ(Call(L"_allrem", -1000000000000, 7), -1);
    CHECK_EQ(Call(L"_allrem", 1000000000000, -7), 1);
}

TEST(_allmul, MultipliesModulo64Bits)
{
    CHECK_EQ(
        Call(L"_allmul", 0x123456789, 0x987654321), (LONGLONG)(0x123456789ull * 0x987654321ull));
    CHECK_EQ(Call(L"_allmul", -5, 7), -35);
}

TEST(_aulldiv, DividesWithoutSign)
{
    CHECK_EQ(Call(L"_aulldiv", -1, 10), 0x1999999999999999);
    CHECK_EQ(Call(L"_aulldiv", 5, 0x100000000), 0);
}

TEST(_aullrem, IsWithoutSign)
{
    CHECK_EQ(Call(L"_aullrem", -1, 10), 5);
}

TEST(_alldvrm, DividesOnceForBoth)
{
    LONGLONG Quotient, Remainder = 0;

    Divide(L"_alldvrm", -1000000000000, 7, &Quotient, &Remainder);
    CHECK_EQ(Quotient, -142857142857);
    CHECK_EQ(Remainder, -1);
}

TEST(_aulldvrm, DividesOnceForBoth)
{
    LONGLONG Quotient, Remainder = 0;

    Divide(L"_aulldvrm", -1, 10, &Quotient, &Remainder);
    CHECK_EQ(Quotient, 0x1999999999999999);
    CHECK_EQ(Remainder, 5);
}

TEST(_allshl, ShiftsByUpTo63)
{
    CHECK_EQ(Shift(L"_allshl", 0x123456789, 4), 0x1234567890);
    CHECK_EQ(Shift(L"_allshl", 1, 40), 0x10000000000);
    CHECK_EQ(Shift(L"_allshl", 1, 64), 0);
}

TEST(_allshr, KeepsTheSign)
{
    CHECK_EQ(Shift(L"_allshr", -0x1000000000, 4), -0x100000000);
    CHECK_EQ(Shift(L"_allshr", -1, 64), -1);
    CHECK_EQ(Shift(L"_allshr", 0x4000000000000000, 62), 1);
}

TEST(_aullshr, FillsWithZeros)
{
    CHECK_EQ(Shift(L"_aullshr", -1, 4), 0x0FFFFFFFFFFFFFFF);
    CHECK_EQ(Shift(L"_aullshr", -1, 63), 1);
    CHECK_EQ(Shift(L"_aullshr", -1, 64), 0);
}

/* Takes eax bytes off the stack. */
static ULONG Probe(const WCHAR *Export, ULONG Bytes)
{
    PVOID Function = KtestExport(Export);
    ULONG Taken = 0;

    if (CHECK(Function != NULL))
        __asm__ volatile("movl %%esp, %%edi\n\tcall *%%ecx\n\tmovl %%edi, %%edx\n\tsubl %%esp, "
                         "%%edx\n\tmovl %%edi, %%esp"
                         : "=d"(Taken), "+a"(Bytes), "+c"(Function)
                         :
                         : "edi", "cc", "memory");
    return Taken;
}

TEST(_chkstk, TakesThatMuchOffTheStack)
{
    if (KtestExport(L"_chkstk") == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_EQ(Probe(L"_chkstk", 0x2468), 0x2468);
    CHECK_EQ(Probe(L"_chkstk", 16), 16);
}

TEST(_alloca_probe, TakesThatMuchOffTheStack)
{
    CHECK_EQ(Probe(L"_alloca_probe", 0x3000), 0x3000);
}

TEST(_alloca_probe_16, RoundsTheStackDown)
{
    ULONG Taken = Probe(L"_alloca_probe_16", 100);

    CHECK(Taken >= 100 && Taken < 100 + 16 + 16);
}

TEST(_alloca_probe_8, RoundsTheStackDown)
{
    ULONG Taken = Probe(L"_alloca_probe_8", 100);

    CHECK(Taken >= 100 && Taken < 100 + 8 + 8);
}

#endif
