/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Device queues (devicequeue.c). */
#pragma once

#include "ke/ke.h"

void NTAPI KeInitializeDeviceQueue(KDEVICE_QUEUE *DeviceQueue);
BOOLEAN NTAPI KeInsertDeviceQueue(
    KDEVICE_QUEUE *DeviceQueue, KDEVICE_QUEUE_ENTRY *DeviceQueueEntry);
BOOLEAN NTAPI KeInsertByKeyDeviceQueue(
    KDEVICE_QUEUE *DeviceQueue, KDEVICE_QUEUE_ENTRY *DeviceQueueEntry, ULONG SortKey);
KDEVICE_QUEUE_ENTRY *NTAPI KeRemoveDeviceQueue(KDEVICE_QUEUE *DeviceQueue);
KDEVICE_QUEUE_ENTRY *NTAPI KeRemoveByKeyDeviceQueue(KDEVICE_QUEUE *DeviceQueue, ULONG SortKey);
KDEVICE_QUEUE_ENTRY *NTAPI KeRemoveByKeyDeviceQueueIfBusy(
    KDEVICE_QUEUE *DeviceQueue, ULONG SortKey);
BOOLEAN NTAPI KeRemoveEntryDeviceQueue(
    KDEVICE_QUEUE *DeviceQueue, KDEVICE_QUEUE_ENTRY *DeviceQueueEntry);
