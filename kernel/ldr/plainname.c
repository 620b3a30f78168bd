/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Names that a module exports its functions by besides those the export table has. */
#include "ldr/ldr.h"

#include <string.h>

/*
 * usbd.sys has the functions its clients first knew by decorated names under both:
 * "_USBD_ParseDescriptors@16" is USBD_ParseDescriptors.
 */
const char *LdrPlainName(const char *Kernel, const char *Name, char Plain[LDR_PLAIN_NAME_BYTES])
{
    const char *At = strrchr(Name, '@');

    if (strcmp(Kernel, "usbd.sys") != 0 || Name[0] != '_' || At == NULL ||
        At - Name > LDR_PLAIN_NAME_BYTES)
        return Name;
    memcpy(Plain, Name + 1, (SIZE_T)(At - Name - 1));
    Plain[At - Name - 1] = 0;
    return Plain;
}
