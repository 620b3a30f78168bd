/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Words for what the export table says: versions, levels and how complete an export is here. */
#pragma once

#include "ldr/ldr.h"

/* The WINVER_* a value of --os stands for; index into cli_os_names. */
ULONG describe_os_version(int os);

const char *describe_support(const LDR_EXPORT *export); /* "full" "partial" "stub" */
const char *describe_irql(UCHAR irql);                  /* "DISPATCH_LEVEL"; "any" */
const char *describe_convention(UCHAR convention);      /* "stdcall" "fastcall" "cdecl" "data" */
/* The last Windows version that has an export; NULL: the newest one does. */
const char *describe_last(const LDR_EXPORT *export);
