/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PfxInitialize, PfxInsertPrefix, PfxRemovePrefix, PfxFindPrefix - tables of prefixes in bytes.
 */
#include "ktest.h"

typedef struct ENTRY {
    CSHORT NodeTypeCode, NameLength;
    struct ENTRY *NextPrefixTree;
    PVOID Links[3];
    PSTRING Prefix;
} ENTRY;

typedef struct TABLE {
    CSHORT NodeTypeCode, NameLength;
    ENTRY *NextPrefixTree;
} TABLE;

#undef PfxInitialize
NTKERNELAPI VOID NTAPI PfxInitialize(TABLE *Table);
NTKERNELAPI BOOLEAN NTAPI PfxInsertPrefix(TABLE *Table, PSTRING Prefix, ENTRY *Entry);
NTKERNELAPI VOID NTAPI PfxRemovePrefix(TABLE *Table, ENTRY *Entry);
NTKERNELAPI ENTRY *NTAPI PfxFindPrefix(TABLE *Table, PSTRING Name);

static TABLE Table;
static ENTRY Entries[4];
static STRING Prefixes[4];

static BOOLEAN Insert(ULONG Index, PCSZ Text)
{
    RtlInitString(&Prefixes[Index], Text);
    return PfxInsertPrefix(&Table, &Prefixes[Index], &Entries[Index]);
}

static ENTRY *Lookup(PCSZ Text)
{
    STRING Name;

    RtlInitString(&Name, Text);
    return PfxFindPrefix(&Table, &Name);
}

TEST(PfxInitialize, MakesAnEmptyTable)
{
    PfxInitialize(&Table);
    CHECK_PTR(Lookup("\\a"), NULL);
}

TEST(PfxInsertPrefix, RefusesTheSameAgain)
{
    PfxInitialize(&Table);
    CHECK(Insert(0, "\\a"));
    CHECK(!Insert(1, "\\a"));
    CHECK(Insert(2, "\\b"));
}

TEST(PfxFindPrefix, FindsTheLongestOfWholeComponents)
{
    PfxInitialize(&Table);
    Insert(0, "\\dir");
    Insert(1, "\\dir\\sub");
    Insert(2, "\\other");
    CHECK_PTR(Lookup("\\dir"), &Entries[0]);
    CHECK_PTR(Lookup("\\dir\\x"), &Entries[0]);
    CHECK_PTR(Lookup("\\dir\\sub\\x"), &Entries[1]);
    CHECK_PTR(Lookup("\\dir\\subx"), &Entries[0]);
    CHECK_PTR(Lookup("\\dirx"), NULL);
    CHECK_PTR(Lookup("\\other\\a\\b"), &Entries[2]);
}

TEST(PfxRemovePrefix, LeavesTheOthers)
{
    PfxInitialize(&Table);
    Insert(0, "\\dir");
    Insert(1, "\\dir\\sub");
    PfxRemovePrefix(&Table, &Entries[1]);
    CHECK_PTR(Lookup("\\dir\\sub\\x"), &Entries[0]);
    PfxRemovePrefix(&Table, &Entries[0]);
    CHECK_PTR(Lookup("\\dir\\sub\\x"), NULL);
}
