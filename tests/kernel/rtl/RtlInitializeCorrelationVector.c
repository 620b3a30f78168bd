/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlInitializeCorrelationVector and its kin.
 */
#include "ktest.h"

typedef struct VECTOR {
    CHAR Version;
    CHAR Text[129];
} VECTOR;

/* What the vector says behind its base. */
static BOOLEAN EndsIn(const VECTOR *Vector, ULONG Base, const char *Tail)
{
    ULONG Index = 0;

    while (Tail[Index] != 0 && Vector->Text[Base + Index] == Tail[Index])
        Index++;
    return Tail[Index] == 0 && Vector->Text[Base + Index] == 0;
}

TEST(RtlInitializeCorrelationVector, CountsSteps)
{
    ULONG(NTAPI * Initialize)
    (VECTOR * Vector, int Version, const GUID *Guid) = (PVOID)KtestExport(
        L"RtlInitializeCorrelationVector");
    ULONG(NTAPI * Increment)
    (VECTOR * Vector) = (PVOID)KtestExport(L"RtlIncrementCorrelationVector");
    ULONG(NTAPI * Extend)(VECTOR * Vector) = (PVOID)KtestExport(L"RtlExtendCorrelationVector");
    ULONG(NTAPI * Validate)(VECTOR * Vector) = (PVOID)KtestExport(L"RtlValidateCorrelationVector");
    static const ULONG Bases[] = {16, 22};
    static const GUID Guid = {1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};
    ULONG Index, Step;
    VECTOR Vector;

    if (Initialize == NULL) {
        skip("new in Windows 10, version 1709");
        return;
    }
    for (Index = 0; Index < 2; Index++) {
        CHECK_STATUS(
            Initialize(&Vector, (int)Index + 1, Index == 0 ? &Guid : NULL), STATUS_SUCCESS);
        CHECK(EndsIn(&Vector, Bases[Index], ".0"));
        CHECK_STATUS(Validate(&Vector), STATUS_SUCCESS);
        for (Step = 0; Step < 10; Step++)
            CHECK_STATUS(Increment(&Vector), STATUS_SUCCESS);
        CHECK(EndsIn(&Vector, Bases[Index], ".10"));
        CHECK_STATUS(Extend(&Vector), STATUS_SUCCESS);
        CHECK_STATUS(Increment(&Vector), STATUS_SUCCESS);
        CHECK(EndsIn(&Vector, Bases[Index], ".10.1"));
        CHECK_STATUS(Validate(&Vector), STATUS_SUCCESS);
    }
    for (Step = 0; Step < 64 && Extend(&Vector) == STATUS_SUCCESS; Step++)
        ;
    CHECK(Step < 64);
    CHECK(Initialize(&Vector, 9, NULL) != STATUS_SUCCESS);
    Vector.Text[0] = 0;
    CHECK(Validate(&Vector) != STATUS_SUCCESS);
}
