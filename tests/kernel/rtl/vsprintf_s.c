/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * vsprintf, vsprintf_s, vswprintf_s, _vsnprintf_s, _vsnwprintf_s, _snwprintf_s, _swprintf,
 * _vswprintf - formatting with an argument list.
 */
#include "ktest.h"

typedef __builtin_va_list LIST;
typedef int(__cdecl *PRINT)(CHAR *Buffer, const CHAR *Format, LIST List);
typedef int(__cdecl *PRINT_S)(CHAR *Buffer, SIZE_T Size, const CHAR *Format, LIST List);
typedef int(__cdecl *PRINT_N_S)(
    CHAR *Buffer, SIZE_T Size, SIZE_T Count, const CHAR *Format, LIST List);
typedef int(__cdecl *WIDE_PRINT)(WCHAR *Buffer, const WCHAR *Format, LIST List);
typedef int(__cdecl *WIDE_PRINT_S)(WCHAR *Buffer, SIZE_T Size, const WCHAR *Format, LIST List);
typedef int(__cdecl *WIDE_PRINT_N_S)(
    WCHAR *Buffer, SIZE_T Size, SIZE_T Count, const WCHAR *Format, LIST List);
typedef int(__cdecl *WIDE_PRINT_DOTS)(WCHAR *Buffer, const WCHAR *Format, ...);
typedef int(__cdecl *WIDE_PRINT_N_S_DOTS)(
    WCHAR *Buffer, SIZE_T Size, SIZE_T Count, const WCHAR *Format, ...);

#define TRUNCATE ((SIZE_T)-1) /* _TRUNCATE */

/* Calls the export with the arguments after Format as a list. NOT_THERE: there is no such
 * export. */
#define NOT_THERE (-100)

static int Narrow(const WCHAR *Export, CHAR *Buffer, const CHAR *Format, ...)
{
    PRINT Print = (PRINT)KtestExport(Export);
    LIST List;
    int Result = NOT_THERE;

    __builtin_va_start(List, Format);
    if (Print != NULL)
        Result = Print(Buffer, Format, List);
    __builtin_va_end(List);
    return Result;
}

static int NarrowSafe(const WCHAR *Export, CHAR *Buffer, SIZE_T Size, const CHAR *Format, ...)
{
    PRINT_S Print = (PRINT_S)KtestExport(Export);
    LIST List;
    int Result = NOT_THERE;

    __builtin_va_start(List, Format);
    if (Print != NULL)
        Result = Print(Buffer, Size, Format, List);
    __builtin_va_end(List);
    return Result;
}

static int NarrowCount(
    const WCHAR *Export, CHAR *Buffer, SIZE_T Size, SIZE_T Count, const CHAR *Format, ...)
{
    PRINT_N_S Print = (PRINT_N_S)KtestExport(Export);
    LIST List;
    int Result = NOT_THERE;

    __builtin_va_start(List, Format);
    if (Print != NULL)
        Result = Print(Buffer, Size, Count, Format, List);
    __builtin_va_end(List);
    return Result;
}

static int Wide(const WCHAR *Export, WCHAR *Buffer, const WCHAR *Format, ...)
{
    WIDE_PRINT Print = (WIDE_PRINT)KtestExport(Export);
    LIST List;
    int Result = NOT_THERE;

    __builtin_va_start(List, Format);
    if (Print != NULL)
        Result = Print(Buffer, Format, List);
    __builtin_va_end(List);
    return Result;
}

static int WideSafe(const WCHAR *Export, WCHAR *Buffer, SIZE_T Size, const WCHAR *Format, ...)
{
    WIDE_PRINT_S Print = (WIDE_PRINT_S)KtestExport(Export);
    LIST List;
    int Result = NOT_THERE;

    __builtin_va_start(List, Format);
    if (Print != NULL)
        Result = Print(Buffer, Size, Format, List);
    __builtin_va_end(List);
    return Result;
}

static int WideCount(
    const WCHAR *Export, WCHAR *Buffer, SIZE_T Size, SIZE_T Count, const WCHAR *Format, ...)
{
    WIDE_PRINT_N_S Print = (WIDE_PRINT_N_S)KtestExport(Export);
    LIST List;
    int Result = NOT_THERE;

    __builtin_va_start(List, Format);
    if (Print != NULL)
        Result = Print(Buffer, Size, Count, Format, List);
    __builtin_va_end(List);
    return Result;
}

static BOOLEAN IsThere(const WCHAR *Export)
{
    if (KtestExport(Export) != NULL)
        return TRUE;
    skip("newer than this Windows");
    return FALSE;
}

