/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Registrations of verified drivers that others call them by: trace events, WMI. */
#include "io/io.h"

#include "ke/ke.h"
#include "vf/pool.h"
#include "vf/request.h"
#include "wmi/wmi.h"

static const void *VfpProviderKey(REGHANDLE Handle)
{
    return (const void *)(ULONG_PTR)Handle; /* the lower half alone says which provider it is */
}

static NTSTATUS NTAPI VfEtwRegister(const GUID *ProviderId, PETWENABLECALLBACK EnableCallback,
    void *CallbackContext, REGHANDLE *RegHandle)
{
    const NTSTATUS Status = EtwRegister(ProviderId, EnableCallback, CallbackContext, RegHandle);
    if (NT_SUCCESS(Status))
        VfpRemember(VFP_PROVIDER, VfpProviderKey(*RegHandle), "EtwRegister", VF_CALLER);
    return Status;
}

static NTSTATUS NTAPI VfEtwUnregister(REGHANDLE RegHandle)
{
    const NTSTATUS Status = EtwUnregister(RegHandle);
    if (Status == STATUS_INVALID_HANDLE)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xDC, (ULONG_PTR)RegHandle, 0, 0, VF_CALLER,
            "EtwUnregister(0x%llx): no provider has this handle", (unsigned long long)RegHandle);
    VfpForget(VFP_PROVIDER, VfpProviderKey(RegHandle), 0);
    return Status;
}

void VfpCheckRegisteredDevice(const DEVICE_OBJECT *DeviceObject, ULONG_PTR Site)
{
    if (VfIsOn(VF_MISC) && WmiIsRegistered(DeviceObject))
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xDB, (ULONG_PTR)DeviceObject, 0, 0, Site,
            "IoDeleteDevice was given a device that is registered with WMI: "
            "IoWMIRegistrationControl(WMIREG_ACTION_DEREGISTER) first");
}

static NTSTATUS NTAPI VfIoWMIRegistrationControl(DEVICE_OBJECT *DeviceObject, ULONG Action)
{
    const BOOLEAN OfCallback = (Action & WMIREG_FLAG_CALLBACK) != 0;
    const ULONG_PTR Before = OfCallback ? WmiCallbackOf(DeviceObject) : 0;
    const NTSTATUS Status = IoWMIRegistrationControl(DeviceObject, Action);
    const ULONG_PTR After = OfCallback ? WmiCallbackOf(DeviceObject) : 0;
    if (Before == 0 && After != 0)
        VfpRemember(VFP_WMI_CALLBACK, (const void *)After, "IoWMIRegistrationControl", VF_CALLER);
    else if (Before != 0 && After == 0)
        VfpForget(VFP_WMI_CALLBACK, (const void *)Before, 0);
    return Status;
}

void VfpCheckRegistrations(const LDR_IMAGE *Image)
{
    static const char Where[] = "where it was registered";
    const ULONG_PTR Base = (ULONG_PTR)Image->Base;
    VFP_RECORD Record;
    if (VfpTakeRecord(VFP_WMI_CALLBACK, Image, NULL, &Record)) {
        KeBlameStack(Where, Record.Stack.Frame, Record.Stack.Count);
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xDA, Base, Record.Key, 0, Record.Site,
            "the driver was unloaded, and its WMI callback is registered: "
            "IoWMIRegistrationControl(WMIREG_ACTION_DEREGISTER | WMIREG_FLAG_CALLBACK)");
    }
    if (VfpTakeRecord(VFP_PROVIDER, Image, NULL, &Record)) {
        KeBlameStack(Where, Record.Stack.Frame, Record.Stack.Count);
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xDD, Record.Site, Base, Record.Key, Record.Site,
            "the driver was unloaded, and its provider of events is registered: EtwUnregister");
    }
}

const LDR_REPLACEMENT VfpRegistrationTable[] = {
    VF_REPLACE(EtwRegister, VF_MISC),
    VF_REPLACE(EtwUnregister, VF_MISC),
    VF_REPLACE(IoWMIRegistrationControl, VF_MISC),
    VF_REPLACE_END,
};
