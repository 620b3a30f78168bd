/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeSaveExtendedProcessorState, KeRestoreExtendedProcessorState, KeGetXSaveFeatureFlags - what a
 * driver does with vector registers in between does not stay.
 */
#include "ktest.h"

#define LEGACY_STATE 3 /* x87 and SSE */

typedef NTSTATUS(NTAPI *SAVE)(ULONG64 Mask, PVOID State);
typedef VOID(NTAPI *RESTORE)(PVOID State);
typedef ULONG64(NTAPI *FLAGS)(VOID);

TEST(KeSaveExtendedProcessorState, RegistersComeBack)
{
    SAVE Save = (SAVE)(ULONG_PTR)KtestExport(L"KeSaveExtendedProcessorState");
    RESTORE Restore = (RESTORE)(ULONG_PTR)KtestExport(L"KeRestoreExtendedProcessorState");
    FLAGS Flags = (FLAGS)(ULONG_PTR)KtestExport(L"KeGetXSaveFeatureFlags");
    static const ULONG Before[4] = {1, 2, 3, 4}, Other[4] = {5, 6, 7, 8};
    ULONG64 State[64]; /* an XSTATE_SAVE, with room */
    ULONG After[4] = {0};
    NTSTATUS Status;

    if (Save == NULL || Restore == NULL) {
        skip("newer than this Windows");
        return;
    }
    if (Flags != NULL && (Flags() & LEGACY_STATE) != LEGACY_STATE) {
        skip("this processor has no XSAVE");
        return;
    }
    __asm__ volatile("movups %0, %%xmm7" : : "m"(Before) : "xmm7");
    Status = Save(LEGACY_STATE, State);
    __asm__ volatile("movups %0, %%xmm7" : : "m"(Other) : "xmm7");
    Restore(State);
    __asm__ volatile("movups %%xmm7, %0" : "=m"(After) : : "memory");
    CHECK_STATUS(Status, STATUS_SUCCESS);
#if defined(_WIN64)
    /* xmm7 is a callee's to keep */
    CHECK(RtlCompareMemory(After, Before, sizeof(After)) == sizeof(After));
#else
    /* a call may change it, but not to this */
    CHECK(RtlCompareMemory(After, Other, sizeof(After)) != sizeof(After));
#endif
}

TEST(KeSaveExtendedProcessorState, NothingToSave)
{
    SAVE Save = (SAVE)(ULONG_PTR)KtestExport(L"KeSaveExtendedProcessorState");
    RESTORE Restore = (RESTORE)(ULONG_PTR)KtestExport(L"KeRestoreExtendedProcessorState");
    ULONG64 State[64];

    if (Save == NULL || Restore == NULL) {
        skip("newer than this Windows");
        return;
    }
    if (CHECK_STATUS(Save(0, State), STATUS_SUCCESS))
        Restore(State);
}
