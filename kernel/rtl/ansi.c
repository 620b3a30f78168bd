/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Between counted strings of UTF-16 and of the machine's two code pages. Both pages have one byte a
 * character, so sizes follow from lengths. Allocated buffers come from paged pool and belong to the
 * caller.
 */
#include "rtl/rtlp.h"

/*
 * RtlxAnsiStringToUnicodeSize, RtlxOemStringToUnicodeSize, RtlAnsiStringToUnicodeSize,
 * RtlOemStringToUnicodeSize - bytes the string takes in UTF-16, with terminator.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC wdm/RtlxAnsiStringToUnicodeSize, RtlAnsiStringToUnicodeSize,
 *          ntifs/RtlOemStringToUnicodeSize
 */
ULONG NTAPI RtlxAnsiStringToUnicodeSize(const STRING *AnsiString)
{
    return (AnsiString->Length + 1u) * sizeof(WCHAR);
}

ULONG NTAPI RtlxOemStringToUnicodeSize(const STRING *OemString)
{
    return (OemString->Length + 1u) * sizeof(WCHAR);
}

ULONG NTAPI RtlAnsiStringToUnicodeSize(const STRING *AnsiString)
{
    return RtlxAnsiStringToUnicodeSize(AnsiString);
}

ULONG NTAPI RtlOemStringToUnicodeSize(const STRING *OemString)
{
    return RtlxOemStringToUnicodeSize(OemString);
}

/*
 * RtlxUnicodeStringToAnsiSize, RtlxUnicodeStringToOemSize, RtlUnicodeStringToAnsiSize,
 * RtlUnicodeStringToOemSize - bytes the string takes in the code page, with terminator.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC wdm/RtlxUnicodeStringToAnsiSize, RtlUnicodeStringToAnsiSize,
 *          ntifs/RtlUnicodeStringToOemSize
 */
ULONG NTAPI RtlxUnicodeStringToAnsiSize(const UNICODE_STRING *UnicodeString)
{
    return UnicodeString->Length / (ULONG)sizeof(WCHAR) + 1;
}

ULONG NTAPI RtlxUnicodeStringToOemSize(const UNICODE_STRING *UnicodeString)
{
    return UnicodeString->Length / (ULONG)sizeof(WCHAR) + 1;
}

ULONG NTAPI RtlUnicodeStringToAnsiSize(const UNICODE_STRING *UnicodeString)
{
    return RtlxUnicodeStringToAnsiSize(UnicodeString);
}

ULONG NTAPI RtlUnicodeStringToOemSize(const UNICODE_STRING *UnicodeString)
{
    return RtlxUnicodeStringToOemSize(UnicodeString);
}

/* Terminator: bytes kept for one, 0 or 2. */
static NTSTATUS RtlpWidenString(RTLP_CODE_PAGE Page, UNICODE_STRING *Destination,
    const STRING *Source, SIZE_T Terminator, BOOLEAN Allocate, ULONG_PTR Site)
{
    SIZE_T Bytes = (SIZE_T)Source->Length * sizeof(WCHAR);
    WCHAR *Buffer = Destination->Buffer;

    if (Bytes + Terminator > UNICODE_STRING_MAX_BYTES)
        return STATUS_INVALID_PARAMETER_2;
    if (Allocate) {
        Buffer = RtlpAllocate(Bytes + Terminator != 0 ? Bytes + Terminator : sizeof(WCHAR), Site);
        if (Buffer == NULL)
            return STATUS_NO_MEMORY;
        Destination->Buffer = Buffer;
        Destination->MaximumLength = (USHORT)(Bytes + Terminator);
    } else if (Bytes + Terminator > Destination->MaximumLength) {
        RtlpTellLength(&Destination->Length, Bytes);
        return STATUS_BUFFER_OVERFLOW;
    }
    /* From the end: the buffers may be the same. */
    for (SIZE_T At = Source->Length; At-- > 0;)
        Buffer[At] = RtlpByteToUnicode(Page, (UCHAR)Source->Buffer[At]);
    if (Terminator != 0)
        Buffer[Bytes / sizeof(WCHAR)] = 0;
    Destination->Length = (USHORT)Bytes;
    return STATUS_SUCCESS;
}

/*
 * RtlAnsiStringToUnicodeString, RtlOemStringToUnicodeString - to UTF-16, terminated.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER_2: longer than a UNICODE_STRING can say; NO_MEMORY;
 *          BUFFER_OVERFLOW: the caller's buffer does not hold it with its terminator; before
 *          Windows 11 Length then says what it would be. The buffer is untouched on failure.
 * Owner:   caller, if allocated; RtlFreeUnicodeString.
 * Source:  DOC wdm/RtlAnsiStringToUnicodeString, ntifs/RtlOemStringToUnicodeString; statuses INF,
 *          Length as for RtlIntegerToUnicodeString
 */
