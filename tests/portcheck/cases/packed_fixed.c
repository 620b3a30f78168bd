/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Fields of fixed size: a format may want them so. A note. */
#include <ntddk.h>

#pragma pack(push, 1)
typedef struct HEADER {
    UCHAR Version;
    ULONG Length; // note: PC5103
} HEADER;
#pragma pack(pop)
