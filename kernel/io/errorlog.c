/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Error log entries. What Windows writes to the system event log goes to the machine's log here,
 * one line an entry: driver, device, code and the data it comes with. An entry holds references to
 * its driver and device until it is written or freed.
 */
#include <stdarg.h>
#include <stdio.h>

#include "io/iop.h"

#define IOP_TAG_ERROR_LOG 0x72457249u /* 'IrEr' */
#define IOP_ERROR_LINE_BYTES 1024

/* In front of the packet the driver fills. */
typedef struct IOP_ERROR_ENTRY {
    SHORT Type; /* IO_TYPE_ERROR_LOG */
    SHORT PacketBytes;
    DRIVER_OBJECT *Driver;
    DEVICE_OBJECT *Device; /* NULL: the driver as such */
    __attribute__((aligned(16))) IO_ERROR_LOG_PACKET Packet;
} IOP_ERROR_ENTRY;

static IOP_ERROR_ENTRY *IopEntryOf(void *Packet)
{
    return CONTAINING_RECORD(Packet, IOP_ERROR_ENTRY, Packet);
}

static void *IopAllocateErrorEntry(
    DRIVER_OBJECT *Driver, DEVICE_OBJECT *Device, UCHAR EntrySize, ULONG_PTR Site)
{
    if (EntrySize < sizeof(IO_ERROR_LOG_PACKET) || EntrySize > ERROR_LOG_MAXIMUM_SIZE)
        return NULL;
    IOP_ERROR_ENTRY *Entry = ExiAllocateZero(
        NonPagedPoolNx, FIELD_OFFSET(IOP_ERROR_ENTRY, Packet) + EntrySize, IOP_TAG_ERROR_LOG, Site);
    if (Entry == NULL)
        return NULL;
    Entry->Type = IO_TYPE_ERROR_LOG;
    Entry->PacketBytes = EntrySize;
    Entry->Driver = Driver;
    Entry->Device = Device;
    ObiReference(Driver);
    if (Device != NULL)
        ObiReference(Device);
    return &Entry->Packet;
}

static void IopFreeErrorEntry(IOP_ERROR_ENTRY *Entry)
{
    if (Entry->Device != NULL)
        ObfDereferenceObject(Entry->Device);
    ObfDereferenceObject(Entry->Driver);
    ExiFree(Entry);
}

/* Appends to a line of IOP_ERROR_LINE_BYTES; what does not fit is left out. */
static __attribute__((format(printf, 3, 4))) void IopAppend(
    char *Line, size_t *Length, const char *Format, ...)
{
    va_list Arguments;
    va_start(Arguments, Format);
    int Count = vsnprintf(Line + *Length, IOP_ERROR_LINE_BYTES - *Length, Format, Arguments);
    va_end(Arguments);
    if (Count > 0)
        *Length += (size_t)Count < IOP_ERROR_LINE_BYTES - *Length
            ? (size_t)Count
            : IOP_ERROR_LINE_BYTES - 1 - *Length;
}

static void IopAppendDump(char *Line, size_t *Length, const IOP_ERROR_ENTRY *Entry)
{
    const UCHAR *Dump = (const UCHAR *)Entry->Packet.DumpData;
    SIZE_T Room = (SIZE_T)Entry->PacketBytes - FIELD_OFFSET(IO_ERROR_LOG_PACKET, DumpData);
    SIZE_T Bytes = Entry->Packet.DumpDataSize < Room ? Entry->Packet.DumpDataSize : Room;
    if (Bytes != 0)
        IopAppend(Line, Length, ", data");
    for (SIZE_T Index = 0; Index < Bytes; Index++)
        IopAppend(Line, Length, "%s%02x", Index % 4 == 0 ? " " : "", Dump[Index]);
}

