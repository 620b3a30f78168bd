/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The disk stack: \Device\Harddisk0\DR0 and its partitions over a file or device of the host. */
#pragma once

#include "io/io.h"

/* File: a descriptor owned by the caller; -1: a small disk in memory. */
NTSTATUS DiskInitialize(int File, BOOLEAN Writable);
/* Ends its threads; requests are done or cancelled by now. PASSIVE_LEVEL, in the kernel. */
void DiskShutdown(void);
