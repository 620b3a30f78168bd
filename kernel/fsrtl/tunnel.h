/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* fsrtl: names that went a moment ago, and may come back (tunnel.c). */
#pragma once

#include "fsrtl/fsrtl.h"

typedef struct FSRTL_TUNNEL { /* TUNNEL */
    FAST_MUTEX Mutex;
    PVOID Unused;          /* Windows' root of a tree */
    LIST_ENTRY TimerQueue; /* the oldest first */
    USHORT NumEntries;
} FSRTL_TUNNEL;

void NTAPI FsRtlInitializeTunnelCache(FSRTL_TUNNEL *Cache);
void NTAPI FsRtlAddToTunnelCache(FSRTL_TUNNEL *Cache, ULONGLONG DirectoryKey,
    UNICODE_STRING *ShortName, UNICODE_STRING *LongName, BOOLEAN KeyByShortName, ULONG DataLength,
    PVOID Data);
BOOLEAN NTAPI FsRtlFindInTunnelCache(FSRTL_TUNNEL *Cache, ULONGLONG DirectoryKey,
    UNICODE_STRING *Name, UNICODE_STRING *ShortName, UNICODE_STRING *LongName, ULONG *DataLength,
    PVOID Data);
void NTAPI FsRtlDeleteKeyFromTunnelCache(FSRTL_TUNNEL *Cache, ULONGLONG DirectoryKey);
void NTAPI FsRtlDeleteTunnelCache(FSRTL_TUNNEL *Cache);
