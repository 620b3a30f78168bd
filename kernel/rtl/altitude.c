/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Altitudes of filters: decimal numbers as text, of any length, with a fraction. */
#include "rtl/misc.h"
#include "rtl/rtlp.h"

/* Where the digits before and behind the dot are, without the zeros that say nothing. */
typedef struct RTLP_ALTITUDE {
    const WCHAR *Whole, *Fraction;
    ULONG WholeLength, FractionLength;
} RTLP_ALTITUDE;

static RTLP_ALTITUDE NTAPI RtlpSplitAltitude(const UNICODE_STRING *Text)
{
    ULONG First = 0, Dot = 0, End = Text->Length / sizeof(WCHAR);
    const ULONG Count = End;

    while (Dot < Count && Text->Buffer[Dot] != '.')
        Dot++;
    while (First < Dot && Text->Buffer[First] == '0')
        First++;
    while (End > Dot + 1 && Text->Buffer[End - 1] == '0')
        End--;
    return (RTLP_ALTITUDE){Text->Buffer + First, Text->Buffer + Dot + (Dot < Count), Dot - First,
        End > Dot ? End - Dot - 1 : 0};
}

/*
 * RtlCompareAltitudes - the order of two altitudes, as numbers: "20.5", "100", "100.05".
 *
 * IRQL:    any, if they are resident
 * Returns: below, above or zero.
 * Source:  DOC fltkernel/FltCompareInstanceAltitudes, of which it is the kernel's part; INF the
 *          name
 */
LONG NTAPI RtlCompareAltitudes(const UNICODE_STRING *Altitude1, const UNICODE_STRING *Altitude2)
{
    const RTLP_ALTITUDE A = RtlpSplitAltitude(Altitude1), B = RtlpSplitAltitude(Altitude2);
    const ULONG Common = (ULONG)RtlpMinimum(A.FractionLength, B.FractionLength);

    if (A.WholeLength != B.WholeLength)
        return A.WholeLength < B.WholeLength ? -1 : 1;
    for (ULONG Index = 0; Index < A.WholeLength; Index++) {
        if (A.Whole[Index] != B.Whole[Index])
            return A.Whole[Index] < B.Whole[Index] ? -1 : 1;
    }
    for (ULONG Index = 0; Index < Common; Index++) {
        if (A.Fraction[Index] != B.Fraction[Index])
            return A.Fraction[Index] < B.Fraction[Index] ? -1 : 1;
    }
    return (LONG)A.FractionLength - (LONG)B.FractionLength;
}
