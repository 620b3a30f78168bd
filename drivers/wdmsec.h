/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * wdmsec.h - found ahead of mingw-w64's, and in its place: that declares functions of wdmsec.lib,
 * which is Microsoft's only. Here a source has its own.
 *
 * Understood of SDDL is what Microsoft documents for device objects: an access control list, D:P
 * and entries (A;;rights;;;sid). What the registry says of the device's class is not looked for.
 */
#ifndef DRIVERS_WDMSEC_H
#define DRIVERS_WDMSEC_H

#include <wdm.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DOTSYS_SDDL_STRING(Name, Text)                                    \
    __attribute__((unused)) static const UNICODE_STRING SDDL_DEVOBJ_##Name = { \
        sizeof(Text) - sizeof(WCHAR), sizeof(Text), (PWSTR)(Text)}
DOTSYS_SDDL_STRING(KERNEL_ONLY, L"D:P");
DOTSYS_SDDL_STRING(SYS_ALL, L"D:P(A;;GA;;;SY)");
DOTSYS_SDDL_STRING(SYS_ALL_ADM_ALL, L"D:P(A;;GA;;;SY)(A;;GA;;;BA)");
DOTSYS_SDDL_STRING(SYS_ALL_ADM_RX, L"D:P(A;;GA;;;SY)(A;;GRGX;;;BA)");
DOTSYS_SDDL_STRING(SYS_ALL_ADM_RWX_WORLD_R, L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GR;;;WD)");
DOTSYS_SDDL_STRING(
    SYS_ALL_ADM_RWX_WORLD_R_RES_R, L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GR;;;WD)(A;;GR;;;RC)");
DOTSYS_SDDL_STRING(
    SYS_ALL_ADM_RWX_WORLD_RW_RES_R, L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GRGW;;;WD)(A;;GR;;;RC)");
DOTSYS_SDDL_STRING(SYS_ALL_ADM_RWX_WORLD_RWX_RES_RWX,
    L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GRGWGX;;;WD)(A;;GRGWGX;;;RC)");
#undef DOTSYS_SDDL_STRING
#define SDDL_DEVOBJ_INF_SUPPLIED SDDL_DEVOBJ_KERNEL_ONLY

NTKERNELAPI NTSTATUS NTAPI ObSetSecurityObjectByPointer(
    PVOID Object, SECURITY_INFORMATION SecurityInformation, PSECURITY_DESCRIPTOR Descriptor);
NTKERNELAPI NTSTATUS NTAPI IoValidateDeviceIoControlAccess(PIRP Irp, ULONG RequiredAccess);

/* ---- Text ------------------------------------------------------------------------------------ */

typedef struct _DOTSYS_SDDL {
    const WCHAR *At, *End;
} DOTSYS_SDDL;

typedef struct _DOTSYS_SDDL_ACE {
    UCHAR Type, Flags;
    USHORT Size;
    ULONG Mask;
    UCHAR Revision, Count, Authority[6];
    ULONG Sub[15];
} DOTSYS_SDDL_ACE;

__attribute__((unused)) static BOOLEAN DotsysSddlTake(DOTSYS_SDDL *Text, const char *Letters)
{
    const WCHAR *At = Text->At;

    for (; *Letters != '\0'; Letters++, At++) {
        if (At == Text->End || *At != (WCHAR)*Letters)
            return FALSE;
    }
    Text->At = At;
    return TRUE;
}

/* Decimal, or behind 0x. */
__attribute__((unused)) static BOOLEAN DotsysSddlNumber(DOTSYS_SDDL *Text, ULONG *Number)
{
    ULONG Base = DotsysSddlTake(Text, "0x") ? 16 : 10, Digit;
    const WCHAR *First = Text->At;

    for (*Number = 0; Text->At != Text->End; Text->At++) {
        WCHAR Letter = *Text->At;
        if (Letter >= '0' && Letter <= '9')
            Digit = Letter - '0';
        else if (Base == 16 && (Letter | 0x20) >= 'a' && (Letter | 0x20) <= 'f')
            Digit = (Letter | 0x20) - 'a' + 10;
        else
            break;
        *Number = *Number * Base + Digit;
    }
    return Text->At != First;
}

__attribute__((unused)) static BOOLEAN DotsysSddlRights(DOTSYS_SDDL *Text, ULONG *Mask)
{
    static const struct {
        const char *Letters;
        ULONG Mask;
    } Rights[] = {{"GA", FILE_ALL_ACCESS}, {"GR", FILE_GENERIC_READ}, {"GW", FILE_GENERIC_WRITE},
        {"GX", FILE_GENERIC_EXECUTE}, {"RC", READ_CONTROL}, {"SD", DELETE}, {"WD", WRITE_DAC},
        {"WO", WRITE_OWNER}};
    ULONG i;

    *Mask = 0;
    if (Text->At != Text->End && *Text->At == '0')
        return DotsysSddlNumber(Text, Mask);
    while (!DotsysSddlTake(Text, ";;;")) {
        for (i = 0; i < RTL_NUMBER_OF(Rights); i++) {
            if (DotsysSddlTake(Text, Rights[i].Letters))
                break;
        }
        if (i == RTL_NUMBER_OF(Rights))
            return FALSE;
        *Mask |= Rights[i].Mask;
    }
    Text->At -= 3;
    return TRUE;
}

