/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The pointer lies at offset 1 of 13 bytes. */
#include <ntddk.h>

#pragma pack(push, 1)
typedef struct PORT_INPUT {
    BOOLEAN Write;
    PVOID Address; // expect: PC5102
    union {
        ULONG Long;
        USHORT Short;
        UCHAR Char;
    } Data;
} PORT_INPUT;
#pragma pack(pop)

C_ASSERT(sizeof(PORT_INPUT) == 5 + sizeof(PVOID));
