/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Every allocation of pool and pages failing, from the first of opening a machine on (life.h). */
#include "life.h"
#include "mm/mm.h"

static unsigned CallsOf(unsigned Function)
{
    (void)Function;
    return MmAllocationCount();
}

static void Choose(int Function, unsigned Call)
{
    MmFailAllocation(Function >= 0 ? (LONG)Call : (LONG)Call - 1, FALSE);
}

int main(void)
{
    static const char *const Names[] = {"MmShouldFail"};
    /* Deleting a link looks its name up, which takes memory, as on Windows. */
    return LifeTest(&(LIFE_TEST){
        Names, 1, true, false, CallsOf, Choose, "object left behind: SymbolicLink"});
}
