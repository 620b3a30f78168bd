/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Sets of processors over all groups. They are the caller's memory and say how many groups they
 * have room for; nothing is written beyond. An index counts processors through all groups, a full
 * group being as many as a mask has bits; whether there is such a processor is not asked, but by
 * those that find one. The caller sees to it that a set stays as it is, except for the interlocked
 * ones.
 *
 * None of these is documented. Names and parameters are those of lists of the kernel's functions;
 * what is inferred (INF) is that a result is where the name says, that the status of finding none
 * is NOT_FOUND, and that "whether" is whether any is left.
 * IRQL: any, of all. Source: INF; OBS tests/kernel/ke/KeInitializeAffinityEx.c
 */
#include "ke/affinityex.h"
#include "ke/processor.h"
#include "rtl/rtl.h"

#define KI_GROUP_BITS   (sizeof(KAFFINITY) * 8u)
#define KI_NO_PROCESSOR MAXULONG

/* As many groups as that Windows' drivers have room for; 32-bit ones know one. */
static USHORT KiGroupRoom(void)
{
#if defined(__x86_64__)
    const ULONG Build = RtlpCurrentVersion()->Build;
    return Build < 9200 ? 4 : Build < 22621 ? 20 : KI_MOST_GROUPS;
#else
    return 1;
#endif
}

static KAFFINITY KiGroupOf(const KAFFINITY_EX *Affinity, USHORT Group)
{
    return Group < Affinity->Count && Group < KI_MOST_GROUPS ? Affinity->Bitmap[Group] : 0;
}

static KAFFINITY KiBitOf(ULONG ProcIndex)
{
    return (KAFFINITY)1 << ProcIndex % KI_GROUP_BITS;
}

static USHORT KiGroupOfIndex(ULONG ProcIndex)
{
    return (USHORT)(ProcIndex / KI_GROUP_BITS < MAXUSHORT ? ProcIndex / KI_GROUP_BITS : MAXUSHORT);
}

/* The group's mask to change; NULL: there is no room for it. */
static KAFFINITY *KiReachGroup(KAFFINITY_EX *Affinity, USHORT Group)
{
    if (Group >= Affinity->Size || Group >= KI_MOST_GROUPS)
        return NULL;
    if (Group >= Affinity->Count)
        Affinity->Count = Group + 1;
    return &Affinity->Bitmap[Group];
}

/* KeInitializeAffinityEx - an empty set, with as much room as the machine's Windows has. */
void NTAPI KeInitializeAffinityEx(KAFFINITY_EX *Affinity)
{
    Affinity->Count = 1;
    Affinity->Size = KiGroupRoom();
    Affinity->Reserved = 0;
    for (USHORT Group = 0; Group < Affinity->Size; Group++)
        Affinity->Bitmap[Group] = 0;
}

/* KeQueryActiveProcessorAffinity - all that are active; returns how many. */
ULONG NTAPI KeQueryActiveProcessorAffinity(KAFFINITY_EX *Affinity)
{
    KeInitializeAffinityEx(Affinity);
    KAFFINITY Active = KeQueryActiveProcessors();
    Affinity->Bitmap[0] = Active;
    return (ULONG)__builtin_popcountll(Active);
}

/* ---- two sets ---------------------------------------------------------------------------- */

enum KI_SET_OPERATION {
    KI_SET_AND,
    KI_SET_OR,
    KI_SET_SUBTRACT
};

static KAFFINITY KiCombine(KAFFINITY A, KAFFINITY B, enum KI_SET_OPERATION Operation)
{
    return Operation == KI_SET_AND ? A & B : Operation == KI_SET_OR ? A | B : A & ~B;
}

/* Result may be one of the two; NULL: only whether any is left. */
static LOGICAL KiCombineSets(const KAFFINITY_EX *Affinity1, const KAFFINITY_EX *Affinity2,
    KAFFINITY_EX *Result, enum KI_SET_OPERATION Operation)
{
    const USHORT Room = KiGroupRoom();
    const USHORT Groups = Affinity1->Count > Affinity2->Count ? Affinity1->Count : Affinity2->Count;
    KAFFINITY Any = 0, Bits[KI_MOST_GROUPS] = {0};
    for (USHORT Group = 0; Group < Groups && Group < Room; Group++)
        Any |= Bits[Group] =
            KiCombine(KiGroupOf(Affinity1, Group), KiGroupOf(Affinity2, Group), Operation);
    if (Result != NULL) {
        KeInitializeAffinityEx(Result);
        for (USHORT Group = 0; Group < Groups && Group < Room; Group++)
            *KiReachGroup(Result, Group) = Bits[Group];
    }
    return Any != 0;
}

