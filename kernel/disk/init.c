/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#include "disk/disk.h"

NTSTATUS DiskInitialize(int File, BOOLEAN Writable)
{
    (void)File;
    (void)Writable;
    return STATUS_SUCCESS;
}

void DiskShutdown(void)
{
}
