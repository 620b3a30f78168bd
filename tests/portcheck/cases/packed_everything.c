/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Bit-fields, nameless records, arrays, and an array without end. */
#include <ntddk.h>

#pragma pack(push, 1)
typedef struct MANY {
    UCHAR Kind;
    ULONG Small : 3;
    ULONG Large : 5;
    USHORT Length;
    struct { // expect: PC5102
        UCHAR Flag;
        PVOID Object;
    } Pairs[2];
    union {
        ULONG Number;
        USHORT Half;
    };
    WCHAR Text[3];
    UCHAR Bytes[];
} MANY;
#pragma pack(pop)