NTSTATUS NTAPI RtlAnsiStringToUnicodeString(UNICODE_STRING *DestinationString,
    const STRING *SourceString, BOOLEAN AllocateDestinationString)
{
    return RtlpWidenString(RtlpAnsiPage, DestinationString, SourceString, sizeof(WCHAR),
        AllocateDestinationString, (ULONG_PTR)__builtin_return_address(0));
}

NTSTATUS NTAPI RtlOemStringToUnicodeString(UNICODE_STRING *DestinationString,
    const STRING *SourceString, BOOLEAN AllocateDestinationString)
{
    return RtlpWidenString(RtlpOemPage, DestinationString, SourceString, sizeof(WCHAR),
        AllocateDestinationString, (ULONG_PTR)__builtin_return_address(0));
}

/*
 * RtlOemStringToCountedUnicodeString - to UTF-16, without terminator.
 *
 * IRQL:    < DISPATCH_LEVEL
 * Returns: as RtlOemStringToUnicodeString. An empty string becomes an empty string without buffer.
 * Owner:   caller, if allocated; RtlFreeUnicodeString.
 * Source:  DOC ntifs/RtlOemStringToCountedUnicodeString; the empty string INF
 */
NTSTATUS NTAPI RtlOemStringToCountedUnicodeString(UNICODE_STRING *DestinationString,
    const STRING *SourceString, BOOLEAN AllocateDestinationString)
{
    if (SourceString->Length == 0) {
        *DestinationString = (UNICODE_STRING){0};
        return STATUS_SUCCESS;
    }
    return RtlpWidenString(RtlpOemPage, DestinationString, SourceString, 0,
        AllocateDestinationString, (ULONG_PTR)__builtin_return_address(0));
}

/*
 * RtlUnicodeStringToAnsiString, RtlUpcaseUnicodeStringToAnsiString - to the ANSI code page,
 * terminated; for what the page lacks the closest it has, or '?'.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; NO_MEMORY; BUFFER_OVERFLOW: the caller's buffer has no room; what fits with a
 *          terminator was written; into no buffer at all nothing, and before Windows 11 Length says
 *          what it would be. INVALID_PARAMETER_2 cannot happen: a code page never needs more bytes
 *          than UTF-16.
 * Owner:   caller, if allocated; RtlFreeAnsiString.
 * Source:  DOC wdm/RtlUnicodeStringToAnsiString; what is written on overflow INF
 */
typedef NTSTATUS NTAPI RTLP_NARROW(CHAR *, ULONG, ULONG *, const WCHAR *, ULONG);

static inline NTSTATUS RtlpToAnsiString(RTLP_NARROW *Narrow, STRING *Destination,
    const UNICODE_STRING *Source, BOOLEAN Allocate, ULONG_PTR Site)
{
    ULONG Length = Source->Length / sizeof(WCHAR);
    NTSTATUS Status = STATUS_SUCCESS;

    if (Allocate) {
        CHAR *Buffer = RtlpAllocate(Length + 1, Site);
        if (Buffer == NULL)
            return STATUS_NO_MEMORY;
        Destination->Buffer = Buffer;
        Destination->MaximumLength = (USHORT)(Length + 1);
    } else if (Length >= Destination->MaximumLength) {
        if (Destination->MaximumLength == 0) {
            RtlpTellLength(&Destination->Length, Length);
            return STATUS_BUFFER_OVERFLOW;
        }
        Length = Destination->MaximumLength - 1u;
        Status = STATUS_BUFFER_OVERFLOW;
    }
    Narrow(Destination->Buffer, Length, NULL, Source->Buffer, Length * sizeof(WCHAR));
    Destination->Buffer[Length] = '\0';
    Destination->Length = (USHORT)Length;
    return Status;
}

NTSTATUS NTAPI RtlUnicodeStringToAnsiString(STRING *DestinationString,
    const UNICODE_STRING *SourceString, BOOLEAN AllocateDestinationString)
{
    return RtlpToAnsiString(RtlUnicodeToMultiByteN, DestinationString, SourceString,
        AllocateDestinationString, (ULONG_PTR)__builtin_return_address(0));
}

NTSTATUS NTAPI RtlUpcaseUnicodeStringToAnsiString(STRING *DestinationString,
    const UNICODE_STRING *SourceString, BOOLEAN AllocateDestinationString)
{
    return RtlpToAnsiString(RtlUpcaseUnicodeToMultiByteN, DestinationString, SourceString,
        AllocateDestinationString, (ULONG_PTR)__builtin_return_address(0));
}

/* Whether every character has a byte of its own in the OEM page, in upper case too if Upcase. */
static BOOLEAN RtlpOemMappable(const UNICODE_STRING *Source, BOOLEAN Upcase)
{
    for (SIZE_T At = 0; At < Source->Length / sizeof(WCHAR); At++) {
        WCHAR Character = Source->Buffer[At];

        if (!RtlpPageHas(RtlpOemPage, Character))
            return FALSE;
        if (Upcase && !RtlpPageHas(RtlpOemPage, RtlpUpcase(Character)))
            return FALSE;
    }
    return TRUE;
}

