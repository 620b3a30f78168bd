/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Which Windows this machine is. The one file of rtl that looks up, at LdrTargetVersion: the
 * version is a property of the machine, chosen before anything runs.
 */
#include "exports/exports.h"
#include "ldr/ldr.h"
#include "rtl/rtlp.h"

#define RTLP_PRODUCT_UNDEFINED    0x00u
#define RTLP_PRODUCT_PROFESSIONAL 0x30u

static const RTLP_VERSION RtlpVersions[] = {
    [WINVER_WIN2000] = {5, 0, 2195, 4},
    [WINVER_XP] = {5, 1, 2600, 3},
    [WINVER_WS2003] = {5, 2, 3790, 2},
    [WINVER_VISTA] = {6, 0, 6002, 2},
    [WINVER_WIN7] = {6, 1, 7601, 1},
    [WINVER_WIN8] = {6, 2, 9200, 0},
    [WINVER_WIN81] = {6, 3, 9600, 0},
    [WINVER_WIN10_1507] = {10, 0, 10240, 0},
    [WINVER_WIN10_1511] = {10, 0, 10586, 0},
    [WINVER_WIN10_1607] = {10, 0, 14393, 0},
    [WINVER_WIN10_1703] = {10, 0, 15063, 0},
    [WINVER_WIN10_1709] = {10, 0, 16299, 0},
    [WINVER_WIN10_1803] = {10, 0, 17134, 0},
    [WINVER_WIN10_1809] = {10, 0, 17763, 0},
    [WINVER_WIN10_1903] = {10, 0, 18362, 0},
    [WINVER_WIN10_2004] = {10, 0, 19041, 0},
    [WINVER_WIN10_20H2] = {10, 0, 19042, 0},
    [WINVER_WIN11] = {10, 0, 22000, 0},
    [WINVER_WIN11_22H2] = {10, 0, 22621, 0},
    [WINVER_WIN11_24H2] = {10, 0, 26100, 0},
};

const RTLP_VERSION *RtlpCurrentVersion(void)
{
    ULONG Version = LdrTargetVersion;

    return &RtlpVersions[Version < RTL_NUMBER_OF(RtlpVersions) ? Version : WINVER_WIN10_20H2];
}

BOOLEAN NTAPI RtlpSinceBuild(ULONG Build)
{
    return RtlpCurrentVersion()->Build >= Build;
}

void NTAPI RtlpTellLength(USHORT *Length, SIZE_T Bytes)
{
    if (!RtlpSinceBuild(RTLP_BUILD_WIN11))
        *Length = (USHORT)Bytes;
}

static void RtlpServicePackText(ULONG ServicePack, WCHAR Text[128])
{
    static const WCHAR Words[] = u"Service Pack ";
    SIZE_T Length = 0;

    NtCrt_memset(Text, 0, 128 * sizeof(WCHAR));
    if (ServicePack == 0)
        return;
    for (; Words[Length] != 0; Length++)
        Text[Length] = Words[Length];
    Text[Length] = (WCHAR)('0' + ServicePack);
}

/*
 * RtlGetVersion - the version of Windows this machine is. Fills the extended fields when
 * dwOSVersionInfoSize says they are there; it is a workstation.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS.
 * Source:  DOC wdm/RtlGetVersion
 */
NTSTATUS NTAPI RtlGetVersion(RTL_OSVERSIONINFOW *VersionInformation)
{
    const RTLP_VERSION *Version = RtlpCurrentVersion();
    RTL_OSVERSIONINFOEXW *Extended = (RTL_OSVERSIONINFOEXW *)VersionInformation;

    VersionInformation->dwMajorVersion = Version->Major;
    VersionInformation->dwMinorVersion = Version->Minor;
    VersionInformation->dwBuildNumber = Version->Build;
    VersionInformation->dwPlatformId = VER_PLATFORM_WIN32_NT;
    RtlpServicePackText(Version->ServicePack, VersionInformation->szCSDVersion);
    if (VersionInformation->dwOSVersionInfoSize == sizeof(RTL_OSVERSIONINFOEXW)) {
        Extended->wServicePackMajor = (USHORT)Version->ServicePack;
        Extended->wServicePackMinor = 0;
        Extended->wSuiteMask = VER_SUITE_TERMINAL | VER_SUITE_SINGLEUSERTS;
        Extended->wProductType = VER_NT_WORKSTATION;
        Extended->wReserved = 0;
    }
    return STATUS_SUCCESS;
}

