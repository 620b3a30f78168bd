/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Pageable memory that is out: what a driver must not touch at DISPATCH_LEVEL and above. There is
 * no paging file; memory that is out is inaccessible where it lies, and comes back when it is
 * touched below DISPATCH_LEVEL. Nothing is pageable unless the verifier says so.
 */
#pragma once

#include "mm/mm.h"

/* Pages that may be out from now on. FALSE: out of memory; they stay as they are. Up to
 * DISPATCH_LEVEL. */
BOOLEAN MmMakePageable(void *Base, ULONG PageCount);
/* They come back for good; before they are freed. Nothing when they are not pageable. */
void MmMakeResident(void *Base);
/* Pages that are freed: nothing in them is pageable any more. */
void MiForgetPageable(void *Base, SIZE_T Bytes);
/* Everything pageable that is not locked goes out. Any IRQL; cheap while nothing has come back
 * since the last time. */
void MmTrim(void);
/* What lies in a range stays, and comes back if it is out, until it is unlocked as often. */
void MiLockPageable(const void *Base, SIZE_T Bytes);
void MiUnlockPageable(const void *Base, SIZE_T Bytes);
void MiInitializePaging(void);
void MiEndPaging(void);
