/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What file systems tell of their volumes, by the custom events that those who have a file open
 * there register for.
 */
#include "nt/ntifs.h"
#include "pnp/pnpp.h"

#define PNPP_VOLUME_EVENT(One, Two, Three, ...) {One, Two, Three, {__VA_ARGS__}}

/* GUID_IO_VOLUME_…, by FSRTL_VOLUME_… */
static const GUID PnppVolumeEvent[] = {
    [FSRTL_VOLUME_DISMOUNT] = PNPP_VOLUME_EVENT(
        0xd16a55e8, 0x1059, 0x11d2, 0x8f, 0xfd, 0x00, 0xa0, 0xc9, 0xa0, 0x6d, 0x32),
    [FSRTL_VOLUME_DISMOUNT_FAILED] = PNPP_VOLUME_EVENT(
        0xe3c5b178, 0x105d, 0x11d2, 0x8f, 0xfd, 0x00, 0xa0, 0xc9, 0xa0, 0x6d, 0x32),
    [FSRTL_VOLUME_LOCK] = PNPP_VOLUME_EVENT(
        0x50708874, 0xc9af, 0x11d1, 0x8f, 0xef, 0x00, 0xa0, 0xc9, 0xa0, 0x6d, 0x32),
    [FSRTL_VOLUME_LOCK_FAILED] = PNPP_VOLUME_EVENT(
        0xae2eed10, 0x0ba8, 0x11d2, 0x8f, 0xfb, 0x00, 0xa0, 0xc9, 0xa0, 0x6d, 0x32),
    [FSRTL_VOLUME_UNLOCK] = PNPP_VOLUME_EVENT(
        0x9a8c3d68, 0xd0cb, 0x11d1, 0x8f, 0xef, 0x00, 0xa0, 0xc9, 0xa0, 0x6d, 0x32),
    [FSRTL_VOLUME_MOUNT] = PNPP_VOLUME_EVENT(
        0xb5804878, 0x1a96, 0x11d2, 0x8f, 0xfd, 0x00, 0xa0, 0xc9, 0xa0, 0x6d, 0x32),
    [FSRTL_VOLUME_NEEDS_CHKDSK] = PNPP_VOLUME_EVENT(
        0x799a0960, 0x0a0b, 0x4e03, 0xad, 0x88, 0x2f, 0xa7, 0xc6, 0xce, 0x74, 0x8a),
    [FSRTL_VOLUME_WORM_NEAR_FULL] = PNPP_VOLUME_EVENT(
        0xf3bfff82, 0xf3de, 0x48d2, 0xaf, 0x95, 0x45, 0x7f, 0x80, 0xb7, 0x63, 0xf2),
    [FSRTL_VOLUME_WEARING_OUT] = PNPP_VOLUME_EVENT(
        0x873113ca, 0x1486, 0x4508, 0x82, 0xac, 0xc3, 0xb2, 0xe5, 0x29, 0x7a, 0xaa),
    [FSRTL_VOLUME_FORCED_CLOSED] = PNPP_VOLUME_EVENT(
        0x411ad84f, 0x433e, 0x4dc2, 0xa5, 0xae, 0x4a, 0x2d, 0x1a, 0x2d, 0xe6, 0x54),
    [FSRTL_VOLUME_INFO_MAKE_COMPAT] = PNPP_VOLUME_EVENT(
        0x3ab9a0d2, 0xef80, 0x45cf, 0x8c, 0xdc, 0xcb, 0xe0, 0x2a, 0x21, 0x29, 0x06),
    [FSRTL_VOLUME_PREPARING_EJECT] = PNPP_VOLUME_EVENT(
        0xc79eb16e, 0x0dac, 0x4e7a, 0xa8, 0x6c, 0xb2, 0x5c, 0xee, 0xaa, 0x88, 0xf6),
    [FSRTL_VOLUME_CHANGE_SIZE] = PNPP_VOLUME_EVENT(
        0x3a1625be, 0xad03, 0x49f1, 0x8e, 0xf8, 0x6b, 0xba, 0xc1, 0x82, 0xd1, 0xfd),
    [FSRTL_VOLUME_BACKGROUND_FORMAT] = PNPP_VOLUME_EVENT(
        0xa2e5fc86, 0xd5cd, 0x4038, 0xb2, 0xe3, 0x44, 0x45, 0x06, 0x5c, 0x23, 0x77),
};

/*
 * FsRtlNotifyVolumeEvent, FsRtlNotifyVolumeEventEx - tell who listens at a volume's device of an
 * event.
 *
 * FileObject: a file there. EventCode: FSRTL_VOLUME_…. Event: what is told, but for the GUID, which
 *          is written here.
 * IRQL:    PASSIVE_LEVEL; not while a lock is held that a listener may want
 * Returns: SUCCESS, PENDING: listeners of a mount are told later; INVALID_PARAMETER: no such event;
 *          NO_SUCH_DEVICE: the file is on no device that plug and play knows; as
 *          IoReportTargetDeviceChange.
 * Source:  DOC ntifs/FsRtlNotifyVolumeEvent; INF what an unknown event is, and that only a mount is
 *          told of later
 */
NTSTATUS NTAPI FsRtlNotifyVolumeEventEx(
    FILE_OBJECT *FileObject, ULONG EventCode, TARGET_DEVICE_CUSTOM_NOTIFICATION *Event)
{
    DEVICE_OBJECT *Pdo;
    if (EventCode < FSRTL_VOLUME_DISMOUNT || EventCode >= RTL_NUMBER_OF(PnppVolumeEvent))
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = PnppFindTarget(FileObject, &Pdo);
    if (!NT_SUCCESS(Status))
        return Status;
    Event->Event = PnppVolumeEvent[EventCode];
    Status = EventCode == FSRTL_VOLUME_MOUNT
        ? IoReportTargetDeviceChangeAsynchronous(Pdo, Event, NULL, NULL)
        : IoReportTargetDeviceChange(Pdo, Event);
    ObfDereferenceObject(Pdo);
    return Status;
}

NTSTATUS NTAPI FsRtlNotifyVolumeEvent(FILE_OBJECT *FileObject, ULONG EventCode)
{
    TARGET_DEVICE_CUSTOM_NOTIFICATION Event = {
        .Version = 1, .Size = sizeof(Event), .NameBufferOffset = -1};
    return FsRtlNotifyVolumeEventEx(FileObject, EventCode, &Event);
}
