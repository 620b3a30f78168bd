/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
#pragma once

ULONG SampleAdd(ULONG left, ULONG right);
ULONG SampleTwice(ULONG value);
