/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeSaveFloatingPointState, KeRestoreFloatingPointState - a driver may use floating point in
 * between, whatever was in its registers before. x64 has nothing to save, and its headers no
 * declaration.
 */
#include "kthread.h"

#if defined(__i386__)
static USHORT ControlWord(VOID)
{
    USHORT Word;

    __asm__ volatile("fnstcw %0" : "=m"(Word));
    return Word;
}

static VOID SetControlWord(USHORT Word)
{
    __asm__ volatile("fldcw %0" : : "m"(Word));
}

TEST(KeSaveFloatingPointState, BeginsAnewAndComesBack)
{
    USHORT Before = ControlWord(), Inside, After;
    KFLOATING_SAVE Save;
    NTSTATUS Status;

    SetControlWord(0x0C7F); /* rounds towards zero, single precision */
    Status = KeSaveFloatingPointState(&Save);
    Inside = ControlWord();
    SetControlWord(0x027F);
    if (NT_SUCCESS(Status))
        KeRestoreFloatingPointState(&Save);
    After = ControlWord();
    SetControlWord(Before);
    CHECK_STATUS(Status, STATUS_SUCCESS);
    CHECK_EQ(Inside & 0x0C00, 0); /* rounds to nearest */
    CHECK_EQ(After, 0x0C7F);
}

TEST(KeSaveFloatingPointState, MayBeNestedAtDispatchLevel)
{
    KFLOATING_SAVE Outer, Inner;
    KIRQL Old;

    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    if (CHECK_STATUS(KeSaveFloatingPointState(&Outer), STATUS_SUCCESS)) {
        if (CHECK_STATUS(KeSaveFloatingPointState(&Inner), STATUS_SUCCESS))
            CHECK_STATUS(KeRestoreFloatingPointState(&Inner), STATUS_SUCCESS);
        CHECK_STATUS(KeRestoreFloatingPointState(&Outer), STATUS_SUCCESS);
    }
    KeLowerIrql(Old);
}

#endif
