/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What a served machine has its client do with the client's own memory (server/channel.h, enum
 * channel_errand_argument). */
#pragma once

#include <stdint.h>

/* 0 or an errno. */
int served_errand(const uint64_t *Argument);
