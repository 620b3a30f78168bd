/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by the files of the fake host only. */
#pragma once

#include "fake_host.h"

/* Counts a call; true: the test wants it to fail. */
bool fake_fails(enum fake_host_call call);
void fake_reset_clock(void);
