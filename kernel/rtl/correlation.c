/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Correlation vectors, by the published specification: a base of 16 (version 1) or 22 characters
 * (version 2) in base64, then numbers, each after a point; at most 63 and 127 characters. Results
 * are the kernel's statuses.
 */
#include <stdio.h>
#include <string.h>

#include "host/host.h"
#include "rtl/correlation.h"

typedef struct RTLP_CORRELATION_VERSION {
    ULONG Base, Most;
} RTLP_CORRELATION_VERSION;

/* NULL: there is no such version. */
static const RTLP_CORRELATION_VERSION *RtlpCorrelationVersion(int Version)
{
    static const RTLP_CORRELATION_VERSION Versions[] = {{16, 63}, {22, 127}};
    return Version == 1 || Version == 2 ? &Versions[Version - 1] : NULL;
}

/* Six bits a character, the bytes' first bits first. */
static void RtlpEncodeBase(const UCHAR *Bytes, CHAR *Text, ULONG Characters)
{
    static const CHAR Digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (ULONG Index = 0; Index < Characters; Index++) {
        const ULONG Bit = Index * 6, Byte = Bit / 8;
        const ULONG Pair = (ULONG)Bytes[Byte] << 8 |
            (Byte + 1 < sizeof(GUID) ? Bytes[Byte + 1] : 0u);
        Text[Index] = Digits[Pair >> (10 - Bit % 8) & 63];
    }
}

/* Where the last number begins, 0: this is no vector. */
static ULONG RtlpLastNumber(const RTL_CORRELATION *Vector)
{
    const RTLP_CORRELATION_VERSION *Version = RtlpCorrelationVersion(Vector->Version);
    const SIZE_T Length = strnlen(Vector->Vector, RTL_CORRELATION_CHARACTERS);
    ULONG Digits = 0, Last = 0;
    if (Version == NULL || Length > Version->Most || Length < Version->Base + 2 ||
        Vector->Vector[Version->Base] != '.')
        return 0;
    for (ULONG Index = 0; Index < Version->Base; Index++) {
        if (Vector->Vector[Index] == '.')
            return 0;
    }
    for (ULONG Index = Version->Base; Index < Length; Index++) {
        const CHAR Character = Vector->Vector[Index];
        if (Character == '.' && (Index == Version->Base || Digits != 0)) {
            Last = Index + 1;
            Digits = 0;
        } else if (Character >= '0' && Character <= '9' && Digits < 10) {
            Digits++;
        } else {
            return 0;
        }
    }
    return Digits != 0 ? Last : 0;
}

/* Puts a number behind the first At characters. */
static ULONG RtlpSetNumber(RTL_CORRELATION *Vector, ULONG At, ULONG64 Number, const char *Separator)
{
    char Text[24];
    const ULONG Bytes = (ULONG)snprintf(
        Text, sizeof(Text), "%s%llu", Separator, (unsigned long long)Number);
    if (At + Bytes > RtlpCorrelationVersion(Vector->Version)->Most)
        return (ULONG)STATUS_BUFFER_OVERFLOW;
    memcpy(Vector->Vector + At, Text, Bytes + 1);
    return STATUS_SUCCESS;
}

/*
 * RtlInitializeCorrelationVector - begin a vector: its base from a GUID, then ".0".
 *
 * Version: 1 or 2. Guid: NULL: a random one.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: another version.
 * Source:  DOC wdm/RtlInitializeCorrelationVector, the vectors' specification; INF the status; OBS
 *          tests/kernel/rtl/RtlInitializeCorrelationVector.c
 */
ULONG NTAPI RtlInitializeCorrelationVector(
    RTL_CORRELATION *CorrelationVector, int Version, const GUID *Guid)
{
    const RTLP_CORRELATION_VERSION *Form = RtlpCorrelationVersion(Version);
    GUID Own;
    if (Form == NULL)
        return (ULONG)STATUS_INVALID_PARAMETER;
    if (Guid == NULL) {
        host_random(&Own, sizeof(Own));
        Guid = &Own;
    }
    memset(CorrelationVector, 0, sizeof(*CorrelationVector));
    CorrelationVector->Version = (CHAR)Version;
    RtlpEncodeBase((const UCHAR *)Guid, CorrelationVector->Vector, Form->Base);
    return RtlpSetNumber(CorrelationVector, Form->Base, 0, ".");
}

/*
 * RtlIncrementCorrelationVector - one more in the last number.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: no vector; BUFFER_OVERFLOW: there is no room, and it is as
 *          it was.
 * Source:  DOC wdm/RtlIncrementCorrelationVector; INF the statuses; OBS as above
 */
ULONG NTAPI RtlIncrementCorrelationVector(RTL_CORRELATION *CorrelationVector)
{
    const ULONG Last = RtlpLastNumber(CorrelationVector);
    ULONG64 Number = 0;
    if (Last == 0)
        return (ULONG)STATUS_INVALID_PARAMETER;
    for (ULONG Index = Last; CorrelationVector->Vector[Index] != 0; Index++)
        Number = Number * 10 + (ULONG64)(CorrelationVector->Vector[Index] - '0');
    if (Number >= MAXULONG)
        return (ULONG)STATUS_BUFFER_OVERFLOW;
    return RtlpSetNumber(CorrelationVector, Last, Number + 1, "");
}

/* RtlExtendCorrelationVector - one number more, 0. Otherwise as RtlIncrementCorrelationVector. */
ULONG NTAPI RtlExtendCorrelationVector(RTL_CORRELATION *CorrelationVector)
{
    if (RtlpLastNumber(CorrelationVector) == 0)
        return (ULONG)STATUS_INVALID_PARAMETER;
    return RtlpSetNumber(CorrelationVector, (ULONG)strlen(CorrelationVector->Vector), 0, ".");
}

/*
 * RtlValidateCorrelationVector - whether it is one. Returns: SUCCESS; INVALID_PARAMETER. Otherwise
 * as above.
 */
ULONG NTAPI RtlValidateCorrelationVector(RTL_CORRELATION *Vector)
{
    return RtlpLastNumber(Vector) != 0 ? STATUS_SUCCESS : (ULONG)STATUS_INVALID_PARAMETER;
}
