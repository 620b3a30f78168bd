/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The boot screen (inbv.c). */
#pragma once

#include "hal/hal.h"

void HalpResetBootVideo(void);

typedef void NTAPI HALP_DISPLAY_RESET(ULONG Columns, ULONG Rows);
typedef void NTAPI HALP_DISPLAY_FILTER(UCHAR **String);

void NTAPI InbvAcquireDisplayOwnership(void);
BOOLEAN NTAPI InbvCheckDisplayOwnership(void);
BOOLEAN NTAPI InbvDisplayString(UCHAR *String);
void NTAPI InbvEnableBootDriver(BOOLEAN Enable);
BOOLEAN NTAPI InbvEnableDisplayString(BOOLEAN Enable);
void NTAPI InbvInstallDisplayStringFilter(HALP_DISPLAY_FILTER *Filter);
BOOLEAN NTAPI InbvIsBootDriverInstalled(void);
void NTAPI InbvNotifyDisplayOwnershipLost(HALP_DISPLAY_RESET *Callback);
BOOLEAN NTAPI InbvResetDisplay(void);
void NTAPI InbvSetScrollRegion(ULONG Left, ULONG Top, ULONG Right, ULONG Bottom);
void NTAPI InbvSetTextColor(ULONG Color);
void NTAPI InbvSolidColorFill(ULONG Left, ULONG Top, ULONG Right, ULONG Bottom, ULONG Color);
