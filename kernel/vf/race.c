/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See race.h. A page of memory that was accessed has a page of cells, VFP_CELLS for each eight
 * bytes. A cell is given up for one that says more: the thread's own earlier one, then one that
 * comes before what happens now, then in turn.
 */
#include "vf/race.h"

#include <string.h>

#include "vf/clock.h"

#define VFP_PAGE 4096u
#define VFP_GRAIN 8u
#define VFP_CELLS 4u
#define VFP_STACKS 32768u
#define VFP_PAIRS 256u

typedef struct VFP_CELL {
    ULONG Time;  /* 0: free */
    USHORT Stack;
    UCHAR Thread;
    UCHAR Mask;  /* of the eight bytes */
    BOOLEAN Write, Atomic, Frees;
} VFP_CELL;

typedef struct VFP_CELL_PAGE {
    VFP_CELL Cell[VFP_PAGE / VFP_GRAIN][VFP_CELLS];
} VFP_CELL_PAGE;

typedef struct VFP_RACES {
    VFP_STACK Stack[VFP_STACKS];
    USHORT Hash[2 * VFP_STACKS];
    ULONG StackCount;
    ULONG_PTR Pair[VFP_PAIRS][2]; /* places whose race was reported */
    ULONG PairCount;
} VFP_RACES;

static VFP_RACES *VfpRaces;
static VFP_CELL_PAGE **VfpPages;
static ULONG_PTR VfpBase;
static SIZE_T VfpSize;
static ULONG_PTR (*VfpPlaceOf)(ULONG_PTR Pc);

BOOLEAN VfpStartRaces(ULONG_PTR Base, SIZE_T SizeBytes, ULONG_PTR (*PlaceOf)(ULONG_PTR Pc))
{
    VfpPlaceOf = PlaceOf;
    VfpBase = Base;
    VfpSize = SizeBytes;
    VfpPages = host_private_allocate(SizeBytes / VFP_PAGE * sizeof(*VfpPages));
    VfpRaces = host_private_allocate(sizeof(*VfpRaces));
    if (VfpPages != NULL && VfpRaces != NULL)
        return TRUE;
    VfpStopRaces();
    return FALSE;
}

void VfpStopRaces(void)
{
    for (SIZE_T Index = 0; VfpPages != NULL && Index < VfpSize / VFP_PAGE; Index++)
        host_private_free(VfpPages[Index], sizeof(VFP_CELL_PAGE));
    host_private_free(VfpPages, VfpSize / VFP_PAGE * sizeof(*VfpPages));
    host_private_free(VfpRaces, sizeof(*VfpRaces));
    VfpPages = NULL;
    VfpRaces = NULL;
}

/* ---- stacks ---------------------------------------------------------------------------------- */

ULONG VfpKeepStack(const VFP_STACK *Stack)
{
    ULONG_PTR Hash = Stack->Count;
    for (ULONG Index = 0; Index < Stack->Count; Index++)
        Hash = Hash * 31 + Stack->Frame[Index];
    for (ULONG Slot = (ULONG)Hash % RTL_NUMBER_OF(VfpRaces->Hash);;
         Slot = (Slot + 1) % RTL_NUMBER_OF(VfpRaces->Hash)) {
        const ULONG Number = VfpRaces->Hash[Slot];
        if (Number != 0) {
            const VFP_STACK *Known = &VfpRaces->Stack[Number];
            if (Known->Count == Stack->Count &&
                memcmp(Known->Frame, Stack->Frame, Stack->Count * sizeof(Stack->Frame[0])) == 0)
                return Number;
            continue;
        }
        if (VfpRaces->StackCount + 1 == VFP_STACKS)
            return 0;
        VfpRaces->Stack[++VfpRaces->StackCount] = *Stack;
        VfpRaces->Hash[Slot] = (USHORT)VfpRaces->StackCount;
        return VfpRaces->StackCount;
    }
}

const VFP_STACK *VfpGetStack(ULONG Number)
{
    return Number != 0 ? &VfpRaces->Stack[Number] : NULL;
}

/* ---- cells ----------------------------------------------------------------------------------- */

/* NULL: not looked after, or there are none and Make is FALSE or there is no memory. */
static VFP_CELL *VfpCellsOf(ULONG_PTR Address, BOOLEAN Make)
{
    const ULONG_PTR Offset = Address - VfpBase;
    if (Offset >= VfpSize)
        return NULL;
    VFP_CELL_PAGE **Page = &VfpPages[Offset / VFP_PAGE];
    if (*Page == NULL && Make)
        *Page = host_private_allocate(sizeof(VFP_CELL_PAGE));
    return *Page != NULL ? (*Page)->Cell[Offset % VFP_PAGE / VFP_GRAIN] : NULL;
}

static BOOLEAN VfpComesBefore(const VFP_CELL *Cell, ULONG Thread)
{
    return Cell->Thread == Thread || Cell->Time <= VfpSeen(Thread, Cell->Thread);
}

/* A plain load of what others change by locked instructions is how flags and counts are looked
 * at. */
static BOOLEAN VfpConflict(const VFP_CELL *Cell, const VFP_ACCESS *Access)
{
    if (!Cell->Write && !Access->Write)
        return FALSE;
    if (Cell->Frees || Access->Frees)
        return TRUE;
    return !((Cell->Atomic || !Cell->Write) && (Access->Atomic || !Access->Write));
}

