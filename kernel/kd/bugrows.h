/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* How rows of the tables that put bugchecks into words are written. */
#pragma once

#include "kd/bugcodes.h"

#define NONE            \
    {                   \
        KDP_NOTHING, "" \
    }
#define P(Kind, Text)    \
    {                    \
        KDP_##Kind, Text \
    }
#define ALL_NONE               \
    {                          \
        NONE, NONE, NONE, NONE \
    }
#define IRP_ONLY                            \
    {                                       \
        NONE, P(IRP, "the IRP"), NONE, NONE \
    }

#define LOWER_FIRST "Look for a spin lock that is held, or a KeRaiseIrql, on the way there."

/* bugrequests.c's. */
extern const KDP_SUBCODE KdpRequestSubcodes[];
extern const SIZE_T KdpRequestSubcodeCount;
