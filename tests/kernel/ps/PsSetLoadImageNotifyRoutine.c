/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsSetLoadImageNotifyRoutine - a routine for images is set and removed.
 */
#include "pstest.h"

static VOID NTAPI Told(PUNICODE_STRING Name, HANDLE ProcessId, PIMAGE_INFO Info)
{
    UNREFERENCED_PARAMETER(Name);
    UNREFERENCED_PARAMETER(ProcessId);
    UNREFERENCED_PARAMETER(Info);
}

TEST(PsSetLoadImageNotifyRoutine, IsSetAndRemoved)
{
    CHECK_STATUS(PsSetLoadImageNotifyRoutine(Told), STATUS_SUCCESS);
    CHECK_STATUS(PsRemoveLoadImageNotifyRoutine(Told), STATUS_SUCCESS);
}

/* There are so many places, 64 or in older Windows 8; others may have taken some. */
TEST(PsSetLoadImageNotifyRoutine, HasOnlySoManyPlaces)
{
    NTSTATUS Status = STATUS_SUCCESS;
    ULONG Count = 0;

    while (Count <= 64 && NT_SUCCESS(Status)) {
        Status = PsSetLoadImageNotifyRoutine(Told);
        Count += NT_SUCCESS(Status) ? 1 : 0;
    }
    CHECK_STATUS(Status, STATUS_INSUFFICIENT_RESOURCES);
    CHECK(Count <= (KtestIsSince(6, 3) ? 64u : 8u));
    while (Count-- != 0)
        CHECK_STATUS(PsRemoveLoadImageNotifyRoutine(Told), STATUS_SUCCESS);
    CHECK_STATUS(PsRemoveLoadImageNotifyRoutine(Told), STATUS_PROCEDURE_NOT_FOUND);
}
