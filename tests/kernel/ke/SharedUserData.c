/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SharedUserData - what drivers read of KUSER_SHARED_DATA at its fixed kernel address, and that any
 * instruction may read it.
 */
#include "kthread.h"

#if defined(__x86_64__)
#define MACHINE 0x8664
#else
#define MACHINE 0x014C
#endif

#define SHARED(Type, Offset) (*(volatile Type *)(KI_USER_SHARED_DATA + (Offset)))

TEST(SharedUserData, HasTheVersion)
{
    RTL_OSVERSIONINFOW Version;

    Version.dwOSVersionInfoSize = sizeof(Version);
    RtlGetVersion(&Version);
    CHECK_EQ(SharedUserData->NtMajorVersion, Version.dwMajorVersion);
    CHECK_EQ(SharedUserData->NtMinorVersion, Version.dwMinorVersion);
    if (Version.dwMajorVersion >= 10)
        CHECK_EQ(SHARED(ULONG, 0x260), Version.dwBuildNumber);
}

TEST(SharedUserData, HasTheProduct)
{
    CHECK_EQ(SharedUserData->ProductTypeIsValid, TRUE);
    CHECK(SharedUserData->NtProductType >= NtProductWinNt &&
          SharedUserData->NtProductType <= NtProductServer);
}

TEST(SharedUserData, HasTheSystemRoot)
{
    WCHAR Copy[260];
    ULONG Length = 0;

    /* Read by this code alone: a build of the kernel with address sanitizer cannot look at this
     * page. */
    while (
        Length < RTL_NUMBER_OF(Copy) && (Copy[Length] = SharedUserData->NtSystemRoot[Length]) != 0)
        Length++;
    CHECK(Length > 3 && Length < RTL_NUMBER_OF(Copy));
    CHECK_EQ(Copy[1], L':');
    CHECK_EQ(Copy[2], L'\\');
}

TEST(SharedUserData, HasTheProcessor)
{
    CHECK_EQ(SharedUserData->ImageNumberLow, MACHINE);
    CHECK_EQ(SharedUserData->ImageNumberHigh, MACHINE);
    CHECK(SharedUserData->NumberOfPhysicalPages != 0);
    /* Nothing runs x64 Windows without these. */
    CHECK_EQ(SharedUserData->ProcessorFeatures[PF_COMPARE_EXCHANGE_DOUBLE], TRUE);
    CHECK_EQ(SharedUserData->ProcessorFeatures[PF_MMX_INSTRUCTIONS_AVAILABLE], TRUE);
    CHECK_EQ(SharedUserData->ProcessorFeatures[PF_XMMI_INSTRUCTIONS_AVAILABLE], TRUE);
    CHECK_EQ(SharedUserData->ProcessorFeatures[PF_XMMI64_INSTRUCTIONS_AVAILABLE], TRUE);
    CHECK_EQ(SharedUserData->ProcessorFeatures[PF_RDTSC_INSTRUCTION_AVAILABLE], TRUE);
    CHECK_EQ(SharedUserData->ProcessorFeatures[PF_FLOATING_POINT_EMULATED], FALSE);
}

TEST(SharedUserData, CountsActiveProcessors)
{
    RTL_OSVERSIONINFOW Version;

    Version.dwOSVersionInfoSize = sizeof(Version);
    RtlGetVersion(&Version);
    if (Version.dwMajorVersion < 6 || (Version.dwMajorVersion == 6 && Version.dwMinorVersion < 1)) {
        skip("Windows 7 and later");
        return;
    }
    CHECK(SHARED(ULONG, 0x3C0) >= 1);
    CHECK_EQ(SHARED(UCHAR, 0x3C4) >= 1, TRUE);
}

static LONGLONG TimeOf(const volatile KSYSTEM_TIME *Time)
{
    LONG High;
    ULONG Low;

    do {
        High = Time->High1Time;
        Low = Time->LowPart;
    } while (High != Time->High2Time);
    return (LONGLONG)High << 32 | Low;
}

TEST(SharedUserData, TimesGoOnAndAgreeWithTheRoutines)
{
    LARGE_INTEGER Before, After, Tick;
    LONGLONG System;
    ULONG64 Interrupt, Ticks;

    KeQuerySystemTime(&Before);
    System = TimeOf(&SharedUserData->SystemTime);
    KeQuerySystemTime(&After);
    CHECK(Before.QuadPart <= System && System <= After.QuadPart);

    Interrupt = KeQueryInterruptTime();
    CHECK((ULONG64)TimeOf(&SharedUserData->InterruptTime) >= Interrupt);
    CHECK(KeQueryInterruptTime() >=
          (ULONG64)TimeOf(&SharedUserData->InterruptTime) - KeQueryTimeIncrement());

    KeQueryTickCount(&Tick);
    Ticks = (ULONG64)TimeOf(&SharedUserData->TickCount);
    CHECK(Ticks >= (ULONG64)Tick.QuadPart);
    KeQueryTickCount(&Tick);
    CHECK((ULONG64)Tick.QuadPart >= Ticks);
    CHECK_EQ(SharedUserData->TickCountQuad >= Ticks, TRUE);
}

