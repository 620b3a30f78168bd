/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlInsertPerStreamContext, FsRtlInsertPerFileContext and their families - contexts filters hang
 * on streams and files.
 */
#include "ktest.h"

typedef struct CONTEXT_ {
    LIST_ENTRY Links;
    PVOID OwnerId, InstanceId;
    VOID(NTAPI *FreeCallback)(PVOID);
} FILTER_CONTEXT;

/* FSRTL_ADVANCED_FCB_HEADER, version 0. */
typedef struct HEADER {
    CSHORT NodeTypeCode, NodeByteSize;
    UCHAR Flags, IsFastIoPossible, Flags2, Version;
    PERESOURCE Resource, PagingIoResource;
    LARGE_INTEGER Sizes[3];
    PFAST_MUTEX FastMutex;
    LIST_ENTRY FilterContexts;
} HEADER;

#define SUPPORTS_FILTER_CONTEXTS 2

NTKERNELAPI NTSTATUS NTAPI FsRtlInsertPerStreamContext(HEADER *Header, FILTER_CONTEXT *Context);
NTKERNELAPI FILTER_CONTEXT *NTAPI FsRtlLookupPerStreamContextInternal(
    HEADER *Header, PVOID OwnerId, PVOID InstanceId);
NTKERNELAPI FILTER_CONTEXT *NTAPI FsRtlRemovePerStreamContext(
    HEADER *Header, PVOID OwnerId, PVOID InstanceId);
NTKERNELAPI VOID NTAPI FsRtlTeardownPerStreamContexts(HEADER *Header);

static HEADER Header;
static FAST_MUTEX Mutex;
static FILTER_CONTEXT Context[3];
static ULONG Freed;

static VOID NTAPI Free(PVOID Block)
{
    Freed |= 1u << ((FILTER_CONTEXT *)Block - Context);
}

static VOID MakeContexts(VOID)
{
    ULONG I;

    RtlZeroMemory(Context, sizeof(Context));
    for (I = 0; I < 3; I++) {
        Context[I].OwnerId = (PVOID)(ULONG_PTR)(I < 2 ? 100 : 200);
        Context[I].InstanceId = (PVOID)(ULONG_PTR)(I + 1);
        Context[I].FreeCallback = Free;
    }
    Freed = 0;
}

static VOID MakeHeader(VOID)
{
    RtlZeroMemory(&Header, sizeof(Header));
    ExInitializeFastMutex(&Mutex);
    Header.FastMutex = &Mutex;
    InitializeListHead(&Header.FilterContexts);
    Header.Flags2 = SUPPORTS_FILTER_CONTEXTS;
    MakeContexts();
}

#define ID(Number) ((PVOID)(ULONG_PTR)(Number))

TEST(FsRtlInsertPerStreamContext, RefusesAFileSystemWithout)
{
    MakeHeader();
    Header.Flags2 = 0;
    CHECK_STATUS(FsRtlInsertPerStreamContext(&Header, &Context[0]), STATUS_INVALID_DEVICE_REQUEST);
    CHECK_STATUS(FsRtlInsertPerStreamContext(NULL, &Context[0]), STATUS_INVALID_DEVICE_REQUEST);
    CHECK_PTR(FsRtlRemovePerStreamContext(&Header, NULL, NULL), NULL);
}

TEST(FsRtlLookupPerStreamContextInternal, FindsByOwnerAndInstance)
{
    ULONG I;

    MakeHeader();
    for (I = 0; I < 3; I++)
        CHECK_STATUS(FsRtlInsertPerStreamContext(&Header, &Context[I]), STATUS_SUCCESS);
    CHECK_PTR(FsRtlLookupPerStreamContextInternal(&Header, ID(100), ID(1)), &Context[0]);
    CHECK_PTR(FsRtlLookupPerStreamContextInternal(&Header, ID(200), NULL), &Context[2]);
    CHECK_PTR(FsRtlLookupPerStreamContextInternal(&Header, ID(200), ID(1)), NULL);
    CHECK_PTR(FsRtlLookupPerStreamContextInternal(&Header, ID(300), NULL), NULL);
    CHECK(FsRtlLookupPerStreamContextInternal(&Header, NULL, NULL) != NULL);
    CHECK(FsRtlLookupPerStreamContextInternal(&Header, ID(100), NULL) != NULL);
}

