/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Files that are not all there (placeholder.c). */
#pragma once

#include "io/io.h"

BOOLEAN NTAPI RtlIsCloudFilesPlaceholder(ULONG FileAttributes, ULONG ReparseTag);
BOOLEAN NTAPI RtlIsPartialPlaceholder(ULONG FileAttributes, ULONG ReparseTag);
NTSTATUS NTAPI RtlIsPartialPlaceholderFileHandle(HANDLE FileHandle, BOOLEAN *IsPartialPlaceholder);
NTSTATUS NTAPI RtlIsPartialPlaceholderFileInfo(
    const void *InfoBuffer, FILE_INFORMATION_CLASS InfoClass, BOOLEAN *IsPartialPlaceholder);
CHAR NTAPI RtlQueryThreadPlaceholderCompatibilityMode(void);
CHAR NTAPI RtlSetThreadPlaceholderCompatibilityMode(CHAR Mode);
CHAR NTAPI RtlQueryProcessPlaceholderCompatibilityMode(void);
CHAR NTAPI RtlSetProcessPlaceholderCompatibilityMode(CHAR Mode);