/* KeAndAffinityEx, KeOrAffinityEx, KeSubtractAffinityEx - the set of both, of either, of those of
 * the first alone. Result: optional. */
LOGICAL NTAPI KeAndAffinityEx(
    const KAFFINITY_EX *Affinity1, const KAFFINITY_EX *Affinity2, KAFFINITY_EX *Result)
{
    return KiCombineSets(Affinity1, Affinity2, Result, KI_SET_AND);
}

LOGICAL NTAPI KeOrAffinityEx(
    const KAFFINITY_EX *Affinity1, const KAFFINITY_EX *Affinity2, KAFFINITY_EX *Result)
{
    return KiCombineSets(Affinity1, Affinity2, Result, KI_SET_OR);
}

LOGICAL NTAPI KeSubtractAffinityEx(
    const KAFFINITY_EX *Affinity1, const KAFFINITY_EX *Affinity2, KAFFINITY_EX *Result)
{
    return KiCombineSets(Affinity1, Affinity2, Result, KI_SET_SUBTRACT);
}

/* KeCopyAffinityEx - the same set once more. */
void NTAPI KeCopyAffinityEx(KAFFINITY_EX *Destination, const KAFFINITY_EX *Source)
{
    KiCombineSets(Source, Source, Destination, KI_SET_OR);
}

/* KeComplementAffinityEx - all the set has not, whether there are such processors or not. */
void NTAPI KeComplementAffinityEx(KAFFINITY_EX *Result, const KAFFINITY_EX *Affinity)
{
    KAFFINITY_EX All;
    KeInitializeAffinityEx(&All);
    for (USHORT Group = 0; Group < All.Size; Group++)
        *KiReachGroup(&All, Group) = ~(KAFFINITY)0;
    KiCombineSets(&All, Affinity, Result, KI_SET_SUBTRACT);
}

/* KeIsEmptyAffinityEx, KeIsEqualAffinityEx - room and count do not matter. */
LOGICAL NTAPI KeIsEmptyAffinityEx(const KAFFINITY_EX *Affinity)
{
    return !KiCombineSets(Affinity, Affinity, NULL, KI_SET_OR);
}

LOGICAL NTAPI KeIsEqualAffinityEx(const KAFFINITY_EX *Affinity1, const KAFFINITY_EX *Affinity2)
{
    return KeIsSubsetAffinityEx(Affinity1, Affinity2) && KeIsSubsetAffinityEx(Affinity2, Affinity1);
}

/* KeIsSubsetAffinityEx - the second has all of the first. */
LOGICAL NTAPI KeIsSubsetAffinityEx(const KAFFINITY_EX *Affinity1, const KAFFINITY_EX *Affinity2)
{
    return !KiCombineSets(Affinity1, Affinity2, NULL, KI_SET_SUBTRACT);
}

/* ---- one set ----------------------------------------------------------------------------- */

/* KeIsSingleGroupAffinityEx - one group has all of them, and there are some; *Group, optional:
 * which. */
LOGICAL NTAPI KeIsSingleGroupAffinityEx(const KAFFINITY_EX *Affinity, USHORT *Group)
{
    USHORT Groups = 0, Last = 0;
    for (USHORT At = 0; At < Affinity->Count; At++) {
        if (KiGroupOf(Affinity, At) != 0) {
            Groups++;
            Last = At;
        }
    }
    if (Groups == 1 && Group != NULL)
        *Group = Last;
    return Groups == 1;
}

/* KeCountSetBitsAffinityEx - how many. */
ULONG NTAPI KeCountSetBitsAffinityEx(const KAFFINITY_EX *Affinity)
{
    ULONG Count = 0;
    for (USHORT Group = 0; Group < Affinity->Count; Group++)
        Count += (ULONG)__builtin_popcountll(KiGroupOf(Affinity, Group));
    return Count;
}

static ULONG KiHighestIndex(USHORT Group, KAFFINITY Mask)
{
    return (ULONG)(Group * KI_GROUP_BITS + 63 - (ULONG)__builtin_clzll(Mask));
}

/* KeFindFirstSetLeftAffinityEx - the highest index; all ones: the set is empty. */
ULONG NTAPI KeFindFirstSetLeftAffinityEx(const KAFFINITY_EX *Affinity)
{
    for (USHORT Group = Affinity->Count; Group-- > 0;) {
        if (KiGroupOf(Affinity, Group) != 0)
            return KiHighestIndex(Group, KiGroupOf(Affinity, Group));
    }
    return KI_NO_PROCESSOR;
}

