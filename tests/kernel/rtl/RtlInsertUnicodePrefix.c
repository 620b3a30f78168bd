/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlInitializeUnicodePrefix, RtlInsertUnicodePrefix, RtlRemoveUnicodePrefix, RtlFindUnicodePrefix,
 * RtlNextUnicodePrefix.
 */
#include "ktest.h"

typedef struct ENTRY {
    CSHORT NodeTypeCode, NameLength;
    struct ENTRY *NextPrefixTree, *CaseMatch;
    RTL_SPLAY_LINKS Links;
    PUNICODE_STRING Prefix;
} ENTRY;

typedef struct TABLE {
    CSHORT NodeTypeCode, NameLength;
    ENTRY *NextPrefixTree, *LastNextEntry;
} TABLE;

NTSYSAPI VOID NTAPI RtlInitializeUnicodePrefix(TABLE *Table);
NTSYSAPI BOOLEAN NTAPI RtlInsertUnicodePrefix(TABLE *Table, PUNICODE_STRING Prefix, ENTRY *Entry);
NTSYSAPI VOID NTAPI RtlRemoveUnicodePrefix(TABLE *Table, ENTRY *Entry);
NTSYSAPI ENTRY *NTAPI RtlFindUnicodePrefix(
    TABLE *Table, PUNICODE_STRING FullName, ULONG CaseInsensitiveIndex);
NTSYSAPI ENTRY *NTAPI RtlNextUnicodePrefix(TABLE *Table, BOOLEAN Restart);

static TABLE Table;
static ENTRY Entry[4];
static UNICODE_STRING Prefix[4];

/* \a, \a\b, \A\B and \c */
static VOID Make(VOID)
{
    static const WCHAR *const Texts[] = {L"\\a", L"\\a\\b", L"\\A\\B", L"\\c"};
    ULONG I;

    RtlInitializeUnicodePrefix(&Table);
    for (I = 0; I < 4; I++) {
        RtlInitUnicodeString(&Prefix[I], Texts[I]);
        CHECK(RtlInsertUnicodePrefix(&Table, &Prefix[I], &Entry[I]));
    }
}

static ENTRY *Find(const WCHAR *Text, ULONG Index)
{
    UNICODE_STRING Name;

    RtlInitUnicodeString(&Name, Text);
    return RtlFindUnicodePrefix(&Table, &Name, Index);
}

TEST(RtlInitializeUnicodePrefix, MakesAnEmptyTable)
{
    RtlInitializeUnicodePrefix(&Table);
    CHECK_PTR(Find(L"\\a", 0), NULL);
    CHECK_PTR(RtlNextUnicodePrefix(&Table, TRUE), NULL);
}

TEST(RtlInsertUnicodePrefix, RefusesTheSameAgain)
{
    ENTRY Another;

    Make();
    CHECK(!RtlInsertUnicodePrefix(&Table, &Prefix[1], &Another));
    CHECK(!RtlInsertUnicodePrefix(&Table, &Prefix[2], &Another));
}

TEST(RtlFindUnicodePrefix, FindsTheLongestWholeComponents)
{
    Make();
    CHECK_PTR(Find(L"\\a\\b\\x", 0), &Entry[1]);
    CHECK_PTR(Find(L"\\a\\bx", 0), &Entry[0]);
    CHECK_PTR(Find(L"\\a", 0), &Entry[0]);
    CHECK_PTR(Find(L"\\ab", 0), NULL);
    CHECK_PTR(Find(L"\\d", 0), NULL);
}

TEST(RtlFindUnicodePrefix, MindsCaseWhenToldTo)
{
    Make();
    CHECK_PTR(Find(L"\\A\\B\\x", 0), &Entry[2]);
    CHECK_PTR(Find(L"\\C\\x", 0), NULL);
    CHECK_PTR(Find(L"\\C\\x", 1), &Entry[3]);
    CHECK(Find(L"\\a\\B\\x", 1) != NULL);
    CHECK_PTR(Find(L"\\a\\B\\x", 0), &Entry[0]);
}

TEST(RtlRemoveUnicodePrefix, LeavesTheOthers)
{
    Make();
    RtlRemoveUnicodePrefix(&Table, &Entry[1]);
    CHECK_PTR(Find(L"\\a\\b\\x", 0), &Entry[0]);
    CHECK_PTR(Find(L"\\A\\B\\x", 0), &Entry[2]);
    RtlRemoveUnicodePrefix(&Table, &Entry[2]);
    CHECK_PTR(Find(L"\\A\\B\\x", 1), &Entry[0]);
    RtlRemoveUnicodePrefix(&Table, &Entry[0]);
    CHECK_PTR(Find(L"\\A\\B\\x", 1), NULL);
    CHECK_PTR(Find(L"\\c", 0), &Entry[3]);
}

TEST(RtlNextUnicodePrefix, GivesEachOnce)
{
    ENTRY *Next;
    ULONG Seen = 0, Count = 0;

    Make();
    for (Next = RtlNextUnicodePrefix(&Table, TRUE); Next != NULL && Count < 10;
         Next = RtlNextUnicodePrefix(&Table, FALSE)) {
        Seen |= 1u << (Next - Entry);
        Count++;
    }
    CHECK_EQ(Count, 4);
    CHECK_EQ(Seen, 15);
}