/* Terminator: bytes kept for one, 0 or 1. */
static NTSTATUS RtlpToOemString(STRING *Destination, const UNICODE_STRING *Source, BOOLEAN Upcase,
    ULONG Terminator, BOOLEAN Allocate, ULONG_PTR Site)
{
    ULONG Length = Source->Length / sizeof(WCHAR);
    CHAR *Buffer = Destination->Buffer;

    if (Allocate) {
        Buffer = RtlpAllocate(Length + 1, Site);
        if (Buffer == NULL)
            return STATUS_NO_MEMORY;
        Destination->Buffer = Buffer;
        Destination->MaximumLength = (USHORT)(Length + Terminator);
    } else if (Length + Terminator > Destination->MaximumLength) {
        return STATUS_BUFFER_OVERFLOW;
    }
    (Upcase ? RtlUpcaseUnicodeToOemN : RtlUnicodeToOemN)(
        Buffer, Length, NULL, Source->Buffer, Length * sizeof(WCHAR));
    if (Terminator != 0)
        Buffer[Length] = '\0';
    Destination->Length = (USHORT)Length;
    return STATUS_SUCCESS;
}

/*
 * RtlUnicodeStringToOemString, RtlUpcaseUnicodeStringToOemString - to the OEM code page,
 * terminated; '?' for what the page lacks.
 *
 * IRQL:    < DISPATCH_LEVEL
 * Returns: SUCCESS; UNMAPPABLE_CHARACTER (upper case only): the page lacks a character; NO_MEMORY;
 *          BUFFER_OVERFLOW: the caller's buffer has no room. Destination untouched on failure.
 * Owner:   caller, if allocated; RtlFreeOemString.
 * Source:  DOC ntifs/RtlUnicodeStringToOemString, RtlUpcaseUnicodeStringToOemString; overflow INF
 */
NTSTATUS NTAPI RtlUnicodeStringToOemString(STRING *DestinationString,
    const UNICODE_STRING *SourceString, BOOLEAN AllocateDestinationString)
{
    return RtlpToOemString(DestinationString, SourceString, FALSE, 1, AllocateDestinationString,
        (ULONG_PTR)__builtin_return_address(0));
}

NTSTATUS NTAPI RtlUpcaseUnicodeStringToOemString(STRING *DestinationString,
    const UNICODE_STRING *SourceString, BOOLEAN AllocateDestinationString)
{
    if (!RtlpOemMappable(SourceString, TRUE))
        return STATUS_UNMAPPABLE_CHARACTER;
    return RtlpToOemString(DestinationString, SourceString, TRUE, 1, AllocateDestinationString,
        (ULONG_PTR)__builtin_return_address(0));
}

/*
 * RtlUnicodeStringToCountedOemString, RtlUpcaseUnicodeStringToCountedOemString - to the OEM code
 * page, without terminator.
 *
 * IRQL:    < DISPATCH_LEVEL
 * Returns: SUCCESS; UNMAPPABLE_CHARACTER: the page lacks a character; NO_MEMORY; BUFFER_OVERFLOW:
 *          the caller's buffer has no room. Destination untouched on failure. An empty string
 *          becomes an empty string without buffer.
 * Owner:   caller, if allocated; RtlFreeOemString.
 * Source:  DOC ntifs/RtlUnicodeStringToCountedOemString, RtlUpcaseUnicodeStringToCountedOemString;
 *          overflow and the empty string INF
 */
static inline NTSTATUS RtlpToCountedOem(STRING *Destination, const UNICODE_STRING *Source,
    BOOLEAN Upcase, BOOLEAN Allocate, ULONG_PTR Site)
{
    if (Source->Length == 0) {
        *Destination = (STRING){0};
        return STATUS_SUCCESS;
    }
    if (!RtlpOemMappable(Source, Upcase))
        return STATUS_UNMAPPABLE_CHARACTER;
    return RtlpToOemString(Destination, Source, Upcase, 0, Allocate, Site);
}

NTSTATUS NTAPI RtlUnicodeStringToCountedOemString(STRING *DestinationString,
    const UNICODE_STRING *SourceString, BOOLEAN AllocateDestinationString)
{
    return RtlpToCountedOem(DestinationString, SourceString, FALSE, AllocateDestinationString,
        (ULONG_PTR)__builtin_return_address(0));
}

NTSTATUS NTAPI RtlUpcaseUnicodeStringToCountedOemString(STRING *DestinationString,
    const UNICODE_STRING *SourceString, BOOLEAN AllocateDestinationString)
{
    return RtlpToCountedOem(DestinationString, SourceString, TRUE, AllocateDestinationString,
        (ULONG_PTR)__builtin_return_address(0));
}
