/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What is installed on a machine before its drivers start: devices that were described, what INF
 * files say. */
#pragma once

#include "dotsys/dotsys.h"
#include "run.h"

/* Imports the registry text of a file; -1: there is none. In the machine's process; what goes wrong
 * dotsys_last_message says. */
dotsys_status install_registry(dotsys_machine *machine, int file);

/* Copies files of the host's to the machine's drive C:, with the folders on the way. In the
 * machine's process. */
dotsys_status install_files(const struct run_copy *copies, size_t count);
