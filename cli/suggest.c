/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Edit distance over short words: letters added, dropped, changed or swapped with their
 * neighbour. */
#include "suggest.h"

#include <ctype.h>
#include <string.h>

#define LONGEST 63u

static unsigned minimum(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned distance(const char *a, const char *b)
{
    size_t length_a = strlen(a), length_b = strlen(b);
    unsigned row[3][LONGEST + 1], *before = row[0], *above = row[1], *here = row[2];

    if (length_a > LONGEST || length_b > LONGEST)
        return LONGEST;
    for (unsigned j = 0; j <= length_b; j++)
        above[j] = before[j] = j;
    for (unsigned i = 1; i <= length_a; i++) {
        here[0] = i;
        for (unsigned j = 1; j <= length_b; j++) {
            int x = tolower((unsigned char)a[i - 1]), y = tolower((unsigned char)b[j - 1]);
            here[j] = minimum(minimum(above[j], here[j - 1]) + 1, above[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) &&
                y == tolower((unsigned char)a[i - 2]))
                here[j] = minimum(here[j], before[j - 2] + 1);
        }
        unsigned *oldest = before;
        before = above;
        above = here;
        here = oldest;
    }
    return above[length_b];
}

const char *suggest_nearest(const char *word, const char *const *candidates, size_t count)
{
    unsigned best = (unsigned)strlen(word) / 3 + 1;
    const char *nearest = NULL;

    for (size_t i = 0; i < count; i++) {
        unsigned far = distance(word, candidates[i]);
        if (far < best || (far == best && nearest == NULL)) {
            best = far;
            nearest = candidates[i];
        }
    }
    return nearest;
}
