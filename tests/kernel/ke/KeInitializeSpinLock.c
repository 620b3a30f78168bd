/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeInitializeSpinLock - a lock made of any memory is free.
 */
#include "lock_test.h"

TEST(KeInitializeSpinLock, TheLockIsFree)
{
    KSPIN_LOCK Lock;

    RtlFillMemory(&Lock, sizeof(Lock), 0xEE);
    KeInitializeSpinLock(&Lock);
    CHECK(!LockTestIsTaken(&Lock));
}
