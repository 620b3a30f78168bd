/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlQueryModuleInformation - the loaded modules, for the auxiliary kernel library; since Windows
 * Vista.
 */
#include "ktest.h"

typedef NTSTATUS NTAPI QUERY(PULONG Length, ULONG SizePerModule, PVOID Information);

typedef struct MODULE { /* AUX_MODULE_EXTENDED_INFO */
    PVOID ImageBase;
    ULONG ImageSize;
    USHORT FileNameOffset;
    CHAR FullPathName[256];
} MODULE;

static QUERY *Find(VOID)
{
    QUERY *Query = (QUERY *)KtestExport(L"RtlQueryModuleInformation");

    if (Query == NULL)
        skip("newer than this Windows");
    return Query;
}

/* The modules in that form, in paged pool; NULL: there was no memory. */
static PVOID Ask(QUERY *Query, ULONG Size, PULONG Count)
{
    ULONG Length = 0;
    PVOID Modules;

    CHECK_STATUS(Query(&Length, Size, NULL), STATUS_SUCCESS);
    CHECK(Length != 0 && Length % Size == 0);
    Length += 4 * Size; /* there may be more by now */
    Modules = ExAllocatePoolWithTag(PagedPool, Length, 'tseT');
    if (!CHECK(Modules != NULL))
        return NULL;
    CHECK_STATUS(Query(&Length, Size, Modules), STATUS_SUCCESS);
    *Count = Length / Size;
    return Modules;
}

TEST(RtlQueryModuleInformation, HasThisDriver)
{
    QUERY *Query = Find();
    ULONG Count = 0, I, Seen = 0;
    MODULE *Modules = Query != NULL ? Ask(Query, sizeof(MODULE), &Count) : NULL;

    if (Modules == NULL)
        return;
    CHECK(Count >= 2);
    for (I = 0; I < Count; I++) {
        CHECK(Modules[I].ImageBase != NULL && Modules[I].ImageSize != 0);
        CHECK(Modules[I].FileNameOffset < sizeof(Modules[I].FullPathName));
        if (Modules[I].ImageBase == KtestDriverObject->DriverStart) {
            CHECK_EQ(Modules[I].ImageSize, KtestDriverObject->DriverSize);
            CHECK_EQ(Modules[I].FullPathName[Modules[I].FileNameOffset - 1], '\\');
            Seen++;
        }
    }
    CHECK_EQ(Seen, 1);
    ExFreePoolWithTag(Modules, 'tseT');
}

TEST(RtlQueryModuleInformation, HasBasesAlone)
{
    QUERY *Query = Find();
    ULONG Count = 0, I, Seen = 0;
    PVOID *Bases = Query != NULL ? Ask(Query, sizeof(PVOID), &Count) : NULL;

    if (Bases == NULL)
        return;
    for (I = 0; I < Count; I++)
        Seen += Bases[I] == KtestDriverObject->DriverStart;
    CHECK_EQ(Seen, 1);
    ExFreePoolWithTag(Bases, 'tseT');
}

TEST(RtlQueryModuleInformation, ChecksSizes)
{
    QUERY *Query = Find();
    MODULE One;
    ULONG Length = sizeof(One);

    if (Query == NULL)
        return;
    CHECK_STATUS(Query(&Length, sizeof(One), &One), STATUS_BUFFER_TOO_SMALL);
    Length = sizeof(One);
    CHECK_STATUS(Query(&Length, sizeof(One) - 8, &One), STATUS_INVALID_PARAMETER);
}
