/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Everything a structure can be made of. */
#include <ntddk.h>

typedef struct INNER {
    USHORT Kind;
    PVOID Object;
} INNER;
typedef enum COLOUR { Red, Green } COLOUR;

typedef struct EVERYTHING {
    ULONG First;
    union {
        PVOID Object;
        ULONG Number;
    } Value;
    ULONG Small : 3;
    ULONG Large : 5;
    VOID (*Callback)(ULONG Number);
    LONG_PTR Numbers[2][3];
    struct {
        HANDLE Event;
        UCHAR Flag;
    } Inner;
    enum { None, Some } Amount;
    COLOUR Colour;
    const CHAR *Names[4];
    WCHAR Text[7];
    LARGE_INTEGER Time;
    INNER Pairs[2];
    UNICODE_STRING Name;
    UCHAR Tail;
} EVERYTHING;

ULONG Handle(PIRP Irp)
{
    EVERYTHING *Everything = Irp->AssociatedIrp.SystemBuffer; // expect: PC5101

    return Everything->First;
}
