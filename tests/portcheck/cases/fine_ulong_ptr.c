/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A cast through ULONG_PTR says that the author knows; so do PtrToUlong and its kin. */
#include <ntddk.h>

ULONG Low(PVOID Object, HANDLE Handle)
{
    ULONG Value = (ULONG)(ULONG_PTR)Object;

    Value += PtrToUlong(Object);
    Value += HandleToUlong(Handle);
    return Value + (ULONG)PtrToLong(Object);
}