__attribute__((unused)) static BOOLEAN DotsysSddlSid(DOTSYS_SDDL *Text, DOTSYS_SDDL_ACE *Ace)
{
    static const struct {
        const char *Letters;
        UCHAR Authority, Count;
        ULONG Sub[2];
    } Names[] = {{"SY", 5, 1, {18, 0}}, {"BA", 5, 2, {32, 544}}, {"BU", 5, 2, {32, 545}},
        {"BG", 5, 2, {32, 546}}, {"WD", 1, 1, {0, 0}}, {"AU", 5, 1, {11, 0}},
        {"AN", 5, 1, {7, 0}}, {"RC", 5, 1, {12, 0}}, {"LS", 5, 1, {19, 0}},
        {"NS", 5, 1, {20, 0}}, {"IU", 5, 1, {4, 0}}, {"NU", 5, 1, {2, 0}}, {"SU", 5, 1, {6, 0}},
        {"CO", 3, 1, {0, 0}}, {"OW", 3, 1, {4, 0}}, {"AC", 15, 2, {2, 1}}};
    ULONG i, Number;

    for (i = 0; i < RTL_NUMBER_OF(Names); i++) {
        if (DotsysSddlTake(Text, Names[i].Letters)) {
            Ace->Authority[5] = Names[i].Authority;
            Ace->Count = Names[i].Count;
            Ace->Sub[0] = Names[i].Sub[0];
            Ace->Sub[1] = Names[i].Sub[1];
            return TRUE;
        }
    }
    if (!DotsysSddlTake(Text, "S-1-") || !DotsysSddlNumber(Text, &Number))
        return FALSE;
    for (i = 0; i < 4; i++)
        Ace->Authority[5 - i] = (UCHAR)(Number >> 8 * i);
    while (DotsysSddlTake(Text, "-")) {
        if (Ace->Count == RTL_NUMBER_OF(Ace->Sub) ||
            !DotsysSddlNumber(Text, &Ace->Sub[Ace->Count]))
            return FALSE;
        Ace->Count++;
    }
    return Ace->Count > 0;
}

/* One entry, behind what the list has already; the list has room for it. */
__attribute__((unused)) static BOOLEAN DotsysSddlAce(DOTSYS_SDDL *Text, ACL *Acl)
{
    DOTSYS_SDDL_ACE Ace;

    RtlZeroMemory(&Ace, sizeof(Ace));
    Ace.Revision = 1;
    if (!DotsysSddlTake(Text, "(A;;") || !DotsysSddlRights(Text, &Ace.Mask) ||
        !DotsysSddlTake(Text, ";;;") || !DotsysSddlSid(Text, &Ace) || !DotsysSddlTake(Text, ")"))
        return FALSE;
    Ace.Size = (USHORT)(FIELD_OFFSET(DOTSYS_SDDL_ACE, Sub) + Ace.Count * sizeof(ULONG));
    RtlCopyMemory((UCHAR *)Acl + Acl->AclSize, &Ace, Ace.Size);
    Acl->AclSize = (USHORT)(Acl->AclSize + Ace.Size);
    Acl->AceCount++;
    return TRUE;
}

/* ---- Devices --------------------------------------------------------------------------------- */

__attribute__((unused)) static NTSTATUS DotsysSecureDevice(
    PDEVICE_OBJECT DeviceObject, PCUNICODE_STRING String)
{
    DOTSYS_SDDL Text;
    PVOID Room[8]; /* mingw-w64's wdm.h does not say what a descriptor is: five words */
    PSECURITY_DESCRIPTOR Descriptor = (PSECURITY_DESCRIPTOR)Room;
    NTSTATUS Status = STATUS_INVALID_PARAMETER;
    SIZE_T Bytes = sizeof(ACL), Letter;
    ACL *Acl;

    Text.At = String->Buffer;
    Text.End = String->Buffer + String->Length / sizeof(WCHAR);
    for (Letter = 0; Letter < String->Length / sizeof(WCHAR); Letter++) {
        if (String->Buffer[Letter] == '(')
            Bytes += sizeof(DOTSYS_SDDL_ACE);
    }
    Acl = (ACL *)ExAllocatePoolWithTag(PagedPool, Bytes, 'lddS');
    if (Acl == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlZeroMemory(Acl, Bytes);
    Acl->AclRevision = ACL_REVISION;
    Acl->AclSize = sizeof(ACL);
    if (DotsysSddlTake(&Text, "D:P")) {
        while (Text.At != Text.End && DotsysSddlAce(&Text, Acl)) {
        }
        if (Text.At == Text.End)
            Status = RtlCreateSecurityDescriptor(Descriptor, SECURITY_DESCRIPTOR_REVISION);
    }
    if (NT_SUCCESS(Status))
        Status = RtlSetDaclSecurityDescriptor(Descriptor, TRUE, Acl, FALSE);
    if (NT_SUCCESS(Status))
        Status = ObSetSecurityObjectByPointer(DeviceObject, DACL_SECURITY_INFORMATION, Descriptor);
    ExFreePoolWithTag(Acl, 'lddS');
    return Status;
}

/* Nobody can open the device before its driver's DriverEntry has returned. */
__attribute__((unused)) static NTSTATUS IoCreateDeviceSecure(PDRIVER_OBJECT DriverObject,
    ULONG DeviceExtensionSize, PUNICODE_STRING DeviceName, DEVICE_TYPE DeviceType,
    ULONG DeviceCharacteristics, BOOLEAN Exclusive, PCUNICODE_STRING DefaultSDDLString,
    LPCGUID DeviceClassGuid, PDEVICE_OBJECT *DeviceObject)
{
    NTSTATUS Status = IoCreateDevice(DriverObject, DeviceExtensionSize, DeviceName, DeviceType,
        DeviceCharacteristics, Exclusive, DeviceObject);

    UNREFERENCED_PARAMETER(DeviceClassGuid);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = DotsysSecureDevice(*DeviceObject, DefaultSDDLString);
    if (!NT_SUCCESS(Status)) {
        IoDeleteDevice(*DeviceObject);
        *DeviceObject = NULL;
    }
    return Status;
}

#ifdef __cplusplus
}
#endif

#endif
