/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlDissectName and what else looks at names: FsRtlDissectDbcs, FsRtlAreNamesEqual,
 * FsRtlIsNameInUnUpcasedExpression, FsRtlDoesDbcsContainWildCards, FsRtlIsDbcsInExpression,
 * FsRtlIsFatDbcsLegal, FsRtlIsHpfsDbcsLegal, FsRtlLegalAnsiCharacterArray.
 */
#include "ktest.h"

NTKERNELAPI VOID NTAPI FsRtlDissectName(
    UNICODE_STRING Name, PUNICODE_STRING FirstPart, PUNICODE_STRING RemainingPart);
NTKERNELAPI VOID NTAPI FsRtlDissectDbcs(
    ANSI_STRING Name, PANSI_STRING FirstPart, PANSI_STRING RemainingPart);
NTKERNELAPI BOOLEAN NTAPI FsRtlAreNamesEqual(
    PCUNICODE_STRING NameA, PCUNICODE_STRING NameB, BOOLEAN IgnoreCase, const WCHAR *UpcaseTable);
NTKERNELAPI BOOLEAN NTAPI FsRtlDoesDbcsContainWildCards(PANSI_STRING Name);
NTKERNELAPI BOOLEAN NTAPI FsRtlIsDbcsInExpression(PANSI_STRING Expression, PANSI_STRING Name);
NTKERNELAPI BOOLEAN NTAPI FsRtlIsFatDbcsLegal(
    ANSI_STRING Name, BOOLEAN WildCards, BOOLEAN Path, BOOLEAN LeadingBackslash);
NTKERNELAPI BOOLEAN NTAPI FsRtlIsHpfsDbcsLegal(
    ANSI_STRING Name, BOOLEAN WildCards, BOOLEAN Path, BOOLEAN LeadingBackslash);

static ANSI_STRING Ansi(const char *Text)
{
    ANSI_STRING String;

    RtlInitAnsiString(&String, Text);
    return String;
}

static BOOLEAN Parts(const WCHAR *Text, const WCHAR *First, const WCHAR *Rest)
{
    UNICODE_STRING Name, FirstPart, RestPart, FirstWanted, RestWanted;

    RtlInitUnicodeString(&Name, Text);
    RtlInitUnicodeString(&FirstWanted, First);
    RtlInitUnicodeString(&RestWanted, Rest);
    FsRtlDissectName(Name, &FirstPart, &RestPart);
    return RtlEqualUnicodeString(&FirstPart, &FirstWanted, FALSE) &&
        RtlEqualUnicodeString(&RestPart, &RestWanted, FALSE);
}

TEST(FsRtlDissectName, TakesThePathApart)
{
    CHECK(Parts(L"\\a\\bc\\d", L"a", L"bc\\d"));
    CHECK(Parts(L"a\\bc\\d", L"a", L"bc\\d"));
    CHECK(Parts(L"abc", L"abc", L""));
    CHECK(Parts(L"\\abc", L"abc", L""));
    CHECK(Parts(L"abc\\", L"abc", L""));
    CHECK(Parts(L"\\", L"", L""));
    CHECK(Parts(L"", L"", L""));
    CHECK(Parts(L"\\a\\\\b", L"a", L"\\b"));
}

TEST(FsRtlDissectDbcs, TakesThePathApart)
{
    ANSI_STRING First, Rest;

    FsRtlDissectDbcs(Ansi("\\ab\\c"), &First, &Rest);
    CHECK_EQ(First.Length, 2);
    CHECK(First.Length == 2 && First.Buffer[0] == 'a');
    CHECK(Rest.Length == 1 && Rest.Buffer[0] == 'c');
    FsRtlDissectDbcs(Ansi("ab"), &First, &Rest);
    CHECK_EQ(First.Length, 2);
    CHECK_EQ(Rest.Length, 0);
    FsRtlDissectDbcs(Ansi(""), &First, &Rest);
    CHECK_EQ(First.Length, 0);
}

TEST(FsRtlAreNamesEqual, ComparesWithAndWithoutCase)
{
    KTEST_STRING(A, L"Name.txt");
    KTEST_STRING(B, L"nAME.TXT");
    KTEST_STRING(C, L"Name.tx");

    CHECK(FsRtlAreNamesEqual(&A, &A, FALSE, NULL));
    CHECK(!FsRtlAreNamesEqual(&A, &B, FALSE, NULL));
    CHECK(FsRtlAreNamesEqual(&A, &B, TRUE, NULL));
    CHECK(!FsRtlAreNamesEqual(&A, &C, TRUE, NULL));
}

TEST(FsRtlAreNamesEqual, TakesATable)
{
    WCHAR *Table = ExAllocatePoolWithTag(PagedPool, 65536 * sizeof(WCHAR), 'tseT');
    KTEST_STRING(A, L"abc");
    KTEST_STRING(B, L"xbc");
    ULONG I;

    if (!CHECK(Table != NULL))
        return;
    for (I = 0; I < 65536; I++)
        Table[I] = (WCHAR)I;
    CHECK(!FsRtlAreNamesEqual(&A, &B, TRUE, Table));
    Table[L'x'] = L'a';
    CHECK(FsRtlAreNamesEqual(&A, &B, TRUE, Table));
    CHECK(!FsRtlAreNamesEqual(&A, &B, FALSE, Table));
    ExFreePoolWithTag(Table, 'tseT');
}