TEST(FsRtlRemovePerStreamContext, TakesOneOff)
{
    MakeHeader();
    FsRtlInsertPerStreamContext(&Header, &Context[0]);
    FsRtlInsertPerStreamContext(&Header, &Context[1]);
    CHECK_PTR(FsRtlRemovePerStreamContext(&Header, ID(100), ID(2)), &Context[1]);
    CHECK_PTR(FsRtlRemovePerStreamContext(&Header, ID(100), ID(2)), NULL);
    CHECK_PTR(FsRtlLookupPerStreamContextInternal(&Header, NULL, NULL), &Context[0]);
    CHECK_EQ(Freed, 0);
}

TEST(FsRtlTeardownPerStreamContexts, GivesEachBack)
{
    ULONG I;

    MakeHeader();
    for (I = 0; I < 3; I++)
        FsRtlInsertPerStreamContext(&Header, &Context[I]);
    FsRtlTeardownPerStreamContexts(&Header);
    CHECK_EQ(Freed, 7);
    CHECK(IsListEmpty(&Header.FilterContexts));
}

typedef NTSTATUS NTAPI INSERT(PVOID *Pointer, FILTER_CONTEXT *Context);
typedef FILTER_CONTEXT *NTAPI FIND(PVOID *Pointer, PVOID OwnerId, PVOID InstanceId);
typedef VOID NTAPI TEAR_DOWN(PVOID *Pointer);

static INSERT *Insert;
static FIND *Lookup, *Remove;
static TEAR_DOWN *TearDown;

static BOOLEAN HavePerFile(VOID)
{
    Insert = (INSERT *)KtestExport(L"FsRtlInsertPerFileContext");
    Lookup = (FIND *)KtestExport(L"FsRtlLookupPerFileContext");
    Remove = (FIND *)KtestExport(L"FsRtlRemovePerFileContext");
    TearDown = (TEAR_DOWN *)KtestExport(L"FsRtlTeardownPerFileContexts");
    MakeContexts();
    if (Insert == NULL)
        skip("newer than this Windows");
    return Insert != NULL;
}

TEST(FsRtlInsertPerFileContext, RefusesAFileSystemWithout)
{
    if (HavePerFile())
        CHECK_STATUS(Insert(NULL, &Context[0]), STATUS_INVALID_DEVICE_REQUEST);
}

TEST(FsRtlLookupPerFileContext, FindsByOwnerAndInstance)
{
    PVOID Pointer = NULL;

    if (!HavePerFile())
        return;
    CHECK_PTR(Lookup(&Pointer, NULL, NULL), NULL);
    CHECK_STATUS(Insert(&Pointer, &Context[0]), STATUS_SUCCESS);
    CHECK_STATUS(Insert(&Pointer, &Context[2]), STATUS_SUCCESS);
    CHECK(Pointer != NULL);
    CHECK_PTR(Lookup(&Pointer, ID(200), NULL), &Context[2]);
    CHECK_PTR(Lookup(&Pointer, ID(100), ID(9)), NULL);
    TearDown(&Pointer);
}

TEST(FsRtlRemovePerFileContext, TakesOneOff)
{
    PVOID Pointer = NULL;

    if (!HavePerFile())
        return;
    CHECK_PTR(Remove(&Pointer, NULL, NULL), NULL);
    Insert(&Pointer, &Context[0]);
    CHECK_PTR(Remove(&Pointer, ID(100), NULL), &Context[0]);
    CHECK_PTR(Lookup(&Pointer, ID(100), NULL), NULL);
    TearDown(&Pointer);
    CHECK_EQ(Freed, 0);
}

TEST(FsRtlTeardownPerFileContexts, GivesEachBack)
{
    PVOID Pointer = NULL;

    if (!HavePerFile())
        return;
    Insert(&Pointer, &Context[0]);
    Insert(&Pointer, &Context[1]);
    TearDown(&Pointer);
    CHECK_EQ(Freed, 3);
    CHECK_PTR(Pointer, NULL);
    TearDown(&Pointer);
}
