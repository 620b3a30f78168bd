/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#include <Deep\Defs.H>
#include "next.h"

int SampleShared(void)
{
    return SAMPLE_DEFINED;
}
