/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Pools. A block up to a page less its header comes from a page cut into blocks of one size class;
 * each thread keeps a magazine of free blocks per class, refilled from and flushed to the pages'
 * free maps under ExpLock. A larger block is whole pages; freed ones are kept for the next such
 * request up to a limit. Free memory holds no links of ours, so a driver that writes to it can
 * spoil nothing but its own data; headers are checked when a block is freed.
 */
#include <string.h>

#include "ex/exp.h"
#include "ex/pushlock.h"
#include "ex/resolution.h"
#include "ex/slist.h"
#include "ke/timer.h"
#include "ke/turns.h"
#include "rtl/rtl.h"

#define EXP_CLASSES (sizeof(ExpClassBytes) / sizeof(ExpClassBytes[0]))
#define EXP_LARGE_KEPT_PAGES 1024u /* freed large blocks kept, in all */
#define EXP_LARGE_KEPT_LONGEST 512u
#define EXP_HALF (KE_POOL_MAGAZINE / 2)

static const USHORT ExpClassBytes[] = {32, 48, 64, 80, 96, 112, 128, 144, 160, 192, 224, 256, 288,
    320, 368, 400, 448, 512, 576, 672, 816, 1024, 1360, 2048, 4096};
_Static_assert(EXP_CLASSES <= KE_POOL_CLASSES, "a magazine for each class");

static UCHAR ExpClassOf[PAGE_SIZE / 16 + 1]; /* by (bytes + header) / 16, rounded up */
static KSPIN_LOCK ExpLock;
static MM_PAGE *ExpPartial[EXP_CLASSES];     /* pages with a free block, by class */
static MM_PAGE *ExpKept[EXP_LARGE_KEPT_LONGEST + 1]; /* free large blocks by pages, linked by Site
                                                      */
static ULONG ExpKeptPages;
const EX_POOL_WATCH *ExPoolWatch;

/* ---- pages of one class, ExpLock held -------------------------------------------------------- */

static void ExpLinkPage(MM_PAGE *Page)
{
    Page->Pool.Previous = NULL;
    Page->Pool.Next = ExpPartial[Page->PoolClass];
    if (Page->Pool.Next != NULL)
        Page->Pool.Next->Pool.Previous = Page;
    ExpPartial[Page->PoolClass] = Page;
}

static void ExpUnlinkPage(MM_PAGE *Page)
{
    if (Page->Pool.Previous != NULL)
        Page->Pool.Previous->Pool.Next = Page->Pool.Next;
    else
        ExpPartial[Page->PoolClass] = Page->Pool.Next;
    if (Page->Pool.Next != NULL)
        Page->Pool.Next->Pool.Previous = Page->Pool.Previous;
}

static BOOLEAN ExpPageEmpty(const MM_PAGE *Page)
{
    return (Page->Pool.FreeMap[0] | Page->Pool.FreeMap[1]) == 0;
}

static EXP_HEADER *ExpTakeBlock(MM_PAGE *Page)
{
    ULONG Word = Page->Pool.FreeMap[0] == 0;
    ULONG Bit = (ULONG)__builtin_ctzll(Page->Pool.FreeMap[Word]);
    Page->Pool.FreeMap[Word] &= Page->Pool.FreeMap[Word] - 1;
    if (ExpPageEmpty(Page))
        ExpUnlinkPage(Page);
    return (EXP_HEADER *)((UCHAR *)MmPageAddress(Page) +
        (Word * 64 + Bit) * (ULONG)ExpClassBytes[Page->PoolClass]);
}

static void ExpGiveBlock(EXP_HEADER *Header)
{
    MM_PAGE *Page = MmPageOf(Header);
    ULONG Index = (ULONG)((ULONG_PTR)Header & (PAGE_SIZE - 1)) / ExpClassBytes[Page->PoolClass];
    if (ExpPageEmpty(Page))
        ExpLinkPage(Page);
    Page->Pool.FreeMap[Index / 64] |= (ULONG64)1 << Index % 64;
}

