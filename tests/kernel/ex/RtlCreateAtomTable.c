/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlCreateAtomTable, RtlDestroyAtomTable, RtlEmptyAtomTable, RtlAddAtomToAtomTable,
 * RtlLookupAtomInAtomTable, RtlDeleteAtomFromAtomTable, RtlPinAtomInAtomTable,
 * RtlQueryAtomInAtomTable, RtlGetIntegerAtom - names and their numbers.
 */
#include "ktest.h"

NTSYSAPI NTSTATUS NTAPI RtlCreateAtomTable(ULONG Buckets, PVOID *Table);
NTSYSAPI NTSTATUS NTAPI RtlDestroyAtomTable(PVOID Table);
NTSYSAPI NTSTATUS NTAPI RtlEmptyAtomTable(PVOID Table, BOOLEAN Pinned);
NTSYSAPI NTSTATUS NTAPI RtlAddAtomToAtomTable(PVOID Table, PCWSTR Name, PUSHORT Atom);
NTSYSAPI NTSTATUS NTAPI RtlLookupAtomInAtomTable(PVOID Table, PCWSTR Name, PUSHORT Atom);
NTSYSAPI NTSTATUS NTAPI RtlDeleteAtomFromAtomTable(PVOID Table, USHORT Atom);
NTSYSAPI NTSTATUS NTAPI RtlPinAtomInAtomTable(PVOID Table, USHORT Atom);
NTSYSAPI NTSTATUS NTAPI RtlQueryAtomInAtomTable(
    PVOID Table, USHORT Atom, PULONG Usage, PULONG Flags, PWSTR Name, PULONG Bytes);

#define INTEGER(Value) ((PCWSTR)(ULONG_PTR)(Value))

static PVOID Table;

static BOOLEAN Begin(VOID)
{
    Table = NULL;
    return CHECK_STATUS(RtlCreateAtomTable(0, &Table), STATUS_SUCCESS);
}

static VOID End(VOID)
{
    CHECK_STATUS(RtlDestroyAtomTable(Table), STATUS_SUCCESS);
}

TEST(RtlCreateAtomTable, KeepsTheTableThereIs)
{
    PVOID Same;

    if (!Begin())
        return;
    Same = Table;
    CHECK_STATUS(RtlCreateAtomTable(37, &Same), STATUS_SUCCESS);
    CHECK_PTR(Same, Table);
    End();
}

TEST(RtlDestroyAtomTable, TakesWhatIsInIt)
{
    USHORT Atom = 0;

    if (!Begin())
        return;
    CHECK_STATUS(RtlAddAtomToAtomTable(Table, L"one", &Atom), STATUS_SUCCESS);
    CHECK_STATUS(RtlPinAtomInAtomTable(Table, Atom), STATUS_SUCCESS);
    CHECK_STATUS(RtlAddAtomToAtomTable(Table, L"two", &Atom), STATUS_SUCCESS);
    End();
}

TEST(RtlAddAtomToAtomTable, CountsReferencesWhateverTheCase)
{
    USHORT One = 0, Two = 0, Other = 0;
    ULONG Usage = 0, Flags = 9;

    if (!Begin())
        return;
    CHECK_STATUS(RtlAddAtomToAtomTable(Table, L"Hello", &One), STATUS_SUCCESS);
    CHECK(One >= 0xC000);
    CHECK_STATUS(RtlAddAtomToAtomTable(Table, L"hELLO", &Two), STATUS_SUCCESS);
    CHECK_EQ(Two, One);
    CHECK_STATUS(RtlAddAtomToAtomTable(Table, L"Hello2", &Other), STATUS_SUCCESS);
    CHECK(Other != One && Other >= 0xC000);
    CHECK_STATUS(RtlQueryAtomInAtomTable(Table, One, &Usage, &Flags, NULL, NULL), STATUS_SUCCESS);
    CHECK_EQ(Usage, 2);
    CHECK_EQ(Flags, 0);
    CHECK_STATUS(RtlAddAtomToAtomTable(Table, L"", &One), STATUS_OBJECT_NAME_INVALID);
    CHECK_STATUS(RtlAddAtomToAtomTable(NULL, L"a", &One), STATUS_INVALID_PARAMETER);
    End();
}