/*
 * VerSetConditionMask - put the condition for one kind of value into a mask for
 * RtlVerifyVersionInfo.
 *
 * TypeMask: of several kinds, the highest is meant.
 * IRQL:    any
 * Source:  DOC wdm/RtlVerifyVersionInfo (VER_SET_CONDITION), winnt/VerSetConditionMask; several INF
 */
ULONGLONG NTAPI VerSetConditionMask(ULONGLONG ConditionMask, ULONG TypeMask, UCHAR Condition)
{
    CCHAR Bit = RtlFindMostSignificantBit(TypeMask & 0xFF);

    if (Bit < 0)
        return ConditionMask;
    return ConditionMask
           | (ULONGLONG)(Condition & VER_CONDITION_MASK) << Bit * VER_NUM_BITS_PER_CONDITION_MASK;
}

static inline UCHAR RtlpConditionFor(ULONGLONG ConditionMask, ULONG Type)
{
    unsigned Bit = (unsigned)__builtin_ctz(Type);

    return ConditionMask >> Bit * VER_NUM_BITS_PER_CONDITION_MASK & VER_CONDITION_MASK;
}

static BOOLEAN RtlpCompareByCondition(ULONG Current, ULONG Wanted, UCHAR Condition)
{
    switch (Condition) {
    case VER_EQUAL:
        return Current == Wanted;
    case VER_GREATER:
        return Current > Wanted;
    case VER_GREATER_EQUAL:
        return Current >= Wanted;
    case VER_LESS:
        return Current < Wanted;
    case VER_LESS_EQUAL:
        return Current <= Wanted;
    default:
        return FALSE;
    }
}

/*
 * Major, minor and service pack versions are one number in four parts: the first part that differs
 * decides, and all but the last must only not contradict. The condition of the first part asked for
 * counts for all.
 */
static BOOLEAN RtlpVersionMatches(const RTL_OSVERSIONINFOEXW *Current,
    const RTL_OSVERSIONINFOEXW *Wanted, ULONG TypeMask, ULONGLONG Mask)
{
    const struct {
        ULONG Type, Current, Wanted;
    } Parts[] = {
        {VER_MAJORVERSION, Current->dwMajorVersion, Wanted->dwMajorVersion},
        {VER_MINORVERSION, Current->dwMinorVersion, Wanted->dwMinorVersion},
        {VER_SERVICEPACKMAJOR, Current->wServicePackMajor, Wanted->wServicePackMajor},
        {VER_SERVICEPACKMINOR, Current->wServicePackMinor, Wanted->wServicePackMinor},
    };
    UCHAR Condition = 0;
    BOOLEAN Matches = TRUE;

    for (unsigned Part = 0; Part < RTL_NUMBER_OF(Parts); Part++) {
        if ((TypeMask & Parts[Part].Type) == 0)
            continue;
        if (Condition == 0)
            Condition = RtlpConditionFor(Mask, Parts[Part].Type);
        Matches = RtlpCompareByCondition(Parts[Part].Current, Parts[Part].Wanted, Condition);
        if (Parts[Part].Current != Parts[Part].Wanted)
            break;
    }
    return Matches;
}

/*
 * RtlVerifyVersionInfo - compare this Windows with what a caller wants.
 *
 * VersionInfo: dwOSVersionInfoSize is not looked at.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; REVISION_MISMATCH; INVALID_PARAMETER: no type, or one without a condition.
 * Source:  DOC wdm/RtlVerifyVersionInfo
 */
