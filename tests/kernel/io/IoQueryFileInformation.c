/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoQueryFileInformation, IoQueryVolumeInformation, IoSetInformation - ask the file's driver.
 */
#include "io_test.h"

NTKERNELAPI NTSTATUS NTAPI IoQueryFileInformation(PFILE_OBJECT FileObject,
                                                  FILE_INFORMATION_CLASS FileInformationClass,
                                                  ULONG Length, PVOID FileInformation,
                                                  PULONG ReturnedLength);
NTKERNELAPI NTSTATUS NTAPI IoQueryVolumeInformation(PFILE_OBJECT FileObject,
                                                    FS_INFORMATION_CLASS FsInformationClass,
                                                    ULONG Length, PVOID FsInformation,
                                                    PULONG ReturnedLength);
NTKERNELAPI NTSTATUS NTAPI IoSetInformation(PFILE_OBJECT FileObject,
                                            FILE_INFORMATION_CLASS FileInformationClass,
                                            ULONG Length, PVOID FileInformation);

#define ASK_NAME L"\\Device\\KtestIoAsk"

static ULONG AskClass;
static ULONG AskLength;
static NTSTATUS AskStatus;

static NTSTATUS NTAPI AskDispatch(PDEVICE_OBJECT Device, PIRP Irp)
{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(Device);
    switch (Stack->MajorFunction) {
    case IRP_MJ_QUERY_INFORMATION:
    case IRP_MJ_QUERY_VOLUME_INFORMATION:
    case IRP_MJ_SET_INFORMATION:
        AskClass = (ULONG)Stack->Parameters.QueryFile.FileInformationClass;
        AskLength = Stack->Parameters.QueryFile.Length;
        if (Stack->MajorFunction != IRP_MJ_SET_INFORMATION)
            RtlFillMemory(Irp->AssociatedIrp.SystemBuffer, 4, 'q');
        return IoTestComplete(Irp, AskStatus, 4);
    default:
        return IoTestComplete(Irp, STATUS_SUCCESS, 0);
    }
}

static BOOLEAN AskBegin(PDEVICE_OBJECT *Device, PFILE_OBJECT *File)
{
    PDEVICE_OBJECT Found;
    UNICODE_STRING Name;

    AskStatus = STATUS_SUCCESS;
    *Device = IoTestCreate(ASK_NAME, 0, AskDispatch);
    if (*Device == NULL)
        return FALSE;
    RtlInitUnicodeString(&Name, ASK_NAME);
    if (CHECK_STATUS(IoGetDeviceObjectPointer(&Name, FILE_READ_DATA, File, &Found),
                     STATUS_SUCCESS))
        return TRUE;
    IoDeleteDevice(*Device);
    return FALSE;
}

static VOID AskEnd(PDEVICE_OBJECT Device, PFILE_OBJECT File)
{
    ObDereferenceObject(File);
    IoDeleteDevice(Device);
}

TEST(IoQueryFileInformation, AsksTheDriver)
{
    FILE_STANDARD_INFORMATION Standard;
    ULONG Returned = 99;
    PDEVICE_OBJECT Device;
    PFILE_OBJECT File;

    if (!AskBegin(&Device, &File))
        return;
    CHECK_STATUS(IoQueryFileInformation(File, FileStandardInformation, sizeof(Standard), &Standard,
                                        &Returned), STATUS_SUCCESS);
    CHECK_EQ(AskClass, FileStandardInformation);
    CHECK_EQ(AskLength, sizeof(Standard));
    CHECK_EQ(Returned, 4);
    CHECK_EQ(*(CHAR *)&Standard, 'q');
    AskStatus = STATUS_DEVICE_NOT_READY;
    CHECK_STATUS(IoQueryFileInformation(File, FileStandardInformation, sizeof(Standard), &Standard,
                                        &Returned), STATUS_DEVICE_NOT_READY);
    AskEnd(Device, File);
}

TEST(IoQueryVolumeInformation, AsksTheDriver)
{
    CHAR Buffer[32];
    ULONG Returned = 99;
    PDEVICE_OBJECT Device;
    PFILE_OBJECT File;

    if (!AskBegin(&Device, &File))
        return;
    CHECK_STATUS(IoQueryVolumeInformation(File, FileFsSizeInformation, 24, Buffer, &Returned),
                 STATUS_SUCCESS);
    CHECK_EQ(AskClass, FileFsSizeInformation);
    CHECK_EQ(AskLength, 24);
    CHECK_EQ(Returned, 4);
    AskEnd(Device, File);
}

TEST(IoSetInformation, AsksTheDriver)
{
    FILE_END_OF_FILE_INFORMATION EndOfFile = {.EndOfFile = {.QuadPart = 5}};
    PDEVICE_OBJECT Device;
    PFILE_OBJECT File;

    if (!AskBegin(&Device, &File))
        return;
    CHECK_STATUS(IoSetInformation(File, FileEndOfFileInformation, sizeof(EndOfFile), &EndOfFile),
                 STATUS_SUCCESS);
    CHECK_EQ(AskClass, FileEndOfFileInformation);
    CHECK_EQ(AskLength, sizeof(EndOfFile));
    AskEnd(Device, File);
}
