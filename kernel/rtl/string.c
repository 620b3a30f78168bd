/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Counted strings: making, copying, appending, checking, freeing. Lengths are bytes. Buffers that
 * are allocated come from paged pool by way of RtlpAllocate. Sources are terminated text unless
 * they are counted strings themselves.
 */
#include "rtl/rtlp.h"

void *(*RtlpAllocate)(SIZE_T Bytes, ULONG_PTR Site);
void (*RtlpFree)(void *Block);

/* ---- Over memory of the caller --------------------------------------------------------------- */

/*
 * RtlInitUnicodeString - describe terminated text. NULL gives an empty string without buffer.
 *
 * IRQL:    any, if the text is resident
 * Returns: nothing: of text longer than a UNICODE_STRING can say, the first 0xFFFC bytes; on
 *          Windows 2000 its length modulo 0x10000.
 * Source:  DOC wdm/RtlInitUnicodeString; longer text INF from public tests that pass on Windows
 */
RTLP_ANY_ADDRESS void NTAPI RtlInitUnicodeString(UNICODE_STRING *Destination, const WCHAR *Source)
{
    SIZE_T Length = 0;

    if (Source == NULL) {
        *Destination = (UNICODE_STRING){0};
        return;
    }
    while (Source[Length] != 0) {
        RTLP_KEEP_LOOP();
        Length++;
    }
    Length *= sizeof(WCHAR);
    if (__builtin_expect(Length > RTLP_MAX_UNICODE_BYTES, 0) && RtlpSinceBuild(RTLP_BUILD_XP))
        Length = RTLP_MAX_UNICODE_BYTES;
    Destination->Length = (USHORT)Length;
    Destination->MaximumLength = (USHORT)(Length + sizeof(WCHAR));
    Destination->Buffer = (WCHAR *)(ULONG_PTR)Source;
}

/*
 * RtlInitUnicodeStringEx - the same, refusing text that is too long.
 *
 * IRQL:    any, if the text is resident
 * Returns: SUCCESS; NAME_TOO_LONG: Destination untouched.
 * Source:  DOC none; INF from RtlInitStringEx
 */
NTSTATUS NTAPI RtlInitUnicodeStringEx(UNICODE_STRING *Destination, const WCHAR *Source)
{
    if (Source != NULL && RtlpWcsLength(Source) > RTLP_MAX_UNICODE_BYTES / sizeof(WCHAR))
        return STATUS_NAME_TOO_LONG;
    RtlInitUnicodeString(Destination, Source);
    return STATUS_SUCCESS;
}

/*
 * RtlInitAnsiString, RtlInitString, RtlInitUTF8String - describe terminated text. NULL gives an
 * empty string without buffer.
 *
 * IRQL:    any, if the text is resident
 * Returns: nothing: of text longer than a STRING can say, the first 0xFFFE bytes.
 * Source:  DOC wdm/RtlInitAnsiString, RtlInitString, RtlInitUTF8String; the limit INF from the
 *          structure's width
 */
void NTAPI RtlInitAnsiString(ANSI_STRING *Destination, const char *Source)
{
    SIZE_T Length;

    if (Source == NULL) {
        *Destination = (ANSI_STRING){0};
        return;
    }
    Length = RtlpMinimum(RtlpStrLength(Source), RTLP_MAX_ANSI_BYTES);
    Destination->Length = (USHORT)Length;
    Destination->MaximumLength = (USHORT)(Length + 1);
    Destination->Buffer = (char *)(ULONG_PTR)Source;
}

void NTAPI RtlInitString(STRING *Destination, const char *Source)
{
    RtlInitAnsiString(Destination, Source);
}

void NTAPI RtlInitUTF8String(STRING *Destination, const char *Source)
{
    RtlInitAnsiString(Destination, Source);
}

