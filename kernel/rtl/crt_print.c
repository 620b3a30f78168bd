/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The printf family as the kernel exports it: format.c behind every signature. Nothing here checks
 * a buffer it was not given the size of.
 */
#include "rtl/rtlp.h"

/*
 * sprintf, vsprintf, swprintf, _swprintf, _vswprintf - format into a buffer of unknown size,
 * terminated.
 *
 * IRQL:    any, if everything is resident
 * Returns: characters, without the terminator.
 * Source:  DOC crt/sprintf, vsprintf, swprintf; swprintf takes no count in the kernel (public
 *          headers)
 */
int NTAPIV NtCrt_vsprintf(char *Buffer, const char *Format, NT_VA_LIST Arguments)
{
    return RtlpFormatA(Buffer, MAXSIZE_T, Format, Arguments);
}

int NTAPIV NtCrt_sprintf(char *Buffer, const char *Format, ...)
{
    NT_VA_LIST Arguments;
    int Result;

    NT_VA_START(Arguments, Format);
    Result = RtlpFormatA(Buffer, MAXSIZE_T, Format, Arguments);
    NT_VA_END(Arguments);
    return Result;
}

int NTAPIV NtCrt_vswprintf(WCHAR *Buffer, const WCHAR *Format, NT_VA_LIST Arguments)
{
    return RtlpFormatW(Buffer, MAXSIZE_T, Format, Arguments);
}

int NTAPIV NtCrt_swprintf(WCHAR *Buffer, const WCHAR *Format, ...)
{
    NT_VA_LIST Arguments;
    int Result;

    NT_VA_START(Arguments, Format);
    Result = RtlpFormatW(Buffer, MAXSIZE_T, Format, Arguments);
    NT_VA_END(Arguments);
    return Result;
}

/*
 * _snprintf, _vsnprintf, _snwprintf, _vsnwprintf - format into Count characters, terminated if
 * there is room. Without buffer and count they only count.
 *
 * IRQL:    any, if everything is resident
 * Returns: characters, without the terminator; -1: more than Count, which are written, not
 *          terminated.
 * Source:  DOC crt/_snprintf, _vsnprintf
 */
int NTAPIV NtCrt_vsnprintf(char *Buffer, SIZE_T Count, const char *Format, NT_VA_LIST Arguments)
{
    return RtlpFormatA(Buffer, Count, Format, Arguments);
}

int NTAPIV NtCrt_snprintf(char *Buffer, SIZE_T Count, const char *Format, ...)
{
    NT_VA_LIST Arguments;
    int Result;

    NT_VA_START(Arguments, Format);
    Result = RtlpFormatA(Buffer, Count, Format, Arguments);
    NT_VA_END(Arguments);
    return Result;
}

int NTAPIV NtCrt_vsnwprintf(WCHAR *Buffer, SIZE_T Count, const WCHAR *Format, NT_VA_LIST Arguments)
{
    return RtlpFormatW(Buffer, Count, Format, Arguments);
}

int NTAPIV NtCrt_snwprintf(WCHAR *Buffer, SIZE_T Count, const WCHAR *Format, ...)
{
    NT_VA_LIST Arguments;
    int Result;

    NT_VA_START(Arguments, Format);
    Result = RtlpFormatW(Buffer, Count, Format, Arguments);
    NT_VA_END(Arguments);
    return Result;
}

/*
 * sprintf_s, vsprintf_s, swprintf_s, vswprintf_s - format into Size characters, always terminated.
 *
 * IRQL:    any, if everything is resident
 * Returns: characters, without the terminator; -1: no buffer or format, or no room: Buffer is then
 *          empty.
 * Source:  DOC crt/sprintf_s, vsprintf_s
 */
int NTAPIV NtCrt_vsprintf_s(char *Buffer, SIZE_T Size, const char *Format, NT_VA_LIST Arguments)
{
    int Result;

    if (Buffer == NULL || Size == 0)
        return -1;
    Result = Format != NULL ? RtlpFormatA(Buffer, Size, Format, Arguments) : -1;
    if (Result >= 0 && (SIZE_T)Result < Size)
        return Result;
    Buffer[0] = '\0';
    return -1;
}

