/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * rtl for the other components: strings, memory, numbers, formatting, and finding code's unwind
 * data. The lowest folder of the kernel: it allocates through RtlpAllocate/RtlpFree, which ex sets
 * at start.
 */
#pragma once

#include "nt/ntstatus.h"
#include "nt/wdm.h"

/* Paged pool for strings; Site is the return address of the export. Set by ex before any driver
 * runs. */
extern void *(*RtlpAllocate)(SIZE_T Bytes, ULONG_PTR Site);
extern void (*RtlpFree)(void *Block);

/* ---- Helpers for the kernel (host ABI) ------------------------------------------------------- */

/* ASCII/UTF-8 to a new UNICODE_STRING and back; FALSE/NULL: out of memory or malformed. Freed with
 * RtlpFree(Buffer). */
BOOLEAN RtlpFromUtf8(const char *Text, UNICODE_STRING *Result);
/* Writes at most Size bytes of UTF-8 including the end; returns the bytes the whole text needs
 * without it. */
SIZE_T RtlpToUtf8(const UNICODE_STRING *String, char *Text, SIZE_T Size);
/* A driver's text of Length bytes, code page 1252 or UTF-8 already, as terminated UTF-8 of at most
 * Size bytes. */
void RtlpAnsiToUtf8(const char *Text, SIZE_T Length, char *Result, SIZE_T Size);

/*
 * printf for drivers: Windows' formats (%wZ, %Z, %ws, %S, %hs, %I64d, %Iu, %p as 16 or 8 upper-case
 * digits, …) with arguments of the driver's calling convention. Returns characters written without
 * the end, or -1 when they do not all fit (then Buffer is filled without an end, as _vsnprintf).
 */
#if defined(__x86_64__)
typedef __builtin_ms_va_list NT_VA_LIST;
#else
typedef __builtin_va_list NT_VA_LIST;
#endif
int RtlpFormatA(char *Buffer, SIZE_T Count, const char *Format, NT_VA_LIST Arguments);
int RtlpFormatW(WCHAR *Buffer, SIZE_T Count, const WCHAR *Format, NT_VA_LIST Arguments);

static inline SIZE_T RtlpWcsLength(const WCHAR *Text)
{
    SIZE_T Length = 0;
    while (Text[Length] != 0)
        Length++;
    return Length;
}

/* What Windows this machine is, as LdrTargetVersion says. */
typedef struct RTLP_VERSION {
    ULONG Major, Minor, Build;
    ULONG ServicePack; /* 0: none */
} RTLP_VERSION;

const RTLP_VERSION *RtlpCurrentVersion(void);

/* Whether it is this Windows or a later one: 6, 0 is Vista, 6, 1 Windows 7, 6, 3 Windows 8.1. */
static inline BOOLEAN RtlpIsSince(ULONG Major, ULONG Minor)
{
    const RTLP_VERSION *Version = RtlpCurrentVersion();
    return Version->Major > Major || (Version->Major == Major && Version->Minor >= Minor);
}

/* A UNICODE_STRING over a u"" literal. */
#define RTL_STRING(Literal)                                                             \
    {                                                                                   \
        sizeof(Literal) - sizeof(WCHAR), sizeof(Literal), (WCHAR *)(ULONG_PTR)(Literal) \
    }

/* ---- Exports --------------------------------------------------------------------------------- */

void NTAPI RtlInitUnicodeString(UNICODE_STRING *Destination, const WCHAR *Source);
void NTAPI RtlInitAnsiString(ANSI_STRING *Destination, const char *Source);
LONG NTAPI RtlCompareUnicodeString(
    const UNICODE_STRING *String1, const UNICODE_STRING *String2, BOOLEAN CaseInsensitive);
BOOLEAN NTAPI RtlEqualUnicodeString(
    const UNICODE_STRING *String1, const UNICODE_STRING *String2, BOOLEAN CaseInsensitive);
