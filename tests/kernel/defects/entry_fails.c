/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * entry_fails.c - a driver whose DriverEntry refuses to go on.
 *
 * DriverEntry returns STATUS_UNSUCCESSFUL, having created nothing.
 *
 * Must be reported: the service does not start, with Win32 error 31 (ERROR_GEN_FAILURE) and the
 * status; the image is gone again, no unload routine was called and nothing was leaked.
 */
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD EntryFailsUnload;

static VOID NTAPI EntryFailsUnload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
    DbgPrint("EntryFails: unload called, although DriverEntry failed\n");
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->DriverUnload = EntryFailsUnload;
    DbgPrint("EntryFails: refusing to load\n");
    return STATUS_UNSUCCESSFUL;
}
