/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Security checks: what drivers hand to Zw routines, which trust them as the kernel. Addresses of
 * user memory, strings that are none, handles that a program may have made, and calls where a Zw
 * routine must not be.
 */
#include <string.h>

#include "cm/cm.h"
#include "io/directory.h"
#include "kd/kd.h"
#include "mm/section.h"
#include "ob/export.h"
#include "ps/export.h"
#include "ps/token.h"
#include "vf/request.h"

static BOOLEAN VfpIsUserAddress(const void *Address)
{
    return Address != NULL && !MmIsSystemAddress(Address) && MmIsUserRange(Address, 1);
}

static void VfpCheckPointer(const void *Address, ULONG_PTR Site, const char *Routine)
{
    if (VfpIsUserAddress(Address))
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xE3, Site, (ULONG_PTR)Address, 0, Site,
            "%s was given the user address %p", Routine, Address);
}

/* What lies in our own data is not a program's. */
void VfpCheckKernelObject(const void *Object, SIZE_T Bytes, ULONG_PTR Site, const char *Routine)
{
    uintptr_t Base;
    size_t Size;
    if (!VfIsOn(VF_SECURITY) || !VfpIsUserAddress(Object))
        return;
    host_image(&Base, &Size);
    if ((ULONG_PTR)Object - Base >= Size)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xE0, (ULONG_PTR)Object, Bytes, 0, Site,
            "%s was given the user address %p", Routine, Object);
}

static void VfpCheckString(const UNICODE_STRING *String, ULONG_PTR Site, const char *Routine)
{
    VfpCheckPointer(String, Site, Routine);
    if (String == NULL)
        return;
    if (String->Length > String->MaximumLength || String->Length % sizeof(WCHAR) != 0 ||
        (String->Length != 0 && String->Buffer == NULL))
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xE4, Site, (ULONG_PTR)String, 0, Site,
            "%s was given a string of %u bytes in a buffer of %u at %p", Routine, String->Length,
            String->MaximumLength, (const void *)String->Buffer);
    if (String->Length != 0)
        VfpCheckPointer(String->Buffer, Site, Routine);
}

static void VfpCheckAttributes(
    const OBJECT_ATTRIBUTES *Attributes, ULONG_PTR Site, const char *Routine)
{
    VfpCheckPointer(Attributes, Site, Routine);
    if (Attributes == NULL)
        return;
    VfpCheckString(Attributes->ObjectName, Site, Routine);
    VfpCheckPointer(Attributes->SecurityDescriptor, Site, Routine);
}

/* ---- names ----------------------------------------------------------------------------------- */

static BOOLEAN VfpIsFrom(const UNICODE_STRING *Name, const UCHAR *Data, ULONG Bytes)
{
    for (ULONG At = 0; Data != NULL && Name->Length != 0 && At + Name->Length <= Bytes; At++) {
        if (memcmp(Data + At, Name->Buffer, Name->Length) == 0)
            return TRUE;
    }
    return FALSE;
}

/*
 * Not one of Windows' checks: a name out of an ordinary user's request, opened with the rights of
 * the kernel. Who may open what is asked of the caller with OBJ_FORCE_ACCESS_CHECK.
 */
static void VfpCheckWhoseName(
    const OBJECT_ATTRIBUTES *Attributes, ULONG_PTR Site, const char *Routine)
{
    if (Attributes == NULL || Attributes->ObjectName == NULL ||
        Attributes->ObjectName->Length < 2 * sizeof(WCHAR) ||
        (Attributes->Attributes & OBJ_FORCE_ACCESS_CHECK) || KiPreviousMode() != UserMode)
        return;
    IRP *Irp = VfpRequestOfThread();
    if (Irp == NULL || IoGetCurrentIrpStackLocation(Irp)->MajorFunction != IRP_MJ_DEVICE_CONTROL)
        return;
    const IO_STACK_LOCATION *Stack = IoGetCurrentIrpStackLocation(Irp);
    PACCESS_TOKEN Token = PsReferencePrimaryToken(PsGetCurrentProcess());
    if (!SeTokenIsAdmin(Token) &&
        VfpIsFrom(Attributes->ObjectName, Irp->AssociatedIrp.SystemBuffer,
            Stack->Parameters.DeviceIoControl.InputBufferLength))
        KdFinding(DOTSYS_FINDING_OTHER, Site,
            "%s opened a name that an ordinary user's request gives, with the kernel's rights: "
            "OBJ_FORCE_ACCESS_CHECK asks who may",
            Routine);
    PsDereferencePrimaryToken(Token);
}

/* ---- handles --------------------------------------------------------------------------------- */

