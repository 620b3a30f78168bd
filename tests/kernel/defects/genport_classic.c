/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * genport_classic.c - genport with the defect of its first 64-bit version. Never ship it.
 *
 * Device, link, parameters and control codes are those of drivers/genport; gpdread and gpdwrite
 * work with it. Defect:
 *
 * The driver never asks IoIs32bitProcess, and takes what a 32-bit program sends in the requests
 * with a pointer-sized port (GENPORT_POINTER_ACCESS, 8 bytes there) for its own structure, which
 * has 16. Such a program's requests fail with STATUS_INVALID_PARAMETER, those of 64-bit programs
 * work. Must be found by the structure checker: GENPORT_POINTER_ACCESS differs between 32 and 64
 * bits and reaches DeviceIoControl.
 */
#include <ntddk.h>

#define IoIs32bitProcess(Irp) FALSE
#include "../../../drivers/genport/genport.c"
