/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Controller objects (controller.c). */
#pragma once

#include "io/iop.h"

CONTROLLER_OBJECT *NTAPI IoCreateController(ULONG Size);
void NTAPI IoDeleteController(CONTROLLER_OBJECT *ControllerObject);
void NTAPI IoAllocateController(CONTROLLER_OBJECT *ControllerObject, DEVICE_OBJECT *DeviceObject,
    PDRIVER_CONTROL ExecutionRoutine, void *Context);
void NTAPI IoFreeController(CONTROLLER_OBJECT *ControllerObject);
