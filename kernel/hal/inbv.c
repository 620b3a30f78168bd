/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The boot screen. There is no display: nothing is drawn, text goes to the log, and no boot driver
 * is installed. Who owns the screen is kept, as display drivers take it and give it back. One
 * driver at a time does that: no lock.
 */
#include "hal/inbv.h"

#include "kd/kd.h"

#define HALP_COLUMNS 80u
#define HALP_ROWS 50u

static BOOLEAN HalpDisplayLost, HalpDisplayStrings;
static HALP_DISPLAY_RESET *HalpDisplayReset; /* of who took the screen; called when it is taken back
                                              */
static HALP_DISPLAY_FILTER *HalpDisplayFilter;

void HalpResetBootVideo(void)
{
    HalpDisplayLost = FALSE;
    HalpDisplayStrings = TRUE;
    HalpDisplayReset = NULL;
    HalpDisplayFilter = NULL;
}

/*
 * InbvNotifyDisplayOwnershipLost - a display driver has the screen; Callback is told when it is
 * taken back.
 * IRQL: any. Source: INF, undocumented; OBS tests/kernel/hal/InbvCheckDisplayOwnership.c
 */
void NTAPI InbvNotifyDisplayOwnershipLost(HALP_DISPLAY_RESET *Callback)
{
    HalpDisplayReset = Callback;
    HalpDisplayLost = TRUE;
}

/* InbvAcquireDisplayOwnership - take it back, for a message. IRQL: any. Source: INF, undocumented;
 * OBS tests/kernel/hal. */
void NTAPI InbvAcquireDisplayOwnership(void)
{
    HALP_DISPLAY_RESET *Reset = HalpDisplayReset;
    const BOOLEAN Lost = HalpDisplayLost;
    HalpDisplayLost = FALSE;
    if (Lost && Reset != NULL)
        Reset(HALP_COLUMNS, HALP_ROWS);
}

/* InbvCheckDisplayOwnership - whether no display driver has it. Source: INF, undocumented; OBS. */
BOOLEAN NTAPI InbvCheckDisplayOwnership(void)
{
    return !HalpDisplayLost;
}

/* InbvDisplayString - a line for the screen, through the filter; FALSE: nobody sees it. Source:
 * INF, undocumented; OBS. */
BOOLEAN NTAPI InbvDisplayString(UCHAR *String)
{
    if (HalpDisplayLost || !HalpDisplayStrings)
        return FALSE;
    if (HalpDisplayFilter != NULL)
        HalpDisplayFilter(&String);
    KdLog("inbv", "%s", (const char *)String);
    return TRUE;
}

/* InbvEnableDisplayString - whether text is shown; returns whether it was. Source: INF,
 * undocumented; OBS. */
BOOLEAN NTAPI InbvEnableDisplayString(BOOLEAN Enable)
{
    const BOOLEAN Before = HalpDisplayStrings;
    HalpDisplayStrings = Enable;
    return Before;
}

/* InbvInstallDisplayStringFilter - a routine that may change text; NULL: none. Source: INF,
 * undocumented; OBS. */
void NTAPI InbvInstallDisplayStringFilter(HALP_DISPLAY_FILTER *Filter)
{
    HalpDisplayFilter = Filter;
}

/* InbvIsBootDriverInstalled - there is no display. Source: INF, undocumented; OBS. */
BOOLEAN NTAPI InbvIsBootDriverInstalled(void)
{
    return FALSE;
}

/* InbvEnableBootDriver - there is none to enable. Source: INF, undocumented; OBS. */
void NTAPI InbvEnableBootDriver(BOOLEAN Enable)
{
    (void)Enable;
}

/* InbvResetDisplay - FALSE: there is none. Source: INF, undocumented; OBS. */
BOOLEAN NTAPI InbvResetDisplay(void)
{
    return FALSE;
}

/* InbvSetScrollRegion - of no screen. Source: INF, undocumented; OBS. */
void NTAPI InbvSetScrollRegion(ULONG Left, ULONG Top, ULONG Right, ULONG Bottom)
{
    (void)Left;
    (void)Top;
    (void)Right;
    (void)Bottom;
}

/* InbvSetTextColor - of no screen. Source: INF, undocumented; OBS. */
void NTAPI InbvSetTextColor(ULONG Color)
{
    (void)Color;
}

/* InbvSolidColorFill - of no screen. Source: INF, undocumented; OBS. */
void NTAPI InbvSolidColorFill(ULONG Left, ULONG Top, ULONG Right, ULONG Bottom, ULONG Color)
{
    (void)Left;
    (void)Top;
    (void)Right;
    (void)Bottom;
    (void)Color;
}
