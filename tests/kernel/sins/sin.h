/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * sin.h - what the drivers of this folder have in common. Each breaks one rule that Driver Verifier
 * checks, and can as well keep it: control code 0x222000 of \\.\Sin is the sin, 0x222004 the same
 * without it. A driver includes this once and defines
 *
 *     static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful);
 *
 * The request is completed with what it returns, unless SIN_COMPLETES is defined: then it has
 * completed the request itself, or marked it pending and returned so.
 *
 * A driver's head comment has lines for tests/e2e/verifier_test.py:
 *
 *     verify: FLAGS                        those of --verify it takes to be found
 *     expect: BUGCHECK CODE P1 P2 P3 P4    in hexadecimal; a name is the value it has told with
 *                                          SinTell last, @ROUTINE an address in its routine, * any
 *     expect: FINDING                      the machine goes on
 *     detail: REGULAR EXPRESSION           optional, of the report; any number of lines
 *     arch: x64                            optional: the one it is for
 *     options: OPTIONS                     optional: of dotsys run, besides
 *     with: WORDS                          optional: what follows the control code, as out=32
 *     client: another program              optional: the request does not come from the one the
 *                                          machine is in
 *     image: PATCH                         optional: what image_patch.py makes of it for the sin
 *     then: COMMAND                        optional: what -c does after the request; any number of
 *                                          lines
 */
#ifndef TESTS_KERNEL_SINS_SIN_H
#define TESTS_KERNEL_SINS_SIN_H

#include <ntifs.h>

#define DEFECT_NAME L"Sin"
#include "../defects/defect.h"

#define SIN_TAG         'niSd'
#define SIN_CODE_SIN    DEFECT_IOCTL(0x800)
#define SIN_CODE_VIRTUE DEFECT_IOCTL(0x801)

/* Tells verifier_test.py a value that a parameter must have. */
#define SinTell(Name, Value) DbgPrint("sin: " Name " %p\n", (PVOID)(ULONG_PTR)(Value))

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful);

static NTSTATUS NTAPI DefectControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    const ULONG Code = IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode;

    if (Code != SIN_CODE_SIN && Code != SIN_CODE_VIRTUE)
        return DefectComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
#ifdef SIN_COMPLETES
    return Sin(DeviceObject, Irp, Code == SIN_CODE_SIN);
#else
    return DefectComplete(Irp, Sin(DeviceObject, Irp, Code == SIN_CODE_SIN), 0);
#endif
}

#endif
