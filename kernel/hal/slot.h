/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Resources of devices in slots, for drivers without plug and play (slot.c). */
#pragma once

#include "hal/hal.h"
#include "io/io.h"

NTSTATUS NTAPI HalAssignSlotResources(UNICODE_STRING *RegistryPath, UNICODE_STRING *DriverClassName,
    DRIVER_OBJECT *DriverObject, DEVICE_OBJECT *DeviceObject, INTERFACE_TYPE BusType,
    ULONG BusNumber, ULONG SlotNumber, CM_RESOURCE_LIST **AllocatedResources);
