/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Process ids come as handles. */
#include <ntddk.h>

VOID Notify(HANDLE Parent, HANDLE Process, BOOLEAN Create)
{
    ULONG Id = (ULONG)Process; // expect: PC4311

    UNREFERENCED_PARAMETER(Create);
    UNREFERENCED_PARAMETER(Parent);
    UNREFERENCED_PARAMETER(Id);
}
