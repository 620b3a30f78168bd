/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What address.c and address6.c share. */
#pragma once

#include "rtl/address.h"
#include "rtl/text.h"

/*
 * A number that is not larger than Most; "0x" and "0" say the base unless Decimal. FALSE: there is
 * none.
 */
BOOLEAN RtlpReadNumber(RTLP_TEXT *Text, BOOLEAN Decimal, ULONG Most, ULONG *Number);
/* An optional ":port", and nothing behind it; Port stays as it is where there is none. FALSE:
 * something else. */
BOOLEAN RtlpReadPortAndEnd(RTLP_TEXT *Text, BOOLEAN MayHavePort, ULONG *Port);
/* Count characters and the zero behind them. */
void RtlpWiden(const char *From, ULONG Count, WCHAR *To);
