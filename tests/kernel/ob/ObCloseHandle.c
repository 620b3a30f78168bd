/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ObCloseHandle - closes for the mode given.
 */
#include "ob_test.h"

NTKERNELAPI NTSTATUS NTAPI ObCloseHandle(HANDLE Handle, KPROCESSOR_MODE PreviousMode);

TEST(ObCloseHandle, ClosesForEitherMode)
{
    HANDLE Kernel = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);

    CHECK_STATUS(ObCloseHandle(Kernel, KernelMode), STATUS_SUCCESS);
    CHECK_EQ(ObTestGranted(Kernel), 0);
    CHECK_STATUS(ObCloseHandle(NULL, KernelMode), STATUS_INVALID_HANDLE);
}
