/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The same by an attribute; a size that is as large as a pointer. */
#include <ntddk.h>

typedef struct __attribute__((packed)) {
    UCHAR Kind;
    SIZE_T Length; // expect: PC5102
} ENTRY;
