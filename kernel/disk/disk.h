/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The disk stack: \Device\Harddisk0\DR0 over a bus device, and its partitions, over a file or block device of the host.
 * Transfers pend in the bus device's queue and are carried out in order by a thread made for the first of them.
 */
#pragma once

#include "io/io.h"

/*
 * Makes the devices. File: a descriptor owned by the caller, empty for a disk to be made in it; -1: a small disk in
 * memory. Neither is made before the first transfer. As the System process, PASSIVE_LEVEL.
 */
NTSTATUS DiskInitialize(int File, BOOLEAN Writable);
/* Ends its thread; requests are done or cancelled by now. PASSIVE_LEVEL, in the kernel. */
void DiskShutdown(void);
/* Gives the host back what is left, also after a bugcheck. Any thread, not in the kernel. */
void DiskTerminate(void);