BOOLEAN NTAPI RtlPrefixUnicodeString(
    const UNICODE_STRING *String1, const UNICODE_STRING *String2, BOOLEAN CaseInsensitive);
void NTAPI RtlCopyUnicodeString(UNICODE_STRING *Destination, const UNICODE_STRING *Source);
WCHAR NTAPI RtlUpcaseUnicodeChar(WCHAR Character);
WCHAR NTAPI RtlDowncaseUnicodeChar(WCHAR Character);

/* string.c */
NTSTATUS NTAPI RtlInitUnicodeStringEx(UNICODE_STRING *Destination, const WCHAR *Source);
void NTAPI RtlInitString(STRING *Destination, const char *Source);
void NTAPI RtlInitUTF8String(STRING *Destination, const char *Source);
NTSTATUS NTAPI RtlInitAnsiStringEx(ANSI_STRING *Destination, const char *Source);
NTSTATUS NTAPI RtlInitStringEx(STRING *Destination, const char *Source);
NTSTATUS NTAPI RtlInitUTF8StringEx(STRING *Destination, const char *Source);
void NTAPI RtlCopyString(STRING *Destination, const STRING *Source);
NTSTATUS NTAPI RtlAppendUnicodeToString(UNICODE_STRING *Destination, const WCHAR *Source);
NTSTATUS NTAPI RtlAppendUnicodeStringToString(UNICODE_STRING *Destination,
    const UNICODE_STRING *Source);
NTSTATUS NTAPI RtlAppendStringToString(STRING *Destination, const STRING *Source);
NTSTATUS NTAPI RtlAppendAsciizToString(STRING *Destination, const char *Source);
NTSTATUS NTAPI RtlValidateUnicodeString(ULONG Flags, const UNICODE_STRING *String);
void NTAPI RtlFreeUnicodeString(UNICODE_STRING *UnicodeString);
void NTAPI RtlFreeAnsiString(ANSI_STRING *AnsiString);
void NTAPI RtlFreeUTF8String(STRING *Utf8String);
void NTAPI RtlFreeOemString(STRING *OemString);
BOOLEAN NTAPI RtlCreateUnicodeString(UNICODE_STRING *DestinationString, const WCHAR *SourceString);
NTSTATUS NTAPI RtlDuplicateUnicodeString( ULONG Flags, const UNICODE_STRING *StringIn,
    UNICODE_STRING *StringOut);

/* case.c */
CHAR NTAPI RtlUpperChar(CHAR Character);
void NTAPI RtlUpperString(STRING *DestinationString, const STRING *SourceString);
NTSTATUS NTAPI RtlUpcaseUnicodeString(UNICODE_STRING *DestinationString,
    const UNICODE_STRING *SourceString, BOOLEAN AllocateDestinationString);
NTSTATUS NTAPI RtlDowncaseUnicodeString(UNICODE_STRING *DestinationString,
    const UNICODE_STRING *SourceString, BOOLEAN AllocateDestinationString);

/* compare.c */
LONG NTAPI RtlCompareUnicodeStrings(const WCHAR *String1, SIZE_T String1Length,
    const WCHAR *String2, SIZE_T String2Length, BOOLEAN CaseInSensitive);
LONG NTAPI RtlCompareString(const STRING *String1, const STRING *String2, BOOLEAN CaseInsensitive);
BOOLEAN NTAPI RtlEqualString(const STRING *String1, const STRING *String2, BOOLEAN CaseInsensitive);
BOOLEAN NTAPI RtlPrefixString(const STRING *String1, const STRING *String2,
    BOOLEAN CaseInsensitive);
NTSTATUS NTAPI RtlHashUnicodeString( const UNICODE_STRING *String, BOOLEAN CaseInSensitive,
    ULONG HashAlgorithm, ULONG *HashValue);

