/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Firmware tables. The machine is a PC with a BIOS: no ACPI tables, the 128 KiB areas at 0xC0000
 * and 0xE0000 empty, and SMBIOS tables that say whose machine it is. A driver may take over a
 * provider: its routine is then called in place of ours, with no lock held, and a driver that goes
 * without taking it back is at fault.
 */
#include <string.h>

#include "io/sysinfo.h"

#define IOP_ACPI 0x41435049u /* 'ACPI', as compilers read four characters */
#define IOP_FIRM 0x4649524Du
#define IOP_RSMB 0x52534D42u
#define IOP_HANDLERS 16
#define IOP_BIOS_AREA 0x20000u
#define IOP_HEAD FIELD_OFFSET(SYSTEM_FIRMWARE_TABLE_INFORMATION, TableBuffer)

typedef NTSTATUS(NTAPI *IOP_FIRMWARE_ROUTINE)(SYSTEM_FIRMWARE_TABLE_INFORMATION *Table);

typedef struct IOP_FIRMWARE_HANDLER { /* SYSTEM_FIRMWARE_TABLE_HANDLER */
    ULONG ProviderSignature;
    BOOLEAN Register;
    IOP_FIRMWARE_ROUTINE Routine;
    void *DriverObject;
} IOP_FIRMWARE_HANDLER;

static KSPIN_LOCK IopFirmwareLock;
static IOP_FIRMWARE_HANDLER IopFirmwareHandlers[IOP_HANDLERS]; /* under the lock; Routine NULL: free
                                                                */

/* RawSMBIOSData: method, version 2.4, revision, length; then a BIOS, a system, an end. */
static const UCHAR IopSmbios[] = {
    0, 2, 4, 0, 89, 0, 0, 0,
    /* type 0, 24 bytes: vendor 1, version 2, segment E000, date 3, no size, no characteristics */
    0, 24, 0, 0, 1, 2, 0x00, 0xE0, 3, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0xFF, 0xFF,
    'd', 'o', 't', 's', 'y', 's', 0, '1', 0, '0', '1', '/', '0', '1', '/', '2', '0', '0', '0', 0, 0,
    /* type 1, 27 bytes: manufacturer 1, product 2; no identifier; power switch */
    1, 27, 1, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0,
    'd', 'o', 't', 's', 'y', 's', 0, 'P', 'C', 0, 0,
    /* type 127 */
    127, 4, 2, 0, 0, 0};

_Static_assert(sizeof(IopSmbios) == 8 + 24 + 21 + 27 + 11 + 6,
    "its length stands in its fifth byte: the rest");

void IopResetFirmware(void)
{
    IopFirmwareLock = 0;
    memset(IopFirmwareHandlers, 0, sizeof(IopFirmwareHandlers));
}

static IOP_FIRMWARE_ROUTINE IopFindFirmwareHandler(ULONG Provider)
{
    IOP_FIRMWARE_ROUTINE Found = NULL;
    KIRQL Old = KiAcquireLock(&IopFirmwareLock);
    for (ULONG Index = 0; Index < IOP_HANDLERS; Index++) {
        if (IopFirmwareHandlers[Index].Routine != NULL &&
            IopFirmwareHandlers[Index].ProviderSignature == Provider)
            Found = IopFirmwareHandlers[Index].Routine;
    }
    KiReleaseLock(&IopFirmwareLock, Old);
    return Found;
}

/* What the table is, NULL with a length: zeros. NOT_FOUND: no such table; NOT_IMPLEMENTED: no such
 * provider. */
static NTSTATUS IopOwnTable(
    const SYSTEM_FIRMWARE_TABLE_INFORMATION *Asked, const void **Data, ULONG *Bytes)
{
    static const ULONG Areas[] = {0xC0000, 0xE0000};
    static const ULONG Smbios[] = {0};
    const BOOLEAN List = Asked->Action == SystemFirmwareTableEnumerate;
    *Data = NULL;
    *Bytes = 0;
    switch (Asked->ProviderSignature) {
    case IOP_ACPI:
        return List ? STATUS_SUCCESS : STATUS_NOT_FOUND;
    case IOP_FIRM:
        if (!List && Asked->TableID != Areas[0] && Asked->TableID != Areas[1])
            return STATUS_NOT_FOUND;
        *Data = List ? Areas : NULL;
        *Bytes = List ? sizeof(Areas) : IOP_BIOS_AREA;
        return STATUS_SUCCESS;
    case IOP_RSMB:
        *Data = List ? (const void *)Smbios : IopSmbios;
        *Bytes = List ? sizeof(Smbios) : sizeof(IopSmbios);
        return List || Asked->TableID == 0 ? STATUS_SUCCESS : STATUS_NOT_FOUND;
    default:
        return STATUS_NOT_IMPLEMENTED;
    }
}

