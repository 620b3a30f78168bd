/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Opening a machine in an embedder's process. */
#include "machine.h"

dotsys_status dotsys_machine_open(const dotsys_options *options, dotsys_machine **machine)
{
    return machine_open(options, NULL, machine);
}
