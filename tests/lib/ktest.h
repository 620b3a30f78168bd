/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ktest.h - tests of kernel exports, as a driver that runs on dotsys and, unchanged, on Windows.
 *
 *     TEST(RtlInitAnsiString, NullGivesAnEmptyString)
 *     {
 *         ANSI_STRING String;
 *
 *         RtlInitAnsiString(&String, NULL);
 *         CHECK_EQ(String.Length, 0);
 *     }
 *
 * A .sys is ktest.c plus any number of files with tests: every TEST registers itself through the
 * section .ktest, which the linker sorts by the letters after the dollar sign. Loading the driver
 * runs them all at PASSIVE_LEVEL, one after the other, and prints one DbgPrint line each:
 *
 *     ok RtlInitAnsiString.NullGivesAnEmptyString
 *     not ok Export.WhatItShows file:line: message
 *     skip Export.WhatItShows: why
 *     todo Export.WhatItShows file:line: message (why)
 *     12 passed, 0 failed
 *
 * DriverEntry returns STATUS_SUCCESS if none failed, else STATUS_UNSUCCESSFUL: the load status
 * alone tells. (Windows shows the lines in DebugView or a debugger once the DEFAULT debug print
 * filter lets them through.)
 *
 * A check never leaves the test: it records the first failure and returns whether it held, so a
 * test that cannot go on says `if (!CHECK(Buffer != NULL)) return;`.
 */
#ifndef DOTSYS_KTEST_H
#define DOTSYS_KTEST_H

#include <ntddk.h>

/* The symbol of an import of C's, as a string for __asm__. */
#if defined(__i386__)
#define KTEST_IMPORT(Name) "__imp__" #Name

/* Exports with other names on x86. */
#define ExpInterlockedPushEntrySList InterlockedPushEntrySList
#define ExpInterlockedPopEntrySList InterlockedPopEntrySList
#define ExpInterlockedFlushSList ExInterlockedFlushSList
#else
#define KTEST_IMPORT(Name) "__imp_" #Name
#endif

typedef struct KTEST {
    const char *Export;
    const char *Shows;
    VOID (*Run)(VOID);
    BOOLEAN Forbidden;
} KTEST;

/* What the loader gave DriverEntry; valid while tests run. */
extern PDRIVER_OBJECT KtestDriverObject;
extern PUNICODE_STRING KtestRegistryPath;

#define TEST(Export_, Shows_)           KTEST_CASE(Export_##_##Shows_, #Export_, #Shows_, FALSE)
/* A test of what Driver Verifier stops the machine for: skipped while it looks at this driver. */
#define TEST_FORBIDDEN(Export_, Shows_) KTEST_CASE(Export_##_##Shows_, #Export_, #Shows_, TRUE)

#define KTEST_CASE(Name, Export_, Shows_, Forbidden_)                                              \
    static VOID Name(VOID);                                                                        \
    static const KTEST Name##_Case = {Export_, Shows_, Name, Forbidden_};                          \
    __attribute__((section(".ktest$m"), used)) static const KTEST *const Name##_Entry =            \
        &Name##_Case;                                                                              \
    static VOID Name(VOID)

/* The checks. Each argument is evaluated once; values are compared as unsigned 64-bit integers. */
#define CHECK(Condition) KtestCheck(!!(Condition), __FILE__, __LINE__, #Condition)
#define CHECK_EQ(Actual, Expected)                                                                 \
    KtestCheckEq((ULONG64)(Actual), (ULONG64)(Expected), __FILE__, __LINE__, #Actual, #Expected)
#define CHECK_PTR(Actual, Expected)                                                                \
    KtestCheckEq((ULONG_PTR)(Actual), (ULONG_PTR)(Expected), __FILE__, __LINE__, #Actual, #Expected)
#define CHECK_STATUS(Expression, Expected)                                                         \
    KtestCheckEq((ULONG)(Expression), (ULONG)(Expected), __FILE__, __LINE__, #Expression, #Expected)
/* Actual: UNICODE_STRING *. Expected: L"" literal. Compares Length and every character. */
#define CHECK_STRING(Actual, Expected)                                                             \
    KtestCheckString((Actual), (Expected), sizeof(Expected) - sizeof(WCHAR), __FILE__, __LINE__,   \
                     #Actual)

BOOLEAN KtestCheck(BOOLEAN Held, const char *File, ULONG Line, const char *Text);
BOOLEAN KtestCheckEq(ULONG64 Actual, ULONG64 Expected, const char *File, ULONG Line,
                     const char *ActualText, const char *ExpectedText);
BOOLEAN KtestCheckString(const UNICODE_STRING *Actual, const WCHAR *Expected, SIZE_T LengthBytes,
                         const char *File, ULONG Line, const char *Text);

/*
 * Strings that do not depend on the routines under test. KTEST_STRING: a writable UNICODE_STRING
 * with the literal's characters. KTEST_BUFFER: an empty one with room for so many characters; the
 * array NameBuffer behind it is one longer and filled with KTEST_FILL, to see what was written.
 */
#define KTEST_FILL ((WCHAR)0xEEEE)
#define KTEST_STRING(Name, Literal)                                                                \
    WCHAR Name##Buffer[] = Literal;                                                                \
    UNICODE_STRING Name = {sizeof(Literal) - sizeof(WCHAR), sizeof(Literal), Name##Buffer}
#define KTEST_BUFFER(Name, Characters)                                                             \
    WCHAR Name##Buffer[(Characters) + 1];                                                          \
    UNICODE_STRING Name = {0, (Characters) * sizeof(WCHAR), Name##Buffer};                         \
    KtestFill(Name##Buffer, (Characters) + 1)

VOID KtestFill(WCHAR *Buffer, SIZE_T Characters);

/*
 * todo - say that this test cannot pass on dotsys yet, and why. Its failures do not count there,
 * and it turns red as soon as it passes. On Windows it changes nothing: the test must pass.
 */
VOID todo(const char *Why);

/* skip - say that this test has nothing to show here (the export is newer than this Windows). */
VOID skip(const char *Why);

/*
 * KtestExport - the address of an export that not every Windows has, or NULL.
 * Tests link statically to what all versions export, so that the driver loads everywhere.
 */
PVOID KtestExport(const WCHAR *Name);

/* Whether this is that Windows or a later one: 6, 0 is Vista, 6, 1 Windows 7, 6, 3 Windows 8.1. */
static inline BOOLEAN KtestIsSince(ULONG Major, ULONG Minor)
{
    ULONG IsMajor = 0, IsMinor = 0;

    PsGetVersion(&IsMajor, &IsMinor, NULL, NULL);
    return IsMajor > Major || (IsMajor == Major && IsMinor >= Minor);
}

#endif