static MM_PAGE *ExpNewPage(ULONG Class)
{
    ULONG Blocks = PAGE_SIZE / ExpClassBytes[Class];
    UCHAR *Memory = MmAllocatePages(1, MM_PAGE_POOL);
    if (Memory == NULL)
        return NULL;
    MM_PAGE *Page = MmPageOf(Memory);
    Page->PoolClass = (UCHAR)Class;
    Page->Pool.FreeMap[0] = Blocks >= 64 ? ~(ULONG64)0 : ((ULONG64)1 << Blocks) - 1;
    Page->Pool.FreeMap[1] = Blocks >= 128 ? ~(ULONG64)0
        : Blocks > 64                     ? ((ULONG64)1 << (Blocks - 64)) - 1
                                          : 0;
    ExpLinkPage(Page);
    return Page;
}

/*
 * What the common allocation and freeing do now and then is NTAPI and not inlined: with a call in
 * the host's convention in them they would save ten vector registers each time.
 */
#define EXP_SLOW static __attribute__((noinline))

/* Up to Limit free blocks of a class into Block; returns how many. */
EXP_SLOW ULONG NTAPI ExpFill(ULONG Class, void **Block, ULONG Limit)
{
    ULONG Count = 0;
    KIRQL Old = KiAcquireLock(&ExpLock);
    while (Count < Limit) {
        MM_PAGE *Page = ExpPartial[Class];
        if (Page == NULL) {
            if (Count != 0)
                break; /* what is there will do: no new page for a spare */
            Page = ExpNewPage(Class);
            if (Page == NULL)
                break;
        }
        Block[Count++] = ExpTakeBlock(Page);
    }
    KiReleaseLock(&ExpLock, Old);
    return Count;
}

EXP_SLOW void NTAPI ExpDrain(void **Block, ULONG Count)
{
    KIRQL Old = KiAcquireLock(&ExpLock);
    for (ULONG Index = 0; Index < Count; Index++)
        ExpGiveBlock(Block[Index]);
    KiReleaseLock(&ExpLock, Old);
}

void ExFlushMagazines(KI_PCR *Pcr)
{
    for (ULONG Class = 0; Class < EXP_CLASSES; Class++) {
        ExpDrain(Pcr->Magazine[Class].Block, Pcr->Magazine[Class].Count);
        Pcr->Magazine[Class].Count = 0;
    }
}

/* ---- large blocks ---------------------------------------------------------------------------- */

EXP_SLOW void *NTAPI ExpAllocateLarge(POOL_TYPE Type, SIZE_T Bytes, ULONG Tag, ULONG_PTR Site)
{
    SIZE_T Pages = Bytes / PAGE_SIZE + (Bytes % PAGE_SIZE != 0 || Bytes == 0);
    MM_PAGE *Page = NULL;
    if (Pages > MM_RAM_BYTES / PAGE_SIZE)
        return NULL;
    if (Pages <= EXP_LARGE_KEPT_LONGEST) {
        KIRQL Old = KiAcquireLock(&ExpLock);
        Page = ExpKept[Pages];
        if (Page != NULL) {
            ExpKept[Pages] = (MM_PAGE *)Page->Large.Site;
            ExpKeptPages -= (ULONG)Pages;
        }
        KiReleaseLock(&ExpLock, Old);
    }
    if (Page == NULL) {
        void *Memory = MmAllocatePages((ULONG)Pages, MM_PAGE_LARGE);
        if (Memory == NULL)
            return NULL;
        Page = MmPageOf(Memory);
    }
    Page->PoolClass = EXP_ALLOCATED;
    Page->PoolType = (UCHAR)Type & EXP_TYPE_MASK;
    Page->Large.Site = Site;
    Page->Large.Bytes = Bytes;
    Page->Large.Tag = Tag;
    if (__builtin_expect(KeTracker != NULL, FALSE))
        KeTracker->Renewed(MmPageAddress(Page), Bytes);
    return MmPageAddress(Page);
}