static NTSTATUS IopAskHandler(IOP_FIRMWARE_ROUTINE Routine, IOP_ANSWER *Answer,
    const SYSTEM_FIRMWARE_TABLE_INFORMATION *Asked)
{
    const ULONG Room = Answer->Length - IOP_HEAD < Asked->TableBufferLength
        ? Answer->Length - IOP_HEAD
        : Asked->TableBufferLength;
    SYSTEM_FIRMWARE_TABLE_INFORMATION *Table = IopExtendAnswer(Answer, IOP_HEAD + Room);
    if (Table == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memcpy(Table, Asked, IOP_HEAD);
    Table->TableBufferLength = Room;
    NTSTATUS Status = Routine(Table);
    Answer->Needed = IOP_HEAD + Table->TableBufferLength;
    return NT_SUCCESS(Status) && Table->TableBufferLength > Room ? STATUS_BUFFER_TOO_SMALL : Status;
}

NTSTATUS IopQueryFirmware(IOP_ANSWER *Answer)
{
    SYSTEM_FIRMWARE_TABLE_INFORMATION Asked;
    const void *Data;
    ULONG Bytes;
    memset(&Asked, 0, sizeof(Asked));
    memcpy(&Asked, Answer->Input, IOP_HEAD);
    if (Asked.Action > SystemFirmwareTableGet)
        return STATUS_NOT_IMPLEMENTED;
    IOP_FIRMWARE_ROUTINE Routine = IopFindFirmwareHandler(Asked.ProviderSignature);
    if (Routine != NULL)
        return IopAskHandler(Routine, Answer, &Asked);
    NTSTATUS Status = IopOwnTable(&Asked, &Data, &Bytes);
    if (!NT_SUCCESS(Status))
        return Status;
    const BOOLEAN Fits = Bytes <= Asked.TableBufferLength && Bytes <= Answer->Length - IOP_HEAD;
    SYSTEM_FIRMWARE_TABLE_INFORMATION *Table = IopExtendAnswer(
        Answer, IOP_HEAD + (Fits ? Bytes : 0));
    if (Table == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memcpy(Table, &Asked, IOP_HEAD);
    Table->TableBufferLength = Bytes;
    if (Fits && Data != NULL)
        memcpy((UCHAR *)Table + IOP_HEAD, Data, Bytes);
    Answer->Needed = IOP_HEAD + Bytes;
    return Fits ? STATUS_SUCCESS : STATUS_BUFFER_TOO_SMALL;
}

static NTSTATUS IopChangeHandlerLocked(const IOP_FIRMWARE_HANDLER *Given)
{
    IOP_FIRMWARE_HANDLER *Free = NULL, *Same = NULL;
    for (ULONG Index = 0; Index < IOP_HANDLERS; Index++) {
        IOP_FIRMWARE_HANDLER *Handler = &IopFirmwareHandlers[Index];
        if (Handler->Routine == NULL)
            Free = Handler;
        else if (Handler->ProviderSignature == Given->ProviderSignature)
            Same = Handler;
    }
    if (Given->Register && Same != NULL)
        return STATUS_OBJECT_NAME_EXISTS;
    if (Given->Register && Free == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (!Given->Register && (Same == NULL || Same->DriverObject != Given->DriverObject))
        return STATUS_INVALID_PARAMETER;
    if (Given->Register)
        *Free = *Given;
    else
        memset(Same, 0, sizeof(*Same));
    return STATUS_SUCCESS;
}

/* From drivers alone. */
NTSTATUS IopSetFirmwareHandler(const void *Information, ULONG Length)
{
    IOP_FIRMWARE_HANDLER Given;
    if (KiPreviousMode() != KernelMode)
        return STATUS_PRIVILEGE_NOT_HELD;
    if (Length != sizeof(Given))
        return STATUS_INFO_LENGTH_MISMATCH;
    memcpy(&Given, Information, sizeof(Given));
    if (Given.DriverObject == NULL || Given.Routine == NULL)
        return STATUS_INVALID_PARAMETER;
    KIRQL Old = KiAcquireLock(&IopFirmwareLock);
    NTSTATUS Status = IopChangeHandlerLocked(&Given);
    KiReleaseLock(&IopFirmwareLock, Old);
    return Status;
}
