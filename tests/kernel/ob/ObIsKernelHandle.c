/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ObIsKernelHandle - told by the value.
 */
#include "ob_test.h"

typedef BOOLEAN(NTAPI *IS_KERNEL_HANDLE)(HANDLE Handle);

TEST(ObIsKernelHandle, IsToldByTheAttribute)
{
    IS_KERNEL_HANDLE IsKernelHandle = (IS_KERNEL_HANDLE)KtestExport(L"ObIsKernelHandle");
    HANDLE Kernel = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    HANDLE Process = ObTestEvent(EVENT_ALL_ACCESS, NotificationEvent, FALSE, 0);

    if (IsKernelHandle == NULL) {
        skip("this Windows has no ObIsKernelHandle");
    } else {
        CHECK(IsKernelHandle(Kernel));
        CHECK(!IsKernelHandle(Process));
        CHECK(!IsKernelHandle(NULL));
        CHECK(!IsKernelHandle(NtCurrentProcess()));
        CHECK(!IsKernelHandle(NtCurrentThread()));
    }
    ZwClose(Kernel);
    ZwClose(Process);
}
