/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by the Rtl routines of this folder: keys by RTL_REGISTRY_* and path. */
#pragma once

#include "nt/wdm.h"

/* With RTL_REGISTRY_HANDLE, Path is the handle itself, and CmpCloseRelative leaves it open. */
NTSTATUS CmpOpenRelative(
    ULONG RelativeTo, const WCHAR *Path, ACCESS_MASK Access, BOOLEAN Create, HANDLE *Handle);
void CmpCloseRelative(ULONG RelativeTo, HANDLE Handle);

/*
 * Text with the variables between percent signs replaced, zero-terminated, in a new pool block.
 * Environment: "NAME=value" strings up to an empty one; NULL: what every process of the system has.
 * Unknown names stay as they are.
 */
NTSTATUS CmpExpandText(
    const WCHAR *Text, SIZE_T Characters, const WCHAR *Environment, WCHAR **Result, ULONG *Bytes);

/* userkey.c */
NTSTATUS NTAPI RtlFormatCurrentUserKeyPath(UNICODE_STRING *CurrentUserKeyPath);
