/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What a driver left behind when it was unloaded. */
#pragma once

#include "io/iop.h"

/*
 * Reports as findings everything still booked to the driver's image: pool, devices, symbolic links, other objects, requests.
 * Devices left are made unusable, since their code is about to go. Called after DriverUnload, image still mapped.
 */
void IopReportLeaks(DRIVER_OBJECT *Driver, const LDR_IMAGE *Image, const char *Name);

/* A pool tag as people read it, unprintable bytes as dots. Returns Text. */
const char *IopTagText(ULONG Tag, char Text[5]);

/* extension.c: frees what IoAllocateDriverObjectExtension gave. */
void IopFreeDriverExtensions(DRIVER_OBJECT *DriverObject);
