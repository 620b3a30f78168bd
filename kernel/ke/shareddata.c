/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What drivers read at the fixed address of KUSER_SHARED_DATA. The page itself cannot be mapped
 * there: loads trap and are served from here, the times as they are at that moment. Everything else
 * is set when the machine starts and stays; fields younger than the machine's Windows are zero, as
 * they were then.
 */
#include <cpuid.h>
#include <string.h>

#include "ke/kep.h"
#include "rtl/rtl.h"

#define KI_TICK_MULTIPLIER    0x0FA00000u /* 15.625 ms per tick, in 8.24 fixed point */
#define KI_LARGE_PAGE_BYTES   0x200000u
#define KI_RETURN_INSTRUCTION 0xC3u
#define KI_CONSOLE_SESSION    1u /* session 0 is the services' since Vista */
#define KI_NX_OPT_IN          2u

#if defined(__x86_64__)
#define KI_IMAGE_MACHINE 0x8664u
#define KI_ARCHITECTURE  9u
#else
#define KI_IMAGE_MACHINE 0x014Cu
#define KI_ARCHITECTURE  0u
#endif

static KUSER_SHARED_DATA KiSharedDataPage;
static ULONG KiWindows; /* major version << 8 | minor */

/* ---- the processor --------------------------------------------------------------------------- */

static const struct {
    UCHAR Feature;
    UCHAR Register; /* of leaf 1: 2 ecx, 3 edx; of leaf 7: 1 ebx */
    UCHAR Bit;
    USHORT Since; /* Windows that first says so */
} KiFeatureBits[] = {
    {PF_RDTSC_INSTRUCTION_AVAILABLE, 3, 4, 0x500},
    {PF_PAE_ENABLED, 3, 6, 0x500},
    {PF_COMPARE_EXCHANGE_DOUBLE, 3, 8, 0x500},
    {PF_MMX_INSTRUCTIONS_AVAILABLE, 3, 23, 0x500},
    {PF_XMMI_INSTRUCTIONS_AVAILABLE, 3, 25, 0x500},
    {PF_XMMI64_INSTRUCTIONS_AVAILABLE, 3, 26, 0x500},
    {PF_SSE3_INSTRUCTIONS_AVAILABLE, 2, 0, 0x600},
    {PF_COMPARE_EXCHANGE128, 2, 13, 0x600},
    {PF_XSAVE_ENABLED, 2, 27, 0x601},
    {PF_RDRAND_INSTRUCTION_AVAILABLE, 2, 30, 0x603},
    {PF_SSSE3_INSTRUCTIONS_AVAILABLE, 2, 9, 0xA00},
    {PF_SSE4_1_INSTRUCTIONS_AVAILABLE, 2, 19, 0xA00},
    {PF_SSE4_2_INSTRUCTIONS_AVAILABLE, 2, 20, 0xA00},
    {PF_AVX_INSTRUCTIONS_AVAILABLE, 2, 28, 0xA00},
    {PF_AVX2_INSTRUCTIONS_AVAILABLE, 1, 5, 0xA00},
    {PF_AVX512F_INSTRUCTIONS_AVAILABLE, 1, 16, 0xA00},
};

static void KiFillFeatures(BOOLEAN *Features)
{
    unsigned One[4] = {0}, Seven[4] = {0}, Extended[4] = {0};
    __get_cpuid(1, &One[0], &One[1], &One[2], &One[3]);
    __get_cpuid_count(7, 0, &Seven[0], &Seven[1], &Seven[2], &Seven[3]);
    __get_cpuid(0x80000001, &Extended[0], &Extended[1], &Extended[2], &Extended[3]);
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(KiFeatureBits); Index++) {
        const unsigned *Leaf = KiFeatureBits[Index].Register == 1 ? Seven : One;
        Features[KiFeatureBits[Index].Feature] =
            KiWindows >= KiFeatureBits[Index].Since &&
            (Leaf[KiFeatureBits[Index].Register] >> KiFeatureBits[Index].Bit & 1) != 0;
    }
    Features[PF_NX_ENABLED] = KiWindows >= 0x502; /* data pages of a driver are not executable here
                                                   */
    Features[PF_FASTFAIL_AVAILABLE] = KiWindows >= 0x602;
    Features[PF_RDTSCP_INSTRUCTION_AVAILABLE] = KiWindows >= 0xA00 && (Extended[3] >> 27 & 1) != 0;
}

/* What the processor saves with xsave, as far as Linux has turned it on. */
static void KiFillExtendedState(XSTATE_CONFIGURATION *State)
{
    unsigned Eax, Ebx, Ecx, Edx, Low, High;
    if (!__get_cpuid(1, &Eax, &Ebx, &Ecx, &Edx) || (Ecx >> 27 & 1) == 0)
        return;
    __asm__ volatile("xgetbv" : "=a"(Low), "=d"(High) : "c"(0));
    State->EnabledFeatures = (ULONG64)High << 32 | Low;
    __cpuid_count(0xD, 0, Eax, Ebx, Ecx, Edx);
    State->Size = Ebx;
    __cpuid_count(0xD, 1, Eax, Ebx, Ecx, Edx);
    State->OptimizedSave = Eax & 1;
    State->Features[0] = (XSTATE_FEATURE){0, 160};   /* x87, in the FXSAVE area */
    State->Features[1] = (XSTATE_FEATURE){160, 256}; /* SSE */
    for (ULONG Index = 2; Index < MAXIMUM_XSTATE_FEATURES; Index++) {
        if ((State->EnabledFeatures >> Index & 1) == 0)
            continue;
        __cpuid_count(0xD, Index, Eax, Ebx, Ecx, Edx);
        State->Features[Index] = (XSTATE_FEATURE){Ebx, Eax};
    }
}