/* Milliseconds since the start, as GetTickCount makes them of ticks: 8.24 fixed point. */
TEST(SharedUserData, TheMultiplierMakesMilliseconds)
{
    ULONG64 Multiplier = SharedUserData->TickCountMultiplier;
    ULONG64 Expected = (ULONG64)KeQueryTimeIncrement() * 1000 * (1 << 24) / 10000000;

    CHECK(Multiplier <= Expected && Expected - Multiplier <= Expected / 1000 + 1);
}

TEST(SharedUserData, TheTimeZoneIsLessThanADayAway)
{
    LONGLONG Minutes = TimeOf(&SharedUserData->TimeZoneBias) / 600000000;

    CHECK(Minutes >= -24 * 60 && Minutes <= 24 * 60);
    CHECK_EQ(TimeOf(&SharedUserData->TimeZoneBias), (ULONG64)(Minutes * 600000000));
    CHECK(SharedUserData->TimeZoneId <= 2);
}

/* ---- any instruction ------------------------------------------------------------------------- */

#define VERSION 0x26C /* NtMajorVersion, a value that stays */
#define ROOT    0x30  /* NtSystemRoot */

/* An operation of two registers and memory: Value is used and set, the address is in rdx. */
#define OPERATE(Text, Value, Offset) \
    __asm__ volatile(Text : "+a"(Value) : "d"(KI_USER_SHARED_DATA + (Offset)) : "cc", "memory")

TEST(SharedUserData, MovesCanReadIt)
{
    ULONG Version = SHARED(ULONG, VERSION);
    ULONG_PTR Value;

    Value = ~(ULONG_PTR)0;
    OPERATE("movl (%1), %%eax", Value, VERSION);
    CHECK_EQ(Value, Version);
    Value = ~(ULONG_PTR)0;
    OPERATE("movb (%1), %%al", Value, VERSION);
    CHECK_EQ(Value, ~(ULONG_PTR)0xFF | Version);
    Value = ~(ULONG_PTR)0;
    OPERATE("movw (%1), %%ax", Value, VERSION);
    CHECK_EQ(Value, ~(ULONG_PTR)0xFFFF | Version);
    Value = ~(ULONG_PTR)0;
    OPERATE("movzbl (%1), %%eax", Value, VERSION);
    CHECK_EQ(Value, Version);
#if defined(__x86_64__)
    Value = ~(ULONG_PTR)0;
    OPERATE("movslq (%1), %%rax", Value, VERSION);
    CHECK_EQ(Value, Version);
#endif
    Value = 0;
    OPERATE("movb (%1), %%ah", Value, VERSION);
    CHECK_EQ(Value, Version << 8);
    Value = 0;
    __asm__ volatile("movl 4(%1,%2,2), %%eax"
                     : "+a"(Value)
                     : "d"(KI_USER_SHARED_DATA), "c"((ULONG_PTR)(VERSION - 4) / 2));
    CHECK_EQ(Value, Version);
    Value = ~(ULONG_PTR)0;
    __asm__ volatile("movl (%1), %%eax"
                     : "=a"(Value)
                     : "0"((ULONG_PTR)(KI_USER_SHARED_DATA + VERSION)));
    CHECK_EQ(Value, Version);
    Value = ~(ULONG_PTR)0;
    __asm__ volatile("movl %c1(%2), %%eax"
                     : "=a"(Value)
                     : "i"(0x10000 + VERSION), "0"((ULONG_PTR)(KI_USER_SHARED_DATA - 0x10000)));
    CHECK_EQ(Value, Version);
#if defined(__x86_64__)
    __asm__ volatile("movabsl %c1, %%eax" : "=a"(Value) : "i"(KI_USER_SHARED_DATA + VERSION));
#else
    __asm__ volatile("movl %c1, %%eax" : "=a"(Value) : "i"(KI_USER_SHARED_DATA + VERSION));
#endif
    CHECK_EQ(Value, Version);
}