/* The strings lie behind each other, each with its end; what would leave the entry is left out. */
static void IopAppendStrings(char *Line, size_t *Length, const IOP_ERROR_ENTRY *Entry)
{
    const UCHAR *Packet = (const UCHAR *)&Entry->Packet;
    SIZE_T Offset = Entry->Packet.StringOffset, End = (SIZE_T)Entry->PacketBytes & ~(SIZE_T)1;
    if (Offset & 1)
        return;
    for (USHORT Index = 0; Index < Entry->Packet.NumberOfStrings && Offset < End; Index++) {
        char Text[ERROR_LOG_MAXIMUM_SIZE * 2];
        const WCHAR *String = (const WCHAR *)(const void *)(Packet + Offset);
        SIZE_T Characters = 0, Most = (End - Offset) / sizeof(WCHAR);
        while (Characters < Most && String[Characters] != 0)
            Characters++;
        UNICODE_STRING Unicode = {(USHORT)(Characters * sizeof(WCHAR)),
            (USHORT)(Characters * sizeof(WCHAR)), (PWSTR)(ULONG_PTR)String};
        RtlpToUtf8(&Unicode, Text, sizeof(Text));
        IopAppend(Line, Length, ", \"%s\"", Text);
        Offset += (Characters + 1) * sizeof(WCHAR);
    }
}

static void IopPrintErrorEntry(const IOP_ERROR_ENTRY *Entry)
{
    const IO_ERROR_LOG_PACKET *Packet = &Entry->Packet;
    char Line[IOP_ERROR_LINE_BYTES], Source[64];
    size_t Length = 0;

    RtlpToUtf8(&Entry->Driver->DriverExtension->ServiceKeyName, Source, sizeof(Source));
    IopAppend(Line, &Length, "error log: 0x%08X", (ULONG)Packet->ErrorCode);
    if (Packet->FinalStatus != 0)
        IopAppend(Line, &Length, ", final status 0x%08X", (ULONG)Packet->FinalStatus);
    if (Packet->UniqueErrorValue != 0)
        IopAppend(Line, &Length, ", value %u", (unsigned)Packet->UniqueErrorValue);
    if (Packet->IoControlCode != 0)
        IopAppend(Line, &Length, ", control code 0x%X", (unsigned)Packet->IoControlCode);
    IopAppendStrings(Line, &Length, Entry);
    IopAppendDump(Line, &Length, Entry);
    KdLog(Source, "%s\n", Line);
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * IoAllocateErrorLogEntry - an entry for the error log, zeroed, for the driver to fill and write.
 *
 * IoObject:  a device or driver object.
 * EntrySize: of the packet with its data and strings, up to ERROR_LOG_MAXIMUM_SIZE.
 * IRQL:      up to DISPATCH_LEVEL.
 * Returns:   NULL: another size, another object, out of memory.
 * Owner:     IoWriteErrorLogEntry or IoFreeErrorLogEntry takes it back.
 * Source:    DOC wdm/IoAllocateErrorLogEntry; OBS tests/kernel/io/IoAllocateErrorLogEntry.c
 */
void *NTAPI IoAllocateErrorLogEntry(void *IoObject, UCHAR EntrySize)
{
    if (IoObject == NULL)
        return NULL;
    if (*(const SHORT *)IoObject == IO_TYPE_DEVICE) {
        DEVICE_OBJECT *Device = IoObject;
        return IopAllocateErrorEntry(Device->DriverObject, Device, EntrySize, EX_CALLER);
    }
    if (*(const SHORT *)IoObject == IO_TYPE_DRIVER)
        return IopAllocateErrorEntry(IoObject, NULL, EntrySize, EX_CALLER);
    return NULL;
}

/*
 * IoWriteErrorLogEntry - write the entry to the log; it is no longer the driver's.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC wdm/IoWriteErrorLogEntry; OBS
 * tests/kernel/io/IoAllocateErrorLogEntry.c
 */
void NTAPI IoWriteErrorLogEntry(void *ElEntry)
{
    IOP_ERROR_ENTRY *Entry = IopEntryOf(ElEntry);
    IopPrintErrorEntry(Entry);
    IopFreeErrorEntry(Entry);
}

/* IoFreeErrorLogEntry - take an entry back that was not written. IRQL: up to DISPATCH_LEVEL.
 * Source: DOC wdm; OBS. */
void NTAPI IoFreeErrorLogEntry(void *ElEntry)
{
    IopFreeErrorEntry(IopEntryOf(ElEntry));
}
