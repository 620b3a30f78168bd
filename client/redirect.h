/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Whether this program is a 32-bit one on an x64 machine, and what its paths and keys become there.
 * The machine never sees any of it: services, and drivers with them, get real names. How such a
 * program's arguments reach the machine is wow64.h's.
 */
#pragma once

#include "client.h"

/* ---- who (wow64_calls.c) --------------------------------------------------------------------- */

/* TRUE: this program is a 32-bit client of an x64 machine. The one place that knows; the machine is
 * asked once. */
BOOLEAN BasepIsWow64(void);
/* Whether the machine is an x64 one, which has views and folders for 32-bit programs. */
BOOLEAN BasepMachineIs64(void);
/* For tests: 0 or 1 is what BasepIsWow64 answers from now on in this process; -1: the truth. */
extern signed char BasepWow64Forced;

/* ---- which Windows (version.c) --------------------------------------------------------------- */

#define BASEP_VISTA 0x0600u
#define BASEP_WIN7  0x0601u

typedef struct BASEP_VERSION {
    ULONG Major, Minor, Build;
} BASEP_VERSION;

/* The version of the Windows the machine stands for, be it in this process or not. */
BASEP_VERSION BasepMachineVersion(void);
/* The same as a number to compare: BASEP_VISTA, … */
ULONG BasepMachineRelease(void);

/* ---- files (redirect.c) ---------------------------------------------------------------------- */

/*
 * What becomes of an NT path, in place, in a program for which BasepIsWow64 and in a thread that
 * has not switched it off.
 * STATUS_NO_MEMORY, STATUS_NAME_TOO_LONG: it is as it was, and still to be freed.
 */
NTSTATUS BasepRedirect(BASEP_PATH *Path);
/* For the calling thread; returns what it was. */
BOOLEAN BasepSwitchRedirection(BOOLEAN Off);

/* ---- keys (registry_view.c) ------------------------------------------------------------------ */

/*
 * Where the 32-bit view has the key with this full NT path: a new path, malloc, or *Mapped NULL:
 * where it is, because it is shared, in the view already, or no part of a redirected key.
 * ERROR_OUTOFMEMORY.
 */
LSTATUS BasepMapView32(const WCHAR *Path, SIZE_T Length, WCHAR **Mapped);
/* Whether this key was reflected before Windows 7, on which depends what 32-bit programs write to
 * it. */
BOOLEAN BasepWasReflected(const WCHAR *Path, SIZE_T Length);

/* Length of Word if Path begins with it and then ends or goes on below it; 0: it does not. Word: in
 * lower case. */
static inline SIZE_T BasepFirstName(const WCHAR *Path, SIZE_T PathLength, const char *Word)
{
    SIZE_T Length = 0;
    for (; Word[Length] != 0; Length++) {
        if (Length == PathLength)
            return 0;
        WCHAR Letter = Path[Length] >= u'A' && Path[Length] <= u'Z' ? Path[Length] + 32
                                                                    : Path[Length];
        if (Letter != (unsigned char)Word[Length])
            return 0;
    }
    return Length == PathLength || Path[Length] == u'\\' ? Length : 0;
}
