/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * NlsAnsiCodePage, NlsOemCodePage, NlsMbCodePageTag, NlsMbOemCodePageTag, NlsLeadByteInfo,
 * NlsOemLeadByteInfo, RtlGetDefaultCodePage, RtlIsValidOemCharacter - the machine's code pages.
 */
#include "ktest.h"

typedef VOID(NTAPI *GET_DEFAULT)(PUSHORT AnsiCodePage, PUSHORT OemCodePage);
typedef BOOLEAN(NTAPI *IS_VALID)(PWCHAR Char);

TEST(NlsAnsiCodePage, IsThatOfRtlGetDefaultCodePage)
{
    PUSHORT Ansi = KtestExport(L"NlsAnsiCodePage"), Oem = KtestExport(L"NlsOemCodePage");
    GET_DEFAULT Get = (GET_DEFAULT)KtestExport(L"RtlGetDefaultCodePage");
    USHORT GotAnsi = 0, GotOem = 0;

    if (!CHECK(Ansi != NULL) || !CHECK(Get != NULL))
        return;
    CHECK(*Ansi != 0);
    Get(&GotAnsi, &GotOem);
    CHECK_EQ(GotAnsi, *Ansi);
    if (Oem != NULL) /* since Windows XP */
        CHECK_EQ(GotOem, *Oem);
}

TEST(NlsMbCodePageTag, LeadBytesAreThoseOfCodePagesWithTwo)
{
    PBOOLEAN Ansi = KtestExport(L"NlsMbCodePageTag"), Oem = KtestExport(L"NlsMbOemCodePageTag");
    PUSHORT *Lead = KtestExport(L"NlsLeadByteInfo"), *OemLead = KtestExport(L"NlsOemLeadByteInfo");
    ULONG Byte, Count = 0, OemCount = 0;

    if (!CHECK(Ansi != NULL) || !CHECK(Oem != NULL) || !CHECK(Lead != NULL) ||
        !CHECK(OemLead != NULL))
        return;
    for (Byte = 0; *Ansi && Byte < 256; Byte++)
        Count += (*Lead)[Byte] != 0;
    for (Byte = 0; *Oem && Byte < 256; Byte++)
        OemCount += (*OemLead)[Byte] != 0;
    CHECK((Count != 0) == (*Ansi != FALSE));
    CHECK((OemCount != 0) == (*Oem != FALSE));
}

TEST(RtlIsValidOemCharacter, KnowsWhatTheCodePageHas)
{
    IS_VALID IsValid = (IS_VALID)KtestExport(L"RtlIsValidOemCharacter");
    WCHAR Letter = L'a', Far = 0x4E01; /* an ideograph, which only code pages of the Far East have
                                        */
    PBOOLEAN Oem = KtestExport(L"NlsMbOemCodePageTag");

    if (!CHECK(IsValid != NULL) || !CHECK(Oem != NULL))
        return;
    CHECK(IsValid(&Letter));
    CHECK_EQ(Letter, L'A'); /* as the code page has it in upper case */
    if (!*Oem)
        CHECK(!IsValid(&Far));
}
