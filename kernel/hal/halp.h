/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by the files of kernel/hal only. */
#pragma once

#include "hal/hal.h"

#define HALP_CMOS_BYTES 128u

NTSTATUS HalpInitializeCmos(void);
UCHAR HalpReadCmos(UCHAR Register);
void HalpWriteCmos(UCHAR Register, UCHAR Value);
