/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Callbacks of file systems and their filters for what is no request: a file that is held while a
 * section is made or the cache is flushed. The other operations are of a writer of pages, which is
 * not here, and of opens by name alone, which are requests here. They are kept with the driver
 * object.
 */
#include <string.h>

#include "fsrtl/filtercallback.h"

#define FSRTLP_ASKED 16 /* drivers of one stack; those below are not asked */

static UCHAR FsrtlpFilterKey; /* its address is what a driver's callbacks are kept under */

typedef struct FSRTLP_ASKED_DRIVER {
    const FSRTL_FILTER_PAIR *Pair;
    DEVICE_OBJECT *Device; /* referenced */
    void *Context;
} FSRTLP_ASKED_DRIVER;

static const FSRTL_FILTER_PAIR *FsrtlpPairOf(
    const DEVICE_OBJECT *Device, enum FSRTL_FILTER_OPERATION Operation)
{
    const FSRTL_FILTER_CALLBACKS *Callbacks =
        IoGetDriverObjectExtension(Device->DriverObject, &FsrtlpFilterKey);
    if (Callbacks == NULL)
        return NULL;
    const FSRTL_FILTER_PAIR *Pair = &Callbacks->Pair[Operation];
    return Pair->Pre != NULL || Pair->Post != NULL ? Pair : NULL;
}

void FsrtlpAskFilters(FILE_OBJECT *FileObject, enum FSRTL_FILTER_OPERATION Operation,
    void (*Carry)(FILE_OBJECT *FileObject))
{
    FSRTLP_ASKED_DRIVER Asked[FSRTLP_ASKED];
    FSRTL_FILTER_DATA Data = {.SizeOfFsFilterCallbackData = sizeof(Data),
        .Operation = (UCHAR)(FSRTL_FILTER_ACQUIRE_FOR_SECTION - Operation),
        .FileObject = FileObject};
    DEVICE_OBJECT *Device = IoGetRelatedDeviceObject(FileObject);
    NTSTATUS Status = STATUS_SUCCESS;
    ULONG Count = 0;
    ObfReferenceObject(Device);
    while (Device != NULL && Status == STATUS_SUCCESS) {
        DEVICE_OBJECT *Lower = IoGetLowerDeviceObject(Device);
        const FSRTL_FILTER_PAIR *Pair = Count < FSRTLP_ASKED ? FsrtlpPairOf(Device, Operation)
                                                             : NULL;
        if (Pair == NULL) {
            ObfDereferenceObject(Device);
        } else {
            Asked[Count] = (FSRTLP_ASKED_DRIVER){.Pair = Pair, .Device = Device};
            Data.DeviceObject = Device;
            if (Pair->Pre != NULL)
                Status = Pair->Pre(&Data, &Asked[Count].Context);
            Count++;
        }
        Device = Lower;
    }
    if (Device != NULL)
        ObfDereferenceObject(Device);
    if (Status == STATUS_SUCCESS)
        Carry(FileObject);
    else if (Status == STATUS_FSFILTER_OP_COMPLETED_SUCCESSFULLY)
        Status = STATUS_SUCCESS;
    while (Count != 0) {
        const FSRTLP_ASKED_DRIVER *Driver = &Asked[--Count];
        Data.DeviceObject = Driver->Device;
        if (Driver->Pair->Post != NULL)
            Driver->Pair->Post(&Data, Status, Driver->Context);
        ObfDereferenceObject(Driver->Device);
    }
}

/*
 * FsRtlRegisterFileSystemFilterCallbacks - what a file system or filter wants to be asked of.
 *
 * Callbacks: copied; what lies beyond its size is not there. All are optional.
 *            FsRtlAcquireFileExclusive and FsRtlReleaseFile ask for the first two, flushes of the
 *            cache for the next two; nobody for the others.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: no driver, no callbacks or a size that is none;
 *          INSUFFICIENT_RESOURCES. A second call replaces what the first said.
 * Owner:   the driver object.
 * Source:  DOC ntifs/FsRtlRegisterFileSystemFilterCallbacks; INF the second call
 */
NTSTATUS NTAPI FsRtlRegisterFileSystemFilterCallbacks(
    DRIVER_OBJECT *FilterDriverObject, const FSRTL_FILTER_CALLBACKS *Callbacks)
{
    void *Kept;
    if (FilterDriverObject == NULL || Callbacks == NULL ||
        Callbacks->SizeOfFsFilterCallbacks < FIELD_OFFSET(FSRTL_FILTER_CALLBACKS, Pair))
        return STATUS_INVALID_PARAMETER;
    const ULONG Given = Callbacks->SizeOfFsFilterCallbacks;
    NTSTATUS Status = IoAllocateDriverObjectExtension(
        FilterDriverObject, &FsrtlpFilterKey, sizeof(*Callbacks), &Kept);
    if (Status == STATUS_OBJECT_NAME_COLLISION)
        Kept = IoGetDriverObjectExtension(FilterDriverObject, &FsrtlpFilterKey);
    else if (!NT_SUCCESS(Status))
        return Status;
    memset(Kept, 0, sizeof(*Callbacks));
    memcpy(Kept, Callbacks, Given < sizeof(*Callbacks) ? Given : sizeof(*Callbacks));
    return STATUS_SUCCESS;
}