TEST(RtlAddAtomToAtomTable, TakesManyNames)
{
    WCHAR Name[] = L"name0000";
    USHORT Atoms[300], Atom;
    ULONG I;

    if (!Begin())
        return;
    for (I = 0; I < 300; I++) {
        Name[4] = (WCHAR)('a' + I / 26);
        Name[5] = (WCHAR)('a' + I % 26);
        CHECK_STATUS(RtlAddAtomToAtomTable(Table, Name, &Atoms[I]), STATUS_SUCCESS);
    }
    for (I = 0; I < 300; I++) {
        Name[4] = (WCHAR)('A' + I / 26);
        Name[5] = (WCHAR)('A' + I % 26);
        CHECK_STATUS(RtlLookupAtomInAtomTable(Table, Name, &Atom), STATUS_SUCCESS);
        CHECK_EQ(Atom, Atoms[I]);
        CHECK_STATUS(RtlDeleteAtomFromAtomTable(Table, Atom), STATUS_SUCCESS);
        CHECK_STATUS(RtlLookupAtomInAtomTable(Table, Name, &Atom), STATUS_OBJECT_NAME_NOT_FOUND);
    }
    End();
}

TEST(RtlAddAtomToAtomTable, NumbersStandForThemselves)
{
    USHORT Atom = 0;

    if (!Begin())
        return;
    CHECK_STATUS(RtlAddAtomToAtomTable(Table, INTEGER(123), &Atom), STATUS_SUCCESS);
    CHECK_EQ(Atom, 123);
    CHECK_STATUS(RtlAddAtomToAtomTable(Table, L"#49151", &Atom), STATUS_SUCCESS);
    CHECK_EQ(Atom, 0xBFFF);
    CHECK_STATUS(RtlAddAtomToAtomTable(Table, INTEGER(0), &Atom), STATUS_INVALID_PARAMETER);
    CHECK(!NT_SUCCESS(RtlAddAtomToAtomTable(Table, INTEGER(0xC000), &Atom)));
    CHECK_STATUS(RtlAddAtomToAtomTable(Table, L"#12x", &Atom), STATUS_SUCCESS);
    CHECK(Atom >= 0xC000);
    End();
}

