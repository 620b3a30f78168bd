/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlVerifyVersionInfo - compares this Windows with a wish.
 */
#include "ktest.h"

NTSYSAPI ULONGLONG NTAPI VerSetConditionMask(ULONGLONG Mask, ULONG Type, UCHAR Condition);
NTSYSAPI NTSTATUS NTAPI RtlVerifyVersionInfo(PRTL_OSVERSIONINFOEXW VersionInfo, ULONG TypeMask,
                                             ULONGLONG ConditionMask);

static NTSTATUS Verify(ULONG Major, ULONG Minor, UCHAR Condition)
{
    RTL_OSVERSIONINFOEXW Wish;
    ULONGLONG Mask = VerSetConditionMask(0, VER_MAJORVERSION, Condition);

    RtlZeroMemory(&Wish, sizeof(Wish));
    Wish.dwOSVersionInfoSize = sizeof(Wish);
    Wish.dwMajorVersion = Major;
    Wish.dwMinorVersion = Minor;
    Mask = VerSetConditionMask(Mask, VER_MINORVERSION, Condition);
    return RtlVerifyVersionInfo(&Wish, VER_MAJORVERSION | VER_MINORVERSION, Mask);
}

TEST(RtlVerifyVersionInfo, AgreesWithRtlGetVersion)
{
    RTL_OSVERSIONINFOW This;

    This.dwOSVersionInfoSize = sizeof(This);
    if (!CHECK_STATUS(RtlGetVersion(&This), STATUS_SUCCESS))
        return;
    CHECK_STATUS(Verify(This.dwMajorVersion, This.dwMinorVersion, VER_EQUAL), STATUS_SUCCESS);
    CHECK_STATUS(Verify(This.dwMajorVersion, This.dwMinorVersion, VER_GREATER_EQUAL),
                 STATUS_SUCCESS);
    CHECK_STATUS(Verify(This.dwMajorVersion, This.dwMinorVersion, VER_GREATER),
                 STATUS_REVISION_MISMATCH);
    CHECK_STATUS(Verify(This.dwMajorVersion, This.dwMinorVersion, VER_LESS),
                 STATUS_REVISION_MISMATCH);
}

TEST(RtlVerifyVersionInfo, ALaterMajorVersionDecides)
{
    CHECK_STATUS(Verify(4, 99, VER_GREATER_EQUAL), STATUS_SUCCESS);
    CHECK_STATUS(Verify(99, 0, VER_GREATER_EQUAL), STATUS_REVISION_MISMATCH);
    CHECK_STATUS(Verify(99, 0, VER_LESS), STATUS_SUCCESS);
}

TEST(RtlVerifyVersionInfo, NothingToCompareIsRefused)
{
    RTL_OSVERSIONINFOEXW Wish;

    RtlZeroMemory(&Wish, sizeof(Wish));
    Wish.dwOSVersionInfoSize = sizeof(Wish);
    CHECK_STATUS(RtlVerifyVersionInfo(&Wish, 0, 0), STATUS_INVALID_PARAMETER);
}
