/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ddi.h - sins against the rules of DDI compliance, which are a call at an IRQL it is not for,
 * each.
 */
#ifndef TESTS_KERNEL_SINS_DDI_H
#define TESTS_KERNEL_SINS_DDI_H

#include "sin.h"

#define ABOVE_DISPATCH (DISPATCH_LEVEL + 1)

/* Sin: Call at the IRQL Sinful_, and without the sin at Right. */
#define SIN_IS_CALLING(Sinful_, Right, Call)                                                \
    static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)              \
    {                                                                                       \
        KIRQL Irql;                                                                         \
        UNREFERENCED_PARAMETER(DeviceObject);                                               \
        UNREFERENCED_PARAMETER(Irp);                                                        \
        KeRaiseIrql(Sinful ? (Sinful_) : (Right), &Irql);                                   \
        Call;                                                                               \
        KeLowerIrql(Irql);                                                                  \
        return STATUS_SUCCESS;                                                              \
    }

#endif
