/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Correlation vectors: numbers of steps behind a random base, as text; rtl/correlation.c. */
#pragma once

#include "rtl/rtl.h"

#define RTL_CORRELATION_CHARACTERS 129u

typedef struct RTL_CORRELATION { /* CORRELATION_VECTOR */
    CHAR Version;
    CHAR Vector[RTL_CORRELATION_CHARACTERS]; /* with its zero */
} RTL_CORRELATION;

ULONG NTAPI RtlInitializeCorrelationVector(
    RTL_CORRELATION *CorrelationVector, int Version, const GUID *Guid);
ULONG NTAPI RtlIncrementCorrelationVector(RTL_CORRELATION *CorrelationVector);
ULONG NTAPI RtlExtendCorrelationVector(RTL_CORRELATION *CorrelationVector);
ULONG NTAPI RtlValidateCorrelationVector(RTL_CORRELATION *Vector);
