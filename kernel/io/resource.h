/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Walking resource lists (resourcelist.c), for the claims of drivers (resource.c).
 *
 * A list comes from a driver: a cursor believes none of its counts, and descriptors are copied out,
 * as data of a device-specific one may leave the next at any address.
 */
#pragma once

#include "io/iop.h"
#include "nt/res.h"

typedef struct IOP_CURSOR {
    const UCHAR *At, *End;
    ULONG Lists;       /* full descriptors not begun yet */
    ULONG Descriptors; /* of the one begun, not seen yet */
    BOOLEAN Malformed; /* the list goes on beyond its end */
    CM_PARTIAL_RESOURCE_DESCRIPTOR Current;
} IOP_CURSOR;

/* What a descriptor takes of the machine: the numbers First to Last of a kind. */
typedef struct IOP_RANGE {
    UCHAR Kind;  /* CmResourceType… */
    UCHAR Share; /* CM_SHARE_DISPOSITION */
    ULONG64 First, Last;
} IOP_RANGE;

void IopBeginResources(IOP_CURSOR *Cursor, const CM_RESOURCE_LIST *List, ULONG SizeBytes);
/* The next range; FALSE: there is none. Descriptors that take nothing are passed over. */
BOOLEAN IopNextRange(IOP_CURSOR *Cursor, IOP_RANGE *Range);
/* The bytes the list is long, at most SizeBytes; 0: it is malformed. *Ranges: how many there
 * are. */
ULONG IopMeasureResources(const CM_RESOURCE_LIST *List, ULONG SizeBytes, ULONG *Ranges);
/* "ports 0x300-0x303" */
void IopDescribeRange(const IOP_RANGE *Range, char *Text, SIZE_T TextBytes);
