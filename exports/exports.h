/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The tokens that stand in the .def files beside it, one for each module of the export table.
 *
 * The rows use short tokens; a macro makes constants of them by pasting, which also keeps the
 * preprocessor from expanding a token that happens to be a macro elsewhere: WINVER_##Since and
 * WINVER_##Last (below), LDR_##Convention and LDR_##Completeness (kernel/ldr/ldr.h), #Name.
 * MaxIrql is used as it stands: PASSIVE_LEVEL and its like come from nt/wdm.h, ANY_LEVEL from here.
 */
#pragma once

/* Above every real IRQL: a check of the current level against it never fails. */
#define ANY_LEVEL 0xFF

/*
 * Windows versions in the order they appeared; Since <= version <= Last says whether an export is
 * there. Service packs count as their version; Windows before 2000 counts as Windows 2000, and
 * server releases as the client release that shares their kernel (Windows Server 2003 had none).
 */
enum EXPORT_WINVER {
    WINVER_WIN2000,
    WINVER_XP,
    WINVER_WS2003,
    WINVER_VISTA,
    WINVER_WIN7,
    WINVER_WIN8,
    WINVER_WIN81,
    WINVER_WIN10_1507,
    WINVER_WIN10_1511,
    WINVER_WIN10_1607,
    WINVER_WIN10_1703,
    WINVER_WIN10_1709,
    WINVER_WIN10_1803,
    WINVER_WIN10_1809,
    WINVER_WIN10_1903,
    WINVER_WIN10_2004,
    WINVER_WIN10_20H2,
    WINVER_WIN11,
    WINVER_WIN11_22H2,
    WINVER_WIN11_24H2,
    WINVER_ALWAYS,
};

/* The version an --os machine is. Windows XP for x86-64 runs the kernel of Windows Server 2003. */
enum EXPORT_OS {
    EXPORT_OS_WIN2000 = WINVER_WIN2000,
#if defined(__x86_64__)
    EXPORT_OS_XP = WINVER_WS2003,
#else
    EXPORT_OS_XP = WINVER_XP,
#endif
    EXPORT_OS_WIN7 = WINVER_WIN7,
    EXPORT_OS_WIN81 = WINVER_WIN81,
    EXPORT_OS_WIN10 = WINVER_WIN10_20H2,
    EXPORT_OS_WIN11 = WINVER_WIN11_24H2,
};

