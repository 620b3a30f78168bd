/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * NtSetSystemInformation. What only tunes Windows' own cache, DPC queues or registry is checked and
 * then changes nothing; the clock is the host's and keeps its rate. Images loaded as win32k loads
 * its drivers stay until the caller unloads them.
 */
#include <string.h>

#include "io/sysinfo.h"
#include "ob/callback.h"
#include "ke/zw.h"

#define IOP_FIRMWARE_HANDLER_CLASS 75 /* SystemRegisterFirmwareTableInformationHandler */

extern ULONG NtGlobalFlag;

typedef struct IOP_GDI_DRIVER { /* SYSTEM_GDI_DRIVER_INFORMATION */
    UNICODE_STRING DriverName;
    void *ImageAddress;
    void *SectionPointer;
    void *EntryPoint;
    void *ExportSectionPointer;
    ULONG ImageLength;
    ULONG Reserved;
} IOP_GDI_DRIVER;

static void *IopExportDirectory(const LDR_IMAGE *Image)
{
    const IMAGE_DOS_HEADER *Dos = (const IMAGE_DOS_HEADER *)(const void *)Image->Base;
#if defined(__x86_64__)
    const IMAGE_NT_HEADERS64 *Nt = (const IMAGE_NT_HEADERS64 *)(const void *)(Image->Base +
        Dos->e_lfanew);
#else
    const IMAGE_NT_HEADERS32 *Nt = (const IMAGE_NT_HEADERS32 *)(const void *)(Image->Base +
        Dos->e_lfanew);
#endif
    const ULONG Place =
        Nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT].VirtualAddress;
    return Place != 0 ? Image->Base + Place : NULL;
}

static NTSTATUS IopLoadGdiDriver(IOP_GDI_DRIVER *Driver)
{
    char HostPath[sizeof(((LDR_IMAGE *)NULL)->HostPath)];
    LDR_ERROR Error = {0};
    LDR_IMAGE *Image;
    if (IoFindImageFile == NULL)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    NTSTATUS Status = IoFindImageFile(&Driver->DriverName, HostPath, sizeof(HostPath));
    if (NT_SUCCESS(Status))
        Status = LdrLoadImage(HostPath, &Image, &Error);
    if (!NT_SUCCESS(Status))
        return Status;
    Driver->ImageAddress = Image->Base;
    Driver->SectionPointer = Image;
    Driver->EntryPoint = Image->EntryPoint;
    Driver->ExportSectionPointer = IopExportDirectory(Image);
    Driver->ImageLength = Image->SizeOfImage;
    return STATUS_SUCCESS;
}

/* Of drivers alone: what the structure names is memory of the kernel. */
static NTSTATUS IopSetGdiDriver(SYSTEM_INFORMATION_CLASS Class, void *Information, ULONG Length)
{
    if (KiPreviousMode() != KernelMode)
        return STATUS_PRIVILEGE_NOT_HELD;
    if (Class == SystemLoadGdiDriverInformation) {
        if (Length != sizeof(IOP_GDI_DRIVER) && Length != FIELD_OFFSET(IOP_GDI_DRIVER, ImageLength))
            return STATUS_INFO_LENGTH_MISMATCH;
        IOP_GDI_DRIVER Driver;
        memset(&Driver, 0, sizeof(Driver));
        Driver.DriverName = ((const IOP_GDI_DRIVER *)Information)->DriverName;
        NTSTATUS Status = IopLoadGdiDriver(&Driver);
        if (NT_SUCCESS(Status))
            memcpy(Information, &Driver, Length);
        return Status;
    }
    if (Length != sizeof(void *))
        return STATUS_INFO_LENGTH_MISMATCH;
    LdrUnloadImage(*(LDR_IMAGE *const *)Information);
    return STATUS_SUCCESS;
}

/* The clock is the host's: its rate can be asked for and left as it is. */
static NTSTATUS IopSetTimeAdjustment(const SYSTEM_SET_TIME_ADJUST_INFORMATION *Given)
{
    if (Given->Enable)
        return STATUS_SUCCESS;
    if (Given->TimeAdjustment == 0)
        return STATUS_INVALID_PARAMETER_2;
    return Given->TimeAdjustment == KeQueryTimeIncrement() ? STATUS_SUCCESS : STATUS_NOT_SUPPORTED;
}

/* What a class takes: exactly so many bytes, from who has the privilege. FALSE: no such class. */
static BOOLEAN IopSetClass(SYSTEM_INFORMATION_CLASS Class, ULONG *Bytes, ULONG *Privilege)
{
    switch ((int)Class) {
    case SystemFlagsInformation:
        *Bytes = sizeof(ULONG);
        *Privilege = SE_DEBUG_PRIVILEGE;
        return TRUE;
    case SystemFileCacheInformation:
        *Bytes = sizeof(SYSTEM_FILECACHE_INFORMATION);
        *Privilege = SE_INCREASE_QUOTA_PRIVILEGE;
        return TRUE;
    case SystemRegistryQuotaInformation:
        *Bytes = sizeof(SYSTEM_REGISTRY_QUOTA_INFORMATION);
        *Privilege = SE_INCREASE_QUOTA_PRIVILEGE;
        return TRUE;
    case SystemDpcBehaviorInformation:
        *Bytes = sizeof(SYSTEM_DPC_BEHAVIOR_INFORMATION);
        *Privilege = SE_LOAD_DRIVER_PRIVILEGE;
        return TRUE;
    case SystemTimeAdjustmentInformation:
        *Bytes = sizeof(SYSTEM_SET_TIME_ADJUST_INFORMATION);
        *Privilege = SE_SYSTEMTIME_PRIVILEGE;
        return TRUE;
    default:
        return FALSE;
    }
}