EXP_SLOW void NTAPI ExpFreeLarge(MM_PAGE *Page)
{
    ULONG Pages = Page->PageCount;
    Page->PoolClass = EXP_FREE;
    if (Pages <= EXP_LARGE_KEPT_LONGEST && !(Page->Protection & HOST_EXECUTE)) {
        KIRQL Old = KiAcquireLock(&ExpLock);
        BOOLEAN Keep = ExpKeptPages + Pages <= EXP_LARGE_KEPT_PAGES;
        if (Keep) {
            Page->Large.Site = (ULONG_PTR)ExpKept[Pages];
            ExpKept[Pages] = Page;
            ExpKeptPages += Pages;
        }
        KiReleaseLock(&ExpLock, Old);
        if (Keep)
            return;
    }
    MmFreePages(MmPageAddress(Page));
}

/* ---- the way in ------------------------------------------------------------------------------ */

void *NTAPI ExiAllocate(POOL_TYPE Type, SIZE_T Bytes, ULONG Tag, ULONG_PTR Site)
{
    EXP_HEADER *Header;
    if (MmShouldFail())
        return NULL;
    if (Bytes > PAGE_SIZE - sizeof(EXP_HEADER) || (Type & EXP_CACHE_ALIGNED))
        return ExpAllocateLarge(Type, Bytes, Tag, Site);

    ULONG Class = ExpClassOf[(Bytes + sizeof(EXP_HEADER) + 15) / 16];
    if (KeAttached()) {
        KE_MAGAZINE *Magazine = &KeGetPcr()->Magazine[Class];
        if (Magazine->Count == 0 &&
            (Magazine->Count = ExpFill(Class, Magazine->Block, EXP_HALF)) == 0)
            return NULL;
        Header = Magazine->Block[--Magazine->Count];
    } else if (ExpFill(Class, (void **)&Header, 1) == 0) {
        return NULL;
    }
    Header->Tag = Tag;
    Header->Bytes = (USHORT)Bytes;
    Header->Type = (UCHAR)Type & EXP_TYPE_MASK;
    Header->State = EXP_ALLOCATED;
    Header->Site = Site;
    if (__builtin_expect(KeTracker != NULL, FALSE))
        KeTracker->Renewed(Header + 1, Bytes);
    return Header + 1;
}

void *NTAPI ExiAllocateZero(POOL_TYPE Type, SIZE_T Bytes, ULONG Tag, ULONG_PTR Site)
{
    void *Block = ExiAllocate(Type, Bytes, Tag, Site);
    if (Block != NULL)
        memset(Block, 0, Bytes);
    return Block;
}

/*
 * The page record of a block about to be freed, or a bugcheck: BAD_POOL_CALLER 0x40 user address,
 * 0x46 not the start of a pool block, 7 freed already.
 */
static MM_PAGE *ExpCheckBlock(const void *Block)
{
    if (!MmIsSystemAddress(Block))
        KeBugCheckEx(BAD_POOL_CALLER, 0x40, (ULONG_PTR)Block, MM_SYSTEM_BASE, 0);
    if (!MmIsRam(Block))
        KeBugCheckEx(BAD_POOL_CALLER, 0x46, (ULONG_PTR)Block, 0, 0);
    MM_PAGE *Page = MmPageOf(Block);
    ULONG Offset = (ULONG)((ULONG_PTR)Block & (PAGE_SIZE - 1));
    if (Page->Kind == MM_PAGE_SPECIAL)
        return Page; /* the watch looks itself */
    if (Page->Kind == MM_PAGE_LARGE && Offset == 0) {
        if (Page->PoolClass != EXP_ALLOCATED)
            KeBugCheckEx(BAD_POOL_CALLER, 7, 0, Page->Large.Tag, (ULONG_PTR)Block);
        return Page;
    }
    if (Page->Kind != MM_PAGE_POOL || Offset < sizeof(EXP_HEADER) || (Offset & 15) != 0)
        KeBugCheckEx(BAD_POOL_CALLER, 0x46, (ULONG_PTR)Block, 0, 0);
    const EXP_HEADER *Header = (const EXP_HEADER *)Block - 1;
    if (Header->State == EXP_FREE)
        KeBugCheckEx(BAD_POOL_CALLER, 7, 0, Header->Tag, (ULONG_PTR)Block);
    if (Header->State != EXP_ALLOCATED)
        KeBugCheckEx(BAD_POOL_CALLER, 0x46, (ULONG_PTR)Block, 0, 0);
    return Page;
}

