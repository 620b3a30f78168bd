/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Words for the export table's values. */
#include "describe.h"

#include "exports/exports.h"

ULONG describe_os_version(int os)
{
    static const UCHAR versions[] = {
        EXPORT_OS_WIN2000,
        EXPORT_OS_XP,
        EXPORT_OS_WIN7,
        EXPORT_OS_WIN81,
        EXPORT_OS_WIN10,
        EXPORT_OS_WIN11,
    };

    return versions[os];
}

const char *describe_support(const LDR_EXPORT *export)
{
    switch (export->Completeness) {
    case LDR_FULL:
        return "full";
    case LDR_PARTIAL:
        return "partial";
    default:
        return "stub";
    }
}

const char *describe_irql(UCHAR irql)
{
    switch (irql) {
    case PASSIVE_LEVEL:
        return "PASSIVE_LEVEL";
    case APC_LEVEL:
        return "APC_LEVEL";
    case DISPATCH_LEVEL:
        return "DISPATCH_LEVEL";
    case HIGH_LEVEL:
        return "HIGH_LEVEL";
    default:
        return "any";
    }
}

const char *describe_convention(UCHAR convention)
{
    static const char *const names[] = {[LDR_STDCALL] = "stdcall",
        [LDR_FASTCALL] = "fastcall",
        [LDR_CDECL] = "cdecl",
        [LDR_DATA] = "data"};

    return names[convention];
}

const char *describe_last(const LDR_EXPORT *export)
{
    return export->Last < WINVER_ALWAYS ? LdrVersionName(export->Last) : NULL;
}