/*
 * NtSetSystemInformation - change what holds for the whole machine.
 *
 * Flags, file cache, registry quota and DPC behaviour are taken; only the flags can be read back,
 * since nothing else is there to tune. SystemLoadGdiDriverInformation loads an image without
 * calling its entry point; SystemUnloadGdiDriverInformation gives it back.
 * SystemRegisterFirmwareTableInformationHandler makes a driver answer for a provider of firmware
 * tables. IRQL:    PASSIVE_LEVEL Returns: SUCCESS; INVALID_INFO_CLASS; INFO_LENGTH_MISMATCH;
 * PRIVILEGE_NOT_HELD; ACCESS_VIOLATION; INVALID_PARAMETER_2: an adjustment of 0; NOT_SUPPORTED: any
 * other that would change the clock's rate; of a handler OBJECT_NAME_EXISTS, INVALID_PARAMETER; of
 * an image what LdrLoadImage says. Source:  INF: undocumented but for the firmware handler (DOC
 * wdm, "Registering a firmware table handler"); OBS tests/kernel/io/ZwSetSystemInformation.c
 */
NTSTATUS NTAPI NtSetSystemInformation(
    SYSTEM_INFORMATION_CLASS Class, void *Information, ULONG Length)
{
    __attribute__((aligned(16))) UCHAR Given[sizeof(SYSTEM_FILECACHE_INFORMATION)];
    ULONG Bytes, Privilege;
    if (Class == SystemLoadGdiDriverInformation || Class == SystemUnloadGdiDriverInformation)
        return IopSetGdiDriver(Class, Information, Length);
    if ((int)Class == IOP_FIRMWARE_HANDLER_CLASS)
        return IopSetFirmwareHandler(Information, Length);
    if (!IopSetClass(Class, &Bytes, &Privilege))
        return STATUS_INVALID_INFO_CLASS;
    if (Length != Bytes)
        return STATUS_INFO_LENGTH_MISMATCH;
    if (!IopCallerHasPrivilege(Privilege))
        return STATUS_PRIVILEGE_NOT_HELD;
    NTSTATUS Status = ObiReadCaller(Given, Information, Bytes, KiPreviousMode());
    if (!NT_SUCCESS(Status))
        return Status;
    if (Class == SystemTimeAdjustmentInformation)
        return IopSetTimeAdjustment(
            (const SYSTEM_SET_TIME_ADJUST_INFORMATION *)(const void *)Given);
    if (Class == SystemFlagsInformation)
        memcpy(&NtGlobalFlag, Given, sizeof(NtGlobalFlag));
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI ZwSetSystemInformation(
    SYSTEM_INFORMATION_CLASS Class, void *Information, ULONG Length)
{
    return ZW_CALL(SetSystemInformation, (Class, Information, Length));
}

/* ---- the clock ------------------------------------------------------------------------------- */

static void IopTellTimeChanged(void)
{
    UNICODE_STRING Name = RTL_STRING(u"\\Callback\\SetSystemTime");
    OBJECT_ATTRIBUTES Attributes;
    CALLBACK_OBJECT *Callback;
    InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    if (!NT_SUCCESS(ExCreateCallback(&Callback, &Attributes, FALSE, TRUE)))
        return;
    ExNotifyCallback(Callback, NULL, NULL);
    ObfDereferenceObject(Callback);
}

static NTSTATUS IopSetSystemTime(const LARGE_INTEGER *NewTime, LARGE_INTEGER *OldTime)
{
    if (!IopCallerHasPrivilege(SE_SYSTEMTIME_PRIVILEGE))
        return STATUS_PRIVILEGE_NOT_HELD;
    if (NewTime->QuadPart < 0)
        return STATUS_INVALID_PARAMETER;
    const LONG64 Before = KeSetSystemTime(NewTime->QuadPart);
    if (OldTime != NULL)
        OldTime->QuadPart = Before;
    IopTellTimeChanged();
    return STATUS_SUCCESS;
}

/*
 * ZwSetSystemTime - set the machine's clock. The host's is left alone, and so are times of files,
 * which are the host's.
 *
 * SystemTime: UTC, 100 ns since 1601. PreviousTime: optional; what it was. Timers for a moment of
 * the clock come when it says so; waits and relative timers that are under way do not change.
 * Whoever has registered with \Callback\SetSystemTime is called.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; PRIVILEGE_NOT_HELD: SeSystemtimePrivilege; INVALID_PARAMETER: no time.
 * Source:  INF (undocumented), sysinfoapi/SetSystemTime; OBS tests/kernel/io/ZwSetSystemTime.c
 */
NTSTATUS NTAPI ZwSetSystemTime(LARGE_INTEGER *SystemTime, LARGE_INTEGER *PreviousTime)
{
    return SystemTime != NULL ? ZW_RUN(IopSetSystemTime(SystemTime, PreviousTime))
                              : STATUS_INVALID_PARAMETER;
}