TEST(FsRtlIsNameInUnUpcasedExpression, PutsTheExpressionInUpperCase)
{
    typedef BOOLEAN NTAPI FITS(PUNICODE_STRING, PUNICODE_STRING, BOOLEAN, PWCH);
    FITS *Fits = (FITS *)KtestExport(L"FsRtlIsNameInUnUpcasedExpression");
    KTEST_STRING(Expression, L"*.txt");
    KTEST_STRING(Name, L"a.TXT");

    if (Fits == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK(Fits(&Expression, &Name, TRUE, NULL));
    CHECK(!Fits(&Expression, &Name, FALSE, NULL));
}

TEST(FsRtlDoesDbcsContainWildCards, LooksAtTheLastComponent)
{
    ANSI_STRING Name = Ansi("a\\b?");

    CHECK(FsRtlDoesDbcsContainWildCards(&Name));
    Name = Ansi("a*\\b");
    CHECK(!FsRtlDoesDbcsContainWildCards(&Name));
    Name = Ansi("");
    CHECK(!FsRtlDoesDbcsContainWildCards(&Name));
}

TEST(FsRtlIsDbcsInExpression, Matches)
{
    ANSI_STRING Expression = Ansi("*.TXT"), Name = Ansi("A.B.TXT"), Other = Ansi("A.TXT2");

    CHECK(FsRtlIsDbcsInExpression(&Expression, &Name));
    CHECK(!FsRtlIsDbcsInExpression(&Expression, &Other));
}

TEST(FsRtlIsFatDbcsLegal, KnowsEightAndThree)
{
    CHECK(FsRtlIsFatDbcsLegal(Ansi("12345678.123"), FALSE, FALSE, FALSE));
    CHECK(FsRtlIsFatDbcsLegal(Ansi("A"), FALSE, FALSE, FALSE));
    CHECK(FsRtlIsFatDbcsLegal(Ansi(".."), FALSE, FALSE, FALSE));
    CHECK(!FsRtlIsFatDbcsLegal(Ansi("123456789"), FALSE, FALSE, FALSE));
    CHECK(!FsRtlIsFatDbcsLegal(Ansi("A.1234"), FALSE, FALSE, FALSE));
    CHECK(!FsRtlIsFatDbcsLegal(Ansi("A.B.C"), FALSE, FALSE, FALSE));
    CHECK(!FsRtlIsFatDbcsLegal(Ansi("A+B"), FALSE, FALSE, FALSE));
    CHECK(!FsRtlIsFatDbcsLegal(Ansi("A*"), FALSE, FALSE, FALSE));
    CHECK(FsRtlIsFatDbcsLegal(Ansi("A*"), TRUE, FALSE, FALSE));
    CHECK(!FsRtlIsFatDbcsLegal(Ansi(""), FALSE, FALSE, FALSE));
}

TEST(FsRtlIsFatDbcsLegal, TakesPathsWhereAllowed)
{
    CHECK(!FsRtlIsFatDbcsLegal(Ansi("A\\B"), FALSE, FALSE, FALSE));
    CHECK(FsRtlIsFatDbcsLegal(Ansi("A\\B.C"), FALSE, TRUE, FALSE));
    CHECK(!FsRtlIsFatDbcsLegal(Ansi("\\A"), FALSE, TRUE, FALSE));
    CHECK(FsRtlIsFatDbcsLegal(Ansi("\\A"), FALSE, TRUE, TRUE));
    CHECK(!FsRtlIsFatDbcsLegal(Ansi("\\A\\\\B"), FALSE, TRUE, TRUE));
}

TEST(FsRtlIsHpfsDbcsLegal, KnowsLongNames)
{
    CHECK(FsRtlIsHpfsDbcsLegal(Ansi("a long name.with dots"), FALSE, FALSE, FALSE));
    CHECK(!FsRtlIsHpfsDbcsLegal(Ansi("a."), FALSE, FALSE, FALSE));
    CHECK(!FsRtlIsHpfsDbcsLegal(Ansi("a "), FALSE, FALSE, FALSE));
    CHECK(!FsRtlIsHpfsDbcsLegal(Ansi("a|b"), FALSE, FALSE, FALSE));
    CHECK(FsRtlIsHpfsDbcsLegal(Ansi("a\\b+c"), FALSE, TRUE, FALSE));
    CHECK(!FsRtlIsHpfsDbcsLegal(Ansi(""), FALSE, FALSE, FALSE));
}

TEST(FsRtlLegalAnsiCharacterArray, HasFlagsByCharacter)
{
    const UCHAR *const *Array = (const UCHAR *const *)KtestExport(L"FsRtlLegalAnsiCharacterArray");

    if (!CHECK(Array != NULL))
        return;
    CHECK_EQ((*Array)['A'] & 7, 7);
    CHECK_EQ((*Array)['+'] & 7, 6);
    CHECK_EQ((*Array)['\\'], 0);
    CHECK_EQ((*Array)['*'] & 15, 8);
    CHECK_EQ((*Array)[':'] & 7, 4);
}
