/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#pragma once

#define SAMPLE_MIXED 1