/* In a program's process, one of its handles: the program may have closed it and made another
 * since. */
static void VfpCheckKernelUse(HANDLE Handle, ULONG_PTR Site)
{
    if ((LONG_PTR)Handle > 0 && !ObIsKernelHandle(Handle) &&
        !PsIsSystemProcess(PsGetCurrentProcess()))
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xF6, (ULONG_PTR)Handle,
            (ULONG_PTR)PsGetCurrentProcess(), Site, Site,
            "handle %p of a program was used as the kernel: OBJ_KERNEL_HANDLE makes handles a "
            "program cannot close",
            Handle);
}

void VfpCheckHandle(HANDLE Handle, const OBJECT_TYPE *Type, KPROCESSOR_MODE Mode, ULONG_PTR Site)
{
    if (!VfIsOn(VF_MISC))
        return;
    if (Handle == NULL && Mode == KernelMode) /* what a program gives may be anything */
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xF5, 0, (ULONG_PTR)Type, 0, Site,
            "ObReferenceObjectByHandle was given no handle");
    if (Mode == KernelMode)
        VfpCheckKernelUse(Handle, Site);
    else if (ObIsKernelHandle(Handle) && PsIsSystemProcess(PsGetCurrentProcess()))
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xF7, (ULONG_PTR)Handle, (ULONG_PTR)Type,
            (ULONG_PTR)Mode, Site,
            "a handle of the kernel was referenced for a program, in the System process");
}

/* ---- Zw routines ----------------------------------------------------------------------------- */

static void VfpCheckZw(ULONG_PTR Site, const char *Routine)
{
    if (VfIsOn(VF_SECURITY) &&
        (KiGetIrql() != PASSIVE_LEVEL || KiCurrentThread()->SpecialApcDisable != 0))
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xE6, Site, KiGetIrql(),
            (ULONG_PTR)(LONG_PTR)KiCurrentThread()->SpecialApcDisable, Site,
            "%s was called at IRQL %u, with special APCs %s", Routine, KiGetIrql(),
            KiCurrentThread()->SpecialApcDisable != 0 ? "disabled" : "enabled");
}

#define VFP_POINTER(Argument)    VfpCheckPointer(Argument, Site, Routine)
#define VFP_STRING(Argument)     VfpCheckString(Argument, Site, Routine)
#define VFP_ATTRIBUTES(Argument) VfpCheckAttributes(Argument, Site, Routine)

/* A replacement: the handle it uses (NULL: none), and what else is looked at. */
#define VFP_ZW(Name, Parameters, Arguments, UsedHandle, ...)  \
    static NTSTATUS NTAPI Vf##Name Parameters                 \
    {                                                         \
        static const char Routine[] = #Name;                  \
        const ULONG_PTR Site = VF_CALLER;                     \
        VfpCheckZw(Site, Routine);                            \
        if (VfIsOn(VF_MISC))                                  \
            VfpCheckKernelUse(UsedHandle, Site);              \
        if (VfIsOn(VF_SECURITY)) {                            \
            __VA_ARGS__;                                      \
        }                                                     \
        return Name Arguments;                                \
    }

#define VFP_FILE_ARGUMENTS \
    (Handle, Event, ApcRoutine, ApcContext, IoStatus, Buffer, Length, Offset, Key)
#define VFP_FILE_PARAMETERS                                                     \
    (HANDLE Handle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine, void *ApcContext, \
        IO_STATUS_BLOCK *IoStatus, void *Buffer, ULONG Length, LARGE_INTEGER *Offset, ULONG *Key)
#define VFP_CONTROL_ARGUMENTS                                                           \
    (Handle, Event, ApcRoutine, ApcContext, IoStatus, Code, Input, InputLength, Output, \
        OutputLength)
#define VFP_CONTROL_PARAMETERS                                                               \
    (HANDLE Handle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine, void *ApcContext,              \
        IO_STATUS_BLOCK *IoStatus, ULONG Code, void *Input, ULONG InputLength, void *Output, \
        ULONG OutputLength)
#define VFP_OPEN_PARAMETERS (HANDLE *Handle, ACCESS_MASK Access, OBJECT_ATTRIBUTES *Attributes)
#define VFP_OPEN_ARGUMENTS  (Handle, Access, Attributes)
#define VFP_OPENS \
    VFP_POINTER(Handle), VFP_ATTRIBUTES(Attributes), VfpCheckWhoseName(Attributes, Site, Routine)

VFP_ZW(ZwClose, (HANDLE Handle), (Handle), Handle, (void)0)
VFP_ZW(ZwReadFile, VFP_FILE_PARAMETERS, VFP_FILE_ARGUMENTS, Handle, VFP_POINTER(IoStatus),
    VFP_POINTER(Buffer), VFP_POINTER(Offset), VFP_POINTER(Key))