/* ansi.c */
ULONG NTAPI RtlxAnsiStringToUnicodeSize(const STRING *AnsiString);
ULONG NTAPI RtlxOemStringToUnicodeSize(const STRING *OemString);
ULONG NTAPI RtlxUnicodeStringToAnsiSize(const UNICODE_STRING *UnicodeString);
ULONG NTAPI RtlxUnicodeStringToOemSize(const UNICODE_STRING *UnicodeString);
ULONG NTAPI RtlAnsiStringToUnicodeSize(const STRING *AnsiString);
ULONG NTAPI RtlOemStringToUnicodeSize(const STRING *OemString);
ULONG NTAPI RtlUnicodeStringToAnsiSize(const UNICODE_STRING *UnicodeString);
ULONG NTAPI RtlUnicodeStringToOemSize(const UNICODE_STRING *UnicodeString);
NTSTATUS NTAPI RtlAnsiStringToUnicodeString( UNICODE_STRING *DestinationString,
    const STRING *SourceString, BOOLEAN AllocateDestinationString);
NTSTATUS NTAPI RtlOemStringToUnicodeString( UNICODE_STRING *DestinationString,
    const STRING *SourceString, BOOLEAN AllocateDestinationString);
NTSTATUS NTAPI RtlOemStringToCountedUnicodeString( UNICODE_STRING *DestinationString,
    const STRING *SourceString, BOOLEAN AllocateDestinationString);
NTSTATUS NTAPI RtlUnicodeStringToAnsiString( STRING *DestinationString,
    const UNICODE_STRING *SourceString, BOOLEAN AllocateDestinationString);
NTSTATUS NTAPI RtlUpcaseUnicodeStringToAnsiString( STRING *DestinationString,
    const UNICODE_STRING *SourceString, BOOLEAN AllocateDestinationString);
NTSTATUS NTAPI RtlUnicodeStringToOemString( STRING *DestinationString,
    const UNICODE_STRING *SourceString, BOOLEAN AllocateDestinationString);
NTSTATUS NTAPI RtlUpcaseUnicodeStringToOemString( STRING *DestinationString,
    const UNICODE_STRING *SourceString, BOOLEAN AllocateDestinationString);
NTSTATUS NTAPI RtlUnicodeStringToCountedOemString( STRING *DestinationString,
    const UNICODE_STRING *SourceString, BOOLEAN AllocateDestinationString);
NTSTATUS NTAPI RtlUpcaseUnicodeStringToCountedOemString( STRING *DestinationString,
    const UNICODE_STRING *SourceString, BOOLEAN AllocateDestinationString);

/* codepage.c */
NTSTATUS NTAPI RtlMultiByteToUnicodeN(WCHAR *UnicodeString, ULONG MaxBytesInUnicodeString,
    ULONG *BytesInUnicodeString, const CHAR *MultiByteString, ULONG BytesInMultiByteString);
NTSTATUS NTAPI RtlOemToUnicodeN(WCHAR *UnicodeString, ULONG MaxBytesInUnicodeString,
    ULONG *BytesInUnicodeString, const CHAR *OemString, ULONG BytesInOemString);
NTSTATUS NTAPI RtlMultiByteToUnicodeSize( ULONG *BytesInUnicodeString, const CHAR *MultiByteString,
    ULONG BytesInMultiByteString);
NTSTATUS NTAPI RtlUnicodeToMultiByteSize( ULONG *BytesInMultiByteString,
    const WCHAR *UnicodeString, ULONG BytesInUnicodeString);
NTSTATUS NTAPI RtlUnicodeToMultiByteN(CHAR *MultiByteString, ULONG MaxBytesInMultiByteString,
    ULONG *BytesInMultiByteString, const WCHAR *UnicodeString, ULONG BytesInUnicodeString);
NTSTATUS NTAPI RtlUpcaseUnicodeToMultiByteN(CHAR *MultiByteString, ULONG MaxBytesInMultiByteString,
    ULONG *BytesInMultiByteString, const WCHAR *UnicodeString, ULONG BytesInUnicodeString);