/* KeAddProcessorAffinityEx, KeRemoveProcessorAffinityEx, KeCheckProcessorAffinityEx - one
 * processor; without room for it, nothing. */
void NTAPI KeAddProcessorAffinityEx(KAFFINITY_EX *Affinity, ULONG ProcIndex)
{
    KeAddGroupAffinityEx(Affinity, KiGroupOfIndex(ProcIndex), KiBitOf(ProcIndex));
}

void NTAPI KeRemoveProcessorAffinityEx(KAFFINITY_EX *Affinity, ULONG ProcIndex)
{
    KeRemoveGroupAffinityEx(Affinity, KiGroupOfIndex(ProcIndex), KiBitOf(ProcIndex));
}

LOGICAL NTAPI KeCheckProcessorAffinityEx(const KAFFINITY_EX *Affinity, ULONG ProcIndex)
{
    return (KiGroupOf(Affinity, KiGroupOfIndex(ProcIndex)) & KiBitOf(ProcIndex)) != 0;
}

/* KeInterlockedSetProcessorAffinityEx, KeInterlockedClearProcessorAffinityEx - the same in one
 * step; return whether it was in it. */
LOGICAL NTAPI KeInterlockedSetProcessorAffinityEx(KAFFINITY_EX *Affinity, ULONG ProcIndex)
{
    KAFFINITY *Mask = KiReachGroup(Affinity, KiGroupOfIndex(ProcIndex));
    const KAFFINITY Bit = KiBitOf(ProcIndex);
    return Mask != NULL && (__atomic_fetch_or(Mask, Bit, __ATOMIC_SEQ_CST) & Bit) != 0;
}

LOGICAL NTAPI KeInterlockedClearProcessorAffinityEx(KAFFINITY_EX *Affinity, ULONG ProcIndex)
{
    const KAFFINITY Bit = KiBitOf(ProcIndex);
    if (KiGroupOfIndex(ProcIndex) >= Affinity->Count)
        return FALSE;
    KAFFINITY *Mask = KiReachGroup(Affinity, KiGroupOfIndex(ProcIndex));
    return Mask != NULL && (__atomic_fetch_and(Mask, ~Bit, __ATOMIC_SEQ_CST) & Bit) != 0;
}

/* ---- a set and a group ------------------------------------------------------------------- */

/* KeAddGroupAffinityEx, KeRemoveGroupAffinityEx - several of one group; without room for it,
 * nothing. */
void NTAPI KeAddGroupAffinityEx(KAFFINITY_EX *Affinity, USHORT GroupNumber, KAFFINITY ProcessorMask)
{
    KAFFINITY *Mask = KiReachGroup(Affinity, GroupNumber);
    if (Mask != NULL)
        *Mask |= ProcessorMask;
}

void NTAPI KeRemoveGroupAffinityEx(
    KAFFINITY_EX *Affinity, USHORT GroupNumber, KAFFINITY ProcessorMask)
{
    if (GroupNumber < Affinity->Count && GroupNumber < KI_MOST_GROUPS)
        Affinity->Bitmap[GroupNumber] &= ~ProcessorMask;
}

/* KeQueryGroupAffinityEx - which of a group it has. */
KAFFINITY NTAPI KeQueryGroupAffinityEx(const KAFFINITY_EX *Affinity, USHORT GroupNumber)
{
    return KiGroupOf(Affinity, GroupNumber);
}

/* KeFirstGroupAffinityEx - the first group it has some of. Returns: SUCCESS; NOT_FOUND: it is
 * empty. */
NTSTATUS NTAPI KeFirstGroupAffinityEx(GROUP_AFFINITY *GroupAffinity, const KAFFINITY_EX *Affinity)
{
    for (USHORT Group = 0; Group < Affinity->Count; Group++) {
        if (KiGroupOf(Affinity, Group) == 0)
            continue;
        *GroupAffinity = (GROUP_AFFINITY){.Mask = KiGroupOf(Affinity, Group), .Group = Group};
        return STATUS_SUCCESS;
    }
    return STATUS_NOT_FOUND;
}

/* KeAndGroupAffinityEx - those of the group the set has, too; whether there are any. Result:
 * optional. */
LOGICAL NTAPI KeAndGroupAffinityEx(
    const KAFFINITY_EX *Affinity, const GROUP_AFFINITY *GroupAffinity, GROUP_AFFINITY *Result)
{
    const GROUP_AFFINITY Both = {
        .Mask = KiGroupOf(Affinity, GroupAffinity->Group) & GroupAffinity->Mask,
        .Group = GroupAffinity->Group};
    if (Result != NULL)
        *Result = Both;
    return Both.Mask != 0;
}

