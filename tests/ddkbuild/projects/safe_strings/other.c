/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#include <ntddk.h>
#include <ntstrsafe.h>

NTSTATUS OtherName(CHAR *Name, size_t SizeBytes);

NTSTATUS OtherName(CHAR *Name, size_t SizeBytes)
{
    return RtlStringCbPrintfA(Name, SizeBytes, "name %d", 42);
}