NTSTATUS NTAPI RtlVerifyVersionInfo(
    RTL_OSVERSIONINFOEXW *VersionInfo, ULONG TypeMask, ULONGLONG ConditionMask)
{
    RTL_OSVERSIONINFOEXW Current = {.dwOSVersionInfoSize = sizeof(Current)};
    const ULONG Single = VER_BUILDNUMBER | VER_PLATFORMID | VER_PRODUCT_TYPE;

    if (TypeMask == 0 || (TypeMask & ~0xFFu) != 0)
        return STATUS_INVALID_PARAMETER;
    for (ULONG Type = 1; Type <= VER_PRODUCT_TYPE; Type <<= 1) {
        if ((TypeMask & Type) != 0 && RtlpConditionFor(ConditionMask, Type) == 0)
            return STATUS_INVALID_PARAMETER;
    }
    RtlGetVersion((RTL_OSVERSIONINFOW *)&Current);

    if ((TypeMask & VER_SUITENAME) != 0) {
        USHORT Common = VersionInfo->wSuiteMask & Current.wSuiteMask;
        UCHAR Condition = RtlpConditionFor(ConditionMask, VER_SUITENAME);

        if (Condition != VER_AND && Condition != VER_OR)
            return STATUS_INVALID_PARAMETER;
        if (Condition == VER_AND ? Common != VersionInfo->wSuiteMask
                                 : Common == 0 && VersionInfo->wSuiteMask != 0)
            return STATUS_REVISION_MISMATCH;
    }
    for (ULONG Type = 1; Type <= VER_PRODUCT_TYPE; Type <<= 1) {
        ULONG Has = Type == VER_BUILDNUMBER  ? Current.dwBuildNumber
                    : Type == VER_PLATFORMID ? Current.dwPlatformId
                                             : Current.wProductType;
        ULONG Wanted = Type == VER_BUILDNUMBER  ? VersionInfo->dwBuildNumber
                       : Type == VER_PLATFORMID ? VersionInfo->dwPlatformId
                                                : VersionInfo->wProductType;

        if ((TypeMask & Single & Type) == 0)
            continue;
        if (!RtlpCompareByCondition(Has, Wanted, RtlpConditionFor(ConditionMask, Type)))
            return STATUS_REVISION_MISMATCH;
    }
    return RtlpVersionMatches(&Current, VersionInfo, TypeMask, ConditionMask)
               ? STATUS_SUCCESS
               : STATUS_REVISION_MISMATCH;
}

/*
 * An NTDDI_ number is major, minor, service pack and sub-version, a byte each; Windows 10 counts
 * releases.
 */
static ULONG RtlpCurrentDdi(void)
{
    static const struct {
        ULONG Build, Ddi;
    } Windows10[] = {
        {26100, 0x0A000010},
        {22621, 0x0A00000C},
        {22000, 0x0A00000B},
        {19042, 0x0A000008},
        {19041, 0x0A000008},
        {18362, 0x0A000007},
        {17763, 0x0A000006},
        {17134, 0x0A000005},
        {16299, 0x0A000004},
        {15063, 0x0A000003},
        {14393, 0x0A000002},
        {10586, 0x0A000001},
        {0, 0x0A000000},
    };
    const RTLP_VERSION *Version = RtlpCurrentVersion();
    unsigned At = 0;

    if (Version->Major < 10)
        return Version->Major << 24 | Version->Minor << 16 | Version->ServicePack << 8;
    while (Version->Build < Windows10[At].Build)
        At++;
    return Windows10[At].Ddi;
}

/*
 * RtlIsNtDdiVersionAvailable - whether this Windows is at least the one an NTDDI_ number names,
 * service packs not counted.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: FALSE also when Version names a service pack.
 * Source:  DOC wdm/RtlIsNtDdiVersionAvailable; service packs INF
 */
BOOLEAN NTAPI RtlIsNtDdiVersionAvailable(ULONG Version)
{
    if ((Version & 0xFF00) != 0)
        return FALSE;
    return (RtlpCurrentDdi() & 0xFFFF00FF) >= Version;
}

/*
 * RtlIsServicePackVersionInstalled - whether this is the Windows an NTDDI_ number names, with at
 * least its service pack.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC wdm/RtlIsServicePackVersionInstalled
 */
BOOLEAN NTAPI RtlIsServicePackVersionInstalled(ULONG Version)
{
    ULONG Current = RtlpCurrentDdi();

    return (Version & 0xFFFF00FF) == (Current & 0xFFFF00FF)
           && (Current & 0xFF00) >= (Version & 0xFF00);
}

/*
 * RtlGetProductInfo - which edition of Windows this machine is, by the numbers a version has for
 * them: Professional.
 *
 * OSMajorVersion: the version whose numbers are asked for; the others are not looked at.
 * IRQL:    any
 * Returns: FALSE: *ReturnedProductType, which may not be NULL, is 0: a version before 6.
 * Source:  DOC sysinfoapi/GetProductInfo; INF that it is this function
 */
BOOLEAN NTAPI RtlGetProductInfo(ULONG OSMajorVersion, ULONG OSMinorVersion, ULONG SpMajorVersion,
    ULONG SpMinorVersion, ULONG *ReturnedProductType)
{
    (void)OSMinorVersion;
    (void)SpMajorVersion;
    (void)SpMinorVersion;
    if (ReturnedProductType == NULL)
        return FALSE;
    *ReturnedProductType = OSMajorVersion < 6 ? RTLP_PRODUCT_UNDEFINED : RTLP_PRODUCT_PROFESSIONAL;
    return OSMajorVersion >= 6;
}
