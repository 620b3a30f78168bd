/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Rows of the tables that put bugchecks into words. */
#pragma once

#include "kd/crashp.h"

/* What a parameter holds, for its value in words. */
enum KDP_PARAMETER_KIND {
    KDP_NOTHING,      /* it means nothing, or nothing is known */
    KDP_PLAIN,        /* a number or an address that says no more */
    KDP_IRP,          /* the address of one */
    KDP_ADDRESS,      /* of memory that was touched */
    KDP_CODE,         /* an address of code */
    KDP_IRQL,
    KDP_IRQLS,        /* as IRQL_UNEXPECTED_VALUE has them */
    KDP_ACCESS,       /* 0 read, 1 write, 8 execution */
    KDP_FAULT_ACCESS, /* as PAGE_FAULT_IN_NONPAGED_AREA has it */
    KDP_MODE,
    KDP_STATUS,
    KDP_TRAP,
    KDP_FAST_FAIL,
    KDP_POOL,         /* a POOL_TYPE */
    KDP_BYTES,
    KDP_TAG,
    KDP_SIGNED,
};

typedef struct KDP_PARAMETER {
    UCHAR Kind; /* enum KDP_PARAMETER_KIND */
    const char *Text;
} KDP_PARAMETER;

typedef struct KDP_BUGCHECK {
    ULONG Code;
    const char *Meaning;
    KDP_PARAMETER Parameter[4];
    const char *Cause;
} KDP_BUGCHECK;

/* What one value of a parameter means for the code as a whole. */
typedef struct KDP_SUBCODE {
    ULONG Code;
    ULONG By;   /* index of the parameter */
    ULONG Value;
    const char *Meaning; /* in place of the number */
    KDP_PARAMETER Parameter[4];
    const char *Cause;   /* "": that of the code */
} KDP_SUBCODE;

const KDP_SUBCODE *KdpFindSubcode(ULONG Code, const ULONG64 Parameter[4]); /* NULL: there is none */
/* What a parameter holds, by the code and what picks a row of it. KDP_NOTHING: it may be
 * anything. */
UCHAR KdpParameterKind(ULONG Code, const ULONG64 Parameter[4], ULONG Index);
