/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * object.h - an object for the sins about counts of references.
 */
#ifndef TESTS_KERNEL_SINS_OBJECT_H
#define TESTS_KERNEL_SINS_OBJECT_H

#include "sin.h"

/* An event whose only reference is the caller's; NULL: there is no memory. */
static inline PVOID SinEvent(VOID)
{
    OBJECT_ATTRIBUTES Attributes;
    PVOID Object;
    HANDLE Event;

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!NT_SUCCESS(ZwCreateEvent(&Event, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE)))
        return NULL;
    if (!NT_SUCCESS(ObReferenceObjectByHandle(Event, 0, NULL, KernelMode, &Object, NULL)))
        Object = NULL;
    ZwClose(Event);
    return Object;
}

#endif