VFP_ZW(ZwWriteFile, VFP_FILE_PARAMETERS, VFP_FILE_ARGUMENTS, Handle, VFP_POINTER(IoStatus),
    VFP_POINTER(Buffer), VFP_POINTER(Offset), VFP_POINTER(Key))
VFP_ZW(ZwDeviceIoControlFile, VFP_CONTROL_PARAMETERS, VFP_CONTROL_ARGUMENTS, Handle,
    VFP_POINTER(IoStatus), VFP_POINTER(Input), VFP_POINTER(Output))
VFP_ZW(ZwFsControlFile, VFP_CONTROL_PARAMETERS, VFP_CONTROL_ARGUMENTS, Handle,
    VFP_POINTER(IoStatus), VFP_POINTER(Input), VFP_POINTER(Output))
VFP_ZW(ZwCreateFile,
    (HANDLE * Handle, ACCESS_MASK Access, OBJECT_ATTRIBUTES *Attributes, IO_STATUS_BLOCK *IoStatus,
        LARGE_INTEGER *AllocationSize, ULONG FileAttributes, ULONG ShareAccess,
        ULONG CreateDisposition, ULONG CreateOptions, void *EaBuffer, ULONG EaLength),
    (Handle, Access, Attributes, IoStatus, AllocationSize, FileAttributes, ShareAccess,
        CreateDisposition, CreateOptions, EaBuffer, EaLength),
    NULL, VFP_OPENS, VFP_POINTER(IoStatus), VFP_POINTER(AllocationSize), VFP_POINTER(EaBuffer))
VFP_ZW(ZwOpenFile,
    (HANDLE * Handle, ACCESS_MASK Access, OBJECT_ATTRIBUTES *Attributes, IO_STATUS_BLOCK *IoStatus,
        ULONG ShareAccess, ULONG Options),
    (Handle, Access, Attributes, IoStatus, ShareAccess, Options), NULL, VFP_OPENS,
    VFP_POINTER(IoStatus))
VFP_ZW(ZwQueryInformationFile,
    (HANDLE Handle, IO_STATUS_BLOCK *IoStatus, void *Information, ULONG Length,
        FILE_INFORMATION_CLASS Class),
    (Handle, IoStatus, Information, Length, Class), Handle, VFP_POINTER(IoStatus),
    VFP_POINTER(Information))
VFP_ZW(ZwSetInformationFile,
    (HANDLE Handle, IO_STATUS_BLOCK *IoStatus, void *Information, ULONG Length,
        FILE_INFORMATION_CLASS Class),
    (Handle, IoStatus, Information, Length, Class), Handle, VFP_POINTER(IoStatus),
    VFP_POINTER(Information))
VFP_ZW(ZwCreateKey,
    (HANDLE * Handle, ACCESS_MASK Access, OBJECT_ATTRIBUTES *Attributes, ULONG TitleIndex,
        UNICODE_STRING *Class, ULONG Options, ULONG *Disposition),
    (Handle, Access, Attributes, TitleIndex, Class, Options, Disposition), NULL, VFP_OPENS,
    VFP_STRING(Class), VFP_POINTER(Disposition))
VFP_ZW(ZwOpenKey, VFP_OPEN_PARAMETERS, VFP_OPEN_ARGUMENTS, NULL, VFP_OPENS)
VFP_ZW(ZwDeleteKey, (HANDLE Handle), (Handle), Handle, (void)0)
VFP_ZW(ZwQueryValueKey,
    (HANDLE Handle, UNICODE_STRING *Name, KEY_VALUE_INFORMATION_CLASS Class, void *Information,
        ULONG Length, ULONG *ResultLength),
    (Handle, Name, Class, Information, Length, ResultLength), Handle, VFP_STRING(Name),
    VFP_POINTER(Information), VFP_POINTER(ResultLength))
VFP_ZW(ZwSetValueKey,
    (HANDLE Handle, UNICODE_STRING *Name, ULONG TitleIndex, ULONG Type, void *Data, ULONG Length),
    (Handle, Name, TitleIndex, Type, Data, Length), Handle, VFP_STRING(Name), VFP_POINTER(Data))
VFP_ZW(ZwDeleteValueKey, (HANDLE Handle, UNICODE_STRING *Name), (Handle, Name), Handle,
    VFP_STRING(Name))
VFP_ZW(ZwQueryKey,
    (HANDLE Handle, KEY_INFORMATION_CLASS Class, void *Information, ULONG Length,
        ULONG *ResultLength),
    (Handle, Class, Information, Length, ResultLength), Handle, VFP_POINTER(Information),
    VFP_POINTER(ResultLength))
