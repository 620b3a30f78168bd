/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * XPRESS, plain LZ77: 32 flags at a time, a bit for each byte or reference that follows them.
 * Lengths grow from 3 bits to 32, by way of half a byte that two references share. [MS-XCA] 2.3,
 * 2.4. Nothing of a compressed buffer is believed.
 */
#include "rtl/compressp.h"

#define RTLP_FLAGS 32u

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct RTLP_XPRESS_INPUT {
    const UCHAR *At, *End;
    const UCHAR *Half; /* the byte whose upper half is still to be used; NULL: there is none */
} RTLP_XPRESS_INPUT;

static inline ULONG RtlpBytesLeft(const RTLP_XPRESS_INPUT *Input)
{
    return (ULONG)(Input->End - Input->At);
}

/* What is beyond the length a token has room for. FALSE: damaged. */
static BOOLEAN NTAPI RtlpReadLength(RTLP_XPRESS_INPUT *Input, ULONG64 *Length)
{
    if (Input->Half != NULL) {
        *Length = *Input->Half >> 4;
        Input->Half = NULL;
    } else {
        if (RtlpBytesLeft(Input) < 1)
            return FALSE;
        Input->Half = Input->At;
        *Length = *Input->At++ & 15;
    }
    if (*Length == 15) {
        if (RtlpBytesLeft(Input) < 1)
            return FALSE;
        *Length = *Input->At++;
        if (*Length == 255) {
            if (RtlpBytesLeft(Input) < 2)
                return FALSE;
            *Length = RtlpReadWord(Input->At);
            Input->At += 2;
            if (*Length == 0) {
                if (RtlpBytesLeft(Input) < 4)
                    return FALSE;
                *Length = RtlpReadLong(Input->At);
                Input->At += 4;
            }
            if (*Length < 15 + 7)
                return FALSE;
            *Length -= 15 + 7;
        }
        *Length += 15;
    }
    *Length += 7;
    return TRUE;
}

NTSTATUS NTAPI RtlpExpandXpress(
    const UCHAR *From, ULONG FromBytes, UCHAR *To, ULONG Room, ULONG *Final)
{
    RTLP_XPRESS_INPUT Input = {From, From + FromBytes, NULL};
    ULONG At = 0, Flags = 0, Left = 0;

    while (Input.At != Input.End) {
        if (Left == 0) {
            if (RtlpBytesLeft(&Input) < 4)
                return STATUS_BAD_COMPRESSION_BUFFER;
            Flags = RtlpReadLong(Input.At);
            Input.At += 4;
            Left = RTLP_FLAGS;
            continue;
        }
        if (!(Flags >> --Left & 1)) {
            if (At == Room)
                return STATUS_BAD_COMPRESSION_BUFFER;
            To[At++] = *Input.At++;
            continue;
        }
        if (RtlpBytesLeft(&Input) < 2)
            return STATUS_BAD_COMPRESSION_BUFFER;
        ULONG Token = RtlpReadWord(Input.At), Back = (Token >> 3) + 1;
        ULONG64 Length = Token & 7;
        Input.At += 2;
        if (Length == 7 && !RtlpReadLength(&Input, &Length))
            return STATUS_BAD_COMPRESSION_BUFFER;
        Length += RTLP_MIN_MATCH;
        if (Back > At || Length > Room - At)
            return STATUS_BAD_COMPRESSION_BUFFER;
        for (; Length != 0; Length--, At++)
            To[At] = To[At - Back];
    }
    *Final = At;
    return STATUS_SUCCESS;
}

/* ---- writing --------------------------------------------------------------------------------- */

#define RTLP_NO_HALF MAXULONG

typedef struct RTLP_XPRESS_OUTPUT {
    UCHAR *To;
    ULONG Room, At;
    ULONG Half; /* where a byte is whose upper half is free */
} RTLP_XPRESS_OUTPUT;

/* Room for Bytes more. FALSE: there is none. */
static BOOLEAN NTAPI RtlpClaim(RTLP_XPRESS_OUTPUT *Output, ULONG Bytes, UCHAR **Place)
{
    if (Output->Room - Output->At < Bytes)
        return FALSE;
    *Place = Output->To + Output->At;
    Output->At += Bytes;
    return TRUE;
}

