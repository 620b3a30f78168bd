/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Arithmetic on 64-bit integers and byte order, from the time compilers had no 64-bit type. Any
 * IRQL; nothing is checked for overflow. Dividing by zero faults as the processor does.
 *
 * Windows declares the results as LARGE_INTEGER, which its i386 convention returns in edx:eax. The
 * host's would return a union in memory, so they are LONGLONG here.
 */
#include "rtl/rtlp.h"

/*
 * RtlExtendedIntegerMultiply, RtlExtendedLargeIntegerDivide, RtlExtendedMagicDivide - multiply or
 * divide 64 by 32 bits; the last divides by multiplying with a reciprocal (2^64 scaled) and
 * shifting, towards zero.
 *
 * Remainder: optional.
 * IRQL:    any
 * Source:  DOC ntddk/RtlExtendedIntegerMultiply, RtlExtendedLargeIntegerDivide,
 *          RtlExtendedMagicDivide
 */
LONGLONG NTAPI RtlExtendedIntegerMultiply(LARGE_INTEGER Multiplicand, LONG Multiplier)
{
    return (LONGLONG)((ULONGLONG)Multiplicand.QuadPart * (ULONGLONG)(LONGLONG)Multiplier);
}

LONGLONG NTAPI RtlExtendedLargeIntegerDivide(
    LARGE_INTEGER Dividend, ULONG Divisor, ULONG *Remainder)
{
    if (Remainder != NULL)
        *Remainder = (ULONG)((ULONGLONG)Dividend.QuadPart % Divisor);
    return (LONGLONG)((ULONGLONG)Dividend.QuadPart / Divisor);
}

/* The upper half of a product of two unsigned 64-bit numbers. */
static inline ULONGLONG RtlpMultiplyHigh(ULONGLONG A, ULONGLONG B)
{
    ULONGLONG Low = (A & MAXULONG) * (B & MAXULONG);
    ULONGLONG Middle1 = (A >> 32) * (B & MAXULONG) + (Low >> 32);
    ULONGLONG Middle2 = (A & MAXULONG) * (B >> 32) + (Middle1 & MAXULONG);

    return (A >> 32) * (B >> 32) + (Middle1 >> 32) + (Middle2 >> 32);
}

LONGLONG NTAPI RtlExtendedMagicDivide(
    LARGE_INTEGER Dividend, LARGE_INTEGER MagicDivisor, CCHAR ShiftCount)
{
    BOOLEAN Negative = Dividend.QuadPart < 0;
    ULONGLONG Magnitude =
        Negative ? 0 - (ULONGLONG)Dividend.QuadPart : (ULONGLONG)Dividend.QuadPart;
    ULONGLONG Result = RtlpMultiplyHigh(Magnitude, (ULONGLONG)MagicDivisor.QuadPart) >> ShiftCount;

    return (LONGLONG)(Negative ? 0 - Result : Result);
}

/*
 * RtlLargeIntegerDivide - unsigned division of 64 by 64 bits.
 *
 * Remainder: optional.
 * IRQL:    any
 * Source:  DOC ntddk/RtlLargeIntegerDivide
 */
LONGLONG NTAPI RtlLargeIntegerDivide(
    LARGE_INTEGER Dividend, LARGE_INTEGER Divisor, LARGE_INTEGER *Remainder)
{
    if (Remainder != NULL)
        Remainder->QuadPart =
            (LONGLONG)((ULONGLONG)Dividend.QuadPart % (ULONGLONG)Divisor.QuadPart);
    return (LONGLONG)((ULONGLONG)Dividend.QuadPart / (ULONGLONG)Divisor.QuadPart);
}

/*
 * RtlLargeIntegerAdd, Subtract, Negate, ShiftLeft, ShiftRight, ArithmeticShift - what they
 * say; shift counts are taken modulo 64.
 *
 * IRQL:    any
 * Source:  DOC ntddk/RtlLargeIntegerAdd, RtlLargeIntegerSubtract, RtlLargeIntegerNegate,
 *          RtlLargeIntegerShiftLeft, RtlLargeIntegerShiftRight, RtlLargeIntegerArithmeticShift
 */
