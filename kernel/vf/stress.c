/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Requests that no driver expects, for devices with a verified driver, when they have started: a
 * power and a WMI request with a minor function there is none of. Every driver passes them on as
 * they are, and the one at the bottom completes them so; irp.c looks. Windows sends such ones as
 * well.
 */
#include "vf/request.h"

static BOOLEAN VfpHasVerifiedDriver(DEVICE_OBJECT *Pdo, UCHAR Major)
{
    BOOLEAN Found = FALSE;
    for (DEVICE_OBJECT *Device = IoGetAttachedDeviceReference(Pdo), *Next; Device != NULL;
         Device = Next) {
        Found |= VfIsVerifiedCode((ULONG_PTR)Device->DriverObject->MajorFunction[Major]);
        Next = IoGetLowerDeviceObject(Device);
        ObfDereferenceObject(Device);
    }
    return Found;
}

void VfpStressDevice(DEVICE_OBJECT *Pdo)
{
    static const UCHAR Major[] = {IRP_MJ_POWER, IRP_MJ_SYSTEM_CONTROL};
    for (ULONG Index = 0; VfIsOn(VF_ENHANCED_IO) && Index < RTL_NUMBER_OF(Major); Index++) {
        const IO_STACK_LOCATION Stack = {
            .MajorFunction = Major[Index], .MinorFunction = VFP_UNKNOWN_MINOR};
        if (!VfpHasVerifiedDriver(Pdo, Major[Index]))
            continue;
        DEVICE_OBJECT *Top = IoGetAttachedDeviceReference(Pdo);
        IoiSendToDevice(Top, &Stack, STATUS_NOT_SUPPORTED, NULL);
        ObfDereferenceObject(Top);
    }
}