NTSTATUS NTAPI RtlUnicodeToOemN(CHAR *OemString, ULONG MaxBytesInOemString,
    ULONG *BytesInOemString, const WCHAR *UnicodeString, ULONG BytesInUnicodeString);
NTSTATUS NTAPI RtlUpcaseUnicodeToOemN(CHAR *OemString, ULONG MaxBytesInOemString,
    ULONG *BytesInOemString, const WCHAR *UnicodeString, ULONG BytesInUnicodeString);
WCHAR NTAPI RtlAnsiCharToUnicodeChar(UCHAR **SourceCharacter);
BOOLEAN NTAPI RtlIsValidOemCharacter(WCHAR *Char);
void NTAPI RtlGetDefaultCodePage(USHORT *AnsiCodePage, USHORT *OemCodePage);
extern USHORT NlsAnsiCodePage, NlsOemCodePage;
extern BOOLEAN NlsMbCodePageTag, NlsMbOemCodePageTag;
extern USHORT *NlsLeadByteInfo, *NlsOemLeadByteInfo;

/* utf8.c */
NTSTATUS NTAPI RtlUnicodeToUTF8N(CHAR *UTF8StringDestination, ULONG UTF8StringMaxByteCount,
    ULONG *UTF8StringActualByteCount, const WCHAR *UnicodeStringSource,
    ULONG UnicodeStringByteCount);
NTSTATUS NTAPI RtlUTF8ToUnicodeN(WCHAR *UnicodeStringDestination, ULONG UnicodeStringMaxByteCount,
    ULONG *UnicodeStringActualByteCount, const CHAR *UTF8StringSource, ULONG UTF8StringByteCount);
NTSTATUS NTAPI RtlUTF8StringToUnicodeString( UNICODE_STRING *DestinationString,
    const STRING *SourceString, BOOLEAN AllocateDestinationString);
NTSTATUS NTAPI RtlUnicodeStringToUTF8String( STRING *DestinationString,
    const UNICODE_STRING *SourceString, BOOLEAN AllocateDestinationString);

/* number.c */
NTSTATUS NTAPI RtlIntegerToUnicodeString(ULONG Value, ULONG Base, UNICODE_STRING *String);
NTSTATUS NTAPI RtlInt64ToUnicodeString(ULONGLONG Value, ULONG Base, UNICODE_STRING *String);
NTSTATUS NTAPI RtlIntegerToChar(ULONG Value, ULONG Base, LONG OutputLength, CHAR *String);
NTSTATUS NTAPI RtlIntegerToUnicode(ULONG Value, ULONG Base, LONG OutputLength, WCHAR *String);
NTSTATUS NTAPI RtlUnicodeStringToInteger(const UNICODE_STRING *String, ULONG Base, ULONG *Value);
NTSTATUS NTAPI RtlCharToInteger(const CHAR *String, ULONG Base, ULONG *Value);

/* guid.c */
NTSTATUS NTAPI RtlStringFromGUID(const GUID *Guid, UNICODE_STRING *GuidString);
NTSTATUS NTAPI RtlGUIDFromString(const UNICODE_STRING *GuidString, GUID *Guid);

/* memory.c */
void NTAPI RtlCopyMemory(void *Destination, const void *Source, SIZE_T Length);
void NTAPI RtlMoveMemory(void *Destination, const void *Source, SIZE_T Length);
void NTAPI RtlCopyMemoryNonTemporal(void *Destination, const void *Source, SIZE_T Length);
void NTAPI RtlFillMemory(void *Destination, SIZE_T Length, UCHAR Fill);
void NTAPI RtlZeroMemory(void *Destination, SIZE_T Length);
void NTAPI RtlFillMemoryUlong(void *Destination, SIZE_T Length, ULONG Pattern);
void NTAPI RtlFillMemoryUlonglong(void *Destination, SIZE_T Length, ULONGLONG Pattern);
SIZE_T NTAPI RtlCompareMemory(const void *Source1, const void *Source2, SIZE_T Length);
SIZE_T NTAPI RtlCompareMemoryUlong(void *Source, SIZE_T Length, ULONG Pattern);
void FASTCALL RtlPrefetchMemoryNonTemporal(void *Source, SIZE_T Length);

