/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Reader-writer spin locks. */
#pragma once

#include "ex/ex.h"

KIRQL NTAPI ExAcquireSpinLockExclusive(EX_SPIN_LOCK *SpinLock);
void NTAPI ExAcquireSpinLockExclusiveAtDpcLevel(EX_SPIN_LOCK *SpinLock);
KIRQL NTAPI ExAcquireSpinLockShared(EX_SPIN_LOCK *SpinLock);
void NTAPI ExAcquireSpinLockSharedAtDpcLevel(EX_SPIN_LOCK *SpinLock);
void NTAPI ExReleaseSpinLockExclusive(EX_SPIN_LOCK *SpinLock, KIRQL OldIrql);
void NTAPI ExReleaseSpinLockExclusiveFromDpcLevel(EX_SPIN_LOCK *SpinLock);
void NTAPI ExReleaseSpinLockShared(EX_SPIN_LOCK *SpinLock, KIRQL OldIrql);
void NTAPI ExReleaseSpinLockSharedFromDpcLevel(EX_SPIN_LOCK *SpinLock);
LOGICAL NTAPI ExTryConvertSharedSpinLockExclusive(EX_SPIN_LOCK *SpinLock);
