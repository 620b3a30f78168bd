/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * early.c - a driver as early-launch antimalware has: for the group Early-Launch. It prints what
 * its boot driver callback is told, and goes by the first letter of a service's name: g is good, b
 * is bad, c is bad and critical, anything else it does not know.
 */
#include <ntddk.h>

typedef struct IMAGE { /* BDCB_IMAGE_INFORMATION, newer than these headers */
    ULONG Classification;
    ULONG ImageFlags;
    UNICODE_STRING ImageName, RegistryPath, CertificatePublisher, CertificateIssuer;
    PVOID ImageHash, CertificateThumbprint;
    ULONG ImageHashAlgorithm, ThumbprintHashAlgorithm, ImageHashLength, CertificateThumbprintLength;
} IMAGE;

typedef VOID(NTAPI *CALLBACK)(PVOID Context, ULONG Type, PVOID Information);
typedef PVOID(NTAPI *REGISTER)(CALLBACK Callback, PVOID Context);
typedef VOID(NTAPI *UNREGISTER)(PVOID Handle);

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD EarlyUnload;

static PVOID EarlyHandle;
static UNREGISTER EarlyUnregister;

static PCWSTR EarlyName(PUNICODE_STRING Path)
{
    ULONG At = Path->Length / sizeof(WCHAR);

    while (At > 0 && Path->Buffer[At - 1] != L'\\')
        At--;
    return Path->Buffer + At;
}

static ULONG EarlyClassify(WCHAR First)
{
    return First == L'g' ? 1 : First == L'b' ? 2 : First == L'c' ? 3 : 0;
}

static VOID NTAPI EarlyCallback(PVOID Context, ULONG Type, PVOID Information)
{
    IMAGE *Image = Information;

    if (Context != &EarlyHandle || KeGetCurrentIrql() != PASSIVE_LEVEL) {
        DbgPrint("Early: called wrong\n");
    } else if (Type == 0) {
        DbgPrint("Early: status %u\n", *(PULONG)Information);
    } else {
        Image->Classification = EarlyClassify(*EarlyName(&Image->RegistryPath));
        DbgPrint("Early: image %wZ of %wZ is %u, flags %u, hash %u\n", &Image->ImageName,
                 &Image->RegistryPath, Image->Classification, Image->ImageFlags,
                 Image->ImageHashLength);
    }
}

static PVOID EarlyExport(PCWSTR Name)
{
    UNICODE_STRING Text;

    RtlInitUnicodeString(&Text, Name);
    return MmGetSystemRoutineAddress(&Text);
}

static VOID NTAPI EarlyUnload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
    EarlyUnregister(EarlyHandle);
    DbgPrint("Early: unload\n");
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    REGISTER Register = (REGISTER)EarlyExport(L"IoRegisterBootDriverCallback");

    UNREFERENCED_PARAMETER(RegistryPath);
    EarlyUnregister = (UNREGISTER)EarlyExport(L"IoUnregisterBootDriverCallback");
    if (Register == NULL || EarlyUnregister == NULL)
        return STATUS_NOT_SUPPORTED;
    EarlyHandle = Register(EarlyCallback, &EarlyHandle);
    if (EarlyHandle == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    DriverObject->DriverUnload = EarlyUnload;
    DbgPrint("Early: entry\n");
    return STATUS_SUCCESS;
}