static BOOLEAN VfpReportedBefore(ULONG First, ULONG Second)
{
    const VFP_STACK *One = VfpGetStack(First), *Other = VfpGetStack(Second);
    ULONG_PTR Pair[2] = {One != NULL ? VfpPlaceOf(One->Frame[0]) : 0,
        Other != NULL ? VfpPlaceOf(Other->Frame[0]) : 0};
    if (Pair[0] > Pair[1]) {
        const ULONG_PTR Kept = Pair[0];
        Pair[0] = Pair[1];
        Pair[1] = Kept;
    }
    for (ULONG Index = 0; Index < VfpRaces->PairCount; Index++) {
        if (VfpRaces->Pair[Index][0] == Pair[0] && VfpRaces->Pair[Index][1] == Pair[1])
            return TRUE;
    }
    if (VfpRaces->PairCount == VFP_PAIRS)
        return TRUE;
    memcpy(VfpRaces->Pair[VfpRaces->PairCount++], Pair, sizeof(Pair));
    return FALSE;
}

static VFP_CELL *VfpCellToGiveUp(VFP_CELL *Cell, ULONG Thread, UCHAR Mask, BOOLEAN Write)
{
    VFP_CELL *Found = NULL;
    for (ULONG Index = 0; Index < VFP_CELLS; Index++) {
        if (Cell[Index].Time == 0)
            Found = Found != NULL ? Found : &Cell[Index];
        else if (Cell[Index].Thread == Thread && (Cell[Index].Mask & ~Mask) == 0 &&
            (Write || !Cell[Index].Write))
            return &Cell[Index];
    }
    for (ULONG Index = 0; Index < VFP_CELLS && Found == NULL; Index++) {
        if (VfpComesBefore(&Cell[Index], Thread) && (Cell[Index].Mask & ~Mask) == 0 && Write)
            Found = &Cell[Index];
    }
    return Found != NULL ? Found : &Cell[VfpTimeOf(Thread) % VFP_CELLS];
}

/* Race NULL: takes the access to account, no more. */
static BOOLEAN VfpNoteInGrain(VFP_CELL *Cell, UCHAR Mask, const VFP_ACCESS *Access, VFP_RACE *Race)
{
    BOOLEAN Found = FALSE;
    for (ULONG Index = 0; Race != NULL && Index < VFP_CELLS && !Found; Index++) {
        if (Cell[Index].Time == 0 || (Cell[Index].Mask & Mask) == 0 ||
            !VfpConflict(&Cell[Index], Access) || VfpComesBefore(&Cell[Index], Access->Thread) ||
            VfpReportedBefore(Cell[Index].Stack, Access->Stack))
            continue;
        Found = TRUE;
        Race->Now = *Access;
        Race->Earlier = (VFP_ACCESS){.Thread = Cell[Index].Thread,
            .Address = Access->Address,
            .SizeBytes = Access->SizeBytes,
            .Write = Cell[Index].Write,
            .Atomic = Cell[Index].Atomic,
            .Frees = Cell[Index].Frees,
            .Stack = Cell[Index].Stack};
    }
    *VfpCellToGiveUp(Cell, Access->Thread, Mask, Access->Write) = (VFP_CELL){
        .Time = VfpTimeOf(Access->Thread),
        .Stack = (USHORT)Access->Stack,
        .Thread = (UCHAR)Access->Thread,
        .Mask = Mask,
        .Write = Access->Write,
        .Atomic = Access->Atomic,
        .Frees = Access->Frees};
    return Found;
}

BOOLEAN VfpNoteAccess(const VFP_ACCESS *Access, VFP_RACE *Race)
{
    const ULONG_PTR End = Access->Address + Access->SizeBytes;
    BOOLEAN Found = FALSE;
    for (ULONG_PTR At = Access->Address; At < End;) {
        const ULONG First = (ULONG)(At % VFP_GRAIN),
                    Left = (ULONG)(End - At < VFP_GRAIN - First ? End - At : VFP_GRAIN - First);
        VFP_CELL *Cell = VfpCellsOf(At, TRUE);
        /* Freed memory is told of as a whole by its first race. */
        if (Cell != NULL)
            Found |= VfpNoteInGrain(Cell, (UCHAR)(((1u << Left) - 1) << First), Access,
                Found && Access->Frees ? NULL : Race);
        At += Left;
    }
    return Found;
}

BOOLEAN VfpIsShared(ULONG Thread, ULONG_PTR Address)
{
    const VFP_CELL *Cell = VfpCellsOf(Address, FALSE);
    for (ULONG Index = 0; Cell != NULL && Index < VFP_CELLS; Index++) {
        if (Cell[Index].Time != 0 && !VfpComesBefore(&Cell[Index], Thread))
            return TRUE;
    }
    return FALSE;
}

void VfpForgetAccesses(ULONG_PTR Address, SIZE_T SizeBytes)
{
    for (ULONG_PTR At = Address & ~(ULONG_PTR)(VFP_GRAIN - 1); At < Address + SizeBytes;) {
        VFP_CELL *Cell = VfpCellsOf(At, FALSE);
        if (Cell != NULL)
            memset(Cell, 0, sizeof(*Cell) * VFP_CELLS);
        At = Cell != NULL ? At + VFP_GRAIN : (At | (VFP_PAGE - 1)) + 1;
    }
}