TEST(vsprintf, Formats)
{
    CHAR Buffer[20];

    if (!IsThere(L"vsprintf"))
        return;
    CHECK_EQ(Narrow(L"vsprintf", Buffer, "%d-%s", 42, "ab"), 5);
    CHECK_EQ(RtlCompareMemory(Buffer, "42-ab", 6), 6);
}

TEST(vsprintf_s, FormatsWhatFits)
{
    CHAR Buffer[20];

    if (!IsThere(L"vsprintf_s"))
        return;
    CHECK_EQ(NarrowSafe(L"vsprintf_s", Buffer, 6, "%d-%s", 42, "ab"), 5);
    CHECK_EQ(RtlCompareMemory(Buffer, "42-ab", 6), 6);
    CHECK_EQ(NarrowSafe(L"vsprintf_s", Buffer, 5, "%d-%s", 42, "ab"), -1);
    CHECK_EQ(Buffer[0], 0);
}

TEST(_vsnprintf_s, CutsWhereItIsTold)
{
    CHAR Buffer[20];

    if (!IsThere(L"_vsnprintf_s"))
        return;
    CHECK_EQ(NarrowCount(L"_vsnprintf_s", Buffer, sizeof(Buffer), 10, "%d-%s", 42, "ab"), 5);
    CHECK_EQ(NarrowCount(L"_vsnprintf_s", Buffer, sizeof(Buffer), 3, "%d-%s", 42, "ab"), -1);
    CHECK_EQ(RtlCompareMemory(Buffer, "42-", 4), 4);
    CHECK_EQ(NarrowCount(L"_vsnprintf_s", Buffer, 4, TRUNCATE, "%d-%s", 42, "ab"), -1);
    CHECK_EQ(RtlCompareMemory(Buffer, "42-", 4), 4);
}

TEST(vswprintf_s, FormatsWhatFits)
{
    WCHAR Buffer[20];

    if (!IsThere(L"vswprintf_s"))
        return;
    CHECK_EQ(WideSafe(L"vswprintf_s", Buffer, 6, L"%d-%s", 42, L"ab"), 5);
    CHECK_EQ(RtlCompareMemory(Buffer, L"42-ab", 12), 12);
    CHECK_EQ(WideSafe(L"vswprintf_s", Buffer, 5, L"%d-%s", 42, L"ab"), -1);
    CHECK_EQ(Buffer[0], 0);
}

TEST(_vsnwprintf_s, CutsWhereItIsTold)
{
    WCHAR Buffer[20];

    if (!IsThere(L"_vsnwprintf_s"))
        return;
    CHECK_EQ(WideCount(L"_vsnwprintf_s", Buffer, 20, 3, L"%d-%s", 42, L"ab"), -1);
    CHECK_EQ(RtlCompareMemory(Buffer, L"42-", 8), 8);
    CHECK_EQ(WideCount(L"_vsnwprintf_s", Buffer, 4, TRUNCATE, L"%d", 12345), -1);
    CHECK_EQ(RtlCompareMemory(Buffer, L"123", 8), 8);
}

TEST(_snwprintf_s, CutsWhereItIsTold)
{
    WIDE_PRINT_N_S_DOTS Print = (WIDE_PRINT_N_S_DOTS)KtestExport(L"_snwprintf_s");
    WCHAR Buffer[20];

    if (!IsThere(L"_snwprintf_s"))
        return;
    CHECK_EQ(Print(Buffer, 20, 10, L"%d-%s", 42, L"ab"), 5);
    CHECK_EQ(Print(Buffer, 20, 2, L"%d-%s", 42, L"ab"), -1);
    CHECK_EQ(RtlCompareMemory(Buffer, L"42", 6), 6);
}

TEST(_swprintf, IsSwprintfWithoutASize)
{
    WIDE_PRINT_DOTS Print = (WIDE_PRINT_DOTS)KtestExport(L"_swprintf");
    WCHAR Buffer[20];

    if (!IsThere(L"_swprintf"))
        return;
    CHECK_EQ(Print(Buffer, L"%d-%s", 42, L"ab"), 5);
    CHECK_EQ(RtlCompareMemory(Buffer, L"42-ab", 12), 12);
}

TEST(_vswprintf, IsVswprintfWithoutASize)
{
    WCHAR Buffer[20];

    if (!IsThere(L"_vswprintf"))
        return;
    CHECK_EQ(Wide(L"_vswprintf", Buffer, L"%d-%s", 42, L"ab"), 5);
    CHECK_EQ(RtlCompareMemory(Buffer, L"42-ab", 12), 12);
}