int NTAPIV NtCrt_sprintf_s(char *Buffer, SIZE_T Size, const char *Format, ...)
{
    NT_VA_LIST Arguments;
    int Result;

    NT_VA_START(Arguments, Format);
    Result = NtCrt_vsprintf_s(Buffer, Size, Format, Arguments);
    NT_VA_END(Arguments);
    return Result;
}

int NTAPIV NtCrt_vswprintf_s(WCHAR *Buffer, SIZE_T Size, const WCHAR *Format, NT_VA_LIST Arguments)
{
    int Result;

    if (Buffer == NULL || Size == 0)
        return -1;
    Result = Format != NULL ? RtlpFormatW(Buffer, Size, Format, Arguments) : -1;
    if (Result >= 0 && (SIZE_T)Result < Size)
        return Result;
    Buffer[0] = 0;
    return -1;
}

int NTAPIV NtCrt_swprintf_s(WCHAR *Buffer, SIZE_T Size, const WCHAR *Format, ...)
{
    NT_VA_LIST Arguments;
    int Result;

    NT_VA_START(Arguments, Format);
    Result = NtCrt_vswprintf_s(Buffer, Size, Format, Arguments);
    NT_VA_END(Arguments);
    return Result;
}

/*
 * _snprintf_s, _vsnprintf_s, _snwprintf_s, _vsnwprintf_s - format at most Count characters into
 * Size, always terminated.
 *
 * Count:   _TRUNCATE (-1) takes as many as fit.
 * IRQL:    any, if everything is resident
 * Returns: characters, without the terminator; -1: cut at Count or by _TRUNCATE; also -1: no buffer
 *          or format, or Count allows more than Size holds and there is more: Buffer is then empty.
 *          Without buffer, size and count 0.
 * Source:  DOC crt/_snprintf_s, _vsnprintf_s
 */
int NTAPIV NtCrt_vsnprintf_s(
    char *Buffer, SIZE_T Size, SIZE_T Count, const char *Format, NT_VA_LIST Arguments)
{
    SIZE_T Room = Count < Size ? Count : Size - 1;
    int Result;

    if (Buffer == NULL && Size == 0 && Count == 0)
        return 0;
    if (Buffer == NULL || Size == 0)
        return -1;
    Result = Format != NULL ? RtlpFormatA(Buffer, Room, Format, Arguments) : -1;
    if (Result < 0 && (Format == NULL || (Count >= Size && Count != NTCRT_TRUNCATE)))
        Buffer[0] = '\0';
    else if (Result < 0 || (SIZE_T)Result == Room)
        Buffer[Room] = '\0';
    return Result;
}

int NTAPIV NtCrt_snprintf_s(char *Buffer, SIZE_T Size, SIZE_T Count, const char *Format, ...)
{
    NT_VA_LIST Arguments;
    int Result;

    NT_VA_START(Arguments, Format);
    Result = NtCrt_vsnprintf_s(Buffer, Size, Count, Format, Arguments);
    NT_VA_END(Arguments);
    return Result;
}

int NTAPIV NtCrt_vsnwprintf_s(
    WCHAR *Buffer, SIZE_T Size, SIZE_T Count, const WCHAR *Format, NT_VA_LIST Arguments)
{
    SIZE_T Room = Count < Size ? Count : Size - 1;
    int Result;

    if (Buffer == NULL && Size == 0 && Count == 0)
        return 0;
    if (Buffer == NULL || Size == 0)
        return -1;
    Result = Format != NULL ? RtlpFormatW(Buffer, Room, Format, Arguments) : -1;
    if (Result < 0 && (Format == NULL || (Count >= Size && Count != NTCRT_TRUNCATE)))
        Buffer[0] = 0;
    else if (Result < 0 || (SIZE_T)Result == Room)
        Buffer[Room] = 0;
    return Result;
}

int NTAPIV NtCrt_snwprintf_s(WCHAR *Buffer, SIZE_T Size, SIZE_T Count, const WCHAR *Format, ...)
{
    NT_VA_LIST Arguments;
    int Result;

    NT_VA_START(Arguments, Format);
    Result = NtCrt_vsnwprintf_s(Buffer, Size, Count, Format, Arguments);
    NT_VA_END(Arguments);
    return Result;
}
