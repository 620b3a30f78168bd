/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Every call of the C library that can fail, failing (tests/lib/failing.h): made by kernel/host,
 * server, or whom they call (life.h). */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "failing.h"
#include "life.h"

static struct failing Counted = {.chosen = -1};

static unsigned CallsOf(unsigned Function)
{
    return Counted.count[Function];
}

/* Counts from now on. */
static void Choose(int Function, unsigned Call)
{
    Counted.chosen = Function;
    Counted.number = Call;
    failing = Function >= 0 || Call > 0 ? &Counted : NULL;
}

int main(void)
{
    const bool directories = sizeof(void *) == 8; /* programs of 32 bits have none */
    return LifeTest(
        &(LIFE_TEST){failing_names, FAILING_CALLS, false, directories, CallsOf, Choose, NULL});
}
