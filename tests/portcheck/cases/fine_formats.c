/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Formats that fit, in both word sizes. */
#include <ntddk.h>

VOID Show(
    PVOID Object, SIZE_T Bytes, ULONG_PTR Value, ULONG Number, ULONG64 Large, PUNICODE_STRING Name)
{
    DbgPrint("%p %Iu %Ix %lu\n", Object, Bytes, Value, Number);
    DbgPrint("%I64u %wZ %s %c 100%%\n", Large, Name, "text", 'x');
    DbgPrint("%08lx %u %*d\n", (ULONG)Bytes, Number, Number, Number);
    DbgPrint("%llx\n", (ULONG64)Value);
    DbgPrint("%p\n", (PVOID)Value);
}