VFP_ZW(ZwEnumerateKey,
    (HANDLE Handle, ULONG Index, KEY_INFORMATION_CLASS Class, void *Information, ULONG Length,
        ULONG *ResultLength),
    (Handle, Index, Class, Information, Length, ResultLength), Handle, VFP_POINTER(Information),
    VFP_POINTER(ResultLength))
VFP_ZW(ZwEnumerateValueKey,
    (HANDLE Handle, ULONG Index, KEY_VALUE_INFORMATION_CLASS Class, void *Information, ULONG Length,
        ULONG *ResultLength),
    (Handle, Index, Class, Information, Length, ResultLength), Handle, VFP_POINTER(Information),
    VFP_POINTER(ResultLength))
VFP_ZW(ZwCreateDirectoryObject, VFP_OPEN_PARAMETERS, VFP_OPEN_ARGUMENTS, NULL, VFP_OPENS)
VFP_ZW(ZwOpenDirectoryObject, VFP_OPEN_PARAMETERS, VFP_OPEN_ARGUMENTS, NULL, VFP_OPENS)
VFP_ZW(ZwOpenSymbolicLinkObject, VFP_OPEN_PARAMETERS, VFP_OPEN_ARGUMENTS, NULL, VFP_OPENS)
VFP_ZW(ZwQuerySymbolicLinkObject, (HANDLE Handle, UNICODE_STRING *Target, ULONG *Length),
    (Handle, Target, Length), Handle, VFP_POINTER(Target), VFP_POINTER(Length))
VFP_ZW(ZwOpenSection, VFP_OPEN_PARAMETERS, VFP_OPEN_ARGUMENTS, NULL, VFP_OPENS)
VFP_ZW(ZwUnmapViewOfSection, (HANDLE Process, void *Base), (Process, Base), Process, (void)0)
VFP_ZW(ZwOpenProcess,
    (HANDLE * Handle, ACCESS_MASK Access, OBJECT_ATTRIBUTES *Attributes, CLIENT_ID *ClientId),
    (Handle, Access, Attributes, ClientId), NULL, VFP_OPENS, VFP_POINTER(ClientId))

#define VFP_ZW_FLAGS (VF_SECURITY | VF_MISC)

const LDR_REPLACEMENT VfpZwTable[] = {
    VF_REPLACE(ZwClose, VFP_ZW_FLAGS),
    VF_REPLACE(ZwReadFile, VFP_ZW_FLAGS),
    VF_REPLACE(ZwWriteFile, VFP_ZW_FLAGS),
    VF_REPLACE(ZwDeviceIoControlFile, VFP_ZW_FLAGS),
    VF_REPLACE(ZwFsControlFile, VFP_ZW_FLAGS),
    VF_REPLACE(ZwCreateFile, VFP_ZW_FLAGS),
    VF_REPLACE(ZwOpenFile, VFP_ZW_FLAGS),
    VF_REPLACE(ZwQueryInformationFile, VFP_ZW_FLAGS),
    VF_REPLACE(ZwSetInformationFile, VFP_ZW_FLAGS),
    VF_REPLACE(ZwCreateKey, VFP_ZW_FLAGS),
    VF_REPLACE(ZwOpenKey, VFP_ZW_FLAGS),
    VF_REPLACE(ZwDeleteKey, VFP_ZW_FLAGS),
    VF_REPLACE(ZwQueryValueKey, VFP_ZW_FLAGS),
    VF_REPLACE(ZwSetValueKey, VFP_ZW_FLAGS),
    VF_REPLACE(ZwDeleteValueKey, VFP_ZW_FLAGS),
    VF_REPLACE(ZwQueryKey, VFP_ZW_FLAGS),
    VF_REPLACE(ZwEnumerateKey, VFP_ZW_FLAGS),
    VF_REPLACE(ZwEnumerateValueKey, VFP_ZW_FLAGS),
    VF_REPLACE(ZwCreateDirectoryObject, VFP_ZW_FLAGS),
    VF_REPLACE(ZwOpenDirectoryObject, VFP_ZW_FLAGS),
    VF_REPLACE(ZwOpenSymbolicLinkObject, VFP_ZW_FLAGS),
    VF_REPLACE(ZwQuerySymbolicLinkObject, VFP_ZW_FLAGS),
    VF_REPLACE(ZwOpenSection, VFP_ZW_FLAGS),
    VF_REPLACE(ZwUnmapViewOfSection, VFP_ZW_FLAGS),
    VF_REPLACE(ZwOpenProcess, VFP_ZW_FLAGS),
    VF_REPLACE_END,
};