static inline void ExpFreeSmall(void *Block, ULONG Class)
{
    EXP_HEADER *Header = (EXP_HEADER *)Block - 1;
    void *Single = Header;
    Header->State = EXP_FREE;
    if (!KeAttached()) {
        ExpDrain(&Single, 1);
        return;
    }
    KE_MAGAZINE *Magazine = &KeGetPcr()->Magazine[Class];
    if (Magazine->Count == KE_POOL_MAGAZINE) {
        ExpDrain(Magazine->Block + EXP_HALF, KE_POOL_MAGAZINE - EXP_HALF);
        Magazine->Count = EXP_HALF;
    }
    Magazine->Block[Magazine->Count++] = Header;
}

/* A timer that is set in memory that is being freed would be found there later, whatever is there
 * then. */
static __attribute__((noinline)) void NTAPI ExpCheckTimers(const void *Block, SIZE_T Bytes)
{
    const KTIMER *Timer = KeFindTimer((ULONG_PTR)Block, Bytes);
    if (Timer != NULL)
        KeBugCheckEx(
            TIMER_OR_DPC_INVALID, 0, (ULONG_PTR)Timer, (ULONG_PTR)Block, (ULONG_PTR)Block + Bytes);
}

void NTAPI ExiReleaseBlock(void *Block)
{
    MM_PAGE *Page = MmPageOf(Block);
    if (Page->Kind == MM_PAGE_LARGE)
        ExpFreeLarge(Page);
    else
        ExpFreeSmall(Block, Page->PoolClass);
}

void NTAPI ExiRetireBlock(void *Block)
{
    MM_PAGE *Page = MmPageOf(Block);
    if (Page->Kind == MM_PAGE_LARGE)
        Page->PoolClass = EXP_FREE;
    else
        ((EXP_HEADER *)Block - 1)->State = EXP_FREE;
}

void NTAPI ExiWatchBlock(void *Block, SIZE_T Bytes)
{
    MM_PAGE *Page = MmPageOf(Block);
    EXP_HEADER *Header = (EXP_HEADER *)Block - 1;
    if (Page->Kind == MM_PAGE_LARGE) {
        Page->Large.Bytes = Bytes;
        Page->PoolType |= EXP_WATCHED;
    } else {
        Header->Bytes = (USHORT)Bytes;
        Header->Type |= EXP_WATCHED;
    }
}

void NTAPI ExiFree(void *Block)
{
    MM_PAGE *Page = ExpCheckBlock(Block);
    const BOOLEAN Small = Page->Kind == MM_PAGE_POOL;
    if (__builtin_expect(KeTimersSet != 0, FALSE))
        ExpCheckTimers(Block, Small ? ((const EXP_HEADER *)Block - 1)->Bytes : Page->Large.Bytes);
    if (__builtin_expect(
            ((Small ? ((const EXP_HEADER *)Block - 1)->Type : Page->PoolType) & EXP_WATCHED) != 0,
            FALSE))
        ExPoolWatch->Free(Block);
    else if (Small)
        ExpFreeSmall(Block, Page->PoolClass);
    else
        ExpFreeLarge(Page);
}

