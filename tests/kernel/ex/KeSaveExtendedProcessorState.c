/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeSaveExtendedProcessorState, KeRestoreExtendedProcessorState and KeGetXSaveFeatureFlags - registers are what they were.
 */
#include <ntddk.h>

#include "ktest.h"

typedef NTSTATUS(NTAPI *SAVE)(ULONG64, PVOID);
typedef VOID(NTAPI *RESTORE)(PVOID);
typedef ULONG64(NTAPI *FEATURES)(VOID);

#define LEGACY 3 /* x87 and SSE */

/* One call after the other in one piece, so that no compiler uses the register in between. */
TEST(KeSaveExtendedProcessorState, ARegisterIsWhatItWas)
{
    SAVE Save = (SAVE)KtestExport(L"KeSaveExtendedProcessorState");
    RESTORE Restore = (RESTORE)KtestExport(L"KeRestoreExtendedProcessorState");
    ULONG64 State[32] = {0};
    ULONG Before = 0x12345678, Other = 0x55555555, After = 0;
    NTSTATUS Status;

    if (Save == NULL || Restore == NULL) {
        skip("newer than this Windows");
        return;
    }
    __asm__ volatile("movd %0, %%xmm7" : : "r"(Before) : "xmm7");
    Status = Save(LEGACY, State);
    __asm__ volatile("movd %0, %%xmm7" : : "r"(Other) : "xmm7");
    if (NT_SUCCESS(Status))
        Restore(State);
    __asm__ volatile("movd %%xmm7, %0" : "=r"(After));
    CHECK_STATUS(Status, STATUS_SUCCESS);
    CHECK_EQ(After, Before);
}

TEST(KeRestoreExtendedProcessorState, NestedAndAtDispatchLevel)
{
    SAVE Save = (SAVE)KtestExport(L"KeSaveExtendedProcessorState");
    RESTORE Restore = (RESTORE)KtestExport(L"KeRestoreExtendedProcessorState");
    ULONG64 Outer[32] = {0}, Inner[32] = {0};
    KIRQL Old;

    if (Save == NULL || Restore == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_STATUS(Save(LEGACY, Outer), STATUS_SUCCESS);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    CHECK_STATUS(Save(LEGACY, Inner), STATUS_SUCCESS);
    Restore(Inner);
    KeLowerIrql(Old);
    Restore(Outer);
}

TEST(KeGetXSaveFeatureFlags, WithSseOrWithout)
{
    FEATURES Features = (FEATURES)KtestExport(L"KeGetXSaveFeatureFlags");
    ULONG64 Flags;

    if (Features == NULL) {
        skip("not on this Windows");
        return;
    }
    Flags = Features();
    CHECK(Flags == 0 || (Flags & LEGACY) == LEGACY);
}
