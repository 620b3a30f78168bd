/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmIsRecursiveIoFault - not in a driver that is just being started.
 */
#include <ntifs.h>

#include "ktest.h"

TEST(MmIsRecursiveIoFault, IsFalseOutsidePaging)
{
    KIRQL Old;

    CHECK(!MmIsRecursiveIoFault());
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    CHECK(!MmIsRecursiveIoFault());
    KeLowerIrql(Old);
}