/* bitmap.c */
void NTAPI RtlInitializeBitMap(RTL_BITMAP *BitMapHeader, ULONG *BitMapBuffer, ULONG SizeOfBitMap);
void NTAPI RtlClearAllBits(RTL_BITMAP *BitMapHeader);
void NTAPI RtlSetAllBits(RTL_BITMAP *BitMapHeader);
void NTAPI RtlClearBit(RTL_BITMAP *BitMapHeader, ULONG BitNumber);
void NTAPI RtlSetBit(RTL_BITMAP *BitMapHeader, ULONG BitNumber);
BOOLEAN NTAPI RtlTestBit(const RTL_BITMAP *BitMapHeader, ULONG BitNumber);
void NTAPI RtlClearBits(RTL_BITMAP *BitMapHeader, ULONG StartingIndex, ULONG NumberToClear);
void NTAPI RtlSetBits(RTL_BITMAP *BitMapHeader, ULONG StartingIndex, ULONG NumberToSet);
BOOLEAN NTAPI RtlAreBitsClear(const RTL_BITMAP *BitMapHeader, ULONG StartingIndex, ULONG Length);
BOOLEAN NTAPI RtlAreBitsSet(const RTL_BITMAP *BitMapHeader, ULONG StartingIndex, ULONG Length);
ULONG NTAPI RtlNumberOfSetBits(const RTL_BITMAP *BitMapHeader);
ULONG NTAPI RtlNumberOfClearBits(const RTL_BITMAP *BitMapHeader);
ULONG NTAPI RtlNumberOfSetBitsUlongPtr(ULONG_PTR Target);
ULONG NTAPI RtlFindClearBits(const RTL_BITMAP *BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
ULONG NTAPI RtlFindSetBits(const RTL_BITMAP *BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
ULONG NTAPI RtlFindClearBitsAndSet(RTL_BITMAP *BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
ULONG NTAPI RtlFindSetBitsAndClear(RTL_BITMAP *BitMapHeader, ULONG NumberToFind, ULONG HintIndex);
ULONG NTAPI RtlFindNextForwardRunClear( const RTL_BITMAP *BitMapHeader, ULONG FromIndex,
    ULONG *StartingRunIndex);
ULONG NTAPI RtlFindFirstRunClear(const RTL_BITMAP *BitMapHeader, ULONG *StartingIndex);
ULONG NTAPI RtlFindLastBackwardRunClear( const RTL_BITMAP *BitMapHeader, ULONG FromIndex,
    ULONG *StartingRunIndex);
ULONG NTAPI RtlFindLongestRunClear(const RTL_BITMAP *BitMapHeader, ULONG *StartingIndex);
ULONG NTAPI RtlFindClearRuns(const RTL_BITMAP *BitMapHeader, RTL_BITMAP_RUN *RunArray,
    ULONG SizeOfRunArray, BOOLEAN LocateLongestRuns);
CCHAR NTAPI RtlFindMostSignificantBit(ULONGLONG Set);
CCHAR NTAPI RtlFindLeastSignificantBit(ULONGLONG Set);

/* integer.c */
LONGLONG NTAPI RtlExtendedIntegerMultiply(LARGE_INTEGER Multiplicand, LONG Multiplier);
LONGLONG NTAPI RtlExtendedLargeIntegerDivide(LARGE_INTEGER Dividend, ULONG Divisor,
    ULONG *Remainder);
LONGLONG NTAPI RtlExtendedMagicDivide( LARGE_INTEGER Dividend, LARGE_INTEGER MagicDivisor,
    CCHAR ShiftCount);
LONGLONG NTAPI RtlLargeIntegerDivide( LARGE_INTEGER Dividend, LARGE_INTEGER Divisor,
    LARGE_INTEGER *Remainder);
LONGLONG NTAPI RtlLargeIntegerAdd(LARGE_INTEGER Addend1, LARGE_INTEGER Addend2);
LONGLONG NTAPI RtlLargeIntegerSubtract(LARGE_INTEGER Number, LARGE_INTEGER Subtrahend);
LONGLONG NTAPI RtlLargeIntegerNegate(LARGE_INTEGER Subtrahend);
LONGLONG NTAPI RtlLargeIntegerShiftLeft(LARGE_INTEGER LargeInteger, CCHAR ShiftCount);
LONGLONG NTAPI RtlLargeIntegerShiftRight(LARGE_INTEGER LargeInteger, CCHAR ShiftCount);
LONGLONG NTAPI RtlLargeIntegerArithmeticShift(LARGE_INTEGER LargeInteger, CCHAR ShiftCount);
LONGLONG NTAPI RtlConvertLongToLargeInteger(LONG SignedInteger);
LONGLONG NTAPI RtlConvertUlongToLargeInteger(ULONG UnsignedInteger);
LONGLONG NTAPI RtlEnlargedIntegerMultiply(LONG Multiplicand, LONG Multiplier);
LONGLONG NTAPI RtlEnlargedUnsignedMultiply(ULONG Multiplicand, ULONG Multiplier);
ULONG NTAPI RtlEnlargedUnsignedDivide(ULARGE_INTEGER Dividend, ULONG Divisor, ULONG *Remainder);
USHORT FASTCALL RtlUshortByteSwap(USHORT Source);
ULONG FASTCALL RtlUlongByteSwap(ULONG Source);
ULONGLONG FASTCALL RtlUlonglongByteSwap(ULONGLONG Source);

/* time.c */
void NTAPI RtlTimeToTimeFields(const LARGE_INTEGER *Time, TIME_FIELDS *TimeFields);
void NTAPI RtlTimeToElapsedTimeFields(const LARGE_INTEGER *Time, TIME_FIELDS *TimeFields);
BOOLEAN NTAPI RtlTimeFieldsToTime(const TIME_FIELDS *TimeFields, LARGE_INTEGER *Time);
BOOLEAN NTAPI RtlTimeToSecondsSince1970(const LARGE_INTEGER *Time, ULONG *ElapsedSeconds);
BOOLEAN NTAPI RtlTimeToSecondsSince1980(const LARGE_INTEGER *Time, ULONG *ElapsedSeconds);
void NTAPI RtlSecondsSince1970ToTime(ULONG ElapsedSeconds, LARGE_INTEGER *Time);
void NTAPI RtlSecondsSince1980ToTime(ULONG ElapsedSeconds, LARGE_INTEGER *Time);

/* random.c */
ULONG NTAPI RtlRandom(ULONG *Seed);
ULONG NTAPI RtlRandomEx(ULONG *Seed);

/* version.c */
NTSTATUS NTAPI RtlGetVersion(RTL_OSVERSIONINFOW *VersionInformation);
ULONGLONG NTAPI VerSetConditionMask(ULONGLONG ConditionMask, ULONG TypeMask, UCHAR Condition);
NTSTATUS NTAPI RtlVerifyVersionInfo( RTL_OSVERSIONINFOEXW *VersionInfo, ULONG TypeMask,
    ULONGLONG ConditionMask);
BOOLEAN NTAPI RtlIsNtDdiVersionAvailable(ULONG Version);
BOOLEAN NTAPI RtlIsServicePackVersionInstalled(ULONG Version);

BOOLEAN NTAPI RtlGetProductInfo(ULONG OSMajorVersion, ULONG OSMinorVersion, ULONG SpMajorVersion,
    ULONG SpMinorVersion, ULONG *ReturnedProductType);

/* error.c */
ULONG NTAPI RtlNtStatusToDosError(NTSTATUS Status);
ULONG NTAPI RtlNtStatusToDosErrorNoTeb(NTSTATUS Status);
