/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Caches and translations (coherence.c). */
#pragma once

#include "ke/ke.h"

extern ULONG KeDcacheFlushCount;

void NTAPI KeFlushEntireTb(BOOLEAN Invalid, BOOLEAN AllProcessors);
void NTAPI KeFlushWriteBuffer(void);
BOOLEAN NTAPI KeInvalidateAllCaches(void);
void FASTCALL KeInvalidateRangeAllCaches(void *BaseAddress, ULONG Length);
ULONG NTAPI KeGetRecommendedSharedDataAlignment(void);
void NTAPI KeSetDmaIoCoherency(ULONG Attributes);
