/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Where drivers keep state that lasts; rtl/statelocation.c. */
#pragma once

#include "rtl/rtl.h"

typedef enum RTL_STATE_LOCATION { /* STATE_LOCATION_TYPE */
    RtlLocationTypeRegistry,
    RtlLocationTypeFileSystem,
    RtlLocationTypeMaximum
} RTL_STATE_LOCATION;

BOOLEAN NTAPI RtlIsStateSeparationEnabled(void);
NTSTATUS NTAPI RtlGetPersistedStateLocation(const WCHAR *SourceID, const WCHAR *CustomValue,
    const WCHAR *DefaultPath, RTL_STATE_LOCATION StateLocationType, WCHAR *TargetPath,
    ULONG BufferLengthIn, ULONG *BufferLengthOut);