LONGLONG NTAPI RtlLargeIntegerAdd(LARGE_INTEGER Addend1, LARGE_INTEGER Addend2)
{
    return (LONGLONG)((ULONGLONG)Addend1.QuadPart + (ULONGLONG)Addend2.QuadPart);
}

LONGLONG NTAPI RtlLargeIntegerSubtract(LARGE_INTEGER Number, LARGE_INTEGER Subtrahend)
{
    return (LONGLONG)((ULONGLONG)Number.QuadPart - (ULONGLONG)Subtrahend.QuadPart);
}

LONGLONG NTAPI RtlLargeIntegerNegate(LARGE_INTEGER Subtrahend)
{
    return (LONGLONG)(0 - (ULONGLONG)Subtrahend.QuadPart);
}

LONGLONG NTAPI RtlLargeIntegerShiftLeft(LARGE_INTEGER LargeInteger, CCHAR ShiftCount)
{
    return (LONGLONG)((ULONGLONG)LargeInteger.QuadPart << (ShiftCount & 63));
}

LONGLONG NTAPI RtlLargeIntegerShiftRight(LARGE_INTEGER LargeInteger, CCHAR ShiftCount)
{
    return (LONGLONG)((ULONGLONG)LargeInteger.QuadPart >> (ShiftCount & 63));
}

LONGLONG NTAPI RtlLargeIntegerArithmeticShift(LARGE_INTEGER LargeInteger, CCHAR ShiftCount)
{
    return LargeInteger.QuadPart >> (ShiftCount & 63);
}

/*
 * RtlConvertLongToLargeInteger, RtlConvertUlongToLargeInteger - widen a number.
 *
 * IRQL:    any
 * Source:  DOC wdm/RtlConvertLongToLargeInteger, RtlConvertUlongToLargeInteger
 */
LONGLONG NTAPI RtlConvertLongToLargeInteger(LONG SignedInteger)
{
    return SignedInteger;
}

LONGLONG NTAPI RtlConvertUlongToLargeInteger(ULONG UnsignedInteger)
{
    return UnsignedInteger;
}

/*
 * RtlEnlargedIntegerMultiply, RtlEnlargedUnsignedMultiply, RtlEnlargedUnsignedDivide - 32 by 32
 * bits to 64, and 64 by 32 to 32, where the quotient must fit.
 *
 * Remainder: optional.
 * IRQL:    any
 * Source:  DOC ntddk/RtlEnlargedIntegerMultiply, RtlEnlargedUnsignedMultiply,
 *          RtlEnlargedUnsignedDivide
 */
LONGLONG NTAPI RtlEnlargedIntegerMultiply(LONG Multiplicand, LONG Multiplier)
{
    return (LONGLONG)Multiplicand * Multiplier;
}

LONGLONG NTAPI RtlEnlargedUnsignedMultiply(ULONG Multiplicand, ULONG Multiplier)
{
    return (LONGLONG)((ULONGLONG)Multiplicand * Multiplier);
}

ULONG NTAPI RtlEnlargedUnsignedDivide(ULARGE_INTEGER Dividend, ULONG Divisor, ULONG *Remainder)
{
    if (Remainder != NULL)
        *Remainder = (ULONG)(Dividend.QuadPart % Divisor);
    return (ULONG)(Dividend.QuadPart / Divisor);
}

/*
 * RtlUshortByteSwap, RtlUlongByteSwap, RtlUlonglongByteSwap - reverse the order of a number's
 * bytes.
 *
 * IRQL:    any
 * Source:  DOC wdm/RtlUshortByteSwap, RtlUlongByteSwap, RtlUlonglongByteSwap
 */
USHORT FASTCALL RtlUshortByteSwap(USHORT Source)
{
    return __builtin_bswap16(Source);
}

ULONG FASTCALL RtlUlongByteSwap(ULONG Source)
{
    return __builtin_bswap32(Source);
}

ULONGLONG FASTCALL RtlUlonglongByteSwap(ULONGLONG Source)
{
    return __builtin_bswap64(Source);
}