TEST(SharedUserData, ArithmeticCanUseIt)
{
    ULONG Version = SHARED(ULONG, VERSION);
    ULONG_PTR Value;

    Value = 0x100;
    OPERATE("addl (%1), %%eax", Value, VERSION);
    CHECK_EQ(Value, 0x100 + Version);
    Value = 0x100;
    OPERATE("subl (%1), %%eax", Value, VERSION);
    CHECK_EQ(Value, 0x100 - Version);
    Value = 0x100;
    OPERATE("orl (%1), %%eax", Value, VERSION);
    CHECK_EQ(Value, 0x100 | Version);
    Value = 0xFF;
    OPERATE("andl (%1), %%eax", Value, VERSION);
    CHECK_EQ(Value, Version);
    Value = 0x1FF;
    OPERATE("xorb (%1), %%al", Value, VERSION);
    CHECK_EQ(Value, 0x1FF ^ Version);
    Value = 3;
    OPERATE("imull (%1), %%eax", Value, VERSION);
    CHECK_EQ(Value, 3 * Version);
    Value = 1;
    OPERATE("stc; adcl (%1), %%eax", Value, VERSION);
    CHECK_EQ(Value, Version + 2);
    Value = 0;
    OPERATE("cmpl %%eax, %%eax; cmovel (%1), %%eax", Value, VERSION);
    CHECK_EQ(Value, Version);
    Value = 7;
    OPERATE("cmpl %%eax, %%eax; cmovnel (%1), %%eax", Value, VERSION);
    CHECK_EQ(Value, 7);
}

/* Flags a compare leaves: carry, zero, sign and overflow, as seta, sete, setg and setl see them. */
static ULONG CompareWithVersion(ULONG Left)
{
    UCHAR Above, Equal, Greater, Less;

    __asm__ volatile("cmpl (%5), %4; seta %0; sete %1; setg %2; setl %3"
                     : "=&q"(Above), "=&q"(Equal), "=&q"(Greater), "=&q"(Less)
                     : "r"(Left), "r"(KI_USER_SHARED_DATA + VERSION)
                     : "cc");
    return Above | Equal << 1 | Greater << 2 | Less << 3;
}

TEST(SharedUserData, ComparesSetTheFlags)
{
    ULONG Version = SHARED(ULONG, VERSION);
    ULONG_PTR Value = 0;

    CHECK_EQ(CompareWithVersion(Version), 2);
    CHECK_EQ(CompareWithVersion(Version + 1), 1 | 4);
    CHECK_EQ(CompareWithVersion(Version - 1), 8);
    CHECK_EQ(CompareWithVersion(0x80000000), 1 | 8);
    OPERATE("cmpl $0, (%1); setne %%al", Value, VERSION);
    CHECK_EQ(Value, 1);
    OPERATE("testb $0, (%1); setz %%al", Value, VERSION);
    CHECK_EQ(Value, 1);
    Value = 0xFF;
    OPERATE("testl %%eax, (%1); setz %%al", Value, VERSION);
    CHECK_EQ(Value, 0);
    OPERATE("cmpw $0x5C, 4(%1); sete %%al", Value, ROOT);
    CHECK_EQ(Value, 1);
}

TEST(SharedUserData, VectorsAndStringsCanReadIt)
{
    WCHAR Copy[16];
    const WCHAR *From = (const WCHAR *)(KI_USER_SHARED_DATA + ROOT);
    WCHAR *To = Copy;
    SIZE_T Count = RTL_NUMBER_OF(Copy);

    RtlZeroMemory(Copy, sizeof(Copy));
    __asm__ volatile("movups (%0), %%xmm0; movups %%xmm0, (%1)"
                     :
                     : "r"(From), "r"(To)
                     : "xmm0", "memory");
    CHECK_EQ(Copy[0], From[0]);
    CHECK_EQ(Copy[7], From[7]);

    RtlZeroMemory(Copy, sizeof(Copy));
    __asm__ volatile("rep movsw" : "+S"(From), "+D"(To), "+c"(Count) : : "memory");
    CHECK_EQ(Count, 0);
    CHECK_PTR(To, &Copy[RTL_NUMBER_OF(Copy)]);
    CHECK_PTR(From, KI_USER_SHARED_DATA + ROOT + sizeof(Copy));
    CHECK_EQ(Copy[1], L':');
    CHECK_EQ(Copy[2], L'\\');
}

/* ---- from two threads ------------------------------------------------------------------------ */

#define READS 2000

static VOID NTAPI ReadingThread(PVOID Context)
{
    LONG *Backwards = Context;
    LONGLONG Last = 0;
    ULONG Round;

    for (Round = 0; Round < READS; Round++) {
        LONGLONG Now = TimeOf(&SharedUserData->InterruptTime);

        if (Now < Last)
            InterlockedIncrement(Backwards);
        Last = Now;
    }
}

TEST(SharedUserData, InterruptTimeNeverGoesBack)
{
    LONG Backwards = 0;
    PVOID First = KtestStartThread(ReadingThread, &Backwards);
    PVOID Second = KtestStartThread(ReadingThread, &Backwards);

    KtestJoinThread(First);
    KtestJoinThread(Second);
    CHECK_EQ(Backwards, 0);
}
