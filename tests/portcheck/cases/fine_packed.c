/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Packed, and yet everything is where it should be. */
#include <ntddk.h>

#pragma pack(push, 1)
typedef struct SORTED {
    PVOID Object;
    ULONG Length;
    USHORT Kind;
    UCHAR Flag;
} SORTED;
#pragma pack(pop)

typedef struct NATURAL {
    BOOLEAN Flag;
    PVOID Object;
} NATURAL;
