/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The libraries of devices that --port names. */
#pragma once

#include <stddef.h>

#include "dotsys/dotsys.h"

#define PORTS_LIMIT 16

/* Plugs them in, in order, up to the first that fails: "FILE.so[,ARGUMENTS]" each. */
dotsys_status ports_load(dotsys_machine *machine, const char *const *ports, size_t count);
