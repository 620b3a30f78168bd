/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The service control manager: what services.exe and the boot are on Windows. Its database is the registry, through the same
 * Nt services everybody uses.
 */
#pragma once

#include "io/io.h"

/* Makes the object type of service handles. Needs no current thread. */
NTSTATUS ScmInitialize(void);

/*
 * Starts the services whose Start is boot, system and auto, in Windows' order, and does what their ErrorControl says on
 * failure. In the kernel, PASSIVE_LEVEL. An error status: the boot failed.
 */
NTSTATUS ScmBoot(LDR_ERROR *Error);
