/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * The boot screen: who owns it, and what becomes of text. A machine with a display is not to be
 * drawn on: those parts are for one without a boot driver.
 */
#include <ntddk.h>

#include "ktest.h"

typedef VOID(NTAPI *RESET)(ULONG, ULONG);
typedef BOOLEAN(NTAPI *ASK)(VOID);
typedef VOID(NTAPI *ACQUIRE)(VOID);
typedef VOID(NTAPI *LOSE)(RESET);
typedef BOOLEAN(NTAPI *TEXT)(PUCHAR);
typedef BOOLEAN(NTAPI *ENABLE)(BOOLEAN);
typedef VOID(NTAPI *FILTER)(VOID(NTAPI *)(PUCHAR *));
typedef VOID(NTAPI *ENABLE_DRIVER)(BOOLEAN);
typedef VOID(NTAPI *COLOR)(ULONG);
typedef VOID(NTAPI *REGION)(ULONG, ULONG, ULONG, ULONG);
typedef VOID(NTAPI *FILL)(ULONG, ULONG, ULONG, ULONG, ULONG);

static ULONG Resets, Filtered;

static VOID NTAPI Reset(ULONG Columns, ULONG Rows)
{
    Resets += Columns != 0 && Rows != 0;
}

static VOID NTAPI Filter(PUCHAR *String)
{
    static UCHAR Other[] = "other\n";

    Filtered++;
    *String = Other;
}

static BOOLEAN NoScreen(VOID)
{
    ASK Installed = (ASK)KtestExport(L"InbvIsBootDriverInstalled");

    if (Installed != NULL && !Installed())
        return TRUE;
    skip("there is a screen");
    return FALSE;
}

TEST(InbvNotifyDisplayOwnershipLost, LostAndTakenBack)
{
    ASK Owned = (ASK)KtestExport(L"InbvCheckDisplayOwnership");
    LOSE Lose = (LOSE)KtestExport(L"InbvNotifyDisplayOwnershipLost");
    ACQUIRE Acquire = (ACQUIRE)KtestExport(L"InbvAcquireDisplayOwnership");

    if (!NoScreen())
        return;
    Resets = 0;
    Lose(Reset);
    CHECK(!Owned());
    Acquire();
    CHECK(Owned());
    CHECK_EQ(Resets, 1);
    Acquire();
    CHECK_EQ(Resets, 1);
    Lose(NULL);
    CHECK(!Owned());
    Acquire();
    CHECK_EQ(Resets, 1);
}

TEST(InbvDisplayString, ThroughTheFilter)
{
    TEXT Text = (TEXT)KtestExport(L"InbvDisplayString");
    FILTER Install = (FILTER)KtestExport(L"InbvInstallDisplayStringFilter");
    LOSE Lose = (LOSE)KtestExport(L"InbvNotifyDisplayOwnershipLost");
    ACQUIRE Acquire = (ACQUIRE)KtestExport(L"InbvAcquireDisplayOwnership");
    UCHAR Line[] = "ktest\n";

    if (!NoScreen())
        return;
    Filtered = 0;
    Install(Filter);
    CHECK(Text(Line));
    CHECK_EQ(Filtered, 1);
    Install(NULL);
    CHECK(Text(Line));
    CHECK_EQ(Filtered, 1);
    Lose(NULL);
    CHECK(!Text(Line));
    Acquire();
}

TEST(InbvEnableDisplayString, ReturnsWhatItWas)
{
    ENABLE Enable = (ENABLE)KtestExport(L"InbvEnableDisplayString");
    TEXT Text = (TEXT)KtestExport(L"InbvDisplayString");
    UCHAR Line[] = "ktest\n";
    BOOLEAN Before;

    if (!NoScreen())
        return;
    Before = Enable(FALSE);
    CHECK(!Text(Line));
    CHECK(!Enable(TRUE));
    CHECK(Enable(Before));
}

TEST(InbvResetDisplay, WithoutAScreen)
{
    ASK ResetDisplay = (ASK)KtestExport(L"InbvResetDisplay");
    COLOR Color = (COLOR)KtestExport(L"InbvSetTextColor");
    REGION Region = (REGION)KtestExport(L"InbvSetScrollRegion");
    FILL Fill = (FILL)KtestExport(L"InbvSolidColorFill");
    ENABLE_DRIVER Enable = (ENABLE_DRIVER)KtestExport(L"InbvEnableBootDriver");
    ASK Installed = (ASK)KtestExport(L"InbvIsBootDriverInstalled");

    if (!NoScreen())
        return;
    CHECK(!ResetDisplay());
    Enable(TRUE);
    Color(15);
    Region(0, 0, 639, 479);
    Fill(0, 0, 639, 479, 4);
    Enable(FALSE);
    CHECK(!Installed());
}