/* ---- a group ----------------------------------------------------------------------------- */

/* KeProcessorGroupAffinity - one processor as an affinity of its group. */
void NTAPI KeProcessorGroupAffinity(GROUP_AFFINITY *GroupAffinity, ULONG ProcIndex)
{
    *GroupAffinity =
        (GROUP_AFFINITY){.Mask = KiBitOf(ProcIndex), .Group = KiGroupOfIndex(ProcIndex)};
}

/*
 * KeAddProcessorGroupAffinity, KeRemoveProcessorGroupAffinity, KeCheckProcessorGroupAffinity - one
 * processor; that of another group is not in it and is not added.
 */
void NTAPI KeAddProcessorGroupAffinity(GROUP_AFFINITY *GroupAffinity, ULONG ProcIndex)
{
    if (KiGroupOfIndex(ProcIndex) == GroupAffinity->Group)
        GroupAffinity->Mask |= KiBitOf(ProcIndex);
}

void NTAPI KeRemoveProcessorGroupAffinity(GROUP_AFFINITY *GroupAffinity, ULONG ProcIndex)
{
    if (KiGroupOfIndex(ProcIndex) == GroupAffinity->Group)
        GroupAffinity->Mask &= ~KiBitOf(ProcIndex);
}

LOGICAL NTAPI KeCheckProcessorGroupAffinity(const GROUP_AFFINITY *GroupAffinity, ULONG ProcIndex)
{
    return KiGroupOfIndex(ProcIndex) == GroupAffinity->Group &&
           (GroupAffinity->Mask & KiBitOf(ProcIndex)) != 0;
}

/* KeCountSetBitsGroupAffinity - how many. */
ULONG NTAPI KeCountSetBitsGroupAffinity(const GROUP_AFFINITY *GroupAffinity)
{
    return (ULONG)__builtin_popcountll(GroupAffinity->Mask);
}

/* KeFindFirstSetLeftGroupAffinity, KeFindFirstSetRightGroupAffinity - the highest and the lowest
 * index; all ones: none. */
ULONG NTAPI KeFindFirstSetLeftGroupAffinity(const GROUP_AFFINITY *GroupAffinity)
{
    return GroupAffinity->Mask != 0 ? KiHighestIndex(GroupAffinity->Group, GroupAffinity->Mask)
                                    : KI_NO_PROCESSOR;
}

ULONG NTAPI KeFindFirstSetRightGroupAffinity(const GROUP_AFFINITY *GroupAffinity)
{
    if (GroupAffinity->Mask == 0)
        return KI_NO_PROCESSOR;
    return (
        ULONG)(GroupAffinity->Group * KI_GROUP_BITS + (ULONG)__builtin_ctzll(GroupAffinity->Mask));
}

/* ---- one after the other ----------------------------------------------------------------- */

/* KeInitializeEnumerationContext, KeInitializeEnumerationContextFromGroup - to go through a set,
 * which must stay, or through a group. */
void NTAPI KeInitializeEnumerationContext(
    KAFFINITY_ENUMERATION_CONTEXT *Context, const KAFFINITY_EX *Affinity)
{
    Context->Affinity = Affinity;
    Context->CurrentMask = Affinity->Bitmap[0];
    Context->CurrentIndex = 0;
}

void NTAPI KeInitializeEnumerationContextFromGroup(
    KAFFINITY_ENUMERATION_CONTEXT *Context, const GROUP_AFFINITY *GroupAffinity)
{
    Context->Affinity = NULL;
    Context->CurrentMask = GroupAffinity->Mask;
    Context->CurrentIndex = GroupAffinity->Group;
}

/* KeEnumerateNextProcessor - the next index, from the lowest. Returns: SUCCESS; NOT_FOUND: that was
 * all. */
NTSTATUS NTAPI KeEnumerateNextProcessor(ULONG *ProcIndex, KAFFINITY_ENUMERATION_CONTEXT *Context)
{
    while (Context->CurrentMask == 0) {
        if (Context->Affinity == NULL || Context->CurrentIndex + 1 >= Context->Affinity->Count)
            return STATUS_NOT_FOUND;
        Context->CurrentMask = KiGroupOf(Context->Affinity, ++Context->CurrentIndex);
    }
    *ProcIndex = (ULONG)(Context->CurrentIndex * KI_GROUP_BITS +
                         (ULONG)__builtin_ctzll(Context->CurrentMask));
    Context->CurrentMask &= Context->CurrentMask - 1;
    return STATUS_SUCCESS;
}
