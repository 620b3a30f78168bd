/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Lists of initialisers convert as well. */
#include <ntddk.h>

typedef struct SAVED {
    ULONG First;
    ULONG Second;
} SAVED;

ULONG Save(PVOID Object, SIZE_T Bytes)
{
    ULONG Values[2] = {Object, 1}; // expect: PC4311
    SAVED Saved = {.Second = Bytes}; // expect: PC4267

    return Values[0] + Saved.Second;
}