/* ---- looking at what there is ---------------------------------------------------------------- */

BOOLEAN ExQueryPoolBlock(const void *Address, EX_POOL_BLOCK *Block)
{
    if (!MmIsRam(Address))
        return FALSE;
    const MM_PAGE *Page = MmPageOf(Address);
    ULONG Offset = (ULONG)((ULONG_PTR)Address & (PAGE_SIZE - 1));
    Block->Address = (void *)(ULONG_PTR)Address;
    if ((Page->Kind == MM_PAGE_LARGE
                ? Offset == 0
                : Page->Kind == MM_PAGE_SPECIAL && Offset == Page->Large.Offset) &&
        Page->PoolClass == EXP_ALLOCATED) {
        Block->Bytes = Page->Large.Bytes;
        Block->Tag = Page->Large.Tag;
        Block->Type = (POOL_TYPE)(Page->PoolType & EXP_TYPE_MASK);
        Block->Site = Page->Large.Site;
        Block->Watched = (Page->PoolType & EXP_WATCHED) != 0;
        return TRUE;
    }
    if (Page->Kind != MM_PAGE_POOL || Offset < sizeof(EXP_HEADER) ||
        (Offset - sizeof(EXP_HEADER)) % ExpClassBytes[Page->PoolClass] != 0)
        return FALSE;
    const EXP_HEADER *Header = (const EXP_HEADER *)Address - 1;
    if (Header->State != EXP_ALLOCATED)
        return FALSE;
    Block->Bytes = Header->Bytes;
    Block->Tag = Header->Tag;
    Block->Type = (POOL_TYPE)(Header->Type & EXP_TYPE_MASK);
    Block->Site = Header->Site;
    Block->Watched = (Header->Type & EXP_WATCHED) != 0;
    return TRUE;
}

void ExEnumeratePool(BOOLEAN (*Visit)(const EX_POOL_BLOCK *Block, void *Context), void *Context)
{
    EX_POOL_BLOCK Block;
    ULONG End = MmHighWaterPage();
    for (ULONG Pfn = 0; Pfn < End; Pfn++) {
        const MM_PAGE *Page = &MmPageTable[Pfn];
        UCHAR *Memory = MmPageAddress(Page);
        if (Page->Kind == MM_PAGE_LARGE || Page->Kind == MM_PAGE_SPECIAL) {
            ULONG Offset = Page->Kind == MM_PAGE_SPECIAL ? Page->Large.Offset : 0;
            if (ExQueryPoolBlock(Memory + Offset, &Block) && !Visit(&Block, Context))
                return;
        } else if (Page->Kind == MM_PAGE_POOL) {
            ULONG Bytes = ExpClassBytes[Page->PoolClass];
            for (ULONG Offset = 0; Offset + Bytes <= PAGE_SIZE; Offset += Bytes) {
                if (ExQueryPoolBlock(Memory + Offset + sizeof(EXP_HEADER), &Block) &&
                    !Visit(&Block, Context))
                    return;
            }
        }
    }
}

static BOOLEAN ExpFindLarge(const MM_PAGE *Page, EX_POOL_PLACE *Place)
{
    while (Page->Kind == MM_PAGE_LARGE_TAIL)
        Page--;
    if (Page->Kind != MM_PAGE_LARGE)
        return FALSE;
    Place->Freed = Page->PoolClass != EXP_ALLOCATED;
    Place->Block = (EX_POOL_BLOCK){.Address = MmPageAddress(Page),
        .Bytes = Page->Large.Bytes,
        .Tag = Page->Large.Tag,
        .Type = (POOL_TYPE)Page->PoolType,
        .Site = Place->Freed ? 0 : Page->Large.Site};
    return TRUE;
}

