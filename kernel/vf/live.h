/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Objects drivers have made in their own memory and not ended yet; live.c. */
#pragma once

#include "vf/vfp.h"

void VfpPrepareLive(void);
/* Stops the machine when there is one in memory that Site is about to free. PoolType: of the
 * block. */
void VfpCheckLive(const void *Block, SIZE_T Bytes, ULONG PoolType, ULONG_PTR Site);
/* Stops it when there is one of a driver's that is about to go, or in its image. */
void VfpCheckLiveOf(const LDR_IMAGE *Image);