/* ---- the rest -------------------------------------------------------------------------------- */

static void KiFillVersion(KUSER_SHARED_DATA *Data, const RTL_OSVERSIONINFOEXW *Version)
{
    static const WCHAR Root[] = u"C:\\WINDOWS";
    Data->NtMajorVersion = Version->dwMajorVersion;
    Data->NtMinorVersion = Version->dwMinorVersion;
    Data->NtProductType = (NT_PRODUCT_TYPE)Version->wProductType;
    Data->ProductTypeIsValid = TRUE;
    Data->SuiteMask = Version->wSuiteMask;
    Data->ImageNumberLow = Data->ImageNumberHigh = KI_IMAGE_MACHINE;
    memcpy(Data->NtSystemRoot, Root, sizeof(Root));
    if (KiWindows >= 0xA00) {
        Data->NtBuildNumber = Version->dwBuildNumber;
        Data->NativeProcessorArchitecture = KI_ARCHITECTURE;
    }
}

static void KiStoreTime(KSYSTEM_TIME volatile *Place, ULONG64 Value)
{
    Place->High2Time = (LONG)(Value >> 32);
    Place->LowPart = (ULONG)Value;
    Place->High1Time = (LONG)(Value >> 32);
}

/* As it is when the machine starts. TimeZoneId: 1 standard, 2 daylight saving time. */
static void KiFillTimeZone(KUSER_SHARED_DATA *Data)
{
    bool Summer;
    KiStoreTime(&Data->TimeZoneBias, (ULONG64)-host_local_offset(&Summer));
    Data->TimeZoneId = Summer ? 2 : 1;
}

static void KiFillMachine(KUSER_SHARED_DATA *Data)
{
    ULONG Processors = host_processor_count();
    Data->TestRetInstruction = KI_RETURN_INSTRUCTION;
    host_random(&Data->Cookie, sizeof(Data->Cookie));
    if (KiWindows >= 0x502) {
        Data->LargePageMinimum = KI_LARGE_PAGE_BYTES;
        Data->NXSupportPolicy = KI_NX_OPT_IN;
    }
    if (KiWindows >= 0x600)
        Data->ActiveConsoleId = KI_CONSOLE_SESSION;
    if (KiWindows >= 0x601) {
        Data->ActiveProcessorCount = Processors;
        Data->ActiveGroupCount = 1;
        KiFillExtendedState(&Data->XState);
    }
    if (KiWindows >= 0x602) {
        Data->QpcFrequency = (LONGLONG)host_counter_frequency();
        Data->UnparkedProcessorCount = (USHORT)Processors;
    }
}

void KiInitializeSharedData(void)
{
    KUSER_SHARED_DATA *Data = &KiSharedDataPage;
    RTL_OSVERSIONINFOEXW Version = {.dwOSVersionInfoSize = sizeof(Version)};
    RtlGetVersion((RTL_OSVERSIONINFOW *)&Version);
    KiWindows = Version.dwMajorVersion << 8 | Version.dwMinorVersion;
    memset(Data, 0, sizeof(*Data));
    Data->TickCountMultiplier = KI_TICK_MULTIPLIER;
    KiFillVersion(Data, &Version);
    KiFillFeatures(Data->ProcessorFeatures);
    KiFillTimeZone(Data);
    KiFillMachine(Data);
#if defined(__i386__)
    KiReserveSharedPage();
#endif
}

void KeSetPhysicalPages(ULONG PageCount)
{
    KiSharedDataPage.NumberOfPhysicalPages = PageCount;
}

void KeReadSharedData(ULONG Offset, void *Value, ULONG SizeBytes)
{
    /* A copy of one's own: another thread's load must not see half of this one's times, or older
     * ones. */
    KUSER_SHARED_DATA Now = KiSharedDataPage;
    ULONG64 Ticks = KiTickCount();
    KiStoreTime(&Now.InterruptTime, KiInterruptTime());
    KiStoreTime(&Now.SystemTime, KiSystemTime());
    KiStoreTime(&Now.TickCount, Ticks);
    if (KiWindows < 0x502)
        Now.TickCountLowDeprecated = (ULONG)Ticks;
    memset(Value, 0, SizeBytes);
    if (Offset < sizeof(Now))
        memcpy(Value, (const UCHAR *)&Now + Offset,
            Offset + SizeBytes <= sizeof(Now) ? SizeBytes : sizeof(Now) - Offset);
}
