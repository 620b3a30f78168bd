/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Upper and lower case: one character to one character, the same in every locale, as the object
 * manager and the file systems compare names. The pairs come from casemap.inc.
 */
#include "rtl/rtlp.h"

typedef struct RTLP_CASE_RUN {
    WCHAR First, Last; /* every Step-th character from First to Last */
    SHORT Step;
    int Delta; /* added to the character */
} RTLP_CASE_RUN;

#include "rtl/casemap.inc"

static inline WCHAR RtlpMapCase(const RTLP_CASE_RUN *Runs, SIZE_T Count, WCHAR Character)
{
    SIZE_T Low = 0;

    while (Low < Count) {
        SIZE_T Middle = Low + (Count - Low) / 2;
        const RTLP_CASE_RUN *Run = &Runs[Middle];

        if (Character < Run->First) {
            Count = Middle;
        } else if (Character > Run->Last) {
            Low = Middle + 1;
        } else {
            if (Run->Step == 2 && ((Character - Run->First) & 1) != 0)
                return Character;
            return (WCHAR)(Character + Run->Delta);
        }
    }
    return Character;
}

WCHAR NTAPI RtlpMapUpper(WCHAR Character)
{
    return RtlpMapCase(RtlpUpperRuns, RTL_NUMBER_OF(RtlpUpperRuns), Character);
}

WCHAR NTAPI RtlpMapLower(WCHAR Character)
{
    return RtlpMapCase(RtlpLowerRuns, RTL_NUMBER_OF(RtlpLowerRuns), Character);
}

/*
 * RtlUpcaseUnicodeChar, RtlDowncaseUnicodeChar - the other case of one character, or the character.
 *
 * IRQL:    <= APC_LEVEL; PASSIVE_LEVEL
 * Source:  DOC wdm/RtlUpcaseUnicodeChar, RtlDowncaseUnicodeChar; pairs DOC MS-UCODEREF 3.1.5.3
 */
WCHAR NTAPI RtlUpcaseUnicodeChar(WCHAR SourceCharacter)
{
    return RtlpUpcase(SourceCharacter);
}

WCHAR NTAPI RtlDowncaseUnicodeChar(WCHAR SourceCharacter)
{
    return RtlpDowncase(SourceCharacter);
}

/*
 * RtlUpperChar - upper case of a letter of ASCII, or the character: those of the code page's upper
 * half have none.
 *
 * IRQL:    <= APC_LEVEL
 * Source:  DOC ntddk/RtlUpperChar; the upper half INF from public tests that pass on Windows
 */
CHAR NTAPI RtlUpperChar(CHAR Character)
{
    return RtlpUpcaseAscii(Character);
}

/*
 * RtlUpperString - copy a string in upper case, as much as fits into DestinationString.
 *
 * IRQL:    <= APC_LEVEL
 * Source:  DOC ntddk/RtlUpperString
 */
void NTAPI RtlUpperString(STRING *DestinationString, const STRING *SourceString)
{
    SIZE_T Length = RtlpMinimum(SourceString->Length, DestinationString->MaximumLength);

    for (SIZE_T At = 0; At < Length; At++)
        DestinationString->Buffer[At] = RtlUpperChar(SourceString->Buffer[At]);
    DestinationString->Length = (USHORT)Length;
}

/*
 * RtlUpcaseUnicodeString, RtlDowncaseUnicodeString - a copy in upper or lower case, without
 * terminator.
 *
 * AllocateDestinationString: the buffer comes from paged pool.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; NO_MEMORY; BUFFER_OVERFLOW: the caller's buffer is shorter than the source.
 *          Nothing is written on failure. Source and destination may be the same string.
 * Owner:   caller, if allocated; RtlFreeUnicodeString.
 * Source:  DOC ntddk/RtlUpcaseUnicodeString, ntifs/RtlDowncaseUnicodeString; NO_MEMORY INF
 */
static inline NTSTATUS RtlpRecase(UNICODE_STRING *Destination, const UNICODE_STRING *Source,
    BOOLEAN Allocate, WCHAR (*Map)(WCHAR), ULONG_PTR Site)
{
    SIZE_T Count = Source->Length / sizeof(WCHAR);

    if (Allocate) {
        WCHAR *Buffer = RtlpAllocate(Source->Length != 0 ? Source->Length : sizeof(WCHAR), Site);
        if (Buffer == NULL)
            return STATUS_NO_MEMORY;
        Destination->Buffer = Buffer;
        Destination->MaximumLength = Source->Length;
    } else if (Source->Length > Destination->MaximumLength) {
        return STATUS_BUFFER_OVERFLOW;
    }
    for (SIZE_T At = 0; At < Count; At++)
        Destination->Buffer[At] = Map(Source->Buffer[At]);
    Destination->Length = Source->Length;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlUpcaseUnicodeString(UNICODE_STRING *DestinationString,
    const UNICODE_STRING *SourceString, BOOLEAN AllocateDestinationString)
{
    return RtlpRecase(DestinationString, SourceString, AllocateDestinationString, RtlpUpcase,
        (ULONG_PTR)__builtin_return_address(0));
}

NTSTATUS NTAPI RtlDowncaseUnicodeString(UNICODE_STRING *DestinationString,
    const UNICODE_STRING *SourceString, BOOLEAN AllocateDestinationString)
{
    return RtlpRecase(DestinationString, SourceString, AllocateDestinationString, RtlpDowncase,
        (ULONG_PTR)__builtin_return_address(0));
}