TEST(RtlLookupAtomInAtomTable, FindsWhatIsThere)
{
    USHORT Atom = 0, Found = 0;

    if (!Begin())
        return;
    CHECK_STATUS(RtlLookupAtomInAtomTable(Table, L"one", &Found), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(RtlAddAtomToAtomTable(Table, L"one", &Atom), STATUS_SUCCESS);
    CHECK_STATUS(RtlLookupAtomInAtomTable(Table, L"ONE", &Found), STATUS_SUCCESS);
    CHECK_EQ(Found, Atom);
    CHECK_STATUS(RtlLookupAtomInAtomTable(Table, INTEGER(77), &Found), STATUS_SUCCESS);
    CHECK_EQ(Found, 77);
    CHECK_STATUS(RtlLookupAtomInAtomTable(NULL, L"one", &Found), STATUS_INVALID_PARAMETER);
    End();
}

TEST(RtlDeleteAtomFromAtomTable, TakesTheLastReferencesAtomOut)
{
    USHORT Atom = 0;

    if (!Begin())
        return;
    RtlAddAtomToAtomTable(Table, L"one", &Atom);
    RtlAddAtomToAtomTable(Table, L"one", &Atom);
    CHECK_STATUS(RtlDeleteAtomFromAtomTable(Table, Atom), STATUS_SUCCESS);
    CHECK_STATUS(RtlLookupAtomInAtomTable(Table, L"one", &Atom), STATUS_SUCCESS);
    CHECK_STATUS(RtlDeleteAtomFromAtomTable(Table, Atom), STATUS_SUCCESS);
    CHECK_STATUS(RtlLookupAtomInAtomTable(Table, L"one", &Atom), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(RtlDeleteAtomFromAtomTable(Table, Atom), STATUS_INVALID_HANDLE);
    CHECK_STATUS(RtlDeleteAtomFromAtomTable(Table, 12), STATUS_SUCCESS);
    CHECK_STATUS(RtlDeleteAtomFromAtomTable(NULL, Atom), STATUS_INVALID_PARAMETER);
    End();
}

TEST(RtlPinAtomInAtomTable, LetsItStay)
{
    USHORT Atom = 0;
    ULONG Usage = 0, Flags = 0;

    if (!Begin())
        return;
    CHECK_STATUS(RtlPinAtomInAtomTable(Table, 0xC123), STATUS_INVALID_HANDLE);
    RtlAddAtomToAtomTable(Table, L"one", &Atom);
    CHECK_STATUS(RtlPinAtomInAtomTable(Table, Atom), STATUS_SUCCESS);
    CHECK_STATUS(RtlDeleteAtomFromAtomTable(Table, Atom), STATUS_WAS_LOCKED);
    CHECK_STATUS(RtlQueryAtomInAtomTable(Table, Atom, &Usage, &Flags, NULL, NULL), STATUS_SUCCESS);
    CHECK_EQ(Usage, 1);
    CHECK_EQ(Flags, 1);
    CHECK_STATUS(RtlPinAtomInAtomTable(Table, 44), STATUS_SUCCESS);
    End();
}

TEST(RtlEmptyAtomTable, LeavesPinnedOnes)
{
    USHORT One = 0, Two = 0;

    if (!Begin())
        return;
    RtlAddAtomToAtomTable(Table, L"one", &One);
    RtlAddAtomToAtomTable(Table, L"two", &Two);
    RtlPinAtomInAtomTable(Table, Two);
    CHECK_STATUS(RtlEmptyAtomTable(Table, FALSE), STATUS_SUCCESS);
    CHECK_STATUS(RtlLookupAtomInAtomTable(Table, L"one", &One), STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(RtlLookupAtomInAtomTable(Table, L"two", &One), STATUS_SUCCESS);
    CHECK_EQ(One, Two);
    CHECK_STATUS(RtlEmptyAtomTable(Table, TRUE), STATUS_SUCCESS);
    CHECK_STATUS(RtlLookupAtomInAtomTable(Table, L"two", &One), STATUS_OBJECT_NAME_NOT_FOUND);
    End();
}

TEST(RtlQueryAtomInAtomTable, GivesWhatFitsOfTheName)
{
    WCHAR Name[8];
    USHORT Atom = 0;
    ULONG Bytes = 0, Usage = 0, Flags = 0;

    if (!Begin())
        return;
    RtlAddAtomToAtomTable(Table, L"Hello", &Atom);
    CHECK_STATUS(
        RtlQueryAtomInAtomTable(Table, Atom, NULL, NULL, Name, &Bytes), STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Bytes, 10);
    Bytes = sizeof(Name);
    CHECK_STATUS(RtlQueryAtomInAtomTable(Table, Atom, NULL, NULL, Name, &Bytes), STATUS_SUCCESS);
    CHECK_EQ(Bytes, 10);
    CHECK_EQ(RtlCompareMemory(Name, L"Hello", 12), 12);
    Bytes = 8;
    KtestFill(Name, 8);
    CHECK_STATUS(RtlQueryAtomInAtomTable(Table, Atom, NULL, NULL, Name, &Bytes), STATUS_SUCCESS);
    CHECK_EQ(Bytes, 6);
    CHECK_EQ(RtlCompareMemory(Name, L"Hel", 8), 8);
    CHECK_EQ(Name[4], KTEST_FILL);
    Bytes = sizeof(Name);
    CHECK_STATUS(RtlQueryAtomInAtomTable(Table, 123, &Usage, &Flags, Name, &Bytes), STATUS_SUCCESS);
    CHECK_EQ(RtlCompareMemory(Name, L"#123", 10), 10);
    CHECK_EQ(Bytes, 8);
    CHECK_EQ(Usage, 1);
    CHECK_EQ(Flags, 1);
    CHECK_STATUS(
        RtlQueryAtomInAtomTable(Table, 0xC123, NULL, NULL, NULL, NULL), STATUS_INVALID_HANDLE);
    End();
}

TEST(RtlGetIntegerAtom, KnowsNumbers)
{
    BOOLEAN(NTAPI * Get)(PCWSTR Name, PUSHORT Atom) = (PVOID)KtestExport(L"RtlGetIntegerAtom");
    USHORT Atom = 0;

    if (Get == NULL) {
        skip("not exported by this Windows");
        return;
    }
    CHECK(Get(INTEGER(5), &Atom));
    CHECK_EQ(Atom, 5);
    CHECK(Get(L"#1234", &Atom));
    CHECK_EQ(Atom, 1234);
    CHECK(Get(L"#1234", NULL));
    CHECK(!Get(L"#12a", &Atom));
    CHECK(!Get(L"1234", &Atom));
    CHECK(!Get(INTEGER(0xC000), &Atom));
}