BOOLEAN ExFindPoolPlace(ULONG_PTR Address, EX_POOL_PLACE *Place)
{
    if (!MmIsRam((const void *)Address) || MmPageTable == NULL)
        return FALSE;
    const MM_PAGE *Page = MmPageOf((const void *)Address);
    if (Page->Kind != MM_PAGE_POOL && Page->Kind != MM_PAGE_LARGE &&
        Page->Kind != MM_PAGE_LARGE_TAIL && Page != MmPageTable)
        Page--; /* what follows a block of whole pages */
    if (Page->Kind != MM_PAGE_POOL)
        return ExpFindLarge(Page, Place);
    if (Page != MmPageOf((const void *)Address))
        return FALSE;
    const ULONG ClassBytes = ExpClassBytes[Page->PoolClass],
                Offset = (ULONG)(Address & (PAGE_SIZE - 1)) / ClassBytes * ClassBytes;
    const EXP_HEADER *Header = (const EXP_HEADER *)((const UCHAR *)MmPageAddress(Page) + Offset);
    if (Offset + ClassBytes > PAGE_SIZE ||
        (Header->State != EXP_ALLOCATED && Header->State != EXP_FREE))
        return FALSE;
    Place->Freed = Header->State == EXP_FREE;
    Place->Block = (EX_POOL_BLOCK){.Address = (void *)(ULONG_PTR)(Header + 1),
        .Bytes = Header->Bytes,
        .Tag = Header->Tag,
        .Type = (POOL_TYPE)Header->Type,
        .Site = Header->Site};
    return TRUE;
}

/*
 * NonPagedPool was executable before NonPagedPoolNx: code a driver copied into such a block runs. A
 * page becomes executable only when something jumps there.
 */
static BOOLEAN ExpPageFetch(ULONG_PTR Address)
{
    const void *Code = (const void *)Address;
    if (!MmIsRam(Code))
        return FALSE;
    const MM_PAGE *Page = MmPageOf(Code);
    while (Page->Kind == MM_PAGE_LARGE_TAIL)
        Page--;
    UCHAR *Memory = MmPageAddress(Page);
    if (Page->Kind == MM_PAGE_POOL)
        Memory += (Address & (PAGE_SIZE - 1)) / ExpClassBytes[Page->PoolClass] *
                ExpClassBytes[Page->PoolClass] +
            sizeof(EXP_HEADER);
    EX_POOL_BLOCK Block;
    if (!ExQueryPoolBlock(Memory, &Block) || (Block.Type & EXP_TYPE_MASK) != NonPagedPool ||
        (Page->Protection & HOST_EXECUTE))
        return FALSE;
    return NT_SUCCESS(MmProtectPages(MmPageAddress(Page),
        Page->Kind == MM_PAGE_LARGE ? Page->PageCount : 1, HOST_READ | HOST_WRITE | HOST_EXECUTE));
}

static void *ExpAllocateString(SIZE_T Bytes, ULONG_PTR Site)
{
    return MmShouldFailFor(Site) ? NULL : ExiAllocate(PagedPool, Bytes, EX_STRING_TAG, Site);
}

static void ExpFreeString(void *Block)
{
    ExiFree(Block);
}

NTSTATUS ExInitialize(void)
{
    ULONG Class = 0;
    for (ULONG Units = 0; Units < sizeof(ExpClassOf); Units++) {
        while (ExpClassBytes[Class] < Units * 16)
            Class++;
        ExpClassOf[Units] = (UCHAR)Class;
    }
    ExpLock = 0;
    ExpKeptPages = 0;
    memset(ExpPartial, 0, sizeof(ExpPartial));
    memset(ExpKept, 0, sizeof(ExpKept));
    KePageFetch = ExpPageFetch;
    ExpInitializeSLists();
    ExpInitializePushLocks();
    ExpResetResolution();
    RtlpAllocate = ExpAllocateString;
    RtlpFree = ExpFreeString;
    return STATUS_SUCCESS;
}
