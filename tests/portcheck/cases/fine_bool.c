/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A pointer as a condition is no integer. */
#include <windows.h>

#include <stdbool.h>

int count(void *first, void *second)
{
    bool both = first && second;
    _Bool any = first;

    return (first != NULL) + !second + both + any;
}
