/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Allocations that fail on purpose: at random, six in a hundred, or each call stack of drivers
 * once. The delay Windows has is there for the system to boot; a run of a machine is over before,
 * and boots without the drivers, so there is none: DriverEntry is not spared. Of call stacks the
 * drivers' part counts, from the call outwards to where the kernel called the driver.
 *
 * Where runs are repeated, one stack fails in each: what follows is then due to it.
 */
#include <stdio.h>
#include <string.h>

#include "ke/ke.h"
#include "vf/chance.h"
#include "vf/lowres.h"
#include "vf/poison.h"
#include "vf/pool.h"

#define VFP_CHANCE 6u /* in a hundred */

static KSPIN_LOCK VfpLock;
static const char *VfpTags;
static VF_STACKS *VfpStacks;
static BOOLEAN VfpOnePerRun;
static VF_STACKS VfpOwnStacks;

void VfPrepareLowResources(const char *Seed, const char *Tags, VF_STACKS *Stacks)
{
    VfpLock = 0;
    VfpPreparePoison(VfpPrepareChance(Seed));
    MmFailFor = VfIsOn(VF_LOW_RESOURCES | VF_SYSTEMATIC) ? VfpShouldFail : NULL;
    VfpTags = Tags;
    VfpOnePerRun = Stacks != NULL;
    VfpStacks = Stacks != NULL ? Stacks : &VfpOwnStacks;
    VfpOwnStacks.Count = VfpOwnStacks.ModuleCount = 0;
    VfpStacks->Failed = 0;
}

static BOOLEAN VfpTagChosen(ULONG Tag)
{
    CHAR Text[5];
    if (VfpTags == NULL)
        return TRUE;
    memcpy(Text, &Tag, sizeof(Tag));
    Text[4] = 0;
    const SIZE_T Length = strlen(Text);
    for (const char *Word = VfpTags; Word != NULL;
         Word = strchr(Word, ',') != NULL ? strchr(Word, ',') + 1 : NULL) {
        if (Tag != 0 && strcspn(Word, ",") == Length && strncmp(Word, Text, Length) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The number of a module's name; VF_STACK_MODULES: there is no room. */
static ULONG VfpModuleLocked(const char *Name)
{
    ULONG Index = 0;
    while (Index < VfpStacks->ModuleCount &&
        strncmp(VfpStacks->Module[Index], Name, sizeof(VfpStacks->Module[0])) != 0)
        Index++;
    if (Index == VfpStacks->ModuleCount && Index < VF_STACK_MODULES) {
        snprintf(VfpStacks->Module[Index], sizeof(VfpStacks->Module[0]), "%s", Name);
        VfpStacks->ModuleCount++;
    }
    return Index;
}

static void VfpDescribeLocked(const VFP_STACK *Here, ULONG Tag, VF_STACK *Stack)
{
    *Stack = (VF_STACK){.Hash = 14695981039346656037u, .Tag = Tag};
    for (ULONG Index = 0; Index < Here->Count && Index < VF_STACK_FRAMES; Index++) {
        const LDR_IMAGE *Image = LdrFindImage(Here->Frame[Index]);
        if (Image == NULL)
            break;
        const ULONG Module = VfpModuleLocked(Image->Name),
                    Offset = (ULONG)(Here->Frame[Index] - (ULONG_PTR)Image->Base);
        Stack->Hash = ((Stack->Hash ^ Module) * 1099511628211u ^ Offset) * 1099511628211u;
        Stack->Frame[Stack->FrameCount].Module = Module;
        Stack->Frame[Stack->FrameCount++].Offset = Offset;
    }
}

static BOOLEAN VfpIsNewLocked(const VF_STACK *Stack)
{
    if (VfpOnePerRun && (VfpStacks->Failed != 0 || !VfpStacks->Armed))
        return FALSE;
    for (ULONG Index = 0; Index < VfpStacks->Count; Index++) {
        if (VfpStacks->Stack[Index].Hash == Stack->Hash)
            return FALSE;
    }
    if (VfpStacks->Count == VF_STACK_LIMIT) {
        VfpStacks->Full = 1;
        return FALSE;
    }
    VfpStacks->Stack[VfpStacks->Count++] = *Stack;
    VfpStacks->Failed = VfpStacks->Count;
    return TRUE;
}

static BOOLEAN VfpStackFails(ULONG Tag)
{
    VFP_STACK Here;
    VF_STACK Stack;
    VfpCaptureStack(&Here);
    KIRQL Old = KiAcquireLock(&VfpLock);
    VfpDescribeLocked(&Here, Tag, &Stack);
    const BOOLEAN Fails = VfpIsNewLocked(&Stack);
    KiReleaseLock(&VfpLock, Old);
    return Fails;
}

BOOLEAN NTAPI VfpShouldFail(ULONG Tag, ULONG_PTR Site)
{
    BOOLEAN Fails = FALSE;
    if (!VfIsOn(VF_LOW_RESOURCES | VF_SYSTEMATIC) || !VfpTagChosen(Tag) || !VfIsVerifiedCode(Site))
        return FALSE;
    if (VfIsOn(VF_SYSTEMATIC))
        Fails = VfpStackFails(Tag);
    return Fails || (VfIsOn(VF_LOW_RESOURCES) && VfpChance(VFP_CHANCE));
}