/* Length: 7 or more, without the three bytes every match has. */
static BOOLEAN NTAPI RtlpWriteLength(RTLP_XPRESS_OUTPUT *Output, ULONG Length)
{
    const UCHAR Half = (UCHAR)RtlpMinimum(Length - 7, 15);
    UCHAR *Place;

    if (Output->Half != RTLP_NO_HALF) {
        Output->To[Output->Half] |= (UCHAR)(Half << 4);
        Output->Half = RTLP_NO_HALF;
    } else {
        if (!RtlpClaim(Output, 1, &Place))
            return FALSE;
        Output->Half = Output->At - 1;
        *Place = Half;
    }
    if (Half < 15)
        return TRUE;
    const ULONG Rest = Length - 7 - 15;
    if (!RtlpClaim(Output, 1, &Place))
        return FALSE;
    *Place = (UCHAR)RtlpMinimum(Rest, 255);
    if (Rest < 255)
        return TRUE;
    if (!RtlpClaim(Output, Length <= 0xFFFF ? 2 : 6, &Place))
        return FALSE;
    RtlpWriteWord(Place, Length <= 0xFFFF ? Length : 0);
    if (Length > 0xFFFF)
        RtlpWriteLong(Place + 2, Length);
    return TRUE;
}

static BOOLEAN NTAPI RtlpWriteMatch(RTLP_XPRESS_OUTPUT *Output, ULONG Back, ULONG Length)
{
    UCHAR *Place;

    Length -= RTLP_MIN_MATCH;
    if (!RtlpClaim(Output, 2, &Place))
        return FALSE;
    RtlpWriteWord(Place, (Back - 1) << 3 | (ULONG)RtlpMinimum(Length, 7));
    return Length < 7 || RtlpWriteLength(Output, Length);
}

NTSTATUS NTAPI RtlpPackXpress(RTLP_MATCHES *Space, const UCHAR *From, ULONG Count, UCHAR *To,
    ULONG Room, ULONG Tries, ULONG *Final)
{
    RTLP_XPRESS_OUTPUT Output = {To, Room, 0, RTLP_NO_HALF};
    ULONG Flags = 0, Used = 0;
    UCHAR *FlagsAt, *Place;

    RtlpForgetMatches(Space);
    if (!RtlpClaim(&Output, 4, &FlagsAt))
        return STATUS_BUFFER_TOO_SMALL;
    for (ULONG At = 0, Step; At < Count; At += Step) {
        ULONG Length = 0, Match = 0;
        Step = 1;
        if (Count - At >= RTLP_MIN_MATCH)
            Length = RtlpFindMatch(Space, From, At, Count - At, RTLP_XPRESS_WINDOW, Tries, &Match);
        if (Length >= RTLP_MIN_MATCH) {
            if (!RtlpWriteMatch(&Output, At - Match, Length))
                return STATUS_BUFFER_TOO_SMALL;
            Step = Length;
        } else {
            if (!RtlpClaim(&Output, 1, &Place))
                return STATUS_BUFFER_TOO_SMALL;
            *Place = From[At];
        }
        for (ULONG Noted = At; Noted < At + Step && Count - Noted >= RTLP_MIN_MATCH; Noted++)
            RtlpNoteMatch(Space, From, Noted, RTLP_XPRESS_WINDOW);
        Flags = Flags << 1 | (Length >= RTLP_MIN_MATCH);
        if (++Used == RTLP_FLAGS) {
            RtlpWriteLong(FlagsAt, Flags);
            Flags = Used = 0;
            if (!RtlpClaim(&Output, 4, &FlagsAt))
                return STATUS_BUFFER_TOO_SMALL;
        }
    }
    /* What is behind the end looks like references: where the input ends, a reader stops. */
    RtlpWriteLong(FlagsAt, (ULONG)(((ULONG64)Flags + 1) << (RTLP_FLAGS - Used)) - 1);
    *Final = Output.At;
    return STATUS_SUCCESS;
}
