/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See schedule.h. Nothing here knows a machine. Most errors need few interruptions at the right
 * places, so seeds differ in how often they interrupt a thread that could go on: half of the times,
 * an eighth of them, or (half of the seeds) at three times at most, which are among the first 8 to
 * 1024. A time that has not come is seldom made to come, as in life.
 */
#include "vf/schedule.h"

#include <string.h>

#define VFP_LATE_RARITY 16u
#define VFP_SHORTEST_HORIZON 8u
#define VFP_HORIZONS 8u

static ULONG VfpRandom(VF_SCHEDULE *Schedule, ULONG Limit)
{
    /* splitmix64 */
    ULONG64 Value = Schedule->State += 0x9E3779B97F4A7C15u;
    Value = (Value ^ (Value >> 30)) * 0xBF58476D1CE4E5B9u;
    Value = (Value ^ (Value >> 27)) * 0x94D049BB133111EBu;
    return (ULONG)((Value ^ (Value >> 31)) % Limit);
}

/* Digits from *Text on. FALSE: there are none, or they are too many. */
static BOOLEAN VfpParseNumber(const char **Text, ULONG64 Most, ULONG64 *Number)
{
    ULONG64 Value = 0;
    const char *At = *Text;
    for (; *At >= '0' && *At <= '9'; At++) {
        ULONG Digit = (ULONG)(*At - '0');
        if (Value > (Most - Digit) / 10)
            return FALSE;
        Value = Value * 10 + Digit;
    }
    if (At == *Text)
        return FALSE;
    *Text = At;
    *Number = Value;
    return TRUE;
}

static void VfpSow(VF_SCHEDULE *Schedule, ULONG64 Seed)
{
    static const ULONG Rarity[] = {2, 8, 0, 0};
    Schedule->Random = TRUE;
    Schedule->State = Seed;
    Schedule->Rarity = Rarity[VfpRandom(Schedule, RTL_NUMBER_OF(Rarity))];
    if (Schedule->Rarity != 0)
        return;
    const ULONG Horizon = VFP_SHORTEST_HORIZON << VfpRandom(Schedule, VFP_HORIZONS);
    Schedule->InterruptCount = 1 + VfpRandom(Schedule, RTL_NUMBER_OF(Schedule->Interrupt));
    for (ULONG Index = 0; Index < Schedule->InterruptCount; Index++)
        Schedule->Interrupt[Index] = VfpRandom(Schedule, Horizon);
}

static BOOLEAN VfpParseDeviations(const char *Text, VF_SCHEDULE *Schedule)
{
    ULONG64 Step, Choice;
    for (;; Text++) {
        if (Schedule->DeviationCount == VF_DEVIATIONS ||
            !VfpParseNumber(&Text, 0xFFFFFFFFu, &Step) || *Text++ != ':' ||
            !VfpParseNumber(&Text, HOST_TURNS_LIMIT, &Choice))
            return FALSE;
        ULONG Count = Schedule->DeviationCount++;
        if (Count > 0 && Step <= Schedule->Deviation[Count - 1].Step)
            return FALSE;
        Schedule->Deviation[Count].Step = (ULONG)Step;
        Schedule->Deviation[Count].Choice = (ULONG)Choice;
        if (*Text != ',')
            return *Text == 0;
    }
}

BOOLEAN VfParseSchedule(const char *Text, VF_SCHEDULE *Schedule)
{
    ULONG64 Seed;
    memset(Schedule, 0, sizeof(*Schedule));
    Schedule->Follows = *Text == 'r';
    Text += Schedule->Follows;
    const char *At = Text;
    if (strcmp(Text, "plain") == 0)
        return TRUE;
    if (!VfpParseNumber(&At, ~(ULONG64)0, &Seed) || *At != 0)
        return VfpParseDeviations(Text, Schedule);
    VfpSow(Schedule, Seed);
    return TRUE;
}

/* ---- choosing -------------------------------------------------------------------------------- */

static BOOLEAN VfpInterrupts(VF_SCHEDULE *Schedule)
{
    if (Schedule->Rarity != 0)
        return VfpRandom(Schedule, Schedule->Rarity) == 0;
    for (ULONG Index = 0; Index < Schedule->InterruptCount; Index++) {
        if (Schedule->Interrupt[Index] == Schedule->Step)
            return TRUE;
    }
    return FALSE;
}

static unsigned VfpChooseByChance(VF_SCHEDULE *Schedule, const struct host_turn *Turn)
{
    const ULONG Others = Turn->count - Turn->goes_on - Turn->late;
    if (Turn->goes_on && !VfpInterrupts(Schedule))
        return 0;
    if (Turn->late && VfpRandom(Schedule, VFP_LATE_RARITY) == 0)
        return Turn->count - 1;
    return Others > 0 ? Turn->goes_on + VfpRandom(Schedule, Others) : 0;
}

static unsigned VfpChooseAsTold(VF_SCHEDULE *Schedule, const struct host_turn *Turn)
{
    if (Schedule->Deviated == Schedule->DeviationCount ||
        Schedule->Deviation[Schedule->Deviated].Step != Schedule->Step)
        return 0;
    const ULONG Choice = Schedule->Deviation[Schedule->Deviated++].Choice;
    return Choice < Turn->count ? Choice : 0;
}

static void VfpTrace(VF_SCHEDULE *Schedule, const struct host_turn *Turn)
{
    if (Schedule->Step < Schedule->TraceRoom)
        Schedule->Trace[Schedule->Step] = (UCHAR)((Turn->count < VF_TRACE_COUNT ? Turn->count
                                                                                : VF_TRACE_COUNT) |
            (Turn->goes_on ? VF_TRACE_GOES_ON : 0) | (Turn->late ? VF_TRACE_LATE : 0));
}

unsigned VfChoose(VF_SCHEDULE *Schedule, const struct host_turn *Turn)
{
    unsigned Choice = Schedule->Random ? VfpChooseByChance(Schedule, Turn)
                                       : VfpChooseAsTold(Schedule, Turn);
    VfpTrace(Schedule, Turn);
    Schedule->Step++;
    return Choice;
}