/*
 * RtlInitAnsiStringEx, RtlInitStringEx, RtlInitUTF8StringEx - the same, refusing text that is too
 * long.
 *
 * IRQL:    any, if the text is resident
 * Returns: SUCCESS; NAME_TOO_LONG: Destination untouched.
 * Source:  DOC ntifs/RtlInitStringEx, RtlInitUTF8StringEx
 */
NTSTATUS NTAPI RtlInitAnsiStringEx(ANSI_STRING *Destination, const char *Source)
{
    if (Source != NULL && RtlpStrLength(Source) > RTLP_MAX_ANSI_BYTES)
        return STATUS_NAME_TOO_LONG;
    RtlInitAnsiString(Destination, Source);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlInitStringEx(STRING *Destination, const char *Source)
{
    return RtlInitAnsiStringEx(Destination, Source);
}

NTSTATUS NTAPI RtlInitUTF8StringEx(STRING *Destination, const char *Source)
{
    return RtlInitAnsiStringEx(Destination, Source);
}

/*
 * RtlCopyUnicodeString - copy the bytes that fit into Destination's buffer, half a character
 * included, with a terminator if that fits too.
 *
 * No Source empties Destination.
 * IRQL:    any, if both buffers are resident
 * Source:  DOC wdm/RtlCopyUnicodeString
 */
void NTAPI RtlCopyUnicodeString(UNICODE_STRING *Destination, const UNICODE_STRING *Source)
{
    SIZE_T Length;

    if (Source == NULL) {
        Destination->Length = 0;
        return;
    }
    Length = RtlpMinimum(Source->Length, Destination->MaximumLength);
    Destination->Length = (USHORT)Length;
    NtCrt_memmove(Destination->Buffer, Source->Buffer, Length);
    if (Length + sizeof(WCHAR) <= Destination->MaximumLength)
        Destination->Buffer[Length / sizeof(WCHAR)] = 0;
}

/*
 * RtlCopyString - copy what fits into Destination's buffer, without terminator.
 *
 * No Source empties Destination.
 * IRQL:    any, if both buffers are resident
 * Source:  DOC ntddk/RtlCopyString
 */
void NTAPI RtlCopyString(STRING *Destination, const STRING *Source)
{
    SIZE_T Length;

    if (Source == NULL) {
        Destination->Length = 0;
        return;
    }
    Length = RtlpMinimum(Source->Length, Destination->MaximumLength);
    Destination->Length = (USHORT)Length;
    NtCrt_memmove(Destination->Buffer, Source->Buffer, Length);
}

static inline NTSTATUS RtlpAppendWide(UNICODE_STRING *Destination, const WCHAR *Text, SIZE_T Bytes)
{
    SIZE_T Length = Destination->Length;

    if (Bytes > Destination->MaximumLength || Length > Destination->MaximumLength - Bytes)
        return STATUS_BUFFER_TOO_SMALL;
    NtCrt_memmove((char *)Destination->Buffer + Length, Text, Bytes);
    Length += Bytes;
    Destination->Length = (USHORT)Length;
    if (Length + sizeof(WCHAR) <= Destination->MaximumLength)
        Destination->Buffer[Length / sizeof(WCHAR)] = 0;
    return STATUS_SUCCESS;
}

/*
 * RtlAppendUnicodeToString, RtlAppendUnicodeStringToString - append text, with a terminator behind
 * it if that fits too.
 *
 * No terminated text appends nothing.
 * IRQL:    any, if both buffers are resident
 * Returns: SUCCESS; BUFFER_TOO_SMALL: Destination untouched.
 * Source:  DOC wdm/RtlAppendUnicodeToString, RtlAppendUnicodeStringToString
 */
NTSTATUS NTAPI RtlAppendUnicodeToString(UNICODE_STRING *Destination, const WCHAR *Source)
{
    if (Source == NULL)
        return STATUS_SUCCESS;
    return RtlpAppendWide(Destination, Source, RtlpWcsLength(Source) * sizeof(WCHAR));
}

NTSTATUS NTAPI RtlAppendUnicodeStringToString(
    UNICODE_STRING *Destination, const UNICODE_STRING *Source)
{
    if (Source->Length == 0)
        return STATUS_SUCCESS;
    return RtlpAppendWide(Destination, Source->Buffer, Source->Length);
}

static inline NTSTATUS RtlpAppendNarrow(STRING *Destination, const char *Text, SIZE_T Bytes)
{
    SIZE_T Length = Destination->Length;

    if (Bytes > Destination->MaximumLength || Length > Destination->MaximumLength - Bytes)
        return STATUS_BUFFER_TOO_SMALL;
    NtCrt_memmove(Destination->Buffer + Length, Text, Bytes);
    Destination->Length = (USHORT)(Length + Bytes);
    return STATUS_SUCCESS;
}

/*
 * RtlAppendStringToString, RtlAppendAsciizToString - append text, without terminator.
 *
 * No terminated text appends nothing.
 * IRQL:    any, if both buffers are resident
 * Returns: SUCCESS; BUFFER_TOO_SMALL: Destination untouched.
 * Source:  DOC ntifs/RtlAppendStringToString
 */
NTSTATUS NTAPI RtlAppendStringToString(STRING *Destination, const STRING *Source)
{
    if (Source->Length == 0)
        return STATUS_SUCCESS;
    return RtlpAppendNarrow(Destination, Source->Buffer, Source->Length);
}

NTSTATUS NTAPI RtlAppendAsciizToString(STRING *Destination, const char *Source)
{
    if (Source == NULL)
        return STATUS_SUCCESS;
    return RtlpAppendNarrow(Destination, Source, RtlpStrLength(Source));
}

/*
 * RtlValidateUnicodeString - whether the fields of a UNICODE_STRING agree with each other.
 *
 * Flags:   0. String: optional.
 * IRQL:    any
 * Returns: SUCCESS; INVALID_PARAMETER: half characters, Length above MaximumLength, or lengths
 *          without a buffer.
 * Source:  DOC ntstrsafe/RtlUnicodeStringValidate (the same check)
 */
NTSTATUS NTAPI RtlValidateUnicodeString(ULONG Flags, const UNICODE_STRING *String)
{
    if (Flags != 0)
        return STATUS_INVALID_PARAMETER;
    if (String == NULL)
        return STATUS_SUCCESS;
    if (String->Length % sizeof(WCHAR) != 0 || String->MaximumLength % sizeof(WCHAR) != 0)
        return STATUS_INVALID_PARAMETER;
    if (String->Length > String->MaximumLength)
        return STATUS_INVALID_PARAMETER;
    if (String->Buffer == NULL && String->MaximumLength != 0)
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}

/* ---- With memory of their own ---------------------------------------------------------------- */

/*
 * RtlFreeUnicodeString, RtlFreeAnsiString, RtlFreeUTF8String - free a string's buffer and clear the
 * string. A string without buffer is left alone.
 *
 * IRQL:    <= APC_LEVEL
 * Source:  DOC wdm/RtlFreeUnicodeString, RtlFreeAnsiString, RtlFreeUTF8String; clearing INF
 */
void NTAPI RtlFreeUnicodeString(UNICODE_STRING *UnicodeString)
{
    if (UnicodeString->Buffer == NULL)
        return;
    RtlpFree(UnicodeString->Buffer);
    *UnicodeString = (UNICODE_STRING){0};
}

void NTAPI RtlFreeAnsiString(ANSI_STRING *AnsiString)
{
    if (AnsiString->Buffer == NULL)
        return;
    RtlpFree(AnsiString->Buffer);
    *AnsiString = (ANSI_STRING){0};
}

void NTAPI RtlFreeUTF8String(STRING *Utf8String)
{
    RtlFreeAnsiString(Utf8String);
}

/*
 * RtlFreeOemString - free a string's buffer; the string keeps what it said.
 *
 * IRQL:    < DISPATCH_LEVEL
 * Source:  DOC ntifs/RtlFreeOemString; not clearing INF
 */
void NTAPI RtlFreeOemString(STRING *OemString)
{
    if (OemString->Buffer != NULL)
        RtlpFree(OemString->Buffer);
}

/*
 * RtlCreateUnicodeString - a copy of terminated text, terminated.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: FALSE: no memory, or longer than a UNICODE_STRING can say; Destination untouched.
 * Owner:   caller; RtlFreeUnicodeString.
 * Source:  DOC ntifs/RtlCreateUnicodeString
 */
BOOLEAN NTAPI RtlCreateUnicodeString(UNICODE_STRING *DestinationString, const WCHAR *SourceString)
{
    SIZE_T Bytes = (RtlpWcsLength(SourceString) + 1) * sizeof(WCHAR);
    WCHAR *Buffer;

    if (Bytes > RTLP_MAX_UNICODE_BYTES + sizeof(WCHAR))
        return FALSE;
    Buffer = RtlpAllocate(Bytes, (ULONG_PTR)__builtin_return_address(0));
    if (Buffer == NULL)
        return FALSE;
    NtCrt_memcpy(Buffer, SourceString, Bytes);
    DestinationString->Buffer = Buffer;
    DestinationString->MaximumLength = (USHORT)Bytes;
    DestinationString->Length = (USHORT)(Bytes - sizeof(WCHAR));
    return TRUE;
}

#define RTLP_DUPLICATE_TERMINATE      1 /* RTL_DUPLICATE_UNICODE_STRING_NULL_TERMINATE */
#define RTLP_DUPLICATE_ALLOCATE_EMPTY 2 /* RTL_DUPLICATE_UNICODE_STRING_ALLOCATE_NULL_STRING */

/*
 * RtlDuplicateUnicodeString - a copy of a counted string.
 *
 * Flags:   1 appends a terminator, 3 allocates one for an empty string too, which else has no
 *          buffer.
 * StringIn: optional, as empty.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: flags, no StringOut, or a StringIn that contradicts itself;
 *          NAME_TOO_LONG: no room to terminate; NO_MEMORY. StringOut untouched on failure.
 * Owner:   caller; RtlFreeUnicodeString.
 * Source:  INF (not documented; flags as public headers name them)
 */
NTSTATUS NTAPI RtlDuplicateUnicodeString(
    ULONG Flags, const UNICODE_STRING *StringIn, UNICODE_STRING *StringOut)
{
    SIZE_T Length;
    SIZE_T Maximum;
    WCHAR *Buffer = NULL;

    if (Flags == RTLP_DUPLICATE_ALLOCATE_EMPTY || Flags > 3 || StringOut == NULL)
        return STATUS_INVALID_PARAMETER;
    if (!NT_SUCCESS(RtlValidateUnicodeString(0, StringIn)))
        return STATUS_INVALID_PARAMETER;
    Length = StringIn != NULL ? StringIn->Length : 0;
    Maximum = Length + ((Flags & RTLP_DUPLICATE_TERMINATE) != 0 ? sizeof(WCHAR) : 0);
    if (Maximum > RTLP_MAX_UNICODE_BYTES + sizeof(WCHAR))
        return STATUS_NAME_TOO_LONG;
    if (Length == 0 && (Flags & RTLP_DUPLICATE_ALLOCATE_EMPTY) == 0)
        Maximum = 0;
    if (Maximum != 0) {
        Buffer = RtlpAllocate(Maximum, (ULONG_PTR)__builtin_return_address(0));
        if (Buffer == NULL)
            return STATUS_NO_MEMORY;
        if (Length != 0)
            NtCrt_memcpy(Buffer, StringIn->Buffer, Length);
        if (Maximum != Length)
            Buffer[Length / sizeof(WCHAR)] = 0;
    }
    StringOut->Buffer = Buffer;
    StringOut->Length = (USHORT)Length;
    StringOut->MaximumLength = (USHORT)Maximum;
    return STATUS_SUCCESS;
}
