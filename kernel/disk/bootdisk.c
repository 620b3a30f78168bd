/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Which disk the system was started from, as boot and system drivers may ask: the machine's, whose
 * C: is a folder of the host; the partition that is marked active stands for it.
 */
#include <string.h>

#include "disk/diskp.h"

typedef struct DISKP_BOOT { /* BOOTDISK_INFORMATION_EX; up to the first GUID BOOTDISK_INFORMATION */
    LONGLONG BootOffset, SystemOffset;
    ULONG BootSignature, SystemSignature;
    GUID BootGuid, SystemGuid;
    BOOLEAN BootIsGpt, SystemIsGpt;
} DISKP_BOOT;

_Static_assert(sizeof(DISKP_BOOT) == 64, "BOOTDISK_INFORMATION_EX");

static void DiskpTellBoot(const DRIVE_LAYOUT_INFORMATION_EX *Layout, DISKP_BOOT *Boot)
{
    const BOOLEAN Gpt = Layout->PartitionStyle == PARTITION_STYLE_GPT;
    const PARTITION_INFORMATION_EX *Found = NULL;
    for (ULONG Index = 0; Index < Layout->PartitionCount; Index++) {
        const PARTITION_INFORMATION_EX *Partition = &Layout->PartitionEntry[Index];
        if (Partition->PartitionLength.QuadPart == 0)
            continue;
        if (Found == NULL || (!Gpt && Partition->Mbr.BootIndicator))
            Found = Partition;
        if (!Gpt && Partition->Mbr.BootIndicator)
            break;
    }
    memset(Boot, 0, sizeof(*Boot));
    Boot->BootOffset = Found != NULL ? Found->StartingOffset.QuadPart : 0;
    if (Gpt)
        Boot->BootGuid = Layout->Gpt.DiskId;
    else
        Boot->BootSignature = Layout->Mbr.Signature;
    Boot->BootIsGpt = Gpt;
    Boot->SystemOffset = Boot->BootOffset;
    Boot->SystemSignature = Boot->BootSignature;
    Boot->SystemGuid = Boot->BootGuid;
    Boot->SystemIsGpt = Boot->BootIsGpt;
}

static NTSTATUS DiskpReadBoot(DISKP_BOOT *Boot)
{
    static UNICODE_STRING Name = RTL_STRING(u"\\Device\\Harddisk0\\DR0");
    DRIVE_LAYOUT_INFORMATION_EX *Layout;
    DEVICE_OBJECT *Disk;
    FILE_OBJECT *File;
    NTSTATUS Status = IoGetDeviceObjectPointer(&Name, FILE_READ_ATTRIBUTES, &File, &Disk);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IoReadPartitionTableEx(Disk, &Layout);
    if (NT_SUCCESS(Status)) {
        DiskpTellBoot(Layout, Boot);
        ExiFree(Layout);
    }
    ObfDereferenceObject(File);
    return Status;
}

/*
 * IoGetBootDiskInformation - the disk and partition the system was started from, for boot and
 * system drivers while these are being started.
 *
 * BootDiskInformation: receives BOOTDISK_INFORMATION, or BOOTDISK_INFORMATION_EX if there is room
 *          for it.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: Size is less than the first of these; TOO_LATE: boot and
 *          system drivers have been started; INSUFFICIENT_RESOURCES, and others if the disk cannot
 *          be read: nothing is written.
 * Source:  DOC wdm/IoGetBootDiskInformation; INF the last statuses; OBS
 *          tests/kernel/drive/IoReadPartitionTable.c, tests/e2e/sc_test.py
 */
NTSTATUS NTAPI IoGetBootDiskInformation(void *BootDiskInformation, ULONG Size)
{
    DISKP_BOOT Boot;
    if (Size < FIELD_OFFSET(DISKP_BOOT, BootGuid))
        return STATUS_INVALID_PARAMETER;
    if (!IoiIsBooting())
        return STATUS_TOO_LATE;
    NTSTATUS Status = DiskpReadBoot(&Boot);
    if (NT_SUCCESS(Status))
        memcpy(BootDiskInformation, &Boot,
            Size < sizeof(Boot) ? FIELD_OFFSET(DISKP_BOOT, BootGuid) : sizeof(Boot));
    return Status;
}
