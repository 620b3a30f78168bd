/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The length of a string into an int. */
#include <windows.h>

#include <string.h>

int length(const char *text)
{
    int bytes = strlen(text); // expect: PC4267

    return bytes;
}
