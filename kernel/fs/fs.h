/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The file system: C:, a folder of the host, as the device \Device\HarddiskVolume2 with the links
 * \??\C: and \SystemRoot.
 */
#pragma once

#include "io/io.h"

/* DriveC: the host folder that is C:; NULL: a new one, made when first needed and removed by
 * FsTerminate. */
NTSTATUS FsInitialize(const char *DriveC);
void FsTerminate(void);

/*
 * The host's path of a file by its NT path: \??\C:\…, \DosDevices\C:\…, \SystemRoot\…,
 * \Device\HarddiskVolume2\…, names in any case; and \??\Z:\…, which is the host's own / for images
 * of drivers and for nothing else. OBJECT_NAME_NOT_FOUND, OBJECT_PATH_NOT_FOUND,
 * OBJECT_PATH_SYNTAX_BAD, NAME_TOO_LONG. PASSIVE_LEVEL.
 */
NTSTATUS FsiFindHostPath(const UNICODE_STRING *NtPath, char *HostPath, SIZE_T HostPathBytes);
